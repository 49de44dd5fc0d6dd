"""Whatever is tried, in whatever order: the log replays, money is conserved, rules hold."""

from __future__ import annotations

import copy
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from server.game import hosting, rules
from server.game.actions import (
    Action,
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.events import Event, Participant, RoundResolved
from server.game.packages import PACKAGE_LIMIT
from server.game.refusals import Refused
from server.game.reveal import resolve_round
from server.game.scenario import Phase, SeatId
from server.game.state import State, evolve, replay
from tests.server.game.games import BANKS, CRISIS, DE, IMF, JP, US, Player

SEATS = (JP, US, DE, BANKS, IMF)
seats = st.sampled_from(SEATS)
amounts = st.integers(-2, 40).map(lambda steps: steps * 50)
numbers = st.integers(0, 12)
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(
        Say,
        st.text(max_size=20),
        st.sampled_from(["plenary", "pair", "g3", "nowhere"]),
        st.none() | seats,
    ),
    st.builds(DeclareIntention, amounts),
    st.builds(
        TablePackage,
        st.dictionaries(seats, amounts, max_size=3),
        st.dictionaries(seats, st.integers(-1, 1001), max_size=2),
        st.none() | numbers,
    ),
    st.builds(AnswerPackage, numbers, st.booleans()),
    st.builds(ProposeTranche, st.integers(-1, 8_000)),
    st.builds(Vote, numbers, st.sampled_from(Ballot)),
    st.builds(Pledge, amounts, st.booleans()),
    st.builds(Withdraw, st.integers(-1, 1001), st.booleans()),
    st.builds(DecideTranche, st.booleans(), st.booleans()),
    st.builds(MarkReady, st.booleans()),
)
HostAct = Callable[[State, int], list[Event]]
host_acts: st.SearchStrategy[HostAct] = st.sampled_from(
    [
        hosting.next_phase,
        hosting.next_phase,
        hosting.next_phase,
        hosting.pause,
        hosting.resume,
        hosting.wake,
        hosting.expire,
        lambda state, at_ms: hosting.extend(state, 10, at_ms),
        lambda state, at_ms: hosting.occupy(state, JP, Participant.BOT, "leader", at_ms),
        lambda state, at_ms: hosting.occupy(state, US, Participant.NOBODY, None, at_ms),
    ]
)
steps = st.lists(st.tuples(seats, actions) | host_acts, max_size=60)


def play(steps_taken: list[tuple[SeatId, Action] | HostAct]) -> Player:
    player = Player(CRISIS)
    for step in steps_taken:
        player.now_ms += 700
        try:
            if isinstance(step, tuple):
                player.act(*step)
            else:
                player.record(step(player.state, player.now_ms))
        except Refused:
            continue
    return player


@settings(deadline=None, max_examples=150)
@given(steps)
def test_replaying_the_log_gives_the_live_state(
    taken: list[tuple[SeatId, Action] | HostAct],
) -> None:
    player = play(taken)
    assert replay(player.log) == player.state
    assert player.state.version == len(player.log)


@settings(deadline=None, max_examples=150)
@given(steps)
def test_money_is_conserved_and_resolution_repeats(
    taken: list[tuple[SeatId, Action] | HostAct],
) -> None:
    state = None
    for event in play(taken).log:
        if isinstance(event, RoundResolved):
            assert state is not None
            assert resolve_round(state, event.at_ms) == event
            check_round(event)
        state = evolve(state, event)


def check_round(event: RoundResolved) -> None:
    drawn = sum(event.drawn_musd.values())
    assert event.tranche_musd + event.ifi_musd + drawn == event.effective_musd
    assert event.effective_musd <= event.need_musd
    assert 0.0 <= event.stability <= 1.0
    for seat, pledge in event.pledges_musd.items():
        assert 0 <= event.drawn_musd[seat] <= pledge
        assert pledge % CRISIS.pledge_step_musd == 0
    if event.effective_musd < event.need_musd:
        assert event.drawn_musd == event.pledges_musd
    assert all(
        isinstance(amount, int) for lines in event.lines_musd.values() for amount in lines.values()
    )


@settings(deadline=None, max_examples=60)
@given(steps, seats, actions)
def test_deciding_changes_nothing(
    taken: list[tuple[SeatId, Action] | HostAct], seat: SeatId, action: Action
) -> None:
    player = play(taken)
    before, asked = copy.deepcopy(player.state), copy.deepcopy(action)
    try:
        player.act(seat, action)
    except Refused:
        assert player.state == before
    assert action == asked


def legal(state: State, seat: SeatId, kind: str) -> Action | None:
    """An action of this kind that the rules say must be accepted; None if there is none."""
    government = state.scenario.seat_by_id[seat]
    match kind:
        case "say":
            return Say("hello")
        case "declare_intention" | "pledge":
            limit = rules.standing.pledge_limit_musd(state, government)  # type: ignore[arg-type]
            return Pledge(limit) if kind == "pledge" else DeclareIntention(limit)
        case "table_package":
            mine = [card for card in state.table.packages if card.seat == seat]
            return None if len(mine) >= PACKAGE_LIMIT else TablePackage({JP: 100})
        case "answer_package":
            named = [
                card.package
                for card in state.table.packages
                if not card.stands
                and seat in {**card.pledges_musd, **card.withdrawn_at_most_permille}
            ]
            return AnswerPackage(named[0], True) if named else None
        case "propose_tranche":
            tabled = any(card.seat == seat for card in state.table.proposals)
            return None if tabled else ProposeTranche(100)
        case "vote":
            proposals = state.table.proposals
            return Vote(proposals[0].proposal, Ballot.YES) if proposals else None
        case "withdraw":
            return Withdraw(1000)
        case "decide_tranche":
            return DecideTranche(True)
        case _:
            return MarkReady()


@settings(deadline=None, max_examples=100)
@given(steps)
def test_whatever_is_said_to_be_open_is_accepted(
    taken: list[tuple[SeatId, Action] | HostAct],
) -> None:
    player = play(taken)
    if player.state.paused:
        player.record(hosting.resume(player.state, player.now_ms))
    for seat in SEATS:
        for kind in rules.open_kinds(player.state, seat):
            action = legal(player.state, seat, kind)
            if action is not None:
                assert rules.decide(
                    player.state,
                    seat,
                    action,
                    player.address(),
                    by=rules.DecidedBy.HUMAN,
                    at_ms=player.now_ms,
                )


@settings(deadline=None, max_examples=60)
@given(steps)
def test_a_session_always_comes_to_its_end(
    taken: list[tuple[SeatId, Action] | HostAct],
) -> None:
    player = play(taken)
    for _ in range(len(Phase) * CRISIS.rounds):
        if player.state.ending is None:
            player.record(hosting.next_phase(player.state, player.now_ms))
    assert player.state.ending is not None
    assert len(player.state.history) == CRISIS.rounds
