"""What happens in issuing."""

from cairn.issuing.states import CorrectionState, CredentialState, KeyState
from cairn.kernel.facts import Fact

ISSUER_SET_UP = Fact("issuer.set_up", "An institution can issue under its own address.")
ISSUER_CHANGED = Fact("issuer.changed", "What credentials say about their issuer was changed.")
KEY_MADE = Fact("key.made", "A signing key was made, and signs from now on.", to=KeyState.ACTIVE)
KEY_SUSPENDED = Fact("key.suspended", "A signing key signs nothing for now.", to=KeyState.SUSPENDED)
KEY_RESUMED = Fact("key.resumed", "A suspended signing key signs again.", to=KeyState.ACTIVE)
KEY_RETIRED = Fact(
    "key.retired", "A signing key signs no more; what it signed verifies.", to=KeyState.RETIRED
)
KEY_REVOKED = Fact(
    "key.revoked", "A signing key may be in other hands; nothing of it verifies.",
    to=KeyState.REVOKED,
)  # fmt: skip
STATUS_LIST_STARTED = Fact("status_list.started", "A new status list was published.")
STATUS_LIST_RENEWED = Fact("status_list.renewed", "A status list was signed again in time.")
CREDENTIAL_ISSUED = Fact(
    "credential.issued", "An award was signed as a credential.", to=CredentialState.ISSUED
)
CREDENTIAL_SUSPENDED = Fact(
    "credential.suspended", "A credential does not count for now.", to=CredentialState.SUSPENDED
)
CREDENTIAL_REINSTATED = Fact(
    "credential.reinstated", "A credential counts again.", to=CredentialState.ISSUED
)
CREDENTIAL_REVOKED = Fact(
    "credential.revoked", "A credential counts no more.", to=CredentialState.REVOKED
)
CREDENTIAL_REPLACED = Fact(
    "credential.replaced", "Another credential stands for the award.", to=CredentialState.REPLACED
)
ISSUANCE_UNDONE = Fact("issuance.undone", "What was issued together was undone before its mail.")
ISSUANCE_RELEASED = Fact("issuance.released", "The mail of an issuance was let go at once.")
ISSUING_CHANGED = Fact(
    "issuing.changed", "Who begins to issue was changed: awards, or a registrar."
)
NAME_CORRECTION_ASKED = Fact(
    "name_correction.asked", "A holder asked for another name.", to=CorrectionState.ASKED
)
NAME_CORRECTION_DONE = Fact(
    "name_correction.done", "A name was corrected, and credentials replaced.",
    to=CorrectionState.DONE,
)  # fmt: skip
NAME_CORRECTION_REFUSED = Fact(
    "name_correction.refused", "A name stays as it is, for a reason.", to=CorrectionState.REFUSED
)
CREDENTIAL_RESENT = Fact("credential.resent", "The mail about a credential was asked for again.")
