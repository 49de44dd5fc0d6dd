"""`backstop export log` and `schema`: stored sessions as files, and the forms of files."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Unpack

import click

from client_cli.main.chosen import chosen
from client_cli.main.common import (
    counted,
    database_option,
    fail,
    listing_options,
    opened,
    run,
)
from client_cli.main.data import export_data
from client_cli.main.gambit import export_gambit

if TYPE_CHECKING:
    from server.store import SessionRow, Store, StoredEvent, Wanted


@click.group()
def export_command() -> None:
    """Write stored sessions, and games as theory has them, to files.

    \b
    Examples:
      backstop export log last -o korea.jsonl
      backstop export log --all --scenario korea-1997 -o korea.jsonl
      backstop export data --output data
      backstop export gambit east-asia --step-musd 5000 -o east-asia.nfg
    """


export_command.add_command(export_data)
export_command.add_command(export_gambit)


@export_command.command("log")
@click.argument("sessions", nargs=-1, metavar="[SESSION]...")
@click.option("--all", "everything", is_flag=True, help="All sessions, or all that are wanted:")
@listing_options
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Else standard output.")
@click.option("--names", is_flag=True, help="Write the names of people beside the logs.")
@click.option("--redact-talk", is_flag=True, help="Take out what was written: a new hash chain.")
@database_option
def export_log(
    sessions: tuple[str, ...],
    everything: bool,
    output: str | None,
    names: bool,
    redact_talk: bool,
    database: str,
    **wanted: Unpack[Wanted],
) -> None:
    """Event logs of sessions as JSON lines, one after another.

    The format is described in docs/log-format.md. A log names seats, never people; names are
    written only with --names. What people wrote is in the log, unless --redact-talk takes it
    out: the hashes are then others than those of the stored log, and the header says so.

    \b
    Examples:
      backstop export log last -o korea.jsonl
      backstop export log 3f2a 77c1 --redact-talk > two.jsonl
      backstop export log --all --status ended -o everything.jsonl
    """
    if bool(sessions) is everything:
        raise click.UsageError("name sessions, or say --all")
    if not everything and any(value is not None for value in wanted.values()):
        raise click.UsageError("filters are for --all")

    async def write() -> None:
        async with opened(database) as store:
            count, pages = await chosen(store, sessions, wanted)
            with _written(output) as file:
                written = await _write(store, pages, count, file, names, redact_talk)
        if output is not None:
            click.echo(f"{counted(*written)} written to {output}", err=True)
        if redact_talk:
            click.echo("talk was taken out: the hash chain is a new one", err=True)

    run(write())


async def _write(
    store: Store,
    pages: AsyncIterator[list[SessionRow]],
    count: int,
    file: IO[str],
    names: bool,
    redact_talk: bool,
) -> tuple[list[str], int]:
    """Write every log; the ids of the sessions, and how many events they were."""
    sessions, events = list[str](), 0
    with _progress(count, file) as bar:
        async for page in pages:
            async for row, stored in store.logs([one for one in page if one.head_version]):
                people = await _names(store, row) if names else None
                file.writelines(_lines(row, stored, people, redact_talk))
                sessions.append(row.id)
                events += len(stored)
                bar.update(1)
    return sessions, events


async def _names(store: Store, row: SessionRow) -> dict[str, str]:
    return {seat.seat: seat.name for seat in await store.seats(row.id) if seat.name}


def _lines(
    row: SessionRow,
    stored: Sequence[StoredEvent],
    people: dict[str, str] | None,
    redact_talk: bool,
) -> Iterator[str]:
    from server.store.logfile import lines, redacted

    before: str | None = None
    if redact_talk:
        row, stored, before = redacted(row, stored)
    for line in lines(row, stored, names=people, redacted_from=before):
        yield f"{line}\n"


def _progress(count: int, file: IO[str]) -> AbstractContextManager[Any]:
    """A bar for long work, where somebody looks and the output does not run through it."""
    hidden = count < 50 or not sys.stderr.isatty() or file.isatty()
    return click.progressbar(
        length=count, label="sessions", file=sys.stderr, show_pos=True, hidden=hidden
    )


@contextmanager
def _written(output: str | None) -> Iterator[IO[str]]:
    """Where to write; a file that could not be written whole is taken away again."""
    if output is None:
        yield sys.stdout
        return
    path = Path(output)
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@click.command()
@click.argument("what", type=click.Choice(["wire", "log", "scenario"]), default="wire")
def schema_command(what: str) -> None:
    """The JSON Schema of the wire, the log or a scenario file.

    \b
    Examples:
      backstop schema > wire.json
      backstop schema log
    """
    if what == "wire":
        from server.protocol import json_schema

        schema = json_schema()
    elif what == "log":
        from server.store.logfile import log_schema

        schema = log_schema()
    else:
        from server.scenarios import ScenarioDocument

        schema = ScenarioDocument.model_json_schema()
    click.echo(json.dumps(schema, indent=2))
