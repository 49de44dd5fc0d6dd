"""A class as lines: one for each table, and who sits at one. Pure: what the room says goes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client_cli.text import WIDTH, one_line

if TYPE_CHECKING:
    # For types alone, so that a command without a wire does not pay for it at its start.
    from server.protocol import RoomMessage, SeatStatus, TableNow, TableStatus

ROOMY = 110
"""Columns from which there is more room for who is waited for."""
_ROW = "{number:>5} {round:<10}{phase:<10}{left:>7}  {gap:<15}{waits:<{room}} {missing}"


def head(room: RoomMessage) -> str:
    """The room, and how many of the expected people are here."""
    people = [one for table in room.tables for one in table.seats if one.name]
    here = sum(one.present for one in people)
    title = f"  {one_line(room.title)}" if room.title else ""
    return f"{room.room}  {room.scenario}{title}  {here} of {len(people)} here"


def missing_lines(room: RoomMessage) -> list[str]:
    """Who of the roster has not come; nothing where all have."""
    return [f"Not here yet: {one_line(', '.join(room.missing))}"] if room.missing else []


def titles(width: int = WIDTH) -> str:
    """The line above the tables."""
    return _fitted(("table", "round", "phase", "left", "gap closed", "not done", "away"), width)


def table_line(table: TableStatus, left_ms: int | None, width: int = WIDTH) -> str:
    """Where a table stands, who is waited for, and who has a seat but is not here."""
    away = one_line(
        ", ".join(one.name or "" for one in table.seats if one.name and not one.present)
    )
    now = table.now
    number = str(table.number)
    if now is None:
        waits = _taken(table) if table.status == "lobby" else ""
        return _fitted((number, table.status, "", "", "", waits, away), width)
    if table.status != "running":
        ending = now.ending or ""
        return _fitted((number, table.status, "", "", _closed(now), ending, away), width)
    left = "paused" if now.paused else _clock(left_ms)
    waits = " ".join(now.undecided) or "all done"
    return _fitted((number, _round(now), now.phase, left, _closed(now), waits, away), width)


def _taken(table: TableStatus) -> str:
    taken = sum(one.name is not None for one in table.seats)
    return "1 seat taken" if taken == 1 else f"{taken} seats taken"


def _fitted(parts: tuple[str, ...], width: int) -> str:
    number, round_, phase, left, gap, waits, missing = parts
    room = width if not missing else 17 if width < ROOMY else 40
    line = _ROW.format(
        number=number,
        round=round_,
        phase=phase,
        left=left,
        gap=gap,
        waits=_cut(waits, room),
        missing=missing,
        room=room,
    )
    return _cut(line.rstrip(), width)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _round(now: TableNow) -> str:
    of = f"/{now.rounds}" if now.rounds else ""
    crisis = f"{now.crisis}: " if now.crisis > 1 else ""
    return f"{crisis}{now.round}{of}"


def _clock(left_ms: int | None) -> str:
    if left_ms is None:
        return "-"
    seconds = max(0, round(left_ms / 1000))
    return f"{seconds // 60}:{seconds % 60:02}"


def _closed(now: TableNow) -> str:
    """How much of the gap is closed: by promises, and after the reveal by what was drawn."""
    share = now.money_musd / now.need_musd if now.need_musd else 1.0
    return f"{100 * share:.0f} % {'drawn' if now.revealed else 'promised'}"


def seat_lines(table: TableStatus) -> list[str]:
    """Who sits at a table."""
    return [_seat(one) for one in table.seats]


def _seat(seat: SeatStatus) -> str:
    here = "here" if seat.present else "away" if seat.name else ""
    who = one_line(seat.name or seat.participant)
    return f"  {seat.seat:<10} {seat.participant:<7} {who:<20} {here}".rstrip()


def news(before: RoomMessage | None, now: RoomMessage) -> list[str]:
    """Lines for the tables that stand otherwise than before, whatever their clocks say."""
    known = {} if before is None else {one.session: _still(one) for one in before.tables}
    changed = [one for one in now.tables if known.get(one.session) != _still(one)]
    lines = [_spoken(one) for one in changed]
    if before is None or before.missing != now.missing:
        lines += missing_lines(now)
    return lines


def _still(table: TableStatus) -> str:
    return _spoken(table, timed=False)


def _spoken(table: TableStatus, *, timed: bool = True) -> str:
    """A table in a sentence, for those who hear it."""
    now = table.now
    away = [one.name for one in table.seats if one.name and not one.present]
    parts = [f"Table {table.number}: {table.status}"]
    if now is None:
        # How one stands that ended before the server was started again is not at hand.
        parts += [_taken(table)] if table.status == "lobby" else []
    elif now.ending is not None:
        parts += [now.ending, _closed(now)]
    else:
        parts += [f"round {_round(now)}, {now.phase}"]
        if now.paused:
            parts.append("paused")
        elif timed and now.left_ms is not None:
            parts.append(f"{_clock(now.left_ms)} left")
        parts += [_closed(now), f"not done: {' '.join(now.undecided) or 'nobody'}"]
    if away:
        parts.append(f"away: {one_line(', '.join(filter(None, away)))}")
    return "; ".join(parts)
