"""What a round would bring a seat if it decided so, and the others did what they promised.

A pure function of what the seat may know: the open facts of the round, its own numbers, its
own decisions. Sealed decisions of others, hidden draws and private numbers of others never
enter, so nothing can be solved from the answers that the seat does not know already: a line
depends on others only through the stability that their open promises give, and on partners'
stakes only through their sum, which is in the seat's own `stake_musd`. Lines that would need
others' secrets are left out and named.

Assumed, and told with every answer: governments pledge what they promised; banks take out what
a standing package allows them, else what they took out last; the Fund lends what was granted,
else what it proposed, else what a simple majority can grant; what was granted is released and
the debtor accepts it; nobody else uses clauses, guidance or terms of its own; no shock comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from server.game import payoffs, standing
from server.game.actions import Supposition
from server.game.cards import PackageCard
from server.game.effects import with_lobbying
from server.game.refusals import RefusalCode, Refused
from server.game.resolution import Decisions, resolve
from server.game.scenario import Bank, Government, Phase, Scenario, Seat, SeatId
from server.game.state import State

_UNKNOWABLE = ("relative_gains", "moral_hazard")
"""Lines made of others' payoffs, or of how long the crisis will last."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a round would come to for one seat under what is assumed."""

    lines_musd: Mapping[str, int]
    """Own lines."""
    total_musd: int
    left_out: tuple[str, ...]
    """Own lines that cannot be known before the round is resolved."""
    need_musd: int
    effective_musd: int
    stability: float
    tranche_musd: int
    tranche_basis: Literal["supposed", "granted", "proposed", "access", "none"]
    """Whence the assumed tranche: `access` is what a simple majority can grant."""
    pledges_musd: Mapping[SeatId, int]
    """Assumed, by government, the own one included."""
    withdrawn_permille: Mapping[SeatId, int]
    """Assumed, by bank, the own one included."""


def what_if(state: State, seat_id: SeatId, supposed: Supposition) -> Expectation:
    """The seat's own lines of the round that is being played.

    Raises:
        Refused: ``session_over``; ``wrong_phase`` once the round is resolved;
            ``unknown_package``; ``out_of_range``.
    """
    _check(state, supposed)
    scenario, seat = _known_scenario(state, seat_id), state.scenario.seat_by_id[seat_id]
    package = _package(state, supposed.package)
    tranche_musd, basis = _tranche(state, supposed)
    decisions = _decisions(state, seat, supposed, package, tranche_musd)
    outcome = resolve(
        scenario,
        standing.money_of(state),
        decisions,
        state.condition,
        on_track=standing.is_on_track(state),
    )
    lines = payoffs.lines_musd(scenario, outcome)[seat_id]
    left_out = tuple(line for line in _UNKNOWABLE if lines.pop(line, None) is not None)
    return Expectation(
        lines,
        sum(lines.values()),
        left_out,
        outcome.need_musd,
        outcome.effective_musd,
        outcome.stability,
        outcome.tranche_musd,
        basis,
        decisions.pledges_musd,
        decisions.withdrawn_permille,
    )


def _check(state: State, supposed: Supposition) -> None:
    if state.ending is not None:
        raise Refused(RefusalCode.SESSION_OVER, "the session has ended")
    if state.phase in (Phase.RESOLVE, Phase.DISBURSE):
        raise Refused(RefusalCode.WRONG_PHASE, "the round is resolved; its ledger is there")
    largest_musd = standing.largest_demand_musd(state)
    limits = {
        "pledge_musd": largest_musd,
        "withdrawn_permille": 1000,
        "tranche_musd": largest_musd,
    }
    for field, most in limits.items():
        value = getattr(supposed, field)
        if value is not None and not 0 <= value <= most:
            raise Refused(
                RefusalCode.OUT_OF_RANGE, f"{field} is {value}", field=field, allowed=f"0 to {most}"
            )


def _known_scenario(state: State, seat_id: SeatId) -> Scenario:
    """The scenario as far as the seat knows it.

    Others' rates, of which part would leak, are none of it; lobbying is between the two.
    """
    scenario = state.scenario
    known = {
        bank: force
        for bank, force in state.table.lobbied_permille.items()
        if seat_id in (bank, _home(scenario, bank))
    }
    if known:
        scenario = with_lobbying(scenario, known)
    if not scenario.switches.fungibility:
        return scenario
    seats = tuple(
        replace(seat, private_domestic_rate=0.0)
        if isinstance(seat, Government) and seat.id != seat_id
        else seat
        for seat in scenario.seats
    )
    return replace(scenario, seats=seats)


