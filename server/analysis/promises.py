"""Whether words were kept: what was said and signed beside what was pledged and paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.analysis.played import Played
from server.analysis.statistics import ratio
from server.game.cards import PromiseCard
from server.game.scenario import SeatId


@dataclass(frozen=True, slots=True)
class Keeping:
    """Of one government, or of all together, over the resolved rounds."""

    rounds: int
    """In which something was promised."""
    kept: int
    """Of these, those in which at least as much was pledged."""
    promised_musd: int
    covered_musd: int
    """Of what was promised, what the pledges covered round by round."""

    @property
    def share(self) -> float | None:
        """Covered of promised; None where nothing was promised."""
        return ratio(self.covered_musd, self.promised_musd)


def promised_musd(card: PromiseCard) -> int:
    """The larger of what a government said and what it signed."""
    return max(card.said_musd or 0, card.signed_musd or 0)


def keeping(played: Played) -> Mapping[SeatId, Keeping]:
    """By government, in seat order."""
    return {
        seat: _of([card for cards in played.state.promises for card in cards if card.seat == seat])
        for seat in played.governments
    }


def keeping_of_all(played: Played) -> Keeping:
    """All governments together; a round counts once for each that promised in it."""
    return _of([card for cards in played.state.promises for card in cards])


def _of(cards: list[PromiseCard]) -> Keeping:
    made = [(promised_musd(card), card.pledged_musd) for card in cards if promised_musd(card)]
    return Keeping(
        rounds=len(made),
        kept=sum(pledged >= promised for promised, pledged in made),
        promised_musd=sum(promised for promised, _ in made),
        covered_musd=sum(min(promised, pledged) for promised, pledged in made),
    )
