"""The form of a scenario file: what may stand in it, in words an author can act on.

Owns field names, ranges and cross-checks, and the way from a document to a `Scenario`.
Knows no TOML and no paths; `loader` adds the lines. Money is whole US$ millions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.game.scenario import (
    Bank,
    Government,
    Group,
    Imf,
    Link,
    Phase,
    PhasePlan,
    RoundScale,
    Scenario,
    Seat,
    SeatId,
    Switches,
)

Musd = Annotated[int, Field(ge=0, le=10_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, le=10)]
Text = Annotated[str, Field(max_length=6_000)]
Id = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]{0,15}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Seat(_Part):
    id: Id
    name: Annotated[str, Field(min_length=1, max_length=60)]
    brief: Text = ""


class GovernmentPart(_Seat):
    """A creditor government; the names are those of `server.game.scenario.Government`."""

    role: Literal["government"]
    quota_share: Share = 0.0
    public_stake_musd: Musd = 0
    home_stake_musd: Musd = 0
    bank_exposure_musd: Musd = 0
    bank_weight: Share = 0.0
    private_domestic_rate: Rate = 0.0
    private_international_rate: Rate = 0.0
    unit_cost: Rate = 1.0
    cost_convexity: Rate = 0.0
    capacity_musd: Annotated[int, Field(gt=0, le=10_000_000)]
    crisis_weakness: Share = 0.0


class BankPart(_Seat):
    """The banks of one nationality."""

    role: Literal["bank"]
    home: Id
    claims_due_musd: Annotated[int, Field(gt=0, le=10_000_000)]
    interest_spread: Rate = 0.0
    collapse_loss: Share = 0.0
    exit_cost: Rate = 0.0


class ImfPart(_Seat):
    """The International Monetary Fund."""

    role: Literal["imf"]
    mandate_stake_musd: Musd = 0
    resources_cost: Rate = 0.0
    resources_loss: Rate = 0.0
    private_share_stake_musd: Musd = 0
    catalysis_stake_musd: Musd = 0


SeatPart = Annotated[GovernmentPart | BankPart | ImfPart, Field(discriminator="role")]


class PhasePart(_Part):
    """A phase of every round and its seconds; 0 for no clock."""

    phase: Literal["brief", "talk", "propose", "vote", "pledge", "disburse"]
    seconds: Annotated[int, Field(ge=0, le=86_400)] = 0


class GroupPart(_Part):
    """A closed room for talk."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,19}$")]
    members: Annotated[tuple[Id, ...], Field(min_length=2, strict=False)]


class LinksPart(_Part):
    """Two matrices, by row: who feels, then whose loss is felt."""

    economic: dict[str, dict[str, Share]] = Field(default_factory=dict)
    institutional: dict[str, dict[str, Share]] = Field(default_factory=dict)


class SwitchesPart(_Part):
    """Single rules on or off, against the preset of `rules`."""

    home_stakes: bool | None = None
    links: bool | None = None
    private_returns: bool | None = None
    packages: bool | None = None
    pair_talk: bool | None = None


class SourcePart(_Part):
    """Where a historical figure comes from."""

    field: str
    """Such as `need_musd` or `seats.JP.capacity_musd`."""
    value_musd: int
    source: Annotated[str, Field(min_length=3)]
    confidence: Literal["V", "V*", "R-h", "R-m", "R-l"]
    """Seen in a source; own arithmetic on such; recalled with high, medium, low confidence."""


class ChoicePart(_Part):
    """A figure that is a design choice, and why it was chosen so."""

    field: str
    """As of a source; ``seats.*.unit_cost`` stands for that of every seat."""
    why: Annotated[str, Field(min_length=10)]


