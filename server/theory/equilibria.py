"""Best replies, where they lead, and all the places where nobody wants to move.

Owns the search for pure Nash equilibria on the grid. A tie goes to the smaller pledge. Knows
stages only; `solution` says what was found in money and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from server.theory.stage import Floats, Pledges, Stage

TIE_MUSD = 1e-6
"""Payoffs that differ by less are equal: far below a million, far above rounding."""
MOST_SWEEPS = 500
"""Rounds of best replies after which a start counts as never coming to rest."""
CHUNK = 2_000_000
"""Payoffs computed at a time, to bound memory."""


@dataclass
class Replies:
    """The best replies of a stage, kept once they are known."""

    stage: Stage
    _known: dict[int, dict[int, int]] = field(default_factory=dict)
    """By government: the sum of the others' pledges, and the reply to it."""

    def to(self, place: int, profiles: Pledges) -> Pledges:
        """The best reply of one government to each row; its own entry is not looked at."""
        if not self.stage.only_total_matters:
            return self._computed(place, profiles)
        known = self._known.setdefault(place, {})
        others = profiles.sum(axis=1) - profiles[:, place]
        totals, where = np.unique(others, return_inverse=True)
        new = np.array([total for total in totals.tolist() if total not in known], dtype=np.int64)
        if new.size:
            replies = self._computed(place, self._with_others(place, new))
            known.update(zip(new.tolist(), replies.tolist(), strict=True))
        return np.array([known[total] for total in totals.tolist()], dtype=np.int64)[where]

    def to_all_totals(self, place: int) -> tuple[Pledges, Pledges]:
        """Every sum that the others can pledge, and the reply to each.

        Only for stages where nothing else matters.
        """
        others = self.stage.limits_musd.sum() - self.stage.limits_musd[place]
        totals = np.arange(0, others + 1, self.stage.grid_musd, dtype=np.int64)
        return totals, self.to(place, self._with_others(place, totals))

    def _with_others(self, place: int, totals: Pledges) -> Pledges:
        """Profiles in which one other government pledges what all others do."""
        seats = len(self.stage.seats)
        profiles = np.zeros((len(totals), seats), dtype=np.int64)
        if seats > 1:
            profiles[:, (place + 1) % seats] = totals
        return profiles

    def _computed(self, place: int, profiles: Pledges) -> Pledges:
        levels = self.stage.levels_musd(place)
        rows = max(1, CHUNK // (len(levels) * len(self.stage.seats)))
        parts = [
            levels[_first_best(self.stage.own_payoffs(place, profiles[start : start + rows]))]
            for start in range(0, len(profiles), rows)
        ]
        return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _first_best(payoffs: Floats) -> Pledges:
    """In each row the first column that is as good as the best."""
    best = payoffs.max(axis=1, keepdims=True)
    return np.asarray((payoffs >= best - TIE_MUSD).argmax(axis=1), dtype=np.int64)


def settle(
    replies: Replies, starts: Pledges, movers: Sequence[int] | None = None
) -> tuple[Pledges, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Where best replies in turn, in seat order, lead from each row.

    Args:
        replies: of the stage.
        starts: profiles on the grid, one a row.
        movers: places of those who reply; all by default, the rest stay as they start.

    Returns:
        The profiles at the end, and which of them are at rest.
    """
    profiles = starts.copy()
    places = range(profiles.shape[1]) if movers is None else movers
    restless = np.arange(len(profiles))
    for _ in range(MOST_SWEEPS):
        before = profiles[restless]
        now = before.copy()
        for place in places:
            now[:, place] = replies.to(place, now)
        profiles[restless] = now
        restless = restless[(now != before).any(axis=1)]
        if not restless.size:
            break
    at_rest = np.ones(len(profiles), dtype=np.bool_)
    at_rest[restless] = False
    return profiles, at_rest


def regrets_musd(stage: Stage, profiles: Pledges) -> Floats:
    """What each government misses against its best reply, in each row.

    A row of zeros is a Nash equilibrium, whoever is indifferent included.
    """
    columns = []
    payoffs = stage.payoffs(profiles)
    for place in range(len(stage.seats)):
        rows = max(1, CHUNK // (len(stage.levels_musd(place)) * len(stage.seats)))
        best = [
            stage.own_payoffs(place, profiles[start : start + rows]).max(axis=1)
            for start in range(0, len(profiles), rows)
        ]
        columns.append(np.concatenate([np.empty(0), *best]) - payoffs[:, place])
    return np.maximum(0.0, np.column_stack(columns))


def work_of_all(stage: Stage) -> int:
    """How many payoffs `all_equilibria` would compute."""
    levels = stage.limits_musd // stage.grid_musd + 1
    return int((levels * (levels.sum() - levels)).sum())


def all_equilibria(replies: Replies, most: int) -> tuple[list[tuple[int, ...]], int]:
    """Every equilibrium in which whoever is indifferent pledges the smaller amount.

    Where best replies depend on the others' sum alone, a pledge x can be part of an
    equilibrium with total T only if it is the reply to T - x. So for each T there are few
    candidates a government, and the equilibria are the ways in which they add up to T.

    Args:
        replies: of a stage in which only the total matters.
        most: as many are listed.

    Returns:
        The profiles by ascending total, at most `most` of them, and how many there are.
    """
    candidates = [_by_total(*replies.to_all_totals(place)) for place in _places(replies.stage)]
    totals = set(candidates[0]).intersection(*candidates[1:])
    listed: list[tuple[int, ...]] = []
    count = 0
    for total in sorted(totals):
        choices = [by_total[total] for by_total in candidates]
        tails = _ways_of_tails(choices)
        count += tails[0].get(total, 0)
        if len(listed) < most:
            found = _adding_up(choices, tails, total)
            listed += islice(found, most - len(listed))
    return listed, count


def _places(stage: Stage) -> range:
    return range(len(stage.seats))


def _by_total(totals: Pledges, replies: Pledges) -> dict[int, list[int]]:
    """For each total of all, what a government replies to that leads to just this total."""
    found: dict[int, list[int]] = {}
    for others, reply in zip(totals.tolist(), replies.tolist(), strict=True):
        found.setdefault(others + reply, []).append(reply)
    return found


def _ways_of_tails(choices: list[list[int]]) -> list[dict[int, int]]:
    """From each place on, in how many ways the rest can come to a sum."""
    tails: list[dict[int, int]] = [{0: 1}]
    for pledges in reversed(choices):
        ways: dict[int, int] = {}
        for rest, count in tails[0].items():
            for pledge in pledges:
                ways[rest + pledge] = ways.get(rest + pledge, 0) + count
        tails.insert(0, ways)
    return tails


def _adding_up(
    choices: list[list[int]], tails: list[dict[int, int]], total: int
) -> Iterator[tuple[int, ...]]:
    if not choices:
        yield ()
        return
    for pledge in sorted(choices[0]):
        if total - pledge in tails[1]:
            for rest in _adding_up(choices[1:], tails[1:], total - pledge):
                yield (pledge, *rest)


def random_starts(stage: Stage, count: int, seed: int) -> Pledges:
    """Profiles drawn evenly from the grid, one a row."""
    random = np.random.default_rng(seed)
    steps = stage.limits_musd // stage.grid_musd
    return np.asarray(random.integers(0, steps + 1, size=(count, len(steps))) * stage.grid_musd)


def distinct(profiles: Iterable[Sequence[int]]) -> list[tuple[int, ...]]:
    """Each profile once: by ascending total, then the smaller pledges first."""
    return sorted(set(map(tuple, profiles)), key=lambda profile: (sum(profile), profile))
