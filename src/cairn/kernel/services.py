"""Verbs on institutions, units, people, roles and clients; the writers of these tables."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from cairn.kernel import bulk, clock, facts, policies, text
from cairn.kernel.actor import Actor
from cairn.kernel.change import change, change_many
from cairn.kernel.errors import Refused
from cairn.kernel.ledger import START
from cairn.kernel.models import (
    Account,
    ApiClient,
    Delegation,
    EmailAddress,
    Institution,
    LedgerEntry,
    LedgerHead,
    Membership,
    Notice,
    OrgUnit,
    Person,
)
from cairn.kernel.permissions import PERMISSIONS, Role
from cairn.kernel.tenancy import within


class InstitutionTaken(Refused):
    """Another institution has this short name already."""

    code = "institution.taken"
    message = "There is an institution “{slug}” already. Choose another short name."


class InstitutionUnfit(Refused):
    """An institution was given a name, country or time zone that it cannot have."""

    code = "institution.unfit"
    message = (
        "Give a name, the country in two letters (such as IE), and a time zone (Europe/Dublin)."
    )


class AddressTaken(Refused):
    """Another person has this e-mail address already."""

    code = "email.taken"
    message = "This address belongs to another person here. Use another, or merge the two people."


class LoginTaken(Refused):
    """Another account signs in with this address, or the person has an account already."""

    code = "account.taken"
    message = "This person has an account, or someone else signs in with this address."


class UnknownPermissions(Refused):
    """A client was to receive permissions that do not exist."""

    code = "client.permissions"
    message = "There are no such permissions: {names}."


class WrongDates(Refused):
    """A role or delegation would end before it starts."""

    code = "membership.dates"
    message = "The last day ({until}) is before the first ({since})."


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of someone who is not in the tables yet."""

    full_name: str
    given_name: str = ""
    family_name: str = ""
    address: str = ""
    kind: str = EmailAddress.Kind.INSTITUTIONAL


def create_institution(
    *, name: str, slug: str, country: str, time_zone: str = "UTC"
) -> Institution:
    """Set up an institution with the root of its tree and the start of its ledger."""
    with transaction.atomic():
        if Institution.objects.filter(slug=slug).exists():
            raise InstitutionTaken(slug=slug)
        institution = Institution.objects.create(
            name=text.line(name),
            slug=slug,
            country=country.upper(),
            time_zone=time_zone,
            created_at=clock.now(),
        )
        LedgerHead.objects.create(institution=institution, hash=START)
        by = Actor.system("create-institution", institution=institution)
        with change(institution, by=by) as record:
            record(facts.INSTITUTION_CREATED, institution)
            unit = OrgUnit(name=institution.name, kind=OrgUnit.Kind.INSTITUTION)
            record(facts.ORG_UNIT_ADDED, _plant(unit, "/"))
    return institution


def change_institution(
    institution: Institution, *, name: str, country: str, time_zone: str, by: Actor
) -> Institution:
    """Write name, country and time zone anew. What was signed keeps what it says."""
    name, country = text.line(name), country.strip().upper()
    fits = bool(name) and re.fullmatch("[A-Z]{2}", country) is not None
    if not fits or time_zone not in available_timezones():
        raise InstitutionUnfit
    with change(institution, by=by) as record:
        by.must(policies.may_administer)
        OrgUnit.objects.filter(parent=None, name=institution.name).update(name=name)
        institution.name, institution.country, institution.time_zone = name, country, time_zone
        institution.save(update_fields=["name", "country", "time_zone"])
        record(facts.INSTITUTION_CHANGED, institution)
    return institution


def add_org_unit(parent: OrgUnit, *, name: str, kind: str, by: Actor) -> OrgUnit:
    """Let a faculty or school join the tree."""
    with change(parent, by=by) as record:
        by.must(policies.may_administer, parent)
        unit = _plant(OrgUnit(parent=parent, name=text.line(name), kind=kind), parent.path)
        record(facts.ORG_UNIT_ADDED, unit, parent=parent)
    return unit


