"""Related resources: is what stands at an address what the issuer meant (VCDM 2.0 §5.3)?

Nothing is fetched here. The vocabularies that are bundled are known to the letter, so a digest of one of
them can be compared; what is not at hand is neither confirmed nor denied.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cairn.vc import contexts, multibase
from cairn.vc.document import pointer
from cairn.vc.errors import BadKey
from cairn.vc.problem import Problem, each

_SRI: Final = ("sha256", "sha384", "sha512")  # the weakest first (Subresource Integrity §3.2)
#: Multihash: which hash, and how long it is. A bare SHA-256 occurs, too.
_MULTIHASH: Final = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}


def related_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield each digest that is not that of the vocabulary it stands for."""
    for item, place in each(document.get("relatedResource"), "/relatedResource"):
        address = item.get("id") if isinstance(item, Mapping) else None
        raw = contexts.raw(address) if isinstance(address, str) else None
        if raw is None:
            continue
        for member, agrees in (("digestSRI", _sri_agrees), ("digestMultibase", _multibase_agrees)):
            text = item.get(member)
            if isinstance(text, str) and not agrees(text, raw):
                yield Problem(
                    place + pointer(member), f"is not the digest of what stands at {address}."
                )


def _sri_agrees(text: str, raw: bytes) -> bool:
    """Compare with the strongest of the digests that are named, as browsers do."""
    named = [part.partition("-") for part in text.split()]
    known = [(name, value.partition("?")[0]) for name, _, value in named if name in _SRI]
    if not known:
        return False
    strongest = max((name for name, _ in known), key=_SRI.index)
    wanted = hashlib.new(strongest, raw).digest()
    return any(_decoded(value) == wanted for name, value in known if name == strongest)


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


def _multibase_agrees(text: str, raw: bytes) -> bool:
    try:
        digest = multibase.decode(text)
    except BadKey:
        return False
    name = _MULTIHASH.get(digest[:2])
    if name is not None and digest[2:] == hashlib.new(name, raw).digest():
        return True
    return digest == hashlib.sha256(raw).digest()
