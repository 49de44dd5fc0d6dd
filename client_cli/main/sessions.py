"""`backstop sessions`: what is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Unpack

import click

from client_cli.main.common import database_option, listing_options, opened, run

if TYPE_CHECKING:
    from server.store import SessionRow, Wanted


@click.command()
@database_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="At most so many.",
)
@listing_options
def sessions_command(database: str, as_json: bool, limit: int, **wanted: Unpack[Wanted]) -> None:
    """List the stored sessions, newest first.

    \b
    Examples:
      backstop sessions
      backstop sessions --status running --json
      backstop sessions --scenario korea-1997 --since 2026-11-24
    """

    async def show() -> None:
        async with opened(database) as store:
            rows = await store.sessions(limit=limit, **wanted)
        for row in rows:
            click.echo(_json_row(row) if as_json else _text_row(row))
        if not rows and not as_json:
            click.echo("no sessions", err=True)

    run(show())


def _json_row(row: SessionRow) -> str:
    return json.dumps(
        {
            "id": row.id,
            "scenario": row.scenario,
            "created_utc": row.created_utc,
            "status": row.status,
            "ending": row.ending,
            "room": row.room,
            "table": row.table_number,
            "round": row.round,
            "events": row.head_version,
            "imported": row.imported,
            "parent": row.parent,
            "parent_event": row.parent_event,
        }
    )


def _text_row(row: SessionRow) -> str:
    room = f"room {row.room} table {row.table_number}" if row.room else ""
    fork = f"fork of {row.parent} after event {row.parent_event}" if row.parent else ""
    return (
        f"{row.id}  {row.created_utc[:19]}  {row.scenario:<16} {row.status:<8} "
        f"round {row.round}  {row.head_version:>4} events  {room}{fork}"
    ).rstrip()
