"""The terminal client. Of the server it knows the wire alone; only `main` knows more."""
