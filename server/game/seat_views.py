"""The views of the seats of one session that goes on, each section made when first read.

For callers that ask seats again and again in one process: a bot reads little of its view, and
little of that changes from one event to the next. What a section shows is decided in `views`;
this owns only when it is made. What is shared with the log is read-only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from operator import attrgetter, is_
from typing import Any, NoReturn

from server.game import open_cards, views
from server.game.cards import View
from server.game.scenario import SeatId
from server.game.state import State
from server.game.views import Viewer, ViewerKind


class SeatViews:
    """The views of one session's seats, from its opening until it ends."""

    def __init__(self) -> None:
        self._viewers: dict[SeatId, Viewer] = {}
        self._kept: dict[tuple[str, Viewer | None], tuple[tuple[object, ...], object]] = {}
        self._grown: dict[tuple[str, Viewer], tuple[int, tuple[Any, ...]]] = {}

    def view_for(self, state: State, seat: SeatId) -> View:
        """As `views.view_for` a seat, for a state that has not ended."""
        viewer = self._viewers.get(seat)
        if viewer is None:
            viewer = self._viewers[seat] = Viewer(ViewerKind.SEAT, seat)
        return _LateView(self, state, viewer)

    def section(self, name: str, state: State, viewer: Viewer) -> object:
        """A section of a view, made anew only where what it is made of has changed."""
        if name in _GROWING:
            return self._longer(name, state, viewer)
        section = _SECTIONS[name]
        parts = section.parts(state)
        key = (name, viewer if section.differs else None)
        kept = self._kept.get(key)
        if kept is not None and all(map(is_, kept[0], parts)):
            return kept[1]
        made = section.make(state, viewer)
        self._kept[key] = (parts, made)
        return made

    def _longer(self, name: str, state: State, viewer: Viewer) -> tuple[Any, ...]:
        """A section to which things are only ever added."""
        make, of = _GROWING[name]
        seen, cards = self._grown.get((name, viewer), (0, ()))
        now = len(of(state))
        if now < seen:
            return make(state, viewer, 0)
        if now > seen:
            cards = (*cards, *make(state, viewer, seen))
            self._grown[name, viewer] = (now, cards)
        return cards


class _LateView(View):
    """A view whose sections are made when they are first read."""

    __slots__ = ("_late",)
    _late: tuple[SeatViews, State, Viewer]

    def __init__(self, session: SeatViews, state: State, viewer: Viewer) -> None:
        object.__setattr__(self, "_late", (session, state, viewer))

    def __getattr__(self, name: str) -> object:
        # Called where a slot is still empty.
        if name not in _SECTIONS and name not in _GROWING:
            raise AttributeError(f"a view has no {name}")
        session, state, viewer = self._late
        made = session.section(name, state, viewer)
        object.__setattr__(self, name, made)
        return made


@dataclass(frozen=True, slots=True)
class _Section:
    """How a section is made."""

    make: Callable[[State, Viewer], object]
    parts: Callable[[State], tuple[object, ...]]
    """What of the state it is made of."""
    differs: bool = False
    """Whether each viewer has its own."""


_ROUND = ("crisis", "round", "scenario", "condition", "ending")
_TALK = ("table.intentions", "table.packages")
_VOTE = ("table.proposals", "table.count")
_SEALED = (
    "table.ballots",
    "table.pledges",
    "table.withdrawals",
    "table.release",
    "table.acceptance",
)
_SECTIONS = {
    "scenario": _Section(views.scenario_card, attrgetter("scenario", "campaign"), True),
    "clock": _Section(
        lambda state, _: open_cards.clock_card(state),
        attrgetter("crisis", "round", "phase", "deadline_ms", "paused_at_ms", "ending"),
    ),
    "gap": _Section(
        lambda state, _: open_cards.gap_card(state), attrgetter(*_ROUND, *_TALK, *_VOTE, "history")
    ),
    "seats": _Section(
        lambda state, _: open_cards.seat_cards(state),
        attrgetter(*_ROUND, *_TALK, *_VOTE, *_SEALED, "phase", "participants", "ready"),
    ),
    "packages": _Section(
        lambda state, _: read_only(state.table.packages), attrgetter("table.packages", "round")
    ),
    "proposals": _Section(
        lambda state, _: read_only(open_cards.proposal_cards(state)), attrgetter(*_ROUND, *_VOTE)
    ),
    "own": _Section(
        lambda state, viewer: views.own_card(state, viewer.seat) if viewer.seat else None,
        attrgetter(*_ROUND, *_VOTE, *_SEALED, "table.packages", "phase", "history"),
        True,
    ),
    "debrief": _Section(lambda state, viewer: None, attrgetter("ending", "round")),
    "deals": _Section(views.deal_cards, attrgetter("deals", "ending"), True),
    "event_cards": _Section(lambda state, _: state.cards, attrgetter("cards", "round")),
}
_Cards = tuple[Any, ...]
_GROWING: dict[str, tuple[Callable[[State, Viewer, int], _Cards], Callable[[State], _Cards]]] = {
    "rounds": (lambda *of: read_only(views.round_cards(*of)), attrgetter("history")),
    "messages": (views.heard, attrgetter("messages")),
}


class ReadOnly(dict[Any, Any]):
    """A mapping that cannot be changed by mistake; its copies can."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a view cannot be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type, tuple[dict[Any, Any]]]:
        return dict, (dict(self),)


def read_only(cards: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same cards with every mapping in them read-only."""
    return tuple(replace(card, **_fixed(card)) for card in cards)


def _fixed(card: Any) -> dict[str, Any]:
    names = [one.name for one in fields(card)]
    return {name: _fix(held) for name in names if isinstance(held := getattr(card, name), dict)}


def _fix(value: Any) -> Any:
    if isinstance(value, dict):
        return ReadOnly({key: _fix(held) for key, held in value.items()})
    return value
