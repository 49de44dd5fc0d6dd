"""What each bank takes out and what it says: by hand, and by the threshold of the model.

At the table of `tables`: need 10 bn, two banks with 4 and 1 bn due, S* = .45/.55 = .8182.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.bots import sentences
from server.game.actions import AnswerPackage, Lobby, OfferFavour, Pledge, Say, TablePackage
from server.game.scenario import Bank, Phase, PhasePlan, SeatId
from tests.server.bots.tables import (
    BANK,
    FUND,
    OTHER_BANK,
    THREE,
    A,
    B,
    C,
    Table,
    with_rules,
    with_seats,
)


@pytest.mark.parametrize(
    ("bot", "first", "after"),
    [
        ("free-rider", 1000, 1000),
        ("run", 1000, 1000),
        ("full-contributor", 0, 0),
        ("leader", 0, 0),
        ("stay", 0, 0),
        ("conditional", 500, 300),
        ("crowd", 500, 300),
        ("follower:OTHER-BANK", 500, 300),
    ],
)
def test_what_is_taken_out_first_and_after_the_other_bank_took_300(
    bot: str, first: int, after: int
) -> None:
    assert Table().withdrawal_of(bot, BANK) == first
    seen = Table().play_round({}, {BANK: 900, OTHER_BANK: 300})
    assert seen.withdrawal_of(bot, BANK) == after


def test_a_crowd_of_one_does_what_it_did() -> None:
    alone = replace(THREE, seats=tuple(seat for seat in THREE.seats if seat.id != OTHER_BANK))
    assert Table(alone).play_round({}, {BANK: 900}).withdrawal_of("crowd", BANK) == 900


@pytest.mark.parametrize(("paid_musd", "leaves"), [(3_000, 0), (1_500, 500), (0, 1000)])
def test_behind_a_government_a_bank_leaves_as_far_as_it_fell_short(
    paid_musd: int, leaves: int
) -> None:
    table = Table().play_round({B: paid_musd})
    assert table.withdrawal_of("follower:B", BANK) == leaves


def test_behind_a_government_a_bank_goes_by_its_words_until_it_has_seen_deeds() -> None:
    assert Table().say({B: 1_500}).withdrawal_of("follower:B", BANK) == 500


def test_behind_the_fund_a_bank_stays() -> None:
    assert Table().withdrawal_of("follower:FUND", BANK) == 0


@pytest.mark.parametrize(
    ("sharpness", "promised_musd", "leaves"),
    [
        (1.0, 8_200, 0),
        (1.0, 8_100, 1000),
        # S* to the power 1/2 is .9045.
        (2.0, 9_100, 0),
        (2.0, 9_000, 1000),
    ],
)
def test_a_best_replying_bank_stays_from_the_threshold_on(
    sharpness: float, promised_musd: int, leaves: int
) -> None:
    table = Table(replace(THREE, sharpness=sharpness)).say({A: 8_000, B: promised_musd - 8_000})
    assert table.withdrawal_of("best-reply", BANK) == leaves


@pytest.mark.parametrize(("last", "leaves"), [(0, 0), (1000, 1000)])
def test_it_expects_the_others_to_do_as_last_time(last: int, leaves: int) -> None:
    # 8.5 of 10 is above the threshold, 8.5 of 11 below.
    table = Table().play_round({A: 8_000}, {OTHER_BANK: last}).say({A: 8_000, B: 500})
    assert table.withdrawal_of("best-reply", BANK) == leaves


def test_it_does_not_fear_its_own_run() -> None:
    # The best reply asks what holds if it stays, whatever it did itself.
    table = Table().play_round({A: 8_000}, {BANK: 1000}).say({A: 8_000, B: 500})
    assert table.withdrawal_of("best-reply", BANK) == 0


def test_it_believes_promises_as_far_as_they_were_kept() -> None:
    kept = Table().say({A: 8_000, B: 2_000}).play_round({A: 8_000, B: 2_000})
    assert kept.say({A: 8_000, B: 2_000}).withdrawal_of("best-reply", BANK) == 0
    broken = Table().say({A: 8_000, B: 2_000}).play_round({A: 8_000, B: 0})
    assert broken.say({A: 8_000, B: 2_000}).withdrawal_of("best-reply", BANK) == 1000


def test_where_nobody_promises_it_expects_the_pledges_of_last_time() -> None:
    paid = Table().play_round({A: 8_000, B: 1_000})
    assert paid.withdrawal_of("best-reply", BANK) == 0
    assert Table().play_round({A: 8_000}).withdrawal_of("best-reply", BANK) == 1000


def test_a_tranche_counts_like_promised_money() -> None:
    # Ordinary access is .4 of 10 bn.
    phases = tuple(map(PhasePlan, (Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE)))
    table = Table(replace(THREE, phases=phases)).say({A: 4_200})
    asked = table.skip_to(Phase.PROPOSE).ask(FUND, {A: 0})
    asked.act(A, TablePackage({}, {BANK: 0}))
    answers = [a for a in asked.let("best-reply", BANK) if isinstance(a, AnswerPackage)]
    assert [answer.accept for answer in answers] == [True]


def test_random_shares_are_whole_per_cents_and_cover_all() -> None:
    table = Table().skip_to(Phase.PLEDGE)
    shares = {table.withdrawal_of("random", BANK, seed) for seed in range(1_000)}
    assert shares == set(range(0, 1001, 10))


@pytest.mark.parametrize(
    ("bot", "says", "accepts"),
    [
        ("free-rider", sentences.STAY, True),
        ("run", sentences.WAIT, False),
        ("leader", sentences.STAY, True),
        ("crowd", sentences.WAIT, False),
    ],
)
def test_what_a_bank_says_and_signs_when_asked_to_stay(
    bot: str, says: tuple[str, ...], accepts: bool
) -> None:
    table = Table()
    table.act(C, TablePackage({}, {BANK: 0}))
    taken = table.let(bot, BANK)
    spoken = [action.text for action in taken if isinstance(action, Say)]
    assert spoken[0] in {text.format(need="US$ 10.0 bn") for text in says}
    assert [action.accept for action in taken if isinstance(action, AnswerPackage)] == [accepts]


def test_the_free_riding_bank_breaks_its_word() -> None:
    table = Table()
    table.act(C, TablePackage({}, {BANK: 0}))
    table.let("free-rider", BANK)
    assert table.withdrawal_of("free-rider", BANK) == 1000


# --- advanced rules: what else a dollar taken out costs ---


@pytest.mark.parametrize(("promised_musd", "leaves"), [(6_400, 0), (6_300, 1000)])
@pytest.mark.parametrize("rule", ["peer_pressure", "guidance", "favours"])
def test_peers_guidance_and_favours_lower_the_threshold(
    rule: str, promised_musd: int, leaves: int
) -> None:
    # Each of the three costs .10 here, so S* = .35/.55 = .6364 (model, 6.4: E_low 6.37).
    table = Table(with_seats(with_rules(THREE, rule), Bank, peer_pressure=0.1))
    if rule == "guidance":
        # A fifth of full force, and omega is believed to be a half.
        table.skip_to(Phase.PLEDGE)
        table.act(A, Pledge(promised_musd, final=False, guidance_permille=200))
        table.skip_to(Phase.TALK)
    if rule == "favours":
        table.act(A, OfferFavour(BANK, 400))
    assert table.say({A: promised_musd}).withdrawal_of("best-reply", BANK) == leaves


# --- committee and lobby ---


@pytest.mark.parametrize(("other", "leaves"), [(500, 0), (501, 1000)])
def test_a_member_of_the_committee_goes_when_most_others_went(other: int, leaves: int) -> None:
    assert Table().withdrawal_of("committee", BANK) == 0
    table = Table().play_round({}, {OTHER_BANK: other})
    assert table.withdrawal_of("committee", BANK) == leaves


@pytest.mark.parametrize(
    ("asked", "leaves"), [({BANK: 0, OTHER_BANK: 0}, 0), ({BANK: 0, OTHER_BANK: 100}, 1000)]
)
def test_a_member_of_the_committee_signs_what_all_are_asked_and_keeps_it(
    asked: dict[SeatId, int], leaves: int
) -> None:
    table = Table().play_round({}, {OTHER_BANK: 1000})
    table.act(C, TablePackage({}, asked))
    table.let("committee", BANK)
    table.act(OTHER_BANK, AnswerPackage(table.view(BANK).packages[0].package, True))
    assert table.withdrawal_of("committee", BANK) == leaves


@pytest.mark.parametrize(("paid_musd", "leaves"), [(5_000, 0), (2_500, 500), (0, 1000)])
def test_a_lobbyist_leaves_as_far_as_its_own_government_falls_short(
    paid_musd: int, leaves: int
) -> None:
    assert Table().play_round({A: paid_musd}).withdrawal_of("lobbyist", BANK) == leaves


def test_a_lobbyist_lobbies_until_its_claims_are_safe() -> None:
    scenario = with_rules(THREE, "lobbying", lobby_effect=0.5)
    assert Lobby(1000) in Table(scenario).let("lobbyist", BANK)
    rescued = Table(scenario).play_round({A: 8_000, B: 2_000})
    assert Lobby(1000) not in rescued.let("lobbyist", BANK)
