"""From a scenario file to a `Scenario`, or to every problem with its line.

Owns finding and reading files, built-in names and the wording of problems; the form itself
is `document`, how one file extends another is `layers`.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from server.game.scenario import Role, Scenario
from server.scenarios import layers
from server.scenarios.checks import problems
from server.scenarios.document import (
    FORMS,
    BankPart,
    CardPart,
    ChoicePart,
    CrisisPart,
    DebtorPart,
    DifficultyPart,
    EffectPart,
    GovernmentPart,
    GroupPart,
    ImfPart,
    LinksPart,
    PhasePart,
    RecordPart,
    ScenarioDocument,
    SourcePart,
    SwitchesPart,
)
from server.scenarios.layers import Layer
from server.scenarios.lines import Path as FieldPath

SIZE_LIMIT_BYTES = 200_000
"""A scenario file larger than this is refused unread."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a scenario file."""

    source: str
    """The file."""
    line: int | None
    """From 1; None where no line can be named."""
    field: str
    """Such as ``seats[2].unit_cost``."""
    message: str
    """The value seen and what is allowed."""

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return (
            f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"
        )


class ScenarioError(Exception):
    """A scenario file is wrong; `problems` holds everything found, in file order."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in found))
        self.problems = found


def names() -> list[str]:
    """The built-in scenarios."""
    folder = resources.files("server.scenarios")
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def load(name_or_path: str) -> Scenario:
    """A built-in scenario by its name, or one from a file.

    Raises:
        ScenarioError: there is none, or it is wrong.
    """
    return load_document(name_or_path).scenario()


def load_document(name_or_path: str) -> ScenarioDocument:
    """As `load`, with the sources and choices that the game does not need.

    Raises:
        ScenarioError: there is none, or it is wrong.
    """
    file = _find(name_or_path, None)
    if file is None:
        raise ScenarioError([Problem(name_or_path, None, "", _not_found(name_or_path))])
    return _checked(_layer(_text(file), file, ()))


def parse(text: str, source: str, folder: Path | None = None) -> ScenarioDocument:
    """The document that a TOML text holds.

    Args:
        text: the file's content.
        source: what to call it in problems.
        folder: where a path in `extends` begins; None for the current one.

    Raises:
        ScenarioError: it is not TOML, or not a scenario.
    """
    return _checked(_layer(text, _File(source, ((folder or Path()) / source).resolve()), ()))


@dataclass(frozen=True, slots=True)
class _File:
    """A scenario file that was found."""

    source: str
    """What it is called in problems."""
    path: Path | Traversable


def _find(name_or_path: str, folder: Path | None) -> _File | None:
    """A built-in scenario, or a file as seen from a folder; None if there is neither."""
    if name_or_path in names():
        source = f"{name_or_path}.toml"
        return _File(source, resources.files("server.scenarios") / source)
    path = ((folder or Path()) / name_or_path).resolve()
    return _File(path.name, path) if path.is_file() else None


def _not_found(name_or_path: str) -> str:
    near = difflib.get_close_matches(name_or_path, names(), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"neither a readable file nor one of {', '.join(names())}{hint}"


def _text(file: _File) -> str:
    try:
        if isinstance(file.path, Path) and file.path.stat().st_size > SIZE_LIMIT_BYTES:
            raise ScenarioError(
                [Problem(file.source, None, "", f"larger than {SIZE_LIMIT_BYTES} bytes")]
            )
        return file.path.read_text("utf-8")
    except (OSError, ValueError):
        raise ScenarioError(
            [Problem(file.source, None, "", "cannot be read, or is not UTF-8 text")]
        ) from None


def _layer(text: str, file: _File, above: tuple[str, ...]) -> Layer:
    """A file over those that it extends.

    Args:
        text: its content.
        file: what it is called, and where it lies.
        above: the files that extend it, from the first on.
    """
    try:
        own = layers.read(text, file.source)
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_of(str(error), text)
        raise ScenarioError([Problem(file.source, line, "", f"not TOML: {error}")]) from None
    extended = own.data.get("extends")
    if extended is None:
        return own
    base = _extended(extended, file)
    above = (*above, str(file.path))
    if isinstance(base, _File) and str(base.path) in above:
        base = f"{extended} extends this file"
    if isinstance(base, str):
        line = own.place(("extends",)).line
        raise ScenarioError([Problem(file.source, line, "extends", base)])
    return layers.over(_layer(_text(base), base, above), own)


def _extended(name: object, by: _File) -> _File | str:
    """The file that `extends` names, or what is wrong with the name."""
    if not isinstance(name, str):
        return f"{_seen(name)} is not allowed; use a text in quotes"
    folder = by.path.parent if isinstance(by.path, Path) else None
    return _find(name, folder) or f"{name} is {_not_found(name)}"


def check(data: dict[str, Any]) -> ScenarioDocument:
    """The document that came as JSON, with the fields of a scenario file that extends none.

    Raises:
        ScenarioError: it is not a scenario.
    """
    if data.get("sharpness") == "Infinity":
        data = {**data, "sharpness": math.inf}
    return _checked(Layer(str(data.get("name", "scenario")), data, {}))


def _checked(layer: Layer) -> ScenarioDocument:
    try:
        document = ScenarioDocument.model_validate(layer.data)
    except ValidationError as error:
        found = [_problem(details, layer) for details in error.errors()]
        raise ScenarioError(_in_order(found)) from None
    found = [
        _placed(layer, path, f"{_seen(value)} is not allowed; use {allowed}")
        for path, value, allowed in problems(document)
    ]
    if found:
        raise ScenarioError(_in_order(found))
    return document


def _placed(layer: Layer, path: FieldPath, message: str) -> Problem:
    """A problem where its value stands; with `extends`, where the file at hand lets it in."""
    place = layer.place(path)
    if place.source == layer.source:
        return Problem(place.source, place.line, _shown(place.path), message)
    line = layer.place(("extends",)).line
    told = f"{message} (it is in {place.source}, line {place.line})"
    return Problem(layer.source, line, _shown(place.path), told)


def _in_order(found: list[Problem]) -> list[Problem]:
    return sorted(found, key=lambda problem: problem.line or 0)


def _line_of(message: str, text: str) -> int | None:
    """The line that TOML's message names in its words."""
    if "at end of document" in message:
        return len(text.splitlines())
    _, _, rest = message.partition("at line ")
    digits = rest.split(",")[0]
    return int(digits) if digits.isdigit() else None


