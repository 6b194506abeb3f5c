"""Does an envelope answer what the one who verifies asked: for whom, and to which question?

A JWT says so in ``aud`` and ``nonce`` (RFC 7519 §4.1.3, OpenID Connect Core §2), an SD-JWT in the
signature of its holder.
"""

from __future__ import annotations

from datetime import datetime

from cairn.vc.jose import binding, disclosures
from cairn.vc.jose.token import Token
from cairn.vc.proofs import Expected, WrongChallenge, WrongDomain


def must_answer(
    token: Token,
    disclosed: disclosures.Disclosed | None,
    expected: Expected,
    *,
    at: datetime,
) -> None:
    """Return if the envelope was made for this verifier, or for nobody where nobody asks.

    Raises :class:`WrongDomain`, :class:`WrongChallenge`, and BadBinding for a holder's signature that
    does not hold.
    """
    audience, nonce = _single(expected), expected.challenge
    if disclosed is not None and disclosed.binding is not None:
        binding.must_hold(disclosed, at=at, audience=audience, nonce=nonce)
        return
    if expected.domain is not None and _listed(token.claims.get("aud")) != _names(expected):
        raise WrongDomain("The signature was made for another place.", pointer="/aud")
    if nonce is not None and token.claims.get("nonce") != nonce:
        raise WrongChallenge(
            "The signature does not answer the question that was asked.", pointer="/nonce"
        )


def _single(expected: Expected) -> str | None:
    names = sorted(_names(expected))
    # The holder of an SD-JWT signs for one audience: who asks for several is never answered.
    return None if expected.domain is None else "\n".join(names)


def _names(expected: Expected) -> set[str]:
    domain = expected.domain
    return {domain} if isinstance(domain, str) else {*(domain or ())}


def _listed(audience: object) -> set[str]:
    items = audience if isinstance(audience, list) else [audience]
    return {item for item in items if isinstance(item, str)}
