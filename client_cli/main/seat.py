"""`backstop join`, `watch` and `bot`: one place at a server somewhere."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from client_cli.main import completion
from client_cli.main.common import cannot_connect, fail, has_screen, run, theme_option, told
from client_cli.text import one_line

SESSION_SECONDS = 24 * 3600.0
"""For all answers of a bot in a live room, which goes on as long as people want."""

if TYPE_CHECKING:
    from random import Random

    from client_cli.connection import Connection
    from server.bots import Bot
    from server.game.actions import Action
    from server.game.cards import View
    from server.game.scenario import Role


@click.command()
@click.argument("address")
@click.argument("code", required=False)
@click.option("--name", default="", help="Your name, as the others see it.")
@click.option("--seat", help="A wish, such as JP; else the first free one.")
@click.option("--session", help="The table, where the room has several.")
@click.option("--token", envvar="BACKSTOP_TOKEN", help="Come back to a seat you had.")
@click.option("--word", help="With CODE: the same, by the seat's word, from any device.")
@click.option("--beside", is_flag=True, help="With either: beside whoever plays it, not instead.")
@click.option("--plain", is_flag=True, help="Line mode: one event a line, for screen readers.")
@click.option("--json", "as_json", is_flag=True, help="The server's messages, one a line.")
@click.option("--leave-at-eof", is_flag=True, help="Leave when the script ends.")
@theme_option
def join_command(
    address: str,
    code: str | None,
    name: str,
    seat: str | None,
    session: str | None,
    token: str | None,
    word: str | None,
    beside: bool,
    plain: bool,
    as_json: bool,
    leave_at_eof: bool,
    theme: str,
) -> None:
    """Play a seat: on the full screen, or line by line; type `help` for the words.

    Line mode is chosen by itself in a pipe and on a dumb terminal. From a pipe it plays a
    script: a line `@2/pledge pledge 4.2` waits for round 2, phase pledge. Ends with 0 when the
    session does, with 1 when the connection is lost for good.

    \b
    Examples:
      backstop join 192.168.1.5:8000 KITE7 --name Ada
      backstop join 127.0.0.1:8000 KITE7 --seat JP --plain < script.txt
      backstop join 192.168.1.5:8000 KITE7 --word kobatuni
      backstop join 127.0.0.1:8000 --token ... --json
    """
    if not code and not token:
        raise click.UsageError("a join code, or the --token of a seat, is needed")
    if word and not code:
        raise click.UsageError("--word is of a room: its join code is needed too")
    if beside and not token and not word:
        raise click.UsageError("--beside is for a seat with its --token or --word")
    options = {
        "code": code,
        "name": name or None,
        "seat": seat,
        "session": session,
        # Said now, the word is meant, not the token that the environment still has.
        "token": None if word else token,
        "word": word,
        "share": beside,
    }
    by_line = plain or as_json or leave_at_eof or not has_screen()
    if by_line:
        raise SystemExit(run(_play(address, options, True, as_json, leave_at_eof)))
    raise SystemExit(run(_play_on_screen(address, options, theme)))


@click.command()
@click.argument("address")
@click.argument("code")
@click.option("--session", help="The table, where the room has several.")
@click.option("--plain", is_flag=True, help="Line mode: one event a line, for screen readers.")
@click.option("--json", "as_json", is_flag=True, help="The server's messages, one a line.")
@theme_option
def watch_command(
    address: str, code: str, session: str | None, plain: bool, as_json: bool, theme: str
) -> None:
    """Watch a table as the board shows it, without a seat: on the full screen, or line by line.

    Line mode is chosen by itself in a pipe and on a dumb terminal.

    \b
    Examples:
      backstop watch 127.0.0.1:8000 KITE7
      backstop watch 127.0.0.1:8000 KITE7 --json > board.jsonl
    """
    options = {"code": code, "role": "observer", "session": session}
    if plain or as_json or not has_screen():
        raise SystemExit(run(_play(address, options, False, as_json, False)))
    raise SystemExit(run(_play_on_screen(address, options, theme)))


async def _play(
    address: str, options: dict[str, Any], commands: bool, as_json: bool, leave_at_eof: bool
) -> int:
    from client_cli.line_mode import play

    async with await _connected(address, options) as connection:
        return await play(connection, commands=commands, as_json=as_json, leave_at_eof=leave_at_eof)


async def _play_on_screen(address: str, options: dict[str, Any], theme: str) -> int:
    from client_cli.screen.app import play

    async with await _connected(address, options) as connection:
        code = await play(connection, theme)
        if connection.token is not None:
            join = f"backstop join {address}"
            click.echo(f"Your seat is kept. To come back: {join} --token {connection.token}")
            if connection.word is not None:
                room = connection.welcome.room
                click.echo(f"or, from any device: {join} {room} --word {connection.word}")
    return code


async def _connected(address: str, options: dict[str, Any]) -> Connection:
    from pydantic import ValidationError

    from client_cli.connection import Disconnected, Refusal, connect

    try:
        connection = await connect(address, **options)
    except ValidationError as error:
        fail(told(error))
    except Refusal as refusal:
        fail(f"refused: {refusal}")
    except (OSError, TimeoutError, Disconnected) as error:
        cannot_connect(address, error)
    welcome = connection.welcome
    if welcome.role == "player" and welcome.seat is None:
        await connection.close()
        back = f" and come back with the word {welcome.word}" if welcome.word else ""
        fail(f"this room is a study: open http://{address}/?g={welcome.room}{back}")
    return connection


def _listed(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    from client_cli.main.bots import bots_command

    if wanted:
        context.invoke(bots_command)
        context.exit()


@click.command()
@click.argument("address")
@click.argument("code", required=False)
@click.option(
    "--bot",
    "bot_name",
    required=True,
    shell_complete=completion.bots,
    help="A name, FILE.py:NAME, MODULE:NAME or exec:COMMAND.",
)
@click.option("--name", help="As the others see it; else the bot's name.")
@click.option("--seat", help="A wish, such as JP; else the first free one.")
@click.option("--session", help="The table, where the room has several.")
@click.option("--token", envvar="BACKSTOP_TOKEN", help="Come back to a seat it had.")
@click.option("--seed", type=click.IntRange(0), help="For its random choices; else drawn.")
@click.option(
    "--decision-seconds",
    type=click.FloatRange(0, 3600, min_open=True),
    default=1.0,
    show_default=True,
    help="For each answer of an exec: or own: bot.",
)
@click.option("--explain", is_flag=True, help="Print why it decided as it did, a line each.")
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_listed,
    help="List the bots with traits and sources, as `backstop bots` does.",
)
def bot_command(
    address: str,
    code: str | None,
    bot_name: str,
    name: str | None,
    seat: str | None,
    session: str | None,
    token: str | None,
    seed: int | None,
    decision_seconds: float,
    explain: bool,
) -> None:
    """Let a bot play a seat of a live room, over the same wire as people.

    A bot of your own is a function of view and random, or a class with such a method `act`,
    that returns an action or None; or a program that answers JSON lines (docs/bots.md).

    \b
    Examples:
      backstop bot --list
      backstop bot 127.0.0.1:8000 KITE7 --bot leader --seat JP --explain
      backstop bot 127.0.0.1:8000 KITE7 --bot mine.py:cautious
      backstop bot 127.0.0.1:8000 KITE7 --bot "exec:node mine.mjs"
    """
    if not code and not token:
        raise click.UsageError("a join code, or the --token of a seat, is needed")
    maker = _maker(bot_name, decision_seconds)
    options = {
        "code": code,
        "name": name or bot_name.rpartition("/")[2][:60],
        "seat": seat,
        "session": session,
        "token": token,
    }

    async def play() -> int:
        async with await _connected(address, options) as connection:
            click.echo(f"seat {connection.welcome.seat}", err=True)
            return await drive(
                connection,
                maker,
                seed if seed is not None else secrets.randbelow(2**31),
                explained=explain,
            )

    raise SystemExit(run(play()))


def _maker(name: str, decision_seconds: float) -> Callable[[Role], Bot]:
    """How to make the bot once its role is known; a bot that is none takes no seat."""
    from server.bots.limits import Limits
    from server.bots.loading import check, in_process, is_registered, load
    from server.game.refusals import Refused

    try:
        check(name)
    except Refused as refused:
        fail(f"{refused.message}; use {refused.allowed}")

    limits = Limits(decision_seconds, match_seconds=SESSION_SECONDS)

    def make(role: Role) -> Bot:
        try:
            # Alone in its process, it harms nobody but itself.
            inside = is_registered(name) or not name.startswith(("exec:", "own:"))
            return (
                in_process(name, role, None, Path()) if inside else load(name, role, limits=limits)
            )
        except Refused as refused:
            fail(f"{refused.message}; use {refused.allowed}")

    return make


async def drive(
    connection: Connection,
    maker: Callable[[Role], Bot],
    seed: int,
    before_act: Callable[[], Any] | None = None,
    *,
    explained: bool = False,
) -> int:
    """Play a seat with a bot to the end; the exit code.

    Args:
        connection: of the seat.
        maker: makes the bot for the seat's role.
        seed: for its random choices.
        before_act: awaited before each action, for demonstrations at human speed.
        explained: print a line on each decision and why it was made.
    """
    from client_cli.connection import Disconnected, Refusal
    from server.bots import decision_random

    bot: Bot | None = None
    refused_in: tuple[int, int, str] | None = None
    numbers = itertools.count()
    async for view in connection.views():
        if view.own is None or view.clock.ending is not None:
            continue
        here = (view.clock.crisis, view.clock.round, view.clock.phase)
        if view.clock.paused or refused_in == here:
            continue
        if bot is None:
            card = next(card for card in view.seats if card.id == view.own.seat)
            bot = maker(card.role)
        number = next(numbers)
        # In a thread: while a bot thinks, the connection has to stay alive.
        random = decision_random(seed, view.own.seat, number)
        action = await asyncio.to_thread(bot.act, view, random)
        if action is None:
            continue
        if before_act is not None:
            await before_act()
        try:
            await connection.act(action)
            if explained:
                _tell(bot, view, action, decision_random(seed, view.own.seat, number))
        except Refusal as refusal:
            # The phase may have ended under its hands: the next view says so.
            if refusal.answer.code != "phase_over":
                refused_in = here
                click.echo(f"{view.own.seat}: {refusal}", err=True)
        except Disconnected as gone:
            click.echo(str(gone), err=True)
            return 1
    view_at_end = connection.view
    return 0 if view_at_end is not None and view_at_end.clock.ending is not None else 1


def _tell(bot: Bot, view: View, action: Action, random: Random) -> None:
    """A line on what the bot does now, and why."""
    from client_cli.main.reasons import did, reason

    if action.kind == "mark_ready":
        return
    where = f"round {view.clock.round}, {view.clock.phase}"
    click.echo(one_line(f"{where}: {did(action)} because: {reason(bot, view, action, random)}"))
