"""`backstop export`, `import` and `schema`: stored sessions out and in."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from client_cli.main.common import database_option, fail, found, opened, run
from client_cli.main.data import export_data


@click.group()
def export_command() -> None:
    """Write stored sessions to files.

    \b
    Examples:
      backstop export log last -o korea.jsonl
      backstop export data --output data
    """


export_command.add_command(export_data)


@export_command.command("log")
@click.argument("session")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Else standard output.")
@database_option
def export_log(session: str, output: str | None, database: str) -> None:
    """A session's event log as JSON lines.

    The format is described in docs/log-format.md. A log names seats, never people.

    \b
    Examples:
      backstop export log last -o korea.jsonl
      backstop export log 3f2a > korea.jsonl
    """
    from server.store.logfile import lines

    async def write() -> None:
        async with opened(database) as store:
            row = await found(store, session)
            stored = await store.stored(row.id)
        text = "".join(f"{line}\n" for line in lines(row, stored))
        if output is None:
            sys.stdout.write(text)
        else:
            try:
                Path(output).write_text(text, "utf-8")
            except OSError as error:
                fail(f"{output}: {error.strerror}")
            click.echo(f"{len(stored)} events of {row.id} written to {output}", err=True)

    run(write())


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check only; take nothing in.")
@click.option("--as", "new_id", metavar="ID", help="Under another id, where its own is taken.")
@database_option
def import_command(file: str, dry_run: bool, new_id: str | None, database: str) -> None:
    """Take in a session's log: verified first, all or nothing.

    \b
    Examples:
      backstop import korea.jsonl --database other.db
      backstop import korea.jsonl --dry-run
    """
    from server.store import StoreFailed
    from server.store.logfile import LogError, read

    try:
        with Path(file).open(encoding="utf-8") as text:
            log = read(text)
    except (LogError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}")
    session = replace(log.session, id=new_id) if new_id else log.session
    told = f"{len(log.events)} events of {session.id} verified"
    if dry_run:
        click.echo(f"{told}; nothing was taken in")
        return

    async def take() -> None:
        async with opened(database, made=True) as store:
            if await store.session(session.id) is not None:
                fail(f"{session.id} is in {database} already; use --as to take it in again")
            try:
                await store.import_log(session, log.stored, log.events)
            except StoreFailed as error:
                fail(f"{database}: {error}")

    run(take())
    click.echo(f"{told} and taken into {database}")


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
