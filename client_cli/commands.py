"""A typed line: an action, a supposition, a word to the client, or a helpful complaint. Pure.

Nothing here knows what is allowed in the game: the server says so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client_cli.amounts import Complaint, amount_musd, permille
from client_cli.forms import FORMS
from client_cli.text import folded
from server.protocol import (
    Action,
    AnswerPackage,
    Ballot,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
    MarkReady,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    Say,
    SeatId,
    Supposition,
    TablePackage,
    Vote,
    Withdraw,
)


@dataclass(frozen=True, slots=True)
class Local:
    """A word to the client itself, such as `status` or `quit`."""

    word: str
    about: str = ""
    """What was said after it, such as a room of the talk."""


def parse(line: str) -> Action | Supposition | Local:
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
    if word not in _READERS:
        return Local(word, rest)
    try:
        return _READERS[word](rest)
    except Complaint as complaint:
        form = "\n".join(folded(f"  form: {_form(word, rest)}"))
        raise Complaint(f"{complaint}\n{form}") from None


def _form(word: str, rest: str) -> str:
    """The right form of what was meant."""
    first, *others = FORMS[word]
    said = rest.lower().split()
    meant = next((form for form in others if form.part in said), first)
    return re.sub(r"\s{2,}", "  - ", meant.line, count=1)


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
    named, _, text = rest.partition(" because ")
    terms, parts = _parts(named, {"total": "total 20"})
    pledges: dict[SeatId, int] = {}
    shares: dict[SeatId, int] = {}
    for term in terms:
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
    total_musd = amount_musd(*parts.get("total", ["0"]))
    return TablePackage(pledges, shares, parent, text.strip(), total_musd)


_PROGRAMME = ("programme", "program")


def _accept(rest: str) -> Action:
    word, _, more = rest.partition(" ")
    if word.lower() in _PROGRAMME:
        return DecideProgramme(True, _is_final(more.strip()))
    return AnswerPackage(_number(rest), True)


def _reject(rest: str) -> Action:
    if rest.lower().startswith(_PROGRAMME):
        raise Complaint("a programme is declined, not rejected: decline programme")
    return AnswerPackage(_number(rest), False)


def _decline(rest: str) -> Action:
    word, _, more = rest.partition(" ")
    if word.lower() not in _PROGRAMME:
        raise Complaint("only a programme is declined; a package is refused with reject 2")
    return DecideProgramme(False, _is_final(more.strip()))


def _propose(rest: str) -> Action:
    word, _, more = rest.partition(" ")
    if word.lower() == "regional":
        return ProposeRegional(amount_musd(_one(more.strip(), "an amount")))
    amount, parts = _parts(rest, {"terms": "terms 60% …", "then": "then 5 …"})
    return ProposeTranche(
        amount_musd(_one(" ".join(amount), "an amount")),
        tuple(permille(term) for term in parts.get("terms", [])),
        tuple(amount_musd(later) for later in parts.get("then", [])),
    )


def _press(rest: str) -> Action:
    seat, _, amount = rest.partition(" ")
    return Press(SeatId(seat), amount_musd(_one(amount.strip(), "a seat and an amount")))


def _favour(rest: str) -> Action:
    words, parts = _parts(rest, {"out": "out 10%"})
    if len(words) != 2:
        raise Complaint("a bank and an amount are needed")
    share = permille(*parts.get("out", ["0%"]))
    return OfferFavour(SeatId(words[0]), amount_musd(words[1]), share)


def _lobby(rest: str) -> Action:
    return Lobby(permille(_one(rest, "a share")))


def _vote(rest: str) -> Action:
    number, _, word = rest.partition(" ")
    try:
        ballot = Ballot(word.strip().lower())
    except ValueError:
        raise Complaint(f"{word or 'nothing'} is not a vote; say yes, no or abstain") from None
    return Vote(_number(number), ballot)


_OF_A_PLEDGE = {
    "if": "if 12",
    "line": "line 6",
    "refusing": "refusing",
    "terms": "terms 40%",
    "guide": "guide 50%",
    "draft": "draft",
}


def _pledge(rest: str) -> Action:
    amount, parts = _parts(rest, _OF_A_PLEDGE)
    if len(amount) > 1:
        near = difflib.get_close_matches(amount[1].lower(), _OF_A_PLEDGE, n=1)
        hint = f"did you mean {near[0]}?" if near else "say draft or nothing"
        raise Complaint(f"{amount[1]} is not understood; {hint}")
    return Pledge(
        amount_musd(_one(" ".join(amount), "an amount")),
        "draft" not in parts,
        amount_musd(*parts.get("if", ["0"])),
        amount_musd(*parts.get("line", ["0"])),
        "refusing" not in parts,
        permille(*parts["terms"]) if "terms" in parts else None,
        permille(*parts.get("guide", ["0%"])),
    )


def _parts(rest: str, examples: Mapping[str, str]) -> tuple[list[str], dict[str, list[str]]]:
    """The words before the first part, and those of each part that was said.

    Args:
        rest: what was typed after the command.
        examples: the parts that there are, each under its first word; "…" for one or more.
    """
    before: list[str] = []
    parts: dict[str, list[str]] = {}
    words = before
    for word in rest.split():
        if word.lower() in examples:
            if word.lower() in parts:
                raise Complaint(f"{word} is said twice")
            words = parts[word.lower()] = []
        else:
            words.append(word)
    for name, said in parts.items():
        wanted = len(examples[name].split()) - 1
        fits = bool(said) if "…" in examples[name] else len(said) == wanted
        if not fits:
            shown = f"{name} {' '.join(said)}".strip()
            raise Complaint(f"{shown} is not understood; say {examples[name]}")
    return before, parts


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


def _if(rest: str) -> Supposition:
    what, _, value = rest.partition(" ")
    value = value.strip()
    match what.lower():
        case "package":
            return Supposition(package=_number(value))
        case "pledge":
            return Supposition(pledge_musd=amount_musd(_one(value, "an amount")))
        case "withdraw":
            return Supposition(withdrawn_permille=permille(_one(value, "a share")))
        case "lend":
            return Supposition(tranche_musd=amount_musd(_one(value, "an amount")))
        case "decline":
            return Supposition(accept=False)
    near = difflib.get_close_matches(what.lower(), _SUPPOSED, n=1)
    hint = f"did you mean {near[0]}?" if near else f"say {', '.join(_SUPPOSED)}"
    raise Complaint(f"{what or 'nothing'} cannot be supposed; {hint}")


_SUPPOSED = ("package", "pledge", "withdraw", "lend", "decline")

_READERS: dict[str, Callable[[str], Action | Supposition]] = {
    "if": _if,
    "say": _say,
    "to": _to,
    "in": _in,
    "intend": _intend,
    "package": _package,
    "counter": _counter,
    "accept": _accept,
    "reject": _reject,
    "decline": _decline,
    "propose": _propose,
    "press": _press,
    "favour": _favour,
    "lobby": _lobby,
    "vote": _vote,
    "pledge": _pledge,
    "withdraw": _withdraw,
    "release": _release,
    "withhold": _withhold,
    "ready": _ready,
    "unready": _unready,
}
