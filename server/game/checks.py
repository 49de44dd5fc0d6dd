"""Checks that several actions share: amounts, ranges, texts, named seats.

Each raises `Refused` with field, value and what is allowed; owns no rule of the game.
"""

from __future__ import annotations

from collections.abc import Collection

from server.game import standing
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Government, SeatId
from server.game.state import State

TEXT_LIMIT = 500
"""Characters in one message or package text."""


def government(state: State, seat: SeatId) -> Government:
    """The government in a seat whose role was checked at the door."""
    found = state.scenario.seat_by_id[seat]
    assert isinstance(found, Government), "the role was checked at the door"
    return found


def check_pledge(state: State, seat: SeatId, pledge_musd: int, *, least_musd: int = 0) -> None:
    """Refuse a pledge beyond what the seat can pay this round, or below its floor."""
    most_musd = standing.pledge_limit_musd(state, government(state, seat))
    check_amount(state, pledge_musd, most_musd, "pledge_musd", least_musd=least_musd)


def check_is_on(on: bool, switch: str, field: str) -> None:
    """Refuse a part of an action whose rule is off in this scenario."""
    if not on:
        raise Refused(
            RefusalCode.SWITCHED_OFF,
            f"{switch} is off in this game",
            field=field,
            allowed="leave it out",
        )


def check_amount(
    state: State, amount_musd: int, most_musd: int, field: str, *, least_musd: int = 0
) -> None:
    """Refuse an amount outside its range or between two steps."""
    check_range(amount_musd, most_musd, field, least=least_musd)
    step = state.scenario.pledge_step_musd
    if amount_musd % step:
        raise Refused(
            RefusalCode.NOT_A_STEP,
            f"{amount_musd} is not a multiple of {step}",
            field=field,
            allowed=f"{least_musd} to {most_musd} in steps of {step} (US$ millions)",
        )


def check_range(amount: int, most: int, field: str, *, least: int = 0) -> None:
    """Refuse a number outside its range."""
    if not least <= amount <= most:
        raise Refused(
            RefusalCode.OUT_OF_RANGE,
            f"{amount} is outside {least} to {most}",
            field=field,
            allowed=f"{least} to {most}",
        )


def check_text(text: str, field: str) -> None:
    """Refuse a text that is too long or cannot be stored and shown everywhere."""
    if len(text) > TEXT_LIMIT:
        raise Refused(
            RefusalCode.TOO_LONG,
            f"{len(text)} characters",
            field=field,
            allowed=f"at most {TEXT_LIMIT} characters",
        )
    # NUL and lone surrogates cannot be stored everywhere; other controls garble terminals.
    if any(not (character.isprintable() or character in "\n\t\u200d") for character in text):
        raise Refused(
            RefusalCode.MALFORMED,
            "the text holds a control character",
            field=field,
            allowed="printable characters, line breaks and tabs",
        )


def check_named(seat: SeatId, seats: Collection[SeatId], field: str) -> None:
    """Refuse a seat that this action cannot name."""
    if seat not in seats:
        raise Refused(
            RefusalCode.UNKNOWN_SEAT,
            f"{seat} cannot be named here",
            field=field,
            allowed=", ".join(sorted(seats)) or "no seat",
        )