def _shown(path: FieldPath) -> str:
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            shown += f".{part}" if shown else part
    return shown


def _seen(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


_ROLES = tuple(role.value for role in Role)


def _problem(details: ErrorDetails, layer: Layer) -> Problem:
    # pydantic puts the role of a seat into the path; the file has no such level.
    path = tuple(
        part
        for place, part in enumerate(details["loc"])
        if not (part in _ROLES and place == 2 and details["loc"][0] == "seats")
    )
    return _placed(layer, path, _message(details, path))


def _message(details: ErrorDetails, path: FieldPath) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return "missing; it has no default"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(path[-1]), _known_fields(path), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"there is no such field{hint}"
    if kind == "union_tag_not_found":
        return f"missing role; use {', '.join(_ROLES)}"
    if kind == "union_tag_invalid":
        return f"role {context.get('tag')} is not allowed; use {', '.join(_ROLES)}"
    return f"{_seen(details['input'])} is not allowed; use {_allowed(kind, context, details)}"


def _allowed(kind: str, context: dict[str, Any], details: ErrorDetails) -> str:
    match kind:
        case "greater_than_equal":
            return f"a number from {_plain(context['ge'])}"
        case "less_than_equal":
            return f"a number up to {_plain(context['le'])}"
        case "greater_than":
            return f"a number above {_plain(context['gt'])}"
        case "less_than":
            return f"a number below {_plain(context['lt'])}"
        case "int_type" | "int_from_float":
            return "a whole number"
        case "float_type":
            return "a number"
        case "bool_type":
            return "true or false"
        case "string_type":
            return "a text in quotes"
        case "literal_error":
            return str(context["expected"])
        case "string_pattern_mismatch":
            return FORMS[context["pattern"]]
        case "dict_type" | "model_type" | "model_attributes_type":
            return "a table, such as { name = value }"
        case "tuple_type" | "list_type":
            return "a list: in brackets, or one [[…]] for each entry"
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case _:
            return details["msg"][:1].lower() + details["msg"][1:]


def _plain(number: float) -> str:
    """Without an exponent, which nobody would write in a file."""
    return f"{number:.12g}"


_PARTS: dict[str, tuple[type[BaseModel], ...]] = {
    "seats": (GovernmentPart, BankPart, ImfPart, DebtorPart),
    "cards": (CardPart, EffectPart),
    "crises": (CrisisPart, CardPart, EffectPart, RecordPart),
    "phases": (PhasePart,),
    "groups": (GroupPart,),
    "links": (LinksPart,),
    "switches": (SwitchesPart,),
    "sources": (SourcePart,),
    "choices": (ChoicePart,),
    "record": (RecordPart,),
    "difficulty": (DifficultyPart,),
}


def _known_fields(path: FieldPath) -> list[str]:
    parts = _PARTS.get(str(path[0]), ()) if len(path) > 1 else (ScenarioDocument,)
    return [name for part in parts for name in part.model_fields]
