"""What a game is made of: Scenario, its seats, links, switches and draws.

Owns the frozen data that every rule reads. Knows no file format (that is
`server.scenarios`) and no session. Money is whole US$ millions (`_musd`); shares,
rates and weights have no unit. Symbols in the docstrings are those of the model.
"""

from __future__ import annotations

import enum
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, NewType

SeatId = NewType("SeatId", str)
"""Short name of a seat inside its scenario, such as ``JP`` or ``JP-banks``."""


def sparse(default: Any) -> Any:
    """A field of an advanced rule: left out of files and logs while it has its default.

    So a rule that is off leaves no trace there. Such a default must never change: logs
    that leave the field out mean the value it had when they were written.
    """
    return field(default=default, metadata={"sparse": True})


def sparse_mapping() -> Any:
    """As `sparse`, for a mapping that is empty where the rule is off."""
    return field(default_factory=dict, metadata={"sparse": True})


def default_of(one: Field[Any]) -> object:
    """What a field holds where nothing was said; `MISSING` if it must be said."""
    return one.default if one.default_factory is MISSING else one.default_factory()


class Role(enum.StrEnum):
    """What kind of actor a seat is."""

    GOVERNMENT = "government"
    BANK = "bank"
    IMF = "imf"
    DEBTOR = "debtor"


class Phase(enum.StrEnum):
    """The phases of a round, in playing order."""

    BRIEF = "brief"
    TALK = "talk"
    PROPOSE = "propose"
    VOTE = "vote"
    PLEDGE = "pledge"
    RESOLVE = "resolve"
    DISBURSE = "disburse"


class RoundScale(enum.StrEnum):
    """How the money of the one-shot game is spread over the rounds."""

    SPLIT = "split"
    """Every money parameter is divided by the number of rounds."""

    REPEATED = "repeated"
    """Every round is the whole one-shot game again."""


@dataclass(frozen=True, slots=True)
class Government:
    """A creditor government (model, section 2.3)."""

    id: SeatId
    name: str
    brief: str = ""
    """The seat's private card in plain words."""
    quota_share: float = 0.0
    """w: share of the IMF's quotas and votes, 0..1."""
    public_stake_musd: int = 0
    """V: what full systemic stability is worth to it."""
    home_stake_musd: int = 0
    """H: its own trade and investment lost if the debtor collapses."""
    bank_exposure_musd: int = 0
    """X: claims of its banks on the debtor at opening."""
    bank_weight: float = 0.0
    """omega: weight of the home banks in its payoff, 0..1."""
    private_domestic_rate: float = 0.0
    """d: return at home per own bilateral dollar drawn."""
    private_international_rate: float = 0.0
    """r: return abroad per own bilateral dollar drawn."""
    unit_cost: float = 1.0
    """c: expected cost per dollar lent; 1 makes it a gift."""
    cost_convexity: float = 0.0
    """tau: how fast taxpayer resistance rises with the pledge."""
    capacity_musd: int = 0
    """B: fiscal capacity of the bilateral channel over the whole crisis."""
    crisis_weakness: float = 0.0
    """k: share of the capacity lost when the round before ended in collapse."""
    role: Literal[Role.GOVERNMENT] = Role.GOVERNMENT
    discipline_stake_musd: int = sparse(0)
    """a: what full discipline of the debtor is worth to it."""
    concession_gain_musd: int = sparse(0)
    """beta: gained by undercutting the others' terms by one unit."""
    modality_weight_musd: int = sparse(0)
    """m: cost of a programme one unit away from the ideal terms."""
    ideal_terms: tuple[float, ...] = sparse(())
    """k*: by dimension of the scenario's terms, 0..1."""
    relative_gains_weight: float = sparse(0.0)
    """g: weight of gaining less than the others on average."""
    guidance_cost_musd: int = sparse(0)
    """kappa: cost of guiding its own banks with full force."""
    credit_loss: float = sparse(0.0)
    """loss: share of its own money lost in a collapse."""
    regional_share: float = sparse(0.0)
    """Share of votes in, and of the cost of, the regional fund, 0..1."""
    regional_bonus_musd: int = sparse(0)
    """b_R: to this member where the regional fund covers the whole need."""


