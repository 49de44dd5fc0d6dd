"""Events as stored text: canonical JSON, schema numbers, the hash chain.

Owns the form of a stored event; documented in `docs/log-format.md`, so that another program
can check a log. Knows no database. Verification comes before upcasting: the hash is of the
text as it was written.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter

from server.game.events import Event
from server.game.scenario import default_of

FIRST_HASH = "0" * 64
"""What the first event's hash follows."""
SCHEMA = 1
"""The schema number under which events are written now."""

Payload = dict[str, Any]
Upcast = Callable[[Payload], Payload]

UPCASTS: Mapping[tuple[str, int], Upcast] = {}
"""For (kind, schema): the step to the next schema. Never changed once released."""

EVENTS: TypeAdapter[Event] = TypeAdapter(
    Annotated[Event, Field(discriminator="kind")],
    # Built when first used: a command that reads no event does not pay for it at its start.
    config=ConfigDict(ser_json_inf_nan="strings", defer_build=True),
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the log."""

    version: int
    """Its number in the session, from 1."""
    schema: int
    kind: str
    at_ms: int
    payload: str
    """Canonical JSON: keys sorted, no spaces, UTF-8 unescaped."""
    hash: str


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool, object], ...]:
    """A class's fields: name, whether it is left out at its default, that default."""
    return tuple((one.name, "sparse" in one.metadata, default_of(one)) for one in fields(kind))


def _members(value: object) -> Mapping[str, object]:
    """A value of the game as a JSON object; an advanced rule that is off leaves nothing."""
    if isinstance(value, Mapping):
        return dict(value)
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} has no place in a log")
    members = {}
    for name, sparse, default in _fields(value.__class__):
        held = getattr(value, name)
        if not sparse or held != default:
            infinite = held.__class__ is float and math.isinf(held)
            members[name] = "Infinity" if infinite else held
    return members


_encoder = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_members
)


def canonical(value: object) -> str:
    """Canonical JSON text of JSON types and of values of the game.

    Keys sorted, no spaces, nothing escaped that need not be.
    """
    return _encoder.encode(value)


def chained(before: str, version: int, schema: int, payload: str) -> str:
    """The hash of an event that follows one with hash `before`."""
    text = f"{before}\n{version}\n{schema}\n{payload}"
    return hashlib.sha256(text.encode()).hexdigest()


def encode(events: Iterable[Event], version: int, before: str) -> Iterator[StoredEvent]:
    """Events as they are to be stored after `version`, whose hash is `before`."""
    for event in events:
        version += 1
        payload = canonical(event)
        before = chained(before, version, SCHEMA, payload)
        yield StoredEvent(version, SCHEMA, event.kind, event.at_ms, payload, before)


def decode(stored: StoredEvent, upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS) -> Event:
    """The event that a stored text means today, older schemas brought up step by step.

    Raises:
        ValueError: the text is not an event of a known kind and schema.
    """
    payload: Payload = json.loads(stored.payload)
    schema = stored.schema
    while (stored.kind, schema) in upcasts:
        payload = upcasts[stored.kind, schema](payload)
        schema += 1
    if schema > SCHEMA:
        raise ValueError(f"event {stored.version} has schema {schema}, newer than {SCHEMA}")
    return EVENTS.validate_python(payload)
