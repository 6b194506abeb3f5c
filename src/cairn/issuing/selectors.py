"""Reads of issuing: what is to be signed, and what the world may see."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
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
    IssuingPolicy,
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


def credentials_to_keep(actor: Actor) -> CredentialQuerySet:
    """The credentials that this actor looks after: their own are not among them."""
    return (
        Credential.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit=_UNIT))
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
    """The awards that a job is about.

    ``args`` name an ``offering``, a list of ``awards``, or the ``first`` and ``last`` number of a
    part of the ledger; with nothing named, every award of the institution is meant.
    """

    args: Mapping[str, Any]

    def size(self) -> int:
        """How many awards of the batch stand, signed or not."""
        return sum(1 for _ in self._keys(_standing()))

    def unsigned(self) -> Sequence[int]:
        """The keys of those without a credential now, in a fixed order; eight bytes for each.

        What was undone is signed again where somebody asks for it by name, and never by itself.
        """
        asked = bool({"offering", "awards"} & self.args.keys())
        return array("q", self._keys(_unsigned() if asked else _never_signed()))

    def _keys(self, rows: Any) -> Iterator[int]:
        keys = rows.order_by("pk").values_list("pk", flat=True)
        if "offering" in self.args:
            offering = Offering.objects.find(self.args["offering"])
            keys = keys.filter(enrolment__offering=offering)
        if not {"awards", "first"} & self.args.keys():
            yield from keys.iterator(chunk_size=AT_ONCE)
            return
        for names in self._names():
            yield from keys.filter(public_id__in=names)

    def _names(self) -> Iterator[list[str]]:
        if "awards" in self.args:
            names = list(self.args["awards"])
            yield from (names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE))
            return
        told = LedgerEntry.objects.filter(
            fact=assessment.AWARD_CONFERRED.name, number__lte=self.args["last"]
        ).order_by("number")
        number = self.args["first"] - 1
        while found := list(
            told.filter(number__gt=number).values_list("number", "subject")[:AT_ONCE]
        ):
            number = found[-1][0]
            yield [subject for _, subject in found]


def _standing() -> Any:
    return Award.objects.filter(withdrawn_on=None, enrolment__person__erased_on=None)


def _never_signed() -> Any:
    # Also one that was revoked counts: replacing it is a person's decision.
    return _standing().filter(~Exists(Credential.objects.filter(award=OuterRef("pk"))))


def _unsigned() -> Any:
    """Without a credential, or only with such as were undone before anybody heard of them."""
    heard_of = Q(issuance=None) | Q(issuance__undone_at=None)
    return _standing().filter(~Exists(Credential.objects.filter(heard_of, award=OuterRef("pk"))))


def anything_to_sign() -> bool:
    """Does an award of the institution at hand stand that never had a credential?"""
    return bool(_never_signed().exists())


def issues_by_itself() -> bool:
    """Does issuing follow the award in the institution at hand, or wait for a registrar?"""
    policy = IssuingPolicy.objects.first()
    return policy is None or bool(policy.automatic)


def count_awards(public_ids: Sequence[str], actor: Actor) -> int:
    """How many of these ids name an award of the actor's institution."""
    rows = Award.objects.for_actor(actor)
    return sum(
        rows.filter(public_id__in=public_ids[start : start + AT_ONCE]).count()
        for start in range(0, len(public_ids), AT_ONCE)
    )


@dataclass(frozen=True, slots=True)
class Due:
    """An award that is to be signed: what its credential will say. Rows would cost as much again."""

    award: int
    award_id: str
    conferred_on: date
    total: Decimal | None
    version: int
    person: int
    person_id: str
    name: str
    address: str | None = None


def awards_to_sign(awards: Sequence[int]) -> list[Due]:
    """Those of these awards that stand and have no credential, locked until they have one."""
    return _due(_unsigned().filter(pk__in=awards))


def award_to_sign_again(credential: Credential) -> Due | None:
    """The award behind a credential, locked; None when it does not stand or nobody is named."""
    found = _due(_standing().filter(pk=credential.award_id))
    return found[0] if found else None


def _due(rows: Any) -> list[Due]:
    told = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    found = [
        Due(*values)
        for values in told.values_list(
            "pk",
            "public_id",
            "conferred_on",
            "result__total",
            "enrolment__offering__version_id",
            "enrolment__person_id",
            "enrolment__person__public_id",
            "enrolment__person__full_name",
        )
    ]
    addresses = _addresses({one.person for one in found})
    return [replace(one, address=addresses.get(one.person)) for one in found]


def _addresses(people: set[int]) -> dict[int, str | None]:
    """The e-mail address that a credential states, by the key of the person."""
    found: dict[int, list[rules.Address]] = defaultdict(list)
    rows = EmailAddress.objects.filter(person_id__in=people)
    for person, address, kind, verified in rows.values_list(
        "person_id", "address", "kind", "verified_at"
    ):
        personal = kind == EmailAddress.Kind.PERSONAL
        found[person].append(rules.Address(address, personal, verified is not None))
    return {person: rules.address_to_state(some) for person, some in found.items()}


def address_stated(person: int) -> str:
    """Where a person is written to, by the key of the person; empty where there is no address."""
    return _addresses({person}).get(person) or ""


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


def achievement_of(public_id: str) -> AchievementView:
    """The version that a credential of the institution at hand is about."""
    return described(
        Credential.objects.values_list("award__enrolment__offering__version", flat=True).get(
            public_id=public_id
        )
    )


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
