"""A typed line: an action, a word to the client, or a helpful complaint. Pure.

Nothing here knows what is allowed in the game: the server says so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from client_cli.amounts import Complaint, amount_musd, permille
from server.protocol import (
    Action,
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Say,
    SeatId,
    TablePackage,
    Vote,
    Withdraw,
)


@dataclass(frozen=True, slots=True)
class Local:
    """A word to the client itself, such as `status` or `quit`."""

    word: str


FORMS = {
    "say": "say TEXT                          to everybody",
    "to": "to SEAT TEXT                      in private to one seat",
    "in": "in GROUP TEXT                     in a closed room, such as g7",
    "intend": "intend 4.2                        say in public what you will pledge (US$ bn)",
    "package": "package JP=3 US=2.5 JP-banks=20%  amounts and highest withdrawals [because TEXT]",
    "counter": "counter 2 JP=3 US=4               a package in answer to package 2",
    "accept": "accept 2                          sign package 2",
    "reject": "reject 2                          refuse package 2",
    "propose": "propose 7.3                       propose an IMF tranche (US$ bn)",
    "vote": "vote 1 yes|no|abstain             on proposal 1",
    "pledge": "pledge 4.2 [draft]                your sealed pledge (US$ bn)",
    "withdraw": "withdraw 40% [draft]              share of your due claims to take out",
    "release": "release [draft]                   let the tranche go",
    "withhold": "withhold [draft]                  keep the tranche back",
    "ready": "ready                             you are done with this phase",
    "unready": "unready                           you are not done after all",
    "brief": "brief                             situation and your private card",
    "status": "status                            where things stand",
    "time": "time                              what is left on the clock",
    "promises": "promises                          said, signed, pledged, paid",
    "ledger": "ledger                            your lines so far",
    "help": "help                              these words",
    "quit": "quit                              leave; your seat is kept",
}
LOCAL = ("brief", "status", "time", "promises", "ledger", "help", "quit")


def parse(line: str) -> Action | Local:
    """What a typed line means; a leading slash is allowed.

    Raises:
        Complaint: it means nothing; the text says the right form and near words.
    """
    word, _, rest = line.strip().removeprefix("/").partition(" ")
    word, rest = word.lower(), rest.strip()
    if word in ("?", "h"):
        word = "help"
    if word in ("exit", "bye"):
        word = "quit"
    if word not in FORMS:
        near = difflib.get_close_matches(word, FORMS, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else "type help for the words"
        raise Complaint(f"{word or 'an empty line'} is not a command; {hint}")
    if word in LOCAL:
        return Local(word)
    try:
        return _ACTIONS[word](rest)
    except Complaint as complaint:
        form = re.sub(r"\s{2,}", "  - ", FORMS[word], count=1)
        raise Complaint(f"{complaint}\n  form: {form}") from None


def _say(rest: str) -> Action:
    return Say(_text(rest))


def _to(rest: str) -> Action:
    seat, _, text = rest.partition(" ")
    return Say(_text(text), "pair", SeatId(seat))


def _in(rest: str) -> Action:
    group, _, text = rest.partition(" ")
    return Say(_text(text), group.lower())


def _text(text: str) -> str:
    if not text.strip():
        raise Complaint("there is nothing to say")
    return text.strip()


def _intend(rest: str) -> Action:
    return DeclareIntention(amount_musd(_one(rest, "an amount")))


def _package(rest: str) -> Action:
    return _terms(rest, None)


def _counter(rest: str) -> Action:
    number, _, terms = rest.partition(" ")
    return _terms(terms, _number(number))


def _terms(rest: str, parent: int | None) -> TablePackage:
    terms, _, text = rest.partition(" because ")
    pledges: dict[SeatId, int] = {}
    shares: dict[SeatId, int] = {}
    for term in terms.split():
        seat, equals, value = term.partition("=")
        if not equals or not seat:
            raise Complaint(f"{term} is not of the form SEAT=AMOUNT or BANK=40%")
        if SeatId(seat) in pledges or SeatId(seat) in shares:
            raise Complaint(f"{seat} is named twice")
        if value.endswith("%"):
            shares[SeatId(seat)] = permille(value)
        else:
            pledges[SeatId(seat)] = amount_musd(value)
    if not pledges and not shares:
        raise Complaint("a package names at least one seat")
    return TablePackage(pledges, shares, parent, text.strip())


def _accept(rest: str) -> Action:
    return AnswerPackage(_number(rest), True)


def _reject(rest: str) -> Action:
    return AnswerPackage(_number(rest), False)


def _propose(rest: str) -> Action:
    return ProposeTranche(amount_musd(_one(rest, "an amount")))


def _vote(rest: str) -> Action:
    number, _, word = rest.partition(" ")
    try:
        ballot = Ballot(word.strip().lower())
    except ValueError:
        raise Complaint(f"{word or 'nothing'} is not a vote; say yes, no or abstain") from None
    return Vote(_number(number), ballot)


def _pledge(rest: str) -> Action:
    amount, final = _drafted(rest)
    return Pledge(amount_musd(amount), final)


def _withdraw(rest: str) -> Action:
    share, final = _drafted(rest)
    return Withdraw(permille(share), final)


def _drafted(rest: str) -> tuple[str, bool]:
    parts = rest.split()
    final = parts[-1:] != ["draft"]
    return _one(" ".join(parts if final else parts[:-1]), "a number"), final


def _release(rest: str) -> Action:
    return DecideTranche(True, _is_final(rest))


def _withhold(rest: str) -> Action:
    return DecideTranche(False, _is_final(rest))


def _is_final(rest: str) -> bool:
    if rest not in ("", "draft"):
        raise Complaint(f"{rest} is not understood; say draft or nothing")
    return not rest


def _ready(rest: str) -> Action:
    _stands_alone(rest)
    return MarkReady(True)


def _unready(rest: str) -> Action:
    _stands_alone(rest)
    return MarkReady(False)


def _stands_alone(rest: str) -> None:
    if rest:
        raise Complaint(f"{rest} is not understood; the word stands alone")


def _one(rest: str, what: str) -> str:
    if len(rest.split()) != 1:
        raise Complaint(f"{what} is needed, and nothing else")
    return rest


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,6}", text):
        raise Complaint(f"{text or 'nothing'} is not a number of a package or proposal")
    return int(text)


_ACTIONS: dict[str, Callable[[str], Action]] = {
    "say": _say,
    "to": _to,
    "in": _in,
    "intend": _intend,
    "package": _package,
    "counter": _counter,
    "accept": _accept,
    "reject": _reject,
    "propose": _propose,
    "vote": _vote,
    "pledge": _pledge,
    "withdraw": _withdraw,
    "release": _release,
    "withhold": _withhold,
    "ready": _ready,
    "unready": _unready,
}


def help_lines(open_kinds: Iterable[str] | None = None) -> list[str]:
    """The words with their forms; with `open_kinds`, those for actions open now first."""
    words = {
        "say": ("say", "to", "in"),
        "declare_intention": ("intend",),
        "table_package": ("package", "counter"),
        "answer_package": ("accept", "reject"),
        "propose_tranche": ("propose",),
        "vote": ("vote",),
        "pledge": ("pledge",),
        "withdraw": ("withdraw",),
        "decide_tranche": ("release", "withhold"),
        "mark_ready": ("ready", "unready"),
    }
    if open_kinds is None:
        return list(FORMS.values())
    now = [word for kind in open_kinds for word in words[kind]]
    return [FORMS[word] for word in (*now, *LOCAL)]
