"""The little of CBOR (RFC 8949) that proofs and COSE need, with one spelling for every value.

Read and written are integers, byte strings, text, arrays, maps, tags, true, false and null, each of
definite length and with the shortest head (§4.2.1). Floats and open lengths are not: nothing that is
signed here needs them, and every second spelling is a second text for one signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

MAX_DEPTH: Final = 8

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_SHORT: Final = 24
#: The first value that needs a head of one more byte, by the additional information that says so.
_LEAST: Final = {24: _SHORT, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
_SIMPLES: Final[dict[int, bool | None]] = {20: False, 21: True, 22: None}


class NotCbor(ValueError):
    """The bytes are not CBOR as it is read here."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value under a tag (§3.4): the number says what the value is meant to be."""

    tag: int
    value: Any


def encode(value: Any) -> bytes:
    """Write a value; a map keeps the order of its keys."""
    match value:
        case None | bool():
            simple = next(number for number, item in _SIMPLES.items() if item is value)
            return _head(_SIMPLE, simple)
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            text = value.encode()
            return _head(_TEXT, len(text)) + text
        case list():
            return _head(_ARRAY, len(value)) + b"".join(map(encode, value))
        case dict():
            pairs = b"".join(encode(key) + encode(item) for key, item in value.items())
            return _head(_MAP, len(value)) + pairs
        case Tagged(tag, inner):
            return _head(_TAG, tag) + encode(inner)
    raise TypeError(f"CBOR as it is written here has no {type(value).__name__}.")


def decode(data: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Read one value that fills ``data`` to its last byte, or raise :class:`NotCbor`.

    ``max_depth`` bounds how deep arrays, maps and tags nest.
    """
    value, end = _read(data, 0, max_depth)
    if end != len(data):
        raise NotCbor(f"{len(data) - end} bytes are left over at its end.")
    return value


def _head(kind: int, number: int) -> bytes:
    if number < _SHORT:
        return bytes([kind << 5 | number])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes([kind << 5 | extra]) + number.to_bytes(size, "big")
    raise TypeError("CBOR as it is written here has no number of more than 64 bits.")


def _read(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    start = at
    kind, number, at = _read_head(data, at)
    if kind == _UNSIGNED:
        return number, at
    if kind == _NEGATIVE:
        return -1 - number, at
    if kind == _SIMPLE:
        if number not in _SIMPLES or at != start + 1:
            raise NotCbor(f"Byte {start} begins a float or a value that is not read.")
        return _SIMPLES[number], at
    if kind in (_BYTES, _TEXT):
        return _string(data, kind, number, at), at + number
    if not depth:
        raise NotCbor("It is nested too deep.")
    if kind == _TAG:
        value, at = _read(data, at, depth - 1)
        return Tagged(number, value), at
    # Every item takes a byte at least, so that nobody can announce more than was sent.
    if number > len(data) - at:
        raise NotCbor(f"It ends before what byte {start} announces.")
    read = _array if kind == _ARRAY else _map
    return read(data, at, number, depth - 1)


def _read_head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the major type, its number, and where what follows begins."""
    if at >= len(data):
        raise NotCbor("It ends too early.")
    kind, number = data[at] >> 5, data[at] & 0x1F
    at += 1
    if number < _SHORT:
        return kind, number, at
    least = _LEAST.get(number)
    if least is None:
        raise NotCbor(f"Byte {at - 1} leaves the length open.")
    size = 1 << (number - _SHORT)
    value = int.from_bytes(data[at : at + size], "big")
    if at + size > len(data) or value < least:
        raise NotCbor(f"The number at byte {at} is cut off or longer than it has to be.")
    return kind, value, at + size


def _string(data: bytes, kind: int, length: int, at: int) -> bytes | str:
    if length > len(data) - at:
        raise NotCbor(f"It ends before what byte {at - 1} announces.")
    content = data[at : at + length]
    if kind == _BYTES:
        return content
    try:
        return content.decode()
    except UnicodeDecodeError as exc:
        raise NotCbor(f"The text at byte {at} is not UTF-8.") from exc


def _array(data: bytes, at: int, length: int, depth: int) -> tuple[list[Any], int]:
    items = []
    for _ in range(length):
        item, at = _read(data, at, depth)
        items.append(item)
    return items, at


def _map(data: bytes, at: int, length: int, depth: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    for _ in range(length):
        start = at
        key, at = _read(data, at, depth)
        if not isinstance(key, int | str) or isinstance(key, bool) or key in found:
            raise NotCbor(f"The label at byte {start} stands twice, or is no number and no text.")
        found[key], at = _read(data, at, depth)
    return found, at
