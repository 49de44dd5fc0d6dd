"""Pictures of every screen at three sizes, in both themes, to be looked at.

    .venv/bin/python -m tests.web.screenshots FOLDER [light|dark]

Plays a game of korea-1997 with two people, a host and a board over real sockets and looks back on
it, then sits in every kind of seat of a scenario with advanced rules, then takes part in a study.
`board.png`, `student.png` and `host.png` are the three that the README shows (`docs/images`).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from server.protocol import (
    Announce,
    CloseRoom,
    CloseSession,
    LetIn,
    NextPhase,
    Phase,
    RoomStatus,
    Start,
)
from tests.server.live import BOTS, Live
from tests.web.pages import (
    LAPTOP,
    PHONE,
    PROJECTOR,
    browser,
    hosting,
    joined,
    person,
    served,
    to_phase,
)

SIZES = {"phone": PHONE, "laptop": LAPTOP, "projector": PROJECTOR}
SEATS = {"government": "JP", "bank": "JP-banks", "fund": "IMF", "debtor": "ID"}
"""One of each kind in indonesia-1997-advanced."""
STUDY = {
    "consent": "You take part in a study of how people agree.\n\nWe keep what you decide.",
    "default_questions": True,
    "participants": [{"label": "A01"}],
    "questionnaire": [
        {
            "key": "fair",
            "text": "Was it fair?",
            "kind": "likert",
            "choices": ["not at all", "fully"],
        },
        {"key": "age", "text": "Your age", "kind": "number", "required": False},
        {"key": "why", "text": "How did you decide?", "required": False},
    ],
    "payment": {"fixed_fee": 5, "minimum": 6},
}


class Camera:
    """Takes a page's picture at the sizes that matter for it."""

    def __init__(self, folder: Path, theme: str) -> None:
        self.folder = folder
        self.theme = theme

    async def take(self, page: Page, name: str, *sizes: str) -> None:
        before = page.viewport_size
        for size in sizes or SIZES:
            await page.set_viewport_size(SIZES[size])
            await page.wait_for_function("document.fonts.status === 'loaded'")
            # Charts are drawn anew at the new width in the next frames.
            await page.evaluate(
                "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
            )
            path = self.folder / f"{name}.{size}.{self.theme}.png"
            await page.screenshot(path=path, full_page=True)
        assert before is not None
        await page.set_viewport_size(before)

    async def poster(self, page: Page, name: str) -> None:
        """What fits the screen, in the light theme, as the README shows it."""
        if self.theme == "light":
            await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            await page.screenshot(path=self.folder / f"{name}.png")


async def play(server: Live, camera: Camera) -> None:
    """A game with a picture at each step."""
    async with browser() as chromium:
        options = {"color_scheme": camera.theme, "reduced_motion": "reduce"}
        host_browser = await person(chromium, server.address, **options)
        door = await host_browser.page("/host")
        await camera.take(door, "host-login")
        await door.close()
        host = await hosting(host_browser)
        await camera.take(host, "host-start")
        await (
            host.get_by_label("Class list")
            .or_(host.locator("textarea[name=roster]"))
            .first.evaluate("node => { node.value = 'Aiko\\nBen\\nClara\\nDavid' }")
        )
        await host.locator("label.scenario", has_text="Korea 1997").first.click()
        await host.get_by_label("Tables", exact=True).fill("3")
        await host.get_by_role("button", name="Open the room").click()
        await expect(host.get_by_role("button", name="Start the session")).to_be_visible()
        code = (await host.locator(".host-head .room-code").inner_text()).strip()
        await camera.take(host, "host-room-lobby")

        board_browser = await person(chromium, server.address, viewport=PROJECTOR, **options)
        board = await board_browser.page(f"/board?g={code}&t=1")
        aiko_browser = await person(chromium, server.address, viewport=PHONE, **options)
        first = await aiko_browser.page(f"/?g={code}")
        await camera.take(first, "join")
        await first.close()
        aiko = await joined(aiko_browser, code, "Aiko", "JP")
        ben_browser = await person(chromium, server.address, **options)
        ben = await joined(ben_browser, code, "Ben", "US")
        await camera.take(aiko, "waiting")
        await camera.take(board, "board-lobby")
        await host.get_by_role("button", name="Start the session").click()
        await expect(aiko.get_by_role("heading", name="Read your brief")).to_be_visible()
        await camera.take(aiko, "student-brief")
        await round_one(server, camera, code, aiko, ben, board)
        await camera.take(host, "host-room")
        await camera.poster(host, "host")
        await host.get_by_text("Seats, messages and more").first.click()
        await host.get_by_role("button", name="Look in").first.click()
        await expect(host.locator(".mirror .messages")).to_be_visible()
        await camera.take(host, "host-table")
        await host.locator("details[data-key=acts] summary").click()
        await expect(host.locator(".acts li").first).to_be_visible()
        await camera.take(host, "host-acts")
        await host.get_by_role("button", name="All rooms").click()
        await host.get_by_text("For a study").click()
        await host.get_by_label("This room is a study").check()
        await expect(host.locator("#exp-participants")).to_be_visible()
        await camera.take(host, "host-study-form")
        await host.get_by_role("button", name="Look through and change it").click()
        await expect(host.get_by_role("button", name="Save as my own")).to_be_visible()
        await camera.take(host, "host-scenario")
        rows = await board_browser.page(f"/board?g={code}")
        await expect(rows.locator(".row-of-table")).to_have_count(3)
        await camera.take(rows, "board-rows")
        for _ in range(2):
            await to_phase(server, code, aiko, Phase.PLEDGE)
            await to_phase(server, code, aiko, Phase.DISBURSE)
        await to_end(server, code, aiko)
        await camera.take(aiko, "student-end")
        await camera.take(board, "board-end")
        await look_back(server, camera, code, host)


