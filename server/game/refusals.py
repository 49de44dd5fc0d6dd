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
    """The phase does not take this kind of action."""
    PHASE_OVER = "phase_over"
    """The action names another crisis, round or phase than the one that runs."""
    SESSION_OVER = "session_over"
    """The session has ended."""
    SESSION_PAUSED = "session_paused"
    """The host has stopped the clock."""
    NOT_YOUR_ROLE = "not_your_role"
    """This kind of action is for seats of another role."""
    SWITCHED_OFF = "switched_off"
    """The scenario's rules do not have this action for this seat."""
    UNKNOWN_SEAT = "unknown_seat"
    """The scenario has no such seat, or it cannot be meant here."""
    UNKNOWN_CHANNEL = "unknown_channel"
    """The seat cannot talk on this channel."""
    UNKNOWN_PACKAGE = "unknown_package"
    """No package of this round has this number."""
    UNKNOWN_PROPOSAL = "unknown_proposal"
    """No tranche of this round has this number."""
    UNKNOWN_CARD = "unknown_card"
    """There is no event card of that name in this crisis."""
    NOT_NAMED = "not_named"
    """The package asks nothing of the seat, so there is nothing to answer."""
    ALREADY_TABLED = "already_tabled"
    """The seat has tabled its one tranche of this round."""
    ALREADY_STANDS = "already_stands"
    """Every named seat has accepted the package; it is a promise now."""
    NOT_A_STEP = "not_a_step"
    """The amount is not a multiple of the scenario's step."""
    OUT_OF_RANGE = "out_of_range"
    """The number is below or above what is allowed."""
    EMPTY = "empty"
    """There is nothing in it: no text, or no seat named."""
    TOO_LONG = "too_long"
    """The text has too many characters."""
    TOO_MANY = "too_many"
    """The seat has done this as often as a round allows."""
    # About the request or the connection that carried it.
    MALFORMED = "malformed"
    """The message is not one of the wire; `field` says where."""
    RATE_LIMITED = "rate_limited"
    """Too many requests, or too many unknown join codes, in a short time."""
    BUSY = "busy"
    """Too many requests wait for this session, or the server is stopping."""
    NOT_SAVED = "not_saved"
    """The database could not save it; nothing was changed."""
    REQUEST_REUSED = "request_reused"
    """The id was used before for another request."""
    UNSUPPORTED_VERSION = "unsupported_version"
    """The server speaks none of the versions offered."""
    BAD_TOKEN = "bad_token"
    """The token is unknown or was replaced by a new one."""
    NOT_HOST = "not_host"
    """Only the host may ask this, or the host's secret is wrong."""
    NOT_SEATED = "not_seated"
    """The connection has no seat; before a hello, it is nobody yet."""
    UNKNOWN_ROOM = "unknown_room"
    """There is no open room with this join code."""
    UNKNOWN_SCENARIO = "unknown_scenario"
    """There is no scenario of this name, or its file is wrong."""
    UNKNOWN_SESSION = "unknown_session"
    """The room has no such table."""
    UNKNOWN_BOT = "unknown_bot"
    """There is no bot of this name for this role."""
    ROOM_STATE = "room_state"
    """Not possible before the start, while it runs, or after the end."""
    SEAT_TAKEN = "seat_taken"
    """Somebody has the seat."""
    NO_SEAT_LEFT = "no_seat_left"
    """Every seat that is for people is taken."""
    SESSION_PARKED = "session_parked"
    """The session met a fault of the program and stands still."""
    INTERNAL = "internal"
    """A fault of the server, which is in its log."""


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
