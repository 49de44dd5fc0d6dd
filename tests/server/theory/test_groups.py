"""k-groups: the closed form against the tables and against plain enumeration of groups."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from server.game.scenario import Scenario
from server.scenarios import load
from server.theory.groups import Group, k_groups
from server.theory.stage import Stage, stage_of
from tests.server.theory.games import R5, SPECIAL_CASES, plain, with_governments

CASE = SPECIAL_CASES["k_group"]
NEED_MUSD = 100_000


def equal_stakes(count: int, alpha: float, p: float) -> Scenario:
    """alpha = Psi/N each, cost 1 less a private rate p (model, 3 (iv))."""
    return plain(
        count,
        need_musd=NEED_MUSD,
        stake_musd=round(alpha * NEED_MUSD),
        capacity_musd=NEED_MUSD // count,
        private_rate=p,
    )


def with_hegemon(share: float) -> Scenario:
    """Six governments with stakes of 1.5·N in all, the first having `share` of them."""
    count, whole = CASE["n"], CASE["total_stake"] * NEED_MUSD
    rest = (1 - share) / (count - 1)
    stakes = [round(whole * part) for part in [share] + [rest] * (count - 1)]
    return with_governments(equal_stakes(count, 0.1, 0), public_stake_musd=stakes)


def size(group: Group | None) -> int | None:
    return None if group is None else len(group.members)


@pytest.mark.parametrize(("alpha", "p", "expected"), CASE["equal"])
def test_with_equal_stakes_the_group_has_the_tabulated_size(
    alpha: float, p: float, expected: int | None
) -> None:
    groups = k_groups(stage_of(equal_stakes(CASE["n"], alpha, p)))
    assert groups.closed_form
    assert size(groups.equal_pledges) == size(groups.proportional_pledges) == expected


@pytest.mark.parametrize(
    ("share", "proportional", "equal"),
    list(
        zip(CASE["hegemon_share"], CASE["proportional_pledges"], CASE["equal_pledges"], strict=True)
    ),
)
def test_a_hegemon_makes_the_group_smaller_as_tabulated(
    share: float, proportional: int, equal: int | None
) -> None:
    groups = k_groups(stage_of(with_hegemon(share)))
    assert size(groups.proportional_pledges) == proportional
    assert size(groups.equal_pledges) == equal
    assert groups.proportional_pledges is not None
    assert "P1" in groups.proportional_pledges.members


SETTINGS = [
    (count, alpha, p)
    for count in (2, 3, 4, 5, 6, 8)
    for alpha in (0.08, 0.12, 0.19, 0.24, 0.36, 0.45, 0.61)
    for p in (0.0, 0.1, 0.3, 0.35)
]


@pytest.mark.parametrize(("count", "alpha", "p"), SETTINGS)
def test_just_one_size_of_group_is_stable_and_it_is_the_closed_form(
    count: int, alpha: float, p: float
) -> None:
    """k* = ceil((c-p)/alpha); inside nobody gains by leaving, outside nobody by joining."""
    closed = math.ceil((1 - p) / alpha - 1e-9)
    stage = stage_of(equal_stakes(count, alpha, p))
    found = size(k_groups(stage).equal_pledges)
    assert found == (closed if closed <= count else None)
    if alpha < 1 - p:
        stable = [k for k in range(1, count + 1) if is_stable(stage, k)]
        assert stable == ([closed] if closed <= count else [])


def is_stable(stage: Stage, k: int) -> bool:
    """A group of k that pays 1,000 each; one that is not viable stops paying."""
    pay = [group_payoffs(stage, members) for members in (k - 1, k, k + 1)]
    member = pay[1][0]
    inside = member >= -1e-6 and viable(stage, k) and member >= pay[0][-1] - 1e-6
    outside = k == len(stage.seats) or pay[1][-1] >= pay[2][k] - 1e-6
    return inside and outside


def viable(stage: Stage, members: int) -> bool:
    profile = np.where(np.arange(len(stage.seats)) < members, 1_000.0, 0.0)
    return bool(members) and float(stage.payoffs(profile)[0]) >= -1e-6


def group_payoffs(stage: Stage, members: int) -> list[float]:
    paying = members if members <= len(stage.seats) and viable(stage, members) else 0
    profile = np.where(np.arange(len(stage.seats)) < paying, 1_000.0, 0.0)
    return [float(payoff) for payoff in stage.payoffs(profile)]


@pytest.mark.parametrize("name", ["mexico-1982", "mexico-1995", "korea-1997", "provision-point"])
def test_where_stability_is_curved_no_smaller_group_of_equal_pledges_gains(name: str) -> None:
    stage = stage_of(load(name), grid_musd=500)
    found = k_groups(stage).equal_pledges
    smallest = next((k for k in range(1, len(stage.seats) + 1) if some_group_gains(stage, k)), None)
    assert size(found) == smallest


def some_group_gains(stage: Stage, k: int) -> bool:
    totals = range(500, stage.room_musd + 1, 500)
    for members in itertools.combinations(range(len(stage.seats)), k):
        for total in totals:
            if all(total / k <= stage.limits_musd[place] for place in members):
                profile = np.zeros(len(stage.seats))
                profile[list(members)] = total / k
                if (stage.payoffs(profile)[list(members)] >= -1e-6).all():
                    return True
    return False


def test_a_provision_point_needs_as_many_as_can_carry_it() -> None:
    """30 by parts of at most V = 10: three (model, 3 (ii))."""
    groups = k_groups(stage_of(load("provision-point")))
    assert not groups.closed_form
    assert groups.equal_pledges == Group(groups.equal_pledges.members, 30_000)  # type: ignore[union-attr]
    assert size(groups.equal_pledges) == size(groups.proportional_pledges) == 3


def test_in_r5_every_government_gains_from_its_own_first_dollar() -> None:
    """Psi/N > c - p for all five (model, 6.1): so a group of one."""
    stage = stage_of(R5)
    assert (stage.stake / 60_000 > stage.unit_cost - stage.private_rate).all()
    assert size(k_groups(stage).equal_pledges) == 1
