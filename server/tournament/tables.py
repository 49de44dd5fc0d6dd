"""Results as tidy tables, by the writers of `server.analysis.formats`.

Streams: a tournament of any size is read a few hundred matches at a time. Every table comes
with `dictionary.csv`, which says what each column means, and `environment.json`; every row
names the tournament, whose digest covers plan, scenarios and the bots' code.
"""

from __future__ import annotations

import csv
import json
import platform
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from server.analysis.columns import Cell
from server.analysis.formats import WRITERS, Writer
from server.game.rules import ENGINE_VERSION
from server.game.scenario import SeatId
from server.store import MatchRow, Store
from server.store.codec import decode
from server.tournament import design, measures
from server.tournament.columns import TABLES, TABLES_VERSION, dictionary
from server.tournament.fingerprints import Fingerprint
from server.tournament.measures import Failed, Stored
from server.tournament.plan import Plan
from server.tournament.rankings import Placed, rankings
from server.tournament.standings import MEANS, RoleStandings, Standings
from server.tournament.statistics import Compared, Estimate, Ranked, compared, leaderboard
from server.tournament.theory import Beside, beside, beside_replayed, needs_replay

CHUNK = 200
"""Matches read at a time."""


@dataclass(frozen=True, slots=True)
class RoleResults:
    """What a tournament says about the bots of one role."""

    role: str
    board: list[Ranked]
    """Best first."""
    pairs: list[Compared]
    placed: list[Placed]
    """In every ranking."""
    standings: RoleStandings
    measures: dict[str, dict[str, Estimate]]
    """By bot, then measure; without those that it never had."""
    company: dict[str, dict[str, Estimate]]
    """Percent by bot, then companion."""


@dataclass(frozen=True, slots=True)
class Results:
    """A tournament that was read."""

    plan: Plan
    matches: int
    """Stored, of the plan's."""
    roles: list[RoleResults]
    standings: Standings
    fingerprints: list[Fingerprint]
    """What was probed, if anything was."""
    failures: Counter[str]
    """How often each bot failed, of those that did."""
    first_failures: dict[str, Failed]
    """By bot that failed."""


async def stored_matches(plan: Plan, store: Store) -> AsyncIterator[Stored]:
    """Each stored match with all that its rows are made of, by number."""
    chunk: list[MatchRow] = []
    versions = {name: plan.version_of(name) for name in sorted(plan.names)}
    async for match in store.matches(plan.key):
        chunk.append(match)
        if len(chunk) == CHUNK:
            for stored in await _stored(plan, store, chunk, versions):
                yield stored
            chunk = []
    for stored in await _stored(plan, store, chunk, versions):
        yield stored


async def _stored(
    plan: Plan, store: Store, chunk: Sequence[MatchRow], versions: Mapping[str, str]
) -> list[Stored]:
    by_name = {scenario.name: scenario for scenario in plan.scenarios}
    sessions = [match.session for match in chunk]
    rounds = await store.resolved_rounds(sessions)
    promised = await store.promised_musd(sessions)
    found = []
    for match in chunk:
        record = json.loads(match.record)
        scenario, played = by_name[record["scenario"]], rounds[match.session]
        words = promised.get(match.session, {})
        by_round = [
            {
                SeatId(seat): amount
                for seat, amount in words.get((one.crisis, one.round), {}).items()
            }
            for one in played
        ]
        theory = (
            await _replayed(store, match.session)
            if needs_replay(scenario)
            else beside(scenario, played)
        )
        found.append(
            Stored(
                match.number, match.session, scenario, record, played, theory, by_round, versions
            )
        )
    return found


async def _replayed(store: Store, session: str) -> list[Beside]:
    return beside_replayed(decode(one) for one in await store.stored(session))


class _Files:
    """The tables in the making, in all formats that were asked for."""

    def __init__(self, plan: Plan, folder: Path, formats: Sequence[str], files: ExitStack) -> None:
        self._tournament, self._folder = plan.key, folder
        self._formats, self._files = formats, files
        self._about = {
            "backstop_tables_version": str(TABLES_VERSION),
            "environment": json.dumps(environment(plan)),
        }

    def writer(self, table: str) -> _Table:
        """The files of one table.

        Raises:
            MissingExtra: a format needs a package that is not installed.
        """
        more = {"parquet": {"about": self._about}}
        writers = []
        for ending in self._formats:
            path = self._folder / f"{table}.{ending}"
            made = WRITERS[ending](path, TABLES[table], **more.get(ending, {}))
            self._files.callback(made.close)
            writers.append(made)
        return _Table(self._tournament, writers)


class _Table:
    def __init__(self, tournament: str, writers: Sequence[Writer]) -> None:
        self._tournament, self._writers = tournament, writers

    def add(self, *cells: Cell) -> None:
        """A row, whose first cell is the tournament."""
        for writer in self._writers:
            writer.add((self._tournament, *cells))


