"""The journey of one fetch: keep or go, look up once, check, ask, follow."""

from __future__ import annotations

import functools
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from ipaddress import ip_address
from os import PathLike
from urllib.parse import urljoin

from urllib3.response import BaseHTTPResponse

from cairn import __version__
from cairn.fetch.address import Address, Target, kind_of_address
from cairn.fetch.cache import (
    CACHE_HEADERS,
    Cache,
    CacheKey,
    Fetched,
    Kept,
    MemoryCache,
    worth_keeping,
)
from cairn.fetch.errors import (
    FetchError,
    FetchRedirects,
    FetchRefused,
    FetchStatus,
    FetchUnreachable,
)
from cairn.fetch.wire import Deadline, conversation, plainly, read_body

USER_AGENT = f"cairn-credentials/{__version__}"
ACCEPT = "application/ld+json, application/json;q=0.9, */*;q=0.1"
MAX_BYTES = 10 * 1024 * 1024
TIMEOUT = 10.0
MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Network:
    """The network as the operating system gives it; tests put another in its place."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the numeric addresses of a host name, or raise :class:`OSError`."""
        return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    def dial(self, address: str, port: int, timeout: float) -> socket.socket:
        """Connect to a numeric address within ``timeout`` seconds, or raise :class:`OSError`."""
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        try:
            sock.settimeout(timeout)
            sock.connect((address, port))
        except OSError:
            sock.close()
            raise
        return sock


