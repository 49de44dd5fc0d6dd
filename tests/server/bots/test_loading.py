"""Bots from outside: every form of a name, and what is told where one is wrong."""

from __future__ import annotations

import importlib.metadata
import sys
from functools import partial
from pathlib import Path

import pytest

from server.bots import BOTS, loading
from server.bots.limits import LimitedBot, Limits
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, SeatId
from server.scenarios import load as scenario_of
from server.tournament import Match, play

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
KOREA = scenario_of("korea-1997")
GOVERNMENTS = [seat.id for seat in KOREA.governments]

FUNCTION = """
def nothing(view, random):
    return None

NUMBER = 7
"""


def played(name: str, folder: Path, limits: Limits = loading.UNSAID) -> Match:
    """A match with the bot in every government's seat, and chance in all others."""
    cast = {seat.id: "random" for seat in KOREA.seats} | dict.fromkeys(GOVERNMENTS, name)
    return play(KOREA, cast, 3, maker=partial(loading.load, folder=folder, limits=limits))


def test_a_function_in_a_file_is_a_bot() -> None:
    match = played("matching.py:matching", EXAMPLES)
    assert match.failures == []
    # In round 1 the fair share of what is needed without the tranche; Japan's is the largest.
    first = match.state.history[0].pledges_musd
    assert 0 < first[SeatId("DE")] < first[SeatId("JP")]


def test_a_class_is_made_anew_for_each_seat_and_match() -> None:
    one, other = (loading.load("grim.py:Grim", Role.GOVERNMENT, folder=EXAMPLES) for _ in range(2))
    assert isinstance(one, LimitedBot)
    assert isinstance(other, LimitedBot)
    assert type(one.bot).__name__ == type(other.bot).__name__ == "Grim"
    assert one.bot is not other.bot


def test_grim_never_pays_again_once_somebody_paid_too_little() -> None:
    match = played("grim.py:Grim", EXAMPLES)
    assert match.failures == []
    cast = {seat.id: "free-rider" for seat in KOREA.seats} | {GOVERNMENTS[0]: "grim.py:Grim"}
    alone = play(KOREA, cast, 3, maker=partial(loading.load, folder=EXAMPLES))
    paid = [card.pledges_musd[GOVERNMENTS[0]] for card in alone.state.history]
    assert paid[0] > 0
    assert paid[1:] == [0, 0]


def test_a_module_that_can_be_imported_is_found_by_its_dotted_name() -> None:
    bot = loading.load("server.bots.governments:the_truth", Role.GOVERNMENT)
    assert isinstance(bot, LimitedBot)


def test_an_entry_point_of_an_installed_package_is_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    point = importlib.metadata.EntryPoint(
        "careful", "server.bots.governments:the_truth", loading.GROUP
    )
    found = importlib.metadata.EntryPoints([point])
    monkeypatch.setattr(loading, "entry_points", found.select)
    bot = loading.load("careful", Role.GOVERNMENT)
    assert isinstance(bot, LimitedBot)


def test_names_of_the_register_come_first_and_are_not_limited() -> None:
    bot = loading.load("leader", Role.GOVERNMENT)
    assert type(bot) is type(BOTS["leader"].roles[Role.GOVERNMENT](SeatId("")))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nobody", "no bot of this name"),
        ("none.py:Bot", r"there is no file .*none\.py$"),
        ("mine.py:Bot", r"mine\.py has no Bot; it has \w+"),
        ("mine.py:NUMBER", "neither a class"),
        ("broken.py:Bot", "SyntaxError"),
        ("no.such.module:Bot", "ModuleNotFoundError"),
        ("exec:", "no command"),
        ("own:none.py:Bot", "there is no file"),
        ("opens.py:Bot", r"FileNotFoundError: .*data\.txt.* \(opens\.py, line 2\)"),
        ("exec:no-such-program --fast", "there is no program no-such-program"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_the_reason(
    name: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(FUNCTION)
    (tmp_path / "broken.py").write_text("def bot(:\n")
    (tmp_path / "opens.py").write_text("NAME = 'data.txt'\nopen(NAME)\n")
    with pytest.raises(Refused, match=told) as caught:
        loading.load(name, Role.GOVERNMENT, folder=tmp_path)
    assert caught.value.code is RefusalCode.UNKNOWN_BOT
    assert caught.value.allowed == loading.FORMS


@pytest.mark.parametrize("name", ["own:leader", "own:follower:US", "leader", "own:mine.py:nothing"])
def test_every_name_that_can_be_loaded_is_found_without_a_role(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(FUNCTION)
    loading.check(name, tmp_path)
    with pytest.raises(Refused):
        loading.check(name.replace("er", "or").replace("nothing", "other"), tmp_path)


def test_a_misspelt_name_of_the_register_with_a_seat_is_told_so() -> None:
    with pytest.raises(Refused) as caught:
        loading.load("follower:USA", Role.GOVERNMENT, [SeatId("US")])
    assert caught.value.code is RefusalCode.UNKNOWN_SEAT


def test_a_version_changes_with_the_code_and_with_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(FUNCTION)
    (tmp_path / "same.py").write_text(FUNCTION)
    (tmp_path / "other.py").write_text(FUNCTION + "\n# changed\n")
    mine = loading.version_of("mine.py:nothing", tmp_path)
    assert mine == loading.version_of("same.py:nothing", tmp_path)
    assert mine == loading.version_of("own:mine.py:nothing", tmp_path)
    assert mine != loading.version_of("other.py:nothing", tmp_path)
    command = loading.version_of("exec:node mine.py", tmp_path)
    assert command != loading.version_of("exec:node other.py", tmp_path)
    assert len({mine, command, loading.version_of("leader")}) == 3


# --- limits inside the process ---

HOSTILE = """
import sys

def loops(view, random):
    while True:
        try:
            while True:
                pass
        except BaseException:
            if random.random() < 0.5:
                raise

def ends(view, random):
    sys.exit(3)
"""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("loops", "TimeoutError: no answer within 0.05 s"),
        ("ends", "RuntimeError: it tried to end the program"),
    ],
)
def test_a_hostile_function_is_a_recorded_failure(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE)
    match = played(f"hostile.py:{name}", tmp_path, Limits(0.05, 600))
    assert {one.reason for one in match.failures} == {reason}
    assert [card.pledges_musd[SeatId("JP")] for card in match.state.history] == [0, 0, 0]


def test_a_bot_that_has_used_up_its_time_is_not_asked_again(tmp_path: Path) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE)
    match = played("hostile.py:loops", tmp_path, Limits(0.05, match_seconds=0.12))
    reasons = [one.reason for one in match.failures if one.seat == "JP"]
    assert reasons[-1] == "TimeoutError: its 0.12 s for the match are used up"


def test_python_is_named_as_the_program_of_a_bot_in_its_own_process() -> None:
    assert loading.command_of("own:mine.py:Bot")[0] == sys.executable
