"""Every role and every switch has its place on the student's page, and what is off has none.

Every shipped scenario is played by bots, and the views that the rules make of it are shown to
the real page; only the socket between them is the test's own, so that hundreds of views of
dozens of games fit into seconds. What the page does over a real one is tested elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from server.bots import default_bot
from server.game import rules
from server.game.scenario import Role, Scenario
from server.game.state import State, evolve, replay
from server.game.views import Viewer, ViewerKind, view_for
from server.protocol import View, ViewMessage, Welcome, dump
from server.scenarios import check, load, names
from server.tournament.match import play
from tests.server.live import Live
from tests.web.deals import with_deals
from tests.web.pages import person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONTROLS = {
    "say": "form[data-do=say] input",
    "declare_intention": "form[data-do=declare] input",
    "table_package": "form[data-do=tablePackage] input",
    "answer_package": "[data-card=packages]",
    "propose_tranche": "form[data-do=propose] [name=tranche]",
    "propose_regional": "form[data-do=proposeRegional] [name=tranche]",
    "press": "form[data-do=press] [name=on]",
    "lobby": "form[data-do=lobby] [name=force]",
    "offer_favour": "form[data-do=favour] [name=bank]",
    "vote": "[data-card=vote], [data-card=now]",
    "pledge": "form[data-do=pledge] #pledge-amount",
    "withdraw": "form[data-do=withdraw] #withdraw-share",
    "decide_tranche": "[data-do=release]",
    "decide_programme": "[data-do=accept]",
    "mark_ready": "[data-do=ready]",
}
"""Where each kind of action is done. Answers and votes are looked at one by one besides."""
ELSEWHERE = {"answer_package", "vote"}
"""Kinds whose place is also there for who may only look."""
PARTS = {
    "others": "clauses",
    "second": "second_line",
    "calls": "second_line",
    "strictness": "terms",
    "guidance": "guidance",
}
"""Fields of a pledge, by the switch they are on."""


FACTS = {"panic", "reserves", "regional_fund", "arrears"}
"""Rules of which the gap always says how they stand."""
MAY_BE_TOLD = FACTS | {"second_line", "programmes", "moral_hazard", "terms"}
"""And those of which it does where there is something to say."""


def moments(scenario: Scenario, seen: set[object]) -> Iterator[tuple[str, View]]:
    """Views of a game played by bots: of each role, one for every set of what it may do.

    What was seen under the same rules is not shown again.
    """
    bots = {seat.id: default_bot(seat.role) for seat in scenario.seats}
    events = play(scenario, bots, seed=7).events
    state: State = replay(events[:1])
    for event in events[1:]:
        state = evolve(state, event)
        on_table = (bool(state.table.packages), bool(state.table.proposals), bool(state.deals))
        for seat in state.scenario.seats:
            may = rules.open_kinds(state, seat.id)
            point = (scenario.switches, tuple(scenario.plan), state.phase, seat.role, may, on_table)
            if point not in seen:
                seen.add(point)
                yield seat.role, view_for(state, Viewer(ViewerKind.SEAT, seat.id))


class Shown:
    """The student's page with a socket of the test's own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.socket: WebSocketRoute | None = None
        self.seat = ""

    def connected(self, socket: WebSocketRoute) -> None:
        """The page has opened its socket."""
        self.socket = socket
        socket.on_message(self._heard)

    def _heard(self, text: str | bytes) -> None:
        message = json.loads(text)
        assert self.socket is not None
        if message["kind"] == "hello":
            self._send(
                Welcome(
                    version=1,
                    role="player",
                    room="KITE7",
                    session="s",
                    seat="X",
                    token="t",
                    word="w",
                    epoch="e",
                    started=True,
                )
            )
        else:
            # What would change is not looked at here.
            refused = {"kind": "refused", "id": message["id"], "code": "busy", "message": ""}
            self.socket.send(json.dumps(refused))

    def _send(self, message: Any) -> None:
        assert self.socket is not None
        self.socket.send(dump(message))

    async def show(self, view: View) -> dict[str, Any]:
        """Have the page show a view; what is there of controls once it is drawn."""
        self._send(ViewMessage(epoch="e", seq=1, left_ms=None, view=view))
        return await self.page.evaluate(COUNT, [CONTROLS, list(PARTS)])


