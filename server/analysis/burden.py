"""Who paid how much of the rescue, beside quota, stake and exposure.

Owns burden sharing and the index of free riding. A government's *part* of the best rescue
is the sum of the optimum's pledges, shared by stake: what paying by one's interest would be.
Its *fair share* is by quota, as the members of the Fund share its own money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server.analysis.played import Played, PlayedRound
from server.analysis.statistics import gini, ratio, spearman
from server.game import standing
from server.game.payoffs import stake_musd
from server.game.scenario import Government, Scenario, SeatId

Conduct = Literal["full co-operation", "partial co-operation", "avoidance"]
FULL = 0.9
"""Part of its fair share from which a government has co-operated in full."""
AVOIDING = 0.1
"""And up to which it has stood back."""


@dataclass(frozen=True, slots=True)
class Burden:
    """One government's part, over all resolved rounds."""

    pledged_musd: int
    paid_musd: int
    """Drawn of its pledges, paid calls included."""
    paid_share: float | None
    """Of all bilateral money; None where nobody paid."""
    quota_share: float | None
    """Of the quotas at the table; None where there are none."""
    stake_share: float | None
    exposure_share: float | None
    part_musd: float
    """Its part of the best rescue."""
    free_riding: float | None
    """1 - paid/part, not below 0: 0 carried its part, 1 paid nothing; None: there is no part."""
    conduct: Conduct | None
    """By what it paid of its fair share; None where governments had nothing to find."""


@dataclass(frozen=True, slots=True)
class BurdenSharing:
    """All governments together, over all resolved rounds."""

    by_seat: Mapping[SeatId, Burden]
    gini: float | None
    """Of what each paid: 0 all the same, (n-1)/n one paid all."""
    rank_with_quota: float | None
    """Spearman's correlation of what each paid with its quota; None where it has no meaning."""
    rank_with_stake: float | None
    rank_with_exposure: float | None
    free_riding: float | None
    """The missing money of those below their part, of all parts together."""


def burden_sharing(played: Played) -> BurdenSharing:
    """Who paid how much, and beside what."""
    seats = played.governments
    paid = _summed(played, "drawn_musd")
    pledged = _summed(played, "pledges_musd")
    weights = _weights(played.scenario)
    stakes = shares(weights["stake"])
    best = sum(sum(one.theory.optimum.pledges_musd.values()) for one in played.rounds)
    whole = sum(paid.values())
    fair = _fair_shares_musd(played)
    quotas, exposures = shares(weights["quota"]), shares(weights["exposure"])
    by_seat = {
        seat: Burden(
            pledged[seat],
            paid[seat],
            ratio(paid[seat], whole),
            quotas[seat],
            stakes[seat],
            exposures[seat],
            part_musd := best * (stakes[seat] or 0.0),
            max(0.0, 1 - paid[seat] / part_musd) if part_musd else None,
            conduct_of(paid[seat], fair[seat]),
        )
        for seat in seats
    }
    short = sum(max(0.0, one.part_musd - one.paid_musd) for one in by_seat.values())
    amounts = list(paid.values())
    return BurdenSharing(
        by_seat,
        gini(amounts),
        spearman(amounts, list(weights["quota"].values())),
        spearman(amounts, list(weights["stake"].values())),
        spearman(amounts, list(weights["exposure"].values())),
        ratio(short, sum(one.part_musd for one in by_seat.values())),
    )


def possible_shares(played: Played) -> dict[SeatId, float | None]:
    """What each government pledged of the most that it could, over all resolved rounds."""
    pledged = _summed(played, "pledges_musd")
    return {
        seat.id: ratio(
            pledged[seat.id],
            sum(
                standing.pledge_limit_musd(one.before, _now(one, seat.id)) for one in played.rounds
            ),
        )
        for seat in played.scenario.governments
    }


def _now(one: PlayedRound, seat: SeatId) -> Government:
    """The government as it was in a round: cards and crises change its numbers."""
    return next(now for now in one.before.scenario.governments if now.id == seat)


def conduct_of(paid_musd: int, fair_musd: float) -> Conduct | None:
    """The class of what a government paid, against its fair share (model, 1, row 64)."""
    if not fair_musd:
        return None
    if paid_musd >= FULL * fair_musd:
        return "full co-operation"
    return "avoidance" if paid_musd <= AVOIDING * fair_musd else "partial co-operation"


def _fair_shares_musd(played: Played) -> dict[SeatId, float]:
    """By quota, or by heads where nobody has one, of what governments had to find.

    That is the need of every round less what came from others than governments.
    """
    seats = played.governments
    found_musd = sum(
        one.resolved.need_musd
        - one.resolved.effective_musd
        + sum(one.resolved.drawn_musd[seat] for seat in seats)
        for one in played.rounds
    )
    quotas = shares(_weights(played.scenario)["quota"])
    by_heads = 1 / len(seats)
    parts = {seat: by_heads if quota is None else quota for seat, quota in quotas.items()}
    return {seat: found_musd * part for seat, part in parts.items()}


def shares(weights: Mapping[SeatId, float]) -> dict[SeatId, float | None]:
    """Each one's share of the sum."""
    whole = sum(weights.values())
    return {seat: ratio(weight, whole) for seat, weight in weights.items()}


def _weights(scenario: Scenario) -> dict[str, dict[SeatId, float]]:
    """Of the first crisis, as it was opened."""
    return {
        "quota": {seat.id: seat.quota_share for seat in scenario.governments},
        "stake": {seat.id: stake_musd(scenario, seat) for seat in scenario.governments},
        "exposure": {seat.id: seat.bank_exposure_musd for seat in scenario.governments},
    }


def _summed(played: Played, field: str) -> dict[SeatId, int]:
    return {
        seat: sum(getattr(one.resolved, field)[seat] for one in played.rounds)
        for seat in played.governments
    }
