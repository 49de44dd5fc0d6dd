"""The state of a session, and `evolve`, which folds one event into it.

Total on every event that the rules emit; checks nothing, computes no payoff. States
are never changed: each event gives a new one that shares what did not move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar, assert_never

from server.game import condition
from server.game.actions import Ballot
from server.game.cards import DealCard, EventCardCard, MessageCard, PackageCard, PromiseCard
from server.game.condition import Condition
from server.game.effects import with_card
from server.game.events import (
    CardPlayed,
    DeadlineMoved,
    Ending,
    Event,
    FavourOffered,
    IntentionDeclared,
    Lobbied,
    PackageAnswered,
    PackageStood,
    PackageTabled,
    Participant,
    Paused,
    PhaseBegan,
    Pledged,
    Pressed,
    ProgrammeDecided,
    ReadyMarked,
    Resumed,
    RoundResolved,
    Said,
    SeatOccupied,
    SessionEnded,
    SessionOpened,
    TrancheDecided,
    TrancheProposed,
    VoteCounted,
    Voted,
    WithdrawalDecided,
    Woken,
)
from server.game.outcome import Favour
from server.game.scenario import Bank, Draws, Phase, Scenario, SeatId


@dataclass(frozen=True, slots=True)
class SealedWithdrawal:
    """A bank's sealed share of due claims, in thousandths."""

    permille: int
    final: bool


@dataclass(frozen=True, slots=True)
class SealedWord:
    """A sealed yes or no: the IMF's on the tranche, the debtor's on the programme."""

    yes: bool
    final: bool


@dataclass(frozen=True)
class Table:
    """What lies on the table in one round; a new round starts with an empty one."""

    packages: tuple[PackageCard, ...] = ()
    intentions: Mapping[SeatId, int] = field(default_factory=dict)
    proposals: tuple[TrancheProposed, ...] = ()
    ballots: Mapping[tuple[int, SeatId], Ballot] = field(default_factory=dict)
    count: VoteCounted | None = None
    pledges: Mapping[SeatId, Pledged] = field(default_factory=dict)
    withdrawals: Mapping[SeatId, SealedWithdrawal] = field(default_factory=dict)
    release: SealedWord | None = None
    acceptance: SealedWord | None = None
    asked_musd: Mapping[SeatId, Mapping[SeatId, int]] = field(default_factory=dict)
    """By government pressed, then by the one that pressed it."""
    lobbied_permille: Mapping[SeatId, int] = field(default_factory=dict)
    favours: Mapping[SeatId, Favour] = field(default_factory=dict)
    """By bank."""

    def signed_musd(self, seat: SeatId) -> int | None:
        """The largest amount that a standing package names for `seat`."""
        amounts = [
            package.pledges_musd[seat]
            for package in self.packages
            if package.stands and seat in package.pledges_musd
        ]
        return max(amounts, default=None)

    def promised_musd(self, seat: SeatId) -> int:
        """The larger of what `seat` said and what it signed; 0 if neither."""
        return max(self.intentions.get(seat, 0), self.signed_musd(seat) or 0)


@dataclass(frozen=True)
class State:
    """A session as of its last event."""

    campaign: tuple[Scenario, ...]
    """The crises as they were opened."""
    campaign_draws: tuple[Draws, ...]
    timed: bool
    scenario: Scenario
    """Of the current crisis, as event cards have changed it."""
    version: int = 1
    """Number of events folded."""
    at_ms: int = 0
    """When the last event happened."""
    crisis: int = 1
    round: int = 1
    phase: Phase = Phase.BRIEF
    deadline_ms: int | None = None
    """While paused, the deadline as it was when the clock stopped."""
    paused_at_ms: int | None = None
    participants: Mapping[SeatId, Participant] = field(default_factory=dict)
    bots: Mapping[SeatId, str | None] = field(default_factory=dict)
    ready: frozenset[SeatId] = frozenset()
    table: Table = Table()
    packages_tabled: int = 0
    tranches_proposed: int = 0
    messages: tuple[MessageCard, ...] = ()
    history: tuple[RoundResolved, ...] = ()
    promises: tuple[tuple[PromiseCard, ...], ...] = ()
    """What was said, signed, pledged and paid, by resolved round."""
    condition: Condition | None = None
    """What earlier rounds left; None where no rule carries anything over."""
    cards: tuple[EventCardCard, ...] = ()
    """The event cards that have happened in this crisis."""
    deals: tuple[DealCard, ...] = ()
    ending: Ending | None = None

    @property
    def draws(self) -> Draws:
        """Of the current crisis."""
        return self.campaign_draws[self.crisis - 1]

    @property
    def last_round(self) -> RoundResolved | None:
        """The round before in the current crisis; None in its first."""
        if not self.history or self.history[-1].crisis != self.crisis:
            return None
        return self.history[-1]

    @property
    def paused(self) -> bool:
        """Whether the host stopped the clock."""
        return self.paused_at_ms is not None


