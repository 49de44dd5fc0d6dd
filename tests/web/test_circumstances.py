"""What a classroom does to the host's page and the board: no network, sleep, a restart, a LAN."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.addresses import lan_addresses
from server.protocol import Pause, Resume
from tests.server.live import Live, live
from tests.web.pages import PROJECTOR, Watched, hosting, joined, person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NETWORK = """
const Real = WebSocket;
const sockets = [];
WebSocket = class extends Real {
  constructor(...where) {
    super(...where);
    sockets.push(this);
    if (window.cut) this.close();
  }
};
window.cutNetwork = (cut) => {
  window.cut = cut;
  if (cut) sockets.forEach((socket) => socket.close());
  else window.dispatchEvent(new Event("online"));
};
"""
"""A network that a test can cut: Chromium's own switch leaves web sockets open."""
FIRST_SOCKET_SLEEPS = """
const Real = WebSocket;
let first = true;
WebSocket = class extends Real {
  set onmessage(heard) {
    const mine = first;
    first = false;
    super.onmessage = (event) => (mine && window.asleep) || heard(event);
  }
};
"""
"""A socket that looks open and hears nothing any more, as after sleep."""


async def running(server: Live) -> str:
    """A room that waits for people; its code."""
    code = await server.open()
    await server.start(code, empty_seats="nobody")
    return code


async def at_the_room(who: Watched, code: str) -> Page:
    """The host's page, at a room."""
    host = await hosting(who)
    await host.locator(f'button[data-do="enter"][data-room="{code}"]').click()
    await expect(host.locator(".host-head .room-code")).to_have_text(code)
    return host


async def at_the_board(who: Watched, code: str) -> Page:
    """The board of a room that is played."""
    board = await who.page(f"/board?g={code}")
    await expect(board.locator("main.board")).to_be_visible()
    return board


async def test_host_and_board_come_back_by_themselves_after_the_servers_restart(
    chromium: Browser, tmp_path: Path
) -> None:
    who = await person(chromium, "")
    async with live(tmp_path / "live.db") as server:
        who.address = server.address
        code = await running(server)
        host, board = await at_the_room(who, code), await at_the_board(who, code)
        port = int(server.address.rpartition(":")[2])
    await expect(host.get_by_text("The connection is lost.")).to_be_visible()
    await expect(board.locator(".link.waiting")).to_be_visible()
    async with live(tmp_path / "live.db", port=port):
        await expect(host.get_by_text("The connection is lost.")).to_have_count(0)
        await host.locator(".controls").get_by_role("button", name="Pause").click()
        await expect(host.locator(".host-table")).to_contain_text("Paused")
        await expect(board.locator(".time")).to_contain_text("Paused")
        await expect(board.locator(".link.waiting")).to_have_count(0)


async def test_pages_without_a_network_say_so_and_go_on_when_it_is_back(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    who = await person(chromium, server.address)
    await who.context.add_init_script(NETWORK)
    student = await joined(who, code, "Aiko", "JP")
    await server.start(code, empty_seats="nobody")
    await expect(student.locator("main.game")).to_be_visible()
    host, board = await at_the_room(who, code), await at_the_board(who, code)
    for page in (student, host, board):
        await page.evaluate("cutNetwork(true)")
    for page in (student, host):
        await expect(page.get_by_text("The connection is lost.")).to_be_visible()
    await expect(board.locator(".link.waiting")).to_be_visible()
    # What happens meanwhile is there afterwards.
    await server.ask(Pause, room=code)
    for page in (student, host, board):
        await page.evaluate("cutNetwork(false)")
    for page in (student, board):
        await expect(page.locator(".time")).to_contain_text("Paused")
    await expect(host.locator(".host-table")).to_contain_text("Paused")
    for page in (student, host):
        await expect(page.get_by_text("The connection is lost.")).to_have_count(0)
    await expect(board.locator(".link.waiting")).to_have_count(0)


async def test_host_and_board_find_out_after_sleep_that_their_sockets_are_dead(
    chromium: Browser, server: Live
) -> None:
    code = await running(server)
    who = await person(chromium, server.address)
    await who.context.add_init_script(FIRST_SOCKET_SLEEPS)
    host, board = await at_the_room(who, code), await at_the_board(who, code)
    for page in (host, board):
        await page.evaluate("asleep = true; document.dispatchEvent(new Event('visibilitychange'))")
    await server.ask(Pause, room=code)
    await expect(board.locator(".time")).to_contain_text("Paused")
    await expect(host.locator(".host-table")).to_contain_text("Paused")


async def test_a_changed_clock_changes_no_countdown_on_board_or_host(
    chromium: Browser, server: Live
) -> None:
    code = await server.open(timed=True)
    await server.start(code, empty_seats="nobody")
    # The time stands, so that both show the same.
    await server.ask(Pause, room=code)
    who = await person(chromium, server.address)
    await who.context.add_init_script("Date.now = () => 4e12")
    board, host = await at_the_board(who, code), await at_the_room(who, code)
    await expect(board.locator("[data-clock]")).to_have_text(re.compile(r"^1:[0-3]\d$"))
    left = await board.locator("[data-clock]").inner_text()
    await server.ask(Resume, room=code)
    await expect(board.locator("[data-clock]")).not_to_have_text(left)
    await expect(board.locator("[data-clock]")).to_have_text(re.compile(r"^[01]:\d\d$"))
    await expect(host.locator(".host-table")).to_contain_text(re.compile(r"read [01]:\d\d"))


async def test_a_lesson_over_plain_http_on_the_network_needs_no_secure_context(
    chromium: Browser, tmp_path: Path
) -> None:
    outside = [address for address in lan_addresses() if not address.startswith("127.")]
    if not outside:
        pytest.skip("this machine has no address but its own")
    async with live(tmp_path / "live.db", host=outside[0]) as server:
        who = await person(chromium, server.address)
        host = await hosting(who)
        assert not await host.evaluate("isSecureContext")
        await host.get_by_role("button", name="Open the room").click()
        code = await host.locator(".host-head .room-code").inner_text()
        watched = await person(chromium, server.address, viewport=PROJECTOR)
        board = await watched.page(f"/board?g={code}")
        await expect(board.locator("img.qr")).to_be_visible()
        await expect(board.get_by_text(f"http://{server.address}")).to_be_visible()
        # Bots alone play to the end; then there are files, and the debrief on the board.
        await host.get_by_role("button", name="Start the session").click()
        await expect(board.locator("[data-card=gains]")).to_be_visible()
        for name in ("Download the ledgers (CSV)", "Download the debrief (HTML)"):
            async with host.expect_download() as download:
                await host.locator(".controls").get_by_role("button", name=name).click()
            assert (await (await download.value).path()).stat().st_size > 100
        for one in (who, watched):
            assert one.errors == []
            assert one.elsewhere == []
