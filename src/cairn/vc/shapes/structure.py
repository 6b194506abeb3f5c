"""A document taken apart: what decides how it is read, and the texts that fill it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

#: How a document is built. Each entry stands at a place where only its kind can stand, so that two
#: documents with one key differ in their texts and in nothing else: a tuple is the names of an object
#: in their order, a number the length of a list, None a text, and bytes any other scalar.
Key = tuple[tuple[str, ...] | int | bytes | None, ...]

_SCALARS: Final = frozenset((bool, int, float, type(None)))


class NotPlain(Exception):
    """There is something in the document that no JSON reader makes."""


def take_apart(document: Mapping[str, Any]) -> tuple[Key, list[str]]:
    """Return the key of a document and its texts in document order, or raise :class:`NotPlain`."""
    key: list[Any] = []
    texts: list[str] = []
    if type(document) is not dict:
        raise NotPlain
    _object(document, key, texts)
    return tuple(key), texts


def put_together(document: Mapping[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """Make a document of the same structure with other texts in the same order."""
    rest = iter(texts)
    return {name: _filled(value, rest) for name, value in document.items()}


def _object(value: dict[str, Any], key: list[Any], texts: list[str]) -> None:
    key.append(tuple(value))
    for item in value.values():
        kind = type(item)
        if kind is str:
            key.append(None)
            texts.append(item)
        elif kind is dict:
            _object(item, key, texts)
        elif kind is list:
            _list(item, key, texts)
        else:
            key.append(_scalar(item))


def _list(value: list[Any], key: list[Any], texts: list[str]) -> None:
    key.append(len(value))
    for item in value:
        kind = type(item)
        if kind is str:
            key.append(None)
            texts.append(item)
        elif kind is dict:
            _object(item, key, texts)
        elif kind is list:
            _list(item, key, texts)
        else:
            key.append(_scalar(item))


def _scalar(value: Any) -> bytes:
    # 1, 1.0 and True are equal in Python and three different things to sign.
    if type(value) not in _SCALARS:
        raise NotPlain
    return f"{type(value).__name__} {value!r}".encode()


def _filled(value: Any, rest: Iterator[str]) -> Any:
    if isinstance(value, str):
        return next(rest)
    if isinstance(value, dict):
        return {name: _filled(item, rest) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, rest) for item in value]
    return value


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where each text stands, in document order."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from paths(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


def names(value: Any) -> Iterator[str]:
    """Yield the name of every member of every object."""
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from names(item)
    elif isinstance(value, list):
        for item in value:
            yield from names(item)
