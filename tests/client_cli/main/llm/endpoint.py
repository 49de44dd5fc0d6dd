"""A real HTTP server that speaks OpenAI's chat completions, and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answers = Callable[[list[dict[str, str]]], str]
"""From the messages to the text."""


class Refuses(Exception):
    """Raised by an answer: the status with which the endpoint refuses."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Endpoint:
    """Where it listens, and what it was asked."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def endpoint(answers: Answers) -> Iterator[Endpoint]:
    """An endpoint at a free port; each answer counts as 1,000 tokens asked and 10 answered."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            running.asked.append(asked)
            running.keys.append(self.headers.get("Authorization"))
            try:
                text = answers(asked["messages"])
            except Refuses as refused:
                self.send_error(refused.status, "as told")
                return
            usage = {"prompt_tokens": 1_000, "completion_tokens": 10}
            choices = [{"message": {"role": "assistant", "content": text}}]
            self._send(json.dumps({"choices": choices, "usage": usage}).encode())

        def _send(self, body: bytes) -> None:
            self.send_response(200 if self.path == "/v1/chat/completions" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
