"""One browser and one server for all browser tests; they skip and say why without Chromium."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.server.live import Live
from tests.web.pages import CHROMIUM, browser, served


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def running_chromium() -> AsyncIterator[Browser]:
    """One for all tests."""
    if CHROMIUM is None:
        reason = "no Chromium: install one, or name it in BACKSTOP_CHROMIUM"
        if os.environ.get("BACKSTOP_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with browser() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def chromium(running_chromium: Browser) -> AsyncIterator[Browser]:
    """A running Chromium; what a test opens in it is closed with the test."""
    yield running_chromium
    for context in running_chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """A running server; every test opens rooms of its own."""
    async with served(tmp_path_factory.mktemp("web")) as running:
        yield running
