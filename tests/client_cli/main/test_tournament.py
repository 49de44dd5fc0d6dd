"""`backstop tournament` and `backstop reproduce`: what they print and leave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.client_cli.main.runs import rows, run

PLAN = """
name = "small"
scenarios = ["vcm"]
design = "balanced"
blocks = 8
rounds = 2
phases = ["pledge"]
[pools]
government = ["free-rider", "full-contributor", "conditional"]
"""


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    (tmp_path / "plan.toml").write_text(PLAN)
    database = ("--database", str(tmp_path / "t.db"), "--workers", "0")
    return [str(tmp_path / "plan.toml"), *database, "--results", str(tmp_path / "results")]


def test_a_tournament_leaves_tables_and_a_report_and_goes_on_where_it_was(
    tmp_path: Path, arguments: list[str]
) -> None:
    run("tournament", *arguments, "--fingerprints", "--parquet")
    folder = tmp_path / "results"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    tables = ("matches", "seats", "seat_rounds", "bots", "pairs", "rankings", "groups")
    for table in (*tables, "fingerprints"):
        assert {f"{table}.csv", f"{table}.parquet"} <= set(first)
    assert b"24 matches; root seed 1" in first["report.html"]
    best, *_ = rows("tournament", *arguments, "--fingerprints", "--json")
    assert (best["bot"], best["rank"], best["tied"]) == ("free-rider", 1, False)
    again = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert again == first


def test_the_terminal_counts_what_is_independent_and_says_when_it_is_too_little(
    tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "plan.toml").write_text(PLAN.replace("blocks = 8", "repetitions = 5"))
    text = run("tournament", *arguments).stdout
    assert " 5 repetitions\n" in text
    assert "3 bots on fewer than 7 repetitions: no difference can be told from chance" in text


def test_a_tournament_without_a_ranking_says_why(tmp_path: Path, arguments: list[str]) -> None:
    alike = PLAN.replace('"balanced"', '"alike"').replace("blocks = 8", "")
    (tmp_path / "plan.toml").write_text(alike)
    assert "no ranking: one bot plays all governments" in run("tournament", *arguments).stderr


def test_which_bots_failed_is_told_with_the_first_reason(
    tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "bad.py").write_text("def boom(view, random):\n    raise ValueError('why')\n")
    bad = PLAN.replace('"conditional"', '"bad"') + '[bots]\nbad = "bad.py:boom"\n'
    (tmp_path / "plan.toml").write_text(bad)
    told = run("tournament", *arguments).stderr
    assert "bad failed " in told and "ValueError: why (bad.py, line 2)" in told
    assert "failures.csv" in told


def test_figures_are_written_where_they_are_asked_for(tmp_path: Path, arguments: list[str]) -> None:
    pytest.importorskip("altair", reason="the extra `report` is not installed")
    run("tournament", *arguments, "--figures")
    names = {path.name for path in (tmp_path / "results").glob("*.png")}
    assert {"leaderboard-government.png", "company-government.png"} <= names


def test_a_plan_that_is_nowhere_is_refused_by_name(tmp_path: Path) -> None:
    result = run("tournament", "no-such-plan", "--database", str(tmp_path / "t.db"), code=1)
    assert "no-such-plan" in result.stderr


def test_isaac_and_walker_are_set_beside_the_paper_and_labelled(tmp_path: Path) -> None:
    places = ("--database", str(tmp_path / "t.db"), "--results", str(tmp_path))
    text = run("reproduce", "isaac-walker", "--seeds", "6", "--workers", "0", *places).stdout
    assert "as recalled, not checked" in text and "57 %" in text
    # The difference of two shares is no percent more.
    assert re.search(r"−?\d+ \(−?\d+ to −?\d+\) and −?\d+ \(−?\d+ to −?\d+\) points more", text)
    believer, _, logit = text.partition("\nlogit:5\n")
    assert "matches  the higher MPCR, the more is given" in believer
    assert "DIFFERS  giving decays with repetition (Ledyard 1995) [recalled]" in logit
    assert (tmp_path / "isaac-walker" / "seat_rounds.csv").is_file()
    report = (tmp_path / "isaac-walker" / "report.html").read_text("utf-8")
    figure = report.partition("<figure")[2].partition("</figure>")[0]
    assert "Means over seeds" in figure and "percent of the endowment given" in figure
    # The paper, and how surely it is known, stand in the report as in the terminal.
    published = report.partition("What was published")[2]
    assert "DIFFERS" in published and "checked" in published and "recalled" in published
    assert "as recalled, not checked" in report and "57 %" in report
    assert published.index("Intervals: 95 %") < published.index("root seed 1988")
