"""What a seat, an observer or a participant of a study asks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.game.actions import Action, Address, Supposition
from server.game.scenario import SeatId
from server.protocol.common import PROTOCOL_VERSION, ClientMessage, Name, Request


class Hello(ClientMessage):
    """First message of every connection.

    With `token`: come back to a seat. With `code`: join a room under `name` as player, or watch
    it as observer. With `host_secret` and role `host`: be host, and with `code` as well watch
    that room.
    """

    kind: Literal["hello"] = "hello"
    versions: tuple[int, ...] = (PROTOCOL_VERSION,)
    """The protocol versions that the client speaks."""
    token: str | None = None
    """Of a seat that was taken before; also taken from an `Authorization: Bearer` header."""
    word: str | None = None
    """With `code`: the seat's word, to come back to a seat from another device."""
    share: bool = False
    """With `token` or `word`: sit beside whoever is in the seat, instead of taking over."""
    code: str | None = None
    """The room's join code."""
    name: Name | None = None
    """What the others call a new player; None for the seat's id."""
    role: Literal["player", "observer", "host"] = "player"
    """As what to come; a token's seat is a player's."""
    host_secret: str | None = None
    """For the host: what the server printed when it started."""
    seat: SeatId | None = None
    """A wish; refused `seat_taken` if somebody has it. Without it the first free seat."""
    session: str | None = None
    """The table, where a room has several; without it the first with a free seat."""
    epoch: str | None = None
    """With `last_seq`: what was seen before, to get exactly what was missed."""
    last_seq: int | None = None
    """The `seq` of the last update, view or resumed that was seen in that epoch."""


class Act(Request):
    """A seat's action, meant for one crisis, round and phase."""

    kind: Literal["act"] = "act"
    at: Address
    """Refused `phase_over` if it is another one by the time it is decided."""
    action: Annotated[Action, Field(discriminator="kind")]
    """One of the actions."""


class ChooseSeat(Request):
    """Take another free seat; only before the session starts.

    The answer's data holds `seat` and `session`.
    """

    kind: Literal["choose_seat"] = "choose_seat"
    seat: SeatId
    session: str | None = None
    """Another table of the room; None for the own one."""


class WhatIf(Request):
    """What the own lines of this round would be; nothing is decided by asking.

    The answer's data names what is assumed of the others beside the lines; see
    `server.game.whatif`.
    """

    kind: Literal["what_if"] = "what_if"
    supposed: Supposition = Field(default_factory=Supposition)
    """What the seat would do."""


class GiveConsent(Request):
    """Of a participant of a study: to take part, or not to; said once."""

    kind: Literal["give_consent"] = "give_consent"
    agreed: bool
    """Who does not agree takes no seat."""


class AnswerControls(Request):
    """Of a participant: one attempt at the control questions.

    The answer's data holds `wrong`, the explanations of those answered wrong by their key.
    """

    kind: Literal["answer_controls"] = "answer_controls"
    answers: dict[str, str]
    """One of its choices for each question, by the question's key."""


class HandIn(Request):
    """Of a participant: the closing questionnaire, once."""

    kind: Literal["hand_in"] = "hand_in"
    answers: dict[str, str]
    """By the item's key; a number or a point of a scale as its digits."""


class Leave(Request):
    """Give the seat back; before the start it is free again, later a bot takes over."""

    kind: Literal["leave"] = "leave"
