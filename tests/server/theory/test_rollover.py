"""When banks stay: the thresholds of the model, and banks that are not alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.scenario import Bank, Scenario, SeatId
from server.scenarios import load
from server.theory.rollover import rollover
from tests.server.theory.games import JP, R5, SPECIAL_CASES, plain, switched

CASE = SPECIAL_CASES["bank_run"]


def banks_like(
    count: int, *, peer: float = 0.0, rho: float = 1.0, due_musd: int = 10_000
) -> Scenario:
    """Equal banks of a government that has no weight for them (omega = 0)."""
    base = plain(1, need_musd=1000 * CASE["G"], stake_musd=0, capacity_musd=1, sharpness=rho)
    home = base.governments[0].id
    banks = tuple(
        Bank(
            SeatId(f"B{number}"),
            "Bank",
            home,
            "",
            due_musd,
            CASE["s"],
            CASE["h"],
            CASE["eps"],
            peer_pressure=peer,
        )
        for number in range(count)
    )
    return replace(base, seats=(*base.seats, *banks))


@pytest.mark.parametrize("case", CASE["cases"], ids=lambda case: case["name"])
def test_the_thresholds_are_the_tabulated_ones(case: dict) -> None:  # type: ignore[type-arg]
    game = banks_like(CASE["banks"], peer=case["peer"], rho=case["rho"])
    game = switched(game, peer_pressure=case["peer"] > 0, guidance=case["guidance"] > 0)
    found = rollover(game, {game.governments[0].id: round(1000 * case["guidance"])})
    assert found is not None and found.stay_from_musd and found.no_run_from_musd
    # The table is on a grid of .01, the first step at which the condition holds.
    assert found.stay_from_musd / 1000 == pytest.approx(case["low"], abs=0.011)
    assert found.no_run_from_musd / 1000 == pytest.approx(case["high"], abs=0.011)
    if case["name"] == "plain":
        stays = found.stability_to_stay.values()
        assert list(stays) == pytest.approx([CASE["stability_to_stay"]] * 4, abs=5e-5)


def test_guidance_works_only_as_far_as_the_state_is_dominant() -> None:
    """(1-omega)·y (model, 2.4): with omega = .6 a guidance of .1 weighs .04."""
    game = switched(
        replace(R5, seats=(*R5.seats, Bank(SeatId("B"), "Bank", JP, "", 9_000, 0.05, 0.5, 0.05))),
        guidance=True,
    )
    found = rollover(game, {JP: 100})
    assert found is not None
    assert found.stability_to_stay[SeatId("B")] == pytest.approx((0.5 - 0.05 - 0.04) / 0.55)


def test_of_unequal_banks_the_most_willing_leaves_the_run_first() -> None:
    """By hand: B0 of 20 bn stays at S* = .2/.55, B1 of 10 bn at .45/.55; gap 10 bn.

    Out of a run B0 needs .3636·(10+10) = 7.27, then B1 .8182·10 = 8.18. Were B1 first it
    would need .8182·(10+20): so 8.18 ends the run, and is what keeps all in as well.
    """
    game = banks_like(2)
    big = replace(game.banks[0], claims_due_musd=20_000, exit_cost=0.3)
    found = rollover(replace(game, seats=(game.seats[0], big, game.banks[1])))
    assert found is not None
    assert found.stay_from_musd == pytest.approx(0.45 / 0.55 * 10_000)
    assert found.no_run_from_musd == pytest.approx(0.45 / 0.55 * 10_000)


def test_banks_that_nothing_keeps_need_more_than_any_money() -> None:
    game = banks_like(2)
    free = tuple(replace(bank, exit_cost=0.0, interest_spread=-0.1) for bank in game.banks)
    found = rollover(replace(game, seats=(game.seats[0], *free)))
    assert found is not None
    assert found.stay_from_musd is None
    assert found.no_run_from_musd is None


def test_banks_that_cannot_lose_stay_without_any_money() -> None:
    game = banks_like(2)
    safe = tuple(replace(bank, collapse_loss=0.0) for bank in game.banks)
    found = rollover(replace(game, seats=(game.seats[0], *safe)))
    assert found is not None
    assert (found.stay_from_musd, found.no_run_from_musd) == (0, 0)


def test_where_there_are_no_banks_there_is_no_run() -> None:
    assert rollover(R5) is None


def test_koreas_banks_stay_at_the_stability_of_their_cards() -> None:
    """About .82, as the scenario's private cards say."""
    found = rollover(load("korea-1997"))
    assert found is not None
    assert list(found.stability_to_stay.values()) == pytest.approx([0.45 / 0.55] * 2)
