"""Issuing: awards become credentials, a page at a time, and each award once.

A page is one transaction. The issuer is locked first, so pages of any number of jobs come one after
the other; then the awards, so that none is withdrawn while it is signed. Whatever ends a page early,
a kill or a full disk, leaves no row of it: no credential, no place taken, no progress.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cairn.delivery.models import Offering
from cairn.issuing import facts, policies, selectors
from cairn.issuing.archive import Archive, digest
from cairn.issuing.compose import Case, Composer, Learner
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.errors import NotGenuine
from cairn.issuing.models import ArchiveText, Credential, Issuance, SignedDocument
from cairn.issuing.selectors import Due
from cairn.issuing.services import lists
from cairn.issuing.services.batches import KIND, begin
from cairn.issuing.services.keys import Pen, lock_issuer, open_pen
from cairn.issuing.services.lists import Place
from cairn.issuing.states import CredentialState
from cairn.kernel import bulk, clock, ids
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change_many
from cairn.kernel.errors import NotFound
from cairn.kernel.jobs import again
from cairn.kernel.models import Institution, Job, LedgerHead
from cairn.vc.errors import CredentialError
from cairn.vc.report import Verdict
from cairn.vc.sign import sign
from cairn.vc.verify import inspect

PAGE: Final = 250
_SALT_BYTES: Final = 16


def issue_offering(offering: Offering, *, by: Actor) -> Job:
    """Ask for the credentials of every standing award of an offering that has none yet."""
    if offering.institution_id != by.institution.pk:
        raise NotFound("offering")
    by.must(policies.may_issue, offering.org_unit_id)
    args: dict[str, object] = {"offering": offering.public_id}
    return _ask(by.institution, offering.public_id, args, offering=offering)


def issue_awards(awards: Iterable[str], *, by: Actor) -> Job:
    """Ask for the credentials of these awards, by their public ids, that have none yet."""
    by.must(policies.may_issue)
    wanted = sorted(set(awards))
    if selectors.count_awards(wanted, by) != len(wanted):
        raise NotFound("award")
    return _ask(by.institution, digest("".join(wanted).encode())[:24], {"awards": wanted})


def issue_conferred(first: int, last: int, *, by: Actor) -> Job:
    """Ask for the credentials of what was conferred between two numbers of the ledger."""
    by.must(policies.may_issue)
    key = f"{KIND}:{by.institution.public_id}:{first}-{last}"
    return begin(by.institution, key, {"first": first, "last": last})


def issue_pending(institution: Institution) -> None:
    """Ask for everything that was conferred while nobody could sign; part of the caller's change."""
    if selectors.issues_by_itself() and selectors.anything_to_sign():
        _ask(institution, "pending", {})


def _ask(
    institution: Institution,
    what: str,
    args: dict[str, object],
    *,
    offering: Offering | None = None,
) -> Job:
    """One job for the same wish at the same state of the ledger, however often it is said."""
    head = LedgerHead.objects.filter(institution=institution).first()
    key = f"{KIND}:{institution.public_id}:{what}:{head.number if head else 0}"
    job = begin(institution, key, args, offering=offering)
    if job.state == Job.State.FAILED and again(job):
        job.refresh_from_db()
    return job


