"""What a JSON Schema asks of one text of a document, whatever stands elsewhere.

A schema is a rule about the structure of a document and about single texts. If the structure is known
and each text gives the same answers, one by one, to everything that any part of the schema could ask
of it, then the answer for the document is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft201909Validator

_OF_TEXTS: Final = frozenset(("const", "enum", "maxLength", "minLength", "pattern"))
#: These ask of keys and kinds only, or nothing ("format" is not asserted).
_OF_STRUCTURE: Final = frozenset((
    "$comment", "$defs", "$id", "$schema", "additionalItems", "additionalProperties", "contains",
    "description", "format", "items", "maxItems", "minItems", "properties", "propertyNames",
    "required", "title", "type",
))  # fmt: skip
_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")

Path = tuple[str | int, ...]


class Unreadable(Exception):
    """The schema has a rule that is not known to leave texts alone."""


def asked(schema: Mapping[str, Any], path: Path) -> list[dict[str, Any]]:
    """List every rule about texts that the schema may apply to the text at ``path``."""
    here = list(_here(schema, schema))
    for step in path:
        here = [
            inner
            for outer in here
            for below in _below(outer, step)
            for inner in _here(schema, below)
        ]
    rules = {
        json.dumps(rule, sort_keys=True): rule
        for one in here
        for rule in ({name: one[name]} for name in one.keys() & _OF_TEXTS)
    }
    return list(rules.values())


def alike(rules: Iterable[Mapping[str, Any]], text: str) -> Draft201909Validator:
    """Return what accepts the texts that answer each of these rules as ``text`` does."""
    answers = [
        rule if _validator(json.dumps(rule)).is_valid(text) else {"not": rule} for rule in rules
    ]
    return _validator(json.dumps({"allOf": answers}))


@lru_cache(256)
def _validator(rule: str) -> Draft201909Validator:
    return Draft201909Validator(json.loads(rule))


def _here(root: Mapping[str, Any], schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas that apply to a value, whichever alternative is taken."""
    if not isinstance(schema, Mapping):  # true or false
        return
    reference = schema.get("$ref", "#/$defs/")
    strange = schema.keys() - _OF_TEXTS - _OF_STRUCTURE - {*_IN_PLACE, "$ref"}
    if strange or not reference.startswith("#/$defs/"):
        raise Unreadable(schema)
    yield schema
    for name in _IN_PLACE:
        for one in schema.get(name, ()):
            yield from _here(root, one)
    if "$ref" in schema:
        yield from _here(root, root["$defs"][reference.removeprefix("#/$defs/")])


def _below(schema: Mapping[str, Any], step: str | int) -> Iterator[Any]:
    """Yield the schemas that apply to a member of an object or an item of a list."""
    if isinstance(step, str):
        yield schema.get("properties", {}).get(step)
        yield schema.get("additionalProperties")
        return
    items = schema.get("items")
    yield from items if isinstance(items, list) else [items]
    yield schema.get("additionalItems")
    yield schema.get("contains")
