"""What a seat may do, and the events that follow.

The one checked door into the game: `decide` returns events or raises `Refused`, and
changes nothing. What each kind of action leads to is in `talk`, `packages`, `proposals`,
`deals` and `sealed`; how phases follow one another in `phases`, what the host and the clock
do in `hosting`. Pure: times come in as
milliseconds since the session opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from server.game import board, deals, packages, phases, proposals, sealed, standing, talk
from server.game.actions import (
    Action,
    Address,
    AnswerPackage,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
    MarkReady,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.events import (
    DecidedBy,
    Event,
    Participant,
    ReadyMarked,
    SeatOccupied,
    SessionOpened,
)
from server.game.phases import Unfolding
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Draws, Phase, Role, Scenario, SeatId
from server.game.state import State, evolve

ENGINE_VERSION = "1"
"""Steps when the same decisions would give another ledger or another order of events."""
_ALL = frozenset(Role)
_MEETING = frozenset({Phase.TALK, Phase.PROPOSE})
_WAITING = frozenset({Phase.BRIEF, Phase.TALK, Phase.PROPOSE, Phase.DISBURSE})
_STATES = frozenset({Role.GOVERNMENT})

OPEN_TO: Mapping[str, tuple[frozenset[Phase], frozenset[Role]]] = {
    "say": (_MEETING, _ALL),
    "declare_intention": (_MEETING, _STATES),
    "table_package": (_MEETING, frozenset({Role.GOVERNMENT, Role.IMF})),
    "answer_package": (_MEETING, frozenset({Role.GOVERNMENT, Role.BANK})),
    "propose_tranche": (frozenset({Phase.PROPOSE}), frozenset({Role.GOVERNMENT, Role.IMF})),
    "propose_regional": (frozenset({Phase.PROPOSE}), _STATES),
    "press": (_MEETING, _STATES),
    "offer_favour": (_MEETING, _STATES),
    "lobby": (_MEETING, frozenset({Role.BANK})),
    "vote": (frozenset({Phase.VOTE}), _STATES),
    "pledge": (frozenset({Phase.PLEDGE}), _STATES),
    "withdraw": (frozenset({Phase.PLEDGE}), frozenset({Role.BANK})),
    "decide_tranche": (frozenset({Phase.PLEDGE}), frozenset({Role.IMF})),
    "decide_programme": (frozenset({Phase.PLEDGE}), frozenset({Role.DEBTOR})),
    "mark_ready": (_WAITING, _ALL),
}
"""In which phases, and to which roles, each action is open."""
_KINDS: Mapping[tuple[Phase, Role], tuple[str, ...]] = {
    (phase, role): tuple(
        kind for kind, (when, who) in OPEN_TO.items() if phase in when and role in who
    )
    for phase in Phase
    for role in Role
}


def open_session(
    scenario: Scenario,
    draws: Draws,
    *,
    timed: bool,
    participants: Mapping[SeatId, tuple[Participant, str | None]],
) -> list[Event]:
    """The events that open a session and its first phase.

    Args:
        scenario: the game, already checked.
        draws: everything random, from `server.scenarios.draws.draw`.
        timed: whether the phases' clocks run.
        participants: who sits where, with the bot's name for a bot; seats left out
            are played by nobody.
    """
    opened = SessionOpened(scenario, draws, timed, ENGINE_VERSION)
    unfolding = Unfolding(evolve(None, opened))
    for seat in scenario.seats:
        who, bot = participants.get(seat.id, (Participant.NOBODY, None))
        unfolding.emit(SeatOccupied(seat.id, who, bot, 0))
    phases.begin_first_phase(unfolding)
    return [opened, *unfolding.events]


def open_kinds(state: State, seat_id: SeatId) -> tuple[str, ...]:
    """The kinds of action that are open to a seat now."""
    if state.ending is not None:
        return ()
    kinds = _KINDS[state.phase, state.scenario.seat_by_id[seat_id].role]
    return tuple(kind for kind in kinds if _is_on(state, seat_id, kind))


def _is_on(state: State, seat_id: SeatId, kind: str) -> bool:
    seat, scenario = state.scenario.seat_by_id[seat_id], state.scenario
    switches = scenario.switches
    match kind:
        case "table_package" | "answer_package":
            return switches.packages
        case "propose_tranche":
            return Phase.VOTE in scenario.plan
        case "propose_regional":
            return switches.regional_fund and seat in scenario.region
        case "vote":
            return seat in board.voters(scenario) or seat in scenario.region
        case "press":
            return switches.pressure
        case "offer_favour":
            return switches.favours and any(bank.home == seat_id for bank in scenario.banks)
        case "lobby":
            return switches.lobbying
        case "decide_tranche":
            return standing.granted_musd(state) > 0
        case "decide_programme":
            return standing.programme_of(state) is not None
        case _:
            return True


def decide(
    state: State,
    seat: SeatId,
    action: Action,
    address: Address,
    *,
    by: DecidedBy,
    at_ms: int,
) -> list[Event]:
    """What an action leads to, the end of the phase included where it was awaited.

    Args:
        state: the session as of its last event; not changed.
        seat: who acts; from the connection, never from the message.
        action: what is asked.
        address: the crisis, round and phase for which it is meant.
        by: a person or a bot.
        at_ms: the decision time, not before the last event's.

    Returns:
        The events to record, in order; never empty.

    Raises:
        Refused: nothing is recorded; the code and field say why.
    """
    return unfold(state, seat, action, address, by=by, at_ms=at_ms).events


def unfold(
    state: State,
    seat: SeatId,
    action: Action,
    address: Address,
    *,
    by: DecidedBy,
    at_ms: int,
) -> Unfolding:
    """`decide`, with the state to which its events lead beside them.

    For callers that would fold the events anyway.

    Raises:
        Refused: as `decide`.
    """
    _check_open(state, seat, action, address)
    unfolding = Unfolding(state)
    for event in _events_of(state, seat, action, by, at_ms):
        unfolding.emit(event)
    if isinstance(action, AnswerPackage | TablePackage):
        for event in packages.newly_standing(unfolding.state, at_ms):
            unfolding.emit(event)
    phases.finish_if_all_done(unfolding, at_ms)
    return unfolding


def _check_open(state: State, seat: SeatId, action: Action, address: Address) -> None:
    if state.ending is not None:
        raise Refused(RefusalCode.SESSION_OVER, "the session has ended")
    if seat not in state.scenario.seat_by_id:
        raise Refused(RefusalCode.UNKNOWN_SEAT, f"there is no seat {seat}", field="seat")
    phases.check_runs(state, address)
    if state.paused:
        raise Refused(RefusalCode.SESSION_PAUSED, "the host has stopped the clock")
    when, who = OPEN_TO[action.kind]
    if state.scenario.seat_by_id[seat].role not in who:
        roles = " or ".join(sorted(who))
        raise Refused(RefusalCode.NOT_YOUR_ROLE, f"{action.kind} is for {roles}", allowed=roles)
    if state.phase not in when:
        raise Refused(
            RefusalCode.WRONG_PHASE,
            f"{action.kind} is not open in the {state.phase} phase",
            allowed=", ".join(phase for phase in state.scenario.plan if phase in when) or "never",
        )
    if not _is_on(state, seat, action.kind):
        raise Refused(RefusalCode.SWITCHED_OFF, f"{action.kind} is not open to {seat} here")


def _events_of(
    state: State, seat: SeatId, action: Action, by: DecidedBy, at_ms: int
) -> list[Event]:
    match action:
        case Pledge():
            return sealed.pledge(state, seat, action, by, at_ms)
        case Withdraw():
            return sealed.withdraw(state, seat, action, by, at_ms)
        case DecideTranche():
            return sealed.decide_tranche(state, seat, action, by, at_ms)
        case DecideProgramme():
            return sealed.decide_programme(state, seat, action, by, at_ms)
        case Vote():
            return proposals.vote(state, seat, action, by, at_ms)
        case ProposeTranche():
            return proposals.propose(state, seat, action, by, at_ms)
        case ProposeRegional():
            return proposals.propose_regional(state, seat, action, by, at_ms)
        case Say():
            return talk.say(state, seat, action, at_ms)
        case DeclareIntention():
            return talk.declare(state, seat, action, by, at_ms)
        case TablePackage():
            return packages.table(state, seat, action, by, at_ms)
        case AnswerPackage():
            return packages.answer(state, seat, action, by, at_ms)
        case Press():
            return deals.press(state, seat, action, by, at_ms)
        case Lobby():
            return deals.lobby(state, seat, action, by, at_ms)
        case OfferFavour():
            return deals.offer_favour(state, seat, action, by, at_ms)
        case MarkReady():
            return [ReadyMarked(seat, action.ready, at_ms)]
        case _:
            assert_never(action)
