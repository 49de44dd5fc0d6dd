"""What each government pays and promises, worked out by hand or from a closed form.

At the table of `tables`: need 10 bn, fair shares 5, 3 and 2 bn, capacity 8 bn each.
"""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.bots import make
from server.game.actions import (
    AnswerPackage,
    Ballot,
    DeclareIntention,
    Say,
    TablePackage,
    Vote,
)
from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Link, Phase, PhasePlan, Role, RoundScale, Scenario, SeatId
from server.scenarios import load
from server.tournament import play
from tests.server.bots.tables import BANK, OTHER_BANK, THREE, A, B, C, Table

JP, US, DE, UK, AU = (SeatId(name) for name in ("JP", "US", "DE", "UK", "AU"))
SILENT = (PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE))


def said(bot: str, table: Table) -> int | None:
    """What a bot in seat A declares first."""
    action = table.asked(bot, A)
    return action.pledge_musd if isinstance(action, DeclareIntention) else None


# --- said and pledged, when nobody else says anything and nothing was seen ---


@pytest.mark.parametrize(
    ("bot", "says_musd", "pays_musd"),
    [
        ("free-rider", 5_000, 0),
        ("full-contributor", 8_000, 8_000),
        ("conditional", 2_500, 2_500),
        ("leader", 6_500, 6_500),
        ("follower:B", 0, 0),
    ],
)
def test_what_is_said_and_pledged_first(bot: str, says_musd: int, pays_musd: int) -> None:
    table = Table()
    assert said(bot, table) == says_musd
    table.let(bot, A)
    assert table.pledge_of(bot, A) == pays_musd


def test_the_best_replier_says_half_of_what_it_would_pay_and_pays_the_whole() -> None:
    # A dollar saves 20/10 of itself and costs 1/2: all of the need that 8 bn can fill.
    table = Table()
    assert said("best-reply", table) == 4_000
    table.let("best-reply", A)
    assert table.pledge_of("best-reply", A) == 8_000


def test_random_pledges_lie_on_the_grid_and_cover_it() -> None:
    table = Table().skip_to(Phase.PLEDGE)
    pledges = [table.pledge_of("random", A, seed) for seed in range(400)]
    assert {pledge % 100 for pledge in pledges} == {0}
    assert (min(pledges), max(pledges)) == (0, 8_000)
    # Mean of a uniform on 0..8000 is 4000; its standard error over 400 is 117.
    assert abs(sum(pledges) / 400 - 4_000) < 4 * 117


def test_random_keeps_no_promise_but_by_chance() -> None:
    kept = [
        table.pledge_of("random", A, seed + 1000) == intention
        for seed in range(40)
        if (table := Table()) and (intention := _declared(table, seed)) is not None
    ]
    assert sum(kept) < 10


def _declared(table: Table, seed: int) -> int:
    action = table.asked("random", A, seed)
    assert isinstance(action, DeclareIntention)
    table.act(A, action)
    return action.pledge_musd


# --- after a round ---


@pytest.mark.parametrize(
    ("paid_by_b_musd", "paid_by_c_musd", "pays_musd"),
    [
        (3_000, 2_000, 5_000),
        (1_500, 1_000, 2_500),
        (1_400, 1_000, 2_400),
        (0, 0, 0),
        (8_000, 8_000, 5_000),
    ],
)
def test_a_conditional_cooperator_pays_of_its_share_what_others_paid_of_theirs(
    paid_by_b_musd: int, paid_by_c_musd: int, pays_musd: int
) -> None:
    table = Table().play_round({B: paid_by_b_musd, C: paid_by_c_musd})
    assert table.pledge_of("conditional", A) == pays_musd


def test_a_conditional_cooperator_opens_with_its_share_where_others_promise_theirs() -> None:
    assert Table().say({B: 3_000, C: 2_000}).pledge_of("conditional", A) == 5_000
    assert Table().say({B: 3_000, C: 1_000}).pledge_of("conditional", A) == 4_000


@pytest.mark.parametrize(
    ("paid_by_b_musd", "pays_musd"), [(3_000, 6_500), (1_500, 6_500), (1_400, 2_500)]
)
def test_a_leader_stops_where_less_than_half_of_the_shares_follow(
    paid_by_b_musd: int, pays_musd: int
) -> None:
    table = Table().play_round({A: 6_500, B: paid_by_b_musd, C: 1_000})
    assert table.pledge_of("leader", A) == pays_musd


