"""Every measure of a small session whose values follow by hand (`sessions.by_hand`).

Stakes 60, 30, 30 and a need of 100 a round, linear, a dollar costs a dollar: money E brings
1.2·E - E to all. Round 1: 50 + 10 + 0, round 2: 40 + 20 + 10.
"""

from __future__ import annotations

import pytest

from server.analysis.burden import burden_sharing, conduct_of
from server.analysis.leadership import Following, first_moves, followings, moves
from server.analysis.measures import measures, scores
from server.analysis.packages import stories
from server.analysis.played import Played
from server.analysis.promises import Keeping, keeping, keeping_of_all
from server.analysis.talk import who_to_whom
from server.game.actions import AnswerPackage, Say, TablePackage
from server.game.payoffs import welfare_musd
from server.scenarios import load
from server.theory.solution import solve
from server.tournament import play
from tests.server.analysis.sessions import A, B, C, by_hand, of_bots, played
from tests.server.game.games import Player


@pytest.fixture(scope="module")
def session() -> Played:
    return played(by_hand().log)


def test_provision_welfare_and_efficiency(session: Played) -> None:
    found = measures(session)
    assert (found.rounds, found.need_musd, found.effective_musd) == (2, 200, 130)
    assert (found.provision, found.covered_rounds) == (0.65, 0)
    assert found.stability_mean == pytest.approx(0.65)
    assert found.welfare_musd == (72 - 60) + (84 - 70)
    assert found.efficiency == pytest.approx(26 / 40)
    assert (found.nash_efficiency, found.nash_effective_musd) == (0, 0)
    assert found.optimum_effective_musd == 200


def test_burden_sharing_beside_quota_stake_and_exposure(session: Played) -> None:
    found = burden_sharing(session)
    paid = {seat: one.paid_musd for seat, one in found.by_seat.items()}
    assert paid == {A: 90, B: 30, C: 10}
    a = found.by_seat[A]
    assert (a.paid_share, a.quota_share, a.stake_share) == (90 / 130, 0.5, 0.5)
    assert a.exposure_share is None, "no government has exposed banks"
    assert found.gini == pytest.approx(320 / 780)
    assert found.rank_with_quota == pytest.approx(1)
    assert found.rank_with_stake == pytest.approx(1.5 / 3**0.5), "two stakes share a rank"
    assert found.rank_with_exposure is None


def test_free_riding_is_what_is_missing_of_the_part_by_stake(session: Played) -> None:
    found = burden_sharing(session)
    assert [one.part_musd for one in found.by_seat.values()] == [100, 50, 50]
    riding = [one.free_riding for one in found.by_seat.values()]
    assert riding == pytest.approx([0.1, 0.4, 0.8])
    assert found.free_riding == pytest.approx((10 + 20 + 40) / 200)


def test_conduct_is_by_what_was_paid_of_the_fair_share(session: Played) -> None:
    """By quota 100, 60 and 40 of the two hundred that were needed; paid were 90, 30 and 10."""
    conduct = [one.conduct for one in burden_sharing(session).by_seat.values()]
    assert conduct == ["full co-operation", "partial co-operation", "partial co-operation"]
    assert conduct_of(10, 100) == conduct_of(0, 1) == "avoidance"
    assert conduct_of(0, 0) is None


def test_where_nobody_has_a_quota_fair_shares_are_by_heads() -> None:
    """Of 80 a round, 20 for each of four."""
    vcm = load("vcm")
    cast = {seat.id: "free-rider" for seat in vcm.seats} | {vcm.seats[0].id: "full-contributor"}
    conduct = burden_sharing(played(play(vcm, cast, 1).events)).by_seat
    assert [one.conduct for one in conduct.values()] == ["full co-operation", *["avoidance"] * 3]


def test_promises_are_kept_by_pledges(session: Played) -> None:
    found = keeping(session)
    assert found == {
        A: Keeping(rounds=1, kept=1, promised_musd=50, covered_musd=50),
        B: Keeping(rounds=1, kept=0, promised_musd=20, covered_musd=10),
        C: Keeping(0, 0, 0, 0),
    }
    assert (found[B].share, found[C].share) == (0.5, None)
    assert keeping_of_all(session).share == pytest.approx(60 / 70)


