"""The payoff lines, one small function a line, and the ledger made of them.

Every line is the formula of the model (section 2) in floating point, rounded once, half
to even, to whole US$ millions; a total is the sum of the rounded lines and is computed
in no other way. Money parameters are divided by the number of rounds where the scenario
splits its crisis over them. Knows no phases and no votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from server.game.scenario import Bank, Government, Imf, Phase, Scenario, SeatId

LEADER_BONUS_STABILITY = 0.8
"""The stability from which the leader bonus is paid (model, 2.3)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to: all that the lines depend on beside the scenario."""

    divisor: int
    """By how many rounds the scenario's money is divided; 1 for the undivided game."""
    need_musd: int
    """N, withdrawals included."""
    tranche_musd: int
    """f: IMF money drawn."""
    ifi_musd: int
    effective_musd: int
    """E: all money drawn."""
    stability: float
    """S, rounded to 9 decimals."""
    drawn_musd: Mapping[SeatId, int]
    """x by government."""
    claims_due_musd: Mapping[SeatId, int]
    """D by bank, this round."""
    withdrawn_permille: Mapping[SeatId, int]
    """q by bank, in thousandths."""
    leader: SeatId | None = None
    """The government whose alternative passed."""


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
    """d·x: what paying returns at home (model, 2.3; hypothesis 1)."""
    return seat.private_domestic_rate * outcome.drawn_musd[seat.id]


def private_international(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """r·x: what paying returns abroad (model, 2.3; hypothesis 1)."""
    return seat.private_international_rate * outcome.drawn_musd[seat.id]


def leader_bonus(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """b to the government whose alternative passed, if S ≥ 0.8 (model, 2.3)."""
    led = seat.id == outcome.leader and outcome.stability >= LEADER_BONUS_STABILITY
    return scenario.leader_bonus_musd / outcome.divisor if led else 0.0


def cost_bilateral(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-(c·x + tau·x²/(2B)): cost that rises with taxpayer resistance (model, 2.3)."""
    drawn = outcome.drawn_musd[seat.id]
    if not drawn:
        return 0.0
    capacity = seat.capacity_musd / outcome.divisor
    resistance = seat.cost_convexity * drawn * drawn / (2 * capacity)
    return -(seat.unit_cost * drawn + resistance)


def cost_imf_share(scenario: Scenario, seat: Government, outcome: Outcome) -> float:
    """-c_m·w·f: the seat's part in the tranche (model, 2.3)."""
    return -scenario.imf_unit_cost * seat.quota_share * outcome.tranche_musd


def interest(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """s·(1-q)·D·S: earned on claims that stay (model, 2.4)."""
    return seat.interest_spread * _staying(seat, outcome) * outcome.stability


def loss(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-h·(1-q)·D·(1-S): lost on claims that stay (model, 2.4)."""
    return -seat.collapse_loss * _staying(seat, outcome) * (1 - outcome.stability)


def exit_cost(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-eps·q·D: the price of leaving (model, 2.4)."""
    withdrawn = outcome.withdrawn_permille[seat.id] * outcome.claims_due_musd[seat.id] / 1000
    return -seat.exit_cost * withdrawn


def _staying(seat: Bank, outcome: Outcome) -> float:
    permille = 1000 - outcome.withdrawn_permille[seat.id]
    return permille * outcome.claims_due_musd[seat.id] / 1000


def mandate(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """V_F·S (model, 2.5)."""
    return seat.mandate_stake_musd / outcome.divisor * outcome.stability


def resources_risk(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """-(c_F + loss_F·(1-S))·f (model, 2.5)."""
    rate = seat.resources_cost + seat.resources_loss * (1 - outcome.stability)
    return -rate * outcome.tranche_musd


def private_share(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """b_F·P, P the share of due bank claims that stay (model, 2.5)."""
    due = sum(outcome.claims_due_musd.values())
    if not due:
        return 0.0
    staying = sum(
        (1000 - outcome.withdrawn_permille[bank]) * claims / 1000
        for bank, claims in outcome.claims_due_musd.items()
    )
    return seat.private_share_stake_musd / outcome.divisor * staying / due


def catalysis(scenario: Scenario, seat: Imf, outcome: Outcome) -> float:
    """z_F·sum x/N if f > 0, else 0: others' money that followed the Fund's (model, 2.5)."""
    if not outcome.tranche_musd:
        return 0.0
    bilateral = sum(outcome.drawn_musd.values())
    return seat.catalysis_stake_musd / outcome.divisor * bilateral / outcome.need_musd


GovernmentLine = Callable[[Scenario, Government, Outcome], float]


def government_lines(scenario: Scenario, tranche_musd: int = 0) -> Iterator[GovernmentLine]:
    """The lines that governments have in this scenario, in the ledger's order.

    A rule that is off adds no line; the IMF share is there where the board votes or a
    tranche was given all the same.
    """
    switches = scenario.switches
    yield public
    if switches.home_stakes:
        yield from (home_economy, home_banks)
    if switches.links:
        yield from (link_institutional, link_economic)
    if switches.private_returns:
        yield from (private_domestic, private_international)
    if scenario.leader_bonus_musd:
        yield leader_bonus
    yield cost_bilateral
    if Phase.VOTE in scenario.plan or tranche_musd:
        yield cost_imf_share


def lines_musd(scenario: Scenario, outcome: Outcome) -> dict[SeatId, dict[str, int]]:
    """The ledger of one round: every seat's lines in whole US$ millions."""
    lines = tuple(government_lines(scenario, outcome.tranche_musd))
    ledger: dict[SeatId, dict[str, int]] = {}
    for seat in scenario.seats:
        match seat:
            case Government():
                ledger[seat.id] = {
                    line.__name__: round(line(scenario, seat, outcome)) for line in lines
                }
            case Bank():
                ledger[seat.id] = {
                    line.__name__: round(line(scenario, seat, outcome))
                    for line in (interest, loss, exit_cost)
                }
            case Imf():
                ledger[seat.id] = _imf_lines_musd(scenario, seat, outcome)
    return ledger


def _imf_lines_musd(scenario: Scenario, seat: Imf, outcome: Outcome) -> dict[str, int]:
    lines: list[Callable[[Scenario, Imf, Outcome], float]] = [mandate, resources_risk]
    if scenario.banks:
        lines.append(private_share)
    lines.append(catalysis)
    return {line.__name__: round(line(scenario, seat, outcome)) for line in lines}


def stake_musd(scenario: Scenario, seat: Government) -> float:
    """Psi: what full stability is worth to `seat`, over the whole crisis (model, 2.3)."""
    whole = Outcome(1, 0, 0, 0, 0, 1.0, {}, {}, {})
    lines: list[GovernmentLine] = [public]
    if scenario.switches.home_stakes:
        lines += [home_economy, home_banks]
    if scenario.switches.links:
        lines += [link_institutional, link_economic]
    return sum(line(scenario, seat, whole) for line in lines)


def welfare_musd(scenario: Scenario, ledger: Mapping[SeatId, Mapping[str, int]]) -> int:
    """Sum of the governments' lines; banks already count there as home_banks (model, 5)."""
    return sum(sum(ledger[seat.id].values()) for seat in scenario.governments)
