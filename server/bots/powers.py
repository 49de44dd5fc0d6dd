"""Governments with power, or with a hegemon before their eyes.

Benevolent and predatory hegemons, the builder of a k-group, the leader of a region, and the
state that only reacts (model, section 1, rows 15 to 47).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from server.bots import laboratory, reading, worth
from server.bots.moves import fair_package
from server.bots.reading import own
from server.bots.worth import Prospect
from server.game.actions import Action, Pledge
from server.game.cards import PackageCard, View
from server.game.scenario import SeatId


def fill_the_gap(view: View, random: Random) -> int:
    """Benevolent hegemon: all that the others leave, up to where it would be no gain at all.

    One for whom stability alone is worth its price is enough; the others ride (Kindleberger
    1973; Snidal 1985: a privileged group).
    """
    expected = worth.prospect(view)
    gap_musd = expected.need_musd - expected.official_musd - expected.others_musd
    step = view.scenario.pledge_step_musd
    return worth.most_without_loss_musd(view, expected, math.ceil(gap_musd / step) * step)


def group_share(view: View, random: Random) -> int:
    """k-group builder: its fair share, if the others together do what makes that pay.

    With `clauses` that condition is sealed beside the pledge; without, it goes by their
    word, and by their deeds once it has seen them.
    """
    pledge_musd = _group_pledge_musd(view)
    if reading.is_on(view, "clauses"):
        return pledge_musd
    believed_musd = reading.others_promised_musd(view)
    last = reading.last_round(view)
    if last is not None:
        believed_musd = min(believed_musd, reading.others_pledged_musd(view, last))
    return pledge_musd if believed_musd >= group_threshold_musd(view, pledge_musd) else 0


def _group_pledge_musd(view: View) -> int:
    """The fair share, or what of it a whole rescue is worth."""
    alone = worth.prospect(view, 0)
    worth_musd = alone.stake_musd * (1 - _collapse(alone))
    fair = reading.own_share_musd(view)
    affordable = (
        pledge
        for pledge in reversed(worth.allowed_pledges(view))
        if pledge <= fair and alone.cost_musd(pledge) <= worth_musd
    )
    return next(affordable, 0)


def _collapse(alone: Prospect) -> float:
    """S without any pledge."""
    there_musd = alone.official_musd + alone.behind_musd
    return reading.stability_at(there_musd, alone.need_musd, alone.sharpness)


def offer(view: View, pledge_musd: int) -> int:
    """Says what it will pay if the group forms."""
    return _group_pledge_musd(view)


def group_threshold_musd(view: View, pledge_musd: int) -> int:
    """theta: the least that the others must pay so that the rescue is worth its own pledge.

    Psi·S(x + theta) ≥ Psi·S(0) + cost of x: against the collapse, not against riding free,
    as the group does not form without it (Snidal's k; model, 3 (iv) and (vii)).
    """
    alone = worth.prospect(view, 0)
    cost = alone.cost_musd(pledge_musd)
    if cost <= 0:
        return 0
    wanted = min(1.0, _collapse(alone) + cost / alone.stake_musd) if alone.stake_musd else 1.0
    effective_musd: float = alone.need_musd * wanted ** (1 / alone.sharpness)
    there_musd = alone.official_musd + alone.behind_musd
    return max(0, math.ceil(effective_musd - there_musd - pledge_musd - 1e-6))


def on_condition(view: View, pledge: Pledge) -> Pledge:
    """With `clauses`: the pledge counts only if the group forms."""
    if not reading.is_on(view, "clauses"):
        return pledge
    threshold_musd = group_threshold_musd(view, pledge.pledge_musd)
    return replace(pledge, others_at_least_musd=threshold_musd)


def gather_a_group(view: View, said_musd: int) -> Action | None:
    """Tables the fair package, with the total below which it is not worth it to the seat."""
    if "table_package" not in own(view).may or reading.has_tabled(view):
        return None
    package = fair_package(view, said_musd)
    if not reading.is_on(view, "package_minima"):
        return package
    step = view.scenario.pledge_step_musd
    total_musd = said_musd + group_threshold_musd(view, said_musd)
    whole_steps_musd = math.ceil(total_musd / step) * step
    most_musd = view.gap.scheduled_need_musd // step * step
    return replace(package, minimum_total_musd=min(whole_steps_musd, most_musd))


def joins_the_group(view: View, package: PackageCard, said_musd: int) -> bool:
    """Signs its part of a package, where the rest of it makes that worth while."""
    asked_musd = package.pledges_musd.get(own(view).seat, 0)
    rest_musd = max(sum(package.pledges_musd.values()), package.minimum_total_musd) - asked_musd
    fair = reading.own_share_musd(view)
    return asked_musd <= fair and rest_musd >= group_threshold_musd(view, asked_musd)


def lead_the_region(view: View, random: Random) -> int:
    """Regional leader: leads in its own region, elsewhere it does as others do.

    The region's power is the first candidate in its backyard (model, 1, rows 15 and 40).
    """
    rule = laboratory.lead if is_first_in_the_region(view) else laboratory.in_kind
    return rule(view, random)


def is_first_in_the_region(view: View) -> bool:
    """Whether nobody has a larger part in the region, or without one more bank claims."""
    me = own(view).seat
    shares = {one.id: reading.regional_share(one) for one in reading.governments(view)}
    if not any(shares.values()):
        shares = {one.id: float(one.bank_exposure_musd) for one in reading.governments(view)}
    return shares[me] > 0 and shares[me] == max(shares.values())


def if_first(move: Callable[[View, int], Action | None]) -> Callable[[View, int], Action | None]:
    """The move of a leader, for one that leads in its region alone."""
    return lambda view, said_musd: move(view, said_musd) if is_first_in_the_region(view) else None


def react(view: View, random: Random) -> int:
    """Reactive state: does its share as far as the hegemon does, and what that asks of it.

    Calder's (1988) thesis on Japan, which the chapter rejects: the same pressure should
    lead to the same action, whatever the state gains by it.
    """
    leader = hegemon(view)
    if leader is None:
        return 0
    fair = reading.own_share_musd(view)
    asked = [
        deal.amount_musd for deal in reading.deals_now(view, "pressure") if deal.seat == leader
    ]
    follows = laboratory.share_paid(view, leader) * fair
    return reading.whole_steps(view, max([follows, *asked[-1:]]))


def hegemon(view: View) -> SeatId | None:
    """The other government with the most votes in the IMF, the first of equals."""
    others = reading.other_governments(view)
    return max(others, key=lambda one: one.quota_share).id if others else None
