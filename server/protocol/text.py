"""Messages as text, there and back, and the JSON Schema of all of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

from server.protocol.answers import FromServer
from server.protocol.common import PROTOCOL_VERSION, SUBPROTOCOL
from server.protocol.hosting import FromHost
from server.protocol.looking_back import ReadDebrief, ReadReplay, ReadReport, ViewAt
from server.protocol.seats import (
    Act,
    AnswerControls,
    ChooseSeat,
    GiveConsent,
    HandIn,
    Hello,
    Leave,
    WhatIf,
)
from server.schema import document

FromClient = Annotated[
    Hello
    | Act
    | WhatIf
    | ChooseSeat
    | Leave
    | ReadReplay
    | ViewAt
    | ReadDebrief
    | ReadReport
    | GiveConsent
    | AnswerControls
    | HandIn
    | FromHost,
    Field(discriminator="kind"),
]

_from_client: TypeAdapter[FromClient] = TypeAdapter(FromClient)
_from_server: TypeAdapter[FromServer] = TypeAdapter(FromServer)


def parse_from_client(text: str | bytes) -> FromClient:
    """A client's message.

    Raises:
        pydantic.ValidationError: it is not one; the errors name field and value.
    """
    return _from_client.validate_json(text, strict=True)


def parse_from_server(text: str | bytes) -> FromServer:
    """A server's message.

    Raises:
        pydantic.ValidationError: it is not one.
    """
    return _from_server.validate_json(text)


def dump(message: BaseModel) -> str:
    """A message as it goes on the wire."""
    return message.model_dump_json()


def json_schema() -> dict[str, Any]:
    """JSON Schema of a message; `$defs` tells `from_client` and `from_server` apart."""
    return document(
        f"Backstop wire protocol {SUBPROTOCOL}",
        PROTOCOL_VERSION,
        {
            "from_client": (_from_client, "validation"),
            "from_server": (_from_server, "serialization"),
        },
        ["from_client", "from_server"],
    )
