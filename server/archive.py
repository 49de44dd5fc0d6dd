"""The host's list of what was played: the sessions that the database holds, newest first.

Reads rows alone, no log; what can be opened of a session is `past`'s.
"""

from __future__ import annotations

import json
from typing import Any

from server.game.refusals import RefusalCode, Refused
from server.store import RoomRow, SessionRow, Store

PAGE_SESSIONS = 100
"""Listed at once."""


async def listed(store: Store, before: str | None) -> dict[str, Any]:
    """A page of the sessions that have begun, as plain data.

    Raises:
        Refused: ``unknown_session``: there is no such `before`.
    """
    last = await store.session(before) if before is not None else None
    if before is not None and last is None:
        raise Refused(RefusalCode.UNKNOWN_SESSION, f"there is no session {before}", field="before")
    rows = await store.sessions(limit=PAGE_SESSIONS + 1, before=last)
    page = rows[:PAGE_SESSIONS]
    rooms = {room.code: room for room in await store.rooms()}
    return {
        "sessions": [_line(row, rooms.get(row.room or "")) for row in page if row.head_version],
        "before": page[-1].id if len(rows) > len(page) else None,
    }


def _line(row: SessionRow, room: RoomRow | None) -> dict[str, Any]:
    return {
        "session": row.id,
        "room": row.room,
        "title": room.title if room else None,
        "study": bool(room and json.loads(room.settings).get("experiment")),
        "scenario": row.scenario,
        "created_utc": row.created_utc,
        "table": row.table_number,
        "status": row.status,
        "ending": row.ending,
        "crisis": row.crisis,
        "round": row.round,
    }
