"""Stored sessions as analysis reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from server.analysis import study as records
from server.analysis.played import About, Logged, Played
from server.experiment import payments
from server.experiment.settings import Experiment
from server.store.codec import decode
from server.store.rows import ParticipantRow, SessionRow, StudySeatRow, StudySessionRow
from server.store.store import Store


async def played(store: Store, row: SessionRow, *, named: bool = False) -> Played:
    """A session with its whole log.

    Args:
        store: where it is.
        row: which.
        named: with the names of the people in its seats.

    Raises:
        ValueError: it has no events, or they cannot be read.
    """
    seats = await store.seats(row.id) if named else []
    about = About(
        row.id,
        row.created_utc,
        row.room,
        row.table_number,
        row.status,
        row.imported,
        row.parent,
        row.parent_event,
        {seat.seat: seat.name for seat in seats if seat.name},
        await _study(store, row, named=named),
    )
    stored = await store.stored(row.id)
    return Played(about, [Logged(decode(one), one.schema, one.payload, one.hash) for one in stored])


async def _study(store: Store, row: SessionRow, *, named: bool) -> records.Study | None:
    """The study that a session is of, if it is of one."""
    room = await store.room(row.room) if row.room else None
    settings = json.loads(room.settings) if room is not None else {}
    if room is None or settings.get("experiment") is None:
        return None
    experiment, kept = Experiment.model_validate(settings["experiment"]), store.studies
    sessions = {one.session: one for one in await kept.sessions(room.code)}
    people = await kept.participants(room.code)
    labels = _labels(experiment, people, named=named)
    controls = await kept.control_answers(room.code)
    players, payoffs_musd = await kept.players(room.code), await kept.payoffs_musd(room.code)
    attempts = Counter({answer.label: answer.attempt for answer in controls})
    own = sessions[row.id]
    return records.Study(
        own.number,
        own.group,
        own.treatment,
        experiment.payment.currency,
        {one.seat: labels[one.label] for one in players if one.session == row.id},
        tuple(
            _participant(
                experiment,
                settings["seed"],
                one,
                labels[one.label],
                attempts[one.label],
                _earned(one.label, sessions, players, payoffs_musd),
                named=named,
            )
            for one in people
        ),
        tuple(
            records.ControlAnswer(
                labels[one.label], one.attempt, one.question, one.answer, one.right, one.at_utc
            )
            for one in controls
        ),
        tuple(
            records.ItemAnswer(labels[one.label], one.item, one.answer, one.at_utc)
            for one in await kept.item_answers(room.code)
        ),
    )


def _labels(experiment: Experiment, people: list[ParticipantRow], *, named: bool) -> dict[str, str]:
    """What stands for each participant in data.

    Without a list people choose their labels, which may be names: then they have numbers.
    """
    if experiment.participants or named:
        return {one.label: one.label for one in people}
    return {one.label: f"P{number}" for number, one in enumerate(people, start=1)}


def _earned(
    label: str,
    sessions: Mapping[str, StudySessionRow],
    players: list[StudySeatRow],
    payoffs_musd: Mapping[str, Mapping[str, int]],
) -> dict[int, int]:
    return {
        sessions[one.session].number: payoffs_musd.get(one.session, {}).get(one.seat, 0)
        for one in players
        if one.label == label
    }


def _participant(
    experiment: Experiment,
    seed: int,
    row: ParticipantRow,
    label: str,
    attempts: int,
    earned: Mapping[int, int],
    *,
    named: bool,
) -> records.Participant:
    points = payments.points(experiment, seed, earned)
    declined = row.consented is False
    return records.Participant(
        label,
        row.name if named else None,
        row.joined_utc,
        row.place,
        row.consented,
        row.consent_utc,
        attempts,
        row.admitted_utc,
        row.let_in,
        row.answered_utc,
        points,
        None if declined else payments.amount(experiment.payment, points),
    )
