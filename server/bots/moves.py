"""What governments do at the table beside talking and pledging, and seal with a pledge.

Each of these may be given to any kind of government; each keeps to the rules that are on,
and does nothing where its own is off.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from server.bots import reading, worth
from server.bots.reading import own
from server.game.actions import (
    Action,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    TablePackage,
)
from server.game.cards import SeatCard, View

# --- at the table: a `Move` each ---


def fair_package(view: View, own_pledge_musd: int) -> TablePackage:
    """Everybody's fair share of the gap, and banks that stay."""
    me, step = own(view).seat, view.scenario.pledge_step_musd
    asked = {
        one.id: int(reading.fair_share_musd(view, one.id) // step) * step
        for one in reading.governments(view)
    }
    # Nobody can be asked for more than the whole need, the seat itself included.
    asked[me] = min(own_pledge_musd, view.gap.scheduled_need_musd // step * step)
    stay = {one.id: 0 for one in view.seats if one.home is not None}
    return TablePackage(asked, stay, text="Everybody's fair share, and the banks stay.")


def ask_all_for_their_share(view: View, said_musd: int) -> Action | None:
    """Tables the fair package, once a round."""
    if "table_package" not in own(view).may or reading.has_tabled(view):
        return None
    return fair_package(view, said_musd)


def press_others_for_the_gap(view: View, said_musd: int) -> Action | None:
    """Asks the other governments, each by its quota, for all that is needed."""
    if "press" not in own(view).may:
        return None
    pressed = {deal.on for deal in reading.deals_now(view, "pressure")}
    others = reading.other_governments(view)
    whole = sum(reading.quota(view, one.id) for one in others)
    for one in others:
        share = reading.quota(view, one.id) / whole if whole else 1 / len(others)
        ask_musd = _steps(view, share * reading.gap_musd(view))
        if ask_musd and one.id not in pressed:
            return Press(one.id, ask_musd)
    return None


def _steps(view: View, amount_musd: float) -> int:
    step = view.scenario.pledge_step_musd
    return int(amount_musd // step) * step


def propose_own_terms(view: View, said_musd: int) -> Action | None:
    """Tables ordinary access on the terms it likes best, once a round."""
    names = view.scenario.advanced.term_names if view.scenario.advanced else ()
    ideals = [own(view).parameters.get(f"ideal_{name}") for name in names]
    terms = tuple(round(1000 * ideal) for ideal in ideals if ideal is not None)
    tranche_musd = view.gap.ordinary_access_musd
    if (
        not reading.is_on(view, "modality")
        or "propose_tranche" not in own(view).may
        or len(terms) < max(1, len(names))
        or not tranche_musd
        or reading.has_proposed(view)
        or reading.is_lent_to(view)
    ):
        return None
    later_musd = reading.later_tranches_musd(view, tranche_musd)
    return ProposeTranche(tranche_musd, terms, later_musd)


def propose_regional_money(view: View, said_musd: int) -> Action | None:
    """Tables all that the region's fund can lend, unless another member already has."""
    now = view.gap.advanced
    if now is None or not now.regional_access_musd or "propose_regional" not in own(view).may:
        return None
    if any(proposal.regional for proposal in view.proposals):
        return None
    return ProposeRegional(now.regional_access_musd)


def promise_own_banks_favours(view: View, said_musd: int) -> Action | None:
    """Promises each of its banks half of what its staying is worth to the seat."""
    if "offer_favour" not in own(view).may:
        return None
    promised = {deal.on for deal in reading.deals_now(view, "favour")}
    for bank in reading.own_banks(view):
        favour_musd = min(
            round(staying_worth_musd(view, [bank], said_musd) / 2), own(view).largest_pledge_musd
        )
        if bank.id not in promised and favour_musd:
            return OfferFavour(bank.id, favour_musd)
    return None


def staying_worth_musd(view: View, banks: list[SeatCard], own_musd: int) -> float:
    """What the seat gains if these banks stay instead of taking all that falls due."""
    expected = worth.prospect(view)
    money_musd = expected.official_musd + expected.others_musd + own_musd + expected.behind_musd
    claims_musd = sum(bank.claims_due_musd for bank in banks)
    stayed = reading.stability(view, money_musd, expected.need_musd)
    left = reading.stability(view, money_musd, expected.need_musd + claims_musd)
    return expected.stake_musd * (stayed - left)


# --- sealed with the pledge: a `Part` each ---


def announce_a_second_line(view: View, pledge: Pledge) -> Pledge:
    """Stands behind what is still missing, withdrawals of all banks included."""
    missing_musd = view.gap.scheduled_need_musd + view.gap.claims_due_musd
    missing_musd -= worth.prospect(view).others_musd + pledge.pledge_musd
    missing_musd -= reading.expected_official_musd(view) + reading.behind_musd(view)
    return replace(pledge, second_line_musd=_second_line_musd(view, missing_musd))


def announce_and_refuse(view: View, pledge: Pledge) -> Pledge:
    """Announces its fair share as a second line, and will not pay it."""
    if not reading.is_on(view, "second_line"):
        return pledge
    fair = reading.own_share_musd(view)
    return replace(pledge, second_line_musd=_second_line_musd(view, fair), pays_calls=False)


def _second_line_musd(view: View, wanted_musd: float) -> int:
    advanced = own(view).advanced
    limit_musd = advanced.largest_second_line_musd if advanced else 0
    return min(limit_musd, _steps(view, max(0.0, wanted_musd)))


def guide_own_banks(view: View, pledge: Pledge) -> Pledge:
    """Leans on its banks as hard as their staying is worth: kappa·y² up to that worth."""
    banks = list(reading.own_banks(view))
    if not reading.is_on(view, "guidance") or not banks:
        return pledge
    numbers = own(view).parameters
    cost = numbers.get("guidance_cost_musd", 0.0) / numbers["rounds_divisor"]
    gain = max(0.0, staying_worth_musd(view, banks, pledge.pledge_musd))
    force = min(1.0, math.sqrt(gain / cost)) if cost else 1.0
    return replace(pledge, guidance_permille=int(1000 * force))


StrictnessRule = Callable[[View], int | None]
"""What a government asks of the debtor itself, in thousandths; None: as the programme."""


def with_terms(rule: StrictnessRule) -> Callable[[View, Pledge], Pledge]:
    """The pledge with own terms for the debtor, where governments set them."""

    def part(view: View, pledge: Pledge) -> Pledge:
        if not reading.is_on(view, "terms"):
            return pledge
        return replace(pledge, strictness_permille=rule(view))

    return part


def is_sealed(view: View) -> bool:
    """Whether a programme fixes the terms for all this round."""
    return view.gap.advanced is not None and view.gap.advanced.terms_permille is not None


def united(view: View) -> int | None:
    """As strict as can be, so that the debtor cannot play creditors off; keeps a programme."""
    return None if is_sealed(view) else 1000


def undercutting(view: View) -> int | None:
    """Lenient where that pays: a/n < beta, or less than the fine on top (model, 3 (iii))."""
    numbers = own(view).parameters
    slope = numbers.get("discipline_stake_musd", 0.0) / len(reading.governments(view))
    slope -= numbers.get("concession_gain_musd", 0.0)
    if is_sealed(view):
        return 0 if -slope > reading.number(view, "breach_fine_musd") else None
    return 0 if slope < 0 else 1000


def as_strict_as_others(view: View) -> int | None:
    """As strict as the others were on average last round, at first as strict as can be."""
    last = reading.last_round(view)
    asked = last.advanced.strictness if last and last.advanced else {}
    others = [asked[one.id] for one in reading.other_governments(view) if one.id in asked]
    if is_sealed(view):
        return None
    return round(1000 * sum(others) / len(others)) if others else 1000
