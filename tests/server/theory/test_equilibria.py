"""Equilibria on the grid against plain enumeration and against closed forms."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from server.game.scenario import Scenario
from server.theory.equilibria import Replies, all_equilibria, regrets_musd, settle
from server.theory.optimum import optimum
from server.theory.stage import Pledges, Stage, stage_of
from tests.server.game.games import vcm
from tests.server.theory.games import (
    JP,
    R5,
    R5_STATICS,
    SEATS,
    SPECIAL_CASES,
    UK,
    US,
    musd,
    plain,
    scenarios,
    switched,
    with_every_government,
)


def every_profile(stage: Stage) -> Pledges:
    levels = [stage.levels_musd(place).tolist() for place in range(len(stage.seats))]
    return np.array(list(itertools.product(*levels)), dtype=np.int64)


def small(scenario: Scenario, levels: int) -> Stage:
    """The stage on a grid of at most so many levels a government."""
    largest = max(seat.capacity_musd for seat in scenario.governments)
    return stage_of(scenario, grid_musd=max(1, largest // (levels - 1)))


@given(scenario=scenarios(most_seats=3))
@settings(deadline=None, max_examples=60)
def test_all_equilibria_are_those_that_plain_enumeration_finds(scenario: Scenario) -> None:
    stage = small(scenario, levels=6)
    found, count = all_equilibria(Replies(stage), most=10_000)
    expected = set()
    for profile in every_profile(stage):
        replies = []
        for place in range(len(profile)):
            levels = stage.levels_musd(place)
            tried = np.tile(profile, (len(levels), 1))
            tried[:, place] = levels
            payoffs = stage.payoffs(tried)[:, place].tolist()
            first = next(at for at, one in enumerate(payoffs) if one >= max(payoffs) - 1e-6)
            replies.append(int(levels[first]))
        if replies == profile.tolist():
            expected.add(tuple(replies))
    assert set(found) == expected
    assert count == len(found)


def test_only_as_many_are_listed_as_asked_for_but_all_are_counted() -> None:
    game = plain(3, need_musd=600, stake_musd=400, capacity_musd=400, sharpness=float("inf"))
    listed, count = all_equilibria(Replies(stage_of(game, grid_musd=100)), most=2)
    # Whoever pays all of its stake is indifferent and leaves: 200 each, 300+300+0, 100+200+300
    # in their orders, and nothing at all.
    assert count == 1 + 3 + 6 + 1
    assert len(listed) == 2


@given(scenario=scenarios(most_seats=4))
@settings(deadline=None, max_examples=60)
def test_where_best_replies_rest_nobody_regrets(scenario: Scenario) -> None:
    stage = small(scenario, levels=9)
    best, _ = optimum(stage)
    ends, at_rest = settle(Replies(stage), np.vstack([np.zeros_like(best), best]))
    assert regrets_musd(stage, ends[at_rest]).max(initial=0.0) < 1e-3


SETTINGS_OF_VCM = list(
    itertools.product((2, 4, 6, 10), (0.2, 0.4, 0.75, 1.1), (0.0, 0.3), (0.0, 0.2, 0.5))
)


@pytest.mark.parametrize(("count", "alpha", "p", "g"), SETTINGS_OF_VCM)
def test_in_a_vcm_the_equilibrium_and_the_optimum_are_those_of_the_formula(
    count: int, alpha: float, p: float, g: float
) -> None:
    """Model, 3 (i): all give all if alpha > (1-p)(1+g), else nothing; best if n·alpha > 1-p."""
    game = vcm(alpha, count, 1_000, private_rate=p)
    game = switched(with_every_government(game, relative_gains_weight=g), relative_gains=g > 0)
    stage = stage_of(game, grid_musd=250)
    best, exact = optimum(stage)
    starts = np.vstack([np.zeros_like(best), best, np.full_like(best, 500)])
    ends, at_rest = settle(Replies(stage), starts)
    assert at_rest.all() and exact
    assert (ends == (1_000 if alpha > (1 - p) * (1 + g) else 0)).all()
    assert (best == (1_000 if count * alpha > 1 - p else 0)).all()


@pytest.mark.parametrize("p", ["0", "0.2"])
@pytest.mark.parametrize("refund", ["no_refund", "refund"])
def test_a_provision_point_has_the_tabulated_number_of_equilibria(refund: str, p: str) -> None:
    """Model, 6.4: whole profiles up to order, whoever is indifferent included."""
    case = SPECIAL_CASES["provision_point"]
    expected = case[refund][p]
    game = plain(
        case["n"],
        need_musd=case["T"],
        stake_musd=case["V"],
        capacity_musd=case["y"],
        sharpness=float("inf"),
        private_rate=float(p),
    )
    stage = stage_of(switched(game, refund=refund == "refund"), grid_musd=1)
    profiles = np.array(
        list(itertools.combinations_with_replacement(range(case["y"] + 1), case["n"]))
    )
    nash = profiles[regrets_musd(stage, profiles).max(axis=1) < 1e-6]
    totals = nash.sum(axis=1)
    providing, failing = nash[totals >= case["T"]], totals[totals < case["T"]]
    assert (len(providing), len(failing)) == (expected["providing"], expected["failing"])
    assert totals.max() == case["T"], "nobody provides more than is needed"
    if "largest_share" in expected:
        assert providing.max() == expected["largest_share"]
        assert failing.tolist() == [0]
    else:
        assert failing.max() == expected["largest_failing_total"]


def closed_form_musd(scenario: Scenario, grid_musd: int) -> list[float]:
    """x* = clip[(B/tau)(Psi/N + p - c), 0, B] (model, 2.7)."""
    stage = stage_of(scenario, grid_musd=grid_musd)
    slope = stage.stake / stage.need_musd + stage.private_rate - stage.unit_cost
    return list(np.clip(slope / (2 * stage.resistance), 0, stage.limits_musd))


@given(scenario=scenarios())
@settings(deadline=None, max_examples=60)
def test_where_stability_is_linear_the_equilibrium_is_the_closed_form(scenario: Scenario) -> None:
    total = sum(seat.capacity_musd for seat in scenario.governments)
    scenario = replace(
        with_every_government(scenario, cost_convexity=0.8),
        sharpness=1.0,
        need_musd=max(total, scenario.need_musd),
    )
    stage = stage_of(scenario, grid_musd=50)
    ends, at_rest = settle(Replies(stage), np.zeros((1, len(stage.seats)), dtype=np.int64))
    assert at_rest.all()
    assert ends[0] == pytest.approx(closed_form_musd(scenario, 50), abs=50)


def test_r5_is_its_tabulated_closed_form() -> None:
    expected = [1000 * pledge for pledge in R5_STATICS["closed_form_nash"]]
    assert closed_form_musd(R5, 50) == pytest.approx(expected, abs=0.051)


def test_a_tie_goes_to_the_smaller_pledge() -> None:
    """The closed form of JP lies just between two steps: 12,150 and 12,200 pay the same."""
    stage = stage_of(R5)
    own = stage.own_payoffs(0, np.array([[0, 9_900, 900, 350, 250]]))[0]
    assert own[243] == pytest.approx(own[244], abs=1e-6)
    assert Replies(stage).to(0, np.array([[0, 9_900, 900, 350, 250]])).tolist() == [12_150]


@pytest.mark.parametrize("force", ["0", "0.25", "0.5", "1"])
def test_the_same_pressure_has_another_effect_where_private_returns_differ(force: str) -> None:
    """Model, 6.4 and 2.7: x = max(x*, min(A, x1))."""
    case = R5_STATICS["pressure"]
    for rate, expected in zip(
        case["private_domestic_rate_JP"], case["pledge_JP_by_force"][force], strict=True
    ):
        japan = replace(R5.governments[0], private_domestic_rate=rate)
        game = replace(R5, seats=(japan, *R5.seats[1:]), pressure_force=float(force))
        stage = stage_of(switched(game, pressure=True), asked_musd={JP: {US: musd(case["asked"])}})
        reply = Replies(stage).to(0, np.zeros((1, 5), dtype=np.int64))[0]
        assert reply == pytest.approx(musd(expected), abs=50)


def test_with_unanimity_clauses_full_rescue_is_an_equilibrium_of_r5_at_rho_2() -> None:
    """Model, 8, trap 1; without them the only equilibrium is collapse."""
    convex = replace(R5, sharpness=2.0)
    best, _ = optimum(stage_of(convex))
    others = dict(zip(SEATS, (best.sum() - best).tolist(), strict=True))
    together = stage_of(convex, others_at_least_musd=others)
    assert regrets_musd(together, best[None, :]).max() == 0
    assert (together.payoffs(best) > 0).all()
    assert regrets_musd(stage_of(convex), best[None, :]).max() > 1, "not so without them"
    less = best.copy()
    less[SEATS.index(UK)] -= 50
    assert together.active(less.astype(float)).sum() == 0, "one refusal kills it"
