"""Figures: what they draw is what the measures say, on honest scales, as readable files."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from server.analysis import figures
from server.analysis.burden import burden_sharing
from server.analysis.drawing import save
from server.analysis.played import Played
from server.analysis.seat_figures import waterfall
from server.game.actions import Pledge
from server.game.scenario import SeatId
from tests.server.analysis.sessions import A, B, C, by_hand, of_bots, played
from tests.server.game.games import Player


@pytest.fixture(scope="module")
def korea() -> Played:
    return of_bots("korea-1997")


def values(figure: Any) -> list[dict[str, Any]]:
    """All data of a figure, without what repeats it."""
    spec = figure.to_dict()
    found = list(spec.get("datasets", {}).values())
    parts = [spec, *spec.get("layer", []), *spec.get("vconcat", [])]
    parts += [layer for part in parts for layer in part.get("layer", [])]
    found += [part["data"]["values"] for part in parts if "values" in part.get("data", {})]
    rows = [row for one in found for row in one]
    return list({str(row): row for row in rows}.values())


def test_the_gap_is_drawn_of_needed_by_round() -> None:
    rows = values(figures.gap(played(by_hand().log)))
    assert [(row["round"], row["drawn"], row["need"]) for row in rows] == [
        ("Round 1", 0.06, 0.1),
        ("Round 2", 0.07, 0.1),
    ]


def test_the_burden_is_each_share_of_all(korea: Played) -> None:
    rows = values(figures.burden(korea))
    own = burden_sharing(korea).by_seat[SeatId("JP")]
    japan = {row["mark"]: row["percent"] for row in rows if row["seat"] == "Japan"}
    assert japan == {
        "paid": 100 * (own.paid_share or 0),
        "quota": 100 * (own.quota_share or 0),
        "stake": 100 * (own.stake_share or 0),
        "bank exposure": 100 * (own.exposure_share or 0),
    }
    for mark in japan:
        assert sum(row["percent"] for row in rows if row["mark"] == mark) == pytest.approx(100)


def test_promises_are_shown_by_round_and_only_where_they_were_made() -> None:
    rows = values(figures.promises(played(by_hand().log)))
    told = {(row["row"], row["mark"]): row["bn"] for row in rows}
    assert told["Atlantis, round 1", "said"] == told["Atlantis, round 1", "paid"] == 0.05
    assert told["Borduria, round 1", "said"] == 2 * told["Borduria, round 1", "pledged"]
    assert ("Cagliostro, round 1", "said") not in told
    assert not any(mark == "signed" for _, mark in told)


def test_the_ledger_shows_every_line_that_is_not_nothing_on_one_scale(korea: Played) -> None:
    figure = figures.ledger(korea)
    assert figure is not None
    rows = [row for row in values(figure) if row]
    lines = {
        (seat, line)
        for one in korea.rounds
        for seat, amounts in one.resolved.lines_musd.items()
        for line, amount in amounts.items()
        if amount
    }
    assert len(rows) == len(lines)
    for seat in korea.scenario.seats:
        total = sum(row["bn"] for row in rows if row["seat"] == seat.name)
        assert total == pytest.approx(korea.payoff_musd(seat.id) / 1000)
    layers = [layer for part in figure.to_dict()["vconcat"] for layer in part["layer"]]
    scales = [layer["encoding"]["x"].get("scale") for layer in layers]
    assert len({str(scale["domain"]) for scale in scales if scale}) == 1


def test_theory_shows_two_equilibria_only_where_there_are_two() -> None:
    mexico = of_bots("mexico-1995")
    marks = {row["mark"] for row in values(figures.theory(mexico))}
    assert "second equilibrium" in marks
    assert "second equilibrium" not in {
        row["mark"] for row in values(figures.theory(of_bots("vcm")))
    }


def test_money_over_time_rises_with_promises_and_ends_with_what_was_drawn() -> None:
    rows = values(figures.total(played(by_hand().log)))
    first = [row["bn"] for row in rows if row.get("band") == 0]
    assert first == [0, 0.05, 0.07, 0.06]
    assert [row["bn"] for row in rows if "need" in row] == [0.06, 0.07]


def test_a_class_shows_every_table() -> None:
    tables = [of_bots("korea-1997", f"s{n}", n, room="R", table_number=n) for n in (1, 2, 3)]
    rows = values(figures.class_provision(tables))
    assert [row["table"] for row in rows] == ["Table 1", "Table 2", "Table 3"]
    scores = values(figures.class_scores(tables))
    assert {row["seat"] for row in scores} == {seat.name for seat in tables[0].scenario.seats}
    closing = values(figures.class_closing(tables))
    assert {row["table"]: row["percent"] for row in closing} == {
        row["table"]: row["percent"] for row in rows
    }
    assert [row["pile"] for row in closing] == [0, 1, 2], "all three raised the same"
    pledges = [row for row in values(figures.class_pledges(tables)) if row]
    assert {row["table"] for row in pledges} == {"Table 1", "Table 2", "Table 3"}
    assert len(pledges) == 3 * len(tables[0].governments)


def test_a_gap_that_was_closed_stands_at_its_round_and_is_filled() -> None:
    rows = values(figures.class_closing([played(_closed_in_round_two().log)]))
    (row,) = rows
    assert (row["row"], row["percent"], row["mark"]) == ("Round 2", 80, "gap closed")


def _closed_in_round_two() -> Player:
    """60 of 100, then 100 of 100."""
    player = by_hand()
    closed = Player(player.state.campaign[0])
    closed.record(closed.next_phase())
    for seat, amount in ((A, 60), (B, 0), (C, 0)):
        closed.act(seat, Pledge(amount))
    closed.record(closed.next_phase())
    for seat, amount in ((A, 60), (B, 40), (C, 0)):
        closed.act(seat, Pledge(amount))
    return closed


def test_a_waterfall_ends_where_its_lines_add_up_to(korea: Played) -> None:
    seat = SeatId("JP")
    rows = [row for row in values(waterfall(korea, seat)) if row]
    *lines, whole = rows
    assert (whole["line"], whole["kind"]) == ("together", "sum")
    gains = sum(row["high"] - row["low"] for row in lines if row["kind"] == "gain")
    costs = sum(row["high"] - row["low"] for row in lines if row["kind"] == "cost")
    assert gains - costs == pytest.approx(korea.payoff_musd(seat) / 1000)
    assert whole["high"] - whole["low"] == pytest.approx(abs(korea.payoff_musd(seat)) / 1000)


def test_lanes_have_a_mark_for_every_act() -> None:
    rows = [row for row in values(figures.lanes(played(by_hand().log))) if "mark" in row]
    assert [row["seat"][0] for row in rows if row["at"] < 1] == list("CACABABC")
    assert {row["mark"] for row in rows} == {"talk", "decision", "proposal"}


@pytest.mark.parametrize("name", figures.OF_SESSION)
def test_nothing_is_drawn_of_nothing(name: str) -> None:
    # Somebody has said something by the fourth event.
    opened = played(by_hand().log[: 1 if name == "lanes" else 4])
    assert figures.OF_SESSION[name](opened) is None


@pytest.mark.parametrize("name", figures.OF_SESSION)
def test_scales_of_amounts_hold_zero(name: str, korea: Played) -> None:
    figure = figures.OF_SESSION[name](korea)
    assert figure is not None
    for scale in _scales(figure.to_dict()):
        assert scale.get("zero", True) is not False
        domain = scale.get("domain")
        if domain and all(isinstance(end, int | float) for end in domain):
            assert domain[0] <= 0 <= domain[1]


def _scales(spec: Any) -> list[dict[str, Any]]:
    if isinstance(spec, dict):
        found = [spec["scale"]] if isinstance(spec.get("scale"), dict) else []
        return found + [one for value in spec.values() for one in _scales(value)]
    if isinstance(spec, list):
        return [one for value in spec for one in _scales(value)]
    return []


def test_files_are_svg_and_png_of_twice_the_size(tmp_path: Path) -> None:
    figure = figures.burden(played(by_hand().log))
    assert figure is not None
    svg, png = save(figure, tmp_path, "burden")
    root = ElementTree.fromstring(svg.read_text("utf-8"))
    width, height = struct.unpack(">II", png.read_bytes()[16:24])
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (width, height) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
    texts = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Atlantis", "paid", "quota", "stake"} <= texts
    assert {seat.name for seat in by_hand().state.scenario.seats if seat.id in (A, B)} <= texts
