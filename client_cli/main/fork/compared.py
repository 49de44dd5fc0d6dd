"""Many forks of a session, each compared with it unchanged; none is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from client_cli.main.common import fail
from client_cli.main.fork.changes import delta_musd
from client_cli.main.fork.parent import Parent, allowed, others_told

if TYPE_CHECKING:
    from server.game.scenario import SeatId
    from server.tournament.counterfactual import Compared
    from server.tournament.fork import Changes
    from server.tournament.match import Maker
    from server.tournament.moments import Moment
    from server.tournament.sample import Interval

SEEDS = 20
"""Under which a fork is compared where a bot decides by chance and nobody said how many."""


def compare(
    parent: Parent,
    moment: Moment | None,
    each_bot: str | None,
    each_pledge: str | None,
    others: str,
    maker: Maker,
    seeds: int | None,
    lines: bool,
    as_json: bool,
) -> None:
    """Play every seat by each bot, or change every pledge, and show the differences."""
    from server.tournament import counterfactual as study

    if each_bot is not None:
        if moment is None:
            raise click.UsageError("from when on? say --at EVENT or --round ROUND")
        wanted = allowed(lambda: _each_bot(parent, each_bot, maker))
    else:
        wanted = study.each_pledge(parent.events, delta_musd(each_pledge or ""))
        if not wanted:
            fail(f"no pledge can be changed by {each_pledge}: none is allowed there")
    count = seeds or (SEEDS if _by_chance(parent, wanted, others) else 1)
    forks = study.Study(
        parent.events,
        session=parent.row.id,
        hashes=[one.hash for one in parent.stored],
        others_react=others == "react",
        seeds=range(1, count + 1) if count > 1 or seeds else (),
        maker=maker,
    )
    if not as_json:
        _print_heading(parent, moment, others == "react", count)
    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(wanted, label="forks", hidden=hidden, file=sys.stderr) as bar:
        compared = allowed(lambda: [forks.compared(moment, *one) for one in bar])
    for one in compared:
        click.echo(json.dumps(_compared_json(one)) if as_json else _compared_line(one))
        if lines and not as_json:
            click.echo("\n".join(_line_rows(one)))


def _each_bot(parent: Parent, given: str, maker: Maker) -> list[tuple[SeatId, Changes]]:
    from server.bots.loading import check
    from server.tournament.counterfactual import each_bot

    names = [] if given == "all" else given.split(",")
    for name in names:
        check(name)
    wanted = each_bot(parent.scenario, names, maker=maker)
    if not wanted:
        fail(f"no seat can be played by {given}; `backstop bots` lists the bots")
    return wanted


def _by_chance(parent: Parent, wanted: Sequence[tuple[SeatId, Changes]], others: str) -> bool:
    from server.tournament.counterfactual import draws_chance

    names = {who for _, changes in wanted for who in changes.seats.values()}
    if others == "react":
        names |= {name for name in parent.state.bots.values() if name}
    return draws_chance(names)


def _print_heading(parent: Parent, moment: Moment | None, react: bool, count: int) -> None:
    where = f"after event {moment.event}" if moment else "before each decision"
    click.echo(f"Forks of {parent.row.id} {where}, each compared with it unchanged, US$ bn.")
    click.echo(others_told(react))
    if count > 1:
        click.echo(f"Means over {count} seeds, with the 95 % interval of the mean.")
    click.echo(f"\n{'seat':<10} {'change':<44} {'its own total':>20} {'all':>12} {'stability':>10}")


def _compared_line(one: Compared) -> str:
    own = one.totals_musd[one.seat]
    everybody = sum(total.mean for total in one.totals_musd.values())
    change = "; ".join(one.changes.told()).removeprefix(f"{one.seat} ")
    lost = f"  ({one.lost} things could not be as they were)" if one.lost else ""
    failed = f"  (a bot failed {one.failures} times)" if one.failures else ""
    return (
        f"{one.seat:<10} {change:<44} {_spread(own):>20} {everybody / 1000:>+12.3f} "
        f"{100 * one.stability.mean:>+9.1f} %{lost}{failed}"
    )


def _spread(value: Interval) -> str:
    if value.low == value.high:
        return f"{value.mean / 1000:+.3f}"
    return f"{value.mean / 1000:+.3f} [{value.low / 1000:+.2f}, {value.high / 1000:+.2f}]"


def _line_rows(one: Compared) -> list[str]:
    return [
        f"    {seat:<10} {line:<24} {_spread(value):>28}"
        for seat, lines in one.lines_musd.items()
        for line, value in lines.items()
        if value.low or value.high or value.mean
    ]


def _compared_json(one: Compared) -> dict[str, Any]:
    def plain(value: Interval) -> dict[str, float]:
        return {"mean": value.mean, "low": value.low, "high": value.high}

    return {
        "seat": one.seat,
        "changes": one.changes.told(),
        "totals_musd": {seat: plain(value) for seat, value in one.totals_musd.items()},
        "lines_musd": {
            seat: {line: plain(value) for line, value in lines.items()}
            for seat, lines in one.lines_musd.items()
        },
        "stability": plain(one.stability),
        "not_as_it_was": one.lost,
        "failures": one.failures,
    }
