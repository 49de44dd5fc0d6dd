"""Debrief and replay through the pages: by itself at the end, for whom it is open, from disk too."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from server.protocol import CloseSession, Phase, ReadReplay, RoomStatus
from tests.server.live import BOTS, Live
from tests.web.pages import LAPTOP, PHONE, PROJECTOR, Watched, hosting, joined, person, to_phase
from tests.web.test_accessible import (
    NARROW,
    SPACING,
    axe_violations,
    hidden_by_sticky,
    smallest_text,
    sticky_share,
    structure,
    too_small,
    too_wide,
)
from tests.web.test_secrets import frames_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FILE_PATIENCE_MS = 90_000
"""Figures and replay are made for it."""


@dataclass
class Game:
    """A room whose first table was played for a round by Aiko for Japan, Ben and bots."""

    code: str
    sessions: list[str]
    who: Watched
    aiko: Page


async def begun(chromium: Browser, server: Live, tables: int = 1) -> Game:
    """Aiko has said three and pledged two billion in round one."""
    code = await server.open(seats=BOTS, tables=tables)
    who = await person(chromium, server.address)
    aiko = await joined(who, code, "Aiko", "JP")
    # Who decides nothing, so that the round waits for the host.
    await joined(await person(chromium, server.address), code, "Ben", "US")
    await server.start(code)
    await to_phase(server, code, aiko, Phase.TALK)
    await aiko.locator("#intention-amount").fill("3")
    await aiko.get_by_role("button", name="Declare").click()
    await expect(aiko.get_by_text("promises 3")).to_be_visible()
    await to_phase(server, code, aiko, Phase.PLEDGE)
    await aiko.locator("#pledge-amount").fill("2")
    await aiko.get_by_role("button", name="Pledge 2").click()
    await expect(aiko.get_by_text("Your pledge of US$ 2 bn stands.").first).to_be_visible()
    tables_now = (await server.ask(RoomStatus, room=code))["tables"]
    return Game(code, [table["session"] for table in tables_now], who, aiko)


async def over(chromium: Browser, server: Live, tables: int = 1) -> Game:
    """The same, the round resolved and every session ended."""
    game = await begun(chromium, server, tables)
    await to_phase(server, game.code, game.aiko, Phase.DISBURSE)
    await server.ask(CloseSession, room=game.code)
    return game


async def replayed(page: Page) -> Page:
    await expect(page.locator(".event[aria-current]")).to_be_visible()
    return page


async def event_of(server: Live, session: str, kind: str, **content: Any) -> int:
    """The number of the first event of a kind, as told to everybody who may see all."""
    told = await server.ask(ReadReplay, session=session, seen_by="everything")
    return next(
        one["event"]
        for one in told["events"]
        if one["notice"]
        and one["notice"]["kind"] == kind
        and content.items() <= one["notice"].items()
    )


async def test_the_debrief_appears_on_the_board_and_at_the_seat_by_itself(
    chromium: Browser, server: Live
) -> None:
    game = await begun(chromium, server, tables=2)
    watched = await person(chromium, server.address, viewport=PROJECTOR)
    board = await watched.page(f"/board?g={game.code}")
    first = await watched.page(f"/board?g={game.code}&t=1")
    await expect(board.locator(".row-of-table")).to_have_count(2)
    await to_phase(server, game.code, game.aiko, Phase.DISBURSE)
    await server.ask(CloseSession, room=game.code, session=game.sessions[0])
    await expect(game.aiko.locator("[data-card=own-debrief]")).to_contain_text("You lost US$")
    await expect(game.aiko.locator("[data-card=own-debrief]")).to_contain_text(
        "What would have changed it"
    )
    await expect(first.locator("[data-card=burden]")).to_contain_text("Japan")
    # At the second table bots alone have played to the end before.
    await expect(board.locator("[data-card=class-table] tbody tr")).to_have_count(2)
    for page in (board, first):
        assert "Aiko" not in await page.locator("main").inner_text()
        assert await smallest_text(page) >= 24
        await page.set_viewport_size(PHONE)
        assert await too_wide(page) == []
        await page.set_viewport_size(PROJECTOR)
    async with first.expect_download(timeout=FILE_PATIENCE_MS) as waiting:
        await first.get_by_role("button", name="Download as one HTML file").click()
    assert (await waiting.value).suggested_filename == f"report-{game.sessions[0]}.html"
    assert (game.who.errors, watched.errors) == ([], [])
    assert (game.who.elsewhere, watched.elsewhere) == ([], [])


async def test_a_student_looks_at_the_table_and_keeps_the_seat(
    chromium: Browser, server: Live, tmp_path: Path
) -> None:
    game = await over(chromium, server)
    async with game.aiko.expect_download(timeout=FILE_PATIENCE_MS) as waiting:
        await game.aiko.get_by_role("button", name="Download your debrief").click()
    await (await waiting.value).save_as(tmp_path / "mine.html")
    assert "Japan" in (tmp_path / "mine.html").read_text("utf-8")
    other = await game.who.page(f"/replay?g={game.code}&s={game.sessions[0]}")
    await expect(other.locator("[data-card=own-debrief]")).to_contain_text("Your result: Japan")
    await expect(other.locator("[data-card=keeping]")).to_contain_text("0 of 1")
    await expect(other.locator("[data-card=lines] table")).to_have_count(3)
    await expect(other.locator("[data-card=history]")).to_contain_text("Paid in history")
    # The game's own page was not sent away by the second one.
    await expect(game.aiko.locator("[data-card=end]")).to_be_visible()
    await expect(game.aiko.get_by_role("button", name="Leave the room")).to_be_visible()
    await game.aiko.get_by_role("link", name="Debrief of the table, and replay").click()
    await expect(game.aiko.locator("[data-card=theory]")).to_be_visible()
    await game.aiko.get_by_role("link", name="Replay", exact=True).click()
    await replayed(game.aiko)
    assert await game.aiko.locator("#fork").count() == 0
    assert game.who.errors == []


async def test_a_replay_goes_by_address_buttons_slider_and_keys(
    chromium: Browser, server: Live
) -> None:
    game = await over(chromium, server)
    (session,) = game.sessions
    pledged = await event_of(server, session, "pledged", seat="JP")
    who = await person(chromium, server.address)
    page = await replayed(
        await who.page(f"/replay?g={game.code}&s={session}#event={pledged}&as=JP")
    )
    now = page.locator(".event[aria-current]")
    await expect(now).to_contain_text("Japan pledges 2.")
    await page.get_by_label("Seen by").select_option("US")
    await expect(now).to_contain_text("Japan: decision made.")
    assert page.url.endswith(f"#event={pledged}&as=US")
    await page.get_by_role("button", name="One event back").click()
    await expect(now).not_to_contain_text("Japan: decision made.")
    before = await now.locator(".event-number").inner_text()
    await page.locator("h1").click()
    await page.keyboard.press("ArrowRight")
    await expect(now).to_contain_text("Japan: decision made.")
    await page.keyboard.press("ArrowLeft")
    await expect(now.locator(".event-number")).to_have_text(before)
    await page.keyboard.press("End")
    await expect(now).to_contain_text("The host has ended the session")
    words = await page.locator("#timeline").get_attribute("aria-valuetext") or ""
    assert re.fullmatch(r"event (\d+) of \1, Round 1, The host has ended the session", words)
    await page.keyboard.press("Home")
    await expect(now).to_contain_text("The session opens.")
    await expect(page.locator("[data-key=sofar], [data-card=ledger]")).to_have_count(0)
    await page.locator("#timeline").focus()
    await page.keyboard.press("PageDown")
    await expect(now).to_contain_text("The host has ended the session")
    await page.get_by_label("Do not show what comes").check()
    await page.keyboard.press("Home")
    await expect(page.locator("button.event")).to_have_count(1)
    await page.get_by_label("Speed").select_option("4")
    await page.locator("h1").click()
    await page.keyboard.press(" ")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(page.locator("button.event").nth(2)).to_be_visible()
    await page.keyboard.press(" ")
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.locator(".keys p")).to_be_visible()
    await page.evaluate("location.hash = '#event=2&as=board'")
    await expect(now.locator(".event-number")).to_have_text("2")
    assert (who.errors, who.elsewhere) == ([], [])


async def test_nobody_looks_back_while_it_is_played_and_no_page_hears_what_is_sealed(
    chromium: Browser, server: Live
) -> None:
    game = await begun(chromium, server)
    (session,) = game.sessions
    stranger = await (await person(chromium, server.address)).context.new_page()
    heard = frames_of(stranger)
    await stranger.goto(f"http://{server.address}/replay?g={game.code}&s={session}#event=9&as=JP")
    await expect(stranger.get_by_role("alert").first).to_contain_text("when the session has ended")
    host = await hosting(await person(chromium, server.address))
    told = frames_of(host)
    await host.goto(f"http://{server.address}/replay?s={session}#event=9&as=JP")
    await expect(host.get_by_text("up to the last resolved round")).to_be_visible()
    await host.get_by_label("Seen by").select_option("host")
    await replayed(host)
    await host.get_by_role("button", name="Last event").click()
    await expect(host.locator(".event[aria-current]")).to_contain_text("Japan: decision made.")
    assert heard and told
    assert '"pledge_musd":2000' not in "".join(heard) + "".join(told)


async def test_a_link_opens_also_where_the_browser_kept_a_seat_that_is_gone(
    chromium: Browser, server: Live
) -> None:
    game = await over(chromium, server)
    who = await person(chromium, server.address)
    seat = {"room": game.code, "token": "no-longer-valid"}
    await who.context.add_init_script(f"localStorage['backstop.seat'] = '{json.dumps(seat)}'")
    page = await who.page(f"/replay?g={game.code}&s={game.sessions[0]}#event=3&as=US")
    await replayed(page)
    assert await page.locator("#fork").count() == 0
    assert who.errors == []


async def test_the_host_opens_a_room_that_continues_from_an_event(
    chromium: Browser, server: Live
) -> None:
    game = await over(chromium, server)
    (session,) = game.sessions
    at = await event_of(server, session, "phase_began", phase="pledge")
    who = await person(chromium, server.address)
    host = await hosting(who)
    await host.goto(f"http://{server.address}/replay?g={game.code}&s={session}#event={at}&as=board")
    await replayed(host)
    await host.get_by_role("button", name="Last event").click()
    await expect(host.get_by_text("The session was over by then.")).to_be_visible()
    await host.evaluate(f"location.hash = '#event={at}&as=board'")
    await host.get_by_text("Continue from here").click()
    await host.locator("#fork").get_by_label("Tables").fill("0")
    await host.get_by_role("button", name="Open a room from here").click()
    await expect(host.locator("#problem-fork")).to_contain_text("greater than or equal to 1")
    await host.locator("#fork").get_by_label("Tables").fill("1")
    await host.locator('#fork select[name="plan:DE"]').select_option("-nobody")
    await host.get_by_label("Phases have their clocks").uncheck()
    await host.get_by_role("button", name="Open a room from here").click()
    await expect(host.get_by_role("button", name="Start the session")).to_be_visible()
    code = (await host.locator(".host-head .room-code").inner_text()).strip()
    assert code != game.code
    ben = await joined(await person(chromium, server.address), code, "Ben", "JP")
    await host.get_by_role("button", name="Start the session").click()
    await expect(ben.locator("main[data-phase=pledge]")).to_be_visible()
    await expect(ben.get_by_text("promises 3")).to_be_visible()
    plans = {one["seat"]: one for one in (await tables(server, code))[0]["seats"]}
    assert plans["DE"]["participant"] == "nobody"
    assert plans["IMF"]["participant"] == "bot"
    assert who.errors == []


async def tables(server: Live, code: str) -> list[dict[str, Any]]:
    return list((await server.ask(RoomStatus, room=code))["tables"])


async def test_the_hosts_file_opens_from_disk_with_the_replay_in_it(
    chromium: Browser, server: Live, tmp_path: Path
) -> None:
    game = await over(chromium, server, tables=2)
    host = await hosting(await person(chromium, server.address))
    await host.locator(f'button[data-do=enter][data-room="{game.code}"]').click()
    await host.get_by_text("Seats, messages and more").first.click()
    async with host.expect_download(timeout=FILE_PATIENCE_MS) as waiting:
        await host.locator(f'button[data-do=report][data-session="{game.sessions[0]}"]').click()
    await (await waiting.value).save_as(tmp_path / "table.html")
    async with host.expect_download(timeout=FILE_PATIENCE_MS) as waiting:
        await host.locator('button[data-do=report][data-session=""]').click()
    await (await waiting.value).save_as(tmp_path / "class.html")
    await host.get_by_role("link", name="Debrief of the class").click()
    await expect(host.locator("[data-card=class-seats]")).to_be_visible()
    await host.locator("[data-card=class]").get_by_role("link", name="Table 2").click()
    await expect(host.locator("[data-card=result]")).to_be_visible()
    assert "2 tables" in (tmp_path / "class.html").read_text("utf-8")

    offline = await person(chromium, server.address)
    await offline.context.set_offline(True)
    page = await offline.context.new_page()
    page.on("pageerror", lambda error: offline.errors.append(str(error)))
    page.on("console", lambda message: offline.errors.append(message.text))
    await page.goto((tmp_path / "table.html").as_uri())
    replay = page.frame_locator("iframe")
    await expect(replay.locator(".event[aria-current]")).to_be_visible()
    await replay.get_by_label("Seen by").select_option("JP")
    await replay.get_by_role("button", name="Show all").click()
    await replay.get_by_text("Japan pledges 2.").click()
    await expect(replay.locator(".event[aria-current]")).to_contain_text("Japan pledges 2.")
    await expect(replay.locator("[data-key=seat-JP]")).to_contain_text("promises 3")
    await replay.get_by_label("Seen by").select_option("DE")
    await expect(replay.locator(".event[aria-current]")).to_contain_text("Japan: decision made.")
    assert offline.errors == []


async def test_looking_back_is_accessible(chromium: Browser, server: Live) -> None:
    game = await over(chromium, server, tables=2)
    host = await hosting(await person(chromium, server.address))
    of = f"http://{server.address}/replay?g={game.code}"
    wrong: dict[str, list[str]] = {}
    for name, address, ready in (
        ("class", of, "[data-card=class-seats]"),
        ("debrief", f"{of}&s={game.sessions[0]}#debrief", "[data-card=history]"),
        ("replay", f"{of}&s={game.sessions[0]}#event=50&as=JP", ".event[aria-current]"),
    ):
        await host.goto("about:blank")
        await host.goto(address)
        await expect(host.locator(ready)).to_be_visible()
        if found := await faults(host):
            wrong[name] = found
    await expect(game.aiko.locator("[data-card=own-debrief]")).to_be_visible()
    if found := await faults(game.aiko):
        wrong["the student's end"] = found
    assert not wrong, "\n".join(f"{name}: {line}" for name, all_ in wrong.items() for line in all_)


async def faults(page: Page) -> list[str]:
    """What is wrong with a page in either theme, narrow, in German, with wide spacing."""
    found = await structure(page)
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{theme} {line}" for line in await axe_violations(page, theme)]
    await page.set_viewport_size(NARROW)
    found += [f"320 px: {line}" for line in await too_wide(page)]
    found += [f"small: {line}" for line in await too_small(page)]
    await page.locator(".foot select").select_option("de")
    found += [f"German: {line}" for line in await too_wide(page)]
    await page.locator(".foot select").select_option("en")
    await page.evaluate(
        """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet]; }""",
        SPACING,
    )
    found += [f"spacing: {line}" for line in await too_wide(page)]
    await page.evaluate("document.adoptedStyleSheets = []")
    await page.set_viewport_size(PHONE)
    if await sticky_share(page) >= 0.15:
        found.append("sticky boxes take too much")
    found += [f"hidden: {line}" for line in await hidden_by_sticky(page)]
    await page.set_viewport_size(LAPTOP)
    return found
