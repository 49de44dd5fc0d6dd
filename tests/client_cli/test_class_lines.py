"""A class as lines, and what is typed to run it."""

from __future__ import annotations

import pytest

from client_cli import hosting
from client_cli.amounts import Complaint
from client_cli.class_lines import head, missing_lines, news, table_line, titles
from client_cli.hosting import Look, Order
from server.protocol import RoomMessage


def room(*, paused: bool = False, left_ms: int = 83_000, undecided: tuple[str, ...] = ("JP",)):
    """Two tables, one in play, one that waits."""
    seat = {"seat_name": "Japan", "role": "government", "participant": "person"}
    now = {
        "crisis": 1,
        "round": 2,
        "rounds": 3,
        "phase": "pledge",
        "left_ms": left_ms,
        "paused": paused,
        "need_musd": 20_000,
        "money_musd": 5_000,
        "revealed": False,
        "undecided": undecided,
        "ending": None,
    }
    seats = [
        {"seat": "JP", "name": "Ada", "present": False, **seat},
        {"seat": "US", "name": "Bo", "present": True, **seat},
    ]
    tables = [
        {"session": "s1", "number": 1, "status": "running", "seats": seats, "now": now},
        {"session": "s2", "number": 2, "status": "lobby", "seats": [{"seat": "JP", **seat}]},
    ]
    return RoomMessage.model_validate(
        {
            "room": "KITE7",
            "title": "Monday",
            "scenario": "korea-1997",
            "tables": tables,
            "missing": ["Cy"],
        }
    )


def test_a_row_has_round_phase_time_gap_and_who_is_waited_for() -> None:
    playing, waiting = room().tables
    words = table_line(playing, 83_000).split()
    assert words == ["1", "2/3", "pledge", "1:23", "25", "%", "promised", "JP", "Ada"]
    assert table_line(waiting, None).split() == ["2", "lobby", "0", "seats", "taken"]
    assert titles().split()[0] == "table"


def test_no_row_is_wider_than_the_screen() -> None:
    many = room(undecided=("JP", "US", "DE", "JP-banks", "US-banks", "DE-banks", "IMF"))
    for width in (79, 159):
        assert len(table_line(many.tables[0], 83_000, width)) <= width


def test_where_nobody_is_away_all_who_are_waited_for_are_named() -> None:
    many = room(undecided=("JP", "US", "DE", "JP-banks", "IMF"))
    table = many.tables[0].model_copy(update={"seats": many.tables[0].seats[1:]})
    assert table_line(table, 83_000, 79).endswith("JP US DE JP-banks IMF")


def test_the_head_counts_who_is_here_and_names_who_is_missing() -> None:
    assert head(room()) == "KITE7  korea-1997  Monday  1 of 2 here"
    assert missing_lines(room()) == ["Not here yet: Cy"]


def test_a_running_clock_is_no_news_and_a_stopped_one_is() -> None:
    assert news(room(), room(left_ms=1_000)) == []
    assert news(room(), room(paused=True)) == [
        "Table 1: running; round 2/3, pledge; paused; 25 % promised; not done: JP; away: Ada"
    ]
    assert len(news(None, room())) == 3


@pytest.mark.parametrize(
    ("line", "kind", "content"),
    [
        ("pause", "pause", {"room": "KITE7", "session": None}),
        ("/2 resume", "resume", {"room": "KITE7", "session": "s2"}),
        ("1 extend 30", "extend", {"room": "KITE7", "session": "s1", "seconds": 30}),
        ("start nobody", "start", {"room": "KITE7", "empty_seats": "nobody"}),
        ("close", "close_room", {"room": "KITE7"}),
        (
            "1 seat JP leader",
            "set_seat",
            {
                "room": "KITE7",
                "session": "s1",
                "seat": "JP",
                "plan": {"participant": "bot", "bot": "leader"},
            },
        ),
        ("say we  go on", "announce", {"room": "KITE7", "session": None, "text": "we go on"}),
    ],
)
def test_a_line_is_a_request_of_the_wire(line: str, kind: str, content: dict[str, object]) -> None:
    order = hosting.parse(line, room())
    assert isinstance(order, Order)
    assert (order.act.kind, order.content("KITE7")) == (kind, content)


def test_what_cannot_be_undone_has_a_question_and_the_rest_has_none() -> None:
    lines = ["next", "end", "close", "1 reissue JP", "card x", "pause", "resume", "extend", "say x"]
    orders = [hosting.parse(line, room()) for line in lines]
    assert [bool(order.act.sure) for order in orders if isinstance(order, Order)] == (
        [True] * 5 + [False] * 4
    )


def test_a_number_alone_shows_its_table() -> None:
    assert hosting.parse("2", room()) == Look("table", 2)
    assert hosting.parse("table 2", room()) == Look("table", 2)
    assert hosting.parse("/", room()) == Look("help")
    with pytest.raises(Complaint, match="no table 3; the room has 1 to 2"):
        hosting.parse("table 3", room())
