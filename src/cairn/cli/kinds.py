"""What a file is when it is no credential: people pick the one beside it, or send a PDF."""

from __future__ import annotations

import json
from typing import Any, Final

KEY_FILE: Final = "a file with a signing key"
DID_DOCUMENT: Final = "a DID document, which publishes a key"
EMPTY: Final = "an empty file"
PDF: Final = "a PDF"
ZIPPED: Final = "a workbook or another zipped file"

_STARTS: Final = (
    (b"%PDF", PDF),
    (b"\xff\xd8\xff", "a JPEG picture, which can carry no credential"),
    (b"GIF8", "a GIF picture, which can carry no credential"),
    (b"PK\x03\x04", ZIPPED),
)
_PAGE: Final = (b"<!doctype html", b"<html")
_OPEN_BADGES_1: Final = "https://w3id.org/openbadges/v1"


def foreign(raw: bytes) -> str | None:
    """Name what is plainly something else than a credential or a picture of one; else None."""
    for start, kind in _STARTS:
        if raw.startswith(start):
            return kind
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return "a WebP picture, which can carry no credential"
    text = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text:
        return EMPTY
    if text.startswith(_PAGE):
        return "a web page"
    document = _other_document(raw)
    if "protection" in document and "publicKeyMultibase" in document:
        return KEY_FILE
    if "verificationMethod" in document and str(document.get("id", "")).startswith("did:"):
        return DID_DOCUMENT
    return None


def is_open_badges_1(raw: bytes) -> bool:
    """Tell an Open Badges 1 document by its context."""
    return _other_document(raw).get("@context") == _OPEN_BADGES_1


def _other_document(raw: bytes) -> dict[str, Any]:
    """Return a small JSON object that has nothing of a credential, for a look at its names."""
    if len(raw) > 64 * 1024 or not raw.lstrip().startswith(b"{") or b'"credentialSubject"' in raw:
        return {}
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
