"""The play beside history: what its actors pledged and paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.analysis.played import Played
from server.game.scenario import Imf, SeatId


@dataclass(frozen=True, slots=True)
class BesideHistory:
    """One of history's records, and the same seat in the play; None where it is not known,
    not a question of money, or not at the table."""

    crisis: int
    who: str
    pledged_musd: int | None
    paid_musd: int | None
    day: int | None
    """Days after the crisis began."""
    note: str
    source: str
    confidence: str
    played_pledged_musd: int | None
    """Pledged by the seat, or granted to the Fund, over the crisis's resolved rounds."""
    played_paid_musd: int | None


def beside_history(played: Played) -> Iterator[BesideHistory]:
    """Every record of every crisis, in the scenario's order."""
    for crisis, scenario in enumerate(played.state.campaign, start=1):
        for record in scenario.record:
            pledged_musd, paid_musd = _played(played, crisis, record.seat)
            yield BesideHistory(
                crisis,
                record.who,
                record.pledged_musd,
                record.paid_musd,
                record.day,
                record.note,
                record.source,
                record.confidence,
                pledged_musd,
                paid_musd,
            )


def _played(played: Played, crisis: int, seat: SeatId | None) -> tuple[int | None, int | None]:
    rounds = [one for one in played.rounds if one.resolved.crisis == crisis]
    if not rounds or seat is None:
        return None, None
    if isinstance(played.scenario.seat_by_id[seat], Imf):
        granted = (one.before.table.count for one in rounds)
        return (
            sum(count.tranche_musd for count in granted if count),
            sum(one.resolved.tranche_musd for one in rounds),
        )
    if seat not in played.governments:
        return None, None
    return (
        sum(one.resolved.pledges_musd[seat] for one in rounds),
        sum(one.resolved.drawn_musd[seat] for one in rounds),
    )
