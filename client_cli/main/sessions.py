"""`backstop sessions` and `replay`: what is stored, and what happened in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from client_cli import render
from client_cli.main.common import database_option, fail, found, listing_options, opened, run

if TYPE_CHECKING:
    from server.game.events import Event
    from server.game.state import State
    from server.game.views import View, Viewer
    from server.protocol import DecisionMade
    from server.store import SessionRow, StoredEvent, Verdict, Wanted


@click.command()
@database_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="At most so many.",
)
@listing_options
def sessions_command(database: str, as_json: bool, limit: int, **wanted: Unpack[Wanted]) -> None:
    """List the stored sessions, newest first.

    \b
    Examples:
      backstop sessions
      backstop sessions --status running --json
      backstop sessions --scenario korea-1997 --since 2026-11-24
    """

    async def show() -> None:
        async with opened(database) as store:
            rows = await store.sessions(limit=limit, **wanted)
        for row in rows:
            click.echo(_json_row(row) if as_json else _text_row(row))
        if not rows and not as_json:
            click.echo("no sessions", err=True)

    run(show())


def _json_row(row: SessionRow) -> str:
    return json.dumps(
        {
            "id": row.id,
            "scenario": row.scenario,
            "created_utc": row.created_utc,
            "status": row.status,
            "ending": row.ending,
            "room": row.room,
            "table": row.table_number,
            "round": row.round,
            "events": row.head_version,
            "imported": row.imported,
            "parent": row.parent,
            "parent_event": row.parent_event,
        }
    )


def _text_row(row: SessionRow) -> str:
    room = f"room {row.room} table {row.table_number}" if row.room else ""
    fork = f"fork of {row.parent} after event {row.parent_event}" if row.parent else ""
    return (
        f"{row.id}  {row.created_utc[:19]}  {row.scenario:<16} {row.status:<8} "
        f"round {row.round}  {row.head_version:>4} events  {room}{fork}"
    ).rstrip()


@click.command()
@click.argument("session")
@database_option
@click.option("--verify", is_flag=True, help="Check chain, events and ledger; say what is wrong.")
@click.option("--at", "at_event", type=click.IntRange(1), help="Only up to this event.")
@click.option("--as", "seen_by", metavar="SEAT", help="A seat, `board`, `host` or `everything`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def replay_command(
    session: str,
    database: str,
    verify: bool,
    at_event: int | None,
    seen_by: str | None,
    as_json: bool,
) -> None:
    """Run through a stored session, or verify it.

    SESSION is an id (or its beginning), `last`, or a log file. With --at, the state as of that
    event; with --as, only what that viewer was shown.

    \b
    Examples:
      backstop replay last
      backstop replay last --verify
      backstop replay 3f2a --at 40 --as JP
      backstop replay korea.jsonl --json
    """
    from server.store import Verdict, decode
    from server.store import verify as verified
    from server.store.logfile import LogError

    if verify and (at_event is not None or seen_by is not None):
        raise click.UsageError("--verify is of the whole log; leave out --at and --as")
    try:
        row, stored = run(_stored(session, database))
    except (LogError, UnicodeDecodeError) as error:
        if verify:
            _print_verdict(session, Verdict(0, None, str(error)), as_json)
        fail(f"{session}: {error}")
    if verify:
        verdict = verified(stored, count=row.head_version, head_hash=row.head_hash)
        _print_verdict(row.id, verdict, as_json)
        return

    try:
        events = [decode(one) for one in stored]
    except ValueError as error:
        fail(f"{error}; try --verify")
    if at_event is not None and at_event > len(events):
        fail(f"event {at_event} is outside 1 to {len(events)}")
    _run_through(events, at_event, seen_by or "everything", as_json)


async def _stored(session: str, database: str) -> tuple[SessionRow, list[StoredEvent]]:
    from server.store.logfile import read

    path = Path(session)
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            log = read(file)
        return log.session, log.stored
    async with opened(database) as store:
        row = await found(store, session)
        return row, await store.stored(row.id)


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


def _viewer_of(name: str, seats: list[str]) -> Viewer:
    """The viewer of a name typed by a person."""
    from server.game.scenario import SeatId
    from server.game.views import BOARD, EVERYTHING, HOST, Viewer, ViewerKind

    known = {"board": BOARD, "host": HOST, "everything": EVERYTHING}
    if name in known:
        return known[name]
    if name in seats:
        return Viewer(ViewerKind.SEAT, SeatId(name))
    return fail(f"nobody called {name}; use {', '.join([*seats, *known])}")


def _run_through(events: list[Event], at_event: int | None, seen_by: str, as_json: bool) -> None:
    from server.game.events import PhaseBegan, RoundResolved, SessionOpened
    from server.game.state import evolve
    from server.game.views import notice_for, view_for

    opened_event = events[0]
    if not isinstance(opened_event, SessionOpened):
        fail("the log does not begin with its opening; try --verify")
    viewer = _viewer_of(seen_by, list(opened_event.scenario.seat_by_id))
    state: State | None = None
    for number, event in enumerate(events[:at_event], start=1):
        state = evolve(state, event)
        if at_event is not None:
            continue
        notice = notice_for(event, viewer, state.scenario)
        if notice is None:
            continue
        view = view_for(state, viewer)
        if as_json:
            click.echo(_json({"event": number, "notice": notice}))
            continue
        if isinstance(notice, RoundResolved):
            _echo(render.round_lines(view, view.rounds[-1]))
        else:
            _echo([f"{number:>5} {_at(event.at_ms)}  {line}" for line in _told(view, notice)])
        if isinstance(notice, PhaseBegan):
            _echo(render.began(view, notice.crisis, notice.round, notice.phase))
    assert state is not None, "there is at least the opening"
    view = view_for(state, viewer)
    if as_json and at_event is not None:
        click.echo(_json(view))
    elif not as_json:
        _echo(["", *render.status(view, None)] if state.ending is None or at_event else [])
        _echo(render.debrief_lines(view) if view.debrief and view.rounds else [])


def _told(view: View, notice: Event | DecisionMade) -> list[str]:
    from client_cli.notices import notice_line
    from server.game import events as happened

    if isinstance(notice, happened.PhaseBegan):
        return [f"-- {render.round_name(view, notice.crisis, notice.round)}: {notice.phase} --"]
    if isinstance(notice, happened.SessionOpened):
        return [f"{notice.scenario.title}, seed {notice.draws.seed}"]
    line = notice_line(view, notice)
    if line is None:
        return []
    by = f" [{notice.by}]" if hasattr(notice, "by") else ""
    default = " (by default)" if getattr(notice, "is_default", False) else ""
    return [f"{line}{by}{default}"]


def _at(at_ms: int) -> str:
    return f"{at_ms // 60_000:>3}:{at_ms // 1000 % 60:02}"


def _echo(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _json(shown: object) -> str:
    from pydantic_core import to_json

    # As on the wire: an infinite sharpness is the text "Infinity".
    return to_json(shown, inf_nan_mode="strings").decode()
