"""Who plays whom: the groups that a plan's design makes of its pools, and their seeds.

Pure: the same plan gives the same groups in the same order. Five designs:

* ``balanced``: in each block every bot sits in every seat of its role equally often, beside
  bots drawn by chance; no bot twice in a group where the pool is large enough.
* ``swap``: in each block a group is drawn by chance; then, seat by seat, every bot of the pool
  takes the seat while all else stays as it was. The pairs for paired tests.
* ``full``: every combination of bots in seats.
* ``groups``: in each block every group of governments there can be, whoever sits where: seats
  and the bots of other roles are drawn by chance. What evolution needs.
* ``alike``: one bot in every seat of a role, for each bot of the largest pool.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from server.game.scenario import Role, Scenario, SeatId
from server.tournament.plan import Plan, plain_name

Cast = dict[SeatId, str]


@dataclass(frozen=True, slots=True)
class Planned:
    """A match to be played."""

    number: int
    """In the tournament, from 1."""
    scenario: int
    """Its place in the plan."""
    block: int
    repetition: int
    seed: int
    cast: Cast
    focal: SeatId | None = None
    """The seat that changes hands while all else stays."""


def matches(plan: Plan) -> Iterator[Planned]:
    """All matches of a plan, in order."""
    numbers = itertools.count(1)
    for index, scenario in enumerate(plan.scenarios):
        for block in range(1, plan.document.blocks + 1):
            for cast, focal in _block(plan, scenario, block):
                for repetition in range(1, plan.document.repetitions + 1):
                    # The same for all groups of a block, so that they meet the same chance.
                    seed = seed_of(plan.document.seed, plain_name(scenario.name), block, repetition)
                    yield Planned(next(numbers), index, block, repetition, seed, cast, focal)


def count(plan: Plan) -> int:
    """How many matches a plan has."""
    of_one_block = sum(_block_size(plan, scenario) for scenario in plan.scenarios)
    return of_one_block * plan.document.blocks * plan.document.repetitions


def seed_of(root: int, *path: object) -> int:
    """A seed by its place in the plan: 63 bits of SHA-256, whatever was played before."""
    text = "/".join(map(str, (root, *path)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _pools(plan: Plan, scenario: Scenario) -> dict[SeatId, tuple[str, ...]]:
    """The bots that may sit in each seat."""
    fixed = plan.document.seats
    return {
        seat.id: (fixed[seat.id],) if seat.id in fixed else plan.pool(seat.role)
        for seat in scenario.seats
    }


def _by_role(plan: Plan, scenario: Scenario) -> dict[Role, list[SeatId]]:
    """The seats whose bots change, by role."""
    seats: dict[Role, list[SeatId]] = {}
    for seat in scenario.seats:
        if seat.id not in plan.document.seats:
            seats.setdefault(seat.role, []).append(seat.id)
    return seats


def _block(plan: Plan, scenario: Scenario, block: int) -> Iterator[tuple[Cast, SeatId | None]]:
    match plan.document.design:
        case "balanced":
            yield from ((cast, None) for cast in _balanced(plan, scenario, block))
        case "swap":
            yield from _swap(plan, scenario, block)
        case "full":
            pools = _pools(plan, scenario)
            yield from (
                (dict(zip(pools, chosen, strict=True)), None)
                for chosen in itertools.product(*pools.values())
            )
        case "groups":
            yield from ((cast, None) for cast in _groups(plan, scenario, block))
        case "alike":
            yield from ((cast, None) for cast in _alike(plan, scenario))


def _block_size(plan: Plan, scenario: Scenario) -> int:
    roles, pools = _by_role(plan, scenario), _pools(plan, scenario)
    match plan.document.design:
        case "balanced":
            return math.lcm(*(len(plan.pool(role)) for role in roles))
        case "swap":
            return sum(len(pool) for pool in pools.values() if len(pool) > 1) or 1
        case "full":
            return math.prod(len(pool) for pool in pools.values())
        case "groups":
            seats = len(roles.get(Role.GOVERNMENT, ()))
            return math.comb(len(plan.pool(Role.GOVERNMENT)) + seats - 1, seats)
        case "alike":
            return max((len(plan.pool(role)) for role in roles), default=1)


def _balanced(plan: Plan, scenario: Scenario, block: int) -> Iterator[Cast]:
    """Latin squares by role, each as often as fits the largest common cycle."""
    roles = _by_role(plan, scenario)
    draw = Random(f"{plan.document.seed}/{plain_name(scenario.name)}/{block}/groups")
    size = _block_size(plan, scenario)
    columns: dict[SeatId, list[str]] = {}
    for role, seats in roles.items():
        pool = plan.pool(role)
        for _ in range(size // len(pool)):
            for seat, column in zip(seats, _square(pool, len(seats), draw), strict=True):
                columns.setdefault(seat, []).extend(column)
    for match in range(size):
        yield {
            seat.id: columns[seat.id][match] if seat.id in columns else fixed
            for seat in scenario.seats
            if (fixed := plan.document.seats.get(seat.id, "")) or seat.id in columns
        }


def _square(pool: Sequence[str], seats: int, draw: Random) -> Iterator[list[str]]:
    """For each seat the bots in an order in which each comes once."""
    size = len(pool)
    order = draw.sample(pool, size)
    shifts = [shift for _ in range(-(-seats // size)) for shift in draw.sample(range(size), size)]
    for shift in shifts[:seats]:
        yield [order[(shift + place) % size] for place in range(size)]


def _swap(plan: Plan, scenario: Scenario, block: int) -> Iterator[tuple[Cast, SeatId | None]]:
    pools = _pools(plan, scenario)
    draw = Random(f"{plan.document.seed}/{plain_name(scenario.name)}/{block}/groups")
    group = {seat: draw.choice(pool) for seat, pool in pools.items()}
    moving = [seat for seat, pool in pools.items() if len(pool) > 1]
    if not moving:
        yield group, None
    for seat in moving:
        for bot in pools[seat]:
            yield group | {seat: bot}, seat


def _groups(plan: Plan, scenario: Scenario, block: int) -> Iterator[Cast]:
    pools = _pools(plan, scenario)
    draw = Random(f"{plan.document.seed}/{plain_name(scenario.name)}/{block}/groups")
    others = {seat: draw.choice(pool) for seat, pool in pools.items()}
    seats = _by_role(plan, scenario).get(Role.GOVERNMENT, [])
    for group in itertools.combinations_with_replacement(plan.pool(Role.GOVERNMENT), len(seats)):
        seated = draw.sample(group, len(group))
        yield others | dict(zip(seats, seated, strict=True))


def _alike(plan: Plan, scenario: Scenario) -> Iterator[Cast]:
    roles, fixed = _by_role(plan, scenario), plan.document.seats
    for place in range(_block_size(plan, scenario)):
        yield {
            seat.id: fixed.get(seat.id) or _around(plan.pool(seat.role), place)
            for seat in scenario.seats
            if seat.id in fixed or seat.role in roles
        }


def _around(pool: Sequence[str], place: int) -> str:
    return pool[place % len(pool)]


def is_alike(cast: Mapping[SeatId, str], scenario: Scenario) -> bool:
    """Whether all governments are played by one bot: self-play, shown apart."""
    return len({cast[seat.id] for seat in scenario.governments}) == 1
