"""A study over real sockets: who may play when, what is kept, and what nobody is shown."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import tomllib
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed

from client_cli.connection import Refusal
from server.analysis.dataset import Dataset, read
from server.game.refusals import RefusalCode
from server.protocol import (
    CloseRoom,
    CloseSession,
    LetIn,
    NextPhase,
    Participant,
    ReadStudy,
    ReissueSeat,
    RoomStatus,
    SeatPlan,
    Start,
)
from server.scenarios import load
from server.store import Store
from server.store.played import played
from tests.server.live import BOTS, SECRET, Live, live

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "study.toml"
RIGHT = {"surplus": "No, less, in proportion"}
WRONG = {"surplus": "Yes, 4 bn"}
ANSWERS = {"trust": "5", "age": "23", "field": "Economics"}


class Guest:
    """A participant at a socket, who comes back when the server moves them."""

    def __init__(self, address: str, **hello: Any) -> None:
        self.address, self.hello = address, hello
        self.frames: list[str] = []
        self.socket: ClientConnection | None = None
        self.study: dict[str, Any] = {}
        self.welcome: dict[str, Any] = {}
        self.asked = 0

    async def open(self) -> Guest:
        self.socket = await open_socket(f"ws://{self.address}/", subprotocols=["backstop.v1"])
        await self.socket.send(json.dumps({"kind": "hello", **self.hello}))
        return self

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    async def take(self) -> dict[str, Any]:
        """The next message; a move is followed."""
        async with asyncio.timeout(20):
            while True:
                assert self.socket is not None
                try:
                    frame = await self.socket.recv()
                except ConnectionClosed as closed:
                    if closed.rcvd is None or closed.rcvd.code != 4412:
                        raise
                    await self.open()
                    continue
                self.frames.append(str(frame))
                message: dict[str, Any] = json.loads(frame)
                if message["kind"] == "study":
                    self.study = message
                if message["kind"] == "welcome":
                    self.welcome = message
                    if message["token"]:
                        self.hello = {"token": message["token"]}
                return message

    async def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next message of a kind with these fields."""
        while True:
            message = await self.take()
            if message["kind"] == kind and wanted.items() <= message.items():
                return message

    async def at(self, step: str) -> dict[str, Any]:
        """Until the study says this step."""
        return (
            self.study if self.study.get("step") == step else await self.until("study", step=step)
        )

    async def ask(self, kind: str, **content: Any) -> dict[str, Any]:
        """A request and its answer."""
        self.asked += 1
        request = {"kind": kind, "id": f"r{self.asked}", **content}
        assert self.socket is not None
        await self.socket.send(json.dumps(request))
        while True:
            message = await self.take()
            if message.get("id") == request["id"]:
                return message


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


@pytest.fixture
async def guests(server: Live) -> AsyncIterator[Any]:
    async with AsyncExitStack() as stack:

        async def come(code: str, label: str) -> Guest:
            guest = await Guest(server.address, code=code, name=label).open()
            stack.push_async_callback(guest.close)
            return guest

        yield come


def settings(**changes: Any) -> dict[str, Any]:
    """The example's settings, some of them others."""
    return {**tomllib.loads(EXAMPLE.read_text("utf-8")), **changes}


async def opened(server: Live, **changes: Any) -> str:
    """A room that is the example's study."""
    return await server.open(experiment=settings(**changes), seats=BOTS, tables=2, seed=7)


async def ready(guest: Guest) -> None:
    """Agree, answer right."""
    await guest.at("consent")
    await guest.ask("give_consent", agreed=True)
    await guest.at("questions")
    assert (await guest.ask("answer_controls", answers=RIGHT))["data"] == {"wrong": {}}
    await guest.at("wait")


async def line(server: Live, code: str, label: str) -> dict[str, Any]:
    """What the host reads of a participant."""
    study = await server.ask(ReadStudy, room=code)
    return next(one for one in study["participants"] if one["label"] == label)


async def test_only_the_listed_come_in_and_each_once(server: Live, guests: Any) -> None:
    code = await opened(server)
    assert (await (await guests(code, "a01")).at("consent"))["label"] == "A01"
    stranger = await (await guests(code, "B07")).until("refused")
    assert (stranger["code"], stranger["field"]) == ("not_seated", "name")
    again = await (await guests(code, "A01")).until("refused")
    assert (again["code"], again["field"]) == ("seat_taken", "name")


async def test_who_declines_takes_no_seat_and_is_told_so(server: Live, guests: Any) -> None:
    code = await opened(server)
    guest, other = await guests(code, "A01"), await guests(code, "A02")
    await guest.at("consent")
    assert (await guest.ask("give_consent", agreed=False))["kind"] == "accepted"
    await guest.at("declined")
    await ready(other)
    await server.ask(Start, room=code)
    await other.at("play")
    assert (await line(server, code, "A01"))["group"] is None
    refused = await guest.ask("answer_controls", answers=RIGHT)
    assert refused["code"] == "room_state"


