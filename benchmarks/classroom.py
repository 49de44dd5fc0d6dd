"""A large class with the page open: until all sit, to the last phone, and what it costs.

    .venv/bin/python -m benchmarks.classroom
    .venv/bin/python -m benchmarks.classroom --tables 10 --seconds 60

A `backstop serve` process, and this process as six phones a table that do over real sockets
what the student's page does in a browser: fetch the page and its files, say hello with the
room's code, read every update, and ask what the round would bring a moment after one that
matters. The host's page and a board ask once a second how the tables stand. Everything is on
one machine, so the phones take CPU from the server; in a class they do not.

* ``seated``: all phones open the page in the same moment; until the last one has its seat.
* ``steady``: every phone acts once in five seconds, three times in four by talking.
* ``burst``: every seat decides within one second, with which the phase ends everywhere.

`last phone` is the time from an action to the last phone of its table that is told of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from benchmarks.load import SEATS, SECRET, Host, cpu_s, opened, serving
from benchmarks.memory import resident_kib

FILES = ("/", "/style.css", "/student.js", "/icon.svg")
"""What a browser loads for the student's page."""
ASKING_AFTER_S = 0.15
"""So long the page waits after an update before it asks what the round would bring."""
MOOT = {"said", "ready_marked", "decision_made", "seat_occupied"}
"""Notices after which it does not ask."""
EVERY_S = 5.0


@dataclass
class Asked:
    """An action, until every phone of the table was told of it."""

    began: float
    phones_left: int = len(SEATS)


