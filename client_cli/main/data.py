"""`backstop export data`: stored sessions as tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from client_cli.main.chosen import chosen
from client_cli.main.common import database_option, fail, listing_options, opened, run

if TYPE_CHECKING:
    from server.analysis.dataset import Dataset
    from server.store import SessionRow, Store, Wanted


@dataclass(slots=True)
class _Left:
    """What was left out, and why."""

    empty: int = 0
    unreadable: list[str] = field(default_factory=list)


@click.command("data")
@click.argument("sessions", nargs=-1, metavar="[SESSION]...")
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False), help="A new or empty folder."
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    default="csv",
    show_default=True,
)
@listing_options
@click.option("--names", is_flag=True, help="With the names of people, which are left out else.")
@click.option(
    "--bom", is_flag=True, help="CSV begins with a byte order mark, for old spreadsheets."
)
@click.option("--check", is_flag=True, help="Read it back and recompute every payoff.")
@database_option
def export_data(
    sessions: tuple[str, ...],
    output: str,
    file_format: str,
    names: bool,
    bom: bool,
    check: bool,
    database: str,
    **wanted: Unpack[Wanted],
) -> None:
    """Stored sessions as tables: docs/data.md has every column.

    One file a table (events, sessions, seats, rounds, seat_rounds, decisions, packages, votes,
    messages, promises, ledger, timings, scenarios, scenario_seats, links, participants,
    control_answers, questionnaire, wide), a dictionary and a manifest. SESSION is an id, its
    beginning, or `last`; without any, all sessions.

    \b
    Examples:
      backstop export data -o data
      backstop export data last -o data --format parquet --check
      backstop export data --room KITE7 -o class --names --bom
    """
    if bom and file_format != "csv":
        raise click.UsageError(f"--bom goes with --format csv, not with {file_format}")
    if sessions and any(value is not None for value in wanted.values()):
        raise click.UsageError("name sessions, or choose by --room and the like; not both")
    from server.analysis.dataset import Dataset
    from server.analysis.formats import MissingExtra

    folder, left = Path(output), _Left()
    try:
        with Dataset(folder, file_format, bom=bom) as dataset:
            run(_write(dataset, sessions, wanted, left, database, named=names))
    except (FileExistsError, MissingExtra) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    _tell(dataset, left)
    if check:
        _check(folder, dataset.sessions)
    if left.unreadable:
        raise SystemExit(1)


async def _write(
    dataset: Dataset,
    sessions: tuple[str, ...],
    wanted: Wanted,
    left: _Left,
    database: str,
    *,
    named: bool,
) -> None:
    async with opened(database) as store:
        count, pages = await chosen(store, sessions, wanted)
        with _progress(count, "writing") as step:
            async for page in pages:
                for row in page:
                    await _add(dataset, store, row, left, named=named)
                    step()
    if not dataset.sessions and not left.unreadable:
        fail("there is no such session with events; `backstop sessions` lists what there is")


async def _add(
    dataset: Dataset, store: Store, row: SessionRow, left: _Left, *, named: bool
) -> None:
    from server.store.played import played

    if not row.head_version:
        left.empty += 1
        return
    try:
        dataset.add(await played(store, row, named=named))
    except ValueError as error:
        left.unreadable.append(f"{row.id}: {error}")


def _tell(dataset: Dataset, left: _Left) -> None:
    rows = sum(dataset.rows.values())
    click.echo(f"{dataset.sessions} sessions, {rows:,} rows in {dataset.folder}")
    if left.empty:
        click.echo(f"{left.empty} that have not begun were left out", err=True)
    for reason in left.unreadable:
        click.echo(f"left out, it cannot be read: {reason}", err=True)


def _check(folder: Path, sessions: int) -> None:
    """Recompute every payoff from the files' decisions."""
    from server.analysis import dataset

    rows, wrong = 0, list[str]()
    with _progress(sessions, "checking") as step:
        for session, lines, differing in dataset.check(folder):
            rows += lines
            wrong += [f"{session}: {one}" for one in differing]
            step()
    if wrong:
        fail("the decisions do not give the ledger:\n" + "\n".join(wrong[:20]))
    click.echo(f"checked: {rows:,} ledger lines recomputed from the decisions, all equal")


@contextmanager
def _progress(length: int, label: str) -> Iterator[Callable[[], None]]:
    """A progress bar on a terminal, and what moves it on by one."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield lambda: bar.update(1)
