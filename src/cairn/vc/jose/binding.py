"""Key binding: the holder's own signature on what of an SD-JWT is shown, and to whom (SD-JWT §4.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cairn.vc.document import dump
from cairn.vc.errors import BadKey, Unreadable
from cairn.vc.jose import compact, disclosures, jwk
from cairn.vc.jose.errors import BadBinding, BadHeader
from cairn.vc.jose.token import Token, must_be_allowed, must_be_signed_by
from cairn.vc.jose.w3c import ALGORITHMS
from cairn.vc.keys import PublicKey, Signer
from cairn.vc.proofs import Altered

TYPE: Final = "kb+jwt"
#: Clocks differ by so many seconds.
_LEEWAY: Final = 60


def bind(text: str, *, signer: Signer, audience: str, nonce: str, at: datetime) -> str:
    """Return an SD-JWT with its holder's signature for one verifier (``audience``) and one ``nonce``."""
    opened = disclosures.read(text)
    if holder_of(opened) != signer.public:
        raise BadBinding("The token is bound to another key than the one that signs.")
    claims = {
        "iat": int(at.astimezone(UTC).timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": disclosures.hash_of(opened.presented),
    }
    return opened.presented + compact.write({"typ": TYPE}, dump(claims), signer)


def holder_of(opened: disclosures.Disclosed) -> PublicKey | None:
    """Return the key that the issuer bound the token to (``cnf``, RFC 7800 §3.2), if any."""
    confirmation = opened.token.claims.get("cnf")
    if confirmation is None:
        return None
    held = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    if not isinstance(held, dict):
        raise BadBinding(
            "The token is bound to a key in a way that is not read here.", pointer="/cnf"
        )
    return jwk.public_key(held)


def must_hold(
    opened: disclosures.Disclosed,
    *,
    at: datetime,
    audience: str | None = None,
    nonce: str | None = None,
    max_age: int = 300,
) -> None:
    """Check the holder's signature (SD-JWT §7.3), or raise :class:`BadBinding`.

    ``audience`` and ``nonce`` are what the verifier asked for. A token that only its holder may show
    has to be signed then, not longer than ``max_age`` seconds ago. Where neither is given, as for a
    credential at rest, a signature that is there has to hold and need not be new.
    """
    asked = audience is not None or nonce is not None
    if opened.binding is None:
        if asked:
            raise BadBinding("Nobody signed for showing this.")
        return
    token = _signed(opened.binding, opened)
    if token.claims.get("sd_hash") != disclosures.hash_of(opened.presented):
        raise BadBinding("The holder signed for showing something else.", pointer="/sd_hash")
    made = token.claims.get("iat")
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise BadBinding("The holder's signature does not say when it was made.", pointer="/iat")
    if not asked:
        return
    for name, wanted in (("aud", audience), ("nonce", nonce)):
        if wanted is not None and token.claims.get(name) != wanted:
            raise BadBinding(
                "The holder signed for showing it to somebody else, or earlier.", pointer=f"/{name}"
            )
    age = at.astimezone(UTC).timestamp() - made
    if not -_LEEWAY <= age <= max_age:
        raise BadBinding("The holder's signature is too old, or from the future.", pointer="/iat")


def _signed(binding: str, opened: disclosures.Disclosed) -> Token:
    try:
        holder = holder_of(opened)
        if holder is None:
            raise BadBinding("Somebody signed for showing it, and it is bound to no key.")
        token = compact.read(binding)
        if token.typ != TYPE:
            raise BadHeader(f"Its type must be {TYPE}.", pointer="/typ")
        must_be_allowed(token.alg, ALGORITHMS, "It")
        must_be_signed_by(token, holder)
    except (Unreadable, BadKey, BadHeader, Altered) as exc:
        raise BadBinding(f"The holder's signature does not hold. {exc.message}") from exc
    return token
