"""Silent matches of simple bots, many side by side: the events of `match.play`, sooner.

Owns which matches can be played so, and the order of their events. Nothing here is a rule of
the game: bots' rules are in `server.bots.silent`, money and ledger are computed by
`server.game` with columns, one entry a match, in the place of numbers. A scenario or a bot
that is not covered is for `match.play`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from server.bots import loading, make
from server.bots.silent import Desk, Ints, Rounds, is_simple, rule_of
from server.game import condition, payoffs, rules
from server.game.crisis import (
    RoundMoney,
    apportion,
    largest_pledge_musd,
    need_of_round_musd,
    round_money,
    stability_of,
)
from server.game.events import (
    DecidedBy,
    Ending,
    Event,
    Participant,
    PhaseBegan,
    Pledged,
    RoundResolved,
    SeatOccupied,
    SessionEnded,
    SessionOpened,
    WithdrawalDecided,
)
from server.game.outcome import Outcome
from server.game.scenario import Bank, Draws, Government, Phase, Scenario, SeatId, Switches
from server.game.state import replay
from server.game.views import Viewer, ViewerKind, view_for
from server.scenarios import draw

SIDE_BY_SIDE = 500
"""Matches in one column at most, so that columns stay in the processor's cache."""
_UNSPOKEN = frozenset({"home_stakes", "links", "private_returns", "packages", "pair_talk"})
_COVERED = _UNSPOKEN | {"credit_losses", "refund"}
"""The rules that may be on: those of L1, and two that the columns know of."""


class Column(np.ndarray[Any, Any]):
    """A number of many matches, with which the game's formulas count as with one.

    Whatever would have to choose by it raises: a column is neither true nor false.
    """

    def __round__(self) -> Ints:
        return np.asarray(np.rint(self), dtype=np.int64)


def _column(values: npt.ArrayLike) -> Any:
    # Any: it stands where the game has a number.
    return np.asarray(values).view(Column)


@lru_cache(maxsize=64)
def covers(scenario: Scenario) -> bool:
    """Whether matches of this scenario can be played side by side."""
    on = {one.name for one in fields(Switches) if getattr(scenario.switches, one.name)}
    return (
        tuple(scenario.plan) == (Phase.PLEDGE,)
        and not scenario.cards
        and not scenario.later_crises
        and on <= _COVERED
        and condition.opening(scenario) is None
    )


def can_play(scenario: Scenario, cast: Mapping[SeatId, str]) -> bool:
    """Whether `play_many` can play this match: the scenario is covered, every bot is simple."""
    return covers(scenario) and all(
        seat.id in cast and _is_simple(scenario, seat.id, cast[seat.id]) for seat in scenario.seats
    )


@lru_cache(maxsize=1024)
def _is_simple(scenario: Scenario, seat_id: SeatId, name: str) -> bool:
    seat = scenario.seat_by_id[seat_id]
    return loading.is_registered(name) and is_simple(
        make(name, seat.role, scenario.seat_by_id), seat
    )