def _cells(row: Any) -> tuple[Cell, ...]:
    """The fields of a row in their order; `dataclasses.astuple` would copy each of them."""
    return tuple(getattr(row, name) for name in row.__slots__)


async def write(
    plan: Plan,
    store: Store,
    folder: Path,
    *,
    formats: Sequence[str] = ("csv",),
    fingerprints: Sequence[Fingerprint] = (),
) -> Results:
    """Write all tables into a folder that is there.

    Args:
        plan: of the tournament.
        store: in which its matches are.
        folder: for the files; those of the same names are written over.
        formats: some of csv, jsonl and parquet.
        fingerprints: what was probed, if anything was.

    Raises:
        OSError: the folder cannot be written.
        MissingExtra: a format needs a package that is not installed.
    """
    said, matches = plan.document, 0
    standings = Standings(swap=said.design == "swap", blocks=said.blocks)
    failures, first_failures = Counter[str](), dict[str, Failed]()
    with ExitStack() as closing:
        files = _Files(plan, folder, formats, closing)
        names = ("matches", "seats", "seat_rounds", "failures")
        of_match, of_seat, of_round, of_failure = map(files.writer, names)
        async for stored in stored_matches(plan, store):
            matches += 1
            match = measures.match_result(stored)
            of_match.add(*_cells(match))
            rows = measures.seat_results(stored)
            for row in rows:
                of_seat.add(*_cells(row))
            for one in measures.seat_rounds(stored):
                of_round.add(*_cells(one))
            for failure in measures.failures(stored):
                of_failure.add(*_cells(failure))
                failures[failure.bot] += 1
                first_failures.setdefault(failure.bot, failure)
            standings.add(match, rows)
        roles = [
            _role_results(role, found) for role, found in standings.roles.items() if found.score()
        ]
        _write_roles(files, roles, standings)
        if fingerprints:
            prints = files.writer("fingerprints")
            for found in fingerprints:
                for cells in found.rows():
                    prints.add(*cells)
    _write_about(plan, folder)
    return Results(plan, matches, roles, standings, list(fingerprints), failures, first_failures)


def _role_results(role: str, standings: RoleStandings) -> RoleResults:
    scores = standings.score()
    comparisons = compared(scores)
    board = leaderboard(scores, comparisons)
    by_measure = {name: standings.score(name) for name in MEANS}
    return RoleResults(
        role,
        board,
        comparisons,
        rankings(standings),
        standings,
        {
            row.bot: {
                name: Estimate.of(list(found[row.bot].values()))
                for name, found in by_measure.items()
                if row.bot in found
            }
            for row in board
        },
        {
            row.bot: {
                other: Estimate.of(list(found.values()))
                for other, found in standings.with_companion(row.bot).items()
            }
            for row in board
        },
    )


def _write_roles(files: _Files, roles: Sequence[RoleResults], standings: Standings) -> None:
    names = ("bots", "measures", "company", "pairs", "rankings", "groups")
    bots, of_measure, company, pairs, placed, groups = map(files.writer, names)
    for one in roles:
        for row in one.board:
            bots.add(*_bot_cells(one, row, standings.versions.get(row.bot, "")))
        for table, estimates in ((of_measure, one.measures), (company, one.company)):
            for bot, found in estimates.items():
                for what, estimate in found.items():
                    table.add(one.role, bot, what, *_cells(estimate))
        for pair in one.pairs:
            pairs.add(one.role, *_cells(pair))
        for place in one.placed:
            placed.add(one.role, *_cells(place))
        for (bot, companions), seen in sorted(one.standings.groups.items()):
            group = "+".join(companions) or None
            groups.add(one.role, bot, group, seen.number, seen.mean, seen.deviation)


def _bot_cells(one: RoleResults, row: Ranked, code: str) -> tuple[Cell, ...]:
    counts, found = one.standings.counts[row.bot], one.measures[row.bot]
    return (
        one.role,
        row.bot,
        code,
        row.rank,
        row.tied,
        row.mean,
        row.low,
        row.high,
        row.blocks,
        counts["seats"],
        *(found[name].mean if name in found else None for name in MEANS),
        counts["failures"],
        counts["trembles"],
    )


def _write_about(plan: Plan, folder: Path) -> None:
    with (folder / "dictionary.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("table", "name", "type", "unit", "range", "meaning"))
        table.writerows(dictionary())
    text = json.dumps(environment(plan), indent=2) + "\n"
    (folder / "environment.json").write_text(text, "utf-8")


def environment(plan: Plan) -> dict[str, object]:
    """What made the results: versions of program, engine and bots, and the plan itself."""
    return {
        "tournament": plan.key,
        "tables_version": TABLES_VERSION,
        "matches": design.count(plan),
        "plan": plan.document.model_dump(mode="json"),
        "program": version("backstop-game"),
        "engine": ENGINE_VERSION,
        "bots": {name: plan.version_of(name) for name in sorted(plan.names)},
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "system": platform.system(),
    }
