"""The scenarios that were played: their numbers, their seats, who feels what.

Rows are the same for every session of a scenario and are written once in a dataset.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from server.analysis.columns import (
    DEBRIEF,
    EVERYBODY,
    NOBODY,
    Column,
    Row,
    Table,
    Type,
    code,
    count,
    json_text,
    musd,
    number,
    share,
    text,
    yes_no,
)
from server.analysis.played import Played
from server.analysis.tables.places import SEAT, columns
from server.game.payoffs import stake_musd
from server.game.scenario import (
    Bank,
    Debtor,
    Draws,
    Government,
    Imf,
    Role,
    RoundScale,
    Scenario,
)
from server.schema import attribute_docs

OPENING = "when the session opened"
_CONFIG = ConfigDict(ser_json_inf_nan="strings")
# A dataclass by itself takes no configuration, a union does.
SCENARIO: TypeAdapter[Scenario | None] = TypeAdapter(Scenario | None, config=_CONFIG)
DRAWS: TypeAdapter[Draws | None] = TypeAdapter(Draws | None, config=_CONFIG)


def scenario_json(scenario: Scenario) -> str:
    """The whole of a scenario, with its later crises."""
    return SCENARIO.dump_json(scenario).decode()


def scenario_id(played: Played) -> str:
    """Tells scenarios apart by what is in them; the same in one export, not in all versions."""
    return hashlib.sha256(scenario_json(played.scenario).encode()).hexdigest()[:16]


def _crises(played: Played) -> Iterator[tuple[int, Scenario]]:
    yield from enumerate((played.scenario, *played.scenario.later_crises), start=1)


_SCENARIO_NUMBERS = (
    "need_musd",
    "sharpness",
    "loss_given_collapse",
    "imf_unit_cost",
    "access_share",
    "exceptional_share",
    "ifi_share",
    "leader_bonus_musd",
    "pledge_step_musd",
    "rounds",
    "need_shock_share",
    "continue_probability",
)


def _on(scenario: Scenario) -> str:
    """The rules that are on, by name."""
    switches = scenario.switches
    return " ".join(one.name for one in fields(switches) if getattr(switches, one.name))


def _scenarios(played: Played) -> Iterator[Row]:
    for crisis, scenario in _crises(played):
        row: dict[str, Any] = {
            "scenario_id": scenario_id(played),
            "crisis": crisis,
            "scenario": scenario.name,
            "title": scenario.title,
            "round_scale": scenario.round_scale,
            "phases": " ".join(scenario.plan),
            "switches": _on(scenario) or None,
            "advanced": bool(scenario.advanced_rules or scenario.debtor),
            "scenario_json": scenario_json(scenario) if crisis == 1 else None,
        }
        yield row | {name: getattr(scenario, name) for name in _SCENARIO_NUMBERS}


SCENARIOS = Table(
    "scenarios",
    "The scenarios that were played, a crisis a row.",
    written=OPENING,
    seen_by=EVERYBODY,
    key=("scenario_id", "crisis"),
    once=True,
    columns=columns(
        code("scenario_id", "Names what was played exactly; for joins inside one export."),
        count("crisis", "Number of the crisis.", least=1),
        code("scenario", "The scenario's name."),
        text("title", "Its title."),
        code("round_scale", "How its money lies over the rounds.", allowed=", ".join(RoundScale)),
        code("phases", "The phases of every round, in order."),
        code("switches", "The rules that are on; missing where none is."),
        yes_no("advanced", "Whether anything beyond the basic rules is on."),
        json_text(
            "scenario_json",
            "All of it, later crises too; in the first crisis's row.",
            seen_by=NOBODY,
        ),
        musd("need_musd", "The crisis's need, before withdrawals and shocks."),
        number(
            "sharpness", "ρ: curvature of stability; `inf` is a provision point.", allowed="above 0"
        ),
        share("loss_given_collapse", "Share of bank claims lost in a collapse."),
        share(
            "imf_unit_cost",
            "c_m: cost per dollar of a member's share in a tranche.",
            allowed="0 or more",
        ),
        share(
            "access_share", "Ordinary access as a share of the round's need.", allowed="0 or more"
        ),
        share(
            "exceptional_share",
            "Highest access as a share of the round's need.",
            allowed="0 or more",
        ),
        share(
            "ifi_share", "Other institutions' money per dollar of a tranche.", allowed="0 or more"
        ),
        musd("leader_bonus_musd", "b: to the government whose alternative passed."),
        musd("pledge_step_musd", "Pledges are multiples of it."),
        count(
            "rounds", "Rounds of the crisis; the most there can be where the end is drawn.", least=1
        ),
        share("need_shock_share", "σ: half-width of the shock to the need."),
        share(
            "continue_probability",
            "Chance that another round follows; 0: all rounds are played.",
            seen_by=NOBODY,
        ),
    ),
    rows=_scenarios,
)


@cache
def _seat_numbers() -> tuple[Column, ...]:
    """The private numbers of all roles, as the scenario's own classes say what they are."""
    found: dict[str, Column] = {}
    for role in (Government, Bank, Imf, Debtor):
        meanings = attribute_docs(role)
        for one in fields(role):
            if one.type not in ("int", "float") or one.name in found:
                continue
            in_money = one.name.endswith("_musd")
            found[one.name] = Column(
                one.name,
                Type.INTEGER if in_money else Type.NUMBER,
                f"{role.__name__.capitalize()}: {' '.join(meanings[one.name].split())}",
                unit="US$ million" if in_money else "",
                range="0 or more",
            )
    return tuple(found.values())


