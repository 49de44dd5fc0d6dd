"""`backstop tournament`: many matches by a plan, stored, ranked, and written as tables."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client_cli.main.common import database_option, fail, opened

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from server.analysis.drawing import Figure
    from server.tournament.plan import Plan
    from server.tournament.report import Shown
    from server.tournament.run import Progress
    from server.tournament.tables import Results

GRACE_SECONDS = 30
"""On top of what the limits allow, before a worker is killed."""


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--workers",
    default=os.cpu_count() or 1,
    show_default="one a core",
    type=click.IntRange(0, 1024),
    help="Worker processes; 0 plays in this one.",
)
@click.option("--cluster", "address", metavar="ADDRESS", help="A Dask scheduler to play on.")
@click.option("--retry-failed", is_flag=True, help="Play matches again in which a bot failed.")
@click.option(
    "--results",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the tables; else results/NAME.",
)
@click.option("--parquet", is_flag=True, help="Write Parquet beside CSV (extra `report`).")
@click.option(
    "--fingerprints", is_flag=True, help="Probe how each government's pledge answers the others'."
)
@click.option("--figures", is_flag=True, help="Write each figure as PNG and SVG beside the tables.")
@click.option("--json", "as_json", is_flag=True, help="The leaderboard, one object a line.")
@database_option
def tournament_command(
    plan: Path,
    workers: int,
    address: str | None,
    retry_failed: bool,
    folder: Path | None,
    parquet: bool,
    fingerprints: bool,
    figures: bool,
    as_json: bool,
    database: str,
) -> None:
    """Play what is missing of a plan, and write its results: tables, and report.html.

    PLAN is a file, or one that comes with the program: korea, korea-groups, isaac-walker,
    hypothesis-1, hypothesis-2. What is stored is not played again: stop with Ctrl-C and run the
    same command to go on.

    \b
    Examples:
      backstop tournament korea --fingerprints
      backstop tournament plan.toml --workers 8 --parquet --figures
      backstop tournament plan.toml --cluster tcp://10.0.0.5:8786
    """
    from server.tournament.plan import PlanError, read_plan

    try:
        found = read_plan(plan)
    except PlanError as error:
        fail(str(error))
    folder = folder or Path("results") / found.document.name
    results = played(
        found,
        folder,
        database,
        workers=workers,
        address=address,
        retry_failed=retry_failed,
        formats=("csv", "parquet") if parquet else ("csv",),
        probed=fingerprints,
    )
    write_report(results, folder)
    if figures:
        write_figures(lambda: _figures(results), folder)
    _print(results, as_json)
    click.echo(f"report.html and tables in {folder}, matches in {database}", err=True)


def played(
    plan: Plan,
    folder: Path,
    database: str,
    *,
    workers: int,
    address: str | None = None,
    retry_failed: bool = False,
    formats: Sequence[str] = ("csv",),
    probed: bool = False,
) -> Results:
    """Play what is missing, with a bar, and write the tables into a folder."""
    import asyncio

    from server.analysis.formats import MissingExtra
    from server.app import utc_now
    from server.tournament import tables
    from server.tournament.fingerprints import fingerprints
    from server.tournament.run import run as run_tournament

    async def work(executor: Executor) -> tuple[Progress, Results]:
        async with opened(database, made=True) as store:
            with _shown(plan) as told:
                progress = await run_tournament(
                    plan,
                    store,
                    executor,
                    at_once=2 * max(1, workers),
                    now_utc=utc_now,
                    told=told,
                    retry_failed=retry_failed,
                )
            prints = list(fingerprints(plan)) if probed else []
            return progress, await tables.write(
                plan, store, folder, formats=formats, fingerprints=prints
            )

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _executor(plan, workers, address) as executor:
            progress, results = asyncio.run(work(executor))
    except KeyboardInterrupt:
        click.echo("stopped; what was played is stored: the same command goes on", err=True)
        raise SystemExit(130) from None
    except MissingExtra as error:
        fail(str(error))
    if progress.failures:
        click.echo(f"{progress.failures} failures of bots: column failures of seats.csv", err=True)
    for number, reason in progress.lost.items():
        click.echo(f"match {number} could not be played: {reason}", err=True)
    return results


@contextmanager
def _executor(plan: Plan, workers: int, address: str | None) -> Iterator[Executor]:
    from server.tournament.executors import Inline, KillablePool, cluster

    if address:
        try:
            with cluster(address) as executor:
                yield executor
        except ImportError:
            fail("--cluster needs the extra `cluster`: pip install 'backstop-game[cluster]'")
        except OSError as error:
            fail(f"no cluster at {address}: {error}")
        return
    if not workers:
        yield Inline()
        return
    most = max(len(scenario.seats) for scenario in plan.scenarios)
    seconds = most * plan.limits.match_seconds + GRACE_SECONDS
    pool = KillablePool(workers, seconds, plan.limits.memory_mb)
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def _shown(plan: Plan) -> Iterator[Callable[[Progress], None]]:
    """A bar with rate and time left on a terminal; in a pipe a line now and then."""
    from server.tournament import design

    if sys.stderr.isatty():
        with _bar(plan.document.name, design.count(plan)) as told:
            yield told
        return
    last = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last > 10 or progress.stored == progress.matches:
            last = time.monotonic()
            click.echo(f"{progress.stored} of {progress.matches} matches", err=True)

    yield tell


@contextmanager
def _bar(name: str, matches: int) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    began = time.monotonic()
    columns = (
        TextColumn(name),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=matches, rate="")

        def tell(progress: Progress) -> None:
            rate = progress.played / max(1e-9, time.monotonic() - began)
            bar.update(task, completed=progress.stored, rate=f"{rate:,.0f} matches/s")

        yield tell


def write_report(results: Results, folder: Path, shown: Shown | None = None) -> None:
    """The report of a tournament, as report.html in a folder."""
    from server.analysis.report.page import Figures
    from server.tournament.report import report

    (folder / "report.html").write_text(report(results, Figures(), shown), "utf-8")


def _figures(results: Results) -> Mapping[str, Figure]:
    from server.tournament.figures import figures_of

    return figures_of(results)


def write_figures(drawn: Callable[[], Mapping[str, Figure]], folder: Path) -> None:
    """Every figure as PNG and SVG into a folder, and say which."""
    try:
        from server.analysis import drawing
    except ImportError:
        fail("figures need the extra `report`: pip install 'backstop-game[report]'")
    for name, figure in drawn().items():
        for path in drawing.save(figure, folder, name):
            click.echo(str(path), err=True)


def _print(results: Results, as_json: bool) -> None:
    from server.tournament.statistics import FEWEST

    if as_json:
        for one in results.roles:
            for row in one.board:
                click.echo(json.dumps({"role": one.role, **asdict(row)}))
        return
    for one in results.roles:
        click.echo(f"\n{one.role}: percent of the own stake saved, 95 % interval")
        for row in one.board:
            rank = f"{row.rank}=" if row.tied else f"{row.rank}"
            span = f"{row.low:8.1f} to {row.high:6.1f}"
            click.echo(f"{rank:>4}  {row.bot:<20}{row.mean:8.1f} {span}   {row.blocks} blocks")
        if min(row.blocks for row in one.board) < FEWEST:
            click.echo(f"      fewer than {FEWEST} blocks: no difference can be told from chance")
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
