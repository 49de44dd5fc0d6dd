"""Which report a file is: of a room, of a table, or of its seats for their students."""

from __future__ import annotations

from collections.abc import Sequence

from server.analysis.played import Played
from server.analysis.report.page import Figures, Inset
from server.analysis.report.room import room_report
from server.analysis.report.session import session_report
from server.analysis.report.student import student_report


def report_html(
    sessions: Sequence[Played],
    seat: str | None = None,
    *,
    is_room: bool = False,
    replay: Inset | None = None,
) -> str:
    """The whole file.

    Args:
        sessions: those of a room by table number, or the one that is meant.
        seat: for the student in that seat, or `all` of them; None for the instructor.
        is_room: whether tables are put beside one another.
        replay: of the one session, to be put into its report.

    Raises:
        KeyError: there is no such seat.
    """
    figures = Figures()
    if seat is not None:
        chosen = [
            (played, one)
            for played in sessions
            for one in played.scenario.seat_by_id
            if seat in ("all", one)
        ]
        if not chosen:
            raise KeyError(seat)
        return student_report(chosen, figures)
    if is_room:
        return room_report(sessions, figures)
    return session_report(sessions[0], figures, replay)
