"""The register of bots: every strategy under its name, by role, with its traits and source."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from server.bots import (
    ballots,
    banks,
    debtors,
    domestic,
    fund,
    governments,
    laboratory,
    moves,
    powers,
    repliers,
    sentences,
)
from server.bots.banks import BankBot
from server.bots.bot import Bot
from server.bots.debtors import DebtorBot
from server.bots.fund import FundBot
from server.bots.governments import GovernmentBot
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, SeatId


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of a strategy in all seats that it can play; the tests hold it to that."""

    stochastic: bool = False
    """What it decides depends on chance, and not only its words."""
    memory_rounds: int | None = 0
    """How many past rounds it looks back upon at most; None: all."""
    keeps_promises: bool = True
    """Never pledges less than it said or signed, nor takes out more than it signed."""
    conditional: bool = False
    """What it seals depends on what others did or promise."""
    uses: frozenset[str] = frozenset()
    """The advanced rules, by switch, that it makes something of by itself."""


@dataclass(frozen=True, slots=True)
class BotSpec:
    """A strategy: what it does, and how it is made for each role that it can play."""

    summary: str
    roles: Mapping[Role, Callable[[str], Bot]]
    """From what stands behind the colon of its name, which is empty for most."""
    source: str = ""
    """The literature, or the rule of the game, that it is made from."""
    traits: Traits = Traits()
    takes: Literal["", ":SEAT", "[:TEMPERATURE]"] = ""
    """What may stand behind its name; in brackets where it can be left out."""


def _fixed(
    government: Bot | None = None,
    bank: Bot | None = None,
    imf: Bot | None = None,
    debtor: Bot | None = None,
) -> dict[Role, Callable[[str], Bot]]:
    bots = {
        Role.GOVERNMENT: government,
        Role.BANK: bank,
        Role.IMF: imf,
        Role.DEBTOR: debtor,
    }
    return {role: _same(bot) for role, bot in bots.items() if bot is not None}


def _same(bot: Bot) -> Callable[[str], Bot]:
    return lambda _: bot


def _logit(argument: str) -> Bot:
    """A logit replier; `argument` is its temperature in US$ bn.

    Raises:
        ValueError: it is no number above 0.
    """
    temperature = float(argument) if argument else repliers.TEMPERATURE
    if not 0 < temperature < float("inf"):
        raise ValueError(f"{argument} is no number above 0")
    return GovernmentBot(repliers.logit_reply(temperature), keeps=False)


def _uses(*switches: str) -> frozenset[str]:
    return frozenset(switches)


