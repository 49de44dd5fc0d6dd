"""What can happen in a session: a closed union of frozen facts.

Owns the shapes that are stored. Events name seats, never people. `at_ms` is
milliseconds since the session opened, time spent down excluded; it enters no payoff.
Fields are only ever added with a schema step in `server.store.upcast`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal

from server.game.actions import Ballot
from server.game.condition import Condition
from server.game.scenario import Draws, Phase, Scenario, SeatId, sparse, sparse_mapping


class Participant(enum.StrEnum):
    """Who sits in a seat."""

    PERSON = "person"
    BOT = "bot"
    NOBODY = "nobody"
    """The written defaults play."""


class DecidedBy(enum.StrEnum):
    """Who made a decision."""

    HUMAN = "human"
    BOT = "bot"
    CLOCK = "clock"
    HOST = "host"


class Ending(enum.StrEnum):
    """Why a session ended."""

    COMPLETED = "completed"
    CLOSED_BY_HOST = "closed_by_host"


@dataclass(frozen=True, slots=True)
class Parent:
    """The session that a fork began in, and what is other in the fork."""

    session: str
    event: int
    """The number of its last event that the fork has too; the opening names the parent, the
    others are the same."""
    hash: str
    """Of that event in the parent's log."""
    changes: tuple[str, ...]
    """In words."""
    others_react: bool
    """Whether seats that were not changed decide anew, or do again what they did."""


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """The session exists, with everything that a replay needs."""

    scenario: Scenario
    draws: Draws
    timed: bool
    """Whether the phases' clocks run; bot matches have none."""
    engine_version: str
    at_ms: int = 0
    parent: Parent | None = sparse(None)
    """Where this is a fork."""
    kind: Literal["session_opened"] = "session_opened"


@dataclass(frozen=True, slots=True)
class SeatOccupied:
    """A person, a bot or nobody now sits in a seat."""

    seat: SeatId
    participant: Participant
    bot: str | None
    """The bot's name in the register, for a bot."""
    at_ms: int
    kind: Literal["seat_occupied"] = "seat_occupied"


@dataclass(frozen=True, slots=True)
class PhaseBegan:
    """A phase began; in `brief`, or the first phase played, so did its round."""

    crisis: int
    round: int
    phase: Phase
    deadline_ms: int | None
    """When the clock ends it; None for no clock."""
    at_ms: int
    kind: Literal["phase_began"] = "phase_began"


@dataclass(frozen=True, slots=True)
class Said:
    """A seat talked."""

    seat: SeatId
    channel: str
    to: SeatId | None
    text: str
    at_ms: int
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class IntentionDeclared:
    """A government said in public what it intends to pledge this round."""

    seat: SeatId
    pledge_musd: int
    by: DecidedBy
    at_ms: int
    kind: Literal["intention_declared"] = "intention_declared"


@dataclass(frozen=True, slots=True)
class PackageTabled:
    """A package is on the table; a tabling seat that is named has signed it."""

    package: int
    """Number within the session, from 1."""
    seat: SeatId
    pledges_musd: dict[SeatId, int]
    withdrawn_at_most_permille: dict[SeatId, int]
    parent: int | None
    text: str
    by: DecidedBy
    at_ms: int
    minimum_total_musd: int = sparse(0)
    """Whoever signed pays only if all pledges together reach this; 0: whatever they do."""
    kind: Literal["package_tabled"] = "package_tabled"


@dataclass(frozen=True, slots=True)
class PackageAnswered:
    """A named seat accepted or rejected a package."""

    package: int
    seat: SeatId
    accept: bool
    by: DecidedBy
    at_ms: int
    kind: Literal["package_answered"] = "package_answered"


@dataclass(frozen=True, slots=True)
class PackageStood:
    """Every named seat has accepted: the package is a promise of each for this round."""

    package: int
    at_ms: int
    kind: Literal["package_stood"] = "package_stood"


