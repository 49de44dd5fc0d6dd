"""What the round would bring the own seat: as things stand, one step further, by each package.

The server does the sums; here is only what is asked for, and when it must be asked again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from client_cli.connection import Connection, Expected
from server.protocol import Phase, Supposition, View


@dataclass(frozen=True, slots=True)
class Outlook:
    """Expectations for the round that is being played."""

    now: Expected
    """If all do as they promised, and the seat as it has decided so far."""
    more: Expected | None = None
    """If a government pledges one step more."""
    more_musd: int = 0
    """That pledge."""
    by_package: Mapping[int, Expected] = field(default_factory=dict)
    """If a package is kept by all it names."""


def asked_for(view: View) -> Hashable:
    """What an outlook depends on: it is asked for again when this changes; None for no outlook."""
    own, clock = view.own, view.clock
    if own is None or clock.ending is not None or clock.phase in (Phase.RESOLVE, Phase.DISBURSE):
        return None
    said = tuple((card.intention_musd, card.signed_musd) for card in view.seats)
    decided = (own.pledge_musd, own.withdrawn_permille, own.release)
    granted = (view.gap.tranche_musd, len(view.proposals), len(view.deals), len(view.event_cards))
    return (clock.crisis, clock.round, len(view.packages), said, decided, granted)


async def look(connection: Connection, view: View) -> Outlook:
    """Ask for the outlook.

    Raises:
        Refusal: the round is over.
        Disconnected: the connection is.
    """
    now = await connection.what_if(Supposition())
    by_package = {
        package.package: await connection.what_if(Supposition(package=package.package))
        for package in view.packages
    }
    own = view.own
    if own is None or own.seat not in now.pledges_musd:
        return Outlook(now, by_package=by_package)
    more_musd = now.pledges_musd[own.seat] + view.scenario.pledge_step_musd
    if more_musd > own.largest_pledge_musd:
        return Outlook(now, by_package=by_package)
    more = await connection.what_if(Supposition(pledge_musd=more_musd))
    return Outlook(now, more, more_musd, by_package)
