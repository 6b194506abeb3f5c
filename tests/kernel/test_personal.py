"""Erasing a person leaves rows that lead to nobody, and says so in the ledger."""

from datetime import date

import pytest

from cairn.kernel import personal, services
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import (
    Account,
    Delegation,
    EmailAddress,
    LedgerEntry,
    Membership,
    Notice,
    Person,
)
from cairn.kernel.tenancy import within
from tests.support.kernel import console, holder, person, root, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(north):
    by = console(north)
    ada = services.add_person(
        north,
        full_name="Ada Lovelace",
        given_name="Ada",
        family_name="Lovelace",
        address="ada@x.example",
        by=by,
    )
    services.create_account(ada, login="ada@x.example", password="difference", by=by)
    services.give_role(ada, role="reviewer", at=root(north), by=by)
    services.delegate(
        ada,
        receiver=person(north, "Bob"),
        permission="quality.decide",
        at=root(north),
        until=date(2999, 1, 1),
        by=by,
    )
    with within(north):
        entry = LedgerEntry.objects.first()
    services.notify(ada, entry)
    services.notify(ada, entry)
    return ada


def test_nothing_is_left_but_an_empty_row(north, ada):
    personal.erase_person(ada, by=holder(north, services.Role.ADMINISTRATOR))
    with within(north):
        row = Person.objects.get(pk=ada.pk)
        assert (row.given_name, row.family_name, row.full_name) == ("", "", "")
        assert row.erased_on is not None
        assert not EmailAddress.objects.filter(person=ada).exists()
        assert not Notice.objects.filter(person=ada).exists()
        assert not Membership.objects.filter(person=ada).exists()
        assert not Delegation.objects.exists()
        assert not Account.objects.exists()
        everything = str(list(LedgerEntry.objects.values()))
    assert told(north)[-1] == "person.erased"
    assert "ovelace" not in everything
    assert "ada@" not in everything
    assert verify_chain(north).intact


def test_an_erased_account_opens_nothing(north, ada):
    personal.erase_person(ada, by=console(north))
    assert not Actor.of(ada).holds("quality.decide")


def test_erasing_needs_permission(north, ada):
    with pytest.raises(Denied):
        personal.erase_person(ada, by=Actor.of(ada))
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"


def test_erasing_twice_is_erasing_once(north, ada):
    personal.erase_person(ada, by=console(north))
    personal.erase_person(ada, by=console(north))
    ada.refresh_from_db()
    assert ada.full_name == ""


def test_a_field_that_nobody_names_is_found(monkeypatch):
    told_of = {**personal.FIELDS}
    del told_of[EmailAddress]
    told_of[Person] = {"full_name": "x"}
    monkeypatch.setattr(personal, "FIELDS", told_of)
    found = personal.undeclared()
    assert [one for one in found if one.startswith("kernel.")] == [
        "kernel.Person.given_name",
        "kernel.Person.family_name",
        "kernel.EmailAddress.address",
    ]


def test_a_notice_is_shown_once_and_read_by_its_person(north, ada):
    with within(north):
        notice = Notice.objects.get(person=ada)
    assert notice.fact == "institution.created"
    with pytest.raises(Denied, match="someone else"):
        services.mark_read(notice, by=Actor.of(person(north)))
    services.mark_read(notice, by=Actor.of(ada))
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_one_keeps_ones_own_addresses_and_nobody_elses(north, ada):
    email = services.add_email(ada, address="Ada@Home.example", kind="personal", by=Actor.of(ada))
    assert email.address == "ada@home.example"
    services.verify_email(email, by=Actor.of(ada))
    services.verify_email(email, by=Actor.of(ada))
    assert told(north)[-2:] == ["email.added", "email.verified"]
    with pytest.raises(Denied):
        services.add_email(ada, address="b@x.example", kind="personal", by=Actor.of(person(north)))
    with pytest.raises(services.AddressTaken):
        services.add_email(ada, address="ADA@x.example", kind="personal", by=Actor.of(ada))
