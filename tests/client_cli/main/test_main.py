"""The command as a whole: help with examples, exit codes, and what is imported for what."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from client_cli.main import COMMANDS, main
from tests.client_cli.main.runs import run


def every_command() -> list[tuple[str, ...]]:
    """Every command and subcommand by its words."""
    found: list[tuple[str, ...]] = []
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, sub) for sub in command.commands]
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_help_shows_examples_that_begin_with_the_command(words: tuple[str, ...]) -> None:
    text = run(*words, "--help").stdout
    assert "Examples:" in text
    examples = text.partition("Examples:")[2].partition("\n\n")[0]
    assert f"backstop {' '.join(words)}" in examples
    # Every option says what it is for.
    options = text.partition("Options:")[2].splitlines()
    assert not [line for line in options if line.strip().startswith("--") and len(line.split()) < 2]


def test_the_help_of_the_whole_names_every_command() -> None:
    text = run("--help").stdout
    assert all(f"\n  {name} " in text for name in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("payoff",),
        ("payoff", "east-asia", "--no-such-option"),
        ("schema", "nothing"),
        ("join", "127.0.0.1:1"),
        ("bot", "127.0.0.1:1", "--bot", "leader"),
        ("room", "list"),
        ("serve", "--lan", "--host", "127.0.0.1"),
        ("sessions", "--limit", "0"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two_and_says_so_on_standard_error(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BACKSTOP_TOKEN", "BACKSTOP_HOST_SECRET"):
        monkeypatch.delenv(name, raising=False)
    result = run(*words, code=2)
    assert result.stdout == ""
    assert "Usage: " in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("join", "127.0.0.1:1", "KITE7", "--name", "Ada"),
        ("watch", "127.0.0.1:1", "KITE7"),
        ("bot", "127.0.0.1:1", "KITE7", "--bot", "leader"),
        ("room", "list", "--server", "127.0.0.1:1", "--secret", "x"),
    ],
    ids=lambda words: words[0],
)
def test_where_nobody_answers_the_command_fails_in_words(words: tuple[str, ...]) -> None:
    result = run(*words, code=1)
    assert result.stdout == ""
    assert "nobody answers at 127.0.0.1:1" in result.stderr


def test_a_name_that_the_wire_forbids_is_told_with_field_and_value() -> None:
    result = run("join", "127.0.0.1:1", "KITE7", "--name", "two\nlines", code=1)
    assert "name 'two\\nlines'" in result.stderr


# --- what is imported ---


def loaded(code: str) -> set[str]:
    """The modules that a fresh process has after running code."""
    program = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_the_client_loads_of_the_server_the_wire_and_what_that_needs() -> None:
    modules = loaded(
        "import client_cli.amounts, client_cli.connection, client_cli.commands, "
        "client_cli.line_mode, client_cli.notices, client_cli.render"
    )
    ours = {name for name in modules if name.partition(".")[0] == "server"}
    assert {name for name in ours if not name.startswith("server.protocol.")} == {
        "server",
        "server.protocol",
        "server.schema",
        "server.game",
        "server.game.actions",
        "server.game.cards",
        "server.game.condition",
        "server.game.events",
        "server.game.outcome",
        "server.game.refusals",
        "server.game.scenario",
    }
    assert not modules & {"sqlalchemy", "alembic", "click", "segno", "textual"}


def test_help_needs_no_library_but_click() -> None:
    modules = loaded("from client_cli.main import main\nmain(['--help'], standalone_mode=False)")
    assert not modules & {"sqlalchemy", "alembic", "websockets", "pydantic", "asyncio", "server"}


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["payoff", "east-asia", "JP=1"], {"sqlalchemy", "websockets", "server.protocol"}),
        (["scenarios"], {"sqlalchemy", "websockets", "server.protocol"}),
        (["schema"], {"sqlalchemy", "websockets"}),
        (["join", "--help"], {"sqlalchemy", "websockets", "pydantic", "server", "textual"}),
        (["replay", "--help"], {"sqlalchemy", "websockets", "pydantic"}),
        (["demo", "--help"], {"sqlalchemy", "websockets", "pydantic"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_starts_without_what_it_does_not_need(
    words: list[str], without: set[str]
) -> None:
    modules = loaded(f"from client_cli.main import main\nmain({words}, standalone_mode=False)")
    assert not modules & without


def test_who_lists_or_reads_what_is_stored_starts_without_the_rest(tmp_path: Path) -> None:
    database = str(tmp_path / "a.db")
    run("play", "vcm", "--database", database)
    for words, without in (
        (["sessions"], {"server.game.rules", "server.protocol", "alembic"}),
        (["replay", "last"], {"server.store.logfile", "websockets", "alembic"}),
    ):
        asked = [*words, "--database", database]
        modules = loaded(f"from client_cli.main import main\nmain({asked}, standalone_mode=False)")
        assert "server.store" in modules
        assert not modules & without


def test_ctrl_c_ends_with_130_wherever_it_comes(tmp_path: Path) -> None:
    bot = tmp_path / "stopped.py"
    bot.write_text("raise KeyboardInterrupt\n", "utf-8")
    words = ("play", "vcm", "--bots", f"P1={bot}:bot", "--database", str(tmp_path / "a.db"))
    assert CliRunner().invoke(main, words).exit_code == 130
