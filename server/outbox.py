"""What waits to be sent over one connection: bounded, merged, sent by one task.

Nobody waits for the slow: a connection that does not read is cut off when too much, or
something too old, waits for it. Knows messages and a socket, no game.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from pydantic import BaseModel
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from server.protocol import CloseCode, Update, dump

MESSAGE_LIMIT = 1_000
"""Messages that may wait, updates merged into one; more than answer a burst of requests."""
NOTICE_LIMIT = 300
"""Notices that may wait in a merged update."""
AGE_LIMIT_MS = 20_000
"""How long the oldest message may wait before the connection is cut off."""


def merged(earlier: Update, later: Update) -> Update:
    """Two updates that follow one another, as one."""
    return Update.model_construct(
        epoch=later.epoch,
        first_seq=earlier.first_seq,
        seq=later.seq,
        left_ms=later.left_ms,
        notices=(*earlier.notices, *later.notices),
        changed={**earlier.changed, **later.changed},
    )


class Outbox:
    """The queue of one connection. `run` sends until `close`."""

    def __init__(self, socket: ServerConnection, clock_ms: Callable[[], int]) -> None:
        self.encode: Callable[[BaseModel], str] = dump
        """How a message becomes text."""
        self._socket = socket
        self._clock_ms = clock_ms
        self._waiting: deque[BaseModel] = deque()
        self._oldest_ms = 0
        self._wake = asyncio.Event()
        self._close_code: CloseCode | None = None
        self.evicted = False

    def put(self, message: BaseModel) -> None:
        """Queue a message; never blocks. Cuts the connection off if it reads too slowly."""
        if self.closing:
            return
        if not self._waiting:
            self._oldest_ms = self._clock_ms()
        last = self._waiting[-1] if self._waiting else None
        if (
            isinstance(message, Update)
            and isinstance(last, Update)
            and (last.epoch, last.seq + 1) == (message.epoch, message.first_seq)
        ):
            message = merged(last, message)
            self._waiting.pop()
        self._waiting.append(message)
        if self._too_slow(message):
            # A closing handshake would wait for the very peer that does not read.
            self.evicted = True
            self._waiting.clear()
            self._socket.transport.abort()
        self._wake.set()

    def _too_slow(self, message: BaseModel) -> bool:
        return (
            len(self._waiting) > MESSAGE_LIMIT
            or (isinstance(message, Update) and len(message.notices) > NOTICE_LIMIT)
            or self._clock_ms() - self._oldest_ms > AGE_LIMIT_MS
        )

    @property
    def closing(self) -> bool:
        """Whether the connection was told to close, or cut off."""
        return self._close_code is not None or self.evicted

    def close(self, code: CloseCode) -> None:
        """Close the connection with `code` once what waits was sent; the first code counts."""
        if self._close_code is None:
            self._close_code = code
            self._wake.set()

    async def run(self) -> None:
        """Send what waits, in order, until the connection ends."""
        try:
            while not self.evicted:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    message = self._waiting.popleft()
                    self._oldest_ms = self._clock_ms()
                    await self._socket.send(self.encode(message))
                if self._close_code is not None:
                    await self._socket.close(self._close_code, self._close_code.name.lower())
                    return
        except ConnectionClosed:
            return
