"""Where documents come from: an argument, never a habit.

Nothing in :mod:`cairn.vc` opens a file or a socket. Whoever verifies hands in a ``Documents``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cairn.vc.errors import Unavailable


class Gone(Unavailable):
    """Whoever published the document has taken it away for good (HTTP 410)."""

    code = "document.gone"


class Documents(Protocol):
    """Something that can answer what stands at an address."""

    def load(self, url: str) -> bytes:
        """Return the bytes at ``url`` (no fragment), or raise :class:`Unavailable` (:class:`Gone`)."""
        ...


class Shelf:
    """Documents that somebody supplied by hand; it knows these and nothing else."""

    def __init__(self, documents: Mapping[str, bytes] | None = None) -> None:
        self._documents = dict(documents or {})

    def load(self, url: str) -> bytes:
        try:
            return self._documents[url]
        except KeyError:
            raise Unavailable(f"No document was supplied for {url}.") from None
