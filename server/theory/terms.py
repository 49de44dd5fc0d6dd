"""How strict each government is with the debtor where no programme binds it.

Owns the game in conditionality (model, section 3 (iii)): only the lines discipline and
concession, which do not depend on pledges. Terms are 0 (lenient) to 1 (strict).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from server.game.scenario import Scenario, SeatId
from server.theory.stage import Floats


@dataclass(frozen=True, slots=True)
class Terms:
    """Equilibrium and optimum in terms; both are all or nothing, as the lines are linear."""

    nash: dict[SeatId, int]
    """In dominant strategies; who is indifferent is lenient."""
    optimum: dict[SeatId, int]

    @property
    def dilemma(self) -> bool:
        """Whether somebody undercuts whom all together would have strict."""
        return any(self.nash[seat] < self.optimum[seat] for seat in self.nash)


def terms(scenario: Scenario) -> Terms | None:
    """The game in terms; None where terms are no decision of governments."""
    if not scenario.switches.terms:
        return None
    a, beta = _stakes(scenario)
    count = len(a)
    felt_by_others = (beta.sum() - beta) / max(1, count - 1)
    own = a / count - beta * (count > 1)
    together = a.sum() / count - beta * (count > 1) + felt_by_others
    seats = [seat.id for seat in scenario.governments]
    return Terms(_strict(seats, own), _strict(seats, together))


def payoffs_musd(scenario: Scenario, strictness: npt.ArrayLike) -> Floats:
    """discipline and concession of each government: a·mean k - beta·(k - mean of others).

    Args:
        scenario: whose stakes count.
        strictness: k by government in the last axis.
    """
    k = np.asarray(strictness, dtype=np.float64)
    a, beta = _stakes(scenario)
    whole = k.sum(axis=-1, keepdims=True)
    others = (whole - k) / max(1, len(a) - 1) if len(a) > 1 else k
    return np.asarray(a * whole / len(a) - beta * (k - others))


def _stakes(scenario: Scenario) -> tuple[Floats, Floats]:
    a = [seat.discipline_stake_musd for seat in scenario.governments]
    beta = [seat.concession_gain_musd for seat in scenario.governments]
    return np.array(a, dtype=np.float64), np.array(beta, dtype=np.float64)


def _strict(seats: list[SeatId], slopes: Floats) -> dict[SeatId, int]:
    return {seat: int(slope > 1e-9) for seat, slope in zip(seats, slopes.tolist(), strict=True)}
