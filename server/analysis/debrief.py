"""The debrief in numbers, for a page that draws it: one table, or a class side by side.

Gathers what the other modules of this package found into plain frozen parts, so that a page
computes nothing. Holds no names of people. Shares and indices are numbers, None where a
quotient has no meaning; what it is called is the page's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.analysis.burden import Burden, burden_sharing, possible_shares
from server.analysis.counterfactuals import Other, best_for_all, most_told, others_of
from server.analysis.course import Act, RoundCourse, acts, courses
from server.analysis.history import BesideHistory, beside_history
from server.analysis.leadership import first_moves
from server.analysis.measures import Measures, Score, closing_round, measures, scores
from server.analysis.played import Played, PlayedRound
from server.analysis.promises import Keeping, keeping, keeping_of_all
from server.analysis.statistics import ratio
from server.analysis.words import in_order
from server.game.scenario import Role, SeatId


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """A resolved round beside theory."""

    crisis: int
    round: int
    need_musd: int
    governments_musd: int
    """What governments paid."""
    effective_musd: int
    stability: float
    nash_musd: int
    """Drawn in the equilibrium to which best replies lead from no pledges."""
    nash_high_musd: int
    """The same from the optimum; another number only where both hold by themselves."""
    optimum_musd: int
    efficiency: float | None


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """What a seat gained and, of a government, how it carried its part."""

    seat: SeatId
    name: str
    """The scenario's."""
    role: Role
    score: Score
    lines_musd: Mapping[str, int]
    """The ledger over all rounds, in its order."""
    burden: Burden | None
    """Of a government."""
    keeping: Keeping | None
    """Of a government."""
    kept_share: float | None
    """Pledged of promised; None where nothing was promised."""
    first_moves: int | None
    """In how many rounds a government moved first."""
    possible_share: float | None
    """Pledged of the most that a government could have pledged; None where that was nothing."""
    others: tuple[Other, ...]
    """Decisions of its own that would have changed most for it."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The governments together."""

    gini: float | None
    rank_with_quota: float | None
    rank_with_stake: float | None
    rank_with_exposure: float | None
    free_riding: float | None
    kept: Keeping
    kept_share: float | None


@dataclass(frozen=True, slots=True)
class TableDebrief:
    """One table."""

    session: str
    number: int
    title: str
    ending: str | None
    """None while it is played."""
    measures: Measures
    sharing: Sharing
    rounds: tuple[RoundFigures, ...]
    closing: tuple[int, int] | None
    """Crisis and round of the first need that was met in full; None: none was."""
    courses: tuple[RoundCourse, ...]
    """Of the same rounds."""
    acts: tuple[Act, ...]
    """Who did what when."""
    seats: tuple[SeatFigures, ...]
    """In seat order."""
    others: tuple[Other, ...]
    """Single decisions that would have helped all governments together most."""
    history: tuple[BesideHistory, ...]
    histories: tuple[str, ...]
    """The texts of the crises that have one."""


@dataclass(frozen=True, slots=True)
class TableInClass:
    """One table among those of a class."""

    session: str
    number: int
    measures: Measures
    sharing: Sharing
    scores: Mapping[SeatId, Score]
    paid_musd: Mapping[SeatId, int]
    """By government."""
    possible_share: Mapping[SeatId, float]
    """What each government pledged of the most that it could."""
    crises: int
    """How many were played."""
    closing: tuple[int, int] | None
    """As of the table."""
    nash_provision: float | None
    """Money drawn of money needed in the equilibrium from no pledges."""
    optimum_provision: float | None


@dataclass(frozen=True, slots=True)
class ClassDebrief:
    """Tables of one scenario beside one another."""

    tables: tuple[TableInClass, ...]
    seats: Mapping[SeatId, str]
    """The scenario's names, in seat order."""


def table_debrief(played: Played) -> TableDebrief:
    """All of one table."""
    others = {seat.id: others_of(played, seat.id) for seat in played.scenario.seats}
    return TableDebrief(
        played.id,
        played.about.table_number,
        played.scenario.title,
        played.state.ending,
        measures(played),
        _sharing(played),
        tuple(_round(one) for one in played.rounds),
        closing_round(played),
        courses(played),
        acts(played),
        _seats(played, others),
        tuple(best_for_all(others)),
        tuple(beside_history(played)),
        tuple(one.history for one in played.state.campaign if one.history),
    )


def class_debrief(tables: Sequence[TableDebrief]) -> ClassDebrief:
    """Tables beside one another, those that resolved no round left out."""
    found = [one for one in tables if one.rounds]
    return ClassDebrief(
        tuple(_in_class(one) for one in found),
        {seat.seat: seat.name for one in found[:1] for seat in one.seats},
    )


def _in_class(table: TableDebrief) -> TableInClass:
    found = table.measures
    return TableInClass(
        table.session,
        table.number,
        found,
        table.sharing,
        {seat.seat: seat.score for seat in table.seats},
        {seat.seat: seat.burden.paid_musd for seat in table.seats if seat.burden},
        {seat.seat: seat.possible_share for seat in table.seats if seat.possible_share is not None},
        len({one.crisis for one in table.rounds}),
        table.closing,
        ratio(found.nash_effective_musd, found.need_musd),
        ratio(found.optimum_effective_musd, found.need_musd),
    )


def _sharing(played: Played) -> Sharing:
    burden, kept = burden_sharing(played), keeping_of_all(played)
    return Sharing(
        burden.gini,
        burden.rank_with_quota,
        burden.rank_with_stake,
        burden.rank_with_exposure,
        burden.free_riding,
        kept,
        kept.share,
    )


def _round(one: PlayedRound) -> RoundFigures:
    return RoundFigures(
        one.resolved.crisis,
        one.resolved.round,
        one.resolved.need_musd,
        sum(one.resolved.drawn_musd.values()),
        one.resolved.effective_musd,
        one.resolved.stability,
        one.theory.nash.effective_musd,
        one.theory.nash_from_optimum.effective_musd,
        one.theory.optimum.effective_musd,
        one.theory.played.efficiency,
    )


def _seats(played: Played, others: Mapping[SeatId, Iterable[Other]]) -> tuple[SeatFigures, ...]:
    found, burden, kept = scores(played), burden_sharing(played).by_seat, keeping(played)
    firsts, possible = first_moves(played), possible_shares(played)
    return tuple(
        SeatFigures(
            seat.id,
            seat.name,
            seat.role,
            found[seat.id],
            _lines(played, seat.id),
            burden.get(seat.id),
            kept.get(seat.id),
            kept[seat.id].share if seat.id in kept else None,
            firsts.get(seat.id),
            possible.get(seat.id),
            tuple(most_told(others[seat.id])),
        )
        for seat in played.scenario.seats
    )


def _lines(played: Played, seat: SeatId) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in played.rounds:
        for line, amount_musd in one.resolved.lines_musd[seat].items():
            sums[line] = sums.get(line, 0) + amount_musd
    return in_order(sums)
