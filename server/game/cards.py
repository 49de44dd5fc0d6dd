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
    title: str
    situation: str
    sharpness: float
    """`inf` is written as the text "Infinity" on the wire."""
    rounds: int | None
    """None where the ending is random and hidden."""
    phases: tuple[Phase, ...]
    pledge_step_musd: int
    access_share: float
    exceptional_share: float
    ifi_share: float
    groups: tuple[Group, ...]
    """The rooms that this viewer may enter."""
    pair_talk: bool
    packages: bool


@dataclass(frozen=True, slots=True)
class ClockCard:
    """Where the session is."""

    crisis: int
    round: int
    phase: Phase
    deadline_ms: int | None
    paused: bool
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class GapCard:
    """The round's money in the open, as of now."""

    scheduled_need_musd: int
    """The round's need before banks withdraw."""
    claims_due_musd: int
    """Bank claims falling due this round: they add to the need if withdrawn."""
    ordinary_access_musd: int
    exceptional_access_musd: int
    promised_musd: int
    """Sum over governments of the larger of declared intention and signed amount."""
    tranche_musd: int
    """IMF money granted by the vote so far this round."""


@dataclass(frozen=True, slots=True)
class SeatCard:
    """One seat as everybody sees it."""

    id: SeatId
    name: str
    role: Role
    home: SeatId | None
    """For a bank, the government whose bank it is."""
    participant: Participant
    quota_share: float
    bank_exposure_musd: int
    claims_due_musd: int
    """For a bank: claims falling due this round."""
    done: bool
    """Has decided finally, voted on everything, or marked itself ready in this phase."""
    intention_musd: int | None
    signed_musd: int | None
    """Largest amount in a standing package of this round that names the seat."""


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A package of this round."""

    package: int
    seat: SeatId
    pledges_musd: Mapping[SeatId, int]
    withdrawn_at_most_permille: Mapping[SeatId, int]
    parent: int | None
    text: str
    answers: Mapping[SeatId, bool]
    """True accepts, False rejects; absent has not answered."""
    stands: bool


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """An IMF tranche before the board this round."""

    proposal: int
    seat: SeatId | None
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
    tranche_musd: int
    ifi_musd: int
    effective_musd: int
    stability: float
    released: bool
    pledges_musd: Mapping[SeatId, int]
    drawn_musd: Mapping[SeatId, int]
    withdrawn_permille: Mapping[SeatId, int]
    promises: tuple[PromiseCard, ...]
    lines_musd: Mapping[SeatId, Mapping[str, int]]
    """Own lines only, until the debrief; the host sees all; the board none until then."""


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """What a government said, signed, pledged and paid in one round."""

    seat: SeatId
    said_musd: int | None
    signed_musd: int | None
    pledged_musd: int
    paid_musd: int


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
    total_musd: int
    """Sum of all own lines so far."""


@dataclass(frozen=True, slots=True)
class DebriefCard:
    """What is opened at the end."""

    history: str
    seats: Mapping[SeatId, Mapping[str, float]]
    """Every seat's private numbers."""
    totals_musd: Mapping[SeatId, int]


@dataclass(frozen=True, slots=True)
class View:
    """Everything one viewer may see, now. Sections change one at a time."""

    scenario: ScenarioCard
    clock: ClockCard
    gap: GapCard
    seats: tuple[SeatCard, ...]
    packages: tuple[PackageCard, ...]
    proposals: tuple[ProposalCard, ...]
    rounds: tuple[RoundCard, ...]
    messages: tuple[MessageCard, ...]
    own: OwnCard | None
    debrief: DebriefCard | None


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What others are told of a sealed decision: that it was made, never what it is."""

    seat: SeatId
    final: bool
    at_ms: int
    kind: Literal["decision_made"] = "decision_made"
