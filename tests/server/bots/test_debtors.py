"""What a debtor says to a programme, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.actions import Ballot, DecideProgramme, Vote
from server.game.scenario import Debtor, Phase
from tests.server.bots.tables import LAND, VOTING, A, B, C, Table

WITH_DEBTOR = replace(VOTING, seats=(*VOTING.seats, Debtor(LAND, "Land")))


def offered(promised_musd: int) -> Table:
    """A programme has passed, and the governments have promised this."""
    table = Table(WITH_DEBTOR).say({A: promised_musd}).skip_to(Phase.VOTE)
    for seat in (A, B, C):
        table.act(seat, Vote(1, Ballot.YES))
    return table


@pytest.mark.parametrize(
    ("bot", "promised_musd", "accepts"),
    [
        ("adjuster", 0, True),
        ("adjuster", 8_000, True),
        ("player-off", 4_900, True),
        ("player-off", 5_000, False),
    ],
)
def test_who_takes_the_programme(bot: str, promised_musd: int, accepts: bool) -> None:
    assert offered(promised_musd).asked(bot, LAND) == DecideProgramme(accepts)
