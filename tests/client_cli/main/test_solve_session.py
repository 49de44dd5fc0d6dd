"""`backstop solve --session`: theory beside rounds that were played and stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.client_cli.main.runs import played, rows, run


def solved(database: Path, session: str = "last") -> dict[str, Any]:
    (found,) = rows("solve", "--session", session, "--database", str(database), "--json")
    return found


def words(database: Path, session: str = "last") -> str:
    """The answer with its line breaks taken out."""
    text = run("solve", "--session", session, "--database", str(database)).stdout
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "played.db"


def test_every_round_has_what_was_played_beside_nash_and_optimum_by_seat(database: Path) -> None:
    """A linear public good, MPCR .4, n = 4: nobody gives, all should (model, 3 (i))."""
    id_ = played(
        database, "vcm", "--bots", "P1=full-contributor,P2=free-rider,P3=free-rider,P4=free-rider"
    )
    found = solved(database, id_[:6])
    assert (found["session"], found["scenario"], len(found["rounds"])) == (id_, "vcm", 10)
    for number, one in enumerate(found["rounds"], start=1):
        assert (one["crisis"], one["round"], one["need_musd"]) == (1, number, 80_000)
        assert one["played"]["pledges_musd"] == {"P1": 20_000, "P2": 0, "P3": 0, "P4": 0}
        assert set(one["nash"]["pledges_musd"].values()) == {0}
        assert one["nash_from_optimum"] == one["nash"]
        assert set(one["optimum"]["pledges_musd"].values()) == {20_000}
        # Of 80 bn given each dollar returns 1.60 in all.
        assert one["played"]["efficiency"] == pytest.approx(0.25)
        assert one["optimum"]["gain_musd"] == round(0.6 * 80_000)
        assert one["regret_musd"] == {"P1": 12_000, "P2": 0, "P3": 0, "P4": 0}
        assert one["at_rest"]
    assert found["one_stage"]
    assert "No rule of this scenario reaches beyond its round." in words(database)


def test_where_collapse_and_rescue_both_hold_both_are_shown(database: Path) -> None:
    """A provision point: nothing, and just the point (model, 3 (ii))."""
    played(database, "provision-point", "--bots", "P1=full-contributor")
    (first, *_) = solved(database)["rounds"]
    need_musd = first["need_musd"]
    assert first["nash"]["effective_musd"] == 0
    assert first["nash_from_optimum"]["effective_musd"] == need_musd
    assert first["nash_from_optimum"]["efficiency"] == 1
    assert "Nash 1 Nash 2 optimum missed" in words(database)


def test_the_money_is_that_of_the_ledger(database: Path) -> None:
    played(database, "korea-1997", "--seed", "2")
    (answer,) = rows("play", "korea-1997", "--seed", "2", "--json", "--database", str(database))
    found = solved(database, answer["id"])
    replayed = rows("replay", answer["id"], "--database", str(database), "--json")
    resolved = [row["notice"] for row in replayed if row["notice"].get("kind") == "round_resolved"]
    assert [one["played"]["effective_musd"] for one in found["rounds"]] == [
        one["effective_musd"] for one in resolved
    ]
    assert [one["played"]["pledges_musd"] for one in found["rounds"]] == [
        one["pledges_musd"] for one in resolved
    ]


def test_rules_that_reach_beyond_a_round_are_named(database: Path) -> None:
    played(database, "korea-1997-advanced")
    found = solved(database)
    assert not found["one_stage"]
    assert set(found["carried_between_rounds"]) == {
        "second_line",
        "panic",
        "reserves",
        "rolling_claims",
        "cards",
        "crisis_weakness",  # of Japan
    }
    assert found["decided_beside_pledges"] == ["guidance"]
    text = words(database)
    assert "rolling_claims, cards and crisis_weakness a round leaves something to the next" in text
    assert "by guidance more is decided than pledges." in text


def test_rounds_of_a_campaign_say_of_which_crisis_they_are(database: Path) -> None:
    played(database, "mexico-1982-campaign")
    assert {one["crisis"] for one in solved(database)["rounds"]} == {1, 2, 3}
    assert "Crisis 3, round 3" in words(database)


def test_a_log_file_is_solved_without_a_database(database: Path, tmp_path: Path) -> None:
    id_ = played(database, "vcm")
    file = tmp_path / "vcm.jsonl"
    run("export", "log", id_, "--database", str(database), "--output", str(file))
    (found,) = rows("solve", "--session", str(file), "--database", "nowhere.db", "--json")
    assert found == solved(database, id_)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "name a SCENARIO, or a --session"),
        (("east-asia", "--session", "last"), 2, "leave out SCENARIO"),
        (("--session", "last", "--withdraw", "40%"), 2, "--tranche and --withdraw"),
        (("--session", "last"), 1, "there is no database"),
    ],
)
def test_what_does_not_go_together_is_told(
    arguments: tuple[str, ...], code: int, message: str, database: Path
) -> None:
    result = run("solve", *arguments, "--database", str(database), code=code)
    assert message in result.stderr


def test_a_session_that_is_not_there_and_a_log_that_is_cut_are_told(
    database: Path, tmp_path: Path
) -> None:
    id_ = played(database, "vcm")
    unknown = run("solve", "--session", "nope", "--database", str(database), code=1)
    assert "there is no session nope" in unknown.stderr
    file = tmp_path / "cut.jsonl"
    run("export", "log", id_, "--database", str(database), "--output", str(file))
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(lines[:-3]), "utf-8")
    cut = run("solve", "--session", str(file), code=1)
    assert str(file) in cut.stderr and str(json.loads(lines[0])["events"]) in cut.stderr
