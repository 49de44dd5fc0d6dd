"""The debtor: whether each kind accepts the programme of the round, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import reading, sentences
from server.bots.bot import ready
from server.bots.reading import own
from server.game.actions import Action, DecideProgramme, Say
from server.game.cards import View
from server.game.scenario import Phase

AcceptRule = Callable[[View, Random], bool]


@dataclass(frozen=True, slots=True)
class DebtorBot:
    """A debtor that accepts programmes by one rule."""

    accepts: AcceptRule
    words: tuple[str, ...] = sentences.DEBTOR

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        may = own(view).may
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE if may and not reading.has_spoken(view):
                need_musd = view.gap.scheduled_need_musd
                return Say(sentences.speak(self.words, random, need_musd=need_musd))
            case Phase.PLEDGE if "decide_programme" in may and not own(view).final:
                return DecideProgramme(self.accepts(view, random))
            case _:
                return ready(view)


def always(view: View, random: Random) -> bool:
    """Adjuster: takes every programme and its pain."""
    return True


def unless_friends_pay(view: View, random: Random) -> bool:
    """Player-off: goes without the Fund once friends have promised half of the need.

    The debtor of the prisoner's dilemma in conditionality: it draws lenient money first
    (model, section 1, row 20).
    """
    return view.gap.promised_musd * 2 < view.gap.scheduled_need_musd


def by_chance(view: View, random: Random) -> bool:
    """Random: as likely as not."""
    return random.random() < 0.5
