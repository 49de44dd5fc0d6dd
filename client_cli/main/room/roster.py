"""The names of a class list: a file with one a line, or a column of a table."""

from __future__ import annotations

import csv
from pathlib import Path

COLUMN = "name"
"""Of a table where it is not said which."""


class RosterError(Exception):
    """What is wrong with a list, with its line where one is at fault."""


def read(file: str, column: str | None) -> tuple[str, ...]:
    """The names, in the order of the file.

    Args:
        file: text in UTF-8; a table if it is called .csv, or a column is named.
        column: of the table, as its first line has it; None for `COLUMN`.

    Raises:
        RosterError: it cannot be read, or a name of it cannot be used.
    """
    try:
        # As spreadsheets write it: a mark before the first name is no part of it.
        text = Path(file).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise RosterError(f"{file}: cannot be read as UTF-8 text: {error}") from None
    is_table = column is not None or file.lower().endswith(".csv")
    numbered = _cells(text, file, column or COLUMN) if is_table else _lines(text)
    names = [(line, name.strip()) for line, name in numbered if name.strip()]
    if not names:
        raise RosterError(f"{file}: there is no name in it")
    _check(names, file)
    return tuple(name for _, name in names)


def _lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), 1))


def _cells(text: str, file: str, column: str) -> list[tuple[int, str]]:
    heading, *_ = text.splitlines() or [""]
    # Where a comma is in numbers, spreadsheets put something else between columns.
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    columns = [one.strip() for one in next(reader, [])]
    if column not in columns:
        raise RosterError(
            f"{file}, line 1: there is no column {column}; "
            f"use --column with one of {', '.join(columns) or 'its names'}"
        )
    place = columns.index(column)
    return [(reader.line_num, row[place]) for row in reader if len(row) > place]


def _check(names: list[tuple[int, str]], file: str) -> None:
    """Each can stand in a list, and nobody is there twice: two of a name are told apart by it."""
    from pydantic import TypeAdapter, ValidationError

    from server.protocol.common import Name

    fits, seen = TypeAdapter[str](Name), dict[str, int]()
    for line, name in names:
        try:
            fits.validate_python(name)
        except ValidationError as error:
            why = error.errors()[0]["msg"]
            raise RosterError(f"{file}, line {line}: {name!r:.80}: {why}") from None
        first = seen.setdefault(name.casefold(), line)
        if first != line:
            raise RosterError(f"{file}, line {line}: {name} is in line {first} already")
