"""What happened, in one sentence each."""

from __future__ import annotations

import pytest

from client_cli.notices import notice_line
from server.game import hosting
from server.game.actions import Pledge, Say, Withdraw
from server.game.events import (
    DecidedBy,
    Event,
    PackageTabled,
    PhaseBegan,
    RoundResolved,
    Said,
    SessionOpened,
)
from server.game.scenario import Phase, SeatId
from server.game.state import State, evolve
from server.game.views import BOARD, EVERYTHING, Viewer, ViewerKind, notice_for, view_for
from server.tournament import play
from tests.client_cli.test_render import ESCAPES, negotiated, resolved, seat, to_phase
from tests.server.game.games import BANKS, CRISIS, DE, JP, US, Player


def told(log: list[Event], viewer: Viewer) -> list[str]:
    """All that a viewer is told of a log."""
    lines = []
    state: State | None = None
    for event in log:
        state = evolve(state, event)
        notice = notice_for(event, viewer, state.scenario)
        if notice is not None:
            line = notice_line(view_for(state, viewer), notice)
            lines += [line] if line is not None else []
    return lines


def test_a_negotiation_is_told_in_sentences() -> None:
    lines = told(resolved(Pledge(2_700)).log, BOARD)
    assert [line for line in lines if "ready" not in line] == [
        "JP is now played by a person.",
        "US is now played by a person.",
        "DE is now played by a person.",
        "JP-banks is now played by a person.",
        "IMF is now played by a person.",
        "JP intends to pledge 2 bn.",
        'US tables package 1: JP 3, US 2.5, JP-banks at most 20% out. "we lead"',
        "DE tables package 2 in answer to package 1: US 4.",
        "JP accepts package 1.",
        "JP-banks accepts package 1.",
        "Package 1 stands: it is a promise of all it names.",
        "US rejects package 2.",
        "IMF proposes a tranche of 2 bn (proposal 1).",
        "JP has decided.",
        "US has decided.",
        "DE has decided.",
        "The board has voted: 2 bn are granted (JP yes, US yes, DE yes).",
        "JP has decided.",
        "US has decided.",
        "DE has decided.",
        "IMF has decided.",
        "JP-banks has decided.",
    ]


def test_a_seat_reads_its_own_decisions_and_not_those_of_others() -> None:
    log = resolved(Pledge(2_700)).log
    assert told(log, seat(JP))[-6:] == [
        "The board has voted: 2 bn are granted (JP yes, US yes, DE yes).",
        "Your pledge: 2.7 bn, final.",
        "US has decided.",
        "DE has decided.",
        "IMF has decided.",
        "JP-banks has decided.",
    ]
    assert "You take out 10%, final." in told(log, seat(BANKS))
    assert "You release the tranche, final." in told(log, seat(SeatId("IMF")))
    assert "Your vote on proposal 1: yes." in told(log, seat(US))


def test_the_owner_of_a_log_reads_whose_decision_it_was() -> None:
    lines = told(resolved(Pledge(2_700)).log, EVERYTHING)
    for line in (
        "JP votes yes on proposal 1.",
        "JP pledges 2.7 bn, final.",
        "JP-banks takes out 10%, final.",
        "IMF releases the tranche, final.",
    ):
        assert line in lines
    assert not any("You" in line for line in lines)


def test_a_draft_is_said_to_be_one_to_its_seat_alone() -> None:
    log = negotiated(Pledge(2_700, final=False)).log
    assert told(log, seat(JP))[-1] == "Your pledge: 2.7 bn, a draft."
    assert told(log, BOARD)[-1].startswith("The board has voted")


def test_talk_names_its_room() -> None:
    player = Player(CRISIS, timed=False)
    to_phase(player, Phase.TALK)
    player.act(JP, Say("to all"))
    player.act(JP, Say("to you", "pair", US))
    player.act(JP, Say("to us", "g3"))
    expected = ["JP: to all", "JP to US: to you", "JP in g3: to us"]
    assert told(player.log, seat(US))[-3:] == expected
    assert told(player.log, seat(DE))[-2:] == [expected[0], expected[2]]
    assert told(player.log, BOARD)[-1] == expected[0]


def test_words_in_a_notice_cannot_steer_a_terminal() -> None:
    # The rules of this server refuse them; a log, or another server, may hold them.
    view = view_for(Player(CRISIS).state, BOARD)
    shown = r"\x1b[2J\x1b]0;owned\x07 JP: I pay\x9b31m\u202eyap\u2066"
    said = Said(JP, "plenary", None, ESCAPES, 1)
    assert notice_line(view, said) == f"JP: {shown}"
    tabled = PackageTabled(1, US, {JP: 3_000}, {}, None, ESCAPES, DecidedBy.HUMAN, 1)
    assert notice_line(view, tabled) == f'US tables package 1: JP 3. "{shown}"'


def test_words_of_many_lines_are_told_on_one() -> None:
    player = Player(CRISIS, timed=False)
    to_phase(player, Phase.TALK)
    player.act(US, Say("Fine.\n\nRound 1 resolved:\tstability 100 %"))
    assert told(player.log, BOARD)[-1] == "US: Fine. Round 1 resolved: stability 100 %"


def test_what_the_host_does_is_told() -> None:
    player = Player(CRISIS)
    player.record(hosting.pause(player.state, 1))
    player.record(hosting.resume(player.state, 2))
    player.record(hosting.extend(player.state, 60, 3))
    player.record(hosting.close(player.state, 4))
    assert told(player.log, BOARD)[-4:] == [
        "The host stopped the clock.",
        "The clock runs again.",
        "The host gave more time.",
        "The session has ended.",
    ]


@pytest.mark.parametrize("viewer", [BOARD, EVERYTHING, Viewer(ViewerKind.SEAT, JP)])
def test_all_that_happens_in_a_match_has_a_sentence_but_what_the_view_says(viewer: Viewer) -> None:
    match = play(CRISIS, {JP: "leader", US: "conditional", BANKS: "run"}, 1)
    state: State | None = None
    for event in match.events:
        state = evolve(state, event)
        notice = notice_for(event, viewer, state.scenario)
        if notice is not None:
            line = notice_line(view_for(state, viewer), notice)
            silent = isinstance(event, PhaseBegan | RoundResolved | SessionOpened)
            assert (line is None) is silent


def test_withdrawing_is_told_in_per_cent() -> None:
    player = negotiated(Pledge(0))
    player.act(BANKS, Withdraw(125, final=False))
    assert told(player.log, seat(BANKS))[-1] == "You take out 12.5%, a draft."
