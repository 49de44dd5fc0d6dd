"""What hosts did in a room, and where a study is, as lines. Pure: what the server says goes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from client_cli.text import one_line

if TYPE_CHECKING:
    # For types alone, so that a command without a wire does not pay for it at its start.
    from server.protocol import RoomMessage

DONE = {
    "open_room": "opened",
    "start": "started",
    "close_room": "closed",
    "pause": "paused",
    "resume": "went on",
    "extend": "{seconds} s more",
    "next_phase": "next phase",
    "play_card": "{card} happened",
    "close_session": "ended",
    "announce": "told: {text}",
    "set_seat": "{seat} played by {who}",
    "reissue_seat": "{seat} given again",
    "move_person": "{seat} moved to {to_seat}",
    "let_in": "{label} let in",
}
"""What hosts did, by the name of the request."""


def act_lines(acts: Iterable[Mapping[str, Any]], room: RoomMessage) -> list[str]:
    """What hosts did, the oldest first, at the time of this computer's clock."""
    return [_act(one, room) for one in acts]


def _act(act: Mapping[str, Any], room: RoomMessage) -> str:
    number, to_number = (_number(act.get(name), room) for name in ("session", "to_session"))
    plan = act.get("plan") or {}
    told = DONE[act["kind"]].format_map({**act, "who": plan.get("bot") or plan.get("participant")})
    if to_number != number and to_number is not None:
        told += f" of table {to_number}"
    when = datetime.fromisoformat(act["at_utc"]).astimezone()
    where = "room" if number is None else f"table {number}"
    return f"{when:%H:%M:%S}  {where:<9} {one_line(told)}".rstrip()


def _number(session: str | None, room: RoomMessage) -> int | None:
    return next((one.number for one in room.tables if one.session == session), None)


def study_lines(study: Mapping[str, Any]) -> list[str]:
    """Where a study is, and its participants with what they are paid as things stand."""
    number, people = study["number"], study["participants"]
    begun = "not begun" if number is None else "practice" if number == 0 else f"session {number}"
    lines = [f"{begun}, of {study['periods'][-1]}; {len(people)} here"]
    if study["missing"]:
        lines.append(f"Not here yet: {one_line(', '.join(study['missing']))}")
    if people:
        lines += ["", _ROW.format("label", "step", "tries", "group", "points", "is paid")]
    return lines + [_participant(one) for one in people]


_ROW = "{:<14} {:<14}{:>5} {:>6}{:>8}  {}"


def _participant(one: Mapping[str, Any]) -> str:
    paid = one["payment"]
    amount = "-" if one["step"] == "declined" else f"{paid['amount']} {one_line(paid['currency'])}"
    notes = ["let in"] if one["let_in"] else []
    notes += [] if one["present"] else ["away"]
    cells = (one_line(one["label"]), one["step"], one["attempts"], one["group"] or "-")
    return ", ".join([_ROW.format(*cells, paid["points"], amount), *notes])
