"""What may be typed next: only what is open to the seat, and only what is on the table."""

from __future__ import annotations

from pathlib import Path

from client_cli.commands import parse
from client_cli.screen.completion import common, completions
from server.game import hosting
from server.game.actions import Ballot, ProposeTranche, TablePackage, Vote
from server.game.cards import View
from server.game.scenario import Phase, SeatId
from server.game.views import BOARD, Viewer, ViewerKind, view_for
from server.scenarios import load
from tests.server.game.games import CRISIS, JP, US, Player

ASIA = load(str(Path(__file__).parent.parent / "asia.toml"))


def seen(player: Player, seat: str) -> View:
    return view_for(player.state, Viewer(ViewerKind.SEAT, SeatId(seat)))


def in_phase(phase: Phase, scenario: object = CRISIS) -> Player:
    player = Player(scenario, timed=False)  # type: ignore[arg-type]
    while player.state.phase is not phase:
        player.record(hosting.next_phase(player.state, player.now_ms))
    return player


def test_before_the_start_only_the_words_to_the_client_are_there() -> None:
    assert completions("", None) == [
        "if",
        "brief",
        "status",
        "time",
        "talk",
        "offers",
        "promises",
        "ledger",
        "help",
        "quit",
    ]


def test_a_word_is_completed_if_it_is_open_to_the_role_in_the_phase() -> None:
    player = in_phase(Phase.PLEDGE)
    assert completions("pl", seen(player, "JP")) == ["pledge"]
    assert completions("pl", seen(player, "JP-banks")) == []
    assert completions("w", seen(player, "JP-banks")) == ["withdraw"]
    assert completions("w", seen(player, "JP")) == []
    assert completions("/pl", seen(player, "JP")) == ["/pledge"]


def test_what_is_complete_is_not_completed_again() -> None:
    view = seen(in_phase(Phase.PLEDGE), "JP")
    assert completions("pledge", view) == []
    assert completions("pledge 4", view) == []


def test_seats_groups_and_rooms_are_named() -> None:
    view = seen(in_phase(Phase.TALK), "JP")
    others = [card.id for card in view.seats if card.id != "JP"]
    assert completions("to ", view) == [f"to {seat}" for seat in others]
    assert completions("to u", view) == ["to US"]
    assert completions("in ", view) == [f"in {group.name}" for group in view.scenario.groups]
    assert completions("talk e", view) == ["talk everybody"]


def test_packages_and_proposals_are_known_by_their_numbers() -> None:
    player = in_phase(Phase.PROPOSE)
    player.act(US, TablePackage({JP: 3_000, US: 2_500}, {}, None, ""))
    player.act(US, TablePackage({US: 1_000}, {}, None, ""))
    view = seen(player, "JP")
    assert completions("accept ", view) == ["accept 1"]
    assert completions("counter ", view) == ["counter 1", "counter 2"]
    assert "package JP=" in completions("package ", view)
    assert "package JP=3 JP=" not in completions("package JP=3 ", view)
    assert "counter 1 US=" in completions("counter 1 U", view)
    player.act(SeatId("IMF"), ProposeTranche(2_000))
    while player.state.phase is not Phase.VOTE:
        player.record(hosting.next_phase(player.state, player.now_ms))
    assert completions("vote ", seen(player, "JP")) == ["vote 1"]
    assert completions("vote 1 ", seen(player, "JP")) == [
        "vote 1 yes",
        "vote 1 no",
        "vote 1 abstain",
    ]


def test_the_parts_of_a_pledge_are_those_of_the_rules_that_are_on() -> None:
    assert completions("pledge 4 ", seen(in_phase(Phase.PLEDGE), "JP")) == ["pledge 4 draft"]
    view = seen(in_phase(Phase.PLEDGE, ASIA), "JP")
    wanted = {"draft", "if", "line", "refusing", "terms", "guide"}
    assert {line.split()[-1] for line in completions("pledge 4 ", view)} == wanted
    assert "pledge 4 if 2 if" not in completions("pledge 4 if 2 ", view)


def test_the_debtor_is_offered_its_word_on_the_programme() -> None:
    player = in_phase(Phase.PROPOSE, ASIA)
    player.act(SeatId("IMF"), ProposeTranche(5_000, (600, 400), (4_000,)))
    while player.state.phase is not Phase.VOTE:
        player.record(hosting.next_phase(player.state, player.now_ms))
    for seat in ("JP", "US", "AU"):
        player.act(SeatId(seat), Vote(1, Ballot.YES))
    while player.state.phase is not Phase.PLEDGE:
        player.record(hosting.next_phase(player.state, player.now_ms))
    view = seen(player, "KR")
    assert completions("accept ", view) == ["accept programme"]
    assert completions("decline ", view) == ["decline programme"]
    assert completions("accept programme ", view) == ["accept programme draft"]
    assert completions("accept ", seen(player, "JP")) == []


def test_each_role_supposes_what_it_decides() -> None:
    player = in_phase(Phase.PROPOSE, ASIA)
    wanted = {"JP": "pledge", "JP-banks": "withdraw", "IMF": "lend", "KR": "decline"}
    for seat, word in wanted.items():
        assert completions("if ", seen(player, seat)) == [f"if {word}"]
    player.act(US, TablePackage({JP: 3_000, US: 2_500}, {}, None, ""))
    assert completions("if p", seen(player, "IMF")) == ["if package"]
    assert completions("if package ", seen(player, "IMF")) == ["if package 1"]


def test_an_observer_is_offered_no_action() -> None:
    view = view_for(in_phase(Phase.PLEDGE).state, BOARD)
    assert "pledge" not in completions("", view)


def test_every_word_of_a_view_that_is_whole_can_be_read_or_lacks_its_arguments() -> None:
    # A completion that the parser does not know would be a trap.
    view = seen(in_phase(Phase.PLEDGE, ASIA), "JP")
    for line in completions("pledge 1 ", view):
        number = {"if": " 2", "line": " 2", "terms": " 4%", "guide": " 5%"}
        parse(line + number.get(line.split()[-1], ""))


def test_what_several_lines_have_in_common() -> None:
    assert common(["propose", "promises"]) == "pro"
    assert common(["say", "to"]) == ""
    assert common(["ready"]) == "ready"
