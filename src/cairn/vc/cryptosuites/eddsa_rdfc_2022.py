"""eddsa-rdfc-2022: Ed25519 over canonical RDF (Data Integrity EdDSA Cryptosuites v1.0, §3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cairn.vc import jsonld, multibase, rdfc
from cairn.vc.cryptosuites import PROOF_TYPE, BadProof, suites
from cairn.vc.datamodel import LOOKED_UP
from cairn.vc.errors import BadKey
from cairn.vc.keys import PublicKey, Signer
from cairn.vc.secured import Unsecured

NAME = "eddsa-rdfc-2022"
WHAT = f"A proof of the suite {NAME}"
_PROOF_WORK: Final = 1_000


def hash_data(unsecured: Unsecured, options: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that are signed: hash of the proof's options, then of the document."""
    if options.get("type") != PROOF_TYPE or options.get("cryptosuite") != NAME:
        raise BadProof(f"The proof is not a {PROOF_TYPE} of the suite {NAME}.")
    document = unsecured.canonical.digest()
    # §3.2.5: the configuration takes the document's context, whatever the proof says itself.
    config = {"@context": unsecured.context} if unsecured.context is not None else {}
    config |= {k: v for k, v in options.items() if k not in ("@context", "proofValue")}
    # §3.2.4: the hash of the configuration comes first.
    # A proof says a few plain things of itself; whatever takes more work than that is no proof.
    quads = jsonld.to_rdf(config, fixed=LOOKED_UP)
    return rdfc.canonicalize(quads, work=_PROOF_WORK).digest() + document


class EddsaRdfc2022:
    def create(self, unsecured: Unsecured, options: Mapping[str, Any], signer: Signer) -> str:
        signer.public.must_be("Ed25519", what=WHAT)
        return multibase.base58btc(signer.sign(hash_data(unsecured, options)))

    def check(self, unsecured: Unsecured, proof: Mapping[str, Any], public: PublicKey) -> bool:
        public.must_be("Ed25519", what=WHAT)
        value = proof.get("proofValue")
        # §3.2.2: base58btc and no other encoding, so that one signature has one spelling.
        if not isinstance(value, str) or not value.startswith("z"):
            raise BadProof(
                "The signature is missing or not written in base58btc.", pointer="/proofValue"
            )
        try:
            signature = multibase.decode(value)
        except BadKey as exc:
            raise BadProof(
                "The signature is not written in base58btc.", pointer="/proofValue"
            ) from exc
        return public.verifies(signature, hash_data(unsecured, proof))


suites.register(NAME)(EddsaRdfc2022())
