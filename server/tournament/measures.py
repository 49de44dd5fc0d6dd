"""Measures of a match: from the stored rounds to rows that anybody can compute.

Pure: reads resolved rounds, the scenario and `theory`, no live object. Each measure is said in
words and as a formula where it is computed; x is drawn money, B capacity, n the number of
governments, and sums over t go over the rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.analysis.statistics import gini, ratio
from server.game import payoffs
from server.game.crisis import divisor
from server.game.events import RoundResolved
from server.game.rules import ENGINE_VERSION
from server.game.scenario import Bank, Debtor, Government, Imf, Scenario, Seat, SeatId
from server.tournament.design import is_alike
from server.tournament.theory import Beside


@dataclass(frozen=True, slots=True)
class SeatResult:
    """One seat in one match."""

    match: int
    scenario: str
    block: int
    repetition: int
    seed: str
    focal: bool
    """Whether this seat changed hands while all else stayed; always False in other designs."""
    alike: bool
    """Whether one bot played all governments."""
    seat: str
    role: str
    bot: str
    bot_version: str
    """A digest of its code."""
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
    regret: float | None
    """Missed against best replies, in percent of the own stake; None for others."""
    efficiency: float | None
    """Of the match; None where nothing could be gained."""
    stability: float
    """Mean over the rounds."""
    provided: float
    """Share of the rounds with full stability."""
    failures: int
    """Of the bot."""
    trembles: int


@dataclass(frozen=True, slots=True)
class MatchResult:
    """One match."""

    match: int
    session: str
    scenario: str
    block: int
    repetition: int
    seed: str
    engine_version: str
    rounds: int
    alike: bool
    need_musd: int
    effective_musd: int
    """Sums over the rounds, as all amounts."""
    provision: float | None
    stability: float
    provided: float
    efficiency: float | None
    gini: float | None
    """Of what the governments paid; None where none paid."""
    failures: int
    trembles: int


@dataclass(frozen=True, slots=True)
class SeatRound:
    """One seat in one round."""

    match: int
    crisis: int
    round: int
    seat: str
    role: str
    bot: str
    promised_musd: int | None
    """None where it promised nothing."""
    pledged_musd: int | None
    drawn_musd: int | None
    contributed: float | None
    """Drawn of the round's capacity; None for others than governments."""
    others_before: float | None
    """The other governments' mean of it in the round before, in the same crisis."""
    withdrawn_permille: int | None
    """Of a bank."""
    payoff_musd: int
    regret_musd: float | None
    stability: float
    failed: bool
    """Whether the bot failed in a phase of this round."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A phase in which a bot failed, and the written default played."""

    match: int
    crisis: int
    round: int
    phase: str
    seat: str
    bot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored match: all that its rows are made of."""

    number: int
    session: str
    scenario: Scenario
    record: Mapping[str, Any]
    """As the store has it."""
    rounds: Sequence[RoundResolved]
    theory: Sequence[Beside]
    """Beside every round."""
    promised_musd: Sequence[Mapping[SeatId, int]]
    """By round, what each government had promised, where it was above 0."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of the bots' code, by name."""

    @property
    def is_alike(self) -> bool:
        """Whether one bot plays all governments."""
        return is_alike(self.record["cast"], self.scenario)

    def crisis(self, number: int) -> Scenario:
        """The scenario of a crisis, from 1."""
        return (self.scenario, *self.scenario.later_crises)[number - 1]


def match_result(stored: Stored) -> MatchResult:
    """The match's own row.

    provision = sum_t E_t / sum_t N_t, money drawn of money needed; the level of provision of
    threshold games (Cadsby and Maynes 1999). provided: the share of the rounds with S = 1.
    """
    rounds, record = stored.rounds, stored.record
    need_musd = sum(one.need_musd for one in rounds)
    effective_musd = sum(one.effective_musd for one in rounds)
    paid = [sum(one.drawn_musd[seat.id] for one in rounds) for seat in stored.scenario.governments]
    return MatchResult(
        match=stored.number,
        session=stored.session,
        scenario=stored.scenario.name,
        block=record["block"],
        repetition=record["repetition"],
        seed=str(record["seed"]),
        engine_version=ENGINE_VERSION,
        rounds=len(rounds),
        alike=stored.is_alike,
        need_musd=need_musd,
        effective_musd=effective_musd,
        provision=ratio(effective_musd, need_musd),
        stability=_stability(rounds),
        provided=_provided(rounds),
        efficiency=efficiency(stored.theory),
        gini=gini(paid),
        failures=len(record["failures"]),
        trembles=len(record["trembles"]),
    )


def seat_results(stored: Stored) -> list[SeatResult]:
    """A row for each seat, in seat order."""
    scenario, rounds, record = stored.scenario, stored.rounds, stored.record
    rates = {seat.id: _rate(scenario, seat, rounds) for seat in scenario.governments}
    of_match = efficiency(stored.theory)
    return [
        SeatResult(
            match=stored.number,
            scenario=scenario.name,
            block=record["block"],
            repetition=record["repetition"],
            seed=str(record["seed"]),
            focal=record["focal"] == seat.id,
            alike=stored.is_alike,
            seat=seat.id,
            role=seat.role,
            bot=record["cast"][seat.id],
            bot_version=stored.versions.get(record["cast"][seat.id], ""),
            payoff_musd=_payoff(seat.id, rounds),
            percent=percent_of_stake(scenario, seat, rounds),
            contributed=rates.get(seat.id),
            burden=_burden(seat.id, rounds) if seat.id in rates else None,
            kept=kept(seat.id, rounds, stored.promised_musd),
            exploited=_exploited(seat.id, rates),
            regret=regret_percent(stored, seat),
            efficiency=of_match,
            stability=_stability(rounds),
            provided=_provided(rounds),
            failures=_of_seat(record["failures"], seat.id),
            trembles=_of_seat(record["trembles"], seat.id),
        )
        for seat in scenario.seats
    ]


