"""What each advanced rule does to play: the sign of the change that turning it on makes.

One table. In every row the same sessions are played twice, without the rule and with it:
the same scenario, the same seeds, the same bots, and what changes is measured in pairs. Seats
that a row does not name are played by the shipped mix of bots, drawn from the seed. The sign
is that of the rule's concept in the model (section 1, whose number each row gives), and holds
where the whole 95 % interval of the mean difference lies on its side; 0 means that not one
session differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from statistics import fmean
from typing import Any

import pytest

from server.bots.mix import cast
from server.game.events import PackageStood, PackageTabled, RoundResolved, Voted
from server.game.payoffs import welfare_musd
from server.game.scenario import Phase, PhasePlan, Scenario, SeatId, Switches
from server.scenarios import load
from server.tournament.match import Match, play
from server.tournament.sample import interval

Numbers = Mapping[str, Any]


# --- measures: of a whole session, money in US$ millions ---

Measure = Callable[[Match], float]


def pledged(match: Match) -> float:
    """By all governments."""
    return sum(sum(one.pledges_musd.values()) for one in match.state.history)


def pledged_by(seat: str) -> Measure:
    """By one government."""
    return lambda match: sum(one.pledges_musd[SeatId(seat)] for one in match.state.history)


def drawn_from(seat: str) -> Measure:
    """What one government pays."""
    return lambda match: sum(one.drawn_musd[SeatId(seat)] for one in match.state.history)


def lent_by_the_fund(match: Match) -> float:
    """The tranches drawn."""
    return sum(one.tranche_musd for one in match.state.history)


def lent_by_fund_and_region(match: Match) -> float:
    """The tranches, and the regional fund's money."""
    return sum(one.tranche_musd + one.regional_musd for one in match.state.history)


def need(match: Match) -> float:
    """Of all rounds, withdrawals included."""
    return sum(one.need_musd for one in match.state.history)


def need_of_the_first_round(match: Match) -> float:
    """Withdrawals included."""
    return match.state.history[0].need_musd


def need_of_later_crises(match: Match) -> float:
    """Of all crises but the first."""
    return sum(one.need_musd for one in match.state.history if one.crisis > 1)


def stability(match: Match) -> float:
    """The mean of the rounds."""
    return fmean(one.stability for one in match.state.history)


def withdrawn(match: Match) -> float:
    """The mean share that a bank takes out of what falls due, in thousandths."""
    return fmean(q for one in match.state.history for q in one.withdrawn_permille.values())


def payoff_of(*seats: str) -> Measure:
    """What the seats end with together."""
    return lambda match: sum(
        sum(one.lines_musd[SeatId(seat)].values()) for one in match.state.history for seat in seats
    )


def lead_of(seat: str, other: str) -> Measure:
    """What one seat gains more than another."""
    return lambda match: payoff_of(seat)(match) - payoff_of(other)(match)


def welfare(match: Match) -> float:
    """Of the governments: the sum of their material lines."""
    scenario = match.state.scenario
    return sum(welfare_musd(scenario, one.lines_musd) for one in match.state.history)


def ballots(match: Match) -> float:
    """How many votes are cast or left out."""
    return sum(isinstance(event, Voted) for event in match.events)


def signed_and_not_pledged(match: Match) -> float:
    """What standing packages name and those who signed do not pledge."""
    tabled: dict[int, PackageTabled] = {}
    stood: list[PackageTabled] = []
    missing = 0
    for event in match.events:
        if isinstance(event, PackageTabled):
            tabled[event.package] = event
        elif isinstance(event, PackageStood):
            stood.append(tabled[event.package])
        elif isinstance(event, RoundResolved):
            for seat, pledge in event.pledges_musd.items():
                most = max((one.pledges_musd.get(seat, 0) for one in stood), default=0)
                missing += max(0, most - pledge)
            stood = []
    return missing


# --- the table ---


@dataclass(frozen=True, slots=True)
class Row:
    """A rule, where it is turned on, what is measured, and which way that goes."""

    switch: str
    scenario: str
    bots: Mapping[str, str]
    """By seat, or for all seats of a role; the others are of the mix."""
    measure: Measure
    sign: int
    concept: str
    """Numbers of the model's section 1, or the section that the sign is from."""
    why: str
    sessions: int = 10
    numbers: Numbers = field(default_factory=dict)
    """Of the scenario, where its file does not have what the rule reads."""
    seats: Mapping[str, Numbers] = field(default_factory=dict)
    """Numbers of seats, by id or for all of a role."""

    def __str__(self) -> str:
        return f"{self.switch}: {self.why}"


