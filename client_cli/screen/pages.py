"""What each page of the screen shows of a view. Pure: a view in, styled lines out.

Sentences and tables are those of `render`; here they are put together, and what stands out is
marked by weight and by a word, so that nothing is said by colour alone. Pages are no wider than
`PAGE_WIDTH` and are scrolled up and down only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from client_cli import advanced, render
from client_cli.amounts import bn, percent
from client_cli.effects import assumed, effect
from client_cli.forms import Form
from client_cli.screen.completion import open_now
from client_cli.text import folded

if TYPE_CHECKING:
    from client_cli.screen.outlook import Outlook
    from server.protocol import PromiseCard, RoundCard, SeatCard, SeatId, View

PAGE_WIDTH = 77
"""Eighty columns less a scrollbar and a margin."""
FEW = 2
"""Up to how many kinds of actions are shown with their forms."""
ROUNDS_SHOWN = 4
"""How many rounds a ledger has columns for, beside the sum."""

HEADING = "bold $primary"


def heading(text: str) -> Content:
    """A line above others."""
    return Content.styled(text, HEADING)


def plain(lines: Iterable[str], width: int = PAGE_WIDTH) -> list[Content]:
    """Lines as they are, folded."""
    return [Content(part) for line in lines for part in folded(line, width) or [""]]


# --- always there ---


def clock(view: View, left_ms: int | None) -> Content:
    """Where the session is; the last half minute stands out."""
    hurry = left_ms is not None and left_ms <= 30_000 and view.clock.ending is None
    return Content.styled(render.clock_line(view, left_ms), "bold reverse" if hurry else "bold")


def gap(view: View) -> Content:
    """The bar: what is promised; once the round is resolved, what was drawn."""
    here = (view.clock.crisis, view.clock.round)
    for card in view.rounds:
        if (card.crisis, card.round) == here:
            return Content("Drawn    " + render.gap_bar(card.effective_musd, card.need_musd))
    return Content(render.promised_line(view))


def waiting(view: View) -> list[Content]:
    """What the seat has decided, what waits for it, and the words that are open."""
    if view.own is None or view.clock.ending is not None:
        return []
    return [*map(Content, render.own_lines(view)), *map(Content, _can(view))]


def _can(view: View) -> list[str]:
    """The words that are open; where they are few, how each is said."""
    words = open_now(view)
    kinds: dict[str | None, list[Form]] = {}
    for forms in words.values():
        for form in forms:
            kinds.setdefault(form.kind, []).append(form)
    if len(kinds) > FEW:
        return [f"You can: {', '.join(words)}."]
    lines = [f"You can: {_said(forms)}" for forms in kinds.values()]
    return lines or ["You can wait; nothing is open to you."]


def _said(forms: list[Form]) -> str:
    """How an action is said, what may be added to it, and what else may be said instead."""
    line = re.sub(r"\s{2,}", "  - ", forms[0].line, count=1)
    words = [form.line.partition("  ")[0].split(" ", 2) for form in forms]
    added = [said[2] for form, said in zip(forms, words, strict=True) if form.switch]
    instead = [" ".join(said) for said in words if said[0] != words[0][0]]
    also = f"; also: {', '.join(added)}" if added else ""
    return line + also + (f"; or: {', '.join(instead)}" if instead else "")


# --- the table ---


def table(view: View, outlook: Outlook | None, width: int) -> list[Content]:
    """Claims, what else pays or leaves, the seats, own deals, and the round before."""
    lines = [*_claims(view), *advanced.gap_lines(view)]
    shown = [*plain(lines, width), *_seats(view)]
    deals = advanced.deals_now(view)
    if deals:
        shown += [Content(), heading("Deals of this round"), *plain(deals, width)]
    if view.rounds:
        first, *rest = render.round_lines(view, view.rounds[-1], width)
        shown += [Content(), heading(first), *plain(rest, width)]
    return shown


def _claims(view: View) -> list[str]:
    claims = view.gap.claims_due_musd
    return [f"Bank claims of {bn(claims)} bn fall due this round."] if claims else []


_COLUMNS = "{mark}{seat:<9} {name:<15} {who:<7}{now:<9}{said:>7}{signed:>7}{pledged:>9}{paid:>8}"


def _seats(view: View) -> list[Content]:
    last = view.rounds[-1] if view.rounds else None
    before = f"round {last.round}" if last is not None else ""
    titles = _COLUMNS.format(
        mark="  ",
        seat="seat",
        name="",
        who="by",
        now="now",
        said="says",
        signed="signed",
        pledged="pledged" if last else "",
        paid="paid" if last else "",
    )
    above = [Content.styled(f"{before:>73}", "italic")] if last else []
    return [*above, heading(titles), *(_seat(view, card, last) for card in view.seats)]


def _seat(view: View, card: SeatCard, last: RoundCard | None) -> Content:
    own = view.own is not None and view.own.seat == card.id
    pledged, paid = _did(card.id, last)
    line = _COLUMNS.format(
        mark="> " if own else "  ",
        seat=card.id[:9],
        name=card.name if len(card.name) < 15 else f"{card.name[:13]}…",
        who=card.participant,
        now="decided" if card.done else "not yet",
        said=_bn(card.intention_musd),
        signed=_bn(card.signed_musd),
        pledged=pledged,
        paid=paid,
    )
    return Content.styled(line.rstrip(), "bold" if own else "")


def _did(seat: SeatId, last: RoundCard | None) -> tuple[str, str]:
    """What a seat did in the round before: pledged and paid, or took out."""
    if last is None:
        return "", ""
    if seat in last.withdrawn_permille:
        return "", f"{percent(last.withdrawn_permille[seat])} out"
    promise: PromiseCard | None = next((one for one in last.promises if one.seat == seat), None)
    return (bn(promise.pledged_musd), bn(promise.paid_musd)) if promise else ("", "")


def _bn(amount_musd: int | None) -> str:
    return "" if amount_musd is None else bn(amount_musd)


# --- the other pages ---


def offers(view: View, outlook: Outlook | None, width: int) -> list[Content]:
    """The packages, with what waits for an answer, and what is before the board."""
    lines: list[Content] = []
    for package in view.packages:
        first, *rest = render.package_lines(view, package)
        mine = package.package in render.waiting_packages(view)
        style = "bold" if mine else ""
        lines += [Content.styled(part, style) for part in folded(first, width)]
        lines += plain(rest, width)
        if outlook is not None and package.package in outlook.by_package:
            would = effect(outlook.now, outlook.by_package[package.package])
            lines += plain([f"  {would}"], width)
        if mine:
            number = package.package
            lines.append(Content(f"  Yours to answer: accept {number}, or reject {number}."))
    lines = lines or [Content("No package and no proposal is on the table.")]
    board = [*render.proposal_lines(view), *_own_ballots(view), *render.board_lines(view)]
    if board:
        lines += [Content(), heading("Before the board"), *plain(board, width)]
    return lines


def _own_ballots(view: View) -> list[str]:
    own = view.own.ballots.items() if view.own is not None else ()
    return [f"Your vote on proposal {number}: {ballot}." for number, ballot in own]


def ledger(view: View, outlook: Outlook | None, width: int) -> list[Content]:
    """The own lines by round, and how the last round came out; at the end, all of it."""
    if view.debrief is not None:
        return [Content(line) for line in render.debrief_lines(view, width)]
    ahead = _expected(outlook, width) if outlook is not None else []
    if not view.rounds:
        return [*ahead, Content("No round is resolved yet; its ledger comes here.")]
    first, *rest = render.round_lines(view, view.rounds[-1], width)
    own = [heading("Your lines (US$ bn)"), *map(Content, _own_ledger(view)), Content()]
    if view.own is None:
        own = []
    return [*ahead, *own, heading(first), *plain(rest, width)]


def _expected(outlook: Outlook, width: int) -> list[Content]:
    """What this round would bring, before it is resolved."""
    columns = {"now": outlook.now.lines_musd}
    if outlook.more is not None:
        columns[f"pledge {bn(outlook.more_musd)}"] = outlook.more.lines_musd
    title = heading("Your lines of this round, as things stand (US$ bn)")
    table = map(Content, render.ledger_lines(columns))
    return [title, *table, *plain([assumed(outlook.now)], width), Content()]


def _own_ledger(view: View) -> list[str]:
    if view.own is None:
        return []
    seat = view.own.seat
    by_round = {
        render.round_name(view, card.crisis, card.round): card.lines_musd[seat]
        for card in view.rounds
        if seat in card.lines_musd
    }
    columns = {_short(name): lines for name, lines in list(by_round.items())[-ROUNDS_SHOWN:]}
    total = render.summed(view).get(seat, {})
    # The sum has all lines that any of the rounds has, so that all stand in one table.
    whole = {name: {line: lines.get(line, 0) for line in total} for name, lines in columns.items()}
    return render.ledger_lines({**whole, "all": total})


def _short(round_name: str) -> str:
    """A name that fits above a column: round 2, or 1.2 for round 2 of crisis 1."""
    crisis, comma, number = round_name.removeprefix("Crisis ").partition(", round ")
    return f"{crisis}.{number}" if comma else round_name.lower()


def promises(view: View, outlook: Outlook | None, width: int) -> list[Content]:
    """What was said, signed, pledged and paid, round by round."""
    first, *rest = render.promise_lines(view)
    return [heading(first), *map(Content, rest or ["No round is resolved yet."])]


def brief(view: View, outlook: Outlook | None, width: int) -> list[Content]:
    """The situation, the rules beyond the basic ones, the private card."""
    title, *rest = render.brief(view, width)
    return [heading(title), *map(Content, rest)]


Page = Callable[["View", "Outlook | None", int], list[Content]]
"""What a page shows of a view, and of what the server expects of the round, in so many columns."""
PAGES: dict[str, Page] = {
    "table": table,
    "offers": offers,
    "ledger": ledger,
    "promises": promises,
    "brief": brief,
}
"""By name; the talk, which is not of one view alone, is in `talk_page`."""
