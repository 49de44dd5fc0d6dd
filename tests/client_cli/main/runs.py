"""Running the command in this process, as a shell would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from client_cli.main import main


def run(*arguments: str, code: int = 0) -> Result:
    """A command that needs no server; it must end with `code`."""
    result = CliRunner().invoke(main, [str(part) for part in arguments])
    assert result.exit_code == code, result.output
    return result


def rows(*arguments: str) -> list[dict[str, Any]]:
    """The JSON objects, one a line, that a command prints, and nothing else."""
    return [json.loads(line) for line in run(*arguments).stdout.splitlines()]


def played(database: Path, scenario: str = "korea-1997", *arguments: str) -> str:
    """A stored match; its id."""
    (answer,) = rows("play", scenario, "--json", "--database", str(database), *arguments)
    return str(answer["id"])
