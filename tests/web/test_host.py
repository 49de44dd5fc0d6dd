"""The host's page: everything that a host does, done through it; and the board beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from server.protocol import CloseRoom, NextPhase, Phase
from tests.server.live import Live, live
from tests.web.pages import PROJECTOR, hosting, joined, person, to_phase

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened(host: Page, scenario: str, **fields: str) -> str:
    """Open a room through the form; its code."""
    await host.locator("label.scenario b").get_by_text(scenario, exact=True).click()
    for label, value in fields.items():
        await host.get_by_label(label.replace("_", " "), exact=True).fill(value)
    await host.get_by_role("button", name="Open the room").click()
    await expect(host.get_by_role("button", name="Start the session")).to_be_visible()
    return (await host.locator(".host-head .room-code").inner_text()).strip()


async def test_two_clicks_open_a_room_for_three_tables(chromium: Browser, server: Live) -> None:
    host = await hosting(await person(chromium, server.address))
    await host.get_by_role("button", name="3 Tables", exact=True).click()
    await host.get_by_role("button", name="Open the room").click()
    await expect(host.locator(".host-table")).to_have_count(3)
    await expect(host.locator(".host-head .room-code")).to_have_text(re.compile(r"^[A-Z]{4}\d$"))


async def test_a_host_opens_runs_and_closes_a_room_of_two_tables(
    chromium: Browser, server: Live
) -> None:
    who = await person(chromium, server.address)
    host = await hosting(who)
    await host.get_by_text("Class list").click()
    await host.locator("textarea[name=roster]").fill("Aiko\nBen\nClara")
    code = await opened(host, "Korea 1997: who stops the run?", Tables="2")
    aiko = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    ben = await joined(await person(chromium, server.address), code, "Ben", "US")
    await expect(host.get_by_text("Still missing: Clara.")).to_be_visible()
    await host.get_by_role("button", name="Start the session").click()
    await expect(aiko.get_by_role("heading", name="Read your brief")).to_be_visible()
    table = host.locator(".host-table").first
    await expect(table).to_contain_text("Not done yet: Japan, United States.")

    controls = host.locator(".controls")
    await controls.get_by_role("button", name="Pause").click()
    await expect(aiko.locator(".time")).to_contain_text("Paused")
    await controls.get_by_role("button", name="Resume").click()
    await expect(aiko.locator(".time")).not_to_contain_text("Paused")
    before = await aiko.locator("[data-clock]").inner_text()
    await controls.get_by_role("button", name="1 minute more").click()
    await expect(aiko.locator("[data-clock]")).to_have_text(
        re.compile(rf"^{int(before.split(':')[0]) + 1}:")
    )
    await controls.get_by_placeholder("A word to all tables").fill("Please read.")
    await controls.get_by_role("button", name="Send").click()
    await expect(aiko.locator(".host-note")).to_contain_text("Please read.")
    questions: list[str] = []
    host.on("dialog", lambda dialog: questions.append(dialog.message) or dialog.dismiss())
    await controls.get_by_role("button", name="Next phase").click()
    await expect(aiko.get_by_role("heading", name="Read your brief")).to_be_visible()
    assert questions == ["End this phase now? Who has not decided gets the written default."]
    await host.evaluate("window.confirm = () => true")
    await controls.get_by_role("button", name="Next phase").click()
    await expect(aiko.locator("main[data-phase=talk]")).to_be_visible()

    await table.get_by_text("Seats, messages and more").click()
    japan = table.locator(".seats > li", has_text="Aiko")
    await japan.get_by_role("button", name="Give to a bot").click()
    await expect(aiko.get_by_text("A bot plays your seat")).to_be_visible()
    await japan.get_by_role("button", name="Give to a person").click()
    await expect(aiko.get_by_text("A bot plays your seat")).to_have_count(0)
    await japan.get_by_role("combobox").select_option(label="Table 1: Germany")
    await expect(aiko.get_by_text("You are Germany")).to_be_visible()
    await aiko.locator("#say-text").fill("guten Tag")
    await aiko.get_by_role("button", name="Send").click()
    await table.get_by_role("button", name="Look in").click()
    await expect(host.locator(".mirror .said", has_text="guten Tag")).to_be_visible()

    await (
        table.locator(".seats > li", has_text="Ben")
        .first.get_by_role("button", name="New word")
        .click()
    )
    await expect(host.locator(".issued h2")).to_have_text("The new word for United States, table 1")
    link = await host.locator(".link-text").inner_text()
    await expect(ben.get_by_text("Your seat was issued again")).to_be_visible()
    again = await (await person(chromium, server.address)).page(link.split(server.address)[1])
    await expect(again.get_by_text("You are United States")).to_be_visible()

    async with host.expect_download() as log:
        await table.get_by_role("button", name="Download the log").click()
    assert "session_opened" in (await (await log.value).path()).read_text("utf-8")
    await to_phase(server, code, aiko, Phase.DISBURSE)
    async with host.expect_download() as ledger:
        await host.get_by_role("button", name="Download the ledgers").click()
    assert ",JP,public," in (await (await ledger.value).path()).read_text("utf-8")

    await host.get_by_text("What hosts did here").click()
    await host.get_by_role("button", name="Read anew").click()
    acts = host.locator(".acts")
    for words in (
        "Opened the room.",
        "All tables: stopped the clock.",
        "All tables: said “Please read.”",
        "Table 1: gave Japan to a bot.",
        "Table 1: gave Japan to a person.",
        "Table 1: moved the person at Japan to Germany.",
        "Table 1: issued a new word for United States.",
    ):
        await expect(acts).to_contain_text(words)
    await host.reload()
    await expect(host.locator(".host-head .room-code")).to_have_text(code)
    await host.evaluate("window.confirm = () => true")
    await host.get_by_role("button", name="Close the room").click()
    await expect(aiko.get_by_text("The host has closed the room.")).to_be_visible()
    await expect(host.get_by_role("heading", name="Open a room")).to_be_visible()
    assert who.errors == []
    assert who.elsewhere == []


async def test_one_table_is_run_without_the_other(chromium: Browser, server: Live) -> None:
    who = await person(chromium, server.address)
    host = await hosting(who)
    await host.get_by_text("Histories with advanced rules (").click()
    await host.get_by_role("button", name="2 Tables", exact=True).click()
    code = await opened(host, "Mexico 1982: held together")
    ben = await joined(await person(chromium, server.address), code, "Ben", "US")
    await host.get_by_role("button", name="Start the session").click()
    await expect(ben.get_by_role("heading", name="Read your brief")).to_be_visible()
    await host.evaluate("window.confirm = (text) => { window.asked = text; return true; }")
    first, second = host.locator(".host-table").nth(0), host.locator(".host-table").nth(1)
    await first.get_by_text("Seats, messages and more").click()
    await first.get_by_role("button", name="Pause").click()
    await expect(ben.locator(".time")).to_contain_text("Paused")
    await expect(first).to_contain_text("Paused")
    await expect(second).not_to_contain_text("Paused")
    await first.get_by_role("button", name="Resume").click()
    await expect(ben.locator(".time")).not_to_contain_text("Paused")
    before = await ben.locator("[data-clock]").inner_text()
    await first.get_by_role("button", name="1 minute more").click()
    more = int(before.split(":")[0]) + 1
    await expect(ben.locator("[data-clock]")).to_have_text(re.compile(rf"^{more}:"))
    await first.get_by_placeholder("A word to this table").fill("Read the second page.")
    await first.get_by_role("button", name="Send").click()
    await expect(ben.locator(".host-note")).to_contain_text("Read the second page.")
    await expect(first).to_contain_text("You said: Read the second page.")
    await expect(second).not_to_contain_text("You said")
    card = first.locator("button[data-what=play_card]").first
    title = await card.inner_text()
    await card.click()
    await expect(ben.locator("[data-card=events]")).to_contain_text(title)
    assert await host.evaluate("window.asked")
    await first.get_by_role("button", name="Next phase").click()
    await expect(ben.locator("main[data-phase=talk]")).to_be_visible()
    await first.get_by_role("button", name="New word United States").click()
    await host.get_by_role("button", name="Done").click()
    await expect(host.locator(".issued")).to_have_count(0)
    await first.get_by_role("button", name="End this session").click()
    await expect(first).to_contain_text("The host has ended the session")
    await host.get_by_text("What hosts did here").click()
    for words in ("stopped the clock", f"let “{title}” happen", "ended the session"):
        await expect(host.locator(".acts")).to_contain_text(f"Table 1: {words}.")
    await host.get_by_role("button", name="All rooms").click()
    await host.get_by_role("button", name=f"Go to the room {code}").click()
    await expect(host.locator(".host-head .room-code")).to_have_text(code)
    await server.ask(CloseRoom, room=code)
    await expect(host.get_by_role("heading", name="Open a room")).to_be_visible()
    assert who.errors == []


async def test_a_person_is_moved_to_another_table_and_the_last_word_is_taken_away(
    chromium: Browser, server: Live
) -> None:
    host = await hosting(await person(chromium, server.address))
    await host.get_by_role("button", name="2 Tables", exact=True).click()
    code = await opened(host, "Korea 1997: who stops the run?")
    aiko = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    first, second = host.locator(".host-table").nth(0), host.locator(".host-table").nth(1)
    await first.get_by_text("Seats, messages and more").click()
    seat = first.locator(".seats > li", has_text="Aiko")
    await seat.get_by_role("combobox").select_option(label="Table 2: Germany")
    await expect(aiko.get_by_text("You are Germany")).to_be_visible()
    await expect(aiko.get_by_text("Table 2.")).to_be_visible()
    await second.get_by_text("Seats, messages and more").click()
    await expect(second.locator(".seats > li", has_text="Aiko")).to_contain_text("Germany")
    said = host.get_by_label("A word to all tables", exact=True)
    send = host.locator(".controls").get_by_role("button", name="Send")
    await said.fill("Wait.")
    await send.click()
    await expect(second).to_contain_text("You said: Wait.")
    # The form is emptied when the answer is here, not before.
    await expect(said).to_have_value("")
    await send.click()
    await expect(second).not_to_contain_text("You said")
    await host.get_by_text("What hosts did here").click()
    for words in (
        "Table 1: moved the person at Japan to table 2, Germany.",
        "All tables: took the last word away.",
    ):
        await expect(host.locator(".acts")).to_contain_text(words)


async def test_what_was_played_is_listed_with_its_debrief_replay_and_files_also_after_a_restart(
    chromium: Browser, tmp_path: Path
) -> None:
    async with live(tmp_path / "live.db") as server:
        who = await person(chromium, server.address)
        host = await hosting(who)
        await host.get_by_role("button", name="2 Tables", exact=True).click()
        code = await opened(host, "Korea 1997: who stops the run?", Title_of_the_room="Monday")
        # Bots alone: both tables are played to the end at once.
        await host.get_by_role("button", name="Start the session").click()
        for table in (0, 1):
            await expect(host.locator(".host-table").nth(table)).to_contain_text("is over")
        await host.evaluate("window.confirm = () => true")
        await host.get_by_role("button", name="Close the room").click()
        port = int(server.address.rpartition(":")[2])
        room = host.locator(".past-rooms > li", has_text=code)
        await expect(room).to_contain_text("2 played to the end")
        await server.open(title="Not begun")
        await expect(host.get_by_text("Not begun")).to_be_visible()
        await expect(host.locator(".past-rooms > li")).to_have_count(1)
    async with live(tmp_path / "live.db", port=port):
        await host.reload()
        for words in ("Monday", "Korea 1997: who stops the run?", "tables: 2"):
            await expect(room).to_contain_text(words)
        await expect(host.locator(".past-rooms > li")).to_have_count(1)
        await room.locator("summary").click()
        files = {}
        for name, which in (
            ("ledger", f"Download the ledgers (CSV) Monday, {code}"),
            ("log", f"Download the log Table 2, {code}"),
            ("report", f"Download the debrief (HTML) Monday, {code}"),
        ):
            async with host.expect_download() as download:
                await room.get_by_role("button", name=which, exact=True).click()
            files[name] = (await (await download.value).path()).read_text("utf-8")
        assert f"{code},2," in files["ledger"]
        assert '"session_opened"' in files["log"]
        assert files["report"].startswith("<!doctype html>")
        await room.get_by_role("link", name=f"Replay Table 1, {code}", exact=True).click()
        await expect(host.locator(".event[aria-current]")).to_be_visible()
        await host.go_back()
        await room.get_by_role("link", name="Debrief of the class").click()
        await expect(host.locator("[data-card=class-table] tbody tr")).to_have_count(2)
        assert who.errors == []


async def test_what_a_host_asks_and_cannot_have_is_said_where_it_was_asked(
    chromium: Browser, server: Live
) -> None:
    host = await hosting(await person(chromium, server.address))
    code = await opened(host, "Korea 1997: who stops the run?")
    await server.start(code, empty_seats="nobody")
    await expect(host.get_by_role("button", name="Start the session")).to_have_count(0)
    # The page's news come a moment late: somebody else has ended what this host still sees.
    controls = host.locator(".controls")
    await expect(controls.get_by_role("button", name="Pause")).to_be_visible()
    await controls.get_by_role("button", name="Pause").click()
    await expect(host.locator(".host-table")).to_contain_text("Paused")
    await controls.get_by_role("button", name="Resume").evaluate(
        "one => { one.dataset.what = 'pause'; one.click(); }"
    )
    await expect(host.locator("#problem-all")).to_contain_text(
        "cannot be done now: the clock stands already"
    )
    table = host.locator(".host-table")
    await table.get_by_text("Seats, messages and more").click()
    give = table.get_by_role("button", name="Give to a bot Japan", exact=True)
    await give.evaluate("one => { one.dataset.seat = 'Mars'; one.click(); }")
    await expect(table.locator(".problem").first).to_contain_text("Allowed: JP, ")
    await host.locator("button[data-do=download]").first.evaluate(
        "one => { one.dataset.what = 'ledger/NONE2.csv'; one.click(); }"
    )
    await expect(host.locator("#problem-all")).to_contain_text("there is no room NONE2")


async def test_a_scenario_is_changed_checked_in_words_kept_and_played(
    chromium: Browser, server: Live
) -> None:
    who = await person(chromium, server.address)
    host = await hosting(who)
    await (
        host.locator("label.scenario b").get_by_text("Korea 1997: who stops the run?").first.click()
    )
    await host.get_by_role("button", name="Look through and change it").click()
    await host.locator("[name=title]").fill("My Korea")
    await host.locator("[name=need_musd]").fill("-5")
    await host.get_by_role("button", name="Save as my own").click()
    told = host.locator(".problem-list")
    await expect(told).to_contain_text("need_musd")
    await expect(told).to_contain_text("-5 is not allowed; use a number above 0")
    await host.locator("[name=need_musd]").fill("30000")
    await host.locator("[name=name]").fill("korea-1997")
    await host.get_by_role("button", name="Save as my own").click()
    await expect(host.locator("#problem-edit")).to_contain_text("korea-1997")
    await host.locator("[name=name]").fill("my-korea")
    await host.get_by_role("button", name="Check").click()
    await expect(host.get_by_text("Everything is right.")).to_be_visible()
    await host.get_by_role("button", name="Save as my own").click()
    # Kept once the form has given way to the list, and still there when the page is new.
    await expect(host.locator("#scenario-form")).to_have_count(0)
    await host.reload()
    code = await opened(host, "My Korea")
    aiko = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    await host.get_by_role("button", name="Start the session").click()
    await expect(aiko.get_by_text("of US$ 10 bn promised")).to_be_visible()
    await host.get_by_role("button", name="All rooms").click()
    await host.evaluate("window.confirm = () => true")
    await host.locator("label.scenario b").get_by_text("My Korea", exact=True).click()
    await host.get_by_role("button", name="Delete it").click()
    await expect(host.locator("label.scenario b").get_by_text("My Korea")).to_have_count(0)
    assert who.errors == []


async def test_wrong_numbers_and_a_wrong_secret_are_refused_in_words(
    chromium: Browser, server: Live
) -> None:
    page = await (await person(chromium, server.address)).page("/host")
    await page.get_by_label("The host's secret").fill("guess")
    await page.get_by_role("button", name="Enter").click()
    await expect(page.locator("#problem-login")).to_contain_text("not the host's secret")
    host = await hosting(await person(chromium, server.address))
    await host.get_by_label("Tables", exact=True).fill("0")
    await host.get_by_role("button", name="Open the room").click()
    await expect(host.locator("#problem-open")).to_contain_text("Tables: ")
    await expect(host.locator("#problem-open")).to_contain_text("greater than or equal to 1")
    for label in ("Tables", "Length of the lesson", "A bot takes over after"):
        field = host.get_by_label(label)
        before = await field.input_value()
        await field.fill("many")
        await host.get_by_role("button", name="Open the room").click()
        await expect(host.locator("#problem-open")).to_contain_text(
            f"{label}: “many” is no whole number"
        )
        await field.fill("1" if label == "Tables" else before)
    await host.get_by_label("Length of the lesson").fill("1")
    await host.get_by_role("button", name="Open the room").click()
    await expect(host.locator("#problem-open")).to_contain_text("Length of the lesson: ")


async def test_a_phase_that_ends_while_the_host_is_asked_takes_no_other_with_it(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    aiko = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    host = await hosting(await person(chromium, server.address))
    await host.get_by_role("button", name=re.compile(code)).click()
    await server.start(code, empty_seats="nobody")
    await expect(host.locator(".host-table")).to_contain_text("Round 1: read")

    async def late(dialog: Dialog) -> None:
        await server.ask(NextPhase, room=code)
        await dialog.accept()

    host.on("dialog", late)
    controls = host.locator(".controls")
    await controls.get_by_role("button", name="Next phase").click()
    await expect(controls).to_contain_text("The phase was over before this arrived.")
    await expect(aiko.locator("main[data-phase=talk]")).to_be_visible()


async def test_the_board_shows_the_lobby_then_one_table_or_a_row_for_each(
    chromium: Browser, server: Live
) -> None:
    code = await server.open(tables=2)
    watched = await person(chromium, server.address, viewport=PROJECTOR)
    board = await watched.page(f"/board?g={code}")
    await expect(board.locator("img.qr")).to_be_visible()
    await expect(board.get_by_text(f"http://{server.address}")).to_be_visible()
    aiko = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    await expect(board.get_by_text("1 of 12 seats taken")).to_be_visible()
    await server.start(code, empty_seats="nobody")
    await expect(board.locator(".row-of-table")).to_have_count(2)
    second = await watched.page(f"/board?g={code}&t=2")
    await expect(second.get_by_role("heading", name="Around the table")).to_be_visible()
    await expect(second.locator("[data-clock]")).to_be_attached()
    await second.get_by_role("button", name="Join").click()
    await expect(second.locator("img.qr")).to_be_visible()
    await to_phase(server, code, aiko, Phase.TALK)
    await aiko.locator("#intention-amount").fill("2")
    await aiko.get_by_role("button", name="Declare").click()
    await expect(board.locator(".row-of-table").first).to_contain_text("promised 2")
    assert watched.errors == []
