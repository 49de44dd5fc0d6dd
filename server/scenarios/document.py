"""The form of a scenario file: what may stand in it, in words an author can act on.

Owns field names, ranges, and the way from a document to a `Scenario`. What must hold between
fields is in `checks`, TOML and lines are the `loader`'s. Money is whole US$ millions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.game.scenario import (
    Bank,
    Debtor,
    Effect,
    EventCard,
    Government,
    Group,
    Imf,
    Link,
    Phase,
    PhasePlan,
    Record,
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
_ID = r"^[A-Z][A-Za-z0-9-]{0,15}$"
_CHANNEL = r"^[a-z][a-z0-9-]{1,19}$"
_NAME = r"^[a-z][a-z0-9-]{1,39}$"
FORMS = {
    _ID: "a capital letter and up to 15 letters, digits or hyphens, such as JP-banks",
    _CHANNEL: "2 to 20 small letters, digits or hyphens, a letter first, such as g-7",
    _NAME: "2 to 40 small letters, digits or hyphens, a letter first, such as asia-1997",
}
"""What names look like, in words."""
Id = Annotated[str, Field(pattern=_ID)]


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
    discipline_stake_musd: Musd = 0
    concession_gain_musd: Musd = 0
    modality_weight_musd: Musd = 0
    ideal_terms: Annotated[tuple[Share, ...], Field(strict=False)] = ()
    relative_gains_weight: Rate = 0.0
    guidance_cost_musd: Musd = 0
    credit_loss: Share = 0.0
    regional_share: Share = 0.0
    regional_bonus_musd: Musd = 0


class BankPart(_Seat):
    """The banks of one nationality."""

    role: Literal["bank"]
    home: Id
    claims_due_musd: Annotated[int, Field(gt=0, le=10_000_000)]
    interest_spread: Rate = 0.0
    collapse_loss: Share = 0.0
    exit_cost: Rate = 0.0
    peer_pressure: Rate = 0.0
    lobby_cost_musd: Musd = 0


class ImfPart(_Seat):
    """The International Monetary Fund."""

    role: Literal["imf"]
    mandate_stake_musd: Musd = 0
    resources_cost: Rate = 0.0
    resources_loss: Rate = 0.0
    private_share_stake_musd: Musd = 0
    catalysis_stake_musd: Musd = 0
    programme_stake_musd: Musd = 0
    moral_hazard_weight: Rate = 0.0


class DebtorPart(_Seat):
    """The country that cannot pay, where it is a player."""

    role: Literal["debtor"]
    relief_stake_musd: Musd = 0
    finance_value: Rate = 0.0
    pain_musd: Musd = 0
    sovereignty_cost_musd: Musd = 0
    default_cost_musd: Musd = 0


AnySeatPart = GovernmentPart | BankPart | ImfPart | DebtorPart
SeatPart = Annotated[AnySeatPart, Field(discriminator="role")]


class PhasePart(_Part):
    """A phase of every round and its seconds; 0 for no clock."""

    phase: Literal["brief", "talk", "propose", "vote", "pledge", "disburse"]
    seconds: Annotated[int, Field(ge=0, le=86_400)] = 0


class GroupPart(_Part):
    """A closed room for talk."""

    name: Annotated[str, Field(pattern=_CHANNEL)]
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
    terms: bool = False
    modality: bool = False
    programmes: bool = False
    second_line: bool = False
    clauses: bool = False
    package_minima: bool = False
    binding_packages: bool = False
    pressure: bool = False
    guidance: bool = False
    lobbying: bool = False
    peer_pressure: bool = False
    cross_default: bool = False
    favours: bool = False
    fungibility: bool = False
    relative_gains: bool = False
    credit_losses: bool = False
    moral_hazard: bool = False
    panic: bool = False
    reserves: bool = False
    arrears: bool = False
    rolling_claims: bool = False
    regional_fund: bool = False
    cards: bool = False
    refund: bool = False


class EffectPart(_Part):
    """One number that an event card multiplies until the crisis ends."""

    seat: Id | None = None
    """Left out for a number of the scenario, such as `need_musd`."""
    field: str
    factor: Annotated[float, Field(ge=0, le=100)]


class CardPart(_Part):
    """An event card: at the beginning of a round, by chance, or when the host plays it."""

    name: Annotated[str, Field(pattern=_NAME)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Text = ""
    effects: Annotated[tuple[EffectPart, ...], Field(min_length=1, strict=False)]
    round: Annotated[int, Field(ge=1, le=200)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0


Confidence = Literal["V", "V*", "R-h", "R-m", "R-l"]
"""Seen in a source; own arithmetic on such; recalled with high, medium, low confidence."""


class RecordPart(_Part):
    """What somebody did in history, for the debrief."""

    seat: Id | None = None
    who: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """In place of `seat` for somebody who is not at the table."""
    pledged_musd: Musd | None = None
    paid_musd: Musd | None = None
    """Left out where it is not known."""
    day: Annotated[int, Field(ge=0, le=36_500)] | None = None
    """When it was pledged: days after the crisis began."""
    note: Annotated[str, Field(max_length=200)] = ""
    source: Annotated[str, Field(min_length=3)]
    confidence: Confidence


class CrisisPart(_Part):
    """A later crisis of a campaign: what differs from the crisis before it."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    situation: Text = ""
    history: Text = ""
    need_musd: Annotated[int, Field(gt=0, le=10_000_000)]
    rounds: Annotated[int, Field(ge=1, le=200)] | None = None
    numbers: dict[str, int | float] = Field(default_factory=dict)
    """The scenario's own numbers that are others now, such as `access_share`."""
    seats: dict[Id, dict[str, int | float | str]] = Field(default_factory=dict)
    """By seat, the fields that are others now."""
    record: Annotated[tuple[RecordPart, ...], Field(strict=False)] = ()
    cards: Annotated[tuple[CardPart, ...], Field(strict=False)] = ()


