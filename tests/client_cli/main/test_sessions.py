"""`backstop play`, `sessions`, `replay`, `export`, `import` and `db`: a match and its log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.game.events import RoundResolved
from server.game.refusals import RefusalCode
from server.scenarios import load
from server.tournament import play
from tests.client_cli.main.runs import played, rows, run


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database with one match of korea-1997, and its id."""
    database = tmp_path_factory.mktemp("stored") / "played.db"
    return str(database), played(database)


# --- play ---


def test_play_tells_what_the_same_match_in_memory_comes_to(tmp_path: Path) -> None:
    cast = ("--bots", "JP=leader,US=best-reply,DE=follower:US", "--seed", "7")
    (told,) = rows("play", "korea-1997", *cast, "--json", "--database", str(tmp_path / "a.db"))
    bots = told["bots"]
    assert bots == {
        "JP": "leader",
        "US": "best-reply",
        "DE": "follower:US",
        "JP-banks": "best-reply",
        "DE-banks": "best-reply",
        "IMF": "by-the-book",
    }
    match = play(load("korea-1997"), bots, 7)
    resolved = [event for event in match.events if isinstance(event, RoundResolved)]
    assert told["stability"] == [event.stability for event in resolved]
    assert told["totals_musd"]["JP"] == sum(
        sum(event.lines_musd["JP"].values())
        for event in resolved  # type: ignore[index]
    )
    assert (told["seed"], told["scenario"], told["failures"]) == (7, "korea-1997", [])


