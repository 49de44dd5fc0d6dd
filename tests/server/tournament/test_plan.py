"""Plans: what is read, and what is told of a plan that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.game.scenario import Phase
from server.tournament.plan import PlanError, read_plan
from tests.server.tournament.plans import plan

GOOD = """
name = "good"
scenarios = ["korea-1997"]
[pools]
government = ["leader", "mine"]
[bots]
mine = "mine.py:nothing"
"""


def read(text: str, folder: Path) -> object:
    """The plan of a text."""
    (folder / "mine.py").write_text("def nothing(view, random): return None\n")
    (folder / "plan.toml").write_text(text)
    return read_plan(folder / "plan.toml")


def test_a_plan_finds_its_bots_and_scenarios_beside_itself(tmp_path: Path) -> None:
    found = read_plan(_written(GOOD, tmp_path))
    assert found.pool("government") == ("leader", "mine")
    assert found.full_name("mine") == "mine.py:nothing"
    assert found.names == {"leader", "mine", "best-reply", "by-the-book", "adjuster"}


def _written(text: str, folder: Path) -> Path:
    read(text, folder)
    return folder / "plan.toml"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("name = ", "title = "), "name: .*Field required"),
        (('"good"', '"Not Good"'), "name: .*Not Good.*pattern"),
        (('"korea-1997"', '"korea-1998"'), r"scenarios\[0\]: .*did you mean"),
        (('"leader"', '"leadr"'), "pools.government: .*did you mean leader"),
        (("mine.py", "yours.py"), "pools.government: .*there is no file .*yours.py"),
        (("[pools]", 'desing = "swap"\n[pools]'), "desing: no such field, did you mean design;"),
        (("[pools]", "[limits]\nmemory = 1\n[pools]"), "no such field.*memory_mb"),
        (('["leader"', '["leader", "mine"'), "pools.government: mine is there twice"),
        (("mine =", "random ="), "bots.random: a bot of the register has this name"),
        (("[pools]", "seed = -1\n[pools]"), "seed: '-1'"),
        (("[pools]", "noise = 2\n[pools]"), "noise: '2'"),
        (("[pools]", 'phases = ["talk"]\n[pools]'), "phases: must have pledge"),
        (("[pools]", 'design = "full"\nblocks = 2\n[pools]'), "blocks: 2, but design full"),
        (("[pools]", 'seats = { XX = "leader" }\n[pools]'), "seats.XX: no scenario"),
        (("[pools]", 'seats = { JP = "run" }\n[pools]'), "seats.JP: no bot run for a government"),
        (("[pools]", "[pools"), "Expected"),
        (("[pools]", "[limits]\nmemory_mb = 1\n[pools]"), "limits.memory_mb: '1'"),
    ],
)
def test_what_is_wrong_is_named_with_file_field_and_value(
    change: tuple[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(PlanError, match=told) as caught:
        read(GOOD.replace(*change), tmp_path)
    assert "plan.toml: " in str(caught.value)


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        read_plan(tmp_path / "none.toml")


def test_phases_and_rounds_of_the_plan_replace_the_scenarios() -> None:
    (scenario,) = plan(phases=["vote", "propose", "pledge"], rounds=7).scenarios
    assert [one.phase for one in scenario.phases] == [Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE]
    assert scenario.rounds == 7


def test_the_key_changes_with_the_plan_and_with_the_code_of_its_bots(tmp_path: Path) -> None:
    first = read_plan(_written(GOOD, tmp_path)).key
    assert read_plan(tmp_path / "plan.toml").key == first
    (tmp_path / "mine.py").write_text("def nothing(view, random): return None  # changed\n")
    changed = read_plan(tmp_path / "plan.toml").key
    assert changed != first
    assert read_plan(_written(GOOD.replace("[pools]", "seed = 2\n[pools]"), tmp_path)).key != first


def test_a_plan_varies_its_scenarios_in_every_combination() -> None:
    found = plan(vary={"links": [0.0, 1.5], "need": [1.0]})
    assert [one.name for one in found.scenarios] == [
        "korea-1997/links=0/need=1",
        "korea-1997/links=1.5/need=1",
    ]
    none, more = ([link.economic for link in one.links] for one in found.scenarios)
    assert not any(none) and any(more)


@pytest.mark.parametrize(
    ("vary", "told"),
    [({"linkage": [1.0]}, "vary: linkage cannot be varied"), ({"links": [-1.0]}, "0 or more")],
)
def test_what_cannot_be_varied_is_refused_by_name(vary: dict[str, list[float]], told: str) -> None:
    with pytest.raises(PlanError, match=told):
        plan(vary=vary)
