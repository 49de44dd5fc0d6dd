"""Every form of the student's page: what is wrong is said beside it, with field and range."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from server.protocol import Pause, Phase, RoomStatus
from tests.server.live import Live
from tests.web.deals import with_deals
from tests.web.pages import joined, person, to_phase

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def told(form: Locator, *words: str) -> None:
    """The form's complaint, with all these words."""
    for word in words:
        await expect(form.locator(".problem")).to_contain_text(word)


async def send(form: Locator, **fields: str) -> None:
    """Fill in fields by name and press the form's first button that sends it."""
    for name, text in fields.items():
        await form.locator(f'[name="{name}"]').fill(text)
    await form.locator("button[type=submit]").first.click()


def form_of(page: Page, name: str) -> Locator:
    """A form by the action it means."""
    return page.locator(f'form[data-do="{name}"]')


async def test_joining_and_coming_back_say_what_is_missing(chromium: Browser, server: Live) -> None:
    code = await server.open()
    page = await (await person(chromium, server.address)).page("/")
    await send(form_of(page, "join"), name="Aiko")
    await told(form_of(page, "join"), "Room code: nothing is typed")
    await page.get_by_role("heading", name="Come back to my seat").click()
    await send(form_of(page, "comeBack"), code=code, word="")
    await told(form_of(page, "comeBack"), "Room code and seat word are both needed")
    await send(form_of(page, "comeBack"), word="mipolata")
    await told(form_of(page, "comeBack"), "No seat of this room has this word")
    first = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    second = await joined(await person(chromium, server.address), code, "Ben", "US")
    # The page's news come a moment late: somebody asks for a seat that was taken meanwhile.
    taken = """one => { one.dataset.seat = "JP"; one.click(); }"""
    await second.locator("button[data-seat=DE]").evaluate(taken)
    await expect(second.locator("#problem-choose")).to_contain_text("Somebody else has this seat")
    await expect(first.locator('.own[data-key="seat-JP"]')).to_be_visible()


async def test_a_board_without_its_room_says_so(chromium: Browser, server: Live) -> None:
    page = await (await person(chromium, server.address)).page("/board")
    await send(form_of(page, "watch"), code="AAAA2")
    await told(form_of(page, "watch"), "There is no room with this code")


async def test_demands_favours_and_lobbying_are_refused_in_words_and_then_told_to_both(
    chromium: Browser, server: Live
) -> None:
    code = await server.open("with-deals", document=with_deals())
    us = await joined(await person(chromium, server.address), code, "Ben", "US")
    bank = await joined(await person(chromium, server.address), code, "Ada", "US-banks")
    japan = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    await server.start(code, empty_seats="nobody")
    await to_phase(server, code, us, Phase.TALK)
    await us.get_by_text("Press a government").click()
    press = form_of(us, "press")
    await press.locator("[name=on]").select_option("JP")
    await send(press)
    await told(press, "At least: nothing is typed")
    await send(press, ask="a lot")
    await told(press, "At least: “a lot” is no number")
    await send(press, ask="900")
    await told(press, "At least: This number is outside of what is possible", "Allowed: 0")
    await send(press, ask="0.5")
    await expect(japan.locator("[data-card=deals]")).to_contain_text("0.5")
    await us.get_by_text("Promise a bank a favour").click()
    favour = form_of(us, "favour")
    await send(favour, share="10")
    await told(favour, "Promised: nothing is typed")
    await send(favour, amount="0.2", share="200")
    await told(favour, "If it takes out at most: ", "0 % to 100 %")
    await send(favour, amount="0.2", share="10")
    await expect(bank.locator("[data-card=deals]")).to_contain_text("10 %")
    await expect(us.locator("[data-card=deals] li")).to_have_count(2)
    lobby = form_of(bank, "lobby")
    await send(lobby, force="300")
    await told(lobby, "Allowed: 0 % to 100 %")
    await send(lobby, force="half")
    await told(lobby, "“half” is no number")
    await send(lobby, force="50")
    await expect(us.locator("[data-card=deals] li")).to_have_count(3)
    # Between two seats: the third has heard of the demand on it alone.
    await expect(japan.locator("[data-card=deals] li")).to_have_count(1)


