"""The shipped reproductions, shortened: their signs, and that they are told honestly."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from server.store import Store
from server.tournament import reproduced, reproduction, tables
from server.tournament.executors import Inline
from server.tournament.measures import Stored
from server.tournament.plan import Plan, made, read_plan, shipped_plans
from server.tournament.reproduction import Cell, Course, Regularity
from server.tournament.run import run

NOW = "2026-11-24T10:00:00.000+00:00"


def shortened(name: str, **changes: object) -> Plan:
    whole = read_plan(Path(name))
    return made(whole.document.model_copy(update=changes), whole.folder)


async def matches(plan: Plan, folder: Path) -> list[Stored]:
    async with await Store.open(str(folder / "t.db")) as store:
        await run(plan, store, Inline(), at_once=1, now_utc=lambda: NOW)
        return [one async for one in tables.stored_matches(plan, store)]


def test_every_shipped_plan_can_be_read_by_its_name() -> None:
    assert {*shipped_plans()} == {
        "korea",
        "korea-groups",
        "isaac-walker",
        "hypothesis-1",
        "hypothesis-2",
    }
    for name in shipped_plans():
        assert read_plan(Path(name)).document.name == name


async def test_bots_give_more_for_a_higher_return_and_no_more_in_larger_groups(
    tmp_path: Path,
) -> None:
    played = await matches(shortened("isaac-walker", repetitions=8), tmp_path)
    assert not any(one.record["failures"] for one in played)
    cells = reproduction.cells(played)
    assert [(one.players, one.mpcr) for one in cells[:4]] == [
        (4, 0.3),
        (4, 0.75),
        (10, 0.3),
        (10, 0.75),
    ]
    found = {(one.bot, one.published.partition(",")[0]): one for one in signs(cells)}
    for bot in ("believer", "logit:5"):
        assert found[bot, "the higher MPCR"].matches
    for one in cells:
        if one.bot == "believer":
            assert fmean(one.course.at(0)) > fmean(one.course.at(-1))
    # What noise explains is told from what it does not.
    assert not found["logit:5", "giving decays with repetition (Ledyard 1995)"].matches
    by = {(one.bot, one.players, one.mpcr): fmean(one.course.means) for one in cells}
    for mpcr in (0.3, 0.75):
        assert by["believer", 10, mpcr] == pytest.approx(by["believer", 4, mpcr], abs=0.1)


def signs(cells: list[Cell]) -> list[Regularity]:
    return reproduction.regularities(cells)


async def test_believers_give_about_what_the_models_illustrative_bots_give(tmp_path: Path) -> None:
    # First, mean and last of groups of four (model, section 7).
    illustrative = {0.3: (0.29, 0.16, 0.11), 0.75: (0.61, 0.55, 0.52)}
    plan = shortened("isaac-walker", repetitions=8, scenarios=["vcm-30", "vcm-75"])
    for cell in reproduction.cells(await matches(plan, tmp_path)):
        if cell.bot == "believer":
            course = cell.course
            rounds = [fmean(course.at(0)), fmean(course.means), fmean(course.at(-1))]
            assert rounds == pytest.approx(illustrative[cell.mpcr], abs=0.06)


def test_a_sign_that_the_bots_do_not_show_is_said_to_differ() -> None:
    flat = Course(((0.5, 0.5), (0.5, 0.5)))
    cells = [Cell("flat", players, mpcr, flat) for players in (4, 10) for mpcr in (0.3, 0.75)]
    told = {" ".join(one.published.split()[:2]): one.matches for one in signs(cells)}
    assert told == {
        "the higher": False,
        "little pure": True,
        "giving decays": False,
        "the first": True,
    }


@pytest.mark.parametrize("number", [1, 2])
async def test_effort_rises_with_what_the_hypothesis_varies(tmp_path: Path, number: int) -> None:
    plan = shortened(f"hypothesis-{number}", repetitions=3, rounds=10)
    found = reproduction.treatments(await matches(plan, tmp_path))
    for bot in ("logit", "reciprocal"):
        assert reproduction.rises(found, bot)
        assert reproduction.slope(found, bot).low > 0
    # Equilibria of the model, 6.2 and 6.3.
    of_model = {1: [11.15, 16.95, 23.55, 30.55, 37.5], 2: [17.7, 20.4, 23.55, 26.9, 30.2]}
    expected = [one.equilibrium for one in found if one.bot == "logit"]
    assert expected == pytest.approx(of_model[number], abs=0.05)


def test_a_hypothesis_is_told_in_tables_beside_the_equilibrium() -> None:
    found = [
        reproduction.Treatment("b", value, (10 + 3 * value, 11 + 3 * value), 9 + value)
        for value in (0.0, 1.0, 2.0)
    ]
    amounts, slopes = reproduced.of_treatments("hypothesis-2", found, "links")
    assert amounts.head == ("links, times", "0", "1", "2")
    assert amounts.rows[0] == ("equilibrium", "9.0", "10.0", "11.0")
    assert [cell.partition("\n")[0] for cell in amounts.rows[1]] == ["b", "10.5", "13.5", "16.5"]
    assert slopes.rows == [("b", "3.0\n3.0 to 3.0", "yes", "holds")]
    falling = [reproduction.Treatment("b", value, (9 - value,) * 2, 0.0) for value in (0.0, 1.0)]
    assert reproduced.of_treatments("hypothesis-1", falling, "links")[1].rows[0][2:] == (
        "no",
        "does NOT hold",
    )


def test_the_slope_is_that_of_least_squares() -> None:
    found = [
        reproduction.Treatment("b", value, (2 * value, 4 * value), 0.0) for value in (0.0, 1.0, 2.0)
    ]
    assert reproduction.slope(found, "b").mean == pytest.approx(3)
    assert reproduction.rises(found, "b")
    assert not reproduction.rises([*found, reproduction.Treatment("b", 3.0, (0.0, 0.0), 0.0)], "b")
