"""Measures of a match, seat by seat: from the stored rounds to rows that anybody can compute.

Pure: reads resolved rounds and the scenario, no live object. Regret against the best reply is
not among them yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.game import payoffs
from server.game.crisis import divisor
from server.game.events import RoundResolved
from server.game.scenario import Bank, Debtor, Government, Imf, Scenario, Seat, SeatId


@dataclass(frozen=True, slots=True)
class SeatResult:
    """One seat in one match."""

    match: int
    scenario: str
    block: int
    repetition: int
    seed: int
    focal: bool
    """Whether this seat changed hands while all else stayed; always False in other designs."""
    alike: bool
    """Whether one bot played all governments."""
    seat: str
    role: str
    bot: str
    payoff_musd: int
    """Sum of all ledger lines."""
    percent: float | None
    """Percent of the own stake saved; None for the debtor."""
    contributed: float | None
    """Drawn of the capacity, 0..1; None for others than governments."""
    burden: float | None
    """Of all bilateral money drawn; None where none was, and for others than governments."""
    kept: float | None
    """Of what it promised, paid, 0..1; None where it promised nothing."""
    exploited: float | None
    """Own contribution rate less the others' mean, where above 0."""
    stability: float
    """Mean over the rounds."""
    provided: float
    """Share of the rounds with full stability."""
    failures: int
    """Of the bot."""
    trembles: int


def results_of(
    number: int,
    record: Mapping[str, object],
    scenario: Scenario,
    rounds: Sequence[RoundResolved],
    promised_musd: Mapping[SeatId, int],
) -> list[SeatResult]:
    """The rows of a match, in seat order.

    Args:
        number: of the match.
        record: as the store has it.
        scenario: that was played.
        rounds: all of the match.
        promised_musd: the sum over the rounds of what each government had promised.
    """
    cast = record["cast"]
    assert isinstance(cast, dict)
    rates = {seat.id: _rate(scenario, seat, rounds) for seat in scenario.governments}
    stability = sum(one.stability for one in rounds) / len(rounds)
    bots = {cast[seat.id] for seat in scenario.governments}
    return [
        SeatResult(
            match=number,
            scenario=scenario.name,
            block=int(str(record["block"])),
            repetition=int(str(record["repetition"])),
            seed=int(str(record["seed"])),
            focal=record["focal"] == seat.id,
            alike=len(bots) == 1,
            seat=seat.id,
            role=seat.role,
            bot=cast[seat.id],
            payoff_musd=_payoff(seat.id, rounds),
            percent=percent_of_stake(scenario, seat, rounds),
            contributed=rates.get(seat.id),
            burden=_burden(seat.id, rounds) if seat.id in rates else None,
            kept=_kept(seat.id, rounds, promised_musd.get(seat.id, 0)),
            exploited=_exploited(seat.id, rates),
            stability=stability,
            provided=sum(one.stability == 1.0 for one in rounds) / len(rounds),
            failures=_of_seat(record["failures"], seat.id),
            trembles=_of_seat(record["trembles"], seat.id),
        )
        for seat in scenario.seats
    ]


def _of_seat(listed: object, seat: SeatId) -> int:
    assert isinstance(listed, list)
    return sum(one["seat"] == seat for one in listed)


def _payoff(seat: SeatId, rounds: Sequence[RoundResolved]) -> int:
    return sum(sum(one.lines_musd[seat].values()) for one in rounds)


def _times(scenario: Scenario, rounds: Sequence[RoundResolved]) -> float:
    """How many times the undivided game was played."""
    return len(rounds) / divisor(scenario)


def percent_of_stake(
    scenario: Scenario, seat: Seat, rounds: Sequence[RoundResolved]
) -> float | None:
    """Percent of the own stake saved, over all crises (model, section 5, Scores).

    Of a bank, what it would lose by staying in a collapse counts as the bottom. None without
    a stake.
    """
    saved, at_stake = 0.0, 0.0
    for number, crisis in enumerate((scenario, *scenario.later_crises), start=1):
        played = [one for one in rounds if one.crisis == number]
        lost, stake = _stake(crisis, crisis.seat_by_id[seat.id])
        times = _times(crisis, played)
        saved += _payoff(seat.id, played) + lost * times
        at_stake += stake * times
    return 100 * saved / at_stake if at_stake else None


def _stake(scenario: Scenario, seat: Seat) -> tuple[float, float]:
    """What a seat can lose, and what lies between that and full stability; US$ millions."""
    match seat:
        case Government():
            return 0.0, payoffs.stake_musd(scenario, seat)
        case Bank():
            lost = seat.collapse_loss * seat.claims_due_musd
            return lost, lost + seat.interest_spread * seat.claims_due_musd
        case Imf():
            return 0.0, float(
                seat.mandate_stake_musd + seat.private_share_stake_musd + seat.catalysis_stake_musd
            )
        case Debtor():
            return 0.0, 0.0


def _rate(scenario: Scenario, seat: Government, rounds: Sequence[RoundResolved]) -> float:
    capacity = seat.capacity_musd * _times(scenario, rounds)
    drawn = sum(one.drawn_musd[seat.id] for one in rounds)
    return drawn / capacity if capacity else 0.0


def _burden(seat: SeatId, rounds: Sequence[RoundResolved]) -> float | None:
    whole = sum(sum(one.drawn_musd.values()) for one in rounds)
    return sum(one.drawn_musd[seat] for one in rounds) / whole if whole else None


def _kept(seat: SeatId, rounds: Sequence[RoundResolved], promised_musd: int) -> float | None:
    if not promised_musd:
        return None
    pledged = sum(one.pledges_musd.get(seat, 0) for one in rounds)
    return min(1.0, pledged / promised_musd)


def _exploited(seat: SeatId, rates: Mapping[SeatId, float]) -> float | None:
    if seat not in rates or len(rates) == 1:
        return None
    others = [rate for other, rate in rates.items() if other != seat]
    return max(0.0, rates[seat] - sum(others) / len(others))
