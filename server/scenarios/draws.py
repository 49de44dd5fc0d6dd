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


def redraw(
    scenario: Scenario, draws: Draws, seed: int, *, crisis: int, round_number: int, resolved: bool
) -> Draws:
    """The draws of a fork with another seed: only what nobody has seen yet is drawn anew.

    Of the current crisis the size of the need, the cards of the rounds that have begun and
    the shocks of the rounds that are over stay; so does whether another round follows one
    that is over, because its moral hazard may depend on that.

    Args:
        scenario: of the first crisis, as it was opened.
        draws: those of the session that is forked.
        seed: the new one.
        crisis: in which the fork begins.
        round_number: the round in which it begins.
        resolved: whether that round's decisions have been opened.
    """
    fresh = draw(scenario, seed)
    known: list[Draws] = []
    campaign = (scenario, *scenario.later_crises)
    drawn = zip(campaign, (draws, *draws.later), (fresh, *fresh.later), strict=True)
    for number, (one, old, new) in enumerate(drawn, start=1):
        if number < crisis:
            known.append(replace(old, seed=seed, later=()))
        elif number > crisis:
            known.append(replace(new, seed=seed, later=()))
        else:
            known.append(_from(one, old, new, round_number, resolved))
    return replace(known[0], later=tuple(known[1:]))


def _from(scenario: Scenario, old: Draws, new: Draws, round_number: int, resolved: bool) -> Draws:
    over = round_number if resolved else round_number - 1
    begun = {card.name for card in scenario.cards if (card.round or 0) <= round_number}
    return replace(
        new,
        rounds=old.rounds if old.rounds == over else _rounds(scenario, new.seed, over + 1),
        need_shock_share=old.need_shock_share,
        cards=tuple(
            card.name
            for card in scenario.cards
            if card.name in (old.cards if card.name in begun else new.cards)
        ),
        panic_shocks=old.panic_shocks[:over] + new.panic_shocks[over:],
        compliance_shocks=old.compliance_shocks[:over] + new.compliance_shocks[over:],
        later=(),
    )


def _rounds(scenario: Scenario, seed: int, least: int) -> int:
    """How many rounds there are, given that there are at least `least`."""
    random, rounds = Random(f"{seed}/from {least}"), least
    if not scenario.continue_probability:
        return scenario.rounds
    while rounds < scenario.rounds and random.random() < scenario.continue_probability:
        rounds += 1
    return rounds


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
            if random.random() < card.probability
            and card.round is not None
            and scenario.switches.cards
        ),
        panic_shocks=_shocks(scenario.panic_shock, scenario.rounds, random),
        compliance_shocks=_shocks(scenario.compliance_shock, scenario.rounds, random),
    )


def _shocks(half_width: float, rounds: int, random: Random) -> tuple[float, ...]:
    if not half_width:
        return ()
    return tuple(round(random.uniform(-half_width, half_width), 9) for _ in range(rounds))
