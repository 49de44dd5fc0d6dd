"""Students in real browsers: joining, playing, coming back."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from server.addresses import lan_addresses
from server.protocol import Announce, Pause, Phase, RoomStatus, SeatPlan, SetSeat
from tests.server.live import Live, live
from tests.web.pages import PHONE, joined, person, to_phase

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
WRONG = "From 0 to 5 in steps of 0.1 (US$ bn)."


async def two(chromium: Browser, server: Live, **content: object) -> tuple[str, list[Page], list]:
    """A room of korea-1997 with Aiko for Japan on a phone and Ben for the United States."""
    code = await server.open(**content)
    people = [await person(chromium, server.address, viewport=PHONE)]
    people.append(await person(chromium, server.address))
    pages = [
        await joined(people[0], code, "Aiko", "JP"),
        await joined(people[1], code, "Ben", "US"),
    ]
    return code, pages, people


async def test_two_students_play_a_round_and_each_sees_what_it_may(
    chromium: Browser, server: Live
) -> None:
    code, (aiko, ben), people = await two(chromium, server)
    await server.start(code)
    await to_phase(server, code, aiko, Phase.TALK, ben)
    await ben.locator("#say-text").fill('<img src=x onerror="document.title=1">')
    await ben.get_by_role("button", name="Send").click()
    await expect(aiko.locator(".said").last).to_have_text('<img src=x onerror="document.title=1">')
    await to_phase(server, code, aiko, Phase.PROPOSE, ben)
    await ben.get_by_text("Table a new package").click()
    await ben.get_by_label("Japan pays").fill("2,5")
    await ben.get_by_role("button", name="Table it").click()
    await expect(aiko.locator(".package .terms").first).to_contain_text("Japan pays 2.5")
    await expect(aiko.get_by_text("What it would change for you")).to_be_visible()
    await aiko.get_by_role("button", name="Accept").click()
    await expect(ben.get_by_text("It stands: everybody named has accepted.")).to_be_visible()
    await to_phase(server, code, aiko, Phase.PLEDGE)
    await aiko.locator("#pledge-amount").fill("99")
    await aiko.get_by_role("button", name="Pledge 99").click()
    await expect(aiko.locator("#problem-pledge")).to_have_text(WRONG)
    await expect(aiko.locator("#pledge-amount")).to_have_value("99")
    await aiko.locator("#pledge-amount").fill("4.3")
    await aiko.get_by_role("button", name="Pledge 4.3").click()
    await expect(aiko.get_by_text("Your pledge of US$ 4.3 bn stands.")).to_be_visible()
    japan = ben.locator('[data-key="seat-JP"]')
    await expect(japan).to_contain_text("done")
    assert "4.3" not in await ben.locator("#page").inner_text()
    await to_phase(server, code, aiko, Phase.DISBURSE)
    await expect(japan).to_contain_text("pledged 4.3")
    await expect(aiko.get_by_role("heading", name="Your payoff so far")).to_be_visible()
    for one in people:
        assert one.errors == []
        assert one.elsewhere == []


async def test_a_package_that_not_all_accepted_is_said_to_have_fallen_after_the_talks(
    chromium: Browser, server: Live
) -> None:
    code, (aiko, ben), people = await two(chromium, server)
    await server.start(code)
    await to_phase(server, code, aiko, Phase.PROPOSE, ben)
    await ben.get_by_text("Table a new package").click()
    await ben.get_by_label("Japan pays").fill("2")
    await ben.get_by_role("button", name="Table it").click()
    await expect(aiko.get_by_text("0 of 1 named have accepted. It stands when")).to_be_visible()
    await to_phase(server, code, aiko, Phase.PLEDGE)
    await expect(aiko.locator(".package .state").first).to_have_text(
        "0 of 1 named have accepted. It does not stand."
    )
    await expect(aiko.locator(".what-if")).to_be_visible()
    await expect(aiko.locator(".package .changes")).to_have_count(0)
    assert [one.errors for one in people] == [[], []]


async def test_a_student_joins_and_pledges_by_keyboard_alone(
    chromium: Browser, server: Live
) -> None:
    code = await server.open()
    page = await (await person(chromium, server.address)).page("/")
    await page.keyboard.press("Tab")
    await page.keyboard.type(code.lower())
    await page.keyboard.press("Tab")
    await page.keyboard.type("Aiko")
    await page.keyboard.press("Enter")
    await expect(page.locator(".word-note")).to_be_visible()
    await server.start(code)
    await to_phase(server, code, page, Phase.PLEDGE)
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == "pledge-amount":
            break
    await page.keyboard.press("Control+a")
    await page.keyboard.type("1.3")
    await page.keyboard.press("Enter")
    # Nobody else was awaited: the round is resolved at once.
    await expect(page.get_by_text("Japan (you) 1.3")).to_be_visible()


async def test_a_reload_costs_nothing_and_what_is_being_typed_survives_news(
    chromium: Browser, server: Live
) -> None:
    code, (aiko, ben), _ = await two(chromium, server)
    await server.start(code)
    await to_phase(server, code, aiko, Phase.TALK, ben)
    await aiko.locator("#say-text").fill("half a sen")
    await ben.locator("#say-text").fill("hello")
    await ben.get_by_role("button", name="Send").click()
    await expect(aiko.get_by_text("hello", exact=True)).to_be_visible()
    await expect(aiko.locator("#say-text")).to_have_value("half a sen")
    assert await aiko.evaluate("document.activeElement.id") == "say-text"
    await aiko.reload()
    await expect(aiko.get_by_text("You are Japan")).to_be_visible()
    await expect(aiko.locator("main[data-phase=talk]")).to_be_visible()
    await expect(aiko.get_by_text("hello", exact=True)).to_be_visible()


async def test_another_device_takes_over_by_word_and_a_partner_shares_the_seat(
    chromium: Browser, server: Live
) -> None:
    code, (aiko, _), _ = await two(chromium, server)
    word = await aiko.locator(".word-note .word").inner_text()
    partner = await (await person(chromium, server.address)).page(f"/?g={code}")
    await partner.get_by_role("heading", name="Come back to my seat").click()
    await partner.get_by_label("Seat word").fill(word.upper())
    await partner.get_by_label("Sit beside whoever is there").check()
    await partner.get_by_label("Your name, if you share").fill("Clara")
    await partner.get_by_role("button", name="Take the seat").click()
    await expect(partner.get_by_text("Aiko & Clara")).to_be_visible()
    await expect(aiko.get_by_text("Aiko & Clara")).to_be_visible()
    tablet = await (await person(chromium, server.address)).page(f"/?g={code}#w={word}")
    await expect(tablet.get_by_role("heading", name="You are Japan")).to_be_visible()
    assert "#" not in tablet.url
    await expect(aiko.get_by_text("You are connected somewhere else")).to_be_visible()
    await expect(partner.get_by_role("heading", name="You are Japan")).to_be_visible()


async def test_wrong_codes_full_rooms_and_missing_names_are_said_in_words(
    chromium: Browser, server: Live
) -> None:
    bots = {"seats": {seat: SeatPlan(participant="bot") for seat in ("P2", "P3", "P4")}}
    code = await server.open("vcm", **bots)
    someone = await person(chromium, server.address)
    await joined(someone, code, "Aiko")
    page = await (await person(chromium, server.address)).page("/?g=AAAA2")
    await page.get_by_role("button", name="Join").click()
    await expect(page.locator("#problem-join")).to_contain_text("Your name")
    await page.get_by_label("Your name", exact=True).fill("Ben")
    await page.get_by_role("button", name="Join").click()
    await expect(page.locator("#problem-join")).to_contain_text("no room with this code")
    await page.get_by_label("Room code").first.fill(code)
    await page.get_by_role("button", name="Join").click()
    await expect(page.locator("#problem-join")).to_contain_text("Share a seat")


async def test_opening_the_link_takes_no_seat(chromium: Browser, server: Live) -> None:
    code = await server.open(roster=("Aiko", "Ben"))
    await (await person(chromium, server.address)).page(f"/?g={code}")
    aiko = await joined(await person(chromium, server.address), code, "Aiko")
    await expect(aiko.get_by_text("Table 1. 1 of 6 people are here.")).to_be_visible()
    await expect(aiko.get_by_text("Still missing: Ben.")).to_be_visible()


async def test_the_page_comes_back_by_itself_after_the_servers_restart(
    chromium: Browser, tmp_path: Path
) -> None:
    async with live(tmp_path / "live.db") as server:
        code, (aiko, _), _ = await two(chromium, server)
        await server.start(code)
        await to_phase(server, code, aiko, Phase.TALK)
        port = int(server.address.rpartition(":")[2])
    await expect(aiko.get_by_text("The connection is lost.")).to_be_visible()
    async with live(tmp_path / "live.db", port=port) as server:
        await expect(aiko.get_by_text("The connection is lost.")).to_have_count(0)
        await aiko.locator("#say-text").fill("still here")
        await aiko.get_by_role("button", name="Send").click()
        await expect(aiko.locator(".said").last).to_have_text("still here")


async def test_a_socket_that_died_in_sleep_is_found_out_and_opened_again(
    chromium: Browser, server: Live
) -> None:
    someone = await person(chromium, server.address)
    # A socket that looks open and hears nothing any more, as after sleep.
    await someone.context.add_init_script(
        """const Real = WebSocket; let first = true;
        WebSocket = class extends Real {
          set onmessage(heard) {
            const mine = first; first = false;
            super.onmessage = (event) => mine && window.asleep || heard(event);
          }
        };"""
    )
    code = await server.open()
    page = await joined(someone, code, "Aiko", "JP")
    await page.evaluate(
        "window.asleep = true; document.dispatchEvent(new Event('visibilitychange'))"
    )
    await server.start(code)
    await expect(page.get_by_role("heading", name="Read your brief")).to_be_visible()


async def test_a_changed_clock_of_the_computer_changes_no_countdown(
    chromium: Browser, server: Live
) -> None:
    someone = await person(chromium, server.address)
    await someone.context.add_init_script("Date.now = () => 4e12")
    code = await server.open(timed=True)
    page = await joined(someone, code, "Aiko", "JP")
    await server.start(code)
    await expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^1:[0-3]\d$"))
    await server.ask(Pause, room=code)
    await expect(page.get_by_text("Paused")).to_be_visible()


async def test_over_plain_http_on_the_network_nothing_needs_a_secure_context(
    chromium: Browser, tmp_path: Path
) -> None:
    outside = [address for address in lan_addresses() if not address.startswith("127.")]
    if not outside:
        pytest.skip("this machine has no address but its own")
    async with live(tmp_path / "live.db", host=outside[0]) as server:
        code = await server.open()
        someone = await person(chromium, server.address)
        page = await joined(someone, code, "Aiko", "JP")
        assert not await page.evaluate("isSecureContext")
        await server.start(code)
        await expect(page.get_by_role("heading", name="Read your brief")).to_be_visible()
        assert someone.errors == []


async def test_the_page_speaks_the_browsers_language_and_changes_it_at_once(
    chromium: Browser, server: Live
) -> None:
    page = await (await person(chromium, server.address, locale="de-DE")).page("/")
    await expect(page.get_by_role("button", name="Teilnehmen")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de"
    await page.get_by_label("Sprache").select_option("en")
    await expect(page.get_by_role("button", name="Join")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Join")).to_be_visible()


async def test_what_the_host_says_and_a_bot_in_the_seat_are_told(
    chromium: Browser, server: Live
) -> None:
    code, (aiko, _), _ = await two(chromium, server)
    await server.start(code)
    await expect(aiko.get_by_role("heading", name="Read your brief")).to_be_visible()
    await server.ask(Announce, room=code, text="Please read.")
    await expect(aiko.locator(".host-note")).to_contain_text("Please read.")
    await expect(aiko.get_by_role("status")).to_contain_text("Please read.")
    session = next(iter(await sessions(server, code)))
    bot = SeatPlan(participant="bot")
    await server.ask(SetSeat, room=code, session=session, seat="JP", plan=bot)
    await expect(aiko.get_by_text("A bot plays your seat")).to_be_visible()


async def sessions(server: Live, code: str) -> list[str]:
    status = await server.ask(RoomStatus, room=code)
    return [table["session"] for table in status["tables"]]


ADVANCED = {
    "korea-1997": ({"JP"}, {"others", "second", "guidance", "strictness", "calls"}, set()),
    "korea-1997-advanced": ({"JP"}, {"others", "strictness"}, {"second", "guidance", "calls"}),
    "greece-2010-advanced": ({"DE"}, {"second", "strictness"}, {"others", "guidance"}),
    "terms-dilemma": ({"P1"}, {"second", "others", "guidance"}, {"strictness"}),
}


@pytest.mark.parametrize("scenario", ADVANCED)
async def test_a_rule_has_its_field_only_where_it_is_on(
    chromium: Browser, server: Live, scenario: str
) -> None:
    (seats, off, on) = ADVANCED[scenario]
    code = await server.open(scenario)
    someone = await person(chromium, server.address)
    page = await joined(someone, code, "Aiko", *seats)
    await server.start(code)
    await to_phase(server, code, page, Phase.PLEDGE)
    await expect(page.locator("#pledge-amount")).to_be_visible()
    fields = set(
        await page.locator("form[data-do=pledge] [name]").evaluate_all(
            "fields => fields.map(field => field.name)"
        )
    )
    assert fields & off == set()
    assert on <= fields
    await page.locator("#pledge-amount").fill("0")
    await page.get_by_role("button", name="Keep as a draft").click()
    await expect(page.get_by_text("US$ 0 bn is kept as a draft.")).to_be_visible()
    assert someone.errors == []


@pytest.mark.parametrize(
    ("seat", "button", "stands"),
    [
        ("JP-banks", "Take out 30 %", "You take out 30 %: that stands."),
        ("IMF", "Withhold it", "You withhold the money: that stands."),
    ],
)
async def test_banks_and_the_fund_have_cards_of_their_own(
    chromium: Browser, server: Live, seat: str, button: str, stands: str
) -> None:
    code = await server.open(seats={"US": SeatPlan(participant="bot", bot="full-contributor")})
    page = await joined(await person(chromium, server.address), code, "Aiko", seat)
    other = await joined(await person(chromium, server.address), code, "Ben", "DE")
    await server.start(code)
    await to_phase(server, code, page, Phase.PROPOSE)
    if seat == "IMF":
        await page.get_by_text("Propose what the Fund lends").click()
        await page.get_by_label("Amount").fill("5")
        await page.get_by_role("button", name="Propose", exact=True).click()
        await expect(page.get_by_text("Lend US$ 5 bn this round.")).to_be_visible()
    await to_phase(server, code, page, Phase.VOTE)
    await expect(other.get_by_role("button", name="Yes").first).to_be_visible()
    await other.get_by_role("button", name="Yes").first.click()
    await expect(
        other.get_by_text("Germany (5.5 %): Yes").or_(other.get_by_text("Your vote: Yes")).first
    ).to_be_visible()
    await to_phase(server, code, page, Phase.PLEDGE)
    if seat == "JP-banks":
        await page.locator("#withdraw-share").fill("30")
    await expect(page.locator(".what-if")).to_be_visible()
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_text(stands)).to_be_visible()
    await asyncio.gather(page.close(), other.close())
