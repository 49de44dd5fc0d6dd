"""Studies: what participants go through, from consent to payment, and who plays when.

Owns the steps of every participant and the beginning of each session of a study. Who may sit
where stays with the seats, how a session is started with the lobby. What people answer is
stored before anybody is told. Knows connections only as `Link`s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from server.experiment import payments
from server.experiment.assignment import grouped, groups_for, paid_session, shuffled, treatments_of
from server.experiment.questions import questions_of
from server.experiment.settings import Experiment, Item, Listed
from server.game.events import Participant
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.lobby import Lobby
from server.protocol import (
    AskedItem,
    AskedQuestion,
    CloseCode,
    Hello,
    PaymentCard,
    StudyMessage,
)
from server.rooms import Link, Place, Room, Table
from server.store import (
    ControlAnswerRow,
    HostActRow,
    ItemAnswerRow,
    NewSession,
    ParticipantRow,
    Store,
    StudySeatRow,
    StudySessionRow,
)
from server.tokens import new_word, token_hash, token_of

Step = Literal["consent", "declined", "questions", "wait", "play", "questionnaire", "end"]

log = logging.getLogger("backstop.studies")


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


class Studies:
    """The studies of one server.

    Args:
        lobby: whose rooms they are.
        store: where everything is kept.
        utc_now: the time of day as ISO 8601 text.
    """

    def __init__(self, lobby: Lobby, store: Store, utc_now: Callable[[], str]) -> None:
        self._lobby = lobby
        self._store = store
        self._utc_now = utc_now
        self._studies: dict[str, Study] = {}
        self._by_token: dict[str, tuple[Study, Person]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def wake(self) -> None:
        """Take over the studies that the database holds; the lobby is awake."""
        for room in self._lobby.rooms:
            if room.settings.experiment is not None:
                await self._wake(self.of(room))

    async def _wake(self, study: Study) -> None:
        code, kept = study.room.row.code, self._store.studies
        study.sessions = {row.session: row for row in await kept.sessions(code)}
        study.payoffs_musd = await kept.payoffs_musd(code)
        for row in await kept.participants(code):
            self._know(study, Person(row))
        for answer in await kept.control_answers(code):
            study.people[answer.label].attempts = answer.attempt
        tables = {table.row.id: table for table in study.room.tables}
        players = {(one.session, one.label) for one in await kept.players(code)}
        for session in study.sessions:
            for label, person in study.people.items():
                if (session, label) in players:
                    person.table = tables[session]
            self._watch_end(study, tables[session])

    def _know(self, study: Study, person: Person) -> None:
        study.people[person.row.label] = person
        self._by_token[person.row.token_hash] = (study, person)

    def of(self, room: Room) -> Study:
        """The study that a room is.

        Raises:
            Refused: ``room_state``: it is none.
        """
        if room.settings.experiment is None:
            raise Refused(RefusalCode.ROOM_STATE, f"room {room.row.code} is no study")
        known = self._studies.get(room.row.code)
        if known is None:
            known = self._studies[room.row.code] = Study(room, room.settings.experiment)
        return known

    # --- coming in ---

    async def join(self, room: Room, hello: Hello) -> tuple[Study, Person, str, str]:
        """Somebody new; the token and its word.

        Raises:
            Refused: ``not_seated``: not on the list; ``seat_taken``: here already;
                ``no_seat_left``.
            StoreFailed: nobody was taken in.
        """
        study = self.of(room)
        listed = _listed(study.experiment, (hello.name or "").strip())
        if listed.label in study.people:
            raise Refused(
                RefusalCode.SEAT_TAKEN,
                f"{listed.label} is here already; come back with the word",
                field="name",
            )
        most = room.settings.most_groups
        if most is not None and len(_taking_part(study)) >= most * len(study.seats):
            raise Refused(RefusalCode.NO_SEAT_LEFT, "every place in this study is taken")
        word, key = new_word(), room.settings.key
        while token_hash(token_of(word, key)) in self._by_token:
            word = new_word()
        token, now = token_of(word, key), self._utc_now()
        row = ParticipantRow(
            room.row.code, listed.label, token_hash(token), now, listed.name or None
        )
        person = Person(_admitted(study, row, now))
        self._know(study, person)
        try:
            await self._store.studies.add_participant(person.row)
        except BaseException:
            del study.people[row.label], self._by_token[row.token_hash]
            raise
        return study, person, token, word

    def returning(self, token: str) -> tuple[Study, Person] | None:
        """Whose token it is; None if no participant's."""
        found = self._by_token.get(token_hash(token))
        return found if found and found[0].room.row.status != "closed" else None

    def come(self, study: Study, person: Person, link: Link) -> Place | None:
        """Show a participant's study over a connection; where they sit, if a session is on."""
        if person.link is not None and person.link is not link:
            person.link.close(CloseCode.SEAT_TAKEN_OVER)
        person.link = link
        return place_of(study, person)

    def gone(self, person: Person, link: Link) -> None:
        """A participant's connection ended."""
        if person.link is link:
            person.link = None

    # --- what participants do ---

    async def consent(self, study: Study, person: Person, *, agreed: bool) -> None:
        """Take somebody's word on taking part.

        Raises:
            Refused: ``room_state``: it was given, or is not asked.
        """
        if person.row.consented is agreed:
            return  # asked again, after its answer was lost
        _expect(study, person, "consent")
        now = self._utc_now()
        row = _admitted(study, replace(person.row, consented=agreed, consent_utc=now), now)
        await self._set(person, consented=agreed, consent_utc=now, admitted_utc=row.admitted_utc)
        self._later(self._go_on(study, person))

    async def answer(
        self, study: Study, person: Person, answers: dict[str, str], request_id: str
    ) -> dict[str, str]:
        """One attempt at the control questions: the explanations of what is wrong, by key.

        Raises:
            Refused: ``room_state``: not the time; ``out_of_range``: an answer is no choice.
        """
        if person.last_attempt is not None and person.last_attempt[0] == request_id:
            return person.last_attempt[1]
        _expect(study, person, "questions")
        asked = questions_of(study.experiment, study.room.scenario)
        for one in asked:
            if answers.get(one.key) not in one.choices:
                raise Refused(
                    RefusalCode.OUT_OF_RANGE,
                    f"{one.key}: {answers.get(one.key)!r}",
                    field=one.key,
                    allowed=" / ".join(one.choices),
                )
        now, attempt = self._utc_now(), person.attempts + 1
        wrong = {one.key: one.explanation for one in asked if answers[one.key] != one.answer}
        code, label = study.room.row.code, person.row.label
        rows = [
            ControlAnswerRow(
                code, label, attempt, one.key, answers[one.key], one.key not in wrong, now
            )
            for one in asked
        ]
        changes: dict[str, Any] = {} if wrong else {"admitted_utc": now}
        await self._store.studies.add_attempt(code, label, rows, changes)
        person.attempts, person.row = attempt, replace(person.row, **changes)
        person.last_attempt = (request_id, wrong)
        if not wrong:
            self._later(self._go_on(study, person))
        return wrong

    async def hand_in(self, study: Study, person: Person, answers: dict[str, str]) -> None:
        """Take the closing questionnaire.

        Raises:
            Refused: ``room_state``: not the time; ``out_of_range``: an answer does not fit.
        """
        if person.row.answered_utc is not None:
            return  # asked again, after its answer was lost
        _expect(study, person, "questionnaire")
        now, code, label = self._utc_now(), study.room.row.code, person.row.label
        rows = [
            ItemAnswerRow(code, label, item.key, answer, now)
            for item in study.experiment.questionnaire
            if (answer := _answer_to(item, answers.get(item.key, "").strip()))
        ]
        await self._store.studies.hand_in(code, label, rows, {"answered_utc": now})
        person.row = replace(person.row, answered_utc=now)
        self.tell(study, person)

    # --- what the host does ---

    async def let_in(self, room: Room, label: str, host_act: HostActRow) -> None:
        """Let somebody play without all control questions.

        Raises:
            Refused: ``not_seated``: nobody is called so; ``room_state``: not the time.
        """
        study = self.of(room)
        person = study.people.get(label)
        if person is None:
            raise Refused(RefusalCode.NOT_SEATED, f"{label} is not here", field="label")
        _expect(study, person, "questions")
        await self._set(person, admitted_utc=self._utc_now(), let_in=True)
        await self._store.note_host_act(host_act)
        self._later(self._go_on(study, person))

    async def start(self, room: Room, empty_seats: Participant, host_act: HostActRow) -> None:
        """Begin the next session; or the groups of this one that wait, without who is late.

        Raises:
            Refused: ``room_state``: nobody is there, a session is on, or all are over.
            StoreFailed: not every group has begun; asked again, the rest does.
        """
        study = self.of(room)
        async with study.beginning:
            await self._begin(study, empty_seats)
        await self._store.set_room_status(room.row.code, "running", host_act)
        room.row = replace(room.row, status="running")
        for person in study.people.values():
            self.tell(study, person)

    async def _begin(self, study: Study, empty_seats: Participant) -> None:
        here = study.tables(study.number)
        waiting = [table for table in here if table.status == "lobby"]
        if not waiting:
            if any(table.status == "running" for table in here):
                raise Refused(RefusalCode.ROOM_STATE, "a session is still played")
            await self._open_next(study)
        for table in waiting:
            await self._start(study, table, empty_seats)
        await self._start_complete(study, empty_seats)

    async def _open_next(self, study: Study) -> None:
        begun, periods = study.number, study.experiment.periods
        number = periods[0] if begun is None else begun + 1
        if number > periods[-1]:
            raise Refused(RefusalCode.ROOM_STATE, "all sessions of this study were played")
        placed = self._placed(study)
        by_place = {row.place: row for row in placed.values() if row.place is not None}
        if not by_place:
            raise Refused(RefusalCode.ROOM_STATE, "nobody is here yet who takes part")
        groups = self._groups(study, len(by_place))
        treatments = treatments_of(groups, study.experiment.treatment_names, study.seed)
        plan = grouped(
            treatments,
            len(study.seats),
            len(periods),
            strangers=study.experiment.regrouping == "stranger",
        )[periods.index(number)]
        new = [
            self._new(study, number, group, treatments[group], [by_place.get(p) for p in places])
            for group, places in enumerate(plan)
        ]
        places = {
            row.label: row.place
            for row in by_place.values()
            if row.place is not None and study.people[row.label].row.place is None
        }
        await self._store.studies.open_sessions(
            study.room.row.code, [one for one, _ in new], places
        )
        for label, place in places.items():
            study.people[label].row = replace(study.people[label].row, place=place)
        for one, table in new:
            self._seated(study, one, table)

    def _groups(self, study: Study, people: int) -> int:
        """As many as in the session before; in the first, as many as the people need."""
        if study.number is not None:
            return len(study.tables(study.number))
        return groups_for(people, len(study.seats), study.room.settings.most_groups)

    def _placed(self, study: Study) -> dict[str, ParticipantRow]:
        """Everybody who takes part, those without a place given one where there is one."""
        rows = {person.row.label: person.row for person in _agreed(study)}
        without = [label for label, row in rows.items() if row.place is None]
        if study.number is None:
            ready = [label for label in without if study.people[label].ready]
            late = [label for label in without if label not in ready]
            # Those who may play come first, so that no group is short of two.
            order = shuffled(ready, study.seed) + shuffled(late, study.seed)
        else:
            order = without
        groups = self._groups(study, len(rows))
        taken = {row.place for row in rows.values()}
        free = [place for place in range(groups * len(study.seats)) if place not in taken]
        for label, place in zip(order, free, strict=False):
            rows[label] = replace(rows[label], place=place)
        return rows

    def _new(
        self,
        study: Study,
        number: int,
        group: int,
        treatment: str,
        people: list[ParticipantRow | None],
    ) -> tuple[NewSession, Table]:
        known = len(study.sessions) + 1
        table = self._lobby.new_table(study.room, known + group, treatment)
        players = list[StudySeatRow]()
        for seat, row in zip(study.seats, people, strict=True):
            if row is None:
                continue
            players.append(StudySeatRow(table.row.id, seat, row.label))
            table.seats[seat] = replace(
                table.seats[seat], name=row.label, token_hash=row.token_hash
            )
        own = StudySessionRow(table.row.id, study.room.row.code, number, group + 1, treatment)
        return NewSession(table.row, own, list(table.seats.values()), players), table

    def _seated(self, study: Study, new: NewSession, table: Table) -> None:
        study.sessions[table.row.id] = new.study
        study.room.tables.append(table)
        for player in new.players:
            person = study.people[player.label]
            if person.table is not None:
                _unseat(person.table, person.row.token_hash)
            person.table = table
        self._lobby.seats.know(study.room, table)

    async def _start_complete(self, study: Study, empty_seats: Participant) -> None:
        """Start the groups of which everybody may play."""
        for table in study.tables(study.number):
            if table.status == "lobby" and all(one.ready for one in study.at(table)):
                await self._start(study, table, empty_seats)

    async def _start(self, study: Study, table: Table, empty_seats: Participant) -> None:
        await self._lobby.start_table(study.room, table, empty_seats)
        self._watch_end(study, table)
        for person in study.at(table):
            if person.ready:
                self._to_seat(person)
            else:
                self._lobby.seats.take_over(table, _seat_at(table, person))

    @staticmethod
    def _to_seat(person: Person) -> None:
        """Have a page come back: its token leads to the seat now."""
        if person.link is not None:
            person.link.close(CloseCode.MOVED)

    async def _go_on(self, study: Study, person: Person) -> None:
        """After somebody may play, or did not want to."""
        table = person.table
        if person.ready and table is not None:
            if table.status == "lobby":
                async with study.beginning:
                    await self._start_complete(study, Participant.BOT)
            elif table.status == "running":
                self._to_seat(person)
        self.tell(study, person)

    async def _set(self, person: Person, **changes: Any) -> None:
        # Only what changes: a place may be drawn for the same person meanwhile.
        await self._store.studies.set_participant(person.row.room, person.row.label, changes)
        person.row = replace(person.row, **changes)

    # --- what is told ---

    def _watch_end(self, study: Study, table: Table) -> None:
        if table.session is not None and table.session.state.ending is None:
            table.session.on_end = lambda: self._later(self._after(study, table))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on once the answer to what was asked is on its way: a move closes its connection."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # What is due is found again at the next start, or when the server wakes.
            log.error("a study could not go on", exc_info=task.exception())

    async def stop(self) -> None:
        """Finish what is under way; the sessions still run."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _after(self, study: Study, table: Table) -> None:
        study.payoffs_musd = await self._store.studies.payoffs_musd(study.room.row.code)
        for person in study.at(table):
            self.tell(study, person)

    def tell(self, study: Study, person: Person) -> None:
        """Tell a participant where they are."""
        if person.link is not None:
            person.link.deliver(self.message(study, person))

    def message(self, study: Study, person: Person) -> StudyMessage:
        """Where a participant is, and what is asked there."""
        experiment, step = study.experiment, step_of(study, person)
        own = study.sessions.get(person.table.row.id) if person.table else None
        return StudyMessage(
            step=step,
            label=person.row.label,
            session=own.number if own else None,
            sessions=experiment.sessions,
            text=experiment.consent if step == "consent" else "",
            questions=_asked(study) if step == "questions" else (),
            items=tuple(map(_item, experiment.questionnaire)) if step == "questionnaire" else (),
            payment=self.payment(study, person) if step == "end" else None,
        )

    def payment(self, study: Study, person: Person) -> PaymentCard:
        """What a participant is paid as things stand."""
        terms, experiment = study.experiment.payment, study.experiment
        earned = payments.points(experiment, study.seed, self.earned(study, person))
        return PaymentCard(
            points=earned,
            amount=str(payments.amount(terms, earned)),
            currency=terms.currency,
            fixed_fee=str(terms.fixed_fee),
            per_point=str(terms.per_point),
            minimum=str(terms.minimum),
            session=(
                paid_session(experiment.sessions, study.seed) if terms.paid == "one" else None
            ),
        )

    def earned(self, study: Study, person: Person) -> dict[int, int]:
        """The payoff in US$ million of every session that a participant played, by number."""
        found = dict[int, int]()
        for table in study.room.tables:
            own = study.sessions.get(table.row.id)
            seat = _seat_of(table, person.row.label)
            if own is not None and seat is not None:
                found[own.number] = study.payoffs_musd.get(table.row.id, {}).get(seat, 0)
        return found

    def status(self, room: Room) -> dict[str, Any]:
        """A study as its host sees it, as plain data."""
        study = self.of(room)
        return {
            "number": study.number,
            "periods": list(study.experiment.periods),
            "sessions": [
                {
                    "session": one.session,
                    "number": one.number,
                    "group": one.group,
                    "treatment": one.treatment,
                }
                for one in study.sessions.values()
            ],
            "missing": [
                one.label for one in study.experiment.participants if one.label not in study.people
            ],
            "participants": [self._line(study, one) for one in study.people.values()],
        }

    def _line(self, study: Study, person: Person) -> dict[str, Any]:
        own = study.sessions.get(person.table.row.id) if person.table else None
        return {
            "label": person.row.label,
            "name": person.row.name,
            "step": step_of(study, person),
            "present": person.link is not None,
            "attempts": person.attempts,
            "let_in": person.row.let_in,
            "group": own.group if own else None,
            "treatment": own.treatment if own else None,
            "payment": self.payment(study, person).model_dump(mode="json"),
        }


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
    return Place(study.room, table, _seat_at(table, person))


def _seat_of(table: Table, label: str) -> SeatId | None:
    return next((seat for seat, row in table.seats.items() if row.name == label), None)


def _seat_at(table: Table, person: Person) -> SeatId:
    seat = _seat_of(table, person.row.label)
    assert seat is not None, "who has a table has a seat at it"
    return seat


def _unseat(table: Table, token: str) -> None:
    for seat, row in table.seats.items():
        if row.token_hash == token:
            table.seats[seat] = replace(row, token_hash=None)


def _taking_part(study: Study) -> list[Person]:
    return [person for person in study.people.values() if person.row.consented is not False]


def _agreed(study: Study) -> list[Person]:
    asked = bool(study.experiment.consent)
    return [person for person in study.people.values() if person.row.consented or not asked]


def _listed(experiment: Experiment, typed: str) -> Listed:
    if not typed:
        raise Refused(RefusalCode.NOT_SEATED, "no label was given", field="name")
    if not experiment.participants:
        return Listed(label=typed)
    for one in experiment.participants:
        if one.label.casefold() == typed.casefold():
            return one
    raise Refused(RefusalCode.NOT_SEATED, f"{typed} is not on the list", field="name")


def _admitted(study: Study, row: ParticipantRow, now: str) -> ParticipantRow:
    """Open play to somebody who agreed, where no questions are asked."""
    agreed = row.consented if study.experiment.consent else True
    if agreed and not questions_of(study.experiment, study.room.scenario):
        return replace(row, admitted_utc=now)
    return row


def _expect(study: Study, person: Person, step: Step) -> None:
    here = step_of(study, person)
    if here != step:
        raise Refused(RefusalCode.ROOM_STATE, f"this participant is at {here}, not at {step}")


def _asked(study: Study) -> tuple[AskedQuestion, ...]:
    return tuple(
        AskedQuestion(key=one.key, text=one.text, choices=one.choices)
        for one in questions_of(study.experiment, study.room.scenario)
    )


def _item(item: Item) -> AskedItem:
    given = item.model_dump()
    return AskedItem(item=given.pop("kind"), **given)


def _answer_to(item: Item, given: str) -> str:
    """An answer as it is kept; empty for none.

    Raises:
        Refused: ``out_of_range``.
    """
    if not given and not item.required:
        return ""
    allowed = _allowed(item)
    if not given or len(given) > 4_000 or not allowed[1](given):
        raise Refused(RefusalCode.OUT_OF_RANGE, f"{given!r}", field=item.key, allowed=allowed[0])
    return given


def _allowed(item: Item) -> tuple[str, Callable[[str], bool]]:
    """What an item takes, in words and as a check."""
    match item.kind:
        case "text":
            return "a text", lambda given: True
        case "choice":
            return " / ".join(item.choices), lambda given: given in item.choices
        case "likert":
            scale = [str(point) for point in range(1, item.points + 1)]
            return f"1 to {item.points}", lambda given: given in scale
        case "number":
            least = "" if item.least is None else f" from {item.least:g}"
            most = "" if item.most is None else f" up to {item.most:g}"
            return f"a number{least}{most}", lambda given: _is_number(item, given)


def _is_number(item: Item, given: str) -> bool:
    try:
        number = float(given)
    except ValueError:
        return False
    low = item.least if item.least is not None else float("-inf")
    high = item.most if item.most is not None else float("inf")
    return abs(number) != float("inf") and low <= number <= high


def csv_rows(studies: Studies, room: Room) -> Iterable[tuple[str, ...]]:
    """The payments of a study, a row for each participant who did not decline."""
    study = studies.of(room)
    yield (
        "room", "label", "name", "step", "points", "per_point", "fixed_fee", "minimum",
        "amount", "currency",
    )  # fmt: skip
    for person in _taking_part(study):
        paid = studies.payment(study, person)
        yield (
            room.row.code, person.row.label, person.row.name or "", step_of(study, person),
            str(paid.points), paid.per_point, paid.fixed_fee, paid.minimum, paid.amount,
            paid.currency,
        )  # fmt: skip
