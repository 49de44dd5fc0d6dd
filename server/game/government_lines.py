"""The payoff lines of a creditor government, one small function a line.

Every line is the formula of the model (section 2.3) in floating point, US$ millions; money
parameters are divided by the number of rounds where the scenario splits its crisis over
them. Which lines a scenario has, and how they are rounded, is in `payoffs`.
"""

from __future__ import annotations

from server.game.outcome import Outcome
from server.game.scenario import Government, Scenario, SeatId

LEADER_BONUS_STABILITY = 0.8
"""The stability from which the leader bonus is paid (model, 2.3)."""


def public(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """V·S: the public good, the same stability for all (model, 2.3)."""
    return seat.public_stake_musd / outcome.divisor * outcome.stability


def home_economy(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """H·S: own trade and investment saved (model, 2.3)."""
    return seat.home_stake_musd / outcome.divisor * outcome.stability


def home_banks(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """omega·lgd·X·S: own banks' claims saved (model, 2.3)."""
    saved = seat.bank_weight * scenario.loss_given_collapse * seat.bank_exposure_musd
    return saved / outcome.divisor * outcome.stability


def link_institutional(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """omega·lgd·sum_j l_ij·X_j·S: partners' banks saved (model, 2.3; hypothesis 2a)."""
    felt = sum(
        link.institutional * partner.bank_exposure_musd
        for link, partner in scenario.links_of[seat.id]
    )
    weight = seat.bank_weight * scenario.loss_given_collapse
    return weight * felt / outcome.divisor * outcome.stability


def link_economic(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """sum_j e_ij·H_j·S: partners' economies saved (model, 2.3; hypothesis 2b)."""
    felt = sum(
        link.economic * partner.home_stake_musd for link, partner in scenario.links_of[seat.id]
    )
    return felt / outcome.divisor * outcome.stability


def private_domestic(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """d(1-phi)·x + s·phi·sum_j d_j·x_j: what paying returns at home (model, 2.3; hypothesis 1).

    phi is 0 but where money is fungible; s is the seat's share of all bank exposure.
    """
    own = seat.private_domestic_rate * outcome.drawn_musd[seat.id]
    if not scenario.switches.fungibility:
        return own
    exposure = sum(other.bank_exposure_musd for other in scenario.governments)
    share = seat.bank_exposure_musd / exposure if exposure else 0.0
    leaked = sum(
        other.private_domestic_rate * outcome.drawn_musd[other.id] for other in scenario.governments
    )
    return (1 - scenario.fungibility) * own + share * scenario.fungibility * leaked


def private_international(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """r·x: what paying returns abroad (model, 2.3; hypothesis 1)."""
    return seat.private_international_rate * outcome.drawn_musd[seat.id]


def leader_bonus(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """b to the government whose alternative passed, if S ≥ 0.8 (model, 2.3)."""
    led = seat.id == outcome.leader and outcome.stability >= LEADER_BONUS_STABILITY
    return scenario.leader_bonus_musd / outcome.divisor if led else 0.0


def cost_bilateral(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-(c·x + tau·x²/(2B)): cost that rises with taxpayer resistance (model, 2.3).

    A card may take all of B after the pledge was sealed: then x, which was there to pay it,
    stands in its place.
    """
    drawn = outcome.drawn_musd[seat.id]
    capacity = seat.capacity_musd / outcome.divisor
    if capacity:
        resistance = seat.cost_convexity * drawn * drawn / (2 * capacity)
    else:
        resistance = seat.cost_convexity * drawn / 2
    return -(seat.unit_cost * drawn + resistance)


def cost_imf_share(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-c_m·w·f: the seat's part in the tranche (model, 2.3)."""
    return -scenario.imf_unit_cost * seat.quota_share * outcome.tranche_musd


def headline(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """v·r·y: standing from an announced second line that was not called (model, 4)."""
    rate = scenario.headline_rate * seat.private_international_rate
    return rate * outcome.undrawn_musd.get(seat.id, 0) / outcome.divisor


def credit_loss(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-loss·x·(1-S): own money lost in a collapse (model, 2.3)."""
    return -seat.credit_loss * outcome.drawn_musd[seat.id] * (1 - outcome.stability)


def cost_regional_share(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-c_R·share·f_R: the seat's part in the regional fund's money (model, 5)."""
    return -scenario.regional_unit_cost * seat.regional_share * outcome.regional_musd


def regional_bonus(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """b_R·min(1, f_R/N): what only members gain from the regional fund (model, 5)."""
    if not outcome.regional_musd:
        return 0.0
    share = min(1.0, outcome.regional_musd / outcome.need_musd)
    return seat.regional_bonus_musd / outcome.divisor * share


def discipline(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """a·mean_j k_j: worth of the discipline that all together ask for (model, 2.3)."""
    mean = sum(outcome.strictness.values()) / len(outcome.strictness)
    return seat.discipline_stake_musd / outcome.divisor * mean


def concession(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-beta·(k_i - mean_{j≠i} k_j): gained by being more lenient than others (model, 2.3)."""
    others = [k for other, k in outcome.strictness.items() if other != seat.id]
    if not others:
        return 0.0
    distance = outcome.strictness[seat.id] - sum(others) / len(others)
    return -seat.concession_gain_musd / outcome.divisor * distance


def breach_fine(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-fine·max(0, K - k): for undercutting the terms of a programme (model, 1, row 21)."""
    undercut = max(0.0, outcome.required_strictness - outcome.strictness[seat.id])
    return -scenario.breach_fine_musd / outcome.divisor * undercut


def modality(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-m·|K - k*|²: distance of a programme from the ideal terms (model, 2.3)."""
    if not outcome.in_programme or not seat.ideal_terms:
        return 0.0
    distance = sum(
        (term - ideal) ** 2 for term, ideal in zip(outcome.terms, seat.ideal_terms, strict=True)
    )
    return -seat.modality_weight_musd / outcome.divisor * distance


def pressure(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-theta·sum_j e_ij·max(0, A_ji - x_i): for paying less than was asked (model, 2.3)."""
    asked = outcome.asked_musd.get(seat.id, {})
    felt = 0.0
    for link, partner in scenario.links_of[seat.id]:
        missing = max(0, asked.get(partner.id, 0) - outcome.drawn_musd[seat.id])
        felt += pressure_force(scenario, seat, partner) * link.economic * missing
    return -felt


def pressure_force(scenario: Scenario, seat: Government, partner: Government) -> float:
    """theta; between two members of the region it may be another one (model, 1, row 41)."""
    near = seat.regional_share and partner.regional_share
    return (near and scenario.regional_pressure_force) or scenario.pressure_force


def guidance_cost(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-kappa·y²: the price of leaning on its own banks (model, 2.3)."""
    force = outcome.guidance_permille.get(seat.id, 0) / 1000
    return -seat.guidance_cost_musd / outcome.divisor * force * force


def favours_paid(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-sum t_b over own banks that stayed as agreed (model, 1, row 62)."""
    return -float(
        sum(favour_due(outcome, bank.id) for bank in scenario.banks if bank.home == seat.id)
    )


def favour_due(outcome: Outcome, bank: SeatId) -> int:
    """What a bank has earned of the favour it was promised."""
    favour = outcome.favours.get(bank)
    if favour is None:
        return 0
    kept = outcome.withdrawn_permille[bank] <= favour.withdrawn_at_most_permille
    return favour.favour_musd if kept else 0
