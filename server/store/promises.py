"""What was promised in a stored session, round by round, without replaying it."""

from __future__ import annotations

from collections import Counter
from typing import Any


class Promises:
    """Per round the larger of what a seat said last and what it signed."""

    def __init__(self) -> None:
        self._promised: dict[tuple[int, int], dict[str, int]] = {}
        self._round = (0, 0)
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

    def by_round(self) -> dict[tuple[int, int], dict[str, int]]:
        """By crisis and round, then seat: amounts above 0, of rounds that have any."""
        self._close()
        return self._promised

    def _close(self) -> None:
        amounts = {
            seat: max(self._said.get(seat, 0), self._signed[seat])
            for seat in self._said.keys() | self._signed.keys()
        }
        if any(amounts.values()):
            self._promised[self._round] = {seat: one for seat, one in amounts.items() if one}
        self._said, self._signed, self._tabled = {}, Counter(), {}
