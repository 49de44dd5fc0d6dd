"""Views as text: amounts by hand, nothing private, and nobody's words taken for ours."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from client_cli import render
from client_cli.text import WIDTH
from server.game import hosting
from server.game.actions import (
    Action,
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.cards import View
from server.game.scenario import Phase, SeatId
from server.game.state import evolve
from server.game.views import BOARD, EVERYTHING, HOST, Viewer, ViewerKind, view_for
from server.scenarios import load, names
from server.store.codec import FIRST_HASH, decode, encode
from tests.server.game.games import (
    BANKS,
    CAMPAIGN,
    CRISIS,
    DE,
    DEBTOR,
    IMF,
    JP,
    US,
    Player,
    vcm,
)

ESCAPES = "\x1b[2J\x1b]0;owned\x07\rJP: I pay\x9b31m\u202eyap\u2066"


def seat(name: SeatId) -> Viewer:
    return Viewer(ViewerKind.SEAT, name)


def to_phase(player: Player, phase: Phase) -> None:
    while player.state.phase is not phase:
        player.record(hosting.next_phase(player.state, player.now_ms))


def negotiated(jp_pledges: Action, *, text: str = "we lead") -> Player:
    """A crisis in its first pledge phase: Japan said 2, and signed 3 with the United States."""
    player = Player(CRISIS, timed=False)
    to_phase(player, Phase.TALK)
    player.act(JP, DeclareIntention(2_000))
    to_phase(player, Phase.PROPOSE)
    player.act(US, TablePackage({JP: 3_000, US: 2_500}, {BANKS: 200}, None, text))
    player.act(DE, TablePackage({US: 4_000}, {}, 1, ""))
    player.act(JP, AnswerPackage(1, True))
    player.act(BANKS, AnswerPackage(1, True))
    player.act(US, AnswerPackage(2, False))
    player.act(IMF, ProposeTranche(2_000))
    to_phase(player, Phase.VOTE)
    for government in (JP, US, DE):
        player.act(government, Vote(1, Ballot.YES))
    assert player.state.phase is Phase.PLEDGE
    player.act(JP, jp_pledges)
    return player


def resolved(jp_pledges: Action) -> Player:
    """The same after the first round, in which all pledged and the banks took out a tenth."""
    player = negotiated(jp_pledges)
    player.act(US, Pledge(2_500))
    player.act(DE, Pledge(0))
    player.act(IMF, DecideTranche(True))
    player.act(BANKS, Withdraw(100))
    assert len(player.state.history) == 1
    return player


def everything(view: View) -> str:
    """All that a view can be made to say."""
    lines = [*render.brief(view), *render.status(view, 61_000), *render.promise_lines(view)]
    for card in view.rounds:
        lines += render.round_lines(view, card)
    return "\n".join([*lines, *render.ledger_lines(render.summed(view))])


# --- where things stand ---


def test_a_package_names_the_seats_in_their_order_at_the_table() -> None:
    view = view_for(negotiated(Pledge(2_700, final=False)).state, seat(JP))
    package = view.packages[0]
    assert len(package.pledges_musd) == 2
    # A log that is read again has its keys sorted, whatever order they were typed in.
    turned = replace(package, pledges_musd=dict(reversed([*package.pledges_musd.items()])))
    assert render.package_lines(view, turned) == render.package_lines(view, package)


def test_status_shows_what_was_promised_signed_and_decided() -> None:
    view = view_for(negotiated(Pledge(2_700, final=False)).state, seat(JP))
    # Promised: Japan signed 3 (and said 2), the United States signed 2.5, granted are 2: 7.5 of
    # 20 / 3, rounded down to a million in the first round; banks' claims of 6 / 3 fall due.
    assert render.status(view, 61_000) == [
        "Round 1 of 3: pledge, 61 s left",
        f"Promised [{'=' * 40}] 7.5 of 6.666, complete",
        "Bank claims of 2 bn fall due this round.",
        "  JP        Japan           person  not yet  promises 3",
        "  US        United States   person  not yet  promises 2.5",
        "  DE        Germany         person  not yet",
        "  JP-banks  Japanese banks  person  not yet",
        "  IMF       IMF             person  not yet",
        "Package 1 of US: JP 3, US 2.5, JP-banks at most 20% out; it stands.",
        '  "we lead"',
        "Package 2 of DE, counter to 1: US 4; US rejects.",
        "Proposal 1 of IMF: lend 2 bn; needs a majority. JP yes, US yes, DE yes: passed.",
        "Your pledge stands at 2.7 bn, a draft.",
    ]


@pytest.mark.parametrize(
    ("viewer", "line"),
    [
        # Capacity 12 over three rounds is 4 a round; the banks' is a share of their claims.
        (US, "You have not pledged; at most 4 bn, by default 0."),
        (BANKS, "You have not decided; by default you take out what you took out last."),
    ],
)
def test_status_says_what_happens_to_who_does_not_decide(viewer: SeatId, line: str) -> None:
    view = view_for(negotiated(Pledge(2_700)).state, seat(viewer))
    assert render.status(view, None)[-1] == line


def test_a_package_waits_for_the_answer_of_those_it_names() -> None:
    player = Player(CRISIS, timed=False)
    to_phase(player, Phase.PROPOSE)
    player.act(US, TablePackage({JP: 3_000, US: 2_500}))
    asked, unasked = (view_for(player.state, seat(name)) for name in (JP, DE))
    assert "Package 1 waits for your answer: accept 1, reject 1." in render.status(asked, None)
    assert "waits" not in "\n".join(render.status(unasked, None))


def test_a_seat_that_is_done_is_shown_done() -> None:
    player = Player(CRISIS, timed=False)
    player.act(JP, MarkReady())
    lines = render.seat_lines(view_for(player.state, BOARD))
    assert ["done" in line for line in lines] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("left_ms", "text"),
    [(0, "0 s"), (-5, "0 s"), (1_400, "1 s"), (119_000, "119 s"), (125_000, "2 min 05 s")],
)
def test_time_is_told_in_seconds_and_then_in_minutes(left_ms: int, text: str) -> None:
    assert render.spoken_time(left_ms) == text


def test_the_clock_says_paused_and_ended() -> None:
    player = Player(CRISIS)
    player.record(hosting.pause(player.state, 1))
    assert render.clock_line(view_for(player.state, BOARD), 60_000) == (
        "Round 1 of 3: brief, 60 s left, paused by the host"
    )
    player.record(hosting.close(player.state, 2))
    assert render.clock_line(view_for(player.state, BOARD), None) == (
        "The session has ended (closed_by_host)."
    )


def test_a_hidden_ending_is_not_told_by_the_number_of_rounds() -> None:
    player = Player(replace(vcm(0.4, 3, 10_000), rounds=7, continue_probability=0.5))
    assert render.clock_line(view_for(player.state, BOARD), None) == "Round 1: pledge"


@pytest.mark.parametrize(
    ("filled", "need", "bar"),
    [
        (0, 20_000, f"[{'.' * 40}] 0 of 20, 20 missing"),
        (5_000, 20_000, f"[{'#' * 10}{'.' * 30}] 5 of 20, 15 missing"),
        (19_999, 20_000, f"[{'#' * 40}] 19.999 of 20, 0.001 missing"),
        (25_000, 20_000, f"[{'#' * 40}] 25 of 20, complete"),
        (0, 0, f"[{'#' * 40}] 0 of 0, complete"),
    ],
)
def test_the_gap_is_a_bar_of_forty_with_its_numbers(filled: int, need: int, bar: str) -> None:
    assert render.gap_bar(filled, need) == bar


# --- what came of it ---


def contributed() -> Player:
    """The VCM with marginal return 0.4: 5, 2.5 and nothing of 10 each are paid."""
    player = Player(replace(vcm(0.4, 3, 10_000), rounds=2), timed=False)
    for number, amount_musd in ((1, 5_000), (2, 2_500), (3, 0)):
        player.act(SeatId(f"P{number}"), Pledge(amount_musd))
    return player


def test_a_pledge_stands_beside_what_the_quota_would_make_of_it() -> None:
    # 2.7, 2.5 and 0 of 5.2; quotas of .30, .50 and .20.
    view = view_for(resolved(Pledge(2_700)).state, seat(JP))
    lines = render.round_lines(view, view.rounds[0])
    assert "  Of all pledges (and quotas): JP 52% (30%), US 48% (50%), DE 0% (20%)" in lines


def test_a_round_says_what_was_pledged_and_what_it_came_to() -> None:
    view = view_for(contributed().state, BOARD)
    # 7.5 of 30 are a quarter, and stability is linear.
    assert render.round_lines(view, view.rounds[0]) == [
        "Round 1 resolved: stability 25.0 %",
        f"Drawn    [{'#' * 10}{'.' * 30}] 7.5 of 30, 22.5 missing",
        "  Player 1 (P1) pledged 5",
        "  Player 2 (P2) pledged 2.5",
        "  Player 3 (P3) pledged 0",
    ]


def test_the_ledger_shows_lines_and_their_sums_in_billions() -> None:
    view = view_for(contributed().state, EVERYTHING)
    # 0.4 times 7.5 is 3 for everybody; each paid its own pledge.
    assert render.ledger_lines(render.summed(view)) == [
        "                               P1         P2         P3",
        "public                      3.000      3.000      3.000",
        "cost_bilateral             -5.000     -2.500      0.000",
        "total                      -2.000      0.500      3.000",
    ]


def test_the_lines_of_all_rounds_are_added() -> None:
    player = contributed()
    for number in (1, 2, 3):
        player.act(SeatId(f"P{number}"), Pledge(10_000))
    view = view_for(player.state, BOARD)
    lines = render.debrief_lines(view)
    # In the second round all pay 10 and get 0.4 times 30.
    assert "public                     15.000     15.000     15.000" in lines
    assert "total                       0.000      2.500      5.000" in lines


def test_a_player_sees_its_own_column_alone_until_the_end() -> None:
    view = view_for(contributed().state, seat(SeatId("P2")))
    assert render.ledger_lines(render.summed(view)) == [
        "                               P2",
        "public                      3.000",
        "cost_bilateral             -2.500",
        "total                       0.500",
    ]
    assert render.ledger_lines(render.summed(view_for(contributed().state, BOARD))) == []


def test_promises_are_shown_beside_what_was_paid() -> None:
    view = view_for(resolved(Pledge(1_000)).state, BOARD)
    lines = [line.split() for line in render.promise_lines(view)]
    assert lines[0] == ["round", "seat", "said", "signed", "pledged", "paid"]
    assert lines[1] == ["1", "JP", "2", "3", "1", "1"]
    assert lines[2] == ["1", "US", "-", "2.5", "2.5", "2.5"]
    assert lines[3] == ["1", "DE", "-", "-", "0", "0"]


def test_a_withheld_tranche_is_said() -> None:
    player = negotiated(Pledge(1_000))
    player.act(US, Pledge(0))
    player.act(DE, Pledge(0))
    player.act(IMF, DecideTranche(False))
    player.act(BANKS, Withdraw(1_000))
    view = view_for(player.state, BOARD)
    lines = render.round_lines(view, view.rounds[0])
    assert "  The Fund withheld the tranche." in lines
    assert "  Japanese banks (JP-banks) took out 100%" in lines


def test_a_stored_log_is_shown_in_the_same_order_as_the_live_game() -> None:
    player = resolved(Pledge(1_000))
    state = None
    for stored in encode(player.log, 0, FIRST_HASH):
        state = evolve(state, decode(stored))
    assert state is not None
    live, again = view_for(player.state, EVERYTHING), view_for(state, EVERYTHING)
    assert render.round_lines(again, again.rounds[0]) == render.round_lines(live, live.rounds[0])
    assert render.ledger_lines(render.summed(again)) == render.ledger_lines(render.summed(live))


def test_every_line_of_the_ledger_has_its_place() -> None:
    player = Player(replace(CAMPAIGN, leader_bonus_musd=100))
    while not player.state.history:
        player.record(player.next_phase())
    ledger = player.state.history[0].lines_musd
    assert [line for name in (JP, BANKS, IMF, DEBTOR) for line in ledger[name]] == list(
        render.LINES
    )


# --- secrets ---


@pytest.mark.parametrize("viewer", [seat(US), seat(DE), seat(BANKS), seat(IMF), BOARD, HOST])
def test_nobody_reads_what_another_seat_has_sealed(viewer: Viewer) -> None:
    texts = {
        everything(view_for(negotiated(secret).state, viewer))
        for secret in (Pledge(2_700), Pledge(100))
    }
    assert len(texts) == 1


def test_the_seat_itself_reads_what_it_has_sealed() -> None:
    text = everything(view_for(negotiated(Pledge(2_700)).state, seat(JP)))
    assert "Your pledge stands at 2.7 bn, final." in text


def test_the_private_card_is_shown_to_its_seat_alone() -> None:
    player = resolved(Pledge(1_000))
    card = "\n".join(render.brief(view_for(player.state, seat(JP))))
    assert "You are Japan (JP)." in card and "You are exposed." in card
    # 9 and 6 of its own, 0.5·0.5·8 of its banks, 0.5·0.5·0.2·4 and 0.3·3 of its partner's.
    assert "Full stability is worth 18.1 bn to you" in card
    for viewer in (seat(US), BOARD, HOST):
        assert "You are exposed." not in everything(view_for(player.state, viewer))


# --- other people's words ---


@given(some.text() | some.text(some.characters(categories=["Cc", "Cf", "Zl", "Zp"])))
def test_words_stay_on_one_line_and_cannot_steer_a_terminal(text: str) -> None:
    shown = render.one_line(text)
    assert shown.splitlines() in ([shown], [])
    assert not any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in shown)
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(shown)


def test_escape_sequences_are_shown_and_not_done() -> None:
    assert render.one_line(ESCAPES) == (r"\x1b[2J\x1b]0;owned\x07 JP: I pay\x9b31m\u202eyap\u2066")


def test_other_alphabets_and_signs_are_left_alone() -> None:
    text = "Grüße, 日本, مرحبا 👩‍🏫 — ½ ‰"
    assert render.one_line(text) == text


def test_a_reason_cannot_look_like_a_line_of_ours() -> None:
    player = negotiated(Pledge(0), text="yes\nRound 1 resolved: stability 100 %")
    lines = render.status(view_for(player.state, BOARD), None)
    assert '  "yes Round 1 resolved: stability 100 %"' in lines
    assert [line for line in lines if line.startswith("Round 1 resolved")] == []


# --- every scenario ---


@pytest.mark.parametrize("name", names())
def test_every_scenario_is_shown_to_every_seat_within_eighty_columns(name: str) -> None:
    scenario = load(name)
    player = Player(scenario)
    for viewer in (*(seat(one.id) for one in scenario.seats), BOARD, HOST):
        view = view_for(player.state, viewer)
        lines = [*render.brief(view), *render.status(view, 60_000)]
        assert lines[0] == scenario.title
        assert max(map(len, lines)) <= WIDTH
