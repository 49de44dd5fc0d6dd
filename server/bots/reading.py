"""What a bot reads out of its view: shares, gaps, what others did, which rules are on.

Pure arithmetic on a `View`; owns no strategy. Amounts are whole US$ millions.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.game.cards import DealCard, OwnCard, RoundCard, SeatCard, View
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


def other_governments(view: View) -> tuple[SeatCard, ...]:
    """The creditor governments but the own, in seat order."""
    return tuple(one for one in governments(view) if one.id != own(view).seat)


def own_banks(view: View) -> tuple[SeatCard, ...]:
    """The banks whose home the seat is."""
    return tuple(one for one in view.seats if one.home == own(view).seat)


# --- which advanced rules are on, and what they say ---


def is_on(view: View, switch: str) -> bool:
    """Whether an advanced rule is on, by its switch."""
    rules = view.scenario.advanced
    return rules is not None and switch in rules.switches


def number(view: View, name: str) -> float:
    """A public number of an advanced rule; 0 where it is not set."""
    rules = view.scenario.advanced
    return rules.numbers.get(name, 0.0) if rules else 0.0


def regional_share(one: SeatCard | None) -> float:
    """A government's share of votes in the regional fund; 0 for who is not of the region."""
    return one.advanced.regional_share if one and one.advanced else 0.0


def deals_now(view: View, kind: str) -> Iterator[DealCard]:
    """The demands, favours or lobbying of this round that the seat knows of, oldest first."""
    now = view.clock
    for deal in view.deals:
        if deal.kind == kind and (deal.crisis, deal.round) == (now.crisis, now.round):
            yield deal


def later_tranches_musd(view: View, tranche_musd: int) -> tuple[int, ...]:
    """The same tranche for every round to come, where the rules want to know."""
    if not is_on(view, "programmes") or view.scenario.rounds is None:
        return ()
    return (tranche_musd,) * (view.scenario.rounds - view.clock.round)


def is_lent_to(view: View) -> bool:
    """Whether a programme of an earlier round goes on and is kept."""
    now = view.gap.advanced
    return now is not None and bool(now.tranches_musd) and now.on_track


# --- the past ---


def last_round(view: View) -> RoundCard | None:
    """The round before, if there was one in this crisis."""
    last = view.rounds[-1] if view.rounds else None
    return last if last and last.crisis == view.clock.crisis else None


def others_pledged_musd(view: View, past: RoundCard) -> int:
    """What the other governments pledged in a round."""
    return sum(past.pledges_musd[one.id] for one in other_governments(view))


def others_record(view: View) -> float | None:
    """What the other governments ever paid of their shares of what was needed, 0..1.

    Over all rounds and crises; None before there was one.
    """
    if not view.rounds:
        return None
    others = [one.id for one in other_governments(view)]
    share = sum(quota(view, seat) for seat in others)
    wanted = sum(max(0, past.need_musd - official_musd(past)) for past in view.rounds) * share
    paid = sum(past.pledges_musd[seat] for past in view.rounds for seat in others)
    return min(1.0, paid / wanted) if wanted else 1.0


def official_musd(past: RoundCard) -> int:
    """What the Fund, those who lend beside it, and the region's fund paid in a round."""
    regional_musd = past.advanced.regional_musd if past.advanced else 0
    return past.tranche_musd + past.ifi_musd + regional_musd


# --- money that is needed, there, or expected ---


