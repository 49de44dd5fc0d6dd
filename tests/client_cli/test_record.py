"""What history's actors pledged and paid, beside what a table did."""

from __future__ import annotations

import re

import pytest

from client_cli import render
from server.game.views import BOARD, view_for
from server.scenarios import load
from server.tournament import play


def debrief(name: str) -> str:
    scenario = load(name)
    match = play(scenario, {seat.id: "full-contributor" for seat in scenario.governments}, 1)
    return "\n".join(render.debrief_lines(view_for(match.state, BOARD)))


def test_a_government_stands_beside_its_counterpart_in_history() -> None:
    # All that Japan can pay, three times 5 bn; in history it announced 10 and paid nothing.
    (row,) = re.findall(r"^Japan +(\S+) +(\S+) +(\S+) +(\S+)  \[", debrief("korea-1997"), re.M)
    pledged, paid, announced, paid_then = row
    assert (pledged, announced, paid_then) == ("15", "10", "0")
    assert 0 < float(paid) <= 15


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("korea-1997", ["Beside the play"]),
        ("mexico-1982-campaign", [f"Crisis {n}: beside the play" for n in (1, 2, 3)]),
    ],
)
def test_each_crisis_of_a_campaign_has_its_own_comparison(name: str, titles: list[str]) -> None:
    assert re.findall(r"^(.*eside the play) \(US\$ bn\)", debrief(name), re.M) == titles
