"""Wrong files are answered with line, field and what is allowed; all problems at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from server.game.scenario import Phase
from server.scenarios import ScenarioError, draw, load, names, parse
from server.scenarios.lines import line_index

GOOD = """\
name = "small"
title = "Small"
rules = "L1"
need_musd = 10_000
phases = [
    { phase = "talk", seconds = 60 },
    { phase = "pledge", seconds = 60 },
]

[[seats]]
role = "government"
id = "JP"
name = "Japan"
unit_cost = 0.3
capacity_musd = 9_000
bank_exposure_musd = 5_000

[[seats]]
role = "bank"
id = "JP-banks"
name = "Banks"
home = "JP"
claims_due_musd = 4_000

[[seats]]
role = "government"
id = "US"
name = "United States"
capacity_musd = 9_000

[links.economic]
JP = { US = 0.40 }
"""


def told(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        parse(text, "my.toml")
    return [str(problem) for problem in error.value.problems]


def test_a_good_file_is_a_scenario() -> None:
    scenario = parse(GOOD, "my.toml").scenario()
    assert [seat.id for seat in scenario.seats] == ["JP", "JP-banks", "US"]
    assert [plan.phase for plan in scenario.phases] == [Phase.TALK, Phase.PLEDGE]
    assert scenario.links[0].economic == 0.4
    assert scenario.switches.packages


CASES = [
    ("unit_cost = 0.3", "unit_cost = -1", "my.toml:14: seats[0].unit_cost: -1 is not allowed; use a number from 0"),
    ("unit_cost = 0.3", "unit_kost = 0.3", "my.toml:14: seats[0].unit_kost: there is no such field; did you mean unit_cost?"),
    ("need_musd = 10_000", "need_musd = 10.5", "my.toml:4: need_musd: 10.5 is not allowed; use a whole number"),
    ("need_musd = 10_000", "", "my.toml:1: need_musd: missing; it has no default"),
    ('role = "bank"', 'role = "fund"', "my.toml:18: seats[1]: role fund is not allowed; use government, bank, imf, debtor"),
    ('home = "JP"', 'home = "XX"', "my.toml:22: seats[1].home: XX is not allowed; use the id of a government: JP, US"),
    ("claims_due_musd = 4_000", "claims_due_musd = 6_000", "my.toml:23: seats[1].claims_due_musd: 6000 is not allowed; use at most the bank_exposure_musd of JP, 5000"),
    ('id = "US"', 'id = "JP"', "my.toml:12: seats[0].id: JP is not allowed; use an id that no other seat has"),
    ("US = 0.40", "XX = 0.40", "my.toml:32: links.economic.JP.XX: XX is not allowed; use the id of another government: US"),
    ("US = 0.40", "US = 1.40", "my.toml:32: links.economic.JP.US: 1.4 is not allowed; use a number up to 1"),
    ('phase = "talk"', 'phase = "tea"', "my.toml:6: phases[0].phase: tea is not allowed; use 'brief', 'talk', 'propose', 'vote', 'pledge' or 'disburse'"),
    ('name = "small"', 'name = "Small Game"', "my.toml:1: name: Small Game is not allowed; use 2 to 40 small letters, digits or hyphens, a letter first, such as asia-1997"),
    ('id = "JP-banks"', 'id = "JP banks"', "my.toml:20: seats[1].id: JP banks is not allowed; use a capital letter and up to 15 letters, digits or hyphens, such as JP-banks"),
    ('{ phase = "talk", seconds = 60 }', '"talk"', "my.toml:6: phases[0]: talk is not allowed; use a table, such as { name = value }"),
    ("need_musd = 10_000", "need_musd = 99_000_000", "my.toml:4: need_musd: 99000000 is not allowed; use a number up to 10000000"),
    ("need_musd = 10_000", "need_musd = true", "my.toml:4: need_musd: true is not allowed; use a whole number"),
    ("need_musd = 10_000", 'need_musd = "10 bn"', "my.toml:4: need_musd: 10 bn is not allowed; use a whole number"),
    ("need_musd = 10_000", "need_musd = 10_000\nexceptional_share = 0.3", "my.toml:5: exceptional_share: 0.3 is not allowed; use at least the access_share, 0.4"),
    ('phase = "pledge"', 'phase = "disburse"', "my.toml:5: phases: talk, disburse is not allowed; use a list with the pledge phase"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=lambda part: part[:40])
def test_a_wrong_file_is_answered_with_line_field_and_what_is_allowed(
    old: str, new: str, expected: str
) -> None:
    assert GOOD.count(old) == 1 or old.startswith('phase = "')
    assert expected in told(GOOD.replace(old, new, 1))


def test_a_parameter_of_a_rule_that_is_off_names_its_switch() -> None:
    without_links = GOOD.split("[links")[0].replace('rules = "L1"', 'rules = "L0"')
    without_links = without_links.replace("bank_exposure", "home_stake").split(
        '\n[[seats]]\nrole = "bank"'
    )[0]
    assert told(without_links) == [
        "my.toml:16: seats[0].home_stake_musd: 5000 is not allowed; "
        "use 0, or [switches] home_stakes = true"
    ]


def test_a_hidden_ending_needs_repeated_rounds() -> None:
    (problem,) = told(GOOD.replace("need_musd", "continue_probability = 0.5\nneed_musd", 1))
    assert problem.startswith("my.toml:4: continue_probability: 0.5 is not allowed")
    assert 'round_scale = "repeated"' in problem


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace("unit_cost = 0.3", "unit_cost = -1").replace("US = 0.40", "US = 2")
    text = text.replace("need_musd = 10_000", "need_musd = 0")
    lines = [int(problem.split(":")[1]) for problem in told(text)]
    assert lines == [4, 14, 32]


def test_of_two_seats_with_one_id_nothing_else_is_said() -> None:
    """Whatever names the id could mean either of them."""
    problems = told(GOOD.replace('id = "US"', 'id = "JP"'))
    assert [problem.split(" ")[1] for problem in problems] == ["seats[0].id:", "seats[2].id:"]


def test_seats_that_are_no_list_are_told_so() -> None:
    (problem,) = told("seats = 3\n" + GOOD.partition("[[seats]]")[0])
    assert problem.startswith("my.toml:1: seats: 3 is not allowed; use a list")


def test_a_file_that_is_not_toml_names_the_line() -> None:
    (problem,) = told(GOOD.replace("need_musd = 10_000", "need_musd = = 3"))
    assert problem.startswith("my.toml:4: not TOML:")


def test_a_file_that_ends_too_early_names_its_last_line() -> None:
    (problem,) = told('name = "small"\ntitle = "Small"\n[[seats')
    assert problem.startswith("my.toml:3: not TOML:")


def test_an_unknown_name_offers_a_near_one() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean korea-1997\?"):
        load("korea-1979")


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text(GOOD, "utf-8")
    assert load(str(file)).name == "small"


def paths(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += paths(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            found += paths(value, (*path, number))
    return found


@pytest.mark.parametrize("name", names())
def test_the_line_of_every_key_of_every_built_in_file_is_found(name: str) -> None:
    text = (Path(load.__code__.co_filename).parent / f"{name}.toml").read_text("utf-8")
    index = line_index(text)
    lines = text.splitlines()
    for path in paths(tomllib.loads(text)):
        if path == ("links",) or (path[0] == "crises" and path[-1] == "seats"):
            continue  # only its sub-tables are written
        assert path in index, path
        if isinstance(path[-1], str):
            assert path[-1] in lines[index[path] - 1], path


def test_draws_are_the_same_for_the_same_seed_and_within_their_range() -> None:
    document = parse(GOOD.replace("need_musd", "need_shock_share = 0.2\nneed_musd", 1), "x")
    scenario = document.scenario()
    shocks = [draw(scenario, seed).need_shock_share for seed in range(200)]
    assert shocks == [draw(scenario, seed).need_shock_share for seed in range(200)]
    assert all(-0.2 <= shock <= 0.2 for shock in shocks)
    assert min(shocks) < -0.15 < 0.15 < max(shocks)
    assert draw(parse(GOOD, "x").scenario(), 7).need_shock_share == 0.0


def test_a_hidden_ending_is_geometric_and_capped() -> None:
    text = GOOD.replace(
        "need_musd",
        'continue_probability = 0.5\nround_scale = "repeated"\nrounds = 4\nneed_musd',
        1,
    )
    scenario = parse(text, "x").scenario()
    rounds = [draw(scenario, seed).rounds for seed in range(2_000)]
    shares = [rounds.count(number) / 2_000 for number in (1, 2, 3, 4)]
    # 1/2, 1/4, 1/8 and the rest, within four standard errors.
    assert shares == pytest.approx([0.5, 0.25, 0.125, 0.125], abs=0.045)


CAMPAIGN = (
    GOOD
    + """
