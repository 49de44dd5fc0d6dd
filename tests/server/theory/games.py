"""The reference instance and small random games for the tests of the theory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from server.game.scenario import Bank, Government, Link, Scenario, SeatId, Switches
from server.scenarios import load

R5 = load("east-asia")
REFERENCE = Path(__file__).parents[2] / "reference"
R5_STATICS: dict[str, Any] = json.loads((REFERENCE / "r5_statics.json").read_text("utf-8"))
R5_OUTCOMES: dict[str, Any] = json.loads((REFERENCE / "r5_outcomes.json").read_text("utf-8"))
SPECIAL_CASES: dict[str, Any] = json.loads((REFERENCE / "special_cases.json").read_text("utf-8"))
JP, US, DE, UK, AU = SEATS = [seat.id for seat in R5.governments]


def musd(amount_bn: float) -> int:
    """An amount of the tables in whole US$ millions."""
    return round(1000 * amount_bn)


def with_governments(scenario: Scenario, **by_field: Sequence[Any]) -> Scenario:
    """The scenario with fields of its governments set, one value a government."""
    governments = iter(range(len(scenario.governments)))
    seats = []
    for seat in scenario.seats:
        if isinstance(seat, Government):
            place = next(governments)
            seat = replace(seat, **{name: values[place] for name, values in by_field.items()})
        seats.append(seat)
    return replace(scenario, seats=tuple(seats))


def with_every_government(scenario: Scenario, **fields: Any) -> Scenario:
    """The scenario with fields of all its governments set alike."""
    count = len(scenario.governments)
    return with_governments(scenario, **{name: [value] * count for name, value in fields.items()})


def switched(scenario: Scenario, **switches: bool) -> Scenario:
    """The scenario with rules on or off."""
    return replace(scenario, switches=replace(scenario.switches, **switches))


def plain(
    count: int,
    *,
    need_musd: int,
    stake_musd: int,
    capacity_musd: int,
    sharpness: float = 1.0,
    private_rate: float = 0.0,
    unit_cost: float = 1.0,
) -> Scenario:
    """Equal governments with only a public stake, a private rate and a cost."""
    return Scenario(
        name="plain",
        title="Plain",
        situation="",
        seats=tuple(
            Government(
                SeatId(f"P{number}"),
                f"Player {number}",
                public_stake_musd=stake_musd,
                private_domestic_rate=private_rate,
                unit_cost=unit_cost,
                capacity_musd=capacity_musd,
            )
            for number in range(1, count + 1)
        ),
        need_musd=need_musd,
        sharpness=sharpness,
        switches=Switches(private_returns=private_rate > 0),
    )


SHARPNESSES = st.sampled_from([0.3, 0.5, 1.0, 1.7, 2.0, 4.0, float("inf")])
UNITS = st.integers(0, 100).map(lambda hundredths: hundredths / 100)


@st.composite
def governments(draw: st.DrawFn, number: int) -> Government:
    """A government with any basic parameters."""
    stakes = st.integers(0, 20_000)
    return Government(
        SeatId(f"P{number}"),
        f"Player {number}",
        quota_share=draw(UNITS) / 5,
        public_stake_musd=draw(stakes),
        home_stake_musd=draw(stakes),
        bank_exposure_musd=draw(stakes),
        bank_weight=draw(UNITS),
        private_domestic_rate=draw(UNITS) / 2,
        private_international_rate=draw(UNITS) / 2,
        unit_cost=draw(UNITS),
        cost_convexity=draw(UNITS),
        capacity_musd=draw(st.integers(1, 20_000)),
    )


@st.composite
def scenarios(draw: st.DrawFn, most_seats: int = 5) -> Scenario:
    """A game of governments and perhaps a bank, with any basic rules on or off."""
    seats = [draw(governments(number)) for number in range(1, draw(st.integers(1, most_seats)) + 1)]
    pairs = [(one.id, other.id) for one in seats for other in seats if one.id != other.id]
    linked = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    bank = Bank(SeatId("P1-banks"), "Banks", SeatId("P1"), "", draw(st.integers(1, 20_000)))
    return Scenario(
        name="any",
        title="Any",
        situation="",
        seats=(*seats, bank) if draw(st.booleans()) else tuple(seats),
        need_musd=draw(st.integers(1, 60_000)),
        links=tuple(Link(feels, partner, draw(UNITS), draw(UNITS)) for feels, partner in linked),
        sharpness=draw(SHARPNESSES),
        imf_unit_cost=draw(UNITS),
        ifi_share=draw(UNITS),
        switches=Switches(
            home_stakes=draw(st.booleans()),
            links=draw(st.booleans()),
            private_returns=draw(st.booleans()),
        ),
    )


@st.composite
def advanced_scenarios(draw: st.DrawFn) -> Scenario:
    """The same with advanced rules that one stage describes, each on or off."""
    scenario = draw(scenarios())
    count = len(scenario.governments)

    def each(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=count, max_size=count))

    scenario = with_governments(
        scenario,
        relative_gains_weight=each(UNITS),
        credit_loss=each(UNITS),
        regional_share=each(st.sampled_from([0.0, 0.1])),
        discipline_stake_musd=each(st.integers(0, 5_000)),
    )
    names = (
        "fungibility",
        "relative_gains",
        "credit_losses",
        "refund",
        "pressure",
        "clauses",
        "terms",
        "reserves",
        "panic",
        "cross_default",
    )
    scenario = switched(scenario, **{name: draw(st.booleans()) for name in names})
    return replace(
        scenario,
        fungibility=draw(UNITS),
        pressure_force=draw(UNITS),
        regional_pressure_force=draw(UNITS),
        cross_default_share=draw(UNITS),
        reserves_musd=draw(st.integers(5_000, 20_000)),
        reserve_floor_musd=draw(st.integers(0, 5_000)),
        # Scenario files may not name a crowd where the rule is off.
        crowd_musd=draw(st.integers(0, 20_000)) if scenario.switches.panic else 0,
        panic_share=draw(UNITS),
        term_names=("strictness",),
    )