COUNT = """([controls, parts]) => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done({
  ...Object.fromEntries(Object.entries(controls).map(([kind, where]) =>
    [kind, document.querySelectorAll(where).length])),
  parts: parts.filter((name) => document.querySelector(`form[data-do=pledge] [name=${name}]`)),
  answers: [...document.querySelectorAll("[data-do=answer][data-accept=yes]")].map((one) => +one.dataset.package),
  ballots: [...document.querySelectorAll("[data-do=vote][data-ballot=yes]")].map((one) => +one.dataset.proposal),
  facts: [...document.querySelectorAll("[data-card=gap] [data-rule]")].map((one) => one.dataset.rule),
  rules: [...document.querySelectorAll("[data-card=situation] [data-rule]")].map((one) => one.dataset.rule),
  phase: document.querySelector("main.game")?.dataset.phase,
  unnamed: [...document.querySelectorAll("main *")].filter((one) => !one.children.length
    && /undefined|NaN|\\[object|[a-z]\\.[a-z]+\\.[a-z]/.test(one.textContent)).map((one) => one.textContent),
}))))"""
"""Numbers of controls of each kind, and what should not be there, one frame after a message."""


def wrong(view: View, found: dict[str, Any]) -> list[str]:
    """What of a view has no place on the page, or has one without being open."""
    assert view.own is not None
    may = set(view.own.may)
    on = set(view.scenario.advanced.switches) if view.scenario.advanced else set()
    lines = [f"no control for {kind}" for kind in sorted(may) if not found[kind]]
    lines += [
        f"a control for {kind}, which is not open"
        for kind in sorted(set(CONTROLS) - may - ELSEWHERE)
        if found[kind]
    ]
    if not view.scenario.packages and found["answer_package"]:
        lines.append("packages, which are off")
    expected = {name for name, switch in PARTS.items() if switch in on and "pledge" in may}
    if set(found["parts"]) != expected:
        lines.append(f"pledge parts {found['parts']}, not {sorted(expected)}")
    if set(found["rules"]) != on:
        lines.append(f"rules {found['rules']}, not {sorted(on)}")
    facts = set(found["facts"])
    if not FACTS & on <= facts <= MAY_BE_TOLD & on:
        lines.append(f"facts of {sorted(facts)}, with {sorted(on)} on")
    unanswered = sorted(view.own.packages_to_answer) if "answer_package" in may else []
    if sorted(found["answers"]) != unanswered:
        lines.append(f"answers to {found['answers']}, not {unanswered}")
    ballots = (
        [one.proposal for one in view.proposals if one.passed is None] if "vote" in may else []
    )
    if not set(found["ballots"]) <= set(ballots):
        lines.append(f"ballots on {found['ballots']}, not {ballots}")
    if found["phase"] != view.clock.phase:
        lines.append(f"the page is in {found['phase']}")
    return lines + [f"unnamed: {text}" for text in found["unnamed"]]


async def test_every_role_of_every_scenario_finds_what_is_open_to_it_and_nothing_else(
    chromium: Browser, server: Live
) -> None:
    someone = await person(chromium, server.address)
    page = await someone.context.new_page()
    page.on("pageerror", lambda error: someone.errors.append(str(error)))
    shown = Shown(page)
    await page.route_web_socket("**/", shown.connected)
    await page.goto(f"http://{server.address}/?g=KITE7")
    await page.get_by_label("Your name", exact=True).fill("Aiko")
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_text("Room KITE7")).to_be_visible()
    roles, kinds, faults, seen = set(), set(), [], set()
    for scenario in (*map(load, names()), check(with_deals()).scenario()):
        for role, view in moments(scenario, seen):
            assert view.own is not None
            roles.add(role)
            kinds |= set(view.own.may)
            where = f"{scenario.name}, {view.own.seat}, {view.clock.phase}"
            faults += [f"{where}: {line}" for line in wrong(view, await shown.show(view))]
    assert not faults, "\n".join(dict.fromkeys(faults))
    assert roles == set(Role)
    # No action that the rules know is left out.
    assert kinds == set(CONTROLS) == {kind for of in rules._KINDS.values() for kind in of}
    assert someone.errors == []
