"""What can go wrong with a credential, as a tree drawn by who can mend it.

    CredentialError             everything below
    ├── Unreadable              the bytes are not the JSON we accept
    ├── Unsignable              the document would lose data, or lacks what a signature needs
    │   └── DataLoss            a term that no context defines
    ├── Unavailable             something outside could not be had: the answer is "unknown"
    │   └── OverBudget          the work asked for is more than we are willing to do
    ├── BadKey                  a key, a DID, a key file or a controller document is malformed
    ├── WrongSecret, LockedKey  a key file does not open with what was given
    ├── BadProof                a proof is put together wrongly
    ├── StatusError             a status list cannot answer (codes of Bitstring Status List §3.5)
    ├── BadImage                an image cannot carry, or does not carry, a credential
    └── NotVerified             raised by verify(): a check failed or could not be made

Every error has a stable ``code``, listed in docs/reference/errors.md, and a ``pointer``: the JSON
pointer (RFC 6901) of the place in the document, or None where there is none.
"""

from __future__ import annotations

from typing import ClassVar


class CredentialError(Exception):
    """A credential, key, list or image that cannot be used as asked."""

    code: ClassVar[str] = "credential.error"

    def __init__(self, message: str, *, pointer: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer


class Unreadable(CredentialError):
    """The bytes are not JSON as Cairn accepts it."""

    code = "document.unreadable"


class Unsignable(CredentialError):
    """The document cannot be signed as it stands."""

    code = "document.unsignable"


class DataLoss(Unsignable):
    """A term, type or identifier would silently be left out of what is signed."""

    code = "document.data_loss"


class Unavailable(CredentialError):
    """A document, key or context could not be had, so nothing can be said either way."""

    code = "document.unavailable"


class OverBudget(Unavailable):
    """Canonicalising this graph takes more work than anyone honest would ask for."""

    code = "document.over_budget"


class BadKey(CredentialError):
    """A key, DID or controller document is malformed or of an unsupported kind."""

    code = "key.malformed"
