"""`backstop serve`: host rooms on this machine."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from urllib.parse import quote

import click

from client_cli.main.common import database_option, fail


@click.command()
@click.option("--host", help="The address to listen on; loopback unless told otherwise.")
@click.option("--lan", is_flag=True, help="Listen on all addresses, for a class in one network.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0 for any that is free.",
)
@click.option("--no-upgrade", is_flag=True, help="Do not upgrade the database's schema.")
@click.option(
    "--host-secret",
    envvar="BACKSTOP_HOST_SECRET",
    help="Else drawn at start (BACKSTOP_HOST_SECRET).",
)
@click.option("--verbose", is_flag=True, help="A line for each connection and refusal.")
@database_option
def serve_command(
    host: str | None,
    lan: bool,
    port: int,
    no_upgrade: bool,
    host_secret: str | None,
    verbose: bool,
    database: str,
) -> None:
    """Host rooms on this machine until Ctrl-C or SIGTERM.

    Prints the host's secret and the addresses for joining. Rooms and sessions that ran when the
    server stopped go on, with the time that was left.

    \b
    Examples:
      backstop serve
      backstop serve --lan --port 8000
      backstop serve --database postgresql://localhost/backstop
    """
    from server.settings import Settings, new_secret

    if lan and host:
        raise click.UsageError("--lan and --host say two different things")
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    settings = Settings(
        database=database,
        host="0.0.0.0" if lan else host or "127.0.0.1",
        port=port,
        upgraded=not no_upgrade,
        host_secret=host_secret or new_secret(),
    )
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings))


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """uvloop where the platform has it."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


async def _serve(settings: object) -> None:
    from server.app import serving
    from server.settings import Settings
    from server.store import StoreFailed

    assert isinstance(settings, Settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        async with serving(settings) as running:
            _announce(running.addresses, settings)
            # What start-up made stays; walking it again held everybody up for 0.1 s at a time.
            gc.freeze()
            await stopping.wait()
    except OSError as error:
        fail(error.strerror or str(error))
    except (StoreFailed, ValueError) as error:
        fail(str(error))
    click.echo("stopped; everything is saved", err=True)


def _announce(addresses: list[str], settings: object) -> None:
    import segno

    from server.settings import Settings

    assert isinstance(settings, Settings)
    for address in addresses:
        click.echo(f"listening on {address}")
    click.echo(f"host secret {settings.host_secret}")
    click.echo(f"database {settings.database}")
    if sys.stdout.isatty():
        segno.make(f"http://{addresses[0]}/", error="m").terminal(compact=True)
    click.echo(
        f"\nhost's page:  http://{addresses[0]}/host#s={quote(settings.host_secret)}\n"
        f"open a room:  backstop room open korea-1997 --server {addresses[0]} "
        f"--secret {settings.host_secret}"
    )
    click.echo(f"then join:    backstop join {addresses[0]} CODE --name NAME")
    sys.stdout.flush()
