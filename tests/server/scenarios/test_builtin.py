"""The built-in scenarios: complete, sourced, and with both a collapse and a rescue in them."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest

from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Government, Phase, RoundScale, Scenario, SeatId
from server.scenarios import load, load_document, names
from server.scenarios.document import ScenarioDocument

HISTORICAL = [
    "argentina-2001",
    "greece-2010",
    "indonesia-1997",
    "korea-1997",
    "mexico-1982",
    "mexico-1995",
    "thailand-1997",
]
ADVANCED = [f"{name}-advanced" for name in HISTORICAL]
CAMPAIGNS = ["asia-1997", "mexico-1982-campaign"]
LABORATORY = [
    "clauses",
    "east-asia",
    "k-group-hegemon",
    "k-group-middle",
    "k-group-small",
    "leadership",
    "provision-point",
    "provision-point-refund",
    "roll-over",
    "terms-dilemma",
    "vcm",
    "vcm-30",
    "vcm-75",
]
UNSOURCED = {"rounds", "pledge_step_musd", "need_shock_share", "continue_probability"}


def test_the_built_in_scenarios_are_these() -> None:
    assert names() == sorted(HISTORICAL + ADVANCED + CAMPAIGNS + LABORATORY)


@pytest.mark.parametrize("name", names())
def test_every_scenario_has_what_a_player_reads(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    # What further rules say comes on top of the situation.
    most = 350 if scenario.advanced_rules else 260
    assert 60 <= len(scenario.situation.split()) <= most
    assert 50 <= len(scenario.history.split()) <= 320
    for seat in scenario.seats:
        assert seat.brief, seat.id


@pytest.mark.parametrize("name", HISTORICAL)
def test_a_historical_scenario_fits_a_class_of_fifty_minutes(name: str) -> None:
    scenario = load(name)
    assert scenario.rounds == 3
    assert sum(plan.seconds for plan in scenario.phases) * scenario.rounds <= 40 * 60
    assert {plan.phase for plan in scenario.phases} == set(Phase) - {Phase.RESOLVE}


def figures(document: ScenarioDocument) -> dict[str, float]:
    """Every number that the file sets and that is not 0, under the name that a source would use."""
    found: dict[str, float] = {}
    whole = document.model_dump(
        include=set(ScenarioDocument.model_fields) - {"seats"}, exclude_unset=True
    )
    for name, value in whole.items():
        if isinstance(value, int | float) and value and name not in UNSOURCED:
            found[name] = value
    for seat in document.seats:
        for name, value in seat.model_dump(exclude_unset=True).items():
            if isinstance(value, int | float) and value:
                found[f"seats.{seat.id}.{name}"] = value
    return found


@pytest.mark.parametrize("name", HISTORICAL)
def test_every_figure_has_a_source_or_a_reason(name: str) -> None:
    document = load_document(name)
    sourced = {source.field: source.value_musd for source in document.sources}
    chosen = [choice.field for choice in document.choices]
    for field, value in figures(document).items():
        if field in sourced:
            assert sourced[field] == value, field
        else:
            assert any(fnmatch(field, pattern) for pattern in chosen), field
    assert set(sourced) <= set(figures(document))
    assert {"links.economic", "links.institutional"} <= set(chosen)


@pytest.mark.parametrize("name", HISTORICAL)
def test_the_numbers_in_a_brief_are_the_seats_own(name: str) -> None:
    scenario = load(name)
    for seat in scenario.seats:
        if isinstance(seat, Government):
            brief = " ".join(seat.brief.split())
            stated = re.search(r"at most US\$ ([\d.]+) bn in a round", brief)
            assert stated, seat.id
            step = scenario.pledge_step_musd
            assert round(1000 * float(stated[1])) == seat.capacity_musd // 3 // step * step


def total_musd(scenario: Scenario, seat: SeatId, decisions: Decisions) -> int:
    return sum(one_shot(scenario, decisions).lines_musd[seat].values())


def is_equilibrium(scenario: Scenario, decisions: Decisions, step_musd: int) -> bool:
    """Nobody gains by another pledge on a grid, or by another withdrawal."""
    for seat in scenario.governments:
        stays = total_musd(scenario, seat.id, decisions)
        for pledge in range(0, seat.capacity_musd + 1, step_musd):
            moved = {**decisions.pledges_musd, seat.id: pledge}
            other = Decisions(moved, decisions.withdrawn_permille, decisions.tranche_musd)
            if total_musd(scenario, seat.id, other) > stays:
                return False
    for bank in scenario.banks:
        stays = total_musd(scenario, bank.id, decisions)
        for permille in range(0, 1001, 100):
            left = {**decisions.withdrawn_permille, bank.id: permille}
            other = Decisions(decisions.pledges_musd, left, decisions.tranche_musd)
            if total_musd(scenario, bank.id, other) > stays:
                return False
    return True


RESCUES = {
    "korea-1997": {"JP": 8_800, "US": 7_800, "DE": 1_700},
    "mexico-1982": {"US": 4_084, "JP": 1_500, "UK": 1_200},
    "mexico-1995": {"US": 24_000, "CA": 0, "JP": 3_300, "DE": 1_200, "UK": 1_000},
    "thailand-1997": {"JP": 6_400, "US": 2_500, "AU": 200, "SG": 1_400},
    "indonesia-1997": {"JP": 6_200, "US": 3_700, "AU": 200, "SG": 1_700},
    "argentina-2001": {"US": 10_800, "ES": 4_300, "DE": 5_900},
    "greece-2010": {"DE": 42_000, "FR": 23_500, "IT": 7_000, "SK": 0},
}
"""Pledges at which nobody gains by paying more or less, found by best replies from the optimum."""


@pytest.mark.parametrize("name", HISTORICAL)
def test_collapse_and_rescue_both_hold_by_themselves_even_once_the_board_has_voted(
    name: str,
) -> None:
    scenario = load(name)
    tranche = int(scenario.access_share * scenario.need_musd)
    nothing = dict.fromkeys((seat.id for seat in scenario.governments), 0)
    run = dict.fromkeys((bank.id for bank in scenario.banks), 1000)
    stay = dict.fromkeys(run, 0)
    collapse = Decisions(nothing, run, tranche)
    rescue = Decisions({SeatId(k): v for k, v in RESCUES[name].items()}, stay, tranche)
    assert is_equilibrium(scenario, collapse, 100)
    assert is_equilibrium(scenario, rescue, 100)
    failed, held = one_shot(scenario, collapse), one_shot(scenario, rescue)
    assert failed.outcome.stability < 0.25
    assert held.outcome.stability > 0.9
    for seat in scenario.seats:
        assert sum(held.lines_musd[seat.id].values()) > sum(failed.lines_musd[seat.id].values())


@pytest.mark.parametrize("name", HISTORICAL)
def test_the_vote_alone_saves_nobody(name: str) -> None:
    scenario = load(name)
    most = int(scenario.exceptional_share * scenario.need_musd)
    alone = one_shot(scenario, Decisions({}, {}, most))
    assert alone.outcome.stability < 0.75


def test_korea_has_six_seats_of_three_roles() -> None:
    scenario = load("korea-1997")
    assert len(scenario.seats) == 6
    assert (len(scenario.governments), len(scenario.banks)) == (3, 2)
    assert scenario.imf is not None


def test_the_laboratory_games_are_repeated_and_have_two_lines() -> None:
    for name in ("vcm", "provision-point"):
        scenario = load(name)
        assert scenario.round_scale is RoundScale.REPEATED
        ledger = one_shot(scenario, Decisions({}, {})).lines_musd
        assert {tuple(lines) for lines in ledger.values()} == {("public", "cost_bilateral")}
