"""Trembling hands: with a small chance a seat does something else than its bot decided.

The draw is the match's own, out of the bots' reach, and the same for whoever sits in the seat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from server.game import standing
from server.game.actions import Action, Pledge, Withdraw
from server.game.scenario import Government, SeatId
from server.game.state import State


@dataclass(frozen=True, slots=True)
class Tremble:
    """A final decision that slipped: what was meant, in US$ millions or thousandths."""

    seat: SeatId
    round: int
    meant: int


def trembled(
    state: State, seat: SeatId, action: Action, chance: float
) -> tuple[Action, Tremble | None]:
    """The action, or with `chance` another one of its kind; and what was meant, if it slipped.

    Only final pledges and withdrawals slip: to any whole step that the seat may pledge, or any
    hundredth that a bank may withdraw, all equally likely.
    """
    if not isinstance(action, Pledge | Withdraw) or not action.final or not chance:
        return action, None
    random = Random(f"noise/{state.draws.seed}/{state.crisis}/{state.round}/{seat}")
    if random.random() >= chance:
        return action, None
    if isinstance(action, Withdraw):
        slipped = replace(action, withdrawn_permille=10 * random.randint(0, 100))
        return slipped, Tremble(seat, state.round, action.withdrawn_permille)
    government = state.scenario.seat_by_id[seat]
    if not isinstance(government, Government):
        return action, None
    step = state.scenario.pledge_step_musd
    most = standing.pledge_limit_musd(state, government) // step
    least = min(most, -(-standing.pledge_floor_musd(state, seat) // step))
    musd = step * random.randint(least, most)
    return replace(action, pledge_musd=musd), Tremble(seat, state.round, action.pledge_musd)
