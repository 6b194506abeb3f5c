"""What issuing refuses, each with its code and its cure."""

from cairn.kernel.errors import Refused


class NotSetUp(Refused):
    """There is no issuer yet."""

    code = "issuer.not_set_up"
    message = "This institution has no issuer yet. Set one up under the address of the site."


class AlreadySetUp(Refused):
    """There is an issuer already, of this institution or under this address."""

    code = "issuer.set_up_before"
    message = "There is an issuer under this address. A site serves one institution."


class NoHostName(Refused):
    """The address of the site has no name that a DID can carry."""

    code = "issuer.no_host_name"
    message = (
        "The address {origin} has no host name, which did:web needs. Set CAIRN_ORIGIN to an address "
        "such as https://badges.example.edu."
    )


class NoKey(Refused):
    """No key signs at present."""

    code = "key.none"
    message = "No key signs at present. Make a new one: rotate the key."


class KeyOnHold(Refused):
    """The key was suspended."""

    code = "key.on_hold"
    message = "The signing key is suspended. Resume it, or rotate to a new one; then try again."


class KeyUnopened(Refused):
    """The key-encryption key is missing or another one."""

    code = "key.unopened"
    message = (
        "The signing key cannot be opened: {why} Put the key-encryption key in place (CAIRN_KEK or "
        "CAIRN_KEK_FILE), then try again."
    )


class NotGenuine(Refused):
    """What was signed does not pass our own verifier, so it was not kept."""

    code = "credential.not_genuine"
    message = "The credential for {award} would not verify, so nothing was kept. {why}"


class ReasonMissing(Refused):
    """A credential is taken back without saying why."""

    code = "credential.reason_missing"
    message = "Say why, in a sentence. The learner may ask."


class AwardGone(Refused):
    """The award behind the credential was withdrawn."""

    code = "credential.award_withdrawn"
    message = "The award behind this credential was withdrawn. Confer it anew to issue again."


class AnotherStands(Refused):
    """Another credential of the same award stands already."""

    code = "credential.another_stands"
    message = "Another credential stands for this award. Revoke that one first."


class PersonErased(Refused):
    """The personal data that a credential needs are gone."""

    code = "credential.person_erased"
    message = "The personal data of this learner were erased, so nothing new can be signed."


class TooLateToUndo(Refused):
    """Mail left, or was about to."""

    code = "issuance.too_late"
    message = "The mail has left, so this can no longer be undone. Revoke credentials one by one."


class StillSigning(Refused):
    """The job of an issuance has not ended."""

    code = "issuance.still_signing"
    message = "It is still being signed. Wait until everything is issued, then try again."


class NameMissing(Refused):
    """A name correction without a name, or with the one that stands."""

    code = "name_correction.no_name"
    message = "Write the name as it should be printed, different from the one that stands."


class CorrectionOpen(Refused):
    """The person asked before, and nobody decided yet."""

    code = "name_correction.open"
    message = "A correction waits for the registrar already. You will hear by e-mail."


class CorrectionDecided(Refused):
    """Somebody decided before."""

    code = "name_correction.decided"
    message = "This was decided already. Open it again to see how."


class NoAddress(Refused):
    """There is nowhere to write to."""

    code = "credential.no_address"
    message = "This learner has no address that letters go to. Add one, then send again."


class NotStanding(Refused):
    """A letter would announce what does not count."""

    code = "credential.not_standing"
    message = "Only a credential that counts can be announced."