@dataclass(frozen=True, slots=True)
class Bank:
    """The banks of one nationality, acting as one (model, section 2.4)."""

    id: SeatId
    name: str
    home: SeatId
    """The government whose banks these are."""
    brief: str = ""
    claims_due_musd: int = 0
    """D: claims falling due over the whole crisis."""
    interest_spread: float = 0.0
    """s: earned on claims that stay, times stability."""
    collapse_loss: float = 0.0
    """h: share lost of claims that stay, times (1 - stability)."""
    exit_cost: float = 0.0
    """eps: cost per dollar withdrawn."""
    role: Literal[Role.BANK] = Role.BANK
    peer_pressure: float = sparse(0.0)
    """psi: cost per dollar withdrawn while all peers stay."""
    lobby_cost_musd: int = sparse(0)
    """Cost of lobbying its government with full force."""


@dataclass(frozen=True, slots=True)
class Imf:
    """The International Monetary Fund's seat (model, section 2.5)."""

    id: SeatId
    name: str
    brief: str = ""
    mandate_stake_musd: int = 0
    """V_F: worth of full stability to its mandate."""
    resources_cost: float = 0.0
    """c_F: cost per dollar of tranche drawn."""
    resources_loss: float = 0.0
    """loss_F: further cost per dollar drawn, times (1 - stability)."""
    private_share_stake_musd: int = 0
    """b_F: worth of all bank claims staying in."""
    catalysis_stake_musd: int = 0
    """z_F: worth of bilateral money covering the whole need beside its own."""
    role: Literal[Role.IMF] = Role.IMF
    programme_stake_musd: int = sparse(0)
    """Q_F: worth of a programme of full strictness that is kept."""
    moral_hazard_weight: float = sparse(0.0)
    """mu_F: cost per dollar by which the next crisis grows."""


@dataclass(frozen=True, slots=True)
class Debtor:
    """The country that cannot pay (model, section 2.6)."""

    id: SeatId
    name: str
    brief: str = ""
    relief_stake_musd: int = 0
    """H_D: worth of full stability."""
    finance_value: float = 0.0
    """gamma_D: worth per dollar received."""
    pain_musd: int = 0
    """a_D: cost of a programme of full strictness that is kept."""
    sovereignty_cost_musd: int = 0
    """sigma_D: cost of being in a programme at all."""
    default_cost_musd: int = 0
    """X_D: cost of default."""
    role: Literal[Role.DEBTOR] = Role.DEBTOR


Seat = Government | Bank | Imf | Debtor


@dataclass(frozen=True, slots=True)
class Link:
    """How far `feels` shares what happens to `partner` (rows of e and l).

    Between governments; between banks, `institutional` is the weight of a peer.
    """

    feels: SeatId
    partner: SeatId
    economic: float = 0.0
    """e: share of the partner's home stake that is felt."""
    institutional: float = 0.0
    """l: share of the partner's bank exposure that the own banks feel."""


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """One phase of every round and the time it has."""

    phase: Phase
    seconds: int = 0
    """0 means no clock: the phase lasts until everybody is done or the host moves on."""


@dataclass(frozen=True, slots=True)
class Group:
    """A closed room for talk, such as the G-7 or the bank committee."""

    name: str
    """Of its channel."""
    members: tuple[SeatId, ...]
    """The seats that may talk in it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a card changes, until the crisis ends: one number of one seat."""

    seat: SeatId | None
    """None for a number of the scenario itself."""
    field: str
    """Its name in `Government`, `Bank`, `Imf`, `Debtor` or `Scenario`."""
    factor: float = 1.0
    """The number is multiplied by it."""
    becomes: float | None = sparse(None)
    """Of a fork's card: what the number is from then on, whatever it was."""


