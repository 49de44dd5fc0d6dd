"""One file extends another: what is said anew is laid over the rest, and problems stay findable."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.scenarios import ScenarioError, load, load_document, parse
from tests.server.scenarios.test_loader import GOOD

DEARER = """\
extends = "small.toml"
name = "dearer"
title = "Dearer"
sharpness = 2.0

[[seats]]
id = "US"
unit_cost = 0.6

[[seats]]
role = "government"
id = "DE"
name = "Germany"
capacity_musd = 3_000

[links.economic]
JP = { DE = 0.10 }

[switches]
pair_talk = false
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(GOOD, "utf-8")
    return tmp_path


def written(folder: Path, text: str, name: str = "my.toml") -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def told(path: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        load(path)
    return [str(problem) for problem in error.value.problems]


def test_what_is_said_anew_holds_and_all_else_is_as_in_the_extended_file(folder: Path) -> None:
    base, scenario = load(str(folder / "small.toml")), load(written(folder, DEARER))
    assert (scenario.name, scenario.title, scenario.sharpness) == ("dearer", "Dearer", 2.0)
    assert [seat.id for seat in scenario.seats] == ["JP", "JP-banks", "US", "DE"]
    assert scenario.seats[:2] == base.seats[:2]
    us, us_before = scenario.governments[1], base.governments[1]
    assert (us.unit_cost, us_before.unit_cost) == (0.6, 1.0)
    assert us.capacity_musd == us_before.capacity_musd == 9_000
    assert {(link.partner, link.economic) for link in scenario.links} == {("US", 0.4), ("DE", 0.1)}
    assert scenario.phases == base.phases
    assert not scenario.switches.pair_talk
    assert scenario.switches.packages


def test_a_list_without_names_is_replaced_as_a_whole(folder: Path) -> None:
    text = DEARER + '[[phases]]\nphase = "pledge"\nseconds = 30\n'
    (only,) = load(written(folder, text)).phases
    assert only.seconds == 30


def test_a_built_in_scenario_is_extended_by_its_name(folder: Path) -> None:
    text = 'extends = "korea-1997"\nname = "richer"\ntitle = "Richer"\n[[seats]]\nid = "DE"\n'
    richer = load(written(folder, text + "capacity_musd = 12_000\n"))
    korea = load("korea-1997")
    assert richer.seat_by_id["JP"] == korea.seat_by_id["JP"]
    assert [seat.capacity_musd for seat in richer.governments] == [15_000, 15_000, 12_000]
    assert richer.history == korea.history


def test_a_source_of_a_figure_that_is_another_one_now_is_replaced_by_its_field(
    folder: Path,
) -> None:
    text = """\
extends = "korea-1997"
name = "mine"
title = "Mine"
need_musd = 57_000
[[sources]]
field = "need_musd"
value_musd = 57_000
source = "total quoted later"
confidence = "V"
"""
    sources = load_document(written(folder, text)).sources
    assert [one.value_musd for one in sources if one.field == "need_musd"] == [57_000]
    assert len(sources) == len(load_document("korea-1997").sources)


def test_name_and_title_are_never_inherited(folder: Path) -> None:
    assert told(written(folder, 'extends = "small.toml"\n')) == [
        "my.toml:1: name: missing; it has no default",
        "my.toml:1: title: missing; it has no default",
    ]


def test_a_problem_names_the_line_and_field_of_the_file_at_hand(folder: Path) -> None:
    wrong = DEARER.replace("unit_cost = 0.6", "unit_kost = 0.6").replace("DE = 0.10", "DE = 7")
    assert told(written(folder, wrong)) == [
        "my.toml:8: seats[0].unit_kost: there is no such field; did you mean unit_cost?",
        "my.toml:17: links.economic.JP.DE: 7 is not allowed; use a number up to 1",
    ]


def test_a_problem_with_what_is_extended_names_both_files(folder: Path) -> None:
    text = DEARER.replace("pair_talk = false", "links = false")
    assert told(written(folder, text)) == [
        "my.toml:16: links: links is not allowed; use none, or [switches] links = true"
    ]
    without_links = text.replace("[links.economic]\nJP = { DE = 0.10 }\n", "")
    assert told(written(folder, without_links)) == [
        "my.toml:1: links: links is not allowed; use none, or [switches] links = true "
        "(it is in small.toml, line 31)"
    ]


def test_two_seats_of_one_name_in_a_file_are_still_a_mistake(folder: Path) -> None:
    germany = DEARER[DEARER.index("[[seats]]\nrole") : DEARER.index("[links")]
    assert told(written(folder, DEARER + germany)) == [
        "my.toml:12: seats[1].id: DE is not allowed; use an id that no other seat has",
        "my.toml:23: seats[2].id: DE is not allowed; use an id that no other seat has",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nobody", "nobody is neither a readable file nor one of"),
        ("my.toml", "my.toml extends this file"),
        ("over.toml", "./my.toml extends this file"),
    ],
)
def test_what_cannot_be_extended_is_told_at_its_line(
    folder: Path, value: str, expected: str
) -> None:
    written(folder, 'extends = "./my.toml"\n', "over.toml")
    text = DEARER.replace("small.toml", value)
    (problem,) = told(written(folder, text))
    assert problem.startswith(f"{'over' if value == 'over.toml' else 'my'}.toml:1: extends: ")
    assert expected in problem


def test_a_text_may_extend_a_file_of_a_folder(folder: Path) -> None:
    assert parse(DEARER, "text", folder).extends == "small.toml"
