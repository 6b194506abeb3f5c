"""did:key: a DID that is its own public key, so there is nothing to fetch and nothing to revoke.

The did:key Method v0.9. It proves that one key signed, and says nothing about whose key it is.
"""

from __future__ import annotations

from cairn.vc.did import CONTEXTS, methods, split
from cairn.vc.did import verification_method as describe
from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey
from cairn.vc.keys import PublicKey

PREFIX = "did:key:"


def did_from(public: PublicKey) -> str:
    """Return the DID of a public key: ``did:key:z6Mk...``."""
    return PREFIX + public.multibase


def public_key(did: str) -> PublicKey:
    """Return the key that a did:key spells; BadKey unless it is Ed25519."""
    name, multibase = split(did)
    if name != "key" or ":" in multibase:
        raise BadKey(
            f"{did!r} is not written as did:key: and one Multikey, such as {PREFIX}z6Mk...."
        )
    return PublicKey.from_multibase(multibase)


def verification_method(did: str) -> str:
    """Return the id of a did:key's one verification method, whose fragment repeats the key."""
    return f"{did}#{public_key(did).multibase}"


class KeyMethod:
    """Resolves did:key without looking anywhere."""

    def resolve(self, did: str, documents: Documents) -> JsonObject:
        method = describe(did, public_key(did).multibase)
        return {
            "@context": list(CONTEXTS),
            "id": did,
            "verificationMethod": [method],
            "authentication": [method["id"]],
            "assertionMethod": [method["id"]],
        }


methods.register("key")(KeyMethod())
