"""Shapes: what all credentials of one kind have in common is worked out once.

How a document is read depends on its structure, its vocabularies and its types; most of its texts are
only carried over. A shape is compiled from a document that went through the full processor, when a
second one like it comes along, and gives for every further one the same canonical form to the letter,
or nothing: then the full processor is asked, as always. docs/explanation/compiled-shapes.md tells why
that is safe.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from cairn.vc.datamodel import LOOKED_UP
from cairn.vc.document import JsonObject, dump
from cairn.vc.rdfc import Quad
from cairn.vc.shapes.frame import whole
from cairn.vc.shapes.learning import Shape
from cairn.vc.shapes.mould import Casting, Mould
from cairn.vc.shapes.skeleton import skeleton
from cairn.vc.shapes.structure import Key, NotPlain, take_apart

__all__ = ["MAX_BYTES", "SHAPES", "Casting", "Shapes"]

#: The most that one cache of shapes takes, in bytes, as far as can be told.
MAX_BYTES: Final = 64 * 1024 * 1024
#: Moulds that are tried on every document before its structure is looked up.
MAX_READY: Final = 12
#: Shapes with one structure, told apart by what decides besides: types, vocabularies.
MAX_ALIKE: Final = 8
#: Structures that are remembered after one document.
MAX_SEEN: Final = 4_096


@dataclass(slots=True)
class _Entry:
    """What is known of one structure."""

    own: int
    shapes: list[Shape] = field(default_factory=list)
    tries: int = 0
    size: int = 0

    def knows(self, texts: Sequence[str]) -> bool:
        """Tell whether one of the shapes is that of a document with these texts."""
        return any(shape.taken(texts) is not None for shape in self.shapes)


class Shapes:
    """A cache of shapes, for all threads of a process and for issuing and verifying alike."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._ready: tuple[Mould, ...] = ()
        self._size = 0

    @property
    def size(self) -> int:
        """About how much memory the shapes take, in bytes."""
        return self._size

    def find(self, document: JsonObject) -> Casting | None:
        """Find the shape of a document, or None where none is known."""
        written = whole(document)
        if written is None:
            return None
        for mould in self._ready:
            texts = mould.frame.texts(written)
            if texts is not None:
                return Casting(mould, texts)
        if not self._entries:
            return None
        return self._by_structure(document)

    def learn(self, document: JsonObject, quads: Sequence[Quad]) -> None:
        """Take note of a document and the quads that the full processor made of it."""
        try:
            key, texts = take_apart(document)
            dump(document)
        except (NotPlain, ValueError):  # half of a character, or no number
            return
        with self._lock:
            if not self._due(key, texts):
                return
        made = skeleton(document, texts, quads, LOOKED_UP)
        shape = Shape(document, texts, made) if made is not None else None
        with self._lock:
            entry = self._entries.setdefault(key, _Entry(own=_weight(key)))
            entry.tries += 1
            # Another thread may have been as quick.
            if shape is not None and not entry.knows(texts):
                entry.shapes.append(shape)
            self._weigh(entry)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._seen.clear()
            self._ready = ()
            self._size = 0

    def _due(self, key: Key, texts: Sequence[str]) -> bool:
        """Tell whether a shape is to be made: where a second document of it came along."""
        entry = self._entries.get(key)
        if entry is not None:
            return entry.tries < MAX_ALIKE and not entry.knows(texts)
        # By its hash only: at worst, a shape is made too early.
        name = hash(key)
        if name in self._seen:
            del self._seen[name]
            return True
        self._seen[name] = None
        if len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        return False

    def _by_structure(self, document: JsonObject) -> Casting | None:
        try:
            key, texts = take_apart(document)
            "".join(texts).encode()
        except (NotPlain, UnicodeEncodeError):  # half of a character: let the processor say so
            return None
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            for shape in entry.shapes:
                taken = shape.taken(texts)
                if taken is not None:
                    mould = shape.watch(document, texts)
                    if mould is not None:
                        self._ready = (mould, *self._ready)[:MAX_READY]
                        self._weigh(entry)
                    return Casting(shape.wide, taken)
        return None

    def _weigh(self, entry: _Entry) -> None:
        """Count one entry again, and forget those that nobody asked for the longest time."""
        before, entry.size = entry.size, entry.own + sum(shape.size for shape in entry.shapes)
        self._size += entry.size - before
        while self._size > self._max_bytes and self._entries:
            _, oldest = self._entries.popitem(last=False)
            self._size -= oldest.size
        standing = {id(m) for one in self._entries.values() for s in one.shapes for m in s.narrow}
        self._ready = tuple(mould for mould in self._ready if id(mould) in standing)


def _weight(key: Key) -> int:
    names = [name for part in key if isinstance(part, tuple) for name in part]
    return 64 * (len(key) + len(names)) + sum(map(len, names))


SHAPES: Final = Shapes()
"""The shapes of this process."""
