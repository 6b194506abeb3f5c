"""The official JSON Schemas of Open Badges 3.0 and CLR 2.0, asked in plain words.

The bundled edition is the published one that tolerates JSON-LD compaction: one value may stand
without its list. What it leaves open is asked by :mod:`cairn.vc.openbadges`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jsonschema_rs import Draft201909Validator, ValidationError, ValidationErrorKind

from cairn.vc.datamodel import data_model
from cairn.vc.document import JsonObject, pointer
from cairn.vc.openbadges import openbadge_problems, openbadge_type
from cairn.vc.problem import Problem

__all__ = ["MAX_PROBLEMS", "Problem", "problems", "proof_fits", "read_schema", "schema_for"]

MAX_PROBLEMS: Final = 20
#: The library keeps a copy of the offending value for every error in every alternative: a hostile
#: two-megabyte list takes 2.5 GB to explain. The sum of all depths bounds that work.
_MAX_EXPLAINED: Final = 20_000

_SCHEMAS: Final = {
    ("AchievementCredential", "2.0"): "ob_v3p0_achievementcredential_schema.json",
    ("AchievementCredential", "1.1"): "ob_v3p0_anyachievementcredential_schema.json",
    ("EndorsementCredential", "2.0"): "ob_v3p0_endorsementcredential_schema.json",
    ("ClrCredential", "2.0"): "clr_v2p0_clrcredential_schema.json",
}
_KINDS: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}


def problems(document: Mapping[str, Any]) -> list[Problem]:
    """List what Open Badges 3.0 finds wrong, at most :data:`MAX_PROBLEMS`; empty when it conforms.

    A credential that is no achievement, endorsement or learner record has no schema and no problems.
    """
    kind = openbadge_type(document)
    if kind is None:
        return []
    found: list[Problem] = []
    if name := _SCHEMAS.get((kind, data_model(document) or "2.0")):
        found += _schema_problems(name, dict(document))
    found += openbadge_problems(document)
    # The schema and the prose often object to the same place; the first says enough.
    return list({problem.pointer: problem for problem in reversed(found)}.values())[::-1][
        :MAX_PROBLEMS
    ]


def schema_for(document: Mapping[str, Any]) -> str | None:
    """Name the schema that :func:`problems` asks, or None where there is none."""
    kind = openbadge_type(document)
    return None if kind is None else _SCHEMAS.get((kind, data_model(document) or "2.0"))


def proof_fits(document: Mapping[str, Any], proof: Any) -> bool:
    """Tell that a document that has no problems has none with this proof in it either."""
    name = schema_for(document)
    return name is None or _proof_validator(name).is_valid(proof)


def _schema_problems(name: str, document: JsonObject) -> list[Problem]:
    validator = _validator(name)
    if validator.is_valid(document):
        return []
    if _depths(document) > _MAX_EXPLAINED:
        return [Problem("", "does not fit the Open Badges schema, and is too large to say where.")]
    found = []
    for error in validator.iter_errors(document):
        found += [_explain(leaf, name) for leaf in _leaves(error)]
        if len(found) >= MAX_PROBLEMS:
            break
    return found


@cache
def read_schema(name: str) -> JsonObject:
    """Read one of the bundled schemas."""
    text = (files("cairn.vc") / "schemas" / name).read_text(encoding="utf-8")
    schema: JsonObject = json.loads(text)
    # One edition offers the 1.1 form and the 2.0 form; who asks for it wants the first.
    alternatives: list[JsonObject] = schema.pop("anyOf", [])
    return schema | alternatives[0] if alternatives else schema


@cache
def _proof_validator(name: str) -> Draft201909Validator:
    schema = read_schema(name)
    rules = {"$defs": schema["$defs"], **schema["properties"].get("proof", {})}
    return Draft201909Validator(rules, offline=True, validate_formats=False)


@cache
def _validator(name: str) -> Draft201909Validator:
    return Draft201909Validator(read_schema(name), offline=True, validate_formats=False)


def _depths(value: Any, depth: int = 1) -> int:
    """Add up how deep every value stands, which is how often an error about it may be copied."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        return depth
    return depth + sum(_depths(item, depth + 1) for item in value)


