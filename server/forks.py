"""Rooms that go on from a stored session: where a fork begins, and the events that begin it.

Owns the way from a host's wish to the pure fork in `server.tournament.fork`. Knows the store,
no room and no socket.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.game.events import Event
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Scenario, SeatId
from server.protocol import ForkFrom, OpenRoom
from server.store import Store, StoredEvent, decode
from server.tournament.fork import begin_live
from server.tournament.moments import Moment, moment_at


async def moment_of(store: Store, fork: ForkFrom) -> tuple[list[StoredEvent], Moment]:
    """The log of a stored session, and the moment in it from which a fork goes on.

    Raises:
        Refused: ``unknown_session``, ``out_of_range``, or ``session_over`` where it had ended.
    """
    row = await store.session(fork.session)
    if row is None or not row.head_version:
        raise Refused(
            RefusalCode.UNKNOWN_SESSION,
            f"there is no session {fork.session} with a log",
            field="fork.session",
        )
    stored = (await store.stored(fork.session))[: row.head_version]
    try:
        moment = moment_at([decode(one) for one in stored], fork.event)
    except ValueError as error:
        raise Refused(
            RefusalCode.OUT_OF_RANGE,
            str(error),
            field="fork.event",
            allowed=f"1 to {len(stored)}",
        ) from None
    if moment.state.ending is not None:
        raise Refused(RefusalCode.SESSION_OVER, "the session was over by then", field="fork.event")
    return stored, moment


async def checked(store: Store, request: OpenRoom, fork: ForkFrom) -> tuple[Scenario, ForkFrom]:
    """The scenario of a room that goes on from a session, and the event at which it does.

    Raises:
        Refused: as of `moment_of`; ``unknown_scenario`` where the request names another one;
            ``out_of_range`` where it asks for other clocks.
    """
    _, moment = await moment_of(store, fork)
    name = moment.state.campaign[0].name
    if request.scenario != name:
        raise Refused(
            RefusalCode.UNKNOWN_SCENARIO,
            f"the session is of {name}",
            field="scenario",
            allowed=name,
        )
    if request.minutes is not None:
        raise Refused(
            RefusalCode.OUT_OF_RANGE,
            "a fork has the clocks of its session",
            field="minutes",
            allowed="null",
        )
    return moment.state.scenario, ForkFrom(session=fork.session, event=moment.event)


async def beginning(
    store: Store, fork: ForkFrom, seats: Mapping[SeatId, str], *, seed: int | None, timed: bool
) -> list[Event]:
    """The events with which a table of such a room starts, as of `begin_live`.

    Raises:
        Refused: as of `moment_of`.
    """
    stored, moment = await moment_of(store, fork)
    return begin_live(
        [decode(one) for one in stored],
        moment,
        seats,
        seed=seed,
        timed=timed,
        session=fork.session,
        parent_hash=stored[moment.event - 1].hash,
    )
