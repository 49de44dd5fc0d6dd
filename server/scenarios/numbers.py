"""One number of a scenario, looked at alone: whether there is such a one, and its range.

The ranges are those of `document`; what must hold between numbers is not looked at.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from server.game.scenario import Role, Scenario, SeatId
from server.scenarios.document import (
    BankPart,
    DebtorPart,
    GovernmentPart,
    ImfPart,
    ScenarioDocument,
)

_PARTS: dict[Role, type[BaseModel]] = {
    Role.GOVERNMENT: GovernmentPart,
    Role.BANK: BankPart,
    Role.IMF: ImfPart,
    Role.DEBTOR: DebtorPart,
}
FIXED = frozenset({"rounds", "pledge_step_musd", "continue_probability", "need_shock_share"})
"""Numbers that a session cannot change once it was opened: what is decided stands on them."""


def number(scenario: Scenario, seat: SeatId | None, name: str, value: float) -> float:
    """The value as the scenario's number `name` would have it.

    Args:
        scenario: whose number it is.
        seat: the seat's number; None for the scenario's own.
        name: as in a scenario file, such as ``capacity_musd``.
        value: whole for amounts in US$ millions.

    Raises:
        ValueError: no such seat or number, or the value is outside its range; names what is
            allowed.
    """
    if seat is not None and seat not in scenario.seat_by_id:
        raise ValueError(f"there is no seat {seat}; allowed: {', '.join(scenario.seat_by_id)}")
    owner = scenario if seat is None else scenario.seat_by_id[seat]
    part = ScenarioDocument if seat is None else _PARTS[scenario.seat_by_id[seat].role]
    known = [one for one in part.model_fields if _is_number(getattr(owner, one, None))]
    allowed = [one for one in known if one not in FIXED]
    if name not in allowed:
        raise ValueError(f"{name} is no number that can change; allowed: {', '.join(allowed)}")
    is_whole = isinstance(getattr(owner, name), int)
    if is_whole and value != int(value):
        raise ValueError(f"{name}: {value:g} is not a whole number")
    return _checked(part, name, int(value) if is_whole else value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _checked(part: type[BaseModel], name: str, value: float) -> float:
    field = part.model_fields[name]
    kind: Any = field.annotation
    for constraint in field.metadata:
        kind = Annotated[kind, constraint]
    try:
        return float(TypeAdapter(kind).validate_python(value))
    except ValidationError as error:
        raise ValueError(f"{name}: {value:g}: {error.errors()[0]['msg'].lower()}") from None
