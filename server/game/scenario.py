"""What a game is made of: Scenario, its seats, links, switches and draws.

Owns the frozen data that every rule reads. Knows no file format (that is
`server.scenarios`) and no session. Money is whole US$ millions (`_musd`); shares,
rates and weights have no unit. Symbols in the docstrings are those of the model.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NewType

SeatId = NewType("SeatId", str)
"""Short name of a seat inside its scenario, such as ``JP`` or ``JP-banks``."""


class Role(enum.StrEnum):
    """What kind of actor a seat is."""

    GOVERNMENT = "government"
    BANK = "bank"
    IMF = "imf"


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


Seat = Government | Bank | Imf


@dataclass(frozen=True, slots=True)
class Link:
    """How far `feels` shares what happens to `partner` (rows of e and l)."""

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
class Switches:
    """Rules that can be on or off; all off is the laboratory rule set L0."""

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
