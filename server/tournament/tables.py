"""Results as tidy tables: written as CSV, and as Parquet where the extra `report` is there.

Streams: a tournament of any size is read a thousand matches at a time. Every table comes
with `dictionary.csv`, which says what each column means, and `environment.json`.
"""

from __future__ import annotations

import csv
import json
import platform
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from server.game.rules import ENGINE_VERSION
from server.game.scenario import SeatId
from server.store import MatchRow, Store
from server.tournament import design
from server.tournament.measures import SeatResult, results_of
from server.tournament.plan import Plan
from server.tournament.statistics import Compared, Ranked, Scores, compared, leaderboard

CHUNK = 200
"""Matches read at a time."""

DICTIONARY: dict[str, str] = {
    "match": "number of the match in the plan",
    "scenario": "name of the scenario",
    "block": "group drawn anew; with repetition, what shares a seed",
    "repetition": "the same groups with another seed",
    "seed": "of the match: all chance comes from it",
    "focal": "True for the seat that changed hands while all else stayed (design swap)",
    "alike": "True where one bot played all governments; kept out of the leaderboard",
    "seat": "short name of the seat",
    "role": "government, bank, imf or debtor",
    "bot": "name of the bot, as in the plan",
    "payoff_musd": "sum of all ledger lines of the seat, US$ millions",
    "percent": "percent of the own stake saved; 100 is full stability at no cost",
    "contributed": "bilateral money drawn over fiscal capacity, 0..1; governments",
    "burden": "share of all bilateral money drawn; governments",
    "kept": "pledged over promised, at most 1; empty where nothing was promised",
    "exploited": "own contribution rate less the others' mean, at least 0; governments",
    "stability": "mean of S over the rounds, 0..1; the same for all seats of a match",
    "provided": "share of the rounds with S = 1",
    "failures": "phases in which the bot raised, was refused, or was too late",
    "trembles": "final decisions that slipped (noise)",
    "rank": "one more than the number of bots that are better beyond chance (Holm, 5 %)",
    "tied": "True where another bot has the same rank",
    "mean": "mean percent over blocks and repetitions",
    "low": "lower end of the 95 % bootstrap interval of the mean",
    "high": "upper end of it",
    "blocks": "number of blocks and repetitions in which the bot, or both bots, played",
    "other": "the bot with which it is compared",
    "difference": "mean of the paired differences of percent on common seeds",
    "effect": "the difference in standard deviations of the paired differences",
    "p": "two-sided sign-flip test over blocks and repetitions",
    "p_holm": "the same after Holm's correction for all pairs of the role",
}
"""Every column of every table."""


async def seat_results(plan: Plan, store: Store) -> AsyncIterator[list[SeatResult]]:
    """The rows of each stored match, by number."""
    chunk: list[MatchRow] = []
    async for match in store.matches(plan.key):
        chunk.append(match)
        if len(chunk) == CHUNK:
            for rows in await _results(plan, store, chunk):
                yield rows
            chunk = []
    for rows in await _results(plan, store, chunk):
        yield rows


async def _results(plan: Plan, store: Store, chunk: Sequence[MatchRow]) -> list[list[SeatResult]]:
    by_name = {scenario.name: scenario for scenario in plan.scenarios}
    sessions = [match.session for match in chunk]
    rounds = await store.resolved_rounds(sessions)
    promised = await store.promised_musd(sessions)
    found = []
    for match in chunk:
        record = json.loads(match.record)
        sums: dict[SeatId, int] = {
            SeatId(seat): amount for seat, amount in promised.get(match.session, {}).items()
        }
        scenario = by_name[record["scenario"]]
        found.append(results_of(match.number, record, scenario, rounds[match.session], sums))
    return found


class Standings:
    """Mean percent by role, bot, and block: what leaderboards are made of."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, dict[object, list[float]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
        )

    def add(self, rows: Iterable[SeatResult], *, swap: bool) -> None:
        """Count a match; of the design swap, the seat that changed hands alone."""
        for row in rows:
            if row.percent is None or row.alike or (swap and not row.focal):
                continue
            place = (row.scenario, row.block, row.repetition)
            cell = self._sums[row.role][row.bot][place]
            cell[0] += row.percent
            cell[1] += 1

    def scores(self) -> dict[str, Scores]:
        """By role."""
        return {
            role: {
                bot: {place: total / number for place, (total, number) in places.items()}
                for bot, places in bots.items()
            }
            for role, bots in self._sums.items()
        }


async def write(plan: Plan, store: Store, folder: Path) -> dict[str, list[Ranked]]:
    """Write all tables into a folder that is there; the leaderboards by role are returned.

    Raises:
        OSError: the folder cannot be written.
    """
    standings = Standings()
    columns = [one.name for one in fields(SeatResult)]
    with (folder / "seats.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        async for rows in seat_results(plan, store):
            table.writerows(asdict(row) for row in rows)
            standings.add(rows, swap=plan.document.design == "swap")
    boards: dict[str, list[Ranked]] = {}
    pairs: list[dict[str, Any]] = []
    for role, scores in standings.scores().items():
        comparisons = compared(scores)
        boards[role] = leaderboard(scores, comparisons)
        pairs += [{"role": role, **asdict(one)} for one in comparisons]
    ranks = [{"role": role, **asdict(row)} for role, rows in boards.items() for row in rows]
    _write(folder / "leaderboard.csv", ["role", *(one.name for one in fields(Ranked))], ranks)
    _write(folder / "pairs.csv", ["role", *(one.name for one in fields(Compared))], pairs)
    meanings = [{"column": name, "meaning": text} for name, text in DICTIONARY.items()]
    _write(folder / "dictionary.csv", ["column", "meaning"], meanings)
    (folder / "environment.json").write_text(json.dumps(environment(plan), indent=2) + "\n")
    return boards


def environment(plan: Plan) -> dict[str, object]:
    """What made the results: versions of program, engine and bots, and the plan itself."""
    return {
        "tournament": plan.key,
        "matches": design.count(plan),
        "plan": plan.document.model_dump(mode="json"),
        "program": version("backstop-game"),
        "engine": ENGINE_VERSION,
        "bots": {name: plan.version_of(name) for name in sorted(plan.names)},
        "python": platform.python_version(),
        "system": platform.system(),
    }


def _write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def write_parquet(folder: Path) -> None:
    """The CSV tables once more as Parquet, types told from the values.

    Raises:
        ImportError: the extra `report` is not installed.
    """
    from pyarrow import csv as arrow
    from pyarrow import parquet

    for path in sorted(folder.glob("*.csv")):
        parquet.write_table(arrow.read_csv(path), path.with_suffix(".parquet"))
