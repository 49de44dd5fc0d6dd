"""Real processes of the `backstop` command, and a server that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

COMMAND = Path(sys.executable).parent / "backstop"
SECRET = "the host's secret"
PATIENCE_S = 120
"""No test waits longer for an event than this, however slow the machine is."""


async def started(*arguments: str, cwd: Path) -> Process:
    """A `backstop` command that runs, with pipes."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        cwd=cwd,
        env={**os.environ, "BACKSTOP_HOST_SECRET": SECRET},
        limit=2**20,
    )
    _STARTED.append(process)
    return process


_STARTED: list[Process] = []


def end_all() -> None:
    """Kill what a test has left running, as one that fails does."""
    while _STARTED:
        process = _STARTED.pop()
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


async def done(*arguments: str, cwd: Path, code: int = 0) -> str:
    """What a `backstop` command printed; it must end with `code`."""
    process = await started(*arguments, cwd=cwd)
    async with asyncio.timeout(PATIENCE_S):
        out, complaints = await process.communicate()
    assert process.returncode == code, complaints.decode()
    return out.decode()


class Lines:
    """The lines that a process writes, as they come."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.seen: list[str] = []
        self.complaints: list[str] = []
        self._moved = asyncio.Event()
        assert process.stdout is not None
        assert process.stderr is not None
        self._readers = [
            asyncio.create_task(self._read(process.stdout, self.seen)),
            asyncio.create_task(self._read(process.stderr, self.complaints)),
        ]

    async def _read(self, stream: asyncio.StreamReader, into: list[str]) -> None:
        async for line in stream:
            into.append(line.decode().rstrip("\n"))
            self._moved.set()
        asyncio.get_running_loop().call_soon(self._moved.set)

    async def until(self, wanted: Callable[[str], bool]) -> str:
        """The first line, of output or complaint, that is as wanted."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._until(wanted)
        except TimeoutError:
            raise AssertionError("\n".join((*self.seen, *self.complaints))) from None

    async def _until(self, wanted: Callable[[str], bool]) -> str:
        while True:
            for line in (*self.seen, *self.complaints):
                if wanted(line):
                    return line
            ended = all(reader.done() for reader in self._readers)
            assert not ended, "\n".join((*self.seen, *self.complaints))
            self._moved.clear()
            await self._moved.wait()

    async def end(self) -> int:
        """The exit code, when everything was read."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*self._readers)
            return await self.process.wait()

    async def type(self, lines: Sequence[str]) -> None:
        """Write to its input, and close it."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        await self.process.stdin.drain()
        self.process.stdin.close()


class Server:
    """`backstop serve` over one database, on the same port however often it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self.lines: Lines
        self._port = "0"

    async def start(self) -> None:
        """Start, or start again after `kill`; returns when it listens."""
        process = await started("serve", "--port", self._port, cwd=self.folder)
        self.lines = Lines(process)
        listening = await self.lines.until(lambda line: line.startswith("listening on "))
        self.address = listening.removeprefix("listening on ")
        self._port = self.address.rpartition(":")[2]

    async def kill(self) -> None:
        """As when the power fails."""
        self.lines.process.send_signal(signal.SIGKILL)
        await self.lines.end()

    async def terminate(self) -> int:
        """As a service manager does; the exit code."""
        self.lines.process.send_signal(signal.SIGTERM)
        return await self.lines.end()

    async def room(self, *arguments: str) -> str:
        """A `backstop room` command; what it printed."""
        return await done("room", *arguments, "--server", self.address, cwd=self.folder)

    async def open(self, scenario: str, *options: str) -> str:
        """A room; its code."""
        answer = await self.room("open", scenario, *options, "--json")
        return str(json.loads(answer)["room"])


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    """A server process in a folder of its own."""
    server = Server(folder)
    await server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            await server.kill()


def amounts(pattern: str, lines: Sequence[str]) -> list[str]:
    """What a pattern's group matches in the lines, in order."""
    return [found[1] for line in lines if (found := re.fullmatch(pattern, line))]
