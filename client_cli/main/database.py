"""`backstop db`: the database's schema and what is derived in it."""

from __future__ import annotations

import click

from client_cli.main.common import database_option, fail, found, must_exist, opened, run


@click.group()
def db_command() -> None:
    """Upgrade, check and rebuild the database.

    \b
    Examples:
      backstop db upgrade
      backstop db check --database postgresql://localhost/backstop
    """


@db_command.command("upgrade")
@database_option
def upgrade_database(database: str) -> None:
    """Bring the schema up to this version (`serve` does so by itself).

    \b
    Examples:
      backstop db upgrade
      backstop db upgrade --database postgresql://localhost/backstop
    """

    async def upgrade() -> None:
        async with opened(database, made=True):
            pass

    run(upgrade())
    click.echo(f"{database} is up to date")


@db_command.command("check")
@database_option
def check_database(database: str) -> None:
    """Say whether the schema is this version's; changes nothing.

    \b
    Examples:
      backstop db check
      backstop db check --database other.db
    """
    from server.store import Store, StoreFailed

    must_exist(database)

    async def check() -> None:
        store = await Store.open(database, upgraded=False)
        await store.close()

    try:
        run(check())
    except (StoreFailed, ValueError) as error:
        fail(str(error))
    click.echo(f"{database} is up to date")


@db_command.command("rebuild")
@click.argument("session")
@database_option
def rebuild_derived(session: str, database: str) -> None:
    """Make a session's derived tables again from its log.

    SESSION is an id (or its beginning), or `last`.

    \b
    Examples:
      backstop db rebuild last
    """

    async def rebuild() -> str:
        async with opened(database) as store:
            row = await found(store, session)
            await store.rebuild(row.id)
            return row.id

    click.echo(f"derived tables of {run(rebuild())} rebuilt in {database}")
