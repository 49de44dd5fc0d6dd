"""What a column is: name, type, unit, range, meaning, when it is written, who could see it.

Owns the words in which tables are declared; knows no table. The promise of
`DATA_VERSION` is in `docs/data.md`, kept by a test.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from server.analysis.played import Played

DATA_VERSION = 1
"""Of all tables. While it stays, columns are only ever added, at a table's end."""

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]

EVERYBODY = "everybody"
SEALED = "own seat; everybody from the reveal on"
DEBRIEF = "own seat and host; everybody once the session has ended"
PARTIES = "the two and the host; everybody once the session has ended"
AFTER = "everybody once the session has ended"
HOST = "host"
NOBODY = "nobody in the game"
"""Who could see a value while it was played; whoever owns the database sees all."""


class Type(enum.StrEnum):
    """What a cell holds. Every cell may be missing, unless it is of the table's key."""

    CODE = "code"
    """A short name of the program's own: an id, a seat, one of a closed list of words."""
    TEXT = "text"
    """What a person wrote."""
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes/no"
    JSON = "json"
    """A JSON text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    range: str = ""
    written: str = ""
    """When; empty: as the table says."""
    seen_by: str = ""
    """Who could see it in the game; empty: as the table says."""


@dataclass(frozen=True)
class Table:
    """One table, and how a session's rows are made."""

    name: str
    meaning: str
    written: str
    seen_by: str
    key: tuple[str, ...]
    """The columns that together name a row."""
    columns: tuple[Column, ...]
    rows: Callable[[Played], Iterable[Row]]
    """Makes a session's rows; what a row leaves out is missing."""
    once: bool = False
    """Whether rows of one value in the first column are the same for every session."""

    def cells(self, played: Played) -> Iterator[tuple[Cell, ...]]:
        """A session's rows in the order of the columns.

        Raises:
            KeyError: a row holds what is not a column.
        """
        places = {column.name: place for place, column in enumerate(self.columns)}
        for row in self.rows(played):
            cells: list[Cell] = [None] * len(places)
            for name, value in row.items():
                cells[places[name]] = value
            yield tuple(cells)

    def full_columns(self) -> tuple[Column, ...]:
        """The columns with nothing left to the table."""
        return tuple(
            replace(
                column,
                written=column.written or self.written,
                seen_by=column.seen_by or self.seen_by,
            )
            for column in self.columns
        )


def code(name: str, meaning: str, *, allowed: str = "", seen_by: str = "") -> Column:
    """An id, a seat, a word of a closed list."""
    return Column(name, Type.CODE, meaning, range=allowed, seen_by=seen_by)


def text(name: str, meaning: str, *, seen_by: str = "") -> Column:
    """What a person wrote."""
    return Column(name, Type.TEXT, meaning, seen_by=seen_by)


def json_text(name: str, meaning: str, *, seen_by: str = "") -> Column:
    """A JSON text."""
    return Column(name, Type.JSON, meaning, seen_by=seen_by)


def yes_no(name: str, meaning: str, *, written: str = "", seen_by: str = "") -> Column:
    """Yes or no; 1 or 0 in CSV."""
    return Column(name, Type.YES_NO, meaning, written=written, seen_by=seen_by)


def count(name: str, meaning: str, *, least: int = 0, seen_by: str = "") -> Column:
    """A number of things, or the number of one among them."""
    return Column(name, Type.INTEGER, meaning, range=f"{least} or more", seen_by=seen_by)


def musd(
    name: str, meaning: str, *, signed: bool = False, written: str = "", seen_by: str = ""
) -> Column:
    """Money in whole US$ millions."""
    allowed = "any whole number" if signed else "0 or more"
    return Column(name, Type.INTEGER, meaning, "US$ million", allowed, written, seen_by)


def permille(name: str, meaning: str, *, written: str = "", seen_by: str = "") -> Column:
    """A share in whole thousandths."""
    return Column(name, Type.INTEGER, meaning, "thousandths", "0 to 1000", written, seen_by)


def ms(name: str, meaning: str, *, seen_by: str = "") -> Column:
    """Milliseconds."""
    return Column(name, Type.INTEGER, meaning, "ms", "0 or more", seen_by=seen_by)


def share(
    name: str, meaning: str, *, allowed: str = "0 to 1", written: str = "", seen_by: str = ""
) -> Column:
    """A share, rate or weight."""
    return Column(name, Type.NUMBER, meaning, "", allowed, written, seen_by)


def number(
    name: str, meaning: str, *, unit: str = "", allowed: str = "any number", seen_by: str = ""
) -> Column:
    """Any other number."""
    return Column(name, Type.NUMBER, meaning, unit, allowed, seen_by=seen_by)
