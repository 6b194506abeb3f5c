"""What a document says, for showing it: nothing of it is believed."""

from __future__ import annotations

from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents
from cairn.vc.jose.envelope import stated
from cairn.vc.ob2.reading import badge_in
from cairn.vc.ob2.view import as_credential


def shown(raw: bytes, documents: Documents) -> JsonObject:
    """Return the members of a credential, out of its envelope, or of a badge of version 2 in its words.

    Raises :class:`~cairn.vc.errors.CredentialError` for what cannot be read.
    """
    badge = badge_in(raw, documents)
    return stated(raw) if badge is None else as_credential(badge.document, documents)
