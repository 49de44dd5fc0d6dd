"""Each advanced rule that needs somebody to act is put to use by bots in a match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from server.game.events import (
    DecidedBy,
    Event,
    FavourOffered,
    Lobbied,
    PackageStood,
    PackageTabled,
    Pledged,
    Pressed,
    ProgrammeDecided,
    RoundResolved,
    TrancheProposed,
)
from server.game.scenario import Debtor, Government, Link, Scenario, SeatId
from server.tournament import play
from tests.server.bots.tables import (
    BANK,
    FUND,
    LAND,
    OTHER_BANK,
    THREE,
    VOTING,
    A,
    B,
    C,
    with_rules,
    with_seats,
)
from tests.server.game.games import vcm

AROUND = {
    A: "conditional",
    B: "conditional",
    C: "conditional",
    BANK: "best-reply",
    OTHER_BANK: "best-reply",
    FUND: "by-the-book",
}


def played(scenario: Scenario, bots: Mapping[SeatId, str]) -> list[Event]:
    """The log of a match, these bots in these seats."""
    seats = AROUND if BANK in scenario.seat_by_id else {}
    match = play(scenario, {**seats, **bots}, 1)
    assert match.failures == []
    return match.events


def resolved(events: list[Event]) -> list[RoundResolved]:
    """The rounds."""
    return [event for event in events if isinstance(event, RoundResolved)]


def line(events: list[Event], seat: SeatId, name: str) -> int:
    """A line of the ledger, over all rounds, in US$ millions."""
    return sum(one.lines_musd[seat][name] for one in resolved(events))


def test_pressure_is_felt_by_who_pays_less_than_was_asked() -> None:
    linked = with_rules(VOTING, "pressure", pressure_force=1.0)
    links = (Link(B, A, economic=0.5), Link(C, A, economic=0.5))
    # More is needed than all will bring, so that all of it is drawn.
    linked = replace(linked, links=links, need_musd=20_000)
    events = played(
        linked, {A: "predatory-hegemon", B: "free-rider", C: "reactive", FUND: "free-rider"}
    )
    assert {(one.seat, one.on) for one in events if isinstance(one, Pressed)} == {(A, B), (A, C)}
    assert line(events, B, "pressure") < 0
    assert line(events, C, "pressure") == 0


def test_clauses_leave_a_group_out_that_is_too_small() -> None:
    scenario = with_rules(vcm(0.36, 4, 10_000), "clauses")
    events = played(
        scenario,
        {
            SeatId("P1"): "k-group",
            SeatId("P2"): "k-group",
            SeatId("P3"): "free-rider",
            SeatId("P4"): "free-rider",
        },
    )
    conditions = [one.others_at_least_musd for one in events if isinstance(one, Pledged)]
    assert conditions[0] > 0
    assert resolved(events)[0].inactive == ("P1", "P2")


def test_minima_of_packages_hold_signed_money_back() -> None:
    scenario = with_seats(with_rules(THREE, "package_minima"), Government, public_stake_musd=4_000)
    events = played(scenario, {A: "k-group", B: "free-rider", C: "free-rider", FUND: "free-rider"})
    tabled = [one for one in events if isinstance(one, PackageTabled)]
    assert all(one.minimum_total_musd > 0 for one in tabled)
    stood = [one.package for one in events if isinstance(one, PackageStood)]
    assert stood
    assert A in resolved(events)[0].inactive


def test_binding_packages_are_a_floor_and_nobody_signs_what_it_would_not_pay() -> None:
    scenario = with_rules(VOTING, "binding_packages")
    events = played(
        scenario,
        {A: "leader", B: "conditional", C: "conditional", BANK: "stay", OTHER_BANK: "stay"},
    )
    package = next(one for one in events if isinstance(one, PackageTabled))
    assert any(isinstance(one, PackageStood) for one in events)
    pledged = resolved(events)[0].pledges_musd
    assert all(pledged[seat] >= asked for seat, asked in package.pledges_musd.items())
    broken = played(scenario, {A: "leader", B: "free-rider", C: "conditional"})
    assert not any(isinstance(one, PackageStood) for one in broken)


def test_banks_stay_where_a_developmental_state_guides_them() -> None:
    # It pays its 8 of the 12 that are needed, below S* = .8182: unguided the banks run.
    scenario = with_seats(replace(VOTING, need_musd=12_000), Government, guidance_cost_musd=100)
    bots = {A: "developmental", B: "free-rider", C: "free-rider", FUND: "free-rider"}
    free, guided = played(scenario, bots), played(with_rules(scenario, "guidance"), bots)
    assert {one.guidance_permille.get(A, 0) for one in resolved(guided)} == {1000}
    assert [one.withdrawn_permille[BANK] for one in resolved(free)][1:] == [1000, 1000]
    assert [one.withdrawn_permille[BANK] for one in resolved(guided)][1:] == [0, 0]
    assert line(guided, A, "guidance_cost") == -3 * 100


def test_lobbies_work_on_their_governments() -> None:
    scenario = with_rules(VOTING, "lobbying", lobby_effect=0.5)
    events = played(scenario, {BANK: "lobbyist", FUND: "free-rider"})
    assert {one.seat for one in events if isinstance(one, Lobbied)} == {BANK}


def test_favours_are_promised_and_paid() -> None:
    events = played(with_rules(VOTING, "favours"), {A: "pluralist"})
    assert {(one.seat, one.bank) for one in events if isinstance(one, FavourOffered)} == {(A, BANK)}
    paid_musd = -line(events, A, "favours_paid")
    assert paid_musd == line(events, BANK, "favour") > 0


def test_second_lines_are_announced_called_paid_and_refused() -> None:
    scenario = with_rules(VOTING, "second_line")
    events = played(
        scenario,
        {
            A: "benevolent-hegemon",
            B: "free-rider",
            C: "free-rider",
            BANK: "run",
            OTHER_BANK: "run",
            FUND: "free-rider",
        },
    )
    first = resolved(events)[0]
    assert first.announced_musd[A] > 0 and first.announced_musd[B] > 0
    assert first.called_musd[A] > 0
    assert first.refused == (B, C)
    assert first.drawn_musd[A] == first.pledges_musd[A] + first.called_musd[A]


def test_terms_are_undercut_where_nothing_seals_them() -> None:
    scenario = with_rules(VOTING, "terms", term_names=("all",), standard_terms=(0.5,))
    scenario = with_seats(
        scenario, Government, discipline_stake_musd=3_000, concession_gain_musd=2_000
    )
    # A tranche that nobody can vote for seals nothing.
    scenario = replace(scenario, access_share=0.0, exceptional_share=0.0)
    events = played(scenario, {A: "leader", B: "best-reply", C: "conditional"})
    asked = [one.strictness for one in resolved(events)]
    assert asked[0] == {A: 1.0, B: 0.0, C: 1.0}
    assert asked[1] == {A: 1.0, B: 0.0, C: 0.5}


def test_a_programme_seals_the_terms_for_all() -> None:
    scenario = with_rules(VOTING, "terms", term_names=("all",), standard_terms=(0.5,))
    events = played(scenario, {A: "leader", B: "best-reply", FUND: "strict", C: "conditional"})
    proposed = [one for one in events if isinstance(one, TrancheProposed)]
    assert {one.terms_permille for one in proposed} == {(1000,)}
    first = resolved(events)[0]
    assert first.in_programme
    assert set(first.strictness.values()) == {1.0}


def test_the_region_lends_first() -> None:
    scenario = with_rules(VOTING, "regional_fund", regional_cap_musd=2_000, regional_unit_cost=0.2)
    scenario = with_seats(scenario, Government, regional_share=0.3)
    events = played(scenario, {A: "regional-leader"})
    assert [one.regional_musd for one in resolved(events)] == [2_000] * 3


def test_a_debtor_plays_creditors_off_against_the_fund() -> None:
    scenario = replace(VOTING, seats=(*VOTING.seats, Debtor(LAND, "Land")))
    events = played(scenario, {A: "leader", LAND: "player-off"})
    said = [one for one in events if isinstance(one, ProgrammeDecided)]
    assert [one.by for one in said] == [DecidedBy.BOT] * len(said)
    assert said and not any(one.accept for one in said)
    assert {one.tranche_musd for one in resolved(events)} == {0}
