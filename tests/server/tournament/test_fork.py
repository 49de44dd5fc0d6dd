"""A fork shares its parent's beginning, changes what was asked, and stands for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.bots import default_bot
from server.game import hosting
from server.game.actions import Ballot, MarkReady, Pledge, Vote, Withdraw
from server.game.events import (
    CardPlayed,
    DecidedBy,
    Ending,
    Event,
    Participant,
    Pledged,
    RoundResolved,
    SeatOccupied,
    SessionOpened,
    TrancheProposed,
    VoteCounted,
)
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Effect, Scenario, SeatId
from server.game.state import replay
from server.scenarios import load
from server.store.codec import FIRST_HASH, StoredEvent, encode
from server.store.verify import verify
from server.tournament import play
from server.tournament.fork import (
    NOBODY,
    PERSON,
    Changes,
    Fork,
    at_round,
    before,
    fork,
    last_event,
)
from server.tournament.match import Decision
from server.tournament.moments import Moment, moment_at, moments
from tests.server.game.games import CRISIS, JP, US, Player
from tests.server.game.wander import wander

KOREA = load("korea-1997")
DE, BANKS, IMF = SeatId("DE"), SeatId("JP-banks"), SeatId("IMF")
NAMES = ("korea-1997", "korea-1997-advanced", "mexico-1982-campaign", "vcm")


@cache
def log(name: str = "korea-1997", bot: str | None = None, seed: int = 3) -> tuple[Event, ...]:
    """The log of a match, of one bot for the governments or of each role's own."""
    scenario = load(name)
    cast = {
        seat.id: bot if bot and seat.role == "government" else default_bot(seat.role)
        for seat in scenario.seats
    }
    return tuple(play(scenario, cast, seed).events)


def forked(events: Sequence[Event], at: int | Moment, changes: Changes) -> Fork:
    moment = at if isinstance(at, Moment) else moment_at(events, at)
    return fork(events, moment, changes, session="parent", parent_hash="f" * 64)


def ledgers(events: Sequence[Event]) -> list[dict[SeatId, dict[str, int]]]:
    return [one.lines_musd for one in events if isinstance(one, RoundResolved)]


def stored(events: Sequence[Event]) -> list[StoredEvent]:
    return list(encode(events, 0, FIRST_HASH))


# --- nothing changed ---


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(NAMES), st.sampled_from([None, "random", "leader"]), st.floats(0, 1))
def test_the_same_bots_play_a_fork_to_the_very_events_of_its_parent(
    name: str, bot: str | None, where: float
) -> None:
    parent = log(name, bot)
    at = 1 + round(where * (last_event(parent) - 1))
    result = forked(parent, at, Changes())
    assert result.match.events[1:] == list(parent[1:])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 1), st.sampled_from([CRISIS, load("terms-dilemma")]))
def test_others_that_do_again_what_they_did_come_to_the_same_ledger(
    seed: int, where: float, scenario: Scenario
) -> None:
    parent = wander(scenario, seed, steps=200).log
    result = forked(
        parent, 1 + round(where * (last_event(parent) - 1)), Changes(others_react=False)
    )
    assert ledgers(result.match.events) == ledgers(parent)
    assert result.lost == ()
    assert replay(result.match.events) == result.match.state


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0, 1), st.sampled_from(["leader", "random"]))
def test_whatever_is_forked_stands_for_itself_when_verified(
    seed: int, where: float, bot: str
) -> None:
    parent = wander(CRISIS, seed).log
    at = 1 + round(where * (last_event(parent) - 1))
    for others_react in (True, False):
        changes = Changes({JP: bot}, seed=7, others_react=others_react)
        events = forked(parent, at, changes).match.events
        moment = moment_at(parent, at)
        assert events[1 : moment.event] == parent[1 : moment.event]
        verdict = verify(stored(events))
        assert verdict.ok, verdict


# --- moments ---


def test_a_log_is_cut_only_where_somebody_could_have_acted() -> None:
    parent = log()
    resolved = next(n for n, one in enumerate(parent, 1) if isinstance(one, RoundResolved))
    moment = moment_at(parent, resolved)
    # The reveal is followed by the next phase at once.
    assert (moment.event, moment.state.phase) == (resolved + 1, "disburse")
    assert moment_at(parent, 1).state.phase == "brief"
    with pytest.raises(ValueError, match=r"event 0 is outside 1 to 164"):
        moment_at(parent, 0)


