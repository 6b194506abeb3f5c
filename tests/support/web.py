"""A small web on this computer: real TLS, real HTTP, and an address book of our own.

Servers listen on loopback; a :class:`World` tells the fetcher that their names have public
addresses and connects it to the right port, and remembers what was looked up and dialled.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cairn.fetch import Network

Handler = Callable[[BaseHTTPRequestHandler], None]
PUBLIC = "93.184.215.14"


@dataclass(frozen=True)
class Certificates:
    """A certificate authority made for one test run, and a server certificate from it."""

    ca_bundle: Path
    server: Path

    @classmethod
    def make(cls, folder: Path, *names: str) -> Certificates:
        ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        ca_name, name = _name("Test authority"), _name(names[0])
        ca = (
            _builder(ca_name, ca_name, ca_key, ca_key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_MAY_SIGN, critical=True)
        )
        leaf = _builder(name, ca_name, key, ca_key).add_extension(
            x509.SubjectAlternativeName([_alternative(each) for each in names]), critical=False
        )
        made = cls(folder / "ca.pem", folder / "server.pem")
        made.ca_bundle.write_bytes(_pem(ca.sign(ca_key, hashes.SHA256())))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        made.server.write_bytes(_pem(leaf.sign(ca_key, hashes.SHA256())) + private)
        return made

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


# The only usage that an authority needs, in the order of RFC 5280 §4.2.1.3.
_MAY_SIGN = x509.KeyUsage(False, False, False, False, False, True, True, False, False)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass
class World(Network):
    """What names mean and where addresses lead, as the test decides."""

    hosts: dict[str, list[str]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        if host not in self.hosts:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.hosts[host]

    def dial(self, address: str, port: int, timeout: float) -> socket.socket:
        self.dialled.append(address)
        if address not in self.ports:
            raise ConnectionRefusedError(111, "Connection refused")
        return socket.create_connection(("127.0.0.1", self.ports[address]), timeout)


@dataclass
class Site:
    """A server that answers each path with a function, and keeps the requests it saw."""

    port: int
    pages: dict[str, Handler] = field(default_factory=dict)
    seen: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)


@contextmanager
def serve(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a server on a free loopback port until the block ends."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            self.close_connection = True
            site.seen.append((self.path, dict(self.headers)))
            page = site.pages.get(self.path.partition("?")[0])
            with suppress(OSError):  # clients that hang up are what these tests are about
                page(self) if page else reply(self, status=404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: socket.socket, client_address: object) -> None:
            with suppress(OSError), ExitStack() as stack:
                if context:
                    request = stack.enter_context(context.wrap_socket(request, server_side=True))
                super().finish_request(request, client_address)  # type: ignore[arg-type]

    server = Server(("127.0.0.1", 0), Answer)
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(
    request: BaseHTTPRequestHandler,
    body: bytes = b"",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> None:
    request.send_response_only(status)  # no date of its own: that is for the test to say
    for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def page(body: bytes = b"", *, status: int = 200, **headers: str) -> Handler:
    """Return a handler that always answers the same; header names use ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: reply(request, body, status=status, headers=named)


def redirect(location: str, status: int = 302) -> Handler:
    return page(status=status, Location=location)
