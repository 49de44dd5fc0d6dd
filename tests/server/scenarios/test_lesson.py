"""Clocks for a lesson: the same scenario in 20, 50 and 90 minutes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.scenario import Phase, PhasePlan
from server.scenarios import lesson_minutes, load, timed_for
from server.scenarios.lesson import played_s

KOREA = load("korea-1997")


def test_a_lesson_of_fifty_minutes_leaves_korea_as_it_is() -> None:
    # 720 seconds in each of three rounds are 36 of 50 minutes.
    assert played_s(KOREA) == 2_160
    assert lesson_minutes(KOREA) == 50
    assert timed_for(KOREA, 50) == KOREA


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    # Two fifths, and nine fifths, of 90, 240, 180, 60, 90, 60; in steps of five, rounded down.
    [(20, [35, 95, 70, 20, 35, 20]), (90, [160, 430, 320, 105, 160, 105])],
)
def test_all_phases_change_alike(minutes: int, seconds: list[int]) -> None:
    timed = timed_for(KOREA, minutes)
    assert [plan.seconds for plan in timed.phases] == seconds
    assert lesson_minutes(timed) in (minutes, minutes - 1)
    assert replace(timed, phases=KOREA.phases) == KOREA


def test_the_clocks_of_all_crises_of_a_campaign_share_the_lesson() -> None:
    campaign = replace(KOREA, later_crises=(KOREA,))
    assert lesson_minutes(campaign) == 100
    timed = timed_for(campaign, 50)
    assert timed.later_crises[0].phases == timed.phases
    assert [plan.seconds for plan in timed.phases] == [45, 120, 90, 30, 45, 30]


def test_a_lesson_that_is_too_short_is_told_what_would_do() -> None:
    with pytest.raises(ValueError, match="5 minutes is too short for korea-1997; use 6 up"):
        timed_for(KOREA, 5)
    # 15 + 30 + 30 + 15 + 20 + 10 seconds, three times.
    assert played_s(timed_for(KOREA, 6)) == 360


def test_a_phase_without_a_clock_stays_without() -> None:
    phases = (PhasePlan(Phase.TALK, 0), PhasePlan(Phase.PLEDGE, 300))
    timed = timed_for(replace(KOREA, phases=phases), 10)
    assert [plan.seconds for plan in timed.phases] == [0, 140]
    with pytest.raises(ValueError, match="has no clocks"):
        timed_for(replace(KOREA, phases=(PhasePlan(Phase.PLEDGE),)), 20)
