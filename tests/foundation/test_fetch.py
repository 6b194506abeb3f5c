"""The one way out goes where it may, for as long as it may, and nowhere else."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest

from cairn.fetch import (
    Fetched,
    Fetcher,
    FetchError,
    FetchRedirects,
    FetchRefused,
    FetchStatus,
    FetchTimeout,
    FetchTooLarge,
    FetchUnreachable,
    NoCache,
    kind_of_address,
)
from tests.support.web import PUBLIC, Certificates, Site, World, page, redirect, reply, serve

BODY = b'{"hello": "world"}'
JSON = {"Content_Type": "application/json"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    names = ("example.org", "other.example", "localhost", "127.0.0.1")
    return Certificates.make(tmp_path_factory.mktemp("tls"), *names)


@dataclass
class Web:
    """One TLS site that answers for example.org and other.example, and how to fetch from it."""

    site: Site
    world: World
    certificates: Certificates

    def fetcher(self, **options: object) -> Fetcher:
        options = {"timeout": 5.0, **options}
        return Fetcher(ca_bundle=self.certificates.ca_bundle, network=self.world, **options)

    def get(self, path: str, **options: object) -> Fetched:
        return self.fetcher(**options).get(f"https://example.org{path}")


@pytest.fixture
def web(certificates: Certificates) -> Iterator[Web]:
    with serve(certificates.context()) as site:
        world = World(
            hosts={"example.org": [PUBLIC], "other.example": ["1.1.1.1"]},
            ports={PUBLIC: site.port, "1.1.1.1": site.port},
        )
        yield Web(site, world, certificates)


@pytest.fixture
def plain() -> Iterator[Site]:
    with serve() as site:
        yield site


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def refused(url: str, world: World | None = None, **options: bool) -> str:
    """Return why an address is refused, having made sure that nobody was connected to."""
    world = world or World()
    with pytest.raises(FetchRefused) as caught:
        Fetcher(network=world, **options).get(url)
    assert world.dialled == []
    return caught.value.reason


# --- what is fetched ---------------------------------------------------------------------------


def test_a_document_comes_with_its_address_and_media_type(web: Web) -> None:
    web.site.pages["/a"] = page(BODY, Content_Type="Application/JSON; charset=utf-8")
    found = web.fetcher().get("HTTPS://Example.org:443/a?b=c d".replace(" ", "%20") + "#part")
    assert found == Fetched("https://example.org/a?b=c%20d", BODY, "application/json")
    assert web.site.seen[0][0] == "/a?b=c%20d"


def test_letters_outside_ascii_in_a_path_are_percent_encoded(web: Web) -> None:
    web.site.pages["/%C3%A9"] = page(BODY)
    assert web.get("/é").url == "https://example.org/%C3%A9"


def test_a_request_says_who_asks_and_nothing_more(web: Web) -> None:
    web.site.pages["/a"] = page(BODY, Set_Cookie="id=1")
    fetcher = web.fetcher()
    for _ in range(2):
        fetcher.get("https://example.org/a", accept="text/plain")
    for _, headers in web.site.seen:
        assert headers == {
            "Host": "example.org",
            "User-Agent": "cairn-credentials/0.1.0",
            "Accept": "text/plain",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }


def test_a_chunked_answer_is_put_together(web: Web) -> None:
    def chunked(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"5\r\nhello\r\n6;note=x\r\n world\r\n0\r\n\r\n")

    web.site.pages["/a"] = chunked
    assert web.get("/a").content == b"hello world"


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    web.site.pages["/a"] = page(BODY)
    assert web.get("/a").content == BODY


def test_the_next_address_is_tried_when_one_does_not_answer(web: Web) -> None:
    web.site.pages["/a"] = page(BODY)
    web.world.hosts["example.org"] = ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", PUBLIC]
    assert web.get("/a").content == BODY
    assert web.world.dialled == ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", PUBLIC]


def test_the_systems_own_network_is_used_unless_told_otherwise(
    web: Web, certificates: Certificates
) -> None:
    web.site.pages["/a"] = page(BODY)
    fetcher = Fetcher(allow_loopback=True, ca_bundle=certificates.ca_bundle)
    assert fetcher.get(f"https://localhost:{web.site.port}/a").content == BODY


# --- addresses on the web ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/", "example.org was not asked: only https addresses are fetched."),
        ("ftp://example.org/", "example.org was not asked: only https addresses are fetched."),
        (
            "https://ada:secret@example.org/",
            "example.org was not asked: the address holds a user name. Remove it.",
        ),
        (
            "https://@example.org/",
            "example.org was not asked: the address holds a user name. Remove it.",
        ),
        ("file:///etc/passwd", "This address names no host. Write it in full: https://host/path."),
        ("/relative", "This address names no host. Write it in full: https://host/path."),
        ("https://example.org:x/", "This address cannot be read: check its host and port."),
        ("https://example.org:99999/", "This address cannot be read: check its host and port."),
        ("https://[::1/", "This address cannot be read: check its host and port."),
        ("https://exa mple.org/", "This address holds a space, backslash or control character."),
        ("https://example.org\\@x/", "This address holds a space, backslash or control character."),
        ("https://example.org/\r\nX: y", "This address holds a space, backslash or control "
         "character."),
        ("https://example.org/\ud800", "This address holds a space, backslash or control "
         "character."),
        ("https://bücher.example/", r"'b\xfccher.example' is not written in ASCII. Use its form "
         "with xn--."),
        ("https://exa%6dple.org/", "'exa%6dple.org' is not a host name."),
        ("https://-x.example/", "'-x.example' is not a host name."),
        ("https://example..org/", "'example..org' is not a host name."),
        ("https://example.org/" + "a" * 9000, "This address is longer than 8,192 characters."),
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_refused(url: str, reason: str) -> None:
    world = World(hosts={"example.org": [PUBLIC]})
    assert refused(url, world) == reason
    assert "secret" not in reason


# --- addresses on the network ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("169.254.169.254", "link-local"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("100.100.100.200", "carrier-grade NAT"),
        ("168.63.129.16", "cloud metadata"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("198.18.0.1", "reserved"),
        ("192.0.0.8", "reserved"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("192.88.99.1", "tunnel"),
        ("::1", "loopback"),
        ("::", "unspecified"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("fec0::1", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("ff02::1", "multicast"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("::ffff:169.254.169.254", "link-local"),
        ("::ffff:0:10.0.0.1", "reserved"),
        ("::127.0.0.1", "reserved"),
        ("64:ff9b::10.0.0.1", "private"),
        ("64:ff9b::127.0.0.1", "loopback"),
        ("64:ff9b:1::10.0.0.1", "private"),
        ("2002:7f00:1::", "tunnel"),
        ("2002:5db8:d70e::1", "tunnel"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "tunnel"),
        ("2001:2::1", "reserved"),
        ("100::1", "reserved"),
        ("5f00::1", "reserved"),
        ("4000::1", "reserved"),
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str, kind: str) -> None:
    assert kind_of_address(ip_address(address)) == kind
    assert kind in refused("https://example.org/", World(hosts={"example.org": [address]}))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "2606:4700::1",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
    ],
)
def test_public_addresses_are_told_apart_from_their_neighbours(address: str) -> None:
    assert kind_of_address(ip_address(address)) == "public"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"])
def test_an_address_written_in_numbers_is_checked_without_a_look_up(host: str) -> None:
    world = World()
    refused(f"https://{host}/", world)
    assert world.looked_up == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_unusual_spellings_of_loopback_are_refused(host: str) -> None:
    assert "(loopback)" in refused(f"https://{host}/", World(hosts={host: ["127.0.0.1"]}))


def test_an_ipv6_zone_is_refused() -> None:
    assert refused("https://[fe80::1%25eth0]/") == "'fe80::1%25eth0' is not a host name."


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    reason = refused("https://example.org/", World(hosts={"example.org": [PUBLIC, "10.0.0.1"]}))
    assert reason == (
        "example.org was not asked: only public addresses are, and it has one of another kind "
        "(private)."
    )


def test_the_reason_does_not_tell_the_private_address() -> None:
    assert "10.9.8.7" not in refused(
        "https://in.example/", World(hosts={"in.example": ["10.9.8.7"]})
    )


def test_an_answer_that_changes_after_the_check_changes_nothing(web: Web) -> None:
    class Rebinding(World):
        def resolve(self, host: str, port: int) -> list[str]:
            super().resolve(host, port)
            return [PUBLIC] if self.looked_up == [host] else ["127.0.0.1"]

    web.world = Rebinding(hosts=web.world.hosts, ports=web.world.ports)
    web.site.pages["/a"] = page(BODY)
    fetcher = web.fetcher(cache=NoCache())
    assert fetcher.get("https://example.org/a").content == BODY
    assert (web.world.looked_up, web.world.dialled) == (["example.org"], [PUBLIC])
    with pytest.raises(FetchRefused):
        fetcher.get("https://example.org/a")
    assert web.world.dialled == [PUBLIC]


# --- loopback, for the command line ------------------------------------------------------------


def test_loopback_is_refused_with_the_way_to_permit_it(plain: Site) -> None:
    assert refused(f"https://127.0.0.1:{plain.port}/") == (
        "127.0.0.1 was not asked: only public addresses are, and it has one of another kind "
        "(loopback). Only --allow-loopback permits that."
    )
    assert plain.seen == []


def test_loopback_may_be_asked_by_plain_http_when_allowed(plain: Site) -> None:
    plain.pages["/a"] = page(BODY)
    url = f"http://127.0.0.1:{plain.port}/a"
    assert Fetcher(allow_loopback=True).get(url) == Fetched(url, BODY, "")


def test_allowing_loopback_allows_neither_private_nor_plain_http_elsewhere() -> None:
    world = World(hosts={"example.org": [PUBLIC], "mixed.example": ["127.0.0.1", PUBLIC]})
    assert "only https" in refused("http://example.org/", world, allow_loopback=True)
    assert "only https" in refused("http://mixed.example/", world, allow_loopback=True)
    assert "(private)" in refused("https://192.168.0.1/", world, allow_loopback=True)
    assert "(unspecified)" in refused("https://0.0.0.0/", world, allow_loopback=True)


def test_a_public_host_may_not_redirect_to_loopback_even_when_allowed(
    web: Web, plain: Site
) -> None:
    plain.pages["/"] = page(b"secret")
    web.site.pages["/a"] = redirect(f"http://127.0.0.1:{plain.port}/")
    with pytest.raises(FetchRefused, match="only https addresses are fetched"):
        web.get("/a", allow_loopback=True)
    assert plain.seen == []


def test_loopback_may_redirect_to_loopback_when_allowed(plain: Site) -> None:
    plain.pages["/a"] = redirect("/b")
    plain.pages["/b"] = page(BODY)
    found = Fetcher(allow_loopback=True).get(f"http://127.0.0.1:{plain.port}/a")
    assert found.url == f"http://127.0.0.1:{plain.port}/b"


# --- redirects ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_the_last_address_is_told(web: Web, status: int) -> None:
    web.site.pages["/a"] = redirect("https://other.example/c#x", status)
    web.site.pages["/c"] = page(BODY)
    assert web.get("/a").url == "https://other.example/c"
    assert web.world.looked_up == ["example.org", "other.example"]


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://10.0.0.1/", "10.0.0.1"),
        ("https://inside.example/", "inside.example"),
        ("//inside.example/", "inside.example"),
        ("https://[::ffff:169.254.169.254]/latest/meta-data/", "::ffff:169.254.169.254"),
        ("http://other.example/", "other.example"),
        ("https://ada@other.example/", "other.example"),
    ],
)
def test_each_redirect_is_checked_again(web: Web, location: str, host: str) -> None:
    web.world.hosts["inside.example"] = ["192.168.0.10"]
    web.site.pages["/a"] = redirect(location)
    with pytest.raises(FetchRefused) as caught:
        web.get("/a")
    assert caught.value.reason.startswith(f"{host} was not asked: ")
    assert web.world.dialled == [PUBLIC]


def test_a_circle_of_redirects_ends(web: Web) -> None:
    web.site.pages["/a"] = redirect("/b")
    web.site.pages["/b"] = redirect("/a")
    with pytest.raises(FetchRedirects) as caught:
        web.get("/a")
    assert caught.value.reason == "example.org redirects in a circle."
    assert [path for path, _ in web.site.seen] == ["/a", "/b"]


def test_redirects_are_counted(web: Web) -> None:
    for step in range(9):
        web.site.pages[f"/{step}"] = redirect(f"/{step + 1}")
    web.site.pages["/3"] = page(BODY)
    assert web.get("/0").content == BODY
    with pytest.raises(FetchRedirects, match="after 2 redirects") as caught:
        web.get("/0", max_redirects=2)
    assert caught.value.code == "fetch.redirects"


def test_a_redirect_that_leads_nowhere_is_a_bad_answer(web: Web) -> None:
    web.site.pages["/a"] = page(status=302)
    with pytest.raises(FetchStatus) as caught:
        web.get("/a")
    assert caught.value.reason == "example.org answered 302 (Found) instead of the document."


# --- time --------------------------------------------------------------------------------------


def drip(opening: bytes, drop: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Never end an answer, and never let a whole second pass without a byte of it."""

    def handler(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(opening)
        while True:
            request.wfile.write(drop)
            time.sleep(0.02)

    return handler


@pytest.mark.parametrize(
    ("opening", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 ", b"1"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "chunk size", "header", "status line", "interim answers"],
)
def test_a_server_that_drips_is_cut_off(web: Web, opening: bytes, drop: bytes) -> None:
    web.site.pages["/a"] = drip(opening, drop)
    with pytest.raises(FetchTimeout) as caught:
        web.get("/a", timeout=0.4)
    assert caught.value.reason == "example.org did not answer in full within 0.4 seconds."


def test_one_deadline_covers_all_redirects(web: Web) -> None:
    def slow(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.15)
        redirect(f"{request.path}x")(request)

    web.site.pages = {f"/{'x' * count}": slow for count in range(50)}
    with pytest.raises(FetchTimeout):
        web.get("/", timeout=0.5, max_redirects=50)


def test_a_server_that_never_shakes_hands_is_cut_off(web: Web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        web.world.ports[PUBLIC] = silent.getsockname()[1]
        with pytest.raises(FetchTimeout):
            web.get("/a", timeout=0.3)


def test_a_name_server_that_never_answers_is_not_waited_for(web: Web) -> None:
    release = threading.Event()

    class Stuck(World):
        def resolve(self, host: str, port: int) -> list[str]:
            release.wait(30)
            return []

    web.world = Stuck()
    with pytest.raises(FetchTimeout, match=r"^example\.org did not answer"):
        web.get("/a", timeout=0.2)
    assert all(each.daemon for each in threading.enumerate() if each.name == "cairn-resolve")
    release.set()


# --- size --------------------------------------------------------------------------------------


def test_a_document_as_large_as_the_limit_is_accepted(web: Web) -> None:
    web.site.pages["/a"] = page(b"x" * 100_000)
    assert len(web.get("/a", max_bytes=100_000).content) == 100_000


def test_a_document_declared_too_large_is_not_read(web: Web) -> None:
    web.site.pages["/a"] = page(b"", Content_Length="100001")
    with pytest.raises(FetchTooLarge) as caught:
        web.get("/a", max_bytes=100_000)
    assert caught.value.reason == "example.org sent more than the 100,000 bytes that are accepted."


@pytest.mark.parametrize(
    ("opening", "flood"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"400\r\n%b\r\n" % (b"x" * 1024),
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 8192),
        (b"", b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 60000 + b"\r\n\r\n"),
    ],
    ids=["body", "chunks", "trailers", "interim answers"],
)
def test_a_flood_without_a_declared_length_is_cut_off(
    web: Web, opening: bytes, flood: bytes
) -> None:
    def handler(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(opening)
        while True:
            request.wfile.write(flood)

    web.site.pages["/a"] = handler
    with pytest.raises(FetchTooLarge) as caught:
        web.get("/a", max_bytes=100_000)
    assert caught.value.code == "fetch.too_large"


def test_a_chunk_line_without_an_end_is_cut_off(web: Web) -> None:
    def handler(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        while True:
            request.wfile.write(b"x" * 65536)

    web.site.pages["/a"] = handler
    # Some versions of the HTTP library have a bound of their own, and say so in their own way.
    with pytest.raises((FetchTooLarge, FetchUnreachable)):
        web.get("/a", max_bytes=100_000)


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate, gzip", "x-unheard-of"])
def test_compressed_content_is_refused_unread(web: Web, encoding: str) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    web.site.pages["/a"] = page(bomb, Content_Encoding=encoding)
    with pytest.raises(FetchRefused) as caught:
        web.get("/a")
    assert caught.value.reason == (
        "example.org sent compressed content although plain content was asked for."
    )


def test_identity_is_no_compression(web: Web) -> None:
    web.site.pages["/a"] = page(BODY, Content_Encoding="Identity")
    assert web.get("/a").content == BODY


# --- servers that fail -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "404 (Not Found)"),
        (410, "410 (Gone)"),
        (500, "500 (Internal Server Error)"),
        (206, "206 (Partial Content)"),
        (304, "304 (Not Modified)"),
        (599, "599"),
    ],
)
def test_any_status_but_200_is_no_document(web: Web, status: int, said: str) -> None:
    web.site.pages["/a"] = page(BODY if status != 304 else b"", status=status)
    with pytest.raises(FetchStatus) as caught:
        web.get("/a")
    assert caught.value.reason == f"example.org answered {said} instead of the document."
    assert (caught.value.status, caught.value.code) == (status, "fetch.status")


def test_a_name_that_nobody_has_is_unreachable(web: Web) -> None:
    with pytest.raises(FetchUnreachable) as caught:
        web.fetcher().get("https://nobody.example/")
    assert caught.value.reason == (
        "The host nobody.example cannot be found. Check its spelling and your connection."
    )


def test_a_name_without_addresses_is_unreachable(web: Web) -> None:
    web.world.hosts["example.org"] = []
    with pytest.raises(FetchUnreachable, match="cannot be found"):
        web.get("/a")


def test_a_closed_port_is_unreachable(web: Web) -> None:
    web.world.ports.clear()
    with pytest.raises(FetchUnreachable) as caught:
        web.get("/a")
    assert caught.value.reason == "example.org cannot be reached: Connection refused."


def test_a_certificate_of_an_unknown_authority_is_not_trusted(web: Web) -> None:
    with pytest.raises(FetchUnreachable, match=r"^The certificate of example\.org is not trusted"):
        Fetcher(network=web.world).get("https://example.org/a")
    assert web.site.seen == []


def test_a_certificate_for_another_name_is_not_trusted(web: Web) -> None:
    web.world.hosts["stolen.example"] = [PUBLIC]
    with pytest.raises(FetchUnreachable, match=r"not valid for .stolen\.example"):
        web.fetcher().get("https://stolen.example/a")
    assert web.site.seen == []


def test_a_server_without_tls_is_unreachable(web: Web, plain: Site) -> None:
    web.world.ports[PUBLIC] = plain.port
    with pytest.raises(FetchUnreachable) as caught:
        web.get("/a")
    assert caught.value.reason == "example.org does not speak TLS as it should."


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nx",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
def test_a_broken_answer_is_no_document(web: Web, answer: bytes) -> None:
    web.site.pages["/a"] = lambda request: request.wfile.write(answer)
    with pytest.raises(FetchUnreachable) as caught:
        web.get("/a")
    assert caught.value.reason == ("example.org broke off, or does not speak HTTP as it should.")


def test_a_missing_ca_bundle_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Fetcher(ca_bundle=tmp_path / "none.pem")


def test_every_failure_has_a_code_and_a_sentence() -> None:
    kinds = {kind.code for kind in FetchError.__subclasses__()}
    assert kinds == {
        "fetch.refused",
        "fetch.timeout",
        "fetch.too_large",
        "fetch.redirects",
        "fetch.status",
        "fetch.unreachable",
    }
    assert str(FetchRefused("A sentence.")) == FetchRefused("A sentence.").reason


def test_a_request_is_not_repeated_by_itself(web: Web) -> None:
    web.site.pages["/a"] = lambda request: reply(request, status=503)
    with pytest.raises(FetchStatus):
        web.get("/a")
    assert len(web.site.seen) == 1
