"""Choosing parts of a document by JSON pointer (VC-DI-ECDSA §3.4.10 to §3.4.13).

What is chosen keeps its place: every object on the way to it comes along with its address, its type
and its vocabulary, without which it would say something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from cairn.vc.document import MAX_DEPTH, Json, JsonObject
from cairn.vc.errors import CredentialError

#: Members of an object that come with whatever is chosen from it.
_COME_ALONG: Final = frozenset(("@context", "@id", "@type", "id", "type"))
_INDEX = re.compile(r"0|[1-9][0-9]{0,6}")
_BAD_ESCAPE = re.compile(r"~(?![01])")

Twins = dict[int, Any]
"""The original of each object and array chosen in part, by the ``id()`` of the part."""

#: What is wanted of an object or array, by name or index; None is all of it.
_Wanted = dict[str, Any] | None


class BadPointer(CredentialError):
    """A pointer is malformed, leads nowhere, or leads into what was signed as one."""

    code = "disclosure.pointer"


def select(document: JsonObject, pointers: Iterable[str]) -> tuple[JsonObject, Twins]:
    """Return the part of a document that the pointers choose, and what its pieces are pieces of.

    Whatever is chosen whole is the very object of ``document``, so nobody may change it. Raises
    :class:`BadPointer`.
    """
    wanted: _Wanted = {}
    for pointer in pointers:
        steps = _steps(pointer)
        _must_lead_somewhere(document, steps, pointer)
        wanted = _with(wanted, steps)
    twins: Twins = {}
    return _pick(document, wanted, twins), twins


def _steps(pointer: str) -> list[str]:
    """Split a pointer at its slashes (RFC 6901 §3 and §4)."""
    if pointer and (not pointer.startswith("/") or _BAD_ESCAPE.search(pointer)):
        raise BadPointer(
            f"“{_short(pointer)}” is not a JSON pointer. One begins with a slash, such as "
            "/issuer/name, and writes ~1 for a slash in a name and ~0 for ~."
        )
    if pointer.count("/") > MAX_DEPTH:
        raise BadPointer(f"“{_short(pointer)}” leads deeper than any document that is read.")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _must_lead_somewhere(document: Json, steps: Sequence[str], pointer: str) -> None:
    for step in steps:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and _INDEX.fullmatch(step) and int(step) < len(document):
            document = document[int(step)]
        else:
            raise BadPointer(
                f"“{_short(pointer)}” leads nowhere: there is no “{_short(step)}”. Look for the "
                "place in the credential; the items of an array are counted from 0."
            )


def _with(wanted: _Wanted, steps: Sequence[str]) -> _Wanted:
    """Add one place to what is wanted; a whole swallows its parts."""
    if wanted is None or not steps:
        return None
    inner = wanted
    for step in steps[:-1]:
        found = inner.setdefault(step, {})
        if found is None:
            return wanted
        inner = found
    inner[steps[-1]] = None
    return wanted


def _pick(source: Json, wanted: _Wanted, twins: Twins) -> Any:
    if wanted is None:
        return source
    part: Json
    if isinstance(source, dict):
        part = {
            key: _pick(item, None if key in _COME_ALONG else wanted[key], twins)
            for key, item in source.items()
            if key in wanted or key in _COME_ALONG
        }
    else:
        # §3.4.13: the array closes up over what was left out.
        part = [
            _pick(source[index], wanted[str(index)], twins) for index in sorted(map(int, wanted))
        ]
    twins[id(part)] = source
    return part


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
