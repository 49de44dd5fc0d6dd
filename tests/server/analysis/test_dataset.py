"""Datasets: what is written is read back, and the ledger follows from the decisions alone."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.analysis import dataset, recompute
from server.analysis.columns import Cell, Type
from server.analysis.dataset import Dataset
from server.analysis.played import Played
from server.analysis.tables import TABLE_BY_NAME, TABLES
from server.analysis.tables.scenarios import scenario_json
from server.game.actions import Say
from server.game.payoffs import IMMATERIAL
from server.game.scenario import RoundScale, Scenario
from tests.data import page
from tests.server.analysis.sessions import A, by_hand, of_bots, played
from tests.server.game.games import CAMPAIGN, CRISIS, Player
from tests.server.game.wander import wander

FORMATS = ("csv", "jsonl", "parquet")
DOCS = Path(__file__).parents[3] / "docs"
WORDS = ['=HYPERLINK("x")', "'quoted'", 'a,b\n"c"', "-", "ünï¢ode €", "@me", "plain"]


@pytest.fixture(scope="module")
def some() -> list[Played]:
    """People's words, a campaign, a provision point, an unfinished session, one without talk."""
    talk = Player(by_hand().state.campaign[0])
    for word in WORDS:
        talk.act(A, Say(word))
    return [
        played(by_hand().log, "hand", names={A: "=Ann"}, room="KITE7", table_number=3),
        played(talk.log, "talk", status="running"),
        of_bots("korea-1997", "korea"),
        of_bots("provision-point", "point"),
        played(wander(CAMPAIGN, 5, steps=400).log, "campaign"),
    ]


def written(folder: Path, file_format: str, sessions: list[Played], *, bom: bool = False) -> Path:
    with Dataset(folder, file_format, bom=bom) as made:
        for one in sessions:
            made.add(one)
    return folder


def ledger_of(session: Played) -> recompute.Ledger:
    return {
        (one.resolved.crisis, one.resolved.round, seat, line): amount
        for one in session.rounds
        for seat, lines in one.resolved.lines_musd.items()
        for line, amount in lines.items()
    }


def again(session: Played) -> recompute.Ledger:
    (row,) = TABLE_BY_NAME["sessions"].rows(session)
    return recompute.ledger(
        scenario_json=scenario_json(session.scenario),
        draws_json=str(row["draws_json"]),
        decisions=[
            dict.fromkeys(column.name for column in TABLE_BY_NAME["decisions"].columns) | dict(one)
            for one in TABLE_BY_NAME["decisions"].rows(session)
        ],
    )


# --- files ---


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_table_is_read_back_as_it_was_made(
    some: list[Played], tmp_path: Path, file_format: str
) -> None:
    folder = written(tmp_path, file_format, some)
    for table in TABLES:
        names = [column.name for column in table.columns]
        made = [dict(zip(names, cells, strict=True)) for one in some for cells in table.cells(one)]
        if table.once:
            made = list({json.dumps(row): row for row in made}.values())
        assert list(dataset.read(folder, table.name)) == made
        keys = [tuple(row[name] for name in table.key) for row in made]
        assert len(set(keys)) == len(keys), table.name
        assert all(None not in key for key in keys), table.name


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_files_decisions_give_the_files_ledger(
    some: list[Played], tmp_path: Path, file_format: str
) -> None:
    found = list(dataset.check(written(tmp_path, file_format, some)))
    assert [(session, differing) for session, _, differing in found] == [
        (one.id, []) for one in some
    ]
    assert [lines for _, lines, _ in found] == [len(ledger_of(one)) for one in some]


def test_a_changed_decision_or_payoff_is_found(some: list[Played], tmp_path: Path) -> None:
    folder = written(tmp_path, "csv", some[:1])
    ledger = folder / "ledger.csv"
    ledger.write_text(ledger.read_text().replace("public,36,", "public,37,"))
    ((_, _, differing),) = dataset.check(folder)
    assert differing == ["crisis 1, round 1: A public is 37, the decisions give 36"]


