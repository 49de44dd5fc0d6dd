"""A settings file says what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from server.experiment.settings import Experiment

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "study.toml"
QUESTION = {"key": "q", "text": "?", "choices": ["a", "b"], "answer": "a"}


def test_the_example_of_the_manual_is_a_study() -> None:
    study = Experiment.model_validate(tomllib.loads(EXAMPLE.read_text("utf-8")))
    assert [one.label for one in study.participants] == ["A01", "A02", "A03", "A04"]
    assert study.periods == (1, 2)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"questions": [{**QUESTION, "answer": "c"}]}, "the answer 'c' is not among the choices"),
        ({"questions": [QUESTION, QUESTION]}, "questions: q is there twice"),
        ({"participants": [{"label": "A1"}, {"label": "a1"}]}, "participants: a1 is there twice"),
        ({"questionnaire": [{"key": "x", "text": "?", "kind": "choice"}]}, "two choices or more"),
        ({"payment": {"round_to": 0}}, "greater than 0"),
        ({"sessions": 0}, "greater than or equal to 1"),
        ({"regroup": "partner"}, "regroup"),
    ],
)
def test_wrong_settings_are_refused_in_words(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(told)):
        Experiment.model_validate(given)
