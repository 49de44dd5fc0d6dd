"""Where each key of a TOML text stands: path to line number.

`tomllib` says what a file means but not where; an author needs the line. Owns that index
alone. The text must already have been read by `tomllib`, so it is valid TOML; keys inside
inline tables and arrays are found too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # multi-line basic string
    r"|'''.*?'{3,5}"  # multi-line literal string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{},=.\n]"
    r"|[^\s\[\]{},=.\"'#]+",
    re.DOTALL,
)


@dataclass(slots=True)
class _Token:
    text: str
    line: int


def line_index(text: str) -> dict[Path, int]:
    """The line, from 1, of every table and key of a valid TOML text, by its path."""
    return _Scanner(text).index


class _Scanner:
    """A walk over the tokens that follows tables, keys and nested values."""

    def __init__(self, text: str) -> None:
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._tokens = [
            _Token(match.group(), bisect_right(starts, match.start()))
            for match in _TOKEN.finditer(text)
            if not match.group().startswith("#")
        ]
        self._at = 0
        self._lengths: dict[Path, int] = {}
        self.index: dict[Path, int] = {}
        self._document()

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip_newlines(self) -> None:
        while self._peek() == "\n":
            self._at += 1

    def _document(self) -> None:
        table: Path = ()
        while self._at < len(self._tokens):
            if self._peek() == "\n":
                self._at += 1
            elif self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        line = self._next().line
        is_array = self._peek() == "["
        if is_array:
            self._next()
        *parents, last = self._key()
        path = self._into_last(parents)
        path = (*path, last)
        if is_array:
            number = self._lengths.get(path, 0)
            self._lengths[path] = number + 1
            self.index.setdefault(path, line)
            path = (*path, number)
        self.index.setdefault(path, line)
        while self._peek() not in ("\n", ""):
            self._next()
        return path

    def _into_last(self, keys: list[str]) -> Path:
        # [seats.x] after [[seats]] belongs to the last of them.
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _key(self) -> list[str]:
        keys = [_unquoted(self._next().text)]
        while self._peek() == ".":
            self._next()
            keys.append(_unquoted(self._next().text))
        return keys

    def _pair(self, table: Path) -> None:
        line = self._tokens[self._at].line
        path = table
        for key in self._key():
            path = (*path, key)
            self.index.setdefault(path, line)
        self._next()  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._peek()
        if opening == "[":
            for number in self._items("]"):
                self.index.setdefault((*path, number), self._tokens[self._at].line)
                self._value((*path, number))
        elif opening == "{":
            for _ in self._items("}"):
                self._pair(path)
        else:
            # Numbers and dates may hold dots: they end with the line or the list.
            while self._peek() not in ("\n", ",", "]", "}", ""):
                self._next()

    def _items(self, closing: str) -> Iterator[int]:
        self._next()
        number = 0
        while True:
            self._skip_newlines()
            if self._peek() == ",":
                self._next()
            elif self._peek() in (closing, ""):
                break
            else:
                yield number
                number += 1
        self._next()


def _unquoted(key: str) -> str:
    return key[1:-1] if key[:1] in "\"'" else key
