"""Bring the golden files and the page of the wire up to date.

    .venv/bin/python -m tests.wire

To add a message, action or notice: write its model with docstrings, put one example as JSON
into `tests/golden/wire-vN/from_client` or `from_server`, and run this. A field that the server
has added is written by hand into the examples that the command names. The command refuses when
something of the golden schema is gone or changed: then `PROTOCOL_VERSION` has to step, and the
examples of the new version begin as a copy of the old ones. As long as a version was never
released, its `schema.json` may be deleted instead, to begin anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from pydantic import ValidationError

from server.protocol import json_schema
from tests.wire import golden, page
from tests.wire.compare import breaks


def main() -> int:
    """Write schema, examples and page; 1 if the version has to step first."""
    schema = json_schema()
    if golden.SCHEMA.exists():
        broken = breaks(json.loads(golden.SCHEMA.read_text("utf-8")), schema)
        if broken:
            print("PROTOCOL_VERSION has to step, nothing was written:", *broken, sep="\n  ")
            return 1
    wrong = [line for side in golden.SIDES for line in _rewritten(side)]
    if wrong:
        print("Examples to be mended by hand:", *wrong, sep="\n  ")
        return 1
    golden.SCHEMA.write_text(golden.written(golden.undescribed(schema)) + "\n", "utf-8")
    page.PAGE.write_text(page.filled(page.PAGE.read_text("utf-8")), "utf-8")
    return 0


def _rewritten(side: golden.Side) -> Iterator[str]:
    """Write the examples of one direction anew; what is wrong with those that cannot be."""
    for path in golden.messages(side):
        try:
            path.write_text(golden.as_sent(side, path.read_text("utf-8")), "utf-8")
        except ValidationError as error:
            for one in error.errors():
                yield f"{side}/{path.name}: {'.'.join(map(str, one['loc']))}: {one['msg']}"


if __name__ == "__main__":
    sys.exit(main())