def issue_page(
    awards: Sequence[int],
    *,
    issuance: Issuance | None = None,
    kept: Callable[[], None] = lambda: None,
    by: Actor,
) -> int:
    """Sign these awards, by their keys, that stand and have no credential. Returns how many were.

    ``kept`` is called within the transaction, for what has to be true together with it.
    """
    with change_many(by.institution, by=by) as record:
        by.must(policies.may_issue)
        issuer = lock_issuer()
        wanted = [Wanted(due) for due in selectors.awards_to_sign(awards)]
        if wanted:
            sign_and_keep(wanted, pen=open_pen(issuer), issuance=issuance, record=record)
        kept()
    return len(wanted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An award to be signed, and the credential that the new one takes the place of."""

    due: Due
    replaces: Credential | None = None


def sign_and_keep(
    wanted: Sequence[Wanted], *, pen: Pen, issuance: Issuance | None = None, record: Record
) -> list[Credential]:
    """Sign, verify and insert. Call it under the locks of issuer and awards."""
    at = clock.now()
    places = lists.draw(pen, len(wanted), at=at, record=record)
    desk = _Desk(pen, at, OwnDocuments(pen.issuer))
    signed = [desk.sign(one, place) for one, place in zip(wanted, places, strict=True)]
    credentials = [one.credential for one in signed]
    for credential in credentials:
        credential.issuance = issuance
    bulk.insert(Credential, credentials)
    bulk.insert(SignedDocument, (one.document() for one in signed))
    for one, place, credential in zip(wanted, places, credentials, strict=True):
        record(
            facts.CREDENTIAL_ISSUED,
            credential,
            award=one.due.award_id,
            key=pen.key,
            list=place.list,
            index=place.index,
            sha256=credential.sha256,
        )
    return credentials


@dataclass(frozen=True, slots=True)
class _Signed:
    credential: Credential
    text: ArchiveText
    packed: bytes

    def document(self) -> SignedDocument:
        return SignedDocument(
            institution_id=self.credential.institution_id,
            credential_id=self.credential.pk,
            text_id=self.text.pk,
            packed=self.packed,
        )


@dataclass(slots=True)
class _Desk:
    """What the credentials of one page share."""

    pen: Pen
    at: datetime
    documents: OwnDocuments
    _composers: dict[int, Composer] = field(default_factory=dict)
    _archives: dict[int, tuple[ArchiveText, Archive]] = field(default_factory=dict)

    def sign(self, one: Wanted, place: Place) -> _Signed:
        """Compose, sign and verify one credential."""
        due, public_id = one.due, ids.new("crd")
        salt = secrets.token_urlsafe(_SALT_BYTES)
        case = Case(
            credential=public_id,
            learner=Learner(due.name, due.address, due.person_id, salt),
            conferred_on=due.conferred_on,
            total=due.total,
            list_number=place.list.number,
            list_index=place.index,
        )
        raw = self._genuine(self._composer(due.version), case, due.award_id)
        text, archive = self._archive(due.version)
        credential = Credential(
            institution_id=self.pen.issuer.institution_id,
            public_id=public_id,
            award_id=due.award,
            key_id=self.pen.key.pk,
            status_list_id=place.list.pk,
            status_index=place.index,
            state=CredentialState.ISSUED,
            issued_at=self.at,
            valid_until=self._composer(due.version).ends(self.at),
            sha256=digest(raw),
            replaces_id=one.replaces.pk if one.replaces else None,
        )
        return _Signed(credential, text, archive.pack(raw))

    def _genuine(self, composer: Composer, case: Case, award: str) -> bytes:
        """Sign a case, and hand out nothing that a stranger would not accept."""
        method = self.pen.key.method
        try:
            document = composer.compose(case, at=self.at)
            raw = sign(
                document, signer=self.pen.signer, verification_method=method, created=self.at
            )
        except CredentialError as exc:
            place = f" ({exc.pointer})" if exc.pointer else ""
            raise NotGenuine(award=award, why=f"{exc.message}{place}") from exc
        report = inspect(raw, documents=self.documents, at=self.at)
        if report.verdict is not Verdict.GENUINE:
            raise NotGenuine(award=award, why=report.sentence)
        return raw

    def _composer(self, version: int) -> Composer:
        if version not in self._composers:
            described = selectors.described(version)
            self._composers[version] = Composer(selectors.stated(self.pen.issuer), described)
        return self._composers[version]

    def _archive(self, version: int) -> tuple[ArchiveText, Archive]:
        if version not in self._archives:
            sample = self._composer(version).sample(self.pen.key.method, at=self.at)
            text, _ = ArchiveText.objects.get_or_create(
                institution=self.pen.issuer.institution,
                version_id=version,
                key=self.pen.key,
                defaults={"content": sample},
            )
            self._archives[version] = text, Archive(bytes(text.content))
        return self._archives[version]
