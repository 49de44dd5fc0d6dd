"""Governments: how much each kind pays, what it says beforehand, and what it signs.

A kind is a rule for the pledge and a rule for the promise; the conduct through the phases
is the same for all. Knows only the view.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import reading, sentences
from server.bots.bot import answer, ready
from server.bots.reading import own
from server.game.actions import (
    Action,
    Ballot,
    DeclareIntention,
    Pledge,
    Say,
    TablePackage,
    Vote,
)
from server.game.cards import PackageCard, View
from server.game.scenario import Phase, SeatId

PledgeRule = Callable[[View, Random], int]
"""What the seat will pay this round, as far as it can tell now."""
PromiseRule = Callable[[View, int], int]
"""What it says it will pay, given what it will."""


@dataclass(frozen=True, slots=True)
class GovernmentBot:
    """A government that pays by one rule and promises by another."""

    pays: PledgeRule
    promises: PromiseRule
    words: tuple[str, ...] = sentences.PLEDGE
    leads: bool = False
    """Tables a package that asks everybody for the fair share."""
    keeps: bool = True
    """Pays at least what it said and signed, whatever its rule says by then."""

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE:
                return self._meet(view, random)
            case Phase.VOTE:
                return vote(view)
            case Phase.PLEDGE if not own(view).final:
                return Pledge(self._pledge(view, random))
            case _:
                return ready(view)

    def _meet(self, view: View, random: Random) -> Action | None:
        may = own(view).may
        mine = reading.card(view, own(view).seat)
        if mine is None or not may:
            return None
        if mine.intention_musd is None:
            return DeclareIntention(self._promise(view, random))
        said = mine.intention_musd
        if not reading.has_spoken(view):
            words = self.words if said else sentences.NOTHING
            need_musd = view.gap.scheduled_need_musd
            return Say(sentences.speak(words, random, need_musd=need_musd, amount_musd=said))
        if self.leads and "table_package" in may and not reading.has_tabled(view):
            return fair_package(view, said)
        if "answer_package" in may:
            answered = answer(view, lambda package: self._accepts(package, view, said))
            if answered is not None:
                return answered
        return ready(view)

    def _pledge(self, view: View, random: Random) -> int:
        mine = reading.card(view, own(view).seat)
        rule = self.pays(view, random)
        if not self.keeps or mine is None:
            return rule
        promised = max(mine.intention_musd or 0, mine.signed_musd or 0)
        return reading.whole_steps(view, max(rule, promised))

    def _promise(self, view: View, random: Random) -> int:
        return reading.whole_steps(view, self.promises(view, self.pays(view, random)))

    def _accepts(self, package: PackageCard, view: View, said: int) -> bool:
        asked = package.pledges_musd.get(own(view).seat, 0)
        return asked <= max(said, reading.fair_share_musd(view, own(view).seat))


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


def vote(view: View) -> Vote | None:
    """Yes where the tranche is worth more than the seat's part of its cost, by itself.

    The gain is what the tranche adds to stability on top of the pledges expected, times
    the stake: for linear stability the reservation cost of the model, section 2.7.
    """
    card = own(view)
    for proposal in view.proposals:
        if proposal.proposal not in card.ballots and "vote" in card.may:
            numbers = card.parameters
            tranche = proposal.tranche_musd
            base = reading.expected_pledges_musd(view)
            brought = tranche * (1 + view.scenario.ifi_share)
            need = reading.expected_need_musd(view)
            rise = reading.stability(view, base + brought, need) - reading.stability(
                view, base, need
            )
            gain = numbers["stake_musd"] / numbers["rounds_divisor"] * rise
            cost = numbers["imf_unit_cost"] * numbers["quota_share"] * tranche
            return Vote(proposal.proposal, Ballot.YES if gain > cost else Ballot.NO)
    return None


# --- what is paid ---


def nothing(view: View, random: Random) -> int:
    """Free rider: never a dollar."""
    return 0


def everything(view: View, random: Random) -> int:
    """Full contributor: all that the capacity allows."""
    return own(view).largest_pledge_musd


def in_kind(view: View, random: Random) -> int:
    """Conditional co-operator: as much of the fair share as others paid of theirs.

    Fischbacher, Gächter and Fehr (2001): about half of all people. Opens with the fair
    share where others promise theirs, else with half of it.
    """
    fair = reading.fair_share_musd(view, own(view).seat)
    effort = reading.others_effort(view)
    if effort is None:
        others = max(1.0, reading.gap_musd(view) - fair)
        effort = max(0.5, min(1.0, reading.others_promised_musd(view) / others))
    return reading.whole_steps(view, effort * fair)


def lead(view: View, random: Random) -> int:
    """Leader: more than the fair share at first, and as long as half of it is followed.

    Leading by example raises giving but decays without followers (Güth and others, 2007).
    """
    fair = reading.fair_share_musd(view, own(view).seat)
    effort = reading.others_effort(view)
    followed = effort is None or effort >= 0.5
    return reading.whole_steps(view, 1.3 * fair if followed else 0.5 * fair)


def best_reply(view: View, random: Random) -> int:
    """Myopic best reply to what was seen: the pledge that pays most on the grid.

    Maximises Psi·S(E) + (d + r - c)·x - tau·x²/(2B), all of this round (model, 2.3), where
    x is what is drawn of the pledge. Others' money as last round, or as promised at first.
    """
    card = own(view)
    numbers, step = card.parameters, view.scenario.pledge_step_musd
    scale = numbers["rounds_divisor"]
    stake = numbers["stake_musd"] / scale
    rate = (
        numbers["private_domestic_rate"]
        + numbers["private_international_rate"]
        - numbers["unit_cost"]
    )
    resistance = numbers["cost_convexity"] * scale / (2 * max(1.0, numbers["capacity_musd"]))
    need = reading.expected_need_musd(view)
    tranche = min(reading.expected_tranche_musd(view), need)
    others = reading.expected_others_musd(view)
    best, best_value = 0, -math.inf
    for pledge in range(0, card.largest_pledge_musd + 1, step):
        # Pledges share what the tranche leaves of the need; more is not drawn (model, 4).
        drawn = pledge * min(1.0, (need - tranche) / max(1, others + pledge))
        saved = stake * reading.stability(view, tranche + others + pledge, need)
        value = saved + rate * drawn - resistance * drawn * drawn
        if value > best_value + 1e-9:
            best, best_value = pledge, value
    return best


def any_amount(view: View, random: Random) -> int:
    """Random: any whole step up to the limit, all equally likely."""
    steps = own(view).largest_pledge_musd // view.scenario.pledge_step_musd
    return random.randint(0, steps) * view.scenario.pledge_step_musd


def following(seat: SeatId) -> PledgeRule:
    """Follower: as much of the own fair share as `seat` paid, or at first says, of its own."""

    def pays(view: View, random: Random) -> int:
        leader = reading.card(view, seat)
        if leader is None or seat not in {one.id for one in reading.governments(view)}:
            return 0
        last = reading.last_round(view)
        shown = leader.intention_musd or 0 if last is None else last.pledges_musd[seat]
        fair = reading.fair_share_musd(view, seat)
        ratio = min(1.0, shown / fair) if fair else 0.0
        return reading.whole_steps(view, ratio * reading.fair_share_musd(view, own(view).seat))

    return pays


# --- what is promised ---


def the_truth(view: View, pledge_musd: int) -> int:
    """Says what it will pay."""
    return pledge_musd


def a_fair_share(view: View, pledge_musd: int) -> int:
    """Says that it will pay its fair share, whatever it will."""
    return round(reading.fair_share_musd(view, own(view).seat))


def half_of_it(view: View, pledge_musd: int) -> int:
    """Says half of what it would pay, and hopes that others fill the rest."""
    return pledge_musd // 2
