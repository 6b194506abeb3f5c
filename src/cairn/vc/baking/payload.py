"""What a badge carries: JSON, a compact JWS, or (Open Badges 2 only) the address of either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cairn.vc.baking.errors import BadPayload
from cairn.vc.document import MAX_BYTES

Kind = Literal["ob3", "ob2"]
Form = Literal["json", "jws", "url"]

_JSON_SPACE = " \t\r\n"
_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
# RFC 8259 §7: JSON has no raw control character but the three spaces above; NUL would end an iTXt.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOO_LONG = (
    f"The credential is longer than {MAX_BYTES // 1024} KiB. "
    "Link to long evidence instead of including it."
)
_NEITHER = (
    "What should be baked is neither a JSON object nor a compact JWS. "
    "Give the signed credential exactly as it was issued."
)


@dataclass(frozen=True, slots=True)
class Baked:
    """The text found in a picture, character for character, and what it looks like.

    Nothing about it has been verified. ``kind`` is the version whose keyword it stood under.
    """

    text: str
    kind: Kind
    form: Form


def form_of(text: str) -> Form | None:
    """Tell by its outside what a text is, or None; JSON is not parsed here."""
    bare = text.strip(_JSON_SPACE)
    if bare.startswith("{") and bare.endswith("}") and not _CONTROL.search(bare):
        return "json"
    if _JWS.fullmatch(bare):
        return "jws"
    return "url" if _URL.fullmatch(bare) else None


def encode(credential: str) -> bytes:
    """Return the UTF-8 to bake (a JWS without the space around it), or raise."""
    form = form_of(credential)
    if form not in ("json", "jws"):
        raise BadPayload(_NEITHER)
    try:
        raw = (credential if form == "json" else credential.strip(_JSON_SPACE)).encode()
    except UnicodeEncodeError as exc:
        raise BadPayload(
            "The credential holds half of a surrogate pair, which is no character. "
            "Sign it again from text that is proper Unicode."
        ) from exc
    if len(raw) > MAX_BYTES:
        raise BadPayload(_TOO_LONG)
    return raw


def found(text: str, kind: Kind) -> Baked:
    """Wrap what a picture carried, or raise :class:`BadPayload`."""
    if len(text) > MAX_BYTES:
        raise BadPayload(_TOO_LONG)
    form = form_of(text)
    if form is None or (form == "url" and kind == "ob3"):
        raise BadPayload(
            "The picture has a place for a credential, but what stands there is neither a JSON "
            "object nor a compact JWS. Ask the issuer for the badge again."
        )
    if form == "json":
        return Baked(text, kind, form)
    return Baked(text.strip(_JSON_SPACE), kind, form)
