"""The few plain GETs on the same port: the page, health, metrics, schema, QR.

Everything is answered from memory, with headers that let nothing else run. Knows no room
beyond its code and no token.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, quote, urlsplit

import segno
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from server.protocol import SUBPROTOCOL, json_schema

PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backstop</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 2rem auto;
  padding: 0 1rem; color: #16202a; background: #fff; }}
code, pre {{ background: #eef2f5; padding: .1rem .3rem; overflow-x: auto; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e8eef3; background: #16202a; }}
  code, pre {{ background: #24313d; }}
}}
</style>
<h1>Backstop</h1>
<p>A negotiation game about international financial crises runs at this address.</p>
<p>Join from a terminal, with the code that the host shows:</p>
<pre>backstop join ADDRESS CODE --name "Your name"</pre>
<p>Watch without a seat:</p>
<pre>backstop watch ADDRESS CODE</pre>
<p>Programs speak <code>{SUBPROTOCOL}</code> over a WebSocket at this address; every message is
in <a href="/schema.json">/schema.json</a>.</p>
</html>
"""

_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Pages:
    """What can be fetched.

    Args:
        metrics: the counters, as Prometheus text.
        healthy: whether the server can serve.
    """

    def __init__(self, metrics: Callable[[], str], healthy: Callable[[], bool]) -> None:
        self._metrics = metrics
        self._healthy = healthy
        self._fixed = {
            "/": (PAGE, "text/html; charset=utf-8"),
            "/schema.json": (json.dumps(json_schema()), "application/json"),
        }

    def answer(self, request: Request, method: str) -> Response:
        """The answer to a request that is not for a WebSocket."""
        if method not in ("GET", "HEAD"):
            return _response(
                HTTPStatus.METHOD_NOT_ALLOWED, "GET and HEAD only\n", extra={"Allow": "GET, HEAD"}
            )
        address = urlsplit(request.path)
        response = self._found(address.path, address.query, request.headers)
        if method == "HEAD":
            response.body = b""
        return response

    def _found(self, path: str, query: str, headers: Headers) -> Response:
        if path in self._fixed:
            text, kind = self._fixed[path]
            return _cached(text, kind, headers)
        match path:
            case "/healthz":
                healthy = self._healthy()
                status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
                return _response(status, "ok\n" if healthy else "no database\n")
            case "/metrics":
                return _response(HTTPStatus.OK, self._metrics(), "text/plain; version=0.0.4")
            case "/qr.svg":
                return self._qr(query, headers)
            case _:
                return _response(HTTPStatus.NOT_FOUND, "not here\n")

    @staticmethod
    def _qr(query: str, headers: Headers) -> Response:
        code = parse_qs(query).get("code", [""])[0]
        host = headers.get("Host", "")
        if not code or len(code) > 16 or not host:
            return _response(HTTPStatus.BAD_REQUEST, "ask for /qr.svg?code=CODE\n")
        picture = io.BytesIO()
        segno.make(f"http://{host}/?g={quote(code)}", error="m").save(picture, kind="svg", scale=8)
        return _cached(picture.getvalue().decode(), "image/svg+xml", headers)


def _cached(text: str, kind: str, headers: Headers) -> Response:
    tag = '"' + hashlib.sha256(text.encode()).hexdigest()[:16] + '"'
    extra = {"ETag": tag, "Cache-Control": "no-cache"}
    if headers.get("If-None-Match") == tag:
        return _response(HTTPStatus.NOT_MODIFIED, "", kind, extra)
    return _response(HTTPStatus.OK, text, kind, extra)


def _response(
    status: HTTPStatus,
    text: str,
    kind: str = "text/plain; charset=utf-8",
    extra: dict[str, str] | None = None,
) -> Response:
    body = text.encode()
    headers = Headers(
        {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Connection": "close",
            **_SAFE,
            **(extra or {}),
        }
    )
    return Response(status.value, status.phrase, headers, body)
