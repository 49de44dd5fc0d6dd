"""Silent matches of simple bots, many side by side: the events of `match.play`, sooner.

Owns which matches can be played so, and the order of their events. Nothing here is a rule of
the game: bots' rules are in `server.bots.silent`, money and ledger are computed by
`server.game` with columns, one entry a match, in the place of numbers. A scenario or a bot
that is not covered is for `match.play`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache, partial
from typing import Any, TypeVar

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
from server.game.scenario import Bank, Draws, Government, Phase, Scenario, Seat, SeatId, Switches
from server.game.state import replay
from server.game.views import Viewer, ViewerKind, view_for
from server.scenarios import draw

SIDE_BY_SIDE = 500
"""Matches in one column at most, so that columns stay in the processor's cache."""
_UNSPOKEN = frozenset({"home_stakes", "links", "private_returns", "packages", "pair_talk"})
_COVERED = _UNSPOKEN | {"credit_losses", "refund"}
"""The rules that may be on: those of L1, and two that the columns know of."""

_Columns = dict[SeatId, Any]
"""By seat. Any: a column stands where the game has a number."""
S = TypeVar("S")
T = TypeVar("T")


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


class _Matches:
    """Some matches that last equally many rounds, as they go on."""

    def __init__(
        self, scenario: Scenario, casts: Sequence[Mapping[SeatId, str]], draws: Sequence[Draws]
    ) -> None:
        self._scenario = scenario
        self._rounds = draws[0].rounds
        self._events = _openings(scenario, casts, draws)
        """Of all matches, one list for each place in the log."""
        self._seeds = np.array([one.seed for one in draws], dtype=np.int64)
        shocks = _column([one.need_shock_share for one in draws])
        self._draws = replace(draws[0], need_shock_share=shocks)
        state = replay(events[0] for events in self._events)
        self._deciding = [
            (
                Desk(scenario, seat, view_for(state, Viewer(ViewerKind.SEAT, seat.id))),
                _matches_by_bot([cast[seat.id] for cast in casts]),
            )
            for seat in scenario.seats
            if isinstance(seat, Government | Bank)
        ]
        self._last: _Columns = {}
        """What was decided in the round before; empty before the first."""
        self._stability = [1.0] * len(draws)
        """After that round, by match."""

    def play(self) -> list[list[Event]]:
        """All rounds; the logs."""
        for number in range(1, self._rounds + 1):
            money = round_money(self._scenario, self._draws, number)
            self._last = self._decided(self._seen(number, money))
            self._write(number, money)
        return [list(log) for log in zip(*self._events, strict=True)]

    def _seen(self, number: int, money: RoundMoney) -> Rounds:
        return Rounds(
            number,
            self._seeds,
            np.asarray(money.scheduled_need_musd),
            np.array(list(money.claims_due_musd.values()), dtype=np.int64),
            self._limits(),
            self._beside(self._scenario.governments) if self._last else None,
            self._beside(self._scenario.banks) if self._last else None,
        )

    def _limits(self) -> Ints:
        """The largest pledges, which may depend on how the last round went."""
        limits = [
            _of_each(self._stability, partial(largest_pledge_musd, self._scenario, seat))
            for seat in self._scenario.governments
        ]
        return np.array(limits, dtype=np.int64).T

    def _beside(self, seats: Sequence[Seat]) -> Ints:
        """What seats decided in the round before: matches down, seats across."""
        if not seats:
            return np.empty((len(self._seeds), 0), dtype=np.int64)
        return np.stack([self._last[seat.id] for seat in seats], axis=1)

    def _decided(self, now: Rounds) -> _Columns:
        """For each government and bank, in seat order."""
        decided = {}
        for desk, matches_by_bot in self._deciding:
            column = np.empty(len(self._seeds), dtype=np.int64)
            for bot, matches in matches_by_bot.items():
                rule = rule_of(make(bot, desk.seat.role))
                assert rule is not None, "can_play was asked"
                column[matches] = rule(desk, now.at(matches))
            decided[desk.seat.id] = column
        return decided

    def _write(self, number: int, money: RoundMoney) -> None:
        """Append the round's events, in the order in which the engine has them."""
        count, deciding = len(self._seeds), len(self._last)
        began_ms, at_ms = (number - 1) * deciding, number * deciding
        for moment_ms, (seat, column) in enumerate(self._last.items(), start=began_ms + 1):
            self._events.append(_decisions(self._scenario.seat_by_id[seat], column, moment_ms))
        self._events.append([PhaseBegan(1, number, Phase.RESOLVE, None, at_ms)] * count)
        resolved = self._resolved(number, money, at_ms)
        self._stability = [event.stability for event in resolved]
        self._events.append(list(resolved))
        after: Event = SessionEnded(Ending.COMPLETED, at_ms)
        if number < self._rounds:
            after = PhaseBegan(1, number + 1, Phase.PLEDGE, None, at_ms)
        self._events.append([after] * count)

    def _resolved(self, number: int, money: RoundMoney, at_ms: int) -> list[RoundResolved]:
        """By match; those in which the same was needed and decided have one event."""
        rows: dict[tuple[int, ...], int] = {}
        columns = map(_entries, (money.scheduled_need_musd, *self._last.values()))
        which = [rows.setdefault(row, len(rows)) for row in zip(*columns, strict=True)]
        need, *decided = map(_column, zip(*rows, strict=True))
        events = _resolved(
            self._scenario,
            replace(money, scheduled_need_musd=need),
            dict(zip(self._last, decided, strict=True)),
            number,
            at_ms,
        )
        return [events[one] for one in which]


