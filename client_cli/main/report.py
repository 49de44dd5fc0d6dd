"""`backstop report`: the debrief as one HTML file, and its figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from client_cli.main.common import database_option, fail, found, opened, run

if TYPE_CHECKING:
    from server.analysis.played import Played
    from server.store import SessionRow, Store

MOST_TABLES = 500
"""Of a room that is reported."""


@click.command()
@click.argument("what", metavar="SESSION|ROOM")
@click.option("--seat", metavar="SEAT", help="For the student in that seat, or `all` of them.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Else report-….html here.")
@click.option(
    "--figures",
    type=click.Path(file_okay=False),
    help="Write each figure as PNG and SVG into a folder, and no report unless --output is given.",
)
@click.option("--names", is_flag=True, help="With the names of people, which are left out else.")
@database_option
def report_command(
    what: str,
    seat: str | None,
    output: str | None,
    figures: str | None,
    names: bool,
    database: str,
) -> None:
    """The debrief as one HTML file that opens from disk without a network, and prints.

    SESSION is an id, its beginning, or `last`, with its replay in the file; a ROOM's code gives the
    class, all tables beside one another. With --seat the file is for students: two pages each on
    paper.

    \b
    Examples:
      backstop report last
      backstop report KITE7 -o class.html
      backstop report KITE7 --seat all --names -o students.html
      backstop report last --figures figures
    """
    sessions, is_room = run(_read(what, database, named=names))
    if figures is not None:
        if seat is not None:
            raise click.UsageError("--figures are those of a session or a room, not of a --seat")
        _write_figures(sessions, Path(figures), is_room=is_room)
        if output is None:
            return
    path = Path(output or f"report-{what if is_room else sessions[0].id}.html")
    text = _report(sessions, seat, is_room=is_room)
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    click.echo(f"{path} ({len(text.encode()) // 1024} KB)")


async def _read(what: str, database: str, *, named: bool) -> tuple[list[Played], bool]:
    """The sessions that were meant, and whether they are a room's."""
    from server.store.played import played

    async with opened(database) as store:
        rows = await _of_room(store, what)
        is_room = bool(rows)
        rows = rows or [await found(store, what)]
        begun = [row for row in rows if row.head_version]
        if not begun:
            fail(f"{what} has not begun")
        try:
            return [await played(store, row, named=named) for row in begun], is_room
        except ValueError as error:
            fail(f"{what} cannot be read: {error}")


async def _of_room(store: Store, code: str) -> list[SessionRow]:
    rows = await store.sessions(room=code, limit=MOST_TABLES)
    return sorted(rows, key=lambda row: (row.table_number, row.created_utc))


def _report(sessions: list[Played], seat: str | None, *, is_room: bool) -> str:
    from server.analysis.report.file import report_html
    from server.game.reel import Reel
    from server.recording import inset

    replay = None
    if seat is None and not is_room:
        (played,) = sessions
        replay = inset(Reel([logged.event for logged in played.log]), played.about)
    try:
        return report_html(sessions, seat, is_room=is_room, replay=replay)
    except KeyError:
        known = ", ".join(sessions[0].scenario.seat_by_id)
        fail(f"there is no seat {seat}; use {known} or all")


def _write_figures(sessions: list[Played], folder: Path, *, is_room: bool) -> None:
    try:
        from server.analysis import drawing, figures
    except ImportError:
        fail("figures need the extra `report`: pip install 'backstop-game[report]'")
    folder.mkdir(parents=True, exist_ok=True)
    makers = figures.OF_ROOM if is_room else figures.OF_SESSION
    for name, make in makers.items():
        figure = make(sessions if is_room else sessions[0])  # type: ignore[arg-type]
        if figure is not None:
            for path in drawing.save(figure, folder, name):
                click.echo(str(path))
