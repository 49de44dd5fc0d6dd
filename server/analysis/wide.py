"""The wide table: a seat of a session a row, in the names that users of oTree know.

How many columns it has depends on the longest session in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from server.analysis.columns import (
    DEBRIEF,
    EVERYBODY,
    Cell,
    Column,
    code,
    count,
    musd,
    permille,
    share,
    text,
    yes_no,
)
from server.analysis.played import Played
from server.analysis.tables.rounds import ROUNDS, SEAT_ROUNDS
from server.analysis.tables.sessions import SEATS
from server.game.events import Participant

APP = "backstop"
MEANING = (
    "A seat of a session a row, the rounds of all crises beside one another, numbered through: "
    "for users of oTree. Made of `seats`, `seat_rounds` and `rounds`."
)

PARTICIPANT = tuple(
    replace(column, seen_by=column.seen_by or EVERYBODY, written="as in `seats`")
    for column in (
        count("participant.id_in_session", "The seat's place in the seat order.", least=1),
        code("participant.code", "Session and seat, which no other row has."),
        text("participant.label", "The person's name; missing unless asked for."),
        yes_no("participant._is_bot", "Whether a bot sat in the seat at the end."),
        musd("participant.payoff", "Sum of all lines.", signed=True, seen_by=DEBRIEF),
        code("session.code", "The session's id."),
        code("session.label", "The room's code; missing outside rooms."),
        code("session.config.name", "The scenario's name."),
    )
)

ROUND = tuple(
    replace(column, seen_by=column.seen_by or EVERYBODY, written="at the reveal")
    for column in (
        count("player.id_in_group", "The seat's place in the seat order.", least=1),
        code("player.seat", "The seat."),
        code("player.role", "Its role."),
        code("player.decided_by", "Who made its pledge or withdrawal."),
        musd("player.pledged_musd", "A government's pledge."),
        musd("player.drawn_musd", "What was drawn of it."),
        permille("player.withdrawn_permille", "What a bank withdrew."),
        musd("player.payoff", "Sum of its lines in the round.", signed=True, seen_by=DEBRIEF),
        musd("group.need_musd", "What was needed."),
        musd("group.tranche_musd", "IMF money drawn."),
        musd("group.effective_musd", "All money drawn."),
        share("group.stability", "S."),
        count("subsession.crisis", "Number of the crisis.", least=1),
        count("subsession.round_number", "Number of the round inside its crisis.", least=1),
    )
)
"""Of every round, each behind `backstop.N.`, N from 1 through all crises."""

Wide = tuple[Mapping[str, Cell], tuple[Mapping[str, Cell], ...]]
"""One row in parts: the participant's cells, and each round's."""


def wide_rows(played: Played) -> Iterator[Wide]:
    """A session's rows."""
    groups = [dict(row) for row in ROUNDS.rows(played)]
    panel: dict[object, list[Mapping[str, Any]]] = {}
    for row in SEAT_ROUNDS.rows(played):
        panel.setdefault(row["seat"], []).append(row)
    for row in SEATS.rows(played):
        rounds = zip(panel.get(row["seat"], []), groups, strict=False)
        yield (
            {
                "participant.id_in_session": row["place"],
                "participant.code": f"{played.id}-{row['seat']}",
                "participant.label": row["person"],
                "participant._is_bot": row["participant"] == Participant.BOT,
                "participant.payoff": row["payoff_musd"],
                "session.code": played.id,
                "session.label": played.about.room,
                "session.config.name": played.scenario.name,
            },
            tuple(_round(row, seat_round, group) for seat_round, group in rounds),
        )


def _round(
    seat: Mapping[str, Any], own: Mapping[str, Any], group: Mapping[str, Any]
) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "player.id_in_group": seat["place"],
        "player.seat": own["seat"],
        "player.payoff": own["payoff_musd"],
        "subsession.crisis": group["crisis"],
        "subsession.round_number": group["round"],
    }
    for name in ("role", "decided_by", "pledged_musd", "drawn_musd", "withdrawn_permille"):
        cells[f"player.{name}"] = own.get(name)
    for name in ("need_musd", "tranche_musd", "effective_musd", "stability"):
        cells[f"group.{name}"] = group[name]
    return cells


def wide_columns(rounds: int) -> tuple[Column, ...]:
    """The columns of a wide table over so many rounds."""
    return PARTICIPANT + tuple(
        replace(column, name=f"{APP}.{number}.{column.name}")
        for number in range(1, rounds + 1)
        for column in ROUND
    )


def wide_cells(wide: Wide, rounds: int) -> tuple[Cell, ...]:
    """A row in the order of `wide_columns`."""
    participant, played = wide
    cells = [participant[column.name] for column in PARTICIPANT]
    for number in range(rounds):
        row = played[number] if number < len(played) else {}
        cells += [row.get(column.name) for column in ROUND]
    return tuple(cells)