def _openings(
    scenario: Scenario, casts: Sequence[Mapping[SeatId, str]], draws: Sequence[Draws]
) -> list[list[Event]]:
    """The first events of all matches: those of the first one, but for draws and bots."""
    who = {seat: (Participant.BOT, name) for seat, name in casts[0].items()}
    first = rules.open_session(scenario, draws[0], timed=False, participants=who)
    return [_as_opened(event, casts, draws) for event in first]


def _as_opened(
    event: Event, casts: Sequence[Mapping[SeatId, str]], draws: Sequence[Draws]
) -> list[Event]:
    match event:
        case SessionOpened():
            return [replace(event, draws=drawn) for drawn in draws]
        case SeatOccupied():
            bots = [cast[event.seat] for cast in casts]
            return _of_each(bots, lambda bot: replace(event, bot=bot))
        case _:
            return [event] * len(casts)


def _decisions(seat: Seat, column: Ints, at_ms: int) -> list[Event]:
    """The event of each match."""
    kind = Pledged if isinstance(seat, Government) else WithdrawalDecided
    return _of_each(
        _entries(column), lambda amount: kind(seat.id, amount, True, DecidedBy.BOT, False, at_ms)
    )


def _of_each(values: Sequence[S], made: Callable[[S], T]) -> list[T]:
    """What is made of each value; of values that are equal, one for all."""
    known = {value: made(value) for value in set(values)}
    return [known[value] for value in values]


def _matches_by_bot(names: Sequence[str]) -> dict[str, Ints]:
    found: dict[str, list[int]] = {}
    for match, name in enumerate(names):
        found.setdefault(name, []).append(match)
    return {name: np.array(matches, dtype=np.int64) for name, matches in found.items()}


def _resolved(
    scenario: Scenario, money: RoundMoney, decided: _Columns, number: int, at_ms: int
) -> list[RoundResolved]:
    """As `reveal.resolve_round`, where there is no money but the pledges; the event of each."""
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
    count = len(stability)
    ledger = payoffs.lines_musd(scenario, outcome)
    ledgers = {seat: _rows(lines, count) for seat, lines in ledger.items()}
    of_matches = zip(
        _entries(need),
        _entries(effective),
        stability,
        _entries(refunded),
        _rows(pledges, count),
        _rows(drawn, count),
        _rows(withdrawn, count),
        _rows(ledgers, count),
        strict=True,
    )
    return [
        RoundResolved(
            1,
            number,
            need_musd,
            0,
            0,
            effective_musd,
            reached,
            True,
            pledged,
            paid,
            left,
            lines,
            at_ms,
            refunded=given_back,
        )
        for need_musd, effective_musd, reached, given_back, pledged, paid, left, lines in of_matches
    ]


def _drawn(need_musd: Any, pledges_musd: _Columns) -> _Columns:
    """All that is pledged; where it is more than is needed, as `apportion` shares that."""
    drawn = np.stack(list(pledges_musd.values()), axis=1)
    for match in np.flatnonzero(drawn.sum(axis=1) > need_musd).tolist():
        weights = dict(zip(pledges_musd, drawn[match].tolist(), strict=True))
        drawn[match] = list(apportion(int(need_musd[match]), weights).values())
    return {seat: _column(drawn[:, place]) for place, seat in enumerate(pledges_musd)}


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
