"""The part of a tournament's report on evolution: what would spread if payoff were offspring."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from server.analysis.report.page import Figures, el, table
from server.tournament import evolution
from server.tournament.report_parts import drawn, rounded, spanned, stated, title
from server.tournament.statistics import LEVEL, Estimate
from server.tournament.tables import Results, RoleResults

if TYPE_CHECKING:
    from server.analysis.drawing import Figure

MOST_INVADERS = 12
"""Bots above which the table of invasions is left to the reader's own program."""


def evolved(results: Results, one: RoleResults, figures: Figures) -> Element:
    """The section of a role; says what is missing where not every group was played."""
    bots = sorted(one.standings.score())
    try:
        payoffs = evolution.Payoffs(one.standings.groups, bots)
    except evolution.Unknown as unknown:
        return el(
            "section",
            title(one, "Evolution"),
            el("p", f"Cannot be told: {unknown}. The design groups plays them all.", class_="soft"),
        )

    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.ecological(one.standings)

    shares = evolution.ecological(payoffs)
    fixed = evolution.moran(payoffs, results.plan.document.seed)
    size = evolution.population_of(payoffs)
    rows = [
        (bot, rounded(float(shares[-1][place]), 2), spanned(_share(fixed[bot]), 2))
        for place, bot in enumerate(bots)
    ]
    return el(
        "section",
        title(one, "Evolution"),
        drawn(figures, maker, "Shares of the population under ecological selection."),
        table(
            f"From equal parts: the share after {evolution.GENERATIONS} generations, and how often "
            f"it takes over a population of {size} (Moran).",
            ("Bot", "Share", "Takes over"),
            rows,
        ),
        stated(
            results,
            f"Intervals: 95 % by Wilson, of {evolution.RUNS} Moran runs and of nothing else: both "
            "columns take the mean payoffs of the groups as they are, which have their own chance. "
            f"Groups of {payoffs.companions + 1}, all of which were played. Selection "
            f"{evolution.SELECTION:g}.",
        ),
        *_invasions(results, payoffs),
    )


def _share(part: float) -> Estimate:
    """A share of the Moran runs, and its interval by Wilson (1927)."""
    runs, z = evolution.RUNS, NormalDist().inv_cdf(1 - LEVEL / 2)
    centre = (part + z * z / (2 * runs)) / (1 + z * z / runs)
    half = z / (1 + z * z / runs) * sqrt(part * (1 - part) / runs + (z / (2 * runs)) ** 2)
    return Estimate(part, centre - half, centre + half, runs)


def _invasions(results: Results, payoffs: evolution.Payoffs) -> Iterator[Element]:
    if len(payoffs.bots) > MOST_INVADERS:
        return
    size = evolution.population_of(payoffs)
    found = evolution.invasions(payoffs)
    rows = [
        (
            bot,
            *(
                "" if bot == other else rounded(float(value), 2)
                for other, value in zip(payoffs.bots, row, strict=True)
            ),
        )
        for bot, row in zip(payoffs.bots, found, strict=True)
    ]
    yield table(
        f"The chance that one (row) takes over a population of others (column), times {size}: "
        "above 1 it is favoured over a neutral newcomer.",
        ("Invader", *payoffs.bots),
        rows,
    )
    yield stated(
        results,
        "Without intervals: a closed form of the mean payoffs of the groups, drawn without "
        "replacement.",
    )
