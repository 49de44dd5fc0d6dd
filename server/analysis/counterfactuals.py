"""What another decision of one seat would have brought in a round, all else as it was.

By the game's own rules: the round is resolved again with the one decision changed. The others
are assumed not to react, and what the round leaves to later ones is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from server.analysis.played import Played, PlayedRound
from server.game import standing
from server.game.outcome import withdrawn_musd
from server.game.payoffs import welfare_musd
from server.game.reveal import resolve_round
from server.game.scenario import Bank, Debtor, Government, Imf, SeatId
from server.game.state import SealedWord, Table
from server.theory.expected import pledges_that_counted, stage_of_round

What = Literal[
    "nothing", "best", "all", "stay", "leave", "release", "withhold", "accept", "decline"
]
"""A government's pledge: none, its best reply, all it could; what is best is called so, whatever
it is. A bank's claims: none or all taken out. The Fund's word, and the debtor's."""
MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Other:
    """Another decision in one round."""

    seat: SeatId
    """Whose."""
    crisis: int
    round: int
    what: What
    amount_musd: int
    """The pledge; of a bank what it would have taken out; of the Fund and the debtor the tranche
    that was granted."""
    made_musd: int | None
    """What was decided in its place; None of a word."""
    change_musd: int
    """By how much the seat's payoff of the round would have been larger."""
    together_musd: int
    """And all governments' material payoffs together."""
    effective_musd: int
    """All money that would have been drawn."""
    need_musd: int
    """Of what would have been needed."""


def others_of(played: Played, seat: SeatId) -> list[Other]:
    """Other decisions of a seat in all resolved rounds; what was decided so is left out."""
    return [other for one in played.rounds for other in _others(one, seat)]


def most_told(others: Iterable[Other]) -> list[Other]:
    """Of each kind the one that would have changed most for the seat itself, in their order."""
    found = list(others)
    most = dict[str, Other]()
    for one in found:
        if one.what not in most or abs(one.change_musd) > abs(most[one.what].change_musd):
            most[one.what] = one
    return [one for one in found if most[one.what] is one]


def best_for_all(by_seat: Mapping[SeatId, Iterable[Other]]) -> list[Other]:
    """The changes that would have helped all governments together most, one a seat at most."""
    best = [
        max(found, key=lambda one: one.together_musd)
        for others in by_seat.values()
        if (found := [one for one in others if one.together_musd > 0])
    ]
    return sorted(best, key=lambda one: -one.together_musd)[:MOST_TOLD]


def _others(one: PlayedRound, seat: SeatId) -> Iterator[Other]:
    match one.before.scenario.seat_by_id[seat]:
        case Government():
            yield from _other_pledges(one, seat)
        case Bank():
            yield from _other_shares(one, seat)
        case Imf():
            yield from _other_word(one, seat, one.before.table.release)
        case Debtor():
            yield from _other_word(one, seat, one.before.table.acceptance)


def _other_pledges(one: PlayedRound, seat: SeatId) -> Iterator[Other]:
    """No pledge, the best one, and all that could be pledged."""
    table = one.before.table
    pledged = table.pledges[seat]
    floor_musd = standing.pledge_floor_musd(one.before, seat)
    best_musd, most_musd = _best_and_most(one, seat, floor_musd)
    tried: dict[int, What] = {0: "nothing", most_musd: "all"}
    tried[best_musd] = "best"
    for amount, what in sorted(tried.items()):
        if amount == pledged.pledge_musd or amount < floor_musd:
            continue
        pledges = {**table.pledges, seat: replace(pledged, pledge_musd=amount)}
        changed = replace(table, pledges=pledges)
        yield _compared(one, changed, seat, what, amount, pledged.pledge_musd)


def _best_and_most(one: PlayedRound, seat: SeatId, floor_musd: int) -> tuple[int, int]:
    stage = stage_of_round(one.before, one.resolved)
    place = stage.seats.index(seat)
    pledged = pledges_that_counted(stage, one.resolved)
    levels = stage.levels_musd(place)
    payoffs = stage.own_payoffs(place, pledged[None, :])[0][levels >= floor_musd]
    # Of equals the smaller, as everywhere in theory.
    best = int(levels[levels >= floor_musd][(payoffs >= payoffs.max() - 0.5).argmax()])
    return best, int(stage.limits_musd[place])


def _other_shares(one: PlayedRound, seat: SeatId) -> Iterator[Other]:
    """All of the claims that fall due left in, or taken out."""
    table = one.before.table
    due_musd = standing.money_of(one.before).claims_due_musd.get(seat, 0)
    made = table.withdrawals[seat]
    if not due_musd:
        return
    tried: dict[int, What] = {0: "stay", 1000: "leave"}
    for permille, what in tried.items():
        if permille == made.permille:
            continue
        withdrawals = {**table.withdrawals, seat: replace(made, permille=permille)}
        changed = replace(table, withdrawals=withdrawals)
        out_musd, made_musd = (withdrawn_musd(due_musd, part) for part in (permille, made.permille))
        yield _compared(one, changed, seat, what, out_musd, made_musd)


def _other_word(one: PlayedRound, seat: SeatId, said: SealedWord | None) -> Iterator[Other]:
    """Yes in place of no, or no in place of yes, where something was granted."""
    granted_musd = standing.granted_musd(one.before)
    if not granted_musd or said is None:
        return
    table, other = one.before.table, replace(said, yes=not said.yes)
    if said is table.release:
        what: What = "release" if other.yes else "withhold"
        changed = replace(table, release=other)
    else:
        what = "accept" if other.yes else "decline"
        changed = replace(table, acceptance=other)
    yield _compared(one, changed, seat, what, granted_musd, None)


def _compared(
    one: PlayedRound, changed: Table, seat: SeatId, what: What, amount: int, made: int | None
) -> Other:
    here = one.resolved
    there = resolve_round(replace(one.before, table=changed), here.at_ms)
    scenario = one.before.scenario
    return Other(
        seat,
        here.crisis,
        here.round,
        what,
        amount,
        made,
        sum(there.lines_musd[seat].values()) - sum(here.lines_musd[seat].values()),
        welfare_musd(scenario, there.lines_musd) - welfare_musd(scenario, here.lines_musd),
        there.effective_musd,
        there.need_musd,
    )