def test_the_end_of_a_phase_that_the_clock_made_is_a_moment_of_its_own() -> None:
    player = Player(CRISIS, timed=False)
    version = player.state.version
    player.record(hosting.next_phase(player.state, 10))
    player.act(JP, MarkReady())
    player.record(hosting.next_phase(player.state, 20))
    assert [one.event for one in moments(player.log)] == [
        version,
        version + 1,
        version + 2,
        version + 3,
    ]
    assert [one.by for one in moments(player.log)] == [None, None, JP, None]


# --- another decision ---


def test_japan_pledges_something_else_and_the_others_sealed_decisions_of_that_phase_stand() -> None:
    parent = log()
    was = {one.seat: one for one in pledges(parent, 2)}
    decision = Decision(JP, 1, 2, Pledge(3_000))
    result = forked(parent, before(parent, decision), Changes(decisions=(decision,)))
    now = {one.seat: one for one in pledges(result.match.events, 2)}
    assert (now[JP].pledge_musd, now[JP].by) == (3_000, DecidedBy.HOST)
    assert was[JP].pledge_musd != 3_000
    assert {seat: one.pledge_musd for seat, one in now.items() if seat != JP} == {
        seat: one.pledge_musd for seat, one in was.items() if seat != JP
    }
    assert result.parent.changes == ("JP pledges 3000 US$ millions in round 2",)
    assert ledgers(result.match.events)[0] == ledgers(parent)[0]
    assert ledgers(result.match.events)[1] != ledgers(parent)[1]


def pledges(events: Sequence[Event], round_number: int) -> list[Pledged]:
    """The final pledges of a round."""
    found, now = [], 0
    for one in events:
        now = getattr(one, "round", now)
        if isinstance(one, Pledged) and one.final and now == round_number:
            found.append(one)
    return found


def test_others_may_react_in_the_round_after_or_are_not_allowed_to() -> None:
    parent = log()
    decision = Decision(JP, 1, 2, Pledge(0))
    moment = before(parent, decision)
    free = forked(parent, moment, Changes(decisions=(decision,)))
    kept = forked(parent, moment, Changes(decisions=(decision,), others_react=False))
    third = {one.seat: one.pledge_musd for one in pledges(parent, 3)}
    assert {one.seat: one.pledge_musd for one in pledges(kept.match.events, 3)} == third
    # The default governments are conditional: they pay less once Japan has paid nothing.
    less = {one.seat: one.pledge_musd for one in pledges(free.match.events, 3)}
    assert less[US] < third[US]
    assert (free.parent.others_react, kept.parent.others_react) == (True, False)


def test_a_decision_further_on_is_made_when_its_round_comes() -> None:
    parent = log()
    for others_react in (True, False):
        changes = Changes(
            decisions=(Decision(JP, 1, 3, Pledge(100)), Decision(BANKS, 1, 2, Withdraw(700))),
            others_react=others_react,
        )
        resolved = forked(parent, at_round(parent, 2), changes).match.state.history
        assert resolved[2].pledges_musd[JP] == 100
        assert resolved[1].withdrawn_permille[BANKS] == 700


def test_a_decision_that_the_rules_refuse_is_refused_and_so_is_one_that_is_never_reached() -> None:
    parent = log()
    for decision, code in (
        (Decision(JP, 1, 2, Pledge(90_000)), RefusalCode.OUT_OF_RANGE),
        (Decision(JP, 1, 2, Pledge(150)), RefusalCode.NOT_A_STEP),
        (Decision(JP, 1, 9, Pledge(100)), RefusalCode.WRONG_PHASE),
        (Decision(JP, 1, 2, Withdraw(100)), RefusalCode.WRONG_PHASE),
    ):
        for others_react in (True, False):
            with pytest.raises(Refused) as caught:
                forked(
                    parent,
                    at_round(parent, 2),
                    Changes(decisions=(decision,), others_react=others_react),
                )
            if decision.action.kind == "pledge":
                assert caught.value.code is code
    with pytest.raises(Refused) as caught:
        before(parent, Decision(JP, 1, 9, Pledge(100)))
    assert caught.value.code is RefusalCode.WRONG_PHASE


