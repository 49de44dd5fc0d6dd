"""A small study through the screens: four participants, strangers over two sessions, paid."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.protocol import CloseSession, LetIn, Phase, ReadStudy, SeatPlan, Start
from server.scenarios import load
from tests.server.live import BOTS, Live
from tests.web.pages import LAPTOP, PHONE, hosting, person, to_phase
from tests.web.test_accessible import NARROW, axe_violations, structure, too_small, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUESTIONS = """All pledge more than is needed. Do you pay your whole pledge?
Yes
* No, less
! Nothing beyond the need is drawn."""
ITEMS = """scale: I could rely on what others said. | not at all | fully
number: Your age | 18 | 120
choice: What do you study? | Economics | Politics
text: How did you decide?"""


STUDY = {
    "consent": "Will you?",
    "default_questions": True,
    "participants": [{"label": "A01"}, {"label": "A02", "name": "Somebody"}],
    "questionnaire": [
        {"key": "fair", "text": "Was it fair?", "kind": "likert", "choices": ["no", "yes"]},
        {"key": "age", "text": "Your age", "kind": "number", "required": False},
        {"key": "why", "text": "Why?", "required": False},
    ],
    "payment": {"fixed_fee": 5, "minimum": 6},
}


async def look(page: Page, name: str) -> None:
    """A picture, where somebody wants to look at them."""
    if folder := os.environ.get("BACKSTOP_LOOK"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def opened(page: Page) -> str:
    """A study opened with the host's form; its code."""
    await page.locator('input[name="scenario"][value="korea-1997"]').check()
    await page.get_by_label("Tables", exact=True).fill("2")
    await page.locator("summary", has_text="Who plays").click()
    for seat in ("DE", "JP-banks", "DE-banks", "IMF"):
        await page.locator(f'select[name="plan:{seat}"]').select_option(index=1)
    await page.get_by_text("For a study").click()
    await page.get_by_label("This room is a study").check()
    await page.locator('input[type="file"]').set_input_files(
        {
            "name": "people.csv",
            "mimeType": "text/csv",
            "buffer": b"label,name\nA01,\nA02,\nA03,\nA04,The spare one\n",
        }
    )
    await expect(page.locator("#exp-participants")).to_have_value(
        "A01\nA02\nA03\nA04,The spare one"
    )
    await page.locator('textarea[name="exp:consent"]').fill("We keep what you decide.")
    await page.get_by_label("Ask the usual control questions").uncheck()
    await page.locator('textarea[name="exp:questions"]').fill(QUESTIONS)
    await page.get_by_label("Neutral names instead of countries").check()
    await page.get_by_label("Paid sessions", exact=True).fill("2")
    await page.locator('select[name="exp:regrouping"]').select_option("stranger")
    await page.locator('textarea[name="exp:treatments"]').fill("short: rounds = 1")
    await page.locator('textarea[name="exp:questionnaire"]').fill(ITEMS)
    await page.locator('input[name="exp:fixed_fee"]').fill("5")
    await page.locator('input[name="exp:per_point"]').fill("0,0001")
    await look(page, "host-form")
    await page.get_by_role("button", name="Open the room").click()
    code = page.locator(".host-head .room-code")
    await expect(code).to_be_visible()
    return (await code.inner_text()).strip()


async def come_in(page: Page, label: str) -> None:
    """Join under a label."""
    await page.get_by_label("Your name", exact=True).fill(label)
    await page.get_by_role("button", name="Join").click()


async def pass_questions(page: Page) -> None:
    """Agree, be wrong once, be right."""
    await page.get_by_role("button", name="I agree and take part").click()
    await page.get_by_label("Yes", exact=True).check()
    await page.get_by_role("button", name="Check my answers").click()
    await expect(page.get_by_text("Nothing beyond the need is drawn.")).to_be_visible()
    await page.get_by_label("No, less").check()
    await page.get_by_role("button", name="Check my answers").click()
    await expect(page.get_by_role("heading", name="Please wait")).to_be_visible()


