"""Verification: :func:`inspect` answers every check there is; :func:`verify` returns only what passed.

What is looked at, and in which order, is written in :mod:`cairn.vc.inspection`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from cairn.vc import contained, presentations, wording
from cairn.vc.checks import failed, unknown
from cairn.vc.cryptosuites import BadProof
from cairn.vc.datamodel import is_presentation
from cairn.vc.document import MAX_BYTES, JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, Unavailable, Unreadable
from cairn.vc.inspection import MAX_STATUSES, report_on
from cairn.vc.jose.envelope import opened
from cairn.vc.model import Credential
from cairn.vc.ob2.inspection import Inspection as OpenBadges2
from cairn.vc.ob2.reading import badge_in
from cairn.vc.proofs import STATEMENT, Expected
from cairn.vc.refresh import refreshed
from cairn.vc.report import Report, Verdict

__all__ = [
    "MAX_STATUSES",
    "Expected",
    "NotVerified",
    "VerifiedCredential",
    "VerifiedPresentation",
    "inspect",
    "verify",
    "verify_presentation",
]


class NotVerified(CredentialError):
    """A check failed, or could not be made; ``report`` tells which."""

    code = "credential.not_verified"

    def __init__(self, report: Report) -> None:
        super().__init__(report.sentence)
        self.report = report


_SEAL: Final = object()


class VerifiedCredential:
    """A credential that passed every check. Holding one is the proof: only :func:`verify` makes it."""

    __slots__ = ("credential", "raw", "report")

    def __init__(
        self, raw: bytes, credential: Credential, report: Report, *, seal: object = None
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("A VerifiedCredential comes from verify(), and from nowhere else.")
        self.raw = raw
        self.credential = credential
        self.report = report


def verify(
    raw: bytes, *, documents: Documents, at: datetime, expected: Expected = STATEMENT
) -> VerifiedCredential:
    """Return the credential if every check passed at ``at``, or raise :class:`NotVerified`."""
    report, document = _inspect(raw, documents, at, expected)
    if report.verdict is not Verdict.GENUINE or document is None:
        raise NotVerified(report)
    if is_presentation(document):
        raise NotVerified(_not_a_credential(report))
    return VerifiedCredential(raw, Credential(document), report, seal=_SEAL)


class VerifiedPresentation:
    """A presentation that passed every check, and so did each credential in it."""

    __slots__ = ("credentials", "holder", "raw", "report")

    def __init__(
        self,
        raw: bytes,
        holder: str,
        credentials: tuple[Credential, ...],
        report: Report,
        *,
        seal: object = None,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError(
                "A VerifiedPresentation comes from verify_presentation(), and from nowhere else."
            )
        self.raw = raw
        self.holder = holder
        self.credentials = credentials
        self.report = report


def verify_presentation(
    raw: bytes, *, documents: Documents, at: datetime, expected: Expected = STATEMENT
) -> VerifiedPresentation:
    """Return the presentation if every check passed at ``at``, or raise :class:`NotVerified`.

    ``expected.challenge`` is what tells a presentation made now from one that was overheard.
    """
    report, document = _inspect(raw, documents, at, expected)
    if report.verdict is not Verdict.GENUINE or document is None:
        raise NotVerified(report)
    if not is_presentation(document):
        raise NotVerified(_not_a_presentation(report))
    inside = tuple(Credential(one) for one in contained.documents_in(document))
    holder = presentations.holder_of(document, opened(raw))
    return VerifiedPresentation(raw, holder, inside, report, seal=_SEAL)


def _not_a_credential(report: Report) -> Report:
    return replace(
        report,
        verdict=Verdict.NOT_CONFORMANT,
        sentence="This is a presentation of credentials, and not one itself.",
    )


def _not_a_presentation(report: Report) -> Report:
    return replace(
        report,
        verdict=Verdict.NOT_CONFORMANT,
        sentence="This is a credential that nobody presents: it is in no presentation.",
    )


def inspect(
    raw: bytes,
    *,
    documents: Documents,
    at: datetime,
    expected: Expected = STATEMENT,
    refresh: bool = False,
) -> Report:
    """Look at everything and say what was found; it never raises for what a document contains.

    ``expected`` is what the one who verifies asks besides that the proof holds. With ``refresh`` the
    issuer's service is asked for a newer copy, where the credential names one.
    """
    report, document = _inspect(raw, documents, at, expected)
    if not refresh or document is None:
        return report
    return refreshed(
        report, document, documents, lambda newer: _inspect(newer, documents, at, expected)
    )


def _inspect(
    raw: bytes, documents: Documents, at: datetime, expected: Expected
) -> tuple[Report, JsonObject | None]:
    try:
        if (badge := badge_in(raw, documents)) is not None:
            return OpenBadges2(badge, documents, at, expected).report(), None
    except Unavailable as exc:
        check = unknown("document", exc, None)
        return Report(
            Verdict.CANNOT_CHECK, wording.verdict(Verdict.CANNOT_CHECK, {}), (check,)
        ), None
    try:
        envelope = opened(raw)
        document = parse(raw, max_bytes=MAX_BYTES) if envelope is None else envelope.document
    except (Unreadable, BadProof) as exc:
        unread = failed("json", exc.message, exc.pointer, exc.code)
        sentence = wording.verdict(Verdict.UNREADABLE, {})
        return Report(Verdict.UNREADABLE, sentence, (unread,)), None
    if is_presentation(document):
        presented = presentations.Inspection(document, documents, at, expected, envelope)
        return presented.report(), document
    report = report_on(document, documents=documents, at=at, envelope=envelope, expected=expected)
    return report, document
