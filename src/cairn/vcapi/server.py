"""The profile over HTTP, on the loopback address and nowhere else.

Whatever reaches these endpoints is signed, so that a page in a browser must not reach them: the request
has to name the loopback address as its host, and to say that it brings JSON, which a page of another site
cannot do unasked.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any, Final
from urllib.parse import urlsplit

from cairn.vc.document import MAX_BYTES, dump
from cairn.vcapi.problems import Problem, refused
from cairn.vcapi.profile import PROBLEM, Answer, Profile

HOST: Final = "127.0.0.1"
HOSTS: Final = frozenset({HOST, "localhost"})
#: How long a connection may stay silent, and how long a body may take in all, in seconds.
IDLE: Final = 30.0
BODY_TIME: Final = 10.0
#: Connections served at once.
MAX_CONNECTIONS: Final = 128
#: A request holds a document and a little beside it.
MAX_BODY: Final = MAX_BYTES

_JSON: Final = ("application/json", "application/ld+json", "application/vc", "application/vp")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "cairn-vcapi"
    sys_version = ""
    timeout = IDLE
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: Server

    def do_GET(self) -> None:
        with self._answering():
            path = self._path()
            self._send(
                self._misused("GET", path)
                or self.server.profile.get(path, accept=self.headers.get("Accept", ""))
            )

    def do_POST(self) -> None:
        with self._answering():
            path = self._path()
            if (wrong := self._misused("POST", path)) is not None:
                self.close_connection = True  # the body was not read
                self._send(wrong)
                return
            body = self._body()
            self._send(body if isinstance(body, Answer) else self.server.profile.post(path, body))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name where it comes from
        """Say nothing: what is sent here is other people's, and a suite keeps a record of its own."""

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (TimeoutError, ConnectionError, ssl.SSLError):
            self.close_connection = True

    def _path(self) -> str:
        return urlsplit(self.path).path

    def _misused(self, method: str, path: str) -> Answer | None:
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host.lower() not in HOSTS:
            return _refusal(421, f"This server answers as {HOST} only.")
        if method == "POST" and "Origin" in self.headers:
            return _refusal(403, "This server answers no page of a browser.")
        other = self.server.profile.knows(path)
        if other is not None and other != method:
            return _refusal(405, f"{path[:200]} is asked with {other}.")
        return None

    def _body(self) -> bytes | Answer:
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        length = self.headers.get("Content-Length", "")
        self.close_connection = True  # unless the whole of it is read
        if kind not in _JSON:
            return _refusal(415, "A request is JSON: send Content-Type: application/json.")
        if not length.isascii() or not length.isdigit() or "Transfer-Encoding" in self.headers:
            return _refusal(411, "A request says its length: send Content-Length.")
        if len(length) > 9 or int(length) > MAX_BODY:
            return _refusal(413, f"A request has at most {MAX_BODY:,} bytes.")
        body = self._read(int(length))
        if body is None:
            return _refusal(408, f"A request arrives whole within {BODY_TIME:.0f} seconds.")
        self.close_connection = self.headers.get("Connection", "").lower() == "close"
        return body

    def _read(self, length: int) -> bytes | None:
        """Read the body before its time is over, or return None."""
        until = time.monotonic() + BODY_TIME
        parts: list[bytes] = []
        while length:
            left = until - time.monotonic()
            if left <= 0:
                return None
            self.connection.settimeout(left)
            try:
                part = self.rfile.read1(length)
            except TimeoutError:
                return None
            finally:
                self.connection.settimeout(IDLE)
            if not part:
                raise ConnectionError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.status != 204:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)


class Server(ThreadingHTTPServer):
    """A server on a port of the loopback address; port 0 takes one that is free.

    ``tls`` is a context with a certificate of :mod:`cairn.vcapi.certificate`, or None for plain HTTP.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__((HOST, port), _Handler)
        if tls is not None:
            # The handshake waits for the thread of the connection: one who is silent holds up no other.
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "http" if tls is None else "https"
        self.profile = Profile(f"{scheme}://{HOST}:{self.server_address[1]}")
        self._free = BoundedSemaphore(MAX_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(timeout=IDLE):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a connection that breaks be; anything else is a bug, and is shown."""
        import sys

        if not isinstance(sys.exception(), ConnectionError | TimeoutError | ssl.SSLError):
            super().handle_error(request, client_address)


def _refusal(status: int, message: str) -> Answer:
    problem = Problem("vcapi.request", message)
    return Answer(status, dump(refused(status, problem, errors=[message])), PROBLEM)
