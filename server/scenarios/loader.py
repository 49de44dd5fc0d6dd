"""From a scenario file to a `Scenario`, or to every problem with its line.

Owns reading, built-in names and the wording of problems; the form itself is `document`.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from server.game.scenario import Role, Scenario
from server.scenarios.checks import problems
from server.scenarios.document import (
    BankPart,
    CardPart,
    ChoicePart,
    CrisisPart,
    DebtorPart,
    EffectPart,
    GovernmentPart,
    GroupPart,
    ImfPart,
    LinksPart,
    PhasePart,
    ScenarioDocument,
    SourcePart,
    SwitchesPart,
)
from server.scenarios.lines import line_index

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
    if name_or_path in names():
        text = (resources.files("server.scenarios") / f"{name_or_path}.toml").read_text("utf-8")
        return parse(text, f"{name_or_path}.toml")
    path = Path(name_or_path)
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            raise ScenarioError(
                [Problem(path.name, None, "", f"larger than {SIZE_LIMIT_BYTES} bytes")]
            )
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        near = difflib.get_close_matches(name_or_path, names(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        told = f"neither a readable file nor one of {', '.join(names())}{hint}"
        raise ScenarioError([Problem(name_or_path, None, "", told)]) from None
    return parse(text, path.name)


def parse(text: str, source: str) -> ScenarioDocument:
    """The document that a TOML text holds.

    Args:
        text: the file's content.
        source: what to call it in problems.

    Raises:
        ScenarioError: it is not TOML, or not a scenario.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_of(str(error))
        raise ScenarioError([Problem(source, line, "", f"not TOML: {error}")]) from None
    index = line_index(text)
    try:
        document = ScenarioDocument.model_validate(data)
    except ValidationError as error:
        found = [_problem(details, data, index, source) for details in error.errors()]
        raise ScenarioError(_in_order(found)) from None
    found = [
        Problem(
            source,
            _line(index, path),
            _shown(path),
            f"{_seen(value)} is not allowed; use {allowed}",
        )
        for path, value, allowed in problems(document)
    ]
    if found:
        raise ScenarioError(_in_order(found))
    return document


def _in_order(found: list[Problem]) -> list[Problem]:
    return sorted(found, key=lambda problem: problem.line or 0)


def _line_of(message: str) -> int | None:
    _, _, rest = message.partition("at line ")
    digits = rest.split(",")[0]
    return int(digits) if digits.isdigit() else None


def _line(index: dict[tuple[str | int, ...], int], path: tuple[str | int, ...]) -> int | None:
    for length in range(len(path), 0, -1):
        if path[:length] in index:
            return index[path[:length]]
    return 1


def _shown(path: tuple[str | int, ...]) -> str:
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            shown += f".{part}" if shown else part
    return shown


def _seen(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


_ROLES = tuple(role.value for role in Role)


def _problem(
    details: ErrorDetails,
    data: dict[str, Any],
    index: dict[tuple[str | int, ...], int],
    source: str,
) -> Problem:
    # pydantic puts the role of a seat into the path; the file has no such level.
    path = tuple(
        part
        for place, part in enumerate(details["loc"])
        if not (part in _ROLES and place == 2 and details["loc"][0] == "seats")
    )
    return Problem(source, _line(index, path), _shown(path), _message(details, path))


def _message(details: ErrorDetails, path: tuple[str | int, ...]) -> str:
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
            return f"a number from {context['ge']:g}"
        case "less_than_equal":
            return f"a number up to {context['le']:g}"
        case "greater_than":
            return f"a number above {context['gt']:g}"
        case "less_than":
            return f"a number below {context['lt']:g}"
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
            return f"a text of the form {context['pattern']}"
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case _:
            return details["msg"][:1].lower() + details["msg"][1:]


_PARTS: dict[str, tuple[type[BaseModel], ...]] = {
    "seats": (GovernmentPart, BankPart, ImfPart, DebtorPart),
    "cards": (CardPart, EffectPart),
    "crises": (CrisisPart, CardPart, EffectPart),
    "phases": (PhasePart,),
    "groups": (GroupPart,),
    "links": (LinksPart,),
    "switches": (SwitchesPart,),
    "sources": (SourcePart,),
    "choices": (ChoicePart,),
}


def _known_fields(path: tuple[str | int, ...]) -> list[str]:
    parts = _PARTS.get(str(path[0]), ()) if len(path) > 1 else (ScenarioDocument,)
    return [name for part in parts for name in part.model_fields]
