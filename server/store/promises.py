"""What was promised in a stored session, added up over its rounds without replaying it."""

from __future__ import annotations

from collections import Counter
from typing import Any


class Promises:
    """Per round the larger of what a seat said last and what it signed."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()
        self._round: object = None
        self._said: dict[str, int] = {}
        self._signed: Counter[str] = Counter()
        self._tabled: dict[int, dict[str, int]] = {}

    def add(self, kind: str, payload: dict[str, Any]) -> None:
        """One more event, in order."""
        match kind:
            case "phase_began":
                place = (payload["crisis"], payload["round"])
                if place != self._round:
                    self._close()
                    self._round = place
            case "intention_declared":
                self._said[payload["seat"]] = payload["pledge_musd"]
            case "package_tabled":
                self._tabled[payload["package"]] = payload["pledges_musd"]
            case "package_stood":
                for seat, amount in self._tabled[payload["package"]].items():
                    self._signed[seat] = max(self._signed[seat], amount)

    def sums(self) -> dict[str, int]:
        """By seat, over all rounds."""
        self._close()
        return dict(self._sums)

    def _close(self) -> None:
        for seat in self._said.keys() | self._signed.keys():
            self._sums[seat] += max(self._said.get(seat, 0), self._signed[seat])
        self._said, self._signed, self._tabled = {}, Counter(), {}
