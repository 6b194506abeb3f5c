"""Where a credential's status stands, and what it may say there (Bitstring Status List v1.0, §2.1).

Error codes are the specification's own (§3.5); pointers count from the object that was handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.vc.document import MAX_NUMBER, JsonObject
from cairn.vc.errors import CredentialError, Unavailable

ENTRY_TYPE: Final = "BitstringStatusListEntry"
#: The most bits of an entry: each bit doubles the messages that it has to carry.
MAX_SIZE: Final = 8

_DECIMAL = re.compile(r"[0-9]{1,16}")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,4}")
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


@dataclass(frozen=True, slots=True)
class Entry:
    """Which list, which place of ``size`` bits, and what the bits mean.

    ``messages`` says in words what each value means, where the issuer says so; ``references`` are
    addresses at which he explains it.
    """

    list_url: str
    index: int
    purpose: str
    size: int = 1
    messages: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def entry(
    *,
    list_url: str,
    index: int,
    purpose: str = "revocation",
    messages: Sequence[str] = (),
    references: Iterable[str] = (),
) -> JsonObject:
    """Return the ``credentialStatus`` of a credential.

    ``messages`` makes it say more than yes or no: one for each value, so 2, 4, 8 ... up to 256 of them.
    """
    made: JsonObject = {
        "id": f"{list_url}#{index}",
        "type": ENTRY_TYPE,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
    if messages:
        made["statusSize"] = size_for(messages)
        made["statusMessage"] = [
            {"status": hex(value), "message": message} for value, message in enumerate(messages)
        ]
    if found := list(references):
        made["statusReference"] = found if len(found) > 1 else found[0]
    parse_entry(made)
    return made


def size_for(messages: Sequence[str]) -> int:
    """Return how many bits it takes to choose among messages, which have to be a power of two."""
    size = (len(messages) - 1).bit_length()
    if not 1 <= size <= MAX_SIZE or len(messages) != 1 << size:
        raise malformed("statusMessage", f"has to have 2, 4, 8 ... or {1 << MAX_SIZE} messages")
    return size


def parse_entry(value: Any) -> Entry:
    """Read one ``credentialStatus``; a number as index is tolerated, because it occurs."""
    if not isinstance(value, Mapping):
        raise MalformedStatus("The credential status is not an object. Ask the issuer to mend it.")
    if ENTRY_TYPE not in types(value):
        raise malformed("type", f"does not contain {ENTRY_TYPE}")
    purpose = value.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        raise malformed("statusPurpose", "is not a word such as revocation")
    list_url = value.get("statusListCredential")
    if not isinstance(list_url, str) or not _URL.fullmatch(list_url):
        raise malformed("statusListCredential", "is not the address of a list")
    if value.get("id", "") == list_url or not isinstance(value.get("id", ""), str):
        raise malformed("id", "must be an address of the entry's own, not that of the list")
    size = value.get("statusSize", 1)
    # JSON has one kind of number: 1.0 is 1 for other readers.
    if isinstance(size, bool) or size not in range(1, MAX_SIZE + 1):
        raise malformed("statusSize", f"is not a whole number from 1 to {MAX_SIZE}")
    index = _index(value.get("statusListIndex"))
    size = int(size)
    return Entry(list_url, index, purpose, size, _messages(value, size), _references(value))


def _messages(value: Mapping[str, Any], size: int) -> tuple[str, ...]:
    """Read ``statusMessage``, which an entry of more than one bit has to have."""
    if "statusMessage" not in value and size == 1:
        return ()
    given = value.get("statusMessage")
    said: dict[int, str] = {}
    for item in given if isinstance(given, list) else []:
        status = item.get("status") if isinstance(item, Mapping) else None
        message = item.get("message") if isinstance(item, Mapping) else None
        if isinstance(status, str) and _HEXADECIMAL.fullmatch(status) and isinstance(message, str):
            said[int(status, 16)] = message
    if not isinstance(given, list) or len(given) != 1 << size or set(said) != {*range(1 << size)}:
        raise malformed(
            "statusMessage",
            f"does not say what each of the {1 << size} values means, from 0x0 on",
        )
    return tuple(said[number] for number in range(1 << size))


def _references(value: Mapping[str, Any]) -> tuple[str, ...]:
    given = words(value["statusReference"]) if "statusReference" in value else []
    found = tuple(item for item in given if isinstance(item, str) and _URL.fullmatch(item))
    if len(found) != len(given):
        raise malformed("statusReference", "is not an address, or a list of addresses")
    return found


def _index(value: Any) -> int:
    """Read a base-10 string of at least 0 (§2.1), or the number some issuers write instead."""
    number = value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        number = int(value)
    if type(number) is not int or not 0 <= number <= MAX_NUMBER:
        raise malformed("statusListIndex", 'is not a whole number in quotes, such as "94567"')
    return number


def malformed(member: str, fault: str) -> MalformedStatus:
    """Return what is wrong with a member (a path), as an error."""
    name = member.rpartition("/")[2]
    return MalformedStatus(f"{name} {fault}. Ask the issuer to mend it.", pointer=f"/{member}")


def words(value: Any) -> list[Any]:
    """Return one value or several as a list."""
    return value if isinstance(value, list) else [value]


def types(value: Mapping[str, Any]) -> list[Any]:
    """Return the types of an object."""
    return words(value.get("type"))
