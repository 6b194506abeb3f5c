"""Securing Verifiable Credentials using JOSE and COSE: what the W3C's three forms have in common.

The payload is the credential or the presentation as it stands, and claims beside it say something of
the token. ``typ`` names the form; ``vc`` and ``vp`` may not be there (§1.1.2.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from cairn.vc import contexts
from cairn.vc.datamodel import V2, datamodel_problems, holder_id, is_url, issuer_id
from cairn.vc.document import JsonObject, dump, pointer
from cairn.vc.errors import Unsignable
from cairn.vc.jose import compact, disclosures, enveloped
from cairn.vc.jose.disclosures import Random
from cairn.vc.jose.errors import BadClaim, BadHeader, BadPresentation
from cairn.vc.jose.openbadges import CLAIMS
from cairn.vc.jose.token import Token, must_be_allowed
from cairn.vc.keys import PublicKey, Signer
from cairn.vc.problem import Problem
from cairn.vc.schema import problems
from cairn.vc.secured import Unsecured

Kind = Literal["vc", "vp"]

NAME: Final = "A credential or presentation in an envelope of the W3C"
ALGORITHMS: Final = frozenset({"ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
MAX_CREDENTIALS: Final = 64
#: VC-JOSE-COSE §3.2.1: what is needed to check a credential may not be kept back.
ALWAYS_SHOWN: Final = frozenset(
    {
        "@context",
        "credentialSchema",
        "credentialStatus",
        "issuer",
        "refreshService",
        "relatedResource",
        "termsOfUse",
        "type",
        "validFrom",
        "validUntil",
    }
)


def issue(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    key_id: str,
    kind: Kind = "vc",
    audience: str | None = None,
    nonce: str | None = None,
) -> str:
    """Return a credential (``vc``) or a presentation (``vp``) as a compact JWS.

    ``key_id`` is the verification method, as an absolute URL; ``audience`` and ``nonce`` are what the
    one who is shown a presentation asked for. Raises :class:`Unsignable`, and :class:`WrongKind` for
    an RSA key.
    """
    must_be_fit(document, signer=signer, key_id=key_id, kind=kind)
    header = {"typ": f"{kind}+jwt", "cty": kind, "kid": key_id}
    asked = {"aud": audience, "nonce": nonce}
    claims = {name: value for name, value in asked.items() if value is not None}
    return compact.write(header, dump({**document, **claims}), signer)


def issue_disclosable(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    key_id: str,
    pointers: Iterable[str],
    random: Random,
    kind: Kind = "vc",
    holder: PublicKey | None = None,
    decoys: int = 0,
) -> str:
    """Return an SD-JWT in which the values at ``pointers`` may be shown or kept back.

    ``random`` gives salts (``os.urandom`` in earnest). With ``holder`` only the owner of that key can
    present it (the claim ``cnf``).
    """
    must_be_fit(document, signer=signer, key_id=key_id, kind=kind)
    asked = list(pointers)
    for place in asked:
        name = place[1:].partition("/")[0]
        if name in ALWAYS_SHOWN:
            raise Unsignable(
                "This is needed to check the credential, so it cannot be kept back.", pointer=place
            )
    payload, shown = disclosures.hide(dict(document), asked, random=random, decoys=decoys)
    if holder is not None:
        payload["cnf"] = {"jwk": holder.jwk}
    header = {"typ": f"{kind}+sd-jwt", "cty": kind, "kid": key_id}
    return "~".join((compact.write(header, dump(payload), signer), *shown, ""))


def must_be_fit(document: Mapping[str, Any], *, signer: Signer, key_id: str, kind: Kind) -> None:
    """Raise for what may not be signed: the form of the document, its words, the key."""
    signer.public.must_be("P-256", "P-384", "P-521", "Ed25519", what=NAME)
    if not is_url(key_id):
        # §4.1.2: where iss is absent, the kid is an absolute URL.
        raise Unsignable(
            "The name of the key must be an address, such as did:web:example.edu#key-1."
        )
    unsecured = Unsecured(document)
    if kind == "vp":
        found = [*presentation_problems(document)]
    elif unsecured.conforms:
        found = []
    else:
        found = [*datamodel_problems(document), *problems(document)]
    for problem in found:
        raise Unsignable(str(problem), pointer=problem.pointer)
    for name in sorted(CLAIMS | {"vc", "vp"}):
        if name in document:
            raise Unsignable(
                "This name belongs to the token and not to the document.", pointer=f"/{name}"
            )
    # Every word has to have a meaning; envelopes are no words.
    if kind == "vp":
        words = {name: item for name, item in document.items() if name != "verifiableCredential"}
        unsecured = Unsecured(words)
    _ = unsecured.canonical


def document_in(token: Token, *, kind: Kind = "vc", at: datetime | None = None) -> JsonObject:
    """Return what a token of one of the W3C's forms holds, after asking what its standard asks.

    Without ``at`` nothing is said about the times of the token (``exp``, ``nbf``).
    """
    must_be_allowed(token.alg, ALGORITHMS, NAME)
    for name, wanted, found in (
        ("typ", f"{kind}+{token.form}", token.typ),
        ("cty", kind, token.cty),
    ):
        if found != wanted and not (name == "cty" and found is None):
            raise BadHeader(f"The {name} of this token must be {wanted}.", pointer=f"/{name}")
    for name in ("vc", "vp"):
        if name in token.claims:
            raise BadClaim(f"The claim {name} may not be there.", pointer=f"/{name}")
    document = document_of(token, kind)
    _must_agree(token.claims, document, kind)
    if at is not None:
        _must_be_in_time(token.claims, at)
    if kind == "vp":
        for problem in presentation_problems(document):
            raise BadPresentation(str(problem), pointer=problem.pointer)
    return document


def document_of(token: Token, kind: Kind) -> JsonObject:
    """Return what a token holds besides the claims about the token itself; nothing is asked."""
    about = CLAIMS | {"nonce"} if kind == "vp" else CLAIMS
    return {name: item for name, item in token.claims.items() if name not in about}


def presentation_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what breaks a MUST of a presentation (VCDM 2.0 §4.13, VC-JOSE-COSE §3.1.2)."""
    context = document.get("@context")
    if not isinstance(context, list) or context[:1] != [V2]:
        yield Problem("/@context", f"must be a list that starts with {V2}.")
    if not enveloped.holds(document, "VerifiablePresentation"):
        yield Problem("/type", "must contain VerifiablePresentation.")
    if "id" in document and not is_url(document["id"]):
        yield Problem("/id", "must be a URL with a scheme, such as https: or did:.")
    if "holder" in document and not is_url(holder_id(document)):
        yield Problem("/holder", "must be a URL, or an object whose id is a URL.")
    inside = document.get("verifiableCredential", [])
    items = inside if isinstance(inside, list) else [inside]
    if len(items) > MAX_CREDENTIALS:
        yield Problem("/verifiableCredential", f"holds more than {MAX_CREDENTIALS} credentials.")
        return
    for index, item in enumerate(items):
        place = pointer("verifiableCredential", *([index] if isinstance(inside, list) else []))
        try:
            enveloped.content_of(item, place=place)
        except BadPresentation as exc:
            yield Problem(
                exc.pointer or place, f"holds no credential in an envelope. {exc.message}"
            )


