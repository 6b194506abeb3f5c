"""The documents of one badge: what an assertion links to, each read at its own address.

What an assertion says of its badge class or its issuer is the word of whoever wrote the assertion. The
address answers for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, Unavailable, Unreadable

MAX_BYTES: Final = 1024 * 1024
_WEB: Final = ("https://", "http://")


class BadLink(CredentialError):
    """An Open Badges 2 document links to something that cannot be what it is said to be."""

    code = "ob2.link"


@dataclass(frozen=True, slots=True)
class Linked:
    """A document that was found. ``doubt`` says why its address did not answer for it, if so."""

    document: JsonObject
    doubt: Unavailable | None = None


def follow(value: Any, documents: Documents, what: str) -> Linked:
    """Read what a link or an embedded object stands for; ``what`` names it in sentences.

    Raises :class:`BadLink`, and Unavailable where nothing at all could be had.
    """
    if isinstance(value, dict):
        return _embedded(value, documents, what)
    if not isinstance(value, str) or not value.startswith(_WEB):
        raise BadLink(f"The link to {what} is no address on the web.")
    found = load(value, documents, what)
    return found if found.document.get("id") == value else _at_home(found, documents, what)


def load(url: str, documents: Documents, what: str) -> Linked:
    """Read the JSON at an address."""
    raw = documents.load(url.partition("#")[0])
    try:
        return Linked(parse(raw, max_bytes=MAX_BYTES))
    except Unreadable as exc:
        raise BadLink(f"What stands at the address of {what} cannot be read.") from exc


def _embedded(value: JsonObject, documents: Documents, what: str) -> Linked:
    return _at_home(Linked(value), documents, what)


def _at_home(found: Linked, documents: Documents, what: str) -> Linked:
    """Ask the address that a document gives as its own; it may have moved, or be an impostor."""
    address = found.document.get("id")
    if not isinstance(address, str) or not address.startswith(_WEB):
        message = f"No address on the web answers for {what}."
        return Linked(found.document, Unavailable(message, pointer=None))
    try:
        home = load(address, documents, what)
    except Unavailable as exc:
        message = f"The address that {what} gives as its own could not be asked. {exc.message}"
        return Linked(found.document, Unavailable(message))
    if home.document.get("id") != address:
        raise BadLink(f"What stands at the address of {what} is about something else.")
    return home
