"""A tournament's plan: what is in the file, checked; where its files lie.

Owns the form of a plan and the wording of what is wrong with one. Plays nothing.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from server.bots import loading
from server.bots.limits import Limits
from server.game.refusals import Refused
from server.game.scenario import Phase, PhasePlan, Role, Scenario, SeatId
from server.scenarios import ScenarioError, load
from server.store.codec import canonical
from server.theory import statics

SIZE_LIMIT_BYTES = 200_000
"""A plan larger than this is refused unread."""


class PlanError(Exception):
    """A plan is wrong; says which field, the value seen and what is allowed."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitsPart(_Part):
    """What each bot from outside may use."""

    decision_seconds: Annotated[float, Field(gt=0, le=3600)] = 1.0
    match_seconds: Annotated[float, Field(gt=0, le=36_000)] = 30.0
    memory_mb: Annotated[int, Field(ge=32, le=1_000_000)] = 512


class PlanDocument(_Part):
    """The file."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$")]
    """Under which the results are found."""
    scenarios: Annotated[list[str], Field(min_length=1)]
    """Files beside the plan, or built-in names."""
    pools: dict[Role, Annotated[list[str], Field(min_length=1)]] = {}
    """The bots that play, by role; a role without one plays its default bot."""
    seats: dict[SeatId, str] = {}
    """Seats that one bot holds throughout."""
    bots: dict[str, str] = {}
    """Short names of your own for bots from outside."""
    design: Literal["balanced", "swap", "full", "groups", "alike"] = "balanced"
    """How groups are made of the pools: see `server.tournament.design`."""
    blocks: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """How often groups are drawn anew."""
    repetitions: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """With how many seeds each group plays."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    """Everything random comes from it."""
    noise: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The chance that a final pledge or withdrawal slips."""
    phases: list[Phase] | None = None
    """Only these of the scenarios' phases are played."""
    rounds: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Instead of the scenarios' own number."""
    vary: dict[str, Annotated[list[float], Field(min_length=1, max_length=100)]] = {}
    """What is varied in every scenario, by name as in `backstop sweep`; all combinations."""
    limits: LimitsPart = LimitsPart()

    @model_validator(mode="after")
    def _one_block_where_nothing_is_drawn(self) -> Self:
        if self.design in ("full", "alike") and self.blocks > 1:
            raise ValueError(f"blocks: {self.blocks}, but design {self.design} draws no groups: 1")
        if self.phases is not None and Phase.PLEDGE not in self.phases:
            raise ValueError("phases: must have pledge, without which nothing is decided")
        return self


@dataclass(frozen=True)
class Plan:
    """A plan whose scenarios and bots are there."""

    document: PlanDocument
    folder: Path
    """In which its files are looked for."""
    scenarios: tuple[Scenario, ...]

    @cached_property
    def key(self) -> str:
        """Under which the store has its matches: the name, and a digest of what it says."""
        said = canonical([self.document.model_dump(mode="json"), *self.scenarios])
        versions = canonical({name: self.version_of(name) for name in sorted(self.names)})
        return f"{self.document.name}@{digest(said, versions)[:12]}"

    @property
    def names(self) -> set[str]:
        """Every bot that plays."""
        held = set(self.document.seats.values())
        return held.union(*(self.pool(role) for role in Role))

    def pool(self, role: Role) -> tuple[str, ...]:
        """The bots of a role."""
        from server.bots import default_bot

        return tuple(self.document.pools.get(role, (default_bot(role),)))

    def full_name(self, name: str) -> str:
        """What a short name stands for."""
        return self.document.bots.get(name, name)

    def version_of(self, name: str) -> str:
        """Changes with the bot's code."""
        return loading.version_of(self.full_name(name), self.folder)

    @property
    def limits(self) -> Limits:
        """Of bots from outside."""
        return Limits(**self.document.limits.model_dump())


def digest(*texts: str) -> str:
    """SHA-256 of some texts, in hexadecimal digits."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def shipped_plans() -> dict[str, Path]:
    """The plans that come with the program, by name."""
    folder = Path(str(resources.files("server.tournament"))) / "plans"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_plan(path: Path) -> Plan:
    """The plan in a file, or the one that comes with the program under that name.

    Raises:
        PlanError: it cannot be read, or something in it is wrong.
    """
    path = path if path.is_file() else shipped_plans().get(str(path), path)
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            raise PlanError(f"{path}: larger than {SIZE_LIMIT_BYTES} bytes")
        document = PlanDocument.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise PlanError(f"{path}: {_told(error)}") from None
    try:
        return made(document, path.parent)
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from None


def made(document: PlanDocument, folder: Path) -> Plan:
    """A plan from what a file says.

    Raises:
        PlanError: a scenario, seat or bot is not there.
    """
    scenarios = []
    for index, name in enumerate(document.scenarios):
        try:
            found = load(str(folder / name) if (folder / name).is_file() else name)
        except ScenarioError as error:
            raise PlanError(f"scenarios[{index}]: {error}") from None
        scenarios += _varied(document, _as_played(document, found))
    plan = Plan(document, folder.absolute(), tuple(scenarios))
    _check_seats(plan)
    return plan


def _as_played(document: PlanDocument, scenario: Scenario) -> Scenario:
    if document.phases is not None:
        kept = tuple(one for one in scenario.phases if one.phase in document.phases)
        scenario = replace(scenario, phases=kept or (PhasePlan(Phase.PLEDGE),))
    return replace(scenario, rounds=document.rounds) if document.rounds else scenario


def _varied(document: PlanDocument, scenario: Scenario) -> list[Scenario]:
    """The scenario with every combination of what is varied, named by it."""
    found = []
    for values in statics.combinations(document.vary):
        try:
            changed = statics.changed(scenario, values)
        except ValueError as error:
            raise PlanError(f"vary: {error}") from None
        found.append(replace(changed, name=treatment_name(scenario.name, values)))
    return found


def treatment_name(scenario: str, values: Mapping[str, float]) -> str:
    """What a scenario with some things varied is called, such as ``vcm/links=0.5``."""
    return "/".join([scenario, *(f"{name}={value:g}" for name, value in values.items())])


def plain_name(scenario: Scenario) -> str:
    """The same without what is varied: scenarios that share it share seeds and groups."""
    return scenario.name.partition("/")[0]


def _check_seats(plan: Plan) -> None:
    """Every bot can play where it may come to sit, and fixed seats are somewhere."""
    for held in plan.document.seats:
        if not any(held in scenario.seat_by_id for scenario in plan.scenarios):
            raise PlanError(f"seats.{held}: no scenario has this seat")
    for scenario in plan.scenarios:
        for seat in scenario.seats:
            fixed = plan.document.seats.get(seat.id)
            field = f"seats.{seat.id}" if fixed else f"pools.{seat.role}"
            for name in (fixed,) if fixed else plan.pool(seat.role):
                _check_bot(plan, field, name, seat.role, scenario)


def _check_bot(plan: Plan, field: str, name: str, role: Role, scenario: Scenario) -> None:
    try:
        loading.load(
            plan.full_name(name), role, scenario.seat_by_id, folder=plan.folder, limits=plan.limits
        )
    except Refused as refused:
        allowed = f"; use {refused.allowed}" if refused.allowed else ""
        raise PlanError(f"{field}: {refused.message}{allowed}") from None


def _told(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{field}: {str(first['input'])!r:.80}: {message}" if field else message
