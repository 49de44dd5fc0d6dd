"""A session's log as a file: JSON lines, a header and an event a line.

Owns the format (`docs/log-format.md`) and what is wrong with a file, by line. The header
holds the event count and the last hash, so that a cut tail is seen. No names of people: the
log has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from server.game.events import Event, PhaseBegan, SessionEnded, SessionOpened
from server.schema import document
from server.store.codec import EVENTS, StoredEvent, canonical, decode
from server.store.rows import SessionRow
from server.store.verify import verify

FORMAT = "backstop-log"
FORMAT_VERSION = 1


class LogError(Exception):
    """A log file is wrong at a line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class Header(BaseModel):
    """The first line of a log file."""

    model_config = ConfigDict(extra="ignore", strict=True)

    format: str
    """`backstop-log`."""
    format_version: int
    session: str
    """The session's id."""
    scenario: str
    """The scenario's name; the whole scenario is in the first event."""
    created_utc: str
    """When the session was made, ISO 8601."""
    events: int
    """How many events follow."""
    head_hash: str
    """The hash of the last event."""


class Line(BaseModel):
    """An event's line. `payload` is the event; its canonical text is what was hashed."""

    model_config = ConfigDict(extra="ignore", strict=True)

    version: int
    """The event's number, from 1, without gaps."""
    schema_: int = Field(alias="schema")
    """The schema number under which it was written."""
    at_ms: int
    """Milliseconds since the session opened, time the server was down excluded."""
    hash: str
    """64 hexadecimal digits; docs/log-format.md says of what."""
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that was read and verified."""

    session: SessionRow
    stored: list[StoredEvent]
    events: list[Event]


def lines(session: SessionRow, stored: Iterable[StoredEvent]) -> Iterator[str]:
    """The file's lines, without line breaks."""
    yield canonical(
        {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "session": session.id,
            "scenario": session.scenario,
            "created_utc": session.created_utc,
            "events": session.head_version,
            "head_hash": session.head_hash,
        }
    )
    for event in stored:
        yield canonical(
            {
                "version": event.version,
                "schema": event.schema,
                "at_ms": event.at_ms,
                "hash": event.hash,
                "payload": json.loads(event.payload),
            }
        )


def read(text: Iterable[str]) -> LogFile:
    """A log file's content, verified: form, chain, count, last hash and ledger.

    Args:
        text: the lines.

    Raises:
        LogError: at the first line that is wrong.
    """
    numbered = [(number, line) for number, line in enumerate(text, 1) if line.strip()]
    if not numbered:
        raise LogError(1, "the file is empty")
    header = _header(*numbered[0])
    stored = [_event(number, line) for number, line in numbered[1:]]
    verdict = verify(stored, count=header.events, head_hash=header.head_hash)
    if not verdict.ok:
        place = verdict.bad_event if verdict.bad_event else len(stored)
        number = numbered[min(place, len(stored))][0]
        raise LogError(number, verdict.reason)
    events = [decode(one) for one in stored]
    return LogFile(_session(header, events), stored, events)


def _header(number: int, line: str) -> Header:
    data = _json(number, line)
    if data.get("format") != FORMAT:
        raise LogError(number, f'this is not a log: "format" is not "{FORMAT}"')
    if data.get("format_version") != FORMAT_VERSION:
        raise LogError(
            number,
            f"format_version {data.get('format_version')} is not known; use {FORMAT_VERSION}",
        )
    try:
        return Header.model_validate(data)
    except ValidationError as error:
        raise LogError(number, _told(error)) from None


def _event(number: int, line: str) -> StoredEvent:
    data = _json(number, line)
    try:
        row = Line.model_validate(data)
    except ValidationError as error:
        raise LogError(number, _told(error)) from None
    kind = row.payload.get("kind")
    if not isinstance(kind, str):
        raise LogError(number, "payload.kind: a text is needed")
    payload = canonical(row.payload)
    return StoredEvent(row.version, row.schema_, kind, row.at_ms, payload, row.hash)


def _json(number: int, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise LogError(number, f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise LogError(number, "a JSON object is needed")
    return data


def _told(error: ValidationError) -> str:
    details = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in details["loc"])
    return f"{field}: {details['msg'][:1].lower()}{details['msg'][1:]}"


def _session(header: Header, events: list[Event]) -> SessionRow:
    opened, last = events[0], events[-1]
    assert isinstance(opened, SessionOpened), "a verified log begins with its opening"
    began = [event for event in events if isinstance(event, PhaseBegan)]
    ended = isinstance(last, SessionEnded)
    return SessionRow(
        id=header.session,
        scenario=opened.scenario.name,
        created_utc=header.created_utc,
        status="ended" if ended else "imported",
        ending=last.ending if isinstance(last, SessionEnded) else None,
        head_version=header.events,
        head_hash=header.head_hash,
        crisis=began[-1].crisis if began else 1,
        round=began[-1].round if began else 1,
        imported=True,
    )


def log_schema() -> dict[str, Any]:
    """JSON Schema of a log file's lines; an event as it is written now is `$defs/event`."""
    return document(
        FORMAT,
        FORMAT_VERSION,
        {
            "header": (TypeAdapter(Header), "validation"),
            "line": (TypeAdapter(Line), "validation"),
            "event": (EVENTS, "serialization"),
        },
        ["header", "line"],
    )
