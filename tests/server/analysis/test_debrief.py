"""The debrief in numbers of the small session whose values follow by hand (`sessions.by_hand`)."""

from __future__ import annotations

import pytest

from server.analysis.debrief import class_debrief, table_debrief
from tests.server.analysis.sessions import A, B, C, by_hand, of_bots, played
from tests.server.game.games import Player


def test_a_table_has_its_rounds_beside_theory_and_each_seats_part() -> None:
    found = table_debrief(played(by_hand().log, table_number=3))
    assert (found.number, found.ending, found.title) == (3, "completed", "Three and a hundred")
    rows = [
        (one.round, one.need_musd, one.governments_musd, one.nash_musd, one.optimum_musd)
        for one in found.rounds
    ]
    assert rows == [(1, 100, 60, 0, 100), (2, 100, 70, 0, 100)]
    a, b, c = found.seats
    # 1.2 a dollar for all, of that a half to A; 50 and 40 of it A's own.
    assert (a.score.payoff_musd, sum(a.lines_musd.values())) == (78 - 90, 78 - 90)
    assert (a.kept_share, b.kept_share, c.kept_share) == (1, 0.5, None)
    assert a.burden is not None
    assert a.burden.paid_share == 90 / 130
    assert found.sharing.kept_share == pytest.approx(60 / 70)
    assert (a.first_moves, b.first_moves) == (1, 0)
    # Linear, and .6 back of a dollar: nothing is best, and 40 or 50 in place of it cost .4 each.
    changes = [(one.round, one.what, one.change_musd) for one in a.others if one.what == "best"]
    assert changes == [(1, "best", 20)], "the round in which it would have changed most"
    assert (a.possible_share, c.possible_share) == (90 / 200, 10 / 200)
    assert found.closing is None


def test_a_class_shows_every_table_that_resolved_a_round() -> None:
    first = table_debrief(played(by_hand().log, table_number=1))
    second = table_debrief(of_bots("korea-1997", "s2", table_number=2))
    empty = table_debrief(played(Player(by_hand().state.scenario).log, table_number=3))
    assert not empty.rounds
    found = class_debrief([first, empty])
    assert [one.number for one in found.tables] == [1]
    (one,) = found.tables
    assert (one.nash_provision, one.optimum_provision) == (0, 1)
    assert one.possible_share[B] == 30 / 200
    assert one.closing is None
    assert dict(one.paid_musd) == {A: 90, B: 30, C: 10}
    assert list(found.seats.values()) == ["Atlantis", "Borduria", "Cagliostro"]
    assert list(class_debrief([second]).seats) == [seat.seat for seat in second.seats]
    assert class_debrief([empty]).tables == ()
