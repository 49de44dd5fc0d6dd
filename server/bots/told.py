"""What is told of an error that a bot raised: what it says, and where in the bot's own file.

Knows of bots only which files are not theirs.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import server

_OTHERS = (str(Path(server.__file__).parent), str(Path(traceback.__file__).parent), "<")
"""How names of files begin that are no bot's: the program's, the standard library's, none."""


def told(error: BaseException) -> str:
    """The error in one line, with the last line of the bot's file that led to it.

    Without path and line numbers of others: the same bot fails alike wherever it plays.
    """
    said = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    of_bots = [one for one in frames if not one.filename.startswith(_OTHERS)]
    if not of_bots:
        return said
    # The first is the bot's own file; what it calls may be deeper.
    last = [one for one in of_bots if one.filename == of_bots[0].filename][-1]
    return f"{said} ({Path(last.filename).name}, line {last.lineno})"