def test_play_in_text_says_where_the_match_is(tmp_path: Path) -> None:
    database = str(tmp_path / "a.db")
    text = run("play", "vcm", "--database", database).stdout
    session = rows("sessions", "--json", "--database", database)[0]["id"]
    assert text.splitlines()[-1] == f"stored as {session} in {database}"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nope",), 1, "nope: neither a readable file nor one of"),
        (("vcm", "--bots", "P1"), 2, "P1 is not of the form SEAT=BOT"),
        (("vcm", "--bots", "P1=random,P1=leader"), 2, "P1 is named twice"),
        (("vcm", "--bots", "P1=nobody-knows"), 1, "nobody-knows: no bot of this name; use"),
        (("vcm", "--bots", "XX=random"), 1, "there is no seat XX; use P1, P2, P3, P4"),
        (("vcm", "--seed", "-1"), 2, "-1 is not in the range"),
    ],
)
def test_play_says_what_is_wrong_and_stores_nothing(
    words: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    database = tmp_path / "a.db"
    assert message in run("play", *words, "--database", str(database), code=code).stderr
    assert not database.exists()


# --- sessions ---


def test_sessions_lists_one_object_a_line_newest_first(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    first, second = played(database, "vcm"), played(database, "korea-1997")
    listed = rows("sessions", "--json", "--database", str(database))
    assert [row["id"] for row in listed] == [second, first]
    assert list(listed[0]) == [
        "id",
        "scenario",
        "created_utc",
        "status",
        "ending",
        "room",
        "table",
        "round",
        "events",
        "imported",
        "parent",
        "parent_event",
    ]
    assert (listed[0]["status"], listed[0]["ending"], listed[0]["round"]) == (
        "ended",
        "completed",
        3,
    )
    only = rows("sessions", "--json", "--limit", "1", "--database", str(database))
    assert [row["id"] for row in only] == [second]
    assert rows("sessions", "--json", "--status", "running", "--database", str(database)) == []


def test_the_database_may_be_named_by_the_environment(
    stored: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSTOP_DATABASE_URL", stored[0])
    assert stored[1] in run("sessions").stdout


@pytest.mark.parametrize("words", [("sessions",), ("replay", "last"), ("db", "check")])
@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_a_database_that_is_not_there_is_not_made_by_looking(
    words: tuple[str, ...], prefix: str, tmp_path: Path
) -> None:
    database = tmp_path / "none.db"
    result = run(*words, "--database", f"{prefix}{database}", code=1)
    assert "there is no database" in result.stderr
    assert not database.exists()


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, however long one looks at it " * 100)
    result = run("sessions", "--database", str(file), code=1)
    assert result.stderr == f"Error: {file}: file is not a database\n"


# --- replay ---


def test_replay_verifies_chain_and_ledger(stored: tuple[str, str]) -> None:
    database, session = stored
    (count,) = {row["events"] for row in rows("sessions", "--json", "--database", database)}
    text = run("replay", "last", "--verify", "--database", database).stdout
    assert text == f"verified: {count} events, chain ok, ledger equal\n"
    (verdict,) = rows("replay", session[:6], "--verify", "--json", "--database", database)
    assert verdict == {
        "id": session,
        "ok": True,
        "events": count,
        "bad_event": None,
        "reason": "",
    }


def test_replay_in_json_is_an_object_for_each_event(stored: tuple[str, str]) -> None:
    lines = rows("replay", "last", "--json", "--database", stored[0])
    assert [line["event"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0]["notice"]["kind"] == "session_opened"
    assert lines[-1]["notice"]["kind"] == "session_ended"


def test_replay_as_a_seat_leaves_out_what_that_seat_was_not_told(stored: tuple[str, str]) -> None:
    lines = rows("replay", "last", "--as", "JP", "--json", "--database", stored[0])
    pledges = [line["notice"] for line in lines if line["notice"]["kind"] == "pledged"]
    assert {notice["seat"] for notice in pledges} == {"JP"}
    ledgers = [line["notice"] for line in lines if line["notice"]["kind"] == "round_resolved"]
    assert len(ledgers) == 3
    assert all(set(notice["lines_musd"]) == {"JP"} for notice in ledgers)


def test_replay_at_an_event_is_the_view_as_it_was_then(stored: tuple[str, str]) -> None:
    at = ("replay", "last", "--at", "40", "--as", "JP", "--database", stored[0])
    (view,) = rows(*at, "--json")
    assert view["own"]["seat"] == "JP"
    assert view["debrief"] is None
    text = run(*at).stdout
    assert f"Round {view['clock']['round']} of 3: {view['clock']['phase']}" in text


def test_replay_writes_an_infinite_sharpness_as_the_wire_does(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    played(database, "provision-point")
    (view,) = rows("replay", "last", "--at", "5", "--json", "--database", str(database))
    assert view["scenario"]["sharpness"] == "Infinity"
    first = rows("replay", "last", "--json", "--database", str(database))[0]
    assert first["notice"]["scenario"]["sharpness"] == "Infinity"


def test_replay_ends_with_the_ledger_that_play_printed(tmp_path: Path) -> None:
    database = str(tmp_path / "a.db")
    printed = run("play", "korea-1997", "--database", database).stdout.splitlines()
    ledger = printed[printed.index("") + 1 : -2]
    again = run("replay", "last", "--database", database).stdout.splitlines()
    assert "\n".join(ledger) in "\n".join(again)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nope",), 1, "there is no session nope; `backstop sessions` lists them"),
        (("last", "--at", "9999"), 1, "event 9999 is outside 1 to "),
        (("last", "--at", "0"), 2, "0 is not in the range"),
        (("last", "--as", "XX"), 1, "nobody called XX; use JP, US, DE, JP-banks, DE-banks, IMF"),
        (("last", "--verify", "--at", "3"), 2, "--verify is of the whole log"),
        (("last", "--verify", "--as", "JP"), 2, "--verify is of the whole log"),
    ],
)
def test_replay_says_what_is_wrong(
    words: tuple[str, ...], code: int, message: str, stored: tuple[str, str]
) -> None:
    result = run("replay", *words, "--database", stored[0], code=code)
    assert result.stdout == ""
    assert message in result.stderr


# --- files ---


@pytest.fixture
def exported(stored: tuple[str, str], tmp_path: Path) -> Path:
    """The log of the stored match as a file."""
    file = tmp_path / "korea.jsonl"
    result = run("export", "log", "last", "-o", str(file), "--database", stored[0])
    assert result.stdout == ""
    assert f"of {stored[1]} written to {file}" in result.stderr
    return file


def test_an_exported_log_is_the_same_on_standard_output(
    stored: tuple[str, str], exported: Path
) -> None:
    text = run("export", "log", "last", "--database", stored[0]).stdout
    assert text == exported.read_text("utf-8")


def test_an_exported_log_is_imported_verified_and_replayed_elsewhere(
    stored: tuple[str, str], exported: Path, tmp_path: Path
) -> None:
    other = str(tmp_path / "other.db")
    told = run("import", str(exported), "--database", other).stdout
    assert f"of {stored[1]} verified and taken into {other}" in told
    (row,) = rows("sessions", "--json", "--database", other)
    assert (row["id"], row["imported"], row["status"]) == (stored[1], True, "ended")
    words = ("replay", "last", "--json", "--database")
    assert rows(*words, other) == rows(*words, stored[0])
    assert run("export", "log", "last", "--database", other).stdout == exported.read_text("utf-8")


def test_a_log_is_taken_in_once_or_under_another_id(exported: Path, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    run("import", str(exported), "--database", other)
    assert "use --as" in run("import", str(exported), "--database", other, code=1).stderr
    run("import", str(exported), "--as", "twin", "--database", other)
    ids = {row["id"] for row in rows("sessions", "--json", "--database", other)}
    assert len(ids) == 2 and "twin" in ids


def test_a_dry_run_takes_nothing_in(exported: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    text = run("import", str(exported), "--dry-run", "--database", str(other)).stdout
    assert "verified; nothing was taken in" in text
    assert not other.exists()


def test_a_changed_log_is_refused_with_its_line_and_nothing_is_taken_in(
    exported: Path, tmp_path: Path
) -> None:
    lines = exported.read_text("utf-8").splitlines()
    number = next(i for i, line in enumerate(lines) if '"kind":"pledged"' in line)
    changed = json.loads(lines[number])
    changed["payload"]["pledge_musd"] += 100
    lines[number] = json.dumps(changed)
    exported.write_text("\n".join(lines), "utf-8")
    other = tmp_path / "other.db"
    message = f"line {number + 1}: event {number}: the stored text does not fit its hash"
    result = run("import", str(exported), "--database", str(other), code=1)
    assert message in result.stderr
    assert not other.exists()
    assert message in run("replay", str(exported), code=1).stderr
    assert message in run("replay", str(exported), "--verify", code=1).stderr
    verdict = json.loads(run("replay", str(exported), "--verify", "--json", code=1).stdout)
    assert verdict["ok"] is False
    assert message in verdict["reason"]


def test_a_cut_log_is_seen(exported: Path) -> None:
    lines = exported.read_text("utf-8").splitlines()
    exported.write_text("\n".join(lines[:-1]), "utf-8")
    result = run("replay", str(exported), "--verify", code=1)
    assert f"{len(lines) - 2} events where there should be {len(lines) - 1}" in result.stderr


def test_a_log_file_is_replayed_without_a_database(exported: Path) -> None:
    assert run("replay", str(exported), "--verify").stdout.startswith("verified: ")
    assert "Ledger over all rounds" in run("replay", str(exported)).stdout


def test_export_to_where_nothing_can_be_written_fails(
    stored: tuple[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "missing" / "log.jsonl"
    result = run("export", "log", "last", "-o", str(target), "--database", stored[0], code=1)
    assert result.stderr == f"Error: {target}: No such file or directory\n"


def test_import_of_a_file_that_is_not_there_is_wrong_usage() -> None:
    assert "does not exist" in run("import", "nowhere.jsonl", code=2).stderr


# --- schema ---


def test_the_schema_of_the_wire_knows_both_directions() -> None:
    schema = json.loads(run("schema").stdout)
    assert {"from_client", "from_server"} <= set(schema["$defs"])
    codes = schema["$defs"]["RefusalCode"]["enum"]
    assert codes == [code.value for code in RefusalCode]


def test_the_schema_of_a_log_describes_every_line_of_one(exported: Path) -> None:
    import jsonschema

    described = jsonschema.Draft202012Validator(json.loads(run("schema", "log").stdout))
    lines = exported.read_text("utf-8").splitlines()
    for line in lines:
        described.validate(json.loads(line))
    assert not described.is_valid({**json.loads(lines[1]), "version": "first"})


def test_the_schema_of_a_scenario_describes_the_built_in_ones() -> None:
    import jsonschema

    schema = json.loads(run("schema", "scenario").stdout)
    jsonschema.validate(json.loads(run("scenarios", "vcm", "--json").stdout), schema)


# --- the database ---


def test_the_database_is_checked_upgraded_and_rebuilt(tmp_path: Path) -> None:
    database = str(tmp_path / "a.db")
    assert run("db", "upgrade", "--database", database).stdout == f"{database} is up to date\n"
    assert run("db", "check", "--database", database).stdout == f"{database} is up to date\n"
    session = played(Path(database), "vcm")
    text = run("db", "rebuild", "last", "--database", database).stdout
    assert text == f"derived tables of {session} rebuilt in {database}\n"
    assert (
        "there is no session x" in run("db", "rebuild", "x", "--database", database, code=1).stderr
    )


def test_a_database_without_our_tables_is_said_to_need_an_upgrade(tmp_path: Path) -> None:
    database = tmp_path / "empty.db"
    database.touch()
    result = run("db", "check", "--database", str(database), code=1)
    assert "run `backstop db upgrade`" in result.stderr


def test_a_kind_of_database_that_is_not_supported_is_told() -> None:
    result = run("sessions", "--database", "mysql://localhost/x", code=1)
    assert "mysql is not supported; use sqlite or postgresql" in result.stderr
