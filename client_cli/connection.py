"""A connection to a Backstop server: the client's side of the wire.

Also what a remote bot is written with. A bot that pledges nothing, whole:

    async with await connect("127.0.0.1:8000", code="KITE7", name="Zero") as seat:
        async for view in seat.views():
            if view.own and "pledge" in view.own.may and not view.own.final:
                await seat.act(Pledge(0))

Owns reconnecting, resuming and the pairing of answers with requests. A request that was under
way when the connection broke is sent again under its own id, so that it is done once. Renders
nothing and knows no rule of the game.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter, ValidationError
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from client_cli.patching import patched
from server.protocol import (
    MAX_MESSAGE_BYTES,
    SUBPROTOCOL,
    Accepted,
    Act,
    Action,
    Address,
    CloseCode,
    Ended,
    FromClient,
    FromServer,
    Hello,
    Notice,
    Parked,
    RefusalCode,
    RefusedAnswer,
    Resumed,
    RoomMessage,
    SeatId,
    SeatSettings,
    Supposition,
    Update,
    View,
    ViewMessage,
    Welcome,
    WhatIf,
    dump,
    parse_from_server,
)

ANSWER_S = 15
"""How long a server may take to open a connection, and to answer the hello."""
RETRIES_S = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)
"""Pauses before attempts to reconnect; the last one repeats."""


class Refusal(Exception):
    """The server refused a request; `answer` says why and what is allowed."""

    def __init__(self, answer: RefusedAnswer) -> None:
        allowed = f" (allowed: {answer.allowed})" if answer.allowed else ""
        field = f"{answer.field}: " if answer.field else ""
        super().__init__(f"{answer.code}: {field}{answer.message}{allowed}")
        self.answer = answer


class Disconnected(Exception):
    """The connection ended and will not come back by itself."""

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(f"{reason or 'closed'} ({code})" if code else reason or "closed")
        self.code = code


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection broke and is being made again; what follows it leaves nothing out."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer to `what_if`: what the round would come to for the own seat."""

    lines_musd: Mapping[str, int]
    """Own lines."""
    total_musd: int
    left_out: tuple[str, ...]
    """Own lines that cannot be known before the round is resolved."""
    stability: float
    tranche_musd: int
    """What the Fund is taken to lend."""
    pledges_musd: Mapping[SeatId, int]
    """What governments are taken to pledge."""
    withdrawn_permille: Mapping[SeatId, int]
    """What banks are taken to take out."""


_expected: TypeAdapter[Expected] = TypeAdapter(Expected)

Event = FromServer | Lost | Disconnected
"""What `messages` yields: the server's messages as they come, the last one for the end."""


async def connect(
    address: str,
    *,
    code: str | None = None,
    name: str | None = None,
    role: str = "player",
    seat: str | None = None,
    session: str | None = None,
    token: str | None = None,
    word: str | None = None,
    share: bool = False,
    host_secret: str | None = None,
    reconnects: bool = True,
) -> Connection:
    """Connect and say hello.

    Args:
        address: `HOST:PORT` or a `ws://` URL.
        code: the room's join code, for a new player, an observer, or a host who watches.
        name: the player's name.
        role: `player`, `observer` or `host`.
        seat: a wish, such as `JP`.
        session: the table, where a room has several.
        token: of a seat that was taken before.
        word: with `code`, of such a seat.
        share: with `token` or `word`, sit beside whoever is in the seat.
        host_secret: for the host.
        reconnects: come back by itself when the connection breaks.

    Raises:
        Refusal: the server refused the hello.
        Disconnected: what answers there is no Backstop server.
        OSError: nobody listens there, or nobody answers in time.
        pydantic.ValidationError: an argument is not of the form that the wire allows.
    """
    hello = Hello(
        token=token,
        word=word,
        share=share,
        code=code,
        name=name,
        role=role,  # type: ignore[arg-type]
        seat=seat,  # type: ignore[arg-type]
        session=session,
        host_secret=host_secret,
    )
    connection = Connection(address, hello, reconnects=reconnects)
    try:
        await connection._open()
    except (InvalidHandshake, InvalidURI, ConnectionClosed) as error:
        raise Disconnected(None, f"no Backstop server: {error}") from error
    return connection


