"""`backstop room list`, `status`, `watch`, `acts` and `study`: how rooms stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from client_cli import hosting
from client_cli.main.common import has_screen, run, theme_option
from client_cli.main.room.asking import answer, connected, server_options, status_of

if TYPE_CHECKING:
    from server.protocol import RoomMessage


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@server_options
def list_rooms(as_json: bool, server: str, secret: str) -> None:
    """The server's open rooms.

    \b
    Examples:
      backstop room list
      backstop room list --server 192.168.1.5:8000 --json
    """
    for room in answer(server, secret, "list_rooms")["rooms"]:
        if as_json:
            click.echo(json.dumps(room))
            continue
        states = [table["status"] for table in room["tables"]]
        shown = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        click.echo(f"{room['room']}  {room['scenario']:<16} {shown}  {room['title']}")


@click.command("sessions")
@click.option("--before", metavar="ID", help="Those before a session: a hundred are told at once.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@server_options
def list_sessions(before: str | None, as_json: bool, server: str, secret: str) -> None:
    """What was played there and is stored, newest first.

    \b
    Examples:
      backstop room sessions
      backstop room sessions --before 3f2a9c01be77 --json
    """
    data = answer(server, secret, "list_sessions", before=before)
    for one in data["sessions"]:
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else _session(one))
    if data["before"] is not None:
        click.echo(f"more: --before {data['before']}", err=True)


def _session(one: dict[str, Any]) -> str:
    room = f"room {one['room']} table {one['table']}" if one["room"] else ""
    line = (
        f"{one['session']}  {one['created_utc'][:19]}  {one['scenario']:<16} {one['status']:<8} "
        f"round {one['round']}  {room}"
    )
    return f"{line}  {one['title'] or ''}".rstrip()


@click.command("status")
@click.argument("room")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@server_options
def room_status(room: str, as_json: bool, server: str, secret: str) -> None:
    """Who is here and who is missing, at every table.

    \b
    Examples:
      backstop room status KITE7
      backstop room status KITE7 --json
    """
    from client_cli.class_lines import missing_lines, seat_lines
    from server.protocol import RoomMessage

    data = answer(server, secret, "room_status", room=room)
    if as_json:
        click.echo(json.dumps(data))
        return
    status = RoomMessage.model_validate(data)
    click.echo(f"{status.room}  {status.scenario}  {status.title}")
    for table in status.tables:
        click.echo(f"table {table.number}, session {table.session}: {table.status}")
        click.echo("\n".join(seat_lines(table)))
    for line in missing_lines(status):
        click.echo(line)


@click.command("watch")
@click.argument("room")
@click.option(
    "--plain", is_flag=True, help="Line mode: a line for each change, for screen readers."
)
@theme_option
@server_options
def watch_room(room: str, plain: bool, theme: str, server: str, secret: str) -> None:
    """A whole class, up to date, and a line to run it by.

    All that the host can do is typed: `help` lists it; on the full screen much has a key. In a
    pipe, on a dumb terminal and with --plain a line is printed when a table stands otherwise; ends
    when all have ended.

    \b
    Examples:
      backstop room watch KITE7
      backstop room watch KITE7 --plain | tee lesson.txt
    """

    async def watch() -> int:
        by_line = plain or not has_screen()
        async with connected(server, secret, reconnects=True) as host:
            status = await status_of(host, room)
            if by_line:
                from client_cli.main.room.plain import PlainClass

                return await PlainClass(host, status).run()
            from client_cli.screen.class_app import run_class

            return await run_class(host, status, theme)

    raise SystemExit(run(watch()))


@click.command("acts")
@click.argument("room")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@server_options
def list_acts(room: str, as_json: bool, server: str, secret: str) -> None:
    """What hosts did in a room, and when.

    \b
    Examples:
      backstop room acts KITE7
      backstop room acts KITE7 --json
    """
    from client_cli.class_records import act_lines

    async def ask() -> tuple[list[dict[str, Any]], RoomMessage]:
        async with connected(server, secret) as host:
            acts = await hosting.ask(host, "list_acts", room=room)
            return acts["acts"], await status_of(host, room)

    acts, status = run(ask())
    for line in map(json.dumps, acts) if as_json else act_lines(acts, status):
        click.echo(line)


@click.command("study")
@click.argument("room")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@server_options
def read_study(room: str, as_json: bool, server: str, secret: str) -> None:
    """Where a study is, what its people are to do, and are paid.

    \b
    Examples:
      backstop room study KITE7
      backstop room study KITE7 --json
    """
    from client_cli.class_records import study_lines

    data = answer(server, secret, "read_study", room=room)
    click.echo(json.dumps(data) if as_json else "\n".join(study_lines(data)))
