"""`backstop export gambit` as its users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.scenarios import load
from tests.client_cli.main.runs import run


def test_a_game_is_written_to_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "r5.nfg"
    result = run("export", "gambit", "east-asia", "--step-musd", "5000", "-o", str(file))
    assert file.read_text("utf-8").startswith(
        'NFG 1 R "East Asia: a stylised crisis" { "JP" "US" "DE" "UK" "AU" }\n'
        '{ { "0" "5000" "10000" "15000" "20000" } '
    )
    assert result.stdout == ""
    assert "5 x 6 x 3 x 2 x 1 profiles" in result.stderr


def test_without_a_file_the_game_is_the_output_and_nothing_else() -> None:
    result = run("export", "gambit", "vcm", "--format", "agg")
    assert result.stdout.startswith("#AGG\n")
    # A tenth of 20,000, in steps of 1,000: eleven pledges each.
    assert "\n11 11 11 11\n" in result.stdout


def test_what_is_given_to_the_governments_is_in_the_game() -> None:
    given = ("--step-musd", "5000", "--tranche", "15", "--withdraw", "JP-banks=40%")
    text = run("export", "gambit", "korea-1997", *given).stdout
    korea = load("korea-1997")
    (banks,) = [bank for bank in korea.banks if bank.id == "JP-banks"]
    need_musd = korea.need_musd + round(0.4 * banks.claims_due_musd)
    official_musd = 15_000 + round(korea.ifi_share * 15_000)
    assert f"need {need_musd}, official money {official_musd}." in text


def test_rules_left_out_are_told_beside_the_output() -> None:
    result = run("export", "gambit", "korea-1997-advanced", "--step-musd", "5000")
    assert result.stderr.startswith("rules left out: second_line")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere",), 1, "nowhere: neither a readable file nor one of"),
        (("east-asia", "--step-musd", "50"), 1, "take a coarser grid"),
        (("east-asia", "--step-musd", "0"), 2, "0 is not in the range x>=1"),
        (("east-asia", "--tranche", "much"), 2, "much is not an amount"),
        (("east-asia", "--withdraw", "10%"), 2, "east-asia has no banks"),
        (("east-asia", "-o", "no/such/folder/x.nfg"), 1, "no/such/folder/x.nfg: No such file"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in " ".join(run("export", "gambit", *arguments, code=code).output.split())
