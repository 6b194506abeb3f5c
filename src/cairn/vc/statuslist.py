"""Bitstring Status List v1.0: build, set, write and read lists of one or more bits for each credential.

Fetching a list, verifying its proof and its dates belong to :mod:`cairn.vc.verify`. Error codes
are the specification's own (§3.5); pointers count from the object that was handed in.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

from cairn.vc.document import JsonObject
from cairn.vc.errors import BadKey
from cairn.vc.multibase import base64url, decode
from cairn.vc.statusentry import (
    ENTRY_TYPE,
    Entry,
    MalformedStatus,
    StatusError,
    StatusListFull,
    StatusListLengthError,
    StatusRangeError,
    StatusRetrievalError,
    StatusVerificationError,
    entry,
    malformed,
    parse_entry,
    types,
    words,
)
from cairn.vc.timestamps import write_timestamp

__all__ = [
    "ENTRY_TYPE",
    "LIST_TYPE",
    "MAX_BYTES",
    "MINIMUM_LENGTH",
    "Bitstring",
    "Entry",
    "MalformedStatus",
    "StatusError",
    "StatusListFull",
    "StatusListLengthError",
    "StatusRangeError",
    "StatusRetrievalError",
    "StatusVerificationError",
    "credential",
    "entry",
    "parse_entry",
    "read",
    "read_list",
    "read_value",
]

MINIMUM_LENGTH: Final = 131_072
MAX_BYTES: Final = 16 * 1024 * 1024
"""The most a list may unpack to: 134 million credentials."""

LIST_TYPE: Final = "BitstringStatusListCredential"

_SUBJECT_TYPE = "BitstringStatusList"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_BLOCK = 64  # bytes counted at once when a free place is sought
# RFC 1952: gzip, deflate, no flags, time 0, no extra flags, system unknown (the same everywhere).
_GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_GZIP = 31  # zlib's name for "15 bits of window, gzip wrapper only"
_USED_BYTE = re.compile(rb"[^\0]", re.DOTALL)


class Bitstring:
    """Bits counted from the left: index 0 is the highest bit of the first byte (§3.2).

    ``length`` is a multiple of eight. An index outside it raises :class:`StatusRangeError`.
    """

    __slots__ = ("_bytes",)
    __hash__ = None  # type: ignore[assignment]  # it changes

    def __init__(self, length: int = MINIMUM_LENGTH) -> None:
        if length < 0 or length % 8:
            raise ValueError(f"A bit string of {length} bits is not made of whole bytes.")
        self._bytes = bytearray(length // 8)

    def __len__(self) -> int:
        return len(self._bytes) * 8

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bitstring) and self._bytes == other._bytes

    def __repr__(self) -> str:
        return f"<Bitstring of {len(self)}, {self.count()} set>"

    def get(self, index: int) -> bool:
        """Return whether the bit at ``index`` is set."""
        self._check(index, index)
        return bool(self._bytes[index >> 3] & (0x80 >> (index & 7)))

    def value(self, index: int, *, size: int = 1) -> int:
        """Return what an entry of ``size`` bits says, counted in such entries (§3.2)."""
        first = index * size
        self._check(first, first + size - 1)
        low, high = first >> 3, (first + size + 7) >> 3
        window = int.from_bytes(self._bytes[low:high])
        return (window >> (high * 8 - first - size)) & ((1 << size) - 1)

    def set_value(self, index: int, value: int, *, size: int = 1) -> None:
        """Make an entry of ``size`` bits say ``value``, which fits into them."""
        if not 0 <= value < 1 << size:
            raise ValueError(f"An entry of {size} bits cannot say {value}.")
        places = range(index * size, (index + 1) * size)
        on = [place for at, place in enumerate(places) if value >> (size - 1 - at) & 1]
        self._check(places[0], places[-1])
        self.set_many(places, False)
        self.set_many(on, True)

    def set(self, index: int, value: bool) -> None:  # noqa: FBT001 - the bit itself, not an option
        """Set or clear one bit."""
        self.set_many((index,), value)

    def set_many(self, indexes: Iterable[int], value: bool) -> None:  # noqa: FBT001 - as above
        """Set or clear many bits; if one index is outside the list, none is changed."""
        chosen = tuple(indexes)
        if not chosen:
            return
        self._check(min(chosen), max(chosen))
        octets = self._bytes
        if value:
            for index in chosen:
                octets[index >> 3] |= 0x80 >> (index & 7)
        else:
            for index in chosen:
                octets[index >> 3] &= ~(0x80 >> (index & 7))

    def ones(self) -> Iterator[int]:
        """Yield the indexes of the set bits, in order; gaps cost next to nothing."""
        for match in _USED_BYTE.finditer(bytes(self._bytes)):
            octet, first = match[0][0], match.start() * 8
            yield from (first + bit for bit in range(8) if octet & (0x80 >> bit))

    def count(self) -> int:
        """Return how many bits are set."""
        return int.from_bytes(self._bytes).bit_count()

    def draw(
        self, count: int, *, taken: Bitstring, randbelow: Callable[[int], int]
    ) -> tuple[int, ...]:
        """Choose ``count`` different free indexes at random; changes nothing.

        Free is what is set neither in ``taken`` (indexes given to credentials) nor here: a new
        credential must not be born revoked. ``randbelow(n)`` returns an integer from 0 to n - 1,
        for instance ``random.SystemRandom().randrange``; random places keep the list from telling
        who was issued when. Takes as long in a list that is nearly full as in an empty one.
        """
        if len(taken) != len(self):
            raise ValueError("The list and its record of taken places differ in length.")
        together = int.from_bytes(self._bytes) | int.from_bytes(taken._bytes)
        used = together.to_bytes(len(self._bytes))
        free_until = list(accumulate(_free(block) for block in _blocks(used)))
        free = free_until[-1] if free_until else 0
        if count > free:
            raise StatusListFull(
                f"The status list has {free} free places and {count} are needed. Start a new list."
            )
        return tuple(_place(used, free_until, rank) for rank in _sample(count, free, randbelow))

    def encode(self) -> str:
        """Write the list as multibase base64url of gzip; the same bits give the same text (§3.4).

        Other releases of zlib may pack differently; every reader still finds the same bits.
        """
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        body = packer.compress(self._bytes) + packer.flush()
        check = zlib.crc32(self._bytes).to_bytes(4, "little")
        size = len(self._bytes).to_bytes(4, "little")
        return base64url(_GZIP_HEADER + body + check + size)

    @classmethod
    def decode(cls, text: str, *, max_bytes: int = MAX_BYTES) -> Bitstring:
        """Read an ``encodedList`` (§3.3), unpacking at most ``max_bytes``."""
        if not text.startswith("u"):
            raise MalformedStatus(
                "The encoded list does not begin with u, the mark of base64url, as Bitstring Status "
                "List demands. Its issuer has to publish it again."
            )
        bits = cls(0)
        bits._bytes = bytearray(_unpack(_decode(text), max_bytes))
        return bits

    def _check(self, lowest: int, highest: int) -> None:
        if lowest < 0 or highest >= len(self):
            outside = lowest if lowest < 0 else highest
            raise StatusRangeError(
                f"Place {outside} is outside the status list, which has {len(self)} places. "
                "Check the index, or the address of the list."
            )


def credential(
    *,
    url: str,
    issuer: str | Mapping[str, Any],
    bits: Bitstring,
    valid_from: datetime,
    valid_until: datetime | None = None,
    purpose: str = "revocation",
    ttl: int | None = None,
    size: int = 1,
) -> JsonObject:
    """Return the unsigned credential that publishes a list at ``url`` (§2.2).

    ``ttl`` is in milliseconds: how long a reader may keep the list before asking again. ``size`` is
    that of the entries, in bits.
    """
    _check_length(bits, size)
    document: JsonObject = {
        "@context": [_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": issuer if isinstance(issuer, str) else dict(issuer),
        "validFrom": write_timestamp(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = write_timestamp(valid_until)
    subject: JsonObject = {"id": f"{url}#list", "type": _SUBJECT_TYPE, "statusPurpose": purpose}
    if ttl is not None:
        subject["ttl"] = ttl
    document["credentialSubject"] = subject | {"encodedList": bits.encode()}
    return document


def read_list(document: Mapping[str, Any], *, purpose: str, size: int = 1) -> Bitstring:
    """Return the bits of a published list, checked for type, purpose and length (§3.2)."""
    if LIST_TYPE not in types(document):
        raise malformed("type", f"does not contain {LIST_TYPE}, so this is no status list")
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, Mapping) or _SUBJECT_TYPE not in types(subject):
        raise malformed("credentialSubject", f"is not one object of type {_SUBJECT_TYPE}")
    if purpose not in words(subject.get("statusPurpose")):
        raise StatusVerificationError(
            f"The status list is not about {purpose}, which the credential asks for. "
            "Its issuer has to point to the right list.",
            pointer="/credentialSubject/statusPurpose",
        )
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise malformed("credentialSubject/encodedList", "is not a text")
    try:
        bits = Bitstring.decode(encoded)
    except MalformedStatus as exc:
        raise MalformedStatus(exc.message, pointer="/credentialSubject/encodedList") from exc
    _check_length(bits, size)
    return bits


def read(entry: Entry, list_document: Mapping[str, Any]) -> bool:
    """Return whether a list (whose own proof was checked before) says anything at ``entry``."""
    return read_value(entry, list_document) != 0


def read_value(entry: Entry, list_document: Mapping[str, Any]) -> int:
    """Return what a list (whose own proof was checked before) says at ``entry``; 0 is nothing."""
    bits = read_list(list_document, purpose=entry.purpose, size=entry.size)
    return bits.value(entry.index, size=entry.size)


def _check_length(bits: Bitstring, size: int) -> None:
    # §3.2: the entries are counted, not the bits.
    if len(bits) // size < MINIMUM_LENGTH:
        raise StatusListLengthError(
            f"The status list has {len(bits) // size} places, and at least {MINIMUM_LENGTH} are needed so "
            "that nobody can be told from the others. Its issuer has to publish a longer list."
        )


def _decode(text: str) -> bytes:
    try:
        return decode(text)
    except BadKey as exc:
        raise MalformedStatus(
            "The encoded list is not base64url without padding. "
            "Fetch it again; if that does not help, its issuer has to publish it again."
        ) from exc


def _unpack(packed: bytes, max_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        # One byte more than allowed tells "exactly full" from "too much".
        data = unpacker.decompress(packed, max_bytes + 1)
    except zlib.error as exc:
        raise _bad_gzip("is not gzip, or is damaged") from exc
    if len(data) > max_bytes:
        raise _bad_gzip(f"unpacks to more than {max_bytes} bytes and was not read")
    if not unpacker.eof:
        raise _bad_gzip("breaks off before its end")
    if unpacker.unused_data:
        # A second member or stray bytes: readers differ on what the list then says.
        raise _bad_gzip("goes on after the end of its gzip data")
    return data


def _bad_gzip(fault: str) -> MalformedStatus:
    return MalformedStatus(
        f"The encoded list {fault}. "
        "Fetch it again; if that does not help, its issuer has to publish it again."
    )


def _blocks(octets: bytes) -> Iterator[bytes]:
    return (octets[start : start + _BLOCK] for start in range(0, len(octets), _BLOCK))


def _free(octets: bytes) -> int:
    return len(octets) * 8 - int.from_bytes(octets).bit_count()


def _sample(count: int, free: int, randbelow: Callable[[int], int]) -> Iterator[int]:
    """Yield different numbers below ``free``: a shuffle of which only the moved part is kept."""
    moved: dict[int, int] = {}
    for done in range(count):
        chosen = done + randbelow(free - done)
        yield moved.get(chosen, chosen)
        moved[chosen] = moved.get(done, done)


def _place(used: bytes, free_until: list[int], rank: int) -> int:
    """Return the index of the free place that has ``rank`` free places before it."""
    block = bisect_right(free_until, rank)
    rank -= free_until[block - 1] if block else 0
    first = block * _BLOCK
    for position in range(first, first + _BLOCK):
        here = 8 - used[position].bit_count()
        if rank < here:
            break
        rank -= here
    zeros = [bit for bit in range(8) if not used[position] & (0x80 >> bit)]
    return position * 8 + zeros[rank]
