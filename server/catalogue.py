"""What the host reads of scenarios: their list, one to be changed, what is wrong with one.

Everything is plain data for a page. Knows no room.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from server.bots import BOTS, bots_for, default_bot
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, Scenario
from server.scenarios import (
    ScenarioDocument,
    ScenarioError,
    check,
    lesson_minutes,
    load,
    load_document,
    names,
)


@cache
def summaries() -> list[dict[str, Any]]:
    """Every built-in scenario in a few words."""
    return [_summary(load(name), load_document(name).rules) for name in names()]


def _summary(scenario: Scenario, rules: str) -> dict[str, Any]:
    crises = (scenario, *scenario.later_crises)
    return {
        "name": scenario.name,
        "title": scenario.title,
        "rules": rules,
        "situation": scenario.situation,
        "rounds": scenario.rounds,
        "crises": len(crises),
        "minutes": lesson_minutes(scenario),
        "seats": [{"id": seat.id, "name": seat.name, "role": seat.role} for seat in scenario.seats],
        "advanced": list(scenario.advanced_rules),
        "cards": [
            {"name": card.name, "title": card.title, "text": card.text}
            for one in crises
            for card in one.cards
        ],
    }


def bots() -> dict[str, list[dict[str, str]]]:
    """The bots that can play each role, the one that plays by default first."""
    return {
        role: [
            {"name": name, "summary": BOTS[name].summary}
            for name in sorted(bots_for(role), key=lambda name: name != default_bot(role))
            if BOTS[name].takes != ":SEAT"
        ]
        for role in Role
    }


def read(name: str) -> dict[str, Any]:
    """A built-in scenario as a document, with the JSON Schema of documents.

    Raises:
        Refused: ``unknown_scenario``.
    """
    if name not in names():
        raise Refused(
            RefusalCode.UNKNOWN_SCENARIO,
            f"there is no scenario {name}",
            field="name",
            allowed=", ".join(names()),
        )
    document = load_document(name).model_dump(mode="json", exclude_unset=True)
    return {"document": document, "schema": ScenarioDocument.model_json_schema()}


def problems(document: dict[str, Any]) -> list[dict[str, str]]:
    """What is wrong with a document, field by field; nothing if it can be played."""
    try:
        check(document)
    except ScenarioError as error:
        return [{"field": one.field, "message": one.message} for one in error.problems]
    return []
