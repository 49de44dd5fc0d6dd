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
from server.game.crisis import (
    RoundMoney,
    apportion,
    need_of_round_musd,
    stability_of,
    withdrawals_permille,
)
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
    withdrawn, cross_default = withdrawals_permille(
        scenario, money.claims_due_musd, decisions.withdrawn_permille
    )
    need_musd = need_of_round_musd(money, withdrawn, before)
    drawn = _draw(scenario, need_musd, decisions, pledges, before)
    outcome = Outcome(
        money.divisor,
        need_musd,
        drawn.tranche_musd,
        drawn.ifi_musd,
        drawn.effective_musd,
        stability_of(drawn.effective_musd, need_musd, scenario.sharpness),
        drawn.paid_musd,
        money.claims_due_musd,
        withdrawn,
        decisions.leader,
        cross_default=cross_default,
        inactive=tuple(seat for seat in decisions.pledges_musd if seat not in pledges),
        refunded=drawn.refunded,
        regional_musd=drawn.regional_musd,
        reserves_used_musd=drawn.reserves_musd,
        crowd_withdrawn_musd=before.crowd_leaving_musd if before else 0,
        called_musd=drawn.line.called_musd,
        refused=drawn.line.refused,
        undrawn_musd=drawn.line.undrawn_musd,
        in_programme=decisions.in_programme,
        on_track=on_track,
        terms=decisions.terms,
        strictness=drawn.strictness,
        required_strictness=drawn.required_strictness,
        asked_musd=decisions.asked_musd,
        guidance_permille=decisions.guidance_permille,
        lobbied_permille=decisions.lobbied_permille,
        favours=decisions.favours,
    )
    return _with_condition(scenario, outcome, before, compliance_shock)


@dataclass(frozen=True, slots=True)
class _SecondLine:
    """What was called of the second line, and what came of it, by government."""

    called_musd: Mapping[SeatId, int] = field(default_factory=dict)
    paid_musd: Mapping[SeatId, int] = field(default_factory=dict)
    refused: tuple[SeatId, ...] = ()
    undrawn_musd: Mapping[SeatId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Whose money was drawn against the need."""

    tranche_musd: int
    ifi_musd: int
    regional_musd: int
    reserves_musd: int
    paid_musd: Mapping[SeatId, int]
    """By government, paid calls of the second line included."""
    line: _SecondLine
    refunded: bool
    required_strictness: float
    strictness: Mapping[SeatId, float]

    @property
    def effective_musd(self) -> int:
        official_musd = self.tranche_musd + self.ifi_musd + self.regional_musd
        return official_musd + self.reserves_musd + sum(self.paid_musd.values())


def _draw(
    scenario: Scenario,
    need_musd: int,
    decisions: Decisions,
    pledges: Mapping[SeatId, int],
    before: Condition | None,
) -> _Drawn:
    """Take the money in its order, each as far as what came before it leaves need.

    With refunds, bilateral money that does not complete the need is given back.
    """
    tranche_musd = min(decisions.tranche_musd, need_musd)
    missing_musd = need_musd - tranche_musd
    ifi_musd = min(round(scenario.ifi_share * tranche_musd), missing_musd)
    regional_musd = min(decisions.regional_musd, missing_musd - ifi_musd)
    missing_musd -= ifi_musd + regional_musd
    required, strictness = _strictness(scenario, decisions, tranche_musd, regional_musd)
    bilateral = _bilateral(missing_musd, pledges, strictness)
    missing_musd -= sum(bilateral.values())
    spare_musd = before.spare_reserves_musd(scenario) if before else 0
    reserves_musd = min(spare_musd, missing_musd)
    line = _second_line(missing_musd - reserves_musd, decisions, pledges, before)
    paid = {
        seat: bilateral.get(seat, 0) + line.paid_musd.get(seat, 0)
        for seat in decisions.pledges_musd
    }
    missing_musd -= reserves_musd + sum(line.paid_musd.values())
    refunded = scenario.switches.refund and missing_musd > 0
    return _Drawn(
        tranche_musd,
        ifi_musd,
        regional_musd,
        reserves_musd,
        dict.fromkeys(paid, 0) if refunded else paid,
        line,
        refunded,
        required,
        strictness,
    )


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


def _bilateral(
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
