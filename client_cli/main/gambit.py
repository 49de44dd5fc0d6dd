"""`backstop export gambit`: a discretised stage game in the files that Gambit reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client_cli.main.common import fail

if TYPE_CHECKING:
    from server.game.scenario import Scenario

LEVELS = 10
"""Steps of the largest capacity where no step is given."""


@click.command("gambit")
@click.argument("scenario")
@click.option(
    "--format",
    "form",
    type=click.Choice(["nfg", "agg"]),
    default="nfg",
    show_default=True,
    help="The whole table, or an action graph, far smaller with many governments.",
)
@click.option(
    "--step-musd",
    type=click.IntRange(min=1),
    metavar="N",
    help="Pledges are multiples of it, US$ millions.  [default: a tenth of the largest capacity]",
)
@click.option("--tranche", default="0", metavar="BN", help="IMF money, US$ bn.")
@click.option(
    "--withdraw",
    default="",
    metavar="%|BANK=%,…",
    help="What banks take out: one share for all, or by bank.  [default: 0%]",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Else standard output.")
def export_gambit(
    scenario: str,
    form: str,
    step_musd: int | None,
    tranche: str,
    withdraw: str,
    output: str | None,
) -> None:
    """The undivided one-shot game of a scenario, as `backstop solve` has it, for Gambit.

    Players are the governments, strategies their pledges in US$ millions, payoffs whole US$.

    \b
    Examples:
      backstop export gambit east-asia --step-musd 5000 -o east-asia.nfg
      backstop export gambit korea-1997 --format agg --step-musd 1000 --tranche 22 > korea.agg
    """
    from client_cli.amounts import Complaint, amount_musd
    from client_cli.main.theory import game_of, withdrawn
    from server.research import gambit
    from server.research.tensors import stage_game
    from server.theory.solution import Setting

    chosen = game_of(scenario)
    try:
        setting = Setting(
            step_musd or _tenth_musd(chosen), amount_musd(tranche), withdrawn(chosen, withdraw)
        )
        game = stage_game(chosen, setting)
        text = gambit.nfg(game) if form == "nfg" else gambit.agg(game)
    except Complaint as complaint:
        raise click.UsageError(str(complaint)) from None
    except ValueError as error:
        fail(str(error))
    if game.left_out:
        click.echo(f"rules left out: {', '.join(game.left_out)}", err=True)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, "utf-8")
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    click.echo(f"{' x '.join(map(str, game.shape))} profiles in {output}", err=True)


def _tenth_musd(scenario: Scenario) -> int:
    """A tenth of the largest capacity, in whole steps of the scenario."""
    step = scenario.pledge_step_musd
    largest = max(seat.capacity_musd for seat in scenario.governments)
    return max(1, largest // LEVELS // step) * step