def _home(scenario: Scenario, bank_id: SeatId) -> SeatId | None:
    bank = scenario.seat_by_id[bank_id]
    return bank.home if isinstance(bank, Bank) else None


def _package(state: State, number: int | None) -> PackageCard | None:
    if number is None:
        return None
    for package in state.table.packages:
        if package.package == number:
            return package
    raise Refused(
        RefusalCode.UNKNOWN_PACKAGE,
        f"there is no package {number} in this round",
        field="package",
        allowed=", ".join(str(one.package) for one in state.table.packages) or "none",
    )


def _tranche(
    state: State, supposed: Supposition
) -> tuple[int, Literal["supposed", "granted", "proposed", "access", "none"]]:
    if supposed.accept is False:
        return 0, "supposed"
    if supposed.tranche_musd is not None:
        return supposed.tranche_musd, "supposed"
    granted_musd = standing.granted_musd(state)
    if state.table.count is not None or granted_musd:
        return granted_musd, "granted"
    if Phase.VOTE not in state.scenario.plan:
        return 0, "none"
    fund = state.scenario.imf.id if state.scenario.imf else None
    for proposal in state.table.proposals:
        if proposal.seat == fund and not proposal.regional:
            return proposal.tranche_musd, "proposed"
    return standing.ordinary_access_musd(state), "access"


def _decisions(
    state: State,
    seat: Seat,
    supposed: Supposition,
    package: PackageCard | None,
    tranche_musd: int,
) -> Decisions:
    scenario, table = state.scenario, state.table
    programme = standing.programme_of(state)
    own = table.pledges.get(seat.id)
    strictness = own.strictness_permille if own else None
    in_programme = (
        standing.has_programmes(scenario) and programme is not None and supposed.accept is not False
    )
    return Decisions(
        {one.id: _pledge(state, one.id, seat, supposed, package) for one in scenario.governments},
        {bank.id: _withdrawn(state, bank.id, seat, supposed, package) for bank in scenario.banks},
        tranche_musd,
        standing.leader_of(scenario, table),
        regional_musd=table.count.regional_musd if table.count else 0,
        in_programme=in_programme,
        terms=programme.terms if programme and in_programme else (),
        strictness={seat.id: strictness / 1000} if strictness is not None else {},
        second_line_musd={seat.id: own.second_line_musd} if own else {},
        guidance_permille={seat.id: own.guidance_permille} if own else {},
        lobbied_permille={seat.id: table.lobbied_permille.get(seat.id, 0)},
        asked_musd={seat.id: table.asked_musd.get(seat.id, {})},
        favours={
            bank: favour
            for bank, favour in table.favours.items()
            if seat.id in (bank, _home(scenario, bank))
        },
    )


def _pledge(
    state: State, one: SeatId, seat: Seat, supposed: Supposition, package: PackageCard | None
) -> int:
    """What a government is taken to pledge."""
    if one == seat.id and supposed.pledge_musd is not None:
        return supposed.pledge_musd
    if package is not None and one in package.pledges_musd:
        return package.pledges_musd[one]
    own = state.table.pledges.get(one) if one == seat.id else None
    return own.pledge_musd if own is not None else state.table.promised_musd(one)


def _withdrawn(
    state: State, bank: SeatId, seat: Seat, supposed: Supposition, package: PackageCard | None
) -> int:
    """What a bank is taken to take out, in thousandths."""
    if bank == seat.id and supposed.withdrawn_permille is not None:
        return supposed.withdrawn_permille
    if package is not None and bank in package.withdrawn_at_most_permille:
        return package.withdrawn_at_most_permille[bank]
    own = state.table.withdrawals.get(bank) if bank == seat.id else None
    if own is not None:
        return own.permille
    agreed = [
        one.withdrawn_at_most_permille[bank]
        for one in state.table.packages
        if one.stands and bank in one.withdrawn_at_most_permille
    ]
    return min(agreed, default=standing.last_withdrawn_permille(state, bank))
