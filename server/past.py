"""What is opened of sessions that were played: replay, debrief and report; and to whom.

`_check` and `_most` decide who may ask for what, for all of it. What has to be computed is
computed in one thread beside the event loop, once for all who ask at the same time, and the
last results are kept. Knows no socket and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from server import protocol
from server.game.reel import VIEWERS, Reel
from server.game.refusals import RefusalCode, Refused
from server.game.views import BOARD, HOST, Viewer
from server.rooms import Room, Table
from server.store import SessionRow, Store, decode

if TYPE_CHECKING:
    from server.analysis.debrief import TableDebrief
    from server.analysis.played import Played

MOST_KEPT = 64
"""Reels, debriefs and reports together."""
MOST_TABLES = 500
"""Of a room that is looked at."""

T = TypeVar("T")
Ask = protocol.ReadReplay | protocol.ViewAt | protocol.ReadDebrief | protocol.ReadReport


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks."""

    is_host: bool
    room: Room | None = None
    table: Table | None = None
    """Where somebody sits, or which table is watched."""


class Past:
    """The sessions of one store, for looking back. `close` it at the end."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="past")
        self._kept: dict[tuple[object, ...], asyncio.Future[Any]] = {}

    def close(self) -> None:
        """Let nothing more be computed."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def ask(self, asker: Asker, message: Ask) -> dict[str, Any]:
        """The data of the answer.

        Raises:
            Refused: ``unknown_session``, ``unknown_room``; ``not_host`` where it is open to the
                host alone; ``room_state`` where it is not open yet; ``unknown_seat``,
                ``out_of_range``.
        """
        match message:
            case protocol.ReadReplay():
                return await self._timeline(asker, message)
            case protocol.ViewAt():
                return await self._view(asker, message)
            case protocol.ReadDebrief(session=None) | protocol.ReadReport(session=None):
                rows = await self._class(asker, message.room)
                if isinstance(message, protocol.ReadReport):
                    return await self._report(rows, None, is_room=True)
                return await self._class_debrief(rows)
            case protocol.ReadDebrief(session=session):
                assert session is not None, "no session is taken above"
                return {"table": asdict(await self._debrief(await self._row(asker, session)))}
            case protocol.ReadReport(session=session):
                assert session is not None, "no session is taken above"
                row = await self._row(asker, session)
                return await self._report([row], message.seat, is_room=False)

    # --- who may ask ---

    async def _row(self, asker: Asker, session: str) -> SessionRow:
        """A session that the asker may look back at."""
        _check(asker, session)
        row = await self._store.session(session)
        if row is None or not row.head_version:
            raise _unknown(session)
        return row

    async def _class(self, asker: Asker, code: str | None) -> list[SessionRow]:
        """The tables of a room that have begun, by number."""
        code = (code or (asker.room.row.code if asker.room else "")).strip().upper()
        if not asker.is_host:
            _check_room(asker, code)
        rows = await self._store.sessions(room=code, limit=MOST_TABLES)
        begun = sorted((row for row in rows if row.head_version), key=lambda row: row.table_number)
        if not begun:
            raise Refused(
                RefusalCode.UNKNOWN_ROOM, f"no session of room {code} has begun", field="room"
            )
        return begun

    # --- replay ---

    async def _reel(self, row: SessionRow) -> Reel:
        async def make() -> Reel:
            stored = (await self._store.stored(row.id))[: row.head_version]
            return await self._beside(lambda: Reel([decode(one) for one in stored]))

        return await self._made(("reel", row.id, row.head_version), make)

    async def _timeline(self, asker: Asker, message: protocol.ReadReplay) -> dict[str, Any]:
        row = await self._row(asker, message.session)
        reel = await self._reel(row)
        from server.analysis.played import About
        from server.recording import timeline

        viewer = _viewer(reel, message.seen_by)
        about = About(row.id, row.created_utc, row.room, row.table_number)
        return timeline(reel, about, viewer, _most(reel, viewer))

    async def _view(self, asker: Asker, message: protocol.ViewAt) -> dict[str, Any]:
        reel = await self._reel(await self._row(asker, message.session))
        viewer = _viewer(reel, message.seen_by)
        most = _most(reel, viewer)
        if message.event > most:
            raise Refused(
                RefusalCode.OUT_OF_RANGE,
                f"event {message.event} is not open",
                field="event",
                allowed=f"1 to {most}" if most else "none before a round is resolved",
            )
        return {"event": message.event, "view": reel.view(message.event, viewer)}

    # --- debrief and report ---

    async def _played(self, row: SessionRow) -> Played:
        from server.store.played import played

        return await played(self._store, row)

    async def _debrief(self, row: SessionRow) -> TableDebrief:
        async def make() -> TableDebrief:
            from server.analysis.debrief import table_debrief

            session = await self._played(row)
            return await self._beside(lambda: table_debrief(session))

        return await self._made(("debrief", row.id, row.head_version), make)

    async def _class_debrief(self, rows: list[SessionRow]) -> dict[str, Any]:
        from server.analysis.debrief import class_debrief

        tables = [await self._debrief(row) for row in rows]
        return {"class": asdict(class_debrief(tables))}

    async def _report(
        self, rows: list[SessionRow], seat: str | None, *, is_room: bool
    ) -> dict[str, Any]:
        known = {row.id: row.head_version for row in rows}

        async def make() -> str:
            from server.analysis.report.file import report_html

            sessions = [await self._played(row) for row in rows]
            if is_room or seat is not None:
                return await self._beside(lambda: report_html(sessions, seat, is_room=is_room))
            from server.recording import inset

            reel, about = await self._reel(rows[0]), sessions[0].about
            return await self._beside(lambda: report_html(sessions, replay=inset(reel, about)))

        try:
            text = await self._made(("report", seat, is_room, *known.items()), make)
        except KeyError:
            raise Refused(
                RefusalCode.UNKNOWN_SEAT, f"there is no seat {seat}", field="seat"
            ) from None
        name = rows[0].room if is_room else rows[0].id
        return {"name": f"report-{name}{f'-{seat}' if seat else ''}.html", "html": text}

    # --- computing ---

    async def _beside(self, work: Callable[[], T]) -> T:
        """Do work without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _made(self, key: tuple[object, ...], make: Callable[[], Awaitable[T]]) -> T:
        """What was made under a key, or is being made; else make it."""
        kept = self._kept.pop(key, None)
        if kept is None or (kept.done() and (kept.cancelled() or kept.exception())):
            kept = asyncio.ensure_future(make())
        self._kept[key] = kept
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        # One who goes away does not take it from the others.
        made: T = await asyncio.shield(kept)
        return made


def _check(asker: Asker, session: str) -> None:
    """Whether somebody may look back at a session.

    The host may at any time. Others may once it has ended: those who sat at it or watched it
    at once, the rest of the room when no table plays any more, since what is opened is what
    the same seat at another table still plays with. In a study nobody but the host may: its
    sessions go on, and its reports hold the names that neutral labels stand for.
    """
    if asker.is_host:
        return
    if asker.room is None or asker.table is None:
        raise Refused(RefusalCode.NOT_SEATED, "you are in no room")
    _check_no_study(asker.room)
    table = asker.room.table(session)
    if table.status != "ended":
        raise Refused(RefusalCode.ROOM_STATE, "this opens when the session has ended")
    if table is not asker.table:
        _check_room(asker, asker.room.row.code)


def _check_room(asker: Asker, code: str) -> None:
    """Whether somebody who is not host may look at all tables of a room."""
    if asker.room is None:
        raise Refused(RefusalCode.NOT_SEATED, "you are in no room")
    if asker.room.row.code != code:
        raise Refused(RefusalCode.NOT_HOST, "this is another room", field="room")
    _check_no_study(asker.room)
    if any(table.status in ("lobby", "running") for table in asker.room.tables):
        raise Refused(RefusalCode.ROOM_STATE, "this opens when no table plays any more")


def _check_no_study(room: Room) -> None:
    if room.settings.experiment is not None:
        raise Refused(RefusalCode.NOT_HOST, "in a study the host alone looks back")


def _most(reel: Reel, viewer: Viewer) -> int:
    """The last event that may be looked at.

    Of a session that still runs what is sealed stays sealed, also from the host.
    """
    over = reel.state(len(reel)).ending is not None
    return len(reel) if over or viewer in (BOARD, HOST) else reel.last_resolved


def _viewer(reel: Reel, name: str) -> Viewer:
    try:
        return reel.viewer(name)
    except ValueError as error:
        allowed = ", ".join([*reel.seats, *VIEWERS])
        raise Refused(
            RefusalCode.UNKNOWN_SEAT, str(error), field="seen_by", allowed=allowed
        ) from None


def _unknown(session: str) -> Refused:
    return Refused(
        RefusalCode.UNKNOWN_SESSION,
        f"there is no session {session} with a log",
        field="session",
    )
