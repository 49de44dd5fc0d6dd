"""The page's pure modules, tested by `node --test` where there is a Node."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest

from server import assets
from server.game.scenario import Switches
from server.protocol import SUBPROTOCOL
from server.scenarios import load, names
from server.scenarios.document import ScenarioDocument

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node on this machine")
WEB = Path(str(resources.files("server") / "web"))
NOT_IN_THE_FORM = {"SourcePart", "ChoicePart", "DifficultyPart"}
"""What is said of the figures of the scenario that another one was made from."""


@needs_node
def test_the_pure_modules(tmp_path: Path) -> None:
    shutil.copytree(WEB, tmp_path, dirs_exist_ok=True)
    shutil.copy(Path(__file__).parent / "logic.test.js", tmp_path)
    # Node reads a .js file as a module only where a package says so.
    (tmp_path / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [str(NODE), "--test", "logic.test.js"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_node
@pytest.mark.parametrize("name", assets.PAGES.values())
def test_a_joined_page_is_one_module_without_two_names_alike(name: str, tmp_path: Path) -> None:
    script = tmp_path / "page.mjs"
    script.write_bytes(assets.read()[f"/{name}.js"].body)
    done = subprocess.run([str(NODE), "--check", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_text_that_a_module_asks_for_is_there() -> None:
    texts = set(re.findall(r'^  "?([\w.-]+)"?:', (WEB / "core" / "texts.en.js").read_text(), re.M))
    asked = set()
    for path in WEB.rglob("*.js"):
        if path.name.startswith("texts."):
            continue
        text = path.read_text("utf-8")
        asked |= set(re.findall(r'"([a-z]+(?:\.[a-z0-9_]+)+)"', text))
        asked |= set(re.findall(r'\bt\("([\w.]+)"', text))
    assert len(asked) > 300
    assert asked - texts - {SUBPROTOCOL} == set()


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_field_of_a_scenario_has_a_name_in_words(language: str) -> None:
    schema = ScenarioDocument.model_json_schema()
    left_out = {"extends", "sources", "choices", "difficulty"}
    parts = [part for name, part in schema["$defs"].items() if name not in NOT_IN_THE_FORM]
    fields = {name for part in parts for name in part.get("properties", {})}
    fields |= schema["properties"].keys() - left_out
    texts = (WEB / "core" / f"texts.{language}.js").read_text("utf-8")
    assert len(fields) > 100
    assert fields - set(re.findall(r'^  "number\.(\w+)":', texts, re.M)) == set()


def test_nothing_of_the_page_comes_from_elsewhere_or_runs_from_text() -> None:
    for path in [*WEB.rglob("*.js"), *WEB.rglob("*.css"), *WEB.rglob("*.html")]:
        text = path.read_text("utf-8")
        foreign = re.findall(r"https?://(?!www\.w3\.org/2000/svg|\$\{)[\w.]+", text)
        assert not foreign, path
        assert not re.search(r"\beval\(|new Function|\sstyle=\"|\son\w+=\"", text), path


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_group_of_a_built_in_scenario_has_a_name_in_words(language: str) -> None:
    groups = {group.name for name in names() for group in load(name).groups}
    texts = (WEB / "core" / f"texts.{language}.js").read_text("utf-8")
    assert {"g7", "finance-ministers"} <= groups
    assert groups - set(re.findall(r'^  "group\.([\w-]+)":', texts, re.M)) == set()


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_advanced_rule_is_told_in_a_sentence(language: str) -> None:
    advanced = {one.name for one in fields(Switches) if "sparse" in one.metadata}
    texts = (WEB / "core" / f"texts.{language}.js").read_text("utf-8")
    assert len(advanced) > 20
    assert advanced == set(re.findall(r'^  "rule\.(\w+)":', texts, re.M))
