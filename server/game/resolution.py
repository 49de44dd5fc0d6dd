"""How a round resolves: from sealed decisions to an outcome, in one fixed order.

Owns that order (model, section 4). In the basic rule set the steps of the advanced rules
find nothing to do. Pure arithmetic on whole US$ millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from server.game import condition
from server.game.clauses import active_pledges
from server.game.condition import Condition
from server.game.crisis import RoundMoney, apportion, stability_of
from server.game.outcome import Favour, Outcome
from server.game.scenario import Scenario, SeatId


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the seats decided in a round; what belongs to a rule that is off stays empty."""

    pledges_musd: Mapping[SeatId, int]
    withdrawn_permille: Mapping[SeatId, int]
    tranche_musd: int = 0
    """What the board granted and the Fund released."""
    leader: SeatId | None = None
    regional_musd: int = 0
    """What the regional fund granted."""
    in_programme: bool = False
    terms: tuple[float, ...] = ()
    """Of the programme in force, by dimension."""
    strictness: Mapping[SeatId, float] = field(default_factory=dict)
    """By government that chose its own terms, 0..1."""
    others_at_least_musd: Mapping[SeatId, int] = field(default_factory=dict)
    """theta by government: less from the others, and its pledge does not count."""
    second_line_musd: Mapping[SeatId, int] = field(default_factory=dict)
    """Newly announced, by government."""
    refusing: frozenset[SeatId] = frozenset()
    """Governments that would not pay a call of their second line."""
    guidance_permille: Mapping[SeatId, int] = field(default_factory=dict)
    lobbied_permille: Mapping[SeatId, int] = field(default_factory=dict)
    asked_musd: Mapping[SeatId, Mapping[SeatId, int]] = field(default_factory=dict)
    """By government pressed, then by the one that pressed it."""
    favours: Mapping[SeatId, Favour] = field(default_factory=dict)
    """By bank."""


def resolve(
    scenario: Scenario,
    money: RoundMoney,
    decisions: Decisions,
    before: Condition | None = None,
    *,
    on_track: bool = True,
    compliance_shock: float = 0.0,
) -> Outcome:
    """Draw the money in the fixed order and say what it achieves (model, 4).

    Conditions on the others first; then withdrawals enlarge the need. Against it are drawn,
    in this order, the tranche, other institutions' money, the regional fund's, bilateral
    pledges, the debtor's own reserves, and the second line.
    """
    pledges = active_pledges(decisions.pledges_musd, decisions.others_at_least_musd)
    withdrawn, cross_default = _withdrawn(scenario, money, decisions.withdrawn_permille)
    crowd_musd = round(before.panic * before.crowd_musd) if before else 0
    need_musd = (
        money.scheduled_need_musd
        + crowd_musd
        + sum(
            round(withdrawn[bank] * claims / 1000) for bank, claims in money.claims_due_musd.items()
        )
    )
    tranche_musd = min(decisions.tranche_musd, need_musd)
    ifi_musd = min(round(scenario.ifi_share * tranche_musd), need_musd - tranche_musd)
    regional_musd = min(decisions.regional_musd, need_musd - tranche_musd - ifi_musd)
    official_musd = tranche_musd + ifi_musd + regional_musd
    required, strictness = _strictness(scenario, decisions, tranche_musd, regional_musd)
    drawn = _drawn(need_musd - official_musd, pledges, strictness)
    first_musd = official_musd + sum(drawn.values())
    reserves_musd = 0
    if before and scenario.switches.reserves:
        spare_musd = max(0, before.reserves_musd - scenario.reserve_floor_musd)
        reserves_musd = min(spare_musd, need_musd - first_musd)
    line = _second_line(need_musd - first_musd - reserves_musd, decisions, pledges, before)
    paid = {
        seat: drawn.get(seat, 0) + line.paid_musd.get(seat, 0) for seat in decisions.pledges_musd
    }
    effective_musd = official_musd + reserves_musd + sum(paid.values())
    refunded = scenario.switches.refund and effective_musd < need_musd
    if refunded:
        paid = dict.fromkeys(paid, 0)
        effective_musd = official_musd + reserves_musd
    outcome = Outcome(
        money.divisor,
        need_musd,
        tranche_musd,
        ifi_musd,
        effective_musd,
        stability_of(effective_musd, need_musd, scenario.sharpness),
        paid,
        money.claims_due_musd,
        withdrawn,
        decisions.leader,
        cross_default=cross_default,
        inactive=tuple(seat for seat in decisions.pledges_musd if seat not in pledges),
        refunded=refunded,
        regional_musd=regional_musd,
        reserves_used_musd=reserves_musd,
        crowd_withdrawn_musd=crowd_musd,
        called_musd=line.called_musd,
        refused=line.refused,
        undrawn_musd=line.undrawn_musd,
        in_programme=decisions.in_programme,
        on_track=on_track,
        terms=decisions.terms,
        strictness=strictness,
        required_strictness=required,
        asked_musd=decisions.asked_musd,
        guidance_permille=decisions.guidance_permille,
        lobbied_permille=decisions.lobbied_permille,
        favours=decisions.favours,
    )
    return _with_condition(scenario, outcome, before, compliance_shock)


