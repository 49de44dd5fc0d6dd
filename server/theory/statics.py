"""Comparative statics: the same game with a number changed, solved again.

Owns what can be varied and how. The two hypotheses are `private_rates` and `links`. Knows no
text of the command line.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from server.game.scenario import Government, Scenario, SeatId
from server.scenarios.document import GovernmentPart, ScenarioDocument
from server.theory.equilibria import Replies, settle
from server.theory.solution import Setting, Solution, solve
from server.theory.stage import Pledges, Stage


def _private_rates(scenario: Scenario, factor: float) -> Scenario:
    return _governments(
        scenario,
        lambda seat: replace(
            seat,
            private_domestic_rate=seat.private_domestic_rate * factor,
            private_international_rate=seat.private_international_rate * factor,
        ),
    )


def _links(scenario: Scenario, economic: float, institutional: float) -> Scenario:
    links = tuple(
        replace(
            link,
            economic=link.economic * economic,
            institutional=link.institutional * institutional,
        )
        for link in scenario.links
    )
    return replace(scenario, links=links)


def _need(scenario: Scenario, factor: float) -> Scenario:
    return replace(scenario, need_musd=max(1, round(scenario.need_musd * factor)))


FACTORS: dict[str, Callable[[Scenario, float], Scenario]] = {
    "private_rates": _private_rates,
    "links": lambda scenario, factor: _links(scenario, factor, factor),
    "economic_links": lambda scenario, factor: _links(scenario, factor, 1.0),
    "institutional_links": lambda scenario, factor: _links(scenario, 1.0, factor),
    "need": _need,
}
"""What is multiplied: 1 is the scenario as it stands."""

RULES = {
    "need_musd": "",
    "sharpness": "",
    "loss_given_collapse": "",
    "imf_unit_cost": "",
    "ifi_share": "",
    "fungibility": "fungibility",
    "cross_default_share": "cross_default",
    "reserves_musd": "reserves",
    "reserve_floor_musd": "reserves",
    "crowd_musd": "panic",
    "panic_share": "panic",
    "quota_share": "",
    "public_stake_musd": "",
    "home_stake_musd": "home_stakes",
    "bank_exposure_musd": "home_stakes",
    "bank_weight": "home_stakes",
    "private_domestic_rate": "private_returns",
    "private_international_rate": "private_returns",
    "unit_cost": "",
    "cost_convexity": "",
    "capacity_musd": "",
    "relative_gains_weight": "relative_gains",
    "credit_loss": "credit_losses",
}
"""The numbers that one stage reads, and the rule that must be on for them to count."""


def _governments(scenario: Scenario, change: Callable[[Government], Government]) -> Scenario:
    seats = tuple(change(seat) if isinstance(seat, Government) else seat for seat in scenario.seats)
    return replace(scenario, seats=seats)


def _numeric(kind: type[Scenario] | type[Government]) -> list[str]:
    """The names of the fields that hold one number."""
    return [one.name for one in fields(kind) if one.type in ("int", "float")]


def allowed_names() -> list[str]:
    """All that can be varied, without the forms that name a single government."""
    every = [*_numeric(Scenario), *_numeric(Government)]
    return [*FACTORS, *RULES, *(name for name in every if name not in RULES)]


def varied(scenario: Scenario, name: str, value: float) -> Scenario:
    """The scenario with one thing changed.

    Args:
        scenario: the game.
        name: one of `FACTORS`, whose numbers are multiplied; a number of the scenario; a
            number of governments, for all of them or as ``JP.unit_cost`` for one.
        value: the factor, or the number itself. A rule that a number needs is switched on.

    Raises:
        ValueError: there is no such name, or it cannot have that value.
    """
    if name in FACTORS:
        if not 0 <= value < math.inf:
            raise ValueError(f"{name}: {value:g} is not allowed: it should be 0 or more")
        return FACTORS[name](scenario, value)
    seat, _, number = name.rpartition(".")
    _check_name(scenario, name, seat, number)
    if not seat and number in _numeric(Scenario):
        setting = _checked(name, number, ScenarioDocument, value)
        changed = replace(scenario, **{number: setting})
    else:
        setting = _checked(name, number, GovernmentPart, value)
        changed = _governments(
            scenario,
            lambda one: replace(one, **{number: setting}) if seat in ("", one.id) else one,
        )
    return _with_rule(changed, number) if value else changed


def _check_name(scenario: Scenario, name: str, seat: str, number: str) -> None:
    seats = [one.id for one in scenario.governments]
    if seat and seat not in seats:
        raise ValueError(f"{name}: {seat} is no government; allowed: {', '.join(seats)}")
    known = _numeric(Government) if seat else allowed_names()
    if number not in known:
        near = difflib.get_close_matches(number, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(f"{name} cannot be varied; {hint}allowed: {', '.join(known)}")


def _checked(
    name: str, number: str, part: type[ScenarioDocument] | type[GovernmentPart], value: float
) -> Any:
    """The value as scenario files allow it for that field."""
    info = part.model_fields[number]
    whole: Any = int(value) if info.annotation is int and value == int(value) else value
    allowed: Any = Annotated[(info.annotation, *info.metadata)]
    try:
        return TypeAdapter(allowed).validate_python(whole, strict=True)
    except ValidationError as error:
        told = error.errors()[0]["msg"]
        raise ValueError(
            f"{name}: {value:g} is not allowed: {told[:1].lower()}{told[1:]}"
        ) from None


def _with_rule(scenario: Scenario, number: str) -> Scenario:
    rule = RULES.get(number)
    if not rule:
        return scenario
    return replace(scenario, switches=replace(scenario.switches, **{rule: True}))


HYPOTHESES = ("private_rates", "links")
"""What creditors' contributions rise with, by the two hypotheses (model, 6.2 and 6.3)."""
RISE = 1.1
"""The factor of `sensitivities`."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How pledges move when something is a tenth higher."""

    name: str
    """What is raised, one of `FACTORS`."""
    moves_musd: dict[SeatId, int]
    """By government, more pledged where best replies lead from no pledges."""


