"""Seats: who may sit where, and who is here.

Owns tokens and words, presence, take-over by bots and hand-back. Names of people live here
and in the store's `seats`, never in a log. Knows connections only as `Link`s and no socket;
which rooms there are and when their sessions begin is the lobby's.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from server.bots import default_bot
from server.game import hosting
from server.game.events import Event, Participant
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.game.state import State
from server.game.views import BOARD, HOST, Viewer, ViewerKind
from server.protocol import CloseCode, Hello, MovePerson, SeatPlan, SeatSettings
from server.rooms import (
    SHARED,
    Link,
    Place,
    Room,
    Table,
    free_seat,
    no_such_seat,
    plan_for,
    room_message,
    tell,
)
from server.session import HostAct
from server.store import Conflict, SeatRow, Store, StoreFailed
from server.tokens import new_word, token_hash, token_of

MOST_SHARING = 6
"""People whose names are shown for one seat."""


class Seats:
    """The seats of every room of one server.

    Args:
        store: where it is kept who has them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places: dict[str, Place] = {}

    def know(self, room: Room, table: Table) -> None:
        """Let in whoever has a token of a table that was stored."""
        for seat in table.seats.values():
            if seat.token_hash:
                self._places[seat.token_hash] = Place(room, table, SeatId(seat.seat))

    async def fill(self, table: Table, empty_seats: Participant) -> None:
        """Say who plays the seats for people that nobody has taken.

        Raises:
            StoreFailed: not for every seat.
        """
        for seat_id, seat in table.seats.items():
            if seat.participant == Participant.PERSON and seat.name is None:
                bot = default_bot(table.scenario.seat_by_id[seat_id].role)
                is_bot = empty_seats is Participant.BOT
                planned = replace(seat, participant=empty_seats, bot=bot if is_bot else None)
                await self._set_seat(table, planned)

    def show(self, room: Room, table: Table) -> None:
        """Show a session that has just begun, or gone on, to everybody at its table."""
        assert table.session is not None, "a running table has its session"
        for taken in table.seats:
            for link in table.links_of(taken):
                table.session.attach(_as_seat(taken), link.deliver, None, None)
        for link, viewer in table.watchers.values():
            table.session.attach(viewer, link.deliver, None, None)
        for seat_id, seat in table.seats.items():
            if seat.participant == Participant.PERSON and not table.links_of(seat_id):
                self._absent(room, table, seat_id)

    # --- by the host ---

    async def set_plan(self, room: Room, session: str, seat: SeatId, plan: SeatPlan) -> None:
        """A bot, nobody or (back) a person in a seat.

        Raises:
            Refused: ``unknown_session``, ``unknown_seat``, ``unknown_bot``.
        """
        table = room.table(session)
        plan = plan_for(table.scenario, seat, plan)
        await self._set_seat(
            table, replace(table.seats[seat], participant=plan.participant, bot=plan.bot)
        )
        if table.status == "running":
            await by_host(table, _occupy(seat, plan.participant, plan.bot))
        for link in table.links_of(seat):
            link.deliver(SeatSettings(seat=seat, participant=plan.participant))
        tell(room)

    async def reissue(self, room: Room, session: str, seat: SeatId) -> dict[str, str]:
        """A new token and word for a seat; whoever sits there with the old one is sent away."""
        table = room.table(session)
        if seat not in table.seats:
            raise no_such_seat(table.scenario, seat)
        self._send_away(table, seat, CloseCode.BAD_TOKEN)
        row = table.seats[seat]
        token, word = await self._issue(room, table, replace(row, name=row.name or "(re-issued)"))
        return {"token": token, "word": word}

    def _send_away(self, table: Table, seat: SeatId, code: CloseCode) -> None:
        for link in table.links_of(seat):
            self._detach(table, seat, link)
            table.sharing.pop(id(link), None)
            link.close(code)
        table.links.pop(seat, None)

    async def move_person(self, room: Room, move: MovePerson) -> None:
        """Give a person another free seat, also while tables play.

        Raises:
            Refused: ``unknown_session``, ``unknown_seat``, ``seat_taken``; ``not_seated``
                where nobody is to be moved.
        """
        table, target = room.table(move.session), room.table(move.to_session)
        seat, to_seat = move.seat, move.to_seat
        row = table.seats.get(seat)
        if row is None:
            raise no_such_seat(table.scenario, seat)
        if row.token_hash is None:
            raise Refused(RefusalCode.NOT_SEATED, f"nobody sits in {seat}", field="seat")
        await self._reseat(Place(room, table, seat), *free_seat([target], to_seat))
        if table.status == "running":
            bot = SeatPlan(participant=Participant.BOT)
            await self.set_plan(room, move.session, seat, bot)
        if target.status == "running":
            await by_host(target, _occupy(to_seat, Participant.PERSON, None))
        self._send_away(table, seat, CloseCode.MOVED)
        tell(room)

    # --- by people ---

    async def take(self, place: Place, name: str | None) -> tuple[str, str]:
        """Give somebody who is new a free seat; the token and its word.

        Raises:
            StoreFailed: nobody was seated.
        """
        table, seat = place.table, place.seat
        row = replace(
            table.seats[seat], participant=Participant.PERSON, bot=None, name=name or str(seat)
        )
        token, word = await self._issue(place.room, table, row)
        if table.status == "running":
            await by_host(table, _occupy(seat, Participant.PERSON, None))
        return token, word

    def by_word(self, room: Room, word: str) -> tuple[Place, str]:
        """The place of a seat's word in a room, and its token.

        Raises:
            Refused: ``not_seated``.
        """
        token = token_of(word, room.settings.key)
        place = self._places.get(token_hash(token))
        if place is None:
            raise Refused(
                RefusalCode.NOT_SEATED, f"no seat of this room has the word {word}", field="word"
            )
        return place, token

    def returning(self, token: str) -> Place:
        """The place of a token.

        Raises:
            Refused: ``bad_token``.
        """
        place = self._places.get(token_hash(token))
        if place is None or place.room.row.status == "closed":
            raise Refused(RefusalCode.BAD_TOKEN, "this token is not valid (any more)")
        return place

    async def move(self, place: Place, seat: SeatId, session: str | None) -> Place:
        """Take another free seat before the start, with the same token; the own one is kept.

        Raises:
            Refused: ``room_state`` after the start, ``seat_taken``, ``unknown_seat``.
        """
        if (seat, session or place.table.row.id) == (place.seat, place.table.row.id):
            return place
        if place.table.status != "lobby":
            raise Refused(RefusalCode.ROOM_STATE, "seats are fixed once the session has started")
        target = place.room.table(session) if session else place.table
        return await self._reseat(place, *free_seat([target], seat))

    async def _reseat(self, place: Place, table: Table, seat: SeatId) -> Place:
        """Take a name and its token from one seat to another."""
        old = place.table.seats[place.seat]
        await self._set_seat(place.table, replace(old, name=None, token_hash=None))
        new = replace(
            table.seats[seat],
            participant=Participant.PERSON,
            bot=None,
            name=old.name,
            token_hash=old.token_hash,
        )
        await self._set_seat(table, new)
        moved = Place(place.room, table, seat)
        assert old.token_hash is not None, "a place has a token"
        self._places[old.token_hash] = moved
        return moved

    async def leave(self, place: Place) -> None:
        """Give the seat up; in a running session a bot takes it."""
        row = place.table.seats[place.seat]
        if row.token_hash:
            self._places.pop(row.token_hash, None)
        bot = default_bot(place.table.scenario.seat_by_id[place.seat].role)
        running = place.table.status == "running"
        await self._set_seat(
            place.table,
            replace(
                row,
                name=None,
                token_hash=None,
                participant=Participant.BOT if running else Participant.PERSON,
                bot=bot if running else None,
            ),
        )
        if running:
            await by_host(place.table, _occupy(place.seat, Participant.BOT, bot))

    async def sit(self, place: Place, link: Link, hello: Hello) -> None:
        """Connect somebody to the own seat.

        An older connection for it is sent away, unless the newcomer wants to share.
        """
        table, seat = place.table, place.seat
        if hello.share:
            table.sharing[id(link)] = (seat, link)
            await self._add_name(table, seat, hello.name)
        else:
            older = table.links.get(seat)
            if older is not None:
                self._detach(table, seat, older)
                older.close(CloseCode.SEAT_TAKEN_OVER)
            table.links[seat] = link
        handle = table.takeovers.pop(seat, None)
        if handle is not None:
            handle.cancel()
        if table.session is not None:
            await self._hand_back(table, seat)
            table.session.attach(_as_seat(seat), link.deliver, hello.epoch, hello.last_seq)
        link.deliver(room_message(place.room, table))
        tell(place.room)

    async def _add_name(self, table: Table, seat: SeatId, name: str | None) -> None:
        row = table.seats[seat]
        names = (row.name or "").split(SHARED)
        if name and name not in names and len(names) < MOST_SHARING:
            await self._set_seat(table, replace(row, name=SHARED.join([*names, name])))

    async def _hand_back(self, table: Table, seat: SeatId) -> None:
        assert table.session is not None
        planned = table.seats[seat].participant
        sits = table.session.state.participants[seat]
        if planned == Participant.PERSON and sits is not planned and table.status == "running":
            await by_host(table, _occupy(seat, Participant.PERSON, None))

    def watch(self, room: Room, table: Table, link: Link, hello: Hello, *, as_host: bool) -> None:
        """Show a table to an observer or the host."""
        viewer = HOST if as_host else BOARD
        table.watchers[id(link)] = (link, viewer)
        if table.session is not None:
            table.session.attach(viewer, link.deliver, hello.epoch, hello.last_seq)
        link.deliver(room_message(room, table))

    def gone(self, place: Place, link: Link) -> None:
        """A connection of a seat ended; after the room's time a bot takes over."""
        table, seat = place.table, place.seat
        if table.links.get(seat) is link:
            del table.links[seat]
        elif table.sharing.pop(id(link), None) is None:
            return
        self._detach(table, seat, link)
        if table.links_of(seat):
            return
        if place.room.row.status != "closed":
            self._absent(place.room, table, seat)
            tell(place.room)

    def unwatch(self, table: Table, link: Link) -> None:
        """A connection of an observer or the host ended."""
        found = table.watchers.pop(id(link), None)
        if found is not None and table.session is not None:
            table.session.detach(found[1], link.deliver)

    @staticmethod
    def _detach(table: Table, seat: SeatId, link: Link) -> None:
        if table.session is not None:
            table.session.detach(_as_seat(seat), link.deliver)

    def _absent(self, room: Room, table: Table, seat: SeatId) -> None:
        if room.settings.takeover_after_s is None or table.status != "running":
            return
        loop = asyncio.get_running_loop()
        table.takeovers[seat] = loop.call_later(
            room.settings.takeover_after_s, self.take_over, table, seat
        )

    @staticmethod
    def take_over(table: Table, seat: SeatId) -> None:
        """Let a bot play for somebody who has been away for long enough."""
        table.takeovers.pop(seat, None)
        if table.session is None or table.links_of(seat) or table.status != "running":
            return
        bot = default_bot(table.scenario.seat_by_id[seat].role)
        table.session.host(_occupy(seat, Participant.BOT, bot), lambda _: None)

    async def _issue(self, room: Room, table: Table, row: SeatRow) -> tuple[str, str]:
        word = new_word()
        while token_hash(token_of(word, room.settings.key)) in self._places:
            word = new_word()
        token = token_of(word, room.settings.key)
        old = table.seats[SeatId(row.seat)].token_hash
        await self._set_seat(table, replace(row, token_hash=token_hash(token)))
        if old:
            self._places.pop(old, None)
        self._places[token_hash(token)] = Place(room, table, SeatId(row.seat))
        return token, word

    async def _set_seat(self, table: Table, row: SeatRow) -> None:
        before = table.seats[SeatId(row.seat)]
        # Taken in memory first: while the database writes, nobody else may have the seat.
        table.seats[SeatId(row.seat)] = row
        try:
            await self._store.set_seat(row)
        except (StoreFailed, Conflict):
            table.seats[SeatId(row.seat)] = before
            raise


async def by_host(
    table: Table, act: HostAct, request_id: str | None = None, digest: str = ""
) -> None:
    """An act of the host on a table that runs, once it is durable.

    Raises:
        Refused: what the rules or the session say.
    """
    assert table.session is not None, "a running table has its session"
    done: asyncio.Future[int | Refused] = asyncio.get_running_loop().create_future()
    table.session.host(act, done.set_result, request_id, digest)
    result = await done
    if isinstance(result, Refused):
        raise result


def _as_seat(seat: SeatId) -> Viewer:
    return Viewer(ViewerKind.SEAT, seat)


def _occupy(seat: SeatId, participant: Participant, bot: str | None) -> HostAct:
    def act(state: State, at_ms: int) -> list[Event]:
        return hosting.occupy(state, seat, participant, bot, at_ms)

    return act
