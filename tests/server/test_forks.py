"""A room whose tables go on from a stored session: people play the fork."""

from __future__ import annotations

from pathlib import Path

import pytest

from client_cli.connection import Refusal
from server.game.events import DecidedBy, Event, Pledged, SessionOpened
from server.game.state import replay
from server.protocol import ForkFrom, OpenRoom, Phase, Pledge, RoomStatus
from server.scenarios import load
from server.store import SessionRow, Store, decode
from server.store.verify import verify, verify_parent
from server.tournament import play
from tests.server.live import BOTS, Live, here, live, shown

SEATS = {**BOTS, "US": BOTS["DE"]}
"""Bots for all but Japan."""


async def stored(database: Path) -> list[Event]:
    """A database with one match of Korea under the id `parent`; its events."""
    scenario = load("korea-1997")
    bots = {seat.id: "conditional" for seat in scenario.governments}
    events = play(scenario, bots, 3).events
    async with await Store.open(str(database)) as store:
        await store.create_session(SessionRow("parent", "korea-1997", "2026-11-24T10:00:00"))
        await store.append("parent", 0, events)
    return events


def second_round(events: list[Event]) -> int:
    """The event that began round 2."""
    return next(n for n, one in enumerate(events, 1) if getattr(one, "round", 1) == 2)


async def opened(server: Live, event: int, **content: object) -> str:
    return await server.open(fork=ForkFrom(session="parent", event=event), seats=SEATS, **content)


async def test_a_person_plays_on_from_an_event_and_the_log_is_a_fork(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    events = await stored(database)
    at = second_round(events)
    async with live(database) as server:
        code = await opened(server, at)
        async with await server.join(code, "JP") as japan:
            await server.start(code)
            view = await shown(japan, lambda view: view.clock.round == 2)
            assert [card.round for card in view.rounds] == [1]
            assert view.own is not None
            view = await server.to_phase(code, japan, Phase.PLEDGE)
            await japan.act(Pledge(4_000), here(view))
            view = await shown(japan, lambda view: len(view.rounds) == 2)
            assert view.rounds[1].pledges_musd["JP"] == 4_000
        status = await server.ask(RoomStatus, room=code)
        session = status["tables"][0]["session"]
    async with await Store.open(str(database)) as store:
        row = await store.session(session)
        assert row is not None
        assert (row.parent, row.parent_event) == ("parent", at)
        mine, theirs = await store.stored(row.id), await store.stored("parent")
    assert verify(mine, count=row.head_version, head_hash=row.head_hash).ok
    assert verify_parent(mine, theirs).ok
    log = [decode(one) for one in mine]
    opening = log[0]
    assert isinstance(opening, SessionOpened) and opening.parent is not None
    assert opening.parent.event == at
    assert "JP is played by person" in opening.parent.changes
    pledged = [one for one in log if isinstance(one, Pledged) and one.seat == "JP"]
    assert [(one.by, one.pledge_musd) for one in pledged[1:]] == [(DecidedBy.HUMAN, 4_000)]
    assert replay(log).history[0] == replay(events).history[0]


async def test_every_table_of_the_room_is_a_fork(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    events = await stored(database)
    async with live(database) as server:
        await opened(server, 1, tables=3)
    async with await Store.open(str(database)) as store:
        forks = await store.sessions(parent="parent")
    # The first event after which somebody could have acted is the beginning of a phase.
    began = next(n for n, one in enumerate(events, 1) if one.kind == "phase_began")
    assert [
        (one.table_number, one.parent_event)
        for one in sorted(forks, key=lambda row: row.table_number)
    ] == [
        (1, began),
        (2, began),
        (3, began),
    ]


async def test_a_fork_that_waits_for_people_is_still_one_after_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    events = await stored(database)
    async with live(database) as server:
        code = await opened(server, second_round(events))
    async with live(database) as server, await server.join(code, "JP") as japan:
        await server.start(code)
        view = await shown(japan, lambda view: view.clock.round == 2)
        assert len(view.rounds) == 1


async def test_the_phase_of_the_moment_has_its_whole_time_or_none(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    events = await stored(database)
    async with live(database) as server:
        for timed in (True, False):
            code = await opened(server, second_round(events), timed=timed)
            async with await server.join(code, "JP") as japan:
                await server.start(code)
                view = await shown(japan, lambda view: view.clock.round == 2)
                seconds = load("korea-1997").plan[view.clock.phase].seconds
                if timed:
                    assert seconds * 900 < (japan.left_ms or 0) <= seconds * 1000
                else:
                    assert view.clock.deadline_ms is None


@pytest.mark.parametrize(
    ("session", "event", "content", "code"),
    [
        ("nowhere", 5, {}, "unknown_session"),
        ("parent", 5_000, {}, "out_of_range"),
        ("parent", 5, {"scenario": "vcm"}, "unknown_scenario"),
        ("parent", 5, {"minutes": 50}, "out_of_range"),
    ],
)
async def test_what_cannot_be_gone_on_from_is_refused(
    session: str, event: int, content: dict[str, object], code: str, tmp_path: Path
) -> None:
    database = tmp_path / "a.db"
    await stored(database)
    async with live(database) as server:
        with pytest.raises(Refusal) as caught:
            await server.ask(
                OpenRoom,
                **{"scenario": "korea-1997", "fork": ForkFrom(session=session, event=event)}
                | content,
            )
        assert caught.value.answer.code == code


async def test_nobody_goes_on_from_the_end(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    events = await stored(database)
    async with live(database) as server:
        with pytest.raises(Refusal) as caught:
            await opened(server, len(events))
        assert caught.value.answer.code == "session_over"
