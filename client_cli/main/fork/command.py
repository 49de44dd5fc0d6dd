"""`backstop fork`: a stored session that goes another way from some point on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from client_cli.main.common import database_option, limits_options, run
from client_cli.main.fork.changes import changes_of
from client_cli.main.fork.compared import compare
from client_cli.main.fork.one import make_fork
from client_cli.main.fork.parent import Parent, allowed, read_parent

if TYPE_CHECKING:
    from server.tournament.moments import Moment


@click.command()
@click.argument("session")
@click.option("--at", "at_event", type=click.IntRange(1), help="Go another way after this event.")
@click.option("--round", "from_round", type=click.IntRange(1), help="Or from this round on.")
@click.option("--crisis", default=1, type=click.IntRange(1), help="In a campaign: of this crisis.")
@click.option(
    "--decide",
    "decided",
    multiple=True,
    metavar='"SEAT@ROUND WORDS"',
    help="Another decision, as it is typed in play; also `pledge optimum` or `best-reply`.",
)
@click.option(
    "--bots",
    metavar="SEAT=BOT,…",
    help="Who plays from then on (or `nobody`); one name alone: wherever it can.",
)
@click.option("--set", "numbers", multiple=True, metavar="[SEAT.]NUMBER=VALUE", help="A number.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Draw anew what was not yet seen.")
@click.option(
    "--others",
    type=click.Choice(["react", "keep"]),
    default="react",
    show_default=True,
    help="Whether the others decide anew, or do again what they did.",
)
@click.option(
    "--each-bot", metavar="BOT,…|all", help="Compare: every seat played by each of these."
)
@click.option("--each-pledge", metavar="±BN", help="Compare: every pledge changed by so much.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Compare under so many seeds.")
@click.option("--lines", is_flag=True, help="Compare every line of the ledger.")
@limits_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@database_option
def fork_command(
    session: str,
    at_event: int | None,
    from_round: int | None,
    crisis: int,
    decided: tuple[str, ...],
    bots: str | None,
    numbers: tuple[str, ...],
    seed: int | None,
    others: str,
    each_bot: str | None,
    each_pledge: str | None,
    seeds: int | None,
    lines: bool,
    decision_seconds: float,
    match_seconds: float,
    as_json: bool,
    database: str,
) -> None:
    """Go back to a point of a stored session, change something, and play on with bots.

    The fork is a session of its own, stored with its parent's id. SESSION is an id (or its
    beginning), `last`, or a log file. Without --at and --round it begins before the first
    decision that is changed. With --others react, people who are not there to react are played
    by bots; what was sealed in the same phase stands, for nobody could have seen the change.
    With --each-bot or --each-pledge many forks are compared with the session and none is kept.

    \b
    Examples:
      backstop fork last --decide "JP@2 pledge optimum"
      backstop fork 3f2a --at 40 --bots JP=leader,US=free-rider --others keep
      backstop fork 3f2a --round 3 --bots best-reply
      backstop fork 3f2a --round 2 --bots JP=mine.py:cautious
      backstop fork 3f2a --round 2 --set need_musd=60000 --set JP.capacity_musd=3000
      backstop fork 3f2a --round 2 --each-bot all --others keep
      backstop fork 3f2a --each-pledge +1 --lines
    """
    from server.bots.limits import Limits
    from server.bots.loading import load as load_bot

    if each_bot is not None and each_pledge is not None:
        raise click.UsageError("compare --each-bot or --each-pledge, not both at once")
    if at_event is not None and from_round is not None:
        raise click.UsageError("--at or --round, not both")
    study = each_bot is not None or each_pledge is not None
    if study and (decided or bots or numbers or seed is not None):
        raise click.UsageError("--each-bot and --each-pledge are the changes; leave out others")
    if not study and (seeds is not None or lines):
        raise click.UsageError("--seeds and --lines are for --each-bot and --each-pledge")
    parent = run(read_parent(session, database))
    moment = allowed(lambda: _moment(parent, at_event, from_round, crisis))
    maker = partial(load_bot, limits=Limits(decision_seconds, match_seconds))
    if study:
        compare(parent, moment, each_bot, each_pledge, others, maker, seeds, lines, as_json)
        return
    changes = allowed(
        lambda: changes_of(parent, crisis, decided, bots, numbers, seed, others == "react", maker)
    )
    make_fork(parent, moment, changes, maker, as_json, database)


def _moment(
    parent: Parent, at_event: int | None, from_round: int | None, crisis: int
) -> Moment | None:
    from server.tournament.fork import at_round
    from server.tournament.moments import moment_at

    if at_event is not None:
        return moment_at(parent.events, at_event)
    if from_round is not None:
        return at_round(parent.events, from_round, crisis)
    return None
