"""A session as analysis reads it: its events, folded once, and what is known beside them.

Owns the walk through the log that every table and measure shares. Knows no store: whoever
has the log hands it in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from server.analysis.study import Study
from server.game.events import Event, RoundResolved, SessionOpened
from server.game.scenario import Scenario, SeatId
from server.game.state import State, evolve
from server.theory.expected import Expected, expected


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a session beside its events."""

    session: str
    """Its id."""
    created_utc: str
    """ISO 8601."""
    room: str | None = None
    table_number: int = 1
    status: str = "ended"
    imported: bool = False
    fork_of: str | None = None
    """The session that a fork began in, which need not be stored here."""
    fork_event: int | None = None
    """The number of the last event that both have."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of people, by seat; empty unless they were asked for."""
    study: Study | None = None
    """Set where the session is one of a study."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An event, and the text under which it is stored."""

    event: Event
    schema: int
    payload: str
    """JSON."""
    hash: str


@dataclass(frozen=True, slots=True)
class Step:
    """One event with the states around it."""

    version: int
    event: Event
    before: State
    """For the opening, the state that it made."""
    after: State


@dataclass(frozen=True, slots=True)
class PlayedRound:
    """A resolved round."""

    resolved: RoundResolved
    before: State
    """As the decisions were opened: scenario, table and condition of the round."""
    version: int
    theory: Expected


class Played:
    """A session to be looked at. Takes the whole log of one session into memory.

    Raises:
        ValueError: there are no events, or the first is no opening.
    """

    def __init__(self, about: About, log: Sequence[Logged]) -> None:
        if not log or not isinstance(log[0].event, SessionOpened):
            raise ValueError(f"the log of {about.session} does not begin with its opening")
        self.about = about
        self.log = log
        self.opened: SessionOpened = log[0].event

    @property
    def id(self) -> str:
        """The session's id."""
        return self.about.session

    @property
    def scenario(self) -> Scenario:
        """As it was opened; later crises hang under it."""
        return self.opened.scenario

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every event in order."""
        steps = list[Step]()
        state: State | None = None
        for version, logged in enumerate(self.log, start=1):
            after = evolve(state, logged.event)
            steps.append(Step(version, logged.event, state or after, after))
            state = after
        return tuple(steps)

    @property
    def state(self) -> State:
        """After the last event."""
        return self.steps[-1].after

    @cached_property
    def rounds(self) -> tuple[PlayedRound, ...]:
        """The resolved rounds of all crises, in order."""
        resolved = [
            (step.event, step.before, step.version)
            for step in self.steps
            if isinstance(step.event, RoundResolved)
        ]
        theory = expected(logged.event for logged in self.log)
        return tuple(
            PlayedRound(event, before, version, compared)
            for (event, before, version), compared in zip(resolved, theory, strict=True)
        )

    @property
    def governments(self) -> tuple[SeatId, ...]:
        """The creditor governments, in seat order."""
        return tuple(seat.id for seat in self.scenario.governments)

    def payoff_musd(self, seat: SeatId) -> int:
        """Sum of all lines of a seat."""
        return sum(sum(one.resolved.lines_musd[seat].values()) for one in self.rounds)
