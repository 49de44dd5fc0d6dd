"""Who looks at a session, and what each of them is told.

Owns the viewers' streams: what each was last shown, its own numbering of notices, and what it
missed. Knows no queue, no store and no clock: state, log and what is left on the clock are
handed in by the session. Viewers are callables that never block.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields

from pydantic import BaseModel

from server.game.cards import View
from server.game.events import Event, Said
from server.game.state import State
from server.game.views import Viewer, notice_for, view_for, views_for
from server.protocol import Ended, Parked, Resumed, Update, ViewMessage

Deliver = Callable[[BaseModel], None]
"""Takes a message for one connection; must not block."""


@dataclass(slots=True)
class _Stream:
    """One kind of viewer: what it was last shown, and to which connections."""

    view: View
    """Without messages."""
    seq: int
    deliveries: list[Deliver] = field(default_factory=list)


class Audience:
    """The viewers of one session."""

    def __init__(self, session_id: str) -> None:
        self._session = session_id
        self._streams: dict[Viewer, _Stream] = {}

    @property
    def epoch(self) -> str:
        """Changes when the log is another one than a client saw before."""
        # Nothing of the seed: with it and the scenario everything drawn could be known.
        return self._session

    def attach(
        self,
        viewer: Viewer,
        deliver: Deliver,
        state: State,
        log: Sequence[Event],
        *,
        left_ms: int | None,
        epoch: str | None,
        last_seq: int | None,
    ) -> None:
        """Show `viewer` the session from now on.

        One that names the epoch and the last sequence number that it saw gets exactly the
        notices that it missed and a `resumed` marker, any other the whole view.
        """
        stream, view = self._stream(viewer, state, log), view_for(state, viewer)
        seen = last_seq if epoch == self.epoch and last_seq is not None else None
        if seen is not None and 0 <= seen <= stream.seq:
            missed = _notices(viewer, log, state)[seen:]
            if missed:
                deliver(self._update(missed, seen, {}, left_ms))
            deliver(Resumed(epoch=self.epoch, seq=stream.seq, left_ms=left_ms, view=view))
        else:
            deliver(ViewMessage(epoch=self.epoch, seq=stream.seq, left_ms=left_ms, view=view))
        stream.deliveries.append(deliver)
        if state.ending is not None:
            deliver(Ended(session=self._session, ending=state.ending))

    def detach(self, viewer: Viewer, deliver: Deliver) -> None:
        """Stop showing the session to one connection."""
        stream = self._streams.get(viewer)
        if stream is None or deliver not in stream.deliveries:
            return
        stream.deliveries.remove(deliver)
        if not stream.deliveries:
            del self._streams[viewer]

    def publish(self, events: Sequence[Event], state: State, left_ms: int | None) -> None:
        """Tell everybody of new events, after which the session is in `state`."""
        all_told = {viewer: _notices(viewer, events, state) for viewer in self._streams}
        told = {viewer: notices for viewer, notices in all_told.items() if notices}
        changed = self._changed(told, events, state)
        for viewer, notices in told.items():
            stream = self._streams[viewer]
            message = self._update(notices, stream.seq, changed.get(viewer, {}), left_ms)
            stream.seq = message.seq
            for deliver in stream.deliveries:
                deliver(message)
                if state.ending is not None:
                    deliver(Ended(session=self._session, ending=state.ending))

    def park(self) -> None:
        """Tell everybody that the session stands still."""
        for stream in self._streams.values():
            for deliver in stream.deliveries:
                deliver(Parked(session=self._session))

    def _stream(self, viewer: Viewer, state: State, log: Sequence[Event]) -> _Stream:
        stream = self._streams.get(viewer)
        if stream is None:
            (view,) = views_for(state, [viewer])
            stream = _Stream(view, len(_notices(viewer, log, state)))
            self._streams[viewer] = stream
        return stream

    def _changed(
        self, viewers: Collection[Viewer], events: Sequence[Event], state: State
    ) -> dict[Viewer, dict[str, object]]:
        """What is different in the viewers' sections after `events`, now taken as shown."""
        changed: dict[Viewer, dict[str, object]] = {}
        if all(isinstance(event, Said) for event in events):
            # Talk is in no section, and views for a whole table are most of what it would cost.
            return changed
        for viewer, view in zip(viewers, views_for(state, viewers), strict=True):
            stream = self._streams[viewer]
            changed[viewer] = changed_sections(stream.view, view)
            stream.view = view
        return changed

    def _update(
        self,
        notices: Sequence[object],
        seen: int,
        changed: dict[str, object],
        left_ms: int | None,
    ) -> Update:
        # The parts were made by the rules: no need to validate them again.
        return Update.model_construct(
            epoch=self.epoch,
            first_seq=seen + 1,
            seq=seen + len(notices),
            left_ms=left_ms,
            notices=tuple(notices),
            changed=changed,
        )


def _notices(viewer: Viewer, events: Sequence[Event], state: State) -> list[object]:
    told = (notice_for(event, viewer, state.scenario) for event in events)
    return [notice for notice in told if notice is not None]


_SECTIONS = tuple(one.name for one in fields(View) if one.name != "messages")


def changed_sections(before: View, after: View) -> dict[str, object]:
    """The sections of a view that are different now; `messages` travel as notices."""
    return {
        name: getattr(after, name)
        for name in _SECTIONS
        if getattr(before, name) != getattr(after, name)
    }