async def test_a_small_study_from_consent_to_payment(chromium: Browser, server: Live) -> None:
    host = await person(chromium, server.address)
    desk = await hosting(host)
    code = await opened(desk)
    people = [
        await person(chromium, server.address, viewport=PHONE if number % 2 else LAPTOP)
        for number in range(5)
    ]
    pages = [await one.page(f"/?g={code}") for one in people]
    stranger = pages.pop()
    await come_in(stranger, "B99")
    await expect(stranger.get_by_text("not on the list of this study")).to_be_visible()
    for number, page in enumerate(pages, 1):
        await come_in(page, f"A0{number}")
    await expect(pages[1].get_by_text("We keep what you decide.")).to_be_visible()
    await look(pages[1], "consent-phone")
    for page in pages:
        await pass_questions(page)
    met = []
    for number in (1, 2):
        await desk.get_by_role("button", name=f"Begin: Session {number} of 2").click()
        for page in pages:
            await expect(page.locator("main.game")).to_be_visible()
            await expect(page.locator(".study-note")).to_have_text(f"Session {number} of 2")
        await look(pages[1], f"play{number}-phone")
        await look(pages[0], f"play{number}-laptop")
        for page in pages:
            shown = await page.content()
            assert not re.search(r"Japan|Korea|Germany|United States|1997", shown)
        study = await server.ask(ReadStudy, room=code)
        met.append(frozenset((one["label"], one["group"]) for one in study["participants"]))
        for one in study["sessions"]:
            if one["number"] == number:
                await server.ask(CloseSession, room=code, session=one["session"])
        if number == 1:
            for page in pages:
                await expect(page.get_by_text("Session 1 of 2 is over.")).to_be_visible()
            # A reload costs nothing, also between two sessions.
            await pages[0].reload()
            await expect(pages[0].get_by_text("Session 1 of 2 is over.")).to_be_visible()
    assert pairs(met[0]).isdisjoint(pairs(met[1]))
    for number, page in enumerate(pages):
        await page.get_by_role("button", name="Continue").click()
        if number < 2:
            await look(page, f"questionnaire-{'phone' if number else 'laptop'}")
        await page.get_by_role("button", name="Hand in").click()
        await expect(page.get_by_text("4 not answered as asked.")).to_be_visible()
        await page.locator(".scale label").nth(4).click()
        await page.get_by_label("Your age").fill("23")
        await page.get_by_label("Economics").check()
        await page.get_by_label("How did you decide?").fill("By thinking.")
        await page.get_by_role("button", name="Hand in").click()
        await expect(page.locator(".paid")).to_have_text("5.00 EUR")
    await look(pages[1], "end-phone")
    await expect(desk.get_by_role("cell", name="finished")).to_have_count(4)
    await look(desk, "host-study")
    async with desk.expect_download() as download:
        await desk.get_by_role("button", name="Payments (CSV)").click()
    rows = list(csv.DictReader(lines_of(await (await download.value).path())))
    assert [row["label"] for row in rows] == ["A01", "A02", "A03", "A04"]
    # What the screen tells of each is what the file does: by session, in total, rate, fee, sum.
    terms = ("points_1", "points_2", "points", "per_point", "fixed_fee")
    for row in rows:
        shown = desk.locator(f'[data-key="paid-{row["label"]}"] td')
        paid = f"{row['amount']} {row['currency']}"
        await expect(shown).to_have_text([*(row[term] for term in terms), paid])
    for one in (host, *people):
        assert one.errors == []
        assert one.elsewhere == []
        await one.context.close()


def lines_of(path: Path) -> list[str]:
    """A file's lines."""
    return path.read_text("utf-8").splitlines()


def pairs(placed: frozenset[tuple[str, int]]) -> set[frozenset[str]]:
    """Who is in one group."""
    return {
        frozenset((one, other))
        for one, group in placed
        for other, place in placed
        if group == place and one != other
    }


