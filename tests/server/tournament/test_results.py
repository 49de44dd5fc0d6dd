"""Measures by hand, and the tables that a tournament leaves."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from server.analysis import formats
from server.analysis.promises import keeping
from server.game.events import Event, RoundResolved
from server.game.scenario import Scenario, SeatId
from server.scenarios import load
from server.store import SessionRow, Store, pack
from server.theory.expected import expected
from server.tournament import columns, play, tables
from server.tournament.executors import Inline
from server.tournament.measures import (
    Failed,
    MatchResult,
    SeatResult,
    SeatRound,
    Stored,
    match_result,
    seat_results,
    seat_rounds,
)
from server.tournament.run import run
from server.tournament.theory import beside, beside_replayed, needs_replay
from tests.server.analysis.sessions import played
from tests.server.tournament.plans import plan

NOW = "2026-11-24T10:00:00.000+00:00"


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(str(tmp_path / "t.db")) as store:
        yield store


def stored(
    scenario: Scenario,
    cast: Mapping[SeatId, str],
    promised_musd: Sequence[Mapping[SeatId, int]] | None = None,
) -> Stored:
    """A match as the tables read it from the store."""
    rounds = play(scenario, cast, 1).state.history
    record = {"block": 1, "repetition": 1, "seed": 1, "focal": None, "cast": dict(cast)}
    return Stored(
        1,
        "s",
        scenario,
        record | {"failures": [], "trembles": []},
        rounds,
        beside(scenario, rounds),
        promised_musd or [{} for _ in rounds],
    )


ONE_PAYS = {SeatId(f"P{n}"): "free-rider" for n in (2, 3, 4)} | {SeatId("P1"): "full-contributor"}


def test_the_measures_of_a_laboratory_game_are_those_worked_out_by_hand() -> None:
    # Four players, ten rounds, 20 bn each, MPCR .4; one pays all, three pay nothing. It
    # promised 25 in the first round, of which it pledged 20, and 10 in the second.
    said = [{SeatId("P1"): 25_000}, {SeatId("P1"): 10_000}, *({} for _ in range(8))]
    match = stored(load("vcm"), ONE_PAYS, said)
    payer, rider, *_ = seat_results(match)
    # A round: 20 of 80 bn, S = .25: everybody gets 8 bn, the payer has paid 20.
    assert (payer.payoff_musd, rider.payoff_musd) == (10 * (8_000 - 20_000), 10 * 8_000)
    # Of a stake of 32 bn a round.
    assert (payer.percent, rider.percent) == pytest.approx((-37.5, 25.0))
    assert (payer.contributed, rider.contributed) == (1.0, 0.0)
    assert (payer.burden, rider.burden) == (1.0, 0.0)
    assert (payer.exploited, rider.exploited) == (1.0, 0.0)
    assert (payer.kept, rider.kept) == (pytest.approx(30 / 35), None)
    assert (payer.stability, payer.provided, payer.alike) == (0.25, 0.0, False)
    # Paying nothing would have cost 8 bn and saved 20: 12 of 32 bn were missed.
    assert (payer.regret, rider.regret) == pytest.approx((37.5, 0.0))
    # A dollar gives four times .4 and costs 1: 20 of 80 bn bring a quarter of the best.
    assert (payer.efficiency, rider.efficiency) == pytest.approx((0.25, 0.25))


def test_a_match_is_summed_up_as_worked_out_by_hand() -> None:
    found = match_result(stored(load("vcm"), ONE_PAYS))
    assert (found.rounds, found.need_musd, found.effective_musd) == (10, 800_000, 200_000)
    assert (found.provision, found.stability, found.provided) == (0.25, 0.25, 0.0)
    # One of four paid all: (n − 1)/n.
    assert (found.efficiency, found.gini, found.alike) == (pytest.approx(0.25), 0.75, False)


def test_rounds_are_told_seat_by_seat_beside_what_the_others_did_before() -> None:
    rows = list(seat_rounds(stored(load("vcm"), ONE_PAYS)))
    assert len(rows) == 10 * 4
    first, second = rows[0], rows[4]
    assert (first.seat, first.round, first.pledged_musd, first.payoff_musd) == (
        "P1",
        1,
        20_000,
        -12_000,
    )
    assert (first.others_before, second.others_before) == (None, 0.0)
    # Beside P2 the three others gave 20 of 60 bn.
    assert rows[5].others_before == pytest.approx(1 / 3)
    assert (first.regret_musd, rows[1].regret_musd) == pytest.approx((12_000, 0))


def test_nobody_regrets_an_equilibrium_and_full_payment_gains_all() -> None:
    vcm = load("vcm")
    none = stored(vcm, {seat.id: "free-rider" for seat in vcm.seats})
    full = stored(vcm, {seat.id: "full-contributor" for seat in vcm.seats})
    assert [row.regret for row in seat_results(none)] == [0.0] * 4
    assert (match_result(none).efficiency, match_result(full).efficiency) == (0.0, 1.0)


def test_a_failure_is_marked_in_its_crisis_and_not_in_another_ones_round() -> None:
    campaign = load("mexico-1982-campaign")
    match = play(campaign, {seat.id: "random" for seat in campaign.seats}, 4)
    failure = {"seat": "US", "crisis": 2, "round": 1, "phase": "pledge", "reason": "no"}
    record = {"block": 1, "repetition": 1, "seed": 1, "focal": None, "trembles": []}
    cast = {seat.id: "random" for seat in campaign.seats}
    failed = Stored(
        1,
        "s",
        campaign,
        record | {"cast": cast, "failures": [failure]},
        match.state.history,
        beside(campaign, match.state.history),
        [{} for _ in match.state.history],
    )
    assert [(row.seat, row.crisis, row.round) for row in seat_rounds(failed) if row.failed] == [
        ("US", 2, 1)
    ]


@pytest.mark.parametrize(
    "name", ["korea-1997", "mexico-1982-campaign", "clauses", "provision-point-refund", "asia-1997"]
)
def test_theory_beside_results_is_that_of_the_replayed_session(name: str) -> None:
    scenario = load(name)
    events = play(scenario, {seat.id: "random" for seat in scenario.seats}, 4).events
    by_replay = beside_replayed(events)
    assert needs_replay(scenario) == (name == "asia-1997")
    if not needs_replay(scenario):
        assert beside(scenario, rounds_of(events)) == by_replay
    for one, of_session in zip(by_replay, expected(events), strict=True):
        assert one.gain_musd == pytest.approx(of_session.played.gain_musd)
        assert one.possible_gain_musd == pytest.approx(of_session.optimum.gain_musd)
        assert {seat: round(amount) for seat, amount in one.regret_musd.items()} == (
            of_session.regret_musd
        )


def rounds_of(events: Sequence[Event]) -> list[RoundResolved]:
    return [event for event in events if isinstance(event, RoundResolved)]


async def test_promises_read_without_replay_are_those_of_the_engine(sqlite: Store) -> None:
    korea = load("korea-1997")
    match = play(korea, {seat.id: "leader" for seat in korea.seats}, 2)
    await sqlite.add_matches([pack(SessionRow("s", "korea-1997", NOW), match.events)], [])
    (found,) = (await sqlite.promised_musd(["s"])).values()
    assert any(card.signed_musd for cards in match.state.promises for card in cards)
    for one, cards in zip(match.state.history, match.state.promises, strict=True):
        promised = {card.seat: max(card.said_musd or 0, card.signed_musd or 0) for card in cards}
        assert found.get((one.crisis, one.round), {}) == {
            seat: amount for seat, amount in promised.items() if amount
        }


async def test_promise_keeping_is_that_of_the_debrief(sqlite: Store, tmp_path: Path) -> None:
    small = plan(phases=None, pools={"government": ["free-rider", "leader", "random"]})
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    async for match in tables.stored_matches(small, sqlite):
        of_debrief = keeping(played(play(match.scenario, match.record["cast"], seed(match)).events))
        for row in seat_results(match):
            if row.role == "government":
                assert row.kept == of_debrief[SeatId(row.seat)].share


def seed(match: Stored) -> int:
    return int(match.record["seed"])


def read(folder: Path, table: str, ending: str = "csv") -> list[dict[str, object]]:
    return list(formats.read(folder / f"{table}.{ending}", columns.TABLES[table]))


async def test_tables_are_tidy_and_every_column_is_in_the_dictionary(
    sqlite: Store, tmp_path: Path
) -> None:
    small = plan(blocks=3)
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    results = await tables.write(small, sqlite, tmp_path)
    seats = read(tmp_path, "seats")
    assert len(seats) == 18 * 6
    assert {row["match"] for row in seats} == set(range(1, 19))
    matches = read(tmp_path, "matches")
    assert len(matches) == 18
    rounds = sum(int(str(row["rounds"])) for row in matches)
    assert len(read(tmp_path, "seat_rounds")) == 6 * rounds
    bots = {row["bot"] for row in read(tmp_path, "bots") if row["role"] == "government"}
    assert bots == {"free-rider", "conditional", "random"}
    for table in ("pairs", "rankings", "groups"):
        assert read(tmp_path, table)
    assert {row["tournament"] for row in (*seats, *matches)} == {small.key}
    assert results.matches == 18
    told = json.loads((tmp_path / "environment.json").read_text())
    assert (told["plan"]["seed"], set(told["bots"])) == (5, small.names)
    with (tmp_path / "dictionary.csv").open() as file:
        described = [(row["table"], row["name"]) for row in csv.DictReader(file)]
    every = [(table, one.name) for table, found in columns.TABLES.items() for one in found]
    assert described == every


async def test_every_failure_is_a_row_that_says_why(sqlite: Store, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def boom(view, random):\n    raise ValueError('why')\n")
    bad = plan(tmp_path, pools={"government": ["bad", "random"]}, bots={"bad": "bad.py:boom"})
    await run(bad, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    results = await tables.write(bad, sqlite, tmp_path)
    rows = read(tmp_path, "failures")
    assert results.failures == {"bad": len(rows)}
    assert results.first_failures["bad"].match == rows[0]["match"]
    seats = read(tmp_path, "seats")
    assert len(rows) == sum(int(str(row["failures"])) for row in seats) > 0
    assert {(row["bot"], row["phase"]) for row in rows} == {("bad", "pledge")}
    assert all("ValueError: why" in str(row["reason"]) for row in rows)


async def test_measures_and_company_have_intervals_round_their_means(
    sqlite: Store, tmp_path: Path
) -> None:
    small = plan(blocks=4, design="swap", phases=None)
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    await tables.write(small, sqlite, tmp_path)
    bots = {str(row["bot"]): row for row in read(tmp_path, "bots")}
    rows = read(tmp_path, "measures")
    assert {row["measure"] for row in rows} >= {"contributed", "kept", "regret", "efficiency"}
    for row in rows:
        low, mean, high = (float(str(row[name])) for name in ("low", "mean", "high"))
        assert low <= mean <= high
        assert bots[str(row["bot"])][str(row["measure"])] == row["mean"]
    assert any(row["low"] != row["high"] for row in rows)
    for row in read(tmp_path, "company"):
        assert float(str(row["low"])) <= float(str(row["mean"])) <= float(str(row["high"]))


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("matches", MatchResult),
        ("seats", SeatResult),
        ("seat_rounds", SeatRound),
        ("failures", Failed),
    ],
)
def test_rows_have_the_fields_of_their_table(table: str, rows: type) -> None:
    declared = [one.name for one in columns.TABLES[table]]
    assert declared == ["tournament", *(one.name for one in fields(rows))]


async def test_tables_are_the_same_from_the_same_matches(sqlite: Store, tmp_path: Path) -> None:
    small = plan(blocks=2, noise=0.2)
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        await tables.write(small, sqlite, tmp_path / name)
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    # All but fingerprints, which nobody asked for; the dictionary, and what made them.
    assert len(written[0]) == len(columns.TABLES) - 1 + 2
    assert written[0] == written[1]


async def test_parquet_says_the_same_as_csv_and_what_made_it(sqlite: Store, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `report` is not installed")
    small = plan()
    await run(small, sqlite, Inline(), at_once=1, now_utc=lambda: NOW)
    await tables.write(small, sqlite, tmp_path, formats=("csv", "parquet"))
    for table in ("matches", "seats", "seat_rounds", "bots", "pairs", "rankings", "groups"):
        assert read(tmp_path, table, "parquet") == read(tmp_path, table)
    about = parquet.read_metadata(tmp_path / "seats.parquet").metadata
    assert json.loads(about[b"environment"])["tournament"] == small.key
