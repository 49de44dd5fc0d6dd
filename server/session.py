"""The actor of one session: its queue, its clock, its bots.

One task owns the state and takes what waits in its bounded queue, decides it against the
next state, saves, and only then tells its audience. Knows no socket and no names of people.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from server.audience import Audience, Deliver
from server.bots import Bot, MakeBot, decision_random, decisions_of, make
from server.game import hosting, rules
from server.game.actions import Action, Address
from server.game.events import DecidedBy, Event, Participant
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.game.state import State, evolve, replay
from server.game.views import Viewer, ViewerKind, view_for
from server.protocol import Parked
from server.store import Answer, Conflict, Store, StoreFailed

QUEUE_LIMIT = 256
"""Requests that may wait for one session; a further one is refused `busy`."""
SEAT_QUEUE_LIMIT = 64
"""Of them one seat's, so that nobody fills the queue for the others."""
BATCH_LIMIT = 64
"""Requests that share one commit."""
RETRY_S = 1.0
"""After a failed commit the clock and the bots try again so much later."""

log = logging.getLogger("backstop.session")

HOST_KEY = SeatId("host")
"""Under which the requests of hosts are recorded; ids of seats begin with a capital letter."""

Reply = Callable[[int | Refused], None]
"""Called once with the version at which the request is durable, or with its refusal."""
HostAct = Callable[[State, int], list[Event]]
"""A function of `rules` on (state, at_ms), such as `hosting.pause`."""


_NOT_SAVED = Refused(RefusalCode.NOT_SAVED, "the database could not save it")


def _ignore(_: int | Refused) -> None:
    """The reply of what nobody waits for."""


def _digest(address: Address, action: Action) -> str:
    return hashlib.sha256(repr((address, action)).encode()).hexdigest()[:32]


def _reused(request_id: str) -> Refused:
    return Refused(
        RefusalCode.REQUEST_REUSED,
        f"the id {request_id} was used for another request",
        field="id",
        allowed="a new id for every request",
    )


def _give_up(seat: SeatId) -> HostAct:
    """A bot that fails leaves its seat to the written defaults, so that nobody waits for it."""

    def act(state: State, at_ms: int) -> list[Event]:
        if state.ending is not None:
            return []
        return hosting.occupy(state, seat, Participant.NOBODY, None, at_ms)

    return act


@dataclass(frozen=True, slots=True)
class _Ask:
    """A seat's action on its way through the session."""

    seat: SeatId
    action: Action
    address: Address
    by: DecidedBy
    reply: Reply
    request_id: str | None = None
    """None for bots of the server, which never ask twice."""
    digest: str = ""
    """Of a person's request; tells a repeated one from another under the same id."""


@dataclass(frozen=True, slots=True)
class _HostAsk:
    act: HostAct
    reply: Reply
    request_id: str | None = None
    """Of a host's request; None for the clock and the lobby, which never ask twice."""
    digest: str = ""


def _asker(item: _Ask | _HostAsk) -> SeatId:
    return item.seat if isinstance(item, _Ask) else HOST_KEY


@dataclass(slots=True)
class _Batch:
    """What is decided together and saved in one transaction."""

    state: State
    events: list[Event] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    results: list[tuple[Reply, int | Refused]] = field(default_factory=list)

    def fold(self, events: Sequence[Event]) -> None:
        """Go on to the state after `events`."""
        for event in events:
            self.state = evolve(self.state, event)
            self.events.append(event)


