"""People before full screens: keys go in, what is on the screen comes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from client_cli.connection import Connection
from client_cli.screen.app import TableApp
from client_cli.screen.class_app import ClassApp

PATIENCE_S = 120
"""No test waits longer for an event than this, however slow the machine is."""
NARROW, MIDDLE, BROAD = (80, 24), (120, 40), (200, 60)
"""Sizes of terminals, in columns and lines."""


class _Watched:
    """Tells when something new is shown."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self.moved = asyncio.Event()

    def refresh_pages(self) -> None:
        super().refresh_pages()
        self.call_after_refresh(self.moved.set)


class WatchedTable(_Watched, TableApp):
    """A seat's screen, or the board."""


class WatchedClass(_Watched, ClassApp):
    """A host's screen."""


class Player:
    """A keyboard and a screen."""

    def __init__(self, app: WatchedTable | WatchedClass, pilot: Pilot[int]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def screen(self) -> list[str]:
        """The lines on the screen."""
        with self.app._context():
            strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.screen)

    @property
    def line(self) -> str:
        """What stands in the line in which one types."""
        return next(line for line in reversed(self.screen) if line.startswith("> ")).removeprefix(
            "> "
        )

    async def press(self, *keys: str) -> None:
        """Press keys by their names, and wait until they have done their work."""
        for key in keys:
            self._send(Key(key, None))
        await self._settle()

    async def write(self, text: str) -> None:
        """Press the keys of a text, and wait likewise."""
        self.write_ahead(text)
        await self._settle()

    def write_ahead(self, text: str) -> None:
        """Press the keys of a text; a line's end is Enter. What comes of it is not waited for."""
        for letter in text:
            enter = Key("enter", "\r")
            self._send(enter if letter == "\n" else Key(_character_to_key(letter), letter))

    def _send(self, key: Key) -> None:
        # As the pilot does, which waits after every key until the whole process is idle.
        key.set_sender(self.app)
        assert self.app._driver is not None
        self.app._driver.send_message(key)

    async def resize(self, size: tuple[int, int]) -> None:
        """Make the terminal larger or smaller."""
        with self.app._context():
            await self._pilot.resize_terminal(*size)

    async def _settle(self) -> None:
        # The application's context is that of its own task.
        with self.app._context():
            await self._pilot.pause()

    async def type(self, line: str) -> None:
        """Type a line, and Enter."""
        await self.write(f"{line}\n")

    async def until(self, wanted: str | Callable[[str], bool]) -> str:
        """Wait until a text is on the screen, wherever its lines are folded; the screen."""

        def is_there(text: str) -> bool:
            return wanted in text or wanted in " ".join(text.split())

        is_wanted = wanted if callable(wanted) else is_there
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    self.app.moved.clear()
                    if is_wanted(self.text):
                        break
                    await self.app.moved.wait()
        except TimeoutError:
            raise AssertionError(f"never shown: {wanted}\n{self.text}") from None
        return self.text


@asynccontextmanager
async def seated(connection: Connection, size: tuple[int, int] = NARROW) -> AsyncIterator[Player]:
    """A player for a connection, which is closed with it."""
    async with at_screen(WatchedTable(connection), connection, size) as player:
        yield player


@asynccontextmanager
async def at_screen(
    app: WatchedTable | WatchedClass, connection: Connection, size: tuple[int, int]
) -> AsyncIterator[Player]:
    """A person before an application, whose connection is closed with it."""
    sits: asyncio.Future[Pilot[int]] = asyncio.get_running_loop().create_future()
    leaves = asyncio.Event()

    async def sit() -> None:
        # An application marks the context in which it runs: so each has a task of its own.
        async with app.run_test(size=size) as pilot:
            sits.set_result(pilot)
            await leaves.wait()

    sitting = asyncio.create_task(sit())
    try:
        await asyncio.wait([sitting, sits], return_when=asyncio.FIRST_COMPLETED)
        if sitting.done():
            sitting.result()
        yield Player(app, sits.result())
    finally:
        leaves.set()
        await sitting
        await connection.close()
