"""The debtor where nobody plays it: accept a programme, or take what friends offer.

Owns that one rule (model, section 2.6). Pure; knows the public numbers of the round alone.
"""

from __future__ import annotations

from server.game.crisis import RoundMoney, stability_of
from server.game.scenario import Debtor, Scenario


def accepts(
    scenario: Scenario,
    debtor: Debtor,
    terms: tuple[float, ...],
    tranche_musd: int,
    *,
    promised_musd: int,
    money: RoundMoney,
) -> bool:
    """Whether relief, finance, pain and sovereignty are worth more than going without.

    Without the programme the debtor counts on the governments' promised money alone, and on
    no terms; with it, on both. Banks are expected to stay.

    Args:
        scenario: of this crisis.
        debtor: its seat.
        terms: of the programme, by dimension.
        tranche_musd: that the Fund would release this round.
        promised_musd: what governments have said or signed this round.
        money: of the round.
    """
    need_musd = money.scheduled_need_musd
    brought_musd = tranche_musd + round(scenario.ifi_share * tranche_musd)
    strictness = sum(terms) / len(terms) if terms else 0.0
    price = (debtor.pain_musd * strictness + debtor.sovereignty_cost_musd) / money.divisor

    def worth(received_musd: int) -> float:
        paid_musd = min(need_musd, received_musd)
        relief = stability_of(paid_musd, need_musd, scenario.sharpness)
        stake = debtor.relief_stake_musd / money.divisor
        return stake * relief + debtor.finance_value * paid_musd

    return worth(promised_musd + brought_musd) - price >= worth(promised_musd)
