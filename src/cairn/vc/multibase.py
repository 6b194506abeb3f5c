"""Bytes as text: the two multibase encodings that credentials use, each with one spelling per value.

Controlled Identifiers v1.0 §2.4. A second spelling of the same bytes would let two texts pass for
one key or one proof, so decoding refuses everything that encoding would not have written.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import product
from typing import Final

from cairn.vc.errors import BadKey

MAX_BASE58: Final = 1024
"""Longest base58btc text read, in characters: its cost grows with the square of the length."""

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = tuple("".join(pair) for pair in product(_ALPHABET, repeat=2))
#: Characters that make one number of machine size: long numbers are divided that much less often.
_CHUNK: Final = 10
_CHUNKS: Final = 58**_CHUNK
_SQUARE: Final = len(_PAIRS)
_VALUES: Final = {pair: value for value, pair in enumerate(_PAIRS)}


def base58btc(data: bytes) -> str:
    """Write bytes as multibase base58btc: ``z`` and the Bitcoin alphabet."""
    number = int.from_bytes(data, "big")
    pairs = []
    while number:
        number, chunk = divmod(number, _CHUNKS)
        for _ in range(_CHUNK // 2):
            pairs.append(_PAIRS[chunk % _SQUARE])
            chunk //= _SQUARE
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def base64url(data: bytes) -> str:
    """Write bytes as multibase base64url: ``u`` and no padding."""
    return "u" + encode64(data)


def decode(text: str) -> bytes:
    """Read multibase base58btc (``z``) or base64url (``u``); anything else is a :class:`BadKey`."""
    if text.startswith("z"):
        return _decode58(text[1:])
    if text.startswith("u"):
        return decode64(text[1:])
    raise BadKey(
        "The text does not say how it is encoded. Multibase starts with z (base58btc) or u (base64url)."
    )


def encode64(data: bytes) -> str:
    """Write bytes as base64url without padding and without a multibase prefix (RFC 4648 §5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode64(text: str) -> bytes:
    """Read base64url without padding and without a multibase prefix."""
    try:
        written = text.encode("ascii")
        data = urlsafe_b64decode(written + b"=" * (-len(written) % 4))
    except ValueError:
        data = written = b""
    # RFC 4648 §3.5: foreign characters, padding and stray trailing bits do not survive the way back.
    if (not written and text) or urlsafe_b64encode(data).rstrip(b"=") != written:
        raise BadKey(
            "The text is not base64url without padding. Use A-Z, a-z, 0-9, - and _ only, with no = at "
            "the end, and check that the last character was not lost."
        )
    return data


def _decode58(text: str) -> bytes:
    if len(text) > MAX_BASE58:
        raise BadKey(
            f"The base58btc text is {len(text)} characters long; at most {MAX_BASE58} are read. "
            "A key or a signature needs fewer than 100."
        )
    even = text if len(text) % 2 == 0 else _ALPHABET[0] + text
    number = 0
    for start in range(0, len(even), _CHUNK):
        chunk, letters = 0, even[start : start + _CHUNK]
        for at in range(0, len(letters), 2):
            value = _VALUES.get(letters[at : at + 2])
            if value is None:
                raise _foreign(text)
            chunk = chunk * _SQUARE + value
        number = number * 58 ** len(letters) + chunk
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _foreign(text: str) -> BadKey:
    place = next(place for place, letter in enumerate(text, 2) if letter not in _ALPHABET)
    return BadKey(
        f"Character {place} does not belong to base58btc, which has no 0, O, I or l, no spaces "
        "and no punctuation. Copy the text again from its source."
    )
