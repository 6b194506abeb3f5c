"""Answers kept for as long as their headers say: RFC 9111 as a shared cache, and RFC 5861."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import Protocol

from cairn.fetch.errors import FetchError, FetchStatus, FetchTimeout, FetchUnreachable

CACHE_HEADERS = ("Cache-Control", "Expires", "Date", "Age", "ETag", "Last-Modified", "Vary")
_LONGEST = 2**31  # RFC 9111 §1.2.2: a larger number of seconds counts as this one
CacheKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document. ``url`` is where it was found in the end, without fragment.

    ``media_type`` is lower case, without parameters, empty where the server named none. ``stale``
    says that the server failed and had allowed its last answer to stand in (``stale-if-error``).
    """

    url: str
    content: bytes
    media_type: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with what its headers say about keeping it; times are on the fetcher's clock."""

    content: bytes
    media_type: str
    headers: Mapping[str, str]
    born: float
    lifetime: float
    grace: float

    def fetched(self, url: str, *, stale: bool = False) -> Fetched:
        return Fetched(url, self.content, self.media_type, stale)

    def is_fresh(self, now: float) -> bool:
        return now - self.born < self.lifetime

    def may_stand_in(self, failure: FetchError, now: float) -> bool:
        """Say whether this answer, though stale, may be used instead of this failure."""
        # RFC 5861 §4: an error is no connection, or one of these four.
        excused = isinstance(failure, FetchUnreachable | FetchTimeout) or (
            isinstance(failure, FetchStatus) and failure.status in {500, 502, 503, 504}
        )
        return excused and now - self.born < self.lifetime + self.grace

    def conditions(self) -> dict[str, str]:
        """Return the request headers that ask whether this answer still holds."""
        pairs = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
        return {ask: self.headers[said] for ask, said in pairs if said in self.headers}


class Cache(Protocol):
    """Keeps answers. Share one only between fetchers that would accept the same answers."""

    def get(self, key: CacheKey) -> Kept | None: ...

    def put(self, key: CacheKey, kept: Kept | None) -> None:
        """Keep this answer instead of the last; ``None`` forgets."""
        ...


class NoCache:
    """Keeps nothing."""

    def get(self, key: CacheKey) -> Kept | None:
        return None

    def put(self, key: CacheKey, kept: Kept | None) -> None:
        return None


class MemoryCache:
    """Keeps the answers used last, bounded in number and bytes; safe between threads."""

    def __init__(self, *, max_entries: int = 256, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._entries: OrderedDict[CacheKey, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: CacheKey) -> Kept | None:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: CacheKey, kept: Kept | None) -> None:
        with self._lock:
            if old := self._entries.pop(key, None):
                self._bytes -= len(old.content)
            if kept is None:
                return
            self._entries[key] = kept
            self._bytes += len(kept.content)
            while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= len(oldest.content)


def worth_keeping(
    content: bytes, media_type: str, headers: Mapping[str, str], asked: float
) -> Kept | None:
    """Return the answer as it may be kept, or None when its headers forbid or do not help."""
    directives = _directives(headers.get("Cache-Control", ""))
    if "no-store" in directives or "private" in directives or "*" in headers.get("Vary", ""):
        return None
    lifetime = 0.0 if "no-cache" in directives else _lifetime(headers, directives)
    strict = directives.keys() & {"must-revalidate", "proxy-revalidate", "s-maxage", "no-cache"}
    grace = 0 if strict else _seconds(directives.get("stale-if-error"))
    if not lifetime and not grace and not headers.keys() & {"ETag", "Last-Modified"}:
        return None
    born = asked - _seconds(headers.get("Age"))
    return Kept(content, media_type, headers, born, lifetime, grace)


def _directives(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in header.lower().split(","):
        name, _, value = item.partition("=")
        found.setdefault(name.strip(), value.strip().strip('"'))
    return found


def _lifetime(headers: Mapping[str, str], directives: Mapping[str, str]) -> float:
    """RFC 9111 §4.2.1, without heuristics: what the server does not say is not assumed."""
    for name in ("s-maxage", "max-age"):
        if name in directives:
            return _seconds(directives[name])
    expires, date = _moment(headers.get("Expires")), _moment(headers.get("Date"))
    return 0 if expires is None or date is None else max(0, expires - date)


def _seconds(text: str | None) -> int:
    """Return a number of seconds; what is not one counts as none (RFC 9111 §4.2.1)."""
    if not text or not (text.isascii() and text.isdigit()):
        return 0
    return min(int(text[:12]), _LONGEST)


def _moment(text: str | None) -> float | None:
    parsed = parsedate_tz(text) if text else None
    try:
        return None if parsed is None else mktime_tz(parsed)
    except (ValueError, OverflowError):
        return None
