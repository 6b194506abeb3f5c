"""VC-JWT as Open Badges 3.0 wants it (Open Badges 3.0 §8.2): the claims repeat the credential.

RS256 or ES256; the header holds ``alg``, ``kid`` or ``jwk``, and ``typ`` JWT where it says a type. A
credential of the data model 1.1 stands under the claim ``vc``, one of 2.0 is the payload itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cairn.vc.datamodel import data_model, datamodel_problems, issuer_id
from cairn.vc.document import JsonObject, dump
from cairn.vc.errors import Unsignable
from cairn.vc.jose import compact
from cairn.vc.jose.errors import BadClaim, BadHeader
from cairn.vc.jose.token import Token, must_be_allowed
from cairn.vc.keys import Signer
from cairn.vc.schema import problems
from cairn.vc.secured import Unsecured
from cairn.vc.timestamps import read_timestamp

NAME: Final = "A VC-JWT of Open Badges"
ALGORITHMS: Final = frozenset({"RS256", "ES256"})
_HEADERS: Final = frozenset({"alg", "kid", "jwk", "typ"})
#: RFC 7519 §4.1: claims about the token, which are no part of the credential.
CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"})
#: The member that holds endorsements as tokens; no context knows it.
TOKENS: Final = "endorsementJwt"
_OF_CREDENTIALS: Final = ("@context", "type", "issuer", "credentialSubject")


def issue(document: Mapping[str, Any], *, signer: Signer, key_id: str | None = None) -> str:
    """Return the credential as a compact JWS, with the claims that repeat it.

    ``key_id`` is where others find the public key (a DID URL, or the https address of a JWK); without
    it the key travels in the header, which ties it to nobody. Raises :class:`Unsignable`, and
    :class:`WrongKind` for a key that is neither RSA nor P-256.
    """
    signer.public.must_be("RSA", "P-256", what=NAME)
    unsecured = Unsecured(document)
    if not unsecured.conforms:
        for problem in (*datamodel_problems(document), *problems(document)):
            raise Unsignable(str(problem), pointer=problem.pointer)
    for name in sorted(CLAIMS | {"vc", "vp"}):
        if name in document:
            raise Unsignable(
                "This name belongs to the token and not to a credential.", pointer=f"/{name}"
            )
    words = Unsecured(words_of(document)) if unsecured.may_mention(TOKENS) else unsecured
    _ = words.canonical  # every word has a meaning, as for any other proof
    claims = dict(_expected(document))
    for name, place in (("sub", "/credentialSubject/id"), ("jti", "/id"), ("nbf", "/validFrom")):
        if name not in claims:
            raise Unsignable(f"A VC-JWT needs it: the claim {name} repeats it.", pointer=place)
    key = {"jwk": signer.public.jwk} if key_id is None else {"kid": key_id}
    return compact.write({"typ": "JWT", **key}, dump({**document, **claims}), signer)


def document_in(token: Token) -> JsonObject:
    """Return the credential in a token, after making sure that the claims repeat it."""
    must_be_allowed(token.alg, ALGORITHMS, NAME)
    for name in sorted(token.header.keys() - _HEADERS):
        raise BadHeader(
            f"Open Badges allows no “{name[:40]}” in the header of a token.", pointer=f"/{name}"
        )
    if token.typ not in (None, "jwt"):
        raise BadHeader("The type of a token of Open Badges is JWT.", pointer="/typ")
    document = unwrapped(token)
    _must_repeat(token.claims, document)
    return document


def unwrapped(token: Token) -> JsonObject:
    """Return the credential in a token as it stands there, and nothing is compared."""
    inner = token.claims.get("vc")
    if isinstance(inner, dict):
        return inner
    return {name: item for name, item in token.claims.items() if name not in CLAIMS}


def words_of(value: Any) -> Any:
    """Return a document without the tokens in it (``endorsementJwt``).

    No context of Open Badges defines that word, which its schema knows. A token needs no meaning: it is
    covered by the envelope and checked on its own.
    """
    if isinstance(value, list):
        return [words_of(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {name: words_of(item) for name, item in value.items() if name != TOKENS}


def _must_repeat(claims: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    """Compare each claim with what it repeats (Open Badges 3.0 §8.2.5.1)."""
    both = "vc" in claims and not claims.keys().isdisjoint(_OF_CREDENTIALS)
    if "vp" in claims or both or not isinstance(claims.get("vc", {}), dict):
        raise BadClaim("The token holds more than one credential, or none.", pointer="/vc")
    expected = dict(_expected(document))
    for name in ("iss", "jti", "nbf"):
        if name not in claims:
            raise BadClaim(
                f"The token lacks the claim {name}, which Open Badges demands.", pointer=f"/{name}"
            )
    for name in ("iss", "jti", "sub", "nbf", "exp"):
        # §8.2.4.1 asks an issuer for sub, and issue() writes it. The official samples leave it out and
        # count as valid; nothing is lost, since the subject's id stands under the same signature.
        if name == "sub" and name not in claims:
            continue
        if not _alike(claims.get(name), expected.get(name)):
            raise BadClaim(
                f"The claim {name} of the token says something else than the credential inside.",
                pointer=f"/{name}",
            )


def _alike(claim: Any, expected: Any) -> bool:
    # True is 1 in Python, and no date in JSON.
    return claim == expected and isinstance(claim, bool) == isinstance(expected, bool)


def _expected(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the claims that repeat a credential."""
    texts = {"iss": issuer_id(document), "jti": document.get("id"), "sub": _subject(document)}
    for name, value in texts.items():
        if isinstance(value, str) and value:
            yield name, value
    old = data_model(document) == "1.1"
    dates = {
        "nbf": "issuanceDate" if old else "validFrom",
        "exp": "expirationDate" if old else "validUntil",
    }
    for name, member in dates.items():
        if (moment := _moment(document.get(member))) is not None:
            yield name, moment


def _subject(document: Mapping[str, Any]) -> Any:
    """Return the subject's id; of several subjects none, because there is one claim."""
    subjects = document.get("credentialSubject")
    if isinstance(subjects, list) and len(subjects) == 1:
        subjects = subjects[0]
    return subjects.get("id") if isinstance(subjects, Mapping) else None


def _moment(value: Any) -> int | None:
    """Return a date as the seconds of a NumericDate; a fraction of a second is dropped."""
    try:
        moment = read_timestamp(value if isinstance(value, str) else "", offset_required=False)
    except ValueError:
        return None  # the check of the dates says so
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
