"""Gambit's files: written as a hand would write them, and read back by Gambit."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from server.research.gambit import agg, nfg
from server.research.tensors import StageGame, stage_game
from server.scenarios import load
from server.theory.equilibria import regrets_musd
from server.theory.solution import Setting, solve
from server.theory.stage import stage_of
from tests.server.research.extras import needed
from tests.server.research.stages import DILEMMA, dilemma

Profiles = set[tuple[int, ...]]

GAMES = [
    ("east-asia", 5_000),
    ("east-asia", 2_000),
    ("vcm", 5_000),
    ("vcm-75", 4_000),
    ("provision-point", 4_000),
    ("provision-point", 6_000),
    ("leadership", 5_000),
    ("mexico-1995", 6_000),
    ("k-group-hegemon", 10_000),
    ("roll-over", 500),
]
over_games = pytest.mark.parametrize(("name", "grid_musd"), GAMES)


def pure(game: Any) -> Profiles:
    """All pure equilibria that Gambit finds, by place of the pledge in its player's list."""
    gambit = needed("pygambit", "gambit")
    found = gambit.nash.enumpure_solve(game).equilibria
    return {
        tuple(_played(game, player, equilibrium) for player in game.players)
        for equilibrium in found
    }


def _played(game: Any, player: str, equilibrium: Any) -> int:
    mixed = equilibrium[player]
    return [mixed[strategy] for strategy in game.get_strategies(player)].index(1)


def in_musd(game: StageGame, places: Profiles) -> Profiles:
    return {tuple(game.profile_musd(place).values()) for place in places}


def test_a_table_is_written_with_the_first_pledge_varying_fastest() -> None:
    assert nfg(dilemma()).splitlines() == [
        'NFG 1 R "A \\"dilemma\\"" { "A" "B" }',
        '{ { "0" "10000" } { "0" "10000" } }',
        '"Undivided one-shot game; payoffs in US$, pledges in US$ millions in steps of 10000; '
        'need 20000, official money 0."',
        "",
        "0 0",
        "-4000000000 6000000000",
        "6000000000 -4000000000",
        "2000000000 2000000000",
    ]


def test_an_action_graph_pays_by_own_pledge_and_sum() -> None:
    lines = [line for line in agg(dilemma()).splitlines() if not line.startswith("#")]
    assert lines == [
        "2",
        "4",
        "1",
        "2 2",
        "0 1",
        "2 3",
        *["1 4"] * 4,
        "4 0 1 2 3",
        "10 0 [ 0 1 0 1 ]",
        "1 2 [ 0 ] 0 [ 1 ] 6000000000",
        "1 2 [ 1 ] -4000000000 [ 2 ] 2000000000",
        "1 2 [ 0 ] 0 [ 1 ] 6000000000",
        "1 2 [ 1 ] -4000000000 [ 2 ] 2000000000",
    ]


def test_an_action_graph_needs_payoffs_that_depend_on_the_sum() -> None:
    stage = stage_of(DILEMMA, grid_musd=10_000, others_at_least_musd={})
    with pytest.raises(ValueError, match=r"depend on who pledges.*allowed: nfg"):
        agg(StageGame("Conditional", stage, ()))


@over_games
def test_gambit_reads_the_table_and_finds_theory_s_equilibria(name: str, grid_musd: int) -> None:
    gambit = needed("pygambit", "gambit")
    scenario, setting = load(name), Setting(grid_musd)
    game = stage_game(scenario, setting)
    found = in_musd(game, pure(gambit.read_nfg(io.StringIO(nfg(game)))))
    solution = solve(scenario, setting)
    assert solution.complete
    assert {tuple(one.point.pledges_musd.values()) for one in solution.nash} <= found
    # The rest are those in which somebody indifferent pledges more: nobody gains by moving.
    assert regrets_musd(game.stage, np.array(sorted(found))).max() < 1e-6


@over_games
def test_the_action_graph_is_the_same_game(name: str, grid_musd: int) -> None:
    gambit = needed("pygambit", "gambit")
    game = stage_game(load(name), Setting(grid_musd))
    table = gambit.read_nfg(io.StringIO(nfg(game)))
    graph = gambit.read_agg(io.StringIO(agg(game)))
    assert pure(graph) == pure(table)


def test_gambit_has_the_names_and_the_payoffs_of_the_table() -> None:
    gambit = needed("pygambit", "gambit")
    ours = stage_game(load("east-asia"), Setting(5_000))
    game = gambit.read_nfg(io.StringIO(nfg(ours)))
    assert list(game.players) == list(ours.seats)
    assert list(game.get_strategies("DE")) == ["0", "5000", "10000"]
    arrays = np.array(game.to_arrays(), dtype=float)
    np.testing.assert_allclose(arrays, ours.payoffs_musd * 1_000_000, rtol=0, atol=0.5)


def test_provision_points_have_nobody_and_every_way_of_just_reaching_it() -> None:
    gambit = needed("pygambit", "gambit")
    scenario = load("provision-point")
    game = stage_game(scenario, Setting(6_000))
    found = in_musd(game, pure(gambit.read_nfg(io.StringIO(nfg(game)))))
    # Model, section 3 (ii): five players, target 30,000, none gives more than its value 10,000.
    assert found == {(0,) * 5, (6_000,) * 5}
