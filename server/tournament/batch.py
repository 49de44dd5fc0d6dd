"""Silent matches of simple bots, many side by side: the events of `match.play`, sooner.

Owns which matches can be played so, and the order of their events. Nothing here is a rule of
the game: bots' rules are in `server.bots.silent`, money and ledger are computed by
`server.game` with columns, one entry a match, in the place of numbers. A scenario or a bot
that is not covered is for `match.play`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from server.bots import make
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
    SessionEnded,
    WithdrawalDecided,
)
from server.game.outcome import Outcome
from server.game.scenario import Bank, Draws, Government, Phase, Scenario, SeatId, Switches
from server.game.seat_views import SeatViews
from server.game.state import replay
from server.scenarios import draw

SIDE_BY_SIDE = 500
"""Matches in one column at most, so that columns stay in the processor's cache."""
_UNSPOKEN = frozenset({"home_stakes", "links", "private_returns", "packages", "pair_talk"})
_COVERED = _UNSPOKEN | {"credit_losses", "refund"}
"""The rules that may be on: those of L1, and two that the columns know of."""


class Column(np.ndarray):  # type: ignore[type-arg]
    """Whole numbers or floats of many matches, with which the ledger counts as with one.

    Whatever would have to choose by it raises: a column is neither true nor false.
    """

    def __round__(self) -> npt.NDArray[np.int64]:
        return np.rint(np.asarray(self)).astype(np.int64)


def _column(values: npt.ArrayLike) -> Column:
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
    return is_simple(make(name, seat.role, scenario.seat_by_id), seat)


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
class _Sealed:
    """The decisions of a round: a column by seat."""

    pledges_musd: dict[SeatId, Column]
    withdrawn_permille: dict[SeatId, Column]


class _Matches:
    """Some matches that last equally many rounds, as they go on."""

    def __init__(
        self, scenario: Scenario, casts: Sequence[Mapping[SeatId, str]], draws: Sequence[Draws]
    ) -> None:
        self._scenario = scenario
        self._draws = draws
        self._logs = [_opening(scenario, *one) for one in zip(casts, draws, strict=True)]
        state, views = replay(self._logs[0]), SeatViews()
        self._sitting = [
            (
                Desk(scenario, seat, views.view_for(state, seat.id)),
                _matches_by_bot([cast[seat.id] for cast in casts]),
            )
            for seat in scenario.seats
            if isinstance(seat, Government | Bank)
        ]
        self._seeds = np.array([one.seed for one in draws], dtype=np.int64)
        self._last: RoundColumns | None = None

    def play(self) -> list[list[Event]]:
        """All rounds; the logs."""
        rounds = self._draws[0].rounds
        for number in range(1, rounds + 1):
            money = self._money(number)
            sealed = self._decided(number, money)
            self._last = _resolved(self._scenario, money, sealed)
            self._write(number, sealed, self._last, is_last=number == rounds)
        return self._logs

    def _money(self, number: int) -> RoundMoney:
        """What the round asks for, with a column of needs."""
        each = [round_money(self._scenario, one, number) for one in self._draws]
        needs = _column([one.scheduled_need_musd for one in each])
        return RoundMoney(each[0].divisor, needs, each[0].claims_due_musd)  # type: ignore[arg-type]

    def _decided(self, number: int, money: RoundMoney) -> _Sealed:
        now = self._seen(number, money)
        sealed = _Sealed({}, {})
        for desk, matches_by_bot in self._sitting:
            column = np.empty(len(self._draws), dtype=np.int64)
            for bot, matches in matches_by_bot.items():
                rule = rule_of(make(bot, desk.seat.role))
                assert rule is not None, "can_play was asked"
                column[matches] = rule(desk, now.at(matches))
            is_government = isinstance(desk.seat, Government)
            kept = sealed.pledges_musd if is_government else sealed.withdrawn_permille
            kept[desk.seat.id] = _column(column)
        return sealed

    def _seen(self, number: int, money: RoundMoney) -> Rounds:
        last = self._last
        return Rounds(
            number,
            self._seeds,
            np.asarray(money.scheduled_need_musd),
            np.array(list(money.claims_due_musd.values()), dtype=np.int64),
            self._limits(),
            None if last is None else _beside(last.pledges_musd),
            None if last is None or not self._scenario.banks else _beside(last.withdrawn_permille),
        )

    def _limits(self) -> Ints:
        """The largest pledges, which may depend on how the last round went."""
        columns = []
        for seat in self._scenario.governments:
            stabilities = [1.0]
            if self._last is not None and seat.crisis_weakness:
                stabilities = self._last.stability.tolist()
            limits = [largest_pledge_musd(self._scenario, seat, one) for one in stabilities]
            columns.append(np.broadcast_to(np.array(limits, dtype=np.int64), len(self._draws)))
        return np.stack(columns, axis=1)

    def _write(
        self, number: int, sealed: _Sealed, outcome: RoundColumns, *, is_last: bool
    ) -> None:
        """Append the round's events to the logs, in the order in which the engine has them."""
        decided = [
            (seat.id, isinstance(seat, Government), _list(column))
            for seat in self._scenario.seats
            if (column := _of(sealed, seat.id)) is not None
        ]
        begun_ms = (number - 1) * len(decided)
        at_ms = number * len(decided)
        resolved = outcome.events(number, at_ms)
        after: Event = SessionEnded(Ending.COMPLETED, at_ms)
        if not is_last:
            after = PhaseBegan(1, number + 1, Phase.PLEDGE, None, at_ms)
        begins = PhaseBegan(1, number, Phase.RESOLVE, None, at_ms)
        bot = DecidedBy.BOT
        for match, (log, event) in enumerate(zip(self._logs, resolved, strict=True)):
            moment_ms = begun_ms
            for seat, is_government, values in decided:
                moment_ms += 1
                kind = Pledged if is_government else WithdrawalDecided
                log.append(kind(seat, values[match], True, bot, False, moment_ms))
            log += (begins, event, after)