def _scenario_seats(played: Played) -> Iterator[Row]:
    for crisis, scenario in _crises(played):
        for seat in scenario.seats:
            row: dict[str, Any] = {
                "scenario_id": scenario_id(played),
                "crisis": crisis,
                "seat": seat.id,
                "name": seat.name,
                "role": seat.role,
                "home": seat.home if isinstance(seat, Bank) else None,
                "stake_musd": (
                    round(stake_musd(scenario, seat)) if isinstance(seat, Government) else None
                ),
            }
            yield row | {
                column.name: getattr(seat, column.name)
                for column in _seat_numbers()
                if hasattr(seat, column.name)
            }


SCENARIO_SEATS = Table(
    "scenario_seats",
    "The seats of those scenarios with their private numbers, over the whole crisis.",
    written=OPENING,
    seen_by=DEBRIEF,
    key=("scenario_id", "crisis", "seat"),
    once=True,
    columns=columns(
        code("scenario_id", "As in `scenarios`.", seen_by=EVERYBODY),
        count("crisis", "Number of the crisis.", least=1, seen_by=EVERYBODY),
        SEAT,
        text("name", "The seat's name for people.", seen_by=EVERYBODY),
        code("role", "The seat's role.", allowed=", ".join(Role), seen_by=EVERYBODY),
        code("home", "Of a bank: the government whose bank it is.", seen_by=EVERYBODY),
        musd("stake_musd", "Ψ of a government: what full stability is worth to it, rounded."),
        _seat_numbers(),
    ),
    rows=_scenario_seats,
)


def _links(played: Played) -> Iterator[Row]:
    for crisis, scenario in _crises(played):
        for link in scenario.links:
            yield {
                "scenario_id": scenario_id(played),
                "crisis": crisis,
                "feels": link.feels,
                "partner": link.partner,
                "economic": link.economic,
                "institutional": link.institutional,
            }


LINKS = Table(
    "links",
    "Who feels what happens to whom, in those scenarios.",
    written=OPENING,
    seen_by=DEBRIEF,
    key=("scenario_id", "crisis", "feels", "partner"),
    once=True,
    columns=columns(
        code("scenario_id", "As in `scenarios`."),
        count("crisis", "Number of the crisis.", least=1),
        code("feels", "The seat that feels it."),
        code("partner", "The seat to which it happens."),
        share("economic", "e: share of the partner's home stake that is felt."),
        share(
            "institutional",
            "l: share of the partner's bank exposure that is felt; between banks, a peer's weight.",
        ),
    ),
    rows=_links,
)
