"""A study as analysis reads it: who took part, what they answered and are paid.

Plain records. Knows no store: whoever has the rows hands them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part, or declined."""

    label: str
    name: str | None
    """None unless names were asked for."""
    joined_utc: str
    place: int | None
    consented: bool | None
    consent_utc: str | None
    attempts: int
    admitted_utc: str | None
    let_in: bool
    answered_utc: str | None
    points: int
    payment: Decimal | None
    """None for who declined."""


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """An answer to a control question."""

    label: str
    attempt: int
    question: str
    answer: str
    right: bool
    at_utc: str


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """An answer in the closing questionnaire."""

    label: str
    item: str
    answer: str
    at_utc: str


@dataclass(frozen=True, slots=True)
class Study:
    """The study that a session belongs to, and which of its sessions it is."""

    number: int
    """Of the session, from 1; 0 is the practice."""
    group: int
    treatment: str
    """Empty where there are none."""
    currency: str
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of the session's participants, by seat."""
    participants: tuple[Participant, ...] = ()
    controls: tuple[ControlAnswer, ...] = ()
    items: tuple[ItemAnswer, ...] = ()