async def test_what_is_wrong_in_the_form_of_a_study_is_said_in_words(
    chromium: Browser, server: Live
) -> None:
    who = await person(chromium, server.address)
    page = await hosting(who)
    await page.get_by_text("For a study").click()
    await page.get_by_label("This room is a study").check()
    wrong = {
        "questions": ("Is it?\nYes", "“Is it?” needs two choices or more"),
        "questionnaire": ("Age?", "“Age?” does not begin with"),
        "treatments": ("short rounds", "“short rounds” is not of the form"),
        "seed": ("soon", "Seed: “soon” is no whole number"),
        "sessions": ("two", "Paid sessions: “two” is no number"),
        "per_point": ("much", "For each point (US$ m of net payoff): “much” is no number"),
        "fixed_fee": ("-1", "Fixed fee: "),
        "minimum": ("some", "Minimum: “some” is no number"),
        "round_to": ("0", "Rounded to: "),
        "participants": ("A01\nA01", "a01 is there twice"),
    }
    for name, (text, complaint) in wrong.items():
        field = page.locator(f'[name="exp:{name}"]')
        before = await field.input_value()
        await field.fill(text)
        await page.get_by_role("button", name="Open the room").click()
        await expect(page.locator("#problem-open")).to_contain_text(complaint)
        await field.fill(before)
    await page.locator('[name="exp:treatments"]').fill("other: nowhere-1999")
    await page.get_by_role("button", name="Open the room").click()
    await expect(page.locator("#problem-open")).to_contain_text("nowhere-1999")
    assert who.errors == []
    await who.context.close()


async def test_the_host_lets_in_who_is_late_and_begins_without_who_is_later(
    chromium: Browser, server: Live
) -> None:
    code = await server.open(experiment={**STUDY, "questionnaire": []}, seats=BOTS, tables=1)
    who = await person(chromium, server.address)
    desk = await hosting(who)
    await desk.locator(f'button[data-do="enter"][data-room="{code}"]').click()
    begin = desk.get_by_role("button", name="Begin: Session 1 of 1")
    await begin.click()
    await expect(desk.locator("#problem-study")).to_contain_text("nobody is here yet")
    first, second = [
        await (await person(chromium, server.address)).page(f"/?g={code}") for _ in "ab"
    ]
    for page, label in ((first, "A01"), (second, "A02")):
        await come_in(page, label)
        await page.get_by_role("button", name="I agree and take part").click()
        await expect(page.get_by_role("heading", name="A few questions first")).to_be_visible()
    await expect(desk.get_by_role("cell", name="control questions")).to_have_count(2)
    await desk.get_by_role("button", name="Let in A01").click()
    await expect(first.get_by_role("heading", name="Please wait")).to_be_visible()
    await begin.click()
    await expect(desk.locator("#problem-study")).to_be_empty()
    await desk.get_by_role("button", name="Begin without those who are late").click()
    await expect(first.locator("main.game")).to_be_visible()
    # The last who may play finds the session on.
    await desk.get_by_role("button", name="Let in A02").click()
    await expect(second.locator("main.game")).to_be_visible()
    await desk.get_by_text("What hosts did here").click()
    acts = desk.locator(".acts")
    await expect(acts).to_contain_text("Let A02 play without all control questions.")
    assert who.errors == []
    for page in (desk, first, second):
        await page.context.close()


async def test_every_screen_of_a_study_is_accessible(chromium: Browser, server: Live) -> None:
    desk = await hosting(await person(chromium, server.address))
    wrong: dict[str, list[str]] = {}
    await desk.get_by_text("For a study").click()
    await desk.get_by_label("This room is a study").check()
    await expect(desk.locator("#exp-participants")).to_be_visible()
    wrong["form"] = await faults(desk)
    code = await server.open(experiment=STUDY, seats=BOTS, tables=1)
    page = await (await person(chromium, server.address)).page(f"/?g={code}")
    await come_in(page, "A01")
    await expect(page.get_by_role("heading", name="Before you take part")).to_be_visible()
    wrong["consent"] = await faults(page)
    await page.get_by_role("button", name="I agree and take part").click()
    await page.get_by_role("button", name="Check my answers").click()
    await expect(page.get_by_text("4 not answered as asked.")).to_be_visible()
    wrong["questions"] = await faults(page)
    await server.ask(LetIn, room=code, label="A01")
    await expect(page.get_by_role("heading", name="Please wait")).to_be_visible()
    wrong["wait"] = await faults(page)
    await server.ask(Start, room=code)
    await expect(page.locator("main.game")).to_be_visible()
    wrong["play"] = await faults(page)
    await server.ask(CloseSession, room=code)
    await page.get_by_role("button", name="Continue").click()
    wrong["questionnaire"] = await faults(page)
    await page.locator(".scale label").nth(4).click()
    await page.get_by_role("button", name="Hand in").click()
    await expect(page.locator(".paid")).to_be_visible()
    wrong["end"] = await faults(page)
    await desk.reload()
    await desk.locator(f'button[data-do="enter"][data-room="{code}"]').click()
    await expect(desk.get_by_role("cell", name="finished")).to_be_visible()
    wrong["progress"] = await faults(desk)
    assert {name: found for name, found in wrong.items() if found} == {}
    await desk.context.close()
    await page.context.close()


