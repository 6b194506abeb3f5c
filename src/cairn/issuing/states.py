"""The ways of a credential and of a signing key."""

from enum import StrEnum

from cairn.kernel.machine import Machine


class CredentialState(StrEnum):
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


class KeyState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    REVOKED = "revoked"


class CorrectionState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


CREDENTIAL = Machine(
    {
        CredentialState.ISSUED: {
            CredentialState.SUSPENDED,
            CredentialState.REVOKED,
            CredentialState.REPLACED,
        },
        CredentialState.SUSPENDED: {
            CredentialState.ISSUED,
            CredentialState.REVOKED,
            CredentialState.REPLACED,
        },
        # A revocation is meant to be final; this way back is for one that was a mistake.
        CredentialState.REVOKED: {CredentialState.ISSUED, CredentialState.REPLACED},
    }
)
KEY = Machine(
    {
        KeyState.ACTIVE: {KeyState.SUSPENDED, KeyState.RETIRED, KeyState.REVOKED},
        KeyState.SUSPENDED: {KeyState.ACTIVE, KeyState.RETIRED, KeyState.REVOKED},
        KeyState.RETIRED: {KeyState.REVOKED},
    }
)
CORRECTION = Machine({CorrectionState.ASKED: {CorrectionState.DONE, CorrectionState.REFUSED}})
#: An award has one credential in these states, never two.
STANDING = (CredentialState.ISSUED, CredentialState.SUSPENDED)
#: The key that signs next; there is one, or none.
CURRENT = (KeyState.ACTIVE, KeyState.SUSPENDED)
#: Keys that the DID document lists: what they signed still verifies.
PUBLISHED = (KeyState.ACTIVE, KeyState.SUSPENDED, KeyState.RETIRED)
