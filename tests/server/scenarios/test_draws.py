"""A fork with another seed draws only what nobody has seen."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.game.scenario import EventCard, Scenario
from server.scenarios import draw, load, redraw

CAMPAIGN = load("mexico-1982-campaign")


def uncertain() -> Scenario:
    """Six rounds at most, with everything random that there can be."""
    cards = tuple(
        EventCard(f"card-{number}", "News", "", (), number, 0.5) for number in range(1, 7)
    )
    return replace(
        load("korea-1997"),
        rounds=6,
        continue_probability=0.7,
        need_shock_share=0.2,
        panic_shock=0.1,
        compliance_shock=0.1,
        cards=cards,
    )


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 6), st.booleans())
def test_what_was_seen_stays_and_the_rest_is_that_of_the_new_seed(
    seed: int, other: int, round_number: int, resolved: bool
) -> None:
    scenario = uncertain()
    old = draw(scenario, seed)
    if round_number > old.rounds:
        return
    new = redraw(scenario, old, other, crisis=1, round_number=round_number, resolved=resolved)
    fresh = draw(scenario, other)
    over = round_number if resolved else round_number - 1
    assert new.seed == other
    assert new.need_shock_share == old.need_shock_share
    assert new.panic_shocks[:over] == old.panic_shocks[:over]
    assert new.panic_shocks[over:] == fresh.panic_shocks[over:]
    assert new.compliance_shocks == old.compliance_shocks[:over] + fresh.compliance_shocks[over:]
    for card in scenario.cards:
        assert card.round is not None
        source = old if card.round <= round_number else fresh
        assert (card.name in new.cards) == (card.name in source.cards)
    assert round_number <= new.rounds <= 6
    if resolved:
        assert (new.rounds == round_number) == (old.rounds == round_number)


def test_crises_that_are_over_stay_and_those_to_come_are_drawn_anew() -> None:
    campaign = replace(
        CAMPAIGN,
        later_crises=tuple(replace(one, need_shock_share=0.3) for one in CAMPAIGN.later_crises),
        need_shock_share=0.3,
    )
    old = draw(campaign, 1)
    new = redraw(campaign, old, 2, crisis=1, round_number=1, resolved=False)
    assert new.need_shock_share == old.need_shock_share
    assert [one.need_shock_share for one in new.later] == [
        one.need_shock_share for one in draw(campaign, 2).later
    ]
    later = redraw(campaign, old, 2, crisis=2, round_number=1, resolved=False)
    assert later.need_shock_share == old.need_shock_share
    assert later.later[0].need_shock_share == old.later[0].need_shock_share


def test_the_number_of_rounds_to_come_follows_its_chance() -> None:
    scenario = replace(load("vcm"), rounds=200, continue_probability=0.75, need_shock_share=0.0)
    old = replace(draw(scenario, 1), rounds=200)
    further = [
        redraw(scenario, old, seed, crisis=1, round_number=5, resolved=False).rounds - 5
        for seed in range(2_000)
    ]
    # Geometric: 0.75 / 0.25 more rounds on average, with a standard error of 0.08.
    assert 2.7 < sum(further) / len(further) < 3.3
