"""One game of Korea, decided beforehand: a script a seat, for line mode and for the full screen.

What answers something stands in a later phase than what it answers, so that it does not matter
who is faster.
"""

from __future__ import annotations

ROUNDS = 3
SCENARIO = "korea-1997"
_IN_EVERY_ROUND = {
    "JP": (
        "talk say We pay if you pay.",
        "talk package JP=4 US=4.5 DE=2 JP-banks=10% DE-banks=20% because half is nothing",
        "vote vote {round} yes",
        "pledge pledge 4",
    ),
    "US": (
        "talk intend 4.5",
        "propose accept {round}",
        "vote vote {round} yes",
        "pledge pledge 4.5",
    ),
    "DE": (
        "talk to JP not so fast",
        "propose reject {round}",
        "vote vote {round} no",
        "pledge pledge 1.3",
    ),
    "JP-banks": ("propose accept {round}", "pledge withdraw 10%"),
    "DE-banks": ("propose accept {round}", "pledge withdraw 35%"),
    "IMF": ("propose propose 7.3", "pledge release"),
}
_READY = ("brief", "talk", "propose", "disburse")


def script(seat: str) -> list[str]:
    """A seat's lines, as in a file for line mode."""
    lines = []
    for number in range(1, ROUNDS + 1):
        said = [f"@{number}/{one.format(round=number)}" for one in _IN_EVERY_ROUND[seat]]
        said += [f"@{number}/{phase} ready" for phase in _READY]
        lines += sorted(said, key=_place)
    return lines


SEATS = tuple(_IN_EVERY_ROUND)


def _place(line: str) -> int:
    phases = ("brief", "talk", "propose", "vote", "pledge", "disburse")
    return phases.index(line.partition(" ")[0].partition("/")[2])
