"""Somebody who has a keyboard and nothing else."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

MOST_TABS = 200
"""More than any page has places to stop at."""
FOCUSED = "all => all.some((one) => one === document.activeElement)"


class Keyboard:
    """Goes through a page by Tab, and presses keys on what it has reached alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def reach(self, wanted: Locator, key: str = "Tab") -> None:
        """Tab, or Shift+Tab, until something has the focus."""
        await expect(wanted.first).to_be_visible()
        for _ in range(MOST_TABS):
            if await wanted.evaluate_all(FOCUSED):
                return
            await self.page.keyboard.press(key)
        raise AssertionError(f"{wanted} cannot be reached by {key}")

    async def press(self, wanted: Locator, key: str = "Enter", by: str = "Tab") -> None:
        """Reach something and press a key on it."""
        await self.reach(wanted, by)
        await self.page.keyboard.press(key)

    async def type(self, wanted: Locator, text: str) -> None:
        """Reach a field and type in place of what stands there."""
        await self.reach(wanted)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)

    async def click(self, name: str, key: str = "Enter", by: str = "Tab") -> None:
        """Reach a button by its name, and press it."""
        await self.press(self.page.get_by_role("button", name=name, exact=True), key, by)

    async def has_focus(self) -> None:
        """The focus is on something, not lost to the page as a whole."""
        await expect(self.page.locator(":focus")).to_have_count(1)