@dataclass
class Hour:
    """What all phones of the class share."""

    address: str
    code: str
    asked: defaultdict[tuple[str, str], list[Asked]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By session and seat, in order."""
    last_phone_ms: list[float] = field(default_factory=list)
    answers_ms: list[float] = field(default_factory=list)
    refused: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


class Phone:
    """One page, as the server sees it."""

    def __init__(self, hour: Hour, number: int) -> None:
        self.seat = ""
        self.view: dict[str, Any] = {}
        self.moved = asyncio.Event()
        self._hour = hour
        self._name = f"Player {number}"
        self._session = ""
        self._told: defaultdict[str, int] = defaultdict(int)
        self._socket: ClientConnection
        self._reader: asyncio.Task[None]
        self._asking: asyncio.TimerHandle | None = None
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def sit_down(self) -> None:
        """Load the page and join."""
        await _get(self._hour.address, FILES[0])
        await asyncio.gather(*(_get(self._hour.address, path) for path in FILES[1:]))
        self._socket = await opened(self._hour.address)
        hello = {"kind": "hello", "versions": [1], "code": self._hour.code, "name": self._name}
        await self._socket.send(json.dumps(hello))
        welcome = json.loads(await self._socket.recv())
        assert welcome["kind"] == "welcome", welcome
        self.seat, self._session = welcome["seat"], welcome["session"]
        self._reader = asyncio.create_task(self._read())

    async def leave(self) -> None:
        """Close the page."""
        if self._asking is not None:
            self._asking.cancel()
        for task in (*self._tasks, self._reader):
            task.cancel()
        await asyncio.wait([*self._tasks, self._reader])
        await self._socket.close()

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for frame in self._socket:
                self._take(json.loads(frame))

    def _take(self, message: dict[str, Any]) -> None:
        match message["kind"]:
            case "accepted" | "refused":
                self._answers.pop(message["id"]).set_result(message)
            case "view" | "resumed":
                self.view = message["view"]
                self._ask_soon()
            case "update":
                self.view |= message["changed"]
                for notice in message["notices"]:
                    self._hear(notice)
                if any(notice["kind"] not in MOOT for notice in message["notices"]):
                    self._ask_soon()
        self.moved.set()

    def _hear(self, notice: dict[str, Any]) -> None:
        seat = notice.get("seat")
        asked = self._hour.asked[self._session, seat]
        if seat is None or self._told[seat] >= len(asked):
            return
        one = asked[self._told[seat]]
        self._told[seat] += 1
        one.phones_left -= 1
        if not one.phones_left:
            self._hour.last_phone_ms.append((time.perf_counter() - one.began) * 1000)

    def _ask_soon(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        loop = asyncio.get_running_loop()
        self._asking = loop.call_later(ASKING_AFTER_S, self._start_asking)

    def _start_asking(self) -> None:
        task = asyncio.create_task(self._what_if())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _what_if(self) -> None:
        """As the page does: how it stands, with one step more, and with each open package."""
        if self.view["clock"]["phase"] in ("resolve", "disburse"):
            return
        supposed: list[dict[str, Any]] = [{}]
        own = {"government": {"pledge_musd": 1_000}, "bank": {"withdrawn_permille": 100}}
        role = next(card["role"] for card in self.view["seats"] if card["id"] == self.seat)
        supposed.append(own.get(role, {"tranche_musd": 1_000}))
        supposed += [{"package": one["package"]} for one in self.view["packages"][-4:]]
        for one in supposed:
            await self._ask({"kind": "what_if", "supposed": one})

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        number = str(random.getrandbits(63))
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({**request, "id": number}))
        return await self._answers[number]

    async def act(self, action: dict[str, Any]) -> None:
        """Act; note how long the answer took, and let the others' phones note the rest."""
        at = {name: self.view["clock"][name] for name in ("crisis", "round", "phase")}
        asked = Asked(time.perf_counter())
        self._hour.asked[self._session, self.seat].append(asked)
        answer = await self._ask({"kind": "act", "at": at, "action": action})
        if answer["kind"] == "refused":
            self._hour.refused[answer["code"]] += 1
            self._hour.asked[self._session, self.seat].remove(asked)
        else:
            self._hour.answers_ms.append((time.perf_counter() - asked.began) * 1000)

    async def until(self, *phases: str) -> None:
        """Wait until the phone shows one of some phases."""
        while self.view.get("clock", {}).get("phase") not in phases:
            self.moved.clear()
            await self.moved.wait()


async def _get(address: str, path: str) -> None:
    """Fetch a file as a browser does."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    )
    status = (await reader.read()).split(b"\r\n", 1)[0]
    assert b" 200 " in status, (path, status)
    writer.close()


@contextmanager
def measured(name: str, server: int, hour: Hour) -> Iterator[None]:
    """Print a row of what the block took."""
    hour.last_phone_ms.clear()
    hour.answers_ms.clear()
    wall_s, server_s, phones_s = time.perf_counter(), cpu_s(server), time.process_time()
    yield
    wall_s = time.perf_counter() - wall_s
    print(
        f"{name:<7}{wall_s:>6.1f} s  {len(hour.answers_ms):>5} actions"
        f"{_row('answer', hour.answers_ms)}{_row('last phone', hour.last_phone_ms)}"
        f"  server {(cpu_s(server) - server_s) / wall_s:.2f} CPU"
        f" phones {(time.process_time() - phones_s) / wall_s:.2f} CPU"
        f"  server {resident_kib(server) / 1024:.0f} MiB"
        + "".join(f"  {count} {code}" for code, count in hour.refused.items()),
        flush=True,
    )


def _row(name: str, values_ms: Sequence[float]) -> str:
    if len(values_ms) < 2:
        return ""
    parts = statistics.quantiles(values_ms, n=100)
    return f"  {name} p50 {parts[49]:.0f} p95 {parts[94]:.0f} most {max(values_ms):.0f} ms"


async def steady(phones: Sequence[Phone], seconds: float) -> None:
    """Every phone once in five seconds."""
    until = time.perf_counter() + seconds

    async def one(phone: Phone) -> None:
        await asyncio.sleep(random.uniform(0, EVERY_S))
        turn = random.randrange(4)
        while time.perf_counter() < until:
            turn += 1
            declares = turn % 4 == 0 and "declare_intention" in phone.view["own"]["may"]
            intention = {"kind": "declare_intention", "pledge_musd": turn % 20 * 100}
            talk = {"kind": "say", "channel": "plenary", "text": "We can pay if you pay as well."}
            await phone.act(intention if declares else talk)
            await asyncio.sleep(EVERY_S)

    await asyncio.gather(*(one(phone) for phone in phones))


async def decided(phone: Phone) -> None:
    """The sealed decision of a seat, or its word that it is done, within a second."""
    await asyncio.sleep(random.random())
    may = phone.view["own"]["may"]
    if "pledge" in may:
        await phone.act({"kind": "pledge", "pledge_musd": 1_000})
    elif "withdraw" in may:
        await phone.act({"kind": "withdraw", "withdrawn_permille": 100})
    elif "decide_tranche" in may:
        await phone.act({"kind": "decide_tranche", "release": True})


async def watching(host: Host, code: str) -> None:
    """The host's page and a board: how the tables stand, once a second."""
    socket = await opened(host.address)
    await socket.send(json.dumps({"kind": "hello", "code": code, "role": "observer"}))
    try:
        while True:
            await host.ask("room_status", room=code)
            request = {"kind": "room_status", "id": str(random.getrandbits(63)), "room": code}
            await socket.send(json.dumps(request))
            while json.loads(await socket.recv()).get("id") != request["id"]:
                pass
            await asyncio.sleep(1)
    finally:
        await socket.close()


async def hour_of(tables: int, seconds: float, folder: str) -> None:
    """Play until the first round is resolved."""
    async with serving(str(Path(folder) / "classroom.db")) as (server, host):
        room = (await host.opened(tables))["room"]
        hour = Hour(host.address, room)
        phones = [Phone(hour, number) for number in range(tables * len(SEATS))]
        print(f"{len(phones)} phones at {tables} tables of korea-1997")
        with measured("seated", server.pid, hour):
            await asyncio.gather(*(phone.sit_down() for phone in phones))
        await host.ask("start", room=room)
        await _all_in(phones, "brief")
        await host.ask("next_phase", room=room)
        await _all_in(phones, "talk")
        looks = asyncio.create_task(watching(await _another(host), room))
        with measured("steady", server.pid, hour):
            await steady(phones, seconds)
        await host.ask("next_phase", room=room)
        await _all_in(phones, "propose")
        while phones[0].view["clock"]["phase"] != "pledge":
            await host.ask("next_phase", room=room)
            await _all_in(phones, "vote", "pledge")
        await asyncio.sleep(1)  # What pages ask after a phase began is no part of its end.
        with measured("burst", server.pid, hour):
            await asyncio.gather(*(decided(phone) for phone in phones))
            await _all_in(phones, "disburse")
        looks.cancel()
        await asyncio.wait([looks])
        await asyncio.gather(*(phone.leave() for phone in phones))


async def _another(host: Host) -> Host:
    """A second connection of the host's, for the page that only looks."""
    socket = await opened(host.address)
    await socket.send(json.dumps({"kind": "hello", "role": "host", "host_secret": SECRET}))
    return Host(host.address, socket)


async def _all_in(phones: Sequence[Phone], *phases: str) -> None:
    await asyncio.gather(*(phone.until(*phases) for phone in phones))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=50, help="of six phones each")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the steady part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bs-classroom-") as folder:
        uvloop.run(hour_of(options.tables, options.seconds, folder))


if __name__ == "__main__":
    main()
