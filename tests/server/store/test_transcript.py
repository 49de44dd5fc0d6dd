"""A foreign transcript is played by our rules, and wrong lines are named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from server.game.events import DecidedBy, Event, Participant, Pledged, Said, SeatOccupied
from server.game.scenario import Scenario, SeatId
from server.game.state import replay
from server.scenarios import load
from server.store.codec import FIRST_HASH, encode
from server.store.transcript import Mapped, TranscriptError, played, read_transcript
from server.store.verify import verify

VCM, KOREA = load("vcm"), load("korea-1997")


def imported(text: str, scenario: Scenario = VCM, mapped: Mapped | None = None) -> list[Event]:
    mapped = mapped or Mapped()
    lines = text.splitlines(keepends=True)
    return played(read_transcript(lines, scenario, mapped), scenario, mapped)


def wrong(text: str, scenario: Scenario = VCM, mapped: Mapped | None = None) -> list[str]:
    with pytest.raises(TranscriptError) as caught:
        imported(text, scenario, mapped)
    return caught.value.problems


GROUP = """round,seat,pledge,text
1,P1,20000,let us all give
1,P2,10000,
1,P3,0,
1,P4,,no
2,P1,0,
2,P2,0,"never, ever"
2,P3,5000,
2,P4,20000,
"""


def test_a_group_is_scored_as_the_formula_of_its_game_says() -> None:
    events = imported(GROUP)
    state = replay(events)
    mpcr = 0.4
    for resolved, gifts in zip(
        state.history, ([20_000, 10_000, 0, 0], [0, 0, 5_000, 20_000]), strict=True
    ):
        assert list(resolved.pledges_musd.values()) == gifts
        for seat, gift in zip(VCM.seat_by_id, gifts, strict=True):
            assert sum(resolved.lines_musd[seat].values()) == mpcr * sum(gifts) - gift


def test_decisions_are_peoples_and_what_is_missing_is_the_default() -> None:
    events = imported(GROUP)
    pledged = [one for one in events if isinstance(one, Pledged)]
    assert {(one.by, one.is_default) for one in pledged if one.pledge_musd} == {
        (DecidedBy.HUMAN, False)
    }
    silent = next(one for one in pledged if one.seat == "P4")
    assert (silent.by, silent.is_default, silent.pledge_musd) == (DecidedBy.CLOCK, True, 0)
    assert verify(list(encode(events, 0, FIRST_HASH))).ok


def test_talk_keeps_its_words_and_its_order() -> None:
    text = (
        "round,seat,text,pledge\n"
        '1,JP,"We pay, if you do.",\n1,US,Who is we?,2500\n1,JP,All of us.,5000\n'
    )
    events = imported(text, KOREA)
    assert [(one.seat, one.text) for one in events if isinstance(one, Said)] == [
        ("JP", "We pay, if you do."),
        ("US", "Who is we?"),
        ("JP", "All of us."),
    ]
    resolved = replay(events).history
    assert (len(resolved), resolved[0].pledges_musd["JP"]) == (1, 5_000)
    seated = {one.seat: one.participant for one in events if isinstance(one, SeatOccupied)}
    assert (seated[SeatId("US")], seated[SeatId("DE")]) == (Participant.PERSON, Participant.NOBODY)


def test_columns_players_and_units_may_have_other_names() -> None:
    mapped = Mapped(
        {"round": "period", "seat": "subject", "pledge": "tokens"},
        {"7": "P1", "8": "P2"},
        Decimal(1_000),
    )
    events = imported("period,subject,tokens\n1,7,12\n1,8,20\n", VCM, mapped)
    assert replay(events).history[0].pledges_musd == {"P1": 12_000, "P2": 20_000, "P3": 0, "P4": 0}


def test_a_banks_column_is_per_cent_and_the_last_of_a_round_counts() -> None:
    text = "round,seat,pledge\n1,JP-banks,12.5\n1,JP,100\n1,JP,700\n"
    resolved = replay(imported(text, KOREA)).history[0]
    assert resolved.withdrawn_permille["JP-banks"] == 125
    assert resolved.pledges_musd["JP"] == 700


def test_the_mark_of_a_spreadsheet_is_no_part_of_a_name() -> None:
    assert imported("\ufeffround,seat,pledge\n1,P1,0\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["line 1: no column round, seat; there are: none"]),
        ("round,seat\n1,P1\n", ["line 1: no column pledge or text; there are: round, seat"]),
        ("round,seat,pledge\n", ["line 2: there is no row"]),
        ("round,seat,pledge\n0,P1,1\n", ["line 2: round: 0; allowed: 1 to 10"]),
        ("round,seat,pledge\n1,,1\n", ["line 2: seat: empty; allowed: P1, P2, P3, P4"]),
        ("round,seat,pledge\n1,P1,much\n", ["line 2: pledge: much; allowed: a number, or nothing"]),
        ("round,seat,pledge\n1,P1,-1\n", ["line 2: pledge: -1; allowed: a number from 0"]),
        ("round,seat,pledge\n1,P1,NaN\n", ["line 2: pledge: NaN; allowed: a number from 0"]),
        (
            "round,seat,pledge\n1,P1,0.5\n",
            ["line 2: pledge: 0.5 comes to no whole US$ millions"],
        ),
        (
            "round,seat,pledge\n1,P1,1e9\n1,P2,7\n",
            ["line 2: pledge: P1: ", "line 3: pledge: P2: "],
        ),
        ("round,seat,pledge\n9,XX,a\n", ["line 2: seat: XX; ", "line 2: pledge: a; "]),
        ('round,seat,pledge\n1,"P1,1\n', ["line 2: unexpected end of data"]),
    ],
)
def test_every_wrong_line_is_named_with_column_value_and_what_is_allowed(
    text: str, told: list[str]
) -> None:
    problems = wrong(text)
    assert len(problems) == len(told)
    for problem, beginning in zip(problems, told, strict=True):
        assert problem.startswith(beginning)


def test_the_fund_pledges_nothing() -> None:
    assert wrong("round,seat,pledge\n1,IMF,5\n", KOREA) == [
        "line 2: pledge: 5; allowed: nothing, for IMF pledges nothing"
    ]
