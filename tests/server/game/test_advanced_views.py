"""Who sees what of the advanced rules, and that what is off leaves no trace."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from server.game import hosting
from server.game.actions import Ballot, DecideProgramme, Lobby, OfferFavour, Pledge, Press, Vote
from server.game.events import (
    FavourOffered,
    Lobbied,
    PackageTabled,
    Pledged,
    Pressed,
    RoundResolved,
    SessionOpened,
    TrancheProposed,
    VoteCounted,
)
from server.game.scenario import Phase, SeatId, Switches
from server.game.views import BOARD, HOST, Viewer, ViewerKind, notice_for, view_for
from server.store.codec import encode
from tests.server.game.games import BANKS, CAMPAIGN, CRISIS, DE, DEBTOR, EVERYTHING, JP, US, Player
from tests.server.game.wander import wander


def seat(name: SeatId) -> Viewer:
    return Viewer(ViewerKind.SEAT, name)


VIEWERS = (*map(seat, EVERYTHING.seat_by_id), BOARD, HOST)


def at_pledge() -> Player:
    """The pledge phase, with the Fund's programme passed."""
    player = Player(EVERYTHING)
    while player.state.phase is not Phase.VOTE:
        player.record(player.next_phase())
    for voter in (JP, US, DE):
        player.act(voter, Vote(1, Ballot.YES))
    assert player.state.phase is Phase.PLEDGE
    return player


ONE = Pledge(500, others_at_least_musd=100, second_line_musd=100, guidance_permille=10)
OTHER = Pledge(900, second_line_musd=300, pays_calls=False, strictness_permille=400)


def test_no_part_of_a_sealed_decision_leaves_a_trace_with_others() -> None:
    shown = []
    for action in (ONE, OTHER):
        player = at_pledge()
        before = len(player.log)
        player.act(JP, action)
        notices = {
            viewer: [notice_for(event, viewer, EVERYTHING) for event in player.log[before:]]
            for viewer in VIEWERS
        }
        views = {viewer: view_for(player.state, viewer) for viewer in VIEWERS}
        shown.append((notices, views))
    for viewer in VIEWERS:
        same = all(shown[0][part][viewer] == shown[1][part][viewer] for part in (0, 1))
        assert same is (viewer.seat != JP)


def test_the_debtors_word_is_sealed_until_the_reveal() -> None:
    shown = []
    for accept in (True, False):
        player = at_pledge()
        player.act(DEBTOR, DecideProgramme(accept))
        shown.append({viewer: view_for(player.state, viewer) for viewer in VIEWERS})
    assert all((shown[0][one] == shown[1][one]) is (one.seat != DEBTOR) for one in VIEWERS)


@pytest.mark.parametrize(
    ("actor", "action", "kind", "parties"),
    [
        (US, Press(JP, 2_000), Pressed, {US, JP}),
        (BANKS, Lobby(400), Lobbied, {BANKS, JP}),
        (JP, OfferFavour(BANKS, 100, 0), FavourOffered, {JP, BANKS}),
    ],
)
def test_a_deal_is_between_two_until_the_debrief(
    actor: SeatId, action: Press | Lobby | OfferFavour, kind: type, parties: set[SeatId]
) -> None:
    player = Player(EVERYTHING)
    player.record(player.next_phase())
    (event,) = player.act(actor, action)
    assert isinstance(event, kind)
    for viewer in VIEWERS:
        knows = viewer is HOST or viewer.seat in parties
        assert (notice_for(event, viewer, EVERYTHING) is not None) is knows
        assert bool(view_for(player.state, viewer).deals) is knows
    player.record(hosting.close(player.state, player.now_ms))
    assert all(view_for(player.state, viewer).deals for viewer in VIEWERS)


ADVANCED_KINDS = {"pressed", "lobbied", "favour_offered", "programme_decided", "card_played"}
ADVANCED_FIELDS = {
    one.name
    for kind in (Pledged, PackageTabled, TrancheProposed, VoteCounted, RoundResolved)
    for one in fields(kind)
    if "sparse" in one.metadata
} | {one.name for one in fields(Switches) if "sparse" in one.metadata}


def names_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return set()


def test_what_is_off_leaves_no_trace_in_state_view_or_log() -> None:
    player = wander(CRISIS, 7)
    for row in encode(player.log, 0, ""):
        assert row.kind not in ADVANCED_KINDS
        assert not names_in(json.loads(row.payload)) & ADVANCED_FIELDS
    assert player.state.condition is None
    view = view_for(player.state, seat(JP))
    assert view.scenario.advanced is view.gap.advanced is None
    assert view.own is not None and view.own.advanced is None
    assert not [card for card in (*view.seats, *view.rounds) if card.advanced is not None]
    assert (view.deals, view.event_cards) == ((), ())


def test_a_single_rule_that_is_on_leaves_only_its_own_trace() -> None:
    scenario = replace(
        CRISIS, switches=replace(CRISIS.switches, reserves=True), reserves_musd=2_000
    )
    rows = list(encode(wander(scenario, 7).log, 0, ""))
    opened = json.loads(rows[0].payload)["scenario"]
    assert opened["switches"]["reserves"] is True and "panic" not in opened["switches"]
    resolved = next(json.loads(row.payload) for row in rows if row.kind == "round_resolved")
    assert resolved["condition"]
    assert set(resolved["condition"]) <= {"reserves_musd"}


def test_the_draws_of_a_campaign_are_in_no_view() -> None:
    player = Player(CAMPAIGN, seed=987_654_321)
    opened = player.log[0]
    assert isinstance(opened, SessionOpened) and opened.draws.later
    for viewer in VIEWERS:
        text = repr(view_for(player.state, viewer))
        assert "987654321" not in text
        assert "The next crisis" not in text
        assert "A storm" not in text
