"""The figure of one seat: its payoff, line after line, from one zero to the sum."""

from __future__ import annotations

import altair as alt

from server.analysis.drawing import (
    BLUE,
    BN,
    EDGE,
    INK,
    RUST,
    WIDTH,
    Figure,
    Values,
    inline,
    row_axis,
)
from server.analysis.played import Played
from server.analysis.words import bn, in_order, line_words
from server.game.scenario import SeatId

SUM = "together"


def waterfall(played: Played, seat: SeatId) -> Figure | None:
    """The seat's lines over all rounds, one after the other, the sum last; None of nothing."""
    sums: dict[str, int] = {}
    for one in played.rounds:
        for line, amount in one.resolved.lines_musd[seat].items():
            sums[line] = sums.get(line, 0) + amount
    values: Values = []
    here = 0
    for line, amount in in_order(sums).items():
        if amount:
            values.append(_bar(line_words(line), here, here + amount))
            here += amount
    if not values:
        return None
    values.append(_bar(SUM, 0, here))
    base = alt.Chart(inline(values)).encode(y=row_axis("line", [row["line"] for row in values]))
    x = alt.X("low:Q", title="US$ bn", scale=alt.Scale(zero=True))
    bars = base.mark_bar(height=13).encode(
        x=x,
        x2="high:Q",
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["gain", "cost", "sum"], range=[BLUE, RUST, INK]),
            legend=None,
        ),
    )
    told = base.mark_text(align="left", dx=5).encode(x="high:Q", text="told:N")
    zero = alt.Chart(inline([{}])).mark_rule(color=EDGE).encode(x=alt.datum(0, type="quantitative"))
    figure: Figure = alt.layer(bars, zero, told).properties(
        width=WIDTH - 60, height=len(values) * 20
    )
    return figure


def _bar(line: str, begin_musd: int, end_musd: int) -> dict[str, object]:
    low, high = sorted((begin_musd, end_musd))
    gained = end_musd - begin_musd
    kind = "sum" if line == SUM else "gain" if gained > 0 else "cost"
    told = bn(gained, signed=True)
    return {"line": line, "low": low / BN, "high": high / BN, "told": told, "kind": kind}
