"""Figures of a room: all its tables, none as a part of a mean alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import altair as alt

from server.analysis.burden import possible_shares
from server.analysis.drawing import (
    BLUE,
    EDGE,
    GREEN,
    INK,
    LANE,
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
from server.analysis.measures import closing_round, measures, scores
from server.analysis.played import Played

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
"""Of tables; then they come again in another colour."""
HUES = (BLUE, RUST, GREEN, INK)
MOST_MARKED = len(SHAPES) * len(HUES)


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
    return dots(
        values,
        row="table",
        order=[row["table"] for row in values],
        x=money_axis("percent", "per cent of the need that was drawn", domain=[0, 100]),
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
    return dots(
        values,
        row="seat",
        order=list(dict.fromkeys(row["seat"] for row in values)),
        x=money_axis("percent", "per cent of the own stake that was saved"),
        marks={"one table": ("circle", BLUE, False)},
    )


def class_closing(tables: Sequence[Played]) -> Figure | None:
    """Every table: how much of the need it raised, by the round that first closed its gap."""
    values: Values = []
    for played in tables:
        found = measures(played)
        if found.provision is None:
            continue
        closing = closing_round(played)
        values.append(
            {
                "row": (f"{round_name(played, *closing)}" if closing else "Not closed"),
                "table": f"Table {played.about.table_number}",
                # What did not close comes last.
                "closing": closing or (math.inf, math.inf),
                "percent": 100 * found.provision,
                "mark": "gap closed" if closing else "gap not closed",
            }
        )
    if not values:
        return None
    values.sort(key=lambda row: (row["closing"], row["percent"]))
    kinds = {"gap closed": BLUE, "gap not closed": "transparent"}
    rows = Counter(row["row"] for row in values)
    chart: alt.Chart = (
        alt.Chart(inline(_piled(values)))
        .mark_point(shape="circle", size=80, strokeWidth=2, stroke=BLUE, opacity=1)
        .encode(
            y=row_axis("row", list(rows), axis=alt.Axis(grid=True, tickBand="extent")),
            # Tables that raised the same stand above one another.
            yOffset="pile:O",
            x=money_axis("percent", "per cent of the need raised over all rounds", domain=[0, 100]),
            fill=alt.Fill(
                "mark:N",
                scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
                title=None,
            ),
        )
        .properties(width=WIDTH, height=len(rows) * max(3, *rows.values()) * LANE)
    )
    return chart


NEAR_PERCENT = 3


def _piled(values: Values) -> Values:
    """Rows in order, each with its place above those that it would hide."""
    piled: Values = []
    for row in values:
        last = piled[-1] if piled and piled[-1]["row"] == row["row"] else None
        near = last is not None and row["percent"] - last["percent"] < NEAR_PERCENT
        pile = last["pile"] + 1 if last is not None and near else 0
        piled.append({key: row[key] for key in ("row", "table", "percent", "mark")})
        piled[-1]["pile"] = pile
    return piled


def class_pledges(tables: Sequence[Played]) -> Figure | None:
    """Every government at every table: what it pledged of the most it could, and its net."""
    values: Values = []
    for played in tables:
        found = scores(played)
        for seat, share in possible_shares(played).items():
            saved = found[seat].saved_percent
            if share is None or saved is None:
                continue
            table = f"Table {played.about.table_number}"
            values.append({"table": table, "pledged": 100 * share, "net": saved})
    names = list(dict.fromkeys(row["table"] for row in values))
    if not values or len(names) > MOST_MARKED:
        return None
    kinds = len(SHAPES)
    shapes = [SHAPES[place % kinds] for place in range(len(names))]
    hues = [HUES[place // kinds] for place in range(len(names))]
    zero = alt.Chart(inline([{}])).mark_rule(color=EDGE).encode(y=alt.datum(0, type="quantitative"))
    marks = (
        alt.Chart(inline(values))
        .mark_point(size=80, strokeWidth=2, opacity=1)
        .encode(
            x=money_axis("pledged", "pledged, per cent of the most possible", domain=[0, 100]),
            y=alt.Y("net:Q", title="net payoff, per cent of the own stake"),
            shape=alt.Shape("table:N", scale=alt.Scale(domain=names, range=shapes), title=None),
            stroke=alt.Stroke("table:N", scale=alt.Scale(domain=names, range=hues), title=None),
        )
    )
    return alt.layer(zero, marks).properties(width=WIDTH, height=280)
