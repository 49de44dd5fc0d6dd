"""The wire: golden messages both ways, the published schema, and when its version has to step."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from pydantic import BaseModel
from websockets.asyncio.client import connect as open_socket
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from client_cli.connection import Disconnected, connect
from client_cli.main import main
from server.game.events import DecidedBy, Pledged
from server.game.rules import open_session
from server.game.state import replay
from server.game.views import BOARD, view_for
from server.protocol import (
    SUBPROTOCOL,
    Accepted,
    Act,
    Address,
    CloseCode,
    CloseSession,
    DecisionMade,
    Ending,
    Hello,
    NextPhase,
    OfferFavour,
    OpenRoom,
    Participant,
    Phase,
    PlayCard,
    Pledge,
    ProposeTranche,
    RefusalCode,
    RefusedAnswer,
    Said,
    SeatPlan,
    TablePackage,
    Update,
    ViewMessage,
    Welcome,
    dump,
    json_schema,
    parse_from_client,
    parse_from_server,
)
from server.protocol import Ended as EndedMessage
from server.scenarios import draw, load
from tests.server.live import live, shown
from tests.wire import golden, page
from tests.wire.compare import breaks

SCHEMA = json_schema()
FILES = [
    pytest.param(side, path, id=f"{side}-{path.stem}")
    for side in golden.SIDES
    for path in golden.messages(side)
]
RUN = "run `python -m tests.wire`"


def validator(part: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": SCHEMA["$defs"]})


def text_of(side: golden.Side, name: str) -> str:
    return (golden.FOLDER / side / f"{name}.json").read_text("utf-8")


# --- golden messages ---------------------------------------------------------------------


@pytest.mark.parametrize(("side", "path"), FILES)
def test_a_golden_message_is_read_and_sent_again_as_it_was(side: golden.Side, path: Path) -> None:
    text = path.read_text("utf-8")
    assert golden.as_sent(side, text) == text, RUN


@pytest.mark.parametrize(("side", "path"), FILES)
def test_a_golden_message_is_named_for_what_it_is(side: golden.Side, path: Path) -> None:
    message = json.loads(path.read_text("utf-8"))
    kind, *more = path.stem.split(".")
    assert message["kind"] == kind
    if kind == "act":
        assert message["action"]["kind"] == more[0]
    if kind == "update":
        assert message["notices"][-1]["kind"] == more[0]


def kinds(schema: dict[str, Any]) -> set[str]:
    return set(schema["discriminator"]["mapping"])


def test_every_message_action_and_notice_has_its_golden_example() -> None:
    definitions = SCHEMA["$defs"]
    stems = {side: {path.stem for path in golden.messages(side)} for side in golden.SIDES}
    wanted = {
        "from_client": kinds(definitions["from_client"]) - {"act"}
        | {f"act.{kind}" for kind in kinds(definitions["Act"]["properties"]["action"])},
        "from_server": kinds(definitions["from_server"]) - {"update"}
        | {
            f"update.{kind}"
            for kind in kinds(definitions["Update"]["properties"]["notices"]["items"])
        },
    }
    for side in golden.SIDES:
        assert wanted[side] - stems[side] == set(), "add an example, then " + RUN


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hello", Hello(versions=(1,), code="KTEM7", name="Aiko", seat="JP")),
        (
            "hello.return",
            Hello(token="the-token-of-the-welcome", epoch="a6e16b6765b3", last_seq=41),
        ),
        ("act.pledge", Act(id="jp-pledge", at=Address(1, 1, Phase.PLEDGE), action=Pledge(5_000))),
        (
            "act.table_package",
            Act(
                id="jp-table_package",
                at=Address(1, 1, Phase.PROPOSE),
                action=TablePackage(
                    {"JP": 5_000, "US": 3_000},
                    {"JP-banks": 200},
                    None,
                    "Five to three, and the banks roll over.",
                ),
            ),
        ),
        (
            "open_room",
            OpenRoom(
                id="host-1",
                scenario="korea-1997",
                title="Economics 204, Tuesday",
                tables=2,
                seats={
                    "DE": SeatPlan(participant=Participant.BOT, bot="conditional"),
                    "IMF": SeatPlan(participant=Participant.NOBODY),
                },
                takeover_after_s=120,
                seed=7,
            ),
        ),
        (
            "act.pledge.advanced",
            Act(
                id="jp-pledge",
                at=Address(1, 1, Phase.PLEDGE),
                action=Pledge(
                    2_000,
                    others_at_least_musd=3_000,
                    second_line_musd=6_000,
                    strictness_permille=400,
                    guidance_permille=500,
                ),
            ),
        ),
        (
            "act.offer_favour",
            Act(
                id="jp-offer_favour",
                at=Address(1, 1, Phase.TALK),
                action=OfferFavour("JP-banks", 500, 100),
            ),
        ),
        (
            "act.propose_tranche.programme",
            Act(
                id="imf-propose_tranche",
                at=Address(1, 1, Phase.PROPOSE),
                action=ProposeTranche(5_000, (600, 400), (4_000,)),
            ),
        ),
        ("play_card", PlayCard(id="host-14", room="KTEM7", card="diet-refuses")),
        ("close_session", CloseSession(id="host-9", room="KTEM7", session="a6e16b6765b3")),
    ],
)
def test_what_a_client_sends_is_read_as_what_it_means(name: str, message: BaseModel) -> None:
    assert parse_from_client(text_of("from_client", name)) == message


def update(seq: int, notice: object) -> Update:
    return Update(epoch="a6e16b6765b3", first_seq=seq, seq=seq, left_ms=181_500, notices=(notice,))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("accepted", Accepted(id="jp-pledge", version=57)),
        (
            "refused",
            RefusedAnswer(
                id="jp-pledge",
                code=RefusalCode.OUT_OF_RANGE,
                message="999999 is outside 0 to 5000",
                field="pledge_musd",
                allowed="0 to 5000",
            ),
        ),
        ("ended", EndedMessage(session="a6e16b6765b3", ending=Ending.COMPLETED)),
        (
            "update.pledged",
            update(58, Pledged("JP", 5_000, True, DecidedBy.HUMAN, False, 252_000)),
        ),
        ("update.decision_made", update(60, DecisionMade("US", True, 255_120))),
    ],
)
def test_what_the_server_sends_is_written_as_it_stands(name: str, message: BaseModel) -> None:
    assert json.loads(dump(message)) == json.loads(text_of("from_server", name))
    assert parse_from_server(text_of("from_server", name)) == message


# --- newer and older peers ---------------------------------------------------------------


def test_what_only_a_newer_server_says_is_left_out_and_still_counted() -> None:
    message = json.loads(text_of("from_server", "update.said"))
    message["notices"].insert(0, {"kind": "haircut_agreed", "share": 0.3})
    message["weather"] = "rain"
    message["first_seq"] -= 1
    read = parse_from_server(json.dumps(message))
    assert isinstance(read, Update)
    assert [type(notice) for notice in read.notices] == [Said, Said]
    assert read.seq - read.first_seq + 1 == 3


async def test_the_client_passes_over_new_messages_and_ends_at_what_it_cannot_show() -> None:
    view = json.loads(text_of("from_server", "view"))
    strange = copy.deepcopy(view)
    strange["view"]["clock"]["phase"] = "moratorium"
    welcome = json.loads(text_of("from_server", "welcome"))

    async def newer(socket: ServerConnection) -> None:
        await socket.recv()
        for message in (welcome, {"kind": "weather", "rain": True}, view, strange):
            await socket.send(json.dumps(message))
        await socket.wait_closed()

    async with serve(newer, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as server:
        port = server.sockets[0].getsockname()[1]
        async with await connect(f"127.0.0.1:{port}", code="KTEM7", name="Aiko") as seat:
            events = [event async for event in seat.messages()]
    assert [type(event) for event in events] == [Welcome, ViewMessage, Disconnected]
    assert "newer program" in str(events[-1])
    assert "clock.phase" in str(events[-1])


def test_the_longest_texts_that_a_scenario_may_have_fit_a_view() -> None:
    scenario = replace(load("vcm"), situation="x" * 6_000)
    state = replay(open_session(scenario, draw(scenario, 1), timed=False, participants={}))
    message = ViewMessage(epoch="e", seq=0, left_ms=None, view=view_for(state, BOARD))
    assert parse_from_server(dump(message)) == message


# --- the schema --------------------------------------------------------------------------


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("side", "path"), FILES)
def test_a_golden_message_fits_the_schema(side: golden.Side, path: Path) -> None:
    message = json.loads(path.read_text("utf-8"))
    validator(side).validate(message)
    jsonschema.Draft202012Validator(SCHEMA).validate(message)
    for name, section in message.get("changed", {}).items():
        jsonschema.validate(
            section, {**SCHEMA["$defs"]["View"]["properties"][name], "$defs": SCHEMA["$defs"]}
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "dance", "id": "1"},
        {"id": "1"},
        {"kind": "leave"},
        {"kind": "leave", "id": "x" * 65},
        {"kind": "extend", "id": "1", "room": "KTEM7", "seconds": "60"},
        {"kind": "act", "id": "1", "at": {"crisis": 1, "round": 1, "phase": "tea"}, "action": {"kind": "mark_ready"}},
        {"kind": "act", "id": "1", "at": {"crisis": 1, "round": 1, "phase": "talk"}, "action": {"ready": True}},
    ],
)  # fmt: skip
def test_what_the_server_does_not_read_does_not_fit_the_schema(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        parse_from_client(json.dumps(wrong))
    assert not validator("from_client").is_valid(wrong)


async def test_all_that_a_server_says_to_a_player_fits_the_schema(tmp_path: Path) -> None:
    async with live(tmp_path / "test.db") as server:
        code = await server.open("provision-point")
        async with open_socket(
            f"ws://{server.address}", subprotocols=[Subprotocol(SUBPROTOCOL)]
        ) as socket:
            seen: list[dict[str, Any]] = []

            async def until(kind: str) -> None:
                while not seen or seen[-1]["kind"] != kind:
                    seen.append(json.loads(await socket.recv()))

            await socket.send(dump(Hello(code=code, name="Ada", seat="P1")))
            await until("room")
            await server.start(code)
            await until("view")
            await socket.send('{"kind": "act", "id": "1"}')
            await until("refused")
            for _ in range(6):
                await server.ask(NextPhase, room=code)
            await server.ask(CloseSession, room=code)
            await until("ended")
        assert {one["kind"] for one in seen} >= {"welcome", "room", "view", "update", "refused"}
        for message in seen:
            validator("from_server").validate(message)


async def test_the_epoch_tells_nothing_of_the_seed(tmp_path: Path) -> None:
    async with live(tmp_path / "test.db") as server:
        code = await server.open(seed=7)
        async with await server.join(code, "JP") as jp:
            await server.start(code)
            await shown(jp, lambda view: True)
            assert jp._epoch == jp.welcome.session


@pytest.mark.parametrize("what", ["wire", "log", "scenario"])
def test_the_command_prints_a_schema(what: str) -> None:
    printed = json.loads(CliRunner().invoke(main, ["schema", what]).stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert "$defs" in printed


# --- versions ----------------------------------------------------------------------------


def test_nothing_of_the_golden_schema_is_gone_or_changed() -> None:
    broken = breaks(json.loads(golden.SCHEMA.read_text("utf-8")), SCHEMA)
    assert broken == [], "PROTOCOL_VERSION has to step"


def test_the_golden_schema_has_what_was_added() -> None:
    assert json.loads(golden.SCHEMA.read_text("utf-8")) == golden.undescribed(SCHEMA), RUN


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("Act", "properties", "at"), None, ["from_client[act].at: gone"]),
        (("Extend", "properties", "seconds", "type"), "string", ["from_client[extend].seconds: was integer, is string"]),
        (("Leave", "properties", "why"), {"type": "string"}, []),
        (("Start", "required"), ["id", "room", "kind", "empty_seats"], ["from_client[start].empty_seats: needed now"]),
        (("Start", "required"), ["id", "kind"], []),
        (("Leave", "properties", "id", "maxLength"), 32, ["from_client[leave].id: maxLength was 64, is 32"]),
        (("Leave", "properties", "id", "maxLength"), 128, []),
        (("Ballot", "enum"), ["yes", "no"], [
            "from_client[act].action[vote].ballot: no longer abstain",
        ]),
        (("Ballot", "enum"), ["yes", "no", "abstain", "veto"], []),
        (("GapCard", "properties", "promised_musd"), None, [
            "from_server[resumed].view.gap.promised_musd: gone",
            "from_server[view].view.gap.promised_musd: gone",
        ]),
        (("GapCard", "properties", "spare_musd"), {"type": "integer"}, []),
        (("GapCard", "required"), ["promised_musd"], ["from_server[view].view.gap.tranche_musd: may be absent now"]),
        (("Said", "properties", "to", "anyOf"), [{"type": "string"}], ["from_server[update].notices[][said].to: was string or null, is string"]),
        (("Act", "properties", "action", "discriminator", "mapping", "say"), None, [
            "from_client[act].action[say]: gone",
        ]),
        (("Update", "properties", "notices", "items", "discriminator", "mapping", "cheered"), "#/$defs/Said", []),
    ],
)  # fmt: skip
def test_a_change_is_a_break_or_an_addition(
    place: tuple[str, ...], value: object, told: list[str]
) -> None:
    changed = copy.deepcopy(SCHEMA)
    *way, last = place
    target = changed["$defs"]
    for step in way:
        target = target[step]
    if value is None:
        del target[last]
    else:
        assert target.get(last) != value
        target[last] = value
    broken = breaks(SCHEMA, changed)
    assert set(told) <= set(broken)
    assert bool(broken) == bool(told)


def test_who_may_come_back_by_itself() -> None:
    assert {code.value: code.may_reconnect for code in CloseCode} == {
        1009: True,
        1012: True,
        4400: False,
        4401: False,
        4409: False,
        4410: False,
        4412: True,
    }


# --- the page ----------------------------------------------------------------------------


def test_the_page_is_up_to_date() -> None:
    text = page.PAGE.read_text("utf-8")
    assert page.filled(text) == text, RUN


def test_every_field_says_what_it_means() -> None:
    unsaid = page.Page(SCHEMA["$defs"]).undocumented()
    assert unsaid == [], "write a docstring under the field"


def test_every_example_and_link_of_the_page_is_right() -> None:
    text = page.PAGE.read_text("utf-8")
    examples = re.findall(r"```json\n(.*?)```", text, re.S)
    assert len(examples) == len(FILES)
    for example in examples:
        json.loads(example)
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors
