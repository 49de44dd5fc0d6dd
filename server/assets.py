"""The page's files: read once at start, modules joined, compressed and tagged.

Owns how `server/web/` becomes the few files that a browser loads; knows no request. A page is
one HTML file, the one style sheet and one script: a WebSocket server closes the connection
after every answer, so a class of three hundred must not load thirty files each. Source modules
stay small; they are joined here without a build step, in the order in which they import.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

PAGES = {"/": "student", "/host": "host", "/board": "board", "/replay": "replay"}
"""The pages: where each is served, and the name of its HTML file and first module."""
_KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_IMPORT = re.compile(r'^import\s+\{[^}]*\}\s+from\s+"(\.{1,2}/[^"]+)";\n?', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |function |const |class )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    kind: str
    """Its media type."""
    body: bytes
    zipped: bytes
    tag: str
    """Of its content, for `ETag`."""

    @classmethod
    def of(cls, text: str, kind: str) -> Asset:
        """A file made from its text."""
        body = text.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return cls(kind, body, gzip.compress(body, mtime=0), tag)


def read() -> dict[str, Asset]:
    """Every file of the pages under the path where it is served."""
    folder = resources.files("server") / "web"
    found = {"/style.css": Asset.of(_styles(folder), _KINDS["css"])}
    found["/icon.svg"] = Asset.of((folder / "icon.svg").read_text("utf-8"), _KINDS["svg"])
    for path, name in PAGES.items():
        html = (folder / f"{name}.html").read_text("utf-8")
        found[path] = Asset.of(html, _KINDS["html"])
        found[f"/{name}.js"] = Asset.of(joined(folder, f"{name}.js"), _KINDS["js"])
    return found


def _styles(folder: Traversable) -> str:
    sheets = sorted((folder / "style").iterdir(), key=lambda sheet: sheet.name)
    return "\n".join(sheet.read_text("utf-8") for sheet in sheets if sheet.name.endswith(".css"))


def joined(folder: Traversable, first: str) -> str:
    """A module and all that it imports as one script, what is imported first.

    A module imports by name from a relative path, one statement a module; names at the top
    level are unique over all modules, since they end up side by side.
    """
    return "\n".join(text for _, text in _modules(folder, first, set()))


def _modules(folder: Traversable, path: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    if path in seen:
        return
    seen.add(path)
    text = folder.joinpath(*path.split("/")).read_text("utf-8")
    for match in _IMPORT.finditer(text):
        yield from _modules(folder, _beside(path, match.group(1)), seen)
    yield path, f"// {path}\n" + _EXPORT.sub("", _IMPORT.sub("", text)).strip() + "\n"


def _beside(path: str, relative: str) -> str:
    """The path of what a module imports."""
    parts = path.split("/")[:-1]
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
