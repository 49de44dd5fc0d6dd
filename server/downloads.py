"""What the host takes home: logs and ledgers, over plain GETs with the host's secret.

The secret travels in the `Authorization` header, never in an address. Owns which files there
are and what is in them; knows no socket.
"""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from urllib.parse import urlsplit

from websockets.http11 import Request, Response

from server.connection import bearer
from server.game.events import RoundResolved
from server.game.refusals import RefusalCode, Refused
from server.lobby import Lobby
from server.pages import plain
from server.store import Store
from server.store.logfile import lines
from server.studies import Studies
from server.study import step_of, taking_part

PREFIX = "/download/"


class Downloads:
    """The files of a server's rooms.

    `/download/log/SESSION.jsonl` is a session's log, `/download/ledger/ROOM.csv` every
    payoff line of a room's tables, `/download/payments/ROOM.csv` what a study's participants
    are paid; of rooms that are closed too.
    """

    def __init__(self, store: Store, lobby: Lobby, studies: Studies) -> None:
        self._store = store
        self._lobby = lobby
        self._studies = studies

    async def answer(self, request: Request) -> Response:
        """The file that a request asks for."""
        try:
            self._lobby.check_host(bearer(request))
            what, _, name = urlsplit(request.path).path.removeprefix(PREFIX).partition("/")
            match what, *name.rsplit(".", 1):
                case ["log", session, "jsonl"]:
                    return _file(name, await self._log(session), "application/jsonl")
                case ["ledger", code, "csv"]:
                    return _file(name, await self._ledger(code), "text/csv")
                case ["payments", code, "csv"]:
                    return _file(name, await self._payments(code), "text/csv")
                case _:
                    return plain(HTTPStatus.NOT_FOUND, "there is no such download\n")
        except Refused as refused:
            not_host = refused.code is RefusalCode.NOT_HOST
            status = HTTPStatus.UNAUTHORIZED if not_host else HTTPStatus.NOT_FOUND
            return plain(status, f"{refused.message}\n")

    async def _log(self, session: str) -> str:
        row = await self._store.session(session)
        if row is None:
            raise Refused(RefusalCode.UNKNOWN_SESSION, f"there is no session {session}")
        return "".join(f"{line}\n" for line in lines(row, await self._store.stored(session)))

    async def _ledger(self, code: str) -> str:
        room = await self._lobby.open_or_closed(code)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(
            ("room", "table", "session", "crisis", "round", "seat", "line", "amount_musd")
        )
        for table in room.tables:
            for event in await self._store.load_events(table.row.id):
                if isinstance(event, RoundResolved):
                    writer.writerows(
                        (
                            room.row.code,
                            table.row.table_number,
                            table.row.id,
                            event.crisis,
                            event.round,
                            seat,
                            line,
                            amount_musd,
                        )
                        for seat, own in event.lines_musd.items()
                        for line, amount_musd in own.items()
                    )
        return text.getvalue()

    async def _payments(self, code: str) -> str:
        study, text = await self._studies.open_or_closed(code), io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        sessions = range(1, study.experiment.sessions + 1)
        terms = ("points", "per_point", "fixed_fee", "minimum", "amount", "currency")
        by_session = (f"points_{number}" for number in sessions)
        writer.writerow(("room", "label", "name", "step", *by_session, *terms))
        for person in taking_part(study):
            paid, row = self._studies.payment(study, person), person.row
            who = (study.room.row.code, row.label, row.name or "", step_of(study, person))
            # Left empty: a session that was not played, or not to its end.
            earned = self._studies.earned(study, person)
            each = (earned.get(number, "") for number in sessions)
            writer.writerow((*who, *each, *(getattr(paid, term) for term in terms)))
        return text.getvalue()


def _file(name: str, text: str, kind: str) -> Response:
    extra = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return plain(HTTPStatus.OK, text, f"{kind}; charset=utf-8", extra)
