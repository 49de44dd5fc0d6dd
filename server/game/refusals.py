"""The closed list of reasons why a request is refused.

Owns the codes, which are wire format: never renamed, only added to. Knows nothing
of the rules that raise them.
"""

from __future__ import annotations

import enum


class RefusalCode(enum.StrEnum):
    """Why a request was refused."""

    # About an action in the game.
    WRONG_PHASE = "wrong_phase"
    PHASE_OVER = "phase_over"
    SESSION_OVER = "session_over"
    SESSION_PAUSED = "session_paused"
    NOT_YOUR_ROLE = "not_your_role"
    SWITCHED_OFF = "switched_off"
    UNKNOWN_SEAT = "unknown_seat"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_PACKAGE = "unknown_package"
    UNKNOWN_PROPOSAL = "unknown_proposal"
    NOT_NAMED = "not_named"
    ALREADY_TABLED = "already_tabled"
    ALREADY_STANDS = "already_stands"
    NOT_A_STEP = "not_a_step"
    OUT_OF_RANGE = "out_of_range"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    # About the request or the connection that carried it.
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    BUSY = "busy"
    NOT_SAVED = "not_saved"
    REQUEST_REUSED = "request_reused"
    UNSUPPORTED_VERSION = "unsupported_version"
    BAD_TOKEN = "bad_token"
    NOT_HOST = "not_host"
    NOT_SEATED = "not_seated"
    UNKNOWN_ROOM = "unknown_room"
    UNKNOWN_SCENARIO = "unknown_scenario"
    UNKNOWN_SESSION = "unknown_session"
    UNKNOWN_BOT = "unknown_bot"
    ROOM_STATE = "room_state"
    SEAT_TAKEN = "seat_taken"
    NO_SEAT_LEFT = "no_seat_left"
    SESSION_PARKED = "session_parked"
    INTERNAL = "internal"


RETRYABLE = frozenset(
    {
        RefusalCode.SESSION_PAUSED,
        RefusalCode.RATE_LIMITED,
        RefusalCode.BUSY,
        RefusalCode.NOT_SAVED,
        RefusalCode.INTERNAL,
    }
)
"""Codes for which sending the same request again later can succeed."""


class Refused(Exception):
    """A request was refused; nothing was recorded.

    Args:
        code: the closed reason.
        message: for people; names the value seen.
        field: the field of the request that is at fault, if one is.
        allowed: what would be accepted, in words or as a range, where that helps.
    """

    def __init__(
        self,
        code: RefusalCode,
        message: str,
        *,
        field: str | None = None,
        allowed: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.field = field
        self.allowed = allowed

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.code in RETRYABLE
