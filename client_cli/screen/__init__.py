"""The full-screen client of a terminal, made with Textual.

    app            the application of a seat and of the board: what happens, what is typed, keys
    class_app      the host's application: a row for each table, a line to run them by
    pages          what each page shows of a view; pure
    panes          where pages stand, by the size of the terminal
    talk_page      what was said and what happened, room by room, with what is unread
    command_line   the line in which one types: history and completion
    completion     what may be typed next; pure
    outlook        what the round would bring, as the server expects it
    countdown      what is left on the clock now
    help           the keys and the words
    themes         colours: dark, light, and the terminal's own

What is typed is read by `commands`, what happened is told by `story`: both as in line mode.
Importing this package costs a quarter of a second, so only a full screen does.
"""
