"""What of an earlier wire is no longer so: whether its version has to step.

Compares two JSON Schemas as a peer of the earlier one meets them: every message, field and
value must be there with the same type. What is added is no break, but a field that the server
demands, or a narrower limit, is one for clients.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
LOWEST = ("minLength", "minimum", "exclusiveMinimum", "minItems")
HIGHEST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")


def breaks(old: Schema, new: Schema) -> list[str]:
    """What a peer that knows `old` cannot rely on any more, a line each."""
    return [
        line
        for side in ("from_client", "from_server")
        for line in _Comparison(old, new, by_client=side == "from_client").of(
            old["$defs"][side], new["$defs"][side], side
        )
    ]


class _Comparison:
    def __init__(self, old: Schema, new: Schema, *, by_client: bool) -> None:
        self._old, self._new = old["$defs"], new["$defs"]
        self._by_client = by_client

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """The breaks below a place in both."""
        was, now = _branches(old, self._old), _branches(new, self._new)
        if _is_tagged(old, self._old):
            yield from (f"{path}[{kind}]: gone" for kind in was if kind not in now)
        elif was.keys() != now.keys():
            yield f"{path}: was {' or '.join(was)}, is {' or '.join(now)}"
        for label in (label for label in was if label in now):
            place = f"{path}[{label}]" if len(was) > 1 else path
            yield from self._one(was[label], now[label], place)

    def _one(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        gone = [value for value in _values(old) if value not in _values(new)]
        if gone:
            yield f"{path}: no longer {', '.join(map(str, gone))}"
        if self._by_client:
            yield from _narrower(old, new, path)
        yield from self._fields(old, new, path)
        for key in ("items", "additionalProperties"):
            if isinstance(old.get(key), dict):
                yield from self.of(old[key], new.get(key) or {}, f"{path}[]")

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        yield from (f"{path}.{name}: gone" for name in was if name not in now)
        demanded, promised = set(old.get("required", [])), set(new.get("required", []))
        if self._by_client:
            yield from (f"{path}.{name}: needed now" for name in sorted(promised - demanded))
        else:
            absent = sorted(name for name in demanded - promised if name in now)
            yield from (f"{path}.{name}: may be absent now" for name in absent)
        for name in (name for name in was if name in now):
            yield from self.of(was[name], now[name], f"{path}.{name}")


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _is_tagged(schema: Schema, definitions: Schema) -> bool:
    return "discriminator" in _resolved(schema, definitions)


def _branches(schema: Schema, definitions: Schema) -> dict[str, Schema]:
    """What may stand at a place: by kind where messages are told apart by it, else by type."""
    schema = _resolved(schema, definitions)
    if "discriminator" in schema:
        return {
            kind: definitions[reference.removeprefix("#/$defs/")]
            for kind, reference in schema["discriminator"]["mapping"].items()
        }
    options = [_resolved(one, definitions) for one in schema.get("anyOf", [schema])]
    return {one.get("type", "anything"): one for one in options}


def _values(schema: Schema) -> list[Any]:
    found: list[Any] = schema.get("enum", [])
    return [schema["const"]] if "const" in schema else found


def _narrower(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for key in LOWEST:
        if key in new and (key not in old or new[key] > old[key]):
            yield f"{path}: {key} was {old.get(key)}, is {new[key]}"
    for key in HIGHEST:
        if key in new and (key not in old or new[key] < old[key]):
            yield f"{path}: {key} was {old.get(key)}, is {new[key]}"
    if _values(new) and not _values(old):
        yield f"{path}: only {', '.join(map(str, _values(new)))} now"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{path}: another pattern"
