"""Payoff tensors of one stage: what every profile of pledges pays, for NumPy and OpenSpiel.

Owns the discretised stage as one array by government; `gambit` writes it to files. The payoffs
are those of `server.theory`: unrounded, undivided, in US$ millions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Any

import numpy as np

from server.game.scenario import Scenario, SeatId
from server.theory.solution import Setting, left_out
from server.theory.stage import Floats, Pledges, Stage

MOST_PAYOFFS = 50_000_000
"""Numbers in a tensor: 400 MB."""
CHUNK = 100_000
"""Profiles computed at a time."""


@dataclass(frozen=True)
class StageGame:
    """A normal-form game among the governments of a scenario."""

    title: str
    stage: Stage
    left_out: tuple[str, ...]
    """Rules of the scenario that one stage does not describe."""

    @property
    def seats(self) -> tuple[SeatId, ...]:
        """The governments, in seat order: the axes of the tensor."""
        return self.stage.seats

    @cached_property
    def levels_musd(self) -> tuple[Pledges, ...]:
        """By government, the pledges that it chooses from, ascending."""
        return tuple(self.stage.levels_musd(place) for place in range(len(self.seats)))

    @property
    def shape(self) -> tuple[int, ...]:
        """How many levels each government has."""
        return tuple(map(len, self.levels_musd))

    @cached_property
    def payoffs_musd(self) -> Floats:
        """Shape (governments, levels of the first, levels of the second, …).

        Raises:
            ValueError: the grid is too fine for an array.
        """
        size = math.prod(self.shape) * len(self.seats)
        if size > MOST_PAYOFFS:
            raise ValueError(
                f"grid: {self.stage.grid_musd} makes {' x '.join(map(str, self.shape))} profiles, "
                f"{size:,} payoffs; allowed: {MOST_PAYOFFS:,}, so take a coarser grid"
            )
        table = np.empty((math.prod(self.shape), len(self.seats)))
        profiles = product(*self.levels_musd)
        for start in range(0, len(table), CHUNK):
            chunk = np.array(list(islice(profiles, CHUNK)))
            table[start : start + len(chunk)] = self.stage.payoffs(chunk)
        return np.moveaxis(table.reshape(*self.shape, len(self.seats)), -1, 0)

    def profile_musd(self, place: tuple[int, ...]) -> dict[SeatId, int]:
        """The pledges at a place in the tensor: for each government an index into its levels."""
        chosen = zip(self.seats, self.levels_musd, place, strict=True)
        return {seat: int(levels[level]) for seat, levels, level in chosen}

    def place_of(self, pledges_musd: Mapping[SeatId, int]) -> tuple[int, ...]:
        """Where a profile of pledges is in the tensor.

        Raises:
            ValueError: a pledge is none of its government's levels.
        """
        place = []
        for seat, levels in zip(self.seats, self.levels_musd, strict=True):
            level, between = divmod(pledges_musd[seat], self.stage.grid_musd)
            if between or not 0 <= level < len(levels):
                raise ValueError(
                    f"pledge of {seat}: {pledges_musd[seat]} is no level; "
                    f"allowed: 0 to {levels[-1]} in steps of {self.stage.grid_musd}"
                )
            place.append(level)
        return tuple(place)


def stage_game(scenario: Scenario, setting: Setting | None = None) -> StageGame:
    """The undivided one-shot game of a scenario, discretised.

    Args:
        scenario: of a campaign, the first crisis.
        setting: what is given to the governments; `grid_musd` is what lies between two levels.

    Raises:
        ValueError: as of `theory.stage.stage_of`.
    """
    stage = (setting or Setting()).stage(scenario)
    return StageGame(scenario.title, stage, left_out(scenario))


def to_openspiel(game: StageGame) -> Any:
    """An OpenSpiel tensor game, with two governments a matrix game: the extra `openspiel`.

    Payoffs are US$ millions; the actions are called by their pledges in US$ millions.

    Raises:
        ValueError: the grid is too fine for an array.
    """
    import pyspiel

    names = [[str(level) for level in levels.tolist()] for levels in game.levels_musd]
    label = "_".join("".join(map(_plain, game.title)).split())
    if len(names) == 2:
        return pyspiel.create_matrix_game(label, game.title, *names, *game.payoffs_musd)
    flat = game.payoffs_musd.reshape(len(names), -1)
    return pyspiel.create_tensor_game(label, game.title, names, list(flat))


def _plain(letter: str) -> str:
    """As the short names of OpenSpiel's games have it."""
    return letter.lower() if letter.isalnum() else " "