async def test_every_decision_is_refused_in_words_with_its_range(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    us = await joined(await person(chromium, server.address), code, "Ben", "US")
    bank = await joined(await person(chromium, server.address), code, "Ada", "JP-banks")
    fund = await joined(await person(chromium, server.address), code, "Ivo", "IMF")
    await server.start(code, empty_seats="nobody")
    await to_phase(server, code, us, Phase.TALK)
    declare = form_of(us, "declare")
    await send(declare)
    await told(declare, "Say in public what you intend to pledge: nothing is typed")
    await send(declare, pledge="two")
    await told(declare, "“two” is no number")
    await send(declare, pledge="0.05")
    await told(declare, "in steps of 0.1")
    await send(declare, pledge="0.3")
    await expect(declare.locator(".hint")).to_contain_text("0.3")
    await to_phase(server, code, us, Phase.PROPOSE)
    await us.get_by_text("Table a new package").click()
    package = form_of(us, "tablePackage")
    await send(package)
    await told(package, "Nothing is filled in")
    await send(package, **{"pledge:JP": "much"})
    await told(package, "Japan pays: “much” is no number")
    await send(package, **{"pledge:JP": "99"})
    await told(package, "Japan pays: ", "Allowed: 0 to")
    await fund.get_by_text("Propose what the Fund lends").click()
    propose = form_of(fund, "propose")
    await send(propose)
    await told(propose, "Amount: nothing is typed")
    await send(propose, tranche="400")
    await told(propose, "Amount: This number is outside of what is possible")
    await to_phase(server, code, us, Phase.PLEDGE)
    pledge = form_of(us, "pledge")
    await send(pledge, pledge="")
    await told(pledge, "What you pledge this round: nothing is typed")
    await send(pledge, pledge="-1")
    await told(pledge, "From 0 to")
    withdraw = form_of(bank, "withdraw")
    await send(withdraw, share="150")
    await told(withdraw, "Allowed: 0 % to 100 %")
    await send(withdraw, share="")
    await told(withdraw, "nothing is typed")


async def test_what_the_server_refuses_is_said_beside_what_asked_for_it(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    us = await joined(await person(chromium, server.address), code, "Ben", "US")
    japan = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    fund = await joined(await person(chromium, server.address), code, "Ivo", "IMF")
    await server.start(code, empty_seats="nobody")
    await to_phase(server, code, us, Phase.TALK)
    # As from a page that does not know what has changed meanwhile.
    # Sent in the same breath: whatever is told meanwhile puts the form right again.
    await us.locator("#say-text").fill("Hello?")
    await form_of(us, "say").evaluate(
        "form => { form.dataset.channel = 'nowhere'; form.requestSubmit(); }"
    )
    await expect(us.locator("#problem-say")).to_contain_text("There is no such conversation.")
    await to_phase(server, code, us, Phase.PROPOSE)
    await expect(japan.locator("main[data-phase=propose]")).to_be_visible()
    await us.get_by_text("Table a new package").click()
    await send(form_of(us, "tablePackage"), **{"pledge:JP": "2"})
    await japan.get_by_role("button", name="Accept").evaluate(
        "one => { one.dataset.package = '99'; one.click(); }"
    )
    await expect(japan.locator("#problem-package")).to_contain_text("no such package")
    await fund.get_by_text("Propose what the Fund lends").click()
    await send(form_of(fund, "propose"), tranche="5")
    await expect(us.get_by_text("Lend US$ 5 bn this round.")).to_be_visible()
    await to_phase(server, code, us, Phase.VOTE)
    await us.get_by_role("button", name="Yes").evaluate(
        "one => { one.dataset.ballot = 'maybe'; one.click(); }"
    )
    await expect(us.locator("#problem-vote1")).to_contain_text("did not understand this")
    await us.get_by_role("button", name="Yes").click()
    await expect(us.get_by_text("Your vote: Yes")).to_be_visible()
    await to_phase(server, code, us, Phase.PLEDGE)
    await server.ask(Pause, room=code)
    await expect(fund.locator(".time")).to_contain_text("Paused")
    await fund.get_by_role("button", name="Withhold it").click()
    await expect(fund.locator("#problem-release")).to_contain_text("stopped the clock")


async def test_a_debtor_and_a_regional_fund_are_told_what_cannot_be(
    chromium: Browser, server: Live
) -> None:
    code = await server.open("indonesia-1997-advanced")
    debtor = await joined(await person(chromium, server.address), code, "Sari", "ID")
    japan = await joined(await person(chromium, server.address), code, "Aiko", "JP")
    await server.start(code)
    await to_phase(server, code, japan, Phase.PROPOSE)
    regional = form_of(japan, "proposeRegional")
    await japan.locator("summary", has_text="region's fund").click()
    await send(regional)
    await told(regional, "Amount: nothing is typed")
    await send(regional, tranche="400")
    await told(regional, "Amount: This number is outside of what is possible", "Allowed: ")
    await to_phase(server, code, japan, Phase.PLEDGE)
    pledge = form_of(japan, "pledge")
    for name, complaint in {
        "second": "“9x” is no number",
        "strictness": "“9x” is no number",
    }.items():
        await send(pledge, pledge="0", **{name: "9x"})
        await told(pledge, complaint)
        await pledge.locator(f'[name="{name}"]').fill("")
    await expect(debtor.locator("main[data-phase=pledge]")).to_be_visible()
    await server.ask(Pause, room=code)
    await expect(debtor.locator(".time")).to_contain_text("Paused")
    await debtor.locator("[data-do=accept][data-yes=yes]").click()
    await expect(debtor.locator("#problem-accept")).to_contain_text("stopped the clock")


async def test_the_debtor_decides_on_the_programme_on_a_card_of_its_own(
    chromium: Browser, server: Live
) -> None:
    code = await server.open("indonesia-1997-advanced")
    page = await joined(await person(chromium, server.address), code, "Sari", "ID")
    await server.start(code)
    await to_phase(server, code, page, Phase.PLEDGE)
    await expect(page.get_by_role("heading", name="The programme")).to_be_visible()
    await expect(page.locator(".what-if table")).to_be_visible()
    await page.locator("[data-do=accept][data-yes=no]").click()
    # Nobody else is awaited: the round is resolved without the Fund's money.
    await expect(page.locator("main[data-phase=disburse]")).to_be_visible()
    await expect(page.get_by_text("The debtor declined the programme")).to_be_visible()
    await expect(page.get_by_role("heading", name="Your payoff so far")).to_be_visible()


async def test_a_campaign_goes_on_from_crisis_to_crisis_on_the_page_and_on_the_board(
    chromium: Browser, server: Live
) -> None:
    code = await server.open("mexico-1982-campaign")
    someone = await person(chromium, server.address)
    page = await joined(someone, code, "Ben", "US")
    board = await (await person(chromium, server.address)).page(f"/board?g={code}")
    await server.start(code)
    await expect(page.locator(".second-line")).to_contain_text("Crisis 1 of 3")
    first = await page.locator(".top h1").inner_text()
    while True:
        table = (await server.ask(RoomStatus, room=code))["tables"][0]["now"]
        if table["crisis"] == 2:
            break
        await server.end(code, table)
    await expect(page.locator(".second-line")).to_contain_text("Crisis 2 of 3 · Round 1")
    await expect(board.locator(".where")).to_contain_text("Crisis 2 of 3")
    assert await page.locator(".top h1").inner_text() != first
    await to_phase(server, code, page, Phase.PLEDGE)
    await page.locator("#pledge-amount").fill("0")
    await page.get_by_role("button", name="Pledge 0", exact=True).click()
    # The others have decided, so that this ends the phase.
    await expect(page.locator("main[data-phase=disburse]")).to_be_visible()
    await expect(page.locator("[data-card=promises] tbody").first).to_contain_text("Round 1")
    assert someone.errors == []


async def test_who_wants_less_motion_gets_none(chromium: Browser, server: Live) -> None:
    code = await server.open()
    still = await person(chromium, server.address, reduced_motion="reduce")
    page = await joined(still, code, "Aiko", "JP")
    await server.start(code, empty_seats="nobody")
    await to_phase(server, code, page, Phase.TALK)
    await send(form_of(page, "declare"), pledge="2")
    await expect(page.locator(".gap-svg .part")).to_have_count(1)
    assert await page.evaluate("document.getAnimations().length") == 0
    moving = """[...document.querySelectorAll("*")].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return parseFloat(transitionDuration) > 0 || animationName !== "none";
    }).length"""
    assert await page.evaluate(moving) == 0
    await page.emulate_media(reduced_motion="no-preference")
    assert await page.evaluate(moving) > 0
