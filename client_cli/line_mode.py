"""The append-only client: one event a line, commands from standard input.

For pipes, dumb terminals, screen readers and scripts: complete, and the same words as
everywhere (`commands`). What happens goes to standard output, complaints to standard error.

A script is a file of commands. A line `@2/pledge pledge 4.2` waits for round 2, phase pledge,
`@2.1/pledge` for round 1 of the second crisis; a line without `@` is done at once. Lines are done
in their order, each after the answer to the one before. A line whose phase has gone by is
complained of and left out.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TextIO

from client_cli import render
from client_cli.amounts import Complaint
from client_cli.commands import Local, parse
from client_cli.connection import Connection, Disconnected, Event, Lost, Moved, Refusal
from client_cli.effects import assumed, effect
from client_cli.notices import refusal_line
from client_cli.story import COMPLAINTS, MARKS_S, announced, answer, told
from client_cli.text import folded
from server.protocol import (
    Action,
    Ended,
    Parked,
    Phase,
    Resumed,
    RoomMessage,
    Supposition,
    Update,
    ViewMessage,
    dump,
)

_WHEN = re.compile(r"@(?:(\d+)\.)?(\d+)/([a-z]+)\s+(.*)")
_ORDER = list(Phase)


class LineMode:
    """One client in line mode.

    Args:
        connection: a seat's, an observer's or a host's.
        out: for what happens.
        complain: for what is wrong; called with one text.
        as_json: write the server's messages as they are, one a line, answers included; what
            is for people then goes where complaints go.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        out: TextIO,
        complain: Callable[[str], None],
        as_json: bool = False,
    ) -> None:
        self._connection = connection
        self._out = out
        self._complain = complain
        self._as_json = as_json
        self._moved = asyncio.Event()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._marks: list[asyncio.TimerHandle] = []
        self._leaving = asyncio.Event()
        self._asking = asyncio.Lock()
        self._drops = 0
        self._room: RoomMessage | None = None
        self.refused = False
        """Whether anything that was asked was refused or not understood."""

    async def run(self, source: Iterable[str] | None, *, leave_at_eof: bool = False) -> int:
        """Play or watch until the end; the exit code.

        Args:
            source: where commands come from; None to watch only.
            leave_at_eof: leave when there are no more, instead of staying to the end.
        """
        self._listen_to(source)
        watching = asyncio.create_task(self._watch())
        typing = asyncio.create_task(self._type(leave_at_eof))
        leaving = asyncio.create_task(self._leaving.wait())
        try:
            ends = {watching, leaving}
            await asyncio.wait({*ends, typing}, return_when=asyncio.FIRST_COMPLETED)
            if typing.done():
                # There are no more commands, or a fault of ours, which nobody may wait for.
                typing.result()
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                # The end may be told before the answer to what brought it about.
                async with self._asking:
                    pass
        finally:
            for task in (typing, leaving, watching):
                if not task.done():
                    task.cancel()
            await asyncio.gather(typing, leaving, watching, return_exceptions=True)
            self._forget_marks()
        return 0 if watching.cancelled() else watching.result()

    def leave(self) -> None:
        """Stop; the seat is kept."""
        self._leaving.set()

    def _listen_to(self, source: Iterable[str] | None) -> None:
        if source is None:
            return
        loop = asyncio.get_running_loop()

        def read() -> None:
            for line in source:
                loop.call_soon_threadsafe(self._lines.put_nowait, line)
            loop.call_soon_threadsafe(self._lines.put_nowait, None)

        # Nothing can interrupt a read of standard input, so nobody must wait for it.
        threading.Thread(target=_quietly(read), daemon=True).start()

    # --- what happens ---

    async def _watch(self) -> int:
        async for event in self._connection.messages():
            if self._connection.drops != self._drops:
                self._drops = self._connection.drops
                self._complain("connection lost and found again; nothing is missing")
            if self._as_json and not isinstance(event, Lost | Moved | Disconnected):
                self._print(dump(event))
            else:
                self._show(event)
            self._moved.set()
            if isinstance(event, Ended):
                return 0
            if isinstance(event, Parked | Disconnected):
                return 1
        return 1

    def _print(self, line: str) -> None:
        print(line, file=self._out, flush=True)

    def _show(self, event: Event) -> None:
        say = self._complain if isinstance(event, COMPLAINTS) else self._print
        for line in told(event, self._connection.seen, self._connection.seen_left_ms):
            say(line)
        if isinstance(event, RoomMessage):
            self._lines_of(announced(self._room, event))
            self._room = event
        if isinstance(event, ViewMessage | Resumed | Update):
            self._set_marks(event.left_ms)

    def _lines_of(self, lines: list[str]) -> None:
        for line in lines:
            if self._as_json:
                self._complain(line)
            else:
                self._print(line)

    # --- the clock ---

    def _forget_marks(self) -> None:
        for handle in self._marks:
            handle.cancel()
        self._marks.clear()

    def _set_marks(self, left_ms: int | None) -> None:
        self._forget_marks()
        view = self._connection.view
        if left_ms is None or self._as_json or (view is not None and view.clock.paused):
            return
        loop = asyncio.get_running_loop()
        for mark_s in MARKS_S:
            if left_ms / 1000 > mark_s:
                text = f"{render.spoken_time(mark_s * 1000)} left."
                self._marks.append(loop.call_later(left_ms / 1000 - mark_s, self._print, text))

    # --- what is typed ---

    async def _type(self, leave_at_eof: bool) -> None:
        while True:
            line = await self._lines.get()
            if line is None:
                if leave_at_eof:
                    self.leave()
                return
            await self._do(line)

    async def _do(self, line: str) -> None:
        line = line.strip()
        if not line or line.startswith("#"):
            return
        when = _WHEN.fullmatch(line)
        if when is not None:
            if not await self._wait_for((int(when[1] or 1), int(when[2])), when[3], line):
                return
            line = when[4]
        try:
            command = parse(line)
            if isinstance(command, Local):
                self._local(command)
            else:
                if self._connection.view is None:
                    self._complain("not started yet; this waits for the start")
                    await self._started()
                if isinstance(command, Supposition):
                    await self._suppose(command)
                else:
                    await self._ask(command)
        except Complaint as complaint:
            self._wrong(str(complaint))
        except Refusal as refusal:
            if self._as_json:
                self._print(dump(refusal.answer))
            self._wrong(refusal_line(refusal.answer))
        except Disconnected as gone:
            self._wrong(str(gone))

    async def _ask(self, action: Action) -> None:
        async with self._asking:
            answer = await self._connection.act(action)
            if self._as_json:
                self._print(dump(answer))

    async def _suppose(self, supposed: Supposition) -> None:
        now = await self._connection.what_if(Supposition())
        then = await self._connection.what_if(supposed)
        self._lines_of([*folded(effect(now, then)), *folded(assumed(then))])

    def _wrong(self, text: str) -> None:
        self.refused = True
        self._complain(text)

    async def _started(self) -> None:
        while self._connection.view is None:
            self._moved.clear()
            await self._moved.wait()

    async def _wait_for(self, place: tuple[int, int], phase: str, line: str) -> bool:
        """Wait for a phase of a crisis and round; False, with a complaint, if it never comes."""
        if phase not in _ORDER:
            self._wrong(f"{line}: no phase {phase}; use {', '.join(_ORDER)}")
            return False
        wanted = (*place, _ORDER.index(Phase(phase)))
        while True:
            view = self._connection.view
            if view is not None:
                clock = view.clock
                here = (clock.crisis, clock.round, _ORDER.index(clock.phase))
                if here == wanted and view.clock.ending is None:
                    return True
                if here > wanted or view.clock.ending is not None:
                    self._wrong(f"{line}: too late, it is {render.clock_line(view, None)}")
                    return False
            self._moved.clear()
            await self._moved.wait()

    def _local(self, asked: Local) -> None:
        if asked.word == "quit":
            self.leave()
        else:
            self._lines_of(answer(asked, self._connection.view, self._connection.left_ms))


def _quietly(read: Callable[[], None]) -> Callable[[], None]:
    """A reader that ends without a word when the loop, or the input, is gone."""

    def run() -> None:
        with contextlib.suppress(RuntimeError, ValueError, OSError):
            read()

    return run


async def play(connection: Connection, *, commands: bool, as_json: bool, leave_at_eof: bool) -> int:
    """Line mode over this process's own input and output; the exit code.

    Ctrl-C is asked about once; the second leaves, and the seat is kept.
    """

    def complain(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    for stream in (sys.stdin, sys.stdout):
        # A letter that cannot be read or shown must not end the game.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    mode = LineMode(connection, out=sys.stdout, complain=complain, as_json=as_json)
    asked = False

    def interrupt() -> None:
        nonlocal asked
        if asked or not commands:
            mode.leave()
        else:
            asked = True
            complain("Press Ctrl-C again to leave; your seat is kept.")

    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, interrupt)
    return await mode.run(sys.stdin if commands else None, leave_at_eof=leave_at_eof)
