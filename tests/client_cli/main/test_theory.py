"""`backstop solve` and `sweep` as their users meet them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from client_cli.main import main

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "r5_statics.json").read_text("utf-8")
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def told(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def in_words(*arguments: str) -> str:
    """Output with its line breaks taken out."""
    return " ".join(told(*arguments).split())


def as_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(*arguments, "--json"))
    return found


R5_TOML = (Path(__file__).parents[3] / "server" / "scenarios" / "east-asia.toml").read_text("utf-8")


def test_json_of_solve_has_equilibria_optimum_and_groups_in_millions() -> None:
    found = as_json("solve", "east-asia")
    assert found["scenario"] == "east-asia"
    assert found["grid_musd"] == 50
    (nash,) = found["nash"]
    assert nash["pledges_musd"] == {"JP": 12_150, "US": 9_900, "DE": 900, "UK": 350, "AU": 250}
    assert nash["effective_musd"] == 23_550
    assert nash["stability"] == 0.3925
    assert nash["welfare_musd"] == pytest.approx(33_411, abs=20)
    assert nash["efficiency"] == pytest.approx(0.4549, abs=5e-4)
    assert nash["basin_share"] == 1 and nash["from_zero"] and nash["from_optimum"]
    assert found["complete"] and found["why_incomplete"] == []
    assert found["optimum"]["effective_musd"] == 60_000
    assert found["optimum"]["efficiency"] == 1
    assert found["k_group"]["equal_pledges"]["members"] == ["JP"]


def test_welfare_of_solve_is_that_of_payoff_at_the_same_profile() -> None:
    (nash,) = as_json("solve", "east-asia")["nash"]
    profile = [f"{seat}={pledge / 1000}" for seat, pledge in nash["pledges_musd"].items()]
    paid = as_json("payoff", "east-asia", *profile)
    assert paid["welfare_musd"] == nash["welfare_musd"]
    assert paid["effective_musd"] == nash["effective_musd"]
    totals = {seat: one["total_musd"] for seat, one in paid["seats"].items()}
    assert totals == nash["payoffs_musd"]


def test_a_file_of_ones_own_is_solved(tmp_path: Path) -> None:
    """R5 with rho = 2 has only the collapse (model, 6.1)."""
    own = tmp_path / "own.toml"
    own.write_text(R5_TOML.replace("sharpness = 1.0", "sharpness = 2.0"), encoding="utf-8")
    found = as_json("solve", str(own))
    assert [one["effective_musd"] for one in found["nash"]] == [0]
    masses = {one["seat"]: one["critical_mass_musd"] for one in found["leadership"]}
    table = REFERENCE["leadership"]["critical_mass_rho_2"]
    assert masses["AU"] is None
    for seat in ("JP", "US", "DE", "UK"):
        # The table is on a grid of .25.
        assert masses[seat] == pytest.approx(1000 * table[seat], abs=250)


def test_words_say_how_far_the_group_is_and_what_a_vote_would_need() -> None:
    text = in_words("solve", "east-asia")
    assert "There is just one equilibrium" in text
    assert "end with 23.55 of the 60 bn" in text
    assert "No government can draw the others along" in text
    # Model, 2.7: a tenth of p times B/tau, .025·25 for Japan, on steps of .05.
    assert "private returns a tenth higher they would pledge: JP +0.6" in text
    assert "JP 3.356, US 0.935, DE 1.705, UK 1.692" in text


def test_words_say_when_there_may_be_more_equilibria() -> None:
    text = in_words("solve", "provision-point", "--grid", "1")
    assert "may be more" in text
    assert "stay at 30 bn" in text


def test_words_name_the_money_that_keeps_the_banks_in() -> None:
    """Model, 3 (v): S*^(1/rho)·G = .8182^(1/2)·55 = 49.749."""
    text = in_words("solve", "korea-1997")
    assert "from 49.749 bn of money on, all stay if all others do" in text


def test_what_banks_and_the_fund_do_can_be_given() -> None:
    found = as_json(
        "solve", "korea-1997", "--tranche", "22", "--withdraw", "JP-banks=40%,DE-banks=20%"
    )
    assert found["tranche_musd"] == 22_000
    assert found["withdrawn_permille"] == {"JP-banks": 400, "DE-banks": 200}
    # 55,000 and 40 % of 16,100 and 20 % of 7,300 make the need; all of it is best.
    assert found["optimum"]["effective_musd"] == 62_900
    everywhere = as_json("solve", "korea-1997", "--withdraw", "40")
    assert set(everywhere["withdrawn_permille"].values()) == {400}


def test_no_line_of_solve_is_wider_than_a_terminal() -> None:
    for name in ("east-asia", "korea-1997", "mexico-1982", "provision-point"):
        assert max(map(len, told("solve", name).splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("solve", "nope"), 1, "nope: neither a readable file nor one of"),
        (("solve", "east-asia", "--grid", "0"), 1, "grid: 0 is below 1"),
        (("solve", "east-asia", "--grid", "x"), 2, "x is not an amount"),
        (("solve", "east-asia", "--withdraw", "40%"), 2, "east-asia has no banks"),
        (("solve", "korea-1997", "--withdraw", "140"), 2, "140 is not a share"),
        (("solve", "korea-1997", "--withdraw", "JP=4%"), 1, "allowed: JP-banks, DE-banks"),
        (("sweep", "east-asia"), 2, "Missing option '--vary'"),
        (("sweep", "east-asia", "--vary", "links"), 2, "NAME=A:B:STEP"),
        (("sweep", "east-asia", "--vary", "links=a"), 2, "write numbers, such as 0:2:0.25"),
        (("sweep", "east-asia", "--vary", "links=nan"), 2, "write numbers"),
        (("sweep", "east-asia", "--vary", "links=0:1"), 2, "a range is A:B:STEP"),
        (("sweep", "east-asia", "--vary", "links=1:0:1"), 2, "go up"),
        (("sweep", "east-asia", "--vary", "links=0:1:0"), 2, "go up"),
        (("sweep", "east-asia", "--vary", "links=0:1:1e-9"), 2, "at most 10000 steps"),
        (("sweep", "east-asia", "--vary", "lnks=1"), 1, "did you mean links?"),
        (("sweep", "east-asia", "--vary", "links=1", "--vary", "links=2"), 2, "given twice"),
        (("sweep", "east-asia", "--vary", "links=1", "--seeds", "3"), 2, "go with --bots"),
        (("sweep", "east-asia", "--vary", "links=1", "--bots", "foo"), 1, "no bot foo"),
        (("sweep", "east-asia", "--vary", "links=1", "--bots", "XX=leader"), 1, "no seat XX"),
        (
            ("sweep", "east-asia", "--vary", "links=1", "--bots", "leader", "--tranche", "1"),
            2,
            "do not go with --bots",
        ),
        (
            ("sweep", "east-asia", "--vary", "links=1", "--csv", "/nowhere/there.csv"),
            1,
            "/nowhere/there.csv: No such file",
        ),
    ],
)
def test_wrong_input_is_told_with_what_is_allowed(
    arguments: tuple[str, ...], code: int, message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, message in result.stderr) == (code, True), result.stderr


def test_a_sweep_writes_one_object_a_line() -> None:
    lines = told("sweep", "east-asia", "--vary", "private_rates=0:2:0.5", "--json").splitlines()
    rows = [json.loads(line) for line in lines]
    case = REFERENCE["private_rates"]
    assert [row["private_rates"] for row in rows] == case["factors"]
    money = [row["from_zero_effective_musd"] for row in rows]
    assert money == pytest.approx([1000 * E for E in case["effective"]["1"]], abs=50)
    assert rows[2]["from_zero_JP_musd"] == 12_150
    assert rows[2]["optimum_effective_musd"] == 60_000


def test_several_things_varied_make_a_grid_with_the_last_fastest(tmp_path: Path) -> None:
    file = tmp_path / "both.csv"
    arguments = ("--vary", "private_rates=0,1,2", "--vary", "links=0:2:1", "--csv", str(file))
    assert told("sweep", "east-asia", *arguments) == f"9 rows in {file}\n"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    expected = [E for row in REFERENCE["both"]["effective"] for E in row]
    assert [float(row["links"]) for row in rows] == [0, 1, 2] * 3
    money = [float(row["from_zero_effective_musd"]) for row in rows]
    assert money == pytest.approx([1000 * E for E in expected], abs=50)


def test_the_table_shows_the_start_from_the_optimum_only_where_it_matters() -> None:
    same = told("sweep", "east-asia", "--vary", "links=1,2")
    other = told("sweep", "east-asia", "--vary", "sharpness=2", "--vary", "links=1,1.5")
    assert "/opt" not in same
    assert "E/opt" in other and "50.60" in other


def test_infinity_is_written_so_that_json_can_be_read() -> None:
    row = json.loads(told("sweep", "east-asia", "--vary", "sharpness=inf", "--json"))
    assert row["sharpness"] == "inf"


def test_best_replying_bots_end_where_theory_does() -> None:
    arguments = ("--bots", "best-reply", "--rounds", "6", "--seeds", "2", "--json")
    lines = told("sweep", "east-asia", "--vary", "links=0,1,2", *arguments).splitlines()
    rows = [json.loads(line) for line in lines]
    expected = [1000 * E for E in REFERENCE["both"]["effective"][1]]
    assert [row["effective_mean_musd"] for row in rows] == pytest.approx(expected, abs=50)
    assert all(row["seeds"] == 2 for row in rows)
    assert all(row["effective_low_musd"] == row["effective_high_musd"] for row in rows)


def test_named_bots_play_their_seats_and_others_their_roles_default() -> None:
    arguments = ("--vary", "links=1", "--seeds", "1", "--rounds", "2", "--json")
    others = ",".join(f"{seat}=free-rider" for seat in ("US", "DE", "UK", "AU"))
    rows = [
        json.loads(told("sweep", "east-asia", "--bots", bots, *arguments))
        for bots in (f"{others},JP=free-rider", f"{others},JP=full-contributor")
    ]
    assert [row["effective_mean_musd"] for row in rows] == [0, 20_000]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["scenarios"], ["payoff", "east-asia", "JP=1"], ["play", "--help"]]
)
def test_commands_without_theory_start_without_numpy(arguments: list[str]) -> None:
    script = (
        "import sys\n"
        "from client_cli.main import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        "assert 'numpy' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
