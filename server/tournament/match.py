"""One match in memory: bots in seats, no clock, the whole log.

Knows no store and no socket. A bot that fails is a recorded failure with the written
default, never a failed match.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from server.bots import Bot, decision_random, decisions_of, make, seats_of
from server.bots.told import told
from server.game import phases, rules
from server.game.actions import Action, Address, Vote
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
    crisis: int
    round: int
    phase: Phase
    reason: str

    def __str__(self) -> str:
        crisis = f" of crisis {self.crisis}" if self.crisis > 1 else ""
        return f"{self.seat} failed in round {self.round}{crisis} ({self.phase}): {self.reason}"


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


@dataclass(frozen=True, slots=True)
class Decision:
    """A sealed decision that somebody else makes for a seat: of the pledge phase, or a vote."""

    seat: SeatId
    crisis: int
    round: int
    action: Action

    @property
    def place(self) -> tuple[int, int, Phase]:
        """Crisis, round and phase in which it is made."""
        phase = Phase.VOTE if isinstance(self.action, Vote) else Phase.PLEDGE
        return (self.crisis, self.round, phase)

    def waits(self, state: State) -> bool:
        """Whether it can be made now and was not yet."""
        if self.place != (state.crisis, state.round, state.phase):
            return False
        if self.action.kind not in rules.open_kinds(state, self.seat):
            return False
        if isinstance(self.action, Vote):
            return (self.action.proposal, self.seat) not in state.table.ballots
        return not phases.is_done(state, self.seat)


@dataclass(slots=True)
class Player:
    """A bot in its seat."""

    bot: Bot
    decisions: tuple[Decision, ...] = ()
    """What is decided in its place."""
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
        seat: Player(maker(bots[seat], seats[seat].role, seats)) for seat in seats if seat in bots
    }
    opened = rules.open_session(
        scenario,
        draw(scenario, seed),
        timed=False,
        participants={seat: (Participant.BOT, name) for seat, name in bots.items()},
    )
    match = Match(replay(opened), opened, noise)
    try:
        play_on(match, players)
    finally:
        close_bots(players)
    return match


def close_bots(players: Mapping[SeatId, Player]) -> None:
    """Tell the bots that have a method `close` that the match is over."""
    for player in players.values():
        getattr(player.bot, "close", _done)()


def _done() -> None:
    """What most bots do when the match is over."""


def _nothing(_: Match) -> bool:
    """Where nobody but the bots does anything."""
    return False


def play_on(
    match: Match,
    players: Mapping[SeatId, Player],
    *,
    after: SeatId | None = None,
    first: Callable[[Match], bool] = _nothing,
) -> None:
    """Play from where the match is to its end.

    Args:
        match: goes on; is at a point where somebody may act.
        players: the bots, in the order in which they are asked.
        after: whom to ask first is the next after this seat, as if it had just acted.
        first: called before anybody is asked; True if it did something.
    """
    if after is not None and after in players:
        seats = list(players)
        for seat in seats[seats.index(after) + 1 :]:
            turn(match, seat, players[seat])
    while match.state.ending is None:
        # Everybody is asked before the phase is given up, so no short cut at the first.
        moved = first(match) or sum(turn(match, seat, player) for seat, player in players.items())
        if not moved:
            finish(match)


def turn(match: Match, seat: SeatId, player: Player) -> bool:
    """Ask a bot once; True if it did something, or something was decided in its place.

    Raises:
        Refused: what was to be decided in its place is not allowed.
    """
    state = match.state
    for decision in player.decisions:
        if decision.waits(state):
            match.take(submit(state, seat, decision.action, DecidedBy.HOST))
            return True
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
        _fail(match, seat, player, told(error))
        return False
    if unfolding is None:
        return False
    player.acted += 1
    if player.acted > ACTIONS_PER_PHASE:
        _fail(match, seat, player, f"more than {ACTIONS_PER_PHASE} actions in one phase")
    match.take(unfolding)
    return True


def _asked(match: Match, seat: SeatId, player: Player) -> Unfolding | None:
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
    return submit(state, seat, action, DecidedBy.BOT)


def submit(state: State, seat: SeatId, action: Action, by: DecidedBy) -> Unfolding:
    """What an action leads to, a moment later.

    Raises:
        Refused: as of `rules.decide`.
    """
    address = Address(state.crisis, state.round, state.phase)
    return rules.unfold(state, seat, action, address, by=by, at_ms=state.at_ms + 1)


def _fail(match: Match, seat: SeatId, player: Player, reason: str) -> None:
    """Not asked again in this phase: the written default plays."""
    player.failed = True
    state = match.state
    match.failures.append(Failure(seat, state.crisis, state.round, state.phase, reason))


def finish(match: Match) -> None:
    """Nobody does anything more: the phase ends as if its clock had run out."""
    unfolding = Unfolding(match.state)
    phases.finish_phase(unfolding, DecidedBy.CLOCK, match.state.at_ms + 1)
    match.take(unfolding)
