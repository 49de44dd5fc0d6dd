"""What a stored session says: tables, measures, comparisons with theory and history, reports.

Reads a session's events and what is known beside them (`Played`); never a live object, a
store or a socket. Every table declares its columns once (`columns`, `tables`): the data
dictionary, the header of a file and the types in it all come from there.
"""
