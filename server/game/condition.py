"""The debtor's condition: what one round leaves to the next, and one crisis to another.

Owns reserves, claims, panic, the programme, compliance, credibility, arrears and moral
hazard, and how a resolved round moves them (model, section 4). Everything here belongs to
advanced rules; where all of them are off a session has no condition. Stocks are whole
US$ millions; shares are rounded to 9 decimals, so that a replay elsewhere is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.game.outcome import Outcome, withdrawn_musd
from server.game.scenario import Draws, Scenario, SeatId, Switches, sparse, sparse_mapping


@dataclass(frozen=True, slots=True)
class Programme:
    """What the Fund lends for, over the rounds to come."""

    terms: tuple[float, ...]
    """K by dimension, 0..1."""
    tranches_musd: tuple[int, ...]
    """From the coming round on."""


@dataclass(frozen=True, slots=True)
class Condition:
    """As of the beginning of a round."""

    reserves_musd: int = sparse(0)
    """R."""
    claims_musd: Mapping[SeatId, int] = sparse_mapping()
    """D by bank, where claims roll."""
    crowd_musd: int = sparse(0)
    """F: the crowd's money that is still there."""
    panic: float = sparse(0.0)
    """chi: the share of it that leaves in the round."""
    programme: Programme | None = sparse(None)
    """What the Fund still lends for; None without one."""
    compliance: float = sparse(1.0)
    """C: how far the debtor kept the terms in the round before, 0..1."""
    second_line_musd: Mapping[SeatId, int] = sparse_mapping()
    """Announced and neither called nor refused, by government."""
    credibility: Mapping[SeatId, float] = sparse_mapping()
    """nu by government."""
    arrears_musd: int = sparse(0)
    """All that was not paid in this crisis."""
    short_rounds: int = sparse(0)
    """Rounds running, up to the last, in which too much was not paid."""
    in_default: bool = sparse(False)
    """The debtor has stopped paying; the Fund lends no more in this crisis."""
    moral_hazard: float = sparse(0.0)
    """M: the need of this crisis is multiplied by 1+M."""
    official_musd: int = sparse(0)
    """U: official money drawn in this crisis."""
    strictness_sum: float = sparse(0.0)
    """Of the rounds so far, for the crisis's mean."""
    due_musd: int = sparse(0)
    """Bank claims that fell due in this crisis."""
    stayed_musd: int = sparse(0)
    """What of them stayed."""

    @property
    def crowd_leaving_musd(self) -> int:
        """chi·F: what the crowd takes out in this round."""
        return round(self.panic * self.crowd_musd)

    def spare_reserves_musd(self, scenario: Scenario) -> int:
        """R - R_min: what of the debtor's own money can pay; 0 without that rule."""
        return max(0, self.reserves_musd - scenario.reserve_floor_musd)

    def on_track(self, scenario: Scenario) -> bool:
        """Whether the Fund may pay: the programme is kept, and there is no default."""
        return self.compliance >= scenario.compliance_floor and not self.in_default


MOVING = (
    "programmes",
    "second_line",
    "moral_hazard",
    "panic",
    "reserves",
    "arrears",
    "rolling_claims",
)
"""Rules by which a round leaves something to the next."""


def has_condition(switches: Switches) -> bool:
    """Whether any rule is on that carries something from round to round."""
    return any(getattr(switches, name) for name in MOVING)


def opening(scenario: Scenario, before: Condition | None = None) -> Condition | None:
    """The condition at the beginning of a crisis; None where no rule needs one.

    Args:
        scenario: of this crisis.
        before: as the last crisis left it: its moral hazard goes on, and so does what the
            governments' word is worth.
    """
    switches = scenario.switches
    if not has_condition(switches):
        return None
    second_line = [seat.id for seat in scenario.governments] if switches.second_line else []
    credibility = before.credibility if before else {}
    return Condition(
        reserves_musd=scenario.reserves_musd if switches.reserves else 0,
        claims_musd=(
            {bank.id: bank.claims_due_musd for bank in scenario.banks}
            if switches.rolling_claims
            else {}
        ),
        crowd_musd=scenario.crowd_musd if switches.panic else 0,
        panic=scenario.panic_share if switches.panic else 0.0,
        credibility={seat: credibility.get(seat, scenario.credibility) for seat in second_line},
        moral_hazard=before.moral_hazard if before else 0.0,
    )


def crisis_need_musd(scenario: Scenario, draws: Draws, condition: Condition | None) -> int:
    """N0·(1+u)·(1+M): what the whole crisis asks for before banks withdraw."""
    hazard = condition.moral_hazard if condition else 0.0
    return round(scenario.need_musd * (1 + draws.need_shock_share) * (1 + hazard))


def compliance_after(scenario: Scenario, outcome: Outcome, shock: float) -> float:
    """C' = clip(1 - gamma·K·(1-Z) + shock): strict programmes short of money break down."""
    if not outcome.in_programme:
        return 1.0
    short = outcome.required_strictness * (1 - outcome.coverage)
    return _share(1 - scenario.compliance_sensitivity * short + shock)


