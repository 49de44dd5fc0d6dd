"""CPU seconds that theory needs for each built-in scenario, on one core.

    .venv/bin/python -m benchmarks.theory

`solve` finds equilibria and optimum on the default grid, with the whole grid searched; `rest` is
what `backstop solve` adds: groups, leadership, sensitivities, the vote and the banks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from server.game.board import ordinary_access_musd
from server.game.scenario import Scenario
from server.scenarios import load, names
from server.theory import board, groups, leadership, rollover, statics
from server.theory.solution import Solution, solve

Result = TypeVar("Result")


def main() -> None:
    """Print one line a scenario."""
    print(f"{'scenario':<18}{'seats':>6}{'solve s':>10}{'rest s':>10}{'equilibria':>14}")
    for name in names():
        scenario = load(name)
        solving, solution = timed(lambda scenario=scenario: solve(scenario))
        resting, _ = timed(lambda scenario=scenario, found=solution: rest(scenario, found))
        count = solution.count if solution.count is not None else len(solution.nash)
        seats = len(scenario.governments)
        print(f"{name:<18}{seats:>6}{solving:>10.3f}{resting:>10.3f}{count:>14,}")


def rest(scenario: Scenario, solution: Solution) -> None:
    """What the command computes beside the solution."""
    groups.k_groups(solution.stage)
    leadership.leaderships(solution.replies)
    statics.sensitivities(scenario)
    board.vote(scenario, ordinary_access_musd(scenario, scenario.need_musd))
    rollover.rollover(scenario)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of the best of three, and the result."""
    best, result = float("inf"), work()
    for _ in range(3):
        begun = time.process_time()
        result = work()
        best = min(best, time.process_time() - begun)
    return best, result


if __name__ == "__main__":
    main()
