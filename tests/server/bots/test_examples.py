"""The bots of the documentation: what is printed there is the file that runs."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"


def test_the_bot_that_is_explained_is_the_file_that_the_tests_run() -> None:
    source = (DOCS / "examples" / "matching.py").read_text()
    assert f"```python\n{source}```" in (DOCS / "bots.md").read_text()


def test_the_bot_that_is_explained_has_ten_lines() -> None:
    source = (DOCS / "examples" / "matching.py").read_text()
    body = source[source.index("def matching") :].strip().splitlines()
    assert len(body) <= 10
