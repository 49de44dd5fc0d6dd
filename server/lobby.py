"""Rooms: who may sit where, who is here, and which sessions run.

Owns tokens, presence, take-over by bots and hand-back, and the waking of sessions. Names of
people live here and in the store's `seats`, never in a log. Knows connections only as
`Link`s and no socket.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from server import forks
from server.bots import default_bot
from server.game import hosting, rules
from server.game.events import Event, Participant
from server.game.refusals import RETRYABLE, RefusalCode, Refused
from server.game.scenario import Scenario, SeatId
from server.game.state import State
from server.game.views import BOARD, HOST, Viewer, ViewerKind
from server.protocol import (
    CloseCode,
    ForkFrom,
    Hello,
    MovePerson,
    OpenRoom,
    RoomMessage,
    SeatPlan,
    SeatSettings,
)
from server.rooms import (
    SHARED,
    Link,
    Place,
    Room,
    RoomSettings,
    Table,
    free_seat,
    no_such_seat,
    plan_for,
    plans_for,
    table_status,
)
from server.scenarios import ScenarioError, check, draw, load, timed_for
from server.session import HOST_KEY, HostAct, Session
from server.store import Conflict, HostActRow, RoomRow, SeatRow, SessionRow, Store, StoreFailed
from server.tokens import new_word, token_hash, token_of

Noted = Callable[[str, dict[str, Any]], HostActRow]
"""What is kept of a host's request, from the room's code and the data of the answer."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of join codes: none that is mistaken for a digit."""
TOLD_TOGETHER_S = 0.1
"""Who comes and goes within this time is told of in one message."""
MOST_SHARING = 6
"""People whose names are shown for one seat."""

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
        self._places: dict[str, Place] = {}

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
        settings = RoomSettings.model_validate_json(row.settings)
        try:
            scenario = await self._scenario_of(row.scenario, settings)
        except Refused:
            log.warning("room %s: its scenario %s is gone", row.code, row.scenario)
            return
        room = Room(row, settings, scenario, [])
        rows = await self._store.sessions(room=row.code, limit=1_000)
        for session in sorted(rows, key=lambda one: one.table_number):
            seats = {SeatId(seat.seat): seat for seat in await self._store.seats(session.id)}
            table = Table(session, scenario, seats)
            room.tables.append(table)
            for seat in seats.values():
                if seat.token_hash:
                    self._places[seat.token_hash] = Place(room, table, SeatId(seat.seat))
            if session.status == "running":
                await self._wake_session(room, table)
        await self._recall_announcements(room)
        self._rooms[row.code] = room

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
        await self._load(table, await self._store.claim(table.row.id, self._owner))
        assert table.session is not None
        table.session.start(woken=True)
        for seat in table.seats.values():
            if seat.participant == Participant.PERSON:
                self._absent(room, table, SeatId(seat.seat))

    async def _load(self, table: Table, fence: int) -> None:
        events = await self._store.load_events(table.row.id)
        answers = await self._store.answers(table.row.id)
        table.session = Session(
            table.row.id, events, answers, self._store, fence=fence, clock_ms=self._clock_ms
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
        settings = RoomSettings(
            timed=request.timed,
            takeover_after_s=request.takeover_after_s,
            seed=request.seed,
            minutes=request.minutes,
            document=request.document,
            fork=fork,
            roster=request.roster,
            more_tables=request.more_tables,
            seats=plans_for(scenario, request.seats),
        )
        row = RoomRow(
            self._new_code(),
            request.title or scenario.title,
            scenario.name,
            settings.model_dump_json(),
            "lobby",
            self._utc_now(),
        )
        room = Room(row, settings, scenario, [])
        room.tables = [self._new_table(room, number + 1) for number in range(request.tables)]
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
            return _scenario(request.scenario, request.document, request.minutes), None
        return await forks.checked(self._store, request, request.fork)

    async def _scenario_of(self, name: str, settings: RoomSettings) -> Scenario:
        if settings.fork is None:
            return _scenario(name, settings.document, settings.minutes)
        return (await forks.moment_of(self._store, settings.fork))[1].state.scenario

    def _new_code(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(4)) + secrets.choice("23456789")
            if code not in self._rooms:
                return code

    def _new_table(self, room: Room, number: int) -> Table:
        session, fork = secrets.token_hex(6), room.settings.fork
        row = SessionRow(
            session,
            room.scenario.name,
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
        return Table(row, room.scenario, seats)

    def room(self, code: str | None) -> Room:
        """The room of a join code.

        Raises:
            Refused: ``unknown_room``.
        """
        room = self._rooms.get((code or "").strip().upper())
        if room is None:
            raise Refused(RefusalCode.UNKNOWN_ROOM, f"there is no room {code}", field="code")
        return room

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
            await self._start_table(room, table, empty_seats)
        await self._store.set_room_status(room.row.code, "running", host_act)
        room.row = replace(room.row, status="running")
        self.tell(room)

    async def _start_table(self, room: Room, table: Table, empty_seats: Participant) -> None:
        for seat_id, seat in table.seats.items():
            if seat.participant == Participant.PERSON and seat.name is None:
                bot = default_bot(table.scenario.seat_by_id[seat_id].role)
                is_bot = empty_seats is Participant.BOT
                planned = replace(seat, participant=empty_seats, bot=bot if is_bot else None)
                await self._set_seat(table, planned)
        fence = await self._store.claim(table.row.id, self._owner)
        events = await self._beginning(room, table)
        await self._store.append(table.row.id, 0, events, fence=fence)
        await self._load(table, fence)
        assert table.session is not None
        table.session.start()
        for taken in table.seats:
            for link in table.links_of(taken):
                table.session.attach(_as_seat(taken), link.deliver, None, None)
        for link, viewer in table.watchers.values():
            table.session.attach(viewer, link.deliver, None, None)
        for seat_id, seat in table.seats.items():
            if seat.participant == Participant.PERSON and not table.links_of(seat_id):
                self._absent(room, table, seat_id)

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
                await self._host_act(table, hosting.close)
        await self._store.set_room_status(room.row.code, "closed", host_act)
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
            await self._host_act(table, act, request_id, digest)
        except Refused as refused:
            return refused
        return None

    async def _was_done(self, tables: Iterable[Table], request_id: str) -> bool:
        """Whether the very request has ended what ran, and its answer was lost."""
        answers = [one for table in tables for one in await self._store.answers(table.row.id)]
        return any((one.seat, one.request_id) == (HOST_KEY, request_id) for one in answers)

    async def _host_act(
        self, table: Table, act: HostAct, request_id: str | None = None, digest: str = ""
    ) -> None:
        assert table.session is not None, "a running table has its session"
        done: asyncio.Future[int | Refused] = asyncio.get_running_loop().create_future()
        table.session.host(act, done.set_result, request_id, digest)
        result = await done
        if isinstance(result, Refused):
            raise result

    async def set_plan(self, room: Room, session: str, seat: SeatId, plan: SeatPlan) -> None:
        """A bot, nobody or (back) a person in a seat.

        Raises:
            Refused: ``unknown_session``, ``unknown_seat``, ``unknown_bot``.
        """
        table = room.table(session)
        plan = plan_for(table.scenario, seat, plan)
        await self._set_seat(
            table, replace(table.seats[seat], participant=plan.participant, bot=plan.bot)
        )
        if table.status == "running":
            await self._host_act(table, _occupy(seat, plan.participant, plan.bot))
        for link in table.links_of(seat):
            link.deliver(SeatSettings(seat=seat, participant=plan.participant))
        self.tell(room)

    async def reissue(self, room: Room, session: str, seat: SeatId) -> dict[str, str]:
        """A new token and word for a seat; whoever sits there with the old one is sent away."""
        table = room.table(session)
        if seat not in table.seats:
            raise no_such_seat(table.scenario, seat)
        self._send_away(table, seat, CloseCode.BAD_TOKEN)
        row = table.seats[seat]
        token, word = await self._issue(room, table, replace(row, name=row.name or "(re-issued)"))
        return {"token": token, "word": word}

    def _send_away(self, table: Table, seat: SeatId, code: CloseCode) -> None:
        for link in table.links_of(seat):
            self._detach(table, seat, link)
            table.sharing.pop(id(link), None)
            link.close(code)
        table.links.pop(seat, None)

    async def move_person(self, room: Room, move: MovePerson) -> None:
        """Give a person another free seat, also while tables play.

        Raises:
            Refused: ``unknown_session``, ``unknown_seat``, ``seat_taken``; ``not_seated``
                where nobody is to be moved.
        """
        table, target = room.table(move.session), room.table(move.to_session)
        seat, to_seat = move.seat, move.to_seat
        row = table.seats.get(seat)
        if row is None:
            raise no_such_seat(table.scenario, seat)
        if row.token_hash is None:
            raise Refused(RefusalCode.NOT_SEATED, f"nobody sits in {seat}", field="seat")
        await self._reseat(Place(room, table, seat), *free_seat([target], to_seat))
        if table.status == "running":
            bot = SeatPlan(participant=Participant.BOT)
            await self.set_plan(room, move.session, seat, bot)
        if target.status == "running":
            await self._host_act(target, _occupy(to_seat, Participant.PERSON, None))
        self._send_away(table, seat, CloseCode.MOVED)
        self.tell(room)

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
        self.tell(room)

    # --- people ---

    async def join(self, hello: Hello) -> tuple[Place, str, str]:
        """A seat for somebody who comes with a code; the place, the new token and its word.

        Raises:
            Refused: ``unknown_room``, ``unknown_seat``, ``seat_taken``, ``no_seat_left``.
            StoreFailed: nobody was seated.
        """
        room = self.room(hello.code)
        table, seat = await self._free_seat(room, hello)
        row = replace(
            table.seats[seat],
            participant=Participant.PERSON,
            bot=None,
            name=hello.name or str(seat),
        )
        token, word = await self._issue(room, table, row)
        if table.status == "running":
            await self._host_act(table, _occupy(seat, Participant.PERSON, None))
        return Place(room, table, seat), token, word

    async def _free_seat(self, room: Room, hello: Hello) -> tuple[Table, SeatId]:
        tables = [room.table(hello.session)] if hello.session else room.tables
        try:
            return free_seat(tables, hello.seat)
        except Refused as refused:
            full = refused.code is RefusalCode.NO_SEAT_LEFT
            if not full or hello.session or not room.settings.more_tables:
                raise
        table = self._new_table(room, len(room.tables) + 1)
        room.tables.append(table)
        await self._store.create_session(table.row, list(table.seats.values()))
        return free_seat([table], None)

    def by_word(self, code: str | None, word: str) -> tuple[Place, str]:
        """The place of a seat's word in a room, and its token.

        Raises:
            Refused: ``unknown_room``, ``not_seated``.
        """
        token = token_of(word, self.room(code).settings.key)
        place = self._places.get(token_hash(token))
        if place is None:
            raise Refused(
                RefusalCode.NOT_SEATED, f"no seat of this room has the word {word}", field="word"
            )
        return place, token

    def returning(self, token: str) -> Place:
        """The place of a token.

        Raises:
            Refused: ``bad_token``.
        """
        place = self._places.get(token_hash(token))
        if place is None or place.room.row.code not in self._rooms:
            raise Refused(RefusalCode.BAD_TOKEN, "this token is not valid (any more)")
        return place

    async def move(self, place: Place, seat: SeatId, session: str | None) -> Place:
        """Take another free seat before the start, with the same token; the own one is kept.

        Raises:
            Refused: ``room_state`` after the start, ``seat_taken``, ``unknown_seat``.
        """
        if (seat, session or place.table.row.id) == (place.seat, place.table.row.id):
            return place
        if place.table.status != "lobby":
            raise Refused(RefusalCode.ROOM_STATE, "seats are fixed once the session has started")
        target = place.room.table(session) if session else place.table
        return await self._reseat(place, *free_seat([target], seat))

    async def _reseat(self, place: Place, table: Table, seat: SeatId) -> Place:
        """Take a name and its token from one seat to another."""
        old = place.table.seats[place.seat]
        await self._set_seat(place.table, replace(old, name=None, token_hash=None))
        new = replace(
            table.seats[seat],
            participant=Participant.PERSON,
            bot=None,
            name=old.name,
            token_hash=old.token_hash,
        )
        await self._set_seat(table, new)
        moved = Place(place.room, table, seat)
        assert old.token_hash is not None, "a place has a token"
        self._places[old.token_hash] = moved
        return moved

    async def leave(self, place: Place) -> None:
        """Give the seat up; in a running session a bot takes it."""
        row = place.table.seats[place.seat]
        if row.token_hash:
            self._places.pop(row.token_hash, None)
        bot = default_bot(place.table.scenario.seat_by_id[place.seat].role)
        running = place.table.status == "running"
        await self._set_seat(
            place.table,
            replace(
                row,
                name=None,
                token_hash=None,
                participant=Participant.BOT if running else Participant.PERSON,
                bot=bot if running else None,
            ),
        )
        if running:
            await self._host_act(place.table, _occupy(place.seat, Participant.BOT, bot))

    async def sit(self, place: Place, link: Link, hello: Hello) -> None:
        """Connect somebody to the own seat.

        An older connection for it is sent away, unless the newcomer wants to share.
        """
        table, seat = place.table, place.seat
        if hello.share:
            table.sharing[id(link)] = (seat, link)
            await self._add_name(table, seat, hello.name)
        else:
            older = table.links.get(seat)
            if older is not None:
                self._detach(table, seat, older)
                older.close(CloseCode.SEAT_TAKEN_OVER)
            table.links[seat] = link
        handle = table.takeovers.pop(seat, None)
        if handle is not None:
            handle.cancel()
        await self.open_table(table)
        if table.session is not None:
            await self._hand_back(table, seat)
            table.session.attach(_as_seat(seat), link.deliver, hello.epoch, hello.last_seq)
        link.deliver(self.message(place.room, table))
        self.tell(place.room)

    async def _add_name(self, table: Table, seat: SeatId, name: str | None) -> None:
        row = table.seats[seat]
        names = (row.name or "").split(SHARED)
        if name and name not in names and len(names) < MOST_SHARING:
            await self._set_seat(table, replace(row, name=SHARED.join([*names, name])))

    async def open_table(self, table: Table) -> None:
        """Have a session that ended before this server started at hand for its debrief."""
        if table.session is None and table.row.status in ("ended", "parked"):
            await self._load(table, table.row.fence)

    async def _hand_back(self, table: Table, seat: SeatId) -> None:
        assert table.session is not None
        planned = table.seats[seat].participant
        sits = table.session.state.participants[seat]
        if planned == Participant.PERSON and sits is not planned and table.status == "running":
            await self._host_act(table, _occupy(seat, Participant.PERSON, None))

    def watch(self, room: Room, table: Table, link: Link, hello: Hello, *, as_host: bool) -> None:
        """Show a table to an observer or the host."""
        viewer = HOST if as_host else BOARD
        table.watchers[id(link)] = (link, viewer)
        if table.session is not None:
            table.session.attach(viewer, link.deliver, hello.epoch, hello.last_seq)
        link.deliver(self.message(room, table))

    def gone(self, place: Place, link: Link) -> None:
        """A connection of a seat ended; after the room's time a bot takes over."""
        table, seat = place.table, place.seat
        if table.links.get(seat) is link:
            del table.links[seat]
        elif table.sharing.pop(id(link), None) is None:
            return
        self._detach(table, seat, link)
        if table.links_of(seat):
            return
        if place.room.row.code in self._rooms:
            self._absent(place.room, table, seat)
            self.tell(place.room)

    def unwatch(self, table: Table, link: Link) -> None:
        """A connection of an observer or the host ended."""
        found = table.watchers.pop(id(link), None)
        if found is not None and table.session is not None:
            table.session.detach(found[1], link.deliver)

    @staticmethod
    def _detach(table: Table, seat: SeatId, link: Link) -> None:
        if table.session is not None:
            table.session.detach(_as_seat(seat), link.deliver)

    def _absent(self, room: Room, table: Table, seat: SeatId) -> None:
        if room.settings.takeover_after_s is None or table.status != "running":
            return
        loop = asyncio.get_running_loop()
        table.takeovers[seat] = loop.call_later(
            room.settings.takeover_after_s, self.take_over, table, seat
        )

    @staticmethod
    def take_over(table: Table, seat: SeatId) -> None:
        """Let a bot play for somebody who has been away for long enough."""
        table.takeovers.pop(seat, None)
        if table.session is None or table.links_of(seat) or table.status != "running":
            return
        bot = default_bot(table.scenario.seat_by_id[seat].role)
        table.session.host(_occupy(seat, Participant.BOT, bot), lambda _: None)

    async def _issue(self, room: Room, table: Table, row: SeatRow) -> tuple[str, str]:
        word = new_word()
        while token_hash(token_of(word, room.settings.key)) in self._places:
            word = new_word()
        token = token_of(word, room.settings.key)
        old = table.seats[SeatId(row.seat)].token_hash
        await self._set_seat(table, replace(row, token_hash=token_hash(token)))
        if old:
            self._places.pop(old, None)
        self._places[token_hash(token)] = Place(room, table, SeatId(row.seat))
        return token, word

    async def _set_seat(self, table: Table, row: SeatRow) -> None:
        before = table.seats[SeatId(row.seat)]
        # Taken in memory first: while the database writes, nobody else may have the seat.
        table.seats[SeatId(row.seat)] = row
        try:
            await self._store.set_seat(row)
        except (StoreFailed, Conflict):
            table.seats[SeatId(row.seat)] = before
            raise

    # --- what is told ---

    def message(self, room: Room, only: Table | None = None) -> RoomMessage:
        """Who is here and who is missing, at one table or at all."""
        tables = [only] if only is not None else room.tables
        return RoomMessage(
            room=room.row.code,
            title=room.row.title,
            scenario=room.row.scenario,
            tables=tuple(table_status(table) for table in tables),
            missing=room.missing,
        )

    def tell(self, room: Room) -> None:
        """Tell everybody at each table who is here; when a class comes, not once for each."""
        if room.telling is None:
            loop = asyncio.get_running_loop()
            room.telling = loop.call_later(TOLD_TOGETHER_S, self._tell_now, room)

    def _tell_now(self, room: Room) -> None:
        room.telling = None
        for table in room.tables:
            message = self.message(room, table)
            for link in table.everybody():
                link.deliver(message)


def _scenario(name: str, document: dict[str, Any] | None, minutes: int | None) -> Scenario:
    """The scenario of a room, its clocks made for a lesson of so many minutes.

    Raises:
        Refused: ``unknown_scenario``; ``out_of_range``: it does not fit the minutes.
    """
    try:
        scenario = load(name) if document is None else check(document).scenario()
    except ScenarioError as error:
        raise Refused(RefusalCode.UNKNOWN_SCENARIO, str(error), field="scenario") from None
    if minutes is None:
        return scenario
    try:
        return timed_for(scenario, minutes)
    except ValueError as error:
        raise Refused(RefusalCode.OUT_OF_RANGE, str(error), field="minutes") from None


def _as_seat(seat: SeatId) -> Viewer:
    return Viewer(ViewerKind.SEAT, seat)


def _occupy(seat: SeatId, participant: Participant, bot: str | None) -> HostAct:
    def act(state: State, at_ms: int) -> list[Event]:
        return hosting.occupy(state, seat, participant, bot, at_ms)

    return act
