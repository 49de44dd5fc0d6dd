"""The database's migrations, shipped with the program so that it can upgrade itself."""