class ScenarioDocument(_Part):
    """A scenario file."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    rules: Literal["L0", "L1"]
    situation: Text = ""
    history: Text = ""
    need_musd: Annotated[int, Field(gt=0, le=10_000_000)]
    sharpness: Annotated[float, Field(gt=0)] = 1.0
    loss_given_collapse: Share = 0.5
    imf_unit_cost: Rate = 0.0
    access_share: Share = 0.4
    exceptional_share: Annotated[float, Field(ge=0, le=5)] = 1.0
    ifi_share: Annotated[float, Field(ge=0, le=5)] = 0.0
    leader_bonus_musd: Musd = 0
    pledge_step_musd: Annotated[int, Field(gt=0, le=1_000_000)] = 100
    rounds: Annotated[int, Field(ge=1, le=200)] = 1
    round_scale: Literal["split", "repeated"] | None = None
    """By default `split` for L1 and `repeated` for L0."""
    need_shock_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    continue_probability: Annotated[float, Field(ge=0, lt=1)] = 0.0
    phases: Annotated[tuple[PhasePart, ...], Field(min_length=1, strict=False)]
    seats: Annotated[tuple[SeatPart, ...], Field(min_length=1, max_length=20, strict=False)]
    links: LinksPart = LinksPart()
    groups: Annotated[tuple[GroupPart, ...], Field(strict=False)] = ()
    switches: SwitchesPart = SwitchesPart()
    sources: Annotated[tuple[SourcePart, ...], Field(strict=False)] = ()
    choices: Annotated[tuple[ChoicePart, ...], Field(strict=False)] = ()

    def switched(self) -> Switches:
        """The preset with the file's own settings over it."""
        preset = self.rules == "L1"
        own = self.switches
        return Switches(
            **{
                name: preset if getattr(own, name) is None else getattr(own, name)
                for name in Switches.__dataclass_fields__
            }
        )

    def scaled(self) -> RoundScale:
        """The round rule, by default that of the rule set."""
        by_default = RoundScale.SPLIT if self.rules == "L1" else RoundScale.REPEATED
        return RoundScale(self.round_scale) if self.round_scale else by_default

    def scenario(self) -> Scenario:
        """The game that the document describes; call `problems` first."""
        return Scenario(
            name=self.name,
            title=self.title,
            situation=self.situation.strip(),
            history=self.history.strip(),
            seats=tuple(_seat(part) for part in self.seats),
            need_musd=self.need_musd,
            links=tuple(_links(self.links)),
            sharpness=self.sharpness,
            loss_given_collapse=self.loss_given_collapse,
            imf_unit_cost=self.imf_unit_cost,
            access_share=self.access_share,
            exceptional_share=self.exceptional_share,
            ifi_share=self.ifi_share,
            leader_bonus_musd=self.leader_bonus_musd,
            pledge_step_musd=self.pledge_step_musd,
            rounds=self.rounds,
            round_scale=self.scaled(),
            phases=tuple(PhasePlan(Phase(part.phase), part.seconds) for part in self.phases),
            groups=tuple(
                Group(part.name, tuple(SeatId(member) for member in part.members))
                for part in self.groups
            ),
            switches=self.switched(),
            need_shock_share=self.need_shock_share,
            continue_probability=self.continue_probability,
        )


def _seat(part: GovernmentPart | BankPart | ImfPart) -> Seat:
    numbers = part.model_dump(exclude={"role", "id", "brief", "home"})
    brief = part.brief.strip()
    match part:
        case GovernmentPart():
            return Government(id=SeatId(part.id), brief=brief, **numbers)
        case BankPart():
            return Bank(id=SeatId(part.id), home=SeatId(part.home), brief=brief, **numbers)
        case ImfPart():
            return Imf(id=SeatId(part.id), brief=brief, **numbers)


def _links(part: LinksPart) -> Iterator[Link]:
    pairs = {
        (feels, partner): None
        for matrix in (part.economic, part.institutional)
        for feels, row in matrix.items()
        for partner in row
    }
    for feels, partner in pairs:
        yield Link(
            SeatId(feels),
            SeatId(partner),
            part.economic.get(feels, {}).get(partner, 0.0),
            part.institutional.get(feels, {}).get(partner, 0.0),
        )


Problem = tuple[tuple[str | int, ...], object, str]
"""Path of the field, value seen, what is allowed."""


def problems(document: ScenarioDocument) -> Iterator[Problem]:
    """What is wrong between fields that are each right alone."""
    yield from _seat_problems(document)
    yield from _phase_problems(document)
    yield from _link_problems(document)
    yield from _switch_problems(document)
    if document.continue_probability and document.scaled() is RoundScale.SPLIT:
        yield (
            ("continue_probability",),
            document.continue_probability,
            '0, or round_scale = "repeated" beside it',
        )