_Frozen = TypeVar("_Frozen", State, Table)


def _with(whole: _Frozen, **changes: object) -> _Frozen:
    """`dataclasses.replace` without running the constructor over every field.

    Nine tenths of a decision's time went there; `benchmarks/engine.py` shows it.
    """
    copy = object.__new__(type(whole))
    copy.__dict__.update(whole.__dict__)
    copy.__dict__.update(changes)
    return copy


def replay(events: Iterable[Event]) -> State:
    """The state after `events`, which begin with `SessionOpened`.

    Raises:
        ValueError: there are no events, or the first is another one.
    """
    state: State | None = None
    for event in events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("no events")
    return state


def evolve(state: State | None, event: Event) -> State:
    """The state after one more event.

    Raises:
        ValueError: nothing was opened yet and `event` is not `SessionOpened`.
    """
    if state is None:
        if not isinstance(event, SessionOpened):
            raise ValueError(f"the first event is {event.kind}, not session_opened")
        return State(
            (event.scenario, *event.scenario.later_crises),
            (event.draws, *event.draws.later),
            event.timed,
            event.scenario,
            condition=condition.opening(event.scenario),
            phase=next(iter(event.scenario.plan)),
            participants=dict.fromkeys(event.scenario.seat_by_id, Participant.NOBODY),
            bots=dict.fromkeys(event.scenario.seat_by_id),
        )
    changes = _changes(state, event)
    return _with(state, version=state.version + 1, at_ms=event.at_ms, **changes)


_Changes = dict[str, object]
"""What is different in the state after an event, by field."""


def _changes(state: State, event: Event) -> _Changes:
    match event:
        case Pledged() | WithdrawalDecided() | TrancheDecided() | ProgrammeDecided() | Voted():
            return {"table": _with_decision(state.table, event)}
        case Pressed() | Lobbied() | FavourOffered():
            return _on_deal(state, event)
        case ReadyMarked():
            return {
                "ready": state.ready | {event.seat} if event.ready else state.ready - {event.seat}
            }
        case Said():
            return {"messages": (*state.messages, _message(state, event))}
        case PhaseBegan():
            return _on_phase(state, event)
        case RoundResolved():
            return {
                "history": (*state.history, event),
                "promises": (*state.promises, _promises(state, event)),
                "condition": event.condition,
            }
        case CardPlayed():
            return _on_card(state, event)
        case TrancheProposed() | VoteCounted() | IntentionDeclared():
            return _on_tabled(state, event)
        case PackageTabled() | PackageAnswered() | PackageStood():
            return _on_package(state, event)
        case SeatOccupied():
            return {
                "participants": {**state.participants, event.seat: event.participant},
                "bots": {**state.bots, event.seat: event.bot},
            }
        case Paused():
            return {"paused_at_ms": event.at_ms}
        case Resumed():
            return {"paused_at_ms": None, "deadline_ms": event.deadline_ms}
        case DeadlineMoved():
            return {"deadline_ms": event.deadline_ms}
        case SessionEnded():
            return {"ending": event.ending, "deadline_ms": None, "paused_at_ms": None}
        case Woken():
            return {}
        case SessionOpened():
            raise ValueError("the session was opened twice")
        case _:
            assert_never(event)


def _message(state: State, event: Said) -> MessageCard:
    now = (state.crisis, state.round, event.at_ms)
    return MessageCard(event.seat, event.channel, event.to, event.text, *now)


def _with_decision(
    table: Table,
    event: Pledged | WithdrawalDecided | TrancheDecided | ProgrammeDecided | Voted,
) -> Table:
    match event:
        case Pledged():
            return _with(table, pledges={**table.pledges, event.seat: event})
        case WithdrawalDecided():
            sealed = SealedWithdrawal(event.withdrawn_permille, event.final)
            return _with(table, withdrawals={**table.withdrawals, event.seat: sealed})
        case TrancheDecided():
            return _with(table, release=SealedWord(event.release, event.final))
        case ProgrammeDecided():
            return _with(table, acceptance=SealedWord(event.accept, event.final))
        case Voted():
            ballots = {**table.ballots, (event.proposal, event.seat): event.ballot}
            return _with(table, ballots=ballots)


