"""A class line by line: what changes at its tables is printed, what is typed is done.

The same lines as on the full screen; data goes to standard output, complaints to standard error.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from client_cli import hosting, orders
from client_cli.amounts import Complaint
from client_cli.class_lines import head, news, seat_lines
from client_cli.class_records import act_lines, study_lines
from client_cli.connection import Connection, Refusal
from client_cli.main.common import told
from client_cli.main.room.asking import status_of
from client_cli.notices import refusal_line
from client_cli.orders import Look, Order

if TYPE_CHECKING:
    from server.protocol import RoomMessage


class PlainClass:
    """A room in line mode.

    Args:
        host: a connection with the host's secret.
        room: how the room stands.
    """

    def __init__(self, host: Connection, room: RoomMessage) -> None:
        self._host = host
        self._room = room
        self._closed = False
        self._lines: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> int:
        """Until all tables have ended, the room is closed or `quit` is typed; the exit code."""
        self._listen_to(sys.stdin)
        parts = [asyncio.create_task(self._watch()), asyncio.create_task(self._obey())]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        return 0

    async def _watch(self) -> None:
        _say([head(self._room), *news(None, self._room)])
        while not self._closed and not _is_over(self._room):
            await asyncio.sleep(hosting.EVERY_S)
            await self._look()

    async def _look(self) -> None:
        """Print what is otherwise than when it was last looked at."""
        try:
            now = await status_of(self._host, self._room.room)
        except Refusal as refusal:
            if refusal.answer.code != "unknown_room":
                raise
            if not self._closed:
                self._closed = True
                _say(["The room is closed."])
            return
        before, self._room = self._room, now
        _say(news(before, now))

    # --- what is typed ---

    def _listen_to(self, source: Iterable[str]) -> None:
        loop = asyncio.get_running_loop()

        def read() -> None:
            # The loop may be gone when a line comes, and a closed input is one that has ended.
            with contextlib.suppress(RuntimeError, ValueError, OSError):
                for line in source:
                    loop.call_soon_threadsafe(self._lines.put_nowait, line)

        # Nothing can interrupt a read of standard input, so nobody must wait for it.
        threading.Thread(target=read, daemon=True).start()

    async def _obey(self) -> None:
        """Do what is typed until it is `quit`."""
        while True:
            line = (await self._lines.get()).strip()
            if not line:
                continue
            try:
                wanted = orders.parse(line, self._room)
                if wanted == Look("quit"):
                    return
                if isinstance(wanted, Order):
                    await self._do(wanted)
                else:
                    _say(await self._seen(wanted))
            except Complaint as complaint:
                click.echo(str(complaint), err=True)
            except Refusal as refusal:
                click.echo(refusal_line(refusal.answer), err=True)

    async def _do(self, order: Order) -> None:
        if order.act.sure:
            _say([f"{order.where}: {order.act.sure}? Type yes, or anything else to leave it."])
            if (await self._lines.get()).strip().lower() not in ("y", "yes"):
                _say(["Nothing was done."])
                return
        answer = await self._ask(order.act.kind, **order.content(self._room.room))
        _say([f"{order.where} {order.act.said}."])
        if "token" in answer:
            _say([f"To come back: --token {answer['token']}", f"or --word {answer['word']}"])
        await self._look()

    async def _seen(self, wanted: Look) -> list[str]:
        match wanted.word:
            case "help":
                return list(orders.WORDS.values())
            case "acts":
                acts = await self._ask("list_acts", room=self._room.room)
                return act_lines(acts["acts"], self._room)
            case "study":
                return study_lines(await self._ask("read_study", room=self._room.room))
            case "table":
                tables = [one for one in self._room.tables if one.number == wanted.number]
                return [line for table in tables for line in seat_lines(table)]
            case _:
                return news(None, self._room)

    async def _ask(self, kind: str, **content: Any) -> dict[str, Any]:
        from pydantic import ValidationError

        try:
            return await hosting.ask(self._host, kind, **content)
        except ValidationError as error:
            raise Complaint(told(error)) from None


def _is_over(room: RoomMessage) -> bool:
    return bool(room.tables) and all(one.status in ("ended", "parked") for one in room.tables)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
