"""Is this an Open Badge of version 2, and in which of its forms did it come?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.vc.checks import many
from cairn.vc.cryptosuites import BadProof
from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import Unreadable
from cairn.vc.jose import compact
from cairn.vc.jose.token import Token

CONTEXTS: Final = (
    "https://w3id.org/openbadges/v2",
    "https://purl.imsglobal.org/spec/ob/v2p0/context.json",
)
CLASSES: Final = frozenset({"Assertion", "BadgeClass", "Endorsement", "Issuer", "Profile"})

_ADDRESS: Final = re.compile(rb"https?://[!-~]{1,2000}")
_TOKEN: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Badge:
    """What was found: a document of version 2, and the token it came in."""

    document: JsonObject
    token: Token | None = None


def is_badge(document: Mapping[str, Any]) -> bool:
    """Tell a document of Open Badges 2.0 by its vocabulary.

    One that spells the vocabulary out is told by its type.
    """
    if "credentialSubject" in document:
        return False
    context = document.get("@context")
    if isinstance(context, Mapping):
        return any(kind in CLASSES for kind in many(document.get("type")) if isinstance(kind, str))
    return any(one in CONTEXTS for one in many(context) if isinstance(one, str))


def badge_in(raw: bytes, documents: Documents) -> Badge | None:
    """Return the badge in some bytes, or None where they are something else.

    A picture may hold no more than the address of its assertion: that is asked for. Raises
    Unavailable where it cannot be had.
    """
    bare = raw.strip(b" \t\r\n")
    if _ADDRESS.fullmatch(bare):
        bare = documents.load(bare.decode("ascii")).strip(b" \t\r\n")
    if bare[:1] == b"{":
        # Most credentials are of version 3 and are read once, by those who check them.
        return _plain(bare) if b"penbadges" in bare or b"ob/v2p0" in bare else None
    return _signed(bare) if _TOKEN.fullmatch(bare) else None


def _plain(raw: bytes) -> Badge | None:
    try:
        document = parse(raw)
    except Unreadable:
        return None
    return Badge(document) if is_badge(document) else None


def _signed(raw: bytes) -> Badge | None:
    try:
        token = compact.read(raw.decode("ascii"))
    except (Unreadable, BadProof):
        return None
    return Badge(token.claims, token) if is_badge(token.claims) else None
