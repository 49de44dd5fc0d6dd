"""What an item of the closing questionnaire takes for an answer."""

from __future__ import annotations

from collections.abc import Callable

from server.experiment.settings import Item
from server.game.refusals import RefusalCode, Refused

MOST_CHARACTERS = 4_000
"""Of one answer."""


def answer_to(item: Item, given: str) -> str:
    """An answer as it is kept; empty for none.

    Raises:
        Refused: ``out_of_range``.
    """
    if not given and not item.required:
        return ""
    allowed = _allowed(item)
    if not given or len(given) > MOST_CHARACTERS or not allowed[1](given):
        raise Refused(RefusalCode.OUT_OF_RANGE, f"{given!r}", field=item.key, allowed=allowed[0])
    return given


def _allowed(item: Item) -> tuple[str, Callable[[str], bool]]:
    """What an item takes, in words and as a check."""
    match item.kind:
        case "text":
            return "a text", lambda given: True
        case "choice":
            return " / ".join(item.choices), lambda given: given in item.choices
        case "likert":
            scale = [str(point) for point in range(1, item.points + 1)]
            return f"1 to {item.points}", lambda given: given in scale
        case "number":
            least = "" if item.least is None else f" from {item.least:g}"
            most = "" if item.most is None else f" up to {item.most:g}"
            return f"a number{least}{most}", lambda given: _is_number(item, given)


def _is_number(item: Item, given: str) -> bool:
    try:
        number = float(given)
    except ValueError:
        return False
    low = item.least if item.least is not None else float("-inf")
    high = item.most if item.most is not None else float("inf")
    return abs(number) != float("inf") and low <= number <= high
