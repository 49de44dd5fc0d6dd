"""The log as tables: events, messages, timings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from server.analysis.columns import (
    EVERYBODY,
    NOBODY,
    Row,
    Table,
    code,
    count,
    json_text,
    ms,
    text,
    yes_no,
)
from server.analysis.played import Played
from server.analysis.tables.places import (
    AT,
    BY,
    PHASE,
    ROUND,
    SEAT,
    SESSION,
    VERSION,
    columns,
    here,
)
from server.analysis.talk import messages
from server.game.events import (
    DeadlineMoved,
    Paused,
    PhaseBegan,
    Resumed,
    SessionEnded,
    Woken,
)


def _events(played: Played) -> Iterator[Row]:
    for step, logged in zip(played.steps, played.log, strict=True):
        state, event = step.after, step.event
        yield here(played.id, state.crisis, state.round) | {
            "version": step.version,
            "phase": state.phase,
            "at_ms": event.at_ms,
            "kind": event.kind,
            "seat": getattr(event, "seat", None),
            "decided_by": getattr(event, "by", None),
            "is_default": getattr(event, "is_default", None),
            "schema": logged.schema,
            "payload": logged.payload,
            "hash": logged.hash,
        }


EVENTS = Table(
    "events",
    "The whole log, an event a row: everything else is made from it.",
    written="as it happened",
    seen_by="as `docs/wire.md` says of each kind",
    key=("session", "version"),
    columns=columns(
        SESSION,
        VERSION,
        ROUND[1:],
        PHASE,
        AT,
        code("kind", "What happened; `docs/wire.md` lists the kinds."),
        code("seat", "Whose event it is, where it is one seat's."),
        code("decided_by", "Who decided, where something was decided.", allowed=BY),
        yes_no("is_default", "Whether a written default was played."),
        count("schema", "The schema number under which the event was written.", least=1),
        json_text("payload", "The event as it is stored and hashed."),
        code("hash", "Hash of the chain up to this event (`docs/log-format.md`)."),
    ),
    rows=_events,
)


def _messages(played: Played) -> Iterator[Row]:
    for one in messages(played):
        state, said = one.step.before, one.said
        yield here(played.id, state.crisis, state.round) | {
            "version": one.step.version,
            "phase": state.phase,
            "at_ms": said.at_ms,
            "seat": said.seat,
            "participant": state.participants[said.seat],
            "channel": said.channel,
            "to": said.to,
            "text": said.text,
            "characters": len(said.text),
            "before_agreement": one.before_agreement,
        }


MESSAGES = Table(
    "messages",
    "Everything said, in one sequence with the decisions.",
    written="as it was said",
    seen_by="plenary: everybody; else the group or the two, and the host",
    key=("session", "version"),
    columns=columns(
        SESSION,
        VERSION,
        ROUND[1:],
        PHASE,
        AT,
        SEAT,
        code("participant", "Who sat in the seat.", allowed="person, bot, nobody"),
        code("channel", "`plenary`, `pair`, or the name of a group."),
        code("to", "The other seat, on the channel `pair`."),
        text("text", "What was said, as it was typed."),
        count("characters", "Its length."),
        yes_no("before_agreement", "Whether no package of the round stood yet."),
    ),
    rows=_messages,
)


def _timings(played: Played) -> Iterator[Row]:
    row: dict[str, Any] | None = None
    paused_at_ms: int | None = None
    for step in played.steps:
        event = step.event
        if row is not None and isinstance(event, PhaseBegan | SessionEnded):
            yield _ended(row, event.at_ms, paused_at_ms)
            paused_at_ms = None if paused_at_ms is None else event.at_ms
        match event:
            case PhaseBegan():
                row = here(played.id, event.crisis, event.round) | {
                    "phase": event.phase,
                    "began_ms": event.at_ms,
                    "deadline_ms": event.deadline_ms,
                    "paused_ms": 0,
                    "deadline_moves": 0,
                    "interruptions": 0,
                    "decisions": 0,
                }
            case Paused() if row:
                paused_at_ms = event.at_ms
            case Resumed() if row and paused_at_ms is not None:
                _add(row, "paused_ms", event.at_ms - paused_at_ms)
                paused_at_ms = None
            case DeadlineMoved() if row:
                _add(row, "deadline_moves", 1)
            case Woken() if row:
                _add(row, "interruptions", 1)
            case _ if row and getattr(event, "by", None) is not None:
                _add(row, "decisions", 1)
            case _:
                pass
    if row is not None and played.state.ending is None:
        yield row | {"ended_ms": None}


def _add(row: dict[str, Any], name: str, amount: int) -> None:
    row[name] += amount


def _ended(row: dict[str, Any], at_ms: int, paused_at_ms: int | None) -> Row:
    if paused_at_ms is not None:
        _add(row, "paused_ms", at_ms - paused_at_ms)
    return row | {"ended_ms": at_ms}


TIMINGS = Table(
    "timings",
    "How long each phase took, a phase a row.",
    written="as the phase ended",
    seen_by=EVERYBODY,
    key=("session", "crisis", "round", "phase"),
    columns=columns(
        ROUND,
        PHASE,
        ms("began_ms", "When it began, since the session opened."),
        ms("ended_ms", "When it ended; missing while it lasts."),
        ms("deadline_ms", "When its clock would have ended it; missing where it had none."),
        ms("paused_ms", "How long the host stopped the clock in it."),
        count("deadline_moves", "How often the host gave more time."),
        count("interruptions", "How often the server came back in it.", seen_by=NOBODY),
        count("decisions", "Decisions made in it, written defaults included."),
    ),
    rows=_timings,
)
