"""`backstop replay`: what happened in a stored session, event by event, or its verification."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client_cli.main.common import database_option, fail, run, stored_log

if TYPE_CHECKING:
    from client_cli.main.reel import Reel
    from server.game.views import Viewer
    from server.store import SessionRow, StoredEvent
    from server.store.verify import Verdict


@click.command()
@click.argument("session")
@database_option
@click.option("--verify", is_flag=True, help="Check chain, events and ledger; say what is wrong.")
@click.option("--at", "at_event", type=click.IntRange(1), help="As it was after this event.")
@click.option("--as", "seen_by", metavar="SEAT", help="A seat, `board`, `host` or `everything`.")
@click.option("--step", is_flag=True, help="Step through it with keys, from --at on.")
@click.option(
    "--play",
    "speed",
    type=click.FloatRange(0, 64, min_open=True),
    metavar="SPEED",
    help="Play it, so many events a second.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def replay_command(
    session: str,
    database: str,
    verify: bool,
    at_event: int | None,
    seen_by: str | None,
    step: bool,
    speed: float | None,
    as_json: bool,
) -> None:
    """Run through a stored session, step through it, or verify it.

    SESSION is an id (or its beginning), `last`, or a log file. With --at, how things stood after
    that event: gap, promises, ledger; with --as, only what that viewer was shown. On a terminal
    --step and --play take keys, `?` shows which.

    \b
    Examples:
      backstop replay last
      backstop replay last --verify
      backstop replay 3f2a --at 40 --as JP
      backstop replay 3f2a --step
      backstop replay last --play 4
      backstop replay korea.jsonl --json
    """
    if verify and (at_event is not None or seen_by is not None or step or speed):
        raise click.UsageError("--verify is of the whole log; leave out --at, --as and --play")
    if as_json and (step or speed):
        raise click.UsageError("--step and --play are for people; leave out --json")
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if step and not on_terminal:
        raise click.UsageError("--step reads keys from a terminal, and this is none")
    row, stored = _opened(session, database, verify, as_json)
    if verify:
        _print_verdict(row.id, _verdict(row, stored, database), as_json)
        return
    reel = _reel(stored)
    if at_event is not None and at_event > len(reel):
        fail(f"event {at_event} is outside 1 to {len(reel)}")
    try:
        viewer = reel.viewer(seen_by or "everything")
    except ValueError as error:
        fail(str(error))
    if step or (speed and on_terminal):
        _step(
            reel,
            session if Path(session).is_file() else row.id,
            database,
            at_event or 1,
            seen_by or "everything",
            speed,
        )
    elif at_event is not None and not speed:
        _show_at(reel, at_event, viewer, as_json)
    else:
        _run_through(reel, at_event or 1, viewer, speed, as_json)


def _opened(
    session: str, database: str, verify: bool, as_json: bool
) -> tuple[SessionRow, list[StoredEvent]]:
    if not Path(session).is_file():
        return run(stored_log(session, database))
    from server.store.logfile import LogError
    from server.store.verify import Verdict

    try:
        return run(stored_log(session, database))
    except LogError as error:
        if verify:
            _print_verdict(session, Verdict(0, None, str(error)), as_json)
        fail(f"{session}: {error}")


def _verdict(row: SessionRow, stored: list[StoredEvent], database: str) -> Verdict:
    """Of the log, and where it is a fork whose parent is here, of what they share."""
    from server.store import Store
    from server.store.verify import verify, verify_parent

    verdict = verify(stored, count=row.head_version, head_hash=row.head_hash)
    if not verdict.ok or row.parent is None or row.imported:
        return verdict

    async def parent() -> list[StoredEvent]:
        async with await Store.open(database) as store:
            assert row.parent is not None, "checked above"
            return await store.stored(row.parent)

    theirs = run(parent())
    return verify_parent(stored, theirs) if theirs else verdict


def _print_verdict(name: str, verdict: Verdict, as_json: bool) -> None:
    """Print what verification found; ends the command with 1 if it is not well."""
    if as_json:
        shown = {
            "id": name,
            "ok": verdict.ok,
            "events": verdict.events,
            "bad_event": verdict.bad_event,
            "reason": verdict.reason,
        }
        click.echo(json.dumps(shown))
    else:
        click.echo(str(verdict), err=not verdict.ok)
    if not verdict.ok:
        raise SystemExit(1)


def _reel(stored: list[StoredEvent]) -> Reel:
    from client_cli.main.reel import Reel
    from server.store import decode

    try:
        return Reel([decode(one) for one in stored])
    except (ValueError, KeyError) as error:
        fail(f"{error}; try --verify")


def _step(
    reel: Reel, session: str, database: str, at: int, seen_by: str, speed: float | None
) -> None:
    from client_cli.main.common import DEFAULT_DATABASE
    from client_cli.main.stepping import Stepper, step_through

    where = "" if database == DEFAULT_DATABASE else f" --database {database}"
    stepper = Stepper(reel, f"backstop replay {session}{where}", seen_by, at)
    if speed:
        stepper.speed, stepper.playing = speed, True
    step_through(stepper)


def _show_at(reel: Reel, number: int, viewer: Viewer, as_json: bool) -> None:
    if as_json:
        click.echo(_json(reel.view(number, viewer)))
        return
    _echo(reel.told(number, viewer))
    _echo(["", *reel.standing(number, viewer)])
    ledger = reel.ledger(number, viewer)
    _echo(["", *ledger] if ledger else [])


def _run_through(
    reel: Reel, first: int, viewer: Viewer, speed: float | None, as_json: bool
) -> None:
    from client_cli import render

    for number in range(first, len(reel) + 1):
        notice = reel.notice(number, viewer)
        if notice is None:
            continue
        if as_json:
            click.echo(_json({"event": number, "notice": notice}))
            continue
        _echo(reel.told(number, viewer))
        if speed:
            time.sleep(1 / speed)
    if as_json:
        return
    view = reel.view(len(reel), viewer)
    if reel.state(len(reel)).ending is None:
        _echo(["", *render.status(view, None)])
    _echo(render.debrief_lines(view) if view.debrief and view.rounds else [])


def _echo(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _json(shown: object) -> str:
    from pydantic_core import to_json

    # As on the wire: an infinite sharpness is the text "Infinity".
    return to_json(shown, inf_nan_mode="strings").decode()
