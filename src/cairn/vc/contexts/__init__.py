"""The JSON-LD contexts that Cairn knows: bundled, unchanged, pinned by SHA-256; none is fetched."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from cairn.vc.errors import Unavailable

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES_V3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


class UnknownContext(Unavailable):
    """The document uses a vocabulary that is not bundled, so its meaning cannot be recomputed."""

    code = "context.unknown"


@cache
def addresses() -> dict[str, str]:
    """Map every known address to the file that holds its context."""
    manifest = json.loads(files(__name__).joinpath("MANIFEST.json").read_text("utf-8"))
    return {url: entry["file"] for entry in manifest["files"] for url in entry["urls"]}


def load(url: str) -> Any:
    """Return what stands under ``@context`` at ``url``; the same object each time."""
    try:
        return _read(addresses()[url])
    except KeyError:
        raise UnknownContext(f"The vocabulary {url} is not one that Cairn knows.") from None


def raw(url: str) -> bytes | None:
    """Return the bytes that stand at ``url``, or None for an address that is not bundled."""
    file = addresses().get(url)
    return None if file is None else files(__name__).joinpath(file).read_bytes()


@cache
def _read(file: str) -> Any:
    return json.loads(files(__name__).joinpath(file).read_text("utf-8"))["@context"]
