"""Figures of how a session went: the money over time, and who acted when."""

from __future__ import annotations

import altair as alt

from server.analysis.course import acts, courses
from server.analysis.drawing import (
    BLUE,
    BN,
    EDGE,
    GREEN,
    INK,
    ROW,
    RUST,
    SOFT,
    WIDTH,
    Figure,
    Values,
    inline,
    round_name,
    row_axis,
)
from server.analysis.played import Played

TOTAL_TITLE = "each round from start to reveal: line promised, large dot drawn, dashed needed"
MOST_NAMED = 6
"""Rounds; the names of more would run into one another."""
MARKS = {
    "talk": ("circle", BLUE, False),
    "decision": ("square", BLUE, True),
    "proposal": ("triangle-up", GREEN, True),
    "yes": ("M-1,0 L-0.3,0.8 L1,-1", INK, False),
    "no": ("M-1,-1 L1,1 M-1,1 L1,-1", RUST, False),
}


def total(played: Played) -> Figure | None:
    """Promised and drawn money over time; a band for each round."""
    found = courses(played)
    if not found:
        return None
    values: Values = [
        {"band": place, "at": place + one.at, "bn": one.money_musd / BN}
        for place, course in enumerate(found)
        for one in course.changes
    ]
    ends: Values = [
        {
            "from": place,
            "at": place + 1,
            "bn": course.changes[-1].money_musd / BN,
            "need": course.need_musd / BN,
            "round": round_name(played, course.crisis, course.round),
        }
        for place, course in enumerate(found)
    ]
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False)
    scale = alt.Scale(domain=[0, len(found)], nice=False)
    x = alt.X("at:Q", title=TOTAL_TITLE, scale=scale, axis=axis)
    y = alt.Y("bn:Q", title="US$ bn", scale=alt.Scale(zero=True))
    line = (
        alt.Chart(inline(values))
        .mark_line(interpolate="step-after", color=RUST, strokeWidth=2)
        .encode(x=x, y=y, detail="band:N")
    )
    changes = (
        alt.Chart(inline([row for row in values if row["at"] < row["band"] + 1]))
        .mark_point(shape="circle", size=30, fill=RUST, stroke=RUST, opacity=1)
        .encode(x=x, y=y)
    )
    end = alt.Chart(inline(ends))
    need = end.mark_rule(color=INK, strokeWidth=2, strokeDash=[6, 4]).encode(
        x="from:Q", x2="at:Q", y="need:Q"
    )
    dots = end.mark_point(shape="circle", size=90, fill=BLUE, stroke=BLUE, opacity=1).encode(
        x="at:Q", y="bn:Q"
    )
    wall = end.mark_rule(color=EDGE).encode(x="at:Q")
    names = end.mark_text(align="left", dx=4, baseline="top", color=SOFT).encode(
        x="from:Q", y=alt.value(4), text="round:N"
    )
    shown = [wall, line, need, changes, dots]
    layers = [*shown, names] if len(found) <= MOST_NAMED else shown
    return alt.layer(*layers).properties(width=WIDTH + 60, height=220)


def lanes(played: Played) -> Figure | None:
    """Who acted when: a lane for each seat, acts in their order within each round."""
    found = acts(played)
    if not found:
        return None
    names = {seat.id: seat.name for seat in played.scenario.seats}
    rounds = list(dict.fromkeys((act.crisis, act.round) for act in found))
    values: Values = []
    for place, here in enumerate(rounds):
        ours = [act for act in found if (act.crisis, act.round) == here]
        values += [
            {
                "seat": names[act.seat],
                "at": place + (number + 1) / (len(ours) + 1),
                "mark": act.what,
            }
            for number, act in enumerate(ours)
        ]
    kinds = [mark for mark in MARKS if any(row["mark"] == mark for row in values)]

    def scale(part: int) -> alt.Scale:
        return alt.Scale(domain=kinds, range=[MARKS[kind][part] for kind in kinds])

    fills = [MARKS[kind][1] if MARKS[kind][2] else "transparent" for kind in kinds]
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False)
    marks = (
        alt.Chart(inline(values))
        .mark_point(size=60, strokeWidth=2, opacity=1)
        .encode(
            x=alt.X(
                "at:Q",
                title="in the order of acts; lines part the rounds",
                scale=alt.Scale(domain=[0, len(rounds)], nice=False),
                axis=axis,
            ),
            y=row_axis("seat", list(names.values()), axis=alt.Axis(grid=True)),
            shape=alt.Shape("mark:N", scale=scale(0), title=None),
            stroke=alt.Stroke("mark:N", scale=scale(1), title=None),
            fill=alt.Fill("mark:N", scale=alt.Scale(domain=kinds, range=fills), title=None),
        )
    )
    walls = alt.Chart(inline([{"at": place} for place in range(len(rounds) + 1)]))
    walls = walls.mark_rule(color=EDGE).encode(x="at:Q")
    return alt.layer(walls, marks).properties(width=WIDTH + 60, height=len(names) * ROW)
