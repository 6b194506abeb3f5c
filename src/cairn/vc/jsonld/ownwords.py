"""Documents that define their own words, so that what they seem to say proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cairn.vc.document import pointer
from cairn.vc.errors import Unavailable


class OwnWords(Unavailable):
    """The document defines words itself, so that they may not mean what they seem to say.

    A verifier has to know its vocabularies beforehand (VCDM 2.0 §B.1): a definition in the
    document can give a word another meaning, or the meaning of "expires" to a word nobody looks at.
    """

    code = "context.own"

    def __init__(self, place: str) -> None:
        super().__init__(
            "It defines the meaning of some of its words itself, so nobody can tell whether they mean "
            "what they seem to say.",
            pointer=place,
        )


def own_words(document: Any) -> str | None:
    """Return the place of the first definition written into a document, at any depth."""
    return next(_definitions(document, ()), None)


def _definitions(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _definitions(item, (*path, index))
    elif isinstance(value, dict):
        if (place := _inline(value.get("@context"))) is not None:
            yield pointer(*path, "@context", *place)
        for key, item in value.items():
            if key != "@context":
                yield from _definitions(item, (*path, key))


def _inline(context: Any) -> tuple[int, ...] | None:
    if isinstance(context, dict):
        return ()
    for index, entry in enumerate(context if isinstance(context, list) else []):
        if isinstance(entry, dict | list):
            return (index,)
    return None
