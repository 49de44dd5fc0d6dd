"""Governments that weigh their own payoff: exactly, with noise, with reciprocity, with envy."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate
from random import Random

from server.bots import reading, worth
from server.bots.governments import PledgeRule
from server.bots.reading import own
from server.bots.worth import Prospect
from server.game.cards import PackageCard, View

TEMPERATURE = 0.25
"""Of logit repliers, in US$ bn of payoff (model, 6.5)."""
ROUND_STEPS = 25
"""In how many steps, at most, a logit replier goes from nothing to all it can pay.

It thinks in round amounts, as people do. On a grid of several hundred steps it would pay a
little more: noise is cut off at nothing, and a coarse grid has more of its amounts there.
"""
RECIPROCITY = 0.2
"""Part of a reciprocal government's pledge that it makes depend on the others' record.

Chosen so that mean money is within 1 of the model's rows for reciprocal bots (6.2, 6.3).
"""
ENVY = 1.0
"""g of a relative-gains realist, where the scenario gives it none."""


def best_reply(view: View, random: Random) -> int:
    """Myopic best reply to what was seen: the pledge that pays most on the grid."""
    return worth.best_reply_musd(view, worth.prospect(view))


def logit_reply(temperature: float) -> PledgeRule:
    """A round amount drawn with probability proportional to exp(payoff/temperature).

    Args:
        temperature: in US$ bn; near 0 the best reply, far above the payoffs any pledge.
    """

    def pays(view: View, random: Random) -> int:
        return _drawn_musd(view, temperature, random)

    return pays


def _drawn_musd(view: View, temperature: float, random: Random) -> int:
    expected = worth.prospect(view, _hopeful_others_musd(view))
    pledges = _round_amounts(view)
    payoffs = [expected.payoff_musd(pledge) for pledge in pledges]
    best, scale = max(payoffs), 1000 * temperature
    heights = list(accumulate(math.exp((payoff - best) / scale) for payoff in payoffs))
    return random.choices(pledges, cum_weights=heights)[0]


def _round_amounts(view: View) -> range:
    allowed = worth.allowed_pledges(view)
    return allowed[:: max(1, math.ceil((len(allowed) - 1) / ROUND_STEPS))]


def _hopeful_others_musd(view: View) -> int:
    """As last round; at first as promised, where nothing is, half of the fair shares."""
    if reading.last_round(view) is not None or reading.others_promised_musd(view):
        return reading.expected_others_musd(view)
    return round(reading.others_fair_musd(view) / 2)


def reciprocate(view: View, random: Random) -> int:
    """A logit reply, a fifth of which depends on what the others ever paid of their shares.

    What it has said it pays.
    """
    mine = reading.card(view, own(view).seat)
    if mine is not None and mine.intention_musd is not None:
        return mine.intention_musd
    record = reading.others_record(view)
    kindness = 1.0 if record is None else 1 - RECIPROCITY + RECIPROCITY * record
    step = view.scenario.pledge_step_musd
    pledge_musd = kindness * _drawn_musd(view, TEMPERATURE, random)
    return reading.whole_steps(view, round(pledge_musd / step) * step)


def balanced_reply(view: View, random: Random) -> int:
    """Best reply of one to whom gaining less than the others is a loss."""
    return worth.best_reply_musd(view, _envious(worth.prospect(view)))


def _envious(expected: Prospect) -> Prospect:
    return replace(expected, envy=expected.envy or ENVY)


def balanced_packages(view: View, package: PackageCard, said_musd: int) -> bool:
    """Signs what burdens it no more than its quota does, and leaves it no loser by envy."""
    me = own(view).seat
    asked_musd = package.pledges_musd.get(me, 0)
    whole_musd = sum(package.pledges_musd.values())
    if asked_musd <= said_musd:
        return True
    expected = _envious(worth.prospect(view, whole_musd - asked_musd))
    nothing = _envious(worth.prospect(view, 0)).payoff_musd(0)
    balanced = asked_musd <= reading.quota(view, me) * whole_musd
    return balanced and expected.payoff_musd(asked_musd) >= nothing
