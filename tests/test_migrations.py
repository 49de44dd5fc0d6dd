"""The schema: migrations and tables say the same, and a migration is all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from server.store import engine as engines
from server.store.engine import check, create_engine, database_url, revisions, upgrade


async def test_alembic_check_finds_no_difference(database: str) -> None:
    engine = create_engine(database_url(database))
    await upgrade(engine)
    await check(engine)
    here, needed = await revisions(engine)
    assert here == needed is not None
    await engine.dispose()


async def test_upgrading_twice_changes_nothing(database: str) -> None:
    engine = create_engine(database_url(database))
    await upgrade(engine)
    await upgrade(engine)
    await check(engine)
    await engine.dispose()


async def test_a_migration_that_fails_half_way_leaves_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(engines.migrations(), folder)
    newest = max(path.name[:4] for path in (folder / "versions").glob("[0-9]*.py"))
    (folder / "versions" / "9999_broken.py").write_text(
        "from alembic import op\n"
        "import sqlalchemy as sa\n"
        f"revision, down_revision = 'broken', '{newest}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('x', sa.Integer))\n"
        "    raise RuntimeError('half-way')\n"
    )
    monkeypatch.setattr(engines, "migrations", lambda: folder)
    engine = create_engine(database_url(database))
    with pytest.raises(RuntimeError, match="half-way"):
        await upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
        await connection.execute(text("SELECT 1"))
    await engine.dispose()
