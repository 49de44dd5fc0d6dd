"""The listening socket: the handshake, the pages, the metrics, start and stop.

Decides who may open a connection; what is said over one is in `connection`.
"""

from __future__ import annotations

import asyncio
import logging
import socket as sockets
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from server import protocol
from server.addresses import reachable
from server.connection import Connection, bearer
from server.downloads import PREFIX, Downloads
from server.game.refusals import Refused
from server.guesses import Guesses
from server.hosts import Hosts
from server.lobby import Lobby
from server.pages import Pages, wrong_method
from server.past import Past
from server.protocol import CloseCode
from server.store import Store
from server.studies import Studies

SEND_BUFFER_BYTES = 131_072
OPEN_TIMEOUT_S = 30
"""Handshake and plain downloads; for the slowest phone."""

log = logging.getLogger("backstop.gateway")


class Gateway:
    """The listening socket and its connections."""

    def __init__(
        self,
        store: Store,
        lobby: Lobby,
        studies: Studies,
        hosts: Hosts,
        clock_ms: Callable[[], int],
    ) -> None:
        self._lobby = lobby
        self._studies = studies
        self._hosts = hosts
        self._clock_ms = clock_ms
        self._connections: set[Connection] = set()
        self._guesses = Guesses(clock_ms)
        self._counts: Counter[str] = Counter()
        self._pages = Pages(self.metrics, lambda: True, self._addresses)
        self._downloads = Downloads(store, lobby, studies)
        self._past = Past(store)
        self._server: Server | None = None
        self._host = ""

    def _addresses(self) -> list[str]:
        port = int(self._server.sockets[0].getsockname()[1]) if self._server else 0
        return reachable(self._host, port)

    async def listen(self, host: str, port: int) -> int:
        """Start to listen; the port, which matters where 0 was asked for."""
        self._host = host
        self._server = await serve(
            self._handle,
            host,
            port,
            process_request=self._process_request,
            subprotocols=[Subprotocol(protocol.SUBPROTOCOL)],
            compression=None,
            max_size=protocol.MAX_MESSAGE_BYTES,
            open_timeout=OPEN_TIMEOUT_S,
            ping_interval=20,
            ping_timeout=20,
            logger=logging.getLogger("backstop.websockets"),
        )
        for listening in self._server.sockets:
            # Handed on to its connections: what the kernel holds for one that does not read.
            listening.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SEND_BUFFER_BYTES)
            if hasattr(sockets, "TCP_USER_TIMEOUT"):
                # Removes dead peers behind a full buffer, which pings cannot.
                listening.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_USER_TIMEOUT, 60_000)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Accept nobody any more and tell everybody to come back."""
        if self._server is None:
            return
        self._server.close(close_connections=False)
        for connection in self._connections:
            connection.close(CloseCode.SERVER_RESTARTS)
        if self._connections:
            await asyncio.wait([connection.task for connection in self._connections], timeout=5)
        for connection in self._connections:
            connection.socket.transport.abort()
        await self._server.wait_closed()
        self._past.close()

    def metrics(self) -> str:
        """Counters and sizes as Prometheus text."""
        tables = [table for room in self._lobby.rooms for table in room.tables]
        lines = [
            "# TYPE backstop_connections gauge",
            f"backstop_connections {len(self._connections)}",
            "# TYPE backstop_rooms gauge",
            f"backstop_rooms {len(self._lobby.rooms)}",
            "# TYPE backstop_sessions gauge",
            *(
                f'backstop_sessions{{status="{status}"}} '
                f"{sum(table.status == status for table in tables)}"
                for status in ("lobby", "running", "ended", "parked")
            ),
            "# TYPE backstop_requests_total counter",
            *(
                f'backstop_requests_total{{outcome="{name}"}} {count}'
                for name, count in sorted(self._counts.items())
            ),
        ]
        return "\n".join(lines) + "\n"

    async def _process_request(self, socket: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return await self._plain(request, getattr(request, "method", "GET"))
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
            return socket.respond(HTTPStatus.FORBIDDEN, "this page is not ours\n")
        token = bearer(request)
        if token is not None:
            try:
                if self._studies.returning(token) is None:
                    self._lobby.seats.returning(token)
            except Refused:
                return socket.respond(HTTPStatus.UNAUTHORIZED, "this token is not valid\n")
        return None

    async def _plain(self, request: Request, method: str) -> Response:
        if method not in ("GET", "HEAD"):
            return wrong_method()
        if request.path.startswith(PREFIX):
            response = await self._downloads.answer(request)
        else:
            response = self._pages.answer(request)
        if method == "HEAD":
            response.body = b""
        return response

    async def _handle(self, socket: ServerConnection) -> None:
        connection = Connection(
            socket,
            self._lobby,
            self._studies,
            self._hosts,
            self._past,
            self._guesses,
            self._counts,
            self._clock_ms,
        )
        self._connections.add(connection)
        log.info("open %s", socket.remote_address)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
            log.info("close %s %s", socket.remote_address, socket.close_code)
