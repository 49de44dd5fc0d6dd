"""What may be typed next: words that are open, seats, numbers on the table. Pure.

It only suggests; what is allowed the server says.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from client_cli.advanced import switches_of
from client_cli.forms import FORMS, LOCAL, Form, open_forms
from client_cli.talk import rooms
from server.protocol import Ballot, View


def completions(line: str, view: View | None) -> list[str]:
    """The lines that `line` may become by one more word, or by the rest of its last one."""
    *words, begun = line.removeprefix("/").split(" ")
    head = line[: len(line) - len(begun)]
    wanted = begun.lower()
    return [
        head + word
        for word in dict.fromkeys(_next(words, view))
        if word.lower().startswith(wanted) and word.lower() != wanted
    ]


def common(lines: list[str]) -> str:
    """What all of several lines begin with."""
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*lines, strict=False))
    return "".join(letters[0] for letters in alike)


def _next(words: list[str], view: View | None) -> list[str]:
    """What may stand after whole words."""
    forms = open_now(view)
    if not words:
        return [*forms, *(word for word in LOCAL if word not in forms)]
    word, said = words[0].lower(), [one.lower() for one in words[1:]]
    if view is None or word not in FORMS:
        return []
    after = _AFTER.get(word)
    named = after(view, said) if after is not None else []
    return named + _parts(forms.get(word, ()), said)


def open_now(view: View | None) -> dict[str, list[Form]]:
    """The forms of the actions that are open to the viewer's seat, by word."""
    if view is None or view.own is None:
        return {}
    return open_forms(view.own.may, switches_of(view))


def _parts(forms: list[Form] | tuple[()], said: list[str]) -> list[str]:
    """The fixed words of the forms that may follow what was said."""
    found = []
    for form in forms:
        _, *tail = re.sub(r"[\[\]]", "", form.line.partition("  ")[0]).split()
        if not said:
            found += [one for one in tail[:1] if _is_fixed(one)]
        elif tail and (tail[0] == said[0] or not _is_fixed(tail[0])):
            found += [one for one in tail[1:] if _is_fixed(one) and one not in said]
    return found


def _is_fixed(token: str) -> bool:
    """Whether a word of a form is typed as it stands there; others are examples."""
    return token.isalpha() and token.islower()


def _seats(view: View, role: str | None = None) -> list[str]:
    """The other seats, of one role or of all."""
    own = view.own.seat if view.own is not None else None
    return [card.id for card in view.seats if card.id != own and role in (None, card.role)]


def _to(view: View, said: list[str]) -> list[str]:
    return [] if said else _seats(view)


def _in(view: View, said: list[str]) -> list[str]:
    return [] if said else [group.name for group in view.scenario.groups]


def _talk(view: View, said: list[str]) -> list[str]:
    return [] if said else rooms(view)


def _press(view: View, said: list[str]) -> list[str]:
    return [] if said else _seats(view, "government")


def _favour(view: View, said: list[str]) -> list[str]:
    own = view.own.seat if view.own is not None else None
    return [] if said else [card.id for card in view.seats if own is not None and card.home == own]


def _answer(view: View, said: list[str]) -> list[str]:
    waiting = view.own.packages_to_answer if view.own is not None else ()
    return [] if said else [str(number) for number in waiting]


def _terms(view: View, said: list[str]) -> list[str]:
    named = {one.partition("=")[0] for one in said}
    return [
        f"{card.id}="
        for card in view.seats
        if card.role in ("government", "bank") and card.id.lower() not in named
    ]


def _counter(view: View, said: list[str]) -> list[str]:
    if not said:
        return [str(package.package) for package in view.packages]
    return _terms(view, said[1:])


_SUPPOSED = {"government": "pledge", "bank": "withdraw", "imf": "lend", "debtor": "decline"}


def _if(view: View, said: list[str]) -> list[str]:
    own = view.own.seat if view.own is not None else None
    mine = [_SUPPOSED[card.role] for card in view.seats if card.id == own]
    packages = [str(package.package) for package in view.packages]
    if not said:
        return [*mine, *(["package"] if packages else [])]
    return packages if said == ["package"] else []


def _vote(view: View, said: list[str]) -> list[str]:
    if not said:
        done = view.own.ballots if view.own is not None else {}
        return [str(one.proposal) for one in view.proposals if one.proposal not in done]
    return list(Ballot) if len(said) == 1 else []


_AFTER: dict[str, Callable[[View, list[str]], list[str]]] = {
    "to": _to,
    "if": _if,
    "in": _in,
    "talk": _talk,
    "press": _press,
    "favour": _favour,
    "accept": _answer,
    "reject": _answer,
    "package": _terms,
    "counter": _counter,
    "vote": _vote,
}
"""By word, what may follow it that only the view knows."""
