"""The glossary knows every number of a scenario, and the model page every line of the ledger."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.game.payoffs import (
    bank_lines_of,
    debtor_lines_of,
    government_lines_of,
    imf_lines_of,
)
from server.game.scenario import Bank, Debtor, Government, Imf, Scenario
from tests.server.game.games import EVERYTHING

DOCS = Path(__file__).parents[2] / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text("utf-8")
MODEL = (DOCS / "model.md").read_text("utf-8")


@pytest.mark.parametrize("owner", [Scenario, Government, Bank, Imf, Debtor])
def test_every_number_is_in_the_glossary(owner: type) -> None:
    numbers = {one.name for one in fields(owner) if re.match(r"(int|float)\b", str(one.type))}
    assert numbers
    assert sorted(name for name in numbers if f"`{name}`" not in GLOSSARY) == []


def test_every_line_of_the_ledger_has_its_formula_on_the_model_page() -> None:
    lines = {
        line.__name__
        for of in (government_lines_of, bank_lines_of, imf_lines_of, debtor_lines_of)
        for line in of(EVERYTHING)
    } | {"leader_bonus", "relative_gains"}
    assert sorted(name for name in lines if f"`{name}`" not in MODEL) == []
