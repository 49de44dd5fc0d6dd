"""What a government had better pledged in a round that is over, by theory.

Knows logs and the theory of a round; no fork.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from server.game.events import Event, RoundResolved
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.game.state import State, evolve

Better = Literal["optimum", "best-reply"]
"""For all governments together, or for itself against what the others pledged."""


def better_pledge_musd(
    events: Iterable[Event], seat: SeatId, crisis: int, round_number: int, better: Better
) -> int:
    """The better pledge, given all that happened in the round beside the pledges.

    Raises:
        Refused: ``unknown_seat`` or ``wrong_phase``: no such government, or the round was not
            resolved.
    """
    # Whoever forks without such a wish starts without numpy.
    import numpy as np

    from server.theory.equilibria import Replies
    from server.theory.expected import pledges_that_counted, stage_of_round
    from server.theory.optimum import optimum

    state: State | None = None
    for event in events:
        here = isinstance(event, RoundResolved) and (event.crisis, event.round)
        if (
            state is not None
            and isinstance(event, RoundResolved)
            and here == (crisis, round_number)
        ):
            stage = stage_of_round(state, event)
            if seat not in stage.seats:
                raise Refused(
                    RefusalCode.UNKNOWN_SEAT,
                    f"{seat} is no government",
                    field="seat",
                    allowed=", ".join(stage.seats),
                )
            place = stage.seats.index(seat)
            if better == "optimum":
                return int(optimum(stage)[0][place])
            pledged = np.asarray(pledges_that_counted(stage, event)).reshape(1, -1)
            return int(Replies(stage).to(place, pledged)[0])
        state = evolve(state, event)
    raise Refused(
        RefusalCode.WRONG_PHASE,
        f"crisis {crisis}, round {round_number} was not resolved in this log",
        field="round",
    )
