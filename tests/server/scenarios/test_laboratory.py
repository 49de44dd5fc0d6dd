"""The laboratory games: what the engine pays is what the closed forms say (model, 3 and 6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement

import pytest

from server.game.actions import Pledge, TablePackage
from server.game.one_shot import one_shot
from server.game.refusals import Refused
from server.game.resolution import Decisions
from server.game.scenario import Phase, SeatId
from server.scenarios import load
from server.theory.equilibria import Replies
from server.theory.leadership import leaderships
from server.theory.stage import stage_of
from tests.server.game.games import Player

P = [SeatId(f"P{number}") for number in range(1, 7)]


def total_musd(name: str, seat: SeatId, decisions: Decisions) -> int:
    return sum(one_shot(load(name), decisions).lines_musd[seat].values())


# n = 4, a = 4, beta = 2: payoffs of a strict and of a lenient government, by how many are strict.
TERMS = {0: (None, 0), 1: (-1_000, 1_667), 2: (667, 3_333), 3: (2_333, 5_000), 4: (4_000, None)}


@pytest.mark.parametrize("strict", TERMS)
def test_the_terms_dilemma_pays_the_models_table(strict: int) -> None:
    chosen = {seat: 1.0 if number < strict else 0.0 for number, seat in enumerate(P[:4])}
    decisions = Decisions({}, {}, strictness=chosen)
    of_strict, of_lenient = TERMS[strict]
    if of_strict is not None:
        assert total_musd("terms-dilemma", P[0], decisions) == of_strict
    if of_lenient is not None:
        assert total_musd("terms-dilemma", P[3], decisions) == of_lenient


@pytest.mark.parametrize(("name", "cents"), [("vcm-30", 0.30), ("vcm-75", 0.75)])
def test_a_dollar_given_returns_its_cents_to_each(name: str, cents: float) -> None:
    for seat, own in ((P[0], -1_000), (P[1], 0)):
        assert total_musd(name, seat, Decisions({P[0]: 1_000}, {})) == round(cents * 1_000) + own


@pytest.mark.parametrize(("together", "paid"), [(29_000, 0), (30_000, 30_000)])
def test_short_of_the_point_everybody_gets_the_money_back(together: int, paid: int) -> None:
    pledges = {P[0]: 12_000, P[1]: 12_000, P[2]: together - 24_000}
    outcome = one_shot(load("provision-point-refund"), Decisions(pledges, {})).outcome
    assert sum(outcome.drawn_musd.values()) == paid
    assert outcome.stability == (1.0 if paid else 0.0)


def all_gain(name: str, pledges: Mapping[SeatId, int]) -> bool:
    """Whether nobody who pays is worse off than if nobody paid."""
    return all(total_musd(name, seat, Decisions(pledges, {})) >= 0 for seat in pledges)


# Model, 6.4, k-group: total stake 1.5 of the need, largest share .75, .45, .167.
@pytest.mark.parametrize(
    ("name", "proportional", "equal"),
    [("k-group-hegemon", 1, 1), ("k-group-middle", 3, None), ("k-group-small", 4, 4)],
)
def test_the_smallest_group_that_gains_has_the_models_size(
    name: str, proportional: int, equal: int | None
) -> None:
    stakes = {seat.id: seat.public_stake_musd for seat in load(name).governments}

    def smallest(pledge_of: Mapping[SeatId, int]) -> int | None:
        sizes = range(1, len(P) + 1)
        groups = ({seat: pledge_of[seat] for seat in P[:size]} for size in sizes)
        return next((len(group) for group in groups if all_gain(name, group)), None)

    assert smallest({seat: round(stake / 10) for seat, stake in stakes.items()}) == proportional
    assert smallest(dict.fromkeys(P, 1_000)) == equal


BANKS = [SeatId(f"B{number}") for number in range(1, 5)]
TREASURY = SeatId("T")


def prefers_to_stay(money_musd: int, others_permille: int) -> bool:
    """Whether a bank gains by staying where the others withdraw so much."""
    others = dict.fromkeys(BANKS[1:], others_permille)
    stays, leaves = (
        total_musd(
            "roll-over",
            BANKS[0],
            Decisions({TREASURY: money_musd}, {BANKS[0]: own, **others}),
        )
        for own in (0, 1000)
    )
    return stays >= leaves


# Model, 6.4, bank run: S* = 0.8182, E_low = 8.18, E_high = 32.73.
@pytest.mark.parametrize(
    ("money_musd", "others_permille", "stays"),
    [(8_150, 0, False), (8_200, 0, True), (32_700, 1000, False), (32_760, 1000, True)],
)
def test_banks_roll_over_from_the_models_thresholds_on(
    money_musd: int, others_permille: int, stays: bool
) -> None:
    assert prefers_to_stay(money_musd, others_permille) is stays


@pytest.mark.parametrize(
    ("thresholds", "total"),
    [
        ((0, 10_000, 18_000, 23_000), 25_000),
        ((15_000, 15_000, 15_000, 15_000), 25_000),
        ((16_000, 15_000, 18_000, 23_000), 0),
        ((0, 0, 18_000, 30_000), 23_000),
    ],
)
def test_clauses_come_to_the_models_totals(thresholds: tuple[int, ...], total: int) -> None:
    pledges = dict(zip(P[:4], (10_000, 8_000, 5_000, 2_000), strict=True))
    asked = dict(zip(P[:4], thresholds, strict=True))
    decisions = Decisions(pledges, {}, others_at_least_musd=asked)
    assert one_shot(load("clauses"), decisions).outcome.effective_musd == total


def test_a_package_on_oneself_is_a_commitment_that_others_can_follow() -> None:
    player, leader = Player(load("leadership")), SeatId("US")
    player.record(player.next_phase())
    player.act(leader, TablePackage({leader: 14_500}))
    (package,) = player.state.table.packages
    assert package.stands
    while player.state.phase is not Phase.PLEDGE:
        player.record(player.next_phase())
    with pytest.raises(Refused):
        player.act(leader, Pledge(14_450))
    assert player.act(leader, Pledge(14_500))


def profiles(name: str) -> tuple[set[tuple[int, ...]], set[tuple[int, ...]]]:
    """The pure equilibria in whole billions up to order: those that provide, and those that fail.

    What a player gets depends on the own pledge and on the others' sum alone.
    """
    tops, need = 12, 30
    gets = {
        (own, others): total_musd(name, P[0], Decisions({P[0]: own * 1000, **spread(others)}, {}))
        for own in range(tops + 1)
        for others in range(4 * tops + 1)
    }
    provides, fails = set(), set()
    for profile in combinations_with_replacement(range(tops + 1), 5):
        whole = sum(profile)
        if all(
            gets[own, whole - own] >= max(gets[other, whole - own] for other in range(tops + 1))
            for own in set(profile)
        ):
            (provides if whole >= need else fails).add(profile)
    return provides, fails


def spread(total: int) -> dict[SeatId, int]:
    """A sum in billions over the four others."""
    return {seat: 1000 * (total // 4 + (number < total % 4)) for number, seat in enumerate(P[1:5])}


def test_the_provision_point_has_the_models_equilibria() -> None:
    # Model, 6.4, provision point: 121 providing and nothing at all; no over-provision.
    provides, fails = profiles("provision-point")
    assert len(provides) == 121
    assert fails == {(0, 0, 0, 0, 0)}
    assert {sum(profile) for profile in provides} == {30}
    assert max(max(profile) for profile in provides) == 10


def test_a_refund_adds_many_failing_equilibria_up_to_the_models_total() -> None:
    # Model, 6.4: the same 121, and 1174 failing with totals up to 25.
    provides, fails = profiles("provision-point-refund")
    assert (len(provides), len(fails)) == (121, 1174)
    assert max(sum(profile) for profile in fails) == 25


def test_who_commits_draws_the_others_in_from_the_models_critical_mass_on() -> None:
    # Model, 6.4, leadership, grid .25: critical mass, and the total if the leader does its best.
    replies = Replies(stage_of(load("leadership"), grid_musd=250))
    assert {one.seat: (one.critical_mass_musd, one.total_musd) for one in leaderships(replies)} == {
        "JP": (17_750, 35_250),
        "US": (14_500, 49_750),
        "DE": (7_250, 56_250),
        "UK": (7_250, 54_750),
        "AU": (None, 0),
    }
