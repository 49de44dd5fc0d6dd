"""What each Fund proposes and when it releases, by hand.

At the table of `tables` with a vote: need 10 bn, so ordinary access 4 and exceptional 10 bn.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from server.bots import make
from server.game.actions import Ballot, DecideTranche, ProposeTranche, Say, TablePackage, Vote
from server.game.cards import View
from server.game.scenario import Imf, Phase, Role, Scenario
from tests.server.bots.tables import BANK, FUND, OTHER_BANK, VOTING, A, B, C, Table, with_rules


def released(bot: str, table: Table, seed: int = 1) -> bool:
    """Whether a bot in the Fund's seat releases the tranche, once the board has granted it."""
    table.skip_to(Phase.VOTE)
    number = table.view(FUND).proposals[0].proposal
    for seat in (A, B, C):
        table.act(seat, Vote(number, Ballot.YES))
    assert table.view(FUND).gap.tranche_musd > 0
    action = table.asked(bot, FUND, seed)
    assert isinstance(action, DecideTranche), action
    return action.release


@pytest.mark.parametrize(
    ("bot", "tranche_musd"),
    [
        ("free-rider", 0),
        ("full-contributor", 10_000),
        ("leader", 10_000),
        ("conditional", 4_000),
        ("by-the-book", 4_000),
        ("best-reply", 4_000),
        ("strict", 4_000),
        ("follower:A", 4_000),
    ],
)
def test_what_is_proposed(bot: str, tranche_musd: int) -> None:
    taken = Table(VOTING).skip_to(Phase.PROPOSE).let(bot, FUND)
    proposed = [action for action in taken if isinstance(action, ProposeTranche)]
    assert proposed == [ProposeTranche(tranche_musd)]


def test_a_random_proposal_stays_within_ordinary_access() -> None:
    table, seen = Table(VOTING).skip_to(Phase.PROPOSE), set[int]()
    for seed in range(200):
        action = make("random", Role.IMF).act(_spoken(table), Random(seed))
        assert isinstance(action, ProposeTranche)
        seen.add(action.tranche_musd)
    assert 0 <= min(seen) < 400
    assert 3_600 < max(seen) <= 4_000


def _spoken(table: Table) -> View:
    view = table.view(FUND)
    if not view.messages:
        table.act(FUND, Say("The need is known."))
        view = table.view(FUND)
    return view


@pytest.mark.parametrize("bot", ["full-contributor", "leader", "by-the-book", "conditional"])
def test_who_releases_at_first_whatever_is_promised(bot: str) -> None:
    assert released(bot, Table(VOTING))


@pytest.mark.parametrize("bot", ["free-rider", "strict", "follower:A"])
def test_who_withholds_where_nothing_is_promised(bot: str) -> None:
    assert not released(bot, Table(VOTING))


@pytest.mark.parametrize(("paid_musd", "releases"), [(5_000, True), (4_900, False)])
def test_by_the_book_means_not_after_less_than_half_a_rescue(
    paid_musd: int, releases: bool
) -> None:
    assert released("by-the-book", Table(VOTING).play_round({A: paid_musd})) is releases


@pytest.mark.parametrize(("promised_musd", "releases"), [(6_000, True), (5_900, False)])
def test_the_strict_fund_wants_the_rest_promised(promised_musd: int, releases: bool) -> None:
    assert released("strict", Table(VOTING).say({A: promised_musd})) is releases


def test_the_strict_fund_counts_other_institutions_money() -> None:
    with_others = replace(VOTING, ifi_share=0.5)
    assert released("strict", Table(with_others).say({A: 4_000}))
    assert not released("strict", Table(with_others).say({A: 3_900}))


@pytest.mark.parametrize(("mandate_musd", "releases"), [(1_697, False), (1_703, True)])
def test_the_best_replying_fund_weighs_its_mandate_against_its_risk(
    mandate_musd: int, releases: bool
) -> None:
    # 4 of 10 bn lift S by .4 and cost (.05 + .2·.6)·4000 = 680: worth it from 1700 on.
    assert released("best-reply", Table(_with_mandate(mandate_musd))) is releases


