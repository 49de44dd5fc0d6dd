"""The table of what would have changed it, in reports of a table and of a seat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.analysis.counterfactuals import Other
from server.analysis.played import Played
from server.analysis.report.naming import name_of, round_name
from server.analysis.report.page import Child, el, table
from server.analysis.words import bn
from server.game.scenario import SeatId

WORDS = {
    "nothing": "no pledge",
    "best": "the best reply",
    "all": "all that it could",
    "stay": "all claims left in",
    "leave": "all claims taken out",
    "release": "the money released",
    "withhold": "the money withheld",
    "accept": "the programme accepted",
    "decline": "the programme declined",
}


def others_table(
    played: Played, others: Sequence[Other], own: SeatId | None = None
) -> Iterator[Child]:
    """A row for each decision; of the own seat, or of the seats that they name."""
    rows = [
        (
            f"Round {round_name(played, one.crisis, one.round)}"
            f"{'' if own else f', {name_of(played, one.seat)}'}: {WORDS[one.what]}",
            bn(one.amount_musd),
            bn(one.made_musd),
            f"{bn(one.effective_musd)} of {bn(one.need_musd)}",
            bn(one.change_musd, signed=True),
            bn(one.together_musd, signed=True),
        )
        for one in others
    ]
    head = (
        "Round, and another decision",
        "US$ bn",
        "In place of",
        "Raised of needed",
        "Your gain" if own else "Its own gain",
        "All governments together",
    )
    yield table("One decision changed, all else as it was; US$ bn.", head, rows)
    yield el(
        "p",
        "By the game's own rules, one change at a time: the others are assumed not to react, "
        "though they might have.",
        class_="soft",
    )