def after(
    scenario: Scenario,
    before: Condition,
    outcome: Outcome,
    *,
    tranches_musd: tuple[int, ...],
    claims_to_come_musd: int,
    panic_shock: float,
) -> Condition:
    """The condition that a resolved round leaves.

    Args:
        scenario: of this crisis.
        before: at the beginning of the round.
        outcome: of the round.
        tranches_musd: what the programme in force still promises, from the next round on.
        claims_to_come_musd: claims that fall due later, where they do not roll.
        panic_shock: of this round, drawn at opening.
    """
    switches = scenario.switches
    claims = {
        bank: claim - withdrawn_musd(claim, outcome.withdrawn_permille[bank])
        for bank, claim in before.claims_musd.items()
    }
    moved = replace(
        before,
        reserves_musd=_reserves_after(scenario, before, outcome),
        claims_musd=claims,
        crowd_musd=before.crowd_musd - outcome.crowd_withdrawn_musd,
        programme=_going_on(switches, outcome, tranches_musd),
        compliance=outcome.compliance,
        second_line_musd=dict(outcome.undrawn_musd),
        credibility=_credibility_after(scenario, before, outcome),
    )
    if switches.arrears:
        moved = _with_arrears(scenario, moved, outcome)
    if switches.moral_hazard:
        moved = _with_sums(moved, outcome)
    if switches.panic:
        leaving_musd = sum(claims.values()) if switches.rolling_claims else claims_to_come_musd
        leaving_musd += moved.crowd_musd
        moved = replace(
            moved, panic=_panic_after(scenario, moved, outcome, leaving_musd, panic_shock)
        )
    return moved


def _reserves_after(scenario: Scenario, before: Condition, outcome: Outcome) -> int:
    """R' = R - u_R + kappa_K·K, the gain only on track."""
    earned = outcome.in_programme and outcome.on_track
    gained = round(scenario.reserve_gain_musd * outcome.required_strictness) if earned else 0
    return before.reserves_musd - outcome.reserves_used_musd + gained


def _going_on(
    switches: Switches, outcome: Outcome, tranches_musd: tuple[int, ...]
) -> Programme | None:
    if not (switches.programmes and outcome.in_programme and tranches_musd):
        return None
    return Programme(outcome.terms, tranches_musd)


def _credibility_after(
    scenario: Scenario, before: Condition, outcome: Outcome
) -> dict[SeatId, float]:
    """nu falls by a share for each call that was refused."""
    kept = 1 - scenario.credibility_loss
    return {
        seat: _share(word * kept) if seat in outcome.refused else word
        for seat, word in before.credibility.items()
    }


def is_short(scenario: Scenario, outcome: Outcome) -> bool:
    """Whether so much was not paid that doing it twice running is default."""
    missing_musd = outcome.need_musd - outcome.effective_musd
    return missing_musd > scenario.default_share * outcome.need_musd


def _with_arrears(scenario: Scenario, moved: Condition, outcome: Outcome) -> Condition:
    return replace(
        moved,
        arrears_musd=moved.arrears_musd + outcome.need_musd - outcome.effective_musd,
        short_rounds=moved.short_rounds + 1 if is_short(scenario, outcome) else 0,
        in_default=moved.in_default or outcome.defaulted,
    )


def _with_sums(moved: Condition, outcome: Outcome) -> Condition:
    """What moral hazard is made of at the end of the crisis."""
    due_musd = sum(outcome.claims_due_musd.values())
    strictness = outcome.required_strictness if outcome.in_programme else 0.0
    return replace(
        moved,
        official_musd=moved.official_musd + outcome.effective_musd - outcome.reserves_used_musd,
        strictness_sum=moved.strictness_sum + strictness,
        due_musd=moved.due_musd + due_musd,
        stayed_musd=moved.stayed_musd + round(due_musd * (outcome.staying_share or 0.0)),
    )


def _panic_after(
    scenario: Scenario, moved: Condition, outcome: Outcome, leaving_musd: int, shock: float
) -> float:
    """chi' = clip(chi + alpha·(cov* - coverage) + b·(1-Z) + shock).

    Cover is reserves above the floor, tranches to come, and the second line as far as it is
    believed, against all that can still leave.
    """
    if not leaving_musd:
        return 0.0
    believed = sum(
        moved.credibility[seat] * amount for seat, amount in moved.second_line_musd.items()
    )
    tranches_musd = sum(moved.programme.tranches_musd) if moved.programme else 0
    cover = moved.spare_reserves_musd(scenario) + tranches_musd + believed
    missing = scenario.coverage_target - cover / leaving_musd
    short = scenario.panic_from_shortfall * (1 - outcome.coverage)
    return _share(moved.panic + scenario.panic_sensitivity * missing + short + shock)


def hazard_after(scenario: Scenario, at_end: Condition, rounds: int) -> float:
    """M' = delta·M + eta·(1-K)·(1-P)·U/N0, at the end of a crisis.

    K is the mean strictness of its rounds, P the share of due claims that stayed (0 where
    none fell due), U the official money drawn.
    """
    strictness = at_end.strictness_sum / rounds
    staying = at_end.stayed_musd / at_end.due_musd if at_end.due_musd else 0.0
    used = at_end.official_musd / scenario.need_musd
    growth = scenario.moral_hazard_growth * (1 - strictness) * (1 - staying) * used
    return float(round(scenario.moral_hazard_memory * at_end.moral_hazard + growth, 9))


def _share(value: float) -> float:
    return float(round(min(1.0, max(0.0, value)), 9))
