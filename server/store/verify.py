"""Whether a stored log is whole, and whether the engine still gets the same ledger from it.

Knows no database: it is given the stored events. Names the first event that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.game.events import RoundResolved, SessionOpened
from server.game.reveal import resolve_round
from server.game.rules import ENGINE_VERSION
from server.game.state import State, evolve
from server.store.codec import FIRST_HASH, StoredEvent, chained, decode


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found."""

    events: int
    """How many events were read, up to and including a wrong one."""
    bad_event: int | None = None
    """The version of the first wrong event; None if all is well."""
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether chain and ledger are as they should be."""
        return not self.reason

    def __str__(self) -> str:
        if self.ok:
            return f"verified: {self.events} events, chain ok, ledger equal"
        place = f"event {self.bad_event}" if self.bad_event else "log"
        return f"not verified: {place}: {self.reason}"


def verify(
    stored: Iterable[StoredEvent],
    *,
    count: int | None = None,
    head_hash: str | None = None,
) -> Verdict:
    """Check the chain, the events and the ledger of a log.

    Args:
        stored: the events, in order.
        count: how many there should be, where that is known from elsewhere.
        head_hash: the hash of the last, where that is known: a cut tail is seen by these.
    """
    rows = list(stored)
    before = FIRST_HASH
    for number, row in enumerate(rows, start=1):
        if row.version != number:
            return Verdict(number, number, f"the next event in the log is number {row.version}")
        if chained(before, row.version, row.schema, row.payload) != row.hash:
            return Verdict(number, number, "the stored text does not fit its hash")
        before = row.hash
    if count is not None and count != len(rows):
        return Verdict(len(rows), None, f"{len(rows)} events where there should be {count}")
    if head_hash is not None and head_hash != before:
        return Verdict(len(rows), None, "the last hash is not the one that was recorded")
    return _verify_ledger(rows)


def _verify_ledger(rows: list[StoredEvent]) -> Verdict:
    state: State | None = None
    for row in rows:
        try:
            event = decode(row)
            if (event.kind, event.at_ms) != (row.kind, row.at_ms):
                return Verdict(row.version, row.version, "kind or time differ from the text's")
            if isinstance(event, SessionOpened) and event.engine_version != ENGINE_VERSION:
                return Verdict(row.version, row.version, _other_engine(event.engine_version))
            if isinstance(event, RoundResolved) and state is not None:
                again = resolve_round(state, event.at_ms)
                if again != event:
                    return Verdict(row.version, row.version, _difference(event, again))
            state = evolve(state, event)
        except (ValueError, KeyError) as error:
            return Verdict(row.version, row.version, f"it cannot be replayed: {error}")
    if state is None:
        return Verdict(0, None, "the log is empty")
    return Verdict(len(rows))


def verify_parent(stored: Sequence[StoredEvent], parent: Sequence[StoredEvent]) -> Verdict:
    """Whether a fork's beginning is its parent's: the hash that it names, and every event.

    Args:
        stored: the fork's events, verified.
        parent: the parent's events, verified.
    """
    opened = decode(stored[0])
    assert isinstance(opened, SessionOpened), "a verified log begins with its opening"
    assert opened.parent is not None, "only forks have parents"
    last = opened.parent.event
    if len(parent) < last or parent[last - 1].hash != opened.parent.hash:
        return Verdict(len(stored), 1, f"the parent's event {last} has not the hash it names")
    for mine, theirs in zip(stored[1:last], parent[1:last], strict=True):
        if mine.payload != theirs.payload:
            return Verdict(mine.version, mine.version, "it is not the parent's event")
    return Verdict(len(stored))


def _other_engine(version: str) -> str:
    return (
        f"it was played by engine version {version}, and this program has {ENGINE_VERSION}: "
        "the ledger cannot be computed again"
    )


def _difference(stored: RoundResolved, again: RoundResolved) -> str:
    for seat, lines in again.lines_musd.items():
        for line, amount in lines.items():
            found = stored.lines_musd.get(seat, {}).get(line)
            if found != amount:
                return f"{seat} {line} is {found}, the engine gets {amount}"
    return f"stability is {stored.stability}, the engine gets {again.stability}"
