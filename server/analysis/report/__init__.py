"""Reports for reading: one HTML file that opens from disk without a network.

Texts of people are escaped by the tree that everything is built in (`page`). A report of a
session is in `session`, of one seat, for its student, in `student`, of a room in `room`.
Figures come from `figures` where the extra `report` is installed; without it the tables
beside them say the same.
"""