async def round_one(
    server: Live, camera: Camera, code: str, aiko: Page, ben: Page, board: Page
) -> None:
    await to_phase(server, code, aiko, Phase.TALK)
    await expect(ben.locator("main[data-phase=talk]")).to_be_visible()
    await ben.locator("#intention-amount").fill("3")
    await ben.get_by_role("button", name="Declare").click()
    await ben.locator("#say-text").fill("We can lead if Tokyo pays as much as we do.")
    await ben.get_by_role("button", name="Send").click()
    await ben.get_by_role("button", name="Japan", exact=True).click()
    await ben.locator("#say-text").fill("Between us: would five in all be possible?")
    await ben.get_by_role("button", name="Send").click()
    await server.ask(Announce, room=code, text="Five more minutes, then proposals.")
    await expect(aiko.locator(".said", has_text="Tokyo pays")).to_be_visible()
    await camera.take(aiko, "student-talk")
    await to_phase(server, code, aiko, Phase.PROPOSE)
    await expect(ben.locator("main[data-phase=propose]")).to_be_visible()
    await ben.get_by_text("Table a new package").click()
    await ben.get_by_label("Japan pays").fill("3.5")
    await ben.get_by_label("United States pays").fill("3.5")
    await ben.get_by_label("Japanese banks take out at most").fill("10")
    await ben.get_by_label("A word with it").fill("The same for both, and the banks stay.")
    await ben.get_by_role("button", name="Table it").click()
    await expect(aiko.get_by_role("button", name="Accept")).to_be_visible()
    await expect(aiko.get_by_text("What it would change for you")).to_be_visible()
    await camera.take(aiko, "student-propose")
    await camera.take(board, "board-propose")
    await aiko.get_by_role("button", name="Accept").click()
    await to_phase(server, code, aiko, Phase.VOTE)
    await expect(ben.locator("main[data-phase=vote]")).to_be_visible()
    await camera.take(aiko, "student-vote")
    for page in (aiko, ben):
        await page.get_by_role("button", name="Yes").first.click()
    # With the last ballot the phase ends by itself.
    await expect(aiko.locator("main[data-phase=pledge]")).to_be_visible()
    await aiko.locator("#pledge-amount").fill("3.5")
    await expect(aiko.get_by_role("button", name="Pledge 3.5")).to_be_visible()
    # The answer for what was typed, not for a pledge of nothing.
    cost = aiko.locator(".what-if tr", has_text="Cost of what you pay").locator("td").first
    await expect(cost).not_to_have_text("0")
    await camera.take(aiko, "student-pledge")
    await aiko.set_viewport_size(LAPTOP)
    await camera.poster(aiko, "student")
    await aiko.set_viewport_size(PHONE)
    await camera.take(board, "board-pledge")
    await aiko.get_by_role("button", name="Pledge 3.5").click()
    await expect(aiko.get_by_text("Your pledge of US$ 3.5 bn stands.").first).to_be_visible()
    await expect(ben.locator("main[data-phase=pledge]")).to_be_visible()
    await ben.locator("#pledge-amount").fill("99")
    await ben.locator("form[data-do=pledge] button[type=submit]").first.click()
    await expect(ben.locator("#problem-pledge")).not_to_be_empty()
    await camera.take(ben, "student-refused")
    await to_phase(server, code, aiko, Phase.DISBURSE)
    await expect(aiko.get_by_role("heading", name="Your payoff so far")).to_be_visible()
    await camera.take(aiko, "student-results")
    await camera.take(board, "board-results")
    await camera.poster(board, "board")


