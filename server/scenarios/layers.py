"""A scenario file laid over the one that it extends.

Owns reading TOML, `extends`, and where every value of the whole stands: in which file, at
which line. What a value may be is `document`'s; where files are found is the `loader`'s.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.scenarios.lines import Path, line_index

KEYS: Mapping[str, tuple[str, ...]] = {
    "seats": ("id",),
    "groups": ("name",),
    "cards": ("name",),
    "sources": ("field",),
    "choices": ("field",),
    "record": ("seat", "who"),
}
"""Lists of tables that are laid over one another entry by entry, and what names an entry."""

NOT_INHERITED = ("name", "title", "extends", "difficulty")
"""What a file has to say itself: it is another scenario, and another one to be measured."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands."""

    source: str
    """The file."""
    line: int
    path: Path
    """Its path in that file."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What a file says, alone or laid over others."""

    source: str
    data: dict[str, Any]
    places: Mapping[Path, Place]
    """By path in `data`."""

    def place(self, path: Path) -> Place:
        """Where a path stands; else the first thing in it, else the nearest thing around it."""
        within = [place for found, place in self.places.items() if found[: len(path)] == path]
        if path not in self.places and within:
            # Such as [links.economic] where no line says [links].
            first = min(within, key=lambda place: (place.source != self.source, place.line))
            return Place(first.source, first.line, path)
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return Place(found.source, found.line, found.path + path[length:])
        return Place(self.source, 1, path)


def read(text: str, source: str) -> Layer:
    """A file by itself.

    Raises:
        tomllib.TOMLDecodeError: it is not TOML.
    """
    data = tomllib.loads(text)
    places = {path: Place(source, line, path) for path, line in line_index(text).items()}
    return Layer(source, data, places)


def over(base: Layer, own: Layer) -> Layer:
    """`own` laid over `base`: tables key by key, entries of `KEYS` by their names, all else
    in place of what `base` says."""
    kept = {key: value for key, value in base.data.items() if key not in NOT_INHERITED}
    data = dict(kept)
    places = {path: place for path, place in base.places.items() if path[0] in kept}
    for key, value in own.data.items():
        moved = {path: place for path, place in own.places.items() if path[0] == key}
        if key in KEYS and _are_tables(value) and _are_tables(kept.get(key)):
            data[key], numbers = _entries(KEYS[key], kept[key], value)
            moved = {
                (key, numbers[path[1]], *path[2:]): place
                for path, place in moved.items()
                if len(path) > 1 and isinstance(path[1], int)
            }
        elif isinstance(value, dict) and isinstance(kept.get(key), dict):
            data[key] = _tables(kept[key], value)
        else:
            data[key] = value
            places = {path: place for path, place in places.items() if path[0] != key}
        places |= moved
    return Layer(own.source, data, places)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _tables(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        before = base.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            value = _tables(before, value)
        merged[key] = value
    return merged


def _entries(
    keys: tuple[str, ...], base: list[dict[str, Any]], own: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[int]]:
    """The list as merged, and where in it each own entry is."""

    def named(entry: dict[str, Any]) -> object:
        return next(((key, str(entry[key])) for key in keys if key in entry), None)

    merged, numbers = list(base), list[int]()
    names = [named(entry) for entry in base]
    for entry in own:
        name = named(entry)
        if name is not None and name in names:
            number = names.index(name)
            merged[number] = _tables(merged[number], entry)
        else:
            # Its own name is not listed: a file that names an entry twice has two of them.
            number = len(merged)
            merged.append(entry)
        numbers.append(number)
    return merged, numbers
