"""From bytes to the credential in an envelope, and from the envelope to who signed it.

:mod:`cairn.vc.verify` asks here first. What is no envelope is read as JSON there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from cairn.vc.datamodel import issuer_id
from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, Unavailable
from cairn.vc.jose import answers, compact, cose, disclosures, enveloped, openbadges, w3c
from cairn.vc.jose.token import Token, must_be_signed_by
from cairn.vc.jose.whose import signatory_of
from cairn.vc.proofs import STATEMENT, Expected, ProofResult
from cairn.vc.report import State

#: The outside of a JWT or an SD-JWT. JSON begins with a brace, so neither is taken for the other.
_COMPACT: Final = re.compile(
    rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:~[A-Za-z0-9_.~-]*)?"
)
_SPACE: Final = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A credential in an envelope that was opened and not yet believed."""

    document: JsonObject
    profile: Literal["openbadges", "w3c"]
    _token: Token
    _disclosed: disclosures.Disclosed | None = None

    @property
    def token(self) -> Token:
        """The envelope itself."""
        return self._token

    @property
    def words(self) -> JsonObject:
        """The document as far as its words need a meaning."""
        return dict(openbadges.words_of(self.document))

    def check(
        self,
        *,
        documents: Documents,
        at: datetime,
        expected: Expected = STATEMENT,
        party: str | None = None,
        kind: w3c.Kind = "vc",
    ) -> ProofResult:
        """Ask everything that is to be asked of the envelope; it never raises for what is in it.

        ``party`` is who should have signed, where that is not the issuer.
        """
        try:
            if self.profile == "openbadges":
                openbadges.document_in(self._token)
            else:
                w3c.document_in(self._token, kind=kind, at=at)
            signatory = signatory_of(
                self._token,
                issuer=issuer_id(self.document) if party is None else party,
                documents=documents,
                at=at,
                purpose=expected.purpose,
            )
            must_be_signed_by(self._token, signatory.public)
            answers.must_answer(self._token, self._disclosed, expected, at=at)
        except Unavailable as exc:
            return ProofResult("", State.UNKNOWN, error=exc)
        except CredentialError as exc:
            return ProofResult("", State.FAILED, error=exc)
        return ProofResult("", State.PASSED, signatory)


def opened(raw: bytes) -> Envelope | None:
    """Open an envelope, or return None where the bytes are none.

    Raises :class:`~cairn.vc.jose.errors.BadToken` for what looks like one and cannot be read, and
    :class:`~cairn.vc.jose.errors.BadHeader` for a header that nobody can obey. A form that is not known
    here fails when it is checked.
    """
    if raw[:1] == cose.FIRST:
        return _known(cose.read(raw))
    bare = raw.strip(_SPACE)
    if bare[:1] == b"{":
        return _in_json(bare)
    if _COMPACT.fullmatch(bare) is None:
        return None
    text = bare.decode("ascii")
    if "~" not in text:
        return _known(compact.read(text))
    disclosed = disclosures.read(text)
    return _known(disclosed.token, disclosed)


def stated(raw: bytes) -> JsonObject:
    """Return what a credential says, in an envelope or without one; nothing of it is believed.

    Raises as :func:`opened` does, and :class:`~cairn.vc.errors.Unreadable` for what is no JSON either.
    """
    envelope = opened(raw)
    return parse(raw) if envelope is None else envelope.document


def _in_json(raw: bytes) -> Envelope | None:
    """Open the envelope in a document that is nothing but one (VCDM 2.0 §4.13)."""
    if b"EnvelopedVerifiable" not in raw:
        return None
    document = parse(raw)
    kinds = (enveloped.CREDENTIAL, enveloped.PRESENTATION)
    wanted = next((kind for kind in kinds if enveloped.holds(document, kind)), None)
    if wanted is None:
        return None
    _, content = enveloped.content_of(document, wanted=wanted)
    # An envelope in an envelope would be opened for ever.
    return opened(content) if content[:1] != b"{" else None


def _known(token: Token, disclosed: disclosures.Disclosed | None = None) -> Envelope:
    """Choose the form by what the header says, and by nothing else."""
    if token.form == "jwt" and token.typ in (None, "jwt"):
        return Envelope(openbadges.unwrapped(token), "openbadges", token)
    kind: w3c.Kind = "vp" if (token.typ or "").startswith("vp+") else "vc"
    return Envelope(w3c.document_of(token, kind), "w3c", token, disclosed)
