"""How a session went: the money in the open step by step, and who acted when."""

from __future__ import annotations

from server.analysis.course import acts, courses
from tests.server.analysis.sessions import A, B, C, by_hand, of_bots, played


def test_the_money_is_what_was_promised_until_it_is_what_was_drawn() -> None:
    first, second = courses(played(by_hand().log))
    # A says 50, B 20; then 60 are drawn of a need of 100. In round 2 nobody says anything.
    assert [one.money_musd for one in first.changes] == [0, 50, 70, 60]
    assert [one.money_musd for one in second.changes] == [0, 70]
    assert (first.need_musd, first.round, second.round) == (100, 1, 2)
    for course in (first, second):
        places = [one.at for one in course.changes]
        assert places == sorted(places)
        assert (places[0], places[-1]) == (0, 1)


def test_acts_are_what_seats_did_in_order() -> None:
    found = acts(played(by_hand().log))
    assert [(act.seat, act.what) for act in found if act.round == 1] == [
        (C, "talk"),
        (A, "decision"),
        (C, "talk"),
        (A, "proposal"),
        (B, "decision"),
        (A, "decision"),
        (B, "decision"),
        (C, "decision"),
    ]


def test_every_round_of_a_real_crisis_ends_with_what_was_drawn() -> None:
    session = of_bots("korea-1997")
    found = courses(session)
    assert [one.changes[-1].money_musd for one in found] == [
        one.resolved.effective_musd for one in session.rounds
    ]
    votes = [act for act in acts(session) if act.what in ("yes", "no")]
    assert votes
    assert {act.seat for act in acts(session)} <= set(session.scenario.seat_by_id)
