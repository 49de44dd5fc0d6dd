"""What seats did in a log, done again in another session.

Owns the way back from events to the actions that led to them, and what becomes of those
that the other session has no place for. Knows no bot.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from server.game import hosting, standing
from server.game.actions import (
    Action,
    AnswerPackage,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
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
    CardPlayed,
    DecidedBy,
    Ending,
    Event,
    FavourOffered,
    IntentionDeclared,
    Lobbied,
    PackageAnswered,
    PackageTabled,
    Pledged,
    Pressed,
    ProgrammeDecided,
    Said,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.phases import Unfolding
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Government, Phase, SeatId
from server.game.state import State, evolve
from server.tournament.match import Decision, Failure, Match, submit

Place = tuple[int, int, Phase]
"""Crisis, round, phase."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Something done once that is to be done again."""

    seat: SeatId | None
    """None for the host."""
    what: Action | CardPlayed
    by: DecidedBy
    event: Event | None = None
    """That it led to; None for a decision that is put in its place."""


class Record:
    """What was done in a log after a moment, in the order in which it was done.

    Args:
        events: the whole log.
        after: the state at the moment.
        seats: whose actions are done again.
        until: only those of the phase of the moment, whose place this is; None: all.
        decisions: what seats decide in place of what they did.
        with_host: the host plays the same cards, and the session ends where the log ends,
            if that was not played to its end.
    """

    def __init__(
        self,
        events: Sequence[Event],
        after: State,
        seats: Collection[SeatId],
        *,
        until: Place | None,
        decisions: Sequence[Decision] = (),
        with_host: bool = False,
    ) -> None:
        self.lost: list[Failure] = []
        self._steps: defaultdict[Place, deque[_Step]] = defaultdict(deque)
        self._after = after
        self._packages: dict[int, int] = {}
        self._proposals: dict[int, int] = {}
        self._authors: dict[int, SeatId | None] = {}
        """Of the log's proposals."""
        self._end: Place | None = None
        state = after
        for event in events[after.version :]:
            place = (state.crisis, state.round, state.phase)
            if until is None or place == until:
                self._note(place, event, seats, with_host)
            state = evolve(state, event)
        if with_host and state.ending is not Ending.COMPLETED:
            self._end = (state.crisis, state.round, state.phase)
        for decision in decisions:
            self._impose(decision)

    def _note(self, place: Place, event: Event, seats: Collection[SeatId], with_host: bool) -> None:
        if isinstance(event, TrancheProposed):
            self._authors[event.proposal] = event.seat
        if with_host and isinstance(event, CardPlayed) and event.by is DecidedBy.HOST:
            self._steps[place].append(_Step(None, event, DecidedBy.HOST))
        action = action_of(event)
        seat: SeatId | None = getattr(event, "seat", None)
        if action is not None and seat in seats:
            by = getattr(event, "by", DecidedBy.HUMAN)
            self._steps[place].append(_Step(seat, action, by, event))

    def _impose(self, decision: Decision) -> None:
        """Put a decision where the seat's last of its kind was, else at the phase's end."""
        steps = self._steps[decision.place]
        step = _Step(decision.seat, decision.action, DecidedBy.HOST)
        same = [number for number, one in enumerate(steps) if _is_instead(decision, one)]
        kept = [
            step if same and number == same[-1] else one
            for number, one in enumerate(steps)
            if number not in same[:-1]
        ]
        self._steps[decision.place] = deque(kept if same else [*kept, step])

    def __call__(self, match: Match) -> bool:
        """Do the next thing again; True if something was done."""
        state = match.state
        place = (state.crisis, state.round, state.phase)
        steps = self._steps[place]
        while steps:
            step = steps.popleft()
            try:
                match.take(self._done(state, step))
            except Refused as refused:
                if step.event is None and step.seat is not None:
                    raise
                self._lose(state, step, refused.message)
                continue
            self._learn(step, match.events[state.version])
            return True
        if place == self._end:
            match.take(_unfolded(state, hosting.close(state, state.at_ms + 1)))
            return True
        return False

    def _done(self, state: State, step: _Step) -> Unfolding:
        if isinstance(step.what, CardPlayed):
            return _unfolded(state, hosting.play_card(state, step.what.card, state.at_ms + 1))
        assert step.seat is not None, "only cards are the host's"
        action = self._fitted(state, step, self._renumbered(state, step.what))
        return submit(state, step.seat, action, step.by)

    def _fitted(self, state: State, step: _Step, action: Action) -> Action:
        """A recorded pledge as near to what it was as this session allows."""
        government = state.scenario.seat_by_id.get(step.seat or SeatId(""))
        if not isinstance(action, Pledge) or not isinstance(government, Government):
            return action
        if step.event is None:
            return action
        grid = state.scenario.pledge_step_musd
        most = standing.pledge_limit_musd(state, government) // grid * grid
        least = standing.pledge_floor_musd(state, government.id)
        musd = max(least, min(most, action.pledge_musd // grid * grid))
        if musd != action.pledge_musd:
            self._lose(state, step, f"pledges {musd} in place of {action.pledge_musd}")
        return replace(action, pledge_musd=musd)

    def _renumbered(self, state: State, action: Action) -> Action:
        """The same action about the same package or proposal, whose number may be another."""
        match action:
            case AnswerPackage():
                return replace(action, package=self._package(action.package))
            case TablePackage() if action.parent is not None:
                return replace(action, parent=self._package(action.parent))
            case Vote():
                return replace(action, proposal=self._proposal(state, action.proposal))
            case _:
                return action

    def _package(self, number: int) -> int:
        if number <= self._after.packages_tabled:
            return number
        if number not in self._packages:
            raise Refused(RefusalCode.UNKNOWN_PACKAGE, f"package {number} was not tabled here")
        return self._packages[number]

    def _proposal(self, state: State, number: int) -> int:
        if number <= self._after.tranches_proposed:
            return number
        if number in self._proposals:
            return self._proposals[number]
        # A seat that is played by another now, or the script, has proposed something else:
        # whoever voted on its proposal votes on that.
        for one in state.table.proposals:
            if number in self._authors and one.seat == self._authors[number]:
                return one.proposal
        raise Refused(RefusalCode.UNKNOWN_PROPOSAL, f"proposal {number} was not made here")

    def _learn(self, step: _Step, event: Event) -> None:
        match step.event, event:
            case PackageTabled(package=before), PackageTabled(package=now):
                self._packages[before] = now
            case TrancheProposed(proposal=before), TrancheProposed(proposal=now):
                self._proposals[before] = now
            case _:
                pass

    def _lose(self, state: State, step: _Step, reason: str) -> None:
        seat = step.seat or SeatId("host")
        self.lost.append(Failure(seat, state.crisis, state.round, state.phase, reason))


def _is_instead(decision: Decision, step: _Step) -> bool:
    action = step.what
    if step.seat != decision.seat or type(action) is not type(decision.action):
        return False
    mine = decision.action
    return not (isinstance(action, Vote) and isinstance(mine, Vote)) or (
        action.proposal == mine.proposal
    )


def _unfolded(state: State, events: Sequence[Event]) -> Unfolding:
    unfolding = Unfolding(state)
    for event in events:
        unfolding.emit(event)
    return unfolding


def action_of(event: Event) -> Action | None:
    """The action that led to an event; None for what no seat did, and for being ready."""
    if getattr(event, "is_default", False):
        return None
    match event:
        case Said():
            return Say(event.text, event.channel, event.to)
        case IntentionDeclared():
            return DeclareIntention(event.pledge_musd)
        case PackageTabled():
            return TablePackage(
                event.pledges_musd,
                event.withdrawn_at_most_permille,
                event.parent,
                event.text,
                event.minimum_total_musd,
            )
        case PackageAnswered():
            return AnswerPackage(event.package, event.accept)
        case TrancheProposed() if event.regional:
            return ProposeRegional(event.tranche_musd)
        case TrancheProposed():
            return ProposeTranche(event.tranche_musd, event.terms_permille, event.later_musd)
        case Pressed():
            return Press(event.on, event.ask_musd)
        case Lobbied():
            return Lobby(event.force_permille)
        case FavourOffered():
            share = event.withdrawn_at_most_permille
            return OfferFavour(event.bank, event.favour_musd, share)
        case Voted() | Pledged() | WithdrawalDecided() | TrancheDecided() | ProgrammeDecided():
            return decision_of(event)
        case _:
            return None


def decision_of(
    event: Voted | Pledged | WithdrawalDecided | TrancheDecided | ProgrammeDecided,
) -> Action:
    """The sealed decision that an event records."""
    match event:
        case Voted():
            return Vote(event.proposal, event.ballot)
        case WithdrawalDecided():
            return Withdraw(event.withdrawn_permille, event.final)
        case TrancheDecided():
            return DecideTranche(event.release, event.final)
        case ProgrammeDecided():
            return DecideProgramme(event.accept, event.final)
        case Pledged():
            return pledge_of(event)


def pledge_of(event: Pledged) -> Pledge:
    """The pledge that an event records."""
    return Pledge(
        event.pledge_musd,
        event.final,
        event.others_at_least_musd,
        event.second_line_musd,
        event.pays_calls,
        event.strictness_permille,
        event.guidance_permille,
    )
