"""Small plans for the tests of tournaments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from server.tournament.plan import Plan, PlanDocument, made

POOLS = {"government": ["free-rider", "conditional", "random"], "bank": ["run", "stay"]}


def plan(folder: Path = Path(), **changes: Any) -> Plan:
    """Three kinds of governments and two of banks, in Korea's pledge phase."""
    said: dict[str, Any] = {
        "name": "small",
        "scenarios": ["korea-1997"],
        "pools": POOLS,
        "phases": ["pledge"],
        "seed": 5,
    }
    return made(PlanDocument.model_validate(said | changes), folder)