def seat_rounds(stored: Stored) -> Iterator[SeatRound]:
    """A row for each round and seat, rounds first."""
    failed = {(one.seat, one.crisis, one.round) for one in failures(stored)}
    last, current = dict[SeatId, float](), 0
    for one, beside, promised in zip(
        stored.rounds, stored.theory, stored.promised_musd, strict=True
    ):
        if one.crisis != current:
            last, current = {}, one.crisis
        scenario = stored.crisis(one.crisis)
        rates = {seat.id: _rate(scenario, seat, [one]) for seat in scenario.governments}
        for seat in scenario.seats:
            is_government = seat.id in rates
            yield SeatRound(
                match=stored.number,
                crisis=one.crisis,
                round=one.round,
                seat=seat.id,
                role=seat.role,
                bot=stored.record["cast"][seat.id],
                promised_musd=promised.get(seat.id),
                pledged_musd=one.pledges_musd.get(seat.id, 0) if is_government else None,
                drawn_musd=one.drawn_musd[seat.id] if is_government else None,
                contributed=rates.get(seat.id),
                others_before=_others(seat.id, last) if is_government else None,
                withdrawn_permille=one.withdrawn_permille.get(seat.id),
                payoff_musd=_payoff(seat.id, [one]),
                regret_musd=beside.regret_musd.get(seat.id),
                stability=one.stability,
                failed=(seat.id, one.crisis, one.round) in failed,
            )
        last = rates


def failures(stored: Stored) -> list[Failed]:
    """Every failure of a bot, in order."""
    cast = stored.record["cast"]
    return [
        Failed(
            stored.number,
            one["crisis"],
            one["round"],
            one["phase"],
            one["seat"],
            cast[one["seat"]],
            one["reason"],
        )
        for one in stored.record["failures"]
    ]


def _stability(rounds: Sequence[RoundResolved]) -> float:
    return sum(one.stability for one in rounds) / len(rounds)


def _provided(rounds: Sequence[RoundResolved]) -> float:
    return sum(one.stability == 1.0 for one in rounds) / len(rounds)


def _of_seat(listed: Iterable[Mapping[str, Any]], seat: SeatId) -> int:
    return sum(one["seat"] == seat for one in listed)


def efficiency(theory: Sequence[Beside]) -> float | None:
    """What the governments gained together of what they could have.

    sum_t (W - W_0) / sum_t (W_opt - W_0); W is the sum of the governments' material payoffs
    (model, section 5, Scores; Ledyard 1995). Below 0 all would have been better off without
    pledges. None where less than half a million could be gained: less than a ledger shows.
    """
    possible = sum(one.possible_gain_musd for one in theory)
    return sum(one.gain_musd for one in theory) / possible if possible > 0.5 else None


def regret_percent(stored: Stored, seat: Seat) -> float | None:
    """What it missed against the best reply to what the others really pledged.

    100 * sum_t (max_y pi_i(y, x_-i) - pi_i(x)) / stake, in percent of the own stake so that
    seats can be compared; after the fact, round by round, the later rounds taken as they came
    (external regret; Savage 1951). None for others than governments.
    """
    if not isinstance(seat, Government):
        return None
    missed = sum(one.regret_musd[seat.id] for one in stored.theory)
    stake = sum(
        _stake(crisis := stored.crisis(one.crisis), crisis.seat_by_id[seat.id])[1] / divisor(crisis)
        for one in stored.rounds
    )
    return 100 * missed / stake if stake else None


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
    """Contribution rate: sum_t x_i / sum_t B_i, as in laboratory experiments (Ledyard 1995)."""
    capacity = seat.capacity_musd * _times(scenario, rounds)
    drawn = sum(one.drawn_musd[seat.id] for one in rounds)
    return drawn / capacity if capacity else 0.0


def _burden(seat: SeatId, rounds: Sequence[RoundResolved]) -> float | None:
    """Burden share: sum_t x_i / sum_t sum_j x_j (Olson and Zeckhauser 1966)."""
    whole = sum(sum(one.drawn_musd.values()) for one in rounds)
    return sum(one.drawn_musd[seat] for one in rounds) / whole if whole else None


def kept(
    seat: SeatId, rounds: Sequence[RoundResolved], promised_musd: Sequence[Mapping[SeatId, int]]
) -> float | None:
    """Promise keeping: sum_t min(promised, pledged) / sum_t promised.

    A promise is the larger of what it said and what it signed in a package that stood; more
    pledged in one round makes up for nothing in another. None where nothing was promised.
    """
    whole = sum(one.get(seat, 0) for one in promised_musd)
    covered = sum(
        min(promised.get(seat, 0), one.pledges_musd.get(seat, 0))
        for one, promised in zip(rounds, promised_musd, strict=True)
    )
    return covered / whole if whole else None


def _exploited(seat: SeatId, rates: Mapping[SeatId, float]) -> float | None:
    """Exploitation: max(0, own contribution rate - mean of the others').

    How far it pays beyond its company, who share what it brings (the advantageous side of
    inequity of Fehr and Schmidt 1999, in rates).
    """
    others = _others(seat, rates)
    return None if others is None else max(0.0, rates[seat] - others)


def _others(seat: SeatId, rates: Mapping[SeatId, float]) -> float | None:
    others = [rate for other, rate in rates.items() if other != seat]
    return sum(others) / len(others) if seat in rates and others else None
