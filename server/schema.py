"""JSON Schema that carries the docstrings of fields and enum values.

pydantic can read them when a class is made, which costs every start of a client a fifth of a
second; here they are read when a schema is asked for. Knows nothing of what is described.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Mode = Literal["validation", "serialization"]
MAY_BE_INFINITE = frozenset({"sharpness"})
"""Fields whose number can be infinite, which JSON has no number for."""
VALUE_MEANINGS = "x-meanings"
"""The schema's own key for what an enum's values mean, by value."""
_JSON_WORDS = {"None": "null", "True": "true", "False": "false"}


class DescribedSchema(GenerateJsonSchema):
    """For `json_schema(schema_generator=...)`: as pydantic's, described from the source."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A wire or log model with its fields' docstrings."""
        return _described(super().model_schema(schema), schema["cls"])

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """A dataclass of the game with its fields' docstrings."""
        return _described(super().dataclass_schema(schema), schema["cls"])

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """An enum with what its values mean, where that is said."""
        found = super().enum_schema(schema)
        docs = attribute_docs(schema["cls"])
        if docs:
            found[VALUE_MEANINGS] = {
                one.value: docs[one.name] for one in schema["cls"] if one.name in docs
            }
        return found


def attribute_docs(owner: type | ModuleType) -> dict[str, str]:
    """The docstrings under a class's attributes, inherited ones too, or a module's constants.

    In JSON's words, for readers of the wire. Empty where the source is not at hand.
    """
    if isinstance(owner, ModuleType):
        return _docs_in(_body(owner.__name__))
    package = owner.__module__.partition(".")[0]
    docs: dict[str, str] = {}
    for base in reversed(owner.__mro__):
        if base.__module__.partition(".")[0] == package:
            for statement in _body(base.__module__):
                if isinstance(statement, ast.ClassDef) and statement.name == base.__name__:
                    docs |= _docs_in(statement.body)
    return docs


def _described(schema: JsonSchemaValue, owner: type) -> JsonSchemaValue:
    docs = attribute_docs(owner)
    for name, field in schema.get("properties", {}).items():
        if name in docs:
            field["description"] = docs[name]
        if name in MAY_BE_INFINITE and field.pop("type", None):
            field["anyOf"] = [{"type": "number"}, {"const": "Infinity", "type": "string"}]
    if "const" in schema.get("properties", {}).get("kind", {}):
        # A default in the class; on the wire it tells one message from another.
        schema["required"] = sorted({*schema.get("required", []), "kind"})
    if "description" in schema:
        schema["description"] = in_json_words(schema["description"])
    return schema


@cache
def _body(module: str) -> list[ast.stmt]:
    try:
        return ast.parse(inspect.getsource(sys.modules[module])).body
    except OSError:
        return []


def _docs_in(body: Iterable[ast.stmt]) -> dict[str, str]:
    docs = {}
    for statement, after in pairwise(body):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = in_json_words(inspect.cleandoc(text))
    return docs


def in_json_words(text: str) -> str:
    """A docstring as a reader of JSON wants it: `null` for None, single backquotes."""
    words = re.sub(r"\b(None|True|False)\b", lambda found: _JSON_WORDS[found[0]], text)
    return words.replace("``", "`")


def document(
    title: str,
    version: int,
    parts: Mapping[str, tuple[TypeAdapter[Any], Mode]],
    messages: Iterable[str],
) -> dict[str, Any]:
    """One JSON Schema document with shared definitions.

    Args:
        title: what is described.
        version: of what is described.
        parts: what is to be found in `$defs`, by name: type, and whether it is read
            (`validation`) or written (`serialization`).
        messages: the parts of which a whole JSON text is one.
    """
    keys = [(name, mode, adapter) for name, (adapter, mode) in parts.items()]
    found, shared = TypeAdapter.json_schemas(keys, schema_generator=DescribedSchema)
    return {
        "$schema": DescribedSchema.schema_dialect,
        "title": title,
        "version": version,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in messages],
        "$defs": {
            **{name: found[name, mode] for name, (_, mode) in parts.items()},
            **shared.get("$defs", {}),
        },
    }
