"""The few plain GETs on the same port: the pages, health, metrics, schema, QR.

Everything is answered from memory, with headers that let nothing else run. Knows no room
beyond its code and no token; what needs the database is in `downloads`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, quote, urlsplit

import segno
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from server import assets
from server.assets import Asset
from server.protocol import json_schema

_HOST = re.compile(r"[\w.:\[\]-]+")
"""What a host may look like to be repeated by us."""


class Pages:
    """What can be fetched.

    Args:
        metrics: the counters, as Prometheus text.
        healthy: whether the server can serve.
        addresses: where phones can reach it.
    """

    def __init__(
        self,
        metrics: Callable[[], str],
        healthy: Callable[[], bool],
        addresses: Callable[[], list[str]],
    ) -> None:
        self._metrics = metrics
        self._healthy = healthy
        self._addresses = addresses
        self._fixed = {
            **assets.read(),
            "/schema.json": Asset.of(json.dumps(json_schema()), "application/json"),
        }

    def answer(self, request: Request) -> Response:
        """The answer to a GET that is not for a WebSocket."""
        address, headers = urlsplit(request.path), request.headers
        if address.path in self._fixed:
            return _cached(self._fixed[address.path], headers)
        match address.path:
            case "/healthz":
                healthy = self._healthy()
                status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
                return plain(status, "ok\n" if healthy else "no database\n")
            case "/metrics":
                return plain(HTTPStatus.OK, self._metrics(), "text/plain; version=0.0.4")
            case "/addresses.json":
                told = json.dumps(self._addresses())
                return plain(HTTPStatus.OK, told, "application/json")
            case "/qr.svg":
                return self._qr(address.query, headers)
            case _:
                return plain(HTTPStatus.NOT_FOUND, "not here\n")

    @staticmethod
    def _qr(query: str, headers: Headers) -> Response:
        asked = parse_qs(query)
        code = asked.get("code", [""])[0]
        host = asked.get("at", [headers.get("Host", "")])[0]
        if not code or len(code) > 16 or not _HOST.fullmatch(host):
            return plain(HTTPStatus.BAD_REQUEST, "ask for /qr.svg?code=CODE&at=HOST:PORT\n")
        picture = io.BytesIO()
        segno.make(f"http://{host}/?g={quote(code)}", error="m").save(
            picture, kind="svg", scale=8, border=2, dark="#16202a", light="#ffffff"
        )
        return _cached(Asset.of(picture.getvalue().decode(), "image/svg+xml"), headers)


def wrong_method() -> Response:
    """The answer to all that is neither GET nor HEAD."""
    return plain(HTTPStatus.METHOD_NOT_ALLOWED, "GET and HEAD only\n", extra={"Allow": "GET, HEAD"})


def plain(
    status: HTTPStatus,
    text: str,
    kind: str = "text/plain; charset=utf-8",
    extra: dict[str, str] | None = None,
) -> Response:
    """An answer that is made for this request."""
    return _response(status, text.encode(), kind, extra or {})


def _cached(asset: Asset, headers: Headers) -> Response:
    extra = {
        "ETag": asset.tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": _policy(headers.get("Host", "")),
    }
    if headers.get("If-None-Match") == asset.tag:
        return _response(HTTPStatus.NOT_MODIFIED, b"", asset.kind, extra)
    if "gzip" in headers.get("Accept-Encoding", ""):
        extra["Content-Encoding"] = "gzip"
        return _response(HTTPStatus.OK, asset.zipped, asset.kind, extra)
    return _response(HTTPStatus.OK, asset.body, asset.kind, extra)


def _policy(host: str) -> str:
    """Nothing but what comes from here; the socket by name, as old browsers need it."""
    socket = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        f"default-src 'self'; connect-src 'self'{socket}; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def _response(status: HTTPStatus, body: bytes, kind: str, extra: dict[str, str]) -> Response:
    headers = Headers(
        {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            **extra,
        }
    )
    return Response(status.value, status.phrase, headers, body)