def unnamed_members(document: Mapping[str, Any]) -> list[str]:
    """List the members of a document that none of its contexts names.

    A vocabulary that takes every word (``@vocab``) gives a misspelt member a meaning of its own.
    """
    stated = document.get("type")
    types = [name for name in (stated if isinstance(stated, list) else [stated]) if name]
    known: set[str] = {"@context"}
    for address in document.get("@context", []):
        for context in _contexts(address):
            known |= context.keys()
            for name in types:
                scoped = context.get(str(name))
                inner = scoped.get("@context") if isinstance(scoped, dict) else None
                known |= inner.keys() if isinstance(inner, dict) else set()
    return sorted(document.keys() - known)


def _contexts(address: Any) -> Iterator[dict[str, Any]]:
    found = contexts.load(address) if isinstance(address, str) else address
    for context in found if isinstance(found, list) else [found]:
        if isinstance(context, dict):
            yield context
        elif isinstance(context, str):
            yield from _contexts(context)


def _must_agree(claims: Mapping[str, Any], document: Mapping[str, Any], kind: Kind) -> None:
    # §4.1.2: iss must be the issuer; §3.1.3 warns of the others, and two answers are one too many.
    party = issuer_id(document) if kind == "vc" else holder_id(document)
    if "iss" in claims and party and claims["iss"] != party:
        raise BadClaim("The claim iss names somebody else than the document does.", pointer="/iss")
    if "jti" in claims and "id" in document and claims["jti"] != document["id"]:
        raise BadClaim(
            "The claim jti is another identifier than the document's own.", pointer="/jti"
        )
    subject = document.get("credentialSubject")
    named = subject.get("id") if isinstance(subject, Mapping) else None
    if "sub" in claims and named is not None and claims["sub"] != named:
        raise BadClaim("The claim sub names somebody else than the document does.", pointer="/sub")


def _must_be_in_time(claims: Mapping[str, Any], at: datetime) -> None:
    # RFC 7519 §4.1.4 and §4.1.5.
    now = at.astimezone(UTC).timestamp()
    for name in ("exp", "nbf"):
        value = claims.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadClaim(f"The claim {name} is not a time.", pointer=f"/{name}")
        if name == "exp" and value <= now:
            raise BadClaim("The signature has run out (exp).", pointer="/exp")
        if name == "nbf" and value > now:
            raise BadClaim("The signature does not count yet (nbf).", pointer="/nbf")
