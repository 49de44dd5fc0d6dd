"""A study compares forks with the session unchanged, line by line."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from server.bots import bots_for
from server.game import hosting
from server.game.actions import Pledge
from server.game.events import Event
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.game.state import replay
from server.scenarios import load
from server.tournament import play
from server.tournament.counterfactual import Study, draws_chance, each_bot, each_pledge, ledger
from server.tournament.fork import at_round
from server.tournament.hindsight import better_pledge_musd
from tests.server.game.games import CRISIS, Player, vcm

JP, P1 = SeatId("JP"), SeatId("P1")
KOREA = load("korea-1997")


@cache
def log(bot: str = "conditional") -> tuple[Event, ...]:
    cast = {seat.id: bot if bot in bots_for(seat.role) else "best-reply" for seat in KOREA.seats}
    return tuple(play(KOREA, cast, 3).events)


def study(events: tuple[Event, ...], others_react: bool, seeds: range = range(0)) -> Study:
    hashes = [f"{number:064}" for number, _ in enumerate(events, 1)]
    return Study(events, session="s", hashes=hashes, others_react=others_react, seeds=list(seeds))


def test_a_linear_public_good_pays_back_what_the_formula_says() -> None:
    # One unit more of a pledge brings everybody 0.4 and costs its giver one (model, 3 (i)).
    scenario = vcm(0.4, 4, 10_000)
    events = tuple(play(scenario, {seat.id: "conditional" for seat in scenario.seats}, 1).events)
    changes = dict(each_pledge(events, 1_000))
    assert set(changes) == set(scenario.seat_by_id)
    one = study(events, others_react=False).compared(None, P1, changes[P1])
    assert {seat: total.mean for seat, total in one.totals_musd.items()} == {
        seat: -600.0 if seat == P1 else 400.0 for seat in scenario.seat_by_id
    }
    assert one.lines_musd[P1]["public"].mean == 400.0
    assert one.lines_musd[P1]["cost_bilateral"].mean == -1_000.0
    assert one.stability.mean == pytest.approx(1_000 / 40_000)


def test_nothing_changes_where_a_seat_goes_on_with_its_own_bot() -> None:
    events = log()
    for others_react in (True, False):
        for seat, changes in each_bot(KOREA, ["conditional"]):
            if seat not in {one.id for one in KOREA.governments}:
                continue
            moment = at_round(events, 2)
            one = study(events, others_react).compared(moment, seat, changes)
            assert {total.mean for total in one.totals_musd.values()} == {0.0}
            assert one.stability.mean == 0.0


def test_totals_are_the_sums_of_the_lines() -> None:
    events = log()
    moment = at_round(events, 2)
    for seat, changes in each_bot(KOREA, ["leader"]):
        one = study(events, others_react=True).compared(moment, seat, changes)
        for other, lines in one.lines_musd.items():
            assert sum(line.mean for line in lines.values()) == pytest.approx(
                one.totals_musd[other].mean
            )


def test_an_interval_is_there_where_a_bot_draws_and_has_no_width_where_none_does() -> None:
    events = log()
    moment = at_round(events, 2)
    seeded = study(events, True, range(1, 6))
    wide = seeded.compared(moment, JP, dict(each_bot(KOREA, ["random"]))[JP])
    assert wide.totals_musd[JP].low < wide.totals_musd[JP].mean < wide.totals_musd[JP].high
    narrow = seeded.compared(moment, JP, dict(each_bot(KOREA, ["leader"]))[JP])
    assert narrow.totals_musd[JP].low == narrow.totals_musd[JP].high
    assert draws_chance(["leader", "random"])
    assert not draws_chance(["leader", "follower:US"])


def test_each_bot_is_every_bot_that_can_play_a_seat() -> None:
    studies = each_bot(KOREA)
    assert ("IMF", "by-the-book") in {(seat, changes.seats[seat]) for seat, changes in studies}
    assert all(
        changes.seats[seat] in bots_for(KOREA.seat_by_id[seat].role) for seat, changes in studies
    )
    assert {seat for seat, _ in studies} == set(KOREA.seat_by_id)


def test_pledges_that_the_rules_would_refuse_are_left_out() -> None:
    events = log()
    assert each_pledge(events, 1_000_000) == []
    assert each_pledge(events, 50) == []
    assert len(each_pledge(events, 100)) == 3 * 3


def test_the_ledger_of_a_session_is_all_its_rounds_together() -> None:
    state = replay(log())
    total = ledger(state)
    assert total[JP]["public"] == sum(one.lines_musd[JP]["public"] for one in state.history)


# --- in hindsight ---


def test_the_optimum_and_the_best_reply_of_a_linear_public_good_are_all_and_nothing() -> None:
    scenario = vcm(0.4, 4, 10_000)
    events = play(scenario, {seat.id: "conditional" for seat in scenario.seats}, 1).events
    assert better_pledge_musd(events, P1, 1, 1, "optimum") == 10_000
    assert better_pledge_musd(events, P1, 1, 1, "best-reply") == 0


def test_a_better_pledge_is_asked_of_governments_and_of_rounds_that_are_over() -> None:
    events = log()
    for seat, number, code in (
        (SeatId("IMF"), 1, RefusalCode.UNKNOWN_SEAT),
        (JP, 9, RefusalCode.WRONG_PHASE),
    ):
        with pytest.raises(Refused) as caught:
            better_pledge_musd(events, seat, 1, number, "optimum")
        assert caught.value.code is code


def test_a_pledge_is_changed_with_all_that_came_with_it() -> None:
    scenario = replace(CRISIS, switches=replace(CRISIS.switches, clauses=True))
    player = Player(scenario, timed=False)
    while player.state.phase != "pledge":
        player.record(hosting.next_phase(player.state, 0))
    player.act(SeatId("JP"), Pledge(500, others_at_least_musd=700))
    player.record(hosting.next_phase(player.state, 0))
    changes = dict(each_pledge(player.log, 100))[JP]
    assert changes.decisions[0].action == Pledge(600, others_at_least_musd=700)
