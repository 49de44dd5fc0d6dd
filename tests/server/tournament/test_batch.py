"""Matches side by side: the events of the engine, to the last hash, or not at all."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.bots import bots_for
from server.game.scenario import Government, Phase, PhasePlan, Role, Scenario, SeatId
from server.scenarios import load
from server.store.codec import FIRST_HASH, encode
from server.tournament import play
from server.tournament.batch import can_play, covers, play_many
from server.tournament.design import matches
from server.tournament.work import play_task, play_tasks, task_of
from tests.server.tournament.plans import plan

SILENT = (PhasePlan(Phase.PLEDGE),)
BASIC = (
    "argentina-2001",
    "east-asia",
    "greece-2010",
    "indonesia-1997",
    "korea-1997",
    "mexico-1995",
    "provision-point",
    "provision-point-refund",
    "thailand-1997",
    "vcm",
    "vcm-30",
)


def silent(name: str, rounds: int = 3) -> Scenario:
    """A built-in scenario, its pledge phase alone, without event cards."""
    return replace(load(name), phases=SILENT, rounds=rounds, cards=())


def simple(scenario: Scenario, seat: SeatId) -> list[str]:
    """The bots of the register that the columns know in this seat."""
    everybody = {
        one.id: "random" if one.role in (Role.GOVERNMENT, Role.BANK) else "by-the-book"
        for one in scenario.seats
    }
    everybody |= {one.id: "adjuster" for one in scenario.seats if one.role is Role.DEBTOR}
    names = [name for name in bots_for(scenario.seat_by_id[seat].role) if name != "follower"]
    return [name for name in names if can_play(scenario, everybody | {seat: name})]


@st.composite
def games(draw: st.DrawFn) -> Scenario:
    """A covered scenario whose numbers are pulled about."""
    scenario = silent(draw(st.sampled_from(BASIC)), draw(st.integers(1, 4)))
    weakness = draw(st.sampled_from([0.0, 0.5, 1.0]))
    capacity = draw(st.sampled_from([0.0, 0.3, 1.0, 4.0]))
    seats = tuple(
        replace(
            seat,
            crisis_weakness=weakness,
            capacity_musd=round(seat.capacity_musd * (capacity if place == 0 else 1)),
        )
        if isinstance(seat, Government)
        else seat
        for place, seat in enumerate(scenario.seats)
    )
    switches = replace(
        scenario.switches, credit_losses=draw(st.booleans()), refund=draw(st.booleans())
    )
    return replace(
        scenario,
        seats=seats,
        switches=switches,
        sharpness=draw(st.sampled_from([0.5, 1.0, 1.7, 2.0, float("inf")])),
        need_musd=draw(st.integers(1, 3 * scenario.need_musd)),
        need_shock_share=draw(st.sampled_from([0.0, 0.1, 0.5])),
        continue_probability=draw(st.sampled_from([scenario.continue_probability, 0.6])),
    )


@settings(deadline=None)
@given(games(), st.integers(0, 2**63 - 1))
def test_side_by_side_every_match_has_the_events_and_hashes_of_the_engine(
    scenario: Scenario, seed: int
) -> None:
    random = Random(seed)
    seeds = [random.getrandbits(63) for _ in range(3)]
    choices = {seat.id: simple(scenario, seat.id) for seat in scenario.seats}
    casts = [{seat: random.choice(names) for seat, names in choices.items()} for _ in seeds]
    for cast, one, events in zip(casts, seeds, play_many(scenario, casts, seeds), strict=True):
        match = play(scenario, cast, one)
        assert not match.failures
        assert events == match.events
        *_, last = encode(events, 0, FIRST_HASH)
        *_, wanted = encode(match.events, 0, FIRST_HASH)
        assert last.hash == wanted.hash


def test_matches_that_go_alike_for_a_while_each_have_the_events_of_the_engine() -> None:
    scenario = silent("korea-1997", rounds=4)
    cast = {seat.id: "by-the-book" for seat in scenario.seats}
    cast |= {seat.id: "conditional" for seat in scenario.governments}
    cast |= {seat.id: "crowd" for seat in scenario.banks}
    other = cast | {scenario.banks[0].id: "random"}
    casts, seeds = [cast, other, cast, other, cast], [1, 2, 3, 4, 5]
    logs = play_many(scenario, casts, seeds)
    assert logs == [
        play(scenario, one, seed).events for one, seed in zip(casts, seeds, strict=True)
    ]
    assert logs[0][1:] == logs[2][1:] == logs[4][1:], "all but the seed"
    assert logs[1][1:] != logs[3][1:]


def test_the_simple_bots_are_those_of_the_laboratory_and_of_the_best_reply() -> None:
    scenario = silent("korea-1997")
    assert {
        "free-rider",
        "full-contributor",
        "unconditional",
        "conditional",
        "hump-shaped",
        "best-reply",
        "leader",
        "random",
    } <= set(simple(scenario, SeatId("JP")))
    assert {"run", "stay", "crowd", "best-reply", "random"} <= set(
        simple(scenario, SeatId("JP-banks"))
    )


@pytest.mark.parametrize("bot", ["logit", "reciprocal", "k-group", "follower:P2"])
def test_a_bot_that_is_not_known_is_for_the_engine(bot: str) -> None:
    scenario = silent("vcm")
    cast = {seat.id: "random" for seat in scenario.seats}
    assert can_play(scenario, cast)
    assert not can_play(scenario, cast | {scenario.seats[0].id: bot})


def test_a_bot_from_outside_and_an_empty_seat_are_for_the_engine() -> None:
    scenario = silent("vcm")
    cast = {seat.id: "random" for seat in scenario.seats}
    first = scenario.seats[0].id
    assert not can_play(scenario, cast | {first: "matching.py:matching"})
    assert not can_play(scenario, {seat: bot for seat, bot in cast.items() if seat != first})


def test_talk_cards_campaigns_and_advanced_rules_are_for_the_engine() -> None:
    assert covers(silent("korea-1997"))
    assert not covers(load("korea-1997"))
    assert not covers(replace(load("mexico-1982-campaign"), phases=SILENT, cards=()))
    assert not covers(replace(load("korea-1997-advanced"), phases=SILENT, cards=()))
    cards = load("korea-1997-advanced").cards
    assert cards
    assert not covers(replace(silent("korea-1997"), cards=cards))


def test_a_column_cannot_be_taken_for_one_number() -> None:
    from server.tournament.batch import _column

    with pytest.raises(ValueError, match="ambiguous"):
        bool(_column([1, 2]))


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_task_gives_the_same_rows_alone_and_among_others(noise: float) -> None:
    made = plan(blocks=3, noise=noise, bots={"mine": "leader"}, seats={"US": "mine"})
    other = plan(blocks=3, noise=noise, scenarios=["vcm"])
    tasks = [
        task_of(one, planned, "2026-01-01T00:00:00Z")
        for one in (made, other)
        for planned in matches(one)
    ]
    vcm = other.scenarios[0]
    twin = replace(vcm, sharpness=int(vcm.sharpness))
    tasks += [replace(task, scenario=twin) for task in tasks if task.scenario is vcm]
    tasks = [replace(task, number=number) for number, task in enumerate(tasks)]
    assert twin == vcm
    assert play_tasks(tasks) == [play_task(task) for task in tasks]
