"""`backstop fork`, by what is done: `command` takes its words and tells the others.

`parent` reads the session, `changes` what is to be other, `one` makes a fork and keeps it,
`compared` makes many and keeps none.
"""
