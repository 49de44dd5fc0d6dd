"""Banks: how much of the claims that fall due each kind takes out, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from server.bots import reading, sentences
from server.bots.bot import answer, ready
from server.bots.reading import own
from server.game.actions import Action, Lobby, Say, Withdraw
from server.game.cards import PackageCard, SeatCard, View
from server.game.scenario import Phase, Role, SeatId

WithdrawRule = Callable[[View, Random], int]
"""The share of due claims to take out, in thousandths."""
SignRule = Callable[[View, PackageCard, int], bool]
"""Whether it accepts a package, given the share it means to take out."""

BELIEVED_BANK_WEIGHT = 0.5
"""omega of the home government as a bank believes it: the true one is a secret."""
CRITICAL_MASS = 0.5
"""Part of the other banks' claims that has to stay for a member of the committee to stay."""


def what_it_means_anyway(view: View, package: PackageCard, means_permille: int) -> bool:
    """Signs what asks of it no more than it means to do."""
    return means_permille <= package.withdrawn_at_most_permille.get(own(view).seat, 1000)


def anything(view: View, package: PackageCard, means_permille: int) -> bool:
    """Signs every package."""
    return True


def the_same_for_all(view: View, package: PackageCard, means_permille: int) -> bool:
    """Signs what asks the same of every bank, or no more than it means to do."""
    asked = package.withdrawn_at_most_permille
    same = len(set(asked.values())) == 1 and asked.keys() == {one.id for one in _banks(view)}
    return same or what_it_means_anyway(view, package, means_permille)


@dataclass(frozen=True, slots=True)
class BankBot:
    """A bank that withdraws by one rule and signs by another."""

    withdraws: WithdrawRule
    words: tuple[str, ...] = sentences.WAIT
    signs: SignRule = what_it_means_anyway
    keeps: bool = True
    """Takes out no more than it has signed."""
    lobbies: bool = False
    """Works on its government with full force while its claims are not safe."""

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        match view.clock.phase:
            case Phase.TALK | Phase.PROPOSE:
                if not own(view).may:
                    return None
                if not reading.has_spoken(view):
                    need_musd = view.gap.scheduled_need_musd
                    return Say(sentences.speak(self.words, random, need_musd=need_musd))
                if self.lobbies and _has_to_lobby(view):
                    return Lobby(1000)
                return self._answer(view, random) or ready(view)
            case Phase.PLEDGE if not own(view).final:
                share = self.withdraws(view, random)
                return Withdraw(min([share, *_signed_permille(view)]) if self.keeps else share)
            case _:
                return ready(view)

    def _answer(self, view: View, random: Random) -> Action | None:
        means_permille = self.withdraws(view, random)
        return answer(view, lambda package: self.signs(view, package, means_permille))


def _signed_permille(view: View) -> list[int]:
    """What standing packages allow the seat to take out."""
    me = own(view).seat
    return [
        package.withdrawn_at_most_permille[me]
        for package in view.packages
        if package.stands and me in package.withdrawn_at_most_permille
    ]


def _has_to_lobby(view: View) -> bool:
    last = reading.last_round(view)
    safe = last is not None and last.stability >= 1.0
    lobbied = any(reading.deals_now(view, "lobbying"))
    return "lobby" in own(view).may and not safe and not lobbied


def _banks(view: View) -> list[SeatCard]:
    return [one for one in view.seats if one.role is Role.BANK]


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
    """Best reply: stays iff stability, if it does, reaches S* (model, 3 (v)).

    S* = (h - eps - peer - guidance - favour)/(h + s). Expects promised money as far as
    promises were kept, with what the Fund and the region lend, and the other banks and its
    government's guidance as last round; at first it expects the banks to stay.
    """
    money = reading.expected_pledges_musd(view) + reading.expected_official_musd(view)
    money += reading.behind_musd(view)
    need = reading.expected_need_musd(view)
    return 0 if reading.stability(view, money, need) >= critical_stability(view) else 1000


def critical_stability(view: View) -> float:
    """S*: from this stability on staying pays."""
    numbers = own(view).parameters
    price = numbers["collapse_loss"] - numbers["exit_cost"] - _price_of_leaving(view)
    return price / (numbers["collapse_loss"] + numbers["interest_spread"])


def _price_of_leaving(view: View) -> float:
    """What advanced rules add per dollar taken out: peers, guidance, a favour forgone."""
    price, me = 0.0, reading.card(view, own(view).seat)
    if reading.is_on(view, "peer_pressure"):
        price += own(view).parameters.get("peer_pressure", 0.0) * _staying_share(view)
    last = reading.last_round(view)
    if me is not None and me.home is not None and last is not None and last.advanced is not None:
        guided = last.advanced.guidance_permille.get(me.home, 0) / 1000
        price += (1 - BELIEVED_BANK_WEIGHT) * guided
    favours = [deal.amount_musd for deal in reading.deals_now(view, "favour")]
    if favours and me is not None and me.claims_due_musd:
        price += favours[-1] / me.claims_due_musd
    return price


def _staying_share(view: View) -> float:
    """Part of the other banks' claims that stayed last round; all at first, or if alone."""
    last, me = reading.last_round(view), own(view).seat
    others = [one for one in _banks(view) if one.id != me]
    claims_musd = sum(one.claims_due_musd for one in others)
    if last is None or not claims_musd:
        return 1.0
    left = sum(one.claims_due_musd * last.withdrawn_permille[one.id] for one in others)
    return 1 - left / (1000 * claims_musd)


def with_the_committee(view: View, random: Random) -> int:
    """Member of the advisory committee: stays while a critical mass of claims does, or runs.

    Syndicates, cross-default and the committee move banks together (Lipson 1985).
    """
    return 0 if _staying_share(view) >= CRITICAL_MASS else 1000


def unless_government_pays(view: View, random: Random) -> int:
    """Lobbyist: leaves as far as its own government falls short of its fair share."""
    me = reading.card(view, own(view).seat)
    return following(me.home)(view, random) if me is not None and me.home is not None else 0


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
