"""Stepping through a session: what each key does, and what is shown."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from client_cli.main.reel import Reel
from client_cli.main.stepping import Stepper, keys_in
from server.game.state import replay
from server.scenarios import load
from server.tournament import play
from tests.client_cli.main.runs import played, run

PATIENCE_S = 30


@cache
def reel() -> Reel:
    scenario = load("korea-1997")
    bots = {
        seat.id: "conditional" if seat.role == "government" else "best-reply"
        for seat in scenario.seats
    }
    return Reel(play(scenario, bots, 3).events)


def pressed(*keys: str, at: int = 1) -> Stepper:
    stepper = Stepper(reel(), "backstop replay x", at=at)
    for key in keys:
        stepper.press(key)
    return stepper


def test_the_state_at_an_event_is_that_of_the_events_up_to_it() -> None:
    for number in (1, 40, 99, len(reel())):
        assert reel().state(number) == replay(reel().events[:number])


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (("n", "n", "n"), 4),
        (("n", "n", "p"), 2),
        (("p",), 1),
        (("e",), 164),
        (("e", "n"), 164),
        (("e", "f"), 1),
        (("\x1b[C", "\r", "\x1b[D"), 2),
        (("\x1b[F", "\x1b[H"), 1),
        (("g", "4", "1", "\r"), 41),
        (("g", "4", "1", "\x7f", "\r"), 4),
        (("g", "9", "9", "9", "\r"), 164),
        (("g", "4", "q", "n"), 2),
        (("N",), 60),
        (("N", "n", "P"), 60),
        (("N", "P"), 1),
        (("z", "\x1b"), 1),
    ],
)
def test_keys_go_to_events_and_rounds(keys: tuple[str, ...], at: int) -> None:
    assert pressed(*keys).at == at


def test_the_round_keys_lead_to_the_first_event_of_a_round() -> None:
    stepper = pressed("N", "N")
    assert reel().state(stepper.at).round == 3
    assert reel().state(stepper.at - 1).round == 2


def test_a_seat_steps_over_what_it_was_not_shown() -> None:
    stepper = Stepper(reel(), "backstop replay x", "JP")
    seen = set()
    while stepper.at < len(reel()):
        stepper.press("n")
        seen.add(stepper.at)
    viewer = reel().viewer("JP")
    told = {number for number in range(2, len(reel()) + 1) if reel().notice(number, viewer)}
    assert seen == told
    others = [n for n in told if "US pledges" in "".join(reel().told(n, viewer))]
    assert others == []


def test_playing_goes_on_event_by_event_until_a_key_or_the_end() -> None:
    stepper = pressed(" ")
    stepper.tick()
    assert (stepper.playing, stepper.at) == (True, 2)
    stepper.press("n")
    assert (stepper.playing, stepper.at) == (False, 3)
    stepper = pressed(" ", "+", "+", "-", at=len(reel()) - 1)
    stepper.tick()
    assert (stepper.playing, stepper.speed, stepper.at) == (False, 2.0, len(reel()))
    assert not pressed(" ", at=len(reel())).playing


def test_what_is_shown_is_gap_promises_and_ledger_as_of_the_event_and_a_link_to_it() -> None:
    stepper = pressed("N", "n")
    text = "\n".join(stepper.lines())
    assert "Event 61 of 164, seen by everything" in text
    assert "Promised [" in text
    assert "Said, signed, pledged and paid" in text
    assert text.endswith("backstop replay x --at 61 --as everything")
    assert "Ledger so far" in "\n".join(pressed("N", "l").lines())
    assert "go to event: 12_" in pressed("g", "1", "2").lines()[-2]
    assert any("PageDown" in line for line in pressed("?").lines())
    assert pressed("?", "n").at == 2


def test_viewers_come_round_one_after_the_other() -> None:
    stepper, seen = pressed(), []
    for _ in range(len(reel().seats) + 3):
        seen.append(stepper.seen_by)
        stepper.press("s")
    assert seen == ["everything", "host", "board", *reel().seats]
    assert stepper.seen_by == "everything"


def test_keys_that_are_typed_fast_are_told_apart() -> None:
    assert keys_in("nn\x1b[6~\x1b[C\x1bOC\x1bq") == [
        "n",
        "n",
        "\x1b[6~",
        "\x1b[C",
        "\x1b[C",
        "\x1b",
        "q",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--step",), "--step reads keys from a terminal, and this is none"),
        (("--play", "0"), "0.0 is not in the range"),
        (("--play", "2", "--json"), "--step and --play are for people"),
        (("--verify", "--play", "2"), "--verify is of the whole log"),
    ],
)
def test_replay_says_which_words_do_not_go_together(words: tuple[str, ...], message: str) -> None:
    assert message in run("replay", "last", *words, code=2).stderr


def test_what_is_played_into_a_pipe_is_what_would_be_shown(tmp_path: Path) -> None:
    session = played(tmp_path / "a.db")
    there = ("--database", str(tmp_path / "a.db"))
    played_on = run("replay", session, "--play", "64", "--at", "160", *there).stdout
    assert played_on.startswith("  160 ")
    assert run("replay", session, *there).stdout.endswith(played_on)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
def test_on_a_terminal_keys_step_and_q_leaves_it_as_it_was(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    session = played(database)
    ours, theirs = os.openpty()
    program = Path(sys.executable).parent / "backstop"
    command = [program, "replay", session, "--step", "--at", "5"]
    process = subprocess.Popen(
        [*command, "--database", str(database)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    _until(ours, b"--at 5 --as everything")
    os.write(ours, b"nn")
    shown = _until(ours, b"--at 7 --as everything")
    assert b"Event 7 of" in shown
    assert f"backstop replay {session} --database {database} --at 7".encode() in shown
    os.write(ours, b"q")
    assert process.wait(PATIENCE_S) == 0
    os.close(ours)


def _until(terminal: int, wanted: bytes) -> bytes:
    shown = b""
    while wanted not in shown:
        ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
        assert ready, shown
        shown += os.read(terminal, 65536)
    return shown
