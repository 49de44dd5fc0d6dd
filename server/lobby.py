"""Rooms: which there are, and which sessions run in them.

Owns how rooms are opened, started, woken and closed, and what a host does to their sessions.
Who sits where and who is here is the seats'. Knows no socket.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from server import forks
from server.bots import MakeBot, make
from server.game import hosting, rules
from server.game.events import Event, Participant
from server.game.refusals import RETRYABLE, RefusalCode, Refused
from server.game.scenario import Scenario, SeatId
from server.protocol import (
    CloseCode,
    ForkFrom,
    Hello,
    OpenRoom,
)
from server.rooms import (
    Place,
    Room,
    RoomSettings,
    Table,
    free_seat,
    plans_for,
    tell,
)
from server.scenarios import draw
from server.seats import Seats, by_host
from server.session import HOST_KEY, HostAct, Session
from server.store import HostActRow, RoomRow, SeatRow, SessionRow, Store
from server.variants import experiment_of, scenario_of, variants_of

Noted = Callable[[str, dict[str, Any]], HostActRow]
"""What is kept of a host's request, from the room's code and the data of the answer."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of join codes: none that is mistaken for a digit."""

log = logging.getLogger("backstop.lobby")


class Lobby:
    """All rooms of one server.

    Args:
        store: where rooms and sessions are kept.
        host_secret: what a host must know.
        clock_ms: any monotonic clock in milliseconds.
        utc_now: the time of day as ISO 8601 text.
    """

    def __init__(
        self,
        store: Store,
        *,
        host_secret: str,
        clock_ms: Callable[[], int],
        utc_now: Callable[[], str],
    ) -> None:
        self._store = store
        self._host_secret = host_secret
        self._clock_ms = clock_ms
        self._utc_now = utc_now
        self._owner = secrets.token_hex(8)
        self._rooms: dict[str, Room] = {}
        self.seats = Seats(store)

    @property
    def rooms(self) -> list[Room]:
        """All open rooms."""
        return list(self._rooms.values())

    async def wake(self) -> None:
        """Take over what the database holds: rooms that are open, sessions that run."""
        for row in await self._store.rooms():
            if row.status != "closed":
                await self._wake_room(row)

    async def stop(self) -> None:
        """Let every session save what it has decided, and end its task."""
        for room in self._rooms.values():
            if room.telling is not None:
                room.telling.cancel()
        for table in self._tables():
            for handle in table.takeovers.values():
                handle.cancel()
        running = [table.session for table in self._tables() if table.session is not None]
        await asyncio.gather(*(session.stop() for session in running))

    def _tables(self) -> Iterable[Table]:
        return (table for room in self._rooms.values() for table in room.tables)

    async def _wake_room(self, row: RoomRow) -> None:
        try:
            room = await self._read_room(row)
        except Refused:
            log.warning("room %s: its scenario %s is gone", row.code, row.scenario)
            return
        for table in room.tables:
            self.seats.know(room, table)
            if table.row.status == "running":
                await self._wake_session(room, table)
        await self._recall_announcements(room)
        self._rooms[row.code] = room

    async def _read_room(self, row: RoomRow) -> Room:
        """A room as the database holds it, its sessions asleep."""
        settings = RoomSettings.model_validate_json(row.settings)
        scenario = await self._scenario_of(row.scenario, settings)
        scenario, variants = _variants(settings, scenario)
        room = Room(row, settings, scenario, [], variants)
        studied = await self._store.studies.sessions(row.code)
        treatments = {one.session: one.treatment for one in studied}
        rows = await self._store.sessions(room=row.code, limit=1_000)
        for session in sorted(rows, key=lambda one: one.table_number):
            seats = {SeatId(seat.seat): seat for seat in await self._store.seats(session.id)}
            played = variants.get(treatments.get(session.id, ""), scenario)
            room.tables.append(Table(session, played, seats))
        return room

    async def _recall_announcements(self, room: Room) -> None:
        """The host's last word to each table, as the audit trail has it."""
        for row in await self._store.host_acts(room.row.code):
            if row.act["kind"] == "announce":
                for table in room.tables:
                    # A table that was opened later has not been told.
                    addressed = row.act["session"] in (None, table.row.id)
                    if addressed and table.row.created_utc <= row.at_utc:
                        table.announcement = row.act["text"].strip()

    async def _wake_session(self, room: Room, table: Table) -> None:
        fence = await self._store.claim(table.row.id, self._owner)
        await self._load(table, fence, room.bots)
        assert table.session is not None
        table.session.start(woken=True)
        self.seats.show(room, table)

    async def _load(self, table: Table, fence: int, bots: MakeBot = make) -> None:
        events = await self._store.load_events(table.row.id)
        answers = await self._store.answers(table.row.id)
        table.session = Session(
            table.row.id,
            events,
            answers,
            self._store,
            fence=fence,
            clock_ms=self._clock_ms,
            bots=bots,
        )
        table.scenario = table.session.state.scenario

    # --- rooms ---

    def check_host(self, secret: str | None) -> None:
        """Whether somebody is host.

        Raises:
            Refused: ``not_host``.
        """
        given, right = (secret or "").encode(), self._host_secret.encode()
        if not secrets.compare_digest(given, right):
            raise Refused(RefusalCode.NOT_HOST, "this is not the host's secret")

    async def open_room(self, request: OpenRoom, noted: Noted) -> HostActRow:
        """Open a new room with its tables, everybody still to come; what is noted of it.

        Raises:
            Refused: ``unknown_scenario``, ``unknown_seat``, ``unknown_bot``, ``out_of_range``.
            StoreFailed: nothing was opened.
        """
        scenario, fork = await self._wanted(request)
        experiment = experiment_of(request.experiment)
        if experiment is not None and fork is not None:
            raise Refused(RefusalCode.MALFORMED, "a study begins no forks", field="fork")
        plans = plans_for(scenario, request.seats)
        if experiment is not None and all(
            plan.participant is not Participant.PERSON for plan in plans.values()
        ):
            raise Refused(RefusalCode.MALFORMED, "no seat is for a participant", field="seats")
        settings = RoomSettings(
            timed=request.timed,
            takeover_after_s=request.takeover_after_s,
            seed=secrets.randbelow(2**31) if experiment and request.seed is None else request.seed,
            minutes=request.minutes,
            document=request.document,
            fork=fork,
            roster=request.roster,
            more_tables=request.more_tables,
            experiment=experiment,
            most_groups=request.tables if experiment and not request.more_tables else None,
            seats=plans,
        )
        room_scenario, variants = _variants(settings, scenario)
        row = RoomRow(
            self._new_code(),
            request.title or room_scenario.title,
            scenario.name,
            settings.model_dump_json(),
            "lobby",
            self._utc_now(),
        )
        room = Room(row, settings, room_scenario, [], variants)
        if experiment is None:
            room.tables = [self.new_table(room, number + 1) for number in range(request.tables)]
        sessions = [table.row.id for table in room.tables]
        host_act = noted(row.code, {"room": row.code, "sessions": sessions})
        await self._store.create_room(
            row, [(table.row, list(table.seats.values())) for table in room.tables], host_act
        )
        self._rooms[row.code] = room
        return host_act

    async def _wanted(self, request: OpenRoom) -> tuple[Scenario, ForkFrom | None]:
        """The scenario of a room to be opened, and the event at which it begins, if in a log."""
        if request.fork is None:
            return scenario_of(request.scenario, request.document, request.minutes), None
        return await forks.checked(self._store, request, request.fork)

    async def _scenario_of(self, name: str, settings: RoomSettings) -> Scenario:
        if settings.fork is None:
            return scenario_of(name, settings.document, settings.minutes)
        return (await forks.moment_of(self._store, settings.fork))[1].state.scenario

    def _new_code(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(4)) + secrets.choice("23456789")
            if code not in self._rooms:
                return code

    def new_table(self, room: Room, number: int, treatment: str = "") -> Table:
        """A table that is stored nowhere yet."""
        scenario = room.variants.get(treatment, room.scenario)
        session, fork = secrets.token_hex(6), room.settings.fork
        row = SessionRow(
            session,
            scenario.name,
            self._utc_now(),
            room=room.row.code,
            table_number=number,
            parent=fork.session if fork else None,
            parent_event=fork.event if fork else None,
        )
        seats = {
            seat: SeatRow(session, seat, plan.participant, plan.bot)
            for seat, plan in room.settings.seats.items()
        }
        return Table(row, scenario, seats)

    def room(self, code: str | None) -> Room:
        """The room of a join code.

        Raises:
            Refused: ``unknown_room``.
        """
        room = self._rooms.get((code or "").strip().upper())
        if room is None:
            raise Refused(RefusalCode.UNKNOWN_ROOM, f"there is no room {code}", field="code")
        return room

    async def open_or_closed(self, code: str) -> Room:
        """The room of a code, also one that is closed: then to be read alone.

        Raises:
            Refused: ``unknown_room``; ``unknown_scenario``: that of the closed room is gone.
        """
        code = code.strip().upper()
        if code in self._rooms:
            return self._rooms[code]
        row = await self._store.room(code)
        return self.room(code) if row is None else await self._read_room(row)

    async def start(self, room: Room, empty_seats: Participant, host_act: HostActRow) -> None:
        """Start every table that has not started.

        Raises:
            Refused: ``room_state``: all of them have.
            StoreFailed: a table could not be started; the others were.
        """
        waiting = [table for table in room.tables if table.status == "lobby"]
        # A room that is not said to run was left half-way: asked again, the rest is done.
        if not waiting and room.row.status == "running":
            raise Refused(RefusalCode.ROOM_STATE, f"room {room.row.code} has started")
        for table in waiting:
            await self.start_table(room, table, empty_seats)
        await self._store.set_room_status(room.row.code, "running", host_act)
        room.row = replace(room.row, status="running")
        tell(room)

    async def start_table(self, room: Room, table: Table, empty_seats: Participant) -> None:
        """Start one table.

        Raises:
            StoreFailed: it was not.
        """
        await self.seats.fill(table, empty_seats)
        fence = await self._store.claim(table.row.id, self._owner)
        events = await self._beginning(room, table)
        await self._store.append(table.row.id, 0, events, fence=fence)
        await self._load(table, fence, room.bots)
        assert table.session is not None
        table.session.start()
        self.seats.show(room, table)

    async def _beginning(self, room: Room, table: Table) -> list[Event]:
        """The events with which a table starts: a new game's, or those of a fork."""
        participants = {
            seat: (Participant(row.participant), row.bot) for seat, row in table.seats.items()
        }
        settings, number = room.settings, table.row.table_number - 1
        if settings.fork is None:
            base = settings.seed if settings.seed is not None else secrets.randbelow(2**31)
            draws = draw(table.scenario, base + number)
            return rules.open_session(
                table.scenario, draws, timed=settings.timed, participants=participants
            )
        return await forks.beginning(
            self._store,
            settings.fork,
            {seat: bot or str(who) for seat, (who, bot) in participants.items()},
            seed=None if settings.seed is None else settings.seed + number,
            timed=settings.timed,
        )

    async def close_room(self, room: Room, host_act: HostActRow) -> None:
        """End its sessions and let nobody in any more."""
        for table in room.tables:
            if table.status == "running":
                await by_host(table, hosting.close)
        await self._store.set_room_status(room.row.code, "closed", host_act)
        room.row = replace(room.row, status="closed")
        del self._rooms[room.row.code]
        for table in room.tables:
            for link in table.everybody():
                link.close(CloseCode.ROOM_CLOSED)
            if table.session is not None:
                await table.session.stop()

    async def host_act(
        self, room: Room, session: str | None, act: HostAct, request_id: str, digest: str
    ) -> None:
        """An act of the host on one table, or on every running one; once on each.

        A table that refuses, such as one that has just ended, does not keep the others from it.

        Raises:
            Refused: what the rules say where no table took it, or ``room_state`` where nothing
                runs.
        """
        chosen = [room.table(session)] if session else room.tables
        running = [table for table in chosen if table.status == "running"]
        if not running and not await self._was_done(chosen, request_id):
            raise Refused(RefusalCode.ROOM_STATE, "no session of this room is running")
        results = [await self._tried(table, act, request_id, digest) for table in running]
        refused = [one for one in results if one is not None]
        for one in refused:
            if one.code in RETRYABLE or len(refused) == len(results):
                raise one

    async def _tried(
        self, table: Table, act: HostAct, request_id: str, digest: str
    ) -> Refused | None:
        try:
            await by_host(table, act, request_id, digest)
        except Refused as refused:
            return refused
        return None

    async def _was_done(self, tables: Iterable[Table], request_id: str) -> bool:
        """Whether the very request has ended what ran, and its answer was lost."""
        answers = [one for table in tables for one in await self._store.answers(table.row.id)]
        return any((one.seat, one.request_id) == (HOST_KEY, request_id) for one in answers)

    async def announce(
        self, room: Room, session: str | None, text: str, host_act: HostActRow
    ) -> None:
        """Tell everybody at one table, or at all, what the host says, once it is kept.

        Raises:
            Refused: ``unknown_session``.
            StoreFailed: nobody was told.
        """
        tables = [room.table(session)] if session else room.tables
        await self._store.note_host_act(host_act)
        for table in tables:
            table.announcement = text.strip()
        tell(room)

    # --- people ---

    async def join(self, hello: Hello) -> tuple[Place, str, str]:
        """A seat for somebody who comes with a code; the place, the new token and its word.

        Raises:
            Refused: ``unknown_room``, ``unknown_seat``, ``seat_taken``, ``no_seat_left``.
            StoreFailed: nobody was seated.
        """
        room = self.room(hello.code)
        table, seat = await self._free_seat(room, hello)
        place = Place(room, table, seat)
        return place, *await self.seats.take(place, hello.name)

    async def _free_seat(self, room: Room, hello: Hello) -> tuple[Table, SeatId]:
        tables = [room.table(hello.session)] if hello.session else room.tables
        try:
            return free_seat(tables, hello.seat)
        except Refused as refused:
            full = refused.code is RefusalCode.NO_SEAT_LEFT
            if not full or hello.session or not room.settings.more_tables:
                raise
        table = self.new_table(room, len(room.tables) + 1)
        room.tables.append(table)
        await self._store.create_session(table.row, list(table.seats.values()))
        return free_seat([table], None)

    async def open_table(self, table: Table) -> None:
        """Have a session that ended before this server started at hand for its debrief."""
        if table.session is None and table.row.status in ("ended", "parked"):
            await self._load(table, table.row.fence)


def _variants(settings: RoomSettings, scenario: Scenario) -> tuple[Scenario, dict[str, Scenario]]:
    """What a room plays: its scenario, and in a study that of each treatment."""
    if settings.experiment is None:
        return scenario, {}
    found = variants_of(settings.experiment, scenario.name, settings.document, settings.minutes)
    return next(iter(found.values())), found
