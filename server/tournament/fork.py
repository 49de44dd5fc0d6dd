"""A fork: another session that shares a log's beginning and then goes its own way.

Owns what may be changed, from which moment on, and who decides what follows. The fork's log
stands for itself: its opening names the parent, the events up to the moment are the parent's,
and it is verified and replayed like any other. Knows no store: ids and hashes are handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.bots import Bot, default_bot, make
from server.bots.loading import is_registered
from server.game import hosting
from server.game.actions import (
    Action,
    DecideProgramme,
    DecideTranche,
    Pledge,
    Vote,
    Withdraw,
)
from server.game.effects import with_card
from server.game.events import (
    CardPlayed,
    DecidedBy,
    Event,
    Parent,
    Participant,
    Resumed,
    SessionOpened,
)
from server.game.phases import Unfolding
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Draws, Effect, EventCard, Phase, Scenario, SeatId
from server.game.state import State, replay
from server.scenarios import redraw
from server.scenarios.numbers import number
from server.tournament.match import (
    Decision,
    Failure,
    Maker,
    Match,
    Player,
    close_bots,
    play_on,
)
from server.tournament.moments import Decided, Moment, moments
from server.tournament.recorded import Record, action_of, decision_of

NOBODY = "nobody"
"""In place of a bot's name: the written defaults play the seat."""
PERSON = "person"
"""In place of a bot's name: somebody is to sit there."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is other in a fork than in its parent, from the fork's moment on."""

    seats: Mapping[SeatId, str] = field(default_factory=dict)
    """Who plays a seat: a bot's name, `NOBODY` or `PERSON`."""
    decisions: tuple[Decision, ...] = ()
    """Sealed decisions that are made for a seat, each in its round."""
    numbers: tuple[Effect, ...] = ()
    """Numbers of the scenario, of the current crisis and of those to come."""
    seed: int | None = None
    """Another one: what nobody has seen yet is drawn anew."""
    others_react: bool = True
    """Whether seats that were not changed decide anew. Else they do again what they did."""

    def told(self) -> tuple[str, ...]:
        """Each change in words."""
        return (
            *(f"{seat} is played by {who}" for seat, who in self.seats.items()),
            *(_decision_told(one) for one in self.decisions),
            *(_number_told(one) for one in self.numbers),
            *((f"what was not yet seen is drawn with seed {self.seed}",) if self.seed else ()),
        )


@dataclass(frozen=True, slots=True)
class Fork:
    """A fork that was played to its end."""

    match: Match
    parent: Parent
    lost: tuple[Failure, ...] = ()
    """What seats had done that could not be done again, or not the same."""


def fork(
    events: Sequence[Event],
    moment: Moment,
    changes: Changes,
    *,
    session: str,
    parent_hash: str,
    maker: Maker = make,
) -> Fork:
    """Begin a fork at a moment and play it to its end.

    People's seats that were not given to somebody are played by their role's default bot,
    unless the others do again what they did. Where seats react, what was sealed in the phase
    of the moment stays as it was all the same: nobody could have seen the change.

    Args:
        events: the parent's whole log.
        moment: from `moment_at` or `before` on that log.
        changes: what is other.
        session: the parent's id.
        parent_hash: the hash of the parent's event at the moment.
        maker: of the bots that the changes name. All others are of the register: a log may
            come from anywhere, and must not say what code is loaded.

    Raises:
        Refused: a change is not possible; nothing was played.
        ValueError: a number that cannot be changed so.
    """
    match, parent = begin(
        events, moment, changes, session=session, parent_hash=parent_hash, maker=maker
    )
    if PERSON in changes.seats.values():
        raise Refused(RefusalCode.UNKNOWN_BOT, "a person can only play in a room", field="bot")
    state = match.state
    if state.paused:
        match.take(_unfolded(state, hosting.resume(state, state.at_ms + 1)))
    if changes.others_react:
        _seat_bots(match, changes)
    players = _players(match.state, changes, maker)
    record = _record(events, moment.state, changes, players)
    try:
        by = _done_again(match, record, moment.by) if changes.others_react else None
        play_on(match, players, after=by, first=record)
    finally:
        close_bots(players)
    _check_made(match, moment, changes)
    return Fork(match, parent, tuple(record.lost))


