"""The packages of a session and the path that led to the one that stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.analysis.played import Played
from server.game.events import DecidedBy, PackageAnswered, PackageStood, PackageTabled
from server.game.scenario import SeatId


@dataclass(slots=True)
class PackageStory:
    """One package from its tabling on."""

    crisis: int
    round: int
    tabled: PackageTabled
    depth: int
    """0 for a first proposal, 1 for a counter to one, and so on."""
    answers: dict[SeatId, tuple[bool, DecidedBy, int]] = field(default_factory=dict)
    """The last answer of each named seat: accepted, who decided, when; tabling is accepting."""
    stood_at_ms: int | None = None

    @property
    def total_musd(self) -> int:
        """All that it asks of governments."""
        return sum(self.tabled.pledges_musd.values())

    @property
    def named(self) -> tuple[SeatId, ...]:
        """Of whom it asks something."""
        return (*self.tabled.pledges_musd, *self.tabled.withdrawn_at_most_permille)


def stories(played: Played) -> Mapping[int, PackageStory]:
    """All packages by number, in the order tabled."""
    found: dict[int, PackageStory] = {}
    for step in played.steps:
        match step.event:
            case PackageTabled() as tabled:
                parent = found.get(tabled.parent) if tabled.parent else None
                story = PackageStory(
                    step.before.crisis, step.before.round, tabled, parent.depth + 1 if parent else 0
                )
                if tabled.seat in story.named:
                    story.answers[tabled.seat] = (True, tabled.by, tabled.at_ms)
                found[tabled.package] = story
            case PackageAnswered(package=number, seat=seat, accept=accept, by=by, at_ms=at_ms):
                found[number].answers[seat] = (accept, by, at_ms)
            case PackageStood(package=number, at_ms=at_ms):
                found[number].stood_at_ms = at_ms
            case _:
                pass
    return found
