"""What is left on the clock, between what the server says. Pure: the time is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Countdown:
    """A clock as the server told of it last."""

    left_ms: int | None = None
    """What was left then; None where no clock runs."""
    told_s: float = 0.0
    """When that was, on any clock that only runs forward."""
    paused: bool = False

    def left_now_ms(self, now_s: float) -> int | None:
        """What is left now."""
        if self.left_ms is None or self.paused:
            return self.left_ms
        return max(0, self.left_ms - round(1000 * (now_s - self.told_s)))

    def passed(self, marks_s: Iterable[int], before_s: float, now_s: float) -> int | None:
        """The smallest of the marks, in seconds left, that went by between two times."""
        before_ms, left_ms = self.left_now_ms(before_s), self.left_now_ms(now_s)
        if before_ms is None or left_ms is None:
            return None
        return min((mark for mark in marks_s if left_ms <= 1000 * mark < before_ms), default=None)
