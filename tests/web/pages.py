"""A real server with a real browser before it: what the browser tests and the screenshots share."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from server.protocol import Phase, RoomStatus
from tests.server.live import SECRET, Live, live

CHROMIUM = os.environ.get("BACKSTOP_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
"""Where Chromium is; None if there is none."""
PATIENCE_MS = 30_000
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1366, "height": 768}
PROJECTOR = {"width": 1920, "height": 1080}

expect.set_options(timeout=PATIENCE_MS)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            # Without a sandbox only where Chromium demands it: for root, as in a container.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield running
        await running.close()


class Watched:
    """A browser of somebody's own, and all that went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.errors: list[str] = []
        self.elsewhere: list[str] = []

    async def page(self, path: str) -> Page:
        """A new page at a path of the server."""
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._requested)
        await page.goto(f"http://{self.address}{path}")
        return page

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and "WebSocket connection" not in message.text:
            self.errors.append(message.text)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((f"http://{self.address}/", "blob:", "data:")):
            self.elsewhere.append(request.url)


async def person(chromium: Browser, address: str, **options: Any) -> Watched:
    """Somebody with a browser of their own."""
    options.setdefault("viewport", LAPTOP)
    options.setdefault("locale", "en-GB")
    context = await chromium.new_context(**options)
    return Watched(context, address)


async def joined(who: Watched, code: str, name: str, seat: str | None = None) -> Page:
    """Join a room through the page; with a seat, take that one."""
    page = await who.page(f"/?g={code}")
    await page.get_by_label("Your name", exact=True).fill(name)
    await page.get_by_role("button", name="Join").click()
    await expect(page.locator(".word-note")).to_be_visible()
    # Who sits where comes a moment after the welcome.
    await expect(page.locator(".seats .own")).to_be_visible()
    if seat is not None:
        take = page.locator(f'button[data-do="choose"][data-seat="{seat}"]')
        if await take.count():
            await take.click()
        await expect(page.locator(f'.own[data-key="seat-{seat}"]')).to_be_visible()
    return page


async def to_phase(server: Live, code: str, page: Page, phase: Phase, *others: Page) -> None:
    """Have the host go on until the page shows a phase, and others who act next show it too."""
    while True:
        table = (await server.ask(RoomStatus, room=code))["tables"][0]["now"]
        if table["phase"] == phase:
            break
        await server.end(code, table)
    for one in (page, *others):
        await expect(one.locator(f'main[data-phase="{phase}"]')).to_be_visible()


async def hosting(who: Watched) -> Page:
    """The host's page, entered."""
    page = await who.page("/host")
    await page.get_by_label("The host's secret").fill(SECRET)
    await page.get_by_role("button", name="Enter").click()
    await expect(page.get_by_role("heading", name="Open a room")).to_be_visible()
    return page


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Live]:
    """A server with a database in a folder."""
    async with live(folder / "live.db") as running:
        yield running
