"""One conversation with one server, bounded in time and bytes, over a socket chosen before."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3Timeout
from urllib3.response import BaseHTTPResponse

from cairn.fetch.address import Target
from cairn.fetch.errors import FetchRefused, FetchTimeout, FetchTooLarge, FetchUnreachable


class Deadline:
    """One allowance of time for a whole fetch."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, or raise :class:`TimeoutError`."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TooMuch(Exception):
    """More bytes on the wire than any document within the limit needs."""


class _BoundedReader(io.RawIOBase):
    """Gives each read of a socket only the time and the bytes that the whole answer has left.

    A socket's own timeout starts again with every byte, so a server that drips would never end;
    and a header or chunk line without an end is bounded by nothing else.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, limit: int) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = deadline
        self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        self._sock.settimeout(self._deadline.left())
        count = self._raw.readinto(buffer)
        self._limit -= count or 0
        if self._limit < 0:
            raise _TooMuch
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """Reads its status line, headers and body through a bounded reader."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        deadline: Deadline,
        limit: int,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self.fp = io.BufferedReader(_BoundedReader(sock, deadline, limit))


class _Pinned(HTTPConnection):
    """Speaks over a socket that is already connected, so no name is looked up a second time."""

    pinned: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.pinned


class _PinnedTls(_Pinned, HTTPSConnection):
    """The same with TLS: server name and certificate are the host's, the address is ours."""


@contextmanager
def conversation(
    target: Target,
    sock: socket.socket,
    headers: Mapping[str, str],
    *,
    context: ssl.SSLContext | None,
    deadline: Deadline,
    max_bytes: int,
) -> Iterator[BaseHTTPResponse]:
    """Ask for the target over a connected socket, which is closed afterwards.

    Without a ``context`` the conversation is not encrypted.
    """
    connection: _Pinned
    if context is None:
        connection = _Pinned(target.host, target.port, timeout=deadline.seconds)
    else:
        connection = _PinnedTls(
            target.host, target.port, timeout=deadline.seconds, ssl_context=context
        )
    connection.pinned = sock
    # Headers and chunk sizes travel too, hence more than the document's own limit.
    limit = 2 * max_bytes + 1024 * 1024
    with ExitStack() as stack:
        stack.callback(sock.close)
        stack.callback(connection.close)

        def respond(sock: socket.socket, *args: Any, **options: Any) -> _Response:
            # The library forgets a response whose headers it cannot read, so we close them all.
            return stack.enter_context(
                closing(_Response(sock, *args, deadline=deadline, limit=limit, **options))
            )

        connection.response_class = respond  # type: ignore[assignment]
        sock.settimeout(deadline.left())
        connection.request("GET", target.path, headers=headers, preload_content=False)
        with connection.getresponse() as response:
            yield response


@contextmanager
def plainly(host: str, deadline: Deadline, max_bytes: int) -> Iterator[None]:
    """Turn what sockets and libraries raise into a sentence about this host."""
    try:
        yield
    except (TimeoutError, Urllib3Timeout) as exc:
        raise FetchTimeout(
            f"{host} did not answer in full within {deadline.seconds:g} seconds."
        ) from exc
    except _TooMuch as exc:
        raise _too_large(host, max_bytes) from exc
    except (HTTPError, http.client.HTTPException) as exc:
        raise FetchUnreachable(f"{host} broke off, or does not speak HTTP as it should.") from exc
    except ssl.SSLCertVerificationError as exc:
        raise FetchUnreachable(
            f"The certificate of {host} is not trusted: {exc.verify_message.rstrip('.')}."
        ) from exc
    except ssl.SSLError as exc:
        raise FetchUnreachable(f"{host} does not speak TLS as it should.") from exc
    except OSError as exc:
        raise FetchUnreachable(f"{host} cannot be reached: {exc.strerror or exc}.") from exc


def read_body(response: BaseHTTPResponse, host: str, max_bytes: int) -> bytes:
    """Read the content of an answer as it came over the wire, and no more than ``max_bytes``."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        # We asked for identity. Not decompressing is the whole defence against bombs.
        raise FetchRefused(f"{host} sent compressed content although plain content was asked for.")
    if (response.length_remaining or 0) > max_bytes:
        raise _too_large(host, max_bytes)
    content = bytearray()
    for part in response.stream(64 * 1024, decode_content=False):
        content += part
        if len(content) > max_bytes:
            raise _too_large(host, max_bytes)
    return bytes(content)


def _too_large(host: str, max_bytes: int) -> FetchTooLarge:
    return FetchTooLarge(f"{host} sent more than the {max_bytes:,} bytes that are accepted.")
