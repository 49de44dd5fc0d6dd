"""Everything random about a session, drawn once from its seed and stored in its log."""

from __future__ import annotations

from random import Random

from server.game.scenario import Draws, Scenario


def draw(scenario: Scenario, seed: int) -> Draws:
    """The draws of a session: the same for the same scenario and seed.

    The number of rounds is geometric in `continue_probability`, at most the scenario's; the
    shock is uniform on ±`need_shock_share` (model, section 4).
    """
    random = Random(seed)
    shock = random.uniform(-scenario.need_shock_share, scenario.need_shock_share)
    rounds = scenario.rounds
    if scenario.continue_probability:
        rounds = 1
        while rounds < scenario.rounds and random.random() < scenario.continue_probability:
            rounds += 1
    return Draws(seed, rounds, shock if scenario.need_shock_share else 0.0)
