"""The ledger: which lines a scenario has, rounded and added up.

Every line is rounded once, half to even, to whole US$ millions; a total is the sum of the
rounded lines and is computed in no other way. The lines themselves, one function each, are
in `government_lines`, `bank_lines` and `fund_lines`. Knows no phases and no votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from server.game import bank_lines, fund_lines, government_lines
from server.game.outcome import Outcome
from server.game.scenario import Bank, Debtor, Government, Imf, Phase, Scenario, SeatId

GovernmentLine = Callable[[Scenario, Government, Outcome], float]
BankLine = Callable[[Scenario, Bank, Outcome], float]
ImfLine = Callable[[Scenario, Imf, Outcome], float]
DebtorLine = Callable[[Scenario, Debtor, Outcome], float]

IMMATERIAL = frozenset({"pressure", "relative_gains"})
"""Lines that are no gain or cost of the country: left out of welfare, and of what relative
gains compare (model, section 8, traps 4 and 5)."""


def government_lines_of(scenario: Scenario, tranche_musd: int = 0) -> Iterator[GovernmentLine]:
    """The lines that governments have in this scenario, in the ledger's order.

    A rule that is off adds no line; the IMF share is there where the board votes or a
    tranche was given all the same. `relative_gains` comes last, see `lines_musd`.
    """
    switches, lines = scenario.switches, government_lines
    yield lines.public
    if switches.home_stakes:
        yield from (lines.home_economy, lines.home_banks)
    if switches.links:
        yield from (lines.link_institutional, lines.link_economic)
    if switches.private_returns:
        yield from (lines.private_domestic, lines.private_international)
    if switches.second_line:
        yield lines.headline
    if scenario.leader_bonus_musd:
        yield lines.leader_bonus
    yield lines.cost_bilateral
    if Phase.VOTE in scenario.plan or tranche_musd:
        yield lines.cost_imf_share
    if switches.regional_fund:
        yield from (lines.cost_regional_share, lines.regional_bonus)
    if switches.credit_losses:
        yield lines.credit_loss
    if switches.terms:
        yield from (lines.discipline, lines.concession)
    if switches.terms and scenario.breach_fine_musd:
        yield lines.breach_fine
    if switches.modality:
        yield lines.modality
    if switches.guidance:
        yield lines.guidance_cost
    if switches.favours:
        yield lines.favours_paid
    if switches.pressure:
        yield lines.pressure


def bank_lines_of(scenario: Scenario) -> Iterator[BankLine]:
    """The lines that banks have in this scenario, in the ledger's order."""
    switches, lines = scenario.switches, bank_lines
    yield from (lines.interest, lines.loss, lines.exit_cost)
    if switches.peer_pressure:
        yield lines.peer
    if switches.guidance:
        yield lines.guidance
    if switches.lobbying:
        yield lines.lobbying
    if switches.favours:
        yield lines.favour


def imf_lines_of(scenario: Scenario) -> Iterator[ImfLine]:
    """The lines that the Fund has in this scenario, in the ledger's order."""
    switches, lines = scenario.switches, fund_lines
    yield from (lines.mandate, lines.resources_risk)
    if scenario.banks:
        yield lines.private_share
    yield lines.catalysis
    if switches.terms:
        yield lines.programme
    if switches.moral_hazard:
        yield lines.moral_hazard


def debtor_lines_of(scenario: Scenario) -> Iterator[DebtorLine]:
    """The lines that the debtor has in this scenario, in the ledger's order."""
    lines = fund_lines
    yield from (lines.relief, lines.finance)
    if scenario.switches.terms:
        yield lines.pain
    yield lines.sovereignty
    if scenario.switches.arrears:
        yield lines.default_cost


def lines_musd(scenario: Scenario, outcome: Outcome) -> dict[SeatId, dict[str, int]]:
    """The ledger of one round: every seat's lines in whole US$ millions."""
    of_governments = tuple(government_lines_of(scenario, outcome.tranche_musd))
    of_banks = tuple(bank_lines_of(scenario))
    ledger: dict[SeatId, dict[str, int]] = {}
    for seat in scenario.seats:
        match seat:
            case Government():
                values = {line.__name__: line(scenario, seat, outcome) for line in of_governments}
            case Bank():
                values = {line.__name__: line(scenario, seat, outcome) for line in of_banks}
            case Imf():
                values = {
                    line.__name__: line(scenario, seat, outcome) for line in imf_lines_of(scenario)
                }
            case Debtor():
                values = {
                    line.__name__: line(scenario, seat, outcome)
                    for line in debtor_lines_of(scenario)
                }
        ledger[seat.id] = {name: round(value) for name, value in values.items()}
    if scenario.switches.relative_gains:
        _add_relative_gains(scenario, ledger)
    return ledger


def _add_relative_gains(scenario: Scenario, ledger: dict[SeatId, dict[str, int]]) -> None:
    """-g·(mean_{j≠i} pi_j - pi_i), last, from the material sums (model, 2.3)."""
    gains = {seat.id: material_musd(ledger[seat.id]) for seat in scenario.governments}
    for seat in scenario.governments:
        others = [gain for other, gain in gains.items() if other != seat.id]
        behind = sum(others) / len(others) - gains[seat.id] if others else 0.0
        ledger[seat.id]["relative_gains"] = round(-seat.relative_gains_weight * behind)


def material_musd(lines: Mapping[str, int]) -> int:
    """What the seat gained or lost itself: its lines without pressure and relative gains."""
    return sum(amount for line, amount in lines.items() if line not in IMMATERIAL)


def stake_musd(scenario: Scenario, seat: Government) -> float:
    """Psi: what full stability is worth to `seat`, over the whole crisis (model, 2.3)."""
    whole = Outcome(1, 0, 0, 0, 0, 1.0, {}, {}, {})
    lines: list[GovernmentLine] = [government_lines.public]
    if scenario.switches.home_stakes:
        lines += [government_lines.home_economy, government_lines.home_banks]
    if scenario.switches.links:
        lines += [government_lines.link_institutional, government_lines.link_economic]
    return sum(line(scenario, seat, whole) for line in lines)


def welfare_musd(scenario: Scenario, ledger: Mapping[SeatId, Mapping[str, int]]) -> int:
    """Sum of the governments' material lines; banks count there as home_banks (model, 5)."""
    return sum(material_musd(ledger[seat.id]) for seat in scenario.governments)