def _on_deal(state: State, event: Pressed | Lobbied | FavourOffered) -> _Changes:
    table = state.table
    deal: tuple[Literal["pressure", "lobbying", "favour"], SeatId, int, int]
    match event:
        case Pressed():
            asked = {**table.asked_musd.get(event.on, {}), event.seat: event.ask_musd}
            table = _with(table, asked_musd={**table.asked_musd, event.on: asked})
            deal = ("pressure", event.on, event.ask_musd, 0)
        case Lobbied():
            lobbied = {**table.lobbied_permille, event.seat: event.force_permille}
            table = _with(table, lobbied_permille=lobbied)
            home = state.scenario.seat_by_id[event.seat]
            assert isinstance(home, Bank), "only banks lobby"
            deal = ("lobbying", home.home, 0, event.force_permille)
        case FavourOffered():
            favour = Favour(event.favour_musd, event.withdrawn_at_most_permille)
            table = _with(table, favours={**table.favours, event.bank: favour})
            deal = ("favour", event.bank, favour.favour_musd, favour.withdrawn_at_most_permille)
    kind, on, amount_musd, permille = deal
    now = (state.crisis, state.round, event.at_ms)
    card = DealCard(kind, event.seat, on, amount_musd, permille, *now)
    return {"table": table, "deals": (*state.deals, card)}


def _on_phase(state: State, event: PhaseBegan) -> _Changes:
    is_new_crisis = event.crisis != state.crisis
    is_new_round = is_new_crisis or event.round != state.round
    return {
        "crisis": event.crisis,
        "round": event.round,
        "phase": event.phase,
        "deadline_ms": event.deadline_ms,
        # A phase that begins while the clock stands still keeps all its time.
        "paused_at_ms": event.at_ms if state.paused else None,
        "ready": frozenset(),
        **({"table": Table()} if is_new_round else {}),
        **(_on_crisis(state, event.crisis) if is_new_crisis else {}),
    }


def _on_crisis(state: State, number: int) -> _Changes:
    """Another crisis begins: its own numbers, and what the one before left behind."""
    scenario = state.campaign[number - 1]
    carried = condition.opening(scenario, state.condition)
    return {"scenario": scenario, "condition": carried, "cards": ()}


def _on_card(state: State, event: CardPlayed) -> _Changes:
    card = state.scenario.card_by_name[event.card]
    shown = EventCardCard(card.name, card.title, card.text, state.round)
    return {"scenario": with_card(state.scenario, card), "cards": (*state.cards, shown)}


def _on_tabled(state: State, event: TrancheProposed | VoteCounted | IntentionDeclared) -> _Changes:
    table = state.table
    match event:
        case TrancheProposed():
            return {
                "table": _with(table, proposals=(*table.proposals, event)),
                "tranches_proposed": state.tranches_proposed + 1,
            }
        case VoteCounted():
            return {"table": _with(table, count=event)}
        case IntentionDeclared():
            intentions = {**table.intentions, event.seat: event.pledge_musd}
            return {"table": _with(table, intentions=intentions)}


def _on_package(state: State, event: PackageTabled | PackageAnswered | PackageStood) -> _Changes:
    table = state.table
    if not isinstance(event, PackageTabled):
        packages = tuple(_changed(card, event) for card in table.packages)
        return {"table": _with(table, packages=packages)}
    package = PackageCard(
        event.package,
        event.seat,
        event.pledges_musd,
        event.withdrawn_at_most_permille,
        event.parent,
        event.text,
        answers={event.seat: True} if is_named(event, event.seat) else {},
        stands=False,
        minimum_total_musd=event.minimum_total_musd,
    )
    return {
        "table": _with(table, packages=(*table.packages, package)),
        "packages_tabled": state.packages_tabled + 1,
    }


def is_named(package: PackageCard | PackageTabled, seat: SeatId) -> bool:
    """Whether the package asks something of `seat`."""
    return seat in package.pledges_musd or seat in package.withdrawn_at_most_permille


def _changed(card: PackageCard, event: PackageAnswered | PackageStood) -> PackageCard:
    if card.package != event.package:
        return card
    if isinstance(event, PackageStood):
        return replace(card, stands=True)
    return replace(card, answers={**card.answers, event.seat: event.accept})


def _promises(state: State, event: RoundResolved) -> tuple[PromiseCard, ...]:
    return tuple(
        PromiseCard(
            seat,
            state.table.intentions.get(seat),
            state.table.signed_musd(seat),
            pledge_musd,
            event.drawn_musd[seat],
        )
        for seat, pledge_musd in event.pledges_musd.items()
    )
