"""What a seat may do, and the events that follow.

The one checked door into the game: `decide` returns events or raises `Refused`, and
changes nothing. How phases follow one another is in `phases`, what
the host and the clock do in `hosting`. Pure: times come in as
milliseconds since the session opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from server.game import phases
from server.game.actions import (
    Action,
    Address,
    AnswerPackage,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.cards import PackageCard
from server.game.events import (
    DecidedBy,
    Event,
    IntentionDeclared,
    PackageAnswered,
    PackageStood,
    PackageTabled,
    Participant,
    Pledged,
    ReadyMarked,
    Said,
    SeatOccupied,
    SessionOpened,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.phases import Unfolding
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Draws, Government, Phase, Role, Scenario, SeatId
from server.game.state import State, evolve, is_named

ENGINE_VERSION = "1"
"""Steps when the same decisions would give another ledger or another order of events."""
TEXT_LIMIT = 500
"""Characters in one message or package text."""
PACKAGE_LIMIT = 20
"""Packages that one seat may table in a round."""

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
    "vote": (frozenset({Phase.VOTE}), _STATES),
    "pledge": (frozenset({Phase.PLEDGE}), _STATES),
    "withdraw": (frozenset({Phase.PLEDGE}), frozenset({Role.BANK})),
    "decide_tranche": (frozenset({Phase.PLEDGE}), frozenset({Role.IMF})),
    "mark_ready": (_WAITING, _ALL),
}
"""In which phases, and to which roles, each action is open."""


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
    role = state.scenario.seat_by_id[seat_id].role
    return tuple(
        kind
        for kind, (when, who) in OPEN_TO.items()
        if state.phase in when and role in who and _is_on(state, seat_id, kind)
    )


def _is_on(state: State, seat_id: SeatId, kind: str) -> bool:
    seat = state.scenario.seat_by_id[seat_id]
    match kind:
        case "table_package" | "answer_package":
            return state.scenario.switches.packages
        case "propose_tranche":
            return Phase.VOTE in state.scenario.plan
        case "vote":
            return isinstance(seat, Government) and seat.quota_share > 0
        case "decide_tranche":
            return state.table.tranche_musd > 0
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
        _stand_packages(unfolding, at_ms)
    phases.finish_if_all_done(unfolding, at_ms)
    return unfolding


def _check_open(state: State, seat: SeatId, action: Action, address: Address) -> None:
    if state.ending is not None:
        raise Refused(RefusalCode.SESSION_OVER, "the session has ended")
    if seat not in state.scenario.seat_by_id:
        raise Refused(RefusalCode.UNKNOWN_SEAT, f"there is no seat {seat}", field="seat")
    now = Address(state.crisis, state.round, state.phase)
    if address != now:
        raise Refused(
            RefusalCode.PHASE_OVER,
            f"meant for {_where(address)}, but it is {_where(now)}",
            field="at",
            allowed=_where(now),
        )
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


def _where(address: Address) -> str:
    return f"crisis {address.crisis}, round {address.round}, {address.phase}"


def _events_of(
    state: State, seat: SeatId, action: Action, by: DecidedBy, at_ms: int
) -> list[Event]:
    match action:
        case Pledge():
            return _pledge(state, seat, action, by, at_ms)
        case Withdraw():
            return _withdraw(state, seat, action, by, at_ms)
        case DecideTranche():
            decided = TrancheDecided(seat, action.release, action.final, by, False, at_ms)
            return [decided, *_reopened(state, seat, action.final, at_ms)]
        case Vote():
            return _vote(state, seat, action, by, at_ms)
        case Say():
            return _say(state, seat, action, at_ms)
        case MarkReady():
            return [ReadyMarked(seat, action.ready, at_ms)]
        case DeclareIntention():
            return _declare(state, seat, action, by, at_ms)
        case TablePackage():
            return _table_package(state, seat, action, by, at_ms)
        case AnswerPackage():
            return _answer(state, seat, action, by, at_ms)
        case ProposeTranche():
            return _propose(state, seat, action, by, at_ms)
        case _:
            assert_never(action)


def _pledge(state: State, seat: SeatId, action: Pledge, by: DecidedBy, at_ms: int) -> list[Event]:
    _check_pledge(state, seat, action.pledge_musd)
    pledged = Pledged(seat, action.pledge_musd, action.final, by, False, at_ms)
    return [pledged, *_reopened(state, seat, action.final, at_ms)]


def _withdraw(
    state: State, seat: SeatId, action: Withdraw, by: DecidedBy, at_ms: int
) -> list[Event]:
    _check_range(action.withdrawn_permille, 1000, "withdrawn_permille")
    decided = WithdrawalDecided(seat, action.withdrawn_permille, action.final, by, False, at_ms)
    return [decided, *_reopened(state, seat, action.final, at_ms)]


def _reopened(state: State, seat: SeatId, final: bool, at_ms: int) -> list[Event]:
    # Others saw that the seat had decided; a draft in its place must take that back.
    if final or not phases.is_done(state, seat):
        return []
    return [ReadyMarked(seat, False, at_ms)]


def _check_pledge(state: State, seat_id: SeatId, pledge_musd: int) -> None:
    seat = state.scenario.seat_by_id[seat_id]
    assert isinstance(seat, Government), "the role was checked at the door"
    _check_amount(state, pledge_musd, phases.pledge_limit_musd(state, seat), "pledge_musd")


def _check_amount(state: State, amount_musd: int, most_musd: int, field: str) -> None:
    _check_range(amount_musd, most_musd, field)
    step = state.scenario.pledge_step_musd
    if amount_musd % step:
        raise Refused(
            RefusalCode.NOT_A_STEP,
            f"{amount_musd} is not a multiple of {step}",
            field=field,
            allowed=f"0 to {most_musd} in steps of {step} (US$ millions)",
        )


def _check_range(amount: int, most: int, field: str) -> None:
    if not 0 <= amount <= most:
        raise Refused(
            RefusalCode.OUT_OF_RANGE,
            f"{amount} is outside 0 to {most}",
            field=field,
            allowed=f"0 to {most}",
        )


def _check_text(text: str, field: str) -> None:
    if len(text) > TEXT_LIMIT:
        raise Refused(
            RefusalCode.TOO_LONG,
            f"{len(text)} characters",
            field=field,
            allowed=f"at most {TEXT_LIMIT} characters",
        )
    # NUL and lone surrogates cannot be stored everywhere; other controls garble terminals.
    if any(not (character.isprintable() or character in "\n\t\u200d") for character in text):
        raise Refused(
            RefusalCode.MALFORMED,
            "the text holds a control character",
            field=field,
            allowed="printable characters, line breaks and tabs",
        )


def _vote(state: State, seat: SeatId, action: Vote, by: DecidedBy, at_ms: int) -> list[Event]:
    numbers = [proposal.proposal for proposal in state.table.proposals]
    if action.proposal not in numbers:
        raise Refused(
            RefusalCode.UNKNOWN_PROPOSAL,
            f"there is no proposal {action.proposal} this round",
            field="proposal",
            allowed=", ".join(map(str, numbers)) or "none is on the table",
        )
    return [Voted(action.proposal, seat, action.ballot, by, False, at_ms)]


def _say(state: State, seat: SeatId, action: Say, at_ms: int) -> list[Event]:
    if not action.text.strip():
        raise Refused(RefusalCode.EMPTY, "there is nothing to say", field="text")
    _check_text(action.text, "text")
    _check_channel(state, seat, action)
    return [Said(seat, action.channel, action.to, action.text, at_ms)]


def channels_of(scenario: Scenario, seat: SeatId) -> tuple[str, ...]:
    """The channels on which a seat may talk."""
    groups = tuple(group.name for group in scenario.groups if seat in group.members)
    return ("plenary", *groups, *(("pair",) if scenario.switches.pair_talk else ()))


def _check_channel(state: State, seat: SeatId, action: Say) -> None:
    allowed = channels_of(state.scenario, seat)
    if action.channel not in allowed:
        raise Refused(
            RefusalCode.UNKNOWN_CHANNEL,
            f"{seat} cannot talk on {action.channel}",
            field="channel",
            allowed=", ".join(allowed),
        )
    others = [other for other in state.scenario.seat_by_id if other != seat]
    if action.channel == "pair" and action.to not in others:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"cannot talk in private to {action.to}",
            field="to",
            allowed=", ".join(others),
        )
    if action.channel != "pair" and action.to is not None:
        raise Refused(
            RefusalCode.MALFORMED,
            f"`to` does not go with the {action.channel} channel",
            field="to",
            allowed="leave it out, or use the channel pair",
        )


def _declare(
    state: State, seat: SeatId, action: DeclareIntention, by: DecidedBy, at_ms: int
) -> list[Event]:
    _check_pledge(state, seat, action.pledge_musd)
    return [IntentionDeclared(seat, action.pledge_musd, by, at_ms)]


def _table_package(
    state: State, seat: SeatId, action: TablePackage, by: DecidedBy, at_ms: int
) -> list[Event]:
    _check_text(action.text, "text")
    if not action.pledges_musd and not action.withdrawn_at_most_permille:
        raise Refused(RefusalCode.EMPTY, "the package names no seat", field="pledges_musd")
    mine = [package for package in state.table.packages if package.seat == seat]
    if len(mine) >= PACKAGE_LIMIT:
        raise Refused(
            RefusalCode.TOO_MANY,
            f"{seat} has tabled {len(mine)} packages this round",
            allowed=f"{PACKAGE_LIMIT} a round",
        )
    if action.parent is not None:
        _package(state, action.parent, "parent")
    _check_terms(state, action)
    return [
        PackageTabled(
            state.packages_tabled + 1,
            seat,
            dict(action.pledges_musd),
            dict(action.withdrawn_at_most_permille),
            action.parent,
            action.text,
            by,
            at_ms,
        )
    ]


def _check_terms(state: State, action: TablePackage) -> None:
    money = phases.money_of(state)
    # Not the named seat's own limit: that is its secret.
    most_musd = money.scheduled_need_musd + sum(money.claims_due_musd.values())
    governments = {seat.id for seat in state.scenario.governments}
    for seat, amount_musd in action.pledges_musd.items():
        _check_named(seat, governments, "pledges_musd")
        _check_amount(state, amount_musd, most_musd, f"pledges_musd.{seat}")
    banks = {seat.id for seat in state.scenario.banks}
    for seat, permille in action.withdrawn_at_most_permille.items():
        _check_named(seat, banks, "withdrawn_at_most_permille")
        _check_range(permille, 1000, f"withdrawn_at_most_permille.{seat}")


def _check_named(seat: SeatId, seats: set[SeatId], field: str) -> None:
    if seat not in seats:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"{seat} cannot be named here",
            field=field,
            allowed=", ".join(sorted(seats)) or "no seat",
        )


def _package(state: State, number: int, field: str) -> PackageCard:
    for package in state.table.packages:
        if package.package == number:
            return package
    numbers = ", ".join(str(package.package) for package in state.table.packages)
    raise Refused(
        RefusalCode.UNKNOWN_PACKAGE,
        f"there is no package {number} this round",
        field=field,
        allowed=numbers or "none is on the table",
    )


def _answer(
    state: State, seat: SeatId, action: AnswerPackage, by: DecidedBy, at_ms: int
) -> list[Event]:
    package = _package(state, action.package, "package")
    if not is_named(package, seat):
        raise Refused(
            RefusalCode.NOT_NAMED,
            f"package {action.package} asks nothing of {seat}",
            field="package",
        )
    if package.stands:
        raise Refused(
            RefusalCode.ALREADY_STANDS, f"package {action.package} already stands", field="package"
        )
    return [PackageAnswered(action.package, seat, action.accept, by, at_ms)]


def _stand_packages(unfolding: Unfolding, at_ms: int) -> None:
    for package in unfolding.state.table.packages:
        named = {*package.pledges_musd, *package.withdrawn_at_most_permille}
        if not package.stands and all(package.answers.get(seat) for seat in named):
            unfolding.emit(PackageStood(package.package, at_ms))


def _propose(
    state: State, seat: SeatId, action: ProposeTranche, by: DecidedBy, at_ms: int
) -> list[Event]:
    if any(proposal.seat == seat for proposal in state.table.proposals):
        raise Refused(RefusalCode.ALREADY_TABLED, f"{seat} has tabled its tranche for this round")
    most_musd = max(phases.exceptional_access_musd(state), phases.ordinary_access_musd(state))
    _check_range(action.tranche_musd, most_musd, "tranche_musd")
    number = state.tranches_proposed + 1
    return [TrancheProposed(number, seat, action.tranche_musd, by, False, at_ms)]
