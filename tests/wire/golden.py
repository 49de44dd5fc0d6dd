"""The golden files of the wire: one JSON message a file, and the schema as of then.

Owns where they lie and how they are written; compares nothing. A message's file is named
`KIND.json` or `KIND.WHAT.json`; an `act` for each kind of action, an `update` for each kind of
notice.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from server.protocol import PROTOCOL_VERSION, dump, parse_from_client, parse_from_server
from server.schema import VALUE_MEANINGS

Side = Literal["from_client", "from_server"]
SIDES: tuple[Side, ...] = ("from_client", "from_server")
FOLDER = Path(__file__).parent.parent / "golden" / f"wire-v{PROTOCOL_VERSION}"
SCHEMA = FOLDER / "schema.json"
WIDTH = 96


def messages(side: Side) -> list[Path]:
    """The files of one direction, by name."""
    return sorted((FOLDER / side).glob("*.json"), key=lambda path: path.stem)


def written(value: Any, indent: int = 0) -> str:
    """JSON for people: what fits stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or indent + len(line) <= WIDTH:
        return line
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        items = [
            f"{pad}{json.dumps(key)}: {written(one, indent + 2)}" for key, one in value.items()
        ]
        return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"
    items = [pad + written(one, indent + 2) for one in value]
    return "[\n" + ",\n".join(items) + "\n" + " " * indent + "]"


def undescribed(schema: Any) -> Any:
    """A schema without titles and descriptions: what a program relies on."""
    if isinstance(schema, dict):
        return {
            key: undescribed(value)
            for key, value in schema.items()
            if not (key in ("title", "description") and isinstance(value, str))
            and key != VALUE_MEANINGS
        }
    return [undescribed(one) for one in schema] if isinstance(schema, list) else schema


def as_sent(side: Side, text: str) -> str:
    """An example as its sender would send it: of the server all fields, of a client those given.

    Raises:
        pydantic.ValidationError: it is no message.
    """
    if side == "from_server":
        return written(json.loads(dump(parse_from_server(text)))) + "\n"
    sent = json.loads(dump(parse_from_client(text)))
    return written(_picked(sent, json.loads(text))) + "\n"


def _picked(value: Any, given: Any) -> Any:
    """What of `value` was given."""
    if isinstance(value, dict) and isinstance(given, dict):
        return {key: _picked(value[key], one) for key, one in given.items()}
    return value
