"""Who sees what: secrets stay with their seat until they are opened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.game import hosting, rules
from server.game.actions import (
    Ballot,
    DecideTranche,
    MarkReady,
    Pledge,
    Say,
    Vote,
    Withdraw,
)
from server.game.cards import DecisionMade, View
from server.game.events import DecidedBy, Event, Pledged, RoundResolved
from server.game.scenario import Government, Phase, SeatId
from server.game.state import evolve
from server.game.views import (
    BOARD,
    EVERYTHING,
    HOST,
    Viewer,
    ViewerKind,
    notice_for,
    view_for,
    views_for,
)
from tests.server.game.games import BANKS, CRISIS, DE, IMF, JP, US, Player

SEATS = (JP, US, DE, BANKS, IMF)


def seat(name: SeatId) -> Viewer:
    return Viewer(ViewerKind.SEAT, name)


VIEWERS = (*map(seat, SEATS), BOARD, HOST)


def stream(log: list[Event], viewer: Viewer) -> list[tuple[object, View]]:
    """Everything `viewer` is ever shown of a session: each notice and each view."""
    shown, state = [], None
    for event in log:
        state = evolve(state, event)
        shown.append((notice_for(event, viewer, state.scenario), view_for(state, viewer)))
    return shown


def play_to_reveal(player: Player, pledge_musd: int, drafts: int, ballot: Ballot) -> None:
    """One round up to, not including, the last final decision; JP's choices are given."""
    for _ in range(3):
        player.record(hosting.next_phase(player.state, 0))
    player.act(JP, Vote(1, ballot))
    player.now_ms = 10
    player.record(hosting.next_phase(player.state, 10))
    for _ in range(drafts):
        player.act(JP, Pledge(pledge_musd, final=False))
    player.now_ms = 20
    player.act(JP, Pledge(pledge_musd))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 3), st.integers(0, 3))
def test_sealed_pledges_and_drafts_leave_no_trace_with_others(
    one: int, other: int, drafts_one: int, drafts_other: int
) -> None:
    shown = []
    for pledge, drafts in ((one, drafts_one), (other, drafts_other)):
        player = Player(CRISIS)
        play_to_reveal(player, 100 * pledge, drafts, Ballot.ABSTAIN)
        shown.append(
            {
                viewer: [part for part in stream(player.log, viewer) if part[0] is not None]
                for viewer in VIEWERS
                if viewer != seat(JP)
            }
        )
    assert shown[0] == shown[1]


def test_a_ballot_is_hidden_until_the_count_and_public_after_it() -> None:
    shown = {}
    for ballot in (Ballot.YES, Ballot.NO):
        player = Player(CRISIS)
        for _ in range(3):
            player.record(hosting.next_phase(player.state, 0))
        player.act(JP, Vote(1, ballot))
        shown[ballot] = [stream(player.log, viewer) for viewer in VIEWERS if viewer != seat(JP)]
        player.record(hosting.next_phase(player.state, 5))
        (card,) = view_for(player.state, BOARD).proposals
        assert card.ballots[JP] is ballot
    assert shown[Ballot.YES] == shown[Ballot.NO]


@pytest.mark.parametrize(
    "secret",
    [
        "public_stake_musd",
        "home_stake_musd",
        "bank_weight",
        "private_domestic_rate",
        "private_international_rate",
        "unit_cost",
        "cost_convexity",
        "capacity_musd",
    ],
)
def test_private_numbers_leave_no_trace_with_others_before_the_debrief(secret: str) -> None:
    shown = []
    for factor in (1, 2):
        seats = tuple(
            replace(one, **{secret: getattr(one, secret) * factor}) if one.id == JP else one
            for one in CRISIS.seats
        )
        player = Player(replace(CRISIS, seats=seats))
        play_to_reveal(player, 100, 0, Ballot.YES)
        player.record(hosting.next_phase(player.state, 30))
        assert player.state.history
        shown.append(
            # A partner that is linked to JP feels its home stake in its own lines.
            [stream(player.log, viewer) for viewer in (seat(DE), seat(BANKS), BOARD)]
        )
    assert shown[0] == shown[1]


def test_everybody_reads_the_same_situation_and_the_same_forecast() -> None:
    """One briefing for all: what is needed, promised and granted is nobody's private knowledge."""
    player = Player(CRISIS)
    play_to_reveal(player, 100, 0, Ballot.YES)
    seen = [view_for(player.state, viewer) for viewer in VIEWERS]
    # But for the rooms into which each may go.
    scenarios = {replace(view.scenario, groups=()) for view in seen}
    assert [one.situation for one in scenarios] == [CRISIS.situation]
    assert {view.gap for view in seen} == {seen[0].gap}


def test_a_seat_sees_its_own_lines_the_board_none_and_everybody_all_at_the_end() -> None:
    player = Player(CRISIS)
    play_to_reveal(player, 100, 0, Ballot.YES)
    player.record(hosting.next_phase(player.state, 30))
    assert set(view_for(player.state, seat(JP)).rounds[0].lines_musd) == {JP}
    assert view_for(player.state, BOARD).rounds[0].lines_musd == {}
    assert set(view_for(player.state, HOST).rounds[0].lines_musd) == set(SEATS)
    assert view_for(player.state, seat(JP)).debrief is None
    player.record(hosting.close(player.state, 40))
    for viewer in VIEWERS:
        view = view_for(player.state, viewer)
        assert set(view.rounds[0].lines_musd) == set(SEATS)
        assert view.debrief is not None
        assert view.debrief.history == CRISIS.history
        assert view.debrief.seats[JP]["private_domestic_rate"] == 0.10


