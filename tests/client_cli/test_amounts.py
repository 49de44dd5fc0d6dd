"""Amounts and shares: what people type, what they are shown, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from client_cli.amounts import LARGEST_BN, Complaint, amount_musd, bn, percent, permille


@pytest.mark.parametrize(
    ("text", "musd"),
    [
        ("4.2", 4_200),
        ("0", 0),
        ("12.15", 12_150),
        ("0.001", 1),
        (".5", 500),
        ("7bn", 7_000),
        ("4.2000", 4_200),
        ("1000000", 1_000_000_000),
    ],
)
def test_an_amount_is_typed_in_billions(text: str, musd: int) -> None:
    assert amount_musd(text) == musd


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing is not an amount; type US$ bn, such as 4.2"),
        ("much", "much is not an amount; type US$ bn, such as 4.2"),
        ("4,2", "4,2 is not an amount; type US$ bn, such as 4.2"),
        ("40%", "40% is not an amount; type US$ bn, such as 4.2"),
        ("-1", "-1 is not an amount of 0 to 1000000; type US$ bn, such as 4.2"),
        ("inf", "inf is not an amount of 0 to 1000000; type US$ bn, such as 4.2"),
        ("nan", "nan is not an amount of 0 to 1000000; type US$ bn, such as 4.2"),
        ("1e999999999", "1e999999999 is not an amount of 0 to 1000000; type US$ bn, such as 4.2"),
        ("1.2345", "1.2345 is finer than a million; use up to three decimals"),
        (f"1.{'0' * 40}1", f"1.{'0' * 40}1 is finer than a million; use up to three decimals"),
    ],
)
def test_a_wrong_amount_is_complained_of(text: str, complaint: str) -> None:
    with pytest.raises(Complaint) as complained:
        amount_musd(text)
    assert str(complained.value) == complaint


@pytest.mark.parametrize(
    ("text", "thousandths"), [("40%", 400), ("40", 400), ("12.5%", 125), ("0%", 0), ("100%", 1_000)]
)
def test_a_share_is_typed_in_per_cent(text: str, thousandths: int) -> None:
    assert permille(text) == thousandths


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing is not a share; type per cent, such as 40%"),
        ("half", "half is not a share; type per cent, such as 40%"),
        ("-1%", "-1% is not a share of 0% to 100%"),
        ("100.1%", "100.1% is not a share of 0% to 100%"),
        ("1e999999999%", "1e999999999% is not a share of 0% to 100%"),
        ("nan", "nan is not a share of 0% to 100%"),
        ("12.55%", "12.55% is too fine; use one decimal, such as 12.5%"),
    ],
)
def test_a_wrong_share_is_complained_of(text: str, complaint: str) -> None:
    with pytest.raises(Complaint) as complained:
        permille(text)
    assert str(complained.value) == complaint


@pytest.mark.parametrize(
    ("musd", "text"),
    [(0, "0"), (1, "0.001"), (10_000, "10"), (12_150, "12.15"), (-5, "-0.005"), (60_000, "60")],
)
def test_an_amount_is_shown_in_billions_without_empty_decimals(musd: int, text: str) -> None:
    assert bn(musd) == text


@given(some.integers(0, LARGEST_BN * 1_000))
def test_a_shown_amount_can_be_typed_back(musd: int) -> None:
    assert amount_musd(bn(musd)) == musd


@given(some.integers(0, 1_000))
def test_a_shown_share_can_be_typed_back(thousandths: int) -> None:
    assert permille(percent(thousandths)) == thousandths
