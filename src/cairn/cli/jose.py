"""cairn jose: sign and check envelopes with a key at hand, as test suites of the W3C ask."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cairn.cli.command import Command
from cairn.cli.console import Misuse, plainly, say

if TYPE_CHECKING:
    from cairn.vc.document import JsonObject
    from cairn.vc.jose.token import Token
    from cairn.vc.jose.w3c import Kind
    from cairn.vc.keys import PublicKey, SoftwareSigner

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_INDEX: Final = re.compile(r"\[(0|[1-9][0-9]*)\]")


class Feature(StrEnum):
    """What is in the envelope, and which form the envelope has."""

    CREDENTIAL_OPENBADGES = "credential_openbadges"
    CREDENTIAL_JOSE = "credential_jose"
    CREDENTIAL_SDJWT = "credential_sdjwt"
    CREDENTIAL_COSE = "credential_cose"
    PRESENTATION_JOSE = "presentation_jose"
    PRESENTATION_SDJWT = "presentation_sdjwt"
    PRESENTATION_COSE = "presentation_cose"

    @property
    def kind(self) -> Kind:
        return "vc" if self.startswith("credential") else "vp"

    @property
    def form(self) -> str:
        return self.partition("_")[2]


Input = Annotated[Path, typer.Option("--input", metavar="FILE", help="What to sign, or to check.")]
Key = Annotated[
    Path,
    typer.Option(
        "--key",
        metavar="FILE",
        help="A verification method with publicKeyJwk, and for signing with secretKeyJwk.",
    ),
]
Wanted = Annotated[Feature, typer.Option("--feature", help="What it is, and in which form.")]
Output = Annotated[
    Path, typer.Option("--output", metavar="FILE", help="Where the answer is written, as JSON.")
]


@plainly
def issue(
    source: Input,
    key: Key,
    feature: Wanted,
    output: Output,
    sd: Annotated[
        str | None,
        typer.Option(
            "--sd",
            metavar="PLACES",
            help="For an SD-JWT: what its holder may keep back, as a JSON list of places such as "
            '["credentialSubject.name", "/credentialSubject/phones/0"].',
        ),
    ] = None,
) -> None:
    """Sign a credential or a presentation with a key that lies in the open: for tests.

    \b
    Example:
      cairn jose issue --input credential.json --key method.json \\
        --feature credential_jose --output answer.json

    The answer is {"result": "success", "data": TOKEN}, or {"result": "failure", "data": WHY}; a COSE
    message is written in base64. A member of the document that none of its vocabularies names is
    refused, also where a vocabulary takes every word.

    What happens next: cairn jose verify asks the same of the token that a test suite asks.
    """
    places = _places(sd)
    _answer(output, lambda: _issued(source.read_bytes(), key.read_bytes(), feature, places))


@plainly
def verify(
    source: Input,
    key: Key,
    feature: Wanted,
    output: Output,
    sd: Annotated[
        str | None,
        typer.Option(
            "--sd",
            metavar="PLACES",
            help="Not asked of a token: what its holder shows is in it. A suite passes it on all the same.",
        ),
    ] = None,
) -> None:
    """Check the form and the signature of an envelope with a key that is given: for tests.

    \b
    Example:
      cairn jose verify --input token.txt --key method.json \\
        --feature credential_jose --output answer.json

    The answer is {"result": "success", "data": DOCUMENT}, or {"result": "failure", "data": WHY}. Whose
    the key is, dates (those of the token too: exp, nbf) and revocation are not asked, nor what is in the
    envelopes of a presentation.

    What happens next: ask cairn verify whether a credential is genuine.
    """
    _places(sd)
    _answer(output, lambda: _verified(source.read_bytes(), key.read_bytes(), feature))


def _answer(output: Path, work: Callable[[], str]) -> None:
    from cairn.cli.files import write_whole
    from cairn.vc.errors import CredentialError

    try:
        result, data = "success", work()
    except CredentialError as exc:
        place = f" ({exc.pointer})" if exc.pointer else ""
        result, data = "failure", f"{exc.message}{place}"
    write_whole(output, json.dumps({"result": result, "data": data}).encode())
    say(result if result == "success" else f"{result}: {data}")
    raise typer.Exit(0 if result == "success" else 1)


def _places(text: str | None) -> list[str]:
    """Read places: JSON pointers, or names with points between them and indices in brackets."""
    if not text:
        return []
    try:
        given = json.loads(text) if text.lstrip().startswith("[") else text.split(",")
    except ValueError:
        given = [None]
    if not all(isinstance(place, str) for place in given):
        raise Misuse('--sd: write a JSON list of places, such as ["credentialSubject.name"].')
    return [place if place.startswith("/") else _pointer(place.strip()) for place in given]


def _pointer(place: str) -> str:
    from cairn.vc.document import pointer

    return pointer(*_INDEX.sub(r".\1", place).split("."))


def _issued(document: bytes, key: bytes, feature: Feature, places: Sequence[str]) -> str:
    import os
    from base64 import b64encode

    from cairn.vc.document import parse
    from cairn.vc.errors import Unsignable
    from cairn.vc.jose import cose, openbadges, w3c

    signer, name = _signer(key)
    unsecured = parse(document)
    if feature is Feature.CREDENTIAL_OPENBADGES:
        return openbadges.issue(unsecured, signer=signer, key_id=name)
    w3c.must_be_fit(unsecured, signer=signer, key_id=name, kind=feature.kind)
    for member in w3c.unnamed_members(unsecured):
        raise Unsignable("No vocabulary of the document names this word.", pointer=f"/{member}")
    if feature.form == "cose":
        message = cose.issue(unsecured, signer=signer, key_id=name, kind=feature.kind)
        return b64encode(message).decode().rstrip("=")
    if feature.form == "sdjwt":
        return w3c.issue_disclosable(
            unsecured,
            signer=signer,
            key_id=name,
            pointers=places,
            random=os.urandom,
            kind=feature.kind,
        )
    return w3c.issue(unsecured, signer=signer, key_id=name, kind=feature.kind)


def _verified(envelope: bytes, key: bytes, feature: Feature) -> str:
    from cairn.vc.jose import openbadges, w3c
    from cairn.vc.jose.token import must_be_signed_by

    token = _token(envelope.strip(), feature)
    document: JsonObject
    if feature is Feature.CREDENTIAL_OPENBADGES:
        document = openbadges.document_in(token)
    else:
        # The suite of the W3C has samples that have long run out and are to be found in order.
        document = w3c.document_in(token, kind=feature.kind)
    must_be_signed_by(token, _public(key))
    return json.dumps(document, ensure_ascii=False)


def _token(envelope: bytes, feature: Feature) -> Token:
    from cairn.vc.jose import compact, cose, disclosures

    if feature.form == "cose":
        return cose.read(_from_base64(envelope))
    text = envelope.decode("utf-8", "replace")
    return disclosures.read(text).token if feature.form == "sdjwt" else compact.read(text)


def _from_base64(text: bytes) -> bytes:
    import binascii
    from base64 import b64decode

    from cairn.vc.jose.errors import BadToken

    try:
        return b64decode(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4), validate=True)
    except binascii.Error as exc:
        raise BadToken("A COSE message is written here in base64.") from exc


def _signer(raw: bytes) -> tuple[SoftwareSigner, str]:
    from cairn.vc.document import parse
    from cairn.vc.errors import BadKey
    from cairn.vc.jose.jwk import private_key

    method = parse(raw)
    secret, name = method.get("secretKeyJwk"), method.get("id")
    if not isinstance(secret, dict) or not isinstance(name, str):
        raise BadKey("The key file needs an id, and the key as secretKeyJwk.")
    return private_key(secret), name


def _public(raw: bytes) -> PublicKey:
    from cairn.vc.document import parse
    from cairn.vc.errors import BadKey
    from cairn.vc.jose.jwk import public_key

    method = parse(raw)
    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, dict):
        raise BadKey("The key file needs the public key as publicKeyJwk.")
    return public_key(jwk)


for command, summary in (
    (issue, "Sign a credential or a presentation in an envelope."),
    (verify, "Check an envelope with a key that is given."),
):
    app.command(short_help=summary, cls=Command)(command)
