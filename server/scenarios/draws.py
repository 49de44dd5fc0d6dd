"""Everything random about a session, drawn once from its seed and stored in its log."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from server.game.scenario import Draws, Scenario


def draw(scenario: Scenario, seed: int) -> Draws:
    """The draws of a session: the same for the same scenario and seed.

    The number of rounds is geometric in `continue_probability`, at most the scenario's; the
    shocks are uniform (model, section 4). Each crisis of a campaign has draws of its own.
    """
    first = _draw(scenario, seed, Random(seed))
    later = tuple(
        _draw(crisis, seed, Random(f"{seed}/{number}"))
        for number, crisis in enumerate(scenario.later_crises, start=2)
    )
    return replace(first, later=later) if later else first


def _draw(scenario: Scenario, seed: int, random: Random) -> Draws:
    shock = random.uniform(-scenario.need_shock_share, scenario.need_shock_share)
    rounds = scenario.rounds
    if scenario.continue_probability:
        rounds = 1
        while rounds < scenario.rounds and random.random() < scenario.continue_probability:
            rounds += 1
    return Draws(
        seed,
        rounds,
        shock if scenario.need_shock_share else 0.0,
        # Every card takes its draw, so that another one's chance moves no other.
        cards=tuple(
            card.name
            for card in scenario.cards
            if random.random() < card.probability and card.round is not None
        ),
        panic_shocks=_shocks(scenario.panic_shock, scenario.rounds, random),
        compliance_shocks=_shocks(scenario.compliance_shock, scenario.rounds, random),
    )


def _shocks(half_width: float, rounds: int, random: Random) -> tuple[float, ...]:
    if not half_width:
        return ()
    return tuple(round(random.uniform(-half_width, half_width), 9) for _ in range(rounds))
