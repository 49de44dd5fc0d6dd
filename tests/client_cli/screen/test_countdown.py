"""What is left on the clock between two words of the server."""

from __future__ import annotations

from client_cli.screen.countdown import Countdown


def test_it_counts_down_to_nothing_and_not_below() -> None:
    clock = Countdown(90_000, told_s=1_000.0)
    assert [clock.left_now_ms(now_s) for now_s in (1_000.0, 1_030.5, 1_090.0, 2_000.0)] == [
        90_000,
        59_500,
        0,
        0,
    ]


def test_it_stands_still_while_paused_and_where_no_clock_runs() -> None:
    assert Countdown(90_000, told_s=0.0, paused=True).left_now_ms(50.0) == 90_000
    assert Countdown(None).left_now_ms(50.0) is None


def test_a_mark_is_passed_once_and_of_several_the_last_counts() -> None:
    clock = Countdown(61_500, told_s=0.0)
    marks_s = (60, 30, 10)
    assert clock.passed(marks_s, 0.0, 1.0) is None
    assert clock.passed(marks_s, 1.0, 2.0) == 60
    assert clock.passed(marks_s, 2.0, 3.0) is None
    assert clock.passed(marks_s, 3.0, 55.0) == 10
    assert Countdown(None).passed(marks_s, 0.0, 100.0) is None