@dataclass(frozen=True, slots=True)
class TrancheProposed:
    """An IMF tranche is before the board."""

    proposal: int
    """Number within the session, from 1."""
    seat: SeatId | None
    """None for the scripted Fund."""
    tranche_musd: int
    by: DecidedBy
    is_default: bool
    at_ms: int
    terms_permille: tuple[int, ...] = sparse(())
    """What the debtor would have to do, by dimension; none where that rule is off."""
    later_musd: tuple[int, ...] = sparse(())
    """The tranches of the rounds after this one."""
    regional: bool = sparse(False)
    """Before the members of the region, not before the IMF board."""
    kind: Literal["tranche_proposed"] = "tranche_proposed"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A government asked another for an amount; between the two until the debrief."""

    seat: SeatId
    on: SeatId
    """The government that is pressed."""
    ask_musd: int
    """What it is asked to pledge this round; 0 takes an earlier demand back."""
    by: DecidedBy
    at_ms: int
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True, slots=True)
class Lobbied:
    """A bank lobbied its government; between the two until the debrief."""

    seat: SeatId
    force_permille: int
    """Of what the bank can do; 0 takes it back."""
    by: DecidedBy
    at_ms: int
    kind: Literal["lobbied"] = "lobbied"


@dataclass(frozen=True, slots=True)
class FavourOffered:
    """A government promised one of its banks money for staying; between the two."""

    seat: SeatId
    bank: SeatId
    """One of the government's own."""
    favour_musd: int
    """Paid if the bank keeps to it; 0 takes an earlier offer back."""
    withdrawn_at_most_permille: int
    """The share of its due claims that the bank may take out for it, in thousandths."""
    by: DecidedBy
    at_ms: int
    kind: Literal["favour_offered"] = "favour_offered"


@dataclass(frozen=True, slots=True)
class Voted:
    """A government cast, or changed, its ballot; sealed until the count."""

    proposal: int
    seat: SeatId
    ballot: Ballot
    by: DecidedBy
    is_default: bool
    at_ms: int
    kind: Literal["voted"] = "voted"


@dataclass(frozen=True, slots=True)
class VoteCounted:
    """The board's ballots were opened and counted."""

    ballots: dict[int, dict[SeatId, Ballot]]
    """By proposal number, then seat."""
    passed: int | None
    """The proposal that passed, if one did."""
    tranche_musd: int
    """The tranche it grants for this round; 0 if none passed."""
    at_ms: int
    regional_passed: int | None = sparse(None)
    """The regional proposal that passed, if one did."""
    regional_musd: int = sparse(0)
    """What it grants of the regional fund for this round."""
    kind: Literal["vote_counted"] = "vote_counted"


@dataclass(frozen=True, slots=True)
class Pledged:
    """A government's sealed pledge, draft or final."""

    seat: SeatId
    pledge_musd: int
    final: bool
    by: DecidedBy
    is_default: bool
    at_ms: int
    others_at_least_musd: int = sparse(0)
    """What it asks of the others' pledges together; 0 for no condition."""
    second_line_musd: int = sparse(0)
    """Announced in addition to what was announced before."""
    pays_calls: bool = sparse(True)
    """Whether it will pay if its second line is called."""
    strictness_permille: int | None = sparse(None)
    """What it asks of the debtor itself; None to follow the programme, or to ask nothing."""
    guidance_permille: int = sparse(0)
    """How hard it leans on its own banks to stay."""
    kind: Literal["pledged"] = "pledged"


@dataclass(frozen=True, slots=True)
class WithdrawalDecided:
    """A bank's sealed share of claims to withdraw, draft or final."""

    seat: SeatId
    withdrawn_permille: int
    final: bool
    by: DecidedBy
    is_default: bool
    at_ms: int
    kind: Literal["withdrawal_decided"] = "withdrawal_decided"


@dataclass(frozen=True, slots=True)
class TrancheDecided:
    """The IMF's sealed decision on a passed tranche, draft or final."""

    seat: SeatId
    release: bool
    final: bool
    by: DecidedBy
    is_default: bool
    at_ms: int
    kind: Literal["tranche_decided"] = "tranche_decided"


@dataclass(frozen=True, slots=True)
class ProgrammeDecided:
    """The debtor's sealed word on the programme, draft or final."""

    seat: SeatId
    accept: bool
    final: bool
    by: DecidedBy
    is_default: bool
    at_ms: int
    kind: Literal["programme_decided"] = "programme_decided"


@dataclass(frozen=True, slots=True)
class CardPlayed:
    """An event card happened: until the crisis ends its effects hold."""

    card: str
    """Its name in the scenario; what it says is in the view."""
    by: DecidedBy
    at_ms: int
    kind: Literal["card_played"] = "card_played"


