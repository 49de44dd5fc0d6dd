"""Rounds and decisions a second of the game alone: no socket, no store, one core.

    .venv/bin/python -m benchmarks.engine --seconds 5

Three workloads, each over whole sessions of a scenario with every event kept in memory:

* ``actions``: the cheapest legal actions, decided beforehand: `rules` and `state` alone.
* ``views``: the same, with the view of the acting seat built before each action.
* ``bots``: `server.tournament.play`: views as far as they are read, strategies, generators,
  talk and promises.

Each is played with all phases of the scenario, and with its pledge phase alone. A decision
is one recorded action of a seat, talk and marking ready included; an event is a row of the
log. Seconds are CPU seconds of this process. `fold` replays the events of one match.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from server.game import rules
from server.game.actions import (
    Action,
    Address,
    Ballot,
    DecideTranche,
    MarkReady,
    Pledge,
    Vote,
    Withdraw,
)
from server.game.events import (
    DecidedBy,
    Event,
    IntentionDeclared,
    PackageAnswered,
    PackageTabled,
    Participant,
    Pledged,
    ReadyMarked,
    Said,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.scenario import Phase, PhasePlan, Role, Scenario, SeatId
from server.game.state import State, replay
from server.game.views import Viewer, ViewerKind, view_for
from server.scenarios import draw, load
from server.tournament import play

BOTS = ("free-rider", "random", "conditional", "best-reply", "leader")
DECIDED = (
    IntentionDeclared
    | PackageAnswered
    | PackageTabled
    | Pledged
    | TrancheDecided
    | TrancheProposed
    | Voted
    | WithdrawalDecided
)


@dataclass
class Count:
    """What one or more sessions came to."""

    rounds: int = 0
    decisions: int = 0
    events: int = 0

    def add(self, state: State, events: list[Event]) -> None:
        """Count one more session."""
        self.rounds += len(state.history)
        self.events += len(events)
        self.decisions += sum(_is_decision(event) for event in events)


def _is_decision(event: Event) -> bool:
    # Defaults are the clock's.
    return isinstance(event, Said | ReadyMarked) or (
        isinstance(event, DECIDED) and event.by is DecidedBy.BOT
    )


def cheapest(state: State, seat: SeatId) -> Action:
    """An action that does the least: no money, no words, and yes to the tranche."""
    match state.phase:
        case Phase.VOTE:
            return Vote(state.table.proposals[0].proposal, Ballot.YES)
        case Phase.PLEDGE:
            role = state.scenario.seat_by_id[seat].role
            if role is Role.GOVERNMENT:
                return Pledge(0)
            return Withdraw(0) if role is Role.BANK else DecideTranche(True)
        case _:
            return MarkReady()


def scripted(scenario: Scenario, seed: int, *, with_views: bool) -> tuple[State, list[Event]]:
    """One session of cheapest actions, in seat order."""
    seats = {seat.id: (Participant.BOT, "script") for seat in scenario.seats}
    events = rules.open_session(scenario, draw(scenario, seed), timed=False, participants=seats)
    state = replay(events)
    while state.ending is None:
        here = Address(state.crisis, state.round, state.phase)
        kinds = {seat: rules.open_kinds(state, seat) for seat in seats}
        for seat in (seat for seat, kind in kinds.items() if kind):
            if with_views:
                view_for(state, Viewer(ViewerKind.SEAT, seat))
            unfolding = rules.unfold(
                state, seat, cheapest(state, seat), here, by=DecidedBy.BOT, at_ms=state.at_ms
            )
            state = unfolding.state
            events += unfolding.events
    return state, events


def played(scenario: Scenario, seed: int, bot: str) -> tuple[State, list[Event]]:
    """One match with the same bot in every seat."""
    match = play(scenario, {seat.id: bot for seat in scenario.seats}, seed)
    assert not match.failures, match.failures
    return match.state, match.events


def measure(
    title: str, session: Callable[[int], tuple[State, list[Event]]], seconds: float
) -> None:
    """Run sessions for some CPU seconds and print what they came to."""
    count, seed, took = Count(), 0, 0.0
    session(seed)
    while took < seconds:
        seed += 1
        began = time.process_time()
        state, events = session(seed)
        took += time.process_time() - began
        count.add(state, events)
    print(
        f"{title:<36}{count.rounds / took:>10,.0f}{count.decisions / took:>12,.0f}"
        f"{count.events / took:>10,.0f}",
        flush=True,
    )


def measure_fold(scenario: Scenario, seconds: float) -> None:
    """Replay one match's events, again and again."""
    _, events = played(scenario, 1, "leader")
    folds, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        replay(events)
        folds += 1
    took = time.process_time() - began
    rate = folds * len(events) / took
    print(f"{'fold (replay), leader match':<36}{'':>10}{'':>12}{rate:>10,.0f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU seconds a row")
    parser.add_argument("--scenario", default="korea-1997")
    options = parser.parse_args()
    whole = load(options.scenario)
    silent = replace(whole, phases=(PhasePlan(Phase.PLEDGE),))
    print(f"{whole.name}: {len(whole.seats)} seats, {whole.rounds} rounds a session, one core")
    print(f"{'per CPU second':<36}{'rounds':>10}{'decisions':>12}{'events':>10}")
    for scenario, what in ((whole, "all phases"), (silent, "pledge phase")):
        script = partial(scripted, scenario)
        measure(f"actions, {what}", partial(script, with_views=False), options.seconds)
        measure(f"views, {what}", partial(script, with_views=True), options.seconds)
        for bot in BOTS:
            match = partial(played, scenario, bot=bot)
            measure(f"bots: {bot}, {what}", match, options.seconds)
    measure_fold(whole, options.seconds)


if __name__ == "__main__":
    main()
