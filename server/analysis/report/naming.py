"""What a report calls a session, its seats and its rounds."""

from __future__ import annotations

from server.analysis.played import Played
from server.game.scenario import SeatId


def place(played: Played) -> str:
    """Where it was played, and when."""
    about = played.about
    where = f"table {about.table_number} of room {about.room}" if about.room else about.session
    return f"{where}, {about.created_utc[:10]}"


def name_of(played: Played, seat: SeatId | str) -> str:
    """A seat's name, with its person's where names were asked for."""
    known = played.scenario.seat_by_id.get(SeatId(seat))
    name = known.name if known else str(seat)
    person = played.about.names.get(seat)
    return f"{name} ({person})" if person else name


def round_name(played: Played, crisis: int, round_number: int) -> str:
    """A round; with its crisis where there are several."""
    several = len(played.state.campaign) > 1
    return f"{crisis}.{round_number}" if several else str(round_number)
