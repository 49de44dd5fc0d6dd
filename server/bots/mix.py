"""The shipped mix of bots: who sits in which seat, drawn from a session's seed.

Owns the mix alone. Scenarios are tuned against it, so a change here means measuring again
(`benchmarks/difficulty.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from server.game.scenario import Role, Scenario, SeatId

MIX: Mapping[Role, Mapping[str, int]] = {
    # Half conditional co-operators, as in Fischbacher, Gächter and Fehr (2001); those who
    # give nothing are fewer, as some of the selfish reckon (best-reply) and some lead.
    Role.GOVERNMENT: {
        "conditional": 9,
        "leader": 6,
        "best-reply": 3,
        "follower": 1,
        "free-rider": 1,
    },
    Role.BANK: {"best-reply": 11, "stay": 6, "crowd": 2, "run": 1},
    Role.IMF: {"by-the-book": 4, "strict": 1},
    Role.DEBTOR: {"adjuster": 3, "player-off": 1},
}
"""By role, the bots and their weights."""


def cast(scenario: Scenario, seed: int) -> dict[SeatId, str]:
    """A bot for every seat: the same for the same scenario and seed.

    A follower follows the first other government, whom history made the likely leader.
    """
    random = Random(f"{seed}/mix")
    return {seat.id: _drawn(scenario, seat.id, seat.role, random) for seat in scenario.seats}


def _drawn(scenario: Scenario, seat: SeatId, role: Role, random: Random) -> str:
    weights = MIX[role]
    (name,) = random.choices(list(weights), list(weights.values()))
    if name != "follower":
        return name
    leaders = [other.id for other in scenario.governments if other.id != seat]
    return f"follower:{leaders[0]}" if leaders else "conditional"