GOVERNMENTS, BANKS, FUND, DEBTOR = "government", "bank", "imf", "debtor"
SILENCE = {"phases": (PhasePlan(Phase.PLEDGE),)}
"""Nobody can promise anything before the pledges."""

TABLE = [
    Row(
        "terms",
        "terms-dilemma",
        {GOVERNMENTS: "unconditional"},
        welfare,
        +1,
        "19",
        "a united front on terms is worth something to all",
        sessions=2,
    ),
    Row(
        "terms",
        "terms-dilemma",
        {GOVERNMENTS: "unconditional", "P1": "best-reply"},
        lead_of("P1", "P2"),
        +1,
        "20",
        "who undercuts the others gains by it",
        sessions=2,
    ),
    Row(
        "modality",
        "thailand-1997-advanced",
        {"US": "best-reply"},
        lent_by_the_fund,
        -1,
        "9, 27",
        "whoever has the votes and dislikes the terms refuses the money",
        seats={"US": {"modality_weight_musd": 20_000, "ideal_terms": (0.0, 0.0)}},
    ),
    Row(
        "programmes",
        "indonesia-1997-advanced",
        {},
        ballots,
        -1,
        "21",
        "one vote settles the rounds to come",
        sessions=4,
    ),
    Row(
        "second_line",
        "mexico-1995-advanced",
        {GOVERNMENTS: "benevolent-hegemon"},
        need,
        -1,
        "22",
        "an announcement that is believed keeps the crowd in",
        sessions=4,
    ),
    Row(
        "second_line",
        "korea-1997-advanced",
        {GOVERNMENTS: "benevolent-hegemon"},
        stability,
        +1,
        "22",
        "what stands behind the first line is there when it is called",
    ),
    Row(
        "clauses",
        "k-group-small",
        {GOVERNMENTS: "k-group"},
        pledged,
        +1,
        "35",
        "a condition lets a group form without a word",
        sessions=2,
        numbers=SILENCE,
    ),
    Row(
        "clauses",
        "k-group-small",
        {
            GOVERNMENTS: "k-group",
            "P4": "free-rider",
            "P5": "free-rider",
            "P6": "free-rider",
        },
        payoff_of("P1", "P2", "P3"),
        +1,
        "35, 36",
        "a group that is too small costs its members nothing",
        sessions=2,
    ),
    Row(
        "package_minima",
        "greece-2010",
        {GOVERNMENTS: "free-rider", "DE": "k-group"},
        drawn_from("DE"),
        -1,
        "35",
        "who signs a total does not pay where the others break their word",
    ),
    Row(
        "binding_packages",
        "greece-2010",
        {GOVERNMENTS: "random", "DE": "leader"},
        signed_and_not_pledged,
        -1,
        "34",
        "what is signed is paid",
    ),
    Row(
        "pressure",
        "east-asia",
        {"US": "predatory-hegemon", "JP": "best-reply"},
        pledged_by("JP"),
        +1,
        "30, 37",
        "who is linked to the one that asks pays more",
        numbers={"pressure_force": 0.5},
    ),
    Row(
        "guidance",
        "korea-1997-advanced",
        {GOVERNMENTS: "developmental", BANKS: "best-reply"},
        withdrawn,
        -1,
        "55, 61",
        "states that lean on their banks keep them in",
    ),
    Row(
        "lobbying",
        "mexico-1982-advanced",
        {GOVERNMENTS: "logit", BANKS: "lobbyist", FUND: "by-the-book"},
        pledged,
        +1,
        "49",
        "governments whose banks lobby pay more",
        sessions=20,
        numbers={"lobby_effect": 0.6},
    ),
    Row(
        "peer_pressure",
        "mexico-1982-advanced",
        {BANKS: "best-reply"},
        withdrawn,
        -1,
        "57",
        "banks stay because their peers do",
        sessions=16,
    ),
    Row(
        "cross_default",
        "mexico-1982-advanced",
        {"US-banks": "run", "JP-banks": "run", "UK-banks": "stay"},
        need,
        +1,
        "57",
        "the run of some makes all claims fall due",
        sessions=3,
    ),
    Row(
        "favours",
        "korea-1997-advanced",
        {GOVERNMENTS: "pluralist", BANKS: "best-reply"},
        withdrawn,
        -1,
        "62",
        "banks stay for a favour",
    ),
    Row(
        "fungibility",
        "east-asia",
        {GOVERNMENTS: "logit"},
        pledged,
        -1,
        "5",
        "private returns that leak are less of a reason to pay",
        numbers={"fungibility": 0.5},
    ),
    Row(
        "relative_gains",
        "east-asia",
        {GOVERNMENTS: "logit"},
        pledged,
        -1,
        "7, 33",
        "who counts what others gain pays less for what all gain",
        seats={GOVERNMENTS: {"relative_gains_weight": 0.25}},
    ),
    Row(
        "credit_losses",
        "argentina-2001-advanced",
        {GOVERNMENTS: "best-reply"},
        pledged,
        -1,
        "10",
        "money that may be lost is dearer to lend",
    ),
    Row(
        "moral_hazard",
        "mexico-1982-campaign",
        {GOVERNMENTS: "full-contributor", BANKS: "run", FUND: "full-contributor"},
        need_of_later_crises,
        +1,
        "8",
        "rescues of banks that ran make the next crises larger",
        sessions=3,
    ),
    Row(
        "moral_hazard",
        "mexico-1982-campaign",
        {BANKS: "stay"},
        need_of_later_crises,
        0,
        "8",
        "banks that took their part leave no moral hazard",
        sessions=2,
    ),
    Row(
        "panic",
        "mexico-1995-advanced",
        {},
        need,
        +1,
        "22",
        "the crowd leaves beside the banks",
    ),
    Row(
        "reserves",
        "mexico-1995-advanced",
        {GOVERNMENTS: "unconditional"},
        stability,
        +1,
        "section 4",
        "the debtor's own money fills part of the gap",
        sessions=6,
    ),
    Row(
        "arrears",
        "argentina-2001-advanced",
        {GOVERNMENTS: "free-rider", FUND: "full-contributor"},
        lent_by_the_fund,
        -1,
        "section 4",
        "after two rounds short of money comes default, and the Fund stops",
        sessions=4,
    ),
    Row(
        "rolling_claims",
        "korea-1997-advanced",
        {BANKS: "run"},
        need_of_the_first_round,
        +1,
        "13",
        "all that can be called can leave at once",
        sessions=4,
    ),
    Row(
        "regional_fund",
        "indonesia-1997-advanced",
        {"JP": "regional-leader"},
        lent_by_fund_and_region,
        +1,
        "40, 43",
        "the region's money comes beside the Fund's",
    ),
    Row(
        "cards",
        "mexico-1995-advanced",
        {"US": "full-contributor"},
        pledged_by("US"),
        -1,
        "45, 48",
        "a parliament says no",
    ),
    Row(
        "refund",
        "provision-point-refund",
        {GOVERNMENTS: "logit"},
        pledged,
        +1,
        "section 3 (ii)",
        "to offer is safe where money that does not suffice comes back",
        sessions=3,
    ),
]


