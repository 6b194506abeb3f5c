"""Many rows at once are like rows that were saved one by one."""

import pytest
from django.db import IntegrityError, connection, transaction

from cairn.kernel import bulk, services
from cairn.kernel.errors import Denied
from cairn.kernel.models import ApiClient, EmailAddress, Institution, Person
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import within
from tests.support.kernel import console, holder, told

pytestmark = pytest.mark.django_db

STRANGE = "Zoë \\ 'x' \"y\" \t%s %% \u2028 𝔘 \\N \\. ,"


def test_values_come_back_as_they_went_in(north):
    with within(north):
        rows = [
            ApiClient(name=STRANGE, permissions=["a", {"b": [1, None, STRANGE]}], secret_hash="x"),
            ApiClient(name="", permissions=[], secret_hash="\n\t"),
        ]
        assert bulk.insert(ApiClient, rows) == 2
        for row in rows:
            found = ApiClient.objects.get(pk=row.pk)
            assert (found.name, found.permissions, found.secret_hash, found.revoked_on) == (
                row.name,
                row.permissions,
                row.secret_hash,
                None,
            )
            assert (found.public_id, found.institution_id) == (row.public_id, north.pk)


def test_rows_get_keys_that_single_rows_go_on_from(north):
    with within(north):
        before = Person.objects.create(full_name="before")
        rows = [Person(full_name=str(number)) for number in range(25)]
        assert bulk.insert(Person, iter(rows), chunk=10) == 25
        after = Person.objects.create(full_name="after")
        assert len({before.pk, after.pk, *(row.pk for row in rows)}) == 27
        assert [row.pk for row in rows] == sorted(row.pk for row in rows)
        rows[3].full_name = "changed"
        rows[3].save()
        assert Person.objects.get(pk=rows[3].pk).full_name == "changed"


def test_rows_may_lead_to_rows_of_the_same_batch(north):
    with within(north):
        people = [Person(full_name=str(number)) for number in range(3)]
        bulk.insert(Person, people)
        bulk.insert(
            EmailAddress, [EmailAddress(person=one, address=one.full_name) for one in people]
        )
        assert EmailAddress.objects.filter(person=people[1]).get().address == "1"


def test_one_bad_row_takes_all_back(north):
    with within(north):
        ada = Person.objects.create(full_name="Ada")
        twice = [EmailAddress(person=ada, address="a@b.example") for _ in range(2)]
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(EmailAddress, twice)
        assert EmailAddress.objects.count() == 0


def test_nothing_is_nothing(north, django_assert_num_queries):
    with within(north):
        assert bulk.insert(Person, []) == 0


def test_rows_stream_and_are_not_held(north):
    """What is asked of the source and what is in the table never drift further apart than a chunk."""
    with within(north):
        gaps = []

        def source():
            for number in range(40):
                gaps.append(number - Person.objects.count())
                yield Person(full_name=str(number))

        bulk.insert(Person, source(), chunk=10)
        assert max(gaps) == 9


def test_a_class_list_takes_the_same_queries_whatever_its_length(north):
    def queries(count):
        from django.test.utils import CaptureQueriesContext

        people = [
            services.NewPerson(f"P{number}", address=f"{count}-{number}@x.example")
            for number in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as found:
            services.add_people(north, people, by=console(north))
        return len(found)

    queries(2)
    few, many = queries(5), queries(500)
    # SQLite's log has a line for each row of an executemany; it is one statement all the same.
    assert many == few or (connection.vendor == "sqlite" and many - few < 5)


def test_an_address_that_is_taken_is_refused_and_nobody_is_added(north):
    by = console(north)
    services.add_person(north, full_name="Ada", address="Ada@x.example", by=by)
    before = told(north)
    with pytest.raises(services.AddressTaken) as refused:
        services.add_people(
            north,
            [services.NewPerson("Bob"), services.NewPerson("Eve", address=" ada@X.example")],
            by=by,
        )
    assert refused.value.code == "email.taken"
    assert told(north) == before
    with within(north):
        assert Person.objects.count() == 1


def test_an_address_is_free_in_another_institution(north, south):
    for owner in (north, south):
        services.add_person(owner, full_name="Ada", address="a@x.example", by=console(owner))
    assert EmailAddress.objects.unscoped().count() == 2


def test_only_some_may_add_people(north):
    services.add_person(north, full_name="Ada", by=holder(north, Role.REGISTRAR))
    with pytest.raises(Denied):
        services.add_person(north, full_name="Bob", by=holder(north, Role.TEACHER))


def test_two_institutions_cannot_share_a_short_name(north):
    with pytest.raises(services.InstitutionTaken) as refused:
        services.create_institution(name="Other", slug="north", country="de")
    assert (
        str(refused.value) == "There is an institution “north” already. Choose another short name."
    )
    assert Institution.objects.count() == 1
