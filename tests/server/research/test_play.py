"""Games played by answers to questions: what is asked, what it stands for, what follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from random import Random

import pytest

from server.game.actions import Pledge
from server.game.events import (
    FavourOffered,
    Lobbied,
    PackageAnswered,
    PackageTabled,
    Pledged,
    Pressed,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.refusals import Refused
from server.game.scenario import Phase, Scenario
from server.game.state import replay
from server.research.play import Play, nearest
from server.research.questions import Menu
from server.scenarios import load, names
from server.tournament.match import play as play_match
from tests.server.game.games import CAMPAIGN, EVERYTHING
from tests.server.research.plays import any_option, played

EAST_ASIA = load("east-asia")


def opened(scenario: Scenario, **settings: int) -> Play:
    return Play(Menu(scenario, **settings), {}, seed=1)


def asked(play: Play) -> list[str]:
    return [question.name for question in play.asked]


def answer(play: Play, **options: int) -> None:
    """The others answer 0."""
    play.answer(dict.fromkeys((seat.id for seat in play.learners), 0) | options)


def to_question(play: Play, name: str) -> None:
    while name not in asked(play):
        answer(play)


def test_a_round_asks_for_intentions_packages_answers_and_pledges() -> None:
    play, questions = opened(EAST_ASIA), []
    while not play.over:
        questions += asked(play)
        answer(play, JP=1)
    assert questions[:4] == ["intention", "package", "accept", "pledge"]


def test_a_question_that_leaves_nobody_a_choice_is_not_asked() -> None:
    play, questions = opened(EAST_ASIA), []
    while not play.over:
        questions += asked(play)
        answer(play)
    # Nothing was tabled, so there is nothing to accept.
    assert "accept" not in questions


def test_a_pledge_option_is_so_many_steps() -> None:
    play = opened(EAST_ASIA)
    to_question(play, "pledge")
    answer(play, JP=243, US=198, DE=18, UK=7, AU=5)
    # Model, table 6.1: the Nash equilibrium of R5 on a grid of 0.05.
    assert play.match.state.history[0].pledges_musd == {
        "JP": 12_150,
        "US": 9_900,
        "DE": 900,
        "UK": 350,
        "AU": 250,
    }


def test_a_coarser_step_has_fewer_options() -> None:
    sizes = Menu(EAST_ASIA, 5_000).pledge_options
    assert sizes == {"JP": 5, "US": 6, "DE": 3, "UK": 2, "AU": 1}


@pytest.mark.parametrize("step", [0, -50, 75])
def test_a_step_that_pledges_cannot_have_is_refused_in_words(step: int) -> None:
    with pytest.raises(ValueError, match=f"pledge_step_musd: {step} .*allowed: multiples of 50"):
        Menu(EAST_ASIA, step)


def test_an_intention_is_public_before_the_next_question() -> None:
    play = opened(EAST_ASIA)
    answer(play, JP=100)
    assert play.match.state.table.intentions == {"JP": 5_000}


def test_a_package_asks_for_quarters_of_the_gap_by_quota() -> None:
    play = opened(EAST_ASIA)
    to_question(play, "package")
    answer(play, US=2)
    (package,) = play.match.state.table.packages
    # Half of 60,000; quotas 16, 50, 16, 14, 4 per cent.
    assert package.pledges_musd == {
        "JP": 4_800,
        "US": 15_000,
        "DE": 4_800,
        "UK": 4_200,
        "AU": 1_200,
    }


def test_a_package_stands_when_all_it_names_accept_its_author() -> None:
    play = opened(EAST_ASIA)
    to_question(play, "package")
    answer(play, US=1)
    authors = list(EAST_ASIA.seat_by_id)
    option = 1 + authors.index("US")
    answer(play, JP=option, DE=option, UK=option, AU=option)
    assert play.match.state.table.signed_musd("JP") == 2_400


def test_where_packages_bind_the_option_below_what_was_signed_pledges_just_that() -> None:
    play = opened(load("leadership"), pledge_step_musd=1_000)
    to_question(play, "package")
    answer(play, US=1)
    answer(play, **dict.fromkeys(("JP", "DE", "UK", "AU"), 2))
    to_question(play, "pledge")
    jp = play.learners[0]
    # JP signed 2,400 of its 20,000.
    assert play.values(jp)[:4] == [None, None, 2_400, 3_000]
    answer(play, JP=0)
    assert play.match.state.history[0].pledges_musd["JP"] == 2_400


def test_the_fund_s_options_hold_ordinary_and_exceptional_access() -> None:
    play = opened(load("korea-1997"))
    to_question(play, "tranche")
    imf = next(seat for seat in play.learners if seat.id == "IMF")
    values = play.values(imf)
    gap = play.match.state.scenario
    first_musd = gap.need_musd // 3
    assert values[5] == int(gap.access_share * first_musd)
    assert values[10] == int(gap.exceptional_share * first_musd)


@pytest.mark.parametrize(("option", "expected"), [(0, 0), (1, 0), (2, 0), (3, 4), (9, 4)])
def test_an_option_that_is_not_allowed_counts_as_the_nearest(option: int, expected: int) -> None:
    assert nearest((0, None, None, None, 7, None), option) == expected


@pytest.mark.parametrize("name", names())
def test_every_allowed_option_is_accepted_by_the_rules(name: str) -> None:
    for seed in range(3):
        play = played(load(name), seed)
        assert play.match.state.ending == "completed"
        rounds = [one.rounds for one in play.match.state.campaign_draws]
        assert len(play.match.state.history) == sum(rounds)


def test_all_decisions_of_all_rules_can_be_made() -> None:
    kinds: Counter[type] = Counter()
    questions: set[str] = set()
    for seed in range(12):
        play = Play(Menu(CAMPAIGN), {}, seed)
        random = Random(seed)
        while not play.over:
            questions.update(asked(play))
            play.answer({seat.id: any_option(play, seat.id, random) for seat in play.learners})
        kinds.update(map(type, play.match.events))
    for made in (
        *(PackageTabled, PackageAnswered, TrancheProposed, Voted, Pledged, WithdrawalDecided),
        *(Pressed, Lobbied, FavourOffered),
    ):
        assert kinds[made], made
    concerned = {one.name for seat in CAMPAIGN.seats for one in Menu(CAMPAIGN).questions[seat.id]}
    assert concerned - questions == set()


def test_every_part_of_a_pledge_has_a_question() -> None:
    parts = {one.name for one in fields(Pledge)} - {"kind", "final"}
    found = set()
    for seed in range(12):
        for event in played(EVERYTHING, seed).match.events:
            if isinstance(event, Pledged):
                found |= {name for name in parts if getattr(event, name) not in (0, True, None)}
                found |= {"pays_calls"} if not event.pays_calls else set()
    assert found == parts


def test_all_decisions_are_made_by_the_learners_and_none_by_default() -> None:
    sealed = [
        event
        for event in played(load("korea-1997"), 3).match.events
        if isinstance(event, Pledged | WithdrawalDecided | Voted)
    ]
    assert sealed
    assert not [event for event in sealed if event.is_default or event.by != "bot"]


def test_the_same_seed_and_answers_give_the_same_log() -> None:
    assert played(CAMPAIGN, 5).match.events == played(CAMPAIGN, 5).match.events
    assert played(CAMPAIGN, 5).match.events != played(CAMPAIGN, 6).match.events


def test_the_log_gives_the_state_again() -> None:
    play = played(CAMPAIGN, 2)
    assert replay(play.match.events) == play.match.state


def test_a_learner_among_bots_gets_what_a_bot_in_its_place_gets() -> None:
    scenario = load("vcm")
    bots = dict.fromkeys(("P1", "P2", "P3"), "conditional")
    silent = replace(
        scenario, phases=tuple(one for one in scenario.phases if one.phase is not Phase.TALK)
    )
    match = play_match(silent, {**bots, "P4": "free-rider"}, seed=4)
    play = Play(Menu(silent), bots, seed=4)
    while not play.over:
        play.answer({"P4": 0})
    ledgers = [
        [one.lines_musd for one in state.history] for state in (match.state, play.match.state)
    ]
    assert ledgers[0] == ledgers[1]
    assert not play.match.failures


def test_bots_accept_what_a_learner_tables() -> None:
    bots = {seat.id: "full-contributor" for seat in EAST_ASIA.seats if seat.id != "US"}
    play = Play(Menu(EAST_ASIA), bots, seed=1)
    to_question(play, "package")
    play.answer({"US": 1})
    answers = play.match.state.table.packages[-1].answers
    assert set(answers) == set(EAST_ASIA.seat_by_id)


def test_a_bot_for_a_seat_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="no seat XX") as refused:
        Play(Menu(EAST_ASIA), {"XX": "free-rider"}, 1)
    assert refused.value.allowed == "JP, US, DE, UK, AU"


def test_bots_in_all_seats_leave_nobody_to_learn() -> None:
    with pytest.raises(Refused, match="nobody learns"):
        Play(Menu(EAST_ASIA), dict.fromkeys(EAST_ASIA.seat_by_id, "free-rider"), 1)
