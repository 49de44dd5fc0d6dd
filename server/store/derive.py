"""Rows that are made from events, for queries: pledges, votes, messages, ledger.

One function says what an event adds, for the writer and for a rebuild alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from server.game.events import Event, PhaseBegan, Pledged, RoundResolved, Said, Voted
from server.store import tables

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the session an event falls."""

    crisis: int
    round: int

    def after(self, event: Event) -> Position:
        """The position from `event` on."""
        return Position(event.crisis, event.round) if isinstance(event, PhaseBegan) else self


def derive(session: str, version: int, position: Position, event: Event) -> list[tuple[Table, Row]]:
    """The derived rows of one event."""
    place: Row = {
        "session": session,
        "version": version,
        "crisis": position.crisis,
        "round": position.round,
    }
    match event:
        case Pledged():
            row = place | {
                "seat": event.seat,
                "pledge_musd": event.pledge_musd,
                "final": event.final,
                "decided_by": event.by,
                "is_default": event.is_default,
            }
            return [(tables.pledges, row)]
        case Voted():
            row = place | {
                "seat": event.seat,
                "proposal": event.proposal,
                "ballot": event.ballot,
                "decided_by": event.by,
                "is_default": event.is_default,
            }
            return [(tables.votes, row)]
        case Said():
            row = place | {
                "seat": event.seat,
                "channel": event.channel,
                "to_seat": event.to,
                "text": event.text,
            }
            return [(tables.messages, row)]
        case RoundResolved():
            return [
                (
                    tables.ledger,
                    {
                        "session": session,
                        "crisis": event.crisis,
                        "round": event.round,
                        "seat": seat,
                        "line": line,
                        "amount_musd": amount,
                    },
                )
                for seat, lines in event.lines_musd.items()
                for line, amount in lines.items()
            ]
        case _:
            return []
