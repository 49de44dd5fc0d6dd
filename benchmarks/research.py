"""Steps a second of the PettingZoo environment, and what a payoff tensor costs, on one core.

    .venv/bin/python -m benchmarks.research

CPU seconds of sampled answers in whole games; a step is one question put to all agents at once.
Needs the extra `research`.
"""

from __future__ import annotations

import time

from server.research.pettingzoo_env import BackstopEnv, parallel_env
from server.research.tensors import stage_game
from server.scenarios import load, names
from server.theory.solution import Setting

GAMES = 10
GRID_MUSD = 1_000


def main() -> None:
    """Print one line a scenario."""
    print(f"{'scenario':<26}{'agents':>7}{'steps/s':>9}{'rounds/s':>9}")
    for name in names():
        env = parallel_env(name)
        begun = time.process_time()
        steps = sum(play(env, seed) for seed in range(GAMES))
        seconds = time.process_time() - begun
        rounds = GAMES * len(env.match.state.history)
        agents = len(env.possible_agents)
        print(f"{name:<26}{agents:>7}{steps / seconds:>9,.0f}{rounds / seconds:>9,.0f}")
    begun = time.process_time()
    payoffs = stage_game(load("east-asia"), Setting(GRID_MUSD)).payoffs_musd
    seconds = time.process_time() - begun
    print(f"\nTensor of east-asia, {payoffs.size:,} payoffs: {seconds:.2f} s")


def play(env: BackstopEnv, seed: int) -> int:
    """A game of sampled answers; how many steps it took."""
    observations, _ = env.reset(seed=seed)
    steps = 0
    while env.agents:
        actions = {
            agent: env.action_space(agent).sample(observations[agent]["action_mask"])
            for agent in env.agents
        }
        observations, *_ = env.step(actions)
        steps += 1
    return steps


if __name__ == "__main__":
    main()
