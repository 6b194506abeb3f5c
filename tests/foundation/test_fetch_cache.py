"""What was fetched is kept for as long as its headers say, and not a second longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from cairn.fetch import Fetcher, FetchStatus, FetchUnreachable, MemoryCache, NoCache
from cairn.fetch.cache import Kept
from tests.support.web import Site, page, redirect, reply, serve

DATE = "Sun, 01 Nov 2026 00:00:00 GMT"
HOUR_LATER = "Sun, 01 Nov 2026 01:00:00 GMT"


@dataclass
class Origin:
    """A site with one page, a clock that stands still, and a fetcher between them."""

    site: Site
    now: float = 1000.0
    fetcher: Fetcher = field(init=False)

    def __post_init__(self) -> None:
        self.fetcher = Fetcher(allow_loopback=True, clock=lambda: self.now)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.site.port}/a"

    @property
    def asked(self) -> int:
        return len(self.site.seen)

    def says(self, body: bytes = b"one", *, status: int = 200, **headers: str) -> None:
        self.site.pages["/a"] = page(body, status=status, **headers)

    def get(self, accept: str = "*/*") -> bytes:
        return self.fetcher.get(self.url, accept=accept).content


@pytest.fixture
def origin() -> Iterator[Origin]:
    with serve() as site:
        yield Origin(site)


def test_a_fresh_answer_is_not_asked_for_again(origin: Origin) -> None:
    origin.says(Cache_Control="max-age=60")
    assert origin.get() == b"one"
    origin.says(b"two", Cache_Control="max-age=60")
    origin.now += 59
    assert (origin.get(), origin.asked) == (b"one", 1)
    origin.now += 1
    assert (origin.get(), origin.asked) == (b"two", 2)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache_Control": "no-store, max-age=60"},
        {"Cache_Control": "private, max-age=60"},
        {"Cache_Control": "max-age=60", "Vary": "*"},
        {"Cache_Control": "max-age=0"},
        {"Cache_Control": "max-age=-5"},
        {"Cache_Control": "max-age=soon"},
        {"Cache_Control": "max-age=\u00b2"},
        {"Cache_Control": "max-age=60, s-maxage=0"},
        {"Cache_Control": "max-age=60", "Age": "60"},
        {"Cache_Control": "no-cache, max-age=60"},
        {"Expires": HOUR_LATER},
        {"Expires": "0", "Date": DATE},
        {"Expires": DATE, "Date": HOUR_LATER},
        {"Expires": "Sun, 01 Nov 99999999 00:00:00 GMT", "Date": DATE},
        {"Last_Modified": DATE},
    ],
)
def test_an_answer_that_may_not_be_kept_is_asked_for_each_time(
    origin: Origin, headers: dict[str, str]
) -> None:
    origin.says(**headers)
    origin.get()
    origin.says(b"two", **headers)
    assert (origin.get(), origin.asked) == (b"two", 2)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache_Control": "MAX-AGE=60"}, 60),
        ({"Cache_Control": 'public, max-age="60"'}, 60),
        ({"Cache_Control": "max-age=10, s-maxage=60"}, 60),
        ({"Cache_Control": "max-age=60, max-age=600"}, 60),
        ({"Cache_Control": "max-age=100", "Age": "40"}, 60),
        ({"Expires": HOUR_LATER, "Date": DATE}, 3600),
        ({"Cache_Control": "max-age=60", "Expires": HOUR_LATER, "Date": DATE}, 60),
        ({"Cache_Control": "max-age=99999999999999999999"}, 2**31),
    ],
)
def test_the_header_says_how_long(origin: Origin, headers: dict[str, str], seconds: int) -> None:
    origin.says(**headers)
    origin.get()
    origin.now += seconds - 1
    origin.get()
    assert origin.asked == 1
    origin.now += 1
    origin.get()
    assert origin.asked == 2


@pytest.mark.parametrize(
    ("validator", "question"),
    [
        ({"ETag": '"v1"'}, {"If-None-Match": '"v1"'}),
        ({"Last_Modified": DATE}, {"If-Modified-Since": DATE}),
    ],
)
def test_a_stale_answer_is_asked_about_and_renewed(
    origin: Origin, validator: dict[str, str], question: dict[str, str]
) -> None:
    origin.says(Cache_Control="max-age=60", Content_Type="text/plain", Age="30", **validator)
    origin.get()
    origin.now += 30
    origin.site.pages["/a"] = page(status=304, Cache_Control="max-age=600")
    found = origin.fetcher.get(origin.url, accept="*/*")
    assert (found.content, found.media_type, found.stale) == (b"one", "text/plain", False)
    asked = origin.site.seen[-1][1]
    assert {name: asked.get(name) for name in question} == question
    origin.now += 599
    assert (origin.get(), origin.asked) == (b"one", 2)


def test_no_cache_is_kept_and_asked_about_each_time(origin: Origin) -> None:
    origin.says(Cache_Control="no-cache", ETag='"v1"')
    origin.get()
    origin.site.pages["/a"] = page(status=304)
    assert (origin.get(), origin.get(), origin.asked) == (b"one", b"one", 3)


def test_a_changed_document_replaces_the_kept_one(origin: Origin) -> None:
    origin.says(Cache_Control="max-age=0", ETag='"v1"')
    origin.get()
    origin.says(b"two", Cache_Control="max-age=60", ETag='"v2"')
    assert (origin.get(), origin.get(), origin.asked) == (b"two", b"two", 2)


def test_answers_to_different_wishes_are_kept_apart(origin: Origin) -> None:
    origin.site.pages["/a"] = lambda request: reply(
        request, request.headers["Accept"].encode(), headers={"Cache-Control": "max-age=60"}
    )
    assert origin.get("text/html") == b"text/html"
    assert origin.get("application/json") == b"application/json"


def test_a_redirect_is_followed_each_time_but_its_end_is_kept(origin: Origin) -> None:
    origin.says(Cache_Control="max-age=60")
    origin.site.pages["/to"] = redirect("/a", 301)
    for _ in range(2):
        assert origin.fetcher.get(origin.url[:-1] + "to", accept="*/*").content == b"one"
    assert [path for path, _ in origin.site.seen] == ["/to", "/a", "/to"]


def test_a_failing_server_gets_no_stand_in_unless_it_allowed_one(origin: Origin) -> None:
    origin.says(Cache_Control="max-age=60", ETag='"v1"')
    origin.get()
    origin.now += 60
    origin.says(status=503)
    with pytest.raises(FetchStatus):
        origin.get()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_stale_answer_stands_in_for_as_long_as_its_header_allows(
    origin: Origin, status: int
) -> None:
    origin.says(Cache_Control="max-age=60, stale-if-error=100")
    origin.get()
    origin.says(status=status)
    origin.now += 159
    found = origin.fetcher.get(origin.url, accept="*/*")
    assert (found.content, found.stale) == (b"one", True)
    origin.now += 1
    with pytest.raises(FetchStatus):
        origin.get()


def test_a_stale_answer_stands_in_for_a_server_that_cannot_be_reached(origin: Origin) -> None:
    origin.says(Cache_Control="max-age=60, stale-if-error=100")
    origin.get()
    origin.now += 60
    origin.site.pages["/a"] = lambda request: None
    assert origin.fetcher.get(origin.url, accept="*/*").stale is True
    origin.now += 100
    with pytest.raises(FetchUnreachable):
        origin.get()


@pytest.mark.parametrize("word", ["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=60"])
def test_a_strict_header_allows_no_stand_in(origin: Origin, word: str) -> None:
    origin.says(Cache_Control=f"max-age=60, stale-if-error=100, {word}", ETag='"v1"')
    origin.get()
    origin.now += 60
    origin.says(status=503)
    with pytest.raises(FetchStatus):
        origin.get()


@pytest.mark.parametrize("status", [404, 410])
def test_a_document_that_is_gone_is_forgotten(origin: Origin, status: int) -> None:
    origin.says(Cache_Control="max-age=60, stale-if-error=1000")
    origin.get()
    origin.now += 60
    origin.says(status=status)
    with pytest.raises(FetchStatus):
        origin.get()
    origin.says(status=503)
    with pytest.raises(FetchStatus):
        origin.get()


def test_a_failure_is_not_kept(origin: Origin) -> None:
    origin.says(status=404, Cache_Control="max-age=60")
    with pytest.raises(FetchStatus):
        origin.get()
    origin.says()
    assert origin.get() == b"one"


def test_no_cache_at_all_asks_each_time(origin: Origin) -> None:
    origin.fetcher = Fetcher(allow_loopback=True, cache=NoCache())
    origin.says(Cache_Control="max-age=60")
    origin.get()
    origin.get()
    assert origin.asked == 2


def test_fetchers_share_no_memory_by_accident(origin: Origin) -> None:
    origin.says(Cache_Control="max-age=60")
    origin.get()
    origin.fetcher = Fetcher(allow_loopback=True)
    origin.get()
    assert origin.asked == 2


def kept(size: int) -> Kept:
    return Kept(bytes(size), "", {}, born=0, lifetime=1, grace=0)


def test_memory_holds_the_answers_used_last() -> None:
    cache = MemoryCache(max_entries=2)
    for name in "ab":
        cache.put((name, ""), kept(1))
    cache.get(("a", ""))
    cache.put(("c", ""), kept(1))
    assert [name for name in "abc" if cache.get((name, ""))] == ["a", "c"]


def test_memory_is_bounded_in_bytes() -> None:
    cache = MemoryCache(max_bytes=100)
    cache.put(("a", ""), kept(60))
    cache.put(("a", ""), kept(90))
    cache.put(("b", ""), kept(10))
    assert cache.get(("a", ""))
    cache.put(("c", ""), kept(1))
    assert [name for name in "abc" if cache.get((name, ""))] == ["a", "c"]
    cache.put(("d", ""), kept(101))
    assert [name for name in "abcd" if cache.get((name, ""))] == []


def test_memory_forgets_when_told() -> None:
    cache = MemoryCache()
    cache.put(("a", ""), kept(1))
    cache.put(("a", ""), None)
    cache.put(("b", ""), None)
    assert cache.get(("a", "")) is None
