"""The same rules in every crisis, and other numbers: who leads, whom it concerns, what it needs.

What the scenarios show by the way in which they differ from one another (model, section 1,
rows 11, 28, 39, 42 to 44).
"""

from __future__ import annotations

from collections import Counter

import pytest

from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Scenario, SeatId
from server.scenarios import load, names
from server.theory.solution import Setting, solve

JP, US, SG, DE, ES = (SeatId(seat) for seat in ("JP", "US", "SG", "DE", "ES"))


def rescue(scenario: Scenario) -> dict[SeatId, int]:
    """The pledges at which a rescue holds by itself, beside ordinary access."""
    tranche_musd = int(scenario.access_share * scenario.need_musd)
    end = solve(scenario, Setting(grid_musd=100, tranche_musd=tranche_musd)).from_optimum
    assert end is not None and end.point.stability > 0.9
    return end.point.pledges_musd


def test_who_leads_in_one_crisis_follows_in_another() -> None:
    mexico, thailand = (rescue(load(name)) for name in ("mexico-1995", "thailand-1997"))
    assert max(mexico, key=mexico.__getitem__) == US
    assert max(thailand, key=thailand.__getitem__) == JP
    assert 0 < mexico[JP] < mexico[US] / 3
    assert 0 < thailand[US] < thailand[JP] / 2


def test_whose_trouble_is_felt_most_differs_from_region_to_region() -> None:
    felt = {}
    for name in ("mexico-1995", "thailand-1997"):
        by_partner = Counter[SeatId]()
        for link in load(name).links:
            by_partner[link.partner] += round(1000 * link.economic)
        ((felt[name], _),) = by_partner.most_common(1)
    assert felt == {"mexico-1995": US, "thailand-1997": JP}


def test_in_a_campaign_one_takes_this_crisis_and_another_the_next() -> None:
    asia = load("asia-1997")
    thailand, indonesia, korea = (rescue(crisis) for crisis in (asia, *asia.later_crises))
    assert thailand[SG] > 0 < indonesia[SG] and korea[SG] == 0
    assert thailand[DE] == indonesia[DE] == 0 < korea[DE]


def test_who_is_kin_to_the_debtor_pays_at_less_resistance() -> None:
    by_seat = {seat.id: seat for seat in load("argentina-2001").governments}
    spain = by_seat.pop(ES)
    assert all(spain.unit_cost < other.unit_cost for other in by_seat.values())


REGIONAL = [name for name in names() if load(name).switches.regional_fund]


@pytest.mark.parametrize("name", REGIONAL)
def test_a_regional_fund_alone_leaves_a_large_crisis_unsolved(name: str) -> None:
    scenario = load(name)
    assert scenario.regional_cap_musd < scenario.need_musd / 4
    alone = one_shot(scenario, Decisions({}, {}, regional_musd=scenario.regional_cap_musd))
    assert 0 < alone.outcome.stability < 0.25


def test_there_is_a_region_with_a_fund() -> None:
    assert REGIONAL
