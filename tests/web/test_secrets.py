"""Nothing that is a seat's own reaches a page that should not have it: tested at the socket."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from server.protocol import Phase
from server.scenarios import load
from tests.server.live import Live
from tests.web.pages import person, to_phase

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def frames_of(page: Page) -> list[str]:
    """Everything that the page's sockets hear from now on."""
    heard: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))),
    )
    return heard


async def test_the_socket_of_board_and_of_others_never_hears_what_is_a_seats_own(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    pages, heard = {}, {}
    for name, path in (
        ("board", f"/board?g={code}"),
        ("ben", f"/?g={code}"),
        ("aiko", f"/?g={code}"),
    ):
        watched = await person(chromium, server.address)
        pages[name] = await watched.context.new_page()
        heard[name] = frames_of(pages[name])
        await pages[name].goto(f"http://{server.address}{path}")
    for name, seat in (("aiko", "JP"), ("ben", "US")):
        page = pages[name]
        await page.get_by_label("Your name", exact=True).fill(name)
        await page.get_by_role("button", name="Join").click()
        await (
            page.locator(f'button[data-do="choose"][data-seat="{seat}"]')
            .or_(page.locator(f'.own[data-key="seat-{seat}"]'))
            .first.click()
        )
        await expect(page.locator(f'.own[data-key="seat-{seat}"]')).to_be_visible()
    aiko = pages["aiko"]
    await server.start(code)
    await to_phase(server, code, aiko, Phase.TALK)
    await aiko.get_by_role("button", name="Germany", exact=True).click()
    await aiko.get_by_label("Say something to Germany").fill("only between Tokyo and Bonn")
    await aiko.get_by_role("button", name="Send").click()
    await expect(aiko.get_by_text("only between Tokyo and Bonn")).to_be_visible()
    await to_phase(server, code, aiko, Phase.PLEDGE)
    await aiko.locator("#pledge-amount").fill("2.7")
    await aiko.get_by_role("button", name="Pledge 2.7").click()
    await expect(aiko.locator('.own[data-key="seat-JP"]')).to_contain_text("done")
    await expect(pages["board"].locator('[data-key="seat-JP"]')).to_contain_text("done")
    await expect(pages["ben"].locator('[data-key="seat-JP"]')).to_contain_text("done")
    brief = load("korea-1997").seat_by_id["JP"].brief.split(".")[0]
    mine = "".join(heard["aiko"])
    assert all(word in mine for word in (brief[:40], "only between Tokyo", '"pledge_musd":2700'))
    for name in ("board", "ben"):
        others = "".join(heard[name])
        assert others
        assert not any(
            word in others for word in (brief[:40], "only between Tokyo", '"pledge_musd":2700')
        )
    board = "".join(heard["board"])
    assert '"own":null' in board
    assert "private_domestic_rate" not in board
    assert '"token":"' not in board
