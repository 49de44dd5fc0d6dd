"""Figures of a session by name, and those of a room: for papers, for the report.

Needs the extra `report`, as `drawing` does. Figures of nothing are None. The live page draws
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import altair as alt

from server.analysis.burden import burden_sharing
from server.analysis.class_figures import (
    class_closing,
    class_pledges,
    class_provision,
    class_scores,
)
from server.analysis.course_figures import lanes, total
from server.analysis.drawing import (
    BLUE,
    BN,
    EDGE,
    EMPTY,
    GREEN,
    INK,
    MOST_ROUNDS,
    ROW,
    RUST,
    WIDTH,
    Figure,
    Values,
    dots,
    inline,
    money_axis,
    round_name,
    row_axis,
)
from server.analysis.history import beside_history
from server.analysis.played import Played
from server.analysis.words import bn, in_order, line_words
from server.game.scenario import SeatId


def gap(played: Played) -> Figure | None:
    """How much of each round's need was drawn."""
    values: Values = []
    for one in played.rounds:
        drawn, need = one.resolved.effective_musd, one.resolved.need_musd
        name = round_name(played, one.resolved.crisis, one.resolved.round)
        told = f"{drawn / BN:,.1f} of {need / BN:,.1f}"
        missing = f"; {(need - drawn) / BN:,.1f} missing" if drawn < need else "; all of it"
        values.append(
            {"round": name, "need": need / BN, "drawn": drawn / BN, "told": told + missing}
        )
    if not values:
        return None
    order = [row["round"] for row in values]
    base = alt.Chart(inline(values)).encode(y=row_axis("round", order))
    need_bar = base.mark_bar(color=EMPTY, stroke=EDGE, strokeWidth=1.5, height=16).encode(
        x=money_axis("need", "US$ bn: solid is drawn, outlined is what was needed")
    )
    drawn_bar = base.mark_bar(color=BLUE, height=16).encode(x="drawn:Q")
    told_text = base.mark_text(align="left", dx=6).encode(x="need:Q", text="told:N")
    return alt.layer(need_bar, drawn_bar, told_text).properties(
        width=WIDTH - 120, height=len(order) * (ROW + 6)
    )


def burden(played: Played) -> Figure | None:
    """What each government paid of all bilateral money, beside its shares of quota and stake."""
    names = {seat.id: seat.name for seat in played.scenario.governments}
    values: Values = []
    for seat, one in burden_sharing(played).by_seat.items():
        found = {
            "paid": one.paid_share,
            "quota": one.quota_share,
            "stake": one.stake_share,
            "bank exposure": one.exposure_share,
        }
        values += [
            {"seat": names[seat], "mark": mark, "percent": 100 * share}
            for mark, share in found.items()
            if share is not None
        ]
    if not any(row["mark"] == "paid" for row in values):
        return None
    return dots(
        values,
        row="seat",
        order=list(names.values()),
        x=money_axis("percent", "per cent of all governments together"),
        marks={
            "paid": ("circle", BLUE, True),
            "quota": ("square", INK, False),
            "stake": ("triangle-up", RUST, False),
            "bank exposure": ("diamond", GREEN, False),
        },
    )


def promises(played: Played) -> Figure | None:
    """What each government said, signed, pledged and paid."""
    names = {seat.id: seat.name for seat in played.scenario.governments}
    each = len(played.rounds) <= MOST_ROUNDS
    sums: dict[tuple[str, SeatId, str], int] = {}
    for one, cards in zip(played.rounds, played.state.promises, strict=True):
        name = round_name(played, one.resolved.crisis, one.resolved.round)
        for card in sorted(cards, key=lambda card: played.governments.index(card.seat)):
            amounts = {
                "said": card.said_musd,
                "signed": card.signed_musd,
                "pledged": card.pledged_musd,
                "paid": card.paid_musd,
            }
            for mark, amount in amounts.items():
                if amount is not None:
                    key = (name if each else "All rounds", card.seat, mark)
                    sums[key] = sums.get(key, 0) + amount
    if not sums:
        return None
    values = [
        {
            "row": f"{names[seat]}, {name.lower()}" if each else names[seat],
            "mark": mark,
            "bn": a / BN,
        }
        for (name, seat, mark), a in sums.items()
    ]
    order = list(dict.fromkeys(str(row["row"]) for row in values))
    return dots(
        values,
        row="row",
        order=order,
        x=money_axis("bn", "US$ bn"),
        marks={
            "said": ("circle", RUST, False),
            "signed": ("diamond", RUST, False),
            "pledged": ("square", BLUE, False),
            "paid": ("circle", BLUE, True),
        },
    )


