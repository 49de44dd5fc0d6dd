"""People before full screens: keys go in, what is on the screen comes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from client_cli.connection import Connection
from client_cli.screen.app import TableApp

PATIENCE_S = 60
"""No test waits longer for an event than this, however slow the machine is."""
NARROW, MIDDLE, BROAD = (80, 24), (120, 40), (200, 60)
"""Sizes of terminals, in columns and lines."""
_NAMES = {" ": "space", "=": "equals_sign", "%": "percent_sign", ".": "full_stop", "-": "minus"}


class _Watched(TableApp):
    """Tells when something new is shown."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.moved = asyncio.Event()

    def refresh_pages(self) -> None:
        super().refresh_pages()
        self.call_after_refresh(self.moved.set)


class Player:
    """A keyboard and a screen."""

    def __init__(self, app: _Watched, pilot: Pilot[int]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def screen(self) -> list[str]:
        """The lines on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.screen)

    @property
    def line(self) -> str:
        """What stands in the line in which one types."""
        return next(line for line in reversed(self.screen) if line.startswith("> ")).removeprefix("> ")

    async def press(self, *keys: str) -> None:
        """Press keys by their names."""
        await self._pilot.press(*keys)

    async def write(self, text: str) -> None:
        """Press the keys of a text."""
        await self.press(*(_NAMES.get(letter, letter) for letter in text))

    async def type(self, line: str) -> None:
        """Type a line, and Enter."""
        await self.write(line)
        await self.press("enter")

    async def until(self, wanted: str | Callable[[str], bool]) -> str:
        """Wait until a text is on the screen; the screen."""
        is_wanted = wanted.__contains__ if callable(wanted) else lambda text: wanted in text
        test = wanted if callable(wanted) else is_wanted
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not test(self.text):
                    self.app.moved.clear()
                    if test(self.text):
                        break
                    await self.app.moved.wait()
        except TimeoutError:
            raise AssertionError(f"never shown: {wanted}\n{self.text}") from None
        return self.text


@asynccontextmanager
async def seated(connection: Connection, size: tuple[int, int] = NARROW) -> AsyncIterator[Player]:
    """A player for a connection, which is closed with it."""
    app = _Watched(connection)
    try:
        async with app.run_test(size=size) as pilot:
            yield Player(app, pilot)
    finally:
        await connection.close()
