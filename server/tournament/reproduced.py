"""What a reproduction found, as the tables of its report: numbers, labels, and what they rest on.

Owns the words; what is compared is in `reproduction`, how a table looks in `report`.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.tournament import reproduction
from server.tournament.report import Told
from server.tournament.reproduction import Cell, Span, Treatment
from server.tournament.statistics import DRAWS

PAPER = (
    "paper: mean of Isaac and Walker (1988) as recalled, not checked. The believer's numbers are "
    "set by hand, and that it gives more for a higher MPCR is put in; logit:5 gives more because "
    "noise costs less there. Neither is fitted to data."
)
HYPOTHESES = {
    "hypothesis-1": "private returns: governments pay more, the larger these are",
    "hypothesis-2": "links between creditors: governments pay more, the stronger these are",
}
LAST_ROUNDS = "US$ bn a round, mean of rounds 11 to 20"
_BY_SEED = f"Intervals: 95 %, percentile bootstrap over seeds, {DRAWS:,} draws."


def of_cells(found: Sequence[Cell]) -> list[Told]:
    """Isaac and Walker: what was given in each cell, and what of the published was seen."""
    given = [
        (
            f"{one.bot}, {one.players} players, MPCR {one.mpcr:.2f}",
            _percent(one.course.by_round[0]),
            _percent(Span.of(one.course.means)),
            _percent(one.course.by_round[-1]),
            str(len(one.course.rates)),
            reproduction.RECALLED.get((one.players, one.mpcr), "–"),
        )
        for one in found
    ]
    seen = [
        (line.bot, line.published, line.status, line.seen, _verdict(line.matches))
        for line in reproduction.regularities(found)
    ]
    return [
        Told(
            "Part of the endowment given, mean of groups, with 95 % intervals.",
            ("Cell", "First round", "All ten", "Last round", "Groups", "Paper, recalled"),
            given,
            f"{_BY_SEED} {PAPER[0].upper()}{PAPER[1:]}",
        ),
        Told(
            "What was published, and whether these bots show it.",
            ("Bot", "Published", "How surely known", "Seen", "Verdict"),
            seen,
            f"{_BY_SEED} Signs are compared, not levels: a sign is seen where its interval "
            "excludes 0.",
        ),
    ]


def of_treatments(name: str, found: Sequence[Treatment], varied: str) -> list[Told]:
    """A hypothesis: money by what is varied, beside the equilibrium; and whether it holds."""
    bots = list(dict.fromkeys(one.bot for one in found))
    nash = {one.value: f"{one.equilibrium:.1f}" for one in found}
    amounts = [
        (bot, *(_money(Span.of(one.effective)) for one in found if one.bot == bot)) for bot in bots
    ]
    slopes = [
        (
            bot,
            _money(slope := reproduction.slope(found, bot)),
            "yes" if (rises := reproduction.rises(found, bot)) else "no",
            "holds" if slope.low > 0 and rises else "does NOT hold",
        )
        for bot in bots
    ]
    title = HYPOTHESES[name]
    return [
        Told(
            f"{title[0].upper()}{title[1:]}: {LAST_ROUNDS}, with 95 % intervals.",
            (f"{varied}, times", *(f"{value:g}" for value in nash)),
            [("equilibrium", *nash.values()), *amounts],
            f"{_BY_SEED} The equilibrium is where best replies lead from no pledges; it has no "
            "chance in it.",
        ),
        Told(
            "How much more for one more of the multiplier, and whether the hypothesis holds for "
            "these bots.",
            ("Bot", "Slope", "Rises with every step", "The hypothesis"),
            slopes,
            f"{_BY_SEED} Slopes by least squares, seed by seed. It holds where the interval is "
            "above 0 and means rise with every step.",
        ),
    ]


def _verdict(matches: bool) -> str:
    return "matches" if matches else "DIFFERS"


def _percent(span: Span) -> str:
    return f"{100 * span.mean:.0f} %\n{100 * span.low:.0f} to {100 * span.high:.0f} %"


def _money(span: Span) -> str:
    return f"{span.mean:.1f}\n{span.low:.1f} to {span.high:.1f}"
