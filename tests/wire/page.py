"""The page `docs/wire.md`: what of it is made from the schema, the golden files and constants.

The prose is written in the page itself; what stands between `<!-- begin NAME -->` and
`<!-- end NAME -->` is made here. Run `python -m tests.wire` to bring it up to date.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from server.game.refusals import RETRYABLE, RefusalCode
from server.protocol import PROTOCOL_VERSION, CloseCode, json_schema
from server.schema import VALUE_MEANINGS, attribute_docs
from tests.wire import golden
from tests.wire.golden import Side

PAGE = Path(__file__).parent.parent.parent / "docs" / "wire.md"

COMMON = {
    "accept": "True accepts, false rejects.",
    "advanced": "The part of the advanced rules; null where none of them is on.",
    "at_ms": "Milliseconds since the session opened.",
    "ballot": "Yes, no or abstain.",
    "by": "Who made the decision.",
    "channel": "`plenary`, `pair`, or the name of one of the scenario's groups.",
    "crisis": "Number within the session, from 1.",
    "deadline_ms": "When the clock ends the phase, in milliseconds since the session opened; null "
    "without a clock.",
    "ending": "Why the session ended.",
    "epoch": "Which log the numbers count in; opaque, goes with `seq`.",
    "final": "False for a draft: it counts at the deadline but does not end the phase.",
    "is_default": "True where nobody decided and the written default was taken.",
    "kind": "Tells the messages apart.",
    "left_ms": "What was left on the clock when this was sent; null without a clock.",
    "name": "For people.",
    "package": "The package's number within the session, from 1.",
    "parent": "The package to which this is a counter-proposal.",
    "participant": "Who sits in the seat.",
    "phase": "The phase of the round.",
    "pledge_musd": "The government's pledge for this round.",
    "pledges_musd": "By government: the pledge asked for, or made.",
    "proposal": "The proposed tranche's number within the session, from 1.",
    "ready": "False takes it back.",
    "release": "True releases the tranche that passed, false withholds it.",
    "role": "What kind of actor the seat is.",
    "room": "The room's join code.",
    "round": "Number within the crisis, from 1.",
    "seat": "The seat's short name in the scenario.",
    "seq": "The viewer's own sequence number as of now.",
    "session": "The table's id.",
    "text": "As typed, to be shown escaped.",
    "to": "The other seat; for `pair` alone.",
    "tranche_musd": "IMF money for this round.",
    "view": "All that this viewer may see.",
    "withdrawn_at_most_permille": "By bank: the highest share of claims it may withdraw, in "
    "thousandths.",
    "withdrawn_permille": "The share of due claims taken out, in thousandths.",
}
"""What fields mean that have no docstring of their own, wherever they are."""

LIMITS = (
    ("server.protocol.common", "MAX_MESSAGE_BYTES"),
    ("server.game.checks", "TEXT_LIMIT"),
    ("server.game.packages", "PACKAGE_LIMIT"),
    ("server.game.hosting", "EXTENSION_LIMIT_S"),
    ("server.connection", "REQUESTS_PER_S"),
    ("server.connection", "REQUEST_BURST"),
    ("server.session", "QUEUE_LIMIT"),
    ("server.session", "SEAT_QUEUE_LIMIT"),
    ("server.outbox", "MESSAGE_LIMIT"),
    ("server.outbox", "NOTICE_LIMIT"),
    ("server.outbox", "AGE_LIMIT_MS"),
    ("server.connection", "HELLO_TIMEOUT_S"),
    ("server.guesses", "WRONG_CODES_PER_MINUTE"),
    ("server.gateway", "OPEN_TIMEOUT_S"),
)

Schema = dict[str, Any]


def filled(text: str) -> str:
    """The page with its made parts made anew."""
    schema = Page(json_schema()["$defs"])
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "version": lambda: iter([f"Protocol version {PROTOCOL_VERSION}.\n"]),
        "from_client": lambda: schema.messages("from_client"),
        "actions": lambda: schema.inner("from_client", "Act", "action", "act"),
        "from_server": lambda: schema.messages("from_server"),
        "notices": lambda: schema.inner("from_server", "Update", "notices", "update"),
        "objects": schema.objects,
        "words": schema.words,
        "refusals": refusals,
        "closings": closings,
        "limits": limits,
    }
    for name, part in parts.items():
        made = f"<!-- begin {name} -->\n\n" + "\n".join(part()) + f"\n<!-- end {name} -->"
        before, found, rest = text.partition(f"<!-- begin {name} -->")
        _, end, after = rest.partition(f"<!-- end {name} -->")
        assert found and end, f"the page has no part {name}"
        text = before + made + after
    return text


def refusals() -> Iterator[str]:
    """A line for each refusal code."""
    docs = attribute_docs(RefusalCode)
    yield from _table("Code", "Meaning", "Retryable")
    for code in RefusalCode:
        yield _row(f"`{code}`", docs[code.name], "yes" if code in RETRYABLE else "no")
    yield ""


def closings() -> Iterator[str]:
    """A line for each close code."""
    docs = attribute_docs(CloseCode)
    yield from _table("Code", "Reason", "Meaning", "Reconnect?")
    for code in CloseCode:
        back = "yes" if code.may_reconnect else "no"
        yield _row(str(code.value), f"`{code.name.lower()}`", docs[code.name], back)
    yield ""


def limits() -> Iterator[str]:
    """A line for each limit, from the constants themselves."""
    yield from _table("Limit", "Value", "Meaning")
    for name, constant in LIMITS:
        module = importlib.import_module(name)
        value = f"{getattr(module, constant):,}".replace(",", " ")
        yield _row(f"`{constant}`", value, attribute_docs(module)[constant])
    yield ""


class Page:
    """The parts that are made from the schema's definitions."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def messages(self, side: Side) -> Iterator[str]:
        """Every message of a direction: what it is, its fields, its examples."""
        for kind, schema in self._kinds(self._definitions[side]):
            yield from self._entry(kind, schema, side)
            if kind in ("act", "update"):
                continue
            for path in golden.messages(side):
                if path.name.partition(".")[0] == kind:
                    yield from _example(path)

    def inner(self, side: Side, owner: str, field: str, kind: str) -> Iterator[str]:
        """Every action or notice, with a whole message that carries one as its example."""
        union = self._definitions[owner]["properties"][field]
        for inner, schema in self._kinds(union.get("items", union)):
            yield from self._entry(inner, schema, side)
            for path in golden.messages(side):
                if path.name.startswith(f"{kind}.{inner}."):
                    yield from _example(path)

    def objects(self) -> Iterator[str]:
        """What messages hold: the view, its cards, and the rest."""
        for schema in self._others():
            if "properties" in schema:
                yield f"### {schema['title']} (object)\n"
                yield schema.get("description", "") + "\n"
                yield from self._fields(schema, "from_server")

    def words(self) -> Iterator[str]:
        """The closed lists of values, but for refusal codes, which have a table of their own."""
        for schema in self._others():
            if "enum" in schema and schema["title"] != "RefusalCode":
                yield f"### {schema['title']} (word)\n"
                yield schema.get("description", "") + "\n"
                yield "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".\n"
                for value, meaning in schema.get(VALUE_MEANINGS, {}).items():
                    yield f"`{value}`: {meaning}\n"

    def undocumented(self) -> list[str]:
        """Fields that say nothing of themselves; there should be none."""
        return [
            f"{schema['title']}.{name}"
            for schema in self._definitions.values()
            for name, field in schema.get("properties", {}).items()
            if not _meaning(name, field)
        ]

    def _kinds(self, union: Schema) -> Iterator[tuple[str, Schema]]:
        names = {name: kind for kind, name in union["discriminator"]["mapping"].items()}
        for branch in union["oneOf"]:
            yield names[branch["$ref"]], self._resolved(branch)

    def _resolved(self, schema: Schema) -> Schema:
        found: Schema = self._definitions[schema["$ref"].removeprefix("#/$defs/")]
        return found

    def _others(self) -> Iterator[Schema]:
        """Definitions without a kind: parts of messages."""
        for schema in self._definitions.values():
            if "title" in schema and "const" not in schema.get("properties", {}).get("kind", {}):
                yield schema

    def _entry(self, kind: str, schema: Schema, side: Side) -> Iterator[str]:
        yield f"### `{kind}`\n"
        yield schema.get("description", "") + "\n"
        yield from self._fields(schema, side)

    def _fields(self, schema: Schema, side: Side) -> Iterator[str]:
        fields = {
            name: one
            for name, one in schema["properties"].items()
            if name != "kind" or "const" not in one
        }
        if not fields:
            return
        required = schema.get("required", [])
        optional = any(name not in required for name in fields)
        yield from _table("Field", "Type", *(["Left out"] if optional else []), "Meaning")
        for name, field in fields.items():
            without = [] if not optional else [_default(field) if name not in required else "–"]
            yield _row(f"`{name}`", self._type(field), *without, _meaning(name, field))
        yield ""

    def _type(self, field: Schema) -> str:
        if "$ref" in field:
            return self._link(self._resolved(field))
        if "discriminator" in field:
            is_action = field is self._definitions["Act"]["properties"]["action"]
            return "[action](#actions)" if is_action else "[notice](#notices)"
        if "anyOf" in field:
            return " or ".join(self._type(option) for option in field["anyOf"])
        if "const" in field:
            return f"`{golden.written(field['const'])}`"
        if "enum" in field:
            return ", ".join(f"`{value}`" for value in field["enum"])
        if field.get("type") == "array":
            return f"list of {self._type(field['items'])}"
        if isinstance(field.get("additionalProperties"), dict):
            return f"object of {self._type(field['additionalProperties'])}"
        name: str = field["type"]
        return {"string": "text", "null": "`null`"}.get(name, name) + _range(field)

    def _link(self, schema: Schema) -> str:
        title = schema["title"]
        if title == "RefusalCode":
            return "[refusal code](#refusal-codes)"
        return f"[{title}](#{title.lower()}-{'word' if 'enum' in schema else 'object'})"


def _meaning(name: str, field: Schema) -> str:
    return " ".join((field.get("description") or COMMON.get(name, "")).split())


def _default(field: Schema) -> str:
    if "default" not in field:
        return "empty"
    return f"`{golden.written(field['default'])}`"


def _range(field: Schema) -> str:
    if "minimum" in field:
        most = field.get("maximum", field.get("exclusiveMaximum", 0) - 1)
        return f", {field['minimum']} to {most}"
    most = field.get("maxLength", 4_000)
    if most == 4_000:
        return ""
    return f", {field.get('minLength', 0)} to {most} characters"


def _example(path: Path) -> Iterator[str]:
    yield f"```json\n{path.read_text('utf-8')}```\n"


def _table(*heads: str) -> Iterator[str]:
    yield _row(*heads)
    yield _row(*("---" for _ in heads))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
