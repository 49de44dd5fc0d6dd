"""Brings `docs/cli.md` up to date: `python -m tests.cli`."""

from __future__ import annotations

from tests.cli.page import PAGE, filled

PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
