"""Where things of an issuer stand on the web: the one place that puts such addresses together."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.vc.did import web


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one issuer. They stand in signed documents, so they never change."""

    origin: str
    did: str

    @property
    def did_document(self) -> str:
        return web.url_for(self.did)

    @property
    def issuer(self) -> str:
        return f"{self.origin}/issuer"

    def achievement(self, public_id: str) -> str:
        return f"{self.origin}/achievements/{public_id}"

    def credential(self, public_id: str) -> str:
        return f"{self.origin}/c/{public_id}"

    def status_list(self, number: int) -> str:
        return f"{self.origin}/status/{number}"

    def status_number(self, url: str) -> int | None:
        """The number of the list at this address, if it is one of ours."""
        start, _, number = url.rpartition("/")
        if start != f"{self.origin}/status" or not _is_number(number):
            return None
        return int(number)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9 and text[0] != "0"
