"""The documents a verification may use: those given by hand, then the web unless it is offline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.cli.console import Misuse
from cairn.cli.files import read_bounded

if TYPE_CHECKING:
    from cairn.fetch import Fetcher
    from cairn.vc.documents import Documents
    from cairn.vc.keyfile import KeyFile


class Supplied:
    """Documents by address; what was not supplied is fetched, or is unavailable offline."""

    def __init__(self, supplied: Mapping[str, bytes], fetcher: Fetcher | None) -> None:
        self._supplied = supplied
        self._fetcher = fetcher

    def load(self, url: str) -> bytes:
        from cairn.fetch import FetchError, FetchStatus
        from cairn.vc.documents import Gone
        from cairn.vc.errors import Unavailable

        if url in self._supplied:
            return self._supplied[url]
        if self._fetcher is None:
            raise Unavailable(
                f"{url} was not fetched, because --offline was asked for. Supply it with "
                f"--document {url}=FILE."
            )
        try:
            return self._fetcher.get(url).content
        except FetchStatus as exc:
            away = exc.status == HTTPStatus.GONE
            raise (Gone if away else Unavailable)(exc.reason) from exc
        except FetchError as exc:
            raise Unavailable(exc.reason) from exc


def documents_for(options: Iterable[str], fetcher: Fetcher | None) -> Documents:
    """Return the documents that ``--document`` names, and behind them the web, if any."""
    return Supplied(dict(_supplied(option) for option in options), fetcher)


def own_documents(key: KeyFile, lists: Mapping[str, bytes]) -> Documents:
    """Return what will stand on the web once the key's owner has published it."""
    from cairn.vc.document import dump
    from cairn.vc.documents import Shelf

    shelf = dict(lists)
    if key.id.startswith("did:web:"):
        from cairn.vc.did import web

        shelf[web.url_for(key.id)] = dump(web.did_document(key.id, [key.public]))
    return Shelf(shelf)


def _supplied(option: str) -> tuple[str, bytes]:
    from cairn.vc.did import web
    from cairn.vc.document import MAX_BYTES

    url, path = _split(option)
    if not path.is_file():
        raise Misuse(f"--document: {path} is not a file. Write URL=FILE.")
    raw = read_bounded(path, limit=MAX_BYTES)
    url = url or _own_address(raw, path)
    return (web.url_for(url) if url.startswith("did:web:") else url), raw


def _split(option: str) -> tuple[str, Path]:
    """Cut URL=FILE at the first "=" that leaves a file, since an address may hold "=" itself."""
    if not option.startswith(("https://", "http://", "did:")):
        return "", Path(option)
    cuts = [place for place, character in enumerate(option) if character == "="]
    splits = [(option[:cut], Path(option[cut + 1 :])) for cut in cuts]
    found = [(url, path) for url, path in splits if path.is_file()]
    return (found or splits or [(option, Path())])[0]


def _own_address(raw: bytes, path: Path) -> str:
    """Read from a document the address at which it says it stands."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    address = found.get("id") if isinstance(found, dict) else None
    if not isinstance(address, str) or not address.startswith(("http://", "https://", "did:")):
        raise Misuse(
            f"--document: {path} does not say at which address it stands. Write URL={path}."
        )
    return address