def test_the_notice_of_a_reveal_carries_own_lines_alone() -> None:
    player = Player(CRISIS)
    play_to_reveal(player, 100, 0, Ballot.YES)
    events = player.record(hosting.next_phase(player.state, 30))
    (resolved,) = (event for event in events if isinstance(event, RoundResolved))
    told = notice_for(resolved, seat(US), CRISIS)
    assert isinstance(told, RoundResolved)
    assert set(told.lines_musd) == {US}
    assert told.pledges_musd == resolved.pledges_musd
    assert notice_for(resolved, EVERYTHING, CRISIS) == resolved


def test_private_talk_reaches_its_room_and_the_host_alone() -> None:
    player = Player(CRISIS)
    player.record(hosting.next_phase(player.state, 0))
    said = [
        player.act(JP, Say("to all"))[0],
        player.act(JP, Say("among us", "g3"))[0],
        player.act(JP, Say("between us", "pair", BANKS))[0],
    ]
    heard = {
        viewer: [message.text for message in view_for(player.state, viewer).messages]
        for viewer in VIEWERS
    }
    assert heard[seat(JP)] == heard[HOST] == ["to all", "among us", "between us"]
    assert heard[seat(US)] == heard[seat(DE)] == ["to all", "among us"]
    assert heard[seat(BANKS)] == ["to all", "between us"]
    assert heard[seat(IMF)] == heard[BOARD] == ["to all"]
    for viewer in VIEWERS:
        notices = [notice_for(event, viewer, CRISIS) for event in said]
        assert [event.text for event in notices if event] == heard[viewer]


def test_views_made_together_are_those_made_alone_but_for_their_messages() -> None:
    player = Player(CRISIS)
    play_to_reveal(player, 100, 1, Ballot.YES)
    for _ in range(3):
        player.record(hosting.next_phase(player.state, 30))
    assert player.state.phase is Phase.TALK
    player.now_ms = 30
    player.act(JP, Say("to all"))
    player.record(hosting.close(player.state, 40))
    state = None
    for event in player.log:
        state = evolve(state, event)
        alone = [replace(view_for(state, viewer), messages=()) for viewer in VIEWERS]
        assert views_for(state, VIEWERS) == alone


def test_talk_is_in_no_section_of_a_view_but_the_messages() -> None:
    player = Player(CRISIS)
    player.record(hosting.next_phase(player.state, 0))
    before = views_for(player.state, VIEWERS)
    for say in (Say("to all"), Say("among us", "g3"), Say("between us", "pair", BANKS)):
        player.act(JP, say)
    assert len(view_for(player.state, HOST).messages) == 3
    assert views_for(player.state, VIEWERS) == before


def test_others_are_told_that_a_seat_decided_and_nothing_of_drafts() -> None:
    final = Pledged(JP, 500, True, DecidedBy.HUMAN, False, 7)
    draft = replace(final, final=False)
    assert notice_for(final, seat(JP), CRISIS) == final
    assert notice_for(draft, seat(JP), CRISIS) == draft
    for viewer in (seat(US), BOARD, HOST):
        assert notice_for(final, viewer, CRISIS) == DecisionMade(JP, True, 7)
        assert notice_for(draft, viewer, CRISIS) is None


def test_the_hidden_number_of_rounds_and_the_seed_are_in_no_view() -> None:
    player = Player(replace(CRISIS, continue_probability=0.5))
    assert view_for(player.state, HOST).scenario.rounds is None
    assert notice_for(player.log[0], HOST, CRISIS) is None
    assert "seed" not in repr(view_for(player.state, HOST))


def test_an_own_card_says_what_is_open_and_what_stands() -> None:
    player = Player(CRISIS)
    for _ in range(4):
        player.record(hosting.next_phase(player.state, 0))
    player.act(JP, Pledge(700, final=False))
    player.act(BANKS, Withdraw(250))
    japan = view_for(player.state, seat(JP)).own
    assert japan is not None
    assert (japan.may, japan.pledge_musd, japan.final) == (("pledge",), 700, False)
    assert japan.largest_pledge_musd == 3_000
    assert japan.parameters["stake_musd"] == 9_000 + 6_000 + 0.25 * (8_000 + 800) + 900
    assert japan.economic_links == {US: 0.3}
    bank = view_for(player.state, seat(BANKS)).own
    assert bank is not None
    assert (bank.withdrawn_permille, bank.final, bank.largest_pledge_musd) == (250, True, 0)


def test_a_view_as_of_the_debrief_shows_every_seat_as_done() -> None:
    player = Player(CRISIS)
    player.record(hosting.close(player.state, 1))
    assert all(card.done for card in view_for(player.state, BOARD).seats)


def test_every_number_of_a_government_is_listed_as_its_own() -> None:
    player = Player(CRISIS)
    own = view_for(player.state, seat(JP)).own
    assert own is not None
    numbers = {
        name
        for name, field in Government.__dataclass_fields__.items()
        if name not in {"id", "name", "brief", "role"} and "sparse" not in field.metadata
    }
    assert numbers <= own.parameters.keys()


def test_the_fund_is_done_where_there_is_no_tranche_and_awaited_where_there_is() -> None:
    player = Player(CRISIS)
    for _ in range(3):
        player.record(hosting.next_phase(player.state, 0))
    for name in (JP, US, DE):
        player.act(name, Vote(1, Ballot.YES))
    assert player.state.phase is Phase.PLEDGE
    cards = {card.id: card.done for card in view_for(player.state, BOARD).seats}
    assert cards[IMF] is False
    player.act(IMF, DecideTranche(True))
    cards = {card.id: card.done for card in view_for(player.state, BOARD).seats}
    assert cards[IMF] is True
    assert MarkReady().kind not in rules.open_kinds(player.state, IMF)
