"""One match in memory: bots in seats, no clock, the whole log.

Knows no store and no socket. A bot that fails is a recorded failure with the written
default, never a failed match.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from server.bots import Bot, decision_random, decisions_of, make, seats_of
from server.game import phases, rules
from server.game.actions import Address
from server.game.events import DecidedBy, Event, Participant
from server.game.phases import Unfolding
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, Role, Scenario, SeatId
from server.game.seat_views import SeatViews
from server.game.state import State, replay
from server.scenarios import draw
from server.tournament.noise import Tremble, trembled

ACTIONS_PER_PHASE = 200
"""What one seat may do in a phase; a bot that wants more has failed."""

Maker = Callable[[str, Role, Collection[SeatId]], Bot]
"""Makes the bot of a name for a role; the seats are those of the scenario."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A bot raised, was refused or did not come to an end; the default was played."""

    seat: SeatId
    round: int
    phase: Phase
    reason: str


@dataclass(slots=True)
class Match:
    """A match as it goes on, and its result."""

    state: State
    events: list[Event]
    noise: float = 0.0
    """The chance that a final decision slips."""
    failures: list[Failure] = field(default_factory=list)
    trembles: list[Tremble] = field(default_factory=list)
    decisions: Counter[SeatId] = field(init=False)
    """The number of each seat's next decision."""
    views: SeatViews = field(default_factory=SeatViews)

    def __post_init__(self) -> None:
        self.decisions = decisions_of(self.events)

    def take(self, unfolding: Unfolding) -> None:
        """Go on to what an action, or the end of a phase, led to."""
        self.state = unfolding.state
        self.events += unfolding.events
        self.decisions.update(seats_of(unfolding.events))


@dataclass(slots=True)
class _Player:
    """A bot in its seat."""

    bot: Bot
    here: tuple[int, int, Phase] | None = None
    """The phase that the two below are about."""
    acted: int = 0
    failed: bool = False

    def arrive(self, state: State) -> None:
        """Begin to count anew in a new phase."""
        here = (state.crisis, state.round, state.phase)
        if here != self.here:
            self.here, self.acted, self.failed = here, 0, False


def play(
    scenario: Scenario,
    bots: Mapping[SeatId, str],
    seed: int,
    *,
    maker: Maker = make,
    noise: float = 0.0,
) -> Match:
    """Play a whole match.

    Args:
        scenario: the game.
        bots: the bot's name by seat; seats left out are played by nobody.
        seed: everything random comes from it.
        maker: of the bots; one with a method `close` is told when the match is over.
        noise: the chance, 0..1, that a final pledge or withdrawal slips.

    Raises:
        Refused: ``unknown_bot`` or ``unknown_seat``, before anything is played.
    """
    seats = scenario.seat_by_id
    for seat in bots:
        if seat not in seats:
            raise Refused(
                RefusalCode.UNKNOWN_SEAT,
                f"there is no seat {seat}",
                field="seat",
                allowed=", ".join(seats),
            )
    players = {
        seat: _Player(maker(bots[seat], seats[seat].role, seats)) for seat in seats if seat in bots
    }
    opened = rules.open_session(
        scenario,
        draw(scenario, seed),
        timed=False,
        participants={seat: (Participant.BOT, name) for seat, name in bots.items()},
    )
    match = Match(replay(opened), opened, noise)
    try:
        _play_on(match, players)
    finally:
        for player in players.values():
            getattr(player.bot, "close", _nothing)()
    return match


def _nothing() -> None:
    """What most bots do when the match is over."""


def _play_on(match: Match, players: Mapping[SeatId, _Player]) -> None:
    while match.state.ending is None:
        # Everybody is asked before the phase is given up, so no short cut at the first.
        moved = sum(_turn(match, seat, player) for seat, player in players.items())
        if not moved:
            _finish(match)


def _turn(match: Match, seat: SeatId, player: _Player) -> bool:
    """Ask a bot once; True if it did something."""
    state = match.state
    player.arrive(state)
    if state.ending is not None or player.failed:
        return False
    try:
        unfolding = _asked(match, seat, player)
    except Refused as refused:
        _fail(match, seat, player, str(refused))
        return False
    except Exception as error:
        # Whatever a strategy does wrong, the others' match goes on.
        _fail(match, seat, player, f"{type(error).__name__}: {error}")
        return False
    if unfolding is None:
        return False
    player.acted += 1
    if player.acted > ACTIONS_PER_PHASE:
        _fail(match, seat, player, f"more than {ACTIONS_PER_PHASE} actions in one phase")
    match.take(unfolding)
    return True


def _asked(match: Match, seat: SeatId, player: _Player) -> Unfolding | None:
    """What the bot's next action leads to; None if it has none."""
    state = match.state
    view = match.views.view_for(state, seat)
    random = decision_random(state.draws.seed, seat, match.decisions[seat])
    action = player.bot.act(view, random)
    if action is None:
        return None
    action, slip = trembled(state, seat, action, match.noise)
    if slip is not None:
        match.trembles.append(slip)
    address = Address(state.crisis, state.round, state.phase)
    return rules.unfold(state, seat, action, address, by=DecidedBy.BOT, at_ms=state.at_ms + 1)


def _fail(match: Match, seat: SeatId, player: _Player, reason: str) -> None:
    """Not asked again in this phase: the written default plays."""
    player.failed = True
    match.failures.append(Failure(seat, match.state.round, match.state.phase, reason))


def _finish(match: Match) -> None:
    """Nobody does anything more: the phase ends as if its clock had run out."""
    unfolding = Unfolding(match.state)
    phases.finish_phase(unfolding, DecidedBy.CLOCK, match.state.at_ms + 1)
    match.take(unfolding)
