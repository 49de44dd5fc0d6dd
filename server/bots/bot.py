"""What a bot is: view in, action out; and the moves that all of them share."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Protocol

from server.bots.reading import card, own
from server.game.actions import Action, AnswerPackage, MarkReady
from server.game.cards import PackageCard, View
from server.game.scenario import Role


class Bot(Protocol):
    """A strategy in one seat."""

    def act(self, view: View, random: Random) -> Action | None:
        """The next action of the seat, or None for nothing (more) now.

        Asked again after everything that happens. `view` is what a person in the seat
        would see and must not be changed; `random` is the seat's own, a new one for each
        decision, so that a match is the same for the same seed.
        """


MakeBot = Callable[[str, Role], Bot]
"""By the name of a bot and the role of its seat."""


def answer(view: View, accepts: Callable[[PackageCard], bool]) -> AnswerPackage | None:
    """An answer to the oldest package that still waits for the seat's."""
    for number in own(view).packages_to_answer:
        package = next(one for one in view.packages if one.package == number)
        return AnswerPackage(number, accepts(package))
    return None


def ready(view: View) -> MarkReady | None:
    """The word that the seat is done with this phase, once."""
    mine = card(view, own(view).seat)
    if mine is None or mine.done or "mark_ready" not in own(view).may:
        return None
    return MarkReady()
