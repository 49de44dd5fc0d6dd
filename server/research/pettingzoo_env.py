"""A PettingZoo Parallel environment for any scenario: the extra `research`.

    env = parallel_env("east-asia")
    observations, infos = env.reset(seed=7)

Owns the adapter alone: what is asked is in `questions` and `play`, what is seen in
`observation`. Rewards are lines of the ledger, nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import gymnasium
import numpy as np
import numpy.typing as npt
from pettingzoo import ParallelEnv

from server.game.scenario import Scenario, Seat, SeatId
from server.game.views import views_for
from server.research.observation import Observer
from server.research.play import Play, check_seats
from server.research.questions import Menu
from server.scenarios import load
from server.tournament.match import Match

Observation = dict[str, npt.NDArray[Any]]

BOUND = 10_000.0
"""Observed numbers are cut off at plus and minus this."""


def parallel_env(
    scenario: str | Path | Scenario,
    *,
    bots: Mapping[str, str] | None = None,
    pledge_step_musd: int | None = None,
    render_mode: str | None = None,
) -> BackstopEnv:
    """The environment of a scenario.

    Args:
        scenario: the name of a shipped scenario, the path of a file, or a scenario.
        bots: seats that bots play, by the bot's name; all others are agents.
        pledge_step_musd: what lies between two pledges, in US$ millions: a multiple of the
            scenario's own step, which is the default (in a campaign, of every crisis's).
        render_mode: ``ansi`` makes `render` return text.

    Raises:
        ScenarioError: there is no such scenario, or its file is wrong.
        Refused: a bot or a seat is unknown, or no seat is left for an agent.
        ValueError: the step or the render mode is not allowed.
    """
    game = scenario if isinstance(scenario, Scenario) else load(str(scenario))
    return BackstopEnv(game, bots or {}, pledge_step_musd, render_mode)


class BackstopEnv(ParallelEnv):
    """A game whose agents are seats, called by role and number: ``government_0``, ``imf_0``.

    A step puts one question to all agents at once; docs/research.md lists the questions and
    the layout of observations. All agents terminate together when the game ends; nothing is
    truncated.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "backstop_v0",
        "render_modes": ["ansi"],
        "is_parallelizable": True,
    }

    def __init__(
        self,
        scenario: Scenario,
        bots: Mapping[str, str],
        pledge_step_musd: int | None,
        render_mode: str | None,
    ) -> None:
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(f"render_mode: {render_mode} is not allowed; allowed: ansi or None")
        self.render_mode = render_mode
        self.scenario = scenario
        self.menu = Menu(scenario, pledge_step_musd)
        self._bots = {SeatId(seat): name for seat, name in bots.items()}
        check_seats(self.menu, self._bots)
        self._seats = _named(seat for seat in scenario.seats if seat.id not in self._bots)
        self.possible_agents: list[str] = list(self._seats)
        self.agents: list[str] = []
        self._seeds = Random()
        self._play = Play(self.menu, self._bots, 0)
        self._observers = {agent: Observer(self.menu, seat) for agent, seat in self._seats.items()}
        self._names = {agent: list(found) for agent, found in self._features().items()}
        self._paid = 0
        self._observation_spaces = {agent: self._seen_in(agent) for agent in self._seats}
        self._action_spaces = {
            agent: gymnasium.spaces.Discrete(self.menu.options(seat))
            for agent, seat in self._seats.items()
        }

    def _seen_in(self, agent: str) -> gymnasium.spaces.Dict:
        size, options = len(self._names[agent]), self.menu.options(self._seats[agent])
        return gymnasium.spaces.Dict(
            {
                "observation": gymnasium.spaces.Box(-BOUND, BOUND, (size,), np.float32),
                "action_mask": gymnasium.spaces.Box(0, 1, (options,), np.int8),
            }
        )

    def observation_space(self, agent: str) -> gymnasium.spaces.Dict:
        """Of an agent; always the same object."""
        return self._observation_spaces[agent]

    def action_space(self, agent: str) -> gymnasium.spaces.Discrete:
        """Of an agent; always the same object."""
        return self._action_spaces[agent]

    @cached_property
    def state_space(self) -> gymnasium.spaces.Box:
        """All agents' observations in a row, in the order of `possible_agents`."""
        return gymnasium.spaces.Box(-BOUND, BOUND, (len(self.state_names()),), np.float32)

    def observation_names(self, agent: str) -> list[str]:
        """What each number of the agent's observation is."""
        return list(self._names[agent])

    def state_names(self) -> list[str]:
        """What each number of `state` is: agent and name."""
        return [f"{agent}:{name}" for agent, names in self._names.items() for name in names]

    def option_values(self, agent: str) -> list[int | None]:
        """What each option of the agent stands for now, in the unit of its question.

        None where it is not allowed; option 0 alone where the agent is asked nothing.
        """
        return list(self._play.values(self._seats[agent]))

    def seat(self, agent: str) -> SeatId:
        """The seat of an agent."""
        return self._seats[agent].id

    @property
    def match(self) -> Match:
        """The game as it goes on: its `events` are the log, as the store takes it."""
        return self._play.match

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Observation], dict[str, dict[str, Any]]]:
        """Begin a new game.

        Args:
            seed: of the game, as of a match; None takes the next of a sequence that the last
                given seed began.
            options: `bots` names other bots for the seats that bots play. Others are left to
                wrappers, as PettingZoo's own check expects.

        Raises:
            Refused: a bot is unknown.
            ValueError: the bots of `options` are for other seats.
        """
        if seed is not None:
            self._seeds = Random(seed)
        bots = self._bots | (options or {}).get("bots", {})
        if bots.keys() != self._bots.keys():
            seats = ", ".join(self._bots) or "no seat"
            raise ValueError(f"options: bots play {seats}, not {', '.join(bots)}")
        game_seed = self._seeds.getrandbits(32) if seed is None else seed
        self._play = Play(self.menu, bots, game_seed)
        self._paid = 0
        self.agents = list(self.possible_agents)
        return self._observed(), self._infos()

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[
        dict[str, Observation],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Answer the question that is asked.

        Args:
            actions: an option for every agent. One that its mask does not allow counts as
                the nearest that it does, the lower of two.

        Returns:
            Observations, rewards in US$ millions, terminations, truncations, infos.

        Raises:
            ValueError: an agent has no option here, or one outside its space.
        """
        agents = self.agents
        if not agents:
            raise ValueError("the game is over; reset begins another")
        taken = self._play.answer(self._checked(actions))
        lines_musd = self._ledger()
        observations, infos = self._observed(), self._infos()
        for agent in agents:
            infos[agent]["taken"] = taken[self.seat(agent)]
            infos[agent]["lines_musd"] = dict(lines_musd[agent])
        over = self._play.over
        self.agents = [] if over else agents
        return (
            observations,
            {agent: float(lines_musd[agent].total()) for agent in agents},
            dict.fromkeys(agents, over),
            dict.fromkeys(agents, False),
            infos,
        )

    def _checked(self, actions: Mapping[str, Any]) -> dict[SeatId, int]:
        if actions.keys() != set(self.agents):
            raise ValueError(
                f"actions: {', '.join(actions)} act; allowed: {', '.join(self.agents)}"
            )
        for agent, action in actions.items():
            if not self._action_spaces[agent].contains(action):
                most = self._action_spaces[agent].n - 1
                raise ValueError(
                    f"action of {agent}: {action!r} is not allowed; allowed: 0..{most}"
                )
        return {self.seat(agent): int(action) for agent, action in actions.items()}

    def _ledger(self) -> dict[str, Counter[str]]:
        """What the agents' lines came to in the rounds since the last step."""
        history = self.match.state.history
        lines_musd = {agent: Counter[str]() for agent in self._seats}
        for resolved in history[self._paid :]:
            for agent, seat in self._seats.items():
                lines_musd[agent].update(resolved.lines_musd[seat.id])
        self._paid = len(history)
        return lines_musd

    def _observed(self) -> dict[str, Observation]:
        vectors = self._vectors()
        return {
            agent: {"observation": vectors[agent], "action_mask": self._mask(agent, seat)}
            for agent, seat in self._seats.items()
        }

    def _features(self) -> dict[str, dict[str, float]]:
        observers = self._observers.values()
        seen = views_for(self.match.state, [one.viewer for one in observers])
        return {
            agent: observer.features(self._play, view)
            for (agent, observer), view in zip(self._observers.items(), seen, strict=True)
        }

    def _vectors(self) -> dict[str, npt.NDArray[np.float32]]:
        return {
            agent: np.clip(np.array(list(found.values()), dtype=np.float32), -BOUND, BOUND)
            for agent, found in self._features().items()
        }

    def _mask(self, agent: str, seat: Seat) -> npt.NDArray[np.int8]:
        mask = np.zeros(self._action_spaces[agent].n, dtype=np.int8)
        allowed = [value is not None for value in self._play.values(seat)]
        mask[: len(allowed)] = allowed
        return mask

    def _infos(self) -> dict[str, dict[str, Any]]:
        """Where the game is, and what the agent is asked; nothing that it needs to act."""
        state = self.match.state
        infos = {}
        for agent, seat in self._seats.items():
            question = self._play.question(seat)
            infos[agent] = {
                "seat": str(seat.id),
                "crisis": state.crisis,
                "round": state.round,
                "phase": str(state.phase),
                "question": question.name if question else "",
            }
        return infos

    def state(self) -> npt.NDArray[np.float32]:
        """What all agents see together, for a critic that may know it; see `state_names`."""
        return np.concatenate(list(self._vectors().values()))

    def render(self) -> str | None:
        """Where the game is and how its rounds ended, in words; None without a render mode."""
        if self.render_mode is None:
            return None
        state = self.match.state
        rounds = [
            f"crisis {past.crisis}, round {past.round}: US$ {past.effective_musd / 1000:g} bn of "
            f"{past.need_musd / 1000:g} bn, S = {past.stability:g}"
            for past in state.history
        ]
        asked = " and ".join(question.name for question in self._play.asked) or "over"
        now = f"crisis {state.crisis}, round {state.round}, {state.phase}: {asked}"
        return "\n".join([self.scenario.title, *rounds, now])

    def close(self) -> None:
        """Nothing is held open."""


def _named(seats: Iterable[Seat]) -> dict[str, Seat]:
    """The seats under their agents' names: role and number, in seat order."""
    numbers: Counter[str] = Counter()
    named = {}
    for seat in seats:
        role = str(seat.role)
        named[f"{role}_{numbers[role]}"] = seat
        numbers[role] += 1
    return named
