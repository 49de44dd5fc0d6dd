"""The report of one seat, for the student who played it: two pages on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from server.analysis.burden import burden_sharing
from server.analysis.counterfactuals import most_told, others_of
from server.analysis.history import beside_history
from server.analysis.measures import Score, measures, scores
from server.analysis.played import Played
from server.analysis.promises import keeping
from server.analysis.report.naming import name_of, place, round_name
from server.analysis.report.others import others_table
from server.analysis.report.page import Child, Figures, document, el, table
from server.analysis.report.session import foot, lines_table, result
from server.analysis.words import about_bn, bn, decimal, percent, points
from server.game.scenario import Bank, Government, SeatId


def student_report(seats: Sequence[tuple[Played, SeatId]], figures: Figures) -> str:
    """One file with a part for each seat, each on pages of its own."""
    parts = [_part(played, seat, figures) for played, seat in seats]
    sessions = {played.id: played for played, _ in seats}
    first, seat = seats[0]
    title = f"{name_of(first, seat)}: {first.scenario.title}"
    if len(seats) > 1:
        title = first.scenario.title
    return document(title, [*parts, foot(list(sessions.values()), figures)])


def _part(played: Played, seat: SeatId, figures: Figures) -> Element:
    score = scores(played)[seat]
    return el(
        "article",
        el(
            "header",
            el("h1", name_of(played, seat)),
            el("p", f"{played.scenario.title}, {place(played)}", class_="soft"),
            el("p", _own_result(played, seat, score), class_="result"),
            el("p", result(played, measures(played))),
        ),
        el(
            "section",
            el("h2", "The rescue"),
            figures.of("gap", played, "Money raised in each round, of what was needed."),
        )
        if not figures.missing
        else None,
        el("section", el("h2", "What you gained, line by line"), *_gained(played, seat, figures)),
        _decided(played, seat),
        _others(played, seat),
        *_for_government(played, seat, figures),
        el("section", el("h2", "Everybody"), *_everybody(played, seat)),
        class_="student",
    )


def _own_result(played: Played, seat: SeatId, score: Score) -> str:
    gained = "gained" if score.payoff_musd >= 0 else "lost"
    text = f"You {gained} {about_bn(abs(score.payoff_musd))}"
    if score.saved_percent is not None:
        text += f", {points(score.saved_percent, '%')} of what was at stake for you"
    ranked = [
        other.saved_percent
        for one, other in scores(played).items()
        if other.saved_percent is not None and one != seat
    ]
    if score.saved_percent is not None and ranked:
        place_ = 1 + sum(one > score.saved_percent for one in ranked)
        text += f"; by that you are number {place_} of {len(ranked) + 1} at your table"
    return f"{text}."


def _gained(played: Played, seat: SeatId, figures: Figures) -> Iterator[Child]:
    if not figures.missing:
        from server.analysis.seat_figures import waterfall

        yield figures.drawn(
            waterfall(played, seat), "Your lines over all rounds, one after the other."
        )
    yield lines_table(played, [seat])
    if isinstance(played.scenario.seat_by_id[seat], Government):
        yield el(
            "p",
            "Stability comes to you whoever pays for it. Own returns come only from own money. "
            "Partners' losses reach you over trade and banks.",
            class_="soft",
        )


def _decided(played: Played, seat: SeatId) -> Element | None:
    role = played.scenario.seat_by_id[seat]
    if isinstance(role, Government):
        return el("section", el("h2", "What you did"), _pledged(played, seat))
    if isinstance(role, Bank):
        return el("section", el("h2", "What you did"), _withdrew(played, seat))
    return None


def _pledged(played: Played, seat: SeatId) -> Element:
    rows = [
        (
            round_name(played, one.resolved.crisis, one.resolved.round),
            bn(card.said_musd),
            bn(card.signed_musd),
            bn(card.pledged_musd),
            bn(card.paid_musd),
            bn(one.resolved.effective_musd),
            bn(one.resolved.need_musd),
            bn(sum(one.resolved.lines_musd[seat].values()), signed=True),
        )
        for one, cards in zip(played.rounds, played.state.promises, strict=True)
        for card in cards
        if card.seat == seat
    ]
    head = (
        "Round",
        "You said",
        "You signed",
        "You pledged",
        "You paid",
        "Raised in all",
        "Needed",
        "You gained",
    )
    return table("US$ bn.", head, rows)


def _withdrew(played: Played, seat: SeatId) -> Element:
    rows = [
        (
            round_name(played, one.resolved.crisis, one.resolved.round),
            percent(one.resolved.withdrawn_permille[seat] / 1000),
            decimal(one.resolved.stability),
            bn(sum(one.resolved.lines_musd[seat].values()), signed=True),
        )
        for one in played.rounds
    ]
    return table("US$ bn.", ("Round", "You withdrew", "Stability", "You gained"), rows)


def _for_government(played: Played, seat: SeatId, figures: Figures) -> Iterator[Element]:
    if seat not in played.governments:
        return
    own, kept = burden_sharing(played).by_seat[seat], keeping(played)[seat]
    said = (
        f"You promised something in {kept.rounds} rounds and kept it in full in {kept.kept}."
        if kept.rounds
        else "You promised nothing."
    )
    yield el(
        "section",
        el("h2", "Your part"),
        el(
            "p",
            f"You paid {percent(own.paid_share)} of what governments paid. Of the quotas at the "
            f"table you have {percent(own.quota_share)}, of all stakes {percent(own.stake_share)}, "
            f"of all bank claims {percent(own.exposure_share)}. Of the rescue that would have "
            f"been best for all, your part by stake is {about_bn(own.part_musd)}; you paid "
            f"{about_bn(own.paid_musd)}. {said}",
        ),
        figures.of("burden", played, "Shares of what was paid, of quotas, stakes and bank claims."),
    )


def _others(played: Played, seat: SeatId) -> Element | None:
    found = most_told(others_of(played, seat))
    if not found:
        return None
    return el("section", el("h2", "What would have changed it"), *others_table(played, found, seat))


def _everybody(played: Played, seat: SeatId) -> Iterator[Child]:
    found, burden = scores(played), burden_sharing(played).by_seat
    history = {one.who: one for one in beside_history(played) if one.paid_musd is not None}
    rows = []
    for other, score in found.items():
        own = burden.get(other)
        name = name_of(played, other)
        past = history.get(played.scenario.seat_by_id[other].name)
        rows.append(
            (
                f"{name} (you)" if other == seat else name,
                bn(own.pledged_musd) if own else "–",
                bn(own.paid_musd) if own else "–",
                bn(score.payoff_musd, signed=True),
                points(score.saved_percent, "%"),
                bn(past.paid_musd) if past else "–",
            )
        )
    yield table(
        "US$ bn over all rounds; the last column is what the same actor paid in history, where "
        "that is known.",
        ("Seat", "Pledged", "Paid", "Gained", "Of its stake", "Paid in history"),
        rows,
    )
