"""One real game in real terminals: two full screens in tmux, driven by its keys, to the end."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.processes import COMMAND, PATIENCE_S
from tests.server.live import SECRET, live

TMUX = shutil.which("tmux")
WITHOUT_COLOUR = {"", "0", "1", "2", "3", "4", "7", "39", "49"}
"""Codes that set weight, slant, line, reverse, and the terminal's own colours."""
pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not installed")


class Window:
    """A terminal in tmux, that wakes whoever waits when anything is written to it."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._moved = asyncio.Event()

    async def _tmux(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            str(TMUX),
            "-f",
            "/dev/null",
            "-S",
            str(self._socket),
            *arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        return out.decode()

    async def open(self, size: tuple[int, int], *command: str) -> asyncio.Transport:
        """Start a command in it; the pipe through which it wakes."""
        fifo = self._socket.with_suffix(".fifo")
        os.mkfifo(fifo)
        loop = asyncio.get_running_loop()
        pipe = os.fdopen(os.open(fifo, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: _Waker(self._moved), pipe)
        columns, lines = size
        # What has ended stays on the screen, to be read.
        run = f"{shlex.join(command)}; echo left with $?; exec cat"
        await self._tmux(
            *("new-session", "-d", "-x", str(columns), "-y", str(lines), "cat", ";"),
            *("pipe-pane", f"exec cat > {fifo}", ";"),
            *("respawn-pane", "-k", run),
        )
        return transport

    async def screen(self, *options: str) -> str:
        """What is on the screen."""
        return await self._tmux("capture-pane", "-p", *options)

    async def until(self, wanted: str) -> str:
        """Wait until a text is on the screen; the screen."""
        shown = ""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while wanted not in shown:
                    self._moved.clear()
                    shown = await self.screen()
                    if wanted not in shown:
                        await self._moved.wait()
        except TimeoutError:
            raise AssertionError(f"never shown: {wanted}\n{shown}") from None
        return shown

    async def type(self, line: str) -> None:
        """Type a line, and Enter."""
        await self._tmux("send-keys", "-l", line, ";", "send-keys", "Enter")

    async def press(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        await self._tmux("send-keys", *keys)

    async def kill(self) -> None:
        """End it, and what runs in it."""
        await self._tmux("kill-server")


class _Waker(asyncio.Protocol):
    def __init__(self, moved: asyncio.Event) -> None:
        self._moved = moved

    def data_received(self, data: bytes) -> None:
        """Something was written to the terminal."""
        self._moved.set()


@asynccontextmanager
async def window(folder: Path, size: tuple[int, int], *command: str) -> AsyncIterator[Window]:
    """A terminal of its own tmux."""
    opened = Window(folder / f"{size[0]}.tmux")
    transport = await opened.open(size, *command)
    try:
        yield opened
    finally:
        await opened.kill()
        transport.close()


async def play(person: Window, seat: str, pledge_bn: str) -> None:
    """East Asia: one round of brief, talk, propose, pledge and disburse."""
    await person.until("Round 1 of 1: brief")
    await person.type("ready")
    await person.until("Round 1 of 1: talk")
    await person.type(f"say {seat} is here")
    await person.type("ready")
    await person.until("Round 1 of 1: propose")
    await person.type("ready")
    await person.until("Round 1 of 1: pledge")
    await person.type(f"pledge {pledge_bn}")
    await person.until("Round 1 of 1: disburse")
    await person.until("Your lines (US$ bn)")
    await person.type("ready")
    await person.until("The session has ended (completed).")


async def test_a_game_is_played_to_its_end_in_two_terminals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Paths of sockets are limited, and those of tests are long.
    monkeypatch.chdir(tmp_path)
    async with live(tmp_path / "live.db") as server:
        code = await server.open("east-asia")

        def join(seat: str) -> tuple[str, ...]:
            return (str(COMMAND), "join", server.address, code, "--seat", seat)

        folder = Path()
        async with (
            window(folder, (80, 24), *join("JP")) as jp,
            window(folder, (120, 40), "env", "NO_COLOR=1", *join("US")) as us,
        ):
            await jp.until("Waiting for the host to start.")
            await us.until("JP (here), US US (here)")
            await server.start(code, empty_seats="nobody")
            await asyncio.gather(play(jp, "JP", "12.15"), play(us, "US", "9.9"))

            # 12.15 and 9.9 are 22.05 of 60, and stability is linear; of 10 bn for Japan 3.675.
            await jp.press("F5")
            assert re.search(r"public +3\.675 +6\.248", await jp.until("Ledger over all rounds"))
            await jp.press("F3")
            assert "US: US is here" in await jp.until("[all]")
            codes = re.findall(r"\x1b\[([0-9;]*)m", await us.screen("-e"))
            assert "1;7" in codes
            assert {part for code in codes for part in code.split(";")} <= WITHOUT_COLOUR

            await jp.press("C-c")
            assert "backstop join" in await jp.until("Your seat is kept. To come back: ")
            await jp.until("left with 0")


async def test_a_class_and_its_board_are_watched_in_two_terminals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with live(tmp_path / "live.db") as server:
        code = await server.open("korea-1997", tables=2)
        class_ = ("env", f"BACKSTOP_HOST_SECRET={SECRET}", f"BACKSTOP_SERVER={server.address}")
        folder = Path()
        async with (
            window(folder, (80, 24), *class_, str(COMMAND), "room", "watch", code) as host,
            window(folder, (120, 40), str(COMMAND), "watch", server.address, code) as board,
        ):
            await host.until("0 seats taken")
            await board.until("Waiting for the host to start.")
            await host.type("start person")
            await host.until("The room started.")
            await board.until("Round 1 of 3: brief")
            await host.type("1 next")
            await host.until("Table 1: end the phase now?")
            await host.type("yes")
            await board.until("Round 1 of 3: talk")
            await board.press("C-c")
            await board.until("left with 0")
            await host.press("C-c")
            await host.until("left with 0")
