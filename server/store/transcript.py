"""A transcript of somebody else's experiment as one of our logs.

A CSV file with a row for each thing that was said or pledged. The session is played again by
the rules of a scenario, everything as people's decisions, so that it is scored, replayed and
forked like our own. Owns the columns and what is wrong with a row; knows no database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from server.game import phases, rules
from server.game.actions import Action, Address, Pledge, Say, Withdraw
from server.game.events import DecidedBy, Event, Participant
from server.game.phases import Unfolding
from server.game.refusals import Refused
from server.game.scenario import Bank, Government, Phase, Scenario, SeatId
from server.game.state import evolve
from server.scenarios import draw

COLUMNS = ("round", "seat", "pledge", "text")
"""What a row may hold, under our names. `pledge` is an amount for a government, and for a
bank the share of its due claims that it takes out, in per cent."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a foreign file is read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """For our columns, the names that they have in the file, where those are others."""
    seats: Mapping[str, str] = field(default_factory=dict)
    """For the file's names of players, our seats, where those are others."""
    unit_musd: Decimal = Decimal(1)
    """How many US$ millions one of the file's units is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a transcript, read."""

    line: int
    round: int
    seat: SeatId
    pledge: Decimal | None
    """As it stands in the file."""
    text: str


class TranscriptError(Exception):
    """Lines of a transcript are wrong; all of them are named."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_transcript(text: Iterable[str], scenario: Scenario, mapped: Mapped) -> list[Row]:
    """The rows of a CSV file with a line of column names.

    Raises:
        TranscriptError: every line that is wrong, with column, value and what is allowed.
    """
    # Spreadsheets mark their UTF-8 with a sign of its own.
    reader = csv.DictReader((line.removeprefix("\ufeff") for line in text), strict=True)
    names = {ours: mapped.columns.get(ours, ours) for ours in COLUMNS}
    problems: list[str] = []
    found: list[Row] = []
    try:
        given = reader.fieldnames or []
        missing = [names[one] for one in ("round", "seat") if names[one] not in given]
        if missing or not {names["pledge"], names["text"]} & set(given):
            wanted = ", ".join(missing) or f"{names['pledge']} or {names['text']}"
            raise TranscriptError(
                [f"line 1: no column {wanted}; there are: {', '.join(given) or 'none'}"]
            )
        for cells in reader:
            row = _row(reader.line_num, cells, names, scenario, mapped, problems)
            if row is not None:
                found.append(row)
    except csv.Error as error:
        problems.append(f"line {reader.reader.line_num}: {error}")
    if not found and not problems:
        problems.append("line 2: there is no row")
    if problems:
        raise TranscriptError(problems)
    return found


def _row(
    line: int,
    cells: Mapping[str, str | None],
    names: Mapping[str, str],
    scenario: Scenario,
    mapped: Mapped,
    problems: list[str],
) -> Row | None:
    before = len(problems)

    def cell(ours: str) -> str:
        return (cells.get(names[ours]) or "").strip()

    def wrong(ours: str, allowed: str) -> None:
        problems.append(f"line {line}: {names[ours]}: {cell(ours) or 'empty'}; allowed: {allowed}")

    seat = SeatId(mapped.seats.get(cell("seat"), cell("seat")))
    if seat not in scenario.seat_by_id:
        wrong("seat", ", ".join([*mapped.seats, *scenario.seat_by_id]))
    if not cell("round").isdecimal() or not 1 <= int(cell("round")) <= scenario.rounds:
        wrong("round", f"1 to {scenario.rounds}")
    pledge: Decimal | None = None
    if cell("pledge"):
        try:
            pledge = Decimal(cell("pledge"))
        except InvalidOperation:
            wrong("pledge", "a number, or nothing")
        else:
            if not pledge.is_finite() or pledge < 0:
                wrong("pledge", "a number from 0")
            elif not isinstance(scenario.seat_by_id.get(seat), Government | Bank | None):
                wrong("pledge", f"nothing, for {seat} pledges nothing")
    if len(problems) > before:
        return None
    return Row(line, int(cell("round")), seat, pledge, cell("text"))


def played(rows: Iterable[Row], scenario: Scenario, mapped: Mapped) -> list[Event]:
    """The log of a session in which all of this happened, and the defaults otherwise.

    Talk comes before pledges in each round; the last pledge of a seat in a round counts. The
    session has as many rounds as the transcript.

    Raises:
        TranscriptError: what the rules refuse, with its line.
    """
    kept = list(rows)
    seats = {row.seat for row in kept}
    draws = replace(draw(scenario, 0), rounds=max(row.round for row in kept))
    people: dict[SeatId, tuple[Participant, str | None]] = {
        seat: (Participant.PERSON, None) for seat in scenario.seat_by_id if seat in seats
    }
    opened, *others = rules.open_session(scenario, draws, timed=False, participants=people)
    unfolding = Unfolding(evolve(None, opened))
    for event in others:
        unfolding.emit(event)
    problems: list[str] = []
    talk = _talk_phase(scenario)
    while unfolding.state.ending is None:
        state = unfolding.state
        here = [row for row in kept if row.round == state.round]
        for row in here if state.phase is talk else []:
            if row.text:
                _act(unfolding, row, Say(row.text), "text", problems)
        if state.phase is Phase.PLEDGE:
            for row in {row.seat: row for row in here if row.pledge is not None}.values():
                action = _decision(scenario, row, mapped, problems)
                if action is not None:
                    _act(unfolding, row, action, "pledge", problems)
        if unfolding.state.ending is None and _is_still(unfolding, state.round, state.phase):
            phases.finish_phase(unfolding, DecidedBy.CLOCK, unfolding.state.at_ms + 1)
    if problems:
        raise TranscriptError(problems)
    return [opened, *unfolding.events]


def _talk_phase(scenario: Scenario) -> Phase | None:
    return next((one for one in (Phase.TALK, Phase.PROPOSE) if one in scenario.plan), None)


def _is_still(unfolding: Unfolding, round_number: int, phase: Phase) -> bool:
    """Whether the last decision did not end the phase already."""
    return (unfolding.state.round, unfolding.state.phase) == (round_number, phase)


def _decision(scenario: Scenario, row: Row, mapped: Mapped, problems: list[str]) -> Action | None:
    assert row.pledge is not None, "only rows with one"
    is_bank = isinstance(scenario.seat_by_id[row.seat], Bank)
    amount = row.pledge * (10 if is_bank else mapped.unit_musd)
    if amount != amount.to_integral_value():
        unit = "thousandths" if is_bank else "US$ millions"
        problems.append(f"line {row.line}: pledge: {row.pledge} comes to no whole {unit}")
        return None
    return Withdraw(int(amount)) if is_bank else Pledge(int(amount))


def _act(unfolding: Unfolding, row: Row, action: Action, column: str, problems: list[str]) -> None:
    state = unfolding.state
    address = Address(state.crisis, state.round, state.phase)
    try:
        events = rules.decide(
            state, row.seat, action, address, by=DecidedBy.HUMAN, at_ms=state.at_ms + 1
        )
    except Refused as refused:
        allowed = f"; allowed: {refused.allowed}" if refused.allowed else ""
        problems.append(f"line {row.line}: {column}: {row.seat}: {refused.message}{allowed}")
        return
    for event in events:
        unfolding.emit(event)
