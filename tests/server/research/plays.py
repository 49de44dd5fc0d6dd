"""Learners that answer at random, for the tests of games played by questions."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from server.game.scenario import Scenario
from server.research.play import Play
from server.research.questions import Menu


def played(scenario: Scenario, seed: int, bots: Mapping[str, str] | None = None) -> Play:
    """A whole game of learners who take any option that is allowed."""
    play = Play(Menu(scenario), bots or {}, seed)
    random = Random(seed)
    while not play.over:
        play.answer({seat.id: any_option(play, seat.id, random) for seat in play.learners})
    return play


def any_option(play: Play, seat: str, random: Random) -> int:
    """One of the options that are allowed to a seat now."""
    values = play.values(play.menu.campaign[0].seat_by_id[seat])
    return random.choice([place for place, value in enumerate(values) if value is not None])