def _leaves(error: ValidationError) -> list[ValidationError]:
    """Descend through alternatives to the errors that tell most."""
    kind = error.kind
    if not isinstance(kind, ValidationErrorKind.OneOfNotValid | ValidationErrorKind.AnyOf):
        return [error]
    branches = [[leaf for e in branch for leaf in _leaves(e)] for branch in kind.context]
    fitting = [branch for branch in branches if not _wrong_kind(branch, error)]
    # Where no alternative is of the value's kind, the first says what kind was meant.
    return min(fitting, key=len) if fitting else [_kinds_wanted(branches, error)]


def _wrong_kind(branch: list[ValidationError], error: ValidationError) -> bool:
    """Tell whether an alternative was meant for another kind of value altogether.

    Language maps (`{"en": "..."}`) stand in the published schema, but no context defines their
    keys, so they are never the alternative that somebody meant.
    """
    return any(
        isinstance(leaf.kind, ValidationErrorKind.PropertyNames | ValidationErrorKind.Type)
        and leaf.instance_path == error.instance_path
        for leaf in branch
    )


def _kinds_wanted(branches: list[list[ValidationError]], error: ValidationError) -> ValidationError:
    wanted = [leaf for branch in branches for leaf in branch]
    return next(
        (leaf for leaf in wanted if leaf.instance_path == error.instance_path and _is_type(leaf)),
        error,
    )


def _is_type(error: ValidationError) -> bool:
    return isinstance(error.kind, ValidationErrorKind.Type)


def _explain(error: ValidationError, name: str) -> Problem:
    place = pointer(*error.instance_path)
    match error.kind:
        case ValidationErrorKind.Required(property=missing):
            return Problem(place + pointer(_plain(missing)), "is missing.")
        case ValidationErrorKind.AdditionalProperties(unexpected=unexpected):
            return Problem(place + pointer(unexpected[0]), "has no place here.")
        case ValidationErrorKind.Type(types=types):
            wanted = " or ".join(_KINDS.get(_plain(kind), str(kind)) for kind in types)
            return Problem(place, f"must be {wanted}.")
        case _:
            return Problem(place, " ".join(_rules(error, name)))


def _rules(error: ValidationError, name: str) -> Iterator[str]:
    match error.kind:
        case ValidationErrorKind.Contains():
            options = _at(read_schema(name), error.schema_path)["enum"]
            yield f"must contain {' or '.join(options)}."
        case ValidationErrorKind.Enum(options=options):
            yield f"must be {_listed(options)}."
            siblings = _at(read_schema(name), error.schema_path[:-2])
            if isinstance(siblings, list) and any("(ext:)" in str(s) for s in siblings):
                yield "A kind of your own starts with ext:, such as ext:Workshop."
        case ValidationErrorKind.Pattern(pattern=pattern) if "clr" in pattern:
            yield "must be the address of a CLR 2.0 context, such as"
            yield "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json."
        case ValidationErrorKind.Pattern(pattern=pattern) if "imsglobal" in pattern:
            yield "must be the address of an Open Badges 3.0 context, such as"
            yield "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json."
        case ValidationErrorKind.Pattern(pattern=pattern) if pattern.startswith("^[a-z]{2,4}"):
            yield "must be a language tag such as en or en-AU."
        case ValidationErrorKind.Pattern(pattern=pattern):
            yield f"must be written as {pattern} asks."
        case ValidationErrorKind.MinItems(limit=limit):
            yield f"must have at least {limit} entries."
        case ValidationErrorKind.OneOfMultipleValid():
            yield "can be read in two ways, so nobody can tell which is meant."
        case _:
            yield "does not fit the Open Badges schema."


def _plain(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _listed(options: list[Any]) -> str:
    if len(options) == 1:
        return str(options[0])
    return "one of " + ", ".join(str(option) for option in options)


def _at(schema: Any, path: list[str | int]) -> Any:
    for part in path:
        schema = schema[part]
    return schema
