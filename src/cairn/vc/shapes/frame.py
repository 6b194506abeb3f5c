"""Telling at once whether a document is one of a shape, and writing one as JSON.

The standard library writes a document as bytes that read back as that document and no other
(:mod:`marshal`; its format 2 depends on nothing but the value). Where the bytes of two documents
differ in the letters of some texts only, so do the documents. Nothing is ever read back from them.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from json import JSONEncoder
from typing import Final

from cairn.vc.document import JsonObject, dump
from cairn.vc.shapes.structure import put_together

_FORMAT: Final = 2
#: What a text starts with, before four bytes that say how long it is.
_KIND: Final = marshal.dumps("", _FORMAT)[:1]
_LENGTH: Final = 4

_quoted: Final = JSONEncoder(ensure_ascii=False).encode


def whole(document: JsonObject) -> bytes | None:
    """Write a document as bytes that no other has; None for what no JSON reader makes."""
    try:
        return marshal.dumps(document, _FORMAT)
    except ValueError:
        return None


class Frame:
    """A document with holes where some of its texts stand."""

    __slots__ = ("_first", "_json", "_rest", "size")

    def __init__(self, document: JsonObject, texts: Sequence[str], places: Sequence[int]) -> None:
        stem = b"mark"
        while stem in marshal.dumps(document, _FORMAT):
            stem += b"k"
        marked, marks = list(texts), []
        for place in places:
            marked[place] = f"{stem.decode()}{place}."
            marks.append(marked[place])
        copy = put_together(document, marked)
        pieces = _around(marshal.dumps(copy, _FORMAT), [marshal.dumps(m, _FORMAT) for m in marks])
        kinds = [_KIND] * (len(pieces) - 1) + [b""]
        self._first, *self._rest = (p + kind for p, kind in zip(pieces, kinds, strict=True))
        self._json = [""] * (2 * len(pieces) - 1)
        self._json[::2] = [piece.decode() for piece in _around(dump(copy), list(map(dump, marks)))]
        self.size = sum(map(len, pieces)) + sum(map(len, self._json))

    def texts(self, document: bytes) -> list[str] | None:
        """Return what stands in the holes; None where anything else differs."""
        if not document.startswith(self._first):
            return None
        at = len(self._first)
        found: list[bytes] = []
        for piece in self._rest:
            start = at + _LENGTH
            end = start + int.from_bytes(document[at:start], "little")
            if not document.startswith(piece, end):
                return None
            found.append(document[start:end])
            at = end + len(piece)
        if at != len(document):
            return None
        try:
            return [text.decode() for text in found]
        except UnicodeDecodeError:  # half of a character: let the processor say so
            return None

    def json(self, texts: Sequence[str]) -> str:
        """Write the document with these texts, as :func:`cairn.vc.document.dump` does."""
        out = self._json.copy()
        out[1::2] = map(_quoted, texts)
        return "".join(out)


def _around(whole: bytes, marks: Sequence[bytes]) -> list[bytes]:
    """Cut at each mark, in their order."""
    pieces = []
    for mark in marks:
        piece, _, whole = whole.partition(mark)
        pieces.append(piece)
    return [*pieces, whole]