@dataclass(frozen=True, slots=True)
class EventCard:
    """Something that happens outside the table and changes what is at stake there."""

    name: str
    title: str
    text: str
    """What everybody reads when it happens."""
    effects: tuple[Effect, ...]
    round: int | None = None
    """The round at whose beginning it happens; None: only when the host plays it."""
    probability: float = 1.0
    """Chance that it happens in its round, drawn at opening."""


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody did in history; opened in the debrief, beside the play."""

    who: str
    """Name of a seat, or of somebody who is not at the table."""
    seat: SeatId | None
    """None for who is not at the table."""
    pledged_musd: int | None
    """Announced, or granted by the Fund; None: not known, or not a question of money."""
    paid_musd: int | None
    """None: not known."""
    day: int | None
    """When it was pledged: days after the crisis began."""
    note: str
    """A few words more, where there are any."""
    source: str
    """Where it is written."""
    confidence: str
    """As of a source of a figure: V, V*, R-h, R-m or R-l."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Rules that can be on or off; all off is the laboratory rule set L0.

    The first five make L1; the others are advanced rules (L2), each on by itself.
    """

    home_stakes: bool = False
    """Lines home_economy and home_banks."""
    links: bool = False
    """Lines link_institutional and link_economic."""
    private_returns: bool = False
    """Lines private_domestic and private_international."""
    packages: bool = False
    """Packages may be tabled and answered."""
    pair_talk: bool = False
    """Any two seats may talk in private."""
    terms: bool = sparse(False)
    """Conditionality: own terms, or those that a programme seals; discipline, concession."""
    modality: bool = sparse(False)
    """Programmes are judged by their distance from each government's ideal terms."""
    programmes: bool = sparse(False)
    """A tranche comes with those of later rounds, paid while the debtor complies."""
    second_line: bool = sparse(False)
    """Pledges that are announced and called only if the first line is not enough."""
    clauses: bool = sparse(False)
    """A pledge may depend on what the others together pledge."""
    package_minima: bool = sparse(False)
    """A package may name the total below which nobody who signed it pays."""
    binding_packages: bool = sparse(False)
    """What a standing package names is a floor under the pledge."""
    pressure: bool = sparse(False)
    """Governments may ask others for an amount, at a price for those who pay less."""
    guidance: bool = sparse(False)
    """Governments may make it dear for their banks to leave."""
    lobbying: bool = sparse(False)
    """Banks may raise their weight in their government's payoff."""
    peer_pressure: bool = sparse(False)
    """Leaving costs a bank more, the more of its peers stay."""
    cross_default: bool = sparse(False)
    """Past a share withdrawn, all claims fall due."""
    favours: bool = sparse(False)
    """Governments may promise their banks money for staying."""
    fungibility: bool = sparse(False)
    """Part of each private return leaks to all whose banks are exposed."""
    relative_gains: bool = sparse(False)
    """Gaining less than the others hurts."""
    credit_losses: bool = sparse(False)
    """A collapse costs those who lent part of their money."""
    moral_hazard: bool = sparse(False)
    """A lenient rescue without the banks makes the next crisis larger."""
    panic: bool = sparse(False)
    """The crowd withdraws too, more where cover is thin."""
    reserves: bool = sparse(False)
    """The debtor's own reserves pay before the second line does."""
    arrears: bool = sparse(False)
    """What is not paid is counted; too much of it in two rounds is default."""
    rolling_claims: bool = sparse(False)
    """All claims that were not withdrawn fall due again in the next round."""
    regional_fund: bool = sparse(False)
    """The region may lend from a pot of its own."""
    cards: bool = sparse(False)
    """Events outside the table change capacities, stakes and rates."""
    refund: bool = sparse(False)
    """Pledges are given back where the money does not reach the need."""


