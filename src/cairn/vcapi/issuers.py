"""One issuer for each cryptosuite and kind of key; each is a did:key and signs what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from cairn.vc.datamodel import data_model
from cairn.vc.did import key as did_key
from cairn.vc.document import JsonObject, dump
from cairn.vc.errors import Unsignable
from cairn.vc.jose import enveloped, w3c
from cairn.vc.keys import Algorithm, SoftwareSigner
from cairn.vc.sign import Options, add_proof, sign

DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"
ENVELOPE: Final = "vc+jwt"

Kind = Literal["embedded", "enveloped", "listed"]


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key and a way of signing. ``tags`` are the words by which the suites choose their tests."""

    suite: str
    algorithm: Algorithm
    tags: tuple[str, ...]
    kind: Kind = "embedded"
    signer: SoftwareSigner = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signer", SoftwareSigner.generate(self.algorithm))

    @property
    def name(self) -> str:
        """The part of an address that leads to this issuer."""
        if self.kind == "listed":
            return "status-list"
        suite = "enveloping" if self.kind == "enveloped" else self.suite
        return f"{suite}-{self.algorithm.lower()}"

    @property
    def id(self) -> str:
        return did_key.did_from(self.signer.public)

    @property
    def method(self) -> str:
        return did_key.verification_method(self.id)

    def secure(self, document: Mapping[str, Any], *, at: datetime, options: Options) -> bytes:
        """Return the document signed, or raise :class:`Unsignable`; nothing of it is mended."""
        if self.kind == "enveloped":
            token = w3c.issue(document, signer=self.signer, key_id=self.method)
            return dump(enveloped.credential(ENVELOPE, token))
        add = sign if "proof" not in document else add_proof
        return add(
            with_words_of_proofs(document),
            signer=self.signer,
            verification_method=self.method,
            created=at,
            cryptosuite=self.suite,
            options=options,
        )


def new_issuers() -> dict[str, Issuer]:
    """Make every issuer anew, with keys that live as long as the process."""
    both: tuple[Algorithm, ...] = ("P-256", "P-384")
    issuers = [
        # The suite of the data model asks any one issuer; this is the one it is given.
        Issuer("eddsa-rdfc-2022", "Ed25519", ("eddsa-rdfc-2022", "vc2.0")),
        Issuer("eddsa-jcs-2022", "Ed25519", ("eddsa-jcs-2022",)),
        *(Issuer("ecdsa-rdfc-2019", kind, ("ecdsa-rdfc-2019", kind)) for kind in both),
        *(Issuer("ecdsa-jcs-2019", kind, ("ecdsa-jcs-2019", kind)) for kind in both),
        Issuer("ecdsa-sd-2023", "P-256", ("ecdsa-sd-2023", "P-256")),
        Issuer("eddsa-rdfc-2022", "Ed25519", ("BitstringStatusList",), "listed"),
        Issuer(ENVELOPE, "P-256", ("EnvelopingProof",), "enveloped"),
    ]
    return {issuer.name: issuer for issuer in issuers}


def with_words_of_proofs(document: Mapping[str, Any]) -> JsonObject:
    """Add the vocabulary of proofs to a document of VCDM 1.1, whose own has none (VC-DI §2.4.1)."""
    contexts = document.get("@context")
    if data_model(document) != "1.1" or not isinstance(contexts, list) or _has_words(contexts):
        return dict(document)
    return {**document, "@context": [*contexts, DATA_INTEGRITY]}


def _has_words(contexts: list[Any]) -> bool:
    return DATA_INTEGRITY in contexts or "https://w3id.org/security/data-integrity/v1" in contexts


def must_carry_proofs(document: Mapping[str, Any]) -> None:
    """Raise for a ``proof`` that is there and is none: it would be kept, unread, beside the new one."""
    if "proof" not in document:
        return
    proofs = document["proof"]
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        if not isinstance(proof, dict) or not isinstance(proof.get("type"), str):
            raise Unsignable("The proof it carries is none: it has no type.", pointer="/proof")