def _plant(unit: OrgUnit, above: str) -> OrgUnit:
    unit.save()
    unit.path = f"{above}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def add_person(
    institution: Institution,
    *,
    full_name: str,
    given_name: str = "",
    family_name: str = "",
    address: str = "",
    kind: str = EmailAddress.Kind.INSTITUTIONAL,
    by: Actor,
) -> Person:
    """Make a person known, with an e-mail address if there is one."""
    new = NewPerson(full_name, given_name, family_name, address, kind)
    return add_people(institution, [new], by=by)[0]


def add_people(institution: Institution, people: Iterable[NewPerson], *, by: Actor) -> list[Person]:
    """Make many people known at once, in the order given."""
    with change_many(institution, by=by) as record:
        by.must(policies.may_add_people)
        news = list(people)
        rows = [
            Person(
                full_name=text.line(new.full_name),
                given_name=text.line(new.given_name),
                family_name=text.line(new.family_name),
            )
            for new in news
        ]
        bulk.insert(Person, rows)
        emails = [
            EmailAddress(person=row, address=text.address(new.address), kind=new.kind)
            for row, new in zip(rows, news, strict=True)
            if new.address
        ]
        _insert_emails(emails)
        for row in rows:
            record(facts.PERSON_ADDED, row)
        for email in emails:
            record(facts.EMAIL_ADDED, email, person=email.person)
    return rows


def correct_people(
    institution: Institution, news: Iterable[tuple[Person, NewPerson]], *, by: Actor
) -> list[Person]:
    """Write the names of people who are known anew, and add an address that is not theirs yet.

    A list that names learners is where a changed name first shows; a blank one changes nothing.
    """
    with change_many(institution, by=by) as record:
        by.must(policies.may_add_people)
        corrected = [(person, new) for person, new in news if person.erased_on is None]
        emails = []
        for person, new in corrected:
            name = text.line(new.full_name)
            if name and name != person.full_name:
                person.full_name = name
                record(facts.PERSON_CORRECTED, person)
            if new.address:
                address = text.address(new.address)
                emails.append(EmailAddress(person=person, address=address, kind=new.kind))
        Person.objects.bulk_update([person for person, _ in corrected], ["full_name"], 500)
        _insert_emails(emails)
        for email in emails:
            record(facts.EMAIL_ADDED, email, person=email.person)
    return [person for person, _ in corrected]


def _insert_emails(emails: Sequence[EmailAddress]) -> None:
    try:
        bulk.insert(EmailAddress, emails)
    except IntegrityError as exc:
        raise AddressTaken from exc


def add_email(person: Person, *, address: str, kind: str, by: Actor) -> EmailAddress:
    """Add an address of a person who is known."""
    with change(person, by=by) as record:
        by.must(policies.may_keep_person, person)
        email = EmailAddress(person=person, address=text.address(address), kind=kind)
        _insert_emails([email])
        record(facts.EMAIL_ADDED, email, person=person)
    return email


def verify_email(email: EmailAddress, *, by: Actor) -> EmailAddress:
    """Note that the person was reached at the address."""
    with change(email, by=by) as record:
        by.must(policies.may_keep_person, email.person)
        if email.verified_at is None:
            email.verified_at = clock.now()
            email.save(update_fields=["verified_at"])
            record(facts.EMAIL_VERIFIED, email, person=email.person)
    return email


def create_account(
    person: Person, *, login: str, password: str | None = None, by: Actor
) -> Account:
    """Let a person sign in; without a password, only through another sign-in."""
    with change(person, by=by) as record:
        by.must(policies.may_administer)
        account = Account(person=person, login=text.address(login))
        account.set_password(password)
        try:
            with transaction.atomic():
                account.save()
        except IntegrityError as exc:
            raise LoginTaken from exc
        record(facts.ACCOUNT_CREATED, account, person=person)
    return account


def change_login(account: Account, *, login: str, by: Actor) -> Account:
    """Let a person sign in with another address."""
    with change(account.person, by=by) as record:
        by.must(policies.may_administer)
        account.login = text.address(login)
        try:
            with transaction.atomic():
                account.save(update_fields=["login"])
        except IntegrityError as exc:
            raise LoginTaken from exc
        record(facts.LOGIN_CHANGED, account, person=account.person)
    return account


