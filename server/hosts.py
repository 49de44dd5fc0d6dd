"""What hosts ask: each request done once, answered the same again, and kept as an audit trail.

A request that is sent again, after a lost connection or after the server was killed, finds the
row of the first time in the store. The row is written with what was done where that is one
transaction; what is done to several sessions is recorded in each of them beside it, under the
request's id. Knows no socket and no rule of the game.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from server import archive, catalogue, protocol
from server.game import hosting
from server.game.refusals import RefusalCode, Refused
from server.lobby import Lobby
from server.rooms import room_message
from server.session import HostAct
from server.store import HostActRow, Store
from server.studies import Studies

Data = dict[str, Any] | None
"""Of an answer."""
OnSessions = (
    protocol.Pause
    | protocol.Resume
    | protocol.Extend
    | protocol.NextPhase
    | protocol.PlayCard
    | protocol.CloseSession
)
"""What is done to one session, or to every running one of a room."""
Changing = (
    OnSessions
    | protocol.OpenRoom
    | protocol.Start
    | protocol.CloseRoom
    | protocol.SetSeat
    | protocol.ReissueSeat
    | protocol.MovePerson
    | protocol.Announce
    | protocol.LetIn
)
"""All that does something, and is to be done once."""


class Hosts:
    """The hosts of one server, who all know the same secret.

    Args:
        lobby: whose rooms they open and run.
        studies: those of the rooms that are studies.
        store: where it is kept what they did.
        utc_now: the time of day as ISO 8601 text.
    """

    def __init__(
        self, lobby: Lobby, studies: Studies, store: Store, utc_now: Callable[[], str]
    ) -> None:
        self._lobby = lobby
        self._studies = studies
        self._store = store
        self._utc_now = utc_now
        self._under_way: dict[str, asyncio.Event] = {}

    async def ask(self, message: protocol.FromHost) -> Data:
        """Do what a host asks, or give the answer of the first time; the answer's data.

        Raises:
            Refused: what the lobby or the rules say, or ``request_reused``.
            StoreFailed: it may not be done; asked again under its id, it is done once.
        """
        match message:
            case protocol.ListRooms():
                rooms = [room_message(room, to_host=True) for room in self._lobby.rooms]
                return {"rooms": [room.model_dump(mode="json") for room in rooms]}
            case protocol.ListSessions():
                return await archive.listed(self._store, message.before)
            case protocol.RoomStatus():
                room = self._lobby.room(message.room)
                return room_message(room, to_host=True).model_dump(mode="json")
            case protocol.ReadStudy():
                return self._studies.status(self._lobby.room(message.room))
            case protocol.ListActs():
                return {"acts": await self._acts(message.room)}
            case protocol.ListScenarios():
                return {"scenarios": catalogue.summaries(), "bots": catalogue.bots()}
            case protocol.ReadScenario():
                return catalogue.read(message.name)
            case protocol.CheckScenario():
                return {"problems": catalogue.problems(message.document)}
            case _:
                return await self._once(message)

    async def _acts(self, code: str) -> list[dict[str, Any]]:
        rows = await self._store.host_acts(self._lobby.room(code).row.code)
        return [{"at_utc": row.at_utc, **row.act} for row in rows]

    async def _once(self, message: Changing) -> Data:
        while message.id in self._under_way:
            # Sent again over a new connection while the first is still being done.
            await self._under_way[message.id].wait()
        done = self._under_way[message.id] = asyncio.Event()
        try:
            known = await self._store.host_act(message.id)
            if known is None:
                return await self._do(message)
            if (known.room, known.act) != (_room_of(message) or known.room, _act_of(message)):
                raise Refused(
                    RefusalCode.REQUEST_REUSED,
                    f"the id {message.id} was used for another request",
                    field="id",
                    allowed="a new id for every request",
                )
            return known.answer
        finally:
            del self._under_way[message.id]
            done.set()

    async def _do(self, message: Changing) -> Data:
        if isinstance(message, protocol.OpenRoom):
            noted = await self._lobby.open_room(message, partial(self._row, message))
            return noted.answer
        room = self._lobby.room(message.room)
        noted = self._row(message, room.row.code)
        study = room.settings.experiment is not None
        match message:
            case protocol.MovePerson() | protocol.ReissueSeat() if study:
                raise Refused(
                    RefusalCode.ROOM_STATE, "in a study seats are given by its plan alone"
                )
            case protocol.LetIn():
                await self._studies.let_in(room, message.label, noted)
            case protocol.Start() if study:
                await self._studies.start(room, message.empty_seats, noted)
            case protocol.Start():
                await self._lobby.start(room, message.empty_seats, noted)
            case protocol.CloseRoom():
                await self._lobby.close_room(room, noted)
            case protocol.ReissueSeat():
                issued = await self._lobby.seats.reissue(room, message.session, message.seat)
                # The token is in no row: asked again, there is another one.
                await self._store.note_host_act(replace(noted, request_id=None))
                return dict(issued)
            case protocol.MovePerson():
                await self._lobby.seats.move_person(room, message)
                await self._store.note_host_act(noted)
            case protocol.Announce():
                await self._lobby.announce(room, message.session, message.text, noted)
            case protocol.SetSeat():
                await self._lobby.seats.set_plan(room, message.session, message.seat, message.plan)
                await self._store.note_host_act(noted)
            case _:
                await self._lobby.host_act(
                    room, message.session, _host_act(message), message.id, _digest(noted.act)
                )
                await self._store.note_host_act(noted)
        return None

    def _row(self, message: Changing, room: str, answer: Data = None) -> HostActRow:
        return HostActRow(room, self._utc_now(), _act_of(message), message.id, answer)


def _act_of(message: Changing) -> dict[str, Any]:
    return message.model_dump(mode="json", exclude={"id", "room", "document"})


def _room_of(message: Changing) -> str | None:
    room: str | None = getattr(message, "room", None)
    return room.strip().upper() if room is not None else None


def _digest(act: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(act, sort_keys=True).encode()).hexdigest()[:32]


def _host_act(message: OnSessions) -> HostAct:
    match message:
        case protocol.Pause():
            return hosting.pause
        case protocol.Resume():
            return hosting.resume
        case protocol.NextPhase():
            meant = message.at
            return lambda state, at_ms: hosting.next_phase(state, at_ms, meant)
        case protocol.CloseSession():
            return hosting.close
        case protocol.Extend():
            seconds = message.seconds
            return lambda state, at_ms: hosting.extend(state, seconds, at_ms)
        case protocol.PlayCard():
            card = message.card
            return lambda state, at_ms: hosting.play_card(state, card, at_ms)
