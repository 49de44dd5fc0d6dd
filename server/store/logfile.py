"""Sessions' logs as a file: JSON lines, for each log a header and an event a line.

Owns the format (`docs/log-format.md`) and what is wrong with a file, by line. A header
holds the event count and the last hash, so that a cut tail is seen, and a hash of its own.
The log has no names of people; a header has them only where that was asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from server.game.events import Event, PackageTabled, PhaseBegan, Said, SessionEnded, SessionOpened
from server.game.state import replay
from server.schema import document
from server.store.codec import EVENTS, FIRST_HASH, StoredEvent, canonical, decode, encode
from server.store.rows import SeatRow, SessionRow
from server.store.verify import verify

REDACTED = "[redacted]"
"""In place of what somebody wrote."""
FORMAT = "backstop-log"
FORMAT_VERSION = 1


class LogError(Exception):
    """A log file is wrong at a line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class Header(BaseModel):
    """The line before a log's events."""

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
    names: dict[str, str] | None = None
    """By seat, the people who sat there, where they were to be written."""
    redacted_from: str | None = None
    """Where talk was taken out and the chain made anew: the last hash of the log it was."""
    header_hash: str | None = None
    """Of this line without it; older files have none."""


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
    seats: tuple[SeatRow, ...] = ()
    """Who sat there, where the file names people."""


def lines(
    session: SessionRow,
    stored: Iterable[StoredEvent],
    *,
    names: Mapping[str, str] | None = None,
    redacted_from: str | None = None,
) -> Iterator[str]:
    """A log's lines, without line breaks.

    Args:
        session: its row, as of the last of the events.
        stored: its events.
        names: of people by seat, to be written beside the log.
        redacted_from: what `redacted` gave.
    """
    header: dict[str, object] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "session": session.id,
        "scenario": session.scenario,
        "created_utc": session.created_utc,
        "events": session.head_version,
        "head_hash": session.head_hash,
    }
    if names:
        header["names"] = dict(names)
    if redacted_from:
        header["redacted_from"] = redacted_from
    yield canonical(header | {"header_hash": _header_hash(header)})
    for event in stored:
        # The payload is canonical already, and its place among the sorted keys is known.
        yield (
            f'{{"at_ms":{event.at_ms},"hash":"{event.hash}","payload":{event.payload},'
            f'"schema":{event.schema},"version":{event.version}}}'
        )


def _header_hash(header: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(header).encode()).hexdigest()


def redacted(
    session: SessionRow, stored: Iterable[StoredEvent]
) -> tuple[SessionRow, list[StoredEvent], str]:
    """The log without what people wrote, as a new chain; and the last hash of the old one."""
    silent = (_silent(decode(one)) for one in stored)
    rows = list(encode(silent, 0, FIRST_HASH))
    return replace(session, head_hash=rows[-1].hash), rows, session.head_hash


def _silent(event: Event) -> Event:
    if isinstance(event, Said | PackageTabled) and event.text:
        return replace(event, text=REDACTED)
    return event


def text_lines(file: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file as text.

    Raises:
        LogError: at the first line that is not UTF-8.
    """
    for number, line in enumerate(file, 1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise LogError(number, f"not UTF-8: {error.reason}") from None


def read(text: Iterable[str]) -> LogFile:
    """The one log of a file, verified: form, chain, count, last hash and ledger.

    Args:
        text: the lines.

    Raises:
        LogError: at the first line that is wrong, or where a second log begins.
    """
    found: LogFile | None = None
    for block in _blocks(text):
        if found is not None:
            raise LogError(block[0][0], "a second log begins here, where one was expected")
        found = _log(block)
    if found is None:
        raise LogError(1, "the file is empty")
    return found


def read_all(text: Iterable[str]) -> Iterator[LogFile | LogError]:
    """Every log of a file, verified, or what is wrong with it; one in memory at a time."""
    try:
        for block in _blocks(text):
            try:
                yield _log(block)
            except LogError as error:
                yield error
    except LogError as error:
        # Nothing can be said of what follows a line that is no text.
        yield error


Block = list[tuple[int, str]]
"""The numbered lines of one log."""


def _blocks(text: Iterable[str]) -> Iterator[Block]:
    block: Block = []
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        if block and '"format"' in line and "format" in _json(number, line):
            yield block
            block = []
        block.append((number, line))
    if block:
        yield block


def _log(block: Block) -> LogFile:
    header = _header(*block[0])
    stored = [_event(number, line) for number, line in block[1:]]
    verdict = verify(stored, count=header.events, head_hash=header.head_hash)
    if not verdict.ok:
        place = verdict.bad_event if verdict.bad_event else len(stored)
        number = block[min(place, len(stored))][0]
        which = f"event {place}: " if verdict.bad_event else ""
        raise LogError(number, f"{which}{verdict.reason}")
    events = [decode(one) for one in stored]
    session = _session(header, events)
    if header.scenario != session.scenario:
        raise LogError(block[0][0], f"scenario: {header.scenario} is not the first event's")
    return LogFile(session, stored, events, _seats(header, events))


def _seats(header: Header, events: list[Event]) -> tuple[SeatRow, ...]:
    if header.names is None:
        return ()
    state, names = replay(events), header.names
    return tuple(
        SeatRow(header.session, seat, who, state.bots[seat], names.get(seat))
        for seat, who in state.participants.items()
    )


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
        header = Header.model_validate(data)
    except ValidationError as error:
        raise LogError(number, _told(error)) from None
    given = data.pop("header_hash", None)
    if given is not None and given != _header_hash(data):
        raise LogError(number, "header_hash: the header does not fit its hash")
    return header


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
        parent=opened.parent.session if opened.parent else None,
        parent_event=opened.parent.event if opened.parent else None,
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
