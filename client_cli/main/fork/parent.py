"""The session that is forked, read and verified, and what is said of its forks alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from client_cli.amounts import Complaint
from client_cli.main.common import fail, found, opened

if TYPE_CHECKING:
    from server.game.events import Event
    from server.game.scenario import Scenario
    from server.game.state import State
    from server.store import SessionRow, StoredEvent

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Parent:
    """The session that is forked."""

    row: SessionRow
    stored: list[StoredEvent]
    events: list[Event]

    @property
    def scenario(self) -> Scenario:
        """As it was opened."""
        from server.game.events import SessionOpened

        opened_event = self.events[0]
        assert isinstance(opened_event, SessionOpened), "a verified log begins with its opening"
        return opened_event.scenario

    @property
    def state(self) -> State:
        """As it ended."""
        from server.game.state import replay

        return replay(self.events)


async def read_parent(session: str, database: str) -> Parent:
    """The session of an id, `last`, or a log file; where it cannot be trusted the command ends."""
    from server.store import decode
    from server.store.logfile import LogError, read, text_lines
    from server.store.verify import verify

    if Path(session).is_file():
        try:
            with Path(session).open("rb") as file:
                log = read(text_lines(file))
        except LogError as error:
            fail(f"{session}: {error}")
        return Parent(log.session, log.stored, log.events)
    async with opened(database) as store:
        row = await found(store, session)
        stored = (await store.stored(row.id))[: row.head_version]
    verdict = verify(stored, count=row.head_version, head_hash=row.head_hash)
    if not verdict.ok:
        fail(f"{row.id}: {verdict}")
    return Parent(row, stored, [decode(one) for one in stored])


def allowed(made: Callable[[], Answer]) -> Answer:
    """What is made, or the end of the command in the words of the rules."""
    from server.game.refusals import Refused

    try:
        return made()
    except Refused as refused:
        hint = f"; use {refused.allowed}" if refused.allowed else ""
        fail(f"{refused.message}{hint}")
    except (ValueError, Complaint) as error:
        fail(str(error))


def others_told(others_react: bool) -> str:
    """Whether the others were allowed to react, in plain words."""
    if others_react:
        return "The others were allowed to react to it."
    return "The others were not allowed to react: they did again what they had done."
