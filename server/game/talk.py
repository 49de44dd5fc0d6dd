"""Talk: who may speak on which channel, and what a government declares in public."""

from __future__ import annotations

from server.game.actions import DeclareIntention, Say
from server.game.checks import check_pledge, check_text
from server.game.events import DecidedBy, Event, IntentionDeclared, Said
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Scenario, SeatId
from server.game.state import State


def say(state: State, seat: SeatId, action: Say, at_ms: int) -> list[Event]:
    """What a seat says, in plenary, to a group or to one other."""
    if not action.text.strip():
        raise Refused(RefusalCode.EMPTY, "there is nothing to say", field="text")
    check_text(action.text, "text")
    _check_channel(state, seat, action)
    return [Said(seat, action.channel, action.to, action.text, at_ms)]


def channels_of(scenario: Scenario, seat: SeatId) -> tuple[str, ...]:
    """The channels on which a seat may talk."""
    groups = tuple(group.name for group in scenario.groups if seat in group.members)
    return ("plenary", *groups, *(("pair",) if scenario.switches.pair_talk else ()))


def _check_channel(state: State, seat: SeatId, action: Say) -> None:
    allowed = channels_of(state.scenario, seat)
    if action.channel not in allowed:
        raise Refused(
            RefusalCode.UNKNOWN_CHANNEL,
            f"{seat} cannot talk on {action.channel}",
            field="channel",
            allowed=", ".join(allowed),
        )
    others = [other for other in state.scenario.seat_by_id if other != seat]
    if action.channel == "pair" and action.to not in others:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"cannot talk in private to {action.to}",
            field="to",
            allowed=", ".join(others),
        )
    if action.channel != "pair" and action.to is not None:
        raise Refused(
            RefusalCode.MALFORMED,
            f"`to` does not go with the {action.channel} channel",
            field="to",
            allowed="leave it out, or use the channel pair",
        )


def declare(
    state: State, seat: SeatId, action: DeclareIntention, by: DecidedBy, at_ms: int
) -> list[Event]:
    """What a government says that it will pledge."""
    check_pledge(state, seat, action.pledge_musd)
    return [IntentionDeclared(seat, action.pledge_musd, by, at_ms)]
