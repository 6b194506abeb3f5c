"""Bitstring Status List v1.0: build, set, write and read lists of one bit for each credential.

Fetching a list, verifying its proof and its dates belong to :mod:`cairn.vc.verify`. Error codes
are the specification's own (§3.5); pointers count from the object that was handed in.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

from cairn.vc.document import MAX_NUMBER, JsonObject
from cairn.vc.errors import BadKey, CredentialError, Unavailable
from cairn.vc.multibase import base64url, decode
from cairn.vc.timestamps import write_timestamp

MINIMUM_LENGTH: Final = 131_072
MAX_BYTES: Final = 16 * 1024 * 1024
"""The most a list may unpack to: 134 million credentials."""

ENTRY_TYPE: Final = "BitstringStatusListEntry"
LIST_TYPE: Final = "BitstringStatusListCredential"

_SUBJECT_TYPE = "BitstringStatusList"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_BLOCK = 64  # bytes counted at once when a free place is sought
# RFC 1952: gzip, deflate, no flags, time 0, no extra flags, system unknown (the same everywhere).
_GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_GZIP = 31  # zlib's name for "15 bits of window, gzip wrapper only"
_USED_BYTE = re.compile(rb"[^\0]", re.DOTALL)
_DECIMAL = re.compile(r"[0-9]{1,16}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


class StatusError(CredentialError):
    """A status list cannot answer."""

    code = "status.error"


class StatusRetrievalError(StatusError, Unavailable):
    """The list could not be fetched, so the status is unknown."""

    code = "STATUS_RETRIEVAL_ERROR"


class StatusVerificationError(StatusError):
    """The list is not about this purpose, or its own proof does not hold."""

    code = "STATUS_VERIFICATION_ERROR"


class StatusListLengthError(StatusError):
    """The list is shorter than the least that hides one holder among others."""

    code = "STATUS_LIST_LENGTH_ERROR"


class StatusRangeError(StatusError):
    """The place lies outside the list."""

    code = "RANGE_ERROR"


class MalformedStatus(StatusError):
    """An entry or a list is not of the form the specification gives."""

    code = "MALFORMED_VALUE_ERROR"


class StatusListFull(StatusError):
    """Fewer places are free than were asked for."""

    code = "status.list_full"


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


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a credential's status stands: which list, which bit, and what the bit means."""

    list_url: str
    index: int
    purpose: str


def entry(*, list_url: str, index: int, purpose: str = "revocation") -> JsonObject:
    """Return the ``credentialStatus`` of a credential (§2.1)."""
    made = {
        "id": f"{list_url}#{index}",
        "type": ENTRY_TYPE,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
    parse_entry(made)
    return made


def credential(
    *,
    url: str,
    issuer: str | Mapping[str, Any],
    bits: Bitstring,
    valid_from: datetime,
    valid_until: datetime | None = None,
    purpose: str = "revocation",
    ttl: int | None = None,
) -> JsonObject:
    """Return the unsigned credential that publishes a list at ``url`` (§2.2).

    ``ttl`` is in milliseconds: how long a reader may keep the list before asking again.
    """
    _check_length(bits)
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


def parse_entry(value: Any) -> Entry:
    """Read one ``credentialStatus``; a number as index is tolerated, because it occurs."""
    if not isinstance(value, Mapping):
        raise MalformedStatus("The credential status is not an object. Ask the issuer to mend it.")
    if ENTRY_TYPE not in _types(value):
        raise _malformed("type", f"does not contain {ENTRY_TYPE}")
    purpose = value.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        raise _malformed("statusPurpose", "is not a word such as revocation")
    list_url = value.get("statusListCredential")
    if not isinstance(list_url, str) or not _URL.fullmatch(list_url):
        raise _malformed("statusListCredential", "is not the address of a list")
    if value.get("id", "") == list_url or not isinstance(value.get("id", ""), str):
        raise _malformed("id", "must be an address of the entry's own, not that of the list")
    size = value.get("statusSize", 1)
    if isinstance(size, bool) or size != 1:
        raise _malformed("statusSize", "is not 1; Cairn reads lists of one bit for each credential")
    return Entry(list_url, _index(value.get("statusListIndex")), purpose)


def read_list(document: Mapping[str, Any], *, purpose: str) -> Bitstring:
    """Return the bits of a published list, checked for type, purpose and length (§3.2)."""
    if LIST_TYPE not in _types(document):
        raise _malformed("type", f"does not contain {LIST_TYPE}, so this is no status list")
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, Mapping) or _SUBJECT_TYPE not in _types(subject):
        raise _malformed("credentialSubject", f"is not one object of type {_SUBJECT_TYPE}")
    if purpose not in _words(subject.get("statusPurpose")):
        raise StatusVerificationError(
            f"The status list is not about {purpose}, which the credential asks for. "
            "Its issuer has to point to the right list.",
            pointer="/credentialSubject/statusPurpose",
        )
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise _malformed("credentialSubject/encodedList", "is not a text")
    try:
        bits = Bitstring.decode(encoded)
    except MalformedStatus as exc:
        raise MalformedStatus(exc.message, pointer="/credentialSubject/encodedList") from exc
    _check_length(bits)
    return bits


def read(entry: Entry, list_document: Mapping[str, Any]) -> bool:
    """Return whether the bit of ``entry`` is set in a list (whose own proof was checked before)."""
    return read_list(list_document, purpose=entry.purpose).get(entry.index)


def _check_length(bits: Bitstring) -> None:
    if len(bits) < MINIMUM_LENGTH:
        raise StatusListLengthError(
            f"The status list has {len(bits)} places, and at least {MINIMUM_LENGTH} are needed so "
            "that nobody can be told from the others. Its issuer has to publish a longer list."
        )


def _malformed(member: str, fault: str) -> MalformedStatus:
    name = member.rpartition("/")[2]
    return MalformedStatus(f"{name} {fault}. Ask the issuer to mend it.", pointer=f"/{member}")


def _words(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _types(value: Mapping[str, Any]) -> list[Any]:
    return _words(value.get("type"))


def _index(value: Any) -> int:
    """Read a base-10 string of at least 0 (§2.1), or the number some issuers write instead."""
    number = value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        number = int(value)
    if type(number) is not int or not 0 <= number <= MAX_NUMBER:
        raise _malformed("statusListIndex", 'is not a whole number in quotes, such as "94567"')
    return number


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
