"""Studies: what participants go through, from consent to payment.

Owns how participants come in, what they answer, and what they and the host are told. Which
sessions there are and when they begin is the groups'. What people answer is stored before
anybody is told. Knows connections only as `Link`s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from server.experiment import payments
from server.experiment.assignment import paid_session
from server.experiment.items import answer_to
from server.experiment.questions import questions_of
from server.game.events import Participant
from server.game.refusals import RefusalCode, Refused
from server.groups import Groups, to_seat
from server.lobby import Lobby
from server.protocol import (
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
    ParticipantRow,
    Store,
)
from server.study import (
    Person,
    Study,
    admitted,
    asked_item,
    asked_questions,
    expect,
    listed_as,
    place_of,
    seat_of,
    step_of,
    taking_part,
)
from server.tokens import new_word, token_hash, token_of

log = logging.getLogger("backstop.studies")


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
        self._groups = Groups(lobby, store, self._watch_end)
        self._studies: dict[str, Study] = {}
        self._by_token: dict[str, tuple[Study, Person]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def wake(self) -> None:
        """Take over the studies that the database holds; the lobby is awake."""
        for room in self._lobby.rooms:
            if room.settings.experiment is not None:
                await self._wake(self.of(room))

    async def _wake(self, study: Study) -> None:
        await self._recall(study)
        for person in study.people.values():
            self._know(study, person)
        for table in study.room.tables:
            if table.row.id in study.sessions:
                self._watch_end(study, table)

    async def _recall(self, study: Study) -> None:
        """Fill in what the database holds of a study."""
        code, kept = study.room.row.code, self._store.studies
        study.sessions = {row.session: row for row in await kept.sessions(code)}
        study.payoffs_musd = await kept.payoffs_musd(code)
        study.people = {row.label: Person(row) for row in await kept.participants(code)}
        for answer in await kept.control_answers(code):
            study.people[answer.label].attempts = answer.attempt
        tables = {table.row.id: table for table in study.room.tables}
        players = {(one.session, one.label) for one in await kept.players(code)}
        for session in study.sessions:
            for label, person in study.people.items():
                if (session, label) in players:
                    person.table = tables[session]

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

    async def open_or_closed(self, code: str) -> Study:
        """The study of a room, also one that is closed: then to be read alone.

        Raises:
            Refused: ``unknown_room``; ``room_state``: it is none.
        """
        room = await self._lobby.open_or_closed(code)
        if room.row.status != "closed" or room.settings.experiment is None:
            return self.of(room)
        study = Study(room, room.settings.experiment)
        await self._recall(study)
        return study

    # --- coming in ---

    async def join(self, room: Room, hello: Hello) -> tuple[Study, Person, str, str]:
        """Somebody new; the token and its word.

        Raises:
            Refused: ``not_seated``: not on the list; ``seat_taken``: here already;
                ``no_seat_left``.
            StoreFailed: nobody was taken in.
        """
        study = self.of(room)
        listed = listed_as(study.experiment, (hello.name or "").strip())
        if listed.label in study.people:
            raise Refused(
                RefusalCode.SEAT_TAKEN,
                f"{listed.label} is here already; come back with the word",
                field="name",
            )
        most = room.settings.most_groups
        if most is not None and len(taking_part(study)) >= most * len(study.seats):
            raise Refused(RefusalCode.NO_SEAT_LEFT, "every place in this study is taken")
        word, key = new_word(), room.settings.key
        while token_hash(token_of(word, key)) in self._by_token:
            word = new_word()
        token, now = token_of(word, key), self._utc_now()
        row = ParticipantRow(
            room.row.code, listed.label, token_hash(token), now, listed.name or None
        )
        person = Person(admitted(study, row, now))
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
        expect(study, person, "consent")
        now = self._utc_now()
        row = admitted(study, replace(person.row, consented=agreed, consent_utc=now), now)
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
        expect(study, person, "questions")
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
        expect(study, person, "questionnaire")
        now, code, label = self._utc_now(), study.room.row.code, person.row.label
        rows = [
            ItemAnswerRow(code, label, item.key, answer, now)
            for item in study.experiment.questionnaire
            if (answer := answer_to(item, answers.get(item.key, "").strip()))
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
        expect(study, person, "questions")
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
            await self._groups.begin(study, empty_seats)
        await self._store.set_room_status(room.row.code, "running", host_act)
        room.row = replace(room.row, status="running")
        for person in study.people.values():
            self.tell(study, person)

    async def _go_on(self, study: Study, person: Person) -> None:
        """After somebody may play, or did not want to."""
        table = person.table
        if person.ready and table is not None:
            if table.status == "lobby":
                async with study.beginning:
                    await self._groups.begin_complete(study, Participant.BOT)
            elif table.status == "running":
                to_seat(person)
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
            neutral=experiment.neutral,
            text=experiment.consent if step == "consent" else "",
            questions=asked_questions(study) if step == "questions" else (),
            items=tuple(map(asked_item, experiment.questionnaire))
            if step == "questionnaire"
            else (),
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
            seat = seat_of(table, person.row.label)
            known = table.status == "ended" or table.row.id in study.payoffs_musd
            if own is not None and seat is not None and known:
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
            "points": [
                {"session": number, "points": earned}
                for number, earned in sorted(self.earned(study, person).items())
            ],
            "payment": self.payment(study, person).model_dump(mode="json"),
        }