def give_role(
    person: Person,
    *,
    role: Role | str,
    at: OrgUnit,
    since: date | None = None,
    until: date | None = None,
    by: Actor,
) -> Membership:
    """Let a person hold a role at a unit and below, from a day (today) to a last day (open)."""
    with change(person, by=by) as record:
        by.must(policies.may_administer, at)
        first = since or clock.today(by.institution)
        _in_order(first, until)
        membership = Membership.objects.create(
            person=person, org_unit=at, role=Role(role).value, since=first, until=until
        )
        record(
            facts.ROLE_GIVEN,
            membership,
            person=person,
            role=membership.role,
            org_unit=at,
            since=first,
            until=until,
        )
    return membership


def end_role(membership: Membership, *, on: date, by: Actor) -> Membership:
    """Let a role end; ``on`` is its last day."""
    with change(membership, by=by) as record:
        by.must(policies.may_administer, membership.org_unit)
        _in_order(membership.since, on)
        membership.until = on
        membership.save(update_fields=["until"])
        record(facts.ROLE_ENDED, membership, until=on)
    return membership


def delegate(
    giver: Person,
    *,
    receiver: Person,
    permission: str,
    at: OrgUnit,
    until: date,
    since: date | None = None,
    by: Actor,
) -> Delegation:
    """Lend a permission, that the giver holds by role, to someone until a last day."""
    with change(giver, by=by) as record:
        by.must(policies.may_delegate, giver, permission, at)
        first = since or clock.today(by.institution)
        _in_order(first, until)
        lent = Delegation.objects.create(
            giver=giver,
            receiver=receiver,
            permission=permission,
            org_unit=at,
            since=first,
            until=until,
        )
        record(
            facts.PERMISSION_DELEGATED,
            lent,
            giver=giver,
            receiver=receiver,
            permission=permission,
            org_unit=at,
            since=first,
            until=until,
        )
    return lent


def end_delegation(lent: Delegation, *, on: date, by: Actor) -> Delegation:
    """Take a lent permission back; ``on`` is its last day."""
    with change(lent, by=by) as record:
        by.must(policies.may_delegate, lent.giver, lent.permission, lent.org_unit)
        _in_order(lent.since, on)
        lent.until = on
        lent.save(update_fields=["until"])
        record(facts.DELEGATION_ENDED, lent, until=on)
    return lent


def create_client(
    institution: Institution, *, name: str, permissions: Iterable[str], by: Actor
) -> tuple[ApiClient, str]:
    """Give a program permissions of its own. Its secret is returned once and not kept."""
    wanted = sorted(set(permissions))
    unknown = [one for one in wanted if one not in PERMISSIONS]
    if unknown:
        raise UnknownPermissions(names=", ".join(unknown))
    secret = secrets.token_urlsafe(32)
    with change_many(institution, by=by) as record:
        by.must(policies.may_administer)
        client = ApiClient.objects.create(
            name=text.line(name), permissions=wanted, secret_hash=_digest(secret)
        )
        record(facts.CLIENT_CREATED, client, permissions=wanted)
    return client, secret


def revoke_client(client: ApiClient, *, by: Actor) -> ApiClient:
    """Take all permissions from a program."""
    with change(client, by=by) as record:
        by.must(policies.may_administer)
        if client.revoked_on is None:
            client.revoked_on = clock.today(by.institution)
            client.save(update_fields=["revoked_on"])
            record(facts.CLIENT_REVOKED, client)
    return client


def secret_fits(client: ApiClient, secret: str) -> bool:
    """Is this the secret that the program was given?"""
    return client.revoked_on is None and secrets.compare_digest(client.secret_hash, _digest(secret))


def notify(person: Person, entry: LedgerEntry) -> Notice:
    """Show a fact to a person when they next sign in; twice is once."""
    with within(person.institution):
        notice, _ = Notice.objects.get_or_create(
            person=person, entry=entry, defaults={"fact": entry.fact}
        )
    return notice


def mark_read(notice: Notice, *, by: Actor) -> Notice:
    """Note that the person saw it. Reading is nobody's business, so no fact is recorded."""
    with change(notice, by=by):
        by.must(policies.may_read_notice, notice.person)
        if notice.read_at is None:
            notice.read_at = clock.now()
            notice.save(update_fields=["read_at"])
    return notice


def _in_order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise WrongDates(since=since, until=until)


def _digest(secret: str) -> str:
    # The secret is 256 random bits: there is nothing for a slow hash to slow down.
    return hashlib.sha256(secret.encode()).hexdigest()