class Fetcher:
    """Fetches documents; keep one for as long as its cache should live. Safe between threads.

    ``timeout`` is in seconds and covers a whole :meth:`get`, redirects included. ``ca_bundle`` is a
    PEM file of certificate authorities to trust besides the system's. ``allow_loopback`` lets this
    computer be asked, also by plain http; it is for the command line. Without a ``cache`` the
    fetcher has a :class:`MemoryCache` of its own; ``clock``, in seconds, ages what is in it.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
        max_redirects: int = MAX_REDIRECTS,
        cache: Cache | None = None,
        clock: Callable[[], float] = time.monotonic,
        ca_bundle: str | PathLike[str] | None = None,
        network: Network | None = None,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._cache: Cache = MemoryCache() if cache is None else cache
        self._clock = clock
        # Read at once where one is named, so that a wrong path is not taken for a bad server.
        self._trust = ssl.create_default_context() if ca_bundle else None
        if self._trust and ca_bundle:
            self._trust.load_verify_locations(cafile=ca_bundle)
        self._network = network or Network()

    def get(self, url: str, *, accept: str = ACCEPT) -> Fetched:
        """Return the document at ``url``, or raise a :class:`FetchError`."""
        deadline = Deadline(self._timeout)
        target, from_public = Target.read(url), False
        seen: set[str] = set()
        while target.url not in seen:
            if len(seen) > self._max_redirects:
                raise FetchRedirects(
                    f"{target.host} was not asked: it comes after {self._max_redirects} redirects, "
                    "and no more are followed."
                )
            seen.add(target.url)
            answer = self._visit(target, accept, deadline, from_public=from_public)
            if isinstance(answer, Fetched):
                return answer
            location, from_public = answer
            target = Target.read(urljoin(target.url, location))
        raise FetchRedirects(f"{target.host} redirects in a circle.")

    def _visit(
        self, target: Target, accept: str, deadline: Deadline, *, from_public: bool
    ) -> Fetched | tuple[str, bool]:
        """Return the document, or where it is said to be and whether a public host said so."""
        key = (target.url, accept)
        kept = self._cache.get(key)
        now = self._clock()
        if kept and kept.is_fresh(now):
            return kept.fetched(target.url)
        try:
            with plainly(target.host, deadline, self._max_bytes):
                addresses = self._addresses(target, deadline, from_public=from_public)
                return self._ask(target, addresses, key, kept, deadline)
        except FetchError as failure:
            if kept and kept.may_stand_in(failure, now):
                return kept.fetched(target.url, stale=True)
            raise

    def _addresses(
        self, target: Target, deadline: Deadline, *, from_public: bool
    ) -> Sequence[Address]:
        """Look the host up once and return its addresses, each of which may be dialled."""
        if target.literal is None:
            addresses: Sequence[Address] = self._resolved(target, deadline)
        else:
            addresses = [target.literal]
        kinds = {kind_of_address(address) for address in addresses}
        if self._allow_loopback and kinds == {"loopback"} and not from_public:
            return addresses
        if target.scheme != "https":
            raise FetchRefused(f"{target.host} was not asked: only https addresses are fetched.")
        if kinds != {"public"}:
            raise _not_public(target.host, sorted(kinds - {"public"}))
        return addresses

    def _resolved(self, target: Target, deadline: Deadline) -> Sequence[Address]:
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._network.resolve(target.host, target.port))
            except OSError as exc:
                answers.put(exc)
            except UnicodeError as exc:  # the system's own rules for names are stricter than ours
                answers.put(OSError(str(exc)))

        # The system's look-up knows no deadline, so it is left behind when ours has passed.
        threading.Thread(target=ask, name="cairn-resolve", daemon=True).start()
        try:
            answer = answers.get(timeout=deadline.left())
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(answer, OSError) or not answer:
            raise FetchUnreachable(
                f"The host {target.host} cannot be found. Check its spelling and your connection."
            )
        return list(dict.fromkeys(ip_address(text) for text in answer))

    def _ask(
        self,
        target: Target,
        addresses: Sequence[Address],
        key: CacheKey,
        kept: Kept | None,
        deadline: Deadline,
    ) -> Fetched | tuple[str, bool]:
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": key[1],
            "Accept-Encoding": "identity",
            "Connection": "close",
            **(kept.conditions() if kept else {}),
        }
        asked = self._clock()
        context = self._context if target.scheme == "https" else None
        sock = self._connect(target, addresses, deadline)
        with conversation(
            target,
            sock,
            headers,
            context=context,
            deadline=deadline,
            max_bytes=self._max_bytes,
        ) as response:
            if response.status in REDIRECTS and "Location" in response.headers:
                from_public = any(kind_of_address(address) == "public" for address in addresses)
                return response.headers["Location"], from_public
            return self._take(response, target, key, kept, asked)

    def _connect(
        self, target: Target, addresses: Sequence[Address], deadline: Deadline
    ) -> socket.socket:
        """Dial the addresses in turn; each gets its share of the time that is left."""
        failure: OSError | None = None
        for tried, address in enumerate(addresses):
            share = deadline.left() / (len(addresses) - tried)
            try:
                return self._network.dial(str(address), target.port, share)
            except OSError as exc:
                failure = exc
        raise failure or TimeoutError

    def _take(
        self,
        response: BaseHTTPResponse,
        target: Target,
        key: CacheKey,
        kept: Kept | None,
        asked: float,
    ) -> Fetched:
        said = {name: response.headers[name] for name in CACHE_HEADERS if name in response.headers}
        if response.status == HTTPStatus.NOT_MODIFIED and kept:
            said = {**{name: kept.headers[name] for name in kept.headers if name != "Age"}, **said}
            content, media_type = kept.content, kept.media_type
        elif response.status == HTTPStatus.OK:
            content = read_body(response, target.host, self._max_bytes)
            media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        else:
            if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                self._cache.put(key, None)
            raise _bad_status(target.host, response.status)
        self._cache.put(key, worth_keeping(content, media_type, said, asked))
        return Fetched(target.url, content, media_type)

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()


def _bad_status(host: str, status: int) -> FetchStatus:
    try:
        phrase = f" ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = ""
    return FetchStatus(f"{host} answered {status}{phrase} instead of the document.", status)


def _not_public(host: str, kinds: Sequence[str]) -> FetchRefused:
    # The address itself is left out: whoever reads this may not know the names of our network.
    cure = " Only --allow-loopback permits that." if kinds == ["loopback"] else ""
    return FetchRefused(
        f"{host} was not asked: only public addresses are, and it has one of another kind "
        f"({', '.join(kinds)}).{cure}"
    )
