"""A client in line mode over in-memory pipes: what is typed, and what is shown."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from queue import SimpleQueue

from client_cli.connection import Connection
from client_cli.line_mode import LineMode

PATIENCE_S = 20
"""No test waits longer for an event than this, however slow the machine is."""


class Terminal:
    """A keyboard, a screen and what is complained of, for one `LineMode`."""

    def __init__(
        self, connection: Connection, *, as_json: bool = False, leave_at_eof: bool = False
    ) -> None:
        self.connection = connection
        self.complaints: list[str] = []
        self._screen = io.StringIO()
        self._moved = asyncio.Event()
        self._keys: SimpleQueue[str | None] = SimpleQueue()
        source = iter(self._keys.get, None)
        self.mode = LineMode(
            connection,
            out=self,
            complain=self._complain,
            as_json=as_json,  # type: ignore[arg-type]
        )
        self.running = asyncio.create_task(self.mode.run(source, leave_at_eof=leave_at_eof))
        self.running.add_done_callback(lambda _: self._moved.set())

    def write(self, text: str) -> int:
        """What is shown comes here."""
        self._moved.set()
        return self._screen.write(text)

    def flush(self) -> None:
        """Nothing waits."""

    def _complain(self, text: str) -> None:
        self.complaints.append(text)
        self._moved.set()

    @property
    def shown(self) -> list[str]:
        """All lines so far."""
        return self._screen.getvalue().splitlines()

    def type(self, *lines: str) -> None:
        """Type whole lines."""
        for line in lines:
            self._keys.put(f"{line}\n")

    def end_of_input(self) -> None:
        """As Ctrl-D, or the end of a script."""
        self._keys.put(None)

    async def until(self, wanted: Callable[[str], bool]) -> str:
        """The first line, shown or complained of, that is as wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for line in (*self.shown, *self.complaints):
                    if wanted(line):
                        return line
                assert not self.running.done(), "\n".join((*self.shown, *self.complaints))
                self._moved.clear()
                await self._moved.wait()

    async def end(self) -> int:
        """The exit code."""
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.shield(self.running)

    async def close(self) -> None:
        """Leave, whatever is under way."""
        self.mode.leave()
        self._keys.put(None)
        await self.end()
        await self.connection.close()


@asynccontextmanager
async def at_terminal(
    connection: Connection, *, as_json: bool = False, leave_at_eof: bool = False
) -> AsyncIterator[Terminal]:
    """A terminal for a connection, which is closed with it."""
    terminal = Terminal(connection, as_json=as_json, leave_at_eof=leave_at_eof)
    try:
        yield terminal
    finally:
        await terminal.close()
