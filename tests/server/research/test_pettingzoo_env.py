"""The PettingZoo environment: PettingZoo's own checks, and what they do not look at."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from server.game.refusals import Refused
from server.game.scenario import Effect, EventCard, Government, Scenario
from server.scenarios import ScenarioError, load
from server.store import SessionRow, Store
from tests.server.game.games import ALL_ON, CAMPAIGN, CRISIS, US
from tests.server.research.extras import needed

needed("pettingzoo", "research")

from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test  # noqa: E402
from pettingzoo.utils.conversions import parallel_to_aec  # noqa: E402

from server.research.pettingzoo_env import BackstopEnv, parallel_env  # noqa: E402

SCENARIOS = [
    "east-asia",
    "vcm",
    "roll-over",
    "korea-1997",
    "indonesia-1997-advanced",
    "mexico-1982-campaign",
    CAMPAIGN,
]
"""One of each kind: L1 without banks, laboratory, banks, L1 whole, L2, campaigns."""
over_scenarios = pytest.mark.parametrize(
    "scenario",
    [pytest.param(one, id=one if isinstance(one, str) else one.name) for one in SCENARIOS],
)

Trace = list[tuple[dict[str, Any], ...]]


@contextmanager
def expected_of_any_masked_env() -> Iterator[None]:
    """PettingZoo warns of every environment whose observations are dictionaries, or differ."""
    with warnings.catch_warnings():
        for message in (
            "Observation is not a NumPy array",
            "Observation space for each agent probably should be",
            "Observations are different shapes",
            "Observations between agents are different classes",
            "Agents have different observation space sizes",
        ):
            warnings.filterwarnings("ignore", message, UserWarning)
        yield


def trace(env: BackstopEnv, seed: int) -> Trace:
    """A whole game of sampled answers; the same for the same seed."""
    found: Trace = [env.reset(seed=seed)]
    for number, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(seed + number)
    while env.agents:
        found.append(env.step(sampled(env, found[-1][0])))
    return found


def sampled(env: BackstopEnv, observations: dict[str, Any]) -> dict[str, int]:
    return {
        agent: env.action_space(agent).sample(observations[agent]["action_mask"])
        for agent in env.agents
    }


def untouched(env: BackstopEnv) -> dict[str, int]:
    return dict.fromkeys(env.agents, 0)


def to_question(env: BackstopEnv, name: str) -> dict[str, Any]:
    observations, infos = env.reset(seed=1)
    while name not in {info["question"] for info in infos.values()}:
        observations, _, _, _, infos = env.step(untouched(env))
    return observations


@over_scenarios
def test_passes_pettingzoo_s_check_of_parallel_environments(scenario: str | Scenario) -> None:
    parallel_api_test(parallel_env(scenario), num_cycles=200)


@over_scenarios
def test_passes_pettingzoo_s_check_of_turns(scenario: str | Scenario) -> None:
    with expected_of_any_masked_env():
        api_test(parallel_to_aec(parallel_env(scenario)), num_cycles=200)


@over_scenarios
def test_passes_pettingzoo_s_checks_of_seeds(scenario: str | Scenario) -> None:
    parallel_seed_test(lambda: parallel_env(scenario), num_cycles=200)
    seed_test(lambda: parallel_to_aec(parallel_env(scenario)), num_cycles=200)


@over_scenarios
def test_the_same_seed_gives_the_same_trace_over_whole_games(scenario: str | Scenario) -> None:
    first, second = (trace(parallel_env(scenario), 7) for _ in range(2))
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_equal(one, other)


@over_scenarios
async def test_the_rewards_of_a_game_are_the_stored_ledger(
    scenario: str | Scenario, store: Store
) -> None:
    env = parallel_env(scenario)
    steps = trace(env, 3)[1:]
    await store.create_session(SessionRow("game", env.scenario.name, "2026-01-01T00:00:00Z"))
    await store.append("game", 0, env.match.events)
    stored = (await store.derived("game"))["ledger"]
    for agent in env.possible_agents:
        lines = [row["amount_musd"] for row in stored if row["seat"] == env.seat(agent)]
        assert lines
        assert sum(rewards[agent] for _, rewards, *_ in steps) == sum(lines)


@over_scenarios
def test_observations_are_in_their_space_and_rewards_are_finite(scenario: str | Scenario) -> None:
    env = parallel_env(scenario)
    for step in trace(env, 5):
        for agent, seen in step[0].items():
            assert env.observation_space(agent).contains(seen)
            assert np.abs(seen["observation"]).max() < 10_000, "nothing is cut off"
    assert env.state_space.contains(env.state())


def test_all_agents_terminate_together_and_nothing_is_truncated() -> None:
    *before, last = trace(parallel_env("korea-1997"), 2)[1:]
    assert not any(any(step[2].values()) for step in before)
    assert all(last[2].values())
    assert not any(any(step[3].values()) for step in [*before, last])


def test_agents_are_called_by_role_and_number_and_know_their_seats() -> None:
    env = parallel_env("korea-1997")
    assert {agent: env.seat(agent) for agent in env.possible_agents} == {
        "government_0": "JP",
        "government_1": "US",
        "government_2": "DE",
        "bank_0": "JP-banks",
        "bank_1": "DE-banks",
        "imf_0": "IMF",
    }
    assert env.max_num_agents == 6


def test_every_number_of_an_observation_has_a_name_of_its_own() -> None:
    env = parallel_env(CAMPAIGN)
    observations, _ = env.reset(seed=1)
    for agent in env.possible_agents:
        names = env.observation_names(agent)
        assert len(set(names)) == len(names) == len(observations[agent]["observation"])
    assert len(env.state_names()) == len(env.state())


def test_an_observation_holds_what_was_said_and_asked_in_billions() -> None:
    env = parallel_env("east-asia")
    env.reset(seed=1)
    observations, *_ = env.step(untouched(env) | {"government_0": 100})
    names = env.observation_names("government_1")
    seen = dict(zip(names, observations["government_1"]["observation"].tolist(), strict=True))
    assert seen["JP.intention_bn"] == 5
    assert seen["gap.scheduled_need_bn"] == 60
    assert seen["own.public_stake_bn"] == 17
    assert seen["asked.package"] == 1
    assert seen["asked.pledge"] == 0


def test_a_package_names_whom_it_asks_for_something() -> None:
    env = parallel_env("korea-1997")
    to_question(env, "package")
    observations, *_ = env.step(untouched(env) | {"imf_0": 4})
    for agent, names_it in (("government_0", 1), ("bank_0", 1), ("imf_0", 0)):
        place = env.observation_names(agent).index("package.IMF.names_me")
        assert observations[agent]["observation"][place] == names_it


def test_what_happens_outside_the_table_is_seen_once_it_has_happened() -> None:
    card = EventCard("vote", "A vote", "They voted.", (Effect(US, "capacity_musd", 0.5),), round=2)
    scenario = replace(CRISIS, switches=replace(ALL_ON, cards=True), cards=(card,))
    env = parallel_env(scenario)
    observations, infos = env.reset(seed=1)
    place = env.observation_names("government_0").index("card.vote")
    while env.agents:
        happened = infos["government_0"]["round"] >= 2
        assert observations["government_0"]["observation"][place] == happened
        observations, _, _, _, infos = env.step(untouched(env))
    assert len(env.match.state.history) > 1


def test_a_seat_does_not_see_what_is_private_to_another() -> None:
    def richer(seat: Any) -> Any:
        if not isinstance(seat, Government) or seat.id != "US":
            return seat
        return replace(seat, private_domestic_rate=0.4, public_stake_musd=1)

    known = load("east-asia")
    other = replace(known, seats=tuple(map(richer, known.seats)))
    games = [parallel_env(one) for one in (known, other)]
    for env in games:
        env.reset(seed=1)
    while games[0].agents:
        seen = [env.step(dict.fromkeys(env.agents, 3))[0] for env in games]
        assert not np.array_equal(*(one["government_1"]["observation"] for one in seen))
        # What it pays is not what others get: JP's own total is the same too.
        for agent in ("government_0", "government_2"):
            np.testing.assert_equal(seen[0][agent], seen[1][agent])


def test_an_option_outside_the_mask_counts_as_the_nearest_and_the_info_says_which() -> None:
    env = parallel_env("east-asia")
    observations = to_question(env, "package")
    assert observations["government_4"]["action_mask"].sum() == 5
    *_, infos = env.step(untouched(env) | {"government_4": 60})
    assert infos["government_4"]["taken"] == 4


def test_the_mask_allows_what_the_options_stand_for() -> None:
    env = parallel_env("east-asia", pledge_step_musd=5_000)
    observations = to_question(env, "pledge")
    assert env.option_values("government_0") == [0, 5_000, 10_000, 15_000, 20_000]
    assert observations["government_0"]["action_mask"].tolist()[:5] == [1] * 5


def test_the_lines_of_the_ledger_are_in_the_infos_of_the_step_that_resolved_them() -> None:
    env = parallel_env("east-asia")
    to_question(env, "pledge")
    # Model, table 6.1: lines of JP at the Nash equilibrium of R5.
    pledges = {"government_0": 243, "government_1": 198, "government_2": 18}
    _, rewards, _, _, infos = env.step({**pledges, "government_3": 7, "government_4": 5})
    assert infos["government_0"]["lines_musd"] == {
        "public": 3_925,
        "home_economy": 4_710,
        "home_banks": 2_826,
        "link_institutional": 577,
        "link_economic": 608,
        "private_domestic": 1_822,
        "private_international": 1_215,
        "cost_bilateral": -6_597,
    }
    assert rewards["government_0"] == 9_086


def test_bots_play_the_seats_that_are_given_to_them() -> None:
    env = parallel_env("east-asia", bots={"US": "best-reply", "DE": "free-rider"})
    assert [env.seat(agent) for agent in env.possible_agents] == ["JP", "UK", "AU"]
    trace(env, 1)
    assert env.match.state.history[0].pledges_musd["DE"] == 0
    assert env.match.state.bots["US"] == "best-reply"
    assert not env.match.failures


def test_a_reset_may_name_other_bots() -> None:
    env = parallel_env("east-asia", bots={"US": "free-rider"})
    env.reset(seed=1, options={"bots": {"US": "full-contributor"}})
    while env.agents:
        env.step(untouched(env))
    assert env.match.state.history[0].pledges_musd["US"] == 25_000


def test_the_bots_of_a_reset_are_for_the_seats_of_bots() -> None:
    env = parallel_env("east-asia", bots={"US": "free-rider"})
    with pytest.raises(ValueError, match="bots play US, not US, JP"):
        env.reset(options={"bots": {"JP": "free-rider"}})


def test_resets_without_a_seed_are_other_games_and_the_same_sequence_after_a_seed() -> None:
    env = parallel_env("korea-1997")

    def seeds() -> list[int]:
        env.reset(seed=9)
        found = []
        for _ in range(2):
            env.reset()
            found.append(env.match.state.draws.seed)
        return found

    first = seeds()
    assert first == seeds()
    assert first[0] != first[1]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_in_the_middle_of_a_game_goes_on_by_itself(
    copied: Callable[[BackstopEnv], BackstopEnv],
) -> None:
    env = parallel_env("korea-1997", bots={"US": "reciprocal"})
    env.reset(seed=1)
    for _ in range(5):
        env.step(untouched(env))
    other = copied(env)
    events = len(env.match.events)
    while other.agents:
        other.step(untouched(other))
    assert len(env.match.events) == events
    while env.agents:
        env.step(untouched(env))
    assert env.match.events == other.match.events


def test_the_board_is_rendered_in_words_where_that_is_asked_for() -> None:
    env = parallel_env("korea-1997", render_mode="ansi")
    trace(env, 1)
    lines = (env.render() or "").splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("crisis 1, round 1: US$ ")
    assert parallel_env("korea-1997").render() is None


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: parallel_env("nowhere"), ScenarioError, "nowhere"),
    (lambda: parallel_env("vcm", render_mode="human"), ValueError, "human .*allowed: ansi"),
    (lambda: parallel_env("vcm", pledge_step_musd=300), ValueError, "multiples of 1000"),
    (lambda: parallel_env("vcm", bots={"P9": "free-rider"}), Refused, "no seat P9"),
    (lambda: parallel_env("vcm", bots={"P1": "nobody"}), Refused, "nobody"),
]


@pytest.mark.parametrize(("make", "error", "words"), REFUSED)
def test_a_wrong_setting_is_refused_in_words(
    make: Callable[[], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ({}, "allowed: government_0, government_1, government_2, government_3"),
        ({"government_1": 21}, "action of government_1: 21 .*allowed: 0..20"),
        ({"government_1": -1}, "allowed: 0..20"),
        ({"government_1": 0.5}, "allowed: 0..20"),
    ],
)
def test_actions_that_are_none_are_refused_in_words(actions: dict[str, Any], words: str) -> None:
    env = parallel_env("vcm")
    env.reset(seed=1)
    with pytest.raises(ValueError, match=words):
        env.step(untouched(env) | actions if actions else actions)


def test_a_game_that_is_over_takes_no_actions() -> None:
    env = parallel_env("vcm")
    trace(env, 1)
    with pytest.raises(ValueError, match="over"):
        env.step({})
