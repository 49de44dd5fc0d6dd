"""`backstop room open`, and what one wants to know for it: the server's scenarios and bots."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import click

from client_cli.main import completion
from client_cli.main.common import fail
from client_cli.main.room.asking import answer, server_options


@click.command("open")
@click.argument("scenario", metavar="SCENARIO|FILE", shell_complete=completion.scenarios)
@click.option("--title", default="", help="What the room is called.")
@click.option(
    "--tables",
    default=1,
    show_default=True,
    type=click.IntRange(1, 200),
    help="How many sessions are played side by side.",
)
@click.option("--more-tables", is_flag=True, help="Another table whenever all seats are taken.")
@click.option(
    "--roster",
    "roster_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Who is expected, one name a line, or a .csv: `status` and `watch` say who is missing.",
)
@click.option("--column", help="Of the names in a .csv.  [default: name]")
@click.option("--seats", default="", metavar="SEAT=BOT,…", help="Seats for bots, or `nobody`.")
@click.option(
    "--takeover", type=click.IntRange(0), help="Seconds until a bot plays for the absent."
)
@click.option("--seed", type=click.IntRange(0), help="Of the first table; the others count up.")
@click.option(
    "--minutes",
    type=click.IntRange(5, 600),
    help="The lesson's length, such as 20, 50 or 90: clocks are scaled to fit it.",
)
@click.option("--untimed", is_flag=True, help="No clocks: phases end when all are done.")
@click.option(
    "--experiment",
    "experiment_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE.toml",
    help="The room is a study with these settings (docs/experiments.md).",
)
@click.option("--fork", "session", metavar="ID", help="Go on from a session stored there,")
@click.option("--at", "at_event", type=click.IntRange(1), help="after this event of it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@server_options
def open_room(
    scenario: str,
    title: str,
    tables: int,
    more_tables: bool,
    roster_file: str | None,
    column: str | None,
    seats: str,
    takeover: int | None,
    seed: int | None,
    minutes: int | None,
    untimed: bool,
    experiment_file: str | None,
    session: str | None,
    at_event: int | None,
    as_json: bool,
    server: str,
    secret: str,
) -> None:
    """Open a room; prints its join code.

    The scenario is one of the server's by its name, or a file of your own: .toml, or the .json
    that `room scenarios NAME` prints. With --fork each table goes on from an event of a session
    in the server's database. With --experiment the room is a study, and --tables how many groups
    there are at most.

    \b
    Examples:
      backstop room open korea-1997
      backstop room open my-own.toml --minutes 20
      backstop room open korea-1997 --roster class.txt --tables 4 --more-tables
      backstop room open korea-1997 --roster class.csv --column "First name"
      backstop room open korea-1997 --seats DE=free-rider,IMF=by-the-book --tables 8
      backstop room open korea-1997 --experiment study.toml --tables 6 --seed 7
      backstop room open korea-1997 --fork 3f2a77c1b2d0 --at 60 --tables 4
    """
    if (session is None) is not (at_event is None):
        raise click.UsageError("--fork and --at belong together")
    if column is not None and roster_file is None:
        raise click.UsageError("--column is of a --roster")
    document = _document(scenario) if _is_file(scenario) else None
    data = answer(
        server,
        secret,
        "open_room",
        scenario=scenario if document is None else str(document.get("name", scenario)),
        document=document,
        title=title,
        tables=tables,
        more_tables=more_tables,
        roster=_roster(roster_file, column) if roster_file else [],
        seats=_plans(seats),
        timed=not untimed,
        minutes=minutes,
        takeover_after_s=takeover,
        seed=seed,
        experiment=_settings(experiment_file) if experiment_file else None,
        fork={"session": session, "event": at_event} if session else None,
    )
    if as_json:
        click.echo(json.dumps(data))
    else:
        click.echo(f"room {data['room']}")
        click.echo(f"join:  backstop join {server} {data['room']} --name NAME", err=True)


def _plans(seats: str) -> dict[str, dict[str, Any]]:
    """Who is to sit where, as the wire has it."""
    plans: dict[str, dict[str, Any]] = {}
    for term in filter(None, seats.split(",")):
        seat, equals, bot = term.partition("=")
        if not equals:
            raise click.UsageError(f"{term} is not of the form SEAT=BOT")
        nobody = bot == "nobody"
        plans[seat] = {"participant": "nobody"} if nobody else {"participant": "bot", "bot": bot}
    return plans


def _roster(file: str, column: str | None) -> tuple[str, ...]:
    from client_cli.main.room.roster import RosterError, read

    try:
        return read(file, column)
    except RosterError as error:
        fail(str(error))


def _settings(file: str) -> dict[str, Any]:
    """The settings of a study; what is wrong with them is found by the server."""
    try:
        return tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        fail(f"{file}: {error}")


def _is_file(scenario: str) -> bool:
    return scenario.endswith((".toml", ".json"))


def _document(file: str) -> dict[str, Any]:
    """A scenario of one's own; what is wrong with a .json is found by the server."""
    if file.endswith(".json"):
        try:
            found = json.loads(Path(file).read_text("utf-8"))
        except (OSError, ValueError) as error:
            fail(f"{file}: {error}")
        return found if isinstance(found, dict) else fail(f"{file}: is no JSON object")
    from server.scenarios import ScenarioError, load_document

    try:
        return load_document(file).model_dump(mode="json", exclude_unset=True)
    except ScenarioError as error:
        fail("\n".join(str(problem) for problem in error.problems))


@click.command("scenarios")
@click.argument("name", required=False, shell_complete=completion.scenarios)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@server_options
def list_scenarios(name: str | None, as_json: bool, server: str, secret: str) -> None:
    """The scenarios, cards and bots that the server has.

    With NAME that scenario, to be changed: as the JSON that `room check` and `room open` take.

    \b
    Examples:
      backstop room scenarios
      backstop room scenarios korea-1997 > mine.json
    """
    if name is not None:
        document = answer(server, secret, "read_scenario", name=name)["document"]
        click.echo(json.dumps(document, indent=None if as_json else 2, ensure_ascii=False))
        return
    data = answer(server, secret, "list_scenarios")
    if as_json:
        for row in data["scenarios"]:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    for one in data["scenarios"]:
        seats = " ".join(seat["id"] for seat in one["seats"])
        click.echo(f"{one['name']:<24}{one['minutes']:>4} min  {seats}")
        for card in one["cards"]:
            click.echo(f"    card {card['name']}: {card['title']}")
    for role, bots in data["bots"].items():
        click.echo(f"bots for {role}: {', '.join(bot['name'] for bot in bots)}")


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@server_options
def check_scenario(file: str, server: str, secret: str) -> None:
    """Ask the server whether it would play a scenario of your own.

    \b
    Examples:
      backstop room check mine.json
    """
    if not _is_file(file):
        raise click.UsageError(f"{file}: a scenario is a .toml or a .json")
    problems = answer(server, secret, "check_scenario", document=_document(file))["problems"]
    if problems:
        fail("\n".join(f"{file}: {one['field']}: {one['message']}" for one in problems))
    click.echo(f"{file}: ok")
