"""Which stored sessions a command means: those that are named, or all that are as wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from client_cli.main.common import found

if TYPE_CHECKING:
    from server.store import SessionRow, Store, Wanted

PAGE = 500
"""Sessions whose rows are in memory at a time."""


async def chosen(
    store: Store, sessions: tuple[str, ...], wanted: Wanted
) -> tuple[int, AsyncIterator[list[SessionRow]]]:
    """How many they are, and their rows by pages: in the order named, else newest first."""
    if sessions:
        rows = [await found(store, session) for session in sessions]
        return len(rows), _one_page(rows)
    return await store.count_sessions(**wanted), _pages(store, wanted)


async def _one_page(rows: list[SessionRow]) -> AsyncIterator[list[SessionRow]]:
    yield rows


async def _pages(store: Store, wanted: Wanted) -> AsyncIterator[list[SessionRow]]:
    page = await store.sessions(limit=PAGE, **wanted)
    while page:
        yield page
        page = await store.sessions(limit=PAGE, before=page[-1], **wanted)
