"""The teaching page has something to ask after every scenario that there is."""

from __future__ import annotations

import re
from pathlib import Path

from server.scenarios import names

PAGE = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text("utf-8")


def test_every_scenario_has_its_questions_and_no_other_has() -> None:
    questions = PAGE.partition("## Discussion questions")[2]
    assert sorted(re.findall(r"^### (\S+)$", questions, re.M)) == names()
