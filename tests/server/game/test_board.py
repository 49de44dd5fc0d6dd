"""The weighted vote: quorum, majorities, access and ties."""

from __future__ import annotations

import pytest

from server.game.actions import Ballot
from server.game.board import count, exceptional_access_musd, ordinary_access_musd
from server.game.events import DecidedBy, TrancheProposed
from tests.server.game.games import CRISIS, DE, IMF, JP, US

Y, N, A = Ballot.YES, Ballot.NO, Ballot.ABSTAIN
ORDINARY_MUSD = 8_000


def proposal(number: int, tranche_musd: int, seat: str | None = IMF) -> TrancheProposed:
    return TrancheProposed(number, seat, tranche_musd, DecidedBy.HUMAN, False, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ballots", "tranche_musd", "passes"),
    [
        # Votes: JP 30 %, US 50 %, DE 20 %.
        ((Y, Y, Y), 8_000, True),
        ((Y, N, Y), 8_000, False),  # exactly half is not more than half
        ((N, Y, A), 8_000, True),  # 50 of 80
        ((Y, A, A), 8_000, False),  # 30 of 100 cast: no quorum
        ((Y, A, Y), 8_000, True),  # 50 of 100 cast: quorum exactly
        ((A, Y, A), 8_000, True),  # one seat is quorum and majority
        ((A, A, A), 8_000, False),
        ((Y, Y, N), 8_001, False),  # 80 % is short of 85 % above ordinary access
        ((Y, Y, A), 8_001, True),
        ((Y, N, Y), 8_001, False),
    ],
)
def test_a_tranche_passes_by_quorum_and_majority(
    ballots: tuple[Ballot, Ballot, Ballot], tranche_musd: int, passes: bool
) -> None:
    cast = {(1, seat): ballot for seat, ballot in zip((JP, US, DE), ballots, strict=True)}
    counted = count(CRISIS, (proposal(1, tranche_musd),), cast, ORDINARY_MUSD, 0)
    assert counted.passed == (1 if passes else None)
    assert counted.tranche_musd == (tranche_musd if passes else 0)


def test_of_several_most_votes_win_then_the_smaller_then_the_funds() -> None:
    fund, japans = proposal(1, 6_000), proposal(2, 5_000, JP)
    everyone = {(number, seat): Y for number in (1, 2) for seat in (JP, US, DE)}
    assert count(CRISIS, (fund, japans), everyone, ORDINARY_MUSD, 0).passed == 2
    fewer = everyone | {(2, DE): A}
    assert count(CRISIS, (fund, japans), fewer, ORDINARY_MUSD, 0).passed == 1
    alike = proposal(2, 6_000, JP)
    assert count(CRISIS, (fund, alike), everyone, ORDINARY_MUSD, 0).passed == 1
    assert count(CRISIS, (alike, fund), everyone, ORDINARY_MUSD, 0).passed == 1


def test_who_did_not_vote_is_counted_as_abstaining() -> None:
    counted = count(CRISIS, (proposal(1, 100),), {(1, US): Y}, ORDINARY_MUSD, 0)
    assert counted.ballots == {1: {JP: A, US: Y, DE: A}}


def test_access_is_a_share_of_the_need() -> None:
    assert ordinary_access_musd(CRISIS, 6_667) == 2_666
    assert exceptional_access_musd(CRISIS, 6_667) == 6_667