def play_many(
    scenario: Scenario, casts: Sequence[Mapping[SeatId, str]], seeds: Sequence[int]
) -> list[list[Event]]:
    """Play matches of one scenario; for each the events that `match.play` gives.

    Args:
        scenario: the game.
        casts: by match, the bot of every seat; `can_play` holds for each.
        seeds: by match.
    """
    draws = [draw(scenario, seed) for seed in seeds]
    played: list[list[Event]] = [[] for _ in seeds]
    by_rounds: dict[int, list[int]] = {}
    for match, drawn in enumerate(draws):
        by_rounds.setdefault(drawn.rounds, []).append(match)
    for alike in by_rounds.values():
        for first in range(0, len(alike), SIDE_BY_SIDE):
            some = alike[first : first + SIDE_BY_SIDE]
            side = _Matches(scenario, [casts[one] for one in some], [draws[one] for one in some])
            for match, events in zip(some, side.play(), strict=True):
                played[match] = events
    return played


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A round of many matches: columns by seat, and the outcome that the game made of them."""

    pledges_musd: dict[SeatId, Any]
    outcome: Outcome
    refunded: Any
    lines_musd: Mapping[SeatId, Mapping[str, Any]]

    def events(self, number: int, at_ms: int) -> list[RoundResolved]:
        """The event of each match."""
        outcome = self.outcome
        count = len(self.refunded)
        ledgers = {seat: _rows(lines, count) for seat, lines in self.lines_musd.items()}
        money = zip(
            _entries(outcome.need_musd),
            _entries(outcome.effective_musd),
            _entries(outcome.stability),
            _entries(self.refunded),
            strict=True,
        )
        seats = zip(
            _rows(self.pledges_musd, count),
            _rows(outcome.drawn_musd, count),
            _rows(outcome.withdrawn_permille, count),
            _rows(ledgers, count),
            strict=True,
        )
        return [
            RoundResolved(
                1,
                number,
                need,
                0,
                0,
                effective,
                stability,
                True,
                *by_seat,
                at_ms,
                refunded=refunded,
            )
            for (need, effective, stability, refunded), by_seat in zip(money, seats, strict=True)
        ]


class _Matches:
    """Some matches that last equally many rounds, as they go on."""

    def __init__(
        self, scenario: Scenario, casts: Sequence[Mapping[SeatId, str]], draws: Sequence[Draws]
    ) -> None:
        self._scenario = scenario
        self._rounds = draws[0].rounds
        self._logs = _openings(scenario, casts, draws)
        self._seeds = np.array([one.seed for one in draws], dtype=np.int64)
        shocks = _column([one.need_shock_share for one in draws])
        self._draws = replace(draws[0], need_shock_share=shocks)
        state = replay(self._logs[0])
        self._deciding = [
            (
                Desk(scenario, seat, view_for(state, Viewer(ViewerKind.SEAT, seat.id))),
                _matches_by_bot([cast[seat.id] for cast in casts]),
            )
            for seat in scenario.seats
            if isinstance(seat, Government | Bank)
        ]
        self._last: _Resolved | None = None

    def play(self) -> list[list[Event]]:
        """All rounds; the logs."""
        for number in range(1, self._rounds + 1):
            money = round_money(self._scenario, self._draws, number)
            decided = self._decided(self._seen(number, money))
            self._last = _resolved(self._scenario, money, decided)
            self._write(number, decided, self._last)
        return self._logs

    def _seen(self, number: int, money: RoundMoney) -> Rounds:
        last, count = self._last, len(self._seeds)
        return Rounds(
            number,
            self._seeds,
            np.asarray(money.scheduled_need_musd),
            np.array(list(money.claims_due_musd.values()), dtype=np.int64),
            self._limits(),
            None if last is None else _beside(last.pledges_musd, count),
            None if last is None else _beside(last.outcome.withdrawn_permille, count),
        )

    def _limits(self) -> Ints:
        """The largest pledges, which may depend on how the last round went."""
        limits = np.empty((len(self._seeds), len(self._scenario.governments)), dtype=np.int64)
        for place, seat in enumerate(self._scenario.governments):
            stabilities = [1.0]
            if self._last is not None and seat.crisis_weakness:
                stabilities = _entries(self._last.outcome.stability)
            limits[:, place] = [
                largest_pledge_musd(self._scenario, seat, one) for one in stabilities
            ]
        return limits

    def _decided(self, now: Rounds) -> dict[SeatId, Any]:
        """A column of decisions for each government and bank, in seat order."""
        decided = {}
        for desk, matches_by_bot in self._deciding:
            column = np.empty(len(self._seeds), dtype=np.int64)
            for bot, matches in matches_by_bot.items():
                rule = rule_of(make(bot, desk.seat.role))
                assert rule is not None, "can_play was asked"
                column[matches] = rule(desk, now.at(matches))
            decided[desk.seat.id] = _column(column)
        return decided

    def _write(self, number: int, decided: Mapping[SeatId, Any], resolved: _Resolved) -> None:
        """Append the round's events to the logs, in the order in which the engine has them."""
        began_ms, at_ms = (number - 1) * len(decided), number * len(decided)
        opened = PhaseBegan(1, number, Phase.RESOLVE, None, at_ms)
        after: Event = SessionEnded(Ending.COMPLETED, at_ms)
        if number < self._rounds:
            after = PhaseBegan(1, number + 1, Phase.PLEDGE, None, at_ms)
        kinds = [
            (seat, Pledged if seat in resolved.pledges_musd else WithdrawalDecided, moment_ms)
            for moment_ms, seat in enumerate(decided, start=began_ms + 1)
        ]
        of_matches = zip(*map(_entries, decided.values()), strict=True)
        logs = zip(self._logs, of_matches, resolved.events(number, at_ms), strict=True)
        for log, amounts, event in logs:
            for (seat, kind, moment_ms), amount in zip(kinds, amounts, strict=True):
                log.append(kind(seat, amount, True, DecidedBy.BOT, False, moment_ms))
            log += (opened, event, after)


