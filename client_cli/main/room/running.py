"""The subcommands of `backstop room` that do something to a room, a table or a seat."""

from __future__ import annotations

from typing import Any

import click

from client_cli import hosting
from client_cli.hosting import HostAct
from client_cli.main.room.asking import answer, server_options


def _do(server: str, secret: str, room: str, act: HostAct, **where: Any) -> dict[str, Any]:
    """Do something to a room, or to the table that is named; the answer's data."""
    return answer(server, secret, act.kind, room=room, **where, **act.content)


def _tell_done(server: str, secret: str, room: str, act: HostAct, **where: Any) -> None:
    """Do it, and say so."""
    _do(server, secret, room, act, **where)
    click.echo(f"{room} {act.said}")


@click.command("start")
@click.argument("room")
@click.option(
    "--empty",
    default="bot",
    show_default=True,
    type=click.Choice(["bot", "nobody", "person"]),
    help="Who plays empty seats; `person` keeps them for latecomers.",
)
@server_options
def start_room(room: str, empty: str, server: str, secret: str) -> None:
    """Start every table that waits; in a study, the next session.

    \b
    Examples:
      backstop room start KITE7
      backstop room start KITE7 --empty person
    """
    _tell_done(server, secret, room, hosting.start(empty))


def _simple(name: str, act: HostAct, help_text: str) -> click.Command:
    @click.command(
        name,
        help=f"{help_text}\n\n\b\nExamples:\n  backstop room {name} KITE7",
    )
    @click.argument("room")
    @click.option("--session", help="One table; else all that run.")
    @server_options
    def command(room: str, session: str | None, server: str, secret: str) -> None:
        _tell_done(server, secret, room, act, session=session)

    return command


pause_room = _simple("pause", hosting.PAUSE, "Stop the clock.")
resume_room = _simple("resume", hosting.RESUME, "Let the clock run again.")
next_phase = _simple("next", hosting.NEXT, "End the phase now.")
end_sessions = _simple("end", hosting.END, "End sessions before their time.")


@click.command("extend")
@click.argument("room")
@click.argument("seconds", type=int)
@click.option("--session", help="One table; else all that run.")
@server_options
def extend_room(room: str, seconds: int, session: str | None, server: str, secret: str) -> None:
    """Give the phase more time.

    \b
    Examples:
      backstop room extend KITE7 120
      backstop room extend KITE7 60 --session 3f2a9c01be77
    """
    _tell_done(server, secret, room, hosting.extend(seconds), session=session)


@click.command("say")
@click.argument("room")
@click.argument("words")
@click.option("--session", help="One table; else all.")
@server_options
def say_to_room(room: str, words: str, session: str | None, server: str, secret: str) -> None:
    """Tell everybody something; nothing takes the last message away.

    \b
    Examples:
      backstop room say KITE7 "Two more minutes to talk."
      backstop room say KITE7 ""
    """
    _tell_done(server, secret, room, hosting.announce(words), session=session)


@click.command("card")
@click.argument("room")
@click.argument("card")
@click.option("--session", help="One table; else all that run.")
@server_options
def play_card(room: str, card: str, session: str | None, server: str, secret: str) -> None:
    """Let an event card of the scenario happen now.

    \b
    Examples:
      backstop room card KITE7 congress-refuses
    """
    _tell_done(server, secret, room, hosting.card(card), session=session)


@click.command("seat")
@click.argument("room")
@click.argument("session")
@click.argument("seat")
@click.argument("participant", metavar="BOT|person|nobody")
@server_options
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


@click.command("reissue")
@click.argument("room")
@click.argument("session")
@click.argument("seat")
@server_options
def reissue_seat(room: str, session: str, seat: str, server: str, secret: str) -> None:
    """A new token and word for a seat, printed; the old ones end.

    For somebody who lost theirs: `backstop join ADDRESS --token TOKEN` brings them back, and on
    any device, the page too, the room's code with the word.

    \b
    Examples:
      backstop room reissue KITE7 3f2a9c01be77 JP
    """
    issued = _do(server, secret, room, hosting.reissue(seat), session=session)
    click.echo(issued["token"])
    click.echo(f"word:  backstop join {server} {room} --word {issued['word']}", err=True)


@click.command("move")
@click.argument("room")
@click.argument("session")
@click.argument("seat")
@click.argument("to_seat")
@click.option("--to", "to_session", metavar="SESSION", help="The table; else the same one.")
@server_options
def move_person(
    room: str,
    session: str,
    seat: str,
    to_seat: str,
    to_session: str | None,
    server: str,
    secret: str,
) -> None:
    """Give a person another free seat.

    It is at the same table, or with --to at another one of the room. Where a table plays, a bot
    takes the seat that is left.

    \b
    Examples:
      backstop room move KITE7 3f2a9c01be77 JP US
      backstop room move KITE7 3f2a9c01be77 JP US --to 8c11d0aa92f4
    """
    _tell_done(
        server, secret, room, hosting.move(seat, to_session or session, to_seat), session=session
    )


@click.command("let-in")
@click.argument("room")
@click.argument("label")
@server_options
def let_in(room: str, label: str, server: str, secret: str) -> None:
    """Let somebody play a study who did not answer all its questions right.

    \b
    Examples:
      backstop room let-in KITE7 A03
    """
    _tell_done(server, secret, room, hosting.let_in(label))


@click.command("close")
@click.argument("room")
@server_options
def close_room(room: str, server: str, secret: str) -> None:
    """End the room's sessions and let nobody in any more.

    \b
    Examples:
      backstop room close KITE7
    """
    _tell_done(server, secret, room, hosting.CLOSE)
