"""The report of a tournament: one HTML file, in the manner of `server.analysis.report`.

Owns its sections and words. Under every table stand the design, n, seeds, versions, and how
intervals were made, so that none can be quoted without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from server.analysis.report.page import Figures, document, el, table
from server.game.rules import ENGINE_VERSION
from server.tournament import design, evolution
from server.tournament.fingerprints import PROBES, ROUNDS
from server.tournament.rankings import DRAWS, MEANINGS, Placed
from server.tournament.statistics import DRAWS as MEAN_DRAWS
from server.tournament.statistics import FEWEST, interval
from server.tournament.tables import Results, RoleResults

if TYPE_CHECKING:
    from server.analysis.drawing import Figure

MOST_INVADERS = 12
"""Bots above which the table of invasions is left to the reader's own program."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of what a plan was made for, beyond those that every tournament has."""

    make: Callable[[], Figure | None]
    caption: str


def report(results: Results, figures: Figures, shown: Shown | None = None) -> str:
    """The whole file."""
    name = results.plan.document.name
    drawn = _drawn(figures, shown.make, shown.caption) if shown else None
    first = None if drawn is None else el("section", drawn)
    parts = [_head(results), first, *_parts(results, figures), _foot(results, figures)]
    return document(f"Tournament {name}", parts)


def _parts(results: Results, figures: Figures) -> Iterator[Element | None]:
    yield _scenarios(results)
    for one in results.roles:
        if one.board:
            yield _leaderboard(results, one, figures)
        if len(one.board) > 1:
            yield _rankings(results, one)
            yield _measures(results, one)
            yield _company(results, one, figures)
            yield _evolution(results, one, figures)
    if results.fingerprints:
        yield _fingerprints(results, figures)


def _head(results: Results) -> Element:
    plan = results.plan
    return el(
        "header",
        el("h1", f"Tournament {plan.document.name}"),
        el("p", _design(results), class_="soft"),
        *(el("p", _result(one), class_="result") for one in results.roles if len(one.board) > 1),
        el(
            "p",
            f"Of {design.count(plan)} matches {results.matches} are stored: what follows is not "
            "the whole tournament.",
        )
        if results.matches < design.count(plan)
        else None,
    )


def _result(one: RoleResults) -> str:
    best = [row.bot for row in one.board if row.rank == 1]
    role = one.role if one.role != "imf" else "IMF"
    if len(best) == 1:
        return f"As {role}, {best[0]} saved most of its own stake."
    if len(best) == len(one.board):
        return f"As {role}, no bot is better than another beyond chance."
    return (
        f"As {role}, {', '.join(best[:-1])} and {best[-1]} are first, told apart by chance alone."
    )


def _design(results: Results) -> str:
    """Design, n and seeds in a sentence."""
    said = results.plan.document
    noise = f", noise {said.noise:g}" if said.noise else ""
    return (
        f"Design {said.design}: {said.blocks} {_s(said.blocks, 'block')} × {said.repetitions} "
        f"{_s(said.repetitions, 'repetition')}, {len(results.plan.scenarios)} "
        f"{_s(len(results.plan.scenarios), 'scenario')}, {results.matches:,} matches{noise}; "
        f"root seed {said.seed}."
    )


