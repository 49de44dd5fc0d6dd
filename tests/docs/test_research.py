"""The page for researchers: its examples run and give what they say."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from server.research.questions import Menu
from server.scenarios import load
from tests.client_cli.main.runs import run
from tests.server.game.games import CAMPAIGN
from tests.server.research.extras import needed

PAGE = (Path(__file__).parents[2] / "docs" / "research.md").read_text("utf-8")
SECTIONS = {
    "## The environment": ("pettingzoo", "research"),
    "## The stage game": ("numpy", "research"),
    "### Gambit": ("pygambit", "gambit"),
    "### OpenSpiel": ("pyspiel", "openspiel"),
}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def section(heading: str) -> str:
    """From a heading to the next in `SECTIONS`."""
    ends = [PAGE.index(f"\n{one}\n") for one in SECTIONS] + [len(PAGE)]
    start = PAGE.index(f"\n{heading}\n")
    return PAGE[start : min(end for end in ends if end > start)]


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_examples_give_what_they_say(heading: str) -> None:
    needed(*SECTIONS[heading])
    names: dict[str, object] = {}
    if heading in ("### Gambit", "### OpenSpiel"):
        # Both go on from the stage game.
        _checked("## The stage game", names)
    assert _checked(heading, names)


def _checked(heading: str, names: dict[str, object]) -> int:
    """How many examples were run, in the names given."""
    text = "\n".join(blocks(section(heading), "python"))
    test = doctest.DocTestParser().get_doctest(text, names, heading, "research.md", 0)
    test.globs = names
    told: list[str] = []
    results = doctest.DocTestRunner().run(test, out=told.append, clear_globs=False)
    assert not results.failed, "".join(told)
    return results.attempted


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [
        shlex.split(line.removeprefix("$ backstop "))
        for block in blocks(section("### Gambit"), "console")
        for line in block.splitlines()
    ]
    assert len(commands) == 3
    for command in commands:
        run(*command)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["east-asia.agg", "east-asia.nfg"]


def test_every_question_is_in_the_table() -> None:
    asked = {
        question.name.partition(".")[0]
        for scenario in (CAMPAIGN, load("korea-1997"))
        for questions in Menu(scenario).questions.values()
        for question in questions
    }
    table = set(re.findall(r"^\| (?:talk¹|propose|vote|pledge) \| `(\w+)", PAGE, re.M))
    assert table == asked
