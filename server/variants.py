"""Which scenarios a room plays: its own, the host's document, or one for each treatment.

Knows no room and no store: names and documents in, scenarios out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from server.experiment.neutral import neutral
from server.experiment.settings import Experiment, Treatment
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Scenario
from server.scenarios import ScenarioError, check, load, load_document, timed_for


def scenario_of(name: str, document: dict[str, Any] | None, minutes: int | None) -> Scenario:
    """A scenario by name or as a document, its clocks made for a lesson of so many minutes.

    Raises:
        Refused: ``unknown_scenario``; ``out_of_range``: it does not fit the minutes.
    """
    try:
        scenario = load(name) if document is None else check(document).scenario()
    except ScenarioError as error:
        raise Refused(RefusalCode.UNKNOWN_SCENARIO, str(error), field="scenario") from None
    if minutes is None:
        return scenario
    try:
        return timed_for(scenario, minutes)
    except ValueError as error:
        raise Refused(RefusalCode.OUT_OF_RANGE, str(error), field="minutes") from None


def experiment_of(settings: dict[str, Any] | None) -> Experiment | None:
    """The settings of a study, checked.

    Raises:
        Refused: ``malformed``, with the field that is wrong.
    """
    if settings is None:
        return None
    try:
        return Experiment.model_validate(settings)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(("experiment", *map(str, details["loc"])))
        raise Refused(RefusalCode.MALFORMED, f"{field}: {details['msg']}", field=field) from None


def variants_of(
    experiment: Experiment,
    name: str,
    document: dict[str, Any] | None,
    minutes: int | None,
) -> dict[str, Scenario]:
    """The scenario of every treatment, under neutral labels if the study has them.

    Raises:
        Refused: ``unknown_scenario``, ``out_of_range``; ``malformed``: the seats differ.
    """
    found = {
        one.name: _treated(one, name, document, minutes)
        for one in experiment.treatments or (Treatment.model_construct(name=""),)
    }
    first = next(iter(found.values()))
    for treatment, scenario in found.items():
        if tuple(scenario.seat_by_id) != tuple(first.seat_by_id):
            raise Refused(
                RefusalCode.MALFORMED,
                f"treatment {treatment} has other seats than the first",
                field="experiment.treatments",
                allowed=", ".join(first.seat_by_id),
            )
    if not experiment.neutral:
        return found
    return {
        treatment: neutral(scenario, experiment.language, experiment.situation)
        for treatment, scenario in found.items()
    }


def _treated(
    treatment: Treatment, name: str, document: dict[str, Any] | None, minutes: int | None
) -> Scenario:
    if treatment.scenario is not None:
        name, document = treatment.scenario, None
    if treatment.changes:
        try:
            base = document or load_document(name).model_dump(mode="json", exclude_unset=True)
        except ScenarioError as error:
            raise Refused(RefusalCode.UNKNOWN_SCENARIO, str(error), field="scenario") from None
        document = _changed(base, treatment.changes)
    return scenario_of(name, document, minutes)


def _changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A document with some fields set, tables field by field."""
    changed = dict(base)
    for key, value in changes.items():
        old = changed.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            changed[key] = _changed(old, value)
        else:
            changed[key] = value
    return changed
