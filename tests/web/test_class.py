"""A class hour: three tables, eighteen browsers, bots, drop-outs, the end on the board, the files."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.scenarios import load_document
from tests.server.live import Live
from tests.web.pages import PHONE, PROJECTOR, Watched, hosting, joined, person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLAYERS = 18
PILOT = """
setInterval(() => {
  const main = document.querySelector("main.game");
  if (!main || document.querySelector(".own .done.yes")) return;
  const press = (where) => {
    const button = document.querySelector(where);
    button?.click();
    return Boolean(button);
  };
  const type = (where, text) => {
    const field = document.querySelector(where);
    if (!field || field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  type("#pledge-amount", "1.1");
  type("#withdraw-share", "10");
  press("[data-do=answer][data-accept=yes]");
  press("[data-do=vote][data-ballot=yes][aria-pressed=false]") ||
    press("form[data-do=pledge] button[value=yes]") ||
    press("form[data-do=withdraw] button[value=yes]") ||
    press("[data-do=release][data-yes=yes]") ||
    press("[data-do=ready][data-ready=yes]");
}, 150);
"""
"""Plays a seat through the page's own buttons and fields, in the browser."""


def kept_scenario() -> str:
    """What a host's browser keeps who has made Mexico 1982 last one round, as JSON."""
    document = load_document("mexico-1982").model_dump(mode="json", exclude_unset=True)
    mine = {**document, "name": "mexico-short", "title": "Mexico in one round", "rounds": 1}
    for name in ("sources", "choices", "difficulty", "start_up_musd"):
        mine.pop(name, None)
    return json.dumps({"mexico-short": mine})


async def student(chromium: Browser, server: Live, code: str, name: str) -> tuple[Watched, Page]:
    """Somebody with a phone, seated."""
    who = await person(chromium, server.address, viewport=PHONE, reduced_motion="reduce")
    return who, await joined(who, code, name)


async def test_eighteen_students_and_bots_finish_a_crisis_at_three_tables(
    chromium: Browser, server: Live
) -> None:
    who = await person(chromium, server.address)
    await who.context.add_init_script(f"localStorage['backstop.scenarios'] = {kept_scenario()!r}")
    host = await hosting(who)
    # Two clicks from the start page to a room of three tables.
    await host.get_by_text("Mexico in one round", exact=True).click()
    await host.get_by_label("Tables", exact=True).fill("3")
    await host.get_by_role("button", name="Open the room").click()
    code = (await host.locator(".host-head .room-code").inner_text()).strip()
    await expect(host.locator(".host-table")).to_have_count(3)

    seated = await asyncio.gather(
        *(student(chromium, server, code, f"Player {n}") for n in range(PLAYERS))
    )
    await expect(host.get_by_text("18 of 21 people are connected.")).to_be_visible()
    await host.get_by_role("button", name="Start the session").click()
    board = await (await person(chromium, server.address, viewport=PROJECTOR)).page(
        f"/board?g={code}"
    )
    await expect(board.locator(".row-of-table")).to_have_count(3)
    pages = [page for _, page in seated]
    words = [await page.locator(".word-note .word").inner_text() for page in pages[:1]]
    for page in pages:
        await page.evaluate(PILOT)

    # While they play, two reload and one goes on with another device.
    for page in (pages[5], pages[12]):
        await page.reload()
        await expect(page.locator("main.game")).to_be_visible()
        await page.evaluate(PILOT)
    tablet = await person(chromium, server.address)
    other = await tablet.page(f"/?g={code}#w={words[0]}")
    await expect(pages[0].get_by_text("You are connected somewhere else")).to_be_visible()
    await other.evaluate(PILOT)
    pages[0] = other

    ended = [
        expect(page.locator("[data-card=end]")).to_be_visible(timeout=90_000) for page in pages
    ]
    await asyncio.gather(*ended)
    for page in pages:
        await expect(page.get_by_role("heading", name="Your payoff", exact=True)).to_be_visible()
    # The debrief appears by itself when the last table has ended.
    await expect(board.locator("[data-card=class-table] tbody tr")).to_have_count(3)
    await board.get_by_role("link", name="Table 2").click()
    await expect(board.locator("[data-card=gains] tbody tr").first).to_be_visible()
    await expect(board.locator("[data-card=theory] tbody th")).to_have_text(["Round 1"])
    for one in (who, tablet, *(watched for watched, _ in seated)):
        assert one.errors == []
        assert one.elsewhere == []
    await every_download_opens(host, tables=3)
    for watched, _ in seated:
        await watched.context.close()


async def every_download_opens(host: Page, tables: int) -> None:
    """Press every button of the room that downloads a file, and read what comes."""
    for summary in await host.get_by_text("Seats, messages and more").all():
        await summary.click()
    buttons = await host.locator("button[data-do=download]:visible").all()
    names = []
    for button in buttons:
        async with host.expect_download() as download:
            await button.click()
        file = await download.value
        names.append(file.suggested_filename)
        opens(Path(await file.path()), Path(names[-1]).suffix)
    assert sum(name.endswith(".jsonl") for name in names) == tables
    assert len(names) == len(set(names)) > tables


def opens(path: Path, suffix: str) -> None:
    """Read a downloaded file as what its name says it is."""
    if suffix == ".zip":
        assert path.read_bytes().startswith(b"PK")
        return
    text = path.read_text("utf-8")
    match suffix:
        case ".csv":
            rows = list(csv.DictReader(text.splitlines()))
            assert rows and all(None not in row and None not in row.values() for row in rows)
        case ".jsonl":
            assert len([json.loads(line) for line in text.splitlines()]) > 10
        case ".json":
            assert json.loads(text)
        case ".html":
            assert text.lower().startswith("<!doctype html>")
        case _:
            pytest.fail(f"nobody knows how to open {path.name} ({suffix})")
