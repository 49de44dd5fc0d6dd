"""`backstop reproduce`: shipped tournaments beside what is published, or what theory expects."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

import click

from client_cli.main.common import database_option, opened, run
from client_cli.main.tournament import played, write_figures, write_report

if TYPE_CHECKING:
    from server.analysis.drawing import Figure
    from server.tournament.measures import Stored
    from server.tournament.plan import Plan
    from server.tournament.reproduction import Cell, Span, Treatment
    from server.tournament.tables import Results

HYPOTHESES = {
    "hypothesis-1": "private returns: governments pay more, the larger these are",
    "hypothesis-2": "links between creditors: governments pay more, the stronger these are",
}
CAPTION = "Means over seeds, with their 95 % bootstrap intervals."


@click.command()
@click.argument("what", type=click.Choice(["isaac-walker", "hypotheses"]))
@click.option(
    "--seeds",
    default=40,
    show_default=True,
    type=click.IntRange(6, 10_000),
    help="Groups in each cell.",
)
@click.option(
    "--workers",
    default=os.cpu_count() or 1,
    show_default="one a core",
    type=click.IntRange(0, 1024),
    help="Worker processes; 0 plays in this one.",
)
@click.option(
    "--results",
    "folder",
    default="results",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for tables, report and figures, each plan in one of its own.",
)
@click.option("--figures", is_flag=True, help="Write each figure as PNG and SVG there.")
@database_option
def reproduce_command(
    what: str, seeds: int, workers: int, folder: Path, figures: bool, database: str
) -> None:
    """Play a shipped design, and print it beside what is known of it.

    isaac-walker is the voluntary contribution mechanism with four and ten players and returns
    of .30 and .75 (Isaac and Walker 1988), with belief-driven and with noisy bots; hypotheses
    are the two on private returns and on links. What is stored is not played again.

    \b
    Examples:
      backstop reproduce isaac-walker
      backstop reproduce hypotheses --figures
    """
    from server.tournament.report import Shown

    names = ["isaac-walker"] if what == "isaac-walker" else list(HYPOTHESES)
    tell = _tell_cells if what == "isaac-walker" else _tell_treatments
    for name in names:
        results, matches = _matches(name, seeds, folder / name, database, workers)
        click.echo(_design(results.plan, len(matches)))
        drawn = tell(name, matches)
        write_report(results, folder / name, Shown(drawn, CAPTION))
        if figures:
            write_figures(partial(_named, name, drawn), folder / name)


def _named(name: str, drawn: Callable[[], Figure]) -> Mapping[str, Figure]:
    return {name: drawn()}


def _matches(
    name: str, seeds: int, folder: Path, database: str, workers: int
) -> tuple[Results, list[Stored]]:
    from server.tournament.plan import made, read_plan
    from server.tournament.tables import stored_matches

    shipped = read_plan(Path(name))
    plan = made(shipped.document.model_copy(update={"repetitions": seeds}), shipped.folder)
    results = played(plan, folder, database, workers=workers)

    async def read() -> list[Stored]:
        async with opened(database) as store:
            return [one async for one in stored_matches(plan, store)]

    return results, run(read())


def _design(plan: Plan, matches: int) -> str:
    from importlib.metadata import version

    from server.game.rules import ENGINE_VERSION

    said = plan.document
    return (
        f"{said.name}: design {said.design}, {said.repetitions} seeds a cell from root seed "
        f"{said.seed}, {matches} matches; Backstop {version('backstop-game')}, rules "
        f"{ENGINE_VERSION}, tournament {plan.key}"
    )


def _tell_cells(name: str, matches: Sequence[Stored]) -> Callable[[], Figure]:
    from server.tournament import reproduction

    found = reproduction.cells(matches)
    click.echo("\npart of the endowment given, mean of groups and its 95 % interval")
    click.echo(
        f"{'bot':<10}{'players':>8}{'MPCR':>6}{'first':>18}{'all ten':>18}{'last':>18}  paper"
    )
    for one in found:
        spans = (
            one.course.by_round[0],
            reproduction.Span.of(one.course.means),
            one.course.by_round[-1],
        )
        paper = reproduction.RECALLED.get((one.players, one.mpcr), "")
        told = "".join(f"{_span(span):>18}" for span in spans)
        click.echo(f"{one.bot:<10}{one.players:>8}{one.mpcr:>6.2f}{told}  {paper}")
    click.echo(
        "paper: mean of Isaac and Walker (1988) as recalled, not checked. The believer's numbers\n"
        "are set by hand, and that it gives more for a higher MPCR is put in; logit:5 gives\n"
        "more because noise costs less there. Neither is fitted to data."
    )
    for bot in dict.fromkeys(one.bot for one in found):
        click.echo(f"\n{bot}")
        for line in reproduction.regularities([one for one in found if one.bot == bot]):
            sign = "matches" if line.matches else "DIFFERS"
            click.echo(f"  {sign}  {line.published} [{line.status}]\n           {line.seen}")
    return lambda: _cells_figure(found)


def _span(span: Span) -> str:
    return f"{100 * span.mean:.0f} ({100 * span.low:.0f} to {100 * span.high:.0f}) %"


def _cells_figure(found: Sequence[Cell]) -> Figure:
    from server.tournament.figures import Point, courses

    figure = courses(
        (
            Point(
                f"{one.bot}, {one.players} players, MPCR {one.mpcr:.2f}",
                number,
                100 * span.mean,
                100 * span.low,
                100 * span.high,
            )
            for one in found
            for number, span in enumerate(one.course.by_round, start=1)
        ),
        "round",
        "percent of the endowment given",
    )
    assert figure is not None, "there are cells"
    return figure


def _tell_treatments(name: str, matches: Sequence[Stored]) -> Callable[[], Figure]:
    from server.tournament import reproduction

    found = reproduction.treatments(matches)
    varied = reproduction.varied_name(matches[0].scenario)
    bots = list(dict.fromkeys(one.bot for one in found))
    nash = {one.value: one.equilibrium for one in found}
    click.echo(
        f"\n{HYPOTHESES[name]}\nUS$ bn a round, mean of rounds 11 to 20 and its 95 % interval"
    )
    click.echo(f"{varied + ' times':<22}" + "".join(f"{value:>22g}" for value in nash))
    click.echo(f"{'equilibrium':<22}" + "".join(f"{amount:>22.1f}" for amount in nash.values()))
    for bot in bots:
        spans = [reproduction.Span.of(one.effective) for one in found if one.bot == bot]
        told = (f"{one.mean:.1f} ({one.low:.1f} to {one.high:.1f})" for one in spans)
        click.echo(f"{bot:<22}" + "".join(f"{text:>22}" for text in told))
    for bot in bots:
        span = reproduction.slope(found, bot)
        holds = span.low > 0 and reproduction.rises(found, bot)
        click.echo(
            f"{bot}: {span.mean:.1f} ({span.low:.1f} to {span.high:.1f}) more for one more of the "
            f"multiplier: the hypothesis {'holds' if holds else 'does NOT hold'} for these bots"
        )
    click.echo("")
    return lambda: _treatments_figure(varied, found)


def _treatments_figure(varied: str, found: Sequence[Treatment]) -> Figure:
    from server.tournament import reproduction
    from server.tournament.figures import Point, courses

    def points() -> list[Point]:
        expected = {one.value: one.equilibrium for one in found}
        lines = [Point("equilibrium", value, e, e, e) for value, e in expected.items()]
        for one in found:
            span = reproduction.Span.of(one.effective)
            lines.append(Point(one.bot, one.value, fmean(one.effective), span.low, span.high))
        return lines

    figure = courses(points(), f"{varied}, times", "US$ bn a round")
    assert figure is not None, "there are treatments"
    return figure
