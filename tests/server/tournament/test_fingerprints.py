"""Fingerprints of bots whose answer is known."""

from __future__ import annotations

from statistics import fmean

import pytest

from server.tournament.fingerprints import PROBES, ROUNDS, Fingerprint, fingerprints
from tests.server.tournament.plans import plan

BOTS = ["free-rider", "full-contributor", "conditional", "hump-shaped", "unconditional"]


@pytest.fixture(scope="module")
def found() -> dict[str, Fingerprint]:
    laboratory = plan(scenarios=["vcm"], pools={"government": BOTS})
    return {one.bot: one for one in fingerprints(laboratory)}


def test_the_types_of_the_laboratory_are_told_apart(found: dict[str, Fingerprint]) -> None:
    assert {bot: one.kind for bot, one in found.items()} == {
        "free-rider": "free rider",
        "full-contributor": "unconditional",
        "conditional": "conditional",
        "hump-shaped": "hump-shaped",
        "unconditional": "unconditional",
    }


def test_the_conditional_bot_answers_in_kind_and_begins_with_a_half(
    found: dict[str, Fingerprint],
) -> None:
    one = found["conditional"]
    assert one.schedule == pytest.approx(PROBES)
    assert one.slope == pytest.approx(1)
    assert [rounds[0] for rounds in one.pledged] == [0.5] * len(PROBES)


def test_the_hump_is_where_its_rule_says(found: dict[str, Fingerprint]) -> None:
    assert found["hump-shaped"].schedule == pytest.approx([0, 0.25, 0.5, 0.25, 0])


def test_a_slope_is_that_of_least_squares() -> None:
    made = Fingerprint("b", "v", "s", tuple((0.0, part**2) for part in PROBES))
    x, y = PROBES, [part**2 for part in PROBES]
    pairs = list(zip(x, y, strict=True))
    by_hand = (fmean(a * b for a, b in pairs) - fmean(x) * fmean(y)) / (
        fmean(a * a for a in x) - fmean(x) ** 2
    )
    assert made.slope == pytest.approx(by_hand)


def test_every_probe_and_round_is_a_row(found: dict[str, Fingerprint]) -> None:
    rows = list(found["conditional"].rows())
    assert len(rows) == len(PROBES) * ROUNDS
    assert rows[0] == ("conditional", found["conditional"].bot_version, "vcm", 0.0, 1, 0.5)
