"""What a bot from outside may use: time for a decision and for a match, and memory.

Owns the limits inside the process; those of a process of its own are in `external`. Inside,
time is kept by an alarm signal, which there is only in the main thread and not on Windows.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import FrameType

from server.bots.bot import Bot
from server.game.actions import Action
from server.game.cards import View

REPEAT_S = 0.1
"""The alarm rings again after so long, for a bot that catches everything."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What each bot from outside may use."""

    decision_seconds: float = 1.0
    match_seconds: float = 30.0
    """For all its decisions in one match together."""
    memory_mb: int = 512


class _OutOfTimeError(BaseException):
    """Not an `Exception`, so that a careless bot does not catch it."""


@dataclass(slots=True)
class Budget:
    """A bot's time in one match."""

    limits: Limits
    used_seconds: float = 0.0

    def check(self) -> float:
        """The seconds that are left of the match's.

        Raises:
            TimeoutError: there are none.
        """
        left = self.limits.match_seconds - self.used_seconds
        if left <= 0:
            raise TimeoutError(f"its {self.limits.match_seconds:g} s for the match are used up")
        return left

    @contextmanager
    def charged(self) -> Iterator[float]:
        """Count what is done as the match's time; gives the seconds that are left of it.

        Raises:
            TimeoutError: the match's time was used up before.
        """
        left = self.check()
        began = time.monotonic()
        try:
            yield left
        finally:
            self.used_seconds += time.monotonic() - began

    @contextmanager
    def decision(self) -> Iterator[float]:
        """Time one decision; gives the seconds that it may take.

        Raises:
            TimeoutError: the match's time was used up before.
        """
        with self.charged() as left:
            yield min(self.limits.decision_seconds, left)


@dataclass(slots=True)
class LimitedBot:
    """A bot in this process that is interrupted when its time is up."""

    bot: Bot
    budget: Budget = field(default_factory=lambda: Budget(Limits()))

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`.

        Raises:
            TimeoutError: it took too long.
            RuntimeError: it tried to end the program.
        """
        with self.budget.decision() as seconds:
            try:
                with _alarm(seconds):
                    return self.bot.act(view, random)
            except _OutOfTimeError:
                raise TimeoutError(f"no answer within {seconds:g} s") from None
            except SystemExit:
                raise RuntimeError("it tried to end the program") from None


def can_interrupt() -> bool:
    """Whether `LimitedBot` can interrupt here."""
    in_main = threading.current_thread() is threading.main_thread()
    return in_main and hasattr(signal, "setitimer")


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if not can_interrupt():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise _OutOfTimeError
