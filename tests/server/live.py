"""A real server on a free port, and clients for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from client_cli.connection import Connection, Refusal, connect
from server.app import serving
from server.protocol import (
    Address,
    MarkReady,
    NextPhase,
    OpenRoom,
    Phase,
    SeatPlan,
    Start,
    View,
)
from server.settings import Settings

SECRET = "the host's secret"


@dataclass(slots=True)
class Live:
    """A running server with a host connected."""

    address: str
    host: Connection

    async def ask(self, kind: Callable[..., Any], **content: Any) -> dict[str, Any]:
        """A request of the host; the answer's data."""
        answer = await self.host.ask(kind(id=self.host.new_id(), **content))
        return answer.data or {}

    async def open(self, scenario: str = "korea-1997", **content: Any) -> str:
        """A room; its code."""
        content.setdefault("timed", False)
        return str((await self.ask(OpenRoom, scenario=scenario, **content))["room"])

    async def join(self, code: str, seat: str, **options: Any) -> Connection:
        """A player."""
        return await connect(self.address, code=code, name=f"Player {seat}", seat=seat, **options)

    async def start(self, code: str, **content: Any) -> None:
        """Start the room."""
        await self.ask(Start, room=code, **content)

    async def end(self, code: str, seen: Any) -> None:
        """End the phase that a table or a clock shows, unless it has ended by itself."""
        fields = seen if isinstance(seen, dict) else asdict(seen)
        at = Address(fields["crisis"], fields["round"], Phase(fields["phase"]))
        try:
            await self.ask(NextPhase, room=code, at=at)
        except Refusal as refusal:
            if refusal.answer.code != "phase_over":
                raise

    async def to_phase(self, code: str, connection: Connection, phase: Phase) -> View:
        """Have the host go on to a phase of this or the next round, seen by a connection."""
        while True:
            view = await shown(connection, lambda view: True)
            if view.clock.phase is phase:
                return view
            here = view.clock
            await self.end(code, here)
            await shown(connection, lambda view, here=here: view.clock != here)


@asynccontextmanager
async def live(database: Path | str, **more: Any) -> AsyncIterator[Live]:
    """A server over a database, with a host; `more` goes into its settings."""
    settings = Settings(database=str(database), host_secret=SECRET, **more)
    async with serving(settings) as running:
        address = running.addresses[0]
        async with await connect(address, role="host", host_secret=SECRET) as host:
            yield Live(address, host)


async def shown(connection: Connection, wanted: Callable[[View], bool]) -> View:
    """Take the connection's messages until its view is as wanted."""
    if connection.view is not None and wanted(connection.view):
        return connection.view
    async with asyncio.timeout(20):
        async for _ in connection.messages():
            if connection.view is not None and wanted(connection.view):
                return connection.view
    raise AssertionError("the connection ended")


def here(view: View) -> Address:
    """Where the view is."""
    return Address(view.clock.crisis, view.clock.round, view.clock.phase)


BOTS = {
    seat: SeatPlan(participant="bot", bot=bot)  # type: ignore[arg-type]
    for seat, bot in {
        "DE": "conditional",
        "JP-banks": "stay",
        "DE-banks": "best-reply",
        "IMF": "by-the-book",
    }.items()
}
"""Bots for all of Korea's seats but Japan and the United States."""
READY = MarkReady()