def whole_steps(view: View, amount_musd: float) -> int:
    """An amount as a pledge that is allowed: rounded down to the step, within the limit."""
    step = view.scenario.pledge_step_musd
    limited = min(max(amount_musd, 0.0), own(view).largest_pledge_musd)
    return int(limited // step) * step


def expected_tranche_musd(view: View) -> int:
    """IMF money and what comes with it: as granted, before the vote ordinary access."""
    if Phase.VOTE not in view.scenario.phases:
        return 0
    known = view.clock.phase in (Phase.PLEDGE, Phase.DISBURSE) or is_lent_to(view)
    tranche = view.gap.tranche_musd if known else view.gap.ordinary_access_musd
    return round(tranche * (1 + view.scenario.ifi_share))


def expected_official_musd(view: View) -> int:
    """Money that is there before any pledge: the Fund's, and what the region has granted."""
    regional_musd = view.gap.advanced.regional_musd if view.gap.advanced else 0
    return expected_tranche_musd(view) + regional_musd


def behind_musd(view: View) -> int:
    """Money that is used only after the pledges: reserves, and the second line as believed."""
    if view.gap.advanced is None:
        return 0
    lines = (one.advanced for one in governments(view) if one.advanced is not None)
    believed = sum((one.credibility or 0.0) * one.second_line_musd for one in lines)
    return view.gap.advanced.spare_reserves_musd + round(believed)


def crowd_leaving_musd(view: View) -> int:
    """Of the crowd's money, what leaves this round."""
    return view.gap.advanced.crowd_leaving_musd if view.gap.advanced else 0


def gap_musd(view: View) -> int:
    """What the governments would have to find if all banks stayed."""
    need_musd = view.gap.scheduled_need_musd + crowd_leaving_musd(view)
    return max(0, need_musd - expected_official_musd(view))


def quota(view: View, seat: SeatId) -> float:
    """A government's part of all quota shares, or by heads where nobody has one."""
    quotas = {one.id: one.quota_share for one in governments(view)}
    whole = sum(quotas.values())
    return quotas[seat] / whole if whole else 1 / len(quotas)


def fair_share_musd(view: View, seat: SeatId) -> float:
    """A government's part of the gap."""
    return quota(view, seat) * gap_musd(view)


def own_share_musd(view: View) -> float:
    """The seat's own fair share."""
    return fair_share_musd(view, own(view).seat)


def others_fair_musd(view: View) -> float:
    """The fair shares of the other governments together."""
    return sum(fair_share_musd(view, one.id) for one in other_governments(view))


def others_effort(view: View) -> float | None:
    """What the other governments paid of their fair shares, 0..1; None before round 2."""
    last = last_round(view)
    if last is None:
        return None
    fair = others_fair_musd(view)
    return min(1.0, others_pledged_musd(view, last) / fair) if fair else 1.0


def others_promised_musd(view: View) -> int:
    """What the other governments have said or signed this round."""
    return sum(
        max(one.intention_musd or 0, one.signed_musd or 0) for one in other_governments(view)
    )


def expected_others_musd(view: View) -> int:
    """Myopic belief about the others' pledges: as last round, at first as promised."""
    last = last_round(view)
    return others_promised_musd(view) if last is None else others_pledged_musd(view, last)


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
    """Myopic belief about the need: what is known, plus what other banks withdrew last round."""
    last, me = last_round(view), own(view).seat
    known = view.gap.scheduled_need_musd + crowd_leaving_musd(view)
    if last is None:
        return known
    withdrawn = sum(
        one.claims_due_musd * last.withdrawn_permille.get(one.id, 0) // 1000
        for one in view.seats
        if one.id != me
    )
    return known + withdrawn


def stability(view: View, effective_musd: float, need_musd: float) -> float:
    """S for an amount, as everybody can compute it from the public sharpness."""
    return stability_at(effective_musd, need_musd, view.scenario.sharpness)


def stability_at(effective_musd: float, need_musd: float, sharpness: float) -> float:
    """S for an amount, a need and a sharpness."""
    if effective_musd >= need_musd:
        return 1.0
    if sharpness == float("inf"):
        return 0.0
    return float((effective_musd / need_musd) ** sharpness)


# --- what the seat has done in this round ---


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


def has_proposed(view: View, *, regional: bool = False) -> bool:
    """Whether the seat has a tranche on the table this round."""
    me = own(view).seat
    return any(one.seat == me and one.regional is regional for one in view.proposals)
