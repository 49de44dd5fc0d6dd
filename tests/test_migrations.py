"""The schema: migrations and tables say the same, and a migration is all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from server.store import HostActRow, Store, StoreFailed, migrating
from server.store.engine import create_engine, database_url, migrations, revisions
from server.store.migrating import check, upgrade


async def test_alembic_check_finds_no_difference(database: str) -> None:
    engine = create_engine(database_url(database))
    await upgrade(engine)
    await check(engine)
    here, needed = await revisions(engine)
    assert here == needed is not None
    await engine.dispose()


async def test_the_revision_that_is_needed_is_the_newest_that_alembic_knows(database: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    engine = create_engine(database_url(database))
    assert await revisions(engine) == (None, ScriptDirectory.from_config(config).get_current_head())
    await engine.dispose()


async def test_a_schema_from_a_later_version_is_refused_and_left_as_it_is(database: str) -> None:
    async with await Store.open(database):
        pass
    engine = create_engine(database_url(database))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreFailed, match="9999"):
        await Store.open(database)
    assert (await revisions(engine))[0] == "9999"
    await engine.dispose()


async def test_upgrading_twice_changes_nothing(database: str) -> None:
    engine = create_engine(database_url(database))
    await upgrade(engine)
    await upgrade(engine)
    await check(engine)
    await engine.dispose()


async def test_what_hosts_did_before_requests_were_remembered_is_kept(database: str) -> None:
    engine = create_engine(database_url(database))
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(migrating._config(sync), "0001"))
        await connection.execute(
            text(
                "INSERT INTO rooms (code, title, scenario, settings, status, created_utc)"
                " VALUES ('KITE7', 'Class', 'vcm', '{}', 'running', '2026-11-21T10:00:00')"
            )
        )
        for act in ("pause", "resume"):
            await connection.execute(
                text("INSERT INTO host_acts (room, at_utc, act) VALUES ('KITE7', 'now', :act)"),
                {"act": f'{{"kind": "{act}"}}'},
            )
    await engine.dispose()
    async with await Store.open(database) as store:
        rows = await store.host_acts("KITE7")
    assert rows == [
        HostActRow("KITE7", "now", {"kind": "pause"}),
        HostActRow("KITE7", "now", {"kind": "resume"}),
    ]


async def test_a_migration_that_fails_half_way_leaves_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations(), folder)
    engine = create_engine(database_url(database))
    _, head = await revisions(engine)
    (folder / "versions" / "9999_broken.py").write_text(
        "from alembic import op\n"
        "import sqlalchemy as sa\n"
        f"revision, down_revision = 'broken', '{head}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('x', sa.Integer))\n"
        "    raise RuntimeError('half-way')\n"
    )
    monkeypatch.setattr(migrating, "migrations", lambda: folder)
    with pytest.raises(RuntimeError, match="half-way"):
        await upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
        await connection.execute(text("SELECT 1"))
    await engine.dispose()