def sensitivities(scenario: Scenario, setting: Setting | None = None) -> list[Sensitivity]:
    """The two hypotheses at the scenario's own numbers."""
    setting = setting or Setting()
    base = _resting(setting.stage(scenario))
    found = []
    for name in HYPOTHESES:
        stage = setting.stage(varied(scenario, name, RISE))
        moves = (_resting(stage) - base).tolist()
        found.append(Sensitivity(name, dict(zip(stage.seats, moves, strict=True))))
    return found


def _resting(stage: Stage) -> Pledges:
    ends, _ = settle(Replies(stage), np.zeros((1, len(stage.seats)), dtype=np.int64))
    return np.asarray(ends[0])


def combinations(axes: Mapping[str, Sequence[float]]) -> Iterator[dict[str, float]]:
    """Every combination of the values, the last name varying fastest."""
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def changed(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with several things changed; raises as `varied` does."""
    for name, value in values.items():
        scenario = varied(scenario, name, value)
    return scenario


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of a sweep."""

    values: dict[str, float]
    solution: Solution


def sweep(
    scenario: Scenario, axes: Mapping[str, Sequence[float]], setting: Setting | None = None
) -> Iterator[Row]:
    """Solve every combination of the values, in order.

    Raises:
        ValueError: as of `varied`, or one stage does not read a number.
    """
    for name in axes:
        number = name.rpartition(".")[2]
        if number in allowed_names() and number not in {*FACTORS, *RULES}:
            raise ValueError(
                f"{name} changes nothing in the one-shot game, though it may in play; "
                f"allowed: {', '.join([*FACTORS, *RULES])}"
            )
    for values in combinations(axes):
        yield Row(values, solve(changed(scenario, values), setting))
