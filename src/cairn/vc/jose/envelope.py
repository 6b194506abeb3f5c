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
from cairn.vc.jose import binding, compact, cose, disclosures, enveloped, openbadges, w3c
from cairn.vc.jose.token import Token, must_be_signed_by
from cairn.vc.jose.whose import signatory_of
from cairn.vc.proofs import ProofResult
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
    def words(self) -> JsonObject:
        """The document as far as its words need a meaning."""
        return dict(openbadges.words_of(self.document))

    def check(self, *, documents: Documents, at: datetime) -> ProofResult:
        """Ask everything that is to be asked of the envelope; it never raises for what is in it."""
        try:
            if self.profile == "openbadges":
                openbadges.document_in(self._token)
            else:
                w3c.document_in(self._token, at=at)
            signatory = signatory_of(
                self._token, issuer=issuer_id(self.document), documents=documents, at=at
            )
            must_be_signed_by(self._token, signatory.public)
            if self._disclosed is not None:
                binding.must_hold(self._disclosed, at=at)
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
    if enveloped.CREDENTIAL.encode() not in raw:
        return None
    document = parse(raw)
    if not enveloped.holds(document, enveloped.CREDENTIAL):
        return None
    _, content = enveloped.content_of(document)
    # An envelope in an envelope would be opened for ever.
    return opened(content) if content[:1] != b"{" else None


def _known(token: Token, disclosed: disclosures.Disclosed | None = None) -> Envelope:
    """Choose the form by what the header says, and by nothing else."""
    if token.form == "jwt" and token.typ in (None, "jwt"):
        return Envelope(openbadges.unwrapped(token), "openbadges", token)
    document = {name: item for name, item in token.claims.items() if name not in openbadges.CLAIMS}
    return Envelope(document, "w3c", token, disclosed)
