"""Strict JSON: what is signed is what everyone else reads.

RFC 8259 leaves duplicate keys, lone surrogates and large numbers to the reader. Two readers then
see two documents under one signature, so all three are refused, with the place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from cairn.vc.errors import Unreadable

Json = Any
JsonObject = dict[str, Any]

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 64
#: Beyond this, a JavaScript reader sees another number than a Python reader does.
MAX_NUMBER: Final = 2**53

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_NO_BRACKETS = re.compile(r'(?:"[^"\\]*(?:\\.[^"\\]*)*"?|[^"\[\]{}])+', re.DOTALL)
_INNERMOST = re.compile(r"\{\}|\[\]")
_compact: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode
_SUSPECT = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


class _Duplicate(dict[str, Any]):
    """An object in which a key stood twice; kept only to find its place."""

    key = ""


class _BadNumber(float):
    """A number that two readers would read differently; kept only to find its place."""


def parse(
    raw: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> JsonObject:
    """Read one JSON object, or raise :class:`Unreadable` with a JSON pointer to the fault.

    ``max_bytes`` bounds the UTF-8 text, ``max_depth`` the nesting of objects and arrays. A leading
    byte order mark is tolerated.
    """
    text = _decode(raw, max_bytes)
    _check_depth(text, max_depth)
    trouble: list[bool] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, trouble),
            parse_int=lambda digits: _integer(digits, trouble),
            parse_float=lambda digits: _float(digits, trouble),
            parse_constant=_constant,
        )
    except json.JSONDecodeError as exc:
        raise Unreadable(
            f"This is not JSON: {exc.msg} at line {exc.lineno}, column {exc.colno}."
        ) from exc
    if trouble or _SUSPECT.search(text):
        _locate(value)
    if not isinstance(value, dict):
        raise Unreadable("A credential is a JSON object, in braces; this is not.", pointer="")
    return value


def dump(value: Json) -> bytes:
    """Write JSON as compact UTF-8, keys in the order given."""
    return _compact(value).encode()


def pointer(*parts: str | int) -> str:
    """Join parts into a JSON pointer (RFC 6901 §3)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _decode(raw: bytes | str, max_bytes: int) -> str:
    size = len(raw)
    if size > max_bytes:
        raise Unreadable(
            f"The document has {size:,} bytes; at most {max_bytes:,} are read.", pointer=""
        )
    if isinstance(raw, str):
        return raw
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Unreadable(f"The text is not UTF-8: byte {exc.start} starts no character.") from exc


def _check_depth(text: str, limit: int) -> None:
    """Refuse deep nesting before a recursive reader meets it."""
    if text.count("{") + text.count("[") <= limit:
        return
    left = _NO_BRACKETS.sub("", text)
    for _ in range(limit):
        left = _INNERMOST.sub("", left)
    if not left:
        return
    depth = 0
    for match in _STRUCTURE.finditer(text):
        mark = match.group()
        if mark in "{[":
            depth += 1
            if depth > limit:
                raise Unreadable(f"The document is nested more than {limit} levels deep.")
        elif mark in "}]":
            depth -= 1


def _object(pairs: list[tuple[str, Any]], trouble: list[bool]) -> JsonObject:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    trouble.append(True)
    twice = _Duplicate(value)
    twice.key = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
    return twice


def _integer(digits: str, trouble: list[bool]) -> int | float:
    # The longest integer in range has 16 digits; int() of a million digits takes seconds.
    if len(digits) > 17 or abs(int(digits)) > MAX_NUMBER:
        trouble.append(True)
        return _BadNumber(0)
    return int(digits)


def _float(digits: str, trouble: list[bool]) -> float:
    number = float(digits)
    if abs(number) > MAX_NUMBER:
        trouble.append(True)
        return _BadNumber(0)
    return number


def _constant(name: str) -> float:
    raise Unreadable(f"{name} is not a JSON number.")


def _locate(value: Json) -> None:
    """Raise for the first fault, in document order, with its pointer."""
    for path, item in _walk(value, ()):
        place = pointer(*path)
        if isinstance(item, _Duplicate):
            raise Unreadable(
                f"The name “{item.key}” stands twice in one object; readers disagree on which "
                "one counts.",
                pointer=place + pointer(item.key),
            )
        if isinstance(item, _BadNumber):
            raise Unreadable(
                "This number is beyond ±2^53, where readers round differently. Write it as text.",
                pointer=place,
            )
        if isinstance(item, str) and _unwritable(item):
            raise Unreadable("This text holds a character that cannot be written.", pointer=place)


def _walk(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield path, key
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


def _unwritable(text: str) -> bool:
    """Tell a lone surrogate or NUL: no UTF-8 for the one, no database column for the other."""
    return "\0" in text or any("\ud800" <= char <= "\udfff" for char in text)
