"""`backstop room`: the host's hand, from the terminal."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from client_cli import hosting
from client_cli.hosting import HostAct
from client_cli.main import completion
from client_cli.main.common import cannot_connect, fail, has_screen, run, theme_option, told

if TYPE_CHECKING:
    from client_cli.connection import Connection
    from server.protocol import RoomMessage

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _server_options(command: Decorated) -> Decorated:
    command = click.option(
        "--secret",
        envvar="BACKSTOP_HOST_SECRET",
        required=True,
        help="The host's secret, which `serve` printed (BACKSTOP_HOST_SECRET).",
    )(command)
    return click.option(
        "--server",
        envvar="BACKSTOP_SERVER",
        default="127.0.0.1:8000",
        show_default=True,
        help="HOST:PORT (BACKSTOP_SERVER).",
    )(command)


async def _ask(server: str, secret: str, kind: str, **content: Any) -> dict[str, Any]:
    async with _hosting(server, secret) as host:
        return await hosting.ask(host, kind, **content)


@asynccontextmanager
async def _hosting(
    server: str, secret: str, *, reconnects: bool = False
) -> AsyncIterator[Connection]:
    """A connection as host; what is refused, and a connection that ends, end the command."""
    from pydantic import ValidationError

    from client_cli.connection import Disconnected, Refusal, connect

    try:
        async with await connect(
            server, role="host", host_secret=secret, reconnects=reconnects
        ) as host:
            yield host
    except ValidationError as error:
        fail(told(error))
    except Refusal as refusal:
        fail(f"refused: {refusal}")
    except (OSError, TimeoutError, Disconnected) as error:
        cannot_connect(server, error)


def _do(server: str, secret: str, room: str, act: HostAct, **where: Any) -> dict[str, Any]:
    """Do something to a room, or to the table that is named; the answer's data."""
    return run(_ask(server, secret, act.kind, room=room, **where, **act.content))


@click.group()
def room_command() -> None:
    """Open and run rooms of a server, as the host.

    The server and its secret are told once, as `serve` prints them, or with each command.

    \b
    Examples:
      export BACKSTOP_SERVER=127.0.0.1:8000 BACKSTOP_HOST_SECRET=...
      backstop room open korea-1997 --tables 8 --takeover 120
      backstop room start KITE7
      backstop room watch KITE7
    """