BOTS: dict[str, BotSpec] = {
    "free-rider": BotSpec(
        "promises a fair share and pays nothing; a bank runs, the Fund lends nothing",
        _fixed(
            GovernmentBot(
                laboratory.nothing,
                governments.a_fair_share,
                keeps=False,
                parts=(moves.announce_and_refuse,),
            ),
            BankBot(banks.run, sentences.STAY, banks.anything, keeps=False),
            FundBot(fund.no_money, fund.never),
        ),
        "Olson 1965; Fischbacher, Gächter and Fehr 2001",
        Traits(keeps_promises=False, uses=_uses("second_line")),
    ),
    "full-contributor": BotSpec(
        "pays all it can and says so; a bank stays, the Fund lends all it can",
        _fixed(
            GovernmentBot(laboratory.everything, parts=(moves.with_terms(moves.united),)),
            BankBot(banks.stay, sentences.STAY),
            FundBot(fund.exceptional, fund.always),
        ),
        "the optimum of the voluntary contribution mechanism; Isaac and Walker 1988",
        Traits(uses=_uses("terms")),
    ),
    "unconditional": BotSpec(
        "pays its fair share whatever the others do",
        _fixed(
            GovernmentBot(
                laboratory.fair_share,
                signs=governments.up_to_the_word,
                parts=(moves.with_terms(moves.united),),
            )
        ),
        "Fischbacher, Gächter and Fehr 2001",
        Traits(uses=_uses("terms")),
    ),
    "conditional": BotSpec(
        "pays as much of its fair share as others paid of theirs; a bank goes with the crowd",
        _fixed(
            GovernmentBot(laboratory.in_kind, parts=(moves.with_terms(moves.as_strict_as_others),)),
            BankBot(banks.with_the_crowd),
            FundBot(fund.ordinary, fund.if_others_pay),
        ),
        "Fischbacher, Gächter and Fehr 2001",
        Traits(memory_rounds=1, conditional=True, uses=_uses("terms")),
    ),
    "hump-shaped": BotSpec(
        "does as others do up to half of its fair share, and less again the more they pay",
        _fixed(GovernmentBot(laboratory.hump)),
        "Fischbacher, Gächter and Fehr 2001",
        Traits(memory_rounds=1, conditional=True),
    ),
    "best-reply": BotSpec(
        "maximises its own payoff against what it saw last, and understates what it will pay",
        _fixed(
            GovernmentBot(
                repliers.best_reply,
                governments.half_of_it,
                keeps=False,
                parts=(moves.with_terms(moves.undercutting),),
            ),
            BankBot(banks.if_it_pays, keeps=False),
            FundBot(fund.ordinary, fund.if_it_pays),
        ),
        "Cournot 1838",
        Traits(memory_rounds=1, keeps_promises=False, conditional=True, uses=_uses("terms")),
    ),
    "logit": BotSpec(
        "any round amount, the likelier the better it pays against what it saw last",
        {Role.GOVERNMENT: _logit},
        "McKelvey and Palfrey 1995; Anderson, Goeree and Holt 1998",
        Traits(stochastic=True, memory_rounds=1, keeps_promises=False, conditional=True),
        "[:TEMPERATURE]",
    ),
    "reciprocal": BotSpec(
        "weighs its own payoff, and pays a fifth less to those who never did their part",
        _fixed(GovernmentBot(repliers.reciprocate)),
        "Axelrod and Keohane 1985; Croson 2007",
        Traits(stochastic=True, memory_rounds=None, conditional=True),
    ),
    "benevolent-hegemon": BotSpec(
        "fills the gap that others leave, as long as it loses nothing by it, and stands behind",
        _fixed(
            GovernmentBot(
                powers.fill_the_gap,
                words=sentences.BENEVOLENT,
                parts=(moves.announce_a_second_line,),
            )
        ),
        "Kindleberger 1973; Snidal 1985",
        Traits(memory_rounds=1, conditional=True, uses=_uses("second_line")),
    ),
    "predatory-hegemon": BotSpec(
        "asks the others for everything, votes no until they promise, and pays what suits it",
        _fixed(
            GovernmentBot(
                repliers.best_reply,
                words=sentences.PREDATORY,
                keeps=False,
                votes=ballots.as_a_lever,
                moves=(moves.press_others_for_the_gap, moves.propose_own_terms),
                parts=(moves.with_terms(moves.undercutting),),
            )
        ),
        "Gilpin 1981; Snidal 1985; Conybeare 1984",
        Traits(
            memory_rounds=1,
            keeps_promises=False,
            conditional=True,
            uses=_uses("pressure", "terms"),
        ),
    ),
    "k-group": BotSpec(
        "pays its fair share if the others together pay enough to make that worth while",
        _fixed(
            GovernmentBot(
                powers.group_share,
                powers.offer,
                sentences.GROUP,
                keeps=False,
                signs=powers.joins_the_group,
                moves=(powers.gather_a_group,),
                parts=(powers.on_condition,),
            )
        ),
        "Schelling 1978; Snidal 1985",
        Traits(
            memory_rounds=1,
            keeps_promises=False,
            conditional=True,
            uses=_uses("clauses", "package_minima"),
        ),
    ),
    "leader": BotSpec(
        "pays more than its share first, asks all for theirs, and stops if nobody follows",
        _fixed(
            GovernmentBot(
                laboratory.lead,
                words=sentences.LEAD,
                moves=(moves.ask_all_for_their_share,),
                parts=(moves.with_terms(moves.united),),
            ),
            BankBot(banks.stay, sentences.STAY),
            FundBot(fund.exceptional, fund.always, leads=True),
        ),
        "Güth, Levati, Sutter and van der Heijden 2007",
        Traits(memory_rounds=1, conditional=True, uses=_uses("terms")),
    ),
    "regional-leader": BotSpec(
        "leads in its own region, with the region's fund first; elsewhere does as others do",
        _fixed(
            GovernmentBot(
                powers.lead_the_region,
                words=sentences.REGION,
                moves=(
                    powers.if_first(moves.propose_regional_money),
                    powers.if_first(moves.ask_all_for_their_share),
                ),
            )
        ),
        "Katada, Cooperate, Lead, and Follow: on regional powers",
        Traits(memory_rounds=1, conditional=True, uses=_uses("regional_fund")),
    ),
    "follower": BotSpec(
        "does its share as far as the named seat does its own",
        {
            Role.GOVERNMENT: lambda seat: GovernmentBot(
                laboratory.following(SeatId(seat)), words=sentences.FOLLOW
            ),
            Role.BANK: lambda seat: BankBot(banks.following(SeatId(seat))),
            Role.IMF: lambda seat: FundBot(fund.ordinary, fund.following(SeatId(seat))),
        },
        "Güth, Levati, Sutter and van der Heijden 2007",
        Traits(memory_rounds=1, conditional=True),
        ":SEAT",
    ),
    "reactive": BotSpec(
        "does as the government with most votes does, and what that asks of it",
        _fixed(GovernmentBot(powers.react, words=sentences.REACTIVE)),
        "Calder 1988",
        Traits(memory_rounds=1, conditional=True),
    ),
    "realist": BotSpec(
        "weighs its own payoff, and counts what others gain more as a loss of its own",
        _fixed(
            GovernmentBot(
                repliers.balanced_reply,
                words=sentences.REALIST,
                signs=repliers.balanced_packages,
                parts=(moves.with_terms(moves.undercutting),),
            )
        ),
        "Grieco 1988; Snidal 1991",
        Traits(memory_rounds=1, conditional=True, uses=_uses("terms")),
    ),
    "two-level": BotSpec(
        "does as others do, up to what can be ratified at home",
        _fixed(
            GovernmentBot(
                domestic.ratifiable, words=sentences.HOME, signs=domestic.within_the_win_set
            )
        ),
        "Putnam 1988",
        Traits(memory_rounds=1, conditional=True),
    ),
    "developmental": BotSpec(
        "weighs its own payoff, and commands its banks to stay as far as that is worth it",
        _fixed(
            GovernmentBot(
                repliers.best_reply, words=sentences.STATE, parts=(moves.guide_own_banks,)
            )
        ),
        "Johnson 1982",
        Traits(memory_rounds=1, conditional=True, uses=_uses("guidance")),
    ),
    "pluralist": BotSpec(
        "weighs its own payoff with its banks' worries in it, and pays them for staying",
        _fixed(
            GovernmentBot(
                repliers.best_reply,
                words=sentences.INTERESTS,
                moves=(moves.promise_own_banks_favours,),
            )
        ),
        "Rosenbluth 1989; Milner 1997",
        Traits(memory_rounds=1, conditional=True, uses=_uses("favours")),
    ),
    "random": BotSpec(
        "any allowed amount, all equally likely, and keeps no promise but by chance",
        _fixed(
            GovernmentBot(laboratory.any_amount, keeps=False),
            BankBot(banks.any_share, keeps=False),
            FundBot(fund.any_tranche, fund.by_chance),
            DebtorBot(debtors.by_chance),
        ),
        "zero intelligence; Gode and Sunder 1993",
        Traits(stochastic=True, keeps_promises=False),
    ),
    "run": BotSpec(
        "takes out everything that falls due",
        _fixed(bank=BankBot(banks.run)),
        "Diamond and Dybvig 1983",
    ),
    "stay": BotSpec(
        "rolls everything over",
        _fixed(bank=BankBot(banks.stay, sentences.STAY)),
        "Diamond and Dybvig 1983",
    ),
    "crowd": BotSpec(
        "takes out what the other banks took out last",
        _fixed(bank=BankBot(banks.with_the_crowd)),
        "Banerjee 1992",
        Traits(memory_rounds=1, conditional=True),
    ),
    "committee": BotSpec(
        "stays while half of the other banks' claims do, and signs what all banks are asked",
        _fixed(bank=BankBot(banks.with_the_committee, sentences.COMMITTEE, banks.the_same_for_all)),
        "Lipson 1985",
        Traits(memory_rounds=1, conditional=True),
    ),
    "lobbyist": BotSpec(
        "works on its own government, and leaves as far as that falls short of its share",
        _fixed(bank=BankBot(banks.unless_government_pays, sentences.LOBBY, lobbies=True)),
        "Katada, Cooperate, Lead, and Follow: on the banks' exit card; Rosenbluth 1989",
        Traits(memory_rounds=1, conditional=True, uses=_uses("lobbying")),
    ),
    "by-the-book": BotSpec(
        "proposes ordinary access, and withholds after a round that failed",
        _fixed(imf=FundBot(fund.ordinary, fund.if_others_pay)),
        "the game's rule of access",
        Traits(memory_rounds=1, conditional=True),
    ),
    "catalytic": BotSpec(
        "asks for assurances, and releases where they cover nine tenths of the need",
        _fixed(imf=FundBot(fund.ordinary, fund.if_assured, leads=True, words=sentences.ASSURANCES)),
        "Corsetti, Guimarães and Roubini 2006; Morris and Shin 2006",
        Traits(memory_rounds=1, conditional=True),
    ),
    "strict": BotSpec(
        "proposes ordinary access on the hardest terms, and releases it where all is promised",
        _fixed(imf=FundBot(fund.ordinary, fund.if_covered, demands=True)),
        "Katada, Cooperate, Lead, and Follow: on moral hazard",
        Traits(conditional=True, uses=_uses("terms")),
    ),
    "adjuster": BotSpec(
        "accepts every programme",
        _fixed(debtor=DebtorBot(debtors.always)),
        "Katada, Cooperate, Lead, and Follow: on discipline",
    ),
    "player-off": BotSpec(
        "goes without the Fund once friends have promised half of what is needed",
        _fixed(debtor=DebtorBot(debtors.unless_friends_pay)),
        "Katada, Cooperate, Lead, and Follow: on debtors between creditors",
        Traits(conditional=True),
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
        name: as in `BOTS`, with what it `takes`.
        role: of the seat that it shall play.
        seats: those of the scenario, where they are known: a named seat must be one.

    Raises:
        Refused: ``unknown_bot``: no such name, not for this role, or what stands behind the
            colon is missing or wrong; ``unknown_seat``: the seat is not in `seats`.
    """
    base, colon, argument = name.partition(":")
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
    form = f"{base}{spec.takes}"
    if (colon and not (spec.takes and argument)) or (spec.takes == ":SEAT" and not argument):
        raise Refused(RefusalCode.UNKNOWN_BOT, f"{name}: write {form}", field="bot", allowed=form)
    if spec.takes == ":SEAT" and seats is not None and argument not in seats:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"{name}: there is no seat {argument}",
            field="bot",
            allowed=", ".join(seats),
        )
    try:
        return spec.roles[role](argument)
    except ValueError as error:
        raise Refused(
            RefusalCode.UNKNOWN_BOT, f"{name}: {error}", field="bot", allowed=form
        ) from None
