"""How lines are laid out, and other people's words on them. Pure; knows no game.

What people wrote is shown escaped: none of it can move a cursor or look like a line of ours.
"""

from __future__ import annotations

import re
import textwrap

WIDTH = 80

# The same that the wire refuses in names.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Somebody's words on one line, control characters and changes of direction escaped."""
    return _UNPRINTABLE.sub(
        lambda found: found[0].encode("unicode_escape").decode(), " ".join(text.split())
    )


def wrapped(text: str, indent: str = "", width: int = WIDTH) -> list[str]:
    """Paragraphs folded to a width."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        lines += textwrap.wrap(
            one_line(paragraph), width, initial_indent=indent, subsequent_indent=indent
        )
    return lines


def folded(line: str, width: int = WIDTH) -> list[str]:
    """One line of a list, what does not fit set in below it."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line.lstrip(),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )
