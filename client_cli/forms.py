"""What can be typed: every word with its forms, and which of them are open. Pure.

How a line is read is in `commands`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Form(NamedTuple):
    """One way to say something."""

    line: str
    """What to type, and what it means."""
    kind: str | None = None
    """The kind of action that must be open; None for a word to the client itself."""
    switch: str | None = None
    """The advanced rule to which it belongs."""
    part: str | None = None
    """By which word in it the form is known from the others of its command."""


FORMS: dict[str, tuple[Form, ...]] = {
    "say": (Form("say TEXT                          to everybody", "say"),),
    "to": (Form("to SEAT TEXT                      in private to one seat", "say"),),
    "in": (Form("in GROUP TEXT                     in a closed room, such as g7", "say"),),
    "intend": (
        Form(
            "intend 4.2                        say in public what you will pledge (US$ bn)",
            "declare_intention",
        ),
    ),
    "press": (
        Form("press US 5                        ask another to pledge 5; 0: no longer", "press"),
    ),
    "favour": (
        Form(
            "favour JP-banks 0.5 [out 10%]     promise it 0.5 for taking out at most 10%",
            "offer_favour",
        ),
    ),
    "lobby": (
        Form("lobby 30%                         use so much of your force at home", "lobby"),
    ),
    "package": (
        Form(
            "package JP=3 US=2.5 JP-banks=20%  amounts, highest withdrawals [because TEXT]",
            "table_package",
        ),
        Form(
            "package JP=3 US=2.5 total 20      who signs pays only if all reach 20 in total",
            "table_package",
            "package_minima",
            "total",
        ),
    ),
    "counter": (
        Form("counter 2 JP=3 US=4               a package in answer to package 2", "table_package"),
    ),
    "accept": (
        Form("accept 2                          sign package 2", "answer_package"),
        Form(
            "accept programme [draft]          take the Fund's money and terms",
            "decide_programme",
            part="programme",
        ),
    ),
    "reject": (Form("reject 2                          refuse package 2", "answer_package"),),
    "decline": (Form("decline programme [draft]         go without the Fund", "decide_programme"),),
    "propose": (
        Form(
            "propose 7.3                       propose an IMF tranche (US$ bn)", "propose_tranche"
        ),
        Form(
            "propose 7.3 terms 60% 40%         and what the debtor must do for it",
            "propose_tranche",
            "terms",
            "terms",
        ),
        Form(
            "propose 7.3 then 5 5              and the tranches of all later rounds",
            "propose_tranche",
            "programmes",
            "then",
        ),
        Form(
            "propose regional 2                propose what the region's fund lends",
            "propose_regional",
            part="regional",
        ),
    ),
    "vote": (Form("vote 1 yes|no|abstain             on proposal 1", "vote"),),
    "pledge": (
        Form("pledge 4.2 [draft]                your sealed pledge (US$ bn)", "pledge"),
        Form(
            "pledge 4.2 if 12                  only if the others together reach 12",
            "pledge",
            "clauses",
            "if",
        ),
        Form(
            "pledge 4.2 line 6 [refusing]      and a second line [not paid if called]",
            "pledge",
            "second_line",
            "line",
        ),
        Form(
            "pledge 4.2 terms 40%              and what you ask of the debtor yourself",
            "pledge",
            "terms",
            "terms",
        ),
        Form(
            "pledge 4.2 guide 50%              and how hard you lean on your own banks",
            "pledge",
            "guidance",
            "guide",
        ),
    ),
    "withdraw": (
        Form("withdraw 40% [draft]              share of your due claims to take out", "withdraw"),
    ),
    "release": (Form("release [draft]                   let the tranche go", "decide_tranche"),),
    "withhold": (
        Form("withhold [draft]                  keep the tranche back", "decide_tranche"),
    ),
    "ready": (
        Form("ready                             you are done with this phase", "mark_ready"),
    ),
    "unready": (
        Form("unready                           you are not done after all", "mark_ready"),
    ),
    "if": (
        Form("if package 2                      what a package would bring you, line by line"),
        Form("if pledge 4.2                     the same of this, or: withdraw 40%, lend 7.3"),
        Form("if decline                        the same of doing without the programme"),
    ),
    "brief": (Form("brief                             situation and your private card"),),
    "status": (Form("status                            where things stand"),),
    "time": (Form("time                              what is left on the clock"),),
    "talk": (Form("talk [g7]                         what was said, in all rooms or in one"),),
    "offers": (Form("offers                            packages and proposals of this round"),),
    "promises": (Form("promises                          said, signed, pledged, paid"),),
    "ledger": (Form("ledger                            your lines so far"),),
    "help": (Form("help                              these words"),),
    "quit": (Form("quit                              leave; your seat is kept"),),
}
"""By word, the way that needs no advanced rule first."""
LOCAL = tuple(word for word, forms in FORMS.items() if forms[0].kind is None)


def help_lines(open_kinds: Iterable[str] | None = None, switches: Iterable[str] = ()) -> list[str]:
    """The words with their forms.

    Args:
        open_kinds: the kinds of action that are open now; None for all words, whatever is open.
        switches: the advanced rules that are on.
    """
    if open_kinds is None:
        return [form.line for forms in FORMS.values() for form in forms]
    opened = open_forms([None, *open_kinds], switches)
    return [form.line for forms in opened.values() for form in forms]


def open_forms(
    open_kinds: Iterable[str | None], switches: Iterable[str] = ()
) -> dict[str, list[Form]]:
    """The forms of the given kinds, by word, without those of rules that are off."""
    open_now, on = set(open_kinds), {None, *switches}
    opened = {
        word: [form for form in forms if form.kind in open_now and form.switch in on]
        for word, forms in FORMS.items()
    }
    return {word: forms for word, forms in opened.items() if forms}
