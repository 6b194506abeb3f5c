"""Has the issuer taken it back? Status entries, followed to lists that are themselves verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cairn.vc import revocationlist, statuslist
from cairn.vc.checks import many
from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.datamodel import datamodel_problems, issuer_id, validity
from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, Unavailable, Unreadable
from cairn.vc.proofs import check_proofs
from cairn.vc.report import State
from cairn.vc.secured import Unsecured
from cairn.vc.statuslist import (
    MalformedStatus,
    StatusError,
    StatusRetrievalError,
    StatusVerificationError,
)

#: A list of 134 million places in gzip stays under this.
MAX_LIST_BYTES: Final = 32 * 1024 * 1024


class Revoked(StatusError):
    """The issuer has withdrawn the credential."""

    code = "status.revoked"


class Suspended(StatusError):
    """The issuer has set the credential aside for now."""

    code = "status.suspended"


class OtherStatus(StatusError, Unavailable):
    """The issuer has marked the credential for a purpose whose meaning is not known here."""

    code = "status.other_purpose"


class StaleList(StatusRetrievalError):
    """The list at hand is past its date, so it says nothing about today."""

    code = "status.stale"


def must_stand(
    entry: Any,
    credential: Mapping[str, Any],
    *,
    signatory: Signatory,
    documents: Documents,
    at: datetime,
) -> None:
    """Return if the list says that the credential stands, or raise what keeps it from standing.

    :class:`Revoked` or :class:`Suspended` is the list's answer; any other :class:`StatusError`
    means that there is none, :class:`Unavailable` that the list could not be had.
    """
    types = entry.get("type") if isinstance(entry, dict) else None
    if revocationlist.TYPE in (types if isinstance(types, list) else [types]):
        _must_not_be_named(entry, credential, documents)
        return
    place = statuslist.parse_entry(entry)
    listed = _load(place.list_url, documents)
    _must_be_trusted(listed, credential, signatory=signatory, documents=documents, at=at)
    said = statuslist.read_value(place, listed)
    if said == 0:
        _must_be_that_list(listed, place.list_url)
        return
    reason = _reason(place, said)
    if place.purpose == "suspension":
        raise Suspended(f"The issuer has suspended this credential.{reason}")
    if place.purpose == "revocation":
        raise Revoked(f"The issuer has revoked this credential.{reason}")
    if reason:
        raise OtherStatus(f"The issuer has marked this credential.{reason}")
    raise OtherStatus(
        f"The issuer has marked this credential on a list about “{place.purpose[:40]}”. What follows "
        "from that is for the issuer to say."
    )


def _reason(place: statuslist.Entry, said: int) -> str:
    """Repeat what the issuer says that the value means, and where it is explained."""
    message = place.messages[said] if place.messages else ""
    where = f" More at {place.references[0][:200]}." if place.references else ""
    return (f" It says: “{message[:200]}”." if message else "") + where


def _must_be_that_list(listed: JsonObject, url: str) -> None:
    """Refuse an all-clear from another list of the same issuer, put in the place of this one.

    A list may go without an id (BSL §2.2), and one found under another address can still revoke.
    """
    if listed.get("id", url) != url:
        raise StatusRetrievalError(
            "What stands at the address of the status list calls itself another list, so it does not "
            "say whether the credential still stands."
        )


def _load(url: str, documents: Documents) -> JsonObject:
    try:
        raw = documents.load(url)
    except Unavailable as exc:
        raise StatusRetrievalError(
            f"The issuer's status list could not be had. {exc.message}"
        ) from exc
    try:
        return parse(raw, max_bytes=MAX_LIST_BYTES)
    except Unreadable as exc:
        raise MalformedStatus(f"The issuer's status list cannot be read. {exc.message}") from exc


def _must_be_trusted(
    listed: JsonObject,
    credential: Mapping[str, Any],
    *,
    signatory: Signatory,
    documents: Documents,
    at: datetime,
) -> None:
    """Check the list as a credential of its own, from the same issuer (BSL §3.2)."""
    for problem in datamodel_problems(listed):
        raise StatusVerificationError(f"The status list does not conform: {problem}")
    issuer = issuer_id(listed)
    if issuer != issuer_id(credential):
        raise StatusVerificationError("The status list was made by somebody else than the issuer.")
    _must_be_signed(listed, issuer, signatory=signatory, documents=documents, at=at)
    try:
        since, until = validity(listed)
    except ValueError as exc:
        raise StatusVerificationError("The dates of the status list cannot be read.") from exc
    if (since is not None and since > at) or (until is not None and until < at):
        raise StaleList(
            "The status list at hand is past its date, so nobody can tell whether the credential "
            "still stands."
        )


def _must_be_signed(
    listed: JsonObject,
    issuer: str,
    *,
    signatory: Signatory,
    documents: Documents,
    at: datetime,
) -> None:
    try:
        results = check_proofs(Unsecured(listed), issuer=issuer, documents=documents, at=at)
    except CredentialError as exc:
        raise StatusVerificationError(f"The status list is not signed. {exc.message}") from exc
    for result in results:
        if result.state is State.FAILED and result.error is not None:
            raise StatusVerificationError(
                f"The signature of the status list does not hold. {result.error.message}"
            )
    signers = [result.signatory for result in results if result.signatory is not None]
    if not signers:
        raise StatusRetrievalError("The signature of the status list could not be checked.")
    if not any(_same_party(signer, signatory) for signer in signers):
        raise StatusVerificationError(
            "The status list was signed by somebody else than the issuer."
        )


def _same_party(signer: Signatory, signatory: Signatory) -> bool:
    """Tell that whoever answers for the credential answers for the list."""
    if signer.voucher in (Voucher.PUBLISHED, Voucher.SELF):
        return True
    return signer.public == signatory.public


def _must_not_be_named(
    entry: Mapping[str, Any], credential: Mapping[str, Any], documents: Documents
) -> None:
    """Read a 1EdTechRevocationList: JSON that names the credentials taken back (vcrl v1p0).

    It carries no proof: it is as good as the address that the credential names. Some issuers write the
    name of the list in the plural.
    """
    url = entry.get("id")
    if not isinstance(url, str):
        raise MalformedStatus("The revocation list has no address.")
    listed = _load(url, documents)
    if "issuer" in listed and issuer_id(listed) != issuer_id(credential):
        raise StatusVerificationError(
            "The revocation list was made by somebody else than the issuer."
        )
    named = [
        item
        for name in ("revokedCredential", "revokedCredentials")
        for item in many(listed.get(name))
    ]
    for item in named:
        _must_not_be(item, credential)
    if not named and not {"revokedCredential", "revokedCredentials"} & listed.keys():
        raise MalformedStatus("What stands at the address of the revocation list is no such list.")


def _must_not_be(item: Any, credential: Mapping[str, Any]) -> None:
    if isinstance(item, str):
        item = {"id": item}
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise MalformedStatus("The revocation list names a credential that has no id.")
    # Anything else than a plain "no" counts as revoked: it stands on a list of what is.
    if item["id"] == credential.get("id") and item.get("revoked", True) is not False:
        why = item.get("revocationReason")
        reason = f" It says: “{why[:200]}”." if isinstance(why, str) and why else ""
        raise Revoked(f"The issuer has revoked this credential.{reason}")