def _openings(
    scenario: Scenario, casts: Sequence[Mapping[SeatId, str]], draws: Sequence[Draws]
) -> list[list[Event]]:
    """The first events of each match: those of the first one, but for draws and bots."""
    who = {seat: (Participant.BOT, name) for seat, name in casts[0].items()}
    first = rules.open_session(scenario, draws[0], timed=False, participants=who)
    return [
        [_as_opened(event, cast, drawn) for event in first]
        for cast, drawn in zip(casts, draws, strict=True)
    ]


def _as_opened(event: Event, cast: Mapping[SeatId, str], draws: Draws) -> Event:
    match event:
        case SessionOpened():
            return replace(event, draws=draws)
        case SeatOccupied():
            return replace(event, bot=cast[event.seat])
        case _:
            return event


def _matches_by_bot(names: Sequence[str]) -> dict[str, Ints]:
    found: dict[str, list[int]] = {}
    for match, name in enumerate(names):
        found.setdefault(name, []).append(match)
    return {name: np.array(matches, dtype=np.int64) for name, matches in found.items()}


def _resolved(scenario: Scenario, money: RoundMoney, decided: Mapping[SeatId, Any]) -> _Resolved:
    """As `reveal.resolve_round`, where there is no money but the pledges."""
    pledges = {seat.id: decided[seat.id] for seat in scenario.governments}
    withdrawn = {bank.id: decided[bank.id] for bank in scenario.banks}
    need = _column(need_of_round_musd(money, withdrawn, None))
    drawn = _drawn(need, pledges)
    refunded = scenario.switches.refund & (sum(drawn.values()) < need)
    drawn = {seat: _column(np.where(refunded, 0, amounts)) for seat, amounts in drawn.items()}
    effective = _column(sum(drawn.values()))
    stability = [
        stability_of(*one, scenario.sharpness)
        for one in zip(_entries(effective), _entries(need), strict=True)
    ]
    outcome = Outcome(
        money.divisor,
        need,
        0,
        0,
        effective,
        _column(stability),
        drawn,
        money.claims_due_musd,
        withdrawn,
    )
    return _Resolved(pledges, outcome, refunded, payoffs.lines_musd(scenario, outcome))


def _drawn(need_musd: Any, pledges_musd: Mapping[SeatId, Any]) -> dict[SeatId, Any]:
    """All that is pledged; where it is more than is needed, as `apportion` shares that."""
    drawn = _beside(pledges_musd, len(need_musd))
    for match in np.flatnonzero(drawn.sum(axis=1) > need_musd).tolist():
        weights = dict(zip(pledges_musd, drawn[match].tolist(), strict=True))
        drawn[match] = list(apportion(int(need_musd[match]), weights).values())
    return {seat: _column(drawn[:, place]) for place, seat in enumerate(pledges_musd)}


def _beside(columns: Mapping[SeatId, Any], count: int) -> Ints:
    """Matches down, seats across."""
    return np.array(list(columns.values()), dtype=np.int64).reshape(len(columns), count).T


def _entries(column: Any) -> list[Any]:
    """By match, as Python's own numbers."""
    return column if isinstance(column, list) else np.asarray(column).tolist()


def _rows(columns: Mapping[Any, Any], count: int) -> list[dict[Any, Any]]:
    """By match, a dict of what each column has for it; a plain number is the same for all."""
    if not columns:
        return [{} for _ in range(count)]
    entries = (
        [column] * count if isinstance(column, int) else _entries(column)
        for column in columns.values()
    )
    names = tuple(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*entries, strict=True)]
