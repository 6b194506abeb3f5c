"""Credentials and presentations inside other documents: a ``data:`` URL (VCDM 2.0 §4.13, RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from cairn.vc.datamodel import V2
from cairn.vc.document import MAX_BYTES
from cairn.vc.jose.errors import BadPresentation

CREDENTIAL: Final = "EnvelopedVerifiableCredential"
PRESENTATION: Final = "EnvelopedVerifiablePresentation"

_URL: Final = re.compile(
    r"data:application/(v[cp]\+(?:jwt|sd-jwt|cose))(;base64)?,([!-~]+)", re.ASCII
)


def url_of(media_type: str, content: str | bytes) -> str:
    """Return the address that holds an envelope; bytes are written in base64."""
    if isinstance(content, bytes):
        return f"data:application/{media_type};base64,{base64.b64encode(content).decode()}"
    return f"data:application/{media_type},{content}"


def credential(media_type: str, content: str | bytes) -> dict[str, Any]:
    """Return the object that stands for a secured credential in a presentation."""
    return {
        "@context": V2,
        "type": CREDENTIAL,
        "id": url_of(media_type, content),
    }


def content_of(value: Any, *, wanted: str = CREDENTIAL, place: str = "") -> tuple[str, bytes]:
    """Return the media type and the envelope that an object holds, or raise :class:`BadPresentation`."""
    if not holds(value, wanted):
        raise BadPresentation(
            f"Here must stand an object of the type {wanted}.", pointer=f"{place}/type"
        )
    contexts = value.get("@context")
    # VCDM 2.0 §4.13.1 and §4.13.2: without it, nothing says what the type is the type of.
    if V2 not in (contexts if isinstance(contexts, list) else [contexts]):
        raise BadPresentation(f"Its @context must contain {V2}.", pointer=f"{place}/@context")
    address = value.get("id")
    if not isinstance(address, str) or len(address) > 2 * MAX_BYTES:
        address = ""
    # A URL is read without the space around it (URL Standard §4.4), and published samples have some.
    match = _URL.fullmatch(address.strip(" \t\r\n"))
    letter = "c" if wanted == CREDENTIAL else "p"
    if match is None or match[1][1] != letter:
        raise BadPresentation(
            f"The id must hold what is enveloped: data:application/v{letter}+jwt, and then the token.",
            pointer=f"{place}/id",
        )
    return match[1], _bytes(match[3], place, base64ed=match[2] is not None)


def holds(value: Any, wanted: str) -> bool:
    """Tell whether an object is of a type, which may stand alone or in a list."""
    types = value.get("type") if isinstance(value, Mapping) else None
    return wanted in (types if isinstance(types, list) else [types])


def _bytes(text: str, place: str, *, base64ed: bool) -> bytes:
    raw = unquote_to_bytes(text)
    if not base64ed:
        return raw
    try:
        # In a data: URL the padding may be missing (Fetch Standard §6, forgiving-base64).
        return base64.b64decode(
            raw.rstrip(b"=") + b"=" * (-len(raw.rstrip(b"=")) % 4), validate=True
        )
    except binascii.Error as exc:
        raise BadPresentation("What is enveloped is not base64.", pointer=f"{place}/id") from exc
