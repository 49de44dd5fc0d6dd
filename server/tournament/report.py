"""The report of a tournament: one HTML file, in the manner of `server.analysis.report`.

Owns its sections and words. Under every table stand the design, n, seeds, versions, and how
intervals were made, so that none can be quoted without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from server.analysis.report.page import Figures, document, el, table
from server.tournament import design
from server.tournament.fingerprints import PROBES, ROUNDS
from server.tournament.rankings import MEANINGS, Placed, draws_for
from server.tournament.report_evolution import evolved
from server.tournament.report_parts import (
    by_bootstrap,
    design_of,
    drawn,
    plural,
    rounded,
    spanned,
    stated,
    title,
    unit,
)
from server.tournament.standings import MEANS
from server.tournament.statistics import Estimate, blocks_wanted
from server.tournament.tables import Results, RoleResults

if TYPE_CHECKING:
    from server.analysis.drawing import Figure


@dataclass(frozen=True, slots=True)
class Told:
    """A table of what a plan was made for."""

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    how: str
    """How its intervals were made, and what else it rests on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a plan was made for, beyond what every tournament has: a figure, and tables."""

    make: Callable[[], Figure | None]
    caption: str
    tables: Sequence[Told] = ()


def report(results: Results, figures: Figures, shown: Shown | None = None) -> str:
    """The whole file."""
    name = results.plan.document.name
    first = _shown(results, figures, shown) if shown else None
    parts = [_head(results), first, *_parts(results, figures), _foot(results, figures)]
    return document(f"Tournament {name}", parts)


def _shown(results: Results, figures: Figures, shown: Shown) -> Element:
    section = el("section", drawn(figures, shown.make, shown.caption))
    for one in shown.tables:
        section.append(table(one.caption, one.head, one.rows))
        section.append(stated(results, one.how))
    return section


def _parts(results: Results, figures: Figures) -> Iterator[Element | None]:
    yield _scenarios(results)
    for one in results.roles:
        if one.board:
            yield _leaderboard(results, one, figures)
        if len(one.board) > 1:
            yield _rankings(results, one)
            yield _measures(results, one)
            yield _company(results, one, figures)
            yield evolved(results, one, figures)
    if results.fingerprints:
        yield _fingerprints(results, figures)


def _head(results: Results) -> Element:
    plan = results.plan
    return el(
        "header",
        el("h1", f"Tournament {plan.document.name}"),
        el("p", design_of(results), class_="soft"),
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


def _scenarios(results: Results) -> Element:
    rows = []
    for name, one in results.standings.scenarios.items():
        row = [name, str(one.matches)]
        for measure in ("provision", "stability", "efficiency"):
            values = list(one.measures.means(measure).values())
            row.append(spanned(Estimate.of(values) if values else None, 2))
        rows.append(row)
    return el(
        "section",
        el("h2", "Scenarios"),
        table(
            "Means, with 95 % intervals.",
            ("Scenario", "Matches", "Drawn of needed", "Stability", "Gained of possible"),
            rows,
        ),
        stated(results, by_bootstrap(results)),
    )


def _leaderboard(results: Results, one: RoleResults, figures: Figures) -> Element:
    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.leaderboard(one.board)

    rows = [
        (
            row.bot,
            f"{row.rank}=" if row.tied else str(row.rank),
            rounded(row.mean, 1),
            f"{rounded(row.low, 1)} to {rounded(row.high, 1)}",
            str(row.blocks),
        )
        for row in one.board
    ]
    wanted = blocks_wanted(one.pairs)
    return el(
        "section",
        title(one, "Leaderboard"),
        drawn(figures, maker, "Mean percent of the own stake saved, with its interval."),
        table(
            "Percent of the own stake saved. Equal ranks are ties: their order may be by chance.",
            ("Bot", "Rank", "Mean", "95 % interval", unit(results).capitalize()),
            rows,
        ),
        stated(
            results,
            f"{by_bootstrap(results)} Ranks: two-sided sign-flip tests of paired differences on "
            f"common seeds, corrected by Holm for {len(one.pairs)} "
            f"{plural(len(one.pairs), 'pair')} (all in the table pairs).",
        ),
        el(
            "p",
            f"Between {len(one.board)} bots no difference can be told from chance with fewer than "
            f"{wanted} {unit(results)}.",
        )
        if wanted
        else None,
    )


def _rankings(results: Results, one: RoleResults) -> Element:
    by_bot: dict[str, dict[str, Placed]] = {}
    for place in one.placed:
        by_bot.setdefault(place.bot, {})[place.ranking] = place
    names = [name for name in MEANINGS if any(name in found for found in by_bot.values())]
    bots = [row.bot for row in one.board]
    rows = [(bot, *(_place(by_bot.get(bot, {}).get(name)) for name in names)) for bot in bots]
    return el(
        "section",
        title(one, "Several rankings"),
        table(
            "Rank, score in brackets, and the score's 95 % interval; the larger the better.",
            ("Bot", *(name.capitalize() for name in names)),
            rows,
        ),
        stated(
            results,
            f"{by_bootstrap(results, draws_for(len(bots)))} Ranks: by the same draws for all "
            "bots, corrected by Holm; evolution: by score alone, without interval.",
        ),
        el("ul", *(el("li", f"{name}: {MEANINGS[name]}") for name in names), class_="soft"),
        el("p", "When each of them misleads: docs/tournaments.md.", class_="soft"),
    )


def _place(place: Placed | None) -> str:
    if place is None:
        return "–"
    places = 1 if abs(place.score) >= 10 or place.ranking in ("mean", "median", "maximin") else 2
    told = f"{place.rank}{'=' if place.tied else ''} ({rounded(place.score, places)})"
    if place.low is None or place.high is None:
        return told
    return f"{told}\n{rounded(place.low, places)} to {rounded(place.high, places)}"


def _measures(results: Results, one: RoleResults) -> Element:
    # Provided is in the tables: here it says what stability says.
    names = [name for name in MEANS if name != "provided"]
    known = [name for name in names if any(name in found for found in one.measures.values())]
    rows = [
        (
            row.bot,
            *(spanned(one.measures[row.bot].get(name), 2) for name in known),
            str((counts := one.standings.counts[row.bot])["seats"]),
            str(counts["failures"]),
        )
        for row in one.board
    ]
    return el(
        "section",
        title(one, "Measures"),
        table(
            "Means over the seats that count, with 95 % intervals; what each means: "
            "docs/tournaments.md.",
            ("Bot", *(name.capitalize() for name in known), "Seats", "Failures"),
            rows,
        ),
        stated(results, by_bootstrap(results)),
    )


def _company(results: Results, one: RoleResults, figures: Figures) -> Element | None:
    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.company(one)

    bots = [row.bot for row in one.board]
    if not any(one.company.values()):
        return None
    rows = [(bot, *(spanned(one.company[bot].get(other), 1) for other in bots)) for bot in bots]
    return el(
        "section",
        title(one, "Beside whom"),
        drawn(figures, maker, "Mean percent saved (row) in groups with a companion (column)."),
        table(
            "Mean percent of the own stake saved, beside each companion, with 95 % intervals.",
            ("Bot", *bots),
            rows,
        ),
        stated(
            results,
            f"{by_bootstrap(results)} Of how many blocks each is: in the table company; whole "
            "groups: in the table groups.",
        ),
    )


def _fingerprints(results: Results, figures: Figures) -> Element:
    def maker() -> Figure | None:
        from server.tournament import figures as made

        return made.fingerprints(results.fingerprints)

    rows = [
        (one.bot, *(rounded(value, 2) for value in one.schedule), rounded(one.slope, 2), one.kind)
        for one in results.fingerprints
    ]
    return el(
        "section",
        el("h2", "Fingerprints"),
        drawn(
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
            f"Probed in {results.fingerprints[0].scenario}, pledge phase alone. Without intervals: "
            "one match a probe and seat, in which a bot that draws by chance has drawn once.",
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
