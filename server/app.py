"""The only wiring: settings in, running server out; order of start and stop."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from server.addresses import reachable
from server.gateway import Gateway
from server.hosts import Hosts
from server.lobby import Lobby
from server.settings import Settings
from server.store import Store
from server.studies import Studies


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens."""

    port: int
    settings: Settings

    @property
    def addresses(self) -> list[str]:
        """Where it can be reached, as `HOST:PORT`, the likeliest for a phone first."""
        return reachable(self.settings.host, self.port)


def monotonic_ms() -> int:
    """Milliseconds of a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


def utc_now() -> str:
    """The time of day as ISO 8601 text in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Running]:
    """A running server; on leaving, everybody is told to come back and all is saved.

    Raises:
        StoreFailed: the database cannot be opened.
        OSError: the port is taken.
    """
    async with await Store.open(settings.database, upgraded=settings.upgraded) as store:
        lobby = Lobby(
            store,
            host_secret=settings.host_secret,
            clock_ms=monotonic_ms,
            utc_now=utc_now,
        )
        studies = Studies(lobby, store, utc_now)
        hosts = Hosts(lobby, studies, store, utc_now)
        gateway = Gateway(store, lobby, studies, hosts, monotonic_ms)
        await lobby.wake()
        await studies.wake()
        try:
            port = await gateway.listen(settings.host, settings.port)
            yield Running(port, settings)
        finally:
            await gateway.stop()
            await studies.stop()
            await lobby.stop()
