"""Verification: what was changed is found, and named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from server.game.events import Event, RoundResolved
from server.scenarios import load
from server.store import SessionRow, StoredEvent
from server.store.codec import FIRST_HASH, SCHEMA, canonical, chained, decode, encode
from server.store.logfile import LogError, lines, log_schema, read
from server.store.verify import verify
from server.tournament import play

GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("*.jsonl"))


@pytest.fixture(scope="module")
def stored() -> list[StoredEvent]:
    scenario = load("korea-1997")
    match = play(scenario, {seat.id: "conditional" for seat in scenario.seats}, 5)
    return list(encode(match.events, 0, FIRST_HASH))


def rechained(stored: list[StoredEvent]) -> list[StoredEvent]:
    """The same texts with fitting hashes, as a careful forger would write them."""
    before, fitting = FIRST_HASH, []
    for row in stored:
        before = chained(before, row.version, row.schema, row.payload)
        fitting.append(replace(row, hash=before))
    return fitting


def test_every_flipped_byte_is_found_at_its_event(stored: list[StoredEvent]) -> None:
    for index in range(0, len(stored), 7):
        payload = stored[index].payload
        middle = len(payload) // 2
        flipped = payload[:middle] + chr(ord(payload[middle]) ^ 1) + payload[middle + 1 :]
        changed = [*stored[:index], replace(stored[index], payload=flipped), *stored[index + 1 :]]
        verdict = verify(changed)
        assert verdict.bad_event == index + 1
        assert str(verdict).startswith(f"not verified: event {index + 1}: ")


def test_a_ledger_that_the_engine_does_not_get_is_named_by_seat_and_line(
    stored: list[StoredEvent],
) -> None:
    index = next(i for i, row in enumerate(stored) if row.kind == "round_resolved")
    payload = json.loads(stored[index].payload)
    was = payload["lines_musd"]["JP"]["public"]
    payload["lines_musd"]["JP"]["public"] = was + 1
    forged = [*stored]
    forged[index] = replace(stored[index], payload=canonical(payload))
    verdict = verify(rechained(forged))
    assert (verdict.bad_event, verdict.reason) == (
        index + 1,
        f"JP public is {was + 1}, the engine gets {was}",
    )


def test_a_missing_event_and_a_cut_tail_are_found(stored: list[StoredEvent]) -> None:
    assert verify(stored[:4] + stored[5:]).bad_event == 5
    cut = verify(stored[:-1], count=len(stored), head_hash=stored[-1].hash)
    assert cut.reason == f"{len(stored) - 1} events where there should be {len(stored)}"
    assert "last hash" in verify(stored[:-1], head_hash=stored[-1].hash).reason
    assert verify([]).reason == "the log is empty"


def test_old_schemas_are_brought_up_step_by_step_when_read() -> None:
    old = StoredEvent(1, -1, "paused", 5, '{"kind":"paused","when":5}', "")

    def first(payload: dict[str, object]) -> dict[str, object]:
        return {"kind": "paused", "at": payload["when"]}

    def second(payload: dict[str, object]) -> dict[str, object]:
        return {"kind": "paused", "at_ms": payload["at"]}

    event = decode(old, {("paused", -1): first, ("paused", 0): second})
    assert (event.kind, event.at_ms) == ("paused", 5)
    with pytest.raises(ValueError, match="schema 9, newer than"):
        decode(replace(old, schema=9))


def session(stored: list[StoredEvent], scenario: str = "korea-1997") -> SessionRow:
    return SessionRow(
        "abc", scenario, "2026-11-24", head_version=len(stored), head_hash=stored[-1].hash
    )


def test_a_log_goes_through_a_file_and_back_unchanged(stored: list[StoredEvent]) -> None:
    log = read(lines(session(stored), stored))
    assert log.stored == stored
    assert log.session.id == "abc"
    assert log.session.imported
    assert log.session.ending == "completed"


def test_an_infinite_sharpness_goes_through_a_file(tmp_path: Path) -> None:
    match = play(load("provision-point"), {}, 1)
    rows = list(encode(match.events, 0, FIRST_HASH))
    assert read(lines(session(rows, "provision-point"), rows)).events == match.events


@pytest.mark.parametrize(
    ("line", "old", "new", "told"),
    [
        (1, '"backstop-log"', '"other"', "line 1: this is not a log"),
        (1, '"format_version":1', '"format_version":7', "line 1: format_version 7 is not known"),
        (1, '"events":', '"event":', "line 1: events: field required"),
        (4, '"version":3', '"version":"x"', "line 4: version: input should be a valid integer"),
        (5, '{"at_ms"', '["at_ms"', "line 5: not JSON"),
        (6, '"kind"', '"kund"', "line 6: payload.kind: a text is needed"),
        (7, '"participant":"bot"', '"participant":"person"', "line 7: event 6: the stored text"),
    ],
)
def test_a_wrong_file_is_answered_with_the_line(
    stored: list[StoredEvent], line: int, old: str, new: str, told: str
) -> None:
    text = list(lines(session(stored), stored))
    assert old in text[line - 1]
    text[line - 1] = text[line - 1].replace(old, new, 1)
    with pytest.raises(LogError) as error:
        read(text)
    assert str(error.value).startswith(told)


def test_a_cut_file_is_refused(stored: list[StoredEvent]) -> None:
    text = list(lines(session(stored), stored))
    with pytest.raises(LogError, match="events where there should be"):
        read(text[:-1])
    with pytest.raises(LogError, match="line 1: the file is empty"):
        read([])


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_logs_of_earlier_releases_stay_readable_and_give_the_same_ledger(path: Path) -> None:
    log = read(path.read_text("utf-8").splitlines())
    assert any(isinstance(event, RoundResolved) for event in log.events)


def test_there_are_golden_logs() -> None:
    assert {path.stem for path in GOLDEN} >= {"v1-korea-1997", "v1-provision-point"}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_line_of_a_golden_log_fits_the_published_schema(path: Path) -> None:
    schema = log_schema()
    part = {
        name: jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": f"#/$defs/{name}"}]})
        for name in ("header", "line", "event")
    }
    header, *events = map(json.loads, path.read_text("utf-8").splitlines())
    part["header"].validate(header)
    assert events
    for line in events:
        part["line"].validate(line)
        if line["schema"] == SCHEMA:
            part["event"].validate(line["payload"])


def test_a_line_that_is_neither_header_nor_event_does_not_fit_the_schema() -> None:
    whole = jsonschema.Draft202012Validator(log_schema())
    assert not whole.is_valid({"version": 1, "at_ms": 0, "hash": "", "payload": {}})
    assert not whole.is_valid({"format": "backstop-log"})


def events_of(stored: list[StoredEvent]) -> list[Event]:
    return [decode(row) for row in stored]


def test_decoding_gives_the_events_that_were_encoded(stored: list[StoredEvent]) -> None:
    again = list(encode(events_of(stored), 0, FIRST_HASH))
    assert again == stored
