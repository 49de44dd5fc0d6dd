"""All rules and all roles at once, whatever is tried: the log replays, money is conserved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.game import hosting
from server.game.events import RoundResolved
from server.game.payoffs import material_musd
from server.game.reveal import resolve_round
from server.game.scenario import Scenario
from server.game.state import State, evolve, replay
from server.store.codec import decode, encode
from tests.server.game.games import CAMPAIGN, CRISIS
from tests.server.game.wander import wander

REFUNDED = replace(CAMPAIGN, switches=replace(CAMPAIGN.switches, refund=True))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from([CAMPAIGN, CAMPAIGN, REFUNDED, CRISIS]))
def test_the_log_replays_and_every_round_resolves_again(seed: int, scenario: Scenario) -> None:
    player = wander(scenario, seed)
    state = None
    for event, row in zip(player.log, encode(player.log, 0, ""), strict=True):
        assert decode(row) == event
        if isinstance(event, RoundResolved):
            assert state is not None
            assert resolve_round(state, event.at_ms) == event
            if scenario is not CRISIS:
                check_round(state, event)
        state = evolve(state, event)
    assert state == player.state == replay(player.log)


def check_round(before: State, event: RoundResolved) -> None:
    scenario, earlier, left = before.scenario, before.condition, event.condition
    assert earlier is not None and left is not None
    drawn = sum(event.drawn_musd.values())
    official = event.tranche_musd + event.ifi_musd + event.regional_musd
    assert official + drawn + event.reserves_used_musd == event.effective_musd
    assert event.effective_musd <= event.need_musd
    assert left.reserves_musd >= scenario.reserve_floor_musd
    assert left.crowd_musd == earlier.crowd_musd - event.crowd_withdrawn_musd >= 0
    assert 0 <= left.panic <= 1 and 0 <= left.compliance <= 1
    for seat, announced in left.second_line_musd.items():
        whole = earlier.second_line_musd.get(seat, 0) + event.announced_musd.get(seat, 0)
        assert 0 <= announced <= whole
    for seat in event.inactive:
        assert event.drawn_musd[seat] <= event.called_musd.get(seat, 0)
    if event.refunded:
        assert drawn == 0
    governments = [event.lines_musd[seat.id] for seat in scenario.governments]
    gains = [material_musd(lines) for lines in governments]
    for lines, gain in zip(governments, gains, strict=True):
        behind = (sum(gains) - gain) / (len(gains) - 1) - gain
        assert lines["relative_gains"] == round(-0.25 * behind)
    # Rounded one by one, so they cancel but for half a million each.
    assert abs(sum(lines["concession"] for lines in governments)) <= len(governments) / 2


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**9))
def test_a_campaign_always_comes_to_its_end(seed: int) -> None:
    player = wander(CAMPAIGN, seed, steps=40)
    for _ in range(40):
        if player.state.ending is None:
            player.record(hosting.next_phase(player.state, player.now_ms))
    assert player.state.ending is not None
    assert [(past.crisis, past.round) for past in player.state.history] == [(1, 1), (1, 2), (2, 1)]


HAPPENED = (
    "cross_default",
    "inactive",
    "regional_musd",
    "reserves_used_musd",
    "crowd_withdrawn_musd",
    "announced_musd",
    "called_musd",
    "refused",
    "in_programme",
    "strictness",
    "guidance_permille",
    "defaulted",
)


@pytest.fixture(scope="module")
def rounds() -> list[RoundResolved]:
    """Of some sessions, enough that everything happens in one of them."""
    return [past for seed in range(60) for past in wander(CAMPAIGN, seed).state.history]


@pytest.mark.parametrize("field", HAPPENED)
def test_the_sessions_tried_here_know_every_rule(field: str, rounds: list[RoundResolved]) -> None:
    assert any(getattr(past, field) for past in rounds)
