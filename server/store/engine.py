"""Opening a database: URL forms, SQLite's settings, which schema it has.

Owns what differs between SQLite and PostgreSQL. SQLite runs in WAL mode with
`synchronous=FULL`: NORMAL would lose acknowledged commits at a power cut.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, event, inspect, select, table
from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

READERS = 4
"""Connections kept for reading beside the one that writes."""
SQLITE: Mapping[str, Any] = {"isolation_level": None, "timeout": 30}
"""Of a connection: no transactions of the driver's own, and seconds to wait for a lock."""

# Alembic's own table; alembic itself is loaded only where there is something to migrate.
_VERSION = table("alembic_version", column("version_num"))


def database_url(text: str) -> URL:
    """The URL of a database given as `sqlite:///x.db`, `postgresql://…` or a plain path.

    Raises:
        ValueError: it is none of these.
    """
    if "://" not in text:
        return URL.create("sqlite+aiosqlite", database=str(Path(text).absolute()))
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(f"{text} is not a database URL") from None
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+asyncpg")
        case other:
            raise ValueError(f"{other} is not supported; use sqlite or postgresql")


def create_engine(url: URL) -> AsyncEngine:
    """An engine whose transactions are what they say they are."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=READERS + 1, pool_pre_ping=True)
    engine = create_async_engine(url, pool_size=READERS + 1, connect_args=SQLITE)
    _listen(engine.sync_engine)
    return engine


def create_thread_engine(url: URL) -> Engine | None:
    """An engine for whole transactions in a thread; None where the driver needs no thread.

    SQLite's asynchronous driver goes to its thread and back three times a statement, which
    for the many statements of a group commit cost more than the statements.
    """
    if url.get_backend_name() != "sqlite":
        return None
    engine = create_sync_engine(url.set(drivername="sqlite"), connect_args=SQLITE)
    _listen(engine)
    return engine


def _listen(engine: Engine) -> None:
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_immediate)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # The driver's own transactions would commit before a schema change, and leave half a
    # migration behind; a deferred one could fail at its first write.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def migrations() -> Path:
    """The folder of the migrations: beside the installed program, else in the checkout."""
    spec = importlib.util.find_spec("migrations")
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(__file__).parents[2] / "migrations"


async def revisions(engine: AsyncEngine) -> tuple[str | None, str]:
    """The schema revision of the database, and the one that this version needs.

    A migration's file begins with its revision; the newest is what is needed.
    """

    def read(connection: Connection) -> str | None:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        return connection.execute(select(_VERSION.c.version_num)).scalar()

    needed = max(path.name[:4] for path in (migrations() / "versions").glob("[0-9]*.py"))
    async with engine.connect() as connection:
        return await connection.run_sync(read), needed
