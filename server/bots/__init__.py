"""The register of bots: every strategy under its name, by role.

A bot is `server.bots.bot.Bot`: view in, action out, the same door as people.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from server.bots import banks, debtors, fund, governments, sentences
from server.bots.banks import BankBot
from server.bots.bot import Bot
from server.bots.debtors import DebtorBot
from server.bots.fund import FundBot
from server.bots.governments import GovernmentBot
from server.game.events import Event
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, SeatId

__all__ = [
    "BOTS",
    "Bot",
    "BotSpec",
    "bots_for",
    "decision_random",
    "decisions_of",
    "default_bot",
    "make",
    "seats_of",
]


@dataclass(frozen=True, slots=True)
class BotSpec:
    """A strategy: what it does, and how it is made for each role that it can play."""

    summary: str
    roles: Mapping[Role, Callable[[SeatId], Bot]]
    source: str = ""
    """The literature, where there is one."""
    takes_seat: bool = False
    """Whether it needs the name of a seat, as in ``follower:US``."""


def _fixed(
    government: Bot | None = None,
    bank: Bot | None = None,
    imf: Bot | None = None,
    debtor: Bot | None = None,
) -> dict[Role, Callable[[SeatId], Bot]]:
    bots = {
        Role.GOVERNMENT: government,
        Role.BANK: bank,
        Role.IMF: imf,
        Role.DEBTOR: debtor,
    }
    return {role: _same(bot) for role, bot in bots.items() if bot is not None}


def _same(bot: Bot) -> Callable[[SeatId], Bot]:
    return lambda _: bot


BOTS: dict[str, BotSpec] = {
    "free-rider": BotSpec(
        "promises a fair share and pays nothing; a bank runs, the Fund lends nothing",
        _fixed(
            GovernmentBot(governments.nothing, governments.a_fair_share, keeps=False),
            BankBot(banks.run, sentences.STAY, signs_anything=True),
            FundBot(fund.no_money, fund.never),
        ),
        "Olson 1965",
    ),
    "full-contributor": BotSpec(
        "pays all it can and says so; a bank stays, the Fund lends all it can",
        _fixed(
            GovernmentBot(governments.everything, governments.the_truth),
            BankBot(banks.stay, sentences.STAY),
            FundBot(fund.exceptional, fund.always),
        ),
    ),
    "conditional": BotSpec(
        "pays as much of its fair share as others paid of theirs; a bank goes with the crowd",
        _fixed(
            GovernmentBot(governments.in_kind, governments.the_truth),
            BankBot(banks.with_the_crowd),
            FundBot(fund.ordinary, fund.if_others_pay),
        ),
        "Fischbacher, Gächter and Fehr 2001",
    ),
    "best-reply": BotSpec(
        "maximises its own payoff against what it saw last, and understates what it will pay",
        _fixed(
            GovernmentBot(governments.best_reply, governments.half_of_it, keeps=False),
            BankBot(banks.if_it_pays),
            FundBot(fund.ordinary, fund.if_it_pays),
        ),
        "Cournot 1838",
    ),
    "leader": BotSpec(
        "pays more than its share first, asks all for theirs, and stops if nobody follows",
        _fixed(
            GovernmentBot(governments.lead, governments.the_truth, sentences.LEAD, leads=True),
            BankBot(banks.stay, sentences.STAY),
            FundBot(fund.exceptional, fund.always, leads=True),
        ),
        "Güth, Levati, Sutter and van der Heijden 2007",
    ),
    "follower": BotSpec(
        "does its share as far as the named seat does its own",
        {
            Role.GOVERNMENT: lambda seat: GovernmentBot(
                governments.following(seat), governments.the_truth, sentences.FOLLOW
            ),
            Role.BANK: lambda seat: BankBot(banks.following(seat)),
            Role.IMF: lambda seat: FundBot(fund.ordinary, fund.following(seat)),
        },
        takes_seat=True,
    ),
    "random": BotSpec(
        "any allowed amount, all equally likely, and keeps no promise but by chance",
        _fixed(
            GovernmentBot(governments.any_amount, governments.the_truth, keeps=False),
            BankBot(banks.any_share),
            FundBot(fund.any_tranche, fund.by_chance),
            DebtorBot(debtors.by_chance),
        ),
    ),
    "run": BotSpec("takes out everything that falls due", _fixed(bank=BankBot(banks.run))),
    "stay": BotSpec("rolls everything over", _fixed(bank=BankBot(banks.stay, sentences.STAY))),
    "crowd": BotSpec(
        "takes out what the other banks took out last", _fixed(bank=BankBot(banks.with_the_crowd))
    ),
    "by-the-book": BotSpec(
        "proposes ordinary access, and withholds after a round that failed",
        _fixed(imf=FundBot(fund.ordinary, fund.if_others_pay)),
    ),
    "strict": BotSpec(
        "proposes ordinary access, and releases it only where promises cover the rest",
        _fixed(imf=FundBot(fund.ordinary, fund.if_covered)),
    ),
    "adjuster": BotSpec("accepts every programme", _fixed(debtor=DebtorBot(debtors.always))),
    "player-off": BotSpec(
        "goes without the Fund once friends have promised half of what is needed",
        _fixed(debtor=DebtorBot(debtors.unless_friends_pay)),
    ),
}

_DEFAULTS = {
    Role.GOVERNMENT: "conditional",
    Role.BANK: "best-reply",
    Role.IMF: "by-the-book",
    Role.DEBTOR: "adjuster",
}


def bots_for(role: Role) -> list[str]:
    """The names of the bots that can play a role."""
    return [name for name, spec in BOTS.items() if role in spec.roles]


def default_bot(role: Role) -> str:
    """The bot that takes over a seat of this role when nobody said which."""
    return _DEFAULTS[role]


def make(name: str, role: Role, seats: Collection[SeatId] | None = None) -> Bot:
    """The bot of a name, such as ``leader`` or ``follower:US``, for a role.

    Args:
        name: as in `BOTS`, with ``:SEAT`` where the strategy takes one.
        role: of the seat that it shall play.
        seats: those of the scenario, where they are known: the named seat must be one.

    Raises:
        Refused: ``unknown_bot``: no such name, not for this role, or the seat is missing;
            ``unknown_seat``: the seat is not in `seats`.
    """
    base, _, seat = name.partition(":")
    spec = BOTS.get(base)
    if spec is None or role not in spec.roles:
        near = difflib.get_close_matches(base, bots_for(role), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise Refused(
            RefusalCode.UNKNOWN_BOT,
            f"no bot {base} for a {role} seat{hint}",
            field="bot",
            allowed=", ".join(bots_for(role)),
        )
    if spec.takes_seat is not bool(seat):
        form = f"{base}:SEAT" if spec.takes_seat else base
        raise Refused(RefusalCode.UNKNOWN_BOT, f"{name}: write {form}", field="bot", allowed=form)
    if seat and seats is not None and seat not in seats:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"{name}: there is no seat {seat}",
            field="bot",
            allowed=", ".join(seats),
        )
    return spec.roles[role](SeatId(seat))


def decisions_of(events: Iterable[Event]) -> Counter[SeatId]:
    """The number of each seat's next decision: how many events of the log name the seat.

    Of the log alone, so that a bot draws the same live, in a match, and after a restart, and
    however often it was asked and had nothing to do.
    """
    return Counter(seats_of(events))


def seats_of(events: Iterable[Event]) -> list[SeatId]:
    """The seats that events name, in order and as often."""
    seats = [getattr(event, "seat", None) for event in events]
    return [seat for seat in seats if seat is not None]


def decision_random(session_seed: int, seat: SeatId, decision: int) -> DecisionRandom:
    """The generator for one decision of a bot: the same for the same session and number.

    Args:
        session_seed: of the session's draws.
        seat: whose decision it is.
        decision: its number, from `decisions_of` the events so far.
    """
    return DecisionRandom(f"{session_seed}/{seat}/{decision}")


class DecisionRandom(Random):
    """A generator that is seeded when it is first asked: most bots draw nothing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_fresh = True

    @property
    def number(self) -> int:
        """`Random(number)` draws the same, in whichever process."""
        return int.from_bytes(hashlib.sha256(self._text.encode()).digest()[:8], "big")

    def _begin(self) -> None:
        if self._is_fresh:
            self._is_fresh = False
            self.seed(self.number)

    def random(self) -> float:
        """See `Random`."""
        self._begin()
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        """See `Random`."""
        self._begin()
        return super().getrandbits(k)

    def getstate(self) -> tuple[Any, ...]:
        """See `Random`."""
        self._begin()
        return super().getstate()

    def setstate(self, state: tuple[Any, ...]) -> None:
        """See `Random`."""
        self._is_fresh = False
        super().setstate(state)
