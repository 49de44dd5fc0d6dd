"""The payoff lines of the Fund and of the debtor, one small function a line.

Formulas of the model, sections 2.5 and 2.6, in floating point, US$ millions; which lines a
scenario has, and how they are rounded, is in `payoffs`.
"""

from __future__ import annotations

from server.game.outcome import Outcome
from server.game.scenario import Debtor, Imf, Scenario


def mandate(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """V_F·S (model, 2.5)."""
    return seat.mandate_stake_musd / outcome.divisor * outcome.stability


def resources_risk(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """-(c_F + loss_F·(1-S))·f (model, 2.5)."""
    rate = seat.resources_cost + seat.resources_loss * (1 - outcome.stability)
    return -rate * outcome.tranche_musd


def private_share(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """b_F·P, P the share of due bank claims that stay (model, 2.5)."""
    share = outcome.staying_share
    return seat.private_share_stake_musd / outcome.divisor * share if share is not None else 0.0


def catalysis(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """z_F·sum x/N if f > 0, else 0: others' money that followed the Fund's (model, 2.5)."""
    if not outcome.tranche_musd:
        return 0.0
    bilateral = sum(outcome.drawn_musd.values())
    return seat.catalysis_stake_musd / outcome.divisor * bilateral / outcome.need_musd


def programme(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """Q_F·K·compliance: a strict programme that is kept (model, 2.5)."""
    if not outcome.in_programme:
        return 0.0
    kept = outcome.required_strictness * outcome.compliance
    return seat.programme_stake_musd / outcome.divisor * kept


def moral_hazard(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """-mu_F·N0·(M' - M): for the crisis that this rescue breeds (model, 2.5)."""
    return -seat.moral_hazard_weight * outcome.hazard_growth_musd


def relief(scenario: Scenario, seat: Debtor, outcome: Outcome) -> float:
    """H_D·S (model, 2.6)."""
    return seat.relief_stake_musd / outcome.divisor * outcome.stability


def finance(scenario: Scenario, seat: Debtor, outcome: Outcome) -> float:
    """gamma_D·(money received): of all but its own reserves (model, 2.6)."""
    return seat.finance_value * (outcome.effective_musd - outcome.reserves_used_musd)


def pain(scenario: Scenario, seat: Debtor, outcome: Outcome) -> float:
    """-a_D·K·compliance: K of the programme, else of the money drawn (model, 2.6)."""
    drawn = sum(outcome.drawn_musd.values())
    strictness = outcome.required_strictness
    if not outcome.in_programme and drawn:
        weighted = (k * outcome.drawn_musd[seat] for seat, k in outcome.strictness.items())
        strictness = sum(weighted) / drawn
    return -seat.pain_musd / outcome.divisor * strictness * outcome.compliance


def sovereignty(scenario: Scenario, seat: Debtor, outcome: Outcome) -> float:
    """-sigma_D if a programme is in force (model, 2.6)."""
    return -seat.sovereignty_cost_musd / outcome.divisor if outcome.in_programme else 0.0


def default_cost(scenario: Scenario, seat: Debtor, outcome: Outcome) -> float:
    """-X_D in the round of default (model, 2.6)."""
    return -float(seat.default_cost_musd) if outcome.defaulted else 0.0
