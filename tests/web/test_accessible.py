"""Every screen against WCAG 2.2 AA: by axe, and by own checks of what axe does not find."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from server.protocol import Announce, Phase
from tests.server.live import Live
from tests.web.pages import LAPTOP, PHONE, PROJECTOR, hosting, joined, person, to_phase

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": LAPTOP["width"] // 2, "height": LAPTOP["height"] // 2}
"""A laptop's page at a zoom of 200 %: half as many pixels of the page's own (1.4.4)."""
SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@dataclass
class Screen:
    """A page in a state that matters, and how it gets there."""

    page: Page
    name: str


class Tour:
    """Walks the pages through their screens; each check is run at every stop."""

    def __init__(self, chromium: Browser, server: Live) -> None:
        self.chromium = chromium
        self.server = server

    async def stops(self) -> AsyncIterator[Screen]:
        chromium, server = self.chromium, self.server
        door = await (await person(chromium, server.address)).page("/host")
        yield Screen(door, "host login")
        host = await hosting(await person(chromium, server.address))
        yield Screen(host, "host start")
        await (
            host.locator("label.scenario")
            .get_by_text("Korea 1997: who stops the run?", exact=True)
            .click()
        )
        await host.get_by_role("button", name="Look through and change it").click()
        await expect(host.get_by_role("button", name="Save as my own")).to_be_visible()
        yield Screen(host, "scenario form")
        await host.get_by_role("button", name="Back without saving").click()
        await host.get_by_role("button", name="Open the room").click()
        await expect(host.get_by_role("button", name="Start the session")).to_be_visible()
        code = (await host.locator(".host-head .room-code").inner_text()).strip()
        yield Screen(host, "host lobby")
        async for screen in self._play(host, code):
            yield screen

    async def _play(self, host: Page, code: str) -> AsyncIterator[Screen]:
        server = self.server
        board = await (await person(self.chromium, server.address, viewport=PROJECTOR)).page(
            f"/board?g={code}"
        )
        first = await (await person(self.chromium, server.address)).page(f"/?g={code}")
        yield Screen(first, "join")
        aiko = await joined(await person(self.chromium, server.address), code, "Aiko", "JP")
        ben = await joined(await person(self.chromium, server.address), code, "Ben", "US")
        yield Screen(aiko, "waiting")
        yield Screen(board, "board lobby")
        await server.start(code)
        await to_phase(server, code, aiko, Phase.TALK, ben)
        await ben.locator("#say-text").fill("We can lead if Tokyo pays as much as we do.")
        await ben.get_by_role("button", name="Send").click()
        await server.ask(Announce, room=code, text="Five more minutes.")
        await expect(aiko.locator(".said", has_text="Tokyo pays")).to_be_visible()
        yield Screen(aiko, "talk")
        await to_phase(server, code, aiko, Phase.PROPOSE, ben)
        await ben.get_by_text("Table a new package").click()
        await ben.get_by_label("Japan pays").fill("3.5")
        await ben.get_by_role("button", name="Table it").click()
        await expect(aiko.get_by_text("What it would change for you")).to_be_visible()
        await aiko.get_by_text("Table a new package").click()
        yield Screen(aiko, "propose")
        yield Screen(board, "board play")
        await to_phase(server, code, aiko, Phase.VOTE)
        yield Screen(aiko, "vote")
        await to_phase(server, code, aiko, Phase.PLEDGE)
        await expect(aiko.locator(".what-if table")).to_be_visible()
        yield Screen(aiko, "pledge")
        await to_phase(server, code, aiko, Phase.DISBURSE)
        await expect(aiko.get_by_role("heading", name="Your payoff so far")).to_be_visible()
        yield Screen(aiko, "results")
        yield Screen(board, "board results")
        await host.get_by_text("Seats, messages and more").click()
        await host.get_by_role("button", name="Look in").click()
        await expect(host.locator(".mirror .messages")).to_be_visible()
        yield Screen(host, "host table")
        await host.evaluate("window.confirm = () => true")
        await host.get_by_role("button", name="End this session").click()
        await expect(aiko.locator("[data-card=end]")).to_be_visible()
        yield Screen(aiko, "end")
        await host.get_by_text("What hosts did here").click()
        await expect(host.locator(".acts li").first).to_be_visible()
        yield Screen(host, "host acts")
        await host.evaluate("window.confirm = () => true")
        await host.get_by_role("button", name="Close the room").click()
        await host.locator(".past-rooms > li", has_text=code).locator("summary").click()
        yield Screen(host, "host past")


@pytest_asyncio.fixture(loop_scope="session")
async def tour(chromium: Browser, server: Live) -> Tour:
    return Tour(chromium, server)


async def axe_violations(page: Page, theme: str) -> list[str]:
    """What axe finds, a line each; in the dark theme only what differs from the light one."""
    rules = RULES if theme == "light" else {**RULES, "runOnly": ["color-contrast"]}
    results = await Axe().run(page, options=rules)
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]


async def too_wide(page: Page) -> list[str]:
    """Elements that stick out to the right of a page that must not scroll sideways."""
    return await page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [document.documentElement, ...document.querySelectorAll("body *")]
            .filter((one) => one === document.documentElement
              || one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll"))
            .map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
    )


async def too_small(page: Page) -> list[str]:
    """Controls smaller than 24 px (2.5.8)."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
          .filter((one) => one.checkVisibility() && one.type !== "hidden")
          .map((one) => [one, (one.type === "radio" && one.closest("label") || one).getBoundingClientRect()])
          .filter(([, box]) => box.height < 24 || box.width < 24)
          .map(([one, box]) => `${one.outerHTML.slice(0, 100)} ${box.width}x${box.height}`)"""
    )


async def hidden_by_sticky(page: Page) -> list[str]:
    """What has the focus and is wholly behind something else (2.4.11), by tabbing through all."""
    found: list[str] = []
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    for _ in range(70):
        await page.keyboard.press("Tab")
        hidden = await page.evaluate(
            """() => {
              const one = document.activeElement;
              if (!one || one === document.body) return "end";
              const box = one.getBoundingClientRect();
              const seen = [0.1, 0.5, 0.9].some((part) => {
                const at = document.elementFromPoint(
                  box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) * part);
                return at && (one.contains(at) || at.contains(one) || at.closest("label")?.contains(one));
              });
              return seen ? "" : one.outerHTML.slice(0, 120);
            }"""
        )
        if hidden == "end":
            break
        if hidden:
            found.append(hidden)
    return found


async def sticky_share(page: Page) -> float:
    """The share of the screen that boxes take which stay while one scrolls."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position))
          .reduce((sum, one) => sum + one.getBoundingClientRect().height, 0) / innerHeight"""
    )


async def structure(page: Page) -> list[str]:
    """One h1, a title, a language, a name for each picture, no id twice."""
    return await page.evaluate(
        """() => {
          const wrong = [];
          if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
          if (!document.title) wrong.push("no title");
          if (!document.documentElement.lang) wrong.push("no lang");
          if (document.querySelectorAll("[role=status]").length !== 1) wrong.push("not one status");
          for (const svg of document.querySelectorAll("svg"))
            if (svg.getAttribute("aria-hidden") !== "true" && !svg.getAttribute("aria-label"))
              wrong.push("a chart without a name");
          const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
          for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) wrong.push(`id ${id} twice`);
          return wrong;
        }"""
    )


async def test_every_screen_is_accessible(tour: Tour) -> None:
    wrong: dict[str, list[str]] = {}
    async for screen in tour.stops():
        page, found = screen.page, []
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{theme} {line}" for line in await axe_violations(page, theme)]
        found += await structure(page)
        size = page.viewport_size
        await page.set_viewport_size(NARROW)
        found += [f"320 px: {line}" for line in await too_wide(page)]
        found += [f"small: {line}" for line in await too_small(page)]
        await page.locator(".foot select").select_option("de")
        found += [f"German: {line}" for line in await too_wide(page)]
        await page.locator(".foot select").select_option("en")
        await page.set_viewport_size(ZOOMED)
        found += [f"200 %: {line}" for line in await too_wide(page)]
        await page.set_viewport_size(PHONE)
        if await sticky_share(page) >= 0.15:
            found.append("sticky boxes take too much")
        if screen.name in ("join", "propose", "pledge", "host lobby"):
            found += [f"hidden: {line}" for line in await hidden_by_sticky(page)]

        await page.evaluate(
            """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
              document.adoptedStyleSheets = [sheet]; }""",
            SPACING,
        )
        await page.set_viewport_size(NARROW)
        found += [f"spacing: {line}" for line in await too_wide(page)]
        await page.evaluate("document.adoptedStyleSheets = []")
        await page.set_viewport_size(size or LAPTOP)
        if found:
            wrong[screen.name] = found
    assert not wrong, "\n".join(
        f"{name}: {line}" for name, found in wrong.items() for line in found
    )


async def test_the_board_can_be_read_from_the_back_of_the_room(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    aiko = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    board = await (await person(chromium, server.address, viewport=PROJECTOR)).page(
        f"/board?g={code}"
    )
    await expect(board.get_by_text("Aiko")).to_be_visible()
    assert await smallest_text(board) >= 24
    await server.start(code)
    await to_phase(server, code, aiko, Phase.DISBURSE)
    await expect(board.locator(".board-rounds")).to_be_visible()
    assert await smallest_text(board) >= 24
    assert await board.locator("svg text").count() == 0


async def smallest_text(page: Page) -> float:
    """Font size in px of the smallest text that is shown."""
    return await page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.getElementById("page"), NodeFilter.SHOW_TEXT);
          const sizes = [];
          while (walker.nextNode()) {
            const owner = walker.currentNode.parentElement;
            if (walker.currentNode.textContent.trim() && owner.checkVisibility()
                && !owner.closest(".away, .foot"))
              sizes.push(parseFloat(getComputedStyle(owner).fontSize));
          }
          return Math.min(...sizes);
        }"""
    )


async def test_in_forced_colours_cards_keep_their_edges(chromium: Browser, server: Live) -> None:
    watched = await person(chromium, server.address, forced_colors="active")
    page = await watched.page("/")
    border = await page.locator(".card").first.evaluate(
        "one => getComputedStyle(one).borderTopWidth"
    )
    assert border == "1px"
