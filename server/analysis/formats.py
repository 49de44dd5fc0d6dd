"""Tables as files: CSV, JSON lines, Parquet; written row by row, and read back.

Owns how a cell looks in each. CSV: missing is empty, yes and no are 1 and 0, numbers are
plain; a person's text that a spreadsheet would take for a formula begins with an apostrophe.
JSON lines and Parquet hold texts exactly.
"""

from __future__ import annotations

import csv
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from server.analysis.columns import DATA_VERSION, Cell, Column, Type

GROUP_ROWS = 20_000
"""Rows of a Parquet file that are kept until they are written together."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""How a text begins that a spreadsheet might run, or that was guarded already."""


OF_DATA: Mapping[str, str] = {"backstop_data_version": str(DATA_VERSION)}
"""The metadata of Parquet files, where nothing else is said."""


class MissingExtra(Exception):
    """A package that comes with an extra is not installed."""


class Writer(ABC):
    """A table's file in the making. Closed it is whole."""

    @abstractmethod
    def add(self, row: Sequence[Cell]) -> None:
        """One row, its cells in the order of the columns."""

    @abstractmethod
    def close(self) -> None:
        """Write what waits."""


class CsvWriter(Writer):
    """UTF-8, a header, commas, line breaks of one character, quotes where needed."""

    def __init__(self, path: Path, columns: Sequence[Column], *, bom: bool = False) -> None:
        self._file = path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._is_text = [column.type is Type.TEXT for column in columns]
        self._csv.writerow([column.name for column in columns])

    def add(self, row: Sequence[Cell]) -> None:
        """One row."""
        self._csv.writerow(
            [_csv_cell(value, is_text) for value, is_text in zip(row, self._is_text, strict=True)]
        )

    def close(self) -> None:
        """Write what waits."""
        self._file.close()


def _csv_cell(value: Cell, is_text: bool) -> object:
    match value:
        case None:
            return ""
        case bool():
            return int(value)
        case float():
            return repr(value)
        case str() if is_text and value.startswith(_FORMULA):
            return f"'{value}"
        case _:
            return value


class JsonLinesWriter(Writer):
    """UTF-8, an object a line with every column; missing is null."""

    def __init__(self, path: Path, columns: Sequence[Column], *, bom: bool = False) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._names = [column.name for column in columns]

    def add(self, row: Sequence[Cell]) -> None:
        """One row."""
        cells = {
            name: "Infinity" if isinstance(value, float) and math.isinf(value) else value
            for name, value in zip(self._names, row, strict=True)
        }
        self._file.write(json.dumps(cells, ensure_ascii=False, allow_nan=False) + "\n")

    def close(self) -> None:
        """Write what waits."""
        self._file.close()


class ParquetWriter(Writer):
    """Typed columns that carry their meaning and unit as metadata; `about` is the file's."""

    def __init__(
        self,
        path: Path,
        columns: Sequence[Column],
        *,
        bom: bool = False,
        about: Mapping[str, str] = OF_DATA,
    ) -> None:
        self._pa, parquet = _arrow()
        types = {
            Type.INTEGER: self._pa.int64(),
            Type.NUMBER: self._pa.float64(),
            Type.YES_NO: self._pa.bool_(),
        }
        self._schema = self._pa.schema(
            [
                self._pa.field(
                    column.name,
                    types.get(column.type, self._pa.string()),
                    metadata={"meaning": column.meaning, "unit": column.unit},
                )
                for column in columns
            ],
            metadata=dict(about),
        )
        self._file = parquet.ParquetWriter(path, self._schema)
        self._columns: list[list[Cell]] = [[] for _ in columns]

    def add(self, row: Sequence[Cell]) -> None:
        """One row."""
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)
        if len(self._columns[0]) >= GROUP_ROWS:
            self._write()

    def close(self) -> None:
        """Write what waits."""
        self._write()
        self._file.close()

    def _write(self) -> None:
        arrays = [
            self._pa.array(values, type=field.type)
            for values, field in zip(self._columns, self._schema, strict=True)
        ]
        self._file.write_table(self._pa.Table.from_arrays(arrays, schema=self._schema))
        for values in self._columns:
            values.clear()


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra(
            "Parquet needs pyarrow: pip install 'backstop-game[report]', or use csv or jsonl"
        ) from None
    return pyarrow, pyarrow.parquet


WRITERS: Mapping[str, Callable[..., Writer]] = {
    "csv": CsvWriter,
    "jsonl": JsonLinesWriter,
    "parquet": ParquetWriter,
}
"""By the ending of the file's name."""


def read(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, Cell]]:
    """The rows of a written table, with the types that its columns say.

    Raises:
        ValueError: the columns are others than these, or the file's ending is not one of ours.
        MissingExtra: it is Parquet and pyarrow is not there.
    """
    match path.suffix:
        case ".csv":
            return _read_csv(path, columns)
        case ".jsonl":
            return _read_json_lines(path, columns)
        case ".parquet":
            return _read_parquet(path, columns)
        case other:
            raise ValueError(f"{path.name}: {other} is not one of .csv, .jsonl, .parquet")


def _check(path: Path, found: Sequence[str], columns: Sequence[Column]) -> None:
    wanted = [column.name for column in columns]
    if list(found) != wanted:
        odd = sorted(set(found) ^ set(wanted)) or ["their order"]
        raise ValueError(f"{path.name}: other columns than expected: {', '.join(odd)}")


def _read_csv(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, Cell]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        _check(path, next(lines, []), columns)
        for line in lines:
            yield {
                column.name: _of_csv(cell, column.type)
                for column, cell in zip(columns, line, strict=True)
            }


def _of_csv(cell: str, kind: Type) -> Cell:
    if not cell:
        return None
    match kind:
        case Type.INTEGER:
            return int(cell)
        case Type.NUMBER:
            return float(cell)
        case Type.YES_NO:
            return cell == "1"
        case Type.TEXT:
            return cell[1:] if cell[0] == "'" else cell
        case _:
            return cell


def _read_json_lines(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, Cell]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            cells: dict[str, Cell] = json.loads(line)
            _check(path, list(cells), columns)
            for column in columns:
                if column.type is Type.NUMBER and cells[column.name] is not None:
                    cells[column.name] = float(str(cells[column.name]))
            yield cells


def _read_parquet(path: Path, columns: Sequence[Column]) -> Iterator[dict[str, Cell]]:
    _, parquet = _arrow()
    with parquet.ParquetFile(path) as file:
        _check(path, file.schema_arrow.names, columns)
        for batch in file.iter_batches():
            yield from batch.to_pylist()