async def faults(page: Page) -> list[str]:
    """What the checks of every other screen find on this one."""
    found = list[str]()
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{theme} {line}" for line in await axe_violations(page, theme)]
    found += await structure(page)
    size = page.viewport_size
    await page.set_viewport_size(NARROW)
    for tongue in ("de", "en"):
        await page.locator(".foot select").select_option(tongue)
        found += [f"{tongue}, 320 px: {line}" for line in await too_wide(page)]
    found += [f"small: {line}" for line in await too_small(page)]
    if size is not None:
        await page.set_viewport_size(size)
    return found


async def test_who_declines_is_told_and_sees_no_seat(chromium: Browser, server: Live) -> None:
    code = await server.open(experiment={"consent": "Will you?"}, tables=1)
    who = await person(chromium, server.address, viewport=PHONE)
    page = await who.page(f"/?g={code}")
    page.on("dialog", lambda dialog: dialog.accept())
    await come_in(page, "anybody")
    await page.get_by_role("button", name="I do not take part").click()
    await expect(page.get_by_role("heading", name="You do not take part")).to_be_visible()
    assert who.errors == []
    await who.context.close()


async def test_a_room_that_is_no_study_shows_nothing_of_one(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    who = await person(chromium, server.address)
    desk = await hosting(who)
    await desk.locator(f'button[data-do="enter"][data-room="{code}"]').click()
    await expect(desk.locator(".host-head .room-code")).to_have_text(code)
    await expect(desk.get_by_role("heading", name="The study")).to_have_count(0)
    assert who.errors == []
    await who.context.close()


OF_COUNTRIES = re.compile(
    r"\b(banks?|governments?|fund|imf|cris[ie]s|countr(y|ies)|trade|econom\w+|region\w*|abroad|"
    r"lobby\w*|debtor|reserves|korea|indonesia|japan|"
    r"banken?|regierung\w*|fonds|iwf|krisen?|land|handel|wirtschaft\w*|schuldnerland)\b",
    re.IGNORECASE,
)
KINDS = ("JP", "JP-banks", "IMF", "ID")
"""A government, its bank, the Fund and the debtor of indonesia-1997-advanced."""


async def test_under_neutral_labels_no_word_of_the_page_is_of_countries(
    chromium: Browser, server: Live
) -> None:
    seats = [seat.id for seat in load("indonesia-1997-advanced").seats if seat.id not in KINDS]
    code = await server.open(
        "indonesia-1997-advanced",
        seats={seat: SeatPlan(participant="nobody") for seat in seats},
        experiment={"neutral": True},
    )
    people = [await person(chromium, server.address) for _ in KINDS]
    pages = [await one.page(f"/?g={code}") for one in people]
    for number, page in enumerate(pages):
        assert not OF_COUNTRIES.findall(await page.locator("main").inner_text())
        await come_in(page, f"A{number}")
        await expect(page.get_by_role("heading", name="Please wait")).to_be_visible()
    await server.ask(Start, room=code)
    roles = set()
    for phase in (Phase.BRIEF, Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE, Phase.DISBURSE):
        await to_phase(server, code, pages[0], phase)
        for page in pages:
            await expect(page.locator(f'main[data-phase="{phase}"]')).to_be_visible()
            if phase is Phase.PLEDGE:
                await expect(page.locator(".what-if")).to_be_visible()
            for tongue, title in (("de", "Ihr Platz"), ("en", "Your seat")):
                await page.locator(".foot select").select_option(tongue)
                await expect(page.get_by_role("heading", name=title)).to_be_visible()
                # Also what is folded away, and the names of charts.
                text = await page.locator("body").evaluate(
                    "body => body.textContent + [...body.querySelectorAll('[aria-label]')]"
                    ".map((one) => one.ariaLabel).join(' ')"
                )
                assert not OF_COUNTRIES.findall(text), (phase, tongue)
            roles.add(await page.locator(".seats .own small").first.inner_text())
    assert len(roles) == len(KINDS)
    assert [one.errors for one in people] == [[]] * len(people)
