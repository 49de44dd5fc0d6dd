"""What the types of the public-goods laboratory pay.

Fischbacher, Gächter and Fehr (2001) sort people by how their contribution answers the
others': conditional co-operators (half of all), free riders (a third), hump-shaped (14 %).
"""

from __future__ import annotations

from random import Random

from server.bots import reading
from server.bots.governments import PledgeRule
from server.bots.reading import own
from server.game.cards import View
from server.game.scenario import SeatId


def nothing(view: View, random: Random) -> int:
    """Free rider: never a dollar."""
    return 0


def everything(view: View, random: Random) -> int:
    """Full contributor: all that the capacity allows."""
    return own(view).largest_pledge_musd


def fair_share(view: View, random: Random) -> int:
    """Unconditional co-operator: the fair share, whatever the others do."""
    return reading.whole_steps(view, reading.own_share_musd(view))


def in_kind(view: View, random: Random) -> int:
    """Conditional co-operator: as much of the fair share as others paid of theirs."""
    return reading.whole_steps(view, _effort(view) * reading.own_share_musd(view))


def _effort(view: View) -> float:
    """The others', 0..1; at first what they promise of their shares, but half at least."""
    effort = reading.others_effort(view)
    if effort is not None:
        return effort
    others = max(1.0, reading.others_fair_musd(view))
    return max(0.5, min(1.0, reading.others_promised_musd(view) / others))


def hump(view: View, random: Random) -> int:
    """Hump-shaped: in kind up to half of the fair share, less again the more others pay."""
    effort = _effort(view)
    return reading.whole_steps(view, min(effort, 1 - effort) * reading.own_share_musd(view))


def lead(view: View, random: Random) -> int:
    """Leader: more than the fair share at first, and as long as half of it is followed.

    Leading by example raises giving but decays without followers (Güth and others, 2007).
    """
    fair = reading.own_share_musd(view)
    effort = reading.others_effort(view)
    followed = effort is None or effort >= 0.5
    return reading.whole_steps(view, 1.3 * fair if followed else 0.5 * fair)


def any_amount(view: View, random: Random) -> int:
    """Random: any whole step up to the limit, all equally likely."""
    steps = own(view).largest_pledge_musd // view.scenario.pledge_step_musd
    return random.randint(0, steps) * view.scenario.pledge_step_musd


def following(seat: SeatId) -> PledgeRule:
    """Follower: as much of the own fair share as `seat` paid, or at first says, of its own."""

    def pays(view: View, random: Random) -> int:
        ratio = share_paid(view, seat)
        return reading.whole_steps(view, ratio * reading.own_share_musd(view))

    return pays


def share_paid(view: View, seat: SeatId) -> float:
    """What a government paid of its fair share last, or at first says of it, 0..1."""
    leader = reading.card(view, seat)
    if leader is None or seat not in {one.id for one in reading.governments(view)}:
        return 0.0
    last = reading.last_round(view)
    shown = leader.intention_musd or 0 if last is None else last.pledges_musd[seat]
    fair = reading.fair_share_musd(view, seat)
    return min(1.0, shown / fair) if fair else 0.0
