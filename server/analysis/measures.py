"""What a session came to, in a few numbers: provision, welfare, efficiency, scores.

Owns the sums over rounds; the parts are in `burden`, `promises`, `leadership`. Welfare and
its distance from equilibrium and optimum are those of `server.theory.expected`: what banks
and the Fund did is taken as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.analysis.played import Played
from server.analysis.statistics import ratio
from server.game.crisis import divisor
from server.game.events import RoundResolved
from server.game.payoffs import stake_musd, welfare_musd
from server.game.scenario import Bank, Debtor, Government, Imf, Scenario, Seat, SeatId

LEAST_GAIN = 0.01
"""Of the stake: an index of a gain from equilibrium to optimum below it would be noise."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Of a session, over its resolved rounds; None where a quotient has no meaning."""

    rounds: int
    need_musd: int
    effective_musd: int
    provision: float | None
    """Money drawn of money needed."""
    covered_rounds: int
    """Rounds whose whole need was drawn."""
    stability_mean: float | None
    welfare_musd: int
    """Sum of the governments' material lines."""
    efficiency: float | None
    """Sum of W - W_0 over the sum of W_opt - W_0."""
    nash_efficiency: float | None
    """The same of the equilibrium to which best replies lead from no pledges."""
    nash_effective_musd: int
    optimum_effective_musd: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a seat gained, over the resolved rounds (model, section 5)."""

    payoff_musd: int
    saved_percent: float | None
    """Of its own stake, so that roles can be compared; None where it has none."""
    index: float | None
    """0 is what the equilibrium pays, 100 the optimum; None where these differ by less than a
    hundredth of the stake, or the optimum pays less."""


def measures(played: Played) -> Measures:
    """The session in a few numbers."""
    rounds = [one.resolved for one in played.rounds]
    theory = [one.theory for one in played.rounds]
    need_musd = sum(one.need_musd for one in rounds)
    effective_musd = sum(one.effective_musd for one in rounds)
    possible = sum(one.optimum.gain_musd for one in theory)
    # Half a million is less than the ledger can show.
    possible = possible if possible > 0.5 else 0.0
    return Measures(
        rounds=len(rounds),
        need_musd=need_musd,
        effective_musd=effective_musd,
        provision=ratio(effective_musd, need_musd),
        covered_rounds=sum(map(_is_covered, rounds)),
        stability_mean=ratio(sum(one.stability for one in rounds), len(rounds)),
        welfare_musd=sum(
            welfare_musd(one.before.scenario, one.resolved.lines_musd) for one in played.rounds
        ),
        efficiency=ratio(sum(one.played.gain_musd for one in theory), possible),
        nash_efficiency=ratio(sum(one.nash.gain_musd for one in theory), possible),
        nash_effective_musd=sum(one.nash.effective_musd for one in theory),
        optimum_effective_musd=sum(one.optimum.effective_musd for one in theory),
    )


def _is_covered(resolved: RoundResolved) -> bool:
    """Whether the round's need was met in full."""
    return resolved.effective_musd == resolved.need_musd


def closing_round(played: Played) -> tuple[int, int] | None:
    """Crisis and number of the first round whose need was met in full; None: none was."""
    return next(
        (
            (one.resolved.crisis, one.resolved.round)
            for one in played.rounds
            if _is_covered(one.resolved)
        ),
        None,
    )


def scores(played: Played) -> Mapping[SeatId, Score]:
    """By seat, in seat order."""
    return {seat.id: _score(played, seat) for seat in played.scenario.seats}


def _score(played: Played, seat: Seat) -> Score:
    payoff_musd = played.payoff_musd(seat.id)
    stake = lowest = 0.0
    for one in played.rounds:
        scenario = one.before.campaign[one.resolved.crisis - 1]
        lowest_here, stake_here = _range_musd(scenario, scenario.seat_by_id[seat.id])
        lowest, stake = lowest + lowest_here, stake + stake_here
    saved = 100 * (payoff_musd - lowest) / stake if stake else None
    return Score(payoff_musd, saved, _index(played, seat.id, payoff_musd, LEAST_GAIN * stake))


def _range_musd(scenario: Scenario, seat: Seat) -> tuple[float, float]:
    """What a round's collapse pays a seat that does nothing, and what stability adds to it."""
    parts = divisor(scenario)
    match seat:
        case Government():
            return 0.0, stake_musd(scenario, seat) / parts
        case Bank():
            worst = -seat.collapse_loss * seat.claims_due_musd
            return (
                worst / parts,
                seat.interest_spread * seat.claims_due_musd / parts - worst / parts,
            )
        case Imf():
            stakes = (
                seat.mandate_stake_musd + seat.private_share_stake_musd + seat.catalysis_stake_musd
            )
            return 0.0, stakes / parts
        case Debtor():
            return 0.0, seat.relief_stake_musd / parts


def _index(played: Played, seat: SeatId, payoff_musd: int, least_musd: float) -> float | None:
    if seat not in played.governments:
        return None
    nash = sum(one.theory.nash.payoffs_musd[seat] for one in played.rounds)
    best = sum(one.theory.optimum.payoffs_musd[seat] for one in played.rounds)
    return 100 * (payoff_musd - nash) / (best - nash) if best - nash > least_musd else None