def test_a_ballot_can_be_another() -> None:
    parent = log()
    first = next(one for one in parent if one.kind == "tranche_proposed")
    noes = tuple(Decision(seat, 1, 1, Vote(first.proposal, Ballot.NO)) for seat in (JP, US, DE))
    result = forked(parent, before(parent, noes[0]), Changes(decisions=noes))
    counted = next(one for one in result.match.events if one.kind == "vote_counted")
    assert set(counted.ballots[first.proposal].values()) == {Ballot.NO}
    assert (counted.passed, counted.tranche_musd) == (None, 0)


# --- another in a seat ---


def test_another_bot_sits_down_at_the_moment_and_not_before() -> None:
    parent = log()
    result = forked(parent, at_round(parent, 2), Changes({JP: "full-contributor"}))
    resolved = result.match.state.history
    # A third of Japan's capacity of 15 bn, three tenths of which a collapse before would take.
    most = [5_000 * (1 - 0.3 * (1 - one.stability)) // 100 * 100 for one in resolved[:-1]]
    assert [one.pledges_musd[JP] for one in resolved[1:]] == most
    assert resolved[0] == replay(parent).history[0]
    seated = [one for one in result.match.events if isinstance(one, SeatOccupied)]
    assert [(one.seat, one.bot) for one in seated[len(KOREA.seats) :]] == [(JP, "full-contributor")]


def test_a_bot_alone_may_change_while_the_others_do_what_they_did() -> None:
    parent = log("korea-1997", "leader")
    result = forked(parent, at_round(parent, 1), Changes({JP: "free-rider"}, others_react=False))
    was = replay(parent).history
    for one, before_ in zip(result.match.state.history, was, strict=True):
        assert one.pledges_musd[JP] == 0
        assert {seat: musd for seat, musd in one.pledges_musd.items() if seat != JP} == {
            seat: min(musd, limit(one.pledges_musd, seat, musd))
            for seat, musd in before_.pledges_musd.items()
            if seat != JP
        }
    # Packages of Japan's that others had signed were not tabled this time.
    assert all("package" in one.reason or "pledges" in one.reason for one in result.lost)


def test_votes_on_what_a_seat_proposed_are_votes_on_what_it_proposes_now() -> None:
    parent = log()
    result = forked(parent, at_round(parent, 2), Changes({IMF: "leader"}, others_react=False))
    was = [one.ballots for one in parent if isinstance(one, VoteCounted)]
    now = [one.ballots for one in result.match.events if isinstance(one, VoteCounted)]
    assert [list(one.values()) for one in now] == [list(one.values()) for one in was]
    proposed = [one for one in result.match.events if isinstance(one, TrancheProposed)]
    assert proposed[-1].tranche_musd > proposed[0].tranche_musd
    assert result.lost == ()


def limit(pledged: dict[SeatId, int], seat: SeatId, musd: int) -> int:
    """A pledge that was cut is at its limit; any other is as it was."""
    return pledged[seat] if pledged[seat] < musd else musd


def test_people_are_played_by_default_bots_where_they_may_react_and_by_their_past_otherwise() -> (
    None
):
    parent = wander(CRISIS, 5, steps=200).log
    free = forked(parent, at_round(parent, 1), Changes())
    assert set(free.match.state.participants.values()) == {Participant.BOT}
    kept = forked(parent, at_round(parent, 1), Changes(others_react=False))
    assert set(kept.match.state.participants.values()) == {Participant.PERSON}


def test_an_emptied_seat_plays_its_defaults() -> None:
    parent = log()
    result = forked(parent, at_round(parent, 2), Changes({JP: NOBODY}))
    assert [one.pledges_musd[JP] for one in result.match.state.history[1:]] == [0, 0]


@pytest.mark.parametrize(
    ("seats", "code"),
    [
        ({JP: "nonsense"}, RefusalCode.UNKNOWN_BOT),
        ({SeatId("XX"): "leader"}, RefusalCode.UNKNOWN_SEAT),
        ({JP: "follower:XX"}, RefusalCode.UNKNOWN_SEAT),
        ({JP: PERSON}, RefusalCode.UNKNOWN_BOT),
    ],
)
def test_a_seat_that_cannot_be_filled_is_refused(
    seats: dict[SeatId, str], code: RefusalCode
) -> None:
    with pytest.raises(Refused) as caught:
        forked(log(), 20, Changes(seats))
    assert caught.value.code is code


# --- other numbers, another seed ---


def test_a_number_changes_from_the_moment_on_and_the_log_says_so() -> None:
    parent = log()
    effects = (
        Effect(None, "need_musd", becomes=90_000.0),
        Effect(JP, "capacity_musd", becomes=300.0),
    )
    result = forked(parent, at_round(parent, 2), Changes(numbers=effects))
    resolved = result.match.state.history
    assert resolved[0] == replay(parent).history[0]
    # A third of 300 million is the most that Japan can pledge in a round.
    assert all(one.pledges_musd[JP] <= 100 for one in resolved[1:])
    # A third of 90 bn, and what the banks take out.
    assert resolved[1].need_musd >= 30_000
    card = next(one for one in result.match.events if isinstance(one, CardPlayed))
    assert (card.card, card.by) == ("fork-1", DecidedBy.HOST)
    assert result.parent.changes == (
        "need_musd becomes 90000",
        "JP's capacity_musd becomes 300",
    )


def test_a_number_holds_in_the_crises_to_come_as_well() -> None:
    parent = log("mexico-1982-campaign")
    effect = Effect(None, "imf_unit_cost", becomes=0.9)
    events = forked(parent, 30, Changes(numbers=(effect,))).match.events
    state = replay(events)
    assert state.scenario.imf_unit_cost == 0.9
    assert [one.imf_unit_cost for one in state.campaign[1:]] == [0.9] * (len(state.campaign) - 1)
    assert state.campaign[0].imf_unit_cost != 0.9


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        (Effect(None, "rounds", becomes=9), "rounds is no number that can change"),
        (Effect(SeatId("XX"), "capacity_musd", becomes=9), "there is no seat XX"),
        (Effect(JP, "charm", becomes=9), "charm is no number"),
        (Effect(JP, "capacity_musd", becomes=-1), "capacity_musd: -1: input should be greater"),
        (Effect(JP, "capacity_musd", becomes=1.5), "capacity_musd: 1.5 is not a whole number"),
    ],
)
def test_a_number_that_cannot_change_so_is_refused_in_words(effect: Effect, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        forked(log(), 20, Changes(numbers=(effect,)))


def test_another_seed_changes_what_random_bots_do_from_the_moment_on() -> None:
    parent = log("korea-1997", "random")
    result = forked(parent, at_round(parent, 2), Changes(seed=99))
    opened = result.match.events[0]
    assert isinstance(opened, SessionOpened) and opened.draws.seed == 99
    was, now = replay(parent).history, result.match.state.history
    assert now[0] == was[0]
    assert now[1].pledges_musd != was[1].pledges_musd
    again = forked(parent, at_round(parent, 2), Changes(seed=99))
    assert again.match.events == result.match.events


# --- the parent ---


def test_a_fork_names_its_parent_and_may_have_forks_itself() -> None:
    parent = log()
    first = forked(parent, at_round(parent, 2), Changes({JP: "leader"}))
    opened = first.match.events[0]
    assert isinstance(opened, SessionOpened) and opened.parent == first.parent
    assert (first.parent.session, first.parent.event) == ("parent", at_round(parent, 2).event)
    number = Effect(None, "need_musd", becomes=50_000.0)
    second = forked(first.match.events, at_round(first.match.events, 2), Changes(numbers=(number,)))
    third = forked(
        second.match.events,
        at_round(second.match.events, 3),
        Changes(numbers=(replace(number, becomes=10_000.0),)),
    )
    assert [one.need_musd for one in third.match.state.history][2] < 20_000
    assert verify(stored(third.match.events)).ok


def test_nothing_can_be_forked_after_the_end() -> None:
    parent = log()
    with pytest.raises(Refused) as caught:
        forked(parent, len(parent), Changes())
    assert caught.value.code is RefusalCode.SESSION_OVER
    assert caught.value.allowed == f"1 to {last_event(parent)}"


def test_a_session_that_the_host_closed_ends_there_again_unless_the_others_react() -> None:
    player = wander(CRISIS, 3, steps=30)
    player.record(hosting.close(player.state, player.now_ms))
    kept = forked(player.log, 20, Changes(others_react=False))
    assert kept.match.state.ending is Ending.CLOSED_BY_HOST
    free = forked(player.log, 20, Changes())
    assert free.match.state.ending is Ending.COMPLETED


def test_a_session_whose_clock_stood_goes_on() -> None:
    player = Player(CRISIS)
    player.record(hosting.pause(player.state, 5))
    result = forked(player.log, len(player.log), Changes())
    assert result.match.state.ending is Ending.COMPLETED
