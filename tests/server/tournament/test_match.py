"""A match in memory: ends whatever the bots do, says who failed, and can be replayed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import pytest

from server.bots import BOTS, BotSpec
from server.game.actions import Action, DeclareIntention, Pledge, Say, Withdraw
from server.game.cards import View
from server.game.events import DecidedBy, Ending, Participant, Pledged, SeatOccupied
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, PhasePlan, Role, Scenario, SeatId
from server.game.state import replay
from server.scenarios import load
from server.tournament import Failure, play
from tests.server.game.games import vcm

JP, US, DE = SeatId("JP"), SeatId("US"), SeatId("DE")
KOREA = load("korea-1997")


def everybody(bot: str, scenario: Scenario) -> dict[SeatId, str]:
    """The same bot in every seat."""
    return {seat.id: bot for seat in scenario.seats}


def test_the_log_of_a_match_replays_to_its_state() -> None:
    match = play(KOREA, everybody("leader", KOREA), 1)
    assert replay(match.events) == match.state
    assert match.state.ending is Ending.COMPLETED


def test_a_match_of_nobody_plays_the_written_defaults() -> None:
    match = play(KOREA, {}, 1)
    pledges = [event for event in match.events if isinstance(event, Pledged)]
    assert len(pledges) == 3 * 3
    assert {(event.pledge_musd, event.by, event.is_default) for event in pledges} == {
        (0, DecidedBy.CLOCK, True)
    }


def test_seats_left_out_are_nobodys_and_the_others_play() -> None:
    match = play(KOREA, {JP: "full-contributor"}, 1)
    who = {e.seat: e.participant for e in match.events if isinstance(e, SeatOccupied)}
    assert who[JP] is Participant.BOT
    assert who[US] is Participant.NOBODY
    assert match.state.history[0].pledges_musd == {JP: 5_000, US: 0, DE: 0}


def test_the_order_in_which_the_cast_is_written_does_not_matter() -> None:
    cast = everybody("random", KOREA)
    assert play(KOREA, cast, 1).events == play(KOREA, dict(reversed(cast.items())), 1).events


def test_the_seed_is_all_that_tells_two_matches_apart() -> None:
    cast = everybody("random", KOREA)
    assert play(KOREA, cast, 1).events == play(KOREA, cast, 1).events
    assert play(KOREA, cast, 1).state.history != play(KOREA, cast, 2).state.history


def test_a_long_match_is_no_failure() -> None:
    # Sixty rounds of five actions each; nobody acts often in any one phase.
    long = replace(
        vcm(0.4, 3, 10_000), rounds=60, phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE))
    )
    match = play(long, everybody("conditional", long), 1)
    assert (len(match.state.history), match.failures) == (60, [])


@pytest.mark.parametrize(
    ("cast", "code"),
    [
        ({SeatId("XX"): "leader"}, RefusalCode.UNKNOWN_SEAT),
        ({JP: "no-such-bot"}, RefusalCode.UNKNOWN_BOT),
        ({JP: "stay"}, RefusalCode.UNKNOWN_BOT),
        ({JP: "follower:USA"}, RefusalCode.UNKNOWN_SEAT),
    ],
)
def test_a_wrong_cast_is_refused_before_anything_is_played(
    cast: dict[SeatId, str], code: RefusalCode
) -> None:
    with pytest.raises(Refused) as caught:
        play(KOREA, cast, 1)
    assert caught.value.code is code


# --- bots that fail ---


@dataclass
class Failing:
    """A bot that does one thing over and over, or raises."""

    answer: Action | Exception | None

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.Bot`."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def played_by(
    bot: Failing, monkeypatch: pytest.MonkeyPatch, *phases: Phase
) -> tuple[list[Failure], dict[SeatId, int]]:
    """A round with the bot as Japan: the failures, and the pledges."""
    monkeypatch.setitem(BOTS, "failing", BotSpec("fails", {Role.GOVERNMENT: lambda _: bot}))
    scenario = replace(KOREA, rounds=1, phases=tuple(map(PhasePlan, phases)))
    cast = everybody("full-contributor", scenario) | {JP: "failing"}
    match = play(scenario, cast, 1)
    assert match.state.ending is Ending.COMPLETED
    assert replay(match.events) == match.state
    return match.failures, dict(match.state.history[0].pledges_musd)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ZeroDivisionError("no"), "ZeroDivisionError: no"),
        (Pledge(-100), "out_of_range"),
        (Pledge(16_000), "out_of_range"),
        (Pledge(150), "not_a_step"),
        (Withdraw(0), "not_your_role"),
        (Say("hello"), "wrong_phase"),
        ("all of it", "AttributeError"),
    ],
)
def test_a_bot_that_fails_gets_the_default_and_the_match_goes_on(
    answer: Action | Exception, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures, pledges_musd = played_by(Failing(answer), monkeypatch, Phase.PLEDGE)
    assert [(one.seat, one.round, one.phase) for one in failures] == [(JP, 1, Phase.PLEDGE)]
    assert reason in failures[0].reason
    # One round is the whole crisis: Germany's capacity is 8 bn.
    assert pledges_musd == {JP: 0, US: 15_000, DE: 8_000}


def test_a_bot_that_has_nothing_to_say_to_anything_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures, pledges_musd = played_by(Failing(None), monkeypatch, Phase.TALK, Phase.PLEDGE)
    assert (failures, pledges_musd[JP]) == ([], 0)


@pytest.mark.parametrize("chatter", [Say("And another thing."), DeclareIntention(100)])
def test_a_bot_that_never_ends_is_stopped(chatter: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    failures, pledges_musd = played_by(Failing(chatter), monkeypatch, Phase.TALK, Phase.PLEDGE)
    assert [(one.seat, one.phase) for one in failures] == [(JP, Phase.TALK), (JP, Phase.PLEDGE)]
    assert failures[0].reason == "more than 200 actions in one phase"
    assert pledges_musd == {JP: 0, US: 15_000, DE: 8_000}


def test_a_draft_again_and_again_is_stopped_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    failures, pledges_musd = played_by(Failing(Pledge(700, final=False)), monkeypatch, Phase.PLEDGE)
    assert len(failures) == 1
    assert pledges_musd[JP] == 700


def test_a_failure_in_one_phase_is_forgotten_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    failures, pledges_musd = played_by(Failing(Pledge(500)), monkeypatch, Phase.TALK, Phase.PLEDGE)
    assert [one.phase for one in failures] == [Phase.TALK]
    assert pledges_musd[JP] == 500
