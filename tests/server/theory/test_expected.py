"""Theory beside sessions that were really played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.game.events import CardPlayed, PhaseBegan, RoundResolved
from server.game.scenario import Government, Phase, RoundScale, Scenario
from server.game.state import State, evolve
from server.scenarios import load
from server.theory.expected import (
    carried_rules,
    decided_rules,
    expected,
    pledges_that_counted,
    stage_of_round,
)
from server.theory.solution import Setting, solve
from server.tournament import play
from tests.server.game.games import CAMPAIGN, CRISIS
from tests.server.game.wander import wander
from tests.server.theory.games import R5, SEATS

REFUNDED = replace(CAMPAIGN, switches=replace(CAMPAIGN.switches, refund=True))


def test_best_replying_bots_come_to_the_equilibrium_and_regret_nothing() -> None:
    repeated = replace(R5, rounds=4, round_scale=RoundScale.REPEATED)
    match = play(repeated, dict.fromkeys(SEATS, "best-reply"), 1)
    last = expected(match.events)[-1]
    assert last.played == last.nash == last.nash_from_optimum and last.at_rest
    assert last.played.effective_musd == solve(R5).nash[0].point.effective_musd
    assert set(last.from_nash_musd.values()) == set(last.regret_musd.values()) == {0}
    assert last.played.efficiency == pytest.approx(0.4549, abs=1e-3), "model, 6.1"
    assert last.optimum.effective_musd == 60_000


def test_a_split_round_is_its_part_of_the_one_shot_game() -> None:
    """Model, 4: each round's equilibria are 1/T of the one-shot ones, for every rho."""
    for rho in (0.5, 1.0):
        split = replace(R5, rounds=2, sharpness=rho, round_scale=RoundScale.SPLIT)
        match = play(split, dict.fromkeys(SEATS, "free-rider"), 1)
        whole = solve(replace(R5, sharpness=rho)).nash[0].point.effective_musd
        for round_ in expected(match.events):
            assert round_.nash.effective_musd == pytest.approx(whole / 2, abs=5 * 50)
            assert round_.optimum.effective_musd == 30_000


def test_a_free_rider_regrets_what_its_best_reply_would_have_brought() -> None:
    match = play(R5, dict.fromkeys(SEATS, "free-rider"), 1)
    (only,) = expected(match.events)
    assert only.played.effective_musd == 0 == only.played.efficiency
    assert only.from_nash_musd == {
        seat: -pledge for seat, pledge in solve(R5).nash[0].point.pledges_musd.items()
    }
    # Alone and linear, x* pays tau·x*²/(2B) (model, 2.7): 12.175 and 20 bn for Japan.
    assert only.regret_musd["JP"] == pytest.approx(0.8 * 12_175**2 / 40_000, abs=1)


def test_what_banks_and_the_fund_did_is_taken_as_given() -> None:
    korea = load("korea-1997")
    cast = {seat.id: "full-contributor" for seat in korea.seats}
    match = play(korea, cast, 1)
    for resolved, one in zip(match.state.history, expected(match.events), strict=True):
        assert resolved.tranche_musd > 0
        official = resolved.tranche_musd + resolved.ifi_musd
        assert one.nash.effective_musd >= official
        assert one.played.effective_musd == resolved.effective_musd
        assert one.optimum.effective_musd <= resolved.need_musd


@given(st.integers(0, 10**9), st.sampled_from([CAMPAIGN, REFUNDED, CRISIS]))
@settings(deadline=None, max_examples=40)
def test_the_stage_of_a_round_comes_to_what_the_round_came_to(
    seed: int, scenario: Scenario
) -> None:
    """Whatever was tried in it; in the basic rule set also for every government."""
    state: State | None = None
    limits_moved = False
    for event in wander(scenario, seed).log:
        if isinstance(event, PhaseBegan) and event.phase is not Phase.RESOLVE:
            limits_moved = False
        # A card may cut a capacity after its pledge was sealed; the pledge stands.
        limits_moved |= isinstance(event, CardPlayed)
        if isinstance(event, RoundResolved) and state is not None:
            stage = stage_of_round(state, event)
            played = pledges_that_counted(stage, event)
            total = np.array(float(played.sum()))
            assert float(stage.effective(total)) == pytest.approx(event.effective_musd)
            assert float(stage.stability(total)) == pytest.approx(event.stability, abs=1e-9)
            assert limits_moved or (played <= stage.limits_musd).all()
            if scenario is CRISIS:
                for seat, payoff in zip(stage.seats, stage.payoffs(played), strict=True):
                    lines = event.lines_musd[seat]
                    bonus = lines.get("leader_bonus", 0)
                    close = len(lines) / 2 + 2 + len(stage.seats)
                    assert payoff == pytest.approx(sum(lines.values()) - bonus, abs=close)
        state = evolve(state, event)


def test_a_repeated_session_has_the_same_theory_in_every_round() -> None:
    vcm = load("vcm")
    match = play(vcm, {seat.id: "random" for seat in vcm.seats}, 1)
    rounds = expected(match.events)
    assert len(rounds) == 10
    assert {one.nash.effective_musd for one in rounds} == {0}
    assert {one.optimum.effective_musd for one in rounds} == {80_000}
    optimum = solve(vcm, Setting(grid_musd=1_000)).optimum
    for one in rounds:
        assert one.played.efficiency == pytest.approx(
            one.played.effective_musd / optimum.effective_musd
        )
        # Each dollar costs one and returns .40: what was given is regretted by .60.
        given = one.from_nash_musd
        assert one.regret_musd == {seat: round(0.6 * given[seat]) for seat in given}


def test_every_advanced_rule_is_carried_on_decided_or_part_of_the_stage() -> None:
    in_the_stage = {
        *("peer_pressure", "cross_default", "fungibility", "relative_gains"),
        *("credit_losses", "refund"),
    }
    # With everything on, and a capacity that a collapse weakens.
    scenario = replace(
        CAMPAIGN,
        switches=replace(CAMPAIGN.switches, refund=True),
        seats=tuple(
            replace(seat, crisis_weakness=0.5) if isinstance(seat, Government) else seat
            for seat in CAMPAIGN.seats
        ),
    )
    carried, decided = carried_rules(scenario), decided_rules(scenario)
    assert "crisis_weakness" in carried
    named = {*carried, *decided, *in_the_stage} - {"crisis_weakness"}
    assert named == set(scenario.advanced_rules)
    assert carried_rules(R5) == decided_rules(R5) == ()
