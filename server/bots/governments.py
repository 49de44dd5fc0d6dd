"""The conduct of a government through the phases, the same for every kind of them.

A kind is a rule for the pledge, a rule for the promise, and what else it does; those rules
are in `laboratory`, `repliers`, `powers` and `domestic`. Knows only the view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import ballots, reading, sentences
from server.bots.ballots import VoteRule
from server.bots.bot import answer, ready
from server.bots.reading import own
from server.game.actions import Action, DeclareIntention, Pledge, Say
from server.game.cards import PackageCard, View
from server.game.scenario import Phase

PledgeRule = Callable[[View, Random], int]
"""What the seat will pay this round, as far as it can tell now."""
PromiseRule = Callable[[View, int], int]
"""What it says it will pay, given what it will."""
SignRule = Callable[[View, PackageCard, int], bool]
"""Whether it accepts a package, given what it said."""
Move = Callable[[View, int], Action | None]
"""What else it does in talk and propose, given what it said; None when that is done."""
Part = Callable[[View, Pledge], Pledge]
"""What else it seals, put into the pledge."""


def the_truth(view: View, pledge_musd: int) -> int:
    """Says what it will pay."""
    return pledge_musd


def a_fair_share(view: View, pledge_musd: int) -> int:
    """Says that it will pay its fair share, whatever it will."""
    return round(reading.own_share_musd(view))


def half_of_it(view: View, pledge_musd: int) -> int:
    """Says half of what it would pay, and hopes that others fill the rest."""
    return pledge_musd // 2


def up_to_the_fair_share(view: View, package: PackageCard, said_musd: int) -> bool:
    """Signs what asks of it no more than its fair share, or than what it has said."""
    fair = reading.own_share_musd(view)
    return package.pledges_musd.get(own(view).seat, 0) <= max(said_musd, fair)


def up_to_the_word(view: View, package: PackageCard, said_musd: int) -> bool:
    """Signs what asks of it no more than what it has said."""
    return package.pledges_musd.get(own(view).seat, 0) <= said_musd


@dataclass(frozen=True, slots=True)
class GovernmentBot:
    """A government that pays by one rule and promises by another."""

    pays: PledgeRule
    promises: PromiseRule = the_truth
    words: tuple[str, ...] = sentences.PLEDGE
    refusals: tuple[str, ...] = sentences.NOTHING
    """What it says where it pays nothing."""
    keeps: bool = True
    """Pays at least what it said and signed, whatever its rule says by then."""
    signs: SignRule = up_to_the_fair_share
    votes: VoteRule = ballots.by_itself
    moves: tuple[Move, ...] = ()
    parts: tuple[Part, ...] = ()

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE:
                return self._meet(view, random)
            case Phase.VOTE:
                return ballots.vote(view, self.votes)
            case Phase.PLEDGE if not own(view).final:
                return self._pledge(view, random)
            case _:
                return ready(view)

    def _meet(self, view: View, random: Random) -> Action | None:
        mine = reading.card(view, own(view).seat)
        if mine is None or not own(view).may:
            return None
        if mine.intention_musd is None:
            promise = self.promises(view, self.pays(view, random))
            return DeclareIntention(reading.whole_steps(view, promise))
        said = mine.intention_musd
        if not reading.has_spoken(view):
            words = self.words if said else self.refusals
            need_musd = view.gap.scheduled_need_musd
            return Say(sentences.speak(words, random, need_musd=need_musd, amount_musd=said))
        for move in self.moves:
            moved = move(view, said)
            if moved is not None:
                return moved
        if "answer_package" in own(view).may:
            answered = answer(view, lambda package: self._accepts(view, package, said, random))
            if answered is not None:
                return answered
        return ready(view)

    def _pledge(self, view: View, random: Random) -> Pledge:
        mine, advanced = reading.card(view, own(view).seat), own(view).advanced
        amount = self.pays(view, random)
        if self.keeps and mine is not None:
            amount = max(amount, mine.intention_musd or 0, mine.signed_musd or 0)
        floor_musd = advanced.smallest_pledge_musd if advanced else 0
        pledge = Pledge(max(reading.whole_steps(view, amount), floor_musd))
        for part in self.parts:
            pledge = part(view, pledge)
        return pledge

    def _accepts(self, view: View, package: PackageCard, said_musd: int, random: Random) -> bool:
        """Nobody signs what it cannot pay, nor, where packages bind, what it would not."""
        asked = package.pledges_musd.get(own(view).seat, 0)
        if asked > own(view).largest_pledge_musd:
            return False
        if not self.keeps and reading.is_on(view, "binding_packages"):
            return asked <= self.pays(view, random)
        return self.signs(view, package, said_musd)
