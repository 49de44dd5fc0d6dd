"""What a bot reads out of its view: shares, gaps, what others did.

Pure arithmetic on a `View`; owns no strategy. Amounts are whole US$ millions.
"""

from __future__ import annotations

from server.game.cards import OwnCard, RoundCard, SeatCard, View
from server.game.scenario import Phase, Role, SeatId


def own(view: View) -> OwnCard:
    """The seat's own card.

    Raises:
        ValueError: the view is not a seat's.
    """
    if view.own is None:
        raise ValueError("a bot needs the view of a seat")
    return view.own


def card(view: View, seat: SeatId) -> SeatCard | None:
    """The card of a seat, by its id."""
    return next((one for one in view.seats if one.id == seat), None)


def governments(view: View) -> tuple[SeatCard, ...]:
    """The creditor governments, in seat order."""
    return tuple(one for one in view.seats if one.role is Role.GOVERNMENT)


def last_round(view: View) -> RoundCard | None:
    """The round before, if there was one."""
    return view.rounds[-1] if view.rounds else None


def whole_steps(view: View, amount_musd: float) -> int:
    """An amount as a pledge that is allowed: rounded down to the step, within the limit."""
    step = view.scenario.pledge_step_musd
    limited = min(max(amount_musd, 0.0), own(view).largest_pledge_musd)
    return int(limited // step) * step


def expected_tranche_musd(view: View) -> int:
    """IMF money and what comes with it: as voted, before the vote ordinary access."""
    if Phase.VOTE not in view.scenario.phases:
        return 0
    counted = view.clock.phase in (Phase.PLEDGE, Phase.DISBURSE)
    tranche = view.gap.tranche_musd if counted else view.gap.ordinary_access_musd
    return round(tranche * (1 + view.scenario.ifi_share))


def gap_musd(view: View) -> int:
    """What the governments would have to find if all banks stayed."""
    return max(0, view.gap.scheduled_need_musd - expected_tranche_musd(view))


def fair_share_musd(view: View, seat: SeatId) -> float:
    """The gap by quota shares, or by heads where nobody has one."""
    quotas = {one.id: one.quota_share for one in governments(view)}
    whole = sum(quotas.values())
    share = quotas[seat] / whole if whole else 1 / len(quotas)
    return share * gap_musd(view)


def others_effort(view: View) -> float | None:
    """What the other governments paid of their fair shares, 0..1; None before round 2."""
    last, me = last_round(view), own(view).seat
    if last is None:
        return None
    others = [one.id for one in governments(view) if one.id != me]
    fair = sum(fair_share_musd(view, seat) for seat in others)
    if not fair:
        return 1.0
    return min(1.0, sum(last.pledges_musd[seat] for seat in others) / fair)


def others_promised_musd(view: View) -> int:
    """What the other governments have said or signed this round."""
    me = own(view).seat
    return sum(
        max(one.intention_musd or 0, one.signed_musd or 0)
        for one in governments(view)
        if one.id != me
    )


def expected_others_musd(view: View) -> int:
    """Myopic belief about the others' pledges: as last round, at first as promised."""
    last, me = last_round(view), own(view).seat
    if last is None:
        return others_promised_musd(view)
    return sum(amount for seat, amount in last.pledges_musd.items() if seat != me)


def expected_pledges_musd(view: View) -> int:
    """Belief about all governments' pledges, of those who pay none or vote first.

    What is promised, as far as promises were kept last round; where nothing is promised, as
    last round.
    """
    last, promised = last_round(view), view.gap.promised_musd
    if last is None:
        return promised
    pledged_then = sum(last.pledges_musd.values())
    if not promised:
        return pledged_then
    promised_then = sum(max(one.said_musd or 0, one.signed_musd or 0) for one in last.promises)
    if pledged_then >= promised_then:
        return promised
    return promised * pledged_then // promised_then


def expected_need_musd(view: View) -> int:
    """Myopic belief about the need: scheduled, plus what other banks withdrew last round."""
    last, me = last_round(view), own(view).seat
    if last is None:
        return view.gap.scheduled_need_musd
    withdrawn = sum(
        one.claims_due_musd * last.withdrawn_permille.get(one.id, 0) // 1000
        for one in view.seats
        if one.id != me
    )
    return view.gap.scheduled_need_musd + withdrawn


def stability(view: View, effective_musd: float, need_musd: float) -> float:
    """S for an amount, as everybody can compute it from the public sharpness."""
    if effective_musd >= need_musd:
        return 1.0
    if view.scenario.sharpness == float("inf"):
        return 0.0
    return float((effective_musd / need_musd) ** view.scenario.sharpness)


def has_spoken(view: View) -> bool:
    """Whether the seat said something to all in this round."""
    me, now = own(view).seat, view.clock
    for message in reversed(view.messages):
        if (message.crisis, message.round) != (now.crisis, now.round):
            return False
        if message.seat == me and message.channel == "plenary":
            return True
    return False


def has_tabled(view: View) -> bool:
    """Whether the seat has a package on the table this round."""
    return any(package.seat == own(view).seat for package in view.packages)
