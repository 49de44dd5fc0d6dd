"""Files of logs: a changed byte anywhere is found and named, and names are beside the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.game.events import PackageTabled, Said, SessionOpened
from server.scenarios import load
from server.store import SeatRow, SessionRow, StoredEvent
from server.store.codec import FIRST_HASH, canonical, chained, decode, encode
from server.store.logfile import LogError, LogFile, lines, read, read_all, redacted, text_lines
from server.store.verify import verify, verify_parent
from server.tournament import play
from server.tournament.fork import Changes, at_round, fork


@cache
def log(name: str = "korea-1997", bot: str = "leader") -> tuple[SessionRow, list[StoredEvent]]:
    scenario = load(name)
    cast = {seat.id: bot for seat in scenario.seats if seat.role != "debtor"}
    stored = list(encode(play(scenario, cast, 2).events, 0, FIRST_HASH))
    row = SessionRow(
        f"session-{name}",
        name,
        "2026-11-24T10:00:00",
        head_version=len(stored),
        head_hash=stored[-1].hash,
    )
    return row, stored


@cache
def file(name: str = "korea-1997") -> bytes:
    return "".join(f"{line}\n" for line in lines(*log(name), names={"JP": "Ada"})).encode()


def reread(content: bytes) -> LogFile:
    return read(text_lines(content.splitlines(keepends=True)))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(file("vcm")) - 2), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found_at_its_line(place: int, flip: int) -> None:
    content = bytearray(file("vcm"))
    content[place] ^= flip
    number = file("vcm")[:place].count(b"\n") + 1
    found = next(read_all(text_lines(bytes(content).splitlines(keepends=True))))
    if isinstance(found, LogError):
        # A byte that ends a line too early, or joins two, is seen where the line is not whole.
        assert found.line in (number, number + 1)
    else:
        # Another way to write the very same: a blank between two lines or beside a sign.
        assert found == reread(file("vcm"))


def test_a_changed_byte_in_an_events_text_is_found_at_that_event() -> None:
    for index in range(1, len(log()[1]), 11):
        content = file().splitlines(keepends=True)
        line = content[index]
        middle = line.index(b'"payload"') + 14
        content[index] = line[:middle] + bytes([line[middle] ^ 1]) + line[middle + 1 :]
        with pytest.raises(LogError) as caught:
            reread(b"".join(content))
        assert caught.value.line == index + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"session":"session-', b'"session":"sessiom-'),
        (b'"created_utc":"2026', b'"created_utc":"2016'),
        (b'"Ada"', b'"Eda"'),
        (b'"scenario":"korea-1997"', b'"scenario":"korea-1998"'),
    ],
)
def test_a_change_in_the_header_is_found(old: bytes, new: bytes) -> None:
    assert old in file().splitlines()[0]
    with pytest.raises(LogError, match="line 1: header_hash: the header does not fit its hash"):
        reread(file().replace(old, new, 1))


def test_a_line_that_is_no_text_is_named() -> None:
    broken = file().splitlines(keepends=True)
    broken[4] = b"\xff" + broken[4]
    with pytest.raises(LogError, match="line 5: not UTF-8"):
        reread(b"".join(broken))


def test_a_log_of_another_engine_is_named_at_its_opening() -> None:
    _, stored = log()
    payload = json.loads(stored[0].payload) | {"engine_version": "0"}
    before, rows = FIRST_HASH, []
    for row in [replace(stored[0], payload=canonical(payload)), *stored[1:]]:
        before = chained(before, row.version, row.schema, row.payload)
        rows.append(replace(row, hash=before))
    verdict = verify(rows)
    assert verdict.bad_event == 1
    assert verdict.reason.startswith("it was played by engine version 0, and this program has 1")


# --- names and talk ---


def test_names_are_in_the_header_only_where_asked_for_and_come_back_as_seats() -> None:
    row, stored = log()
    assert "Ada" not in "".join(lines(row, stored))
    assert reread(file()).seats[0] == SeatRow(row.id, "JP", "bot", "leader", "Ada")
    assert read(lines(row, stored)).seats == ()
    assert reread(file()).session.head_hash == row.head_hash


def test_talk_is_taken_out_as_a_new_chain_with_the_same_ledger() -> None:
    row, stored = log()
    silent, rows, before = redacted(row, stored)
    said = [decode(one) for one in stored]
    kept = [decode(one) for one in rows]
    words = [one.text for one in said if isinstance(one, Said | PackageTabled) and one.text]
    assert words
    text = "\n".join(lines(silent, rows, redacted_from=before))
    assert not any(word in text for word in words)
    assert [one for one in kept if not isinstance(one, Said | PackageTabled)] == [
        one for one in said if not isinstance(one, Said | PackageTabled)
    ]
    again = read(lines(silent, rows, redacted_from=before))
    assert again.session.head_hash != row.head_hash == before
    assert json.loads(text.splitlines()[0])["redacted_from"] == row.head_hash


# --- several logs ---


def several() -> Iterator[str]:
    for name in ("korea-1997", "vcm", "terms-dilemma"):
        yield from lines(*log(name))


def test_a_file_may_hold_many_logs() -> None:
    found = [one for one in read_all(several()) if isinstance(one, LogFile)]
    assert [one.session.scenario for one in found] == ["korea-1997", "vcm", "terms-dilemma"]
    assert [one.stored for one in found] == [log(one.session.scenario)[1] for one in found]
    second = len(log()[1]) + 2
    with pytest.raises(LogError, match=f"line {second}: a second log begins here"):
        read(several())


def test_of_many_logs_each_wrong_one_is_named_and_the_others_are_read() -> None:
    text = list(several())
    text[3] = text[3].replace('"seat":"', '"seat":"X', 1)
    # The last line of all is missing, too.
    korea, vcm, terms = read_all(text[:-1])
    assert isinstance(korea, LogError)
    assert korea.line == 4
    assert isinstance(vcm, LogFile)
    assert isinstance(terms, LogError)
    assert "events where there should be" in str(terms)


# --- forks ---


def forked() -> list[StoredEvent]:
    row, stored = log()
    events = [decode(one) for one in stored]
    moment = at_round(events, 2)
    hash_there = stored[moment.event - 1].hash
    made = fork(
        events,
        moment,
        Changes({next(iter(moment.state.scenario.seat_by_id)): "free-rider"}),
        session=row.id,
        parent_hash=hash_there,
    )
    return list(encode(made.match.events, 0, FIRST_HASH))


def test_a_fork_names_its_parent_through_a_file() -> None:
    rows = forked()
    row, _ = log()
    own = SessionRow("f", row.scenario, "now", head_version=len(rows), head_hash=rows[-1].hash)
    again = read(lines(own, rows))
    opened = again.events[0]
    assert isinstance(opened, SessionOpened)
    assert opened.parent is not None
    assert (again.session.parent, again.session.parent_event) == (row.id, opened.parent.event)


def test_a_forks_beginning_is_compared_with_its_parent_event_by_event() -> None:
    rows, (_, parent) = forked(), log()
    assert verify_parent(rows, parent).ok
    other = [*parent]
    other[20] = replace(other[20], payload=other[20].payload.replace('"at_ms":', '"at_ms":1'))
    verdict = verify_parent(rows, other)
    assert (verdict.bad_event, verdict.reason) == (21, "it is not the parent's event")
    assert verify_parent(rows, log("korea-1997", "conditional")[1]).bad_event == 1
    assert verify_parent(rows, parent[:10]).bad_event == 1
