"""What a study is: its participants, its sessions, and the step at which each participant is.

Holds data and what follows from it; changes nothing in the database and knows no clock.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Literal

from server.experiment.questions import questions_of
from server.experiment.settings import Experiment, Item, Listed
from server.game.events import Participant
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.protocol import AskedItem, AskedQuestion
from server.rooms import Link, Place, Room, Table
from server.store import ParticipantRow, StudySessionRow

Step = Literal["consent", "declined", "questions", "wait", "play", "questionnaire", "end"]


@dataclass(slots=True)
class Person:
    """A participant of a study."""

    row: ParticipantRow
    attempts: int = 0
    last_attempt: tuple[str, dict[str, str]] | None = None
    """The id of the last attempt's request, and what was wrong."""
    link: Link | None = None
    table: Table | None = None
    """Of the last session with a seat for them."""

    @property
    def ready(self) -> bool:
        """Whether they may play."""
        return self.row.admitted_utc is not None


@dataclass(slots=True)
class Study:
    """A room that is a study."""

    room: Room
    experiment: Experiment
    people: dict[str, Person] = field(default_factory=dict)
    """By label."""
    sessions: dict[str, StudySessionRow] = field(default_factory=dict)
    """By session id, in the order of play."""
    beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while sessions are opened and begun, which a host and participants may cause at once."""
    payoffs_musd: dict[str, dict[str, int]] = field(default_factory=dict)
    """By session and seat, of sessions that have ended."""

    @property
    def seats(self) -> list[SeatId]:
        """Those for participants, in the scenario's order."""
        plans = self.room.settings.seats
        return [
            seat
            for seat in self.room.scenario.seat_by_id
            if plans[seat].participant is Participant.PERSON
        ]

    @property
    def seed(self) -> int:
        """From which everything is drawn."""
        seed = self.room.settings.seed
        assert seed is not None, "a study's room is opened with one"
        return seed

    @property
    def number(self) -> int | None:
        """Of the session that was begun last; None before the first."""
        return max((one.number for one in self.sessions.values()), default=None)

    def tables(self, number: int | None) -> list[Table]:
        """The groups of a session."""
        return [
            table
            for table in self.room.tables
            if table.row.id in self.sessions and self.sessions[table.row.id].number == number
        ]

    def at(self, table: Table) -> list[Person]:
        """The participants of a group."""
        return [person for person in self.people.values() if person.table is table]


def step_of(study: Study, person: Person) -> Step:
    """What a participant is to do now."""
    row, experiment = person.row, study.experiment
    if experiment.consent and row.consented is None:
        return "consent"
    if row.consented is False:
        return "declined"
    if not person.ready:
        return "questions"
    table = person.table
    if table is None or table.status == "lobby":
        return "wait"
    own = study.sessions[table.row.id]
    if table.status != "ended":
        return "play"
    if own.number < experiment.periods[-1]:
        return "wait"
    return "questionnaire" if experiment.questionnaire and not row.answered_utc else "end"


def place_of(study: Study, person: Person) -> Place | None:
    """Where a participant sits, once the session has begun."""
    table = person.table
    if table is None or not person.ready or table.status == "lobby":
        return None
    return Place(study.room, table, seat_at(table, person))


def seat_of(table: Table, label: str) -> SeatId | None:
    return next((seat for seat, row in table.seats.items() if row.name == label), None)


def seat_at(table: Table, person: Person) -> SeatId:
    seat = seat_of(table, person.row.label)
    assert seat is not None, "who has a table has a seat at it"
    return seat


def unseat(table: Table, token: str) -> None:
    for seat, row in table.seats.items():
        if row.token_hash == token:
            table.seats[seat] = replace(row, token_hash=None)


def taking_part(study: Study) -> list[Person]:
    """Those who did not decline."""
    return [person for person in study.people.values() if person.row.consented is not False]


def agreed(study: Study) -> list[Person]:
    asked = bool(study.experiment.consent)
    return [person for person in study.people.values() if person.row.consented or not asked]


def listed_as(experiment: Experiment, typed: str) -> Listed:
    if not typed:
        raise Refused(RefusalCode.NOT_SEATED, "no label was given", field="name")
    if not experiment.participants:
        return Listed(label=typed)
    for one in experiment.participants:
        if one.label.casefold() == typed.casefold():
            return one
    raise Refused(RefusalCode.NOT_SEATED, f"{typed} is not on the list", field="name")


def admitted(study: Study, row: ParticipantRow, now: str) -> ParticipantRow:
    """Open play to somebody who agreed, where no questions are asked."""
    agreed = row.consented if study.experiment.consent else True
    if agreed and not questions_of(study.experiment, study.room.scenario):
        return replace(row, admitted_utc=now)
    return row


def expect(study: Study, person: Person, step: Step) -> None:
    here = step_of(study, person)
    if here != step:
        raise Refused(RefusalCode.ROOM_STATE, f"this participant is at {here}, not at {step}")


def asked_questions(study: Study) -> tuple[AskedQuestion, ...]:
    return tuple(
        AskedQuestion(key=one.key, text=one.text, choices=one.choices)
        for one in questions_of(study.experiment, study.room.scenario)
    )


def asked_item(item: Item) -> AskedItem:
    given = item.model_dump()
    return AskedItem(item=given.pop("kind"), **given)
