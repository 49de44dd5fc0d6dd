"""Why a bot did what it did, in one line: the rule that it followed, and what that looked at.

The words of a rule are the first sentence of its docstring, so that they cannot drift from it.
Knows the families of the register; any other bot may have a method `explain(view, action)`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import asdict
from random import Random
from typing import Any

from client_cli.amounts import bn, percent
from client_cli.text import one_line
from server.bots import Bot, reading
from server.bots.banks import BankBot
from server.bots.debtors import DebtorBot
from server.bots.fund import FundBot
from server.bots.governments import GovernmentBot
from server.game import actions
from server.game.cards import View

UNSAID = "this bot does not explain itself"


def reason(bot: Bot, view: View, action: actions.Action, random: Random) -> str:
    """Why `bot` answered `view` with `action`.

    Args:
        bot: that was asked.
        view: what it saw.
        action: what it did.
        random: a generator in the state in which it got its own.
    """
    explain = getattr(bot, "explain", None)
    if explain is not None:
        return one_line(str(explain(view, action)))
    if isinstance(action, actions.Say):
        return "speaks once a round, by its kind"
    match bot:
        case GovernmentBot():
            return _government(bot, view, action, random)
        case BankBot():
            return _bank(bot, view, action, random)
        case FundBot():
            return _fund(bot, action)
        case DebtorBot():
            return rule_words(bot.accepts)
        case _:
            return UNSAID


def did(action: actions.Action) -> str:
    """What was done, in words."""
    match action:
        case actions.Say(text=text):
            return f'says "{text}"'
        case actions.DeclareIntention(pledge_musd=pledge):
            return f"says that it will pay {bn(pledge)}"
        case actions.AnswerPackage(package=package, accept=accept):
            return f"{'accepts' if accept else 'rejects'} package {package}"
        case actions.Vote(proposal=proposal, ballot=ballot):
            return f"votes {ballot} on proposal {proposal}"
        case actions.ProposeTranche(tranche_musd=tranche):
            return f"proposes a tranche of {bn(tranche)}"
        case actions.Pledge(pledge_musd=pledge):
            return f"pledges {bn(pledge)}"
        case actions.Withdraw(withdrawn_permille=share):
            return f"takes out {percent(share)}"
        case actions.DecideTranche(release=release):
            return "releases the tranche" if release else "withholds the tranche"
        case actions.DecideProgramme(accept=accept):
            return f"{'accepts' if accept else 'declines'} the programme"
        case actions.TablePackage(pledges_musd=pledges):
            asked = ", ".join(f"{seat} {bn(amount)}" for seat, amount in pledges.items())
            return f"tables a package: {asked}"
        case _:
            given = asdict(action)
            return " ".join(
                [given.pop("kind"), *(f"{key} {value}" for key, value in given.items())]
            )


def rule_words(rule: Callable[..., Any]) -> str:
    """The first sentence on a rule, or on what makes it where it is made for an argument."""
    maker = rule.__qualname__.partition(".")[0]
    text = inspect.getdoc(getattr(sys.modules[rule.__module__], maker)) or maker
    return text.partition("\n")[0].rstrip(".")


def _government(bot: GovernmentBot, view: View, action: actions.Action, random: Random) -> str:
    match action:
        case actions.Pledge():
            return _pledge(bot, view, action, bot.pays(view, random))
        case actions.DeclareIntention():
            would = bn(bot.pays(view, random))
            return f"{rule_words(bot.promises)}; would pay {would}: {rule_words(bot.pays)}"
        case actions.Vote():
            return rule_words(bot.votes)
        case actions.AnswerPackage() if action.accept:
            return f"{rule_words(bot.signs)}; {_money(view)}"
        case actions.AnswerPackage():
            return f"it asks for more than this kind signs: {rule_words(bot.signs)}"
        case _:
            return _move(bot, view, action)


def _pledge(bot: GovernmentBot, view: View, pledge: actions.Pledge, own_musd: int) -> str:
    mine = reading.card(view, reading.own(view).seat)
    given_musd = max(mine.intention_musd or 0, mine.signed_musd or 0) if mine else 0
    told = f"{rule_words(bot.pays)}: {bn(own_musd)}"
    if bot.keeps and pledge.pledge_musd > own_musd and given_musd > own_musd:
        told += f", and its word of {bn(given_musd)} is kept"
    return f"{told}; {_money(view)}"


def _money(view: View) -> str:
    return (
        f"expects {bn(reading.expected_others_musd(view))} of the others, fair share "
        f"{bn(round(reading.own_share_musd(view)))}, can pay "
        f"{bn(reading.own(view).largest_pledge_musd)}"
    )


def _move(bot: GovernmentBot, view: View, action: actions.Action) -> str:
    mine = reading.card(view, reading.own(view).seat)
    said_musd = (mine.intention_musd or 0) if mine else 0
    made = (move for move in bot.moves if move(view, said_musd) == action)
    move = next(made, None)
    return rule_words(move) if move is not None else UNSAID


def _bank(bot: BankBot, view: View, action: actions.Action, random: Random) -> str:
    match action:
        case actions.Withdraw():
            own = bot.withdraws(view, random)
            told = f"{rule_words(bot.withdraws)}: {percent(own)}"
            return told + (", less as it signed" if action.withdrawn_permille < own else "")
        case actions.AnswerPackage():
            return f"{rule_words(bot.signs)}; means {percent(bot.withdraws(view, random))}"
        case _:
            return "its claims are not safe, and its government could make them so"


def _fund(bot: FundBot, action: actions.Action) -> str:
    match action:
        case actions.DecideTranche():
            return rule_words(bot.releases)
        case actions.ProposeTranche():
            terms = ", on the strictest terms" if bot.demands else ""
            return f"{rule_words(bot.proposes)}{terms}"
        case _:
            return "leads: asks every government for its fair share"
