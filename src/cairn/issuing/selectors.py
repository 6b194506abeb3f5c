"""Reads of issuing: what is to be signed, and what the world may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from cairn.assessment import facts as assessment
from cairn.assessment.models import Award
from cairn.delivery.models import Offering
from cairn.design import selectors as design
from cairn.design.models import Version
from cairn.design.selectors import AchievementView
from cairn.issuing import rules
from cairn.issuing.archive import Damaged
from cairn.issuing.compose import Issuer
from cairn.issuing.documents import signed_bytes
from cairn.issuing.models import (
    Credential,
    CredentialQuerySet,
    IssuerProfile,
    KeyQuerySet,
    SignedDocument,
    SigningKey,
    StatusList,
)
from cairn.issuing.states import CredentialState
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.models import EmailAddress, LedgerEntry
from cairn.kernel.reach import reach
from cairn.kernel.tenancy import OwnedQuerySet
from cairn.vc.statuslist import Bitstring

#: Keys in one query: below what SQLite takes.
AT_ONCE = 5_000
_STAFF = ("issuing.issue", "issuing.revoke")
_UNIT = "award__enrolment__offering__version__achievement__org_unit"


# --- for people ----------------------------------------------------------------------------------


def issuers(actor: Actor) -> OwnedQuerySet[IssuerProfile]:
    return IssuerProfile.objects.for_actor(actor).select_related("institution")


def issuer_of(actor: Actor) -> IssuerProfile:
    """The issuer of the actor's institution, or :class:`NotFound`."""
    issuer = issuers(actor).first()
    if issuer is None:
        raise NotFound("issuer")
    return issuer


def keys(actor: Actor) -> KeyQuerySet:
    """The signing keys of the institution, newest first. Their private halves are sealed."""
    return SigningKey.objects.for_actor(actor).order_by("-pk")


def status_lists(actor: Actor) -> OwnedQuerySet[StatusList]:
    return StatusList.objects.for_actor(actor).select_related("issuer", "key").order_by("number")


def credentials(actor: Actor) -> CredentialQuerySet:
    """The credentials that this actor may see: where they work, and their own."""
    mine = Q(award__enrolment__person=actor.person_id) if actor.person_id else Q(pk__in=[])
    return (
        Credential.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit=_UNIT) | mine)
        .select_related("award__enrolment__person", "key", "status_list", "institution")
        .order_by("-pk")
    )


def credential_for(actor: Actor, public_id: str) -> Credential:
    return credentials(actor).find(public_id)


def standing_credential(award: Award) -> Credential | None:
    """The credential that stands for an award, if any."""
    return Credential.objects.filter(award=award).standing().first()


def org_unit_of(credential: Credential) -> int:
    """The key of the org unit whose registrar looks after a credential."""
    rows = Credential.objects.filter(pk=credential.pk)
    return int(rows.values_list(f"{_UNIT}_id", flat=True).get())


# --- what is to be signed ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """The awards that a job is about, in pages of keys. It reads as it goes, however many.

    ``args`` name an ``offering``, a list of ``awards``, or the ``first`` and ``last`` number of a
    part of the ledger; with nothing named, every award of the institution is meant.
    """

    args: Mapping[str, Any]

    def count(self) -> tuple[int, int]:
        """How many awards of the batch have a credential, and how many it has."""
        total = signed = 0
        for keys in self._keys(AT_ONCE, unsigned_only=False):
            total += len(keys)
            signed += len(keys) - _unsigned().filter(pk__in=keys).count()
        return signed, total

    def pages(self, size: int) -> Iterator[list[int]]:
        """Keys of awards without a credential, in a fixed order."""
        return self._keys(size, unsigned_only=True)

    def _keys(self, size: int, *, unsigned_only: bool) -> Iterator[list[int]]:
        if not {"awards", "first"} & self.args.keys():
            yield from self._one_after_the_other(size, unsigned_only=unsigned_only)
            return
        for names in self._names(size):
            rows = _unsigned() if unsigned_only else _standing()
            keys = list(rows.filter(public_id__in=names).values_list("pk", flat=True))
            if keys:
                yield keys

    def _one_after_the_other(self, size: int, *, unsigned_only: bool) -> Iterator[list[int]]:
        rows = _unsigned() if unsigned_only else _standing()
        if "offering" in self.args:
            rows = rows.filter(enrolment__offering=Offering.objects.find(self.args["offering"]))
        last = 0
        while keys := list(
            rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]
        ):
            last = keys[-1]
            yield keys

    def _names(self, size: int) -> Iterator[list[str]]:
        if "awards" in self.args:
            names = list(self.args["awards"])
            yield from (names[start : start + size] for start in range(0, len(names), size))
            return
        told = LedgerEntry.objects.filter(
            fact=assessment.AWARD_CONFERRED.name, number__lte=self.args["last"]
        ).order_by("number")
        number = self.args["first"] - 1
        while found := list(told.filter(number__gt=number).values_list("number", "subject")[:size]):
            number = found[-1][0]
            yield [subject for _, subject in found]


def _standing() -> Any:
    return Award.objects.filter(withdrawn_on=None, enrolment__person__erased_on=None)


def _unsigned() -> Any:
    # Also one that was revoked counts: replacing it is a person's decision.
    return _standing().filter(~Exists(Credential.objects.filter(award=OuterRef("pk"))))


def anything_to_sign() -> bool:
    """Does an award of the institution at hand stand without a credential?"""
    return bool(_unsigned().exists())


def count_awards(public_ids: Sequence[str], actor: Actor) -> int:
    """How many of these ids name an award of the actor's institution."""
    rows = Award.objects.for_actor(actor)
    return sum(
        rows.filter(public_id__in=public_ids[start : start + AT_ONCE]).count()
        for start in range(0, len(public_ids), AT_ONCE)
    )


