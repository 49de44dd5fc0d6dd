"""By keyboard alone: a student's whole crisis, and a host's lesson from the secret to the debrief."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Dialog, expect

from server.protocol import Phase
from server.scenarios import load_document
from tests.server.live import SECRET, Live
from tests.web.keyboard import Keyboard
from tests.web.pages import person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def in_one_round() -> dict[str, object]:
    """Korea 1997, over after its first round."""
    document = load_document("korea-1997").model_dump(mode="json", exclude_unset=True)
    for name in ("extends", "sources", "choices", "difficulty"):
        document.pop(name, None)
    return {**document, "name": "one-round", "title": "One round", "rounds": 1}


async def seated(chromium: Browser, server: Live, code: str, name: str, seat: str) -> Keyboard:
    """Join a room and take a seat."""
    page = await (await person(chromium, server.address)).page("/")
    keys = Keyboard(page)
    await keys.type(page.get_by_label("Room code").first, code.lower())
    await keys.type(page.get_by_label("Your name", exact=True), name)
    await page.keyboard.press("Enter")
    await expect(page.locator(".word-note")).to_be_visible()
    await keys.has_focus()
    await expect(page.locator(".seats .own")).to_be_visible()
    own = page.locator(f'.own[data-key="seat-{seat}"]')
    if not await own.count():
        await keys.press(page.locator(f'button[data-do="choose"][data-seat="{seat}"]'))
    await expect(own).to_be_visible()
    await keys.has_focus()
    return keys


async def in_phase(phase: Phase, *players: Keyboard) -> None:
    """All see a phase, and the focus of none is lost to it."""
    for keys in players:
        await expect(keys.page.locator(f'main[data-phase="{phase}"]')).to_be_visible()
        await keys.has_focus()


async def accept(dialog: Dialog) -> None:
    """As Enter does in it."""
    await dialog.accept()


async def test_a_host_runs_a_lesson_by_keyboard_alone(chromium: Browser, server: Live) -> None:
    page = await (await person(chromium, server.address)).page("/host")
    page.on("dialog", accept)
    keys = Keyboard(page)
    await keys.type(page.get_by_label("The host's secret"), SECRET)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Open a room")).to_be_visible()
    await keys.has_focus()
    await keys.reach(page.locator("input[name=scenario]:checked"))
    korea = page.locator('input[name=scenario][value="korea-1997"]')
    while not await korea.is_checked():
        await page.keyboard.press("ArrowDown")
    await keys.click("3 Tables")
    await keys.click("Open the room")
    code = page.locator(".host-head .room-code")
    await expect(code).to_be_visible()
    await keys.has_focus()
    # Two at the first table, which waits for one when a bot has the other's seat; the tables of
    # bots alone play to the end.
    room = (await code.inner_text()).strip()
    async with await server.join(room, "JP"), await server.join(room, "US"):
        first = page.locator(".host-table").first
        await keys.click("Start the session")
        await expect(first).to_contain_text("Round 1: read")
        await expect(page.get_by_role("button", name="Start the session")).to_have_count(0)
        await keys.has_focus()
        controls = page.locator(".controls")
        await keys.press(controls.get_by_role("button", name="Pause"))
        await expect(first).to_contain_text("Paused")
        await keys.press(controls.get_by_role("button", name="Resume"), "Space")
        await expect(first).not_to_contain_text("Paused")
        await keys.has_focus()
        await keys.press(controls.get_by_role("button", name="1 minute more"))
        for phase in ("talk", "propose", "vote", "decide", "results"):
            await keys.press(controls.get_by_role("button", name="Next phase"))
            await expect(first).to_contain_text(f"Round 1: {phase}")
        await keys.type(page.get_by_label("A word to all tables"), "Well done.")
        await page.keyboard.press("Enter")
        await expect(first).to_contain_text("You said: Well done.")
        await expect(page.get_by_label("A word to all tables")).to_have_value("")

        await keys.press(first.locator("summary"))
        to_a_bot = first.get_by_role("button", name="Give to a bot Japan", exact=True)
        back = first.get_by_role("button", name="Give to a person Japan", exact=True)
        await keys.press(to_a_bot)
        await expect(back).to_be_focused()
        await keys.press(back, "Space")
        await expect(to_a_bot).to_be_focused()
        await keys.press(first.get_by_role("button", name="New word Japan", exact=True))
        await expect(page.locator("#issued")).to_be_focused()
        await keys.click("Done")
        await expect(page.locator("#issued")).to_have_count(0)
        await keys.has_focus()
        await keys.press(first.get_by_role("button", name="End this session"), by="Shift+Tab")
        await expect(first).to_contain_text("The host has ended the session")
        await keys.has_focus()

    await keys.press(page.get_by_role("link", name="Debrief of the class"), by="Shift+Tab")
    await expect(page.locator("[data-card=class-table] tbody tr")).to_have_count(3)
    await keys.press(page.get_by_role("link", name="Table 1").first)
    await expect(page.locator("[data-card=gains] tbody tr").first).to_be_visible()
    await page.context.close()


async def test_students_play_a_whole_crisis_by_keyboard_alone(
    chromium: Browser, server: Live
) -> None:
    code = await server.open("one-round", document=in_one_round(), seed=1)
    aiko = await seated(chromium, server, code, "Aiko", "JP")
    ben = await seated(chromium, server, code, "Ben", "US")
    await server.start(code)
    await in_phase(Phase.BRIEF, aiko, ben)
    for keys in (aiko, ben):
        await keys.click("I am done with this phase", "Space")

    await in_phase(Phase.TALK, aiko, ben)
    await aiko.type(aiko.page.locator("#say-text"), "We pay if you pay.")
    await aiko.page.keyboard.press("Enter")
    await expect(ben.page.locator(".said", has_text="We pay if you pay.")).to_be_visible()
    await expect(aiko.page.locator("#say-text")).to_have_value("")
    await aiko.reach(aiko.page.locator("#say-text"))
    america = aiko.page.locator('button[data-channel="pair:US"]')
    await aiko.press(america, by="Shift+Tab")
    await expect(america).to_have_attribute("aria-pressed", "true")
    await aiko.type(aiko.page.locator("#say-text"), "Between us: 2 each.")
    await aiko.page.keyboard.press("Enter")
    await ben.press(ben.page.locator('button[data-channel="pair:JP"]'), "Space")
    await expect(ben.page.locator(".said", has_text="Between us: 2 each.")).to_be_visible()
    for keys in (aiko, ben):
        await keys.click("I am done with this phase")

    await in_phase(Phase.PROPOSE, aiko, ben)
    await aiko.press(aiko.page.locator("summary", has_text="Table a new package"))
    await aiko.type(aiko.page.get_by_label("Japan pays"), "2")
    await aiko.type(aiko.page.get_by_label("United States pays"), "2")
    await aiko.click("Table it")
    await ben.click("Accept")
    await expect(ben.page.locator(".package.stands")).to_have_count(1)
    await ben.has_focus()
    await ben.press(ben.page.locator("summary", has_text="Table a new package"), "Space")
    await ben.type(ben.page.get_by_label("Japan pays"), "1.5")
    await ben.reach(ben.page.get_by_label("Instead of"))
    await ben.page.keyboard.press("ArrowDown")
    await ben.click("Table it", "Space")
    await aiko.click("Accept", "Space")
    await expect(aiko.page.locator(".package.stands")).to_have_count(2)
    await aiko.has_focus()
    for keys in (aiko, ben):
        await keys.click("I am done with this phase")

    await in_phase(Phase.VOTE, aiko, ben)
    await aiko.click("Yes")
    await expect(aiko.page.get_by_text("Your vote: Yes").first).to_be_visible()
    assert await aiko.page.get_by_role("button", name="Yes").evaluate_all(
        "all => all.some((one) => one === document.activeElement)"
    )
    await ben.click("Abstain")

    await in_phase(Phase.PLEDGE, aiko, ben)
    await aiko.type(aiko.page.locator("#pledge-amount"), "1.9")
    await aiko.click("Pledge 1.9", by="Tab")
    await expect(aiko.page.get_by_text("Your pledge of US$ 1.9 bn stands.").first).to_be_visible()
    await ben.click("0.1 more")
    await ben.page.keyboard.press("Enter")
    await expect(ben.page.locator("#pledge-amount")).to_have_value("0.2")
    await ben.click("Pledge 0.2")

    for keys in (aiko, ben):
        await expect(keys.page.get_by_role("heading", name="Your payoff so far")).to_be_visible()
        await keys.has_focus()
    await in_phase(Phase.DISBURSE, aiko, ben)
    for keys in (aiko, ben):
        await keys.click("I am done with this phase")
    await expect(aiko.page.locator("[data-card=end]")).to_be_visible()
    await aiko.has_focus()
    await aiko.press(aiko.page.get_by_role("link", name="Debrief of the table"))
    await expect(aiko.page.locator("[data-card=gains]")).to_be_visible()
    await asyncio.gather(aiko.page.context.close(), ben.page.context.close())