def begin(
    events: Sequence[Event],
    moment: Moment,
    changes: Changes,
    *,
    session: str,
    parent_hash: str,
    timed: bool | None = None,
    maker: Maker = make,
) -> tuple[Match, Parent]:
    """The beginning of a fork: the parent's events and what the changes do at once.

    Args:
        events: as of `fork`.
        moment: as of `fork`.
        changes: as of `fork`.
        session: the parent's id.
        parent_hash: as of `fork`.
        timed: whether the phases to come have clocks; None: as in the parent.
        maker: as of `fork`.

    Raises:
        Refused: the session was over, or a change is not possible.
        ValueError: a number that cannot be changed so.
    """
    state, opened = moment.state, events[0]
    assert isinstance(opened, SessionOpened), "a log begins with its opening"
    if state.ending is not None:
        raise Refused(
            RefusalCode.SESSION_OVER,
            f"after event {state.version} the session was over",
            field="at",
            allowed=f"1 to {last_event(events)}",
        )
    told = changes.told()
    parent = Parent(session, state.version, parent_hash, told, changes.others_react)
    card = _card(state, changes.numbers)
    opened = replace(
        opened,
        parent=parent,
        scenario=_scenario(opened.scenario, state, card),
        timed=opened.timed if timed is None else timed,
    )
    if changes.seed is not None:
        opened = replace(opened, draws=_redrawn(opened, state, changes.seed))
    beginning: list[Event] = [opened, *events[1 : state.version]]
    match = Match(replay(beginning), beginning)
    if card is not None:
        played = CardPlayed(card.name, DecidedBy.HOST, match.state.at_ms + 1)
        match.take(_unfolded(match.state, [played]))
    for seat, who in changes.seats.items():
        _occupy(match, seat, who, maker)
    return match, parent


def begin_live(
    events: Sequence[Event],
    moment: Moment,
    seats: Mapping[SeatId, str],
    *,
    seed: int | None,
    timed: bool,
    session: str,
    parent_hash: str,
) -> list[Event]:
    """The log so far of a fork in which people play on, all of its seats given out.

    The phase of the moment has its whole time again, or none where the room has no clocks.

    Raises:
        Refused: the session was over, or a seat cannot be filled so.
    """
    changes = Changes(seats, seed=seed)
    match, _ = begin(events, moment, changes, session=session, parent_hash=parent_hash, timed=timed)
    state = match.state
    plan = state.scenario.plan.get(state.phase)
    at_ms = state.at_ms + 1
    deadline_ms = at_ms + plan.seconds * 1000 if timed and plan and plan.seconds else None
    match.take(_unfolded(state, [Resumed(deadline_ms, at_ms)]))
    return match.events


def before(events: Sequence[Event], decision: Decision) -> Moment:
    """The moment before a seat made its decision, or in which it could have made one.

    Raises:
        Refused: ``wrong_phase``: the log has no such round with such a phase.
    """
    found: Moment | None = None
    for moment in moments(events):
        state = moment.state
        if (state.crisis, state.round, state.phase) != decision.place:
            continue
        found = moment
        following = events[state.version] if state.version < len(events) else None
        if following is not None and _is_by(following, decision):
            break
    if found is None:
        raise Refused(
            RefusalCode.WRONG_PHASE,
            f"there is no crisis {decision.crisis}, round {decision.round}, {decision.place[2]} "
            "phase in this log",
            field="round",
        )
    return found


def at_round(events: Sequence[Event], round_number: int, crisis: int = 1) -> Moment:
    """The first moment of a round.

    Raises:
        ValueError: it was not played.
    """
    for moment in moments(events):
        if (moment.state.crisis, moment.state.round) == (crisis, round_number):
            return moment
    raise ValueError(f"round {round_number} of crisis {crisis} was not played")


def last_event(events: Sequence[Event]) -> int:
    """The last event after which a fork can begin."""
    return max(one.event for one in moments(events) if one.state.ending is None)


# --- the changes ---


def _is_by(event: Event, decision: Decision) -> bool:
    """Whether an event is the seat's decision of that kind."""
    action = action_of(event)
    if action is None or getattr(event, "seat", None) != decision.seat:
        return False
    if isinstance(action, Vote) and isinstance(decision.action, Vote):
        return action.proposal == decision.action.proposal
    return type(action) is type(decision.action)


def _card(state: State, numbers: Iterable[Effect]) -> EventCard | None:
    """The change of numbers as an event card: it happens now, and the log says so."""
    effects = tuple(
        replace(one, becomes=number(state.scenario, one.seat, one.field, one.becomes or 0.0))
        for one in numbers
    )
    if not effects:
        return None
    taken = state.scenario.card_by_name
    name = next(f"fork-{n}" for n in range(1, len(taken) + 2) if f"fork-{n}" not in taken)
    text = "; ".join(_number_told(one) for one in effects)
    return EventCard(name, "Changed by the fork", text, effects)


def _scenario(first: Scenario, state: State, card: EventCard | None) -> Scenario:
    """The campaign with the card in the current crisis and its numbers in the later ones."""
    if card is None:
        return first
    campaign = [first, *first.later_crises]
    here = campaign[state.crisis - 1]
    campaign[state.crisis - 1] = replace(here, cards=(*here.cards, card))
    for place, crisis in enumerate(campaign[state.crisis :], start=state.crisis):
        campaign[place] = with_card(crisis, card)
    return replace(campaign[0], later_crises=tuple(campaign[1:]))


