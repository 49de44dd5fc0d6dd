"""Figures of a tournament, by Altair, in the style of `server.analysis.drawing`.

Needs the extra `report`; imported inside the functions that use it. Lines differ in dash and
stand beside their name, cells hold their number: nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import altair as alt

from server.analysis.drawing import BLUE, EDGE, GREEN, INK, ROW, RUST, WIDTH, Figure
from server.analysis.words import points
from server.tournament import evolution
from server.tournament.fingerprints import PROBES, Fingerprint
from server.tournament.standings import RoleStandings
from server.tournament.statistics import Ranked
from server.tournament.tables import Results

COLOURS = (BLUE, RUST, GREEN, INK)
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3])
PANEL = 150
"""Width and height of one small panel, in pixels."""


@dataclass(frozen=True, slots=True)
class Point:
    """A mean on a line, with its interval."""

    line: str
    x: float
    mean: float
    low: float
    high: float


def figures_of(results: Results) -> dict[str, Figure]:
    """All figures of a tournament, by the name of their file."""
    found: dict[str, Figure | None] = {}
    for one in results.roles:
        found[f"leaderboard-{one.role}"] = leaderboard(one.board)
        found[f"company-{one.role}"] = company(one.standings)
        found[f"evolution-{one.role}"] = ecological(one.standings)
    found["fingerprints"] = fingerprints(results.fingerprints)
    return {name: figure for name, figure in found.items() if figure is not None}


def _data(values: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    return alt.InlineData([dict(one) for one in values])


def leaderboard(board: Sequence[Ranked]) -> Figure | None:
    """Every bot's mean and its interval, best first."""
    if not board:
        return None
    values = [{"bot": row.bot, "mean": row.mean, "low": row.low, "high": row.high} for row in board]
    y = alt.Y("bot:N", sort=[row.bot for row in board], title=None)
    title = "percent of the own stake saved: mean and 95 % interval"
    x = alt.X("low:Q", title=title, scale=alt.Scale(zero=True, nice=True))
    base = alt.Chart(_data(values)).encode(y=y)
    spans = base.mark_rule(color=BLUE, strokeWidth=2).encode(x=x, x2="high:Q")
    dots = base.mark_point(shape="circle", size=70, fill=BLUE, stroke=BLUE, opacity=1)
    return alt.layer(spans, dots.encode(x="mean:Q")).properties(
        width=WIDTH, height=len(values) * ROW
    )


def company(role: RoleStandings) -> Figure | None:
    """Mean percent of each bot beside each companion."""
    bots = sorted(role.score())
    values = [
        {"bot": bot, "other": other, "mean": (mean := fmean(found.values())), "told": points(mean)}
        for bot in bots
        for other, found in role.with_companion(bot).items()
        if other in bots
    ]
    if len(bots) < 2 or not values:
        return None
    base = alt.Chart(_data(values)).encode(
        x=alt.X(
            "other:N",
            sort=bots,
            title="beside",
            axis=alt.Axis(orient="top", labelAngle=-35, domain=False, ticks=False),
        ),
        y=alt.Y("bot:N", sort=bots, title=None),
    )
    shade = alt.Opacity("mean:Q", scale=alt.Scale(range=[0.03, 0.4]), legend=None)
    cells = base.mark_rect(color=BLUE).encode(opacity=shade)
    return alt.layer(cells, base.mark_text().encode(text="told:N")).properties(
        width=max(WIDTH - 120, 44 * len(bots)), height=len(bots) * ROW
    )


def ecological(role: RoleStandings) -> Figure | None:
    """The shares of the bots by generation."""
    bots = sorted(role.score())
    if len(bots) < 2:
        return None
    try:
        payoffs = evolution.Payoffs(role.groups, bots)
    except evolution.Unknown:
        return None
    course = evolution.ecological(payoffs)
    values = [
        {"line": bot, "x": generation, "mean": 100 * float(shares[place])}
        for generation, shares in enumerate(course)
        if generation % 5 == 0
        for place, bot in enumerate(bots)
    ]
    return _lines(values, bots, "generation", "percent of the population")


def fingerprints(found: Sequence[Fingerprint]) -> Figure | None:
    """Each bot's answer to what the others pledge, from the second round on, and the first."""
    values = [
        {
            "bot": one.bot,
            "others": 100 * others,
            "pledged": 100 * pledged,
            "first": 100 * one.pledged[place][0],
        }
        for one in found
        for place, (others, pledged) in enumerate(zip(PROBES, one.schedule, strict=True))
    ]
    if not values:
        return None
    scale = alt.Scale(domain=[0, 100], nice=False)
    axis = alt.Axis(values=[0, 50, 100], grid=True)
    base = alt.Chart().encode(x=alt.X("others:Q", title="others, % of all", scale=scale, axis=axis))
    y = alt.Y("pledged:Q", title="own, % of all", scale=scale, axis=axis)
    diagonal = base.mark_line(color=EDGE, strokeDash=[2, 3], strokeWidth=1).encode(y="others:Q")
    line = base.mark_line(color=BLUE, strokeWidth=2, point=alt.OverlayMarkDef(color=BLUE, size=40))
    first = base.mark_point(shape="square", color=RUST, size=40, opacity=1).encode(y="first:Q")
    panel = alt.layer(diagonal, line.encode(y=y), first, data=_data(values))
    faceted: Figure = panel.properties(width=PANEL, height=PANEL).facet(
        facet=alt.Facet("bot:N", title=None, sort=[one.bot for one in found]), columns=4
    )
    return faceted


def courses(marks: Iterable[Point], x: str, y: str) -> Figure | None:
    """Lines of means with their intervals."""
    found = list(marks)
    if not found:
        return None
    values = [
        {"line": one.line, "x": one.x, "mean": one.mean, "low": one.low, "high": one.high}
        for one in found
    ]
    return _lines(values, list(dict.fromkeys(one.line for one in found)), x, y)


def _lines(
    values: Sequence[Mapping[str, Any]], names: Sequence[str], x_title: str, y_title: str
) -> Figure:
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(names))]
    dashes = [DASHES[place // len(COLOURS) % len(DASHES)] for place in range(len(names))]
    if len(names) <= len(COLOURS):
        dashes = list(DASHES[: len(names)])
    legend = alt.Legend(columns=2 if max(map(len, names)) > 20 else 4, labelLimit=0)
    colour = alt.Color(
        "line:N", scale=alt.Scale(domain=list(names), range=colours), title=None, legend=legend
    )
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(names), range=dashes), title=None)
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(nice=False))
    y = alt.Y("mean:Q", title=y_title, scale=alt.Scale(zero=True), axis=alt.Axis(grid=True))
    base = alt.Chart(_data(values)).encode(x=x, color=colour)
    lines = base.mark_line(strokeWidth=2).encode(y=y, strokeDash=dash)
    layers: list[alt.Chart] = [lines]
    if all("low" in one for one in values):
        layers.append(base.mark_rule(strokeWidth=1.5).encode(y="low:Q", y2="high:Q"))
    return alt.layer(*layers).properties(width=WIDTH, height=260)
