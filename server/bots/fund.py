"""The IMF's seat: what each kind proposes, and when it releases a tranche."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import reading, sentences
from server.bots.bot import ready
from server.bots.moves import fair_package
from server.bots.reading import own
from server.game.actions import Action, DecideTranche, ProposeTranche, Say
from server.game.cards import View
from server.game.scenario import Phase, SeatId

TrancheRule = Callable[[View, Random], int]
ReleaseRule = Callable[[View, Random], bool]

CRITICAL_MASS = 0.9
"""Part of the need that has to be assured before a catalytic Fund lends.

What the Fund asked of the banks before it lent to Mexico in 1982.
"""


@dataclass(frozen=True, slots=True)
class FundBot:
    """A Fund that proposes by one rule and releases by another."""

    proposes: TrancheRule
    releases: ReleaseRule
    leads: bool = False
    """Tables a package that asks every government for its fair share."""
    demands: bool = False
    """Proposes the strictest terms instead of the standard ones."""
    words: tuple[str, ...] = sentences.FUND

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        card = own(view)
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE:
                if not card.may:
                    return None
                if not reading.has_spoken(view):
                    need_musd = view.gap.scheduled_need_musd
                    return Say(sentences.speak(self.words, random, need_musd=need_musd))
                if self.leads and "table_package" in card.may and not reading.has_tabled(view):
                    return fair_package_of_governments(view)
                if "propose_tranche" in card.may and _has_to_propose(view):
                    return self._proposal(view, random)
                return ready(view)
            case Phase.PLEDGE if not card.final and "decide_tranche" in card.may:
                return DecideTranche(self.releases(view, random))
            case _:
                return ready(view)

    def _proposal(self, view: View, random: Random) -> ProposeTranche:
        tranche_musd, terms = self.proposes(view, random), tuple[int, ...]()
        if self.demands and view.scenario.advanced and reading.is_on(view, "terms"):
            terms = tuple(1000 for _ in view.scenario.advanced.term_names)
        return ProposeTranche(tranche_musd, terms, reading.later_tranches_musd(view, tranche_musd))


def _has_to_propose(view: View) -> bool:
    """Whether there is access, no programme goes on, and nothing is on the table yet."""
    access_musd = max(view.gap.ordinary_access_musd, view.gap.exceptional_access_musd)
    return access_musd > 0 and not reading.has_proposed(view) and not reading.is_lent_to(view)


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
    return view.gap.promised_musd >= reading.gap_musd(view)


def if_assured(view: View, random: Random) -> bool:
    """Catalytic: releases iff with it nine tenths of the need are assured by the others.

    Financing assurances: promises count as far as they were kept last round, and what other
    banks took out then is part of the need. The tranche is the last part of a rescue, and
    so draws the others in (Corsetti, Guimarães and Roubini 2006).
    """
    brought = reading.expected_official_musd(view)
    assured = reading.expected_pledges_musd(view) + brought
    return assured >= CRITICAL_MASS * reading.expected_need_musd(view)


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
