"""What is changed, out of the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from client_cli.main.fork.parent import Parent
    from server.game.actions import Action
    from server.game.scenario import Effect, Scenario, SeatId
    from server.tournament.fork import Changes
    from server.tournament.match import Decision, Maker


def changes_of(
    parent: Parent,
    crisis: int,
    decided: Sequence[str],
    bots: str | None,
    numbers: Sequence[str],
    seed: int | None,
    others_react: bool,
    maker: Maker,
) -> Changes:
    """The changes of one fork.

    Raises:
        Refused: no seat can be played by the bot.
        ValueError: an amount, a command or a seat that there is not.
    """
    from server.tournament.fork import Changes

    changes = Changes(
        _cast(parent.scenario, bots or "", maker),
        tuple(_decision(parent, crisis, text) for text in decided),
        tuple(_number(text) for text in numbers),
        seed,
        others_react,
    )
    if not changes.told() and not others_react:
        raise click.UsageError("nothing is changed; say --decide, --bots, --set or --seed")
    return changes


def _cast(scenario: Scenario, bots: str, maker: Maker) -> dict[SeatId, str]:
    from client_cli.main.match import named
    from server.game.refusals import Refused

    if not bots or re.match(r"[^=:]+=", bots):
        return named(bots)
    cast, refused = {}, None
    for seat in scenario.seats:
        try:
            maker(bots, seat.role, scenario.seat_by_id)
        except Refused as error:
            refused = error
        else:
            cast[seat.id] = bots
    if not cast and refused is not None:
        raise refused
    return cast


def _decision(parent: Parent, crisis: int, text: str) -> Decision:
    from server.game.scenario import SeatId
    from server.tournament.match import Decision

    match = re.fullmatch(r"\s*(\S+?)@(\d+)\s+(.+)", text)
    if match is None:
        raise click.UsageError(f'{text}: write "SEAT@ROUND WORDS", such as "JP@2 pledge 4.2"')
    seat, number, words = SeatId(match[1]), int(match[2]), match[3].strip()
    if seat not in parent.scenario.seat_by_id:
        seats = ", ".join(parent.scenario.seat_by_id)
        raise ValueError(f"there is no seat {seat}; use {seats}")
    return Decision(seat, crisis, number, _action(parent, seat, crisis, number, words))


def _action(parent: Parent, seat: SeatId, crisis: int, number: int, words: str) -> Action:
    from client_cli.commands import Local, parse
    from server.game import actions
    from server.tournament.hindsight import better_pledge_musd

    if words == "pledge optimum":
        musd = better_pledge_musd(parent.events, seat, crisis, number, "optimum")
        return actions.Pledge(musd)
    if words == "pledge best-reply":
        musd = better_pledge_musd(parent.events, seat, crisis, number, "best-reply")
        return actions.Pledge(musd)
    action = parse(words)
    sealed = (
        actions.Pledge,
        actions.Withdraw,
        actions.DecideTranche,
        actions.DecideProgramme,
        actions.Vote,
    )
    if isinstance(action, Local) or not isinstance(action, sealed):
        raise ValueError(
            f"{words}: a sealed decision is needed: pledge, withdraw, release, withhold, "
            "accept or decline the programme, or vote"
        )
    return action


def _number(text: str) -> Effect:
    from server.game.scenario import Effect, SeatId

    name, equals, value = text.partition("=")
    seat, dot, field = name.rpartition(".")
    try:
        becomes = float(value)
    except ValueError:
        equals = ""
    if not equals:
        raise click.UsageError(f"{text} is not of the form NUMBER=VALUE or SEAT.NUMBER=VALUE")
    return Effect(SeatId(seat) if dot else None, field, becomes=becomes)


def delta_musd(text: str) -> int:
    """A change of a pledge, such as +0.5 or -1, in US$ millions."""
    from client_cli.amounts import Complaint, amount_musd

    sign = -1 if text.startswith("-") else 1
    try:
        return sign * amount_musd(text.lstrip("+-"))
    except Complaint as complaint:
        raise click.UsageError(str(complaint)) from None
