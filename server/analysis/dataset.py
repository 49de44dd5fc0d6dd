"""A dataset: a folder with a file for every table, a dictionary and a manifest.

Owns the folder. Sessions are added one at a time and nothing of one is kept, so that any
number of them takes the same memory. The manifest is written last: a folder without one is
not whole.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from server.analysis import formats, recompute, wide
from server.analysis.columns import DATA_VERSION, Cell, Column, Table
from server.analysis.formats import WRITERS, Writer
from server.analysis.played import Played
from server.analysis.tables import TABLE_BY_NAME, TABLES

MANIFEST = "manifest.json"
DICTIONARY = "dictionary.csv"
_FIELDS = ("name", "type", "unit", "range", "written", "seen_by", "meaning")


class Dataset:
    """A dataset in the making. Use it as a context; after an error nothing of it is left.

    Raises:
        FileExistsError: the folder holds something already.
        MissingExtra: the format needs a package that is not installed.
    """

    def __init__(self, folder: Path, file_format: str, *, bom: bool = False) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._format, self._bom = folder, file_format, bom
        self.sessions = 0
        self.rows = dict.fromkeys((*TABLE_BY_NAME, "wide"), 0)
        self._once: set[Cell] = set()
        self._longest = 0
        self._paths: list[Path] = []
        self._files = ExitStack()
        self._writers = {table.name: self._writer(table.name, table.columns) for table in TABLES}
        unsorted = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
        self._wide = self._files.enter_context(unsorted)

    def _writer(self, name: str, columns: tuple[Column, ...]) -> Writer:
        path = self.folder / f"{name}.{self._format}"
        writer = WRITERS[self._format](path, columns, bom=self._bom)
        self._paths.append(path)
        self._files.callback(writer.close)
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._files:
            if error is None:
                self._write_wide()
        if error is not None:
            for path in self._paths:
                path.unlink()
            return
        _write_dictionary(self.folder, self._longest, bom=self._bom)
        _write_manifest(self)

    def add(self, played: Played) -> None:
        """One session's rows into every table."""
        for table in TABLES:
            self._add_rows(table, played)
        for row in wide.wide_rows(played):
            self._longest = max(self._longest, len(row[1]))
            self._wide.write(json.dumps(row) + "\n")
            self.rows["wide"] += 1
        self.sessions += 1

    def _add_rows(self, table: Table, played: Played) -> None:
        writer = self._writers[table.name]
        new: set[Cell] = set()
        for row in table.cells(played):
            if table.once:
                mark = f"{table.name} {row[0]}"
                if mark in self._once:
                    return
                new.add(mark)
            writer.add(row)
            self.rows[table.name] += 1
        self._once |= new

    def _write_wide(self) -> None:
        writer = self._writer("wide", wide.wide_columns(self._longest))
        self._wide.seek(0)
        for line in self._wide:
            writer.add(wide.wide_cells(json.loads(line), self._longest))

    @property
    def manifest(self) -> dict[str, Any]:
        """What is in the folder, for programs."""
        return {
            "format": "backstop-data",
            "data_version": DATA_VERSION,
            "files": self._format,
            "sessions": self.sessions,
            "rows": self.rows,
        }


def _write_manifest(dataset: Dataset) -> None:
    text = json.dumps(dataset.manifest, indent=2) + "\n"
    (dataset.folder / MANIFEST).write_text(text, "utf-8")


def _write_dictionary(folder: Path, rounds: int, *, bom: bool) -> None:
    path = folder / DICTIONARY
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("table", *_FIELDS))
        for name, columns in described(rounds):
            for column in columns:
                writer.writerow((name, *(getattr(column, field) for field in _FIELDS)))


def described(rounds: int) -> Iterator[tuple[str, tuple[Column, ...]]]:
    """Every table with its columns, nothing in them left to the table."""
    for table in TABLES:
        yield table.name, table.full_columns()
    yield "wide", wide.wide_columns(rounds)


def read(folder: Path, table: str) -> Iterator[dict[str, Cell]]:
    """The rows of one table of a dataset, typed.

    Raises:
        ValueError: the folder is no whole dataset of this version, or there is no such table.
    """
    if table not in TABLE_BY_NAME:
        raise ValueError(f"there is no table {table}; use {', '.join(TABLE_BY_NAME)}")
    path = folder / f"{table}.{manifest(folder)['files']}"
    return formats.read(path, TABLE_BY_NAME[table].columns)


def manifest(folder: Path) -> dict[str, Any]:
    """What a dataset's manifest says.

    Raises:
        ValueError: there is none, or it is another version's.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ValueError(f"{folder} is no whole dataset: it has no {MANIFEST}")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if found.get("data_version") != DATA_VERSION:
        raise ValueError(f"{folder} has data_version {found.get('data_version')}")
    return found


def check(folder: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Recompute every payoff of a dataset from its files' decisions, a session at a time.

    Yields:
        The session, how many ledger rows it has, and what differs, in words; nothing differs
        where the dataset is sound.

    Raises:
        ValueError: the folder is no whole dataset, or its files are not what they should be.
    """
    scenarios = {
        row["scenario_id"]: row["scenario_json"]
        for row in read(folder, "scenarios")
        if row["scenario_json"]
    }
    decisions, ledger = _BySession(read(folder, "decisions")), _BySession(read(folder, "ledger"))
    for session in read(folder, "sessions"):
        again = recompute.ledger(
            scenario_json=str(scenarios[session["scenario_id"]]),
            draws_json=str(session["draws_json"]),
            decisions=decisions.of(session["session"]),
        )
        stored = {
            tuple(row[name] for name in recompute.KEY): row["amount_musd"]
            for row in ledger.of(session["session"])
        }
        yield str(session["session"]), len(stored), recompute.differences(stored, again)


class _BySession:
    """Rows that lie session by session, in the order in which sessions are asked for."""

    def __init__(self, rows: Iterator[dict[str, Cell]]) -> None:
        self._groups = groupby(rows, key=lambda row: row["session"])
        self._next = next(self._groups, None)

    def of(self, session: Cell) -> list[Mapping[str, Cell]]:
        """A session's rows; none where it has none."""
        if self._next is None or self._next[0] != session:
            return []
        rows: list[Mapping[str, Cell]] = list(self._next[1])
        self._next = next(self._groups, None)
        return rows
