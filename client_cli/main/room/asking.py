"""A connection as host, and what every subcommand of `backstop room` takes for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from client_cli import hosting
from client_cli.main.common import cannot_connect, fail, run, told

if TYPE_CHECKING:
    from client_cli.connection import Connection
    from server.protocol import RoomMessage

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def server_options(command: Decorated) -> Decorated:
    """`--server` and `--secret`."""
    command = click.option(
        "--secret",
        envvar="BACKSTOP_HOST_SECRET",
        required=True,
        help="The host's secret, which `serve` printed (BACKSTOP_HOST_SECRET).",
    )(command)
    return click.option(
        "--server",
        envvar="BACKSTOP_SERVER",
        default="127.0.0.1:8000",
        show_default=True,
        help="HOST:PORT (BACKSTOP_SERVER).",
    )(command)


def answer(server: str, secret: str, kind: str, **content: Any) -> dict[str, Any]:
    """Ask one thing, over a connection of its own; the answer's data."""

    async def ask() -> dict[str, Any]:
        async with connected(server, secret) as host:
            return await hosting.ask(host, kind, **content)

    return run(ask())


@asynccontextmanager
async def connected(
    server: str, secret: str, *, reconnects: bool = False
) -> AsyncIterator[Connection]:
    """A connection as host; what is refused, and a connection that ends, end the command."""
    from pydantic import ValidationError

    from client_cli.connection import Disconnected, Refusal, connect

    try:
        async with await connect(
            server, role="host", host_secret=secret, reconnects=reconnects
        ) as host:
            yield host
    except ValidationError as error:
        fail(told(error))
    except Refusal as refusal:
        fail(f"refused: {refusal}")
    except (OSError, TimeoutError, Disconnected) as error:
        cannot_connect(server, error)


async def status_of(host: Connection, room: str) -> RoomMessage:
    """How a room stands."""
    from server.protocol import RoomMessage

    return RoomMessage.model_validate(await hosting.ask(host, "room_status", room=room))
