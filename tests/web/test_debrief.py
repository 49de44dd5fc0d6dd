"""The debrief's charts as they are drawn: what they say, their names, twins and shapes."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from server.protocol import ReadDebrief
from tests.server.live import Live
from tests.web.pages import PHONE, hosting, person
from tests.web.test_accessible import smallest_text, too_wide
from tests.web.test_past import over

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAMELESS = """() => [...document.querySelectorAll("main svg")].filter((one) =>
  !one.closest("[aria-hidden=true]") && !one.closest("[aria-label]:is(svg)")).length"""
"""Drawings that are neither hidden from the ear nor named."""


async def looked_back(chromium: Browser, server: Live, address: str) -> Page:
    """The host's page, looking back."""
    page = await hosting(await person(chromium, server.address))
    await page.goto(f"http://{server.address}/replay?g={address}")
    return page


async def test_a_tables_debrief_says_what_came_of_it_how_and_what_would_have_changed_it(
    chromium: Browser, server: Live
) -> None:
    game = await over(chromium, server)
    (session,) = game.sessions
    found = (await server.ask(ReadDebrief, session=session))["table"]
    page = await looked_back(chromium, server, f"{game.code}&s={session}#debrief")
    await expect(page.get_by_role("heading", name="The rescue fell short.")).to_be_visible()

    others = page.locator("[data-card=others]")
    await expect(others.locator("li")).to_have_count(len(found["others"]))
    await expect(others).to_contain_text("the others are assumed not to react")
    names = {seat["seat"]: seat["name"] for seat in found["seats"]}
    for line, other in zip(
        await others.locator("li").all_inner_texts(), found["others"], strict=True
    ):
        assert names[other["seat"]] in line
        # As far as every length of number has it.
        assert f"{other['together_musd'] / 1000:+.3f}".rstrip("0").rstrip(".")[:4] in line

    course = page.locator("[data-card=course]")
    (only,) = found["courses"]
    await expect(course.get_by_role("img")).to_have_accessible_name(
        re.compile("Money of each round")
    )
    await expect(course.locator("circle")).to_have_count(len(only["changes"]))
    await expect(course.locator("circle.drawn")).to_have_count(1)
    await expect(course.locator("line.needed")).to_have_count(1)
    await course.get_by_text("Every change as a table").click()
    await expect(course.locator("tbody tr")).to_have_count(len(only["changes"]))
    await expect(course.locator("tbody tr").last).to_contain_text("drawn")

    acts = page.locator("[data-card=acts]")
    await expect(acts.locator(".lane-marks .mark")).to_have_count(len(found["acts"]))
    await acts.get_by_text("How often each acted").click()
    # Aiko has declared an intention and decided once, and said nothing.
    await expect(acts.get_by_role("row", name="Japan", exact=False).first).to_contain_text(
        "decisions 2"
    )

    lines = page.locator("[data-card=lines]")
    bars = await lines.locator(".small-bar").evaluate_all(
        "all => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect().width)))]"
    )
    assert len(bars) == 1, "one scale is one width"
    assert await page.evaluate(NAMELESS) == 0


async def test_each_seat_reads_what_another_decision_of_its_own_would_have_changed(
    chromium: Browser, server: Live
) -> None:
    game = await over(chromium, server)
    found = (await server.ask(ReadDebrief, session=game.sessions[0]))["table"]
    (own,) = (seat["others"] for seat in found["seats"] if seat["seat"] == "JP")
    assert 1 <= len(own) <= 3
    card = game.aiko.locator("[data-card=own-debrief]")
    await expect(card.locator(".others li")).to_have_count(len(own))
    await expect(card.locator(".others li").first).to_contain_text("in place of 2)")
    await expect(card).to_contain_text("Change for you")
    roles = {seat["role"] for seat in found["seats"] if seat["others"]}
    assert roles >= {"government", "bank"}


async def test_a_class_is_shown_as_dots_by_closing_and_by_pledge_and_net(
    chromium: Browser, server: Live
) -> None:
    game = await over(chromium, server, tables=2)
    tables = (await server.ask(ReadDebrief, room=game.code))["class"]["tables"]
    page = await looked_back(chromium, server, game.code)
    closing = page.locator("[data-card=class-closing]")
    await expect(closing.locator(".dot")).to_have_count(2)
    never = [one for one in tables if one["closing"] is None]
    assert never, "Aiko's table raised too little"
    await expect(closing.locator(".dot.open")).to_have_count(len(never))
    await expect(closing.get_by_role("rowheader", name="Not closed")).to_be_visible()
    pledges = page.locator("[data-card=class-pledges]")
    await expect(pledges).to_contain_text("not cause and effect")
    await expect(pledges.locator(".scatter .mark")).to_have_count(6)
    shapes = await pledges.locator(".scatter .mark").evaluate_all(
        "all => new Set(all.map((one) => one.getAttribute('d'))).size"
    )
    assert shapes == 2, "a shape for each table"
    await pledges.get_by_text("The same as a table").click()
    await expect(pledges.locator("tbody tr")).to_have_count(6)
    await expect(page.locator("[data-card=class-table] thead")).to_contain_text("First closed in")
    assert await page.evaluate(NAMELESS) == 0
    assert await smallest_text(page) >= 12
    await page.set_viewport_size(PHONE)
    assert await too_wide(page) == []
