"""The one way out: every document that Cairn fetches comes through here.

What is fetched is named by documents that strangers wrote, so each hop is bounded: only https, to
public addresses, within one deadline for everything from the name look-up to the last byte, up to a
size, through few redirects, without cookies, credentials or proxies. A name is looked up once: the
addresses that were checked are the addresses that are dialled, so an answer that changes between
the two (DNS rebinding) changes nothing. Answers are kept in memory for as long as their headers say.

    document = Fetcher().get("https://example.edu/status/1").content
"""

from cairn.fetch.address import kind_of_address
from cairn.fetch.cache import Cache, CacheKey, Fetched, Kept, MemoryCache, NoCache
from cairn.fetch.errors import (
    FetchError,
    FetchRedirects,
    FetchRefused,
    FetchStatus,
    FetchTimeout,
    FetchTooLarge,
    FetchUnreachable,
)
from cairn.fetch.fetcher import Fetcher, Network

__all__ = [
    "Cache",
    "CacheKey",
    "FetchError",
    "FetchRedirects",
    "FetchRefused",
    "FetchStatus",
    "FetchTimeout",
    "FetchTooLarge",
    "FetchUnreachable",
    "Fetched",
    "Fetcher",
    "Kept",
    "MemoryCache",
    "Network",
    "NoCache",
    "kind_of_address",
]
