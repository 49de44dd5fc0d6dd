"""Looking back at a session over a socket: who may, and that nobody is shown too much."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from client_cli.connection import Connection, Refusal, connect
from server import archive
from server.analysis.debrief import table_debrief
from server.analysis.measures import measures
from server.game.events import Event, Pledged, SessionOpened
from server.game.state import replay
from server.game.views import BOARD, EVERYTHING, Viewer, ViewerKind, notice_for, view_for
from server.protocol import (
    CloseRoom,
    CloseSession,
    ListSessions,
    NextPhase,
    Phase,
    Pledge,
    ReadDebrief,
    ReadReplay,
    ReadReport,
    RoomStatus,
    Say,
    ViewAt,
)
from server.store import Store
from server.store.played import played
from tests.server.live import BOTS, Live, here, live, shown

SEALED_MUSD = 4_300
"""A pledge that nobody else makes."""
SEALED = f"'pledge_musd': {SEALED_MUSD}"
PRIVATE = "between the two of us"


async def asked(connection: Connection, kind: Any, **content: Any) -> dict[str, Any]:
    """The data of an answer."""
    answer = await connection.ask(kind(id=connection.new_id(), **content))
    return answer.data or {}


async def refused(connection: Connection, kind: Any, **content: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as caught:
        await asked(connection, kind, **content)
    return str(caught.value.answer.code)


async def sessions_of(server: Live, code: str) -> list[str]:
    return [one["session"] for one in (await server.ask(RoomStatus, room=code))["tables"]]


async def sealed_in_round_one(server: Live, code: str, japan: Connection) -> None:
    """Japan says something in private and seals a pledge; the United States still think."""
    view = await server.to_phase(code, japan, Phase.TALK)
    await japan.act(Say(PRIVATE, "pair", "US"), here(view))  # type: ignore[arg-type]
    view = await server.to_phase(code, japan, Phase.PLEDGE)
    await japan.act(Pledge(SEALED_MUSD), here(view))


async def ended(server: Live, code: str, connection: Connection) -> None:
    """Play on to the end."""
    view = await shown(connection, lambda view: True)
    while view.clock.ending is None:
        clock = view.clock
        await server.ask(NextPhase, room=code)
        view = await shown(connection, lambda view, clock=clock: view.clock != clock)


def own_money(view: dict[str, Any]) -> list[Any]:
    """Everything in a view that is some seat's own."""
    return [view["own"], view["debrief"], *(one["lines_musd"] for one in view["rounds"])]


async def test_while_a_session_runs_its_past_is_the_hosts_alone(tmp_path: Path) -> None:
    async with live(tmp_path / "a.db") as server:
        code = await server.open(seats=BOTS)
        async with (
            await server.join(code, "JP") as japan,
            await connect(server.address, code=code, role="observer") as board,
        ):
            await server.start(code)
            await server.to_phase(code, japan, Phase.TALK)
            (session,) = await sessions_of(server, code)
            for connection in (japan, board):
                for kind, content in (
                    (ReadReplay, {"session": session, "seen_by": "JP"}),
                    (ReadReplay, {"session": session, "seen_by": "board"}),
                    (ViewAt, {"session": session, "event": 3, "seen_by": "JP"}),
                    (ReadDebrief, {"session": session}),
                    (ReadDebrief, {}),
                    (ReadReport, {"session": session}),
                    (ReadReport, {}),
                ):
                    assert await refused(connection, kind, **content) == "room_state", kind
            told = await server.ask(ReadReplay, session=session, seen_by="host")
            assert told["events"] and not told["ended"]


async def test_what_is_sealed_in_a_running_session_stays_so_from_its_host(tmp_path: Path) -> None:
    async with live(tmp_path / "a.db") as server:
        code = await server.open(seats=BOTS)
        async with await server.join(code, "JP") as japan, await server.join(code, "US") as america:
            await server.start(code)
            await sealed_in_round_one(server, code, japan)
            (session,) = await sessions_of(server, code)
            for seen_by in ("JP", "everything"):
                told = await server.ask(ReadReplay, session=session, seen_by=seen_by)
                assert told["events"] == []
                code_ = await refused(
                    server.host, ViewAt, session=session, event=5, seen_by=seen_by
                )
                assert code_ == "out_of_range"
            for seen_by in ("host", "board"):
                told = await server.ask(ReadReplay, session=session, seen_by=seen_by)
                assert SEALED not in str(told)
                last = told["events"][-1]["event"]
                seen = await server.ask(ViewAt, session=session, event=last, seen_by=seen_by)
                assert SEALED not in str(seen)
            await server.to_phase(code, america, Phase.DISBURSE)
            told = await server.ask(ReadReplay, session=session, seen_by="JP")
            assert SEALED in str(told)
            assert told["events"][-1]["notice"]["kind"] == "round_resolved"


