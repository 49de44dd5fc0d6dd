"""The table of the chapter's concepts names rules, scenarios and tests that there are."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest

from server.game import actions, condition, scenario
from server.game.scenario import Switches
from server.scenarios import load, names
from tests.server.tournament.test_switch_signs import TABLE

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
CLASSES = (scenario, actions, condition)
"""Where the classes are whose fields are rules."""
PACKAGES = ("game", "bots", "theory", "analysis")
"""Where the modules are whose functions are rules."""


@dataclass(frozen=True)
class Concept:
    """A row of the table."""

    number: int
    rules: tuple[str, ...]
    scenario: str
    turned_on: tuple[str, ...]
    """Switches that the scenario does not have on by itself."""
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return str(self.number)


def _concept(row: str) -> Concept:
    number, _, rule, shown, held = (cell.strip() for cell in row.strip("|").split("|"))
    place, *turned_on = re.findall(r"`([^`]+)`", shown)
    rules, held_by = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in (rule, held))
    return Concept(int(number), rules, place, tuple(turned_on), held_by)


ROWS = re.findall(r"^\| \d+ \|.*\|$", (DOCS / "concepts.md").read_text("utf-8"), re.M)
CONCEPTS = [_concept(row) for row in ROWS]
every_concept = pytest.mark.parametrize("concept", CONCEPTS, ids=str)


def test_there_are_sixty_four_in_order() -> None:
    assert [concept.number for concept in CONCEPTS] == list(range(1, 65))


@every_concept
def test_its_rules_exist(concept: Concept) -> None:
    for rule in concept.rules:
        assert _exists(rule), rule


def _exists(rule: str) -> bool:
    """Whether a field of a class, a class, or a function of a module has this name."""
    owner, _, name = rule.partition(".")
    for module in CLASSES:
        if hasattr(module, owner):
            found = getattr(module, owner)
            return not name or name in {one.name for one in fields(found)}
    return any(
        callable(getattr(importlib.import_module(f"server.{package}.{owner}"), name, None))
        for package in PACKAGES
        if (TESTS.parent / "server" / package / f"{owner}.py").exists()
    )


@every_concept
def test_it_shows_in_a_scenario_that_has_its_switches_on(concept: Concept) -> None:
    assert concept.scenario in names()
    switches = load(concept.scenario).switches
    named = {rule.partition(".")[2] for rule in concept.rules if rule.startswith("Switches.")}
    off = {name for name in named if not getattr(switches, name)}
    # Of binding packages it is said that they are an exception.
    assert off - {"binding_packages"} == set(concept.turned_on)


def test_every_rule_that_is_to_be_turned_on_is_shown_to_do_something_there_or_nearby() -> None:
    turned_on = {switch for concept in CONCEPTS for switch in concept.turned_on}
    assert turned_on <= {row.switch for row in TABLE}


@cache
def _tests_of(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, functions)}


@every_concept
def test_its_tests_exist(concept: Concept) -> None:
    assert concept.tests
    for test in concept.tests:
        file, _, name = test.partition("::")
        assert name.startswith("test_") and name in _tests_of(file), test


def test_every_advanced_rule_is_named() -> None:
    advanced = {one.name for one in fields(Switches) if "sparse" in one.metadata}
    named = {rule for concept in CONCEPTS for rule in concept.rules}
    # Of the debtor's own means and of forms of promises the chapter does not speak.
    silent = {
        *("second_line", "reserves", "arrears", "rolling_claims"),
        *("credit_losses", "refund", "package_minima"),
    }
    assert {f"Switches.{name}" for name in advanced - silent} <= named


def test_the_signs_of_the_switches_name_concepts_of_the_table() -> None:
    numbers = {
        int(number)
        for row in TABLE
        for number in re.findall(r"(?<!section )\b\d+\b(?!\.)", row.concept.split("section")[0])
    }
    assert numbers and numbers <= {concept.number for concept in CONCEPTS}


def test_other_pages_lead_here() -> None:
    for page in (DOCS / "model.md", DOCS.parent / "README.md"):
        assert "concepts.md" in page.read_text("utf-8"), page
