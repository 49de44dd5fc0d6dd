"""What theory says of a scenario: its equilibria, its optimum, and how far apart they are.

Owns the answer in whole US$ millions, taken from the engine's own ledger, so that it equals
`backstop payoff` at the same profile. The search itself is in `equilibria` and `optimum`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Scenario, SeatId
from server.theory.equilibria import (
    Replies,
    all_equilibria,
    distinct,
    random_starts,
    settle,
    work_of_all,
)
from server.theory.optimum import optimum
from server.theory.stage import GRID_MUSD, Pledges, Stage, stage_of

RANDOM_STARTS = 200
SEED = 0
"""Of the random starts: the same scenario has the same answer."""
MOST_LISTED = 200
"""Equilibria that are listed though no start led to them."""
MOST_WORK = 10_000_000
"""Payoffs up to which the whole grid is searched: about a second."""

BEYOND = (
    "clauses",
    "package_minima",
    "pressure",
    "programmes",
    "modality",
    "second_line",
    "guidance",
    "lobbying",
    "favours",
    "moral_hazard",
    "arrears",
    "rolling_claims",
    "regional_fund",
    "cards",
)
"""Rules that play over several rounds, or wait for decisions that are not given here."""


@dataclass(frozen=True, slots=True)
class Point:
    """One profile of pledges and what it comes to, by the engine's ledger."""

    pledges_musd: dict[SeatId, int]
    effective_musd: int
    stability: float
    welfare_musd: int
    efficiency: float | None
    """(W - W_0)/(W_opt - W_0), W_0 without any pledge; None where that is nothing."""
    payoffs_musd: dict[SeatId, int]


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """A profile that no government wants to leave alone."""

    point: Point
    basin_share: float
    """Of random starts, the share from which best replies lead here."""
    from_zero: bool
    """Best replies lead here from no pledges."""
    from_optimum: bool
    """Best replies lead here from the optimum."""


@dataclass(frozen=True)
class Solution:
    """The equilibria and the optimum of one stage."""

    scenario: Scenario
    stage: Stage
    replies: Replies
    nash: tuple[Equilibrium, ...]
    """Ascending in effective money; ties to the smaller pledges."""
    optimum: Point
    count: int | None
    """How many equilibria the grid has, a tie going to the smaller pledge; None: unknown."""
    gaps: tuple[str, ...]
    """Why more equilibria, or a better optimum, cannot be ruled out; empty if they can."""
    left_out: tuple[str, ...]
    """Rules of the scenario that one stage does not describe."""

    @property
    def complete(self) -> bool:
        """Whether `nash` holds every pure equilibrium on the grid and the optimum is exact."""
        return not self.gaps

    @property
    def from_zero(self) -> Equilibrium | None:
        """Where best replies lead from no pledges; None if they never come to rest."""
        return next((one for one in self.nash if one.from_zero), None)

    @property
    def from_optimum(self) -> Equilibrium | None:
        """Where best replies lead from the optimum; None if they never come to rest."""
        return next((one for one in self.nash if one.from_optimum), None)


@dataclass(frozen=True)
class Setting:
    """What is given to the governments, all of it optional; as for `stage.stage_of`."""

    grid_musd: int = GRID_MUSD
    tranche_musd: int = 0
    withdrawn_permille: Mapping[SeatId, int] | None = None

    def stage(self, scenario: Scenario) -> Stage:
        """The stage of a scenario in this setting; raises as `stage_of` does."""
        return stage_of(
            scenario,
            grid_musd=self.grid_musd,
            tranche_musd=self.tranche_musd,
            withdrawn_permille=self.withdrawn_permille,
        )


def solve(scenario: Scenario, setting: Setting | None = None) -> Solution:
    """Find equilibria and optimum of the undivided one-shot game.

    Raises:
        ValueError: as of `stage.stage_of`.
    """
    setting = setting or Setting()
    stage = setting.stage(scenario)
    replies = Replies(stage)
    best, exact = optimum(stage)
    starts = np.vstack([np.zeros_like(best), best, random_starts(stage, RANDOM_STARTS, SEED)])
    ends, at_rest = settle(replies, starts)
    listed, count, gaps = _searched(replies)
    if not at_rest.all():
        gaps.append(f"best replies go round in circles from {int((~at_rest).sum())} starts")
    if not exact:
        gaps.append("the optimum was sought among some totals only")
    ledger = _Ledger(scenario, setting, best)
    profiles = distinct([*ends[at_rest].tolist(), *listed])
    nash = [_equilibrium(ledger, profile, ends, at_rest) for profile in profiles]
    return Solution(
        scenario=scenario,
        stage=stage,
        replies=replies,
        nash=tuple(sorted(nash, key=lambda one: one.point.effective_musd)),
        optimum=ledger.point(best.tolist()),
        count=count,
        gaps=tuple(gaps),
        left_out=left_out(scenario),
    )


def _searched(replies: Replies) -> tuple[list[tuple[int, ...]], int | None, list[str]]:
    """All equilibria where they can be had, how many, and why perhaps not all are listed."""
    if not replies.stage.only_total_matters:
        return [], None, ["best replies depend on who pledges, not on the sum alone"]
    work = work_of_all(replies.stage)
    if work > MOST_WORK:
        return [], None, [f"the grid is too fine to search it whole ({work:,} payoffs)"]
    listed, count = all_equilibria(replies, MOST_LISTED)
    if count > MOST_LISTED:
        return [], count, [f"there are {count:,}; those to which a start led are listed"]
    return listed, count, []


def _equilibrium(
    ledger: _Ledger, profile: tuple[int, ...], ends: Pledges, at_rest: np.ndarray
) -> Equilibrium:
    here = (ends == np.array(profile)).all(axis=1) & at_rest
    return Equilibrium(
        ledger.point(profile),
        basin_share=float(here[2:].mean()),
        from_zero=bool(here[0]),
        from_optimum=bool(here[1]),
    )


class _Ledger:
    """The engine's figures, with the welfare of nothing and of the optimum to compare with."""

    def __init__(self, scenario: Scenario, setting: Setting, best: Pledges) -> None:
        self._scenario, self._setting = scenario, setting
        self._nothing_musd = self._welfare_musd([0] * len(best))
        self._best_musd = self._welfare_musd(best.tolist())

    def _decisions(self, profile: list[int] | tuple[int, ...]) -> Decisions:
        seats = (seat.id for seat in self._scenario.governments)
        return Decisions(
            dict(zip(seats, profile, strict=True)),
            self._setting.withdrawn_permille or {},
            self._setting.tranche_musd,
        )

    def _welfare_musd(self, profile: list[int]) -> int:
        return one_shot(self._scenario, self._decisions(profile)).welfare_musd

    def point(self, profile: list[int] | tuple[int, ...]) -> Point:
        decisions = self._decisions(profile)
        result = one_shot(self._scenario, decisions)
        possible = self._best_musd - self._nothing_musd
        gained = result.welfare_musd - self._nothing_musd
        return Point(
            dict(decisions.pledges_musd),
            result.outcome.effective_musd,
            result.outcome.stability,
            result.welfare_musd,
            gained / possible if possible > 0 else None,
            {seat: sum(result.lines_musd[seat].values()) for seat in decisions.pledges_musd},
        )


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """Rules of a scenario that one stage does not describe, by the names of their switches."""
    found = [name for name in BEYOND if getattr(scenario.switches, name)]
    if scenario.later_crises:
        found.append("later_crises")
    return tuple(found)
