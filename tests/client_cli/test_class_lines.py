"""A class as lines."""

from __future__ import annotations

from client_cli.class_lines import head, missing_lines, news, table_line, titles
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
