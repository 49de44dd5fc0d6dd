"""What several subcommands share: the database option, failing in words, running."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from pydantic import ValidationError

    from server.store import SessionRow, Store, StoredEvent

Result = TypeVar("Result")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])

DEFAULT_DATABASE = "backstop.db"


def database_option(command: Decorated) -> Decorated:
    """`--database`, else the environment, else a file in the current folder."""
    option = click.option(
        "--database",
        envvar="BACKSTOP_DATABASE_URL",
        default=DEFAULT_DATABASE,
        show_default=True,
        metavar="URL",
        help="A database URL or the path of an SQLite file (BACKSTOP_DATABASE_URL).",
    )
    return option(command)


def theme_option(command: Decorated) -> Decorated:
    """`--theme` of a full screen."""
    option = click.option(
        "--theme",
        type=click.Choice(["dark", "light", "terminal"]),
        default="dark",
        envvar="BACKSTOP_THEME",
        show_default=True,
        help="Colours of the full screen; terminal: its own.",
    )
    return option(command)


def has_screen() -> bool:
    """Whether a person sits before a terminal that can be drawn on."""
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return at_terminal and os.environ.get("TERM") != "dumb"


def limits_options(command: Decorated) -> Decorated:
    """What a bot from outside may use; the command gets `decision_seconds`, `match_seconds`."""
    positive = click.FloatRange(0, min_open=True)
    options = (
        click.option(
            "--decision-seconds",
            type=positive,
            default=1.0,
            show_default=True,
            help="For each decision of a bot from outside;",
        ),
        click.option(
            "--match-seconds",
            type=positive,
            default=30.0,
            show_default=True,
            help="for all of its decisions together.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def listing_options(command: Decorated) -> Decorated:
    """Which of the stored sessions; the command gets them as keywords of `Store.sessions`."""
    states = ["lobby", "running", "ended", "parked", "imported"]
    options = (
        click.option("--room", help="Only those of one room."),
        click.option("--status", type=click.Choice(states), help="Only those in one state."),
        click.option("--scenario", help="Only those of one scenario."),
        click.option("--forks-of", "parent", metavar="ID", help="Only forks of one session."),
        click.option(
            "--imported/--own", default=None, help="Only those from files, or only the others."
        ),
        click.option(
            "--since",
            "since_utc",
            metavar="DATE",
            callback=_utc,
            help="Only those made then or later: 2026-11-24 or 2026-11-24T10:00, UTC.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _utc(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    from datetime import UTC, datetime

    if given is None:
        return None
    try:
        when = datetime.fromisoformat(given)
        return (when.astimezone(UTC) if when.tzinfo else when).replace(tzinfo=None).isoformat()
    except ValueError:
        raise click.BadParameter(
            f"{given} is not a date, such as 2026-11-24", context, option
        ) from None


def fail(message: str) -> NoReturn:
    """End with a message on standard error and exit code 1."""
    raise click.ClickException(message)


def cannot_connect(address: str, error: Exception) -> NoReturn:
    """Fail because nobody, or nobody of ours, answers at an address."""
    from client_cli.connection import Disconnected

    if isinstance(error, Disconnected):
        fail(f"{address}: {error}")
    fail(f"nobody answers at {address}: {error or 'no answer in time'}")


def told(error: ValidationError) -> str:
    """What is wrong with what was given: field, value and what is allowed."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field} {str(first['input'])!r:.80}: {first['msg']}"


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; Ctrl-C ends with code 130 and without a trace."""
    import asyncio

    try:
        return asyncio.run(coroutine)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


@asynccontextmanager
async def opened(database: str, *, made: bool = False) -> AsyncIterator[Store]:
    """The store behind `--database`.

    Args:
        database: URL or path.
        made: make a database that is not there; else that is a mistake to be told.
    """
    if not made:
        must_exist(database)
    from server.store import Store, StoreFailed

    try:
        store = await Store.open(database)
    except (StoreFailed, ValueError) as error:
        fail(str(error))
    async with store:
        try:
            yield store
        except StoreFailed as error:
            fail(f"{database}: {error}")


def must_exist(database: str) -> None:
    """Fail if the database is an SQLite file that is not there: opening would make it."""
    from pathlib import Path

    path = database.removeprefix("sqlite:///")
    if "://" not in path and not Path(path).exists():
        fail(f"there is no database {database}; `backstop demo` or `backstop play` makes one")


async def found(store: Store, session: str) -> SessionRow:
    """A stored session by its id or a beginning of it; `last` is the newest."""
    if session == "last":
        newest = await store.sessions(limit=1)
        if newest:
            return newest[0]
    matching = await store.sessions_called(session)
    if len(matching) == 1 or (matching and matching[0].id == session):
        return matching[0]
    if matching:
        fail(f"{session} may be {', '.join(row.id for row in matching[:5])}")
    fail(f"there is no session {session}; `backstop sessions` lists them")


async def stored_log(session: str, database: str) -> tuple[SessionRow, list[StoredEvent]]:
    """A session and its log: of the database, or of a log file of that name.

    Raises:
        LogError: the file is no whole log.
    """
    from pathlib import Path

    path = Path(session)
    if path.is_file():
        from server.store.logfile import read, text_lines

        with path.open("rb") as file:
            log = read(text_lines(file))
        return log.session, log.stored
    async with opened(database) as store:
        row = await found(store, session)
        return row, await store.stored(row.id)


def counted(sessions: Sequence[str], events: int) -> str:
    """How much was written or read: the one session by its id, else how many."""
    which = sessions[0] if len(sessions) == 1 else f"{len(sessions)} sessions"
    return f"{events} events of {which}"
