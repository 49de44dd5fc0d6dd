"""Completion: the script for each shell, and the names that are offered."""

from __future__ import annotations

import subprocess
import sys

import pytest

from server.bots import BOTS
from server.scenarios import names
from tests.client_cli.main.runs import run


def offered(*words: str) -> list[str]:
    """What a shell is told at the last of these words, by the program itself."""
    told = subprocess.run(
        [sys.executable, "-c", "from client_cli.main import main; main(prog_name='backstop')"],
        env={
            "_BACKSTOP_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["backstop", *words]),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.partition(",")[2] for line in told.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_the_program(shell: str) -> None:
    script = run("completion", shell).stdout
    assert f"_BACKSTOP_COMPLETE={shell}_complete" in script


def test_bash_takes_the_script_as_it_is() -> None:
    script = run("completion", "bash").stdout + "\ncomplete -p backstop\n"
    told = subprocess.run(["bash"], input=script, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("complete -o nosort -F ")
    assert told.stderr == ""


def test_commands_options_scenarios_and_bots_are_completed() -> None:
    assert offered("tou") == ["tournament"]
    assert "--explain" in offered("bot", "--e")
    koreas = [name for name in names() if name.startswith("korea")]
    assert offered("solve", "korea")[: len(koreas)] == koreas
    hegemons = [name for name in BOTS if name.startswith("ben")]
    assert offered("bot", "--bot", "ben")[:-1] == hegemons