@pytest.mark.parametrize(
    ("paid_by_b_musd", "pays_musd"), [(3_000, 5_000), (1_500, 2_500), (0, 0), (6_000, 5_000)]
)
def test_a_follower_does_its_share_as_far_as_the_named_seat_did_its_own(
    paid_by_b_musd: int, pays_musd: int
) -> None:
    table = Table().play_round({B: paid_by_b_musd, C: 2_000})
    assert table.pledge_of("follower:B", A) == pays_musd


def test_a_follower_goes_by_words_until_it_has_seen_deeds() -> None:
    assert Table().say({B: 1_500, C: 2_000}).pledge_of("follower:B", A) == 2_500


def test_a_follower_of_a_seat_that_pays_nothing_anywhere_pays_nothing() -> None:
    for nobody in ("BANK", "FUND", "NOWHERE"):
        assert Table().pledge_of(f"follower:{nobody}", A) == 0


# --- packages ---


@pytest.mark.parametrize(
    ("bot", "asked_musd", "accepts"),
    [
        ("free-rider", 5_000, True),
        ("free-rider", 5_100, False),
        ("full-contributor", 8_000, True),
        ("full-contributor", 8_100, False),
        ("conditional", 5_000, True),
        ("conditional", 5_100, False),
        ("leader", 6_500, True),
        ("leader", 6_600, False),
    ],
)
def test_which_packages_are_signed(bot: str, asked_musd: int, accepts: bool) -> None:
    taken = Table().ask(B, {A: asked_musd, B: 3_000}).let(bot, A)
    assert [action.accept for action in taken if isinstance(action, AnswerPackage)] == [accepts]


@pytest.mark.parametrize(
    ("bot", "pays_musd"), [("free-rider", 0), ("conditional", 5_000), ("follower:C", 5_000)]
)
def test_who_keeps_a_signature(bot: str, pays_musd: int) -> None:
    table = Table().ask(B, {A: 5_000, B: 3_000})
    table.let(bot, A)
    assert table.pledge_of(bot, A) == pays_musd


def test_a_leader_asks_everybody_for_the_fair_share_and_the_banks_to_stay() -> None:
    taken = Table().let("leader", A)
    packages = [action for action in taken if isinstance(action, TablePackage)]
    assert [package.pledges_musd for package in packages] == [{A: 6_500, B: 3_000, C: 2_000}]
    assert packages[0].withdrawn_at_most_permille == {BANK: 0, OTHER_BANK: 0}


def test_every_government_speaks_once_a_round() -> None:
    table = Table()
    first = table.let("conditional", A)
    second = table.skip_to(Phase.PROPOSE).let("conditional", A)
    assert sum(isinstance(action, Say) for action in [*first, *second]) == 1


# --- best reply against the closed forms of the model ---


def reference(**changes: object) -> Scenario:
    """R5 played again and again, with the pledges seen in between."""
    repeated = {"rounds": 2, "round_scale": RoundScale.REPEATED, "phases": SILENT}
    return replace(load("east-asia"), **{**repeated, **changes})


@pytest.mark.parametrize(
    ("seat", "closed_form_musd"),
    [(JP, 12_175), (US, 9_921.9), (DE, 910.4), (UK, 368.3), (AU, 247.5)],
)
def test_linear_best_replies_are_those_of_model_6_1(seat: SeatId, closed_form_musd: float) -> None:
    match = play(load("east-asia"), dict.fromkeys((JP, US, DE, UK, AU), "best-reply"), 1)
    assert abs(match.state.history[0].pledges_musd[seat] - closed_form_musd) <= 50


@pytest.mark.parametrize("others_musd", [0, 5_000, 20_000])
def test_a_linear_best_reply_does_not_depend_on_others(others_musd: int) -> None:
    table = Table(reference()).play_round({US: others_musd})
    # clip[(B/tau)(Psi/N + p - c)] with Psi = 32.22 (model, 2.7 and 6.1).
    expected_musd = 20_000 / 0.8 * (32.22 / 60 + 0.25 - 0.3)
    assert abs(table.pledge_of("best-reply", JP) - expected_musd) <= 50


@pytest.mark.parametrize(
    ("sharpness", "pledges_musd"),
    [
        (0.5, {JP: 10_550, US: 8_150, DE: 500, UK: 100, AU: 150}),
        (2.0, {JP: 0, US: 0, DE: 0, UK: 0, AU: 0}),
    ],
)
def test_the_equilibria_of_model_6_1_are_best_replies_to_themselves(
    sharpness: float, pledges_musd: dict[SeatId, int]
) -> None:
    table = Table(reference(sharpness=sharpness)).play_round(pledges_musd)
    table.skip_to(Phase.PLEDGE)
    for seat, pledge_musd in pledges_musd.items():
        assert abs(table.pledge_of("best-reply", seat) - pledge_musd) <= 50