def ledger(played: Played) -> Figure | None:
    """Every seat's gains and costs by line, all on one scale; lines of nothing are left out."""
    names = {seat.id: seat.name for seat in played.scenario.seats}
    sums: dict[tuple[SeatId, str], int] = {}
    for one in played.rounds:
        for seat in names:
            for line, amount in in_order(one.resolved.lines_musd[seat]).items():
                sums[seat, line] = sums.get((seat, line), 0) + amount
    if not sums:
        return None
    values: Values = [
        {
            "seat": names[seat],
            "line": line_words(line),
            "bn": amount / BN,
            "told": bn(amount, signed=True),
        }
        for (seat, line), amount in sums.items()
        if amount
    ]
    if not values:
        return None
    widest = max(abs(row["bn"]) for row in values) or 1.0
    scale = alt.Scale(domain=[-1.4 * widest, 1.4 * widest], nice=False)
    shown = list(dict.fromkeys(str(row["seat"]) for row in values))
    return alt.vconcat(
        *(
            _lines_of(
                [row for row in values if row["seat"] == name], name, scale, name == shown[-1]
            )
            for name in shown
        ),
        spacing=10,
    )


def _lines_of(values: Values, title: str, scale: alt.Scale, is_last: bool) -> Figure:
    """One seat's lines; the axis stands under the last seat, for all of them."""
    order = [row["line"] for row in values]
    axis = alt.Axis(labels=is_last, ticks=is_last, domain=is_last)
    x = alt.X("bn:Q", scale=scale, title="US$ bn" if is_last else None, axis=axis)
    base = alt.Chart(inline(values)).encode(y=row_axis("line", order), x=x)
    bars = base.mark_bar(height=12).encode(
        color=alt.condition("datum.bn < 0", alt.value(RUST), alt.value(BLUE))
    )
    left = base.transform_filter("datum.bn < 0").mark_text(align="right", dx=-4)
    right = base.transform_filter("datum.bn >= 0").mark_text(align="left", dx=4)
    zero = alt.Chart(inline([{}])).mark_rule(color=EDGE).encode(x=alt.datum(0, type="quantitative"))
    lines: Figure = alt.layer(
        bars, zero, left.encode(text="told:N"), right.encode(text="told:N")
    ).properties(width=WIDTH - 60, height=len(order) * 18, title=title)
    return lines


def theory(played: Played) -> Figure | None:
    """The money of each round beside equilibrium and optimum."""
    values: Values = []
    for one in played.rounds:
        name = round_name(played, one.resolved.crisis, one.resolved.round)
        found = {
            "drawn": one.theory.played.effective_musd,
            "equilibrium": one.theory.nash.effective_musd,
            "second equilibrium": one.theory.nash_from_optimum.effective_musd,
            "optimum": one.theory.optimum.effective_musd,
            "needed": one.resolved.need_musd,
        }
        if found["second equilibrium"] == found["equilibrium"]:
            del found["second equilibrium"]
        values += [{"round": name, "mark": mark, "bn": a / BN} for mark, a in found.items()]
    if not values:
        return None
    marks = {
        "drawn": ("circle", BLUE, True),
        "equilibrium": ("triangle-up", RUST, False),
        "second equilibrium": ("triangle-down", RUST, False),
        "optimum": ("square", GREEN, False),
        "needed": ("cross", INK, False),
    }
    seen = {row["mark"] for row in values}
    return dots(
        values,
        row="round",
        order=list(dict.fromkeys(row["round"] for row in values)),
        x=money_axis("bn", "US$ bn, all money of the round"),
        marks={mark: how for mark, how in marks.items() if mark in seen},
    )


def history(played: Played) -> Figure | None:
    """What history's actors pledged and paid, beside the same seats in the play."""
    values: Values = []
    many = len(played.state.campaign) > 1
    for one in beside_history(played):
        found = {
            "pledged in history": one.pledged_musd,
            "paid in history": one.paid_musd,
            "pledged here": one.played_pledged_musd,
            "paid here": one.played_paid_musd,
        }
        if one.pledged_musd is None and one.paid_musd is None:
            continue
        values += [
            {
                "who": f"{one.who}, crisis {one.crisis}" if many else one.who,
                "mark": mark,
                "bn": amount / BN,
            }
            for mark, amount in found.items()
            if amount is not None
        ]
    if not values:
        return None
    return dots(
        values,
        row="who",
        order=list(dict.fromkeys(row["who"] for row in values)),
        x=money_axis("bn", "US$ bn over the whole crisis"),
        marks={
            "pledged in history": ("square", RUST, False),
            "paid in history": ("square", RUST, True),
            "pledged here": ("circle", BLUE, False),
            "paid here": ("circle", BLUE, True),
        },
    )


OF_SESSION: Mapping[str, Callable[[Played], Figure | None]] = {
    "gap": gap,
    "burden": burden,
    "promises": promises,
    "ledger": ledger,
    "total": total,
    "lanes": lanes,
    "theory": theory,
    "history": history,
}
"""By the name of their file."""

OF_ROOM: Mapping[str, Callable[[Sequence[Played]], Figure | None]] = {
    "class-provision": class_provision,
    "class-scores": class_scores,
    "class-closing": class_closing,
    "class-pledges": class_pledges,
}
