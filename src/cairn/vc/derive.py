"""Deriving: from a credential with a base proof of ecdsa-sd-2023, one that shows a part of it.

    shown = derive(raw, pointers=["/credentialSubject/achievement/name"])

No key is needed: the holder does it alone, as often as he likes, and the issuer does not learn of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cairn.vc import rdfc
from cairn.vc.cryptosuites.ecdsa_sd_2023 import NAME
from cairn.vc.disclosure.proofvalue import Base, Derived, is_base
from cairn.vc.disclosure.statements import Choice, Statements
from cairn.vc.document import JsonObject, dump, parse
from cairn.vc.errors import CredentialError


class NotDerivable(CredentialError):
    """The credential has no base proof, more than one to choose from, or one that is not its own."""

    code = "disclosure.no_base_proof"


def derive(raw: bytes, *, pointers: Sequence[str], proof_id: str | None = None) -> bytes:
    """Return the credential reduced to what ``pointers`` lead to and what the issuer made mandatory.

    Objects on the way to what is shown keep their ``id`` and ``type``. ``proof_id`` names the base
    proof to use where there are several. The proofs of other suites stay behind: they cover the whole.

    Raises :class:`NotDerivable`, ``BadPointer`` for a pointer that leads nowhere or into what is signed
    as one, and BadProof for a malformed base proof. Whether the base proof holds is not asked here.
    """
    document = parse(raw)
    proof = _base_proof(document.pop("proof", None), proof_id)
    base = Base.read(proof["proofValue"])
    statements = Statements(document, base.hmac_key)
    fixed = statements.choose(base.mandatory)
    shown = statements.choose([*base.mandatory, *pointers])
    if not shown.indexes:
        raise NotDerivable("Nothing would be shown. Choose at least one part of the credential.")
    derived = _derived(base, statements, fixed, shown)
    return dump({**shown.document, "proof": {**proof, "proofValue": derived.write()}})


def _derived(base: Base, statements: Statements, fixed: Choice, shown: Choice) -> Derived:
    """Reduce a base proof to what is shown (VC-DI-ECDSA §3.5.4, §3.6.6)."""
    mandatory = set(fixed.indexes)
    free = [index for index in range(len(statements.lines)) if index not in mandatory]
    if len(free) != len(base.signatures):
        raise NotDerivable(
            f"The base proof has {len(base.signatures)} signatures for {len(free)} statements, so it "
            "belongs to another document. Ask the issuer for the credential again.",
            pointer="/proof",
        )
    signatures = dict(zip(free, base.signatures, strict=True))
    # What a verifier will call each node, who has only this part to go by.
    canonical = rdfc.canonicalize(shown.quads).labels
    return Derived(
        signature=base.signature,
        public=base.public,
        signatures=tuple(signatures[index] for index in shown.indexes if index in signatures),
        labels={
            int(label.removeprefix("_:c14n")): statements.labels[name]
            for name, label in canonical.items()
        },
        mandatory=tuple(place for place, index in enumerate(shown.indexes) if index in mandatory),
    )


def _base_proof(proofs: Any, proof_id: str | None) -> JsonObject:
    found = [
        proof
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, dict)
        and proof.get("cryptosuite") == NAME
        and is_base(proof.get("proofValue"))
        and (proof_id is None or proof.get("id") == proof_id)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotDerivable(
            "The credential has several base proofs. Say by its id which one to use.",
            pointer="/proof",
        )
    raise NotDerivable(
        f"The credential has no base proof of {NAME}, so no part of it can be shown by itself. Ask the "
        "issuer for one signed with that suite, or show the whole.",
        pointer="/proof",
    )