class Session:
    """One running session. Create, then `start`; `stop` before the store is closed.

    Args:
        session_id: its id in the store.
        events: its whole log so far.
        answers: the recorded answers, by seat and request id.
        store: where events go before anybody is told.
        fence: the lease under which this process may append.
        clock_ms: any monotonic clock in milliseconds.
        bots: what makes the bots of seats, by name and role.
    """

    def __init__(
        self,
        session_id: str,
        events: Sequence[Event],
        answers: Sequence[Answer],
        store: Store,
        *,
        fence: int,
        clock_ms: Callable[[], int],
        bots: MakeBot = make,
    ) -> None:
        self.id = session_id
        self.state = replay(events)
        self.parked = False
        self._events = list(events)
        self._answers = {(answer.seat, answer.request_id): answer for answer in answers}
        self._store = store
        self._fence = fence
        self._clock_ms = clock_ms
        # Time spent down does not count: the clock goes on from the last event.
        self._opened_at_ms = clock_ms() - self.state.at_ms
        self._inbox: asyncio.Queue[_Ask | _HostAsk | None] = asyncio.Queue(QUEUE_LIMIT)
        self._waiting: Counter[SeatId] = Counter()
        self._in_flight: dict[tuple[str, str], tuple[str, list[Reply]]] = {}
        """What people asked and is not answered yet, by seat and request id: digest, replies."""
        self._audience = Audience(session_id)
        self._make_bot = bots
        self._bots: dict[SeatId, tuple[str, Bot]] = {}
        self._decisions = decisions_of(events)
        self._timer: asyncio.TimerHandle | None = None
        self._unsaved = False
        self._task: asyncio.Task[None] | None = None
        self.on_end: Callable[[], None] = lambda: None

    @property
    def epoch(self) -> str:
        """See `Audience.epoch`."""
        return self._audience.epoch

    def start(self, *, woken: bool = False) -> None:
        """Begin to take requests; `woken` records that the server came back."""
        self._task = asyncio.create_task(self._run(), name=f"session {self.id}")
        if woken:
            self.host(hosting.wake, _ignore)
        self._arm()

    async def stop(self) -> None:
        """Finish what is being saved, refuse what waits, and end."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            while self._inbox.full():
                self._refuse_one()
            self._inbox.put_nowait(None)
            await self._task
            self._task = None

    def now_ms(self) -> int:
        """The session's time."""
        return max(self.state.at_ms, self._clock_ms() - self._opened_at_ms)

    def act(
        self, seat: SeatId, request_id: str, address: Address, action: Action, reply: Reply
    ) -> None:
        """Hand in a person's action; `reply` is called exactly once, now or later."""
        key, replies, digest = (seat, request_id), [reply], _digest(address, action)

        def answer(result: int | Refused) -> None:
            del self._in_flight[key]
            for one in replies:
                one(result)

        if key in self._in_flight:
            self._join(key, digest, reply)
            return
        self._in_flight[key] = (digest, replies)
        known = self._answers.get(key)
        if self.state.ending is not None and known and known.digest == digest:
            # The answer was lost on its way, and the session has ended since.
            answer(known.version)
        else:
            self._put(_Ask(seat, action, address, DecidedBy.HUMAN, answer, request_id, digest))

    def _join(self, key: tuple[str, str], digest: str, reply: Reply) -> None:
        """Sent again before it was answered: `busy` now would be a lie, it may yet be done."""
        waiting_digest, replies = self._in_flight[key]
        if digest == waiting_digest:
            replies.append(reply)
        else:
            reply(_reused(key[1]))

    def host(
        self, act: HostAct, reply: Reply, request_id: str | None = None, digest: str = ""
    ) -> None:
        """Hand in an act of the host, the lobby or the clock; under one `request_id` done once."""
        self._put(_HostAsk(act, reply, request_id, digest))

    def tick(self) -> None:
        """Let the session look at its clock; called by its timer."""
        if not self._inbox.full():
            self.host(hosting.expire, _ignore)

    def attach(
        self, viewer: Viewer, deliver: Deliver, epoch: str | None, last_seq: int | None
    ) -> None:
        """Show `viewer` the session from now on; see `Audience.attach`."""
        self._audience.attach(
            viewer,
            deliver,
            self.state,
            self._events,
            left_ms=self.left_ms(),
            epoch=epoch,
            last_seq=last_seq,
        )
        if self.parked:
            deliver(Parked(session=self.id))

    def detach(self, viewer: Viewer, deliver: Deliver) -> None:
        """Stop showing the session to one connection."""
        self._audience.detach(viewer, deliver)

    def left_ms(self) -> int | None:
        """What is left on the clock; None without one. Stands still while paused."""
        if self.state.deadline_ms is None:
            return None
        now_ms = self.state.paused_at_ms if self.state.paused else self.now_ms()
        assert now_ms is not None
        return max(0, self.state.deadline_ms - now_ms)

    # --- the queue ---

    def _put(self, item: _Ask | _HostAsk) -> None:
        if self.parked:
            item.reply(Refused(RefusalCode.SESSION_PARKED, "the session stands still"))
            return
        if self._task is None:
            over = self.state.ending is not None
            code = RefusalCode.SESSION_OVER if over else RefusalCode.BUSY
            item.reply(Refused(code, "the session takes no requests now"))
            return
        seat = item.seat if isinstance(item, _Ask) else None
        if self._inbox.full() or (seat and self._waiting[seat] >= SEAT_QUEUE_LIMIT):
            item.reply(Refused(RefusalCode.BUSY, "too many requests are waiting to be decided"))
            return
        self._inbox.put_nowait(item)
        if seat:
            self._waiting[seat] += 1

    def _next(self) -> _Ask | _HostAsk | None:
        item = self._inbox.get_nowait()
        if isinstance(item, _Ask):
            self._waiting[item.seat] -= 1
        return item

    def _refuse_one(self) -> None:
        item = self._next()
        if item is not None:
            item.reply(Refused(RefusalCode.BUSY, "the server is stopping"))

    async def _run(self) -> None:
        bots = list(self._bot_asks())
        while True:
            batch = bots
            if not batch:
                first = await self._inbox.get()
                if first is None:
                    break
                if isinstance(first, _Ask):
                    self._waiting[first.seat] -= 1
                batch = [first]
            stopping = self._take_waiting(batch)
            await self._take(batch)
            if stopping:
                break
            bots = [] if self.parked or self._unsaved else list(self._bot_asks())
        while not self._inbox.empty():
            self._refuse_one()

    def _take_waiting(self, batch: list[_Ask | _HostAsk]) -> bool:
        """Fill up the batch with what waits; True if the session is to stop after it."""
        while len(batch) < BATCH_LIMIT and not self._inbox.empty():
            item = self._next()
            if item is None:
                return True
            batch.append(item)
        return False

    async def _take(self, items: Sequence[_Ask | _HostAsk]) -> None:
        if self.parked:
            self._refuse_parked(item.reply for item in items)
            return
        batch = _Batch(self.state)
        try:
            # Before any decision, so that one that comes late finds its phase over.
            batch.fold(hosting.expire(batch.state, self.now_ms()))
            for item in items:
                batch.results.append((item.reply, self._decide(batch, item)))
        except Exception:
            await self._park(items)
            return
        self._unsaved = False
        if batch.events:
            await self._save(batch)
        else:
            self._answer(batch)

    def _decide(self, batch: _Batch, item: _Ask | _HostAsk) -> int | Refused:
        try:
            known = self._known(item)
            if known is not None:
                return known.version
            if isinstance(item, _HostAsk):
                batch.fold(item.act(batch.state, self.now_ms()))
                self._remember(batch, item)
                return batch.state.version
            unfolding = rules.unfold(
                batch.state,
                item.seat,
                item.action,
                item.address,
                by=item.by,
                at_ms=self.now_ms(),
            )
        except Refused as refused:
            if isinstance(item, _Ask) and item.by is DecidedBy.BOT:
                self._bot_refused(batch, item.seat, refused)
            return refused
        batch.state = unfolding.state
        batch.events += unfolding.events
        self._remember(batch, item)
        return batch.state.version

    @staticmethod
    def _remember(batch: _Batch, item: _Ask | _HostAsk) -> None:
        if item.request_id is not None:
            version = batch.state.version
            batch.answers.append(Answer(_asker(item), item.request_id, item.digest, version))

    def _known(self, item: _Ask | _HostAsk) -> Answer | None:
        """The answer recorded under the same request id."""
        if item.request_id is None:
            return None
        known = self._answers.get((_asker(item), item.request_id))
        if known is not None and known.digest != item.digest:
            raise _reused(item.request_id)
        return known

    def _bot_refused(self, batch: _Batch, seat: SeatId, refused: Refused) -> None:
        if refused.code is RefusalCode.PHASE_OVER:
            return
        # It would ask the same again, for ever.
        log.error("session %s bot in %s refused %s", self.id, seat, refused.code)
        batch.fold(_give_up(seat)(batch.state, self.now_ms()))

    # --- after the store has spoken ---

    async def _save(self, batch: _Batch) -> None:
        version = self.state.version
        try:
            await self._store.append(
                self.id, version, batch.events, batch.answers, fence=self._fence
            )
        except StoreFailed:
            self._not_saved(batch, version)
        except Conflict:
            await self._reload()
            self._not_saved(batch, version)
        else:
            self._saved(batch)

    def _saved(self, batch: _Batch) -> None:
        self.state = batch.state
        self._events += batch.events
        self._decisions += decisions_of(batch.events)
        self._answers.update({(answer.seat, answer.request_id): answer for answer in batch.answers})
        # The sender's update goes before its answer: whoever was answered has seen it.
        self._audience.publish(batch.events, self.state, self.left_ms())
        self._answer(batch)
        self._arm()
        if self.state.ending is not None:
            self.on_end()

    @staticmethod
    def _answer(batch: _Batch) -> None:
        for reply, result in batch.results:
            reply(result)

    def _not_saved(self, batch: _Batch, version: int) -> None:
        """Refuse what came after `version`; the clock and the bots try again later."""
        for reply, result in batch.results:
            lost = not isinstance(result, Refused) and result > version
            reply(_NOT_SAVED if lost else result)
        self._unsaved = True
        self._arm()

    async def _reload(self) -> None:
        """Another writer was first: go on from what it wrote."""
        try:
            events = await self._store.load_events(self.id)
            answers = await self._store.answers(self.id)
        except StoreFailed:
            return
        news = events[len(self._events) :]
        self._events, self.state = list(events), replay(events)
        self._decisions = decisions_of(events)
        self._answers = {(answer.seat, answer.request_id): answer for answer in answers}
        self._audience.publish(news, self.state, self.left_ms())

    async def _park(self, items: Sequence[_Ask | _HostAsk]) -> None:
        """A broken invariant: stand still, tell everybody, leave the other sessions alone."""
        self.parked = True
        log.exception("session %s parked at version %d", self.id, self.state.version)
        if self._timer is not None:
            self._timer.cancel()
        self._refuse_parked(item.reply for item in items)
        self._audience.park()
        try:
            await self._store.park(self.id)
        except StoreFailed:
            log.warning("session %s could not be marked as parked", self.id)

    @staticmethod
    def _refuse_parked(replies: Iterable[Reply]) -> None:
        for reply in replies:
            reply(Refused(RefusalCode.SESSION_PARKED, "the session stands still"))

    # --- clock and bots ---

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        left_ms = self.left_ms()
        if self._unsaved:
            wait_s = RETRY_S
        elif left_ms is not None and not self.state.paused:
            wait_s = left_ms / 1000
        else:
            return
        self._timer = asyncio.get_running_loop().call_later(wait_s, self.tick)

    def _bot_asks(self) -> list[_Ask | _HostAsk]:
        """What the bots in seats want to do now, through the same door as people."""
        state = self.state
        if state.ending is not None or state.paused:
            return []
        asks = (
            self._bot_ask(state, seat)
            for seat, who in state.participants.items()
            if who is Participant.BOT
        )
        return [ask for ask in asks if ask is not None]

    def _bot_ask(self, state: State, seat: SeatId) -> _Ask | _HostAsk | None:
        try:
            view = view_for(state, Viewer(ViewerKind.SEAT, seat))
            random = decision_random(state.draws.seed, seat, self._decisions[seat])
            action = self._bot(seat).act(view, random)
        except Exception:
            log.exception("session %s bot in %s failed", self.id, seat)
            return _HostAsk(_give_up(seat), _ignore)
        if action is None:
            return None
        address = Address(state.crisis, state.round, state.phase)
        return _Ask(seat, action, address, DecidedBy.BOT, _ignore)

    def _bot(self, seat: SeatId) -> Bot:
        name = self.state.bots[seat]
        assert name is not None, "a bot's seat was taken without its name"
        kept = self._bots.get(seat)
        if kept is None or kept[0] != name:
            kept = (name, self._make_bot(name, self.state.scenario.seat_by_id[seat].role))
            self._bots[seat] = kept
        return kept[1]
