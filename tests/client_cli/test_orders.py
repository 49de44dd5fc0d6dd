"""What a host types to run a class."""

from __future__ import annotations

import pytest

from client_cli import orders
from client_cli.amounts import Complaint
from client_cli.orders import Look, Order
from tests.client_cli.test_class_lines import room


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
        (
            "1 move JP US",
            "move_person",
            {"room": "KITE7", "session": "s1", "seat": "JP", "to_session": "s1", "to_seat": "US"},
        ),
        (
            "1 move JP 2 US",
            "move_person",
            {"room": "KITE7", "session": "s1", "seat": "JP", "to_session": "s2", "to_seat": "US"},
        ),
        ("let-in A03", "let_in", {"room": "KITE7", "label": "A03"}),
        ("2 unsay", "announce", {"room": "KITE7", "session": "s2", "text": ""}),
        ("say we  go on", "announce", {"room": "KITE7", "session": None, "text": "we go on"}),
    ],
)
def test_a_line_is_a_request_of_the_wire(line: str, kind: str, content: dict[str, object]) -> None:
    order = orders.parse(line, room())
    assert isinstance(order, Order)
    assert (order.act.kind, order.content("KITE7")) == (kind, content)


def test_what_cannot_be_undone_has_a_question_and_the_rest_has_none() -> None:
    lines = ["next", "end", "close", "1 reissue JP", "card x", "pause", "resume", "extend", "say x"]
    typed = [orders.parse(line, room()) for line in lines]
    assert [bool(order.act.sure) for order in typed if isinstance(order, Order)] == (
        [True] * 5 + [False] * 4
    )


def test_a_number_alone_shows_its_table() -> None:
    assert orders.parse("2", room()) == Look("table", 2)
    assert orders.parse("table 2", room()) == Look("table", 2)
    assert orders.parse("/", room()) == Look("help")
    with pytest.raises(Complaint, match="no table 3; the room has 1 to 2"):
        orders.parse("table 3", room())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 move JP", "who, and to which seat? type 3 move JP"),
        ("1 move JP 9 US", "there is no table 9; the room has 1 to 2"),
        ("move JP US", "at which table? type 3 move JP"),
        ("let-in", "whom? type let-in LABEL"),
        ("1 let-in A03", "let-in is for the whole room; type let-in alone"),
        ("1 reissue", "which seat? type 3 reissue JP"),
        ("say", "say what? type [3] say WORDS"),
        ("start everybody", "everybody plays no seats; type start [nobody|person]"),
    ],
)
def test_a_line_that_is_none_is_told_its_right_form(line: str, said: str) -> None:
    with pytest.raises(Complaint) as complaint:
        orders.parse(line, room())
    assert str(complaint.value).startswith(said)


def test_a_line_is_completed_word_by_word() -> None:
    def then(line: str) -> list[str]:
        return orders.completions(line, room(), ["storm"], ["leader"])

    assert then("2 mo") == ["2 move"]
    assert then("1 move ") == ["1 move JP", "1 move US"]
    assert then("1 move JP U") == ["1 move JP US"]
    assert then("1 seat JP lea") == ["1 seat JP leader"]
    assert then("card ") == ["card storm"]
    assert {"acts", "study", "let-in", "unsay"} <= set(then(""))