[[record]]
seat = "JP"
pledged_musd = 4_000
source = "a newspaper"
confidence = "V"

[[crises]]
title = "The next one"
need_musd = 5_000

[crises.numbers]
access_share = 0.3

[crises.seats.JP]
capacity_musd = 5_000
brief = """
    + '"""\nAgain.\n"""'
    + """

[[crises.record]]
who = "Somebody else"
paid_musd = 100
source = "a newspaper"
confidence = "R-l"
"""
)


def test_a_later_crisis_differs_in_what_it_says_and_has_its_own_record() -> None:
    first = parse(CAMPAIGN, "my.toml").scenario()
    (later,) = first.later_crises
    assert (first.access_share, later.access_share) == (0.4, 0.3)
    assert (first.governments[0].capacity_musd, later.governments[0].capacity_musd) == (9000, 5000)
    assert later.governments[0].brief == "Again."
    assert later.governments[1] == first.governments[1]
    assert [(one.who, one.seat, one.pledged_musd) for one in first.record] == [
        ("Japan", "JP", 4000)
    ]
    assert [(one.who, one.seat, one.paid_musd) for one in later.record] == [
        ("Somebody else", None, 100)
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("access_share = 0.3", "acces_share = 0.3", "crises[0].numbers.acces_share: acces_share is not allowed; use the name of a number of the scenario other than need_musd and rounds"),
        ("access_share = 0.3", "access_share = 3", "crises[0].numbers.access_share: 3 is not allowed; use a value that access_share may have"),
        ("access_share = 0.3", "rounds = 3", "crises[0].numbers.rounds: rounds is not allowed; use the name of a number of the scenario other than need_musd and rounds"),
        ("access_share = 0.3", "crowd_musd = 3", "crises[0].numbers.crowd_musd: 3 is not allowed; use none, or [switches] panic = true"),
        ('seat = "JP"', 'seat = "XX"', "record[0].seat: XX is not allowed; use the id of a seat: JP, JP-banks, US"),
        ('who = "Somebody else"', "", "crises[0].record[0]: neither is not allowed; use either seat, or who for somebody not at the table"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_later_crisis_or_a_record_is_told(
    old: str, new: str, expected: str
) -> None:
    (problem,) = told(CAMPAIGN.replace(old, new, 1))
    assert problem.split(": ", 1)[1] == expected
