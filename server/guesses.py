"""Join codes that were none, counted by address: short codes must not be found by trying.

Knows no socket and no room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from server.game.refusals import RefusalCode, Refused

WRONG_CODES_PER_MINUTE = 60
"""Unknown join codes from one address before further ones are refused for a while."""


class Guesses:
    """Unknown join codes tried, by address: short codes must not be found by trying."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._tried: dict[str, deque[int]] = {}

    def check(self, address: str) -> None:
        """Whether an address may try another join code.

        Raises:
            Refused: ``rate_limited``.
        """
        tried = self._tried.get(address)
        if tried is None:
            return
        while tried and tried[0] < self._clock_ms() - 60_000:
            tried.popleft()
        if len(tried) >= WRONG_CODES_PER_MINUTE:
            raise Refused(RefusalCode.RATE_LIMITED, "too many unknown codes; wait a minute")

    def wrong(self, address: str) -> None:
        """Remember that an address tried a code that is none."""
        self._tried.setdefault(address, deque()).append(self._clock_ms())