def _with_condition(
    scenario: Scenario, outcome: Outcome, before: Condition | None, compliance_shock: float
) -> Outcome:
    """The outcome with what it means for programme and default."""
    if before is None:
        return outcome
    short = scenario.switches.arrears and condition.is_short(scenario, outcome)
    return replace(
        outcome,
        compliance=(
            condition.compliance_after(scenario, outcome, compliance_shock)
            if scenario.switches.programmes
            else 1.0
        ),
        defaulted=short and before.short_rounds >= 1 and not before.in_default,
    )


def _withdrawn(
    scenario: Scenario, money: RoundMoney, decided_permille: Mapping[SeatId, int]
) -> tuple[Mapping[SeatId, int], bool]:
    """What leaves, and whether cross-default made all of it leave (model, 2.4)."""
    due_musd = sum(money.claims_due_musd.values())
    if not scenario.switches.cross_default or not due_musd:
        return decided_permille, False
    leaving = sum(decided_permille[bank] * claims for bank, claims in money.claims_due_musd.items())
    if leaving <= scenario.cross_default_share * 1000 * due_musd:
        return decided_permille, False
    return dict.fromkeys(decided_permille, 1000), True


def _strictness(
    scenario: Scenario, decisions: Decisions, tranche_musd: int, regional_musd: int
) -> tuple[float, dict[SeatId, float]]:
    """What is required of all, and what each government asks of the debtor.

    A programme's strictness is the mean of its terms; the regional fund's milder terms
    water it down by their part of the money. Where neither is in force each chooses its
    own, 0 if it did not say.
    """
    if not scenario.switches.terms:
        return 0.0, {}
    required = sum(decisions.terms) / len(scenario.term_names) if decisions.in_programme else 0.0
    if regional_musd:
        programme_musd = tranche_musd if decisions.in_programme else 0
        whole = programme_musd + regional_musd
        required = (
            required * programme_musd + scenario.regional_strictness * regional_musd
        ) / whole
    binds = decisions.in_programme or regional_musd > 0
    by_default = required if binds else 0.0
    chosen = decisions.strictness if not binds or scenario.breach_fine_musd else {}
    return required, {seat.id: chosen.get(seat.id, by_default) for seat in scenario.governments}


def _drawn(
    room_musd: int, pledges_musd: Mapping[SeatId, int], strictness: Mapping[SeatId, float]
) -> dict[SeatId, int]:
    """Bilateral money drawn: the most lenient first, pro rata among equals (model, 2.6)."""
    if not strictness:
        return apportion(room_musd, pledges_musd)
    drawn = dict[SeatId, int]()
    for level in sorted({strictness[seat] for seat in pledges_musd}):
        group = {seat: pledge for seat, pledge in pledges_musd.items() if strictness[seat] == level}
        drawn |= apportion(room_musd, group)
        room_musd -= sum(drawn[seat] for seat in group)
    return drawn


@dataclass(frozen=True, slots=True)
class _SecondLine:
    called_musd: Mapping[SeatId, int] = field(default_factory=dict)
    paid_musd: Mapping[SeatId, int] = field(default_factory=dict)
    refused: tuple[SeatId, ...] = ()
    undrawn_musd: Mapping[SeatId, int] = field(default_factory=dict)


def _second_line(
    missing_musd: int,
    decisions: Decisions,
    active: Mapping[SeatId, int],
    before: Condition | None,
) -> _SecondLine:
    """Call the second line for what is missing, pro rata; who refuses is out of it.

    Announcements of governments whose conditions were not met do not count.
    """
    if before is None or not before.credibility:
        return _SecondLine()
    announced = {
        seat: before.second_line_musd.get(seat, 0)
        + (decisions.second_line_musd.get(seat, 0) if seat in active else 0)
        for seat in before.credibility
    }
    called = apportion(missing_musd, announced)
    refused = tuple(seat for seat in called if called[seat] and seat in decisions.refusing)
    return _SecondLine(
        {seat: amount for seat, amount in called.items() if amount},
        {seat: 0 if seat in refused else amount for seat, amount in called.items()},
        refused,
        {
            seat: 0 if seat in refused else amount - called[seat]
            for seat, amount in announced.items()
        },
    )