@dataclass(frozen=True)
class Scenario:
    """The data of a game. Built by `server.scenarios`, which checks it."""

    name: str
    title: str
    situation: str
    """What every player reads at the start."""
    seats: tuple[Seat, ...]
    need_musd: int
    """N, or G where there are banks: the external financing need of the crisis."""
    history: str = ""
    """What history did; shown only in the debrief."""
    links: tuple[Link, ...] = ()
    sharpness: float = 1.0
    """rho: curvature of stability production; ``inf`` is a provision point."""
    loss_given_collapse: float = 0.5
    """lgd: share of bank claims lost in a collapse."""
    imf_unit_cost: float = 0.0
    """c_m: cost per dollar of a member's share in an IMF tranche."""
    access_share: float = 0.4
    """Ordinary IMF access as a share of the round's need."""
    exceptional_share: float = 1.0
    """Highest IMF access, as a share of the round's need; needs 85 % of the votes."""
    ifi_share: float = 0.0
    """Other institutions' money per dollar of a released tranche."""
    leader_bonus_musd: int = 0
    """b: to the government whose alternative passed, if stability reaches 0.8."""
    pledge_step_musd: int = 100
    rounds: int = 1
    """T; the most there can be where `continue_probability` is above 0."""
    round_scale: RoundScale = RoundScale.SPLIT
    phases: tuple[PhasePlan, ...] = (PhasePlan(Phase.PLEDGE),)
    """Playing order without `resolve`, which takes no time and follows `pledge`."""
    groups: tuple[Group, ...] = ()
    switches: Switches = Switches()
    need_shock_share: float = 0.0
    """sigma: the need is multiplied by 1+u, u uniform on ±sigma, drawn at opening."""
    continue_probability: float = 0.0
    """Chance that another round follows, drawn at opening and hidden; 0: all rounds."""
    fungibility: float = sparse(0.0)
    """phi: share of the private domestic return that leaks."""
    term_names: tuple[str, ...] = sparse(())
    """The dimensions of a programme's terms; its strictness is their mean."""
    standard_terms: tuple[float, ...] = sparse(())
    """What the Fund asks for by default, by dimension, 0..1."""
    breach_fine_musd: int = sparse(0)
    """Paid per unit by which a government undercuts the terms of a programme."""
    pressure_force: float = sparse(0.0)
    """theta: force of pressure per unit of economic link."""
    regional_pressure_force: float = sparse(0.0)
    """theta between members of the region; 0: as elsewhere."""
    lobby_effect: float = sparse(0.0)
    """Added to the bank weight by lobbying with full force."""
    cross_default_share: float = sparse(0.0)
    """xd: share of due claims withdrawn past which all fall due."""
    headline_rate: float = sparse(0.25)
    """v: part of the international return that an announcement earns."""
    credibility: float = sparse(0.5)
    """nu: how far a second line counts as cover, at the beginning."""
    credibility_loss: float = sparse(0.5)
    """Share of its credibility that a government loses by refusing a call."""
    reserves_musd: int = sparse(0)
    """R: the debtor's own reserves at the beginning."""
    reserve_floor_musd: int = sparse(0)
    """R_min: below which they are not used."""
    reserve_gain_musd: int = sparse(0)
    """kappa_K: gained in a round by a programme of full strictness on track."""
    crowd_musd: int = sparse(0)
    """F: money of the crowd that can leave."""
    panic_share: float = sparse(0.0)
    """chi: share of it that leaves in the first round."""
    panic_sensitivity: float = sparse(0.0)
    """alpha: rise of the panic per unit of missing cover."""
    coverage_target: float = sparse(0.0)
    """cov*: cover at which the panic stands still."""
    panic_from_shortfall: float = sparse(0.0)
    """b: rise of the panic per unit of need left unpaid."""
    panic_shock: float = sparse(0.0)
    """Half-width of the uniform shock to the panic, drawn for each round at opening."""
    compliance_sensitivity: float = sparse(0.0)
    """gamma: how fast a strict programme that is short of money breaks down."""
    compliance_floor: float = sparse(0.5)
    """C_min: compliance below which a programme is off track."""
    compliance_shock: float = sparse(0.0)
    """Half-width of the uniform shock to compliance, drawn for each round at opening."""
    default_share: float = sparse(0.25)
    """Share of the need in arrears that is default when it happens twice running."""
    moral_hazard_memory: float = sparse(0.0)
    """delta: part of the moral hazard that remains after a crisis."""
    moral_hazard_growth: float = sparse(0.0)
    """eta: added by a rescue without terms and without the banks."""
    regional_cap_musd: int = sparse(0)
    """cap_R: most that the regional fund can lend in the crisis."""
    regional_unit_cost: float = sparse(0.0)
    """Cost per dollar of a member's share in the regional fund's money."""
    regional_strictness: float = sparse(0.0)
    """k_R: strictness that the regional fund asks for."""
    cards: tuple[EventCard, ...] = sparse(())
    record: tuple[Record, ...] = sparse(())
    """What history's actors did; shown only in the debrief."""
    later_crises: tuple[Scenario, ...] = sparse(())
    """The crises after this one, with the same seats; a session with them is a campaign."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # Computed once: what is made of a scenario alone is kept by it.
        return hash(tuple(getattr(self, one.name) for one in fields(self)))

    @cached_property
    def advanced_rules(self) -> tuple[str, ...]:
        """The advanced switches that are on, in their order."""
        return tuple(
            one.name
            for one in fields(Switches)
            if "sparse" in one.metadata and getattr(self.switches, one.name)
        )

    @cached_property
    def seat_by_id(self) -> dict[SeatId, Seat]:
        """Every seat under its id, in seat order."""
        return {seat.id: seat for seat in self.seats}

    @cached_property
    def governments(self) -> tuple[Government, ...]:
        """The creditor governments, in seat order."""
        return tuple(seat for seat in self.seats if isinstance(seat, Government))

    @cached_property
    def banks(self) -> tuple[Bank, ...]:
        """The bank seats, in seat order."""
        return tuple(seat for seat in self.seats if isinstance(seat, Bank))

    @cached_property
    def imf(self) -> Imf | None:
        """The IMF seat, or None where the Fund is scripted or absent."""
        return next((seat for seat in self.seats if isinstance(seat, Imf)), None)

    @cached_property
    def debtor(self) -> Debtor | None:
        """The debtor's seat, or None where it is no player."""
        return next((seat for seat in self.seats if isinstance(seat, Debtor)), None)

    @cached_property
    def region(self) -> tuple[Government, ...]:
        """The members of the region, in seat order."""
        return tuple(seat for seat in self.governments if seat.regional_share)

    @cached_property
    def card_by_name(self) -> dict[str, EventCard]:
        """The event cards under their names."""
        return {card.name: card for card in self.cards}

    @cached_property
    def peers_of(self) -> dict[SeatId, dict[SeatId, float]]:
        """For each bank, the weight of each other bank: as linked, else all the same."""
        linked = {(link.feels, link.partner): link.institutional for link in self.links}
        peers: dict[SeatId, dict[SeatId, float]] = {}
        for bank in self.banks:
            others = [other.id for other in self.banks if other.id != bank.id]
            weights = {other: linked.get((bank.id, other), 0.0) for other in others}
            peers[bank.id] = weights if any(weights.values()) else dict.fromkeys(others, 1.0)
        return peers

    @cached_property
    def plan(self) -> dict[Phase, PhasePlan]:
        """The phases played, in order."""
        return {plan.phase: plan for plan in self.phases}

    @cached_property
    def group_by_name(self) -> dict[str, Group]:
        """The closed rooms for talk under their names."""
        return {group.name: group for group in self.groups}

    @cached_property
    def links_of(self) -> dict[SeatId, tuple[tuple[Link, Government], ...]]:
        """For each government, its links with the partners they lead to."""
        partners = {seat.id: seat for seat in self.governments}
        return {
            seat.id: tuple(
                (link, partners[link.partner]) for link in self.links if link.feels == seat.id
            )
            for seat in self.governments
        }


@dataclass(frozen=True, slots=True)
class Draws:
    """Everything random about a session, drawn once before its opening."""

    seed: int
    """The session's seed; bots' generators are made from it. Never shown to players."""
    rounds: int
    """How many rounds will be played."""
    need_shock_share: float = 0.0
    """u: the need of the crisis is multiplied by 1+u."""
    cards: tuple[str, ...] = sparse(())
    """The event cards that will happen, by name; hidden until they do."""
    panic_shocks: tuple[float, ...] = sparse(())
    """By round; none where there are none."""
    compliance_shocks: tuple[float, ...] = sparse(())
    later: tuple[Draws, ...] = sparse(())
    """For the crises after the first; their seed is that of the session."""
