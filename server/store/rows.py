"""What the store gives and takes, as plain frozen rows; and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict


class StoreFailed(Exception):
    """The database did not do what was asked; nothing of it is kept."""


class Conflict(Exception):
    """Another writer was first, or holds the session by a newer lease."""


@dataclass(frozen=True, slots=True)
class Answer:
    """That a seat's request was accepted: asked again, it is answered the same."""

    seat: str
    request_id: str
    digest: str
    """Tells a repeated request from another under the same id."""
    version: int
    """The session's version as of the last event recorded for it."""


@dataclass(frozen=True, slots=True)
class HostActRow:
    """What a host asked and had done: the audit trail, and the answer if it is asked again."""

    room: str
    at_utc: str
    act: dict[str, Any]
    """The request without its id and room; holds no token."""
    request_id: str | None = None
    """None where the answer is a secret, so that it cannot be given again."""
    answer: dict[str, Any] | None = None
    """The data of the answer."""


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room."""

    code: str
    title: str
    scenario: str
    settings: str
    """JSON."""
    status: str
    """lobby, running or closed."""
    created_utc: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session, without its events."""

    id: str
    scenario: str
    created_utc: str
    room: str | None = None
    table_number: int = 1
    status: str = "lobby"
    """lobby, running, ended or parked."""
    ending: str | None = None
    head_version: int = 0
    """Number of its events."""
    head_hash: str = ""
    crisis: int = 1
    round: int = 1
    owner: str | None = None
    fence: int = 0
    imported: bool = False
    parent: str | None = None
    """Of a fork: the session that it began in, which need not be here."""
    parent_event: int | None = None
    """The number of the last event that both have."""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Who sits in a seat. Names of people are here and nowhere in the log."""

    session: str
    seat: str
    participant: str
    bot: str | None = None
    name: str | None = None
    token_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """Somebody in a study. The label stands in data and files, the name nowhere in a log."""

    room: str
    label: str
    token_hash: str
    joined_utc: str
    name: str | None = None
    place: int | None = None
    """Home group and seat; None until the first session begins."""
    consented: bool | None = None
    """None until asked."""
    consent_utc: str | None = None
    admitted_utc: str | None = None
    """Since when play is open."""
    let_in: bool = False
    """Whether by the host, without all questions answered right."""
    answered_utc: str | None = None
    """When the closing questionnaire was handed in."""


@dataclass(frozen=True, slots=True)
class ControlAnswerRow:
    """What somebody answered to a control question."""

    room: str
    label: str
    attempt: int
    """From 1."""
    question: str
    answer: str
    right: bool
    at_utc: str


@dataclass(frozen=True, slots=True)
class ItemAnswerRow:
    """What somebody answered in the closing questionnaire."""

    room: str
    label: str
    item: str
    answer: str
    """A number as it is written in data."""
    at_utc: str


@dataclass(frozen=True, slots=True)
class StudySessionRow:
    """Which session of a study a session is."""

    session: str
    room: str
    number: int
    """From 1; 0 is the practice."""
    group: int
    """From 1."""
    treatment: str
    """Empty where the study has none."""


@dataclass(frozen=True, slots=True)
class StudySeatRow:
    """Which participant played a seat."""

    session: str
    seat: str
    label: str


@dataclass(frozen=True, slots=True)
class MatchRow:
    """That a session is a match of a tournament; several tournaments may share one."""

    tournament: str
    number: int
    """Within the tournament, from 1."""
    session: str
    record: str
    """JSON: what the log does not say, such as why a bot failed."""


class Wanted(TypedDict, total=False):
    """Which sessions are listed; what is left out, or None, is not asked for."""

    room: str | None
    status: str | None
    scenario: str | None
    parent: str | None
    """Only forks of this session."""
    imported: bool | None
    """Only those that were, or were not, taken in from files."""
    since_utc: str | None
    """Only those made at this time of day or later, ISO 8601."""