class SourcePart(_Part):
    """Where a historical figure comes from."""

    field: str
    """Such as `need_musd` or `seats.JP.capacity_musd`."""
    value_musd: int
    source: Annotated[str, Field(min_length=3)]
    confidence: Confidence


class ChoicePart(_Part):
    """A figure that is a design choice, and why it was chosen so."""

    field: str
    """As of a source; ``seats.*.unit_cost`` stands for that of every seat."""
    why: Annotated[str, Field(min_length=10)]


class DifficultyPart(_Part):
    """How often the shipped mix of bots rescues the scenario, as measured."""

    rescued_share: Share
    """Of the sessions, those with a stability of at least 0.8 in the last round."""
    sessions: Annotated[int, Field(ge=1)]
    command: Annotated[str, Field(min_length=3)]
    """Which measures it."""


class ScenarioDocument(_Part):
    """A scenario file, laid over the one that it extends."""

    extends: str | None = None
    """A built-in scenario, or the path of a file as seen from this one: what is not said here
    is as it is there (`server.scenarios.layers`)."""
    name: Annotated[str, Field(pattern=_NAME)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    rules: Literal["L0", "L1", "L2"]
    """Which rules are on by themselves: none, or those of L1; L2 is L1 and what is switched on."""
    situation: Text = ""
    more_rules: Text = ""
    """What is played beyond the basic rules, in plain words: read after the situation."""
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
    fungibility: Share = 0.0
    term_names: Annotated[tuple[str, ...], Field(strict=False, max_length=6)] = ()
    standard_terms: Annotated[tuple[Share, ...], Field(strict=False)] = ()
    breach_fine_musd: Musd = 0
    pressure_force: Rate = 0.0
    regional_pressure_force: Rate = 0.0
    lobby_effect: Share = 0.0
    cross_default_share: Share = 0.0
    headline_rate: Rate = 0.25
    credibility: Share = 0.5
    credibility_loss: Share = 0.5
    reserves_musd: Musd = 0
    reserve_floor_musd: Musd = 0
    reserve_gain_musd: Musd = 0
    crowd_musd: Musd = 0
    panic_share: Share = 0.0
    panic_sensitivity: Rate = 0.0
    coverage_target: Rate = 0.0
    panic_from_shortfall: Rate = 0.0
    panic_shock: Share = 0.0
    compliance_sensitivity: Rate = 0.0
    compliance_floor: Share = 0.5
    compliance_shock: Share = 0.0
    default_share: Share = 0.25
    moral_hazard_memory: Share = 0.0
    moral_hazard_growth: Rate = 0.0
    regional_cap_musd: Musd = 0
    regional_unit_cost: Rate = 0.0
    regional_strictness: Share = 0.0
    cards: Annotated[tuple[CardPart, ...], Field(strict=False)] = ()
    crises: Annotated[tuple[CrisisPart, ...], Field(strict=False, max_length=12)] = ()
    phases: Annotated[tuple[PhasePart, ...], Field(min_length=1, strict=False)]
    seats: Annotated[tuple[SeatPart, ...], Field(min_length=1, max_length=20, strict=False)]
    links: LinksPart = LinksPart()
    groups: Annotated[tuple[GroupPart, ...], Field(strict=False)] = ()
    switches: SwitchesPart = SwitchesPart()
    sources: Annotated[tuple[SourcePart, ...], Field(strict=False)] = ()
    choices: Annotated[tuple[ChoicePart, ...], Field(strict=False)] = ()
    record: Annotated[tuple[RecordPart, ...], Field(strict=False)] = ()
    difficulty: DifficultyPart | None = None

    def switched(self) -> Switches:
        """The preset with the file's own settings over it."""
        preset = self.rules != "L0"
        own = self.switches.model_dump()
        return Switches(**{name: preset if on is None else on for name, on in own.items()})

    def scaled(self) -> RoundScale:
        """The round rule, by default that of the rule set."""
        by_default = RoundScale.REPEATED if self.rules == "L0" else RoundScale.SPLIT
        return RoundScale(self.round_scale) if self.round_scale else by_default

    def scenario(self) -> Scenario:
        """The game that the document describes, later crises included; check it first."""
        first = self._first()
        later: list[Scenario] = []
        for part in self.crises:
            later.append(_later(later[-1] if later else first, part, self.more_rules))
        return replace(first, later_crises=tuple(later)) if later else first

    def _first(self) -> Scenario:
        own = {name: getattr(self, name) for name in _SAME_IN_BOTH}
        return Scenario(
            **own,
            situation=_told(self.situation, self.more_rules),
            history=self.history.strip(),
            seats=tuple(_seat(part) for part in self.seats),
            links=tuple(_links(self.links)),
            round_scale=self.scaled(),
            phases=tuple(PhasePlan(Phase(part.phase), part.seconds) for part in self.phases),
            groups=tuple(
                Group(part.name, tuple(SeatId(member) for member in part.members))
                for part in self.groups
            ),
            switches=self.switched(),
            cards=tuple(_card(part) for part in self.cards),
            record=_records(self.record, self.seats),
        )


_MADE = {
    "situation",
    "history",
    "seats",
    "links",
    "round_scale",
    "phases",
    "groups",
    "switches",
    "cards",
    "record",
    "later_crises",
}
_SAME_IN_BOTH = tuple(one.name for one in fields(Scenario) if one.name not in _MADE)
"""The fields that a file and the game name and hold alike."""


def _told(situation: str, more_rules: str) -> str:
    return "\n\n".join(text.strip() for text in (situation, more_rules) if text.strip())


def _later(before: Scenario, part: CrisisPart, more_rules: str) -> Scenario:
    """The next crisis of a campaign: as the one before, but for what `part` says."""
    seats = tuple(_changed(seat, part.seats.get(seat.id, {})) for seat in before.seats)
    numbers: Mapping[str, Any] = part.numbers
    return replace(
        before,
        title=part.title,
        situation=_told(part.situation, more_rules),
        history=part.history.strip(),
        need_musd=part.need_musd,
        rounds=part.rounds or before.rounds,
        seats=seats,
        cards=tuple(_card(card) for card in part.cards),
        record=_records(part.record, seats),
        **numbers,
    )


def _records(
    parts: tuple[RecordPart, ...], seats: tuple[Seat, ...] | tuple[AnySeatPart, ...]
) -> tuple[Record, ...]:
    names = {str(seat.id): seat.name for seat in seats}
    return tuple(
        Record(
            names[part.seat] if part.seat else part.who or "",
            SeatId(part.seat) if part.seat else None,
            part.pledged_musd,
            part.paid_musd,
            part.day,
            part.note,
            part.source,
            part.confidence,
        )
        for part in parts
    )


def _changed(seat: Seat, changed: Mapping[str, Any]) -> Seat:
    changes = dict(changed)
    if "brief" in changes:
        changes["brief"] = changes["brief"].strip()
    return replace(seat, **changes)


def _card(part: CardPart) -> EventCard:
    effects = tuple(
        Effect(SeatId(effect.seat) if effect.seat else None, effect.field, effect.factor)
        for effect in part.effects
    )
    return EventCard(
        part.name, part.title, part.text.strip(), effects, part.round, part.probability
    )


def _seat(part: AnySeatPart) -> Seat:
    numbers = part.model_dump(exclude={"role", "id", "brief", "home"})
    brief = part.brief.strip()
    match part:
        case GovernmentPart():
            return Government(id=SeatId(part.id), brief=brief, **numbers)
        case BankPart():
            return Bank(id=SeatId(part.id), home=SeatId(part.home), brief=brief, **numbers)
        case ImfPart():
            return Imf(id=SeatId(part.id), brief=brief, **numbers)
        case DebtorPart():
            return Debtor(id=SeatId(part.id), brief=brief, **numbers)


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
