"""The statements of a document, one by one, under labels that tell a stranger nothing.

VC-DI-ECDSA §3.4.4: canonical labels count nodes, so a holder who shows three of them would give away
that there are seven. A keyed hash of each takes its place, and the key stays with the holder.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.vc import rdfc
from cairn.vc.disclosure.pointers import BadPointer, Twins, select
from cairn.vc.disclosure.trace import Names, trace
from cairn.vc.document import JsonObject
from cairn.vc.errors import OverBudget
from cairn.vc.jsonld import OwnWords, own_words
from cairn.vc.multibase import base64url
from cairn.vc.rdfc import Quad

#: Statements of one document that are signed or checked one by one: a second's work at the most.
MAX_STATEMENTS: Final = 8192


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of the statements: the document that makes them, and their places among all."""

    document: JsonObject
    quads: Sequence[Quad]
    indexes: Sequence[int]


class Statements:
    """Every statement of a document, in the order in which they are signed."""

    def __init__(self, document: Mapping[str, Any], hmac_key: bytes) -> None:
        if (place := own_words(document)) is not None:
            raise OwnWords(place)
        # Objects tell nodes apart, so that one object in two places becomes two.
        self._document: JsonObject = _copy(document)
        self._names: Names = {}
        quads = trace(self._document, {}, self._names)
        canonical = rdfc.canonicalize(quads)
        #: The 32 bytes of the label of each node, by its name in quads.
        self.labels = {
            name: hmac.digest(hmac_key, label.removeprefix("_:").encode(), "sha256")
            for name, label in canonical.labels.items()
        }
        self._relabelled = {name: f"_:{base64url(label)}" for name, label in self.labels.items()}
        self._lines = {quad: self._line_of(quad) for quad in quads}
        # A code point at a time, as RDFC-1.0 sorts.
        self.lines = sorted(self._lines.values())
        must_be_few(len(self.lines))
        self._index = {line: index for index, line in enumerate(self.lines)}

    def choose(self, pointers: Iterable[str]) -> Choice:
        """Choose what the pointers lead to; :class:`BadPointer` where that was not signed so."""
        chosen = list(pointers)
        part, twins = select(self._document, chosen)
        quads = self._said(part, twins) if chosen else []
        if quads is None:
            raise BadPointer(self._offender(chosen))
        indexes = sorted({self._index[self._lines[quad]] for quad in quads})
        return Choice(part, quads, indexes)

    def _said(self, part: JsonObject, twins: Twins) -> list[Quad] | None:
        """Return the quads of a part, or None when the whole does not say all of that."""
        quads = trace(part, twins, self._names)
        return quads if all(quad in self._lines for quad in quads) else None

    def _offender(self, pointers: Sequence[str]) -> str:
        for pointer in pointers[:64]:
            if self._said(*select(self._document, [pointer])) is None:
                break
        return (
            f"“{pointer}” leads into something that is signed as one: a list in a fixed "
            "order, or a text with its language. Point at the whole of it."
        )

    def _line_of(self, quad: Quad) -> str:
        s, p, o, g = quad
        labels = self._relabelled
        return _written((labels.get(s, s), labels.get(p, p), labels.get(o, o), labels.get(g, g)))


def relabelled(canonical: Iterable[str], labels: Mapping[int, bytes]) -> list[str] | None:
    """Write the lines of a canonical form with the labels under which they were signed, and sort.

    None when a node has no label, or a label no node.
    """
    written = {f"_:c14n{number}": f"_:{base64url(label)}" for number, label in labels.items()}
    nodes: set[str] = set()
    lines = []
    for line in canonical:
        quad = _quad(line)
        nodes.update(term for term in quad if term[:2] == "_:")
        s, p, o, g = (written.get(term, term) for term in quad)
        lines.append(_written((s, p, o, g)))
    return sorted(lines) if nodes == written.keys() else None


def digest(lines: Iterable[str]) -> bytes:
    """Return the hash of statements that are signed together (§3.4.17)."""
    return hashlib.sha256("".join(lines).encode()).digest()


def must_be_few(count: int) -> None:
    """Raise OverBudget for more statements than are signed or checked one by one."""
    if count > MAX_STATEMENTS:
        raise OverBudget(
            f"The document makes {count:,} statements; at most {MAX_STATEMENTS:,} are signed and "
            "checked one by one. Sign it with a suite that signs the whole."
        )


def _written(quad: Quad) -> str:
    s, p, o, g = quad
    return f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n"


def _quad(line: str) -> Quad:
    """Take a canonical line apart; a text may hold whatever looks like a label."""
    s, p, rest = line.removesuffix(" .\n").split(" ", 2)
    if not rest.startswith('"'):
        o, _, g = rest.partition(" ")
        return s, p, o, g
    # The last word of a text has its closing quotation mark; the name of a graph has none.
    o, space, g = rest.rpartition(" ")
    return (s, p, o, g) if space and '"' not in g else (s, p, rest, "")


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