async def look_back(server: Live, camera: Camera, code: str, page: Page) -> None:
    """The class, a table's debrief and its replay."""
    tables = (await server.ask(RoomStatus, room=code))["tables"]
    for name, address, ready in (
        ("class", "", "[data-card=class-seats]"),
        ("debrief", f"&s={tables[0]['session']}#debrief", "[data-card=history]"),
        ("replay", f"&s={tables[0]['session']}#event=40&as=JP", ".event[aria-current]"),
    ):
        await page.goto("about:blank")
        await page.goto(f"http://{server.address}/replay?g={code}{address}")
        await expect(page.locator(ready)).to_be_visible()
        await camera.take(page, name)


async def sit(server: Live, camera: Camera) -> None:
    """A government, a bank, the Fund and the debtor under advanced rules, phase by phase."""
    async with browser() as chromium:
        options = {"color_scheme": camera.theme, "reduced_motion": "reduce"}
        code = await server.open("indonesia-1997-advanced")
        pages = {}
        for role, seat in SEATS.items():
            who = await person(chromium, server.address, **options)
            pages[role] = await joined(who, code, f"The {role}", seat)
        await server.start(code)
        first = pages["government"]
        for phase in (Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE, Phase.DISBURSE):
            await to_phase(server, code, first, phase)
            for role, page in pages.items():
                await expect(page.locator(f'main[data-phase="{phase}"]')).to_be_visible()
                await camera.take(page, f"{role}-{phase}", "phone", "laptop")


async def take_part(server: Live, camera: Camera) -> None:
    """A participant in a study, from consent to payment."""
    async with browser() as chromium:
        options = {"color_scheme": camera.theme, "reduced_motion": "reduce"}
        code = await server.open(experiment=STUDY, seats=BOTS, tables=1)
        page = await (await person(chromium, server.address, **options)).page(f"/?g={code}")
        await page.get_by_label("Your name", exact=True).fill("A01")
        await page.get_by_role("button", name="Join").click()
        agree = page.get_by_role("button", name="I agree and take part")
        await expect(agree).to_be_visible()
        await camera.take(page, "study-consent")
        await agree.click()
        await page.get_by_role("button", name="Check my answers").click()
        await expect(page.get_by_text("4 not answered as asked.")).to_be_visible()
        await camera.take(page, "study-questions")
        await server.ask(LetIn, room=code, label="A01")
        await expect(page.get_by_role("heading", name="Please wait")).to_be_visible()
        await camera.take(page, "study-wait")
        await server.ask(Start, room=code)
        await expect(page.locator("main.game")).to_be_visible()
        await server.ask(CloseSession, room=code)
        await page.get_by_role("button", name="Continue").click()
        await camera.take(page, "study-questionnaire")
        await page.locator(".scale label").nth(4).click()
        await page.get_by_role("button", name="Hand in").click()
        await expect(page.locator(".paid")).to_be_visible()
        await camera.take(page, "study-payment")
        desk = await hosting(await person(chromium, server.address, **options))
        await desk.locator(f'button[data-do="enter"][data-room="{code}"]').click()
        await expect(desk.get_by_role("cell", name="finished")).to_be_visible()
        await camera.take(desk, "host-study")
        await server.ask(CloseRoom, room=code)
        await desk.locator(".past-rooms summary").click()
        await camera.take(desk, "host-past")


async def to_end(server: Live, code: str, page: Page) -> None:
    await server.ask(NextPhase, room=code)
    await expect(
        page.get_by_role("heading", name="Payoffs").or_(page.locator("[data-card=end]"))
    ).to_be_visible()


async def main(folder: Path, themes: list[str]) -> None:
    """All pictures into a folder that is there."""
    for theme in themes:
        with tempfile.TemporaryDirectory() as scratch:
            async with served(Path(scratch)) as server:
                camera = Camera(folder, theme)
                await play(server, camera)
                await sit(server, camera)
                await take_part(server, camera)


if __name__ == "__main__":
    pictures = Path(sys.argv[1])
    pictures.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(pictures, sys.argv[2:] or ["light", "dark"]))