def _redrawn(opened: SessionOpened, state: State, seed: int) -> Draws:
    over = bool(state.last_round and state.last_round.round == state.round)
    return redraw(
        opened.scenario,
        opened.draws,
        seed,
        crisis=state.crisis,
        round_number=state.round,
        resolved=over,
    )


def _occupy(match: Match, seat: SeatId, who: str, maker: Maker = make) -> None:
    state = match.state
    participant = {NOBODY: Participant.NOBODY, PERSON: Participant.PERSON}.get(who, Participant.BOT)
    bot = who if participant is Participant.BOT else None
    if seat in state.scenario.seat_by_id and bot is not None:
        maker(bot, state.scenario.seat_by_id[seat].role, state.scenario.seat_by_id)
    if (state.participants.get(seat), state.bots.get(seat)) != (participant, bot):
        events = hosting.occupy(state, seat, participant, bot, state.at_ms + 1)
        match.take(_unfolded(state, events))


def _seat_bots(match: Match, changes: Changes) -> None:
    """Bots in the seats of people who are not there to react."""
    for seat, who in match.state.participants.items():
        if who is Participant.PERSON and seat not in changes.seats:
            _occupy(match, seat, default_bot(match.state.scenario.seat_by_id[seat].role))


def _players(state: State, changes: Changes, maker: Maker) -> dict[SeatId, Player]:
    seats = state.scenario.seat_by_id
    return {
        seat: Player(
            maker(bot, seats[seat].role, seats)
            if seat in changes.seats
            else _as_before(bot, seat, state),
            tuple(one for one in changes.decisions if one.seat == seat),
        )
        for seat, bot in state.bots.items()
        if bot is not None and (changes.others_react or seat in changes.seats)
    }


def _as_before(bot: str, seat: SeatId, state: State) -> Bot:
    if not is_registered(bot):
        raise Refused(
            RefusalCode.UNKNOWN_BOT,
            f"{seat} was played by {bot}, a bot from outside, which is not loaded because a log "
            "names it: say who plays the seat",
            field="bot",
        )
    return make(bot, state.scenario.seat_by_id[seat].role, state.scenario.seat_by_id)


# --- what follows ---


def _record(
    events: Sequence[Event], state: State, changes: Changes, players: Mapping[SeatId, Player]
) -> Record:
    """What is done again: everything of the others, or only what was sealed just then."""
    here = (state.crisis, state.round, state.phase)
    is_sealed = state.phase in (Phase.VOTE, Phase.PLEDGE)
    stands = is_sealed and changes.seed is None and not changes.numbers
    others = [seat for seat in state.scenario.seat_by_id if seat not in changes.seats]
    return Record(
        events,
        state,
        others if stands or not changes.others_react else (),
        until=here if changes.others_react else None,
        decisions=[
            one
            for one in changes.decisions
            if one.seat not in players or (stands and one.place == here)
        ],
        with_host=not changes.others_react,
    )


def _done_again(match: Match, record: Record, by: SeatId | None) -> SeatId | None:
    """Do again what is sealed; the seat that acted last."""
    while match.state.ending is None:
        version = match.state.version
        if not record(match):
            break
        by = getattr(match.events[version], "seat", None)
    return by


def _check_made(match: Match, moment: Moment, changes: Changes) -> None:
    """Raises `Refused` for a decision to which the fork did not come."""
    made = Counter[tuple[SeatId, str]](
        (event.seat, decision_of(event).kind)
        for event in match.events[moment.event :]
        if isinstance(event, Decided) and event.by is DecidedBy.HOST and not event.is_default
    )
    for one in changes.decisions:
        made[one.seat, one.action.kind] -= 1
        if made[one.seat, one.action.kind] < 0:
            raise Refused(
                RefusalCode.WRONG_PHASE,
                f"{_decision_told(one)}: the fork did not come to that decision",
                field="decisions",
            )


def _unfolded(state: State, events: Iterable[Event]) -> Unfolding:
    unfolding = Unfolding(state)
    for event in events:
        unfolding.emit(event)
    return unfolding


# --- in words ---


def _decision_told(decision: Decision) -> str:
    return f"{decision.seat} {_action_told(decision.action)} in round {decision.round}"


def _action_told(action: Action) -> str:
    match action:
        case Pledge():
            return f"pledges {action.pledge_musd} US$ millions"
        case Withdraw():
            return f"withdraws {action.withdrawn_permille / 10:g} %"
        case DecideTranche():
            return "releases the tranche" if action.release else "withholds the tranche"
        case DecideProgramme():
            return "accepts the programme" if action.accept else "declines the programme"
        case Vote():
            return f"votes {action.ballot} on proposal {action.proposal}"
        case _:
            return action.kind


def _number_told(effect: Effect) -> str:
    owner = f"{effect.seat}'s " if effect.seat else ""
    return f"{owner}{effect.field} becomes {effect.becomes:g}"