def awards_to_sign(awards: Sequence[int]) -> list[Award]:
    """Those of these awards that stand and have no credential, locked until they have one."""
    rows = _unsigned().filter(pk__in=awards).order_by("pk")
    return list(
        rows.select_related("enrolment__person", "enrolment__offering", "result").select_for_update(
            of=("self",), no_key=True
        )
    )


def learners(awards: Sequence[Award]) -> dict[int, tuple[str, str | None]]:
    """Name and e-mail address to state, by the key of the award."""
    people = {award.enrolment.person_id for award in awards}
    found: dict[int, list[rules.Address]] = defaultdict(list)
    rows = EmailAddress.objects.filter(person_id__in=people)
    for person, address, kind, verified in rows.values_list(
        "person_id", "address", "kind", "verified_at"
    ):
        personal = kind == EmailAddress.Kind.PERSONAL
        found[person].append(rules.Address(address, personal, verified is not None))
    return {
        award.pk: (
            award.enrolment.person.full_name,
            rules.address_to_state(found[award.enrolment.person_id]),
        )
        for award in awards
    }


def described(version: int) -> AchievementView:
    """A version as frozen values."""
    return design.achievement_view(Version.objects.select_related("achievement").get(pk=version))


def stated(issuer: IssuerProfile) -> Issuer:
    """An issuer as credentials state it."""
    return Issuer(
        addresses=issuer.addresses,
        name=issuer.name,
        zone=issuer.institution.time_zone,
        url=issuer.url,
        email=issuer.email,
        image=issuer.image,
        country=issuer.institution.country.upper(),
    )


# --- what the world may see ----------------------------------------------------------------------


def issuer_of_site() -> IssuerProfile | None:
    """The issuer of this site: the one whose DID is made of ``CAIRN_ORIGIN``."""
    try:
        did = rules.did_for(settings.CAIRN.origin)
    except rules.NoName:
        return None
    rows = IssuerProfile.objects.unscoped().filter(did=did)
    return rows.select_related("institution").first()


def published_list(issuer: IssuerProfile, number: int) -> StatusList | None:
    rows = StatusList.objects.filter(issuer=issuer, number=number)
    return rows.only("document", "etag", "institution_id").first()


@dataclass(frozen=True, slots=True)
class Published:
    """A credential as the world sees it. ``raw`` is None when the person was erased."""

    credential: str
    sha256: str
    state: CredentialState
    raw: bytes | None


def published_credential(public_id: str) -> Published | None:
    """A credential of the institution at hand; raises ``archive.Damaged`` when its bytes are not
    those that were signed."""
    row = Credential.objects.filter(public_id=public_id).first()
    if row is None:
        return None
    document = SignedDocument.objects.filter(credential=row).select_related("text").first()
    raw = None
    if document is not None:
        document.credential = row
        raw = signed_bytes(document)
    return Published(row.public_id, row.sha256, CredentialState(row.state), raw)


def published_achievement(public_id: str) -> AchievementView | None:
    """An approved version by its id, or the newest approved version of an achievement."""
    approved = Version.objects.filter(approved_on__isnull=False).select_related("achievement")
    wanted = Q(public_id=public_id) | Q(achievement__public_id=public_id)
    version = approved.filter(wanted).order_by("-number").first()
    return None if version is None else design.achievement_view(version)


# --- is everything in agreement? -----------------------------------------------------------------


def disagreements(issuer: IssuerProfile) -> list[str]:
    """Where lists, rows and documents contradict each other; empty when all is well."""
    found = []
    for row in StatusList.objects.filter(issuer=issuer).order_by("number"):
        states = dict(
            Credential.objects.filter(status_list=row).values_list("status_index", "state")
        )
        bits, taken = Bitstring.decode(row.bits), Bitstring.decode(row.taken)
        off = {index for index, state in states.items() if state != CredentialState.ISSUED}
        if set(taken.ones()) != set(states):
            found.append(f"List {row.number}: the places taken are not those of credentials.")
        if set(bits.ones()) != off:
            found.append(f"List {row.number}: the bits are not those of credentials.")
        if row.document and row.bits.encode() not in bytes(row.document):
            found.append(f"List {row.number}: something else is published than stands here.")
    return found


def damaged(issuer: IssuerProfile) -> Iterator[str]:
    """Yield the ids of credentials whose stored bytes are not those that were signed."""
    rows = SignedDocument.objects.filter(credential__status_list__issuer=issuer)
    for document in rows.select_related("text", "credential").iterator(chunk_size=500):
        try:
            signed_bytes(document)
        except Damaged:
            yield document.credential.public_id
