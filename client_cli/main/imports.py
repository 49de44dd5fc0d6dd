"""`backstop import`: logs, and transcripts of other experiments, into the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client_cli.main.common import counted, database_option, fail, opened, run

if TYPE_CHECKING:
    from server.game.events import Event
    from server.store.logfile import LogFile

TOLD_MOST = 20
"""Problems that are told; of the others, how many there are."""


@dataclass(slots=True)
class _Outcome:
    """What became of a file's logs."""

    sessions: list[str] = field(default_factory=list)
    """Their ids."""
    events: int = 0
    passed_over: int = 0
    problems: list[str] = field(default_factory=list)


class _Refused(Exception):
    """Nothing of the file shall be kept."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check only; take nothing in.")
@click.option("--as", "new_id", metavar="ID", help="Under another id, where its own is taken.")
@click.option("--skip-known", is_flag=True, help="Pass over sessions that are here already.")
@click.option("--scenario", help="The file is a CSV transcript, to be played by this scenario.")
@click.option(
    "--columns", default="", metavar="THEIRS=OURS,…", help="Such as period=round,gift=pledge."
)
@click.option("--seats", default="", metavar="THEIRS=SEAT,…", help="Such as 1=JP,2=US.")
@click.option(
    "--unit",
    type=click.Choice(["musd", "bn", "step"]),
    help="Of the transcript's pledges; step: one pledge step of the scenario.",
)
@database_option
def import_command(
    file: str,
    dry_run: bool,
    new_id: str | None,
    skip_known: bool,
    scenario: str | None,
    columns: str,
    seats: str,
    unit: str | None,
    database: str,
) -> None:
    """Take in the logs of a file: each is verified first, all or nothing.

    Chain, engine version and ledger are checked before anything is kept, and what is wrong is
    told with its line and event.

    With --scenario the file is a transcript of another experiment: CSV with a line of names and
    the columns round, seat, pledge and text (docs/log-format.md). It is played by the rules of
    the scenario, each decision a person's, and then like any other session.

    \b
    Examples:
      backstop import korea.jsonl --database other.db
      backstop import class.jsonl --dry-run
      backstop import class.jsonl --skip-known
      backstop import groups.csv --scenario vcm --columns period=round,gift=pledge --seats 1=P1,2=P2
    """
    if scenario is not None:
        _import_transcript(file, scenario, columns, seats, unit, dry_run, new_id, database)
        return
    if columns or seats or unit:
        raise click.UsageError("--columns, --seats and --unit are for --scenario")
    if dry_run:
        _check(file, new_id)
        return

    outcome = _Outcome()
    logs = _logs(file, new_id, outcome)
    # No database is made for a file that is no log.
    first = next(logs, None)
    if first is not None:
        run(_take(chain([first], logs), outcome, database, skip_known))
    _fail_if_wrong(file, outcome)
    known = f"; {outcome.passed_over} were here already" if outcome.passed_over else ""
    told = counted(outcome.sessions, outcome.events)
    click.echo(f"{told} verified and taken into {database}{known}")


async def _take(
    logs: Iterable[LogFile], outcome: _Outcome, database: str, skip_known: bool
) -> None:
    async with opened(database, made=True) as store:
        with suppress(_Refused):
            async with store.importing() as keep:
                for log in logs:
                    if await store.session(log.session.id) is not None:
                        _known(log, database, outcome, skip_known)
                    elif not outcome.problems:
                        await keep(log.session, log.stored, log.events, log.seats)
                if outcome.problems:
                    raise _Refused


def _known(log: LogFile, database: str, outcome: _Outcome, skip_known: bool) -> None:
    if skip_known:
        outcome.passed_over += 1
        outcome.sessions.remove(log.session.id)
        outcome.events -= len(log.events)
    else:
        name = log.session.id
        outcome.problems.append(
            f"{name} is in {database} already; use --as to take it in again, or --skip-known"
        )


def _check(file: str, new_id: str | None) -> None:
    outcome = _Outcome()
    for _ in _logs(file, new_id, outcome):
        pass
    _fail_if_wrong(file, outcome)
    click.echo(f"{counted(outcome.sessions, outcome.events)} verified; nothing was taken in")


def _logs(file: str, new_id: str | None, outcome: _Outcome) -> Iterator[LogFile]:
    """The logs that are whole, one at a time; the others become problems of the outcome."""
    from server.store.logfile import LogError, read_all, text_lines

    is_empty = True
    with Path(file).open("rb") as raw:
        for log in read_all(text_lines(raw)):
            is_empty = False
            if isinstance(log, LogError):
                outcome.problems.append(str(log))
                continue
            called = _called(log, new_id) if new_id else log
            if called.session.id in outcome.sessions:
                outcome.problems.append(f"{called.session.id} would be taken in twice")
                continue
            outcome.sessions.append(called.session.id)
            outcome.events += len(log.events)
            yield called
    if is_empty:
        outcome.problems.append("line 1: the file is empty")


def _called(log: LogFile, new_id: str) -> LogFile:
    seats = tuple(replace(seat, session=new_id) for seat in log.seats)
    return replace(log, session=replace(log.session, id=new_id), seats=seats)


def _fail_if_wrong(file: str, outcome: _Outcome) -> None:
    if not outcome.problems:
        return
    for problem in outcome.problems[1:TOLD_MOST]:
        click.echo(f"{file}: {problem}", err=True)
    more = len(outcome.problems) - TOLD_MOST
    tail = f" (and {more} more)" if more > 0 else ""
    fail(f"{file}: {outcome.problems[0]}{tail}\nnothing was taken in")


# --- transcripts ---


def _import_transcript(
    file: str,
    scenario: str,
    columns: str,
    seats: str,
    unit: str | None,
    dry_run: bool,
    new_id: str | None,
    database: str,
) -> None:
    from decimal import Decimal

    from server.scenarios import ScenarioError, load
    from server.store.logfile import LogError, text_lines
    from server.store.transcript import COLUMNS, Mapped, TranscriptError, played, read_transcript

    try:
        game = load(scenario)
    except ScenarioError as error:
        fail(str(error))
    units = {"musd": 1, "bn": 1000, "step": game.pledge_step_musd}
    named = {ours: theirs for theirs, ours in _pairs(columns).items()}
    for ours in named.keys() - set(COLUMNS):
        raise click.UsageError(f"--columns: {ours} is none of ours; use {', '.join(COLUMNS)}")
    mapped = Mapped(named, _pairs(seats), Decimal(units[unit or "musd"]))
    try:
        with Path(file).open("rb") as raw:
            rows = read_transcript(text_lines(raw), game, mapped)
        events = played(rows, game, mapped)
    except TranscriptError as error:
        _fail_if_wrong(file, _Outcome(problems=error.problems))
        raise
    except LogError as error:
        fail(f"{file}: {error}")
    if dry_run:
        click.echo(f"{len(rows)} rows are {len(events)} events of {scenario}; nothing was taken in")
        return
    session = new_id or secrets.token_hex(6)
    run(_keep_played(session, game.name, events, database))
    click.echo(f"{len(rows)} rows are {len(events)} events of {session}, taken into {database}")


async def _keep_played(session: str, scenario: str, events: list[Event], database: str) -> None:
    from server.app import utc_now
    from server.store import SessionRow
    from server.store.codec import FIRST_HASH, encode

    stored = list(encode(events, 0, FIRST_HASH))
    last = events[-1]
    row = SessionRow(
        session,
        scenario,
        utc_now(),
        status="ended",
        ending=getattr(last, "ending", None),
        head_version=len(stored),
        head_hash=stored[-1].hash,
        round=max(getattr(event, "round", 1) for event in events),
        imported=True,
    )
    async with opened(database, made=True) as store:
        if await store.session(session) is not None:
            fail(f"{session} is in {database} already; use another --as")
        await store.import_log(row, stored, events)


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for term in filter(None, text.split(",")):
        left, equals, right = term.partition("=")
        if not equals or not left.strip() or not right.strip():
            raise click.UsageError(f"{term} is not of the form A=B")
        pairs[left.strip()] = right.strip()
    return pairs
