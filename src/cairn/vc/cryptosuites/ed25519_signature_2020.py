"""Ed25519Signature2020: read where older badges carry it, and never made.

Data Integrity EdDSA Cryptosuites v1.0, §4.2 [legacy]: the same hashes and signature as eddsa-rdfc-2022,
under a type of its own and without the name of a suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.vc.cryptosuites import BadProof, suites
from cairn.vc.cryptosuites.hashing import rdfc_hashes, signature_of
from cairn.vc.errors import Unsignable
from cairn.vc.keys import PublicKey, Signer
from cairn.vc.secured import Unsecured

NAME = "Ed25519Signature2020"


class Ed25519Signature2020:
    def create(self, unsecured: Unsecured, options: Mapping[str, Any], signer: Signer) -> str:
        raise Unsignable(f"{NAME} is outdated and only read. Sign with eddsa-rdfc-2022.")

    def check(self, unsecured: Unsecured, proof: Mapping[str, Any], public: PublicKey) -> bool:
        public.must_be("Ed25519", what=f"A proof of the type {NAME}")
        if proof.get("type") != NAME or "cryptosuite" in proof:
            raise BadProof(f"The proof is not a plain {NAME}.")
        return public.verifies(signature_of(proof), rdfc_hashes(unsecured, proof, "sha256"))


suites.register(NAME)(Ed25519Signature2020())