class Connection:
    """A seat, an observer's or a host's place at a server. Make it with `connect`."""

    def __init__(self, address: str, hello: Hello, *, reconnects: bool) -> None:
        self._url = address if "://" in address else f"ws://{address}"
        self._hello = hello
        self._reconnects = reconnects
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        # Unique for the seat also after this program was started again.
        self._prefix = secrets.token_hex(4)
        self._waiting: dict[str, tuple[FromClient, asyncio.Future[Accepted]]] = {}
        self._events: deque[tuple[Event, View | None, int | None]] = deque()
        self._news = asyncio.Event()
        self._epoch: str | None = None
        self._seq: int | None = None
        self.welcome: Welcome
        self.room: RoomMessage | None = None
        self.view: View | None = None
        """The newest; what `act` did is in it when `act` returns. None before the start."""
        self.left_ms: int | None = None
        """What was left on the clock when the newest was sent."""
        self.seen: View | None = None
        """As of the message that `messages` yielded last, for those who tell a story."""
        self.seen_left_ms: int | None = None
        self.word: str | None = None
        """The seat's, where this connection was told it."""
        self.drops = 0
        """How often the connection broke and came back."""

    @property
    def token(self) -> str | None:
        """What brings the player back to the seat; None for others."""
        return self._hello.token

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connection; the seat is kept."""
        self._reconnects = False
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])
        if self._socket is not None:
            await self._socket.close()

    async def act(self, action: Action, at: Address | None = None) -> Accepted:
        """Ask for an action of the own seat, meant for the phase shown unless `at` is given.

        Raises:
            Refusal: it was refused, or there is no session yet.
            Disconnected: the connection is over.
        """
        if at is None:
            if self.view is None:
                raise Disconnected(None, "the session has not started")
            clock = self.view.clock
            at = Address(clock.crisis, clock.round, clock.phase)
        return await self.ask(Act(id=self.new_id(), at=at, action=action))

    async def what_if(self, supposed: Supposition) -> Expected:
        """What the round would bring the own seat; nothing is decided by asking.

        Raises:
            Refusal: it was refused, as it is after the round was resolved.
            Disconnected: the connection is over.
        """
        answer = await self.ask(WhatIf(id=self.new_id(), supposed=supposed))
        return _expected.validate_python(answer.data)

    def new_id(self) -> str:
        """An id that no other request of this seat has."""
        return f"{self._prefix}-{next(self._numbers)}"

    async def ask(self, request: FromClient) -> Accepted:
        """Send a request, which has an id, and wait for its answer.

        Raises:
            Refusal: it was refused.
            Disconnected: the connection is over.
        """
        assert not isinstance(request, Hello), "hello is said by connect"
        if self._reader is None or self._reader.done():
            raise Disconnected(None, "not connected")
        if len(dump(request).encode()) > MAX_MESSAGE_BYTES:
            # The server would hang up, and again each time it was sent again.
            raise Refusal(_too_long(request.id))
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._waiting[request.id] = (request, future)
        try:
            await self._send(request)
            return await future
        finally:
            self._waiting.pop(request.id, None)

    async def messages(self) -> AsyncIterator[Event]:
        """Everything the server pushes, in order; ends after `Disconnected`, or `close`.

        `seen` is the view as of the message that is yielded; `view` may be newer already.
        """
        while True:
            while not self._events:
                if self._reader is None or self._reader.done():
                    return
                self._news.clear()
                await self._news.wait()
            event, self.seen, self.seen_left_ms = self._events.popleft()
            yield event
            if isinstance(event, Disconnected):
                return

    async def views(self) -> AsyncIterator[View]:
        """The newest view, now and after changes, until the session or the connection ends.

        Changes that came while the caller was busy are shown as one.
        """
        changed = False
        async for event in self.messages():
            changed |= isinstance(event, ViewMessage | Resumed | Update)
            over = isinstance(event, Ended | Parked)
            if changed and self.view is not None and (over or not self._events):
                changed = False
                yield self.view
            if over:
                return

    # --- the socket ---

    async def _open(self) -> None:
        await self._dial()
        self._reader = asyncio.create_task(self._read())

    async def _dial(self) -> None:
        """A new socket, once the server has said welcome on it."""
        socket = await open_socket(
            self._url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            max_size=None,
            open_timeout=ANSWER_S,
        )
        try:
            async with asyncio.timeout(ANSWER_S):
                await socket.send(dump(self._hello))
                answer = parse_from_server(await socket.recv())
            if isinstance(answer, RefusedAnswer):
                raise Refusal(answer)
            assert isinstance(answer, Welcome), "a hello is answered by welcome or refused"
        except BaseException:
            await socket.close()
            raise
        self._socket, self.welcome = socket, answer
        self._push(answer)
        if answer.token is not None:
            # From now on the token says who this is.
            self._hello = self._hello.model_copy(update={"token": answer.token, "word": None})
            self.word = answer.word

    async def _send(self, message: FromClient) -> None:
        assert self._socket is not None
        try:
            await self._socket.send(dump(message))
        except ConnectionClosed:
            if not self._reconnects:
                raise Disconnected(None, "the connection is closed") from None

    async def _read(self) -> None:
        try:
            while True:
                assert self._socket is not None
                try:
                    while True:
                        self._receive_text(await self._socket.recv())
                except ValidationError as error:
                    await self._not_understood(error)
                    return
                except ConnectionClosed as closed:
                    if not await self._come_back(closed):
                        return
        finally:
            self._fail_all(Disconnected(None, "the connection is closed"))
            self._news.set()

    async def _not_understood(self, error: ValidationError) -> None:
        assert self._socket is not None
        await self._socket.close()
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        self._push(Disconnected(None, f"the server needs a newer program than this one ({place})"))

    def _receive_text(self, text: str | bytes) -> None:
        try:
            message = parse_from_server(text)
        except ValidationError as error:
            # Within a version a server may have kinds of messages that came later.
            if error.errors()[0]["type"] == "union_tag_invalid":
                return
            raise
        self._receive(message)

    def _receive(self, message: FromServer) -> None:
        if isinstance(message, Accepted | RefusedAnswer):
            _, future = self._waiting.get(message.id or "", (None, None))
            if future is None or future.done():
                if isinstance(message, RefusedAnswer):
                    self._push(message)
            elif isinstance(message, Accepted):
                future.set_result(message)
            else:
                future.set_exception(Refusal(message))
            return
        if isinstance(message, ViewMessage | Update | Resumed):
            self._epoch, self._seq = message.epoch, message.seq
        self._apply(message)
        self._push(message)

    def _push(self, event: Event) -> None:
        self._events.append((event, self.view, self.left_ms))
        self._news.set()

    async def _come_back(self, closed: ConnectionClosed) -> bool:
        code = closed.rcvd.code if closed.rcvd else None
        reason = closed.rcvd.reason if closed.rcvd else "the connection broke"
        final = code is not None and code >= 4000 and not _may_reconnect(code)
        if final or not self._reconnects:
            self._push(Disconnected(code, reason))
            return False
        self._push(Lost())
        if code == CloseCode.MESSAGE_TOO_BIG:
            self._refuse_largest()
        self._hello = self._hello.model_copy(update={"epoch": self._epoch, "last_seq": self._seq})
        for pause_s in itertools.chain(RETRIES_S, itertools.repeat(RETRIES_S[-1])):
            # Also before the first attempt: a server that hangs up at once is not hammered.
            await asyncio.sleep(pause_s)
            try:
                await self._open_again()
            except Refusal as refusal:
                if not refusal.answer.retryable:
                    self._push(Disconnected(None, str(refusal)))
                    return False
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                pass
            else:
                self.drops += 1
                return True
        raise AssertionError("the pauses never end")

    async def _open_again(self) -> None:
        await self._dial()
        assert self._socket is not None
        # Whatever was not answered is asked again, under the same id: it is done once.
        for request, _ in list(self._waiting.values()):
            await self._socket.send(dump(request))

    def _refuse_largest(self) -> None:
        """Refuse what a server with a lower limit hung up on, which it would do for ever."""
        sizes = {name: len(dump(request)) for name, (request, _) in self._waiting.items()}
        if sizes:
            largest = max(sizes, key=sizes.__getitem__)
            _, future = self._waiting.pop(largest)
            if not future.done():
                future.set_exception(Refusal(_too_long(largest)))

    def _fail_all(self, error: Disconnected) -> None:
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    # --- the view ---

    def _apply(self, event: FromServer) -> None:
        match event:
            case ViewMessage() | Resumed():
                self.view, self.left_ms = event.view, event.left_ms
            case Update():
                self.left_ms = event.left_ms
                if self.view is not None:
                    self.view = patched(self.view, event)
            case RoomMessage():
                self.room = event
            case _:
                pass


def _too_long(request_id: str) -> RefusedAnswer:
    return RefusedAnswer(
        id=request_id,
        code=RefusalCode.TOO_LONG,
        message="the request is too long for one message",
        allowed=f"{MAX_MESSAGE_BYTES} bytes",
    )


def _may_reconnect(code: int) -> bool:
    try:
        return CloseCode(code).may_reconnect
    except ValueError:
        return True


__all__ = [
    "Connection",
    "Disconnected",
    "Event",
    "Expected",
    "Lost",
    "Notice",
    "Refusal",
    "SeatSettings",
    "connect",
]
