"""JWS compact serialization (RFC 7515 §3.1, §7.1), read so that every token has one spelling."""

from __future__ import annotations

import re
from typing import Final

from cairn.vc.document import MAX_BYTES, JsonObject, dump, parse
from cairn.vc.errors import BadKey, Unreadable
from cairn.vc.jose.errors import BadHeader, BadToken
from cairn.vc.jose.token import Token, algorithm_of
from cairn.vc.keys import Signer
from cairn.vc.multibase import decode64, encode64

#: A token is text of four characters for three bytes.
MAX_TEXT: Final = MAX_BYTES // 3 * 4
#: Room for an RSA key and an address.
MAX_HEADER: Final = 16 * 1024
MAX_NAME: Final = 2048

_PARTS: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)", re.ASCII)


def read(text: str) -> Token:
    """Take a token apart; nothing about it is believed yet.

    Raises :class:`BadToken` for what is no JWS with JSON inside, and :class:`BadHeader` for a header
    that asks for what nobody here understands.
    """
    if len(text) > MAX_TEXT:
        raise BadToken(
            f"The token is longer than {MAX_TEXT:,} characters, which is the most that is read."
        )
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise BadToken(
            "A token has three parts in base64url with a point between them, and no spaces. Ask for it "
            "again in one piece."
        )
    header = _object(parts[1], "header", MAX_HEADER)
    claims = _object(parts[2], "payload", MAX_BYTES)
    alg, typ, cty, kid = checked(header)
    return Token(
        form="jwt",
        header=header,
        alg=alg,
        typ=typ,
        cty=cty,
        kid=kid,
        claims=claims,
        message=text[: parts.end(2)].encode(),
        signature=_decoded(parts[3], "signature"),
    )


def write(header: JsonObject, payload: bytes, signer: Signer) -> str:
    """Sign a payload under a header, to which the algorithm of the key is added in front."""
    named = {"alg": algorithm_of(signer.public), **header}
    message = f"{encode64(dump(named))}.{encode64(payload)}"
    return f"{message}.{encode64(signer.sign(message.encode()))}"


def checked(header: JsonObject) -> tuple[str, str | None, str | None, str | None]:
    """Return ``alg``, ``typ``, ``cty`` and ``kid``, or raise for a header that cannot be obeyed."""
    # RFC 7515 §4.1.11: who does not understand what is critical has to refuse; RFC 7797 §6: b64 is.
    for name in ("crit", "b64"):
        if name in header:
            raise BadHeader(
                f"The header demands an extension ({name}) that is not understood here, so nobody can "
                "tell what was signed.",
                pointer=f"/{name}",
            )
    alg = _text(header, "alg")
    if alg is None:
        raise BadHeader("The header does not name an algorithm.", pointer="/alg")
    return (
        alg,
        media_type(_text(header, "typ")),
        media_type(_text(header, "cty")),
        _text(header, "kid"),
    )


def media_type(text: str | None) -> str | None:
    """Drop what RFC 7515 §4.1.9 lets a writer leave out; types are compared without case."""
    return None if text is None else text.lower().removeprefix("application/")


def _text(header: JsonObject, name: str) -> str | None:
    value = header.get(name)
    if name in header and (not isinstance(value, str) or len(value) > MAX_NAME):
        raise BadHeader(
            f"In the header, {name} must be a text of at most {MAX_NAME} characters.",
            pointer=f"/{name}",
        )
    return value


def _object(part: str, what: str, most: int) -> JsonObject:
    return json_object(_decoded(part, what), what, most)


def json_object(raw: bytes, what: str, most: int) -> JsonObject:
    """Read a part as strict JSON, in which no name stands twice."""
    # RFC 8259 §8.1 lets a reader skip a mark of byte order, but others would not.
    if raw.startswith(b"\xef\xbb\xbf"):
        raise BadToken(f"The {what} of the token begins with a byte order mark.")
    try:
        return parse(raw, max_bytes=most)
    except Unreadable as exc:
        raise BadToken(
            f"The {what} of the token cannot be read. {exc.message}", pointer=exc.pointer
        ) from exc


def _decoded(part: str, what: str) -> bytes:
    try:
        return decode64(part)
    except BadKey as exc:
        raise BadToken(f"The {what} of the token is damaged. {exc.message}") from exc
