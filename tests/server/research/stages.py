"""A two-government stage whose payoffs are a sum in the head, for several files of tests."""

from __future__ import annotations

from server.game.scenario import Government, Scenario, SeatId
from server.research.tensors import StageGame, stage_game
from server.theory.solution import Setting

DILEMMA = Scenario(
    name="dilemma",
    title='A "dilemma"',
    situation="Two can pay.",
    seats=tuple(
        Government(SeatId(name), name, public_stake_musd=12_000, capacity_musd=10_000)
        for name in ("A", "B")
    ),
    need_musd=20_000,
)
"""Each dollar costs its giver one and is worth 12/20 to either: a prisoners' dilemma.

Pays (A, B) in US$ millions: both 10,000: 2,000 each; one alone: -4,000 and 6,000.
"""


def dilemma() -> StageGame:
    """All or nothing."""
    return stage_game(DILEMMA, Setting(grid_musd=10_000))
