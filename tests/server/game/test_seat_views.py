"""Views made section by section show what views made whole show, then and later."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields

import pytest

from server.game.cards import View
from server.game.events import Event
from server.game.scenario import Scenario
from server.game.seat_views import SeatViews
from server.game.state import State, evolve
from server.game.views import Viewer, ViewerKind, view_for
from server.scenarios import load
from server.tournament import play

SCENARIOS = {name: load(name) for name in ("korea-1997", "mexico-1982", "vcm")}


def events_of(scenario: Scenario) -> list[Event]:
    """A match with talk, packages, votes and all phases that the scenario has."""
    return play(scenario, {seat.id: "leader" for seat in scenario.seats}, 1).events


def states_of(events: list[Event]) -> list[State]:
    """The state after each event but the last, which ends the session."""
    states, state = [], None
    for event in events[:-1]:
        state = evolve(state, event)
        states.append(state)
    return states


def sections(view: View) -> dict[str, object]:
    """Every section of a view under its name."""
    return {one.name: getattr(view, one.name) for one in fields(View)}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_every_section_is_what_a_view_made_whole_shows(scenario: Scenario) -> None:
    late = SeatViews()
    for state in states_of(events_of(scenario)):
        for seat in scenario.seats:
            whole = view_for(state, Viewer(ViewerKind.SEAT, seat.id))
            assert sections(late.view_for(state, seat.id)) == sections(whole)


def test_a_view_that_is_read_after_the_session_went_on_shows_its_own_moment() -> None:
    scenario = SCENARIOS["korea-1997"]
    late, states = SeatViews(), states_of(events_of(scenario))
    seat = scenario.seats[0].id
    early = [late.view_for(state, seat) for state in states]
    sections(early[-1])
    for state, view in zip(states, early, strict=True):
        assert sections(view) == sections(view_for(state, Viewer(ViewerKind.SEAT, seat)))


def test_what_is_shared_with_the_log_cannot_be_changed() -> None:
    scenario = SCENARIOS["korea-1997"]
    state = states_of(events_of(scenario))[-1]
    seat = scenario.seats[0].id
    view = SeatViews().view_for(state, seat)
    paid = view.rounds[0].pledges_musd
    lines = view.rounds[0].lines_musd[seat]
    for change in (
        lambda: paid.update({seat: 0}),  # type: ignore[attr-defined]
        lambda: paid.__setitem__(seat, 0),  # type: ignore[attr-defined]
        lambda: lines.pop("public"),  # type: ignore[attr-defined]
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
    view.own.parameters["stake_musd"] = 0.0  # type: ignore[index,union-attr]
    again = SeatViews().view_for(state, seat)
    assert again.own is not None
    assert again.own.parameters["stake_musd"] > 0


def test_views_can_be_copied_and_sent_to_another_process() -> None:
    scenario = SCENARIOS["korea-1997"]
    state = states_of(events_of(scenario))[-1]
    view = SeatViews().view_for(state, scenario.seats[0].id)
    for twin in (copy.deepcopy(view), pickle.loads(pickle.dumps(view))):
        assert sections(twin) == sections(view)


def test_a_view_has_no_other_sections() -> None:
    scenario = SCENARIOS["korea-1997"]
    state = states_of(events_of(scenario))[0]
    with pytest.raises(AttributeError, match="a view has no secrets"):
        _ = SeatViews().view_for(state, scenario.seats[0].id).secrets  # type: ignore[attr-defined]
