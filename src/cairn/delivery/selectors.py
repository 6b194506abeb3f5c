"""Reads of delivery. Staff see what lies where they work; learners see their own enrolments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q

from cairn.delivery.models import (
    ColumnMatch,
    Enrolment,
    EnrolmentQuerySet,
    ImportDraft,
    Offering,
)
from cairn.delivery.rules import Directory, Known, Learner
from cairn.delivery.states import EnrolmentState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.models import EmailAddress
from cairn.kernel.reach import reach
from cairn.kernel.tenancy import OwnedQuerySet

T = TypeVar("T")

#: Keys in one query: below what SQLite takes, and few enough to be planned well by both.
AT_ONCE = 5_000
_STAFF = (
    "delivery.plan",
    "delivery.enrol",
    "assessment.mark",
    "assessment.release",
    "assessment.confer",
    "assessment.withdraw",
)


def offerings(actor: Actor) -> OwnedQuerySet[Offering]:
    """The offerings that this actor may know of: where they work, and those they learn in."""
    mine = Q(pk__in=[])
    if actor.person_id is not None:
        own = Enrolment.objects.for_actor(actor).filter(person_id=actor.person_id)
        mine = Q(Exists(own.filter(offering=OuterRef("pk"))))
    return (
        Offering.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit="version__achievement__org_unit") | mine)
        .select_related("version__achievement__org_unit", "institution")
        .order_by("-starts_on", "code")
    )


def offering_for(actor: Actor, public_id: str) -> Offering:
    return offerings(actor).find(public_id)


def taught(actor: Actor) -> OwnedQuerySet[Offering]:
    """The offerings that this actor works on; being a learner of one is not enough."""
    return (
        Offering.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit="version__achievement__org_unit"))
        .select_related("version__achievement__org_unit", "institution")
        .order_by("-starts_on", "code")
    )


def taught_for(actor: Actor, public_id: str) -> Offering:
    return taught(actor).find(public_id)


def class_of(actor: Actor, offering: Offering) -> EnrolmentQuerySet:
    """The enrolments of one offering that :func:`taught` gave, with their people."""
    return (
        Enrolment.objects.for_actor(actor)
        .filter(offering=offering)
        .select_related("person")
        .order_by("source_key")
    )


def drafts(actor: Actor) -> OwnedQuerySet[ImportDraft]:
    """The sheets that this actor uploaded and that are still kept, the newest first."""
    return (
        ImportDraft.objects.for_actor(actor)
        .filter(owner_id=actor.person_id, expires_at__gt=clock.now())
        .filter(reach(actor, *_STAFF, unit="offering__version__achievement__org_unit"))
        .select_related("offering__version__achievement__org_unit", "institution")
        .order_by("-pk")
    )


def remembered_columns(kind: str, titles: str) -> dict[int, str]:
    """What the columns of the last file with these titles (a digest) were said to be."""
    known = ColumnMatch.objects.filter(kind=kind, titles=titles).first()
    return {int(at): name for at, name in known.columns.items()} if known else {}


def offering_by_code(actor: Actor, code: str) -> Offering | None:
    """The offering with this code, if the actor may know of it."""
    return offerings(actor).filter(code=code).first()


def enrolments(actor: Actor) -> EnrolmentQuerySet:
    """The enrolments that this actor may see: where they work, and their own."""
    mine = Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    return (
        Enrolment.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit="offering__version__achievement__org_unit") | mine)
        .select_related("person", "offering__version__achievement__org_unit", "institution")
        .order_by("offering_id", "source_key")
    )


def enrolment_for(actor: Actor, public_id: str) -> Enrolment:
    return enrolments(actor).find(public_id)


def is_learner(offering: Offering, person_id: int | None) -> bool:
    """Is this person a learner of the offering, withdrawn or not?"""
    return (
        person_id is not None
        and Enrolment.objects.filter(offering=offering, person_id=person_id).exists()
    )


def directory(offering: Offering, learners: Sequence[Learner]) -> Directory:
    """Who of a class list is known already: by id here, by id elsewhere, by address anywhere."""
    here: dict[str, Known] = {}
    elsewhere: dict[str, list[Known]] = defaultdict(list)
    rows = list(_by_key(offering, [learner.key for learner in learners]))
    addresses = _addresses([learner.email for learner in learners if learner.email])
    # A person found by address alone may be in this offering under another id.
    owners = {one.person_id for one in addresses}
    people = owners.difference(row.person_id for row in rows if row.offering_id == offering.pk)
    rows += _by_person(offering, sorted(people))
    emails = _emails({row.person_id for row in rows} | owners)
    for row in rows:
        known = _known(row, offering, emails)
        if row.offering_id == offering.pk:
            here[row.source_key] = known
        else:
            elsewhere[row.source_key].append(known)
    owned = {
        one.address: Known(one.person_id, one.person.full_name, emails=emails[one.person_id])
        for one in addresses
    }
    _add_people_under_other_ids(offering, elsewhere, emails, here)
    return Directory(here, elsewhere, owned)


def _add_people_under_other_ids(
    offering: Offering,
    elsewhere: dict[str, list[Known]],
    emails: dict[int, frozenset[str]],
    here: dict[str, Known],
) -> None:
    """People known from elsewhere by an id that is in the list may be here under another one."""
    known = {one.person for one in here.values()}
    others = {one.person for group in elsewhere.values() for one in group} - known
    for row in _by_person(offering, sorted(others)):
        here[row.source_key] = _known(row, offering, emails)


def _known(row: Enrolment, offering: Offering, emails: dict[int, frozenset[str]]) -> Known:
    is_here = row.offering_id == offering.pk
    return Known(
        person=row.person_id,
        name=row.person.full_name,
        key=row.source_key,
        emails=emails.get(row.person_id, frozenset()),
        offering=row.offering.code,
        enrolment=row.pk if is_here else None,
        state=EnrolmentState(row.state) if is_here else None,
    )


def _by_key(offering: Offering, keys: Sequence[str]) -> Iterator[Enrolment]:
    for some in chunks(keys):
        yield from Enrolment.objects.filter(
            institution=offering.institution_id, source_key__in=some
        ).select_related("person", "offering")


def _by_person(offering: Offering, people: Sequence[int]) -> Iterator[Enrolment]:
    for some in chunks(people):
        yield from Enrolment.objects.filter(offering=offering, person_id__in=some).select_related(
            "person", "offering"
        )


def _addresses(addresses: Sequence[str]) -> list[EmailAddress]:
    found: list[EmailAddress] = []
    for some in chunks(addresses):
        found += EmailAddress.objects.filter(address__in=some).select_related("person")
    return found


def _emails(people: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {person: set() for person in people}
    for some in chunks(sorted(found)):
        rows = EmailAddress.objects.filter(person_id__in=some)
        for person, address in rows.values_list("person_id", "address"):
            found[person].add(address)
    return {person: frozenset(addresses) for person, addresses in found.items()}


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Values in lists that fit into one query."""
    stream = iter(values)
    while some := list(islice(stream, AT_ONCE)):
        yield some