def test_who_moved_first_and_who_followed(session: Played) -> None:
    first, second = moves(session)
    assert (first.seat, first.place, first.amount_musd) == (A, 1, 50)
    assert (first.followers, first.followers_musd) == (1, 20)
    assert (second.seat, second.place, second.followers) == (B, 2, 0)
    assert first_moves(session) == {A: 1, B: 0, C: 0}


def test_following_is_lagged_by_a_round(session: Played) -> None:
    """Round 1 raised A and B from nothing; round 2 raised B and C."""
    found = {(one.leader, one.follower): (one.rises, one.followed) for one in followings(session)}
    assert found == {
        (A, B): (1, 1),
        (A, C): (1, 1),
        (B, A): (1, 0),
        (B, C): (1, 1),
        (C, A): (0, 0),
        (C, B): (0, 0),
    }
    assert isinstance(followings(session)[0], Following)


def test_scores_by_line_by_stake_and_by_theory(session: Played) -> None:
    """A gains 60·(.6 + .7) for 90: of a stake of 120 that is a tenth lost. In the optimum, with
    costs alike, A pays 40 of 100 in each round, and nobody pays in the equilibrium."""
    a = scores(session)[A]
    assert a.payoff_musd == 36 - 50 + 42 - 40 == -12
    assert a.saved_percent == pytest.approx(-10)
    assert a.index == pytest.approx(100 * -12 / 40)


def test_who_talked_to_whom(session: Played) -> None:
    assert who_to_whom(session) == {(C, "plenary"): 1, (C, A): 1}


def test_talk_after_an_agreement_is_told_apart() -> None:
    player = Player(by_hand().state.campaign[0])
    player.act(A, Say("let us agree"))
    player.act(A, TablePackage({A: 50, B: 20}))
    player.act(B, TablePackage({A: 60, B: 10}, parent=1))
    player.act(A, AnswerPackage(2, False))
    player.act(B, AnswerPackage(1, True))
    player.act(B, Say("so be it"))
    found = played(player.log)
    assert who_to_whom(found) == {(A, "plenary"): 1, (B, "plenary"): 1}
    assert who_to_whom(found, before_agreement=True) == {(A, "plenary"): 1}
    first, counter = stories(found).values()
    assert (first.depth, first.total_musd, first.stood_at_ms) == (0, 70, 5)
    assert (counter.depth, counter.answers[A][0], counter.stood_at_ms) == (1, False, None)


def test_efficiency_of_a_whole_session_is_that_of_its_ledger_beside_theory() -> None:
    """R5, one round: welfare of the ledger, against the optimum of the solver (model, 6.1)."""
    session = of_bots("east-asia")
    found, solution = measures(session), solve(load("east-asia"))
    (only,) = session.rounds
    welfare = welfare_musd(only.before.scenario, only.resolved.lines_musd)
    assert found.welfare_musd == welfare
    assert found.efficiency == pytest.approx(welfare / solution.optimum.welfare_musd, abs=1e-4)
    assert found.nash_efficiency == pytest.approx(0.4549, abs=1e-3)
    assert found.nash_effective_musd == 23_550


def test_a_bank_that_stays_and_earns_its_interest_has_saved_all_its_stake() -> None:
    """100·(pi + h·D)/((h+s)·D) (model, 5): with full stability and all staying, 100."""
    session = of_bots("mexico-1995", seed=3)
    for bank in session.scenario.banks:
        score = scores(session)[bank.id]
        due, h, s = bank.claims_due_musd, bank.collapse_loss, bank.interest_spread
        rounds = len(session.rounds) / session.scenario.rounds
        expected = 100 * (score.payoff_musd + h * due * rounds) / ((h + s) * due * rounds)
        assert score.saved_percent == pytest.approx(expected)


def test_an_unfinished_session_is_measured_over_its_resolved_rounds() -> None:
    log = by_hand().log
    opened = played(log[:4])
    assert (measures(opened).rounds, measures(opened).provision) == (0, None)
    assert (measures(opened).efficiency, burden_sharing(opened).gini) == (None, None)
    assert scores(opened)[A].saved_percent is None
