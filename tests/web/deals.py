"""A scenario of a host's own with the switches that no shipped one has on."""

from __future__ import annotations

from typing import Any

from server.scenarios import load_document


def with_deals() -> dict[str, Any]:
    """Mexico 1982 where governments press each other and promise favours to their banks."""
    document = load_document("mexico-1982-advanced").model_dump(mode="json", exclude_unset=True)
    for name in ("extends", "sources", "choices", "difficulty"):
        document.pop(name, None)
    document |= {"name": "with-deals", "title": "With deals", "pressure_force": 0.5}
    document["switches"] |= {"pressure": True, "favours": True}
    return document
