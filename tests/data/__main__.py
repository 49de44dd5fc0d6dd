"""Bring the page of the tables and the pinned columns up to date.

    .venv/bin/python -m tests.data

Refuses when a pinned column is gone, moved or changed: then `DATA_VERSION` has to step, and
the columns of the new version are pinned in a file of their own.
"""

from __future__ import annotations

import json
import sys

from tests.data import page


def main() -> int:
    """Write page and columns; 1 if the version has to step first."""
    columns = page.pinned()
    if page.PINNED.exists():
        broken = page.breaks(json.loads(page.PINNED.read_text("utf-8")), columns)
        if broken:
            print("DATA_VERSION has to step, nothing was written:", *broken, sep="\n  ")
            return 1
    page.PINNED.write_text(page.written(columns), "utf-8")
    page.PAGE.write_text(page.filled(page.PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
