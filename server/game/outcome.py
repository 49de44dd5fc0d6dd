"""What a round came to: all that the payoff lines depend on beside the scenario.

Owns the shape alone; `server.game.crisis` makes it, the lines read it. Fields of advanced
rules are empty or zero where the rule is off. Money is whole US$ millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.game.scenario import SeatId


def withdrawn_musd(claims_musd: int, permille: int) -> int:
    """q·D in whole US$ millions: what a bank takes out; the rest of its claims stays."""
    return round(permille * claims_musd / 1000)


@dataclass(frozen=True, slots=True)
class Favour:
    """A government's promise to one of its banks: money for staying."""

    favour_musd: int
    withdrawn_at_most_permille: int
    """Paid if the bank withdraws no more than this."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A resolved round."""

    divisor: int
    """By how many rounds the scenario's money is divided; 1 for the undivided game."""
    need_musd: int
    """N, withdrawals included."""
    tranche_musd: int
    """f: IMF money drawn."""
    ifi_musd: int
    effective_musd: int
    """E: all money drawn."""
    stability: float
    """S, rounded to 9 decimals."""
    drawn_musd: Mapping[SeatId, int]
    """x by government, paid calls of the second line included."""
    claims_due_musd: Mapping[SeatId, int]
    """D by bank, this round."""
    withdrawn_permille: Mapping[SeatId, int]
    """q by bank, in thousandths, as it came about."""
    leader: SeatId | None = None
    """The government whose alternative passed."""
    cross_default: bool = False
    """So much was withdrawn that all claims fell due."""
    inactive: tuple[SeatId, ...] = ()
    """Governments whose conditions on the others were not met."""
    refunded: bool = False
    """The money did not reach the need, and pledges were given back."""
    regional_musd: int = 0
    """f_R: the regional fund's money drawn."""
    reserves_used_musd: int = 0
    crowd_withdrawn_musd: int = 0
    """chi·F: what the crowd took out."""
    called_musd: Mapping[SeatId, int] = field(default_factory=dict)
    """Of the second line, by government."""
    refused: tuple[SeatId, ...] = ()
    """Governments that were called and did not pay."""
    undrawn_musd: Mapping[SeatId, int] = field(default_factory=dict)
    """y: second line announced and neither called nor refused, after this round."""
    in_programme: bool = False
    on_track: bool = True
    """Whether the Fund was free to pay the programme's tranche."""
    terms: tuple[float, ...] = ()
    """K of the programme in force, by dimension."""
    strictness: Mapping[SeatId, float] = field(default_factory=dict)
    """k by government, 0..1: its own, or that of the programme."""
    required_strictness: float = 0.0
    """Of the programme or the regional fund's money in force."""
    compliance: float = 1.0
    """How far the debtor kept the programme, 0..1."""
    asked_musd: Mapping[SeatId, Mapping[SeatId, int]] = field(default_factory=dict)
    """A by government pressed, then by the one that pressed it."""
    guidance_permille: Mapping[SeatId, int] = field(default_factory=dict)
    """y by government: how hard it guided its banks."""
    lobbied_permille: Mapping[SeatId, int] = field(default_factory=dict)
    """How hard each bank lobbied its government."""
    favours: Mapping[SeatId, Favour] = field(default_factory=dict)
    """By bank: what its government promised it."""
    defaulted: bool = False
    """The debtor went into default in this round."""
    hazard_growth_musd: float = 0.0
    """N0·(M' - M): by how much the next crisis grew; 0 but in a crisis's last round."""

    @property
    def coverage(self) -> float:
        """Z: the share of the need that was paid; 1 where nothing was needed."""
        return min(1.0, self.effective_musd / self.need_musd) if self.need_musd else 1.0

    @property
    def staying_share(self) -> float | None:
        """P: the share of due bank claims that stays; None where nothing falls due."""
        due = sum(self.claims_due_musd.values())
        if not due:
            return None
        staying = sum(
            (1000 - self.withdrawn_permille[bank]) * claims
            for bank, claims in self.claims_due_musd.items()
        )
        return staying / (1000 * due)
