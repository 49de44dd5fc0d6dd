"""What the sections of a tournament's report share: what stands under a table, numbers, titles."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from server.analysis.report.page import Figures, el
from server.game.rules import ENGINE_VERSION
from server.tournament.statistics import DRAWS, Estimate
from server.tournament.tables import Results, RoleResults

if TYPE_CHECKING:
    from server.analysis.drawing import Figure


def design_of(results: Results) -> str:
    """Design, n and seeds in a sentence."""
    said = results.plan.document
    noise = f", noise {said.noise:g}" if said.noise else ""
    return (
        f"Design {said.design}: {said.blocks} {plural(said.blocks, 'block')} × {said.repetitions} "
        f"{plural(said.repetitions, 'repetition')}, {len(results.plan.scenarios)} "
        f"{plural(len(results.plan.scenarios), 'scenario')}, {results.matches:,} matches{noise}; "
        f"root seed {said.seed}."
    )


def plural(number: int, word: str) -> str:
    """The word, for one or for more."""
    return word if number == 1 else f"{word}s"


def stated(results: Results, how: str) -> Element:
    """What stands under a table: how its intervals were made, design, n, seeds, versions."""
    return el(
        "p",
        f"{how} {design_of(results)} Backstop {version('backstop-game')}, rules {ENGINE_VERSION}, "
        f"tournament {results.plan.key}.",
        class_="soft stated",
    )


def by_bootstrap(results: Results, draws: int = DRAWS) -> str:
    """How intervals of means are made, and of what."""
    return f"Intervals: 95 %, percentile bootstrap over {unit(results)}, {draws:,} draws."


def spanned(found: Estimate | None, places: int) -> str:
    """A mean, and below it its interval."""
    if found is None:
        return "–"
    mean, low, high = (rounded(one, places) for one in (found.mean, found.low, found.high))
    return f"{mean}\n{low} to {high}"


def unit(results: Results) -> str:
    """What is counted as independent."""
    return "blocks" if results.plan.document.blocks > 1 else "repetitions"


def rounded(value: float | None, places: int) -> str:
    """A number as it is printed."""
    # Adding 0 makes of −0 what it is.
    return "–" if value is None else f"{round(value, places) + 0:.{places}f}".replace("-", "−")


def drawn(figures: Figures, maker: Callable[[], Figure | None], caption: str) -> Element | None:
    """A figure, where the packages for it are installed."""
    return None if figures.missing else figures.drawn(maker(), caption)


def title(one: RoleResults, words: str) -> Element:
    """A section's heading with its role."""
    return el("h2", f"{words}: {one.role if one.role != 'imf' else 'IMF'}")
