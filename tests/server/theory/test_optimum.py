"""The optimum against brute force over whole small grids, and against the tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.theory import optimum as search
from server.theory.optimum import optimum
from server.theory.stage import Stage, stage_of
from tests.server.theory.games import (
    R5,
    R5_STATICS,
    UNITS,
    musd,
    scenarios,
    switched,
    with_governments,
)
from tests.server.theory.test_equilibria import every_profile


def best_by_trying_everything(stage: Stage) -> float:
    """Greatest welfare of any profile whose money is all drawn."""
    profiles = every_profile(stage)
    fits = profiles.sum(axis=1) <= stage.room_musd
    return float(stage.welfare(profiles[fits]).max())


@given(data=st.data())
@settings(deadline=None, max_examples=80)
def test_no_profile_that_is_drawn_in_full_is_better_than_the_optimum(data: st.DataObject) -> None:
    scenario = data.draw(scenarios(most_seats=3))
    count = len(scenario.governments)
    losses = [data.draw(UNITS) for _ in range(count)]
    scenario = switched(
        with_governments(replace(scenario, fungibility=data.draw(UNITS)), credit_loss=losses),
        credit_losses=data.draw(st.booleans()),
        fungibility=data.draw(st.booleans()),
        refund=data.draw(st.booleans()),
    )
    largest = max(seat.capacity_musd for seat in scenario.governments)
    stage = stage_of(scenario, grid_musd=max(1, largest // 7))
    best, exact = optimum(stage)
    assert exact
    assert (best % stage.grid_musd == 0).all() and (best <= stage.limits_musd).all()
    assert float(stage.welfare(best)) >= best_by_trying_everything(stage) - 1e-6


def test_equal_governments_share_the_optimum_equally() -> None:
    from server.scenarios import load

    best, _ = optimum(stage_of(load("provision-point"), grid_musd=1_000))
    assert best.tolist() == [6_000] * 5


def test_the_optimum_of_r5_is_the_closed_form_trimmed_to_the_need() -> None:
    """Marginal net costs of those who pay are equal within a step (model, 2.7)."""
    stage = stage_of(R5)
    best, _ = optimum(stage)
    assert best.sum() == 60_000
    inside = (best > 0) & (best < stage.limits_musd)
    marginal = stage.unit_cost - stage.private_rate + 2 * stage.resistance * best
    assert np.ptp(marginal[inside]) <= (2 * stage.resistance * 50).max() + 1e-9


def test_fungibility_moves_the_equilibrium_but_not_the_optimum() -> None:
    """Model, 6.5 (5)."""
    leaky = switched(replace(R5, fungibility=1.0), fungibility=True)
    assert optimum(stage_of(leaky))[0].tolist() == optimum(stage_of(R5))[0].tolist()


def test_purely_public_r5_has_the_tabulated_optimum() -> None:
    row = R5_STATICS["purely_public"]
    public = switched(R5, home_stakes=False, links=False, private_returns=False)
    best, _ = optimum(stage_of(public))
    assert best.tolist() == pytest.approx([musd(pledge) for pledge in row["optimum"]], abs=50)
    assert best.sum() == pytest.approx(musd(row["optimum_effective"]), abs=50)


def test_where_not_every_total_is_tried_the_optimum_is_not_called_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "MOST_TOTALS", 10)
    losses = with_governments(R5, credit_loss=[0.1, 0.2, 0.3, 0.1, 0.1])
    best, exact = optimum(stage_of(switched(losses, credit_losses=True)))
    assert not exact
    assert best.sum() <= 60_000
