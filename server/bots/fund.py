"""The IMF's seat: what each kind proposes, and when it releases a tranche."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import reading, sentences
from server.bots.bot import ready
from server.bots.governments import fair_package
from server.bots.reading import own
from server.game.actions import Action, DecideTranche, ProposeTranche, Say
from server.game.cards import View
from server.game.scenario import Phase, SeatId

TrancheRule = Callable[[View, Random], int]
ReleaseRule = Callable[[View, Random], bool]


@dataclass(frozen=True, slots=True)
class FundBot:
    """A Fund that proposes by one rule and releases by another."""

    proposes: TrancheRule
    releases: ReleaseRule
    leads: bool = False
    """Tables a package that asks every government for its fair share."""

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        card = own(view)
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE:
                if not card.may:
                    return None
                if not reading.has_spoken(view):
                    need_musd = view.gap.scheduled_need_musd
                    return Say(sentences.speak(sentences.FUND, random, need_musd=need_musd))
                if self.leads and "table_package" in card.may and not reading.has_tabled(view):
                    return fair_package_of_governments(view)
                if "propose_tranche" in card.may and not _has_proposed(view):
                    return ProposeTranche(self.proposes(view, random))
                return ready(view)
            case Phase.PLEDGE if not card.final and "decide_tranche" in card.may:
                return DecideTranche(self.releases(view, random))
            case _:
                return ready(view)


def _has_proposed(view: View) -> bool:
    return any(proposal.seat == own(view).seat for proposal in view.proposals)


def fair_package_of_governments(view: View) -> Action:
    """Everybody's fair share, and banks that stay; the Fund itself is not named."""
    package = fair_package(view, 0)
    asked = {
        seat: amount for seat, amount in package.pledges_musd.items() if seat != own(view).seat
    }
    return type(package)(asked, package.withdrawn_at_most_permille, text=package.text)


def ordinary(view: View, random: Random) -> int:
    """All that a simple majority can grant."""
    return view.gap.ordinary_access_musd


def exceptional(view: View, random: Random) -> int:
    """All that the board can grant at all."""
    return max(view.gap.ordinary_access_musd, view.gap.exceptional_access_musd)


def no_money(view: View, random: Random) -> int:
    """Nothing: the debtor and its lenders shall carry it."""
    return 0


def any_tranche(view: View, random: Random) -> int:
    """Any amount up to ordinary access."""
    return random.randint(0, view.gap.ordinary_access_musd)


def always(view: View, random: Random) -> bool:
    """Releases whatever passed."""
    return True


def never(view: View, random: Random) -> bool:
    """Withholds whatever passed."""
    return False


def if_others_pay(view: View, random: Random) -> bool:
    """By the book: releases at first, and later if the round before was half a rescue."""
    last = reading.last_round(view)
    return last is None or 2 * last.effective_musd >= last.need_musd


def if_covered(view: View, random: Random) -> bool:
    """Strict: releases iff with it the promises cover the whole need; no money into a hole."""
    brought = view.gap.tranche_musd * (1 + view.scenario.ifi_share)
    return view.gap.promised_musd + brought >= view.gap.scheduled_need_musd


def if_it_pays(view: View, random: Random) -> bool:
    """Best reply: releases iff its own payoff rises by it (model, 2.5)."""
    numbers = own(view).parameters
    tranche = view.gap.tranche_musd
    others = reading.expected_pledges_musd(view)
    need = reading.expected_need_musd(view)
    brought = tranche * (1 + view.scenario.ifi_share)
    without = reading.stability(view, others, need)
    with_it = reading.stability(view, others + brought, need)
    gain = numbers["mandate_stake_musd"] / numbers["rounds_divisor"] * (with_it - without)
    gain += numbers["catalysis_stake_musd"] / numbers["rounds_divisor"] * others / need
    rate = numbers["resources_cost"] + numbers["resources_loss"] * (1 - with_it)
    return gain > rate * tranche


def by_chance(view: View, random: Random) -> bool:
    """Releases in half of all cases."""
    return random.random() < 0.5


def following(seat: SeatId) -> ReleaseRule:
    """Releases iff `seat` has said or signed something this round."""

    def releases(view: View, random: Random) -> bool:
        leader = reading.card(view, seat)
        return leader is not None and bool(leader.intention_musd or leader.signed_musd)

    return releases