@room_command.command("open")
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option("--title", default="", help="What the room is called.")
@click.option("--tables", default=1, show_default=True, type=click.IntRange(1, 200))
@click.option("--seats", default="", metavar="SEAT=BOT,…", help="Seats for bots, or `nobody`.")
@click.option(
    "--takeover", type=click.IntRange(0), help="Seconds until a bot plays for the absent."
)
@click.option("--seed", type=click.IntRange(0), help="Of the first table; the others count up.")
@click.option(
    "--minutes",
    type=click.IntRange(5, 600),
    help="The lesson's length, such as 20, 50 or 90: clocks are scaled to fit it.",
)
@click.option("--untimed", is_flag=True, help="No clocks: phases end when all are done.")
@click.option(
    "--experiment",
    "experiment_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE.toml",
    help="The room is a study with these settings (docs/experiments.md).",
)
@click.option("--fork", "session", metavar="ID", help="Go on from a session stored there,")
@click.option("--at", "at_event", type=click.IntRange(1), help="after this event of it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@_server_options
def open_room(
    scenario: str,
    title: str,
    tables: int,
    seats: str,
    takeover: int | None,
    seed: int | None,
    minutes: int | None,
    untimed: bool,
    experiment_file: str | None,
    session: str | None,
    at_event: int | None,
    as_json: bool,
    server: str,
    secret: str,
) -> None:
    """Open a room; prints its join code.

    With --fork each table goes on from an event of a session in the server's database. With
    --experiment the room is a study, and --tables how many groups there are at most.

    \b
    Examples:
      backstop room open korea-1997
      backstop room open korea-1997 --minutes 20
      backstop room open korea-1997 --seats DE=free-rider,IMF=by-the-book --tables 8
      backstop room open korea-1997 --experiment study.toml --tables 6 --seed 7
      backstop room open korea-1997 --fork 3f2a77c1b2d0 --at 60 --tables 4
    """
    if (session is None) is not (at_event is None):
        raise click.UsageError("--fork and --at belong together")
    plans: dict[str, dict[str, Any]] = {}
    for term in filter(None, seats.split(",")):
        seat, equals, bot = term.partition("=")
        if not equals:
            raise click.UsageError(f"{term} is not of the form SEAT=BOT")
        nobody = bot == "nobody"
        plans[seat] = {"participant": "nobody"} if nobody else {"participant": "bot", "bot": bot}
    data = run(
        _ask(
            server,
            secret,
            "open_room",
            scenario=scenario,
            title=title,
            tables=tables,
            seats=plans,
            timed=not untimed,
            minutes=minutes,
            takeover_after_s=takeover,
            seed=seed,
            experiment=_settings(experiment_file) if experiment_file else None,
            fork={"session": session, "event": at_event} if session else None,
        )
    )
    if as_json:
        click.echo(json.dumps(data))
    else:
        click.echo(f"room {data['room']}")
        click.echo(f"join:  backstop join {server} {data['room']} --name NAME", err=True)


def _settings(file: str) -> dict[str, Any]:
    """The settings of a study; what is wrong with them is found by the server."""
    try:
        return tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        fail(f"{file}: {error}")


@room_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@_server_options
def list_rooms(as_json: bool, server: str, secret: str) -> None:
    """The server's open rooms.

    \b
    Examples:
      backstop room list
      backstop room list --server 192.168.1.5:8000 --json
    """
    for room in run(_ask(server, secret, "list_rooms"))["rooms"]:
        if as_json:
            click.echo(json.dumps(room))
            continue
        states = [table["status"] for table in room["tables"]]
        shown = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        click.echo(f"{room['room']}  {room['scenario']:<16} {shown}  {room['title']}")


@room_command.command("status")
@click.argument("room")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@_server_options
def room_status(room: str, as_json: bool, server: str, secret: str) -> None:
    """Who is here and who is missing, at every table.

    \b
    Examples:
      backstop room status KITE7
      backstop room status KITE7 --json
    """
    from client_cli.class_lines import seat_lines
    from server.protocol import RoomMessage

    data = run(_ask(server, secret, "room_status", room=room))
    if as_json:
        click.echo(json.dumps(data))
        return
    status = RoomMessage.model_validate(data)
    click.echo(f"{status.room}  {status.scenario}  {status.title}")
    for table in status.tables:
        click.echo(f"table {table.number}, session {table.session}: {table.status}")
        click.echo("\n".join(seat_lines(table)))


@room_command.command("watch")
@click.argument("room")
@click.option("--plain", is_flag=True, help="A line for each change, as in a pipe.")
@theme_option
@_server_options
def watch_room(room: str, plain: bool, theme: str, server: str, secret: str) -> None:
    """A whole class: a row for each table that is up to date, and a line to run them by.

    On a terminal all that the host can do is typed or has a key: F1 lists it. In a pipe, and on
    a dumb terminal, a line is printed when a table stands otherwise; ends when all have ended.

    \b
    Examples:
      backstop room watch KITE7
      backstop room watch KITE7 --plain | tee lesson.txt
    """

    async def watch() -> int:
        by_line = plain or not has_screen()
        async with _hosting(server, secret, reconnects=True) as host:
            status = await _status(host, room)
            if by_line:
                return await _tell(host, status)
            from client_cli.screen.class_app import run_class

            return await run_class(host, status, theme)

    raise SystemExit(run(watch()))


async def _status(host: Connection, room: str) -> RoomMessage:
    from server.protocol import RoomMessage

    return RoomMessage.model_validate(await hosting.ask(host, "room_status", room=room))


async def _tell(host: Connection, now: RoomMessage) -> int:
    """Print what changes until all tables have ended; the exit code."""
    from client_cli.class_lines import head, news
    from client_cli.connection import Refusal

    before = None
    click.echo(head(now))
    while True:
        for line in news(before, now):
            click.echo(line)
        if now.tables and all(one.status in ("ended", "parked") for one in now.tables):
            return 0
        await asyncio.sleep(hosting.EVERY_S)
        try:
            before, now = now, await _status(host, now.room)
        except Refusal as refusal:
            if refusal.answer.code != "unknown_room":
                raise
            click.echo("The room is closed.")
            return 0


@room_command.command("start")
@click.argument("room")
@click.option(
    "--empty",
    default="bot",
    show_default=True,
    type=click.Choice(["bot", "nobody", "person"]),
    help="Who plays empty seats; `person` keeps them for latecomers.",
)
@_server_options
def start_room(room: str, empty: str, server: str, secret: str) -> None:
    """Start every table that has not started.

    \b
    Examples:
      backstop room start KITE7
      backstop room start KITE7 --empty person
    """
    act = hosting.start(empty)
    _do(server, secret, room, act)
    click.echo(f"{room} {act.said}")


def _simple(name: str, act: HostAct, help_text: str) -> None:
    @room_command.command(
        name,
        help=f"{help_text}\n\n\b\nExamples:\n  backstop room {name} KITE7",
    )
    @click.argument("room")
    @click.option("--session", help="One table; else all that run.")
    @_server_options
    def command(room: str, session: str | None, server: str, secret: str) -> None:
        _do(server, secret, room, act, session=session)
        click.echo(f"{room} {act.said}")


_simple("pause", hosting.PAUSE, "Stop the clock.")
_simple("resume", hosting.RESUME, "Let the clock run again.")
_simple("next", hosting.NEXT, "End the phase now.")
_simple("end", hosting.END, "End sessions before their time.")


@room_command.command("extend")
@click.argument("room")
@click.argument("seconds", type=int)
@click.option("--session", help="One table; else all that run.")
@_server_options
def extend_room(room: str, seconds: int, session: str | None, server: str, secret: str) -> None:
    """Give the phase more time.

    \b
    Examples:
      backstop room extend KITE7 120
      backstop room extend KITE7 60 --session 3f2a9c01be77
    """
    act = hosting.extend(seconds)
    _do(server, secret, room, act, session=session)
    click.echo(f"{room} {act.said}")


@room_command.command("say")
@click.argument("room")
@click.argument("words")
@click.option("--session", help="One table; else all.")
@_server_options
def say_to_room(room: str, words: str, session: str | None, server: str, secret: str) -> None:
    """Tell everybody something.

    \b
    Examples:
      backstop room say KITE7 "Two more minutes to talk."
    """
    act = hosting.announce(words)
    _do(server, secret, room, act, session=session)
    click.echo(f"{room} {act.said}")


@room_command.command("card")
@click.argument("room")
@click.argument("card")
@click.option("--session", help="One table; else all that run.")
@_server_options
def play_card(room: str, card: str, session: str | None, server: str, secret: str) -> None:
    """Let an event card of the scenario happen now.

    \b
    Examples:
      backstop room card KITE7 congress-refuses
    """
    act = hosting.card(card)
    _do(server, secret, room, act, session=session)
    click.echo(f"{room} {act.said}")


@room_command.command("seat")
@click.argument("room")
@click.argument("session")
@click.argument("seat")
@click.argument("participant", metavar="BOT|person|nobody")
@_server_options
def set_seat(
    room: str, session: str, seat: str, participant: str, server: str, secret: str
) -> None:
    """Put a bot, nobody or (back) a person into a seat.

    \b
    Examples:
      backstop room seat KITE7 3f2a9c01be77 JP conditional
      backstop room seat KITE7 3f2a9c01be77 JP person
    """
    _do(server, secret, room, hosting.seat(seat, participant), session=session)
    click.echo(f"{seat} is played by {participant}")


@room_command.command("reissue")
@click.argument("room")
@click.argument("session")
@click.argument("seat")
@_server_options
def reissue_seat(room: str, session: str, seat: str, server: str, secret: str) -> None:
    """A new token for a seat, printed; the old one ends.

    For somebody who lost theirs: `backstop join ADDRESS --token TOKEN` brings them back.

    \b
    Examples:
      backstop room reissue KITE7 3f2a9c01be77 JP
    """
    click.echo(_do(server, secret, room, hosting.reissue(seat), session=session)["token"])


@room_command.command("close")
@click.argument("room")
@_server_options
def close_room(room: str, server: str, secret: str) -> None:
    """End the room's sessions and let nobody in any more.

    \b
    Examples:
      backstop room close KITE7
    """
    _do(server, secret, room, hosting.CLOSE)
    click.echo(f"{room} {hosting.CLOSE.said}")
