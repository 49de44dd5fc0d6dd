"""What theory found, as text for an instructor: tables in US$ bn, and words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client_cli.amounts import bn
from client_cli.text import wrapped

if TYPE_CHECKING:
    from server.theory.board import Vote
    from server.theory.groups import Group, KGroups
    from server.theory.leadership import Leadership
    from server.theory.rollover import Rollover
    from server.theory.solution import Equilibrium, Point, Solution
    from server.theory.statics import Sensitivity
    from server.theory.terms import Terms

MOST_COLUMNS = 4
"""Equilibria in one table; of more the extreme ones are shown."""


@dataclass(frozen=True)
class Findings:
    """Everything that `backstop solve` tells."""

    solution: Solution
    k_groups: KGroups
    leaderships: list[Leadership]
    sensitivities: list[Sensitivity]
    vote: Vote | None
    rollover: Rollover | None
    terms: Terms | None


def findings(found: Findings) -> list[str]:
    """The whole answer."""
    solution = found.solution
    stage = solution.stage
    told = [*_equilibria(solution), *_hypotheses(found)]
    told += [*_groups(found.k_groups), *_leaders(found)]
    told += _vote(found) if found.vote else []
    told += _banks(found) if found.rollover else []
    told += _terms(found.terms) if found.terms else []
    if solution.left_out:
        names = ", ".join(solution.left_out)
        told.append(f"Not in these figures, which are of one stage: {names}.")
    paragraphs = [line for one in told for line in ["", *wrapped(one)]]
    head = (
        f"{solution.scenario.title} ({solution.scenario.name}): one shot, need "
        f"{bn(stage.need_musd)}, US$ bn, pledges in steps of {bn(stage.grid_musd)}"
    )
    return [*wrapped(head), "", *_points(solution), *paragraphs]


def _chosen(solution: Solution) -> list[Equilibrium]:
    """The equilibria worth a column: the smallest, the largest, and where starts lead."""
    nash = list(solution.nash)
    if len(nash) <= MOST_COLUMNS:
        return nash
    wanted = [nash[0], solution.from_zero, solution.from_optimum, nash[-1]]
    return [one for one in nash if any(one is other for other in wanted)]


def _points(solution: Solution) -> list[str]:
    chosen = _chosen(solution)
    points = [*(one.point for one in chosen), solution.optimum]
    many = len(chosen) > 1
    titles = [f"Nash {number}" if many else "Nash" for number in range(1, len(chosen) + 1)]
    rows = [("", [*titles, "optimum"])]
    rows += [
        (seat, [bn(point.pledges_musd[seat]) for point in points]) for seat in solution.stage.seats
    ]
    rows += [
        ("all money", [bn(point.effective_musd) for point in points]),
        ("stability", [f"{point.stability:.4f}" for point in points]),
        ("welfare", [bn(point.welfare_musd) for point in points]),
        ("of the possible gain", [_share(point) for point in points]),
        ("from no pledges", [_mark(one.from_zero) for one in chosen]),
        ("from the optimum", [_mark(one.from_optimum) for one in chosen]),
        ("of random starts", [f"{one.basin_share:.0%}" for one in chosen]),
    ]
    return [f"{name:<22}" + "".join(f"{cell:>12}" for cell in cells) for name, cells in rows]


def _share(point: Point) -> str:
    return "-" if point.efficiency is None else f"{point.efficiency:.1%}"


def _mark(leads_here: bool) -> str:
    return "yes" if leads_here else "-"


def _equilibria(solution: Solution) -> Iterator[str]:
    shown, known = len(_chosen(solution)), len(solution.nash)
    count = solution.count if solution.count is not None else known
    if solution.complete:
        sure = f"There are {count} equilibria on this grid and no more."
        if count == 1:
            sure = "There is just one equilibrium on this grid."
    else:
        sure = f"{known} found; there may be more: {'; '.join(solution.gaps)}."
    if shown < known:
        sure += f" Of the {known} the table has {shown}; --json lists them."
    yield sure
    yield _distance(solution)


def _distance(solution: Solution) -> str:
    zero, best = solution.from_zero, solution.optimum
    if zero is None:
        return "Best replies from no pledges never come to rest."
    money = bn(zero.point.effective_musd)
    text = (
        f"Left to themselves, from no pledges, the governments end with {money} of the "
        f"{bn(best.effective_musd)} bn that are best for all together"
    )
    lost = best.welfare_musd - zero.point.welfare_musd
    text += f" and forgo {bn(lost)} bn of benefit." if lost else ": nothing is forgone."
    rescue = solution.from_optimum
    if rescue and rescue.point.effective_musd > zero.point.effective_musd:
        text += (
            f" Once they are at the optimum they stay at {bn(rescue.point.effective_musd)} "
            "bn: whether they get there is a question of what they expect of one another."
        )
    return text


def _hypotheses(found: Findings) -> Iterator[str]:
    words = {"private_rates": "private returns", "links": "links"}
    for one in found.sensitivities:
        moves = [
            f"{seat} {'+' if move > 0 else '-'}{bn(abs(move))}"
            for seat, move in one.moves_musd.items()
            if move
        ]
        if moves:
            yield f"With {words[one.name]} a tenth higher they would pledge: {', '.join(moves)}."


def _groups(groups: KGroups) -> Iterator[str]:
    parts = [
        _group("in equal parts", groups.equal_pledges),
        _group("in proportion to their stakes", groups.proportional_pledges),
    ]
    basis = "at the first dollar" if groups.closed_form else "at some total on the grid"
    yield f"Smallest group that gains by paying alone, {basis}: {'; '.join(parts)}."


def _group(how: str, group: Group | None) -> str:
    if group is None:
        return f"{how} there is none"
    total = "" if group.total_musd is None else f" from {bn(group.total_musd)} bn on"
    return f"{how} {len(group.members)} ({', '.join(group.members)}){total}"


def _leaders(found: Findings) -> Iterator[str]:
    masses = [
        f"{one.seat} {bn(one.critical_mass_musd)}"
        for one in found.leaderships
        if one.critical_mass_musd is not None
    ]
    if masses:
        yield (
            "Critical mass, the commitment from which the others follow with a sixth of the "
            f"need: {', '.join(masses)} bn."
        )
    else:
        yield "No government can draw the others along by committing itself first."
    zero = found.solution.from_zero
    alone = sum(zero.point.pledges_musd.values()) if zero else 0
    moved = [one for one in found.leaderships if one.total_musd != alone]
    if moved:
        told = "; ".join(
            f"{one.seat} would commit {bn(one.commitment_musd)}, and together they "
            f"would pledge {bn(one.total_musd)}"
            for one in moved
        )
        yield f"Moving first: {told}, against {bn(alone)} when all decide at once."


def _vote(found: Findings) -> Iterator[str]:
    vote, scenario = found.vote, found.solution.scenario
    assert vote is not None
    majority = "85 % of the votes" if vote.exceptional else "more than half of the votes"
    against = [seat for seat, gain in vote.gains_musd.items() if gain <= 0]
    outcome = "passes" if vote.passes else "fails"
    text = (
        f"A vote on an IMF tranche of {bn(vote.tranche_musd)} bn needs {majority}. At "
        f"the scenario's cost of {scenario.imf_unit_cost:g} a dollar it {outcome}"
    )
    text += f" against {', '.join(against)}. " if against else " unanimously. "
    prices = ", ".join(f"{seat} {price:.3f}" for seat, price in vote.reservation_costs.items())
    text += f"Each gains up to a cost of: {prices}; it passes below {vote.passes_up_to_cost:.3f}."
    yield text


def _banks(found: Findings) -> Iterator[str]:
    banks = found.rollover
    assert banks is not None
    if banks.stay_from_musd is None:
        yield "No money makes the banks stay."
        return
    text = f"Banks: from {_whole(banks.stay_from_musd)} bn of money on, all stay if all others do"
    if banks.no_run_from_musd is None:
        yield f"{text}; no money ends a run by itself."
    else:
        yield f"{text}; from {_whole(banks.no_run_from_musd)} bn on there is no run at all."


def _whole(amount_musd: float) -> str:
    return bn(round(amount_musd))


def _terms(terms: Terms) -> Iterator[str]:
    lenient = [seat for seat, k in terms.nash.items() if not k]
    if terms.dilemma:
        undercutting = [s for s in lenient if terms.optimum[s]]
        yield (
            f"Terms: {', '.join(undercutting)} would undercut the others, though strict terms "
            "of all are best for all together. A programme that binds them mends it."
        )
    else:
        who = f"{', '.join(lenient)} lenient" if lenient else "all strict"
        yield f"Terms: {who} by themselves, as is best for all together."


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Rows of a sweep under their headings, money in US$ bn."""
    names = [name for name in rows[0] if _is_told(name, rows)]
    headings = [_heading(name) for name in names]
    cells = [[_cell(name, row[name]) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    lines = [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))
        for line in [headings, *cells]
    ]
    return [*lines, "", *wrapped(_legend(names))]


