"""A stranger: somebody who has the address of a credential, a web client and a verifier.

The stranger reads no database and shares no secret. Only one thing is not as it would be outside:
the site is known to the world as ``https://harbour.example``, a name that belongs to nobody, so the
stranger is told to look for it on the loopback address, without TLS. Every address in a credential
is the real one, and everything it leads to is fetched over HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import urllib3

from cairn.vc.errors import Unavailable
from cairn.vc.report import Report
from cairn.vc.verify import inspect
from university.place import ORIGIN
from university.server import HOST

CREDENTIAL: Final = "application/vc+ld+json"


class Stranger:
    """Looks a site up once: what its verifier needs several times is fetched the first time."""

    def __init__(self, port: int) -> None:
        host = {"Host": urlsplit(ORIGIN).netloc}
        self._web = urllib3.HTTPConnectionPool(HOST, port, headers=host, timeout=20, retries=False)
        self._known: dict[str, bytes] = {}

    def get(self, url: str, *, accept: str = "*/*") -> bytes:
        """Fetch what stands at an address of the site."""
        if not url.startswith(f"{ORIGIN}/"):
            raise Unavailable(f"{url} is not on this site, and the demo leaves the machine alone.")
        path = url.removeprefix(ORIGIN)
        headers: Mapping[str, str] = {**self._web.headers, "Accept": accept}
        try:
            answer = self._web.request("GET", path, headers=headers)
        except urllib3.exceptions.HTTPError as exc:
            raise Unavailable(f"{url} cannot be reached: {type(exc).__name__}.") from exc
        if answer.status != 200:
            raise Unavailable(f"{url} answered {answer.status}.")
        return answer.data

    def load(self, url: str) -> bytes:
        """Fetch a document that the verifier asks for: the issuer's keys, a status list."""
        if url not in self._known:
            self._known[url] = self.get(url)
        return self._known[url]

    def judge(self, raw: bytes) -> Report:
        return inspect(raw, documents=self, at=datetime.now(UTC))
