"""What the host, the clock and the server do to a session, whoever sits at its table.

Functions of (state, at_ms) that return the events to record, or raise `Refused`, and change
nothing. What a seat may do is in `rules`. Pure: times come in as milliseconds since the
session opened.
"""

from __future__ import annotations

from server.game import phases
from server.game.actions import Address
from server.game.events import (
    CardPlayed,
    DeadlineMoved,
    DecidedBy,
    Ending,
    Event,
    Participant,
    Paused,
    Resumed,
    SeatOccupied,
    SessionEnded,
    Woken,
)
from server.game.phases import Unfolding
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.game.state import State

EXTENSION_LIMIT_S = 86_400
"""Seconds by which a deadline may be moved at once."""


def expire(state: State, at_ms: int) -> list[Event]:
    """What the clock does: nothing before the deadline, else the end of the phase."""
    due = state.deadline_ms is not None and at_ms >= state.deadline_ms
    if state.ending is not None or state.paused or not due:
        return []
    unfolding = Unfolding(state)
    phases.finish_phase(unfolding, DecidedBy.CLOCK, at_ms)
    return unfolding.events


def next_phase(state: State, at_ms: int, meant: Address | None = None) -> list[Event]:
    """The host ends the phase; what is undecided is decided by default.

    Args:
        meant: the phase to end; None for whichever runs.

    Raises:
        Refused: ``session_over``, or ``phase_over`` when another one runs by now.
    """
    _check_running(state)
    if meant is not None:
        phases.check_runs(state, meant)
    unfolding = Unfolding(state)
    phases.finish_phase(unfolding, DecidedBy.HOST, at_ms)
    return unfolding.events


def pause(state: State, at_ms: int) -> list[Event]:
    """The host stops the clock.

    Raises:
        Refused: ``session_over``, or ``room_state`` when it stands already.
    """
    _check_running(state)
    if state.paused:
        raise Refused(RefusalCode.ROOM_STATE, "the clock stands already")
    return [Paused(at_ms)]


def resume(state: State, at_ms: int) -> list[Event]:
    """The host lets the clock run again, with the time that was left.

    Raises:
        Refused: ``session_over``, or ``room_state`` when it runs already.
    """
    _check_running(state)
    if state.paused_at_ms is None:
        raise Refused(RefusalCode.ROOM_STATE, "the clock is running")
    deadline_ms = state.deadline_ms
    if deadline_ms is not None:
        deadline_ms += at_ms - state.paused_at_ms
    return [Resumed(deadline_ms, at_ms)]


def extend(state: State, seconds: int, at_ms: int) -> list[Event]:
    """The host gives the phase more time.

    Raises:
        Refused: ``session_over``, ``room_state`` when the phase has no clock, or
            ``out_of_range``.
    """
    _check_running(state)
    if not 1 <= seconds <= EXTENSION_LIMIT_S:
        raise Refused(
            RefusalCode.OUT_OF_RANGE,
            f"{seconds} seconds",
            field="seconds",
            allowed=f"1 to {EXTENSION_LIMIT_S}",
        )
    if state.deadline_ms is None:
        raise Refused(RefusalCode.ROOM_STATE, f"the {state.phase} phase has no clock")
    return [DeadlineMoved(state.deadline_ms + seconds * 1000, at_ms)]


def close(state: State, at_ms: int) -> list[Event]:
    """The host ends the session; an unfinished round is not resolved.

    Raises:
        Refused: ``session_over``.
    """
    _check_running(state)
    return [SessionEnded(Ending.CLOSED_BY_HOST, at_ms)]


def play_card(state: State, card: str, at_ms: int) -> list[Event]:
    """The host lets an event card happen now.

    Raises:
        Refused: ``session_over``, ``switched_off``, ``unknown_card``, or ``room_state`` when
            it has happened already.
    """
    _check_running(state)
    if not state.scenario.switches.cards:
        raise Refused(RefusalCode.SWITCHED_OFF, "there are no event cards in this game")
    if card not in state.scenario.card_by_name:
        raise Refused(
            RefusalCode.UNKNOWN_CARD,
            f"there is no event card {card} in this crisis",
            field="card",
            allowed=", ".join(state.scenario.card_by_name) or "none",
        )
    if any(played.name == card for played in state.cards):
        raise Refused(RefusalCode.ROOM_STATE, f"{card} has happened already", field="card")
    return [CardPlayed(card, DecidedBy.HOST, at_ms)]


def wake(state: State, at_ms: int) -> list[Event]:
    """The server came back; nothing for a session that had ended."""
    return [] if state.ending is not None else [Woken(at_ms)]


def occupy(
    state: State, seat: SeatId, participant: Participant, bot: str | None, at_ms: int
) -> list[Event]:
    """Another participant takes a seat; what the seat has decided stands.

    Raises:
        Refused: ``session_over``, or ``unknown_seat``.
    """
    _check_running(state)
    if seat not in state.scenario.seat_by_id:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"there is no seat {seat}",
            field="seat",
            allowed=", ".join(state.scenario.seat_by_id),
        )
    unfolding = Unfolding(state)
    unfolding.emit(SeatOccupied(seat, participant, bot, at_ms))
    # An emptied seat may have been the only one awaited.
    if participant is Participant.NOBODY and not state.paused:
        phases.finish_if_all_done(unfolding, at_ms)
    return unfolding.events


def _check_running(state: State) -> None:
    if state.ending is not None:
        raise Refused(RefusalCode.SESSION_OVER, "the session has ended")
