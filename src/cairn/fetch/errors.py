"""Why a document could not be had."""

from __future__ import annotations

from typing import ClassVar


class FetchError(Exception):
    """A document could not be had. ``reason`` is a sentence; it names the host, never the query."""

    code: ClassVar[str]

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FetchRefused(FetchError):
    """Cairn is not willing to go there, or to take what was offered."""

    code = "fetch.refused"


class FetchTimeout(FetchError):
    """The deadline passed."""

    code = "fetch.timeout"


class FetchTooLarge(FetchError):
    """The document is larger than the limit."""

    code = "fetch.too_large"


class FetchRedirects(FetchError):
    """One redirect too many, or a circle of them."""

    code = "fetch.redirects"


class FetchStatus(FetchError):
    """The server answered, but not with the document."""

    code = "fetch.status"

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class FetchUnreachable(FetchError):
    """No conversation with the server: its name, its address, its certificate or its answer."""

    code = "fetch.unreachable"