def _legend(names: Sequence[str]) -> str:
    if "seeds" in names:
        return "US$ bn a round, mean over the seeds and its 95 % interval."
    text = "US$ bn. Pledges, all money E, stability S, welfare W and share of the possible gain "
    text += "where best replies lead from no pledges"
    if any(name.startswith("from_optimum_") for name in names):
        text += "; /opt: from the optimum"
    return f"{text}; E* and W* of the optimum."


def _is_told(name: str, rows: Sequence[dict[str, Any]]) -> bool:
    """Columns of the start from the optimum only where it leads to something else."""
    start = "from_optimum_"
    if not name.startswith(start):
        return True
    ends = ("from_zero_effective_musd", "from_optimum_effective_musd")
    return any(row[ends[0]] != row[ends[1]] for row in rows)


_SHORT = {"effective": "E", "stability": "S", "welfare": "W", "efficiency": "gain"}


def _heading(name: str) -> str:
    short = name.removeprefix("from_zero_").removesuffix("_musd")
    for start, mark in (("from_optimum_", "/opt"), ("optimum_", "*")):
        if short.startswith(start):
            short = short.removeprefix(start)
            return _SHORT.get(short, short) + mark
    return _SHORT.get(short, short).replace("effective_", "E ")


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name.endswith("_musd"):
        return f"{value / 1000:.2f}"
    if name.endswith("efficiency"):
        return f"{value:.1%}"
    if name.endswith("stability"):
        return f"{value:.4f}"
    return f"{value:g}"
