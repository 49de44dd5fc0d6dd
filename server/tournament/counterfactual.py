"""What would have been: many forks of one session, each compared with it unchanged.

Owns which forks a study has, how often each is played, and the differences between ledgers.
A difference is always to the fork in which nothing was changed, from the same moment, under
the same seed and with the same others: so it is due to the change alone, and not to bots
having taken over from people. Knows no store and no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from server.bots import BOTS, bots_for, make
from server.game import standing
from server.game.events import Event, RoundResolved
from server.game.refusals import Refused
from server.game.scenario import Government, Scenario, SeatId
from server.game.state import State, evolve
from server.tournament.fork import Changes, Fork, before, fork
from server.tournament.match import Decision, Maker
from server.tournament.moments import Moment
from server.tournament.recorded import pledge_of
from server.tournament.sample import Interval, interval

Ledger = Mapping[SeatId, Mapping[str, int]]
"""By seat and line, over all rounds."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One change and what came of it."""

    changes: Changes
    seat: SeatId
    """Whose change it is."""
    lines_musd: dict[SeatId, dict[str, Interval]]
    """Of every seat and line: how much more than unchanged, over all rounds."""
    totals_musd: dict[SeatId, Interval]
    stability: Interval
    """Of the mean over the rounds."""
    lost: int
    """How many things that others had done could not be done again as they were."""
    failures: int
    """How often a bot failed, and the written default played, under all seeds together."""


def ledger(state: State) -> dict[SeatId, dict[str, int]]:
    """All lines of all seats, added up over the rounds."""
    total: dict[SeatId, dict[str, int]] = {seat: {} for seat in state.scenario.seat_by_id}
    for resolved in state.history:
        for seat, lines in resolved.lines_musd.items():
            for line, musd in lines.items():
                total[seat][line] = total[seat].get(line, 0) + musd
    return total


def each_bot(
    scenario: Scenario, names: Iterable[str] = (), *, maker: Maker = make
) -> list[tuple[SeatId, Changes]]:
    """Each seat played by each bot that can; all that need no further name where none is named."""
    wanted = list(names)
    found = []
    for seat in scenario.seats:
        known = [name for name in bots_for(seat.role) if not BOTS[name].takes.startswith(":")]
        for name in wanted or known:
            try:
                maker(name, seat.role, scenario.seat_by_id)
            except Refused:
                continue
            found.append((seat.id, Changes({seat.id: name})))
    return found


def each_pledge(events: Sequence[Event], delta_musd: int) -> list[tuple[SeatId, Changes]]:
    """Each pledge of each round changed by an amount, where the rules allow it."""
    state: State | None = None
    found = []
    for event in events:
        if isinstance(event, RoundResolved) and state is not None:
            for seat, made in state.table.pledges.items():
                musd = made.pledge_musd + delta_musd
                if _may_pledge(state, seat, musd):
                    pledge = replace(pledge_of(made), pledge_musd=musd, final=True)
                    one = Decision(seat, state.crisis, state.round, pledge)
                    found.append((seat, Changes(decisions=(one,))))
        state = evolve(state, event)
    return found


def _may_pledge(state: State, seat: SeatId, musd: int) -> bool:
    government = state.scenario.seat_by_id[seat]
    assert isinstance(government, Government), "only governments pledge"
    least, most = (
        standing.pledge_floor_musd(state, seat),
        standing.pledge_limit_musd(state, government),
    )
    return least <= musd <= most and musd % state.scenario.pledge_step_musd == 0


def draws_chance(names: Iterable[str]) -> bool:
    """Whether any of these bots decides by chance, or may: what is not in the register."""
    specs = (BOTS.get(name.partition(":")[0]) for name in names)
    return any(spec is None or spec.traits.stochastic for spec in specs)


class Study:
    """Forks of one session that are compared with it unchanged.

    Args:
        events: the session's log.
        session: its id.
        hashes: of its events, in order.
        others_react: as of `Changes`.
        seeds: under which each fork is played; none: as the session was drawn.
        maker: of the bots that the changes name, as of `fork`.
    """

    def __init__(
        self,
        events: Sequence[Event],
        *,
        session: str,
        hashes: Sequence[str],
        others_react: bool,
        seeds: Sequence[int] = (),
        maker: Maker = make,
    ) -> None:
        self._events = events
        self._session = session
        self._hashes = hashes
        self._others_react = others_react
        self._seeds: Sequence[int | None] = seeds or (None,)
        self._maker = maker
        self._unchanged: dict[tuple[int, int | None], Fork] = {}

    def compared(self, moment: Moment | None, seat: SeatId, changes: Changes) -> Compared:
        """Play a change, and nothing changed, under every seed.

        Args:
            moment: where the forks begin; None: before the change's own decision.
            seat: whose change it is.
            changes: all but the seed and whether others react.

        Raises:
            Refused: the change is not possible there.
            ValueError: a number that cannot be changed so.
        """
        begin = moment or before(self._events, changes.decisions[0])
        pairs = [
            (self._fork(begin, changes, seed), self._without(begin, seed)) for seed in self._seeds
        ]
        return _differences(pairs, changes, seat)

    def _without(self, moment: Moment, seed: int | None) -> Fork:
        key = (moment.event, seed)
        if key not in self._unchanged:
            self._unchanged[key] = self._fork(moment, Changes(), seed)
        return self._unchanged[key]

    def _fork(self, moment: Moment, changes: Changes, seed: int | None) -> Fork:
        return fork(
            self._events,
            moment,
            replace(changes, seed=seed, others_react=self._others_react),
            session=self._session,
            parent_hash=self._hashes[moment.event - 1],
            maker=self._maker,
        )


def _differences(pairs: Sequence[tuple[Fork, Fork]], changes: Changes, seat: SeatId) -> Compared:
    ledgers = [(ledger(a.match.state), ledger(b.match.state)) for a, b in pairs]
    names = {
        one: dict.fromkeys(
            line for with_, without in ledgers for line in (*with_[one], *without[one])
        )
        for one in ledgers[0][0]
    }
    lines = {
        one: {
            line: interval(
                [with_[one].get(line, 0) - without[one].get(line, 0) for with_, without in ledgers]
            )
            for line in of_seat
        }
        for one, of_seat in names.items()
    }
    totals = {
        one: interval(
            [sum(with_[one].values()) - sum(without[one].values()) for with_, without in ledgers]
        )
        for one in names
    }
    stability = interval([_stability(a.match.state) - _stability(b.match.state) for a, b in pairs])
    return Compared(
        changes,
        seat,
        lines,
        totals,
        stability,
        lost=max(len(a.lost) for a, _ in pairs),
        failures=sum(len(a.match.failures) for a, _ in pairs),
    )


def _stability(state: State) -> float:
    """The mean over the rounds; 0 where none was resolved."""
    rounds = [one.stability for one in state.history]
    return sum(rounds) / len(rounds) if rounds else 0.0
