"""Who plays when: the sessions of a study, opened for the groups that are drawn, and begun.

Owns the places of participants and the beginning of each session. Who may sit where stays with
the seats, how a session is started with the lobby, what is drawn with `experiment`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from server.experiment.assignment import grouped, groups_for, shuffled, treatments_of
from server.game.events import Participant
from server.game.refusals import RefusalCode, Refused
from server.lobby import Lobby
from server.protocol import CloseCode
from server.rooms import Table
from server.store import NewSession, ParticipantRow, Store, StudySeatRow, StudySessionRow
from server.study import Person, Study, agreed, seat_at, unseat


class Groups:
    """The groups of every study of one server. Call its methods under the study's `beginning`.

    Args:
        lobby: which makes and starts their tables.
        store: where the sessions are kept.
        begun: is called with each group that has begun.
    """

    def __init__(self, lobby: Lobby, store: Store, begun: Callable[[Study, Table], None]) -> None:
        self._lobby = lobby
        self._store = store
        self._begun = begun

    async def begin(self, study: Study, empty_seats: Participant) -> None:
        """Begin the next session, or those groups of this one that wait for somebody.

        Raises:
            Refused: ``room_state``: nobody is there, a session is on, or all are over.
            StoreFailed: not every group has begun; asked again, the rest does.
        """
        here = study.tables(study.number)
        waiting = [table for table in here if table.status == "lobby"]
        if not waiting:
            if any(table.status == "running" for table in here):
                raise Refused(RefusalCode.ROOM_STATE, "a session is still played")
            await self._open_next(study)
        for table in waiting:
            await self._start(study, table, empty_seats)
        await self.begin_complete(study, empty_seats)

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
        rows = {person.row.label: person.row for person in agreed(study)}
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
                unseat(person.table, person.row.token_hash)
            person.table = table
        self._lobby.seats.know(study.room, table)

    async def begin_complete(self, study: Study, empty_seats: Participant) -> None:
        """Start the groups of which everybody may play."""
        for table in study.tables(study.number):
            if table.status == "lobby" and all(one.ready for one in study.at(table)):
                await self._start(study, table, empty_seats)

    async def _start(self, study: Study, table: Table, empty_seats: Participant) -> None:
        await self._lobby.start_table(study.room, table, empty_seats)
        self._begun(study, table)
        for person in study.at(table):
            if person.ready:
                to_seat(person)
            else:
                self._lobby.seats.take_over(table, seat_at(table, person))


def to_seat(person: Person) -> None:
    """Have a page come back: its token leads to the seat now."""
    if person.link is not None:
        person.link.close(CloseCode.MOVED)