async def test_two_hosts_who_begin_at_once_begin_one_session(server: Live, guests: Any) -> None:
    code = await opened(server)
    guest = await guests(code, "A01")
    await ready(guest)
    answers = await asyncio.gather(
        *(server.ask(Start, room=code) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(one, Refusal) for one in answers) == 2
    study = await server.ask(ReadStudy, room=code)
    assert [one["number"] for one in study["sessions"]] == [1]


async def test_in_a_study_no_seat_is_chosen_left_or_moved(server: Live, guests: Any) -> None:
    code = await opened(server)
    guest = await guests(code, "A01")
    await ready(guest)
    await server.ask(Start, room=code)
    await guest.at("play")
    assert (await guest.ask("leave"))["code"] == "room_state"
    assert (await guest.ask("choose_seat", seat="Member-B"))["code"] == "room_state"
    (own,) = (await server.ask(ReadStudy, room=code))["sessions"]
    with pytest.raises(Refusal) as refusal:
        await server.ask(ReissueSeat, room=code, session=own["session"], seat="JP")
    assert refusal.value.answer.code is RefusalCode.ROOM_STATE


async def test_a_word_brings_a_participant_back_and_the_older_page_is_told(
    server: Live, guests: Any
) -> None:
    code = await opened(server)
    guest = await guests(code, "A01")
    await guest.at("consent")
    again = await Guest(server.address, code=code, word=guest.welcome["word"]).open()
    assert (await again.at("consent"))["label"] == "A01"
    with pytest.raises(ConnectionClosed) as closed:
        await guest.until("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4409
    await again.close()


async def test_a_group_begins_when_its_last_member_has_passed(server: Live, guests: Any) -> None:
    code = await opened(server)
    early, late = await guests(code, "A01"), await guests(code, "A02")
    await ready(early)
    await late.at("consent")
    await late.ask("give_consent", agreed=True)
    answer = await late.ask("answer_controls", answers=WRONG)
    assert "drawn" in answer["data"]["wrong"]["surplus"]
    await server.ask(Start, room=code)
    assert (await early.until("study"))["step"] == "wait"
    assert (await late.ask("answer_controls", answers=RIGHT))["data"] == {"wrong": {}}
    await early.at("play")
    await late.at("play")
    assert (await line(server, code, "A02"))["attempts"] == 2


async def test_the_host_lets_in_who_has_not_passed(server: Live, guests: Any) -> None:
    code = await opened(server)
    guest = await guests(code, "A01")
    await guest.at("consent")
    await guest.ask("give_consent", agreed=True)
    await server.ask(Start, room=code)
    await server.ask(LetIn, room=code, label="A01")
    await guest.at("play")
    assert (await line(server, code, "A01"))["let_in"] is True


async def test_a_start_that_is_repeated_gives_the_seats_of_the_late_to_bots_until_they_come(
    server: Live, guests: Any
) -> None:
    code = await opened(server)
    early, late = await guests(code, "A01"), await guests(code, "A02")
    await ready(early)
    await late.at("consent")
    await late.ask("give_consent", agreed=True)
    await server.ask(Start, room=code)
    await server.ask(Start, room=code)
    await early.at("play")
    await ready_at_questions(late)
    view = (await late.until("view"))["view"]
    own = next(card for card in view["seats"] if card["id"] == view["own"]["seat"])
    assert own["participant"] in ("bot", "person")


async def ready_at_questions(guest: Guest) -> None:
    """Answer right."""
    await guest.at("questions")
    await guest.ask("answer_controls", answers=RIGHT)


async def play_out(server: Live, code: str, people: list[Guest], number: int) -> dict[str, int]:
    """Begin the next session and end it; the group of each label."""
    await server.ask(Start, room=code)
    for guest in people:
        await guest.until("study", step="play", session=number)
    study = await server.ask(ReadStudy, room=code)
    for one in study["sessions"]:
        if one["number"] == number:
            await server.ask(CloseSession, room=code, session=one["session"])
    for guest in people:
        await guest.until("ended")
        await guest.until("study", session=number)
    return {one["label"]: one["group"] for one in study["participants"]}


async def test_a_whole_study_from_consent_to_payment(
    server: Live, guests: Any, tmp_path: Path
) -> None:
    code = await opened(server, practice=True)
    people = [await guests(code, f"A0{number}") for number in range(1, 5)]
    for guest in people:
        await ready(guest)
    groups = [await play_out(server, code, people, number) for number in (0, 1, 2)]
    with pytest.raises(Refusal) as refusal:
        await server.ask(Start, room=code)
    assert refusal.value.answer.code is RefusalCode.ROOM_STATE
    # Two groups of two cannot keep all apart for three sessions; next to each other they can.
    for before, after in pairwise(groups):
        for one in before:
            for other in before:
                together = before[one] == before[other] and after[one] == after[other]
                assert one == other or not together
    for guest in people:
        await guest.at("questionnaire")
        wrong = await guest.ask("hand_in", answers={**ANSWERS, "age": "7"})
        assert (wrong["code"], wrong["field"]) == ("out_of_range", "age")
        await guest.ask("hand_in", answers=ANSWERS)
        paid = (await guest.at("end"))["payment"]
        # Nothing was played: no points, so the fee alone.
        assert (paid["points"], paid["amount"]) == (0, "5.00")
    rows = await payments(server, code)
    assert [(row["label"], row["amount"]) for row in rows] == [
        (f"A0{number}", "5.00") for number in range(1, 5)
    ]


async def played_by_the_clock(server: Live, code: str) -> None:
    """Begin a session and have the host end every phase of it."""
    await server.ask(Start, room=code)
    while True:
        tables = (await server.ask(RoomStatus, room=code))["tables"]
        if not any(table["status"] == "running" for table in tables):
            return
        await server.ask(NextPhase, room=code)


async def test_points_are_the_sum_of_the_ledger_and_the_practice_is_not_paid(
    server: Live, guests: Any, tmp_path: Path
) -> None:
    code = await opened(server, practice=True, sessions=1, questionnaire=[])
    people = [await guests(code, f"A0{number}") for number in (1, 2, 3)]
    for guest in people:
        await ready(guest)
    for _ in range(2):
        await played_by_the_clock(server, code)
        for guest in people:
            await guest.until("ended")
    for guest in people:
        await guest.at("end")
    async with await Store.open(str(tmp_path / "live.db")) as store:
        folder = tmp_path / "data"
        with Dataset(folder, "csv") as made:
            for row in await store.sessions(room=code):
                made.add(await played(store, row))
    sessions = {row["session"]: row for row in read(folder, "sessions")}
    assert sorted(str(row["study_session"]) for row in sessions.values()) == ["0", "0", "1", "1"]
    assert {row["treatment"] for row in sessions.values()} == {"two-rounds"}
    assert all(row["practice"] is (row["study_session"] == 0) for row in sessions.values())
    of_label = {
        (str(row["session"]), str(row["seat"])): str(row["label"])
        for row in read(folder, "seats")
        if row["label"]
    }
    points: Counter[str] = Counter()
    for row in read(folder, "ledger"):
        label = of_label.get((str(row["session"]), str(row["seat"])))
        if label and not sessions[row["session"]]["practice"]:
            points[label] += int(row["amount_musd"] or 0)
    assert set(points) == {"A01", "A02", "A03"}
    assert any(points.values())
    for row in await payments(server, code):
        exact = max(Decimal(4), 5 + points[row["label"]] * Decimal("0.0002"))
        paid = (exact * 10).to_integral_value(ROUND_HALF_UP) / 10
        assert (int(row["points"]), Decimal(row["amount"])) == (points[row["label"]], paid)
        # Of one paid session; what the practice brought stands nowhere.
        assert row["points_1"] == row["points"]
        shown = (await line(server, code, row["label"]))["points"]
        assert {one["session"]: one["points"] for one in shown}[1] == points[row["label"]]
    before = await payments(server, code)
    await server.ask(CloseRoom, room=code)
    assert await payments(server, code) == before
    exported = list(read(folder, "participants"))
    assert [(row["label"], row["points"]) for row in exported] == sorted(points.items())
    assert {row["name"] for row in exported} == {None}
    answers = list(read(folder, "control_answers"))
    assert [(row["attempt"], row["question"], row["right"]) for row in answers] == [
        (1, "surplus", True)
    ] * 3


async def test_labels_that_people_choose_stay_out_of_data_unless_names_are_asked_for(
    server: Live, guests: Any, tmp_path: Path
) -> None:
    item = {"key": "why", "text": "Why?"}
    experiment = {"questionnaire": [item]}
    code = await server.open(experiment=experiment, seats=BOTS, tables=1, seed=7)
    guest = await guests(code, "Ada Lovelace")
    await guest.at("wait")
    await played_by_the_clock(server, code)
    await guest.at("questionnaire")
    await guest.ask("hand_in", answers={"why": "because"})
    async with await Store.open(str(tmp_path / "live.db")) as store:
        (row,) = await store.sessions(room=code)
        for named, label in ((False, "P1"), (True, "Ada Lovelace")):
            study = (await played(store, row, named=named)).about.study
            assert study is not None
            assert [one.label for one in study.participants] == [label]
            assert [(one.label, one.answer) for one in study.items] == [(label, "because")]
        events = "".join(one.payload for one in await store.stored(row.id))
    assert "Ada" not in events


async def payments(server: Live, code: str) -> list[dict[str, str]]:
    """The rows of the payments' file."""
    request = urllib.request.Request(
        f"http://{server.address}/download/payments/{code}.csv",
        headers={"Authorization": f"Bearer {SECRET}"},
    )
    answer = await asyncio.to_thread(urllib.request.urlopen, request)
    with answer:
        return list(csv.DictReader(io.StringIO(answer.read().decode())))


async def test_nothing_of_the_countries_reaches_a_participant_under_neutral_labels(
    server: Live, guests: Any
) -> None:
    code = await opened(server)
    people = [await guests(code, f"A0{number}") for number in (1, 2)]
    for guest in people:
        await ready(guest)
    await play_out(server, code, people, 1)
    for kind, about in (
        ("read_debrief", {"session": people[0].welcome["session"]}),
        ("read_replay", {"session": people[0].welcome["session"]}),
        ("read_report", {}),
    ):
        answer = await people[0].ask(kind, **about)
        assert (answer["kind"], answer["code"]) == ("refused", "not_host")
    heard = "".join(frame for guest in people for frame in guest.frames)
    scenario = load("korea-1997")
    named = {word for seat in scenario.seats for word in (f'"{seat.id}"', seat.name)}
    for secret in named | {scenario.title, scenario.name, "Korea", "1997", "Japan", "Tokyo"}:
        assert secret not in heard, secret
    assert '"Member-A"' in heard


async def test_bots_under_neutral_labels_do_not_speak_of_the_story(
    server: Live, guests: Any
) -> None:
    code = await opened(server)
    people = [await guests(code, f"A0{number}") for number in (1, 2)]
    for guest in people:
        await ready(guest)
    await server.ask(Start, room=code)
    for guest in people:
        await guest.until("study", step="play")
    await server.ask(NextPhase, room=code)
    said: set[str] = set()
    while not said:
        update = await people[0].until("update")
        said = set(re.findall(r'"text": ?"([^"]+)"', json.dumps(update)))
    assert all(re.search("needed|members bring|this round|others bring", one) for one in said)
    assert not [one for one in said if re.search("Fund|bank|government|crisis", one)]


async def test_an_action_under_neutral_names_is_one_of_the_game(server: Live, guests: Any) -> None:
    code = await opened(server)
    guest = await guests(code, "A01")
    await ready(guest)
    await server.ask(Start, room=code)
    view = (await guest.until("view"))["view"]
    clock = view["clock"]
    at = {key: clock[key] for key in ("crisis", "round", "phase")}
    others = [card["id"] for card in view["seats"] if card["id"] != view["own"]["seat"]]
    # Whoever speaks to somebody names a seat, which must be known to the game.
    say = {"kind": "say", "text": "hello", "channel": "pair", "to": others[0]}
    answer = await guest.ask("act", at=at, action=say)
    assert answer["code"] != "unknown_seat" if answer["kind"] == "refused" else True
    supposed = await guest.ask("what_if", supposed={})
    assert set(supposed["data"]["lines_musd"]) or supposed["kind"] == "accepted"


async def test_a_study_goes_on_after_the_server_was_restarted(tmp_path: Path) -> None:
    database = tmp_path / "live.db"
    async with live(database) as server:
        code = await opened(server)
        guest = await Guest(server.address, code=code, name="A01").open()
        await ready(guest)
        await server.ask(Start, room=code)
        await guest.at("play")
        waiting = await Guest(server.address, code=code, name="A02").open()
        await waiting.at("consent")
        await waiting.ask("give_consent", agreed=True)
        await waiting.ask("answer_controls", answers=WRONG)
        await guest.close()
        await waiting.close()
    async with live(database) as server:
        for one in (guest, waiting):
            one.address, one.study = server.address, {}
            await one.open()
        await guest.at("play")
        await waiting.at("questions")
        assert (await line(server, code, "A02"))["attempts"] == 1
        await guest.close()
        await waiting.close()


async def test_a_study_needs_a_seat_for_a_participant(server: Live) -> None:
    bots = {seat: SeatPlan(participant=Participant.BOT) for seat in load("korea-1997").seat_by_id}
    with pytest.raises(Refusal) as refusal:
        await server.open(experiment={}, seats=bots)
    assert refusal.value.answer.field == "seats"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sessions": 0}, "experiment.sessions"),
        (
            {"treatments": [{"name": "x", "scenario": "vcm"}, {"name": "y"}]},
            "experiment.treatments",
        ),
        ({"treatments": [{"name": "x", "scenario": "none"}]}, "scenario"),
        ({"treatments": [{"name": "x", "changes": {"rounds": -1}}]}, "scenario"),
    ],
)
async def test_wrong_settings_open_no_room(
    server: Live, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        await opened(server, **changes)
    assert refusal.value.answer.field == field
