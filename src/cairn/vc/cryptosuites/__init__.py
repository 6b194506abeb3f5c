"""Data Integrity cryptosuites: one file for each, found by the name a proof carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from cairn.plug import PlugPoint
from cairn.vc.errors import CredentialError
from cairn.vc.keys import PublicKey, Signer
from cairn.vc.secured import Unsecured

PROOF_TYPE: Final = "DataIntegrityProof"


class BadProof(CredentialError):
    """A proof is put together wrongly, so that nothing can be concluded from it."""

    code = "PROOF_VERIFICATION_ERROR"


class Cryptosuite(Protocol):
    """One way of hashing a document and signing the hash (VC-DI §3)."""

    def create(self, unsecured: Unsecured, options: Mapping[str, Any], signer: Signer) -> str:
        """Return the ``proofValue`` for a proof with these options."""
        ...

    def check(self, unsecured: Unsecured, proof: Mapping[str, Any], public: PublicKey) -> bool:
        """Tell whether the proof is this key's over this document; BadProof when it is malformed."""
        ...


suites: PlugPoint[Cryptosuite] = PlugPoint("cryptosuites", "cairn.vc.cryptosuites")
