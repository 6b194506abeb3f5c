"""did:web: a DID that names a place on the web, where its owner publishes the keys.

did:web Method Specification. What an address may look like is decided in ``url_for``: every DID has
one address, and no part of it can lead out of the place it names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from cairn.vc.did import CONTEXTS, methods, split
from cairn.vc.did import verification_method as describe
from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey, Unreadable
from cairn.vc.keys import PublicKey

MAX_BYTES: Final = 256 * 1024
"""Largest DID document read."""

_HOST = re.compile(r"(?P<host>[A-Za-z0-9.-]+)(?:%3[Aa](?P<port>[1-9][0-9]{0,4}))?", re.ASCII)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)", re.ASCII)
# A last label that a resolver may take for a number makes the whole name an IPv4 address.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*", re.ASCII)
_FORBIDDEN = re.compile(r"[/\\%\x00-\x20\x7f]")


def url_for(did: str) -> str:
    """Return the https address of a did:web's document; BadKey when it cannot name one.

    ``did:web:example.edu`` is at ``/.well-known/did.json``; segments after the host become a path.
    """
    name, identifier = split(did)
    if name != "web":
        raise BadKey(f"{did!r} is not a did:web.")
    host, *segments = identifier.split(":")
    path = "/".join(_segment(did, segment) for segment in segments) or ".well-known"
    return f"https://{_authority(did, host)}/{path}/did.json"


def verification_method(did: str, public: PublicKey) -> str:
    """Return the id under which :func:`did_document` publishes a key."""
    return f"{did}#{public.multibase}"


def did_document(did: str, public_keys: Sequence[PublicKey]) -> JsonObject:
    """Return the document to publish at :func:`url_for`, whose keys may sign credentials.

    Keep former keys in it as long as anything signed with them should verify.
    """
    url_for(did)
    if not public_keys:
        raise BadKey(f"A document for {did} needs at least one key.")
    described = [describe(did, public.multibase) for public in dict.fromkeys(public_keys)]
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": described,
        "assertionMethod": [method["id"] for method in described],
    }


class WebMethod:
    """Resolves did:web through the documents it is given."""

    def resolve(self, did: str, documents: Documents) -> JsonObject:
        url = url_for(did)
        raw = documents.load(url)
        try:
            return parse(raw, max_bytes=MAX_BYTES)
        except Unreadable as exc:
            raise BadKey(
                f"The DID document at {url} cannot be read. Ask the issuer to mend it. {exc.message}"
            ) from exc


def _authority(did: str, text: str) -> str:
    """Return host and port: a DNS name in lower case, never an address or a user."""
    match = _HOST.fullmatch(text)
    if match is None:
        raise _bad(
            did,
            f"{text!r} is not a host name. Write an international name in its xn-- form and a port "
            "after %3A.",
        )
    host, port = match["host"].lower(), match["port"]
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad(did, f"{text!r} is not a host name. Check its dots and hyphens.")
    if _NUMBER.fullmatch(labels[-1]):
        # did:web, "Method-specific identifier": it must not include IP addresses.
        raise _bad(did, f"{text!r} is an IP address. did:web needs the name of a host.")
    if port is None:
        return host
    if int(port) > 65535:
        raise _bad(did, f"{port} is not a port. Ports go up to 65535.")
    return f"{host}:{port}"


def _segment(did: str, segment: str) -> str:
    """Return one path segment as it is written, if it stays one segment when somebody decodes it."""
    try:
        plain = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        plain = ""
    if plain in {"", ".", ".."} or _FORBIDDEN.search(plain):
        raise _bad(
            did,
            f"the path segment {segment!r} could lead elsewhere. Use letters, digits, hyphens and dots.",
        )
    return segment


def _bad(did: str, reason: str) -> BadKey:
    return BadKey(f"{did} does not name a place on the web: {reason}")


methods.register("web")(WebMethod())