def test_with_strong_links_the_rescue_holds_itself_up_and_so_does_the_collapse() -> None:
    scenario = reference(sharpness=2.0)
    stronger = tuple(
        Link(link.feels, link.partner, 1.5 * link.economic, 1.5 * link.institutional)
        for link in scenario.links
    )
    for pledges_musd in (
        {JP: 20_000, US: 22_600, DE: 4_000, UK: 2_650, AU: 1_350},
        {JP: 0, US: 0, DE: 0, UK: 0, AU: 0},
    ):
        table = Table(replace(scenario, links=stronger)).play_round(pledges_musd)
        for seat, pledge_musd in pledges_musd.items():
            assert abs(table.pledge_of("best-reply", seat) - pledge_musd) <= 50, seat


def test_best_repliers_at_rho_2_stay_in_the_collapse() -> None:
    scenario = reference(sharpness=2.0, rounds=6)
    match = play(scenario, {seat.id: "best-reply" for seat in scenario.seats}, 1)
    assert {one.effective_musd for one in match.state.history} == {0}


def test_best_repliers_pay_nothing_in_the_voluntary_contribution_mechanism() -> None:
    # MPCR 0.4 < 1 (model, 3 (i)).
    scenario = load("vcm")
    match = play(scenario, {seat.id: "best-reply" for seat in scenario.seats}, 1)
    assert {one.effective_musd for one in match.state.history} == {0}


@pytest.mark.parametrize(
    ("others_musd", "pays_musd"), [(24_000, 6_000), (18_000, 0), (21_000, 9_000), (30_000, 0)]
)
def test_a_best_replier_fills_a_provision_point_where_that_is_worth_it(
    others_musd: int, pays_musd: int
) -> None:
    # Worth 10 bn at 1 a dollar: it pays the rest of the 30 if that is below 10 (model, 3 (ii)).
    each = others_musd // 3
    pledges = {SeatId(f"P{number}"): each for number in (2, 3, 4)}
    table = Table(load("provision-point")).play_round(pledges)
    assert table.pledge_of("best-reply", SeatId("P1")) == pays_musd


@settings(max_examples=40, deadline=None)
@given(
    sharpness=st.sampled_from([0.5, 1.0, 2.0, math.inf]),
    us_musd=st.integers(0, 500).map(lambda steps: 50 * steps),
    de_musd=st.integers(0, 200).map(lambda steps: 50 * steps),
    private_rate=st.sampled_from([0.15, 0.6]),
)
def test_no_pledge_pays_more_than_the_best_reply(
    sharpness: float, us_musd: int, de_musd: int, private_rate: float
) -> None:
    scenario = reference(sharpness=sharpness)
    japan = replace(scenario.governments[0], private_domestic_rate=private_rate)
    scenario = replace(scenario, seats=(japan, *scenario.seats[1:]))
    table = Table(scenario).play_round({US: us_musd, DE: de_musd})

    def payoff_musd(pledge_musd: int) -> int:
        profile = Decisions({JP: pledge_musd, US: us_musd, DE: de_musd}, {})
        return sum(one_shot(scenario, profile).lines_musd[JP].values())

    chosen = payoff_musd(table.pledge_of("best-reply", JP))
    # Eight lines, each rounded by half a million at most, on both sides.
    assert chosen >= max(payoff_musd(pledge) for pledge in range(0, 20_001, 250)) - 8


# --- votes ---


@pytest.mark.parametrize(
    ("seat", "reservation_cost"), [(JP, 3.356), (US, 0.935), (DE, 1.705), (UK, 1.692), (AU, 4.988)]
)
@pytest.mark.parametrize(("above", "ballot"), [(-0.01, Ballot.YES), (0.01, Ballot.NO)])
def test_votes_turn_at_the_reservation_cost_of_model_6_4(
    seat: SeatId, reservation_cost: float, above: float, ballot: Ballot
) -> None:
    phases = tuple(map(PhasePlan, (Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE)))
    scenario = reference(phases=phases, imf_unit_cost=reservation_cost + above)
    table = Table(scenario).skip_to(Phase.VOTE)
    action = make("conditional", Role.GOVERNMENT).act(table.view(seat), Random(1))
    assert isinstance(action, Vote)
    assert action.ballot is ballot


def test_where_promises_fill_the_need_already_a_tranche_is_not_worth_its_cost() -> None:
    phases = tuple(map(PhasePlan, (Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE)))
    table = Table(replace(THREE, phases=phases)).say({A: 5_000, B: 3_000, C: 2_000})
    action = table.skip_to(Phase.VOTE).asked("conditional", A)
    # The Fund's seat was silent, so ordinary access was proposed for it.
    assert action == Vote(1, Ballot.NO)
