"""Who talked to whom, and how much of it before there was an agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from server.analysis.played import Played, Step
from server.game.events import Said
from server.game.scenario import SeatId


@dataclass(frozen=True, slots=True)
class Message:
    """Something said, and whether a package of the round already stood."""

    step: Step
    said: Said
    before_agreement: bool


def messages(played: Played) -> Iterator[Message]:
    """Everything said, in order."""
    for step in played.steps:
        if isinstance(step.event, Said):
            stands = any(package.stands for package in step.before.table.packages)
            yield Message(step, step.event, not stands)


def who_to_whom(played: Played, *, before_agreement: bool = False) -> Counter[tuple[SeatId, str]]:
    """Messages by speaker and by whom they were to: a seat, or the channel.

    Args:
        played: the session.
        before_agreement: only those said while no package of their round stood.
    """
    return Counter(
        (one.said.seat, one.said.to or one.said.channel)
        for one in messages(played)
        if one.before_agreement or not before_agreement
    )
