"""`backstop export data` and `report`: stored sessions as tables and as pages."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest

from server.store import RoomRow, SeatRow, SessionRow, Store
from server.tournament import play
from tests.client_cli.main.runs import played, run
from tests.server.analysis.sessions import SMALL, A, B

NOW = "2026-11-24T10:00:00.000+00:00"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A room of two tables with people in it, one that has not begun, and two matches."""
    path = str(tmp_path_factory.mktemp("stored") / "played.db")
    asyncio.run(_fill(path))
    played(Path(path), "korea-1997")
    played(Path(path), "vcm")
    return path


async def _fill(path: str) -> None:
    async with await Store.open(path) as store:
        tables = [
            (
                SessionRow(f"kite{number}", SMALL.name, NOW, room="KITE7", table_number=number),
                [SeatRow(f"kite{number}", A, "person", name="Ann Other")],
            )
            for number in (1, 2, 3)
        ]
        await store.create_room(RoomRow("KITE7", "Class", "small", "{}", "running", NOW), tables)
        for number in (1, 2):
            match = play(SMALL, {A: "leader", B: "conditional"}, number)
            await store.append(f"kite{number}", 0, match.events)


def sessions_in(folder: Path) -> list[str]:
    with (folder / "sessions.csv").open(encoding="utf-8", newline="") as file:
        return [row["session"] for row in csv.DictReader(file)]


# --- export data ---


def test_all_sessions_are_written_checked_and_counted(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = run("export", "data", "-o", str(folder), "--check", "--database", database)
    assert len(sessions_in(folder)) == 4
    manifest = json.loads((folder / "manifest.json").read_text())
    first, second = done.stdout.splitlines()
    assert first == f"4 sessions, {sum(manifest['rows'].values()):,} rows in {folder}"
    lines = manifest["rows"]["ledger"]
    assert second == f"checked: {lines:,} ledger lines recomputed from the decisions, all equal"
    assert done.stderr == "1 that have not begun were left out\n"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (("--room", "KITE7"), ["kite2", "kite1"]),
        (("--scenario", "small", "--status", "ended"), ["kite2", "kite1"]),
        (("kite1",), ["kite1"]),
        (("kite2", "kite1"), ["kite2", "kite1"]),
    ],
)
def test_sessions_are_chosen_by_name_room_scenario_and_status(
    choice: tuple[str, ...], expected: list[str], database: str, tmp_path: Path
) -> None:
    run("export", "data", *choice, "-o", str(tmp_path), "--database", database)
    assert sessions_in(tmp_path) == expected


def test_more_sessions_than_a_page_are_each_there_once(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client_cli.main.chosen.PAGE", 2)
    run("export", "data", "-o", str(tmp_path), "--database", database)
    found = sessions_in(tmp_path)
    assert len(found) == len(set(found)) == 4


def test_people_are_named_only_where_it_was_asked_for(database: str, tmp_path: Path) -> None:
    for words, named in (((), False), (("--names",), True)):
        folder = tmp_path / str(named)
        run("export", "data", "kite1", *words, "-o", str(folder), "--database", database)
        text = "".join(path.read_text("utf-8") for path in folder.iterdir())
        assert ("Ann Other" in text) is named


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nobody",), 1, "there is no session nobody"),
        (("--room", "NONE"), 1, "there is no such session with events"),
        (("kite1", "--room", "KITE7"), 2, "name sessions, or choose by --room"),
        (("--bom", "--format", "jsonl"), 2, "--bom goes with --format csv, not with jsonl"),
        (("--format", "xls"), 2, "'xls' is not one of"),
    ],
)
def test_a_mistake_is_told_and_leaves_nothing(
    words: tuple[str, ...], code: int, message: str, database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    command = ("export", "data", *words, "-o", str(folder), "--database", database)
    assert message in run(*command, code=code).stderr
    assert not folder.exists() or not list(folder.iterdir())


def test_a_folder_that_holds_something_is_not_touched(database: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run("export", "data", "-o", str(tmp_path), "--database", database, code=1)
    assert f"{tmp_path} is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# --- report ---


def test_a_session_a_room_and_the_students_each_have_a_file(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("report", "kite1", "--database", database).stdout.startswith("report-kite1.html (")
    run("report", "KITE7", "--database", database)
    run("report", "KITE7", "--seat", "all", "-o", "students.html", "--database", database)
    run("report", "kite1", "--seat", A, "--names", "-o", "a.html", "--database", database)
    files = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert set(files) == {"report-kite1.html", "report-KITE7.html", "students.html", "a.html"}
    assert files["students.html"].count('class="student"') == 2 * 3
    assert "Room KITE7, 2 tables" in files["report-KITE7.html"]
    assert "Atlantis (Ann Other)" in files["a.html"]
    assert not any("Ann" in text for name, text in files.items() if name != "a.html")


def test_figures_are_written_as_png_and_svg(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    told = run("report", "KITE7", "--figures", str(folder), "--database", database).stdout
    names = {path.name for path in folder.iterdir()}
    assert names == {
        f"class-{what}.{ending}"
        for what in ("closing", "pledges", "provision", "scores")
        for ending in ("png", "svg")
    }
    assert {Path(line).name for line in told.splitlines()} == names


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nobody",), 1, "there is no session nobody"),
        (("kite1", "--seat", "X"), 1, "there is no seat X; use A, B, C or all"),
        (("kite3",), 1, "kite3 has not begun"),
        (("kite1", "--seat", "A", "--figures", "f"), 2, "not of a --seat"),
        (("kite1", "-o", "/dev/null/x"), 1, "Not a directory"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    words: tuple[str, ...], code: int, message: str, database: str
) -> None:
    assert message in run("report", *words, "--database", database, code=code).stderr
