"""Alembic's environment: the connection comes from `server.store.engine`."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

from server.store.engine import create_engine, database_url
from server.store.tables import metadata


def run(connection: Connection) -> None:
    """Migrate over one connection, in the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    """For `alembic -x database=URL …` from the command line."""
    arguments = context.get_x_argument(as_dictionary=True)
    engine = create_engine(database_url(arguments.get("database", "backstop.db")))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_alone())