def test_every_advanced_rule_is_in_the_table() -> None:
    advanced = {one.name for one in fields(Switches) if "sparse" in one.metadata}
    assert {row.switch for row in TABLE} == advanced


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_turning_a_rule_on_changes_play_as_its_concept_says(row: Row) -> None:
    scenario = _set(load(row.scenario), row)
    without, with_it = _switched(scenario, row.switch, False), _switched(scenario, row.switch, True)
    changes = [
        _measured(with_it, row, seed) - _measured(without, row, seed)
        for seed in range(1, row.sessions + 1)
    ]
    change = interval(changes)
    if row.sign > 0:
        assert change.low > 0, change
    elif row.sign < 0:
        assert change.high < 0, change
    else:
        assert set(changes) == {0}


def _set(scenario: Scenario, row: Row) -> Scenario:
    """The scenario with the numbers that the row gives it, in all its crises."""
    seats = tuple(
        replace(seat, **{**row.seats.get(seat.role, {}), **row.seats.get(seat.id, {})})
        for seat in scenario.seats
    )
    later = tuple(_set(crisis, row) for crisis in scenario.later_crises)
    return replace(scenario, seats=seats, later_crises=later, **row.numbers)


def _switched(scenario: Scenario, switch: str, on: bool) -> Scenario:
    later = tuple(_switched(crisis, switch, on) for crisis in scenario.later_crises)
    switches = replace(scenario.switches, **{switch: on})
    return replace(scenario, switches=switches, later_crises=later)


def _measured(scenario: Scenario, row: Row, seed: int) -> float:
    mixed = cast(scenario, seed)
    bots = {
        seat.id: row.bots.get(seat.id, row.bots.get(seat.role, mixed[seat.id]))
        for seat in scenario.seats
    }
    match = play(scenario, bots, seed)
    assert match.failures == []
    return row.measure(match)
