"""`backstop demo`: a whole crisis over real sockets, stored, and proved by replay.

The server runs in this process on a free port; every bot is a client of its own over a
WebSocket, and what is printed is what the board sees.
"""

from __future__ import annotations

import asyncio
import sys
from random import Random
from typing import TYPE_CHECKING

import click

from client_cli import render
from client_cli.main.common import DEFAULT_DATABASE, database_option, fail, run
from client_cli.main.seat import drive
from client_cli.text import wrapped
from server.game.scenario import Role, Scenario, Seat, SeatId

if TYPE_CHECKING:
    from server.app import Running
    from server.bots import Bot
    from server.protocol import View

CASTS = {
    Role.GOVERNMENT: (
        "leader",
        "conditional",
        "full-contributor",
        "free-rider",
        "best-reply",
    ),
    Role.BANK: ("conditional", "best-reply", "stay", "run"),
    Role.IMF: ("by-the-book", "leader"),
    Role.DEBTOR: ("adjuster", "player-off"),
}
"""From which the seed draws who plays."""
RESCUED_SEED, FAILED_SEED = 1, 11
"""Of korea-1997: one that is rescued although banks withdraw at first, and one that fails."""
PACE_S = 0.1
"""Between the bots' moves, on a terminal."""


@click.command()
@click.option(
    "--scenario",
    default="korea-1997",
    show_default=True,
    help="A name, as `scenarios` lists them, or a file.",
)
@click.option(
    "--seed",
    default=RESCUED_SEED,
    show_default=True,
    type=click.IntRange(0, 2**31),
    help="Draws who plays, and all else that is random.",
)
@database_option
def demo_command(scenario: str, seed: int, database: str) -> None:
    """Play a whole crisis with bots, store it, and prove it by replay.

    The seed draws the cast. Seed 11 is a rescue of Korea that fails.

    \b
    Examples:
      backstop demo
      backstop demo --seed 11
      backstop demo --scenario mexico-1982 --seed 2
    """
    raise SystemExit(run(_demo(scenario, seed, database)))


def cast(scenario: Scenario, seed: int) -> dict[SeatId, str]:
    """Who plays: a bot for each seat, drawn from the seed."""
    random = Random(seed)
    return {seat.id: random.choice(CASTS[seat.role]) for seat in scenario.seats}


async def _demo(name: str, seed: int, database: str) -> int:
    from server.app import serving
    from server.scenarios import ScenarioError, load
    from server.settings import Settings
    from server.store import StoreFailed

    try:
        scenario = load(name)
    except ScenarioError as error:
        fail(str(error))
    try:
        async with serving(Settings(database=database)) as running:
            session = await _play(running, name, scenario, seed)
        return await _prove(database, session, scenario)
    except (StoreFailed, ValueError, OSError) as error:
        fail(str(error))


async def _play(running: Running, name: str, scenario: Scenario, seed: int) -> str:
    """Open a room, seat the bots, play to the end; the session's id."""
    from client_cli.connection import connect
    from server.protocol import OpenRoom, Start

    address, secret = running.addresses[0], running.settings.host_secret
    bots = cast(scenario, seed)
    async with await connect(address, role="host", host_secret=secret) as host:
        opened = await host.ask(OpenRoom(id=host.new_id(), scenario=name, seed=seed, timed=False))
        assert opened.data is not None, "an opened room has its code"
        code, session = str(opened.data["room"]), str(opened.data["sessions"][0])
        click.echo(f"{scenario.title}\nserver {address}, room {code}, seed {seed}\n")
        for line in wrapped(scenario.situation):
            click.echo(line)
        click.echo("")
        for seat in scenario.seats:
            click.echo(f"  {seat.id:<10} {seat.name:<28} played by {bots[seat.id]}")
        async with await connect(address, code=code, role="observer") as board:
            seats = [
                await connect(address, code=code, name=bots[seat.id], seat=seat.id)
                for seat in scenario.seats
            ]
            try:
                await host.ask(Start(id=host.new_id(), room=code))
                await asyncio.gather(
                    _show(board),
                    *(
                        drive(one, _maker(bots[seat.id]), seed, _pause)
                        for one, seat in zip(seats, scenario.seats, strict=True)
                    ),
                )
            finally:
                await asyncio.gather(*(one.close() for one in seats))
    return session


class _maker:
    """How to make a bot once its role is known."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, role: Role) -> Bot:
        from server.bots import make

        return make(self._name, role)


async def _pause() -> None:
    # A terminal is read by a person; a pipe is not.
    await asyncio.sleep(PACE_S if sys.stdout.isatty() else 0)


async def _show(board: object) -> None:
    """Print what the board sees, as it happens."""
    from client_cli.connection import Connection
    from server.protocol import Ended, Update, ViewMessage

    assert isinstance(board, Connection)
    async for event in board.messages():
        if isinstance(event, ViewMessage):
            for line in _heading(event.view, event.view.clock.crisis, event.view.clock.round):
                click.echo(line)
        if isinstance(event, Update) and board.seen is not None:
            for line in _news(event, board.seen):
                click.echo(line)
        if isinstance(event, Ended):
            break
    if board.view is not None:
        click.echo("")
        for line in render.debrief_lines(board.view):
            click.echo(line)
        click.echo("")


def _news(update: object, view: View) -> list[str]:
    from client_cli.notices import notice_line
    from server.protocol import Phase, Update, events

    assert isinstance(update, Update)
    lines: list[str] = []
    for notice in update.notices:
        match notice:
            case events.ReadyMarked():
                pass
            case events.PhaseBegan():
                if notice.phase is view.scenario.phases[0]:
                    lines += _heading(view, notice.crisis, notice.round)
                    lines += render.began(view, notice.crisis, notice.round, notice.phase)
                elif notice.phase in (Phase.VOTE, Phase.PLEDGE):
                    lines += [f"-- {notice.phase} --", render.promised_line(view)]
            case events.RoundResolved():
                card = render.round_of(view, notice.crisis, notice.round)
                lines += ["", *render.round_lines(view, card)]
            case _:
                line = notice_line(view, notice)
                lines += [line] if line else []
    return lines


def _heading(view: View, crisis: int, number: int) -> list[str]:
    return ["", f"== {render.round_name(view, crisis, number)} ==", ""]


async def _prove(database: str, session: str, scenario: Scenario) -> int:
    from server.store import Store
    from server.store.verify import verify

    async with await Store.open(database) as store:
        row = await store.session(session)
        stored = await store.stored(session)
    assert row is not None, "the session was just played"
    verdict = verify(stored, count=row.head_version, head_hash=row.head_hash)
    click.echo(str(verdict))
    _say_what_next(session, database, scenario.seats[0])
    return 0 if verdict.ok else 1


def _say_what_next(session: str, database: str, seat: Seat) -> None:
    there = "" if database == DEFAULT_DATABASE else f" --database {database}"
    again = f"backstop replay {session}"
    click.echo(f"\nsession {session} is stored in {database}. What to try next:")
    for command, why in (
        (f"{again}{there}", "run through it again"),
        (f"{again} --at 40 --as {seat.id}{there}", f"as {seat.name} saw it then"),
        (f"backstop demo --seed {FAILED_SEED}{there}", "a rescue of Korea that fails"),
        ("backstop payoff korea-1997 JP=8.8 US=7.8 --tranche 22", "what if?"),
        ("backstop serve", "host people (and bots) yourself"),
    ):
        click.echo(f"  {command:<54} {why}")
