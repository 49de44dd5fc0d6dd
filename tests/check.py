"""The one test command: format, lint, types, import contracts, tests.

    .venv/bin/python -m tests.check            everything
    .venv/bin/python -m tests.check -k ledger  arguments go to pytest

Stops at the first step that fails, with its exit code. `alembic check` is among the tests
(tests/test_migrations.py), on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
STEPS = (
    ("format", [BIN / "ruff", "format", "--check", "."]),
    ("lint", [BIN / "ruff", "check", "."]),
    ("types", [BIN / "mypy"]),
    ("import contracts", [BIN / "lint-imports"]),
)


def main(pytest_arguments: list[str]) -> int:
    """Run every step; the exit code of the first that fails, else 0."""
    for name, command in (*STEPS, ("tests", [sys.executable, "-m", "pytest", *pytest_arguments])):
        print(f"== {name}", flush=True)
        code = subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode
        if code:
            print(f"== {name}: failed", flush=True)
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
