"""Payoff tensors: every cell is the engine's ledger, and OpenSpiel has the same game."""

from __future__ import annotations

import numpy as np
import pytest

from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.research.tensors import StageGame, stage_game, to_openspiel
from server.scenarios import load
from server.theory.equilibria import regrets_musd
from server.theory.solution import Setting, solve
from tests.server.research.extras import needed
from tests.server.research.stages import dilemma

MOST_LINES = 20
"""Each line of the ledger is rounded to a whole million, so may be off by half of one."""


def r5(grid_musd: int = 5_000) -> StageGame:
    return stage_game(load("east-asia"), Setting(grid_musd=grid_musd))


def test_the_axes_are_the_governments_and_their_pledges() -> None:
    game = r5()
    assert game.seats == ("JP", "US", "DE", "UK", "AU")
    assert game.payoffs_musd.shape == (5, 5, 6, 3, 2, 1)
    assert game.levels_musd[1].tolist() == [0, 5_000, 10_000, 15_000, 20_000, 25_000]


def test_a_dilemma_pays_what_a_sum_in_the_head_says() -> None:
    first, second = dilemma().payoffs_musd
    assert first.tolist() == [[0, 6_000], [-4_000, 2_000]]
    assert second.tolist() == [[0, -4_000], [6_000, 2_000]]


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("east-asia", Setting(5_000)),
        ("provision-point", Setting(4_000)),
        ("k-group-hegemon", Setting(5_000)),
        ("korea-1997", Setting(5_000, 15_000, {"JP-banks": 400})),
    ],
)
def test_every_cell_is_the_engine_s_ledger(name: str, setting: Setting) -> None:
    scenario = load(name)
    game = stage_game(scenario, setting)
    for place in np.ndindex(game.shape):
        decisions = Decisions(
            game.profile_musd(place), dict(setting.withdrawn_permille or {}), setting.tranche_musd
        )
        ledger = one_shot(scenario, decisions).lines_musd
        for seat, paid_musd in zip(game.seats, game.payoffs_musd[:, *place], strict=True):
            assert abs(sum(ledger[seat].values()) - paid_musd) <= MOST_LINES / 2


def test_theory_s_equilibrium_is_where_no_axis_has_more() -> None:
    scenario, game = load("east-asia"), r5(2_500)
    (nash,) = solve(scenario, Setting(2_500)).nash
    place = game.place_of(nash.point.pledges_musd)
    for axis, payoffs in enumerate(game.payoffs_musd):
        along = payoffs[*place[:axis], :, *place[axis + 1 :]]
        assert along[place[axis]] == along.max()
    assert not regrets_musd(game.stage, np.array([[*nash.point.pledges_musd.values()]])).any()


def test_a_place_and_its_profile_name_each_other() -> None:
    game = r5()
    assert game.profile_musd((1, 2, 0, 1, 0)) == {
        "JP": 5_000,
        "US": 10_000,
        "DE": 0,
        "UK": 5_000,
        "AU": 0,
    }
    assert game.place_of(game.profile_musd((4, 5, 2, 1, 0))) == (4, 5, 2, 1, 0)


@pytest.mark.parametrize("pledge_musd", [-5_000, 2_500, 25_000])
def test_a_pledge_between_the_levels_has_no_place(pledge_musd: int) -> None:
    game = r5()
    with pytest.raises(ValueError, match=r"pledge of JP: .*allowed: 0 to 20000 in steps of 5000"):
        game.place_of(game.profile_musd((0, 0, 0, 0, 0)) | {game.seats[0]: pledge_musd})


def test_a_grid_too_fine_for_an_array_says_how_many_payoffs_it_makes() -> None:
    with pytest.raises(ValueError, match="grid: 50 makes 401 x 501 x 201 x 161 x 81 profiles"):
        _ = r5(50).payoffs_musd


def test_rules_that_one_stage_does_not_describe_are_named() -> None:
    assert "second_line" in stage_game(load("korea-1997-advanced"), Setting(5_000)).left_out


def test_openspiel_has_two_governments_as_a_matrix_game() -> None:
    needed("pyspiel", "openspiel")
    game = to_openspiel(dilemma())
    assert (game.num_rows(), game.num_cols()) == (2, 2)
    assert [game.row_action_name(row) for row in (0, 1)] == ["0", "10000"]
    assert (game.row_utility(1, 0), game.col_utility(1, 0)) == (-4_000, 6_000)


def test_openspiel_has_more_governments_as_a_tensor_game_with_the_same_payoffs() -> None:
    needed("pyspiel", "openspiel")
    ours = r5()
    game = to_openspiel(ours)
    assert tuple(game.shape()) == ours.shape
    assert game.action_name(1, 2) == "10000"
    for place in np.ndindex(ours.shape):
        paid = [game.player_utility(player, place) for player in range(5)]
        assert paid == ours.payoffs_musd[:, *place].tolist()


def test_openspiel_plays_it() -> None:
    needed("pyspiel", "openspiel")
    state = to_openspiel(dilemma()).new_initial_state()
    state.apply_actions([1, 1])
    assert state.is_terminal()
    assert state.returns() == [2_000, 2_000]