async def test_after_the_end_each_viewer_is_shown_what_it_saw_and_was_told(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    async with live(database) as server:
        code = await server.open(seats=BOTS)
        async with (
            await server.join(code, "JP") as japan,
            await server.join(code, "US") as america,
            await connect(server.address, code=code, role="observer") as board,
        ):
            await server.start(code)
            await sealed_in_round_one(server, code, japan)
            await ended(server, code, america)
            (session,) = await sessions_of(server, code)
            async with await Store.open(str(database)) as store:
                events = await store.load_events(session)
            viewers = {
                "JP": Viewer(ViewerKind.SEAT, events_seat(events, "JP")),
                "DE": Viewer(ViewerKind.SEAT, events_seat(events, "DE")),
                "board": BOARD,
                "everything": EVERYTHING,
            }
            for connection in (america, board):
                for seen_by, viewer in viewers.items():
                    told = await asked(connection, ReadReplay, session=session, seen_by=seen_by)
                    assert told["ended"] and len(told["events"]) == len(events)
                    await check(connection, session, seen_by, viewer, events, told)
            sealed = pledged_at(events)
            before = await asked(america, ViewAt, session=session, event=sealed, seen_by="DE")
            assert SEALED not in str(before)
            assert PRIVATE not in str(before)
            assert PRIVATE in str(
                await asked(america, ViewAt, session=session, event=sealed, seen_by="US")
            )
            on_board = await asked(america, ViewAt, session=session, event=sealed, seen_by="board")
            assert own_money(on_board["view"]) == [None, None]


def events_seat(events: list[Event], name: str) -> Any:
    opened = events[0]
    assert isinstance(opened, SessionOpened)
    return next(seat.id for seat in opened.scenario.seats if seat.id == name)


def pledged_at(events: list[Event]) -> int:
    """The number of Japan's sealed pledge."""
    return next(
        n
        for n, one in enumerate(events, 1)
        if isinstance(one, Pledged) and one.pledge_musd == SEALED_MUSD
    )


async def check(
    connection: Connection,
    session: str,
    seen_by: str,
    viewer: Viewer,
    events: list[Event],
    told: dict[str, Any],
) -> None:
    """Some events of a replay against the fold of the log up to there."""
    for number in (1, 20, pledged_at(events), len(events)):
        state = replay(events[:number])
        seen = await asked(connection, ViewAt, session=session, event=number, seen_by=seen_by)
        expected = view_for(state, viewer)
        assert seen["view"]["clock"]["phase"] == expected.clock.phase
        assert len(seen["view"]["messages"]) == len(expected.messages)
        assert (seen["view"]["own"] is None) == (expected.own is None)
        if expected.own is not None:
            assert seen["view"]["own"]["pledge_musd"] == expected.own.pledge_musd
        for shown_, card in zip(seen["view"]["rounds"], expected.rounds, strict=True):
            assert shown_["lines_musd"] == card.lines_musd
        notice = notice_for(events[number - 1], viewer, state.scenario) if number > 1 else None
        row = told["events"][number - 1]
        assert row["event"] == number
        assert (row["notice"] or {}).get("kind") == (notice.kind if notice else None)


async def test_no_seed_is_told_and_wrong_names_and_numbers_are_refused(tmp_path: Path) -> None:
    async with live(tmp_path / "a.db") as server:
        code = await server.open(seats=BOTS, seed=77_123_456)
        async with await server.join(code, "JP") as japan:
            await server.start(code, empty_seats="bot")
            (session,) = await sessions_of(server, code)
            await server.ask(CloseSession, room=code, session=session)
            await shown(japan, lambda view: view.clock.ending is not None)
            told = await asked(japan, ReadReplay, session=session, seen_by="everything")
            assert "77123456" not in str(told)
            last = len(told["events"])
            for content, wanted in (
                ({"event": last + 1}, "out_of_range"),
                ({"event": 1, "seen_by": "Mars"}, "unknown_seat"),
                ({"event": 1, "session": "nowhere"}, "unknown_session"),
            ):
                asked_for = {"session": session, **content}
                assert await refused(japan, ViewAt, **asked_for) == wanted
            assert await refused(server.host, ViewAt, session="nowhere", event=1) == (
                "unknown_session"
            )


async def test_another_table_opens_when_none_of_the_room_plays_another_room_never(
    tmp_path: Path,
) -> None:
    async with live(tmp_path / "a.db") as server:
        code, elsewhere = await server.open(seats=BOTS, tables=2), await server.open(seats=BOTS)
        first, second = await sessions_of(server, code)
        async with (
            await server.join(code, "JP", session=first) as japan,
            # A person, so that the table waits and does not end by itself.
            await server.join(code, "JP", session=second),
            await server.join(elsewhere, "JP") as stranger,
        ):
            await server.start(code)
            await server.start(elsewhere)
            await server.ask(CloseSession, room=code, session=first)
            assert (await asked(japan, ReadReplay, session=first))["ended"]
            assert await refused(japan, ReadReplay, session=second) == "room_state"
            assert await refused(japan, ReadDebrief) == "room_state"
            await server.ask(CloseSession, room=code, session=second)
            assert (await asked(japan, ReadReplay, session=second))["ended"]
            assert await refused(stranger, ReadReplay, session=first) == "unknown_session"
            assert await refused(stranger, ReadDebrief, room=code) == "not_host"


async def test_the_debrief_over_the_wire_is_that_of_the_analysis_without_names(
    tmp_path: Path,
) -> None:
    database = tmp_path / "a.db"
    async with live(database) as server:
        code = await server.open(seats=BOTS, tables=2)
        async with await server.join(code, "JP") as japan:
            await server.start(code, empty_seats="bot")
            await sealed_in_round_one(server, code, japan)
            await server.to_phase(code, japan, Phase.DISBURSE)
            await server.ask(CloseSession, room=code)
            await shown(japan, lambda view: view.clock.ending is not None)
            first, _ = await sessions_of(server, code)
            # All who come at the end ask at once.
            answers = await asyncio.gather(
                *(asked(japan, ReadDebrief, session=first) for _ in range(8))
            )
            together = await asked(japan, ReadDebrief)
            report = await asked(japan, ReadReport, session=first, seat="JP")
            room = await asked(japan, ReadReport)
            assert await refused(japan, ReadReport, session=first, seat="Mars") == "unknown_seat"
        async with await Store.open(str(database)) as store:
            row = await store.session(first)
            assert row is not None
            session = await played(store, row)
    table = answers[0]["table"]
    assert all(one["table"] == table for one in answers)
    found, expected = measures(session), table_debrief(session)
    assert table["measures"]["provision"] == pytest.approx(found.provision)
    assert [one["stability"] for one in table["rounds"]] == pytest.approx(
        [one.resolved.stability for one in session.rounds]
    )
    for seat, figures in zip(table["seats"], expected.seats, strict=True):
        assert sum(seat["lines_musd"].values()) == session.payoff_musd(figures.seat)
    assert [one["number"] for one in together["class"]["tables"]] == [1, 2]
    assert report["name"] == f"report-{first}-JP.html"
    assert room["name"] == f"report-{code}.html"
    for text in (str(table), str(together), report["html"], room["html"]):
        assert "Player JP" not in text
    assert report["html"].startswith("<!doctype html>")


async def test_the_host_lists_what_is_stored_also_of_closed_rooms_and_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "PAGE_SESSIONS", 2)
    database = tmp_path / "a.db"
    async with live(database) as server:
        closed = await server.open(seats=BOTS, tables=2, title="Monday")
        await server.start(closed, empty_seats="nobody")
        await server.ask(CloseSession, room=closed)
        await server.ask(CloseRoom, room=closed)
        still_open = await server.open(seats=BOTS, title="Tuesday")
        await server.start(still_open, empty_seats="nobody")
        await server.open(title="Nobody came")
        async with await server.join(still_open, "JP") as japan:
            assert await refused(japan, ListSessions) == "not_host"
    async with live(database) as server:
        pages = [await server.ask(ListSessions)]
        while (before := pages[-1]["before"]) is not None:
            pages.append(await server.ask(ListSessions, before=before))
        assert len(pages) == 2
        lines = [line for page in pages for line in page["sessions"]]
        assert sorted((line["room"], line["title"], line["table"]) for line in lines) == sorted(
            [(closed, "Monday", 1), (closed, "Monday", 2), (still_open, "Tuesday", 1)]
        )
        ended = {line["ending"] for line in lines if line["room"] == closed}
        assert ended == {"closed_by_host"}
        assert not any(line["study"] for line in lines)
        for line in lines:
            replay = await server.ask(ReadReplay, session=line["session"])
            assert replay["ended"] is (line["ending"] is not None)
        assert await refused(server.host, ListSessions, before="nowhere") == "unknown_session"
