"""Who plays with whom, and under which treatment: drawn from the room's seed, repeatable.

A participant has a place: a home group and a seat in it, the same seat in every session. With
partners the home group is played in every session. With strangers those of a seat move on
together, by the same number of groups, among the groups of their own treatment; `shifts` says
by how many. Two people then meet in a session exactly if their shifts differ by what their
home groups do, so that nobody meets twice where the differences of every two seats' shifts
never repeat. With a prime number of groups, at least as many as seats, the shift of seat j in
session k is j times k, and nobody meets twice in as many sessions as there are groups;
otherwise each session takes, seat by seat, the shift that repeats the fewest meetings.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence


def shuffled(labels: Iterable[str], seed: int) -> list[str]:
    """The order in which places are given to those who are there, the same for a seed."""
    given = sorted(labels)
    random.Random(f"{seed} places").shuffle(given)
    return given


def treatments_of(groups: int, names: Sequence[str], seed: int) -> tuple[str, ...]:
    """The treatment of each group: drawn, and no name given twice more often than another."""
    source = random.Random(f"{seed} treatments")
    given = list[str]()
    while len(given) < groups:
        given += source.sample(names, len(names))
    return tuple(given[:groups])


def paid_session(sessions: int, seed: int) -> int:
    """The one session that is paid where only one is, from 1."""
    return random.Random(f"{seed} paid").randint(1, sessions)


def shifts(groups: int, seats: int, sessions: int) -> list[tuple[int, ...]]:
    """By how many groups those of each seat move on in each session, from their home group."""
    met: dict[tuple[int, int], list[int]] = {
        (one, other): [] for other in range(seats) for one in range(other)
    }
    found = list[tuple[int, ...]]()
    for session in range(sessions):
        chosen = list[int]()
        for seat in range(seats):
            candidates = [(seat * session + more) % groups for more in range(groups)]
            if seat == 0:
                candidates = [0]

            def repeats(shift: int, chosen: list[int] = chosen, seat: int = seat) -> int:
                return sum(
                    met[one, seat].count((shift - chosen[one]) % groups) for one in range(seat)
                )

            chosen.append(min(candidates, key=repeats))
        for (one, other), differences in met.items():
            differences.append((chosen[other] - chosen[one]) % groups)
        found.append(tuple(chosen))
    return found


def grouped(
    treatments: Sequence[str], seats: int, sessions: int, *, strangers: bool
) -> list[list[tuple[int, ...]]]:
    """By session and group the places that play in it, in the order of the seats.

    Place p has home group p // seats and seat p % seats. Groups mix only with those of the same
    treatment, so that nobody sees two.
    """
    blocks = [
        [group for group, own in enumerate(treatments) if own == name]
        for name in dict.fromkeys(treatments)
    ]
    found = [[[-1] * seats for _ in treatments] for _ in range(sessions)]
    for block in blocks:
        moves = shifts(len(block), seats, sessions) if strangers else [(0,) * seats] * sessions
        for session, by in enumerate(moves):
            for at, home in enumerate(block):
                for seat in range(seats):
                    group = block[(at + by[seat]) % len(block)]
                    found[session][group][seat] = home * seats + seat
    return [[tuple(group) for group in session] for session in found]


def groups_for(people: int, seats: int, most: int | None) -> int:
    """How many groups that many people make; the last may have empty seats."""
    needed = max(1, -(-people // seats))
    return needed if most is None else min(needed, most)
