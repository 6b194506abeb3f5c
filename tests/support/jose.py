"""Tokens for tests: made by hand, so that they can be wrong in every way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cairn.vc.documents import Shelf
from cairn.vc.keys import Algorithm, SoftwareSigner
from cairn.vc.report import Check, Report
from cairn.vc.verify import inspect
from tests.support.university import DID, NOW, University

Json = dict[str, Any]

#: One of each kind, made once: a new RSA key takes a tenth of a second.
KINDS: list[Algorithm] = ["RSA", "P-256", "P-384", "P-521", "Ed25519"]
SIGNERS: dict[Algorithm, SoftwareSigner] = {kind: SoftwareSigner.generate(kind) for kind in KINDS}


def b64(value: object) -> str:
    """Base64url of bytes, of a text, or of what is written as JSON."""
    if isinstance(value, str):
        value = value.encode()
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(header: object, claims: object, signer: SoftwareSigner | None = None) -> str:
    """A signed JWS whose parts are taken as they are."""
    message = f"{b64(header)}.{b64(claims)}"
    return f"{message}.{b64(signer.sign(message.encode()) if signer else b'')}"


def changed(text: str, signer: SoftwareSigner, *, header: Json | None = None, **claims: Any) -> str:
    """The same token with other members, signed again; None takes one away."""
    old_header, old_claims = parts(text)
    new_header, new_claims = old_header | (header or {}), old_claims | claims
    for members in (new_header, new_claims):
        for name in [name for name, item in members.items() if item is None]:
            del members[name]
    return token(new_header, new_claims, signer)


def parts(text: str) -> tuple[Json, Json]:
    """Header and claims of a JWS."""
    header, claims, _ = text.split("~", maxsplit=1)[0].split(".")
    return tuple(json.loads(decoded(part)) for part in (header, claims))


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def publish(university: University, *kinds: Algorithm) -> dict[Algorithm, str]:
    """Publish keys in the university's DID document, and return how each is named."""
    names: dict[Algorithm, str] = {kind: f"{DID}#{kind.lower()}" for kind in kinds}

    def add(document: Json) -> None:
        for kind, name in names.items():
            method = {"id": name, "type": "JsonWebKey", "controller": DID}
            method["publicKeyJwk"] = SIGNERS[kind].public.jwk  # type: ignore[assignment]
            document["verificationMethod"].append(method)
            document["assertionMethod"].append(name)

    university.publish_keys(add)
    return names


UNIVERSITY = University()
"""Publishes a key of each kind, under its name in small letters."""
publish(UNIVERSITY, *KINDS)


def look(raw: str | bytes, at: datetime = NOW) -> Report:
    """What is found in a token, with the documents of :data:`UNIVERSITY`."""
    given = raw.encode() if isinstance(raw, str) else raw
    return inspect(given, documents=Shelf(UNIVERSITY.published), at=at)


def proof_of(report: Report) -> Check:
    """The check that asks for the signature."""
    return next(check for check in report if check.id == "proof")


def salts() -> Callable[[int], bytes]:
    """Bytes that differ and are the same in every run."""
    numbers: Iterator[int] = iter(range(10_000))
    return lambda size: next(numbers).to_bytes(size, "big")