@dataclass(frozen=True, slots=True)
class RoundColumns:
    """A resolved round of many matches."""

    need_musd: Column
    effective_musd: Column
    stability: Column
    refunded: Column
    pledges_musd: dict[SeatId, Column]
    drawn_musd: dict[SeatId, Column]
    withdrawn_permille: dict[SeatId, Column]
    lines_musd: Mapping[SeatId, Mapping[str, npt.ArrayLike]]

    def events(self, number: int, at_ms: int) -> list[RoundResolved]:
        """The event of each match."""
        count = len(self.need_musd)
        ledgers = {seat: _rows(lines, count) for seat, lines in self.lines_musd.items()}
        columns = zip(
            _list(self.need_musd),
            _list(self.effective_musd),
            _list(self.stability),
            _list(self.refunded),
            _rows(self.pledges_musd, count),
            _rows(self.drawn_musd, count),
            _rows(self.withdrawn_permille, count),
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
                stability,
                True,
                pledges_musd,
                drawn_musd,
                withdrawn_permille,
                lines_musd,
                at_ms,
                refunded=refunded,
            )
            for (
                need_musd,
                effective_musd,
                stability,
                refunded,
                pledges_musd,
                drawn_musd,
                withdrawn_permille,
                lines_musd,
            ) in columns
        ]


def _opening(scenario: Scenario, cast: Mapping[SeatId, str], draws: Draws) -> list[Event]:
    who = {seat: (Participant.BOT, name) for seat, name in cast.items()}
    return rules.open_session(scenario, draws, timed=False, participants=who)


def _matches_by_bot(names: Sequence[str]) -> dict[str, Ints]:
    found: dict[str, list[int]] = {}
    for match, name in enumerate(names):
        found.setdefault(name, []).append(match)
    return {name: np.array(matches, dtype=np.int64) for name, matches in found.items()}


def _resolved(scenario: Scenario, money: RoundMoney, sealed: _Sealed) -> RoundColumns:
    """`resolution.resolve` for a round without any money but the pledges, and its ledger."""
    pledges, withdrawn = sealed.pledges_musd, sealed.withdrawn_permille
    need = _column(need_of_round_musd(money, withdrawn, None))  # type: ignore[arg-type]
    drawn = _drawn(need, pledges)
    short = _column(scenario.switches.refund & (np.asarray(sum(drawn.values())) < need))
    drawn = {seat: _column(np.where(short, 0, column)) for seat, column in drawn.items()}
    effective = _column(sum(drawn.values()))
    each = zip(_list(effective), _list(need), strict=True)
    stability = _column([stability_of(*one, scenario.sharpness) for one in each])
    outcome = Outcome(
        money.divisor,
        need,  # type: ignore[arg-type]
        0,
        0,
        effective,  # type: ignore[arg-type]
        stability,  # type: ignore[arg-type]
        drawn,  # type: ignore[arg-type]
        money.claims_due_musd,
        withdrawn,  # type: ignore[arg-type]
    )
    lines = payoffs.lines_musd(scenario, outcome)
    return RoundColumns(need, effective, stability, short, pledges, drawn, withdrawn, lines)


def _drawn(need: Column, pledges_musd: Mapping[SeatId, Column]) -> dict[SeatId, Column]:
    """All that is pledged; where it is more than the need, as `apportion` shares it out."""
    drawn = np.stack(list(pledges_musd.values()), axis=1)
    for match in np.flatnonzero(drawn.sum(axis=1) > need).tolist():
        weights = dict(zip(pledges_musd, drawn[match].tolist(), strict=True))
        drawn[match] = list(apportion(int(need[match]), weights).values())
    return {seat: _column(drawn[:, place]) for place, seat in enumerate(pledges_musd)}


def _of(sealed: _Sealed, seat: SeatId) -> Column | None:
    return sealed.pledges_musd.get(seat, sealed.withdrawn_permille.get(seat))


def _beside(columns: Mapping[SeatId, Column]) -> Ints:
    return np.stack([np.asarray(column) for column in columns.values()], axis=1)


def _list(column: Column) -> list:  # type: ignore[type-arg]
    return np.asarray(column).tolist()


def _rows(columns, count):  # type: ignore
    """By match, a dict of what each column has for it."""
    if not columns:
        return [{} for _ in range(count)]
    lists = [
        one if isinstance(one, list) else np.broadcast_to(np.asarray(one), count).tolist()
        for one in columns.values()
    ]
    names = tuple(columns)
    return [dict(zip(names, row)) for row in zip(*lists)]
