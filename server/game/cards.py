"""What is shown of a session: frozen cards, grouped into one `View`.

What belongs to advanced rules hangs under `advanced`, None where all of them are off.

Owns the shapes alone; `server.game.views` decides who gets which. Packages, messages
and promises are public facts, so the state keeps them in the same form. Money is whole
US$ millions; deadlines are session milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server.game.actions import Ballot
from server.game.condition import Condition
from server.game.events import Ending, Participant
from server.game.scenario import Group, Phase, Record, Role, SeatId


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
    advanced: AdvancedRules | None = None
    """None where no advanced rule is on; so with all that is called `advanced`."""


@dataclass(frozen=True, slots=True)
class AdvancedRules:
    """The advanced rules of this crisis."""

    switches: tuple[str, ...]
    """Those that are on, by name."""
    numbers: Mapping[str, float]
    """Their numbers under the scenario's names."""
    term_names: tuple[str, ...]
    """The dimensions of a programme's terms."""
    standard_terms_permille: tuple[int, ...]
    """What the Fund asks for by default, by dimension."""
    crises: int
    """How many crises the session has."""


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
    """IMF money granted so far this round, by the vote or by a programme that goes on."""
    advanced: AdvancedGap | None = None


@dataclass(frozen=True, slots=True)
class AdvancedGap:
    """What else pays or leaves this round, and how the programme stands."""

    crowd_leaving_musd: int
    """Of the crowd's money, already in panic."""
    spare_reserves_musd: int
    """The debtor's own, above their floor."""
    second_line_musd: int
    """Announced by all governments in earlier rounds and not called yet."""
    regional_access_musd: int
    """The most that the region's fund can grant this round."""
    regional_musd: int
    """What it has granted."""
    terms_permille: tuple[int, ...] | None
    """Of the programme in force; None without one."""
    tranches_musd: tuple[int, ...]
    """Of the programme, this round's first."""
    on_track: bool
    """Whether the Fund may pay."""
    condition: Condition | None
    """What earlier rounds left."""


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
    advanced: AdvancedSeat | None = None


@dataclass(frozen=True, slots=True)
class AdvancedSeat:
    """A government's part in the advanced rules, as everybody sees it."""

    regional_share: float
    """Of votes in the regional fund; 0 for who is not of the region."""
    second_line_musd: int
    """Announced in earlier rounds and not called yet."""
    credibility: float | None
    """How far the second line counts as cover; None without that rule."""


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
    minimum_total_musd: int = 0
    """Whoever signed pays only if all pledges together reach this; 0: whatever they do."""


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
    terms_permille: tuple[int, ...] = ()
    """What the debtor would have to do, by dimension; none where that rule is off."""
    later_musd: tuple[int, ...] = ()
    """The tranches of the rounds after this one."""
    regional: bool = False
    """Before the members of the region, by their shares."""


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
    advanced: AdvancedRound | None = None


@dataclass(frozen=True, slots=True)
class AdvancedRound:
    """What the advanced rules did in a round; named as in `RoundResolved`."""

    cross_default: bool
    """So much was withdrawn that all claims fell due."""
    inactive: tuple[SeatId, ...]
    """Governments whose conditions on the others were not met."""
    refunded: bool
    """The money did not reach the need, and pledges were given back."""
    regional_musd: int
    """The regional fund's money drawn."""
    reserves_used_musd: int
    """The debtor's own."""
    crowd_withdrawn_musd: int
    """Taken out by the crowd."""
    announced_musd: Mapping[SeatId, int]
    """Second line newly announced."""
    called_musd: Mapping[SeatId, int]
    """Of the second line."""
    refused: tuple[SeatId, ...]
    """Governments that were called and did not pay."""
    accepted: bool
    """Whether the debtor accepted the programme."""
    in_programme: bool
    """Whether a programme was in force."""
    strictness: Mapping[SeatId, float]
    """What each government asked of the debtor, 0..1."""
    required_strictness: float
    """What the programme, or the region's money, asked of it."""
    guidance_permille: Mapping[SeatId, int]
    """How hard each government leaned on its banks."""
    defaulted: bool
    """The debtor went into default."""
    condition: Condition | None
    """What the round left to the next."""


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
class EventCardCard:
    """Something that happened outside the table."""

    name: str
    """Under which the scenario, and the host who plays it, has it."""
    title: str
    """For people."""
    text: str
    """What happened."""
    round: int
    """The round in which it happened."""


@dataclass(frozen=True, slots=True)
class DealCard:
    """A demand, a favour or lobbying: between two seats until the debrief."""

    kind: Literal["pressure", "favour", "lobbying"]
    """Which of the three it is."""
    seat: SeatId
    on: SeatId
    """The government pressed or lobbied, or the bank that is promised a favour."""
    amount_musd: int
    """Asked or promised; 0 for lobbying."""
    permille: int
    """The force of lobbying, or the most a favoured bank may withdraw; 0 for pressure."""
    crisis: int
    round: int
    at_ms: int


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
    score_sheet: tuple[str, ...]
    """What it gains and loses by what, a sentence each, made from its numbers."""
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
    advanced: AdvancedOwn | None = None


@dataclass(frozen=True, slots=True)
class AdvancedOwn:
    """The seat's own limits and sealed decisions under the advanced rules."""

    smallest_pledge_musd: int
    """What binding packages hold it to."""
    largest_second_line_musd: int
    """The most it can announce in addition."""
    others_at_least_musd: int
    """What it asks of the others' pledges together; 0 for no condition."""
    second_line_musd: int
    """Announced in addition this round."""
    pays_calls: bool
    """Whether it will pay if its second line is called."""
    strictness_permille: int | None
    """What it asks of the debtor itself; None to follow the programme, or to ask nothing."""
    guidance_permille: int
    """How hard it leans on its own banks to stay."""
    accept: bool | None
    """The debtor's word on the programme; None where not decided."""


@dataclass(frozen=True, slots=True)
class DebriefCard:
    """What is opened at the end."""

    history: str
    """What history did."""
    seats: Mapping[SeatId, Mapping[str, float]]
    """Every seat's private numbers."""
    totals_musd: Mapping[SeatId, int]
    """Sum of all lines, by seat."""
    record: tuple[tuple[Record, ...], ...] = ()
    """By crisis, what history's actors did: to be read beside the play."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything one viewer may see, now. Sections change one at a time."""

    scenario: ScenarioCard
    """Changes only with the crisis."""
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
    deals: tuple[DealCard, ...] = ()
    """Of the whole session, those that the viewer may know of."""
    event_cards: tuple[EventCardCard, ...] = ()
    """What has happened outside the table in this crisis."""


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What others are told of a sealed decision: that it was made, never what it is."""

    seat: SeatId
    final: bool
    at_ms: int
    kind: Literal["decision_made"] = "decision_made"
