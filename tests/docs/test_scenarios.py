"""The examples of docs/scenarios.md are scenarios."""

from __future__ import annotations

import re
from pathlib import Path

from server.scenarios import load, load_document, parse
from server.scenarios.layers import KEYS, NOT_INHERITED

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
EXTENDING, CARD = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


def test_the_example_of_extending_changes_one_number() -> None:
    changed, korea = parse(EXTENDING, "my.toml").scenario(), load("korea-1997")
    differing = [a.id for a, b in zip(changed.seats, korea.seats, strict=True) if a != b]
    assert differing == ["DE"]
    assert changed.governments[2].capacity_musd == 12_000


def test_the_example_of_a_card_can_be_added_to_a_scenario() -> None:
    text = EXTENDING.replace("[[seats]]", 'rules = "L2"\n[switches]\ncards = true\n\n[[seats]]', 1)
    (card,) = parse(text + CARD, "my.toml").scenario().cards
    assert (card.name, card.round, card.probability) == ("congress", 2, 0.8)


def test_what_is_matched_and_what_is_not_inherited_is_on_the_page() -> None:
    for names in KEYS.values():
        assert all(f"`{name}`" in PAGE for name in names)
    assert all(f"`{name}`" in PAGE or f"`[{name}]`" in PAGE for name in NOT_INHERITED)


def test_the_commands_name_what_is_there() -> None:
    difficulty = load_document("korea-1997").difficulty
    assert difficulty is not None
    assert "python -m benchmarks.difficulty NAME" in PAGE
    assert difficulty.command.startswith("python -m benchmarks.difficulty korea-1997")
