"""What is shown of a session: frozen cards, grouped into one `View`.

Owns the shapes alone; `server.game.views` decides who gets which. Packages, messages
and promises are public facts, so the state keeps them in the same form. Money is whole
US$ millions; deadlines are session milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server.game.actions import Ballot
from server.game.events import Ending, Participant
from server.game.scenario import Group, Phase, Role, SeatId


@dataclass(frozen=True, slots=True)
class ScenarioCard:
    """What never changes in a session and everybody may know."""

    name: str
    """Under which the server has it."""
    title: str
    """For people."""
    situation: str
    """What every player reads at the start."""
    sharpness: float
    """rho: curvature of stability production; "Infinity" is a provision point."""
    rounds: int | None
    """None where the ending is random and hidden."""
    phases: tuple[Phase, ...]
    """The phases of every round, in order."""
    pledge_step_musd: int
    """Amounts are multiples of this."""
    access_share: float
    """Ordinary IMF access as a share of the round's need."""
    exceptional_share: float
    """Highest IMF access as a share of the round's need; needs 85 % of the votes."""
    ifi_share: float
    """Other institutions' money per dollar of a released tranche."""
    groups: tuple[Group, ...]
    """The rooms that this viewer may enter."""
    pair_talk: bool
    """Whether any two seats may talk in private."""
    packages: bool
    """Whether packages may be tabled."""


@dataclass(frozen=True, slots=True)
class ClockCard:
    """Where the session is."""

    crisis: int
    round: int
    phase: Phase
    deadline_ms: int | None
    paused: bool
    """Whether the host has stopped the clock; decisions wait."""
    ending: Ending | None
    """None while the session runs."""


@dataclass(frozen=True, slots=True)
class GapCard:
    """The round's money in the open, as of now."""

    scheduled_need_musd: int
    """The round's need before banks withdraw."""
    claims_due_musd: int
    """Bank claims falling due this round: they add to the need if withdrawn."""
    ordinary_access_musd: int
    """The largest tranche that a simple majority passes."""
    exceptional_access_musd: int
    """The largest tranche at all."""
    promised_musd: int
    """Sum over governments of the larger of declared intention and signed amount."""
    tranche_musd: int
    """IMF money granted by the vote so far this round."""


@dataclass(frozen=True, slots=True)
class SeatCard:
    """One seat as everybody sees it."""

    id: SeatId
    """The seat's short name."""
    name: str
    role: Role
    home: SeatId | None
    """For a bank, the government whose bank it is."""
    participant: Participant
    quota_share: float
    """For a government: its share of the IMF's votes."""
    bank_exposure_musd: int
    """For a government: claims of its banks on the debtor at opening."""
    claims_due_musd: int
    """For a bank: claims falling due this round."""
    done: bool
    """Has decided finally, voted on everything, or marked itself ready in this phase."""
    intention_musd: int | None
    """What it said in public that it will pledge; None where it said nothing."""
    signed_musd: int | None
    """Largest amount in a standing package of this round that names the seat."""


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A package of this round."""

    package: int
    seat: SeatId
    """Who tabled it."""
    pledges_musd: Mapping[SeatId, int]
    withdrawn_at_most_permille: Mapping[SeatId, int]
    parent: int | None
    text: str
    answers: Mapping[SeatId, bool]
    """True accepts, False rejects; absent has not answered."""
    stands: bool
    """Whether every named seat has accepted."""


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """An IMF tranche before the board this round."""

    proposal: int
    seat: SeatId | None
    """Who proposed it; None for the scripted Fund."""
    tranche_musd: int
    exceptional: bool
    """Above ordinary access: needs 85 % of yes and no."""
    ballots: Mapping[SeatId, Ballot]
    """Empty until the vote is counted."""
    passed: bool | None
    """None until the vote is counted."""


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A resolved round."""

    crisis: int
    round: int
    need_musd: int
    """N_t, withdrawals of banks included."""
    tranche_musd: int
    ifi_musd: int
    """Other institutions' money drawn."""
    effective_musd: int
    """All money drawn."""
    stability: float
    """S, rounded to 9 decimals."""
    released: bool
    """Whether the Fund released the tranche that passed."""
    pledges_musd: Mapping[SeatId, int]
    drawn_musd: Mapping[SeatId, int]
    """What was drawn of the pledges."""
    withdrawn_permille: Mapping[SeatId, int]
    promises: tuple[PromiseCard, ...]
    """What each government had promised, and did."""
    lines_musd: Mapping[SeatId, Mapping[str, int]]
    """Own lines only, until the debrief; the host sees all; the board none until then."""


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """What a government said, signed, pledged and paid in one round."""

    seat: SeatId
    said_musd: int | None
    """Declared as its intention."""
    signed_musd: int | None
    """Its largest amount in a package that stood."""
    pledged_musd: int
    """Its sealed pledge."""
    paid_musd: int
    """What was drawn of it."""


@dataclass(frozen=True, slots=True)
class MessageCard:
    """Something said."""

    seat: SeatId
    channel: str
    to: SeatId | None
    text: str
    crisis: int
    round: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class OwnCard:
    """What only the seat itself sees until the debrief."""

    seat: SeatId
    brief: str
    """The seat's private card in plain words."""
    parameters: Mapping[str, float]
    """The seat's own numbers under their scenario names, undivided; money in US$ millions."""
    economic_links: Mapping[SeatId, float]
    """e, by partner."""
    institutional_links: Mapping[SeatId, float]
    """l, by partner."""
    largest_pledge_musd: int
    """The most this seat can pledge this round; 0 for banks and the IMF."""
    may: tuple[str, ...]
    """The `kind` of every action open to the seat in this phase."""
    pledge_musd: int | None
    """The sealed decision so far, by role; None where not decided."""
    withdrawn_permille: int | None
    release: bool | None
    final: bool
    ballots: Mapping[int, Ballot]
    """Own ballots so far this round, by proposal."""
    packages_to_answer: tuple[int, ...]
    """Numbers of the packages that name the seat and wait for its answer."""
    total_musd: int
    """Sum of all own lines so far."""


@dataclass(frozen=True, slots=True)
class DebriefCard:
    """What is opened at the end."""

    history: str
    """What history did."""
    seats: Mapping[SeatId, Mapping[str, float]]
    """Every seat's private numbers."""
    totals_musd: Mapping[SeatId, int]
    """Sum of all lines, by seat."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything one viewer may see, now. Sections change one at a time."""

    scenario: ScenarioCard
    """Never changes."""
    clock: ClockCard
    """Where the session is."""
    gap: GapCard
    """The round's money in the open."""
    seats: tuple[SeatCard, ...]
    """In the scenario's order."""
    packages: tuple[PackageCard, ...]
    """Of this round, in the order tabled."""
    proposals: tuple[ProposalCard, ...]
    """Of this round, in the order tabled."""
    rounds: tuple[RoundCard, ...]
    """The resolved rounds, oldest first."""
    messages: tuple[MessageCard, ...]
    """What this viewer could hear, oldest first."""
    own: OwnCard | None
    """The viewer's own seat; None for host, board and observers."""
    debrief: DebriefCard | None
    """None until the end."""


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What others are told of a sealed decision: that it was made, never what it is."""

    seat: SeatId
    final: bool
    at_ms: int
    kind: Literal["decision_made"] = "decision_made"
