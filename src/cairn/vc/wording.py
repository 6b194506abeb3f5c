"""What a check means, in a sentence for a person who has thirty seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.datamodel import issuer_id
from cairn.vc.errors import CredentialError
from cairn.vc.jsonld import Disguised
from cairn.vc.report import Check, State, Verdict

PASSED: Final = {
    "json": "The file can be read.",
    "data_model": "It is put together as the W3C standard for credentials asks.",
    "schema": "It follows the Open Badges rules as far as they apply.",
    "terms": "Every statement in it is covered by the signature.",
    "proof": (
        "Nothing in it has changed since it was signed. Statements are compared by meaning, so "
        "spacing and the order of fields do not count."
    ),
    "status": "The issuer has not revoked it.",
    "endorsements": "The endorsement holds.",
}
SEALED: Final = "Nothing in it has changed since it was signed, to the letter."
UNDEFINED: Final = (
    "A part of it has no meaning that others could look up, so nobody can tell what it says."
)
UNDEFINED_TERM: Final = "terms.undefined"
UNREAD_ENDORSEMENT: Final = "An endorsement is in a form that cannot be checked here."
NO_SIGNATURE: Final = "Not looked at, because the signature was not confirmed."
NOT_COMPARED: Final = "Not compared, because what was signed could not be worked out."
OTHER_SUBJECT: Final = (
    "An endorsement inside speaks of something that is not in this document, so it says nothing "
    "about this credential."
)
NO_STATUS: Final = "The issuer keeps no list on which this credential could be revoked."
NO_ENDORSEMENTS: Final = "Nobody else endorses it inside the document."
BAD_DATES: Final = "Its dates cannot be read."
OTHER_SCHEMA: Final = "It names a set of rules that is not known here, so they were not applied."
UNKNOWN_SUITE: Final = "It is signed in a way that is not known here, so nobody can tell."

_SENTENCES: Final = {
    Verdict.GENUINE: "Genuine and current: {issuer} made this statement and stands by it.",
    Verdict.HOSTED: (
        "Confirmed by its web site: it is published there today, in the name of {issuer}. It carries no "
        "signature, so it is only as good as that site."
    ),
    Verdict.ISSUER_UNCONFIRMED: (
        "Unaltered, issuer not confirmed: nothing has changed since it was signed, but it could "
        "not be confirmed that {issuer} signed it."
    ),
    Verdict.EXPIRED: "Expired: {issuer} made this statement for a time that is over.",
    Verdict.NOT_YET_VALID: "Not valid yet: {issuer} made this statement for a later time.",
    Verdict.REVOKED: "Revoked: {issuer} has withdrawn this statement.",
    Verdict.SUSPENDED: "Suspended: {issuer} has set this statement aside for now.",
    Verdict.ALTERED: "Altered: do not rely on this. It is not what was signed.",
    Verdict.UNSIGNED_PARTS: (
        "Not covered by its signature: parts of this could have been written by anyone. Do not "
        "rely on it."
    ),
    Verdict.WRONG_ISSUER: "Not from {issuer}: somebody else signed this. Do not rely on it.",
    Verdict.OTHER_RECIPIENT: "Somebody else's: this was not awarded to the person you named.",
    Verdict.NOT_CONFORMANT: (
        "Not in order: parts of this document break the standard, as listed. Ask whoever issued it."
    ),
    Verdict.CANNOT_CHECK: "Cannot be checked now: something that is needed could not be had.",
    Verdict.UNREADABLE: "Unreadable: this is not a credential that can be opened.",
}

#: The same where nobody knows whether the issuer had anything to do with it.
_UNCONFIRMED: Final = {
    Verdict.EXPIRED: "Expired: the time this was made for is over.",
    Verdict.NOT_YET_VALID: "Not valid yet: this was made for a later time.",
    Verdict.REVOKED: "Revoked: whoever signed this has withdrawn it.",
    Verdict.SUSPENDED: "Suspended: whoever signed this has set it aside for now.",
}
_NOT_CONFIRMED: Final = " It was not confirmed that {issuer} made it."


def verdict(
    verdict: Verdict, document: Mapping[str, Any], signatory: Signatory | None = None
) -> str:
    """Say the verdict, naming the issuer as firmly as the evidence allows."""
    voucher = None if signatory is None else signatory.voucher
    name = _issuer_name(document)
    if signatory is not None and voucher is Voucher.SELF:
        # A did:key proves a key and nobody's name; the name is only what the document says.
        name = f"the holder of the key {short(signatory.controller)}"
    elif voucher is Voucher.PUBLISHED:
        name = _at_home(name, issuer_id(document))
    elif verdict in _UNCONFIRMED:
        return (_UNCONFIRMED[verdict] + _NOT_CONFIRMED).format(issuer=name)
    return _SENTENCES[verdict].format(issuer=name)


def _at_home(name: str, issuer: str) -> str:
    """Set beside a name, which anyone can choose, the place on the web that answered for it."""
    host = issuer.removeprefix("did:web:").partition(":")[0].replace("%3A", ":")
    if issuer.startswith("https://"):
        host = issuer.removeprefix("https://").partition("/")[0]
    return name if name == short(issuer) else f"{name} ({short(host)})"


def conclude(checks: Iterable[Check]) -> Verdict:
    """Weigh the checks: what must warn a reader most comes first."""
    by_id = {check.id: check for check in checks}
    failed = {check.id: check.code for check in by_id.values() if check.state is State.FAILED}
    unknown = {check.id for check in by_id.values() if check.state is State.UNKNOWN}
    if failed.get("terms") == Disguised.code:
        return Verdict.NOT_CONFORMANT
    if failed.get("terms", UNDEFINED_TERM) != UNDEFINED_TERM:
        return Verdict.UNSIGNED_PARTS
    if failed.get("proof") == "proof.altered":
        return Verdict.ALTERED
    if "issuer" in failed:
        return Verdict.WRONG_ISSUER
    if {"proof", "terms"} & failed.keys():
        return Verdict.NOT_CONFORMANT
    if (status := failed.get("status")) in ("status.revoked", "status.suspended"):
        return Verdict.REVOKED if status == "status.revoked" else Verdict.SUSPENDED
    if {"data_model", "schema"} & failed.keys():
        return Verdict.NOT_CONFORMANT
    if "recipient" in failed:
        return Verdict.OTHER_RECIPIENT
    if "dates" in failed:
        return _date_verdict(failed["dates"])
    if failed:
        return Verdict.CANNOT_CHECK if "status" in failed else Verdict.NOT_CONFORMANT
    if "issuer" in unknown:
        return Verdict.ISSUER_UNCONFIRMED
    return Verdict.CANNOT_CHECK if unknown else Verdict.GENUINE


def _date_verdict(code: str | None) -> Verdict:
    known = {"dates.expired": Verdict.EXPIRED, "dates.not_yet_valid": Verdict.NOT_YET_VALID}
    return known.get(code or "", Verdict.NOT_CONFORMANT)


def issuer_check(signatory: Signatory, document: Mapping[str, Any]) -> Check:
    """Say who signed, and how that is known (checklist of Open Badges: key and issuer.id)."""
    name, party = _issuer_name(document), short(signatory.controller)
    issuer = short(issuer_id(document))
    state, code, message = {
        Voucher.PUBLISHED: (
            State.PASSED,
            None,
            f"The key that signed it is published by {issuer}.",
        ),
        Voucher.SELF: (
            State.PASSED,
            None,
            (
                f"It was signed by {party}, the identifier it names as issuer. That identifier is a "
                f"key and no more: the name “{name}” is the issuer's own word."
            ),
        ),
        Voucher.NOBODY: (
            State.UNKNOWN,
            "issuer.unconfirmed",
            (
                f"Only the document itself says that its key belongs to {name}. Anyone could write "
                "that, so ask the issuer."
            ),
        ),
        Voucher.UNREACHABLE: (
            State.UNKNOWN,
            "issuer.unreachable",
            (
                f"The keys of {name} could not be looked up, so only the document itself says who "
                "signed it."
            ),
        ),
        Voucher.CONTRADICTED: (
            State.FAILED,
            "issuer.contradicted",
            f"{name} publishes its keys, and the one that signed this is not among them.",
        ),
        Voucher.SOMEBODY_ELSE: (
            State.FAILED,
            "issuer.other",
            f"It was signed by {party}, which is not the issuer it names.",
        ),
    }[signatory.voucher]
    return Check("issuer", state, message, "/issuer", code)


def altered(error: CredentialError) -> str:
    if error.code == "proof.altered":
        return "The contents are not what was signed: something was changed after signing."
    return error.message


def dates(until: datetime | None) -> str:
    return "It has no end date." if until is None else f"It is valid until {day(until)}."


def endorsed(count: int) -> str:
    return PASSED["endorsements"] if count == 1 else f"All {count} endorsements in it hold."


def contained(count: int) -> str:
    return "The credential in it holds." if count == 1 else f"All {count} credentials in it hold."


_PRESENTED: Final = {
    Verdict.ISSUER_UNCONFIRMED: (
        "Unaltered, holder not confirmed: nothing has changed since it was signed, but it could not "
        "be confirmed that {issuer} signed it."
    ),
    Verdict.NOT_CONFORMANT: (
        "Not in order: parts of this presentation break the standard, as listed. Ask whoever sent it."
    ),
}
_NOT_ASKED_FOR: Final = (
    "Not made for this occasion: {issuer} signed it for another place or to another question. Ask for "
    "a new one."
)


def presenter(document: Mapping[str, Any], signatory: Signatory | None) -> str:
    """Name who presents by what was confirmed, which is an identifier and no name."""
    if signatory is not None:
        return short(signatory.controller)
    holder = document.get("holder")
    value = holder.get("id") if isinstance(holder, Mapping) else holder
    return short(value) if isinstance(value, str) and value else "its holder"


def presentation(verdict: Verdict, name: str, *, asked: bool) -> str:
    """Say the verdict on a presentation; ``asked`` where it does not answer what was asked."""
    if asked:
        return _NOT_ASKED_FOR.format(issuer=name)
    return (_PRESENTED.get(verdict) or _SENTENCES[verdict]).format(issuer=name)


def presents(name: str, count: int) -> str:
    what = "no credential" if count == 0 else "one credential, which holds"
    if count > 1:
        what = f"{count} credentials, and each of them holds"
    return f"Genuine and current: {name} presents {what}."


def one_inside(sentence: str) -> str:
    return f"One of the credentials in it does not stand. {sentence}"


_HOSTED: Final = {
    Verdict.ISSUER_UNCONFIRMED: (
        "Published, issuer not confirmed: it stands on the web as it is here, but nothing shows that "
        "{issuer} put it there."
    ),
    Verdict.ALTERED: "Altered: do not rely on this. It is not what its issuer publishes.",
    Verdict.WRONG_ISSUER: (
        "Not from {issuer}: it does not stand where {issuer} publishes. Do not rely on it."
    ),
}
#: The same once the place on the web has answered for it.
_AT_ITS_PLACE: Final = {
    Verdict.EXPIRED: "Expired: {place} published this for {issuer}, for a time that is over.",
    Verdict.NOT_YET_VALID: "Not valid yet: {place} published this for {issuer}, for a later time.",
    Verdict.REVOKED: "Revoked: {place} has withdrawn what it published for {issuer}.",
}


def hosted(verdict_: Verdict, document: Mapping[str, Any], place: str) -> str:
    """Say the verdict on a badge without a signature; ``place`` is the host that answers for it."""
    sentence = _HOSTED.get(verdict_) or (_AT_ITS_PLACE.get(verdict_) if place else None)
    if sentence is None:
        return verdict(verdict_, document)
    return sentence.format(issuer=_issuer_name(document), place=short(place))


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


def _issuer_name(document: Mapping[str, Any]) -> str:
    issuer = document.get("issuer")
    names = [issuer.get("name"), issuer.get("id")] if isinstance(issuer, Mapping) else [issuer]
    for given in names:
        name = given.get("@value") if isinstance(given, Mapping) else given
        if isinstance(name, str) and name.strip():
            return short(name.strip())
    return "its issuer"


def short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:60]}…{text[-12:]}"
