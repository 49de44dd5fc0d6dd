"""What every message shares: versions, limits, names, and why connections are closed."""

from __future__ import annotations

import enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

SUBPROTOCOL = "backstop.v1"
PROTOCOL_VERSION = 1
"""Steps when a message changes in a way that an older peer would misread."""
MAX_MESSAGE_BYTES = 65_536
"""Largest frame that the server reads."""

RequestId = Annotated[str, Field(min_length=1, max_length=64)]
"""What tells requests apart."""
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
"""No control characters, line ends or changes of direction: they garble terminals and files."""
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=PRINTABLE)]


class CloseCode(enum.IntEnum):
    """Why the server closed a connection."""

    MESSAGE_TOO_BIG = 1009
    """A frame was larger than the server reads."""
    SERVER_RESTARTS = 1012
    """The server stops; running sessions are kept and go on when it is back."""
    HELLO_MISSING = 4400
    """No hello was accepted in time."""
    BAD_TOKEN = 4401
    """The token is unknown, or the host gave the seat a new one."""
    SEAT_TAKEN_OVER = 4409
    """The seat's person came back over another connection; the newest counts."""
    ROOM_CLOSED = 4410
    """The host closed the room."""
    MOVED = 4412
    """The host moved the person to another seat; the token leads there."""

    @property
    def may_reconnect(self) -> bool:
        """Whether a client should come back by itself."""
        return self in (
            CloseCode.SERVER_RESTARTS,
            CloseCode.MESSAGE_TOO_BIG,
            CloseCode.MOVED,
        )


class Message(BaseModel):
    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        ser_json_inf_nan="strings",
        json_schema_serialization_defaults_required=True,
    )


class ClientMessage(Message):
    model_config = ConfigDict(str_max_length=4_000)


class Request(ClientMessage):
    id: RequestId
    """Chosen by the client, unique for its seat, or among hosts; repeated, it is done once."""