def _s(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"


def stated(results: Results, how: str) -> Element:
    """What stands under a table: how its intervals were made, design, n, seeds, versions."""
    return el(
        "p",
        f"{how} {_design(results)} Backstop {version('backstop-game')}, rules {ENGINE_VERSION}, "
        f"tournament {results.plan.key}.",
        class_="soft stated",
    )


_BY_MEAN = (
    f"Intervals: 95 %, percentile bootstrap over blocks and repetitions, {MEAN_DRAWS:,} draws."
)
_NO_INTERVAL = "Without intervals."


def _scenarios(results: Results) -> Element:
    rows = []
    for name, one in results.standings.scenarios.items():
        row = [name, str(one.matches)]
        for measure in ("provision", "stability", "efficiency"):
            values = list(one.measures.means(measure).values())
            row.append(_spanned(values) if values else "–")
        rows.append(row)
    return el(
        "section",
        el("h2", "Scenarios"),
        table(
            "Means over blocks and repetitions, with 95 % intervals.",
            ("Scenario", "Matches", "Drawn of needed", "Stability", "Gained of possible"),
            rows,
        ),
        stated(results, _BY_MEAN),
    )


def _spanned(values: Sequence[float]) -> str:
    low, high = interval(values)
    mean = sum(values) / len(values)
    return f"{_2(mean)} ({_2(low)} to {_2(high)})"


def _2(value: float | None) -> str:
    return _rounded(value, 2)


def _1(value: float | None) -> str:
    return _rounded(value, 1)


def _rounded(value: float | None, places: int) -> str:
    # Adding 0 makes of −0 what it is.
    return "–" if value is None else f"{round(value, places) + 0:.{places}f}".replace("-", "−")


def _drawn(figures: Figures, maker: Callable[[], Figure | None], caption: str) -> Element | None:
    return None if figures.missing else figures.drawn(maker(), caption)


def _title(one: RoleResults, words: str) -> Element:
    return el("h2", f"{words}: {one.role if one.role != 'imf' else 'IMF'}")


def _leaderboard(results: Results, one: RoleResults, figures: Figures) -> Element:
    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.leaderboard(one.board)

    rows = [
        (
            row.bot,
            f"{row.rank}=" if row.tied else str(row.rank),
            _1(row.mean),
            f"{_1(row.low)} to {_1(row.high)}",
            str(row.blocks),
        )
        for row in one.board
    ]
    few = min(row.blocks for row in one.board) < FEWEST
    return el(
        "section",
        _title(one, "Leaderboard"),
        _drawn(figures, maker, "Mean percent of the own stake saved, with its interval."),
        table(
            "Percent of the own stake saved. Equal ranks are ties: their order may be by chance.",
            ("Bot", "Rank", "Mean", "95 % interval", "Blocks"),
            rows,
        ),
        stated(
            results,
            f"{_BY_MEAN} Ranks: two-sided sign-flip tests of paired differences on common seeds, "
            f"corrected by Holm for {len(one.pairs)} {_s(len(one.pairs), 'pair')} "
            "(all in the table pairs).",
        ),
        el("p", f"With fewer than {FEWEST} blocks no difference can be told from chance.")
        if few
        else None,
    )


def _rankings(results: Results, one: RoleResults) -> Element:
    by_bot: dict[str, dict[str, Placed]] = {}
    for place in one.placed:
        by_bot.setdefault(place.bot, {})[place.ranking] = place
    names = [name for name in MEANINGS if any(name in found for found in by_bot.values())]
    bots = [row.bot for row in one.board]
    rows = [(bot, *(_place(by_bot[bot].get(name)) for name in names)) for bot in bots]
    return el(
        "section",
        _title(one, "Several rankings"),
        table(
            "Rank, and score in brackets; the larger the better.",
            ("Bot", *(name.capitalize() for name in names)),
            rows,
        ),
        stated(
            results,
            f"Intervals are in the table rankings. Ranks: bootstrap over blocks, {DRAWS:,} draws, "
            "the same for all bots, corrected by Holm; evolution: by score alone.",
        ),
        el("ul", *(el("li", f"{name}: {MEANINGS[name]}") for name in names), class_="soft"),
        el("p", "When each of them misleads: docs/tournaments.md.", class_="soft"),
    )


def _place(place: Placed | None) -> str:
    if place is None:
        return "–"
    places = 1 if abs(place.score) >= 10 or place.ranking in ("mean", "median", "maximin") else 2
    return f"{place.rank}{'=' if place.tied else ''} ({_rounded(place.score, places)})"


def _measures(results: Results, one: RoleResults) -> Element:
    names = ("contributed", "burden", "kept", "exploited", "regret", "efficiency", "stability")
    known = [
        name
        for name in names
        if any(one.standings.mean(row.bot, name) is not None for row in one.board)
    ]
    rows = [
        (
            row.bot,
            *(_2(one.standings.mean(row.bot, name)) for name in known),
            str(round(one.standings.means[row.bot]["failures"].total)),
        )
        for row in one.board
    ]
    return el(
        "section",
        _title(one, "Measures"),
        table(
            "Means over the seats that count; what each means: docs/tournaments.md.",
            ("Bot", *(name.capitalize() for name in known), "Failures"),
            rows,
        ),
        stated(results, _NO_INTERVAL),
    )


def _company(results: Results, one: RoleResults, figures: Figures) -> Element | None:
    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.company(one.standings)

    bots = [row.bot for row in one.board]
    beside = {bot: one.standings.with_companion(bot) for bot in bots}
    if not any(beside.values()):
        return None
    rows = [
        (bot, *(_1(_mean(beside[bot].get(other, {}).values())) for other in bots)) for bot in bots
    ]
    return el(
        "section",
        _title(one, "Beside whom"),
        _drawn(figures, maker, "Mean percent saved (row) in groups with a companion (column)."),
        table("Mean percent of the own stake saved, beside each companion.", ("Bot", *bots), rows),
        stated(results, f"{_NO_INTERVAL} Whole groups are in the table groups."),
    )


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _evolution(results: Results, one: RoleResults, figures: Figures) -> Element:
    bots = sorted(one.standings.score())
    try:
        payoffs = evolution.Payoffs(one.standings.groups, bots)
    except evolution.Unknown as unknown:
        return el(
            "section",
            _title(one, "Evolution"),
            el("p", f"Cannot be told: {unknown}. The design groups plays them all.", class_="soft"),
        )

    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.ecological(one.standings)

    shares = evolution.ecological(payoffs)
    fixed = evolution.moran(payoffs, results.plan.document.seed)
    size = evolution.population_of(payoffs)
    rows = [(bot, _2(float(shares[-1][place])), _2(fixed[bot])) for place, bot in enumerate(bots)]
    return el(
        "section",
        _title(one, "Evolution"),
        _drawn(figures, maker, "Shares of the population under ecological selection."),
        table(
            f"From equal parts: the share after {evolution.GENERATIONS} generations, and how often "
            f"it takes over a population of {size} (Moran).",
            ("Bot", "Share", "Takes over"),
            rows,
        ),
        stated(
            results,
            f"{evolution.RUNS} Moran runs, so that a share of .5 is uncertain by .07. Groups of "
            f"{payoffs.companions + 1}, all of which were played. Selection "
            f"{evolution.SELECTION:g}. {_NO_INTERVAL}",
        ),
        *_invasions(results, payoffs),
    )


def _invasions(results: Results, payoffs: evolution.Payoffs) -> Iterator[Element]:
    if len(payoffs.bots) > MOST_INVADERS:
        return
    size = evolution.population_of(payoffs)
    found = evolution.invasions(payoffs)
    rows = [
        (
            bot,
            *(
                "" if bot == other else _2(float(value))
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
    yield stated(results, f"{_NO_INTERVAL} Closed form; groups drawn without replacement.")


def _fingerprints(results: Results, figures: Figures) -> Element:
    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.fingerprints(results.fingerprints)

    rows = [
        (one.bot, *(_2(value) for value in one.schedule), _2(one.slope), one.kind)
        for one in results.fingerprints
    ]
    return el(
        "section",
        el("h2", "Fingerprints"),
        _drawn(
            figures,
            maker,
            "Own pledge by what the others pledge, both of all they can: line from the second "
            "round on, square the first; dotted: as the others.",
        ),
        table(
            "Own pledge of the capacity where the others pledge so much of theirs, mean of rounds "
            f"2 to {ROUNDS} and all seats.",
            ("Bot", *(f"{probe:.0%}" for probe in PROBES), "Slope", "Kind"),
            rows,
        ),
        stated(
            results,
            f"Probed in {results.fingerprints[0].scenario}, pledge phase alone, one match a probe "
            f"and seat. {_NO_INTERVAL}",
        ),
    )


def _foot(results: Results, figures: Figures) -> Element:
    plan = results.plan
    by_version: dict[str, list[str]] = {}
    for name in sorted(plan.names):
        by_version.setdefault(plan.version_of(name)[:12], []).append(name)
    versions = "; ".join(f"{one}: {', '.join(names)}" for one, names in by_version.items())
    return el(
        "footer",
        el("p", f"Bots by digest of their code: {versions}.", class_="soft"),
        el(
            "p",
            "All of it is in the tables beside this file; dictionary.csv says what each column "
            "means, environment.json what they were made with.",
            class_="soft",
        ),
        el(
            "p",
            "There are no figures here: they need the packages of the extra “report” "
            "(pip install 'backstop-game[report]').",
            class_="soft",
        )
        if figures.missing
        else None,
    )
