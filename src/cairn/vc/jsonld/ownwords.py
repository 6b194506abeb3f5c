"""Documents that define their own words, so that what they seem to say proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

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


_believed: Final = ContextVar("own words are believed", default=False)


@contextmanager
def unsafe_own_words() -> Iterator[None]:
    """Believe what documents say of their own words, in this thread and while this lasts.

    For the published test suites only, whose samples do it (VCDM 2.0 §4.3 allows objects among the
    contexts). Whoever writes a definition decides what a reader sees, so a verdict reached here says
    that a proof holds and not that the document means what it seems to say.
    """
    token = _believed.set(True)
    try:
        yield
    finally:
        _believed.reset(token)


def own_words_believed() -> bool:
    """Tell whether :func:`unsafe_own_words` holds; nothing that is learnt then may be kept."""
    return _believed.get()


def own_words(document: Any) -> str | None:
    """Return the place of the first definition written into a document, at any depth."""
    return None if _believed.get() else next(_definitions(document, ()), None)


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
