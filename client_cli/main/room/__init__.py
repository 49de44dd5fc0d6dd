"""`backstop room`, by what is done: `command` names the subcommands.

`opening` makes rooms, with `roster` for a list of names, `looking` shows how they stand, `running`
acts on them; `asking` is the connection as host that all of them have.
"""
