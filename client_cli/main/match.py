"""`backstop play`: one match of bots without a server, stored."""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import TYPE_CHECKING

import click

from client_cli.main import completion
from client_cli.main.common import database_option, fail, limits_options, opened, run

if TYPE_CHECKING:
    from server.game.scenario import SeatId
    from server.tournament import Match


@click.command()
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option(
    "--bots",
    default="",
    metavar="SEAT=BOT,…",
    help="Such as JP=leader,US=mine.py:cautious,DE=follower:US; others play the role's default.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, 2**63 - 1),
    help="Everything random comes from it.",
)
@limits_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@database_option
def play_command(
    scenario: str,
    bots: str,
    seed: int,
    decision_seconds: float,
    match_seconds: float,
    as_json: bool,
    database: str,
) -> None:
    """Play one match of bots without a server, and store it.

    \b
    Examples:
      backstop play korea-1997
      backstop play korea-1997 --bots JP=leader,DE=free-rider --seed 7
      backstop play vcm --bots "P1=mine.py:cautious,P2=exec:node mine.mjs"
    """
    from server.app import utc_now
    from server.bots import default_bot
    from server.bots.limits import Limits
    from server.bots.loading import load as load_bot
    from server.game.refusals import Refused
    from server.scenarios import ScenarioError, load
    from server.store import SessionRow
    from server.tournament import play

    try:
        game = load(scenario)
    except ScenarioError as error:
        fail(str(error))
    cast = {seat.id: default_bot(seat.role) for seat in game.seats} | named(bots)
    try:
        match = play(
            game,
            cast,
            seed,
            maker=partial(load_bot, limits=Limits(decision_seconds, match_seconds)),
        )
    except Refused as refused:
        allowed = f"; use {refused.allowed}" if refused.allowed else ""
        fail(f"{refused.message}{allowed}")
    session = secrets.token_hex(6)

    async def keep() -> None:
        async with opened(database, made=True) as store:
            await store.create_session(SessionRow(session, game.name, utc_now()))
            await store.append(session, 0, match.events)

    run(keep())
    if as_json:
        click.echo(json.dumps({"id": session, "seed": seed, "bots": cast, **_summary(match)}))
    else:
        _print(match)
        click.echo(f"\nstored as {session} in {database}")


def named(bots: str) -> dict[SeatId, str]:
    from server.game.scenario import SeatId

    cast: dict[SeatId, str] = {}
    for term in filter(None, bots.split(",")):
        seat, equals, name = term.partition("=")
        if not equals:
            raise click.UsageError(f"{term} is not of the form SEAT=BOT")
        if SeatId(seat) in cast:
            raise click.UsageError(f"{seat} is named twice")
        cast[SeatId(seat)] = name
    return cast


def _summary(match: Match) -> dict[str, object]:
    from server.game.views import EVERYTHING, view_for

    view = view_for(match.state, EVERYTHING)
    return {
        "scenario": match.state.scenario.name,
        "stability": [card.stability for card in view.rounds],
        "totals_musd": view.debrief.totals_musd if view.debrief else {},
        "failures": [
            {
                "seat": one.seat,
                "crisis": one.crisis,
                "round": one.round,
                "phase": one.phase,
                "reason": one.reason,
            }
            for one in match.failures
        ],
    }


def _print(match: Match) -> None:
    from client_cli import render
    from server.game.views import EVERYTHING, view_for

    view = view_for(match.state, EVERYTHING)
    for card in view.rounds:
        for line in render.round_lines(view, card):
            click.echo(line)
    click.echo("")
    for line in render.ledger_lines(render.summed(view)):
        click.echo(line)
    for failure in match.failures:
        click.echo(str(failure), err=True)
