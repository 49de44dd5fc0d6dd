"""Plans that come with the program: `backstop tournament NAME` finds them by name.

Data, their scenarios in `scenarios`, and the bot that one of them needs.
"""
