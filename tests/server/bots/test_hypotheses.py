"""The chapter's two hypotheses with bots in every seat, against the rows of model 6.2 and 6.3.

Hypothesis 1: governments pay more, the larger their private returns are. Hypothesis 2: the
stronger the links between them are. Each also with the other switched off. Eight paired seeds
a cell here; with the forty of model 6.5:

    backstop sweep east-asia --vary private_rates=0:2:0.5 --bots logit --rounds 20 --seeds 40
    backstop sweep east-asia --vary links=0:2:0.5 --bots reciprocal --rounds 20 --seeds 40
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import fmean, stdev

import pytest

from server.game.scenario import Link, Phase, PhasePlan, RoundScale, Scenario
from server.scenarios import load
from server.tournament import play

ROWS = json.loads((Path(__file__).parents[2] / "reference" / "bot_rows.json").read_text("utf-8"))
MULTIPLIERS: list[float] = ROWS["multipliers"]
SEEDS = range(8)
T_95 = 2.365
"""Student's t for 7 degrees of freedom, two-sided 95 %."""

REPEATED = replace(
    load("east-asia"),
    rounds=20,
    round_scale=RoundScale.REPEATED,
    phases=(PhasePlan(Phase.PLEDGE),),
)
ONCE = replace(REPEATED, rounds=1)


def scaled(scenario: Scenario, private_rates: float, links: float) -> Scenario:
    """The scenario with all private rates, and all links, multiplied."""
    seats = tuple(
        replace(
            seat,
            private_domestic_rate=private_rates * seat.private_domestic_rate,
            private_international_rate=private_rates * seat.private_international_rate,
        )
        for seat in scenario.governments
    )
    linked = tuple(
        Link(one.feels, one.partner, links * one.economic, links * one.institutional)
        for one in scenario.links
    )
    return replace(scenario, seats=seats, links=linked)


def effective(scenario: Scenario, bot: str, seed: int = 0) -> float:
    """Mean money a round in US$ bn, over the last half of the rounds, the bot in every seat."""
    match = play(scenario, {seat.id: bot for seat in scenario.seats}, seed)
    assert match.failures == []
    rounds = match.state.history
    return fmean(one.effective_musd for one in rounds[len(rounds) // 2 :]) / 1000


@cache
def cell(bot: str, private_rates: float, links: float) -> tuple[float, ...]:
    """E by seed."""
    scenario = scaled(REPEATED, private_rates, links)
    return tuple(effective(scenario, bot, seed) for seed in SEEDS)


def varying(hypothesis: str, other: float) -> Callable[[float], tuple[float, float]]:
    """The private rates and links, one of them varied and the other one fixed."""
    return lambda m: (m, other) if hypothesis == "private_rates" else (other, m)


def slope_interval(cells: Sequence[tuple[float, ...]], at: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the least-squares slope of E in the multiplier, one slope a seed."""
    mean = fmean(at)
    spread = sum((m - mean) ** 2 for m in at)
    slopes = [
        sum((m - mean) * values[seed] for m, values in zip(at, cells, strict=True)) / spread
        for seed in SEEDS
    ]
    half = T_95 * stdev(slopes) / math.sqrt(len(slopes))
    return fmean(slopes) - half, fmean(slopes) + half


@pytest.mark.parametrize("hypothesis", ["private_rates", "links"])
def test_logit_bots_pay_what_the_model_says_within_1_bn(hypothesis: str) -> None:
    at = varying(hypothesis, 1)
    row = [fmean(cell("logit", *at(m))) for m in MULTIPLIERS]
    assert row == pytest.approx(ROWS[hypothesis]["logit"], abs=1.0)


@pytest.mark.parametrize("hypothesis", ["private_rates", "links"])
@pytest.mark.parametrize("bot", ["logit", "reciprocal"])
def test_effort_rises_with_private_returns_and_with_links(bot: str, hypothesis: str) -> None:
    at = varying(hypothesis, 1)
    cells = [cell(bot, *at(m)) for m in MULTIPLIERS]
    assert all(fmean(less) < fmean(more) for less, more in pairwise(cells))
    assert slope_interval(cells, MULTIPLIERS)[0] > 0


@pytest.mark.parametrize("hypothesis", ["private_rates", "links"])
@pytest.mark.parametrize("bot", ["logit", "reciprocal"])
def test_each_hypothesis_holds_with_the_other_switched_off(bot: str, hypothesis: str) -> None:
    at = varying(hypothesis, 0)
    cells = [cell(bot, *at(m)) for m in (0, 1, 2)]
    assert all(fmean(less) < fmean(more) for less, more in pairwise(cells))
    assert slope_interval(cells, (0, 1, 2))[0] > 0


@pytest.mark.parametrize("hypothesis", ["private_rates", "links"])
def test_best_repliers_play_the_equilibria_of_the_model(hypothesis: str) -> None:
    at = varying(hypothesis, 1)
    row = [effective(scaled(ONCE, *at(m)), "best-reply") for m in MULTIPLIERS]
    assert row == pytest.approx(ROWS[hypothesis]["nash"], abs=0.05)


def test_best_repliers_play_the_equilibria_for_both_at_once() -> None:
    table = [
        [effective(scaled(ONCE, private_rates, links), "best-reply") for links in (0, 1, 2)]
        for private_rates in (0, 1, 2)
    ]
    expected = ROWS["nash_by_private_rates_and_links_0_1_2"]
    for row, of_model in zip(table, expected, strict=True):
        assert row == pytest.approx(of_model, abs=0.05)


def test_where_the_good_is_purely_public_everybody_rides_free() -> None:
    # The optimum is 36.3 (model, 6.1).
    nothing_private = scaled(REPEATED, 0, 0)
    seats = tuple(
        replace(seat, home_stake_musd=0, bank_exposure_musd=0)
        for seat in nothing_private.governments
    )
    assert effective(replace(nothing_private, seats=seats), "best-reply") == 0
