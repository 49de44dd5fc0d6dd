"""Figures as SVG and PNG, by Altair: for papers, for the report, never for the live page.

Needs the extra `report`; whoever starts without it imports this module inside the function
that uses it. What may be compared shares one scale that begins at zero; marks that differ in
meaning differ in shape or fill, never in colour alone; every figure has a table beside it in
the report. Figures of nothing are None.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from server.analysis.burden import burden_sharing
from server.analysis.history import beside_history
from server.analysis.measures import measures, scores
from server.analysis.played import Played
from server.analysis.words import bn, in_order, line_words
from server.game.scenario import SeatId

INK, SOFT, RULE, EDGE, EMPTY = "#16202a", "#4b5966", "#d5dce2", "#6f7d8a", "#e3e8ec"
BLUE, RUST, GREEN = "#005a8c", "#9a3b00", "#00664f"
WIDTH, ROW, LANE = 460, 26, 13
"""Of the plot, of one row in it, and of one kind of dot in a row, in pixels."""
MOST_ROUNDS = 4
"""Above it, rounds are added up where a figure would show each."""
BN = 1000

Values = list[dict[str, Any]]
Figure = alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart


def _data(values: Values) -> alt.InlineData:
    return alt.InlineData(values)


def _money(field: str, title: str, **scale: Any) -> alt.X:
    return alt.X(
        f"{field}:Q", title=title, scale=alt.Scale(zero=True, nice=True, **scale), axis=alt.Axis()
    )


def _row(field: str, order: Sequence[str], **given: Any) -> alt.Y:
    return alt.Y(f"{field}:N", sort=list(order), title=None, **given)


def _dots(
    values: Values,
    *,
    row: str,
    order: Sequence[str],
    x: alt.X,
    marks: Mapping[str, tuple[str, str, bool]],
) -> alt.Chart:
    """Dots on one scale, one under another where a row has several kinds.

    Args:
        values: with the fields of `row` and `x`, and `mark`.
        row: the field of the rows.
        order: of the rows.
        x: the encoding of the position.
        marks: shape, colour and whether it is filled, by the value of `mark`.
    """
    names = list(marks)

    def scale(found: list[str]) -> alt.Scale:
        return alt.Scale(domain=names, range=found)

    fills = [hue if filled else "transparent" for _, hue, filled in marks.values()]
    lanes = max(2, len(names))
    chart: alt.Chart = (
        alt.Chart(_data(values))
        .mark_point(size=80, strokeWidth=2, opacity=1)
        .encode(
            y=_row(row, order, axis=alt.Axis(grid=True, tickBand="extent")),
            yOffset=alt.YOffset("mark:N", sort=names, scale=alt.Scale(domain=names)),
            x=x,
            shape=alt.Shape(
                "mark:N", scale=scale([shape for shape, _, _ in marks.values()]), title=None
            ),
            stroke=alt.Stroke(
                "mark:N", scale=scale([hue for _, hue, _ in marks.values()]), title=None
            ),
            fill=alt.Fill("mark:N", scale=scale(fills), title=None),
        )
        .properties(width=WIDTH, height=max(1, len(order)) * lanes * LANE)
    )
    return chart


def _round_name(played: Played, crisis: int, round_number: int) -> str:
    many = len(played.state.campaign) > 1
    return f"Crisis {crisis}, round {round_number}" if many else f"Round {round_number}"


def gap(played: Played) -> Figure | None:
    """How much of each round's need was drawn."""
    values: Values = []
    for one in played.rounds:
        drawn, need = one.resolved.effective_musd, one.resolved.need_musd
        name = _round_name(played, one.resolved.crisis, one.resolved.round)
        told = f"{drawn / BN:,.1f} of {need / BN:,.1f}"
        missing = f"; {(need - drawn) / BN:,.1f} missing" if drawn < need else "; all of it"
        values.append(
            {"round": name, "need": need / BN, "drawn": drawn / BN, "told": told + missing}
        )
    if not values:
        return None
    order = [row["round"] for row in values]
    base = alt.Chart(_data(values)).encode(y=_row("round", order))
    need_bar = base.mark_bar(color=EMPTY, stroke=EDGE, strokeWidth=1.5, height=16).encode(
        x=_money("need", "US$ bn: solid is drawn, outlined is what was needed")
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
    return _dots(
        values,
        row="seat",
        order=list(names.values()),
        x=_money("percent", "per cent of all governments together"),
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
        name = _round_name(played, one.resolved.crisis, one.resolved.round)
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
    return _dots(
        values,
        row="row",
        order=order,
        x=_money("bn", "US$ bn"),
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
    base = alt.Chart(_data(values)).encode(y=_row("line", order), x=x)
    bars = base.mark_bar(height=12).encode(
        color=alt.condition("datum.bn < 0", alt.value(RUST), alt.value(BLUE))
    )
    left = base.transform_filter("datum.bn < 0").mark_text(align="right", dx=-4)
    right = base.transform_filter("datum.bn >= 0").mark_text(align="left", dx=4)
    zero = alt.Chart(_data([{}])).mark_rule(color=EDGE).encode(x=alt.datum(0, type="quantitative"))
    lines: Figure = alt.layer(
        bars, zero, left.encode(text="told:N"), right.encode(text="told:N")
    ).properties(width=WIDTH - 60, height=len(order) * 18, title=title)
    return lines


def total(played: Played) -> Figure | None:
    """Promised and drawn money over time; a band for each round."""
    in_minutes = played.state.at_ms >= 60_000
    values: Values = list(_promised_over_time(played, in_minutes))
    if not played.rounds:
        return None
    began = {row["band"]: row["at"] for row in reversed(values)}
    drawn: Values = [
        {
            "from": began[f"{one.resolved.crisis}.{one.resolved.round}"],
            "at": _at(one.version, one.resolved.at_ms, in_minutes),
            "bn": one.resolved.effective_musd / BN,
            "need": one.resolved.need_musd / BN,
        }
        for one in played.rounds
    ]
    x = alt.X("at:Q", title="minutes" if in_minutes else "event", scale=alt.Scale(nice=False))
    y = alt.Y("bn:Q", title="US$ bn: line promised, dot drawn, dashed needed")
    line = (
        alt.Chart(_data(values))
        .mark_line(interpolate="step-after", color=RUST, strokeWidth=2)
        .encode(x=x, y=y, detail="band:N")
    )
    end = alt.Chart(_data(drawn))
    need = end.mark_rule(color=INK, strokeWidth=2, strokeDash=[6, 4]).encode(
        x="from:Q", x2="at:Q", y="need:Q"
    )
    dots = end.mark_point(shape="circle", size=90, fill=BLUE, stroke=BLUE, opacity=1).encode(
        x="at:Q", y="bn:Q"
    )
    wall = end.mark_rule(color=EDGE).encode(x="at:Q")
    return alt.layer(wall, line, need, dots).properties(width=WIDTH + 60, height=200)


def _promised_over_time(played: Played, in_minutes: bool) -> Iterator[dict[str, Any]]:
    """The sum of promises whenever it changed, a band for each round."""
    last: tuple[object, ...] | None = None
    for step in played.steps:
        state = step.after
        promised = sum(state.table.promised_musd(seat) for seat in played.governments)
        now = (state.crisis, state.round, promised)
        if now != last or step.event.kind == "round_resolved":
            last = now
            yield {
                "at": _at(step.version, step.event.at_ms, in_minutes),
                "bn": promised / BN,
                "band": f"{state.crisis}.{state.round}",
            }


def _at(version: int, at_ms: int, in_minutes: bool) -> float:
    return at_ms / 60_000 if in_minutes else version


def theory(played: Played) -> Figure | None:
    """The money of each round beside equilibrium and optimum."""
    values: Values = []
    for one in played.rounds:
        name = _round_name(played, one.resolved.crisis, one.resolved.round)
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
    return _dots(
        values,
        row="round",
        order=list(dict.fromkeys(row["round"] for row in values)),
        x=_money("bn", "US$ bn, all money of the round"),
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
    return _dots(
        values,
        row="who",
        order=list(dict.fromkeys(row["who"] for row in values)),
        x=_money("bn", "US$ bn over the whole crisis"),
        marks={
            "pledged in history": ("square", RUST, False),
            "paid in history": ("square", RUST, True),
            "pledged here": ("circle", BLUE, False),
            "paid here": ("circle", BLUE, True),
        },
    )


def class_provision(tables: Sequence[Played]) -> Figure | None:
    """Every table of a room: how much of the need it drew."""
    values: Values = []
    for played in tables:
        found = measures(played)
        if found.provision is None:
            continue
        whole = found.covered_rounds == found.rounds
        values.append(
            {
                "table": f"Table {played.about.table_number}",
                "percent": 100 * found.provision,
                "mark": "every round's need met" if whole else "something missing",
            }
        )
    if not values:
        return None
    return _dots(
        values,
        row="table",
        order=[row["table"] for row in values],
        x=_money("percent", "per cent of the need that was drawn", domain=[0, 100]),
        marks={
            "every round's need met": ("circle", BLUE, True),
            "something missing": ("circle", BLUE, False),
        },
    )


def class_scores(tables: Sequence[Played]) -> Figure | None:
    """Every table of a room: what each seat saved of its own stake."""
    values: Values = [
        {
            "seat": seat.name,
            "percent": score.saved_percent,
            "mark": "one table",
        }
        for played in tables
        if played.rounds
        for seat, score in zip(played.scenario.seats, scores(played).values(), strict=True)
        if score.saved_percent is not None
    ]
    if not values:
        return None
    return _dots(
        values,
        row="seat",
        order=list(dict.fromkeys(row["seat"] for row in values)),
        x=_money("percent", "per cent of the own stake that was saved"),
        marks={"one table": ("circle", BLUE, False)},
    )


OF_SESSION: Mapping[str, Callable[[Played], Figure | None]] = {
    "gap": gap,
    "burden": burden,
    "promises": promises,
    "ledger": ledger,
    "total": total,
    "theory": theory,
    "history": history,
}
"""By the name of their file."""

OF_ROOM: Mapping[str, Callable[[Sequence[Played]], Figure | None]] = {
    "class-provision": class_provision,
    "class-scores": class_scores,
}


def _styled(figure: Figure, background: str) -> Figure:
    styled: Figure = (
        figure.configure(font="sans-serif", background=background)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=SOFT,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=RULE,
            domainColor=EDGE,
            tickColor=EDGE,
            labelLimit=260,
        )
        .configure_axisY(grid=False, domain=False, ticks=False, labelPadding=8)
        .configure_legend(
            labelColor=INK,
            labelFontSize=12,
            orient="top",
            direction="horizontal",
            columns=0,
            symbolSize=90,
        )
        .configure_text(color=INK, fontSize=12)
        .configure_title(color=INK, fontSize=13, anchor="start")
    )
    return styled


def svg(figure: Figure) -> str:
    """A figure as SVG, without a background."""
    text = io.StringIO()
    _styled(figure, "transparent").save(text, format="svg")
    return text.getvalue()


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """A figure as SVG and as PNG on white, at twice its size; the files."""
    styled = _styled(figure, "white")
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    styled.save(paths[0])
    styled.save(paths[1], scale_factor=2)
    return paths
