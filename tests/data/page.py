"""The page `docs/data.md` and the pinned columns: what of them is made from the tables.

The prose is written in the page itself; what stands between `<!-- begin tables -->` and
`<!-- end tables -->` is made here. Run `python -m tests.data` to bring both up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from server.analysis import wide
from server.analysis.columns import DATA_VERSION, Column
from server.analysis.tables import TABLES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "data.md"
PINNED = ROOT / "tests" / "golden" / f"data-v{DATA_VERSION}.json"

Pinned = dict[str, list[list[str]]]


def filled(text: str) -> str:
    """The page with its made part made anew."""
    before, begun, rest = text.partition("<!-- begin tables -->")
    _, ended, after = rest.partition("<!-- end tables -->")
    assert begun and ended, "the page has its marks"
    return f"{before}{begun}\n\n" + "\n".join(_tables()) + f"\n{ended}{after}"


def _tables() -> Iterator[str]:
    for table in TABLES:
        yield f"### {table.name}\n"
        yield f"{table.meaning} Key: {', '.join(f'`{name}`' for name in table.key)}.\n"
        yield from _columns(table.full_columns())
    yield "### wide\n"
    yield (
        f"{wide.MEANING} The columns that begin with `{wide.APP}.N.` are there for every N from "
        "1 to the number of rounds of the longest session.\n"
    )
    numbered = wide.wide_columns(1)
    yield from _columns(numbered)


def _columns(columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| Column | Type | Unit, range | Meaning | When written | Who could see it |"
    yield "|---|---|---|---|---|---|"
    for column in columns:
        name = column.name.replace(f"{wide.APP}.1.", f"{wide.APP}.N.")
        limits = ", ".join(part for part in (column.unit, column.range) if part)
        cells = (f"`{name}`", column.type, limits, column.meaning, column.written, column.seen_by)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def pinned() -> Pinned:
    """Name, type and unit of every column, by table, in order."""
    tables = {table.name: table.columns for table in TABLES} | {"wide": wide.wide_columns(1)}
    return {
        name: [[column.name, str(column.type), column.unit] for column in columns]
        for name, columns in tables.items()
    }


def written(columns: Pinned) -> str:
    """As it lies in the golden file: a column a line."""
    return json.dumps(columns, indent=1, ensure_ascii=False) + "\n"


def breaks(old: Pinned, new: Pinned) -> list[str]:
    """What the promise of a data version forbids: all but new columns at a table's end."""
    broken = [f"{table} is gone" for table in old if table not in new]
    for table, columns in old.items():
        now = new.get(table, [])
        if table in new and table != "wide" and now[: len(columns)] != columns:
            place = next(i for i, column in enumerate(columns) if now[i : i + 1] != [column])
            broken.append(f"{table}.{columns[place][0]} is gone, moved or changed")
        if table == "wide":
            broken += [f"wide.{one[0]} is gone or changed" for one in columns if one not in now]
    return broken
