"""`backstop solve` and `sweep`: what theory says of a scenario, and as numbers in it change."""

from __future__ import annotations

import csv
import dataclasses
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from client_cli.amounts import Complaint, amount_musd, permille
from client_cli.main import completion, theory_text
from client_cli.main.common import database_option, fail
from server.game.board import ordinary_access_musd
from server.game.refusals import Refused
from server.game.scenario import Role, RoundScale, Scenario, SeatId
from server.scenarios import ScenarioError, load

if TYPE_CHECKING:
    from server.theory.solution import Equilibrium, Point, Setting, Solution

LONG = 20
"""Rows from which a sweep shows how far it is."""
MOST_VALUES = 10_000
"""Values of one `--vary`, and rows of a sweep."""


def setting_options(command: Any) -> Any:
    """`--grid`, `--tranche` and `--withdraw`: what is given to the governments."""
    options = (
        click.option(
            "--grid", default="0.05", show_default=True, metavar="BN", help="Pledge step."
        ),
        click.option("--tranche", default="0", metavar="BN", help="IMF money, US$ bn."),
        click.option(
            "--withdraw",
            default="",
            metavar="%|BANK=%,…",
            help="What banks take out: one share for all, or by bank.  [default: 0%]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("scenario", required=False, shell_complete=completion.scenarios)
@setting_options
@click.option("--session", metavar="SESSION", help="The rounds of a stored session instead.")
@database_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, in US$ millions.")
def solve_command(
    scenario: str | None,
    grid: str,
    tranche: str,
    withdraw: str,
    session: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Equilibria, optimum and who could change what, of the undivided one-shot game.

    Pledges lie on a grid, and whoever is indifferent pledges less. Equilibria are sought by
    best replies from no pledges, from the optimum and from random starts, and on the whole
    grid where that can be done; the answer says whether there can be more.

    With --session each round that was played stands beside its own equilibrium and optimum.
    SESSION is an id (or its beginning), `last`, or a log file.

    \b
    Examples:
      backstop solve east-asia
      backstop solve korea-1997 --tranche 22 --withdraw 40%
      backstop solve my-own.toml --json
      backstop solve --session last
    """
    if session is not None:
        if scenario or tranche != "0" or withdraw or grid != "0.05":
            raise click.UsageError(
                "--session has its own scenario and what happened in it; leave out SCENARIO, "
                "--grid, --tranche and --withdraw"
            )
        _solve_session(session, database, as_json)
    elif scenario is None:
        raise click.UsageError("name a SCENARIO, or a --session that was played")
    else:
        _solve_scenario(scenario, grid, tranche, withdraw, as_json)


def _solve_session(session: str, database: str, as_json: bool) -> None:
    from client_cli.main.solve_session import as_data, as_text, hindsight

    found = hindsight(session, database)
    if as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=False))
    else:
        click.echo("\n".join(as_text(found)))


def _solve_scenario(scenario: str, grid: str, tranche: str, withdraw: str, as_json: bool) -> None:
    from server.theory import board, groups, leadership, rollover, statics, terms
    from server.theory.solution import solve

    game = game_of(scenario)
    setting = _setting(game, grid, tranche, withdraw)
    try:
        solution = solve(game, setting)
    except ValueError as error:
        fail(str(error))
    asked_for = setting.tranche_musd or ordinary_access_musd(game, game.need_musd)
    found = theory_text.Findings(
        solution=solution,
        k_groups=groups.k_groups(solution.stage),
        leaderships=leadership.leaderships(solution.replies),
        sensitivities=statics.sensitivities(game, setting),
        vote=board.vote(game, asked_for, setting),
        rollover=rollover.rollover(game),
        terms=terms.terms(game),
    )
    if as_json:
        click.echo(json.dumps(_solved(found, setting), ensure_ascii=False))
    else:
        click.echo("\n".join(theory_text.findings(found)))


def game_of(name_or_path: str) -> Scenario:
    """A scenario by its name or the path of its file; fails in words."""
    try:
        return load(name_or_path)
    except ScenarioError as error:
        fail("\n".join(str(problem) for problem in error.problems))


def _setting(game: Scenario, grid: str, tranche: str, withdraw: str) -> Setting:
    from server.theory.solution import Setting

    try:
        return Setting(amount_musd(grid), amount_musd(tranche), withdrawn(game, withdraw))
    except Complaint as complaint:
        raise click.UsageError(str(complaint)) from None


def withdrawn(game: Scenario, text: str) -> dict[SeatId, int]:
    """What `--withdraw` says: the share of its claims by bank, in thousandths."""
    if not text:
        return {}
    if not game.banks:
        raise click.UsageError(f"--withdraw {text}: {game.name} has no banks")
    if "=" not in text:
        return dict.fromkeys((bank.id for bank in game.banks), permille(text))
    terms = (term.partition("=") for term in text.split(","))
    return {SeatId(bank): permille(share) for bank, _, share in terms}


def _solved(found: theory_text.Findings, setting: Setting) -> dict[str, object]:
    solution = found.solution
    return {
        "scenario": solution.scenario.name,
        "grid_musd": setting.grid_musd,
        "tranche_musd": setting.tranche_musd,
        "withdrawn_permille": setting.withdrawn_permille,
        "nash": [_equilibrium(one) for one in solution.nash],
        "nash_count": solution.count,
        "complete": solution.complete,
        "why_incomplete": list(solution.gaps),
        "optimum": dataclasses.asdict(solution.optimum),
        "k_group": dataclasses.asdict(found.k_groups),
        "leadership": [dataclasses.asdict(one) for one in found.leaderships],
        "sensitivity": [dataclasses.asdict(one) for one in found.sensitivities],
        "vote": _maybe(found.vote),
        "rollover": _maybe(found.rollover),
        "terms": _maybe(found.terms),
        "rules_left_out": list(solution.left_out),
    }


def _equilibrium(one: Equilibrium) -> dict[str, object]:
    return {
        **dataclasses.asdict(one.point),
        "basin_share": one.basin_share,
        "from_zero": one.from_zero,
        "from_optimum": one.from_optimum,
    }


def _maybe(found: Any) -> dict[str, Any] | None:
    return None if found is None else dataclasses.asdict(found)


@click.command()
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="NAME=A:B:STEP",
    help="What to vary, as a range or a list of values; several make a grid.",
)
@setting_options
@click.option("--bots", metavar="BOT|SEAT=BOT,…", help="Let bots play instead of solving.")
@click.option("--seeds", type=click.IntRange(1, 10_000), help="Matches a row.  [default: 40]")
@click.option("--rounds", type=click.IntRange(1, 200), help="Bots play the whole game so often.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False), help="Write the rows there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def sweep_command(
    scenario: str,
    vary: tuple[str, ...],
    grid: str,
    tranche: str,
    withdraw: str,
    bots: str | None,
    seeds: int | None,
    rounds: int | None,
    csv_file: str | None,
    as_json: bool,
) -> None:
    """Solve a scenario again and again as numbers in it change.

    Multiplied are private_rates, links, economic_links, institutional_links and need (1 is
    the scenario as it stands). Any number of the scenario, or of its governments, is set:
    sharpness=0.5,1,2 or unit_cost=0.3,0.5 or JP.private_domestic_rate=0:0.3:0.05.

    With --bots matches are played: mean money a round over paired seeds, last half of the
    rounds, with the 95 % interval.

    \b
    Examples:
      backstop sweep east-asia --vary private_rates=0:2:0.5
      backstop sweep east-asia --vary private_rates=0,1,2 --vary links=0,1,2 --csv e.csv
      backstop sweep east-asia --vary links=0,1,2 --bots best-reply --rounds 20
    """
    game = game_of(scenario)
    axes = _axes(vary)
    setting = _setting(game, grid, tranche, withdraw)
    if bots is None:
        if seeds or rounds:
            raise click.UsageError("--seeds and --rounds go with --bots")
        rows = _solved_rows(game, axes, setting)
    else:
        if tranche != "0" or withdraw or grid != "0.05":
            raise click.UsageError("--grid, --tranche and --withdraw do not go with --bots")
        rows = _played_rows(game, axes, bots, seeds or 40, rounds)
    try:
        _write(list(_shown(rows, axes)), csv_file, as_json)
    except ValueError as error:
        fail(str(error))
    except Refused as refused:
        fail(f"{refused.message}; use {refused.allowed}")


def _axes(vary: Sequence[str]) -> dict[str, list[float]]:
    axes: dict[str, list[float]] = {}
    for term in vary:
        name, equals, text = term.partition("=")
        if not equals:
            raise click.UsageError(f"--vary {term} is not of the form NAME=A:B:STEP or NAME=A,B,…")
        if name in axes:
            raise click.UsageError(f"--vary {name} is given twice")
        axes[name] = _values(term, text)
    if _size(axes) > MOST_VALUES:
        raise click.UsageError(f"--vary makes {_size(axes)} rows; at most {MOST_VALUES}")
    return axes


def _size(axes: dict[str, list[float]]) -> int:
    size = 1
    for values in axes.values():
        size *= len(values)
    return size


def _values(term: str, text: str) -> list[float]:
    """The values of ``a:b:step``, both ends included, or of ``a,b,…``."""
    try:
        numbers = [Decimal(part) for part in text.replace(":", ",").split(",")]
        if any(number.is_nan() for number in numbers):
            raise InvalidOperation
    except InvalidOperation:
        raise click.UsageError(f"--vary {term}: write numbers, such as 0:2:0.25") from None
    if ":" not in text:
        return [float(number) for number in numbers]
    if "," in text or len(numbers) != 3 or not all(number.is_finite() for number in numbers):
        raise click.UsageError(f"--vary {term}: a range is A:B:STEP, such as 0:2:0.25")
    first, last, step = numbers
    if step <= 0 or last < first or (last - first) / step >= MOST_VALUES:
        raise click.UsageError(
            f"--vary {term}: go up in at most {MOST_VALUES} steps above 0, such as 0:2:0.25"
        )
    count = int((last - first) / step) + 1
    return [float(first + step * number) for number in range(count)]


def _shown(
    rows: Iterator[dict[str, Any]], axes: dict[str, list[float]]
) -> Iterator[dict[str, Any]]:
    """The rows, with a bar on the terminal's error stream where they take long."""
    size = _size(axes)
    if size < LONG or not sys.stderr.isatty():
        yield from rows
        return
    with click.progressbar(rows, length=size, file=sys.stderr) as bar:
        yield from bar


def _solved_rows(
    game: Scenario, axes: dict[str, list[float]], setting: Setting
) -> Iterator[dict[str, Any]]:
    from server.theory.statics import sweep

    for row in sweep(game, axes, setting):
        yield {**row.values, **_columns(row.solution)}


def _columns(solution: Solution) -> dict[str, Any]:
    seats = list(solution.optimum.pledges_musd)
    ends = {"from_zero": solution.from_zero, "from_optimum": solution.from_optimum}
    columns: dict[str, Any] = {}
    for start, end in ends.items():
        columns |= _point_columns(start, seats, end.point if end else None)
    columns["optimum_effective_musd"] = solution.optimum.effective_musd
    columns["optimum_welfare_musd"] = solution.optimum.welfare_musd
    return columns


def _point_columns(start: str, seats: Iterable[SeatId], point: Point | None) -> dict[str, Any]:
    """The columns of one equilibrium; empty where best replies never come to rest."""
    pledges = {
        f"{start}_{seat}_musd": point.pledges_musd[seat] if point else None for seat in seats
    }
    names = ("effective_musd", "stability", "welfare_musd", "efficiency")
    return pledges | {f"{start}_{name}": getattr(point, name, None) for name in names}


def _played_rows(
    game: Scenario, axes: dict[str, list[float]], bots: str, seeds: int, rounds: int | None
) -> Iterator[dict[str, Any]]:
    from server.theory.statics import changed, combinations
    from server.tournament import effective_over_seeds

    cast = _cast(game, bots)
    for values in combinations(axes):
        one = changed(game, values)
        if rounds:
            one = dataclasses.replace(one, rounds=rounds, round_scale=RoundScale.REPEATED)
        money = effective_over_seeds(one, cast, range(1, seeds + 1))
        yield {
            **values,
            "effective_mean_musd": round(money.mean, 1),
            "effective_low_musd": round(money.low, 1),
            "effective_high_musd": round(money.high, 1),
            "seeds": seeds,
        }


def _cast(game: Scenario, bots: str) -> dict[SeatId, str]:
    """Who plays which seat: one bot wherever it can, or as named; else the role's default."""
    from client_cli.main.match import named
    from server.bots import BOTS, default_bot

    cast = {seat.id: default_bot(seat.role) for seat in game.seats}
    if "=" in bots:
        return cast | named(bots)
    base = bots.partition(":")[0]
    roles = BOTS[base].roles if base in BOTS else {Role.GOVERNMENT}
    return cast | {seat.id: bots for seat in game.seats if seat.role in roles}


def _write(rows: list[dict[str, Any]], csv_file: str | None, as_json: bool) -> None:
    if csv_file is not None:
        _write_csv(rows, csv_file)
    if as_json:
        for row in rows:
            click.echo(json.dumps(_without_inf(row), ensure_ascii=False))
    elif csv_file is not None:
        click.echo(f"{len(rows)} rows in {csv_file}")
    else:
        click.echo("\n".join(theory_text.table(rows)))


def _without_inf(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no word for infinity; sharpness may be it."""
    return {name: "inf" if value == math.inf else value for name, value in row.items()}


def _write_csv(rows: list[dict[str, Any]], csv_file: str) -> None:
    try:
        with Path(csv_file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        fail(f"{csv_file}: {error.strerror}")