@dataclass(frozen=True, slots=True)
class ReadyMarked:
    """A seat said that it is done with this phase, or took that back."""

    seat: SeatId
    ready: bool
    at_ms: int
    kind: Literal["ready_marked"] = "ready_marked"


@dataclass(frozen=True, slots=True)
class RoundResolved:
    """The sealed decisions were opened together and the round's money was drawn."""

    crisis: int
    round: int
    need_musd: int
    """N_t, withdrawals of banks included."""
    tranche_musd: int
    """IMF money drawn."""
    ifi_musd: int
    """Other institutions' money drawn."""
    effective_musd: int
    """All money drawn."""
    stability: float
    """S, rounded to 9 decimals."""
    released: bool
    """Whether the Fund released the tranche that passed."""
    pledges_musd: dict[SeatId, int]
    """What each government pledged."""
    drawn_musd: dict[SeatId, int]
    """What was drawn of it, paid calls of the second line included."""
    withdrawn_permille: dict[SeatId, int]
    """As it came about: a cross-default makes it 1000 for all."""
    lines_musd: dict[SeatId, dict[str, int]] = field(default_factory=dict)
    """The ledger of the round: seat, line, amount."""
    at_ms: int = 0
    cross_default: bool = sparse(False)
    """So much was withdrawn that all claims fell due."""
    inactive: tuple[SeatId, ...] = sparse(())
    """Governments whose conditions on the others were not met."""
    refunded: bool = sparse(False)
    """The money did not reach the need, and pledges were given back."""
    regional_musd: int = sparse(0)
    """The regional fund's money drawn."""
    reserves_used_musd: int = sparse(0)
    """The debtor's own."""
    crowd_withdrawn_musd: int = sparse(0)
    """Taken out by the crowd."""
    announced_musd: dict[SeatId, int] = sparse_mapping()
    """Second line newly announced."""
    called_musd: dict[SeatId, int] = sparse_mapping()
    """Of the second line."""
    refused: tuple[SeatId, ...] = sparse(())
    """Governments that were called and did not pay."""
    accepted: bool = sparse(True)
    """Whether the debtor accepted the programme."""
    in_programme: bool = sparse(False)
    """Whether a programme was in force."""
    strictness: dict[SeatId, float] = sparse_mapping()
    """What each government asked of the debtor, 0..1."""
    required_strictness: float = sparse(0.0)
    """What the programme, or the region's money, asked of it."""
    guidance_permille: dict[SeatId, int] = sparse_mapping()
    """How hard each government leaned on its banks."""
    defaulted: bool = sparse(False)
    """The debtor went into default."""
    condition: Condition | None = sparse(None)
    """What the round leaves to the next."""
    kind: Literal["round_resolved"] = "round_resolved"


@dataclass(frozen=True, slots=True)
class Paused:
    """The host stopped the clock; decisions wait."""

    at_ms: int
    kind: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class Resumed:
    """The clock runs again, with the time that was left."""

    deadline_ms: int | None
    at_ms: int
    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True, slots=True)
class DeadlineMoved:
    """The host gave more time."""

    deadline_ms: int
    at_ms: int
    kind: Literal["deadline_moved"] = "deadline_moved"


@dataclass(frozen=True, slots=True)
class Woken:
    """The server came back; the time it was down does not count."""

    at_ms: int
    kind: Literal["woken"] = "woken"


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Nothing more can happen; the debrief is open."""

    ending: Ending
    at_ms: int
    kind: Literal["session_ended"] = "session_ended"


LaterEvent = (
    SeatOccupied
    | PhaseBegan
    | Said
    | IntentionDeclared
    | PackageTabled
    | PackageAnswered
    | PackageStood
    | TrancheProposed
    | Pressed
    | Lobbied
    | FavourOffered
    | Voted
    | VoteCounted
    | Pledged
    | WithdrawalDecided
    | TrancheDecided
    | ProgrammeDecided
    | CardPlayed
    | ReadyMarked
    | RoundResolved
    | Paused
    | Resumed
    | DeadlineMoved
    | Woken
    | SessionEnded
)
"""What can follow the opening."""

Event = SessionOpened | LaterEvent
