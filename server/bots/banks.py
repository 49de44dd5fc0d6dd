"""Banks: how much of the claims that fall due each kind takes out, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import reading, sentences
from server.bots.bot import answer, ready
from server.bots.reading import own
from server.game.actions import Action, Say, Withdraw
from server.game.cards import View
from server.game.scenario import Phase, Role, SeatId

WithdrawRule = Callable[[View, Random], int]
"""The share of due claims to take out, in thousandths."""


@dataclass(frozen=True, slots=True)
class BankBot:
    """A bank that withdraws by one rule and signs what it means to keep."""

    withdraws: WithdrawRule
    words: tuple[str, ...] = sentences.WAIT
    signs_anything: bool = False
    """Accepts every package, and keeps none."""

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE:
                if not own(view).may:
                    return None
                if not reading.has_spoken(view):
                    need_musd = view.gap.scheduled_need_musd
                    return Say(sentences.speak(self.words, random, need_musd=need_musd))
                means = self.withdraws(view, random)
                return self._answer(view, means) or ready(view)
            case Phase.PLEDGE if not own(view).final:
                return Withdraw(self.withdraws(view, random))
            case _:
                return ready(view)

    def _answer(self, view: View, means_permille: int) -> Action | None:
        me = own(view).seat
        return answer(
            view,
            lambda package: (
                self.signs_anything
                or means_permille <= package.withdrawn_at_most_permille.get(me, 1000)
            ),
        )


def run(view: View, random: Random) -> int:
    """Takes out everything that falls due, every time."""
    return 1000


def stay(view: View, random: Random) -> int:
    """Rolls everything over, every time."""
    return 0


def with_the_crowd(view: View, random: Random) -> int:
    """What the other banks took out last round on average; alone, or at first, half."""
    last, me = reading.last_round(view), own(view).seat
    if last is None:
        return 500
    others = [share for bank, share in last.withdrawn_permille.items() if bank != me]
    if not others:
        return last.withdrawn_permille[me]
    return sum(others) // len(others)


def if_it_pays(view: View, random: Random) -> int:
    """Best reply: stays iff stability, if it does, reaches (h - eps)/(h + s) (model, 3 (v)).

    Expects promised money as far as promises were kept, with the tranche, and the other
    banks as last round; at first it expects them to stay.
    """
    numbers = own(view).parameters
    threshold = (numbers["collapse_loss"] - numbers["exit_cost"]) / (
        numbers["collapse_loss"] + numbers["interest_spread"]
    )
    money = reading.expected_pledges_musd(view) + reading.expected_tranche_musd(view)
    need = reading.expected_need_musd(view)
    return 0 if reading.stability(view, money, need) >= threshold else 1000


def any_share(view: View, random: Random) -> int:
    """Random: any whole per cent, all equally likely."""
    return 10 * random.randint(0, 100)


def following(seat: SeatId) -> WithdrawRule:
    """Mirrors a bank's last share; behind a government, leaves as far as it fell short."""

    def withdraws(view: View, random: Random) -> int:
        last, leader = reading.last_round(view), reading.card(view, seat)
        if leader is None:
            return 500
        if leader.role is Role.BANK:
            return last.withdrawn_permille[seat] if last else 500
        if leader.role is not Role.GOVERNMENT:
            return 0
        shown = leader.intention_musd or 0 if last is None else last.pledges_musd[seat]
        fair = reading.fair_share_musd(view, seat)
        return 1000 - round(1000 * min(1.0, shown / fair)) if fair else 0

    return withdraws
