"""What the suites of Data Integrity share that sign two hashes: of the options, then of the document.

Data Integrity EdDSA Cryptosuites v1.0 §3 and ECDSA Cryptosuites v1.0 §3. They differ in how both are
written (canonical RDF, or canonical JSON), in the kind of key, and with P-384 in the hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from cairn.vc import jcs, jsonld, multibase, rdfc
from cairn.vc.cryptosuites import PROOF_TYPE, BadProof
from cairn.vc.datamodel import LOOKED_UP
from cairn.vc.document import JsonObject
from cairn.vc.errors import BadKey
from cairn.vc.keys import Algorithm, PublicKey, Signer
from cairn.vc.secured import Unsecured
from cairn.vc.shapes.frame import whole

Digest = Literal["sha256", "sha384"]
Hashes = Callable[[Unsecured, Mapping[str, Any], Digest], bytes]

#: A proof says a few plain things of itself; whatever takes more work than that is no proof.
_PROOF_WORK: Final = 1_000
#: Options whose hash is kept, and how long they may be.
_MOST_KEPT: Final = 1_024
_MOST_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class HashThenSign:
    """A suite by its name, the kinds of key it takes, and how both hashes are made.

    ``keeps_context``: the proof repeats the document's vocabularies, so that it still holds when
    others are added behind them.
    """

    name: str
    kinds: tuple[Algorithm, ...]
    hashes: Hashes
    keeps_context: bool = False

    def create(self, unsecured: Unsecured, options: Mapping[str, Any], signer: Signer) -> str:
        digest = self._digest(signer.public)
        return multibase.base58btc(signer.sign(self.hash_data(unsecured, options, digest)))

    def check(self, unsecured: Unsecured, proof: Mapping[str, Any], public: PublicKey) -> bool:
        digest = self._digest(public)
        signature = signature_of(proof)
        return public.verifies(signature, self.hash_data(unsecured, proof, digest))

    def hash_data(
        self, unsecured: Unsecured, options: Mapping[str, Any], digest: Digest = "sha256"
    ) -> bytes:
        """Return the bytes that are signed."""
        if options.get("type") != PROOF_TYPE or options.get("cryptosuite") != self.name:
            raise BadProof(f"The proof is not a {PROOF_TYPE} of the suite {self.name}.")
        return self.hashes(unsecured, options, digest)

    def _digest(self, public: PublicKey) -> Digest:
        public.must_be(*self.kinds, what=f"A proof of the suite {self.name}")
        # VC-DI-ECDSA §3: with P-384 every hash is SHA-384, those inside RDFC-1.0 included.
        return "sha384" if public.algorithm == "P-384" else "sha256"


def signature_of(proof: Mapping[str, Any]) -> bytes:
    """Read ``proofValue``: base58btc and no other encoding, so that one signature has one spelling."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        raise BadProof(
            "The signature is missing or not written in base58btc.", pointer="/proofValue"
        )
    try:
        return multibase.decode(value)
    except BadKey as exc:
        raise BadProof("The signature is not written in base58btc.", pointer="/proofValue") from exc


def rdfc_hashes(unsecured: Unsecured, options: Mapping[str, Any], digest: Digest) -> bytes:
    """Hash both in canonical RDF (VC-DI-EdDSA §3.2.3 to §3.2.5, VC-DI-ECDSA §3.2.3 to §3.2.5)."""
    canonical = unsecured.canonical if digest == "sha256" else unsecured.canonical_sha384
    document = canonical.digest(digest)
    # §3.2.4: the hash of the configuration comes first.
    return rdfc_options_hash(unsecured, options, digest) + document


def rdfc_options_hash(
    unsecured: Unsecured, options: Mapping[str, Any], digest: Digest = "sha256"
) -> bytes:
    """Hash what a proof says of itself, in canonical RDF (VC-DI-ECDSA §3.2.5, §3.6.4)."""
    # The configuration takes the document's context, whatever the proof says itself.
    config = {"@context": unsecured.context} if unsecured.context is not None else {}
    config |= {k: v for k, v in options.items() if k not in ("@context", "proofValue")}
    return _HASHED.of(config, digest)


def _options_hash(config: JsonObject, digest: Digest) -> bytes:
    quads = jsonld.to_rdf(config, fixed=LOOKED_UP)
    return rdfc.canonicalize(quads, algorithm=digest, work=_PROOF_WORK).digest(digest)


class _Hashed:
    """Hashes of options that were asked for before: all proofs of one batch say the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[bytes, Digest], bytes] = {}

    def of(self, config: JsonObject, digest: Digest) -> bytes:
        written = whole(config)
        if written is None or len(written) > _MOST_BYTES:
            return _options_hash(config, digest)
        found = self._kept.get((written, digest))
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[written, digest] = _options_hash(config, digest)
        return found


_HASHED: Final = _Hashed()


def jcs_hashes(unsecured: Unsecured, options: Mapping[str, Any], digest: Digest) -> bytes:
    """Hash both in canonical JSON (VC-DI-EdDSA §3.3.2 to §3.3.5, VC-DI-ECDSA §3.3.2 to §3.3.5)."""
    document = unsecured.document
    if "@context" in options:
        signed = options["@context"]
        if not _begins(document.get("@context"), signed):
            raise BadProof(
                "The document's vocabularies do not begin with those under which it was signed.",
                pointer="/@context",
            )
        # §3.3.2: others may have been added behind them since.
        document = {**document, "@context": signed}
    config = {key: value for key, value in options.items() if key != "proofValue"}
    return b"".join(
        hashlib.new(digest, jcs.canonicalize(one).encode()).digest() for one in (config, document)
    )


def _begins(context: Any, start: Any) -> bool:
    whole, first = (one if isinstance(one, list) else [one] for one in (context, start))
    return whole[: len(first)] == first
