"""Bots in processes of their own: the same game, and limits that hold."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from server.bots import external, loading
from server.bots.limits import Limits
from server.game.refusals import Refused
from server.game.scenario import SeatId
from server.scenarios import load as scenario_of
from server.tournament import Match, play

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
KOREA = scenario_of("korea-1997")
GOVERNMENTS = [seat.id for seat in KOREA.governments]
JP = SeatId("JP")


@pytest.fixture(autouse=True)
def _no_process_is_left() -> object:
    yield
    external.close_all()


def played(name: str, folder: Path, limits: Limits, seats: list[SeatId]) -> Match:
    """A match with the bot in some seats and chance in all others."""
    cast = {seat.id: "random" for seat in KOREA.seats} | dict.fromkeys(seats, name)
    return play(KOREA, cast, 3, maker=partial(loading.load, folder=folder, limits=limits))


PATIENT = Limits(decision_seconds=60, match_seconds=600)


def test_a_bot_plays_the_same_in_a_process_of_its_own() -> None:
    inside = played("matching.py:matching", EXAMPLES, PATIENT, GOVERNMENTS)
    apart = played("own:matching.py:matching", EXAMPLES, PATIENT, GOVERNMENTS)
    assert (inside.failures, apart.failures) == ([], [])
    assert inside.state.history == apart.state.history


def test_chance_is_the_same_in_a_process_of_its_own() -> None:
    inside = played("random", EXAMPLES, PATIENT, GOVERNMENTS)
    apart = played("own:random", EXAMPLES, PATIENT, GOVERNMENTS)
    assert inside.state.history == apart.state.history


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_the_javascript_example_plays_as_the_python_one() -> None:
    python = played("matching.py:matching", EXAMPLES, PATIENT, GOVERNMENTS)
    node = played("exec:node matching.mjs", EXAMPLES, PATIENT, GOVERNMENTS)
    assert node.failures == []
    assert node.state.history == python.state.history


def test_a_process_serves_one_match_after_another() -> None:
    name = "own:matching.py:matching"
    played(name, EXAMPLES, PATIENT, [JP])
    (waiting,) = [process for processes in external._idle.values() for process in processes]
    played(name, EXAMPLES, PATIENT, [JP])
    assert [process for processes in external._idle.values() for process in processes] == [waiting]


LINES = """
import sys
for line in sys.stdin:
    if '"act"' in line:
        {}
    else:
        print("null", flush=True)
"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("print('hello', flush=True)", "is not JSON"),
        ("print('7', flush=True)", "is no action"),
        ('print(\'{"kind": "rob"}\', flush=True)', "is no action"),
        ('print(\'{"kind": "pledge"}\', flush=True)', "pledge_musd"),
        ('print(\'{"error": "no idea"}\', flush=True)', "no idea"),
        ("sys.exit('out of ideas')", "ended with code 1: out of ideas"),
        ("print('x' * 100_000, flush=True)", "more than 65536 bytes"),
    ],
)
def test_what_is_no_answer_is_a_recorded_failure(body: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(LINES.format(body))
    match = played(f"exec:{sys.executable} bot.py", tmp_path, PATIENT, [JP])
    assert match.failures
    assert all(reason in one.reason for one in match.failures), match.failures
    assert [card.pledges_musd[JP] for card in match.state.history] == [0, 0, 0]


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(1e6)",
        "import os; os.fork() or 1; exec('while 1: 0')",
    ],
)
def test_a_hung_process_is_killed_and_the_match_goes_on(body: str, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(LINES.format(body))
    limits = Limits(decision_seconds=0.3, match_seconds=0.5)
    match = played(f"exec:{sys.executable} bot.py", tmp_path, limits, [JP])
    assert match.failures[0].reason == "TimeoutError: no answer within 0.3 s"
    assert match.state.ending is not None
    assert not any(external._idle.values())


def test_a_process_that_never_reads_is_killed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external, "STARTING_SECONDS", 0.2)
    (tmp_path / "bot.py").write_text("while True: pass\n")
    match = played(f"exec:{sys.executable} bot.py", tmp_path, Limits(0.2, 0.3), [JP])
    assert "no answer within" in match.failures[0].reason


@pytest.mark.skipif(sys.platform != "linux", reason="the limit holds on Linux")
def test_a_bot_that_eats_memory_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(
        LINES.format("held = [b'x' * 10_000_000 for _ in range(10**6)]")
    )
    limits = Limits(60, 600, memory_mb=100)
    match = played(f"exec:{sys.executable} bot.py", tmp_path, limits, [JP])
    assert match.failures
    assert all("MemoryError" in one.reason for one in match.failures)


def test_a_program_that_is_not_there_is_named_before_anything_is_played(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no program no-such-program"):
        played("exec:no-such-program", tmp_path, PATIENT, [JP])


def test_who_must_be_started_again_and_again_uses_up_its_time(tmp_path: Path) -> None:
    # Each start takes long, which is no decision; only the first is for nothing.
    slow = "import time; time.sleep(0.3)" + LINES.format("sys.exit(1)")
    (tmp_path / "bot.py").write_text(slow)
    match = played(f"exec:{sys.executable} bot.py", tmp_path, Limits(60, 0.5), [JP])
    assert match.state.ending is not None
    assert "its 0.5 s for the match are used up" in match.failures[-1].reason


@pytest.mark.parametrize("prefix", ["", "own:"])
def test_a_failure_names_the_line_of_the_bots_file(prefix: str, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(
        "import json\n\ndef bad(view, random):\n    return read('{')\n\n"
        "def read(text):\n    return json.loads(text)\n"
    )
    match = played(f"{prefix}bot.py:bad", tmp_path, PATIENT, [JP])
    assert match.failures
    assert all(one.reason.endswith(" (bot.py, line 7)") for one in match.failures)
    assert all("JSONDecodeError" in one.reason for one in match.failures)
