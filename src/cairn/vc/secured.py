"""A document and its proofs, taken apart: ready to be signed or compared with a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Self

from cairn.vc import jsonld, rdfc
from cairn.vc.datamodel import LOOKED_UP
from cairn.vc.document import dump
from cairn.vc.schema import proof_fits
from cairn.vc.shapes import SHAPES, Casting
from cairn.vc.shapes.structure import names


class Unsecured:
    """What a proof covers: the document with ``proof`` taken off (VC-DI §4.2, §4.3).

    Canonical forms are worked out once, however many proofs look at them.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.proof = document.get("proof")
        # VC-DI §4.2: the proof is removed before hashing.
        self.document = {key: value for key, value in document.items() if key != "proof"}

    @cached_property
    def _own_words(self) -> str | None:
        # A proof is read with the words of its document, so what it brings along counts as well.
        proof = {"proof": self.proof}
        if self.known is not None:
            # That of a document is a matter of its structure.
            return jsonld.own_words(proof)
        return jsonld.own_words({**self.document, **proof})

    @cached_property
    def known(self) -> Casting | None:
        """What its shape tells of the document, where that is known."""
        return SHAPES.find(self.document)

    def may_mention(self, *words: str) -> bool:
        """Whether a member at any depth, also of a proof, may have one of these names."""
        if self.known is None or not self.known.names.isdisjoint(words):
            return True
        return not set(names(self.proof)).isdisjoint(words)

    @cached_property
    def conforms(self) -> bool:
        """Whether the data model, Open Badges and its schema are kept to; False if not known yet."""
        if self.known is None or not self.known.conforms():
            return False
        return self.proof is None or proof_fits(self.document, self.proof)

    @property
    def json(self) -> bytes:
        """The document without its proof, as :func:`cairn.vc.document.dump` writes it."""
        return dump(self.document) if self.known is None else self.known.json().encode()

    @property
    def context(self) -> Any:
        return self.document.get("@context")

    @cached_property
    def canonical(self) -> rdfc.Canonical:
        """The canonical RDF; raises what ``to_rdf`` does, and OwnWords before anything is read."""
        return self._canonical("sha256")

    @cached_property
    def canonical_sha384(self) -> rdfc.Canonical:
        """The same with SHA-384, which names the unnamed in another order."""
        return self._canonical("sha384")

    def following(self, proofs: Sequence[Mapping[str, Any]]) -> Self:
        """Return what a link of a chain covers: the document with the proofs it builds on (VC-DI §4.3)."""
        chained = copy(self)
        for worked_out in ("canonical", "canonical_sha384", "known"):
            vars(chained).pop(worked_out, None)
        chained.document = {**self.document, "proof": list(proofs)}
        return chained

    def _canonical(self, algorithm: str) -> rdfc.Canonical:
        if self._own_words is not None:
            raise jsonld.OwnWords(self._own_words)
        if self.known is not None and algorithm == "sha256":
            found = self.known.canonical()
            if found is not None:
                return found
        quads = jsonld.to_rdf(self.document, fixed=LOOKED_UP)
        canonical = rdfc.canonicalize(quads, algorithm=algorithm)
        # What is believed for a while must not be remembered as known.
        if self.known is None and not jsonld.own_words_believed():
            SHAPES.learn(self.document, quads)
        return canonical
