"""The built-in scenarios: complete, sourced, and with both a collapse and a rescue in them."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from benchmarks.difficulty import RESCUED, one_session
from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Bank, Government, Imf, Phase, RoundScale, Scenario, SeatId
from server.game.score_sheet import score_sheet
from server.scenarios import lesson_minutes, load, load_document, names, timed_for
from server.scenarios.document import ScenarioDocument

BASIC = [
    "argentina-2001",
    "greece-2010",
    "indonesia-1997",
    "korea-1997",
    "mexico-1982",
    "mexico-1995",
    "thailand-1997",
]
ADVANCED = [f"{name}-advanced" for name in BASIC]
CAMPAIGNS = ["asia-1997", "mexico-1982-campaign"]
HISTORICAL = BASIC + ADVANCED + CAMPAIGNS
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
    assert names() == sorted(HISTORICAL + LABORATORY)


@pytest.mark.parametrize("name", names())
def test_every_scenario_has_what_a_player_reads(name: str) -> None:
    document = load_document(name)
    scenario = document.scenario()
    assert scenario.name == name
    assert 60 <= len(document.situation.split()) <= 260
    assert len(document.more_rules.split()) <= 150
    for crisis in (scenario, *scenario.later_crises):
        assert 50 <= len(crisis.history.split()) <= 320
        for seat in crisis.seats:
            assert 5 <= len(seat.brief.split()) <= 130, seat.id


@pytest.mark.parametrize("name", BASIC + ADVANCED)
def test_a_history_is_made_for_a_class_of_fifty_minutes(name: str) -> None:
    scenario = load(name)
    assert (scenario.rounds, lesson_minutes(scenario)) == (3, 50)
    assert {plan.phase for plan in scenario.phases} == set(Phase) - {Phase.RESOLVE}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_campaign_has_three_crises_and_is_made_for_ninety_minutes(name: str) -> None:
    scenario = load(name)
    assert len(scenario.later_crises) == 2
    assert lesson_minutes(scenario) == 90


@pytest.mark.parametrize("minutes", [20, 50, 90])
@pytest.mark.parametrize("name", BASIC + ADVANCED)
def test_every_history_fits_the_usual_lessons(name: str, minutes: int) -> None:
    timed = timed_for(load(name), minutes)
    assert minutes - 2 <= lesson_minutes(timed) <= minutes


def test_advanced_histories_have_advanced_rules_and_basic_ones_none() -> None:
    for name in BASIC:
        assert load(name).advanced_rules == ()
        assert len(load(f"{name}-advanced").advanced_rules) >= 4
    used = {rule for name in ADVANCED for rule in load(name).advanced_rules}
    assert {"rolling_claims", "panic", "reserves", "second_line", "cards"} <= used
    assert load("mexico-1982-campaign").switches.moral_hazard


@pytest.mark.parametrize("name", [*ADVANCED, "asia-1997"])
def test_event_cards_are_backed_by_the_record(name: str) -> None:
    scenario = load(name)
    cards = [card for crisis in (scenario, *scenario.later_crises) for card in crisis.cards]
    assert cards and scenario.switches.cards
    assert all(card.text and card.effects for card in cards)
    text = (Path(load.__code__.co_filename).parent / f"{name}.toml").read_text("utf-8")
    # A comment above each says where it is written.
    sourced = re.findall(r"^# Record: .+\(.+\)\n\[\[(?:crises\.)?cards\]\]$", text, re.M)
    assert len(sourced) == len(cards)


@pytest.mark.parametrize("name", HISTORICAL)
def test_every_seat_of_a_history_has_a_score_sheet(name: str) -> None:
    scenario = load(name)
    for crisis in (scenario, *scenario.later_crises):
        for seat in crisis.seats:
            sheet = list(score_sheet(crisis, seat))
            assert len(sheet) >= 2, seat.id
            assert all(re.search(r"\d", sentence) for sentence in sheet[:2]), sheet


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


def crises(names: list[str]) -> list[tuple[str, Scenario]]:
    """Every crisis of some scenarios, as `name/number`; the first under the plain name."""
    found = []
    for name in names:
        first = load(name)
        found.append((name, first))
        found += [(f"{name}/{n}", later) for n, later in enumerate(first.later_crises, start=2)]
    return found


CRISES = crises(HISTORICAL)
every_crisis = pytest.mark.parametrize(
    ("name", "scenario"), CRISES, ids=[name for name, _ in CRISES]
)


@every_crisis
def test_the_numbers_in_a_brief_are_the_seats_own(name: str, scenario: Scenario) -> None:
    step = scenario.pledge_step_musd
    for seat in scenario.seats:
        brief = " ".join(seat.brief.split())
        match seat:
            case Government():
                stated = re.search(r"at most US\$ ([\d.]+) bn in a round", brief)
                assert stated, seat.id
                limit = seat.capacity_musd // 3 // step * step
                assert round(1000 * float(stated[1])) == limit, seat.id
            case Bank():
                assert f"US$ {seat.claims_due_musd / 1000:g} bn" in brief, seat.id
                assert f"{seat.interest_spread:.0%}".replace("%", " per cent") in brief, seat.id
                assert f"costs {seat.exit_cost:.0%}".replace("%", " per cent") in brief, seat.id
                (threshold,) = re.findall(
                    r"stability (?:will |of )?(?:reach |reaches )?about (\d\.\d+)", brief
                )[:1]
                worth = seat.collapse_loss - seat.exit_cost
                wanted = worth / (seat.collapse_loss + seat.interest_spread)
                assert float(threshold) == pytest.approx(wanted, abs=0.006), seat.id
            case Imf():
                for share in (scenario.access_share, scenario.exceptional_share):
                    is_half = share == 0.5 and "half" in brief
                    assert is_half or f"{100 * share:g}" in brief, share


@pytest.mark.parametrize("name", HISTORICAL)
def test_every_actor_of_the_record_is_sourced_and_every_seat_has_one(name: str) -> None:
    for crisis in (load(name), *load(name).later_crises):
        ids = [entry.seat for entry in crisis.record if entry.seat]
        assert len(ids) == len(set(ids))
        assert SeatId("IMF") in ids
        for entry in crisis.record:
            assert entry.source
            assert len(entry.who) <= 28  # as wide as the debrief's column
            if entry.pledged_musd is not None and entry.paid_musd is not None:
                assert entry.paid_musd <= entry.pledged_musd
        if crisis.name not in ("mexico-1982-campaign",):
            paying = {seat.id for seat in crisis.governments}
            assert paying <= set(ids), crisis.title


def test_the_campaign_of_asia_has_the_figures_of_the_single_histories() -> None:
    campaign = load("asia-1997")
    singles = [load(name) for name in ("thailand-1997", "indonesia-1997", "korea-1997")]
    for crisis, single in zip((campaign, *campaign.later_crises), singles, strict=True):
        assert crisis.need_musd == single.need_musd
        assert (crisis.access_share, crisis.ifi_share) == (single.access_share, single.ifi_share)
        same = [seat for seat in single.seats if seat.id in crisis.seat_by_id]
        assert len(same) == 6
        for seat in same:
            here = crisis.seat_by_id[seat.id]
            assert here.brief.split() == seat.brief.split()
            assert replace(here, brief=seat.brief) == seat
        assert {one for one in single.record if one.seat} <= set(crisis.record)


@pytest.mark.parametrize("name", HISTORICAL)
def test_bots_rescue_every_history_in_a_fifth_to_four_fifths_of_sessions(name: str) -> None:
    difficulty = load_document(name).difficulty
    assert difficulty is not None
    assert 0.2 <= difficulty.rescued_share <= 0.8
    assert difficulty.sessions == 1_000
    assert difficulty.command == f"python -m benchmarks.difficulty {name} --sessions 1000"


@pytest.mark.parametrize("name", ["korea-1997", "mexico-1995"])
def test_the_share_is_about_what_the_file_says(name: str) -> None:
    stated = load_document(name).difficulty
    played = [one_session(name, seed)[0][-1] >= RESCUED for seed in range(1, 41)]
    assert stated is not None
    # Three standard errors of forty sessions, and never all or none of them.
    assert sum(played) / 40 == pytest.approx(stated.rescued_share, abs=0.24)
    assert 4 <= sum(played) <= 36


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
    "argentina-2001": {"US": 10_800, "ES": 4_300, "DE": 5_900},
    "argentina-2001-advanced": {"US": 10_800, "ES": 4_300, "DE": 5_900},
    "asia-1997": {"JP": 6_300, "US": 2_700, "AU": 200, "SG": 1_300, "DE": 0},
    "asia-1997/2": {"JP": 6_200, "US": 3_700, "AU": 100, "SG": 1_800, "DE": 0},
    "asia-1997/3": {"JP": 10_200, "US": 7_000, "AU": 0, "SG": 0, "DE": 1_100},
    "greece-2010": {"DE": 42_000, "FR": 23_500, "IT": 7_000, "SK": 0},
    "greece-2010-advanced": {"DE": 42_000, "FR": 26_100, "IT": 4_400, "SK": 0},
    "indonesia-1997": {"JP": 6_200, "US": 3_700, "AU": 200, "SG": 1_700},
    "indonesia-1997-advanced": {"JP": 5_900, "US": 4_600, "AU": 100, "SG": 1_200},
    "korea-1997": {"JP": 8_800, "US": 7_800, "DE": 1_700},
    "korea-1997-advanced": {"JP": 8_800, "US": 7_300, "DE": 1_300},
    "mexico-1982": {"US": 4_084, "JP": 1_500, "UK": 1_200},
    "mexico-1982-advanced": {"US": 3_500, "JP": 1_800, "UK": 1_500},
    "mexico-1982-campaign": {"US": 3_500, "JP": 1_800, "UK": 1_500},
    "mexico-1982-campaign/2": {"US": 1_300, "JP": 1_300, "UK": 700},
    "mexico-1982-campaign/3": {"US": 1_400, "JP": 2_200, "UK": 600},
    "mexico-1995": {"US": 24_000, "CA": 0, "JP": 3_300, "DE": 1_200, "UK": 1_000},
    "mexico-1995-advanced": {"US": 27_500, "CA": 0, "JP": 2_700, "DE": 100, "UK": 0},
    "thailand-1997": {"JP": 6_400, "US": 2_500, "AU": 200, "SG": 1_400},
    "thailand-1997-advanced": {"JP": 6_400, "US": 2_500, "AU": 200, "SG": 1_400},
}
"""Pledges at which nobody gains by paying more or less, found by best replies from the optimum."""


@every_crisis
def test_collapse_and_rescue_both_hold_by_themselves_even_once_the_board_has_voted(
    name: str, scenario: Scenario
) -> None:
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


@every_crisis
def test_the_vote_alone_saves_nobody(name: str, scenario: Scenario) -> None:
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
