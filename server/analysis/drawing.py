"""How figures look: colours, sizes, dots in rows, and how they are written to files.

Needs the extra `report`; whoever starts without it imports this module inside the function
that uses it. What may be compared shares one scale that begins at zero; marks that differ in
meaning differ in shape or fill, never in colour alone; every figure has a table beside it in
the report.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from server.analysis.played import Played

INK, SOFT, RULE, EDGE, EMPTY = "#16202a", "#4b5966", "#d5dce2", "#6f7d8a", "#e3e8ec"
BLUE, RUST, GREEN = "#005a8c", "#9a3b00", "#00664f"
WIDTH, ROW, LANE = 460, 26, 13
"""Of the plot, of one row in it, and of one kind of dot in a row, in pixels."""
MOST_ROUNDS = 4
"""Above it, rounds are added up where a figure would show each."""
BN = 1000

Values = list[dict[str, Any]]
Figure = alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart


def inline(values: Values) -> alt.InlineData:
    """Rows as data of a chart."""
    return alt.InlineData(values)


def money_axis(field: str, title: str, **scale: Any) -> alt.X:
    """An axis of amounts from zero."""
    return alt.X(
        f"{field}:Q", title=title, scale=alt.Scale(zero=True, nice=True, **scale), axis=alt.Axis()
    )


def row_axis(field: str, order: Sequence[str], **given: Any) -> alt.Y:
    """An axis of names in their order."""
    return alt.Y(f"{field}:N", sort=list(order), title=None, **given)


def dots(
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
        alt.Chart(inline(values))
        .mark_point(size=80, strokeWidth=2, opacity=1)
        .encode(
            y=row_axis(row, order, axis=alt.Axis(grid=True, tickBand="extent")),
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


def round_name(played: Played, crisis: int, round_number: int) -> str:
    """A round; with its crisis where there are several."""
    many = len(played.state.campaign) > 1
    return f"Crisis {crisis}, round {round_number}" if many else f"Round {round_number}"


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
