"""Measures by hand, and the tables that a tournament leaves."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest

from server.game.scenario import SeatId
from server.scenarios import load
from server.store import SessionRow, Store, pack
from server.tournament import play, tables
from server.tournament.executors import Inline
from server.tournament.measures import SeatResult, results_of
from server.tournament.run import run
from server.tournament.statistics import Compared, Ranked
from tests.server.tournament.plans import plan

NOW = "2026-11-24T10:00:00.000+00:00"


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(str(tmp_path / "t.db")) as store:
        yield store


def test_the_measures_of_a_laboratory_game_are_those_worked_out_by_hand() -> None:
    # Four players, ten rounds, 20 bn each, MPCR .4; one pays all, three pay nothing.
    vcm = load("vcm")
    cast = {SeatId(f"P{n}"): "free-rider" for n in (2, 3, 4)} | {SeatId("P1"): "full-contributor"}
    match = play(vcm, cast, 1)
    record = {"block": 1, "repetition": 1, "seed": 1, "focal": None, "cast": cast}
    rows = results_of(
        1,
        record | {"failures": [], "trembles": []},
        vcm,
        match.state.history,
        {SeatId("P1"): 200_000},
    )
    payer, rider = rows[0], rows[1]
    # A round: 20 of 80 bn, S = .25: everybody gets 8 bn, the payer has paid 20.
    assert (payer.payoff_musd, rider.payoff_musd) == (10 * (8_000 - 20_000), 10 * 8_000)
    # Of a stake of 32 bn a round.
    assert (payer.percent, rider.percent) == pytest.approx((-37.5, 25.0))
    assert (payer.contributed, rider.contributed) == (1.0, 0.0)
    assert (payer.burden, rider.burden) == (1.0, 0.0)
    assert (payer.exploited, rider.exploited) == (1.0, 0.0)
    assert (payer.kept, rider.kept) == (1.0, None)
    assert (payer.stability, payer.provided, payer.alike) == (0.25, 0.0, False)


async def test_promises_added_up_without_replay_are_those_of_the_engine(sqlite: Store) -> None:
    korea = load("korea-1997")
    match = play(korea, {seat.id: "leader" for seat in korea.seats}, 2)
    await sqlite.add_matches([pack(SessionRow("s", "korea-1997", NOW), match.events)], [])
    (sums,) = (await sqlite.promised_musd(["s"])).values()
    cards = [card for cards in match.state.promises for card in cards]
    assert any(card.signed_musd for card in cards)
    for seat in korea.governments:
        promised = [
            max(card.said_musd or 0, card.signed_musd or 0)
            for card in cards
            if card.seat == seat.id
        ]
        assert sums[seat.id] == sum(promised)


async def test_tables_are_tidy_and_every_column_is_in_the_dictionary(
    sqlite: Store, tmp_path: Path
) -> None:
    small = plan(blocks=3)
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    boards = await tables.write(small, sqlite, tmp_path)
    with (tmp_path / "seats.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 18 * 6
    assert {row["match"] for row in rows} == {str(number) for number in range(1, 19)}
    columns = {one.name for kind in (SeatResult, Ranked, Compared) for one in fields(kind)}
    assert columns == set(tables.DICTIONARY)
    assert {row.bot for row in boards["government"]} == {"free-rider", "conditional", "random"}
    told = json.loads((tmp_path / "environment.json").read_text())
    assert told["plan"]["seed"] == 5
    assert set(told["bots"]) == small.names


async def test_tables_are_the_same_from_the_same_matches(sqlite: Store, tmp_path: Path) -> None:
    small = plan(blocks=2, noise=0.2)
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        await tables.write(small, sqlite, tmp_path / name)
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert len(written[0]) == 5
    assert written[0] == written[1]


async def test_parquet_says_the_same_as_csv(sqlite: Store, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `report` is not installed")
    small = plan()
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    await tables.write(small, sqlite, tmp_path)
    tables.write_parquet(tmp_path)
    rows = parquet.read_table(tmp_path / "seats.parquet").to_pylist()
    with (tmp_path / "seats.csv").open() as file:
        said = [int(row["payoff_musd"]) for row in csv.DictReader(file)]
    assert [row["payoff_musd"] for row in rows] == said