def _with_mandate(mandate_musd: int) -> Scenario:
    fund = Imf(FUND, "Fund", "", mandate_musd, 0.05, 0.2, 0, 0)
    return replace(VOTING, seats=(*VOTING.seats[:-1], fund))


def test_a_fund_behind_a_government_releases_where_that_one_has_spoken() -> None:
    assert released("follower:A", Table(VOTING).say({A: 100}))
    assert not released("follower:A", Table(VOTING).say({B: 100}))


def test_the_random_fund_releases_half_of_the_time() -> None:
    # 100 coins: four standard deviations are 20.
    heads = sum(released("random", Table(VOTING), seed) for seed in range(100))
    assert abs(heads - 50) < 20


def test_a_leading_fund_asks_every_government_and_bank_but_not_itself() -> None:
    taken = Table(VOTING).let("leader", FUND)
    packages = [action for action in taken if isinstance(action, TablePackage)]
    # Fair shares of what ordinary access leaves: 6 bn by 5:3:2.
    assert [package.pledges_musd for package in packages] == [{A: 3_000, B: 1_800, C: 1_200}]
    assert packages[0].withdrawn_at_most_permille == {BANK: 0, OTHER_BANK: 0}


def test_a_fund_without_a_tranche_has_nothing_to_decide() -> None:
    assert Table().skip_to(Phase.PLEDGE).asked("by-the-book", FUND) is None


# --- assurances and terms ---


@pytest.mark.parametrize(("promised_musd", "releases"), [(5_000, True), (4_900, False)])
def test_the_catalytic_fund_lends_where_nine_tenths_are_assured(
    promised_musd: int, releases: bool
) -> None:
    # With its own 4 bn: 9 of 10.
    assert released("catalytic", Table(VOTING).say({A: promised_musd})) is releases


def test_the_catalytic_fund_counts_promises_as_far_as_they_were_kept() -> None:
    table = Table(VOTING).say({A: 5_000}).play_round({A: 2_500}).say({A: 8_000})
    assert not released("catalytic", table)
    # The strict one goes by words alone.
    table = Table(VOTING).say({A: 5_000}).play_round({A: 2_500}).say({A: 8_000})
    assert released("strict", table)


def test_the_catalytic_fund_asks_for_assurances() -> None:
    taken = Table(VOTING).let("catalytic", FUND)
    assert any(isinstance(action, TablePackage) for action in taken)


@pytest.mark.parametrize(("bot", "terms"), [("strict", (1000, 1000)), ("by-the-book", ())])
def test_the_strict_fund_asks_for_the_hardest_terms(bot: str, terms: tuple[int, ...]) -> None:
    scenario = with_rules(VOTING, "terms", term_names=("x", "y"), standard_terms=(0.5, 0.5))
    taken = Table(scenario).skip_to(Phase.PROPOSE).let(bot, FUND)
    assert [one for one in taken if isinstance(one, ProposeTranche)] == [
        ProposeTranche(4_000, terms)
    ]


def test_a_programme_names_the_tranches_to_come_and_is_not_proposed_again() -> None:
    scenario = with_rules(VOTING, "terms", "programmes", term_names=("x",), standard_terms=(0.5,))
    table = Table(scenario).skip_to(Phase.PROPOSE)
    assert ProposeTranche(4_000, (), (4_000, 4_000)) in table.let("by-the-book", FUND)
    table.skip_to(Phase.VOTE)
    for seat in (A, B, C):
        table.act(seat, Vote(1, Ballot.YES))
    table.play_round({A: 5_000}).skip_to(Phase.PROPOSE)
    assert not any(isinstance(one, ProposeTranche) for one in table.let("by-the-book", FUND))
