"""One connection: who it is, its limits, requests in, answers and updates out.

Every request gets exactly one terminal answer with its id, also when something inside
fails. Decides nothing about the game.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ValidationError
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request

from server import protocol
from server.experiment.neutral import Words
from server.game.refusals import RETRYABLE, RefusalCode, Refused
from server.game.whatif import what_if
from server.guesses import Guesses
from server.hosts import Hosts
from server.lobby import Lobby
from server.outbox import Outbox
from server.past import Asker, Past
from server.protocol import Accepted, CloseCode, Hello, RefusedAnswer, Welcome
from server.rooms import Place, Room, Table, room_message
from server.store import Conflict, StoreFailed
from server.studies import Studies
from server.study import Person, Study
from server.tokens import token_of

REQUESTS_PER_S = 200
"""What one connection may ask for on average; a class is one address, so not by address."""
REQUEST_BURST = 400
"""What it may ask for at once, after a pause."""
HELLO_TIMEOUT_S = 15
"""How long a connection may take for each hello."""

log = logging.getLogger("backstop.connection")


def bearer(request: Request) -> str | None:
    """The token in a request's headers, if there is one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


class Connection:
    """One socket: who it is, and what it asks."""

    def __init__(
        self,
        socket: ServerConnection,
        lobby: Lobby,
        studies: Studies,
        hosts: Hosts,
        past: Past,
        guesses: Guesses,
        counts: Counter[str],
        clock_ms: Callable[[], int],
    ) -> None:
        self.socket = socket
        self._lobby = lobby
        self._studies = studies
        self._hosts = hosts
        self._past = past
        self._guesses = guesses
        self._counts = counts
        self._clock_ms = clock_ms
        self._outbox = Outbox(socket, clock_ms)
        self._place: Place | None = None
        self._part: tuple[Study, Person] | None = None
        """Whose study this is a participant's connection of."""
        self._words: Words | None = None
        """What stands for the names of the game here; None for themselves."""
        self._watching: tuple[Room, Table] | None = None
        self._is_host = False
        self._credit, self._credit_ms = float(REQUEST_BURST), clock_ms()
        task = asyncio.current_task()
        assert task is not None, "a connection is made in its handler"
        self.task = task

    def deliver(self, message: BaseModel) -> None:
        """Queue a message; never blocks."""
        self._outbox.put(message)

    def close(self, code: CloseCode) -> None:
        """Close once what is queued was sent; never blocks."""
        self._outbox.close(code)

    async def run(self) -> None:
        """Serve the connection until it ends."""
        writer = asyncio.create_task(self._outbox.run())
        try:
            if await self._greet():
                async for frame in self.socket:
                    await self._receive(frame)
        except ConnectionClosed:
            pass
        finally:
            if self._place is not None:
                self._lobby.seats.gone(self._place, self)
            if self._part is not None:
                self._studies.gone(self._part[1], self)
            if self._watching is not None:
                self._lobby.seats.unwatch(self._watching[1], self)
            await self._finish(writer)

    async def _finish(self, writer: asyncio.Task[None]) -> None:
        # A refused hello still has its answer and close code to be sent.
        if not self._outbox.evicted and not writer.done():
            self._outbox.close(CloseCode.HELLO_MISSING)
        done, _ = await asyncio.wait([writer], timeout=5)
        if not done:
            writer.cancel()
            await asyncio.wait([writer])

    # --- hello ---

    async def _greet(self) -> bool:
        """Take hellos until one is accepted; False if the connection is to end."""
        while True:
            try:
                async with asyncio.timeout(HELLO_TIMEOUT_S):
                    frame = await self.socket.recv()
            except TimeoutError:
                self.close(CloseCode.HELLO_MISSING)
                return False
            hello = self._parse(frame)
            if hello is None:
                continue
            if not isinstance(hello, Hello):
                refused = Refused(
                    RefusalCode.NOT_SEATED, "say hello first", field="kind", allowed="hello"
                )
                self._refuse(hello.id, refused)
                continue
            if await self._try_hello(hello):
                return True
            if self._outbox.closing:
                return False

    async def _try_hello(self, hello: Hello) -> bool:
        try:
            if protocol.PROTOCOL_VERSION not in hello.versions:
                raise Refused(
                    RefusalCode.UNSUPPORTED_VERSION,
                    f"versions {list(hello.versions)}",
                    field="versions",
                    allowed=str(protocol.PROTOCOL_VERSION),
                )
            await self._welcome(hello)
        except Refused as refused:
            if refused.code in (RefusalCode.UNKNOWN_ROOM, RefusalCode.NOT_SEATED):
                self._guesses.wrong(self._address)
            self._refuse(None, refused)
            if refused.code is RefusalCode.BAD_TOKEN:
                self.close(CloseCode.BAD_TOKEN)
            return False
        except (StoreFailed, Conflict):
            self._refuse(None, Refused(RefusalCode.NOT_SAVED, "the database could not save it"))
            return False
        return True

    @property
    def _address(self) -> str:
        return str(self.socket.remote_address[0]) if self.socket.remote_address else ""

    async def _welcome(self, hello: Hello) -> None:
        token = hello.token or _bearer_of(self.socket)
        part = self._studies.returning(token) if token is not None else None
        if part is not None:
            await self._take_part(*part, hello)
        elif token is not None:
            await self._sit(self._lobby.seats.returning(token), hello)
        elif hello.role == "host":
            await self._welcome_host(hello)
        else:
            self._guesses.check(self._address)
            if hello.role == "observer":
                await self._welcome_observer(hello)
            elif hello.word:
                await self._come_back(self._lobby.room(hello.code), hello.word, hello)
            elif self._lobby.room(hello.code).settings.experiment is not None:
                study, person, token, word = await self._studies.join(
                    self._lobby.room(hello.code), hello
                )
                await self._take_part(study, person, hello, token, word)
            else:
                place, token, word = await self._lobby.join(hello)
                await self._sit(place, hello, token, word)

    async def _come_back(self, room: Room, word: str, hello: Hello) -> None:
        token = token_of(word, room.settings.key)
        part = self._studies.returning(token)
        if part is not None:
            await self._take_part(*part, hello, token, word)
            return
        place, token = self._lobby.seats.by_word(room, word)
        await self._sit(place, hello, token, word)

    async def _take_part(
        self,
        study: Study,
        person: Person,
        hello: Hello,
        token: str | None = None,
        word: str | None = None,
    ) -> None:
        self._part = (study, person)
        self._translate(study.room)
        place = self._studies.come(study, person, self)
        if place is not None:
            await self._sit(place, hello, token, word)
        else:
            self.deliver(
                Welcome(
                    version=protocol.PROTOCOL_VERSION,
                    role="player",
                    room=study.room.row.code,
                    name=person.row.label,
                    token=token,
                    word=word,
                )
            )
        self._studies.tell(study, person)

    def _translate(self, room: Room) -> None:
        """From now on names of the game go out, and come in, as the room has them shown."""
        self._words = words = room.words
        if words is not None:
            self._outbox.encode = lambda message: json.dumps(
                words.outward(message.model_dump(mode="json")), ensure_ascii=False
            )

    async def _sit(
        self, place: Place, hello: Hello, token: str | None = None, word: str | None = None
    ) -> None:
        self._place = place
        table = place.table
        await self._lobby.open_table(table)
        self.deliver(
            Welcome(
                version=protocol.PROTOCOL_VERSION,
                role="player",
                room=place.room.row.code,
                session=table.row.id,
                seat=place.seat,
                name=table.seats[place.seat].name,
                token=token,
                word=word,
                epoch=table.session.epoch if table.session else None,
                started=table.session is not None,
            )
        )
        await self._lobby.seats.sit(place, self, hello)

    async def _welcome_observer(self, hello: Hello) -> None:
        room = self._lobby.room(hello.code)
        self._translate(room)
        await self._watch(room, hello, "observer")

    async def _welcome_host(self, hello: Hello) -> None:
        self._lobby.check_host(hello.host_secret)
        self._is_host = True
        if hello.code:
            await self._watch(self._lobby.room(hello.code), hello, "host")
        else:
            self.deliver(Welcome(version=protocol.PROTOCOL_VERSION, role="host"))

    async def _watch(self, room: Room, hello: Hello, role: Any) -> None:
        if not room.tables:
            raise Refused(RefusalCode.ROOM_STATE, "no session of this study has begun")
        table = room.table(hello.session) if hello.session else room.tables[0]
        await self._lobby.open_table(table)
        self.deliver(
            Welcome(
                version=protocol.PROTOCOL_VERSION,
                role=role,
                room=room.row.code,
                session=table.row.id,
                epoch=table.session.epoch if table.session else None,
                started=table.session is not None,
            )
        )
        self._watching = (room, table)
        self._lobby.seats.watch(room, table, self, hello, as_host=role == "host")

    # --- requests ---

    def _parse(self, frame: str | bytes) -> protocol.FromClient | None:
        if self._words is not None:
            frame = _renamed(frame, self._words)
        try:
            return protocol.parse_from_client(frame)
        except ValidationError as error:
            self._refuse(_id_of(frame), _malformed(error))
            return None

    async def _receive(self, frame: str | bytes) -> None:
        message = self._parse(frame)
        if message is None:
            return
        if isinstance(message, Hello):
            self._refuse(None, Refused(RefusalCode.MALFORMED, "hello was said already"))
            return
        if not self._afford():
            self._refuse(
                message.id,
                Refused(
                    RefusalCode.RATE_LIMITED,
                    "too many requests",
                    allowed=f"{REQUESTS_PER_S} a second",
                ),
            )
            return
        if isinstance(message, protocol.Act):
            self._act(message)
            return
        try:
            data = await self._do(message)
        except Refused as refused:
            self._refuse(message.id, refused)
        except (StoreFailed, Conflict):
            self._refuse(
                message.id, Refused(RefusalCode.NOT_SAVED, "the database could not save it")
            )
        except Exception:
            log.exception("request %s failed", message.kind)
            self._refuse(message.id, Refused(RefusalCode.INTERNAL, "a fault of the server"))
        else:
            self._counts["accepted"] += 1
            self.deliver(Accepted(id=message.id, data=data))

    def _afford(self) -> bool:
        now_ms = self._clock_ms()
        earned = (now_ms - self._credit_ms) * REQUESTS_PER_S / 1000
        self._credit = min(REQUEST_BURST, self._credit + earned)
        self._credit_ms = now_ms
        if self._credit < 1:
            return False
        self._credit -= 1
        return True

    def _act(self, message: protocol.Act) -> None:
        if self._place is None:
            self._refuse(message.id, Refused(RefusalCode.NOT_SEATED, "you have no seat"))
            return
        session = self._place.table.session
        if session is None:
            self._refuse(message.id, Refused(RefusalCode.ROOM_STATE, "the session has not started"))
            return

        def reply(result: int | Refused) -> None:
            if isinstance(result, Refused):
                self._refuse(message.id, result)
            else:
                self._counts["accepted"] += 1
                self.deliver(Accepted(id=message.id, version=result))

        session.act(self._place.seat, message.id, message.at, message.action, reply)

    async def _do(self, message: protocol.FromClient) -> dict[str, Any] | None:
        match message:
            case protocol.Leave() | protocol.ChooseSeat() if self._part is not None:
                raise Refused(RefusalCode.ROOM_STATE, "in a study seats are given by its plan")
            case protocol.ChooseSeat():
                return await self._choose(message)
            case protocol.WhatIf():
                return self._what_if(message.supposed)
            case protocol.RoomStatus() if not self._is_host:
                return self._own_room(message.room)
            case (
                protocol.ReadReplay()
                | protocol.ViewAt()
                | protocol.ReadDebrief()
                | protocol.ReadReport()
            ):
                return await self._past.ask(self._asker(), message)
            case protocol.GiveConsent():
                await self._studies.consent(*self._taking_part(), agreed=message.agreed)
                return None
            case protocol.AnswerControls():
                answers, part = message.answers, self._taking_part()
                return {"wrong": await self._studies.answer(*part, answers, message.id)}
            case protocol.HandIn():
                await self._studies.hand_in(*self._taking_part(), message.answers)
                return None
            case protocol.Leave():
                await self._lobby.seats.leave(self._seated())
                self._leave()
                return None
            case protocol.Hello() | protocol.Act():
                raise AssertionError("these are taken before")
            case _:
                self._check_host()
                return await self._hosts.ask(message)

    def _seated(self) -> Place:
        if self._place is None:
            raise Refused(RefusalCode.NOT_SEATED, "you have no seat")
        return self._place

    def _taking_part(self) -> tuple[Study, Person]:
        if self._part is None:
            raise Refused(RefusalCode.NOT_SEATED, "you take part in no study")
        return self._part

    def _what_if(self, supposed: protocol.Supposition) -> dict[str, Any]:
        place = self._seated()
        if place.table.session is None:
            raise Refused(RefusalCode.ROOM_STATE, "the session has not started")
        return asdict(what_if(place.table.session.state, place.seat, supposed))

    def _own_room(self, code: str) -> dict[str, Any]:
        """The room that this connection is in, for its board."""
        room = self._watching[0] if self._watching else self._seated().room
        if room is not self._lobby.room(code):
            raise Refused(RefusalCode.NOT_HOST, "this is another room", field="room")
        own = self._seated().table if self._part is not None else None
        return room_message(room, own).model_dump(mode="json")

    def _asker(self) -> Asker:
        if self._watching is not None:
            return Asker(self._is_host, *self._watching)
        if self._place is not None:
            return Asker(self._is_host, self._place.room, self._place.table)
        return Asker(self._is_host)

    def _check_host(self) -> None:
        if not self._is_host:
            raise Refused(RefusalCode.NOT_HOST, "only the host may ask this")

    async def _choose(self, message: protocol.ChooseSeat) -> dict[str, Any]:
        before = self._seated()
        place = await self._lobby.seats.move(before, message.seat, message.session)
        if place is not before:
            self._lobby.seats.gone(before, self)
            self._place = place
            await self._lobby.seats.sit(place, self, Hello())
        return {"seat": place.seat, "session": place.table.row.id}

    def _leave(self) -> None:
        assert self._place is not None
        self._lobby.seats.gone(self._place, self)
        self._place = None

    def _refuse(self, request_id: str | None, refused: Refused) -> None:
        self._counts[refused.code] += 1
        log.info("refused %s", refused.code)
        self.deliver(
            RefusedAnswer(
                id=request_id,
                code=refused.code,
                message=refused.message,
                field=refused.field,
                allowed=refused.allowed,
                retryable=refused.code in RETRYABLE,
            )
        )


def _bearer_of(socket: ServerConnection) -> str | None:
    return bearer(socket.request) if socket.request is not None else None


def _renamed(frame: str | bytes, words: Words) -> str | bytes:
    """A frame under the names of the game; one that is no JSON as it is, to be refused."""
    try:
        return json.dumps(words.inward(json.loads(frame)))
    except ValueError:
        return frame


def _id_of(frame: str | bytes) -> str | None:
    """The id of a message that is wrong otherwise, so that its sender is answered."""
    try:
        message = json.loads(frame)
    except ValueError:
        return None
    request_id = message.get("id") if isinstance(message, dict) else None
    return request_id if isinstance(request_id, str) and 0 < len(request_id) <= 64 else None


def _malformed(error: ValidationError) -> Refused:
    details = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in details["loc"]) or None
    seen = repr(details["input"])
    shown = seen if len(seen) <= 60 else seen[:57] + "..."
    return Refused(RefusalCode.MALFORMED, f"{details['msg']}: {shown}", field=field)