def _seat_problems(document: ScenarioDocument) -> Iterator[Problem]:
    ids = Counter(seat.id for seat in document.seats)
    governments = {seat.id: seat for seat in document.seats if isinstance(seat, GovernmentPart)}
    if not governments:
        yield ("seats",), "no government", 'at least one seat with role = "government"'
    for number, seat in enumerate(document.seats):
        if ids[seat.id] > 1:
            yield ("seats", number, "id"), seat.id, "an id that no other seat has"
        if isinstance(seat, BankPart):
            yield from _bank_problems(number, seat, governments)
    if sum(isinstance(seat, ImfPart) for seat in document.seats) > 1:
        yield ("seats",), "two IMF seats", "at most one"
    votes = sum(seat.quota_share for seat in governments.values())
    if votes > 1 + 1e-9:
        yield ("seats",), f"quota shares that sum to {votes:g}", "a sum of at most 1"


def _bank_problems(
    number: int, bank: BankPart, governments: dict[str, GovernmentPart]
) -> Iterator[Problem]:
    home = governments.get(bank.home)
    if home is None:
        yield (
            ("seats", number, "home"),
            bank.home,
            f"the id of a government: {', '.join(governments)}",
        )
    elif home.bank_exposure_musd < bank.claims_due_musd:
        yield (
            ("seats", number, "claims_due_musd"),
            bank.claims_due_musd,
            f"at most the bank_exposure_musd of {bank.home}, {home.bank_exposure_musd}",
        )


def _phase_problems(document: ScenarioDocument) -> Iterator[Problem]:
    played = [Phase(part.phase) for part in document.phases]
    if sorted(played, key=list(Phase).index) != played or len(set(played)) < len(played):
        order = ", ".join(phase for phase in Phase if phase is not Phase.RESOLVE)
        yield ("phases",), ", ".join(played), f"each at most once, in the order {order}"
    if Phase.PLEDGE not in played:
        yield ("phases",), ", ".join(played), "a list with the pledge phase"
    if Phase.VOTE in played and Phase.PROPOSE not in played:
        yield ("phases",), ", ".join(played), "a propose phase before the vote"
    has_fund = any(isinstance(seat, ImfPart) for seat in document.seats)
    if has_fund and Phase.VOTE not in played:
        yield ("phases",), ", ".join(played), "a vote phase, as there is an IMF seat"
    if Phase.VOTE in played and not any(
        isinstance(seat, GovernmentPart) and seat.quota_share for seat in document.seats
    ):
        yield ("phases",), "vote", "no vote phase, or governments with a quota_share"


def _link_problems(document: ScenarioDocument) -> Iterator[Problem]:
    governments = [seat.id for seat in document.seats if isinstance(seat, GovernmentPart)]
    for kind in ("economic", "institutional"):
        for feels, row in getattr(document.links, kind).items():
            if feels not in governments:
                yield (
                    ("links", kind, feels),
                    feels,
                    f"the id of a government: {', '.join(governments)}",
                )
            for partner in row:
                if partner not in governments or partner == feels:
                    others = ", ".join(one for one in governments if one != feels)
                    yield (
                        ("links", kind, feels, partner),
                        partner,
                        f"the id of another government: {others}",
                    )
    everybody = [seat.id for seat in document.seats]
    for number, group in enumerate(document.groups):
        for place, member in enumerate(group.members):
            if member not in everybody:
                yield (
                    ("groups", number, "members", place),
                    member,
                    f"ids of seats: {', '.join(everybody)}",
                )


_NEEDS: dict[str, tuple[str, ...]] = {
    "home_stakes": ("home_stake_musd", "bank_exposure_musd", "bank_weight"),
    "private_returns": ("private_domestic_rate", "private_international_rate"),
}


def _switch_problems(document: ScenarioDocument) -> Iterator[Problem]:
    switches = document.switched()
    for number, seat in enumerate(document.seats):
        if not isinstance(seat, GovernmentPart):
            continue
        for switch, names in _NEEDS.items():
            for name in names:
                value = getattr(seat, name)
                # Bank seats need their government's exposure, whatever it is worth to it.
                if value and not getattr(switches, switch) and not _is_banked(document, seat, name):
                    yield (
                        ("seats", number, name),
                        value,
                        f"0, or [switches] {switch} = true",
                    )
    if not switches.links and (document.links.economic or document.links.institutional):
        yield ("links",), "links", "none, or [switches] links = true"


def _is_banked(document: ScenarioDocument, seat: GovernmentPart, name: str) -> bool:
    return name == "bank_exposure_musd" and any(
        isinstance(other, BankPart) and other.home == seat.id for other in document.seats
    )