def test_csv_cells_follow_the_fields_conventions(some: list[Played], tmp_path: Path) -> None:
    folder = written(tmp_path, "csv", some)
    with (folder / "messages.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["session"] == "talk"]
    assert texts == ["'" + word if word[0] in "=-@'" else word for word in WORDS]
    with (folder / "seats.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["person"], first["bot"], first["payoff_musd"]) == ("'=Ann", "", "-12")
    with (folder / "decisions.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["counted"] for row in csv.DictReader(file)}
    assert counted == {"0", "1"}


def test_a_byte_order_mark_is_there_where_it_was_asked_for(
    some: list[Played], tmp_path: Path
) -> None:
    folder = written(tmp_path, "csv", some[:1], bom=True)
    for path in folder.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
    assert list(dataset.check(folder)) == [("hand", len(ledger_of(some[0])), [])]


def test_parquet_columns_are_typed_and_say_what_they_are(
    some: list[Played], tmp_path: Path
) -> None:
    folder = written(tmp_path, "parquet", some)
    schema = pyarrow.parquet.read_schema(folder / "rounds.parquet")
    assert schema.metadata[b"backstop_data_version"] == b"1"
    need = schema.field("need_musd")
    assert str(need.type) == "int64"
    assert need.metadata == {
        b"meaning": b"N: the need, withdrawals included.",
        b"unit": b"US$ million",
    }
    types = {str(schema.field(name).type) for name in ("stability", "released", "session")}
    assert types == {"double", "bool", "string"}


def test_names_of_people_are_only_where_they_were_given(some: list[Played], tmp_path: Path) -> None:
    folder = written(tmp_path, "jsonl", [replace_about(some[0])])
    assert {row["person"] for row in dataset.read(folder, "seats")} == {None}
    assert "Ann" not in "".join(path.read_text("utf-8") for path in folder.iterdir())


def replace_about(session: Played) -> Played:
    return Played(replace(session.about, names={}), session.log)


def test_the_wide_table_puts_the_rounds_of_the_longest_session_beside_one_another(
    some: list[Played], tmp_path: Path
) -> None:
    folder = written(tmp_path, "csv", some[:3])
    with (folder / "wide.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 + 3 + 6
    a = rows[0]
    assert (a["participant.code"], a["participant.payoff"]) == ("hand-A", "-12")
    assert [a[f"backstop.{n}.player.pledged_musd"] for n in (1, 2, 3)] == ["50", "40", ""]
    assert [a[f"backstop.{n}.group.stability"] for n in (1, 2, 3)] == ["0.6", "0.7", ""]
    assert "backstop.4.player.pledged_musd" not in a
    korea = [row for row in rows if row["session.code"] == "korea"]
    assert {row["participant._is_bot"] for row in korea} == {"1"}
    payoffs = (int(row[f"backstop.{n}.player.payoff"]) for row in korea for n in (1, 2, 3))
    assert sum(payoffs) == sum(int(row["participant.payoff"]) for row in korea)


def test_an_error_leaves_nothing_and_a_full_folder_is_refused(
    some: list[Played], tmp_path: Path
) -> None:
    folder = tmp_path / "new"

    def fail() -> None:
        with Dataset(folder, "csv") as made:
            made.add(some[0])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(folder.iterdir()) == []
    written(folder, "csv", some[:1])
    with pytest.raises(FileExistsError, match="not empty"):
        Dataset(folder, "csv")


def test_a_folder_without_its_manifest_is_no_dataset(some: list[Played], tmp_path: Path) -> None:
    folder = written(tmp_path, "csv", some[:1])
    (folder / "manifest.json").unlink()
    with pytest.raises(ValueError, match="no whole dataset"):
        list(dataset.read(folder, "rounds"))
    with pytest.raises(ValueError, match="there is no table round; use events, sessions"):
        list(dataset.read(folder, "round"))


# --- what is in them ---


@given(st.integers(0, 10**9), st.sampled_from([CRISIS, CAMPAIGN]), st.integers(50, 500))
@settings(deadline=None, max_examples=60)
def test_whatever_was_tried_the_decisions_give_the_ledger(
    seed: int, scenario: Scenario, steps: int
) -> None:
    session = played(wander(scenario, seed, steps=steps).log)
    assert again(session) == ledger_of(session)
    for table in TABLES:
        for cells in table.cells(session):
            for cell, column in zip(cells, table.columns, strict=True):
                assert fits(cell, column.type), (table.name, column.name, cell)


def fits(cell: Cell, kind: Type) -> bool:
    """Whether a cell is of its column's type and loses nothing in a file."""
    if cell is None:
        return True
    match kind:
        case Type.INTEGER:
            return type(cell) is int and abs(cell) < 2**53
        case Type.NUMBER:
            return type(cell) in (int, float)
        case Type.YES_NO:
            return type(cell) is bool
        case Type.JSON:
            return isinstance(cell, str) and json.loads(cell) is not None
        case Type.TEXT | Type.CODE:
            return isinstance(cell, str) and cell != ""


def test_a_decision_counted_until_another_took_its_place(some: list[Played]) -> None:
    rows = list(TABLE_BY_NAME["decisions"].rows(some[0]))
    told = [
        (row["decision"], row["seat"], row.get("pledge_musd"), row["round"], row["counted"])
        for row in rows
    ]
    assert told[0] == ("intention", "A", 50, 1, True)
    assert told[2] == ("intention", "B", 20, 1, True)
    assert [one for one in told if one[0] == "pledge"][:3] == [
        ("pledge", "A", 50, 1, True),
        ("pledge", "B", 10, 1, True),
        ("pledge", "C", 0, 1, True),
    ]
    assert {row["decided_by"] for row in rows} == {"human"}
    unfinished = played(by_hand().log[:-5])
    last = list(TABLE_BY_NAME["decisions"].rows(unfinished))[-1]
    assert (last["round"], last["counted"]) == (2, False)


def test_the_tables_of_a_session_agree_with_one_another(some: list[Played]) -> None:
    korea = some[2]
    rows = {name: list(table.rows(korea)) for name, table in TABLE_BY_NAME.items()}
    (session,) = rows["sessions"]
    assert session["events"] == len(rows["events"]) == rows["events"][-1]["version"]
    by_who = [session[f"by_{who}"] for who in ("human", "bot", "clock", "host")]
    assert sum(int(one or 0) for one in by_who) == len(rows["decisions"])
    assert session["messages"] == len(rows["messages"])
    payoffs = sum(int(row["payoff_musd"] or 0) for row in rows["seats"])
    assert payoffs == sum(int(row["amount_musd"] or 0) for row in rows["ledger"])
    assert payoffs == sum(int(row["payoff_musd"] or 0) for row in rows["seat_rounds"])
    welfare = sum(
        int(row["amount_musd"] or 0)
        for row in rows["ledger"]
        if row["role"] == "government" and row["line"] not in IMMATERIAL
    )
    assert welfare == session["welfare_musd"]
    assert sum(int(row["decisions"] or 0) for row in rows["timings"]) == len(rows["decisions"])
    for row in rows["rounds"]:
        parts = ("tranche_musd", "ifi_musd", "drawn_musd")
        assert sum(int(row[part] or 0) for part in parts) == row["effective_musd"]


def test_times_of_phases_follow_one_another(some: list[Played]) -> None:
    rows = list(TABLE_BY_NAME["timings"].rows(some[0]))
    assert [(row["round"], row["phase"]) for row in rows] == [
        (round_number, phase) for round_number in (1, 2) for phase in ("talk", "pledge", "resolve")
    ]
    for before, after in pairwise(rows):
        assert before["ended_ms"] == after["began_ms"]


# --- the promise ---


def test_the_page_of_the_tables_is_what_the_tables_say() -> None:
    text = page.PAGE.read_text("utf-8")
    assert page.filled(text) == text, "run `python -m tests.data`"


def test_pinned_columns_are_all_there_in_their_places() -> None:
    pinned = json.loads(page.PINNED.read_text("utf-8"))
    assert page.breaks(pinned, page.pinned()) == []
    assert pinned == page.pinned(), "new columns are pinned by `python -m tests.data`"


def test_a_renamed_moved_or_retyped_column_breaks_the_promise_and_a_new_one_does_not() -> None:
    old: page.Pinned = {"t": [["a", "integer", ""], ["b", "code", ""]]}
    assert page.breaks(old, {"t": [*old["t"], ["c", "code", ""]]}) == []
    for columns in (
        [["b", "code", ""], ["a", "integer", ""]],
        [["a", "number", ""], ["b", "code", ""]],
        [["a", "integer", "ms"], ["b", "code", ""]],
    ):
        assert page.breaks(old, {"t": columns}) == ["t.a is gone, moved or changed"]
    assert page.breaks(old, {}) == ["t is gone"]


# --- R ---


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_gets_the_same_ledger_from_the_formulas(tmp_path: Path) -> None:
    repeated = replace(CRISIS, round_scale=RoundScale.REPEATED, leader_bonus_musd=700)
    sessions = [
        of_bots("korea-1997", "korea"),
        of_bots("mexico-1995", "mexico"),
        of_bots("provision-point", "point"),
        of_bots("vcm", "vcm"),
        *(played(wander(CRISIS, seed).log, f"wander{seed}") for seed in range(12)),
        *(played(wander(repeated, seed).log, f"repeated{seed}") for seed in range(6)),
        played(wander(CAMPAIGN, 1, steps=400).log, "campaign"),
    ]
    folder = written(tmp_path, "csv", sessions)
    command = ["Rscript", str(DOCS / "recompute.R"), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = sum(len(ledger_of(one)) for one in sessions[:-1])
    assert result.stdout.strip() == (
        f"{lines} ledger lines of {len(sessions) - 1} sessions recomputed; 0 rounds differ; "
        "1 sessions have advanced rules"
    )
    assert result.returncode == 0
