"""Several crises in a session: what begins anew, what goes on, and event cards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game import condition, hosting, standing
from server.game.actions import Pledge, Withdraw
from server.game.condition import Condition
from server.game.events import CardPlayed, DecidedBy, PhaseBegan
from server.game.outcome import Outcome
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Effect, EventCard, Phase, PhasePlan, RoundScale, Switches
from server.game.views import BOARD, view_for
from server.scenarios import draw
from tests.server.game.games import BANKS, CRISIS, DE, JP, US, Player

ONE = replace(
    CRISIS,
    phases=(PhasePlan(Phase.BRIEF, 60), PhasePlan(Phase.PLEDGE, 60)),
    seats=tuple(seat for seat in CRISIS.seats if seat is not CRISIS.imf),
    rounds=2,
)
HAZARD = replace(
    ONE,
    switches=replace(ONE.switches, moral_hazard=True),
    moral_hazard_memory=0.5,
    moral_hazard_growth=0.5,
    round_scale=RoundScale.REPEATED,
)


def campaign(first, number: int):  # type: ignore[no-untyped-def]
    later = replace(first, title="Again", history="It was not rescued.")
    return replace(first, later_crises=(later,) * (number - 1))


def play_round(player: Player, pledges: tuple[int, int, int], withdrawn: int = 0) -> None:
    player.record(player.next_phase())
    player.act(BANKS, Withdraw(withdrawn))
    for seat, pledge in zip((JP, US, DE), pledges, strict=True):
        player.act(seat, Pledge(pledge))


def test_each_crisis_has_its_rounds_and_begins_with_its_own_numbers() -> None:
    second = replace(ONE, title="Again", need_musd=9_000, rounds=1)
    player = Player(replace(ONE, later_crises=(second,)))
    for _ in range(3):
        play_round(player, (1_000, 1_000, 1_000))
    assert player.state.ending is not None
    begun = [
        (event.crisis, event.round)
        for event in player.log
        if isinstance(event, PhaseBegan) and event.phase is Phase.PLEDGE
    ]
    assert begun == [(1, 1), (1, 2), (2, 1)]
    assert [past.need_musd for past in player.state.history] == [10_000, 10_000, 9_000]
    view = view_for(player.state, BOARD)
    assert view.scenario.title == "Again"
    assert view.scenario.advanced is not None and view.scenario.advanced.crises == 2


def test_a_new_crisis_forgets_weakness_and_withdrawals() -> None:
    weak = replace(
        ONE,
        rounds=1,
        seats=tuple(
            replace(seat, crisis_weakness=1.0) if seat.id == JP else seat for seat in ONE.seats
        ),
    )
    player = Player(campaign(weak, 2))
    play_round(player, (0, 0, 0), withdrawn=1000)
    assert player.state.history[0].stability == 0.0
    seat = player.state.scenario.seat_by_id[JP]
    assert standing.pledge_limit_musd(player.state, seat) == 9_000  # type: ignore[arg-type]
    assert standing.last_withdrawn_permille(player.state, BANKS) == 0


@pytest.mark.parametrize(
    ("strictness", "staying", "multiplier"),
    [(0.0, 0.0, 1.75), (0.5, 0.0, 1.375), (0.0, 0.5, 1.375), (0.5, 0.5, 1.1875), (1.0, 0.0, 1.0)],
)
def test_the_models_moral_hazard_row_comes_out(
    strictness: float, staying: float, multiplier: float
) -> None:
    # Model, 6.4: delta = eta = 0.5, use 0.8 of the need; the need of the fifth crisis.
    scenario = replace(HAZARD, need_musd=10_000)
    hazard = 0.0
    for _ in range(4):
        at_end = Condition(
            moral_hazard=hazard,
            official_musd=8_000,
            strictness_sum=2 * strictness,
            due_musd=1_000,
            stayed_musd=round(1_000 * staying),
        )
        hazard = condition.hazard_after(scenario, at_end, 2)
    assert 1 + hazard == pytest.approx(multiplier)


def test_a_lenient_rescue_without_the_banks_makes_the_next_crisis_larger() -> None:
    player = Player(campaign(HAZARD, 2))
    for _ in range(2):
        play_round(player, (5_000, 5_000, 5_000), withdrawn=1000)
    # Two rounds of 15 of 20 bn: U/N0 = 1.5, nobody stayed, no terms: M = 0.75.
    assert player.state.crisis == 2
    assert standing.money_of(player.state).scheduled_need_musd == 35_000


def test_what_governments_words_are_worth_goes_on_and_reserves_do_not() -> None:
    scenario = replace(
        ONE, switches=replace(ONE.switches, second_line=True, reserves=True), reserves_musd=3_000
    )
    left = Condition(reserves_musd=100, credibility={JP: 0.25, US: 0.5, DE: 0.5})
    opened = condition.opening(scenario, left)
    assert opened is not None
    assert opened.reserves_musd == 3_000
    assert opened.credibility == {JP: 0.25, US: 0.5, DE: 0.5}


CARDS = replace(
    ONE,
    switches=replace(ONE.switches, cards=True),
    cards=(
        EventCard(
            "crash", "A crash", "New York falls.", (Effect(US, "public_stake_musd", 2.0),), 2
        ),
        EventCard("law", "A law", "No.", (Effect(JP, "capacity_musd", 0.5),)),
        EventCard("run", "A run", "", (Effect(None, "need_musd", 1.5),), 1, 0.5),
    ),
)


def seeded(happens: bool) -> int:
    return next(seed for seed in range(100) if ("run" in draw(CARDS, seed).cards) is happens)


def test_a_card_happens_at_the_beginning_of_its_round_and_holds_on() -> None:
    player = Player(CARDS, seed=seeded(False))
    play_round(player, (1_000, 1_000, 1_000))
    assert [event.card for event in player.log if isinstance(event, CardPlayed)] == ["crash"]
    play_round(player, (1_000, 1_000, 1_000))
    first, second = player.state.history
    # V of the United States: 12 bn, then 24, half of it in each round.
    assert first.lines_musd[US]["public"] == round(6_000 * first.stability)
    assert second.lines_musd[US]["public"] == round(12_000 * second.stability)


def test_a_card_that_the_host_played_early_does_not_happen_again() -> None:
    player = Player(CARDS, seed=seeded(False))
    player.record(hosting.play_card(player.state, "crash", 1))
    for _ in range(2):
        play_round(player, (1_000, 1_000, 1_000))
    assert [event.card for event in player.log if isinstance(event, CardPlayed)] == ["crash"]
    # V of the United States doubled once, from the first round on.
    for past in player.state.history:
        assert past.lines_musd[US]["public"] == round(12_000 * past.stability)


def test_a_pledge_stands_and_costs_what_it_did_though_a_card_takes_all_capacity() -> None:
    law = EventCard("law", "A law", "No.", (Effect(JP, "capacity_musd", 0.0),))
    player = Player(replace(CARDS, cards=(law,)))
    player.record(player.next_phase())
    player.act(JP, Pledge(3_000))
    player.record(hosting.play_card(player.state, "law", player.now_ms))
    player.act(BANKS, Withdraw(0))
    for seat in (US, DE):
        player.act(seat, Pledge(0))
    (resolved,) = player.state.history
    # c = 0.3 and tau = 0.8, as of a pledge that is all there is: x/2 instead of x²/(2B).
    assert resolved.drawn_musd[JP] == 3_000
    assert resolved.lines_musd[JP]["cost_bilateral"] == -(900 + 1_200)


def test_a_card_by_chance_is_drawn_at_opening_and_in_no_view_before() -> None:
    with_card, without = (Player(CARDS, seed=seeded(happens)) for happens in (True, False))
    assert standing.money_of(with_card.state).scheduled_need_musd == 15_000
    assert standing.money_of(without.state).scheduled_need_musd == 10_000
    assert "law" not in repr(view_for(without.state, BOARD))


def test_the_host_plays_a_card_once() -> None:
    player = Player(CARDS, seed=seeded(False))
    (played,) = player.record(hosting.play_card(player.state, "law", 5))
    assert isinstance(played, CardPlayed) and played.by is DecidedBy.HOST
    seat = player.state.scenario.seat_by_id[JP]
    assert standing.pledge_limit_musd(player.state, seat) == 2_200  # type: ignore[arg-type]
    assert [card.title for card in view_for(player.state, BOARD).event_cards] == ["A law"]
    for name, code in (("law", RefusalCode.ROOM_STATE), ("flood", RefusalCode.UNKNOWN_CARD)):
        with pytest.raises(Refused) as refused:
            hosting.play_card(player.state, name, 6)
        assert refused.value.code is code


def test_cards_do_not_happen_where_their_rule_is_off() -> None:
    off = replace(CARDS, switches=replace(CARDS.switches, cards=False))
    player = Player(off, seed=seeded(True))
    play_round(player, (1_000, 1_000, 1_000))
    assert player.state.draws.cards == ()
    assert not any(isinstance(event, CardPlayed) for event in player.log)


def test_without_cards_the_host_has_none_to_play() -> None:
    with pytest.raises(Refused) as refused:
        hosting.play_card(Player(CRISIS).state, "law", 1)
    assert refused.value.code is RefusalCode.SWITCHED_OFF


def test_two_short_rounds_running_are_default() -> None:
    scenario = replace(ONE, switches=Switches(arrears=True), rounds=3)
    player = Player(scenario)
    for _ in range(3):
        play_round(player, (1_000, 1_000, 1_000))
    assert [past.defaulted for past in player.state.history] == [False, True, False]
    left = player.state.condition
    assert left is not None and left.in_default
    assert left.arrears_musd == 20_000 - 9_000


def test_the_fund_grants_nothing_in_default() -> None:
    scenario = replace(CRISIS, switches=replace(CRISIS.switches, arrears=True))
    state = replace(Player(scenario).state, condition=Condition(in_default=True))
    assert standing.ordinary_access_musd(state) == standing.exceptional_access_musd(state) == 0


def test_a_refused_call_costs_credibility_and_ends_the_line() -> None:
    scenario = replace(ONE, switches=replace(ONE.switches, second_line=True), credibility=0.6)
    player = Player(scenario)
    player.record(player.next_phase())
    player.act(BANKS, Withdraw(0))
    player.act(JP, Pledge(0, second_line_musd=4_000, pays_calls=False))
    player.act(US, Pledge(0, second_line_musd=2_000))
    player.act(DE, Pledge(0))
    (resolved,) = player.state.history
    assert resolved.called_musd == {JP: 4_000, US: 2_000}
    assert resolved.refused == (JP,)
    assert resolved.drawn_musd == {JP: 0, US: 2_000, DE: 0}
    left = resolved.condition
    assert left is not None
    assert left.credibility == {JP: 0.3, US: 0.6, DE: 0.6}
    assert left.second_line_musd == {JP: 0, US: 0, DE: 0}


def test_an_announced_line_that_is_not_called_is_a_headline() -> None:
    scenario = replace(ONE, switches=replace(ONE.switches, second_line=True), rounds=1)
    player = Player(scenario)
    player.record(player.next_phase())
    player.act(BANKS, Withdraw(0))
    player.act(JP, Pledge(9_000, second_line_musd=4_000))
    player.act(US, Pledge(12_000))
    player.act(DE, Pledge(0))
    (resolved,) = player.state.history
    assert resolved.called_musd == {}
    # v·r·y with r = 0.08.
    assert resolved.lines_musd[JP]["headline"] == round(0.25 * 0.08 * 4_000)


def test_an_outcome_without_need_is_fully_covered() -> None:
    assert Outcome(1, 0, 0, 0, 0, 1.0, {}, {}, {}).coverage == 1.0
