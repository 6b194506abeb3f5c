"""What stands inside a credential with a proof of its own: endorsements, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.vc.checks import many
from cairn.vc.cryptosuites import BadProof
from cairn.vc.document import JsonObject, pointer
from cairn.vc.errors import Unreadable
from cairn.vc.jose.envelope import Envelope, opened


def endorsement_in(given: Any) -> tuple[JsonObject | None, Envelope | None]:
    """Return an endorsement and the envelope it came in (``endorsementJwt``), if it can be read."""
    if isinstance(given, dict):
        return given, None
    try:
        envelope = opened(given.encode()) if isinstance(given, str) else None
    except (Unreadable, BadProof, UnicodeEncodeError):
        envelope = None
    return (None, None) if envelope is None else (envelope.document, envelope)


def endorsements(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Find endorsements anywhere in a document, but not inside one another."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from endorsements(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("endorsement", "endorsementJwt"):
                for index, one in enumerate(many(item)):
                    yield pointer(*path, key, index), one
            elif key != "verifiableCredential":  # whose endorsements are its own
                yield from endorsements(item, (*path, key))


def ids(value: Any) -> Iterator[str]:
    """Yield the ids of everything a document speaks of, endorsements left out."""
    if isinstance(value, list):
        for item in value:
            yield from ids(item)
    elif isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for key, item in value.items():
            if key not in ("endorsement", "endorsementJwt"):
                yield from ids(item)


def subjects(endorsement: JsonObject) -> set[Any]:
    """Return the ids of what an endorsement speaks of."""
    found = many(endorsement.get("credentialSubject"))
    return {_text(item.get("id")) for item in found if isinstance(item, dict)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
