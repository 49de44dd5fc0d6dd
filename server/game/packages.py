"""Packages: amounts for named governments and banks, answered by those they name.

Owns tabling, answering and standing; that a standing package binds is `standing.pledge_floor_musd`,
what its minimum total does is in `reveal`.
"""

from __future__ import annotations

from server.game import standing
from server.game.actions import AnswerPackage, TablePackage
from server.game.cards import PackageCard
from server.game.checks import (
    check_amount,
    check_is_on,
    check_named,
    check_range,
    check_text,
)
from server.game.events import DecidedBy, Event, PackageAnswered, PackageStood, PackageTabled
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Government, SeatId
from server.game.state import State, is_named

PACKAGE_LIMIT = 20
"""Packages that one seat may table in a round."""


def table(
    state: State, seat: SeatId, action: TablePackage, by: DecidedBy, at_ms: int
) -> list[Event]:
    """A package on the table."""
    check_text(action.text, "text")
    if not action.pledges_musd and not action.withdrawn_at_most_permille:
        raise Refused(RefusalCode.EMPTY, "the package names no seat", field="pledges_musd")
    mine = [package for package in state.table.packages if package.seat == seat]
    if len(mine) >= PACKAGE_LIMIT:
        raise Refused(
            RefusalCode.TOO_MANY,
            f"{seat} has tabled {len(mine)} packages this round",
            allowed=f"{PACKAGE_LIMIT} a round",
        )
    if action.parent is not None:
        _package(state, action.parent, "parent")
    _check_terms(state, action)
    if action.pledges_musd.get(seat):
        _check_can_pay(state, seat, action.pledges_musd[seat], f"pledges_musd.{seat}")
    return [
        PackageTabled(
            state.packages_tabled + 1,
            seat,
            dict(action.pledges_musd),
            dict(action.withdrawn_at_most_permille),
            action.parent,
            action.text,
            by,
            at_ms,
            action.minimum_total_musd,
        )
    ]


def _check_terms(state: State, action: TablePackage) -> None:
    most_musd = standing.largest_demand_musd(state)
    governments = {seat.id for seat in state.scenario.governments}
    for seat, amount_musd in action.pledges_musd.items():
        check_named(seat, governments, "pledges_musd")
        check_amount(state, amount_musd, most_musd, f"pledges_musd.{seat}")
    banks = {seat.id for seat in state.scenario.banks}
    for seat, permille in action.withdrawn_at_most_permille.items():
        check_named(seat, banks, "withdrawn_at_most_permille")
        check_range(permille, 1000, f"withdrawn_at_most_permille.{seat}")
    if action.minimum_total_musd:
        check_is_on(state.scenario.switches.package_minima, "package_minima", "minimum_total_musd")
        check_amount(state, action.minimum_total_musd, most_musd, "minimum_total_musd")


def _check_can_pay(state: State, seat: SeatId, asked_musd: int, field: str) -> None:
    """Where packages bind, nobody can sign more than it can pay."""
    signer = state.scenario.seat_by_id[seat]
    if state.scenario.switches.binding_packages and isinstance(signer, Government):
        check_amount(state, asked_musd, standing.pledge_limit_musd(state, signer), field)


def _package(state: State, number: int, field: str) -> PackageCard:
    for package in state.table.packages:
        if package.package == number:
            return package
    numbers = ", ".join(str(package.package) for package in state.table.packages)
    raise Refused(
        RefusalCode.UNKNOWN_PACKAGE,
        f"there is no package {number} this round",
        field=field,
        allowed=numbers or "none is on the table",
    )


def answer(
    state: State, seat: SeatId, action: AnswerPackage, by: DecidedBy, at_ms: int
) -> list[Event]:
    """A named seat\'s yes or no."""
    package = _package(state, action.package, "package")
    if not is_named(package, seat):
        raise Refused(
            RefusalCode.NOT_NAMED,
            f"package {action.package} asks nothing of {seat}",
            field="package",
        )
    if package.stands:
        raise Refused(
            RefusalCode.ALREADY_STANDS, f"package {action.package} already stands", field="package"
        )
    if action.accept and seat in package.pledges_musd:
        _check_can_pay(state, seat, package.pledges_musd[seat], "package")
    return [PackageAnswered(action.package, seat, action.accept, by, at_ms)]


def newly_standing(state: State, at_ms: int) -> list[Event]:
    """The packages that every named seat has accepted by now."""
    return [
        PackageStood(package.package, at_ms)
        for package in state.table.packages
        if not package.stands and all(map(package.answers.get, named_by(package)))
    ]


def named_by(package: PackageCard) -> set[SeatId]:
    """The seats of which a package asks something."""
    return {*package.pledges_musd, *package.withdrawn_at_most_permille}
