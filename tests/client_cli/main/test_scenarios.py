"""`backstop scenarios`, `check` and `payoff`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.scenarios import names
from tests.client_cli.main.runs import rows, run

HISTORICAL = ("JP=12.15", "US=9.9", "DE=0.9", "UK=0.35", "AU=0.25")

# The reference values of the East Asian game at the historical profile: E 23.55 of 60.
JP_LINES = {
    "public": 3_925,
    "home_economy": 4_710,
    "home_banks": 2_826,
    "link_institutional": 577,
    "link_economic": 608,
    "private_domestic": 1_822,  # 1822.5, half to even
    "private_international": 1_215,
    "cost_bilateral": -6_597,
}
US_LINES = {
    "public": 6_672,  # 6672.5
    "home_economy": 1_178,  # 1177.5
    "home_banks": 785,
    "link_institutional": 883,
    "link_economic": 1_492,  # 1491.5
    "private_domestic": 495,
    "private_international": 990,
    "cost_bilateral": -4_538,
}


def test_payoff_gives_the_reference_ledger() -> None:
    (ledger,) = rows("payoff", "east-asia", *HISTORICAL, "--json")
    assert list(ledger) == ["scenario", "stability", "effective_musd", "seats", "welfare_musd"]
    assert ledger["scenario"] == "east-asia"
    assert ledger["stability"] == 0.3925
    assert ledger["effective_musd"] == 23_550
    assert list(ledger["seats"]) == ["JP", "US", "DE", "UK", "AU"]
    assert ledger["seats"]["JP"] == {"lines": JP_LINES, "total_musd": sum(JP_LINES.values())}
    assert ledger["seats"]["US"] == {"lines": US_LINES, "total_musd": sum(US_LINES.values())}
    totals = [seat["total_musd"] for seat in ledger["seats"].values()]
    assert ledger["welfare_musd"] == sum(totals)


def test_payoff_in_text_is_in_billions() -> None:
    lines = run("payoff", "east-asia", *HISTORICAL).stdout.splitlines()
    assert "stability 0.3925" in lines
    assert f"[{'#' * 16}{'.' * 24}] 23.55 of 60, 36.45 missing" in lines
    heading = lines.index(
        "                               JP         US         DE         UK         AU"
    )
    assert lines[heading + 1].split()[:3] == ["public", "3.925", "6.672"]
    assert lines[heading + 2].split()[:3] == ["home_economy", "4.710", "1.178"]


def test_payoff_takes_any_whole_million_whatever_the_step_of_the_game() -> None:
    (ledger,) = rows("payoff", "east-asia", "JP=0.001", "--json")
    assert ledger["effective_musd"] == 1


def test_payoff_counts_what_banks_take_out_as_more_need() -> None:
    (stay,) = rows("payoff", "korea-1997", "JP=11", "--json")
    (leave,) = rows("payoff", "korea-1997", "JP=11", "JP-banks=100%", "--json")
    # Sharpness 2: (11 / 55) squared; and with 16.1 more to find (11 / 71.1) squared.
    assert stay["stability"] == pytest.approx(0.04)
    assert leave["stability"] == pytest.approx((11 / 71.1) ** 2)
    # An exit costs 5 per cent of 16.1.
    assert leave["seats"]["JP-banks"]["lines"]["exit_cost"] == -805


def test_payoff_adds_the_tranche_and_what_it_brings() -> None:
    (ledger,) = rows("payoff", "korea-1997", "--tranche", "22", "--imf-cost", "0", "--json")
    # The development banks add 0.667 of 22: 14.674.
    assert ledger["effective_musd"] == 22_000 + 14_674
    assert ledger["seats"]["JP"]["lines"]["cost_imf_share"] == 0
    (dear,) = rows("payoff", "korea-1997", "--tranche", "22", "--imf-cost", "0.5", "--json")
    # Japan's quota share is 0.055: 0.5 times 0.055 times 22.
    assert dear["seats"]["JP"]["lines"]["cost_imf_share"] == -605


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nope", "JP=1"), 1, "nope: neither a readable file nor one of argentina-2001, "),
        (("east-asia", "XX=1"), 1, "XX makes no pledge here; allowed: JP, US, DE, UK, AU"),
        (("korea-1997", "JP-banks=2"), 1, "JP-banks makes no pledge here; allowed: JP, US, DE"),
        (("east-asia", "JP"), 2, "JP is not of the form SEAT=BN or BANK=40%"),
        (("east-asia", "=1"), 2, "=1 is not of the form SEAT=BN or BANK=40%"),
        (("east-asia", "JP=1.2345"), 2, "1.2345 is finer than a million"),
        (("east-asia", "JP=-1"), 2, "-1 is not an amount of 0 to 1000000"),
        (("east-asia", "JP=1", "JP=2"), 2, "JP is named twice"),
        (("east-asia", "--tranche", "x"), 2, "x is not an amount"),
        (("east-asia", "--imf-cost", "-1"), 2, "--imf-cost -1 is not a cost; use 0 or more"),
        (("east-asia", "--imf-cost", "nan"), 2, "--imf-cost nan is not a cost; use 0 or more"),
        (("east-asia", "--imf-cost", "inf"), 2, "--imf-cost inf is not a cost; use 0 or more"),
    ],
)
def test_payoff_says_what_is_wrong(words: tuple[str, ...], code: int, message: str) -> None:
    result = run("payoff", *words, code=code)
    assert result.stdout == ""
    assert message in result.stderr


def test_scenarios_lists_one_object_a_line() -> None:
    listed = rows("scenarios", "--json")
    assert sorted(row["name"] for row in listed) == names()
    assert [row["group"] for row in listed] == sorted(
        (row["group"] for row in listed), key=["histories", "campaigns", "laboratory"].index
    )
    (korea,) = (row for row in listed if row["name"] == "korea-1997")
    assert korea["seats"] == ["JP", "US", "DE", "JP-banks", "DE-banks", "IMF"]
    assert (korea["rounds"], korea["rules"]) == (3, "L1")
    # 90 + 240 + 180 + 60 + 90 + 60 seconds, three times.
    assert korea["minutes"] == 36
    # 36 minutes of play are 72 per cent of a lesson.
    assert korea["lesson_minutes"] == 50
    (asia,) = (row for row in listed if row["name"] == "asia-1997")
    assert (asia["group"], asia["crises"], asia["lesson_minutes"]) == ("campaigns", 3, 90)


def test_scenarios_in_text_has_a_line_for_each() -> None:
    lines = run("scenarios").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    of = {line.split()[0]: line.split()[1:] for line in lines if line}
    assert {"Histories", "Campaigns", "Laboratory"} | set(names()) == set(of)
    assert of["korea-1997"][:4] == ["L1", "6", "3", "50"]
    assert of["asia-1997"][:4] == ["L2", "8", "3x3", "90"]
    assert of["vcm"][0] == "L0"


def test_a_described_scenario_tells_sheets_record_and_difficulty() -> None:
    text = " ".join(run("scenarios", "korea-1997").stdout.split())
    assert "Full stability is worth 23.38 bn to you" in text
    assert "Japan: pledged 10; paid 0; second line [R-h]" in text
    assert "Made for a lesson of 50 minutes" in text
    assert "rescues it in" in text


@pytest.mark.parametrize("name", names())
def test_a_scenario_is_described_in_eighty_columns(name: str) -> None:
    lines = run("scenarios", name).stdout.splitlines()
    assert name in lines[0]
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("Need US$ ") for line in lines)


def test_a_described_scenario_can_be_kept_and_checked(tmp_path: Path) -> None:
    text = run("scenarios", "korea-1997", "--json").stdout
    assert json.loads(text)["name"] == "korea-1997"


def test_check_accepts_a_good_file_and_names_line_and_field_of_a_bad_one(tmp_path: Path) -> None:
    import server.scenarios

    good = Path(server.scenarios.__file__).parent / "vcm.toml"
    assert run("check", str(good)).stdout.startswith(f"{good}: ok, ")
    bad = tmp_path / "bad.toml"
    lines = good.read_text("utf-8").splitlines()
    number = next(i for i, line in enumerate(lines) if line.startswith("need_musd"))
    lines[number] = "need_musd = -5"
    bad.write_text("\n".join(lines), "utf-8")
    result = run("check", str(bad), code=1)
    assert result.stdout == ""
    assert "need_musd" in result.stderr
    assert f"{number + 1}" in result.stderr


def test_check_of_a_file_that_is_not_there_fails() -> None:
    assert "nowhere.toml: neither" in run("check", "nowhere.toml", code=1).stderr
