"""A write is one transaction: rows, lock, and what happened."""

import pytest
from django.db import transaction

from cairn.kernel import services
from cairn.kernel.change import change, change_many
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.facts import PERSON_ADDED, ROLE_ENDED, ROLE_GIVEN
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import LedgerEntry, LedgerHead, OrgUnit, Person
from cairn.kernel.tenancy import CrossedInstitutions, current, within
from tests.support.kernel import console, person, root, told

pytestmark = pytest.mark.django_db


def test_a_new_institution_has_a_tree_and_a_ledger(north):
    assert told(north) == ["institution.created", "org_unit.added"]
    assert root(north).path == f"/{root(north).pk}/"
    assert verify_chain(north).intact


def test_entries_are_written_in_order_when_the_block_ends(north):
    ada = person(north)
    with change(ada, by=console(north)) as record:
        record(ROLE_GIVEN, ada, role="author")
        record(ROLE_ENDED, ada)
        assert told(north)[-1] == "person.added"
    assert told(north)[-2:] == ["role.given", "role.ended"]
    with within(north):
        entry = LedgerEntry.objects.about(ada.public_id).get(fact="role.given")
    assert (entry.actor, entry.subject, entry.data) == (
        "command-line",
        ada.public_id,
        {"role": "author"},
    )


def test_a_refused_change_leaves_no_row_and_no_entry(north):
    ada = person(north)
    before = told(north), LedgerHead.objects.get(institution=north).hash
    with pytest.raises(Refused), change(ada, by=console(north)) as record:
        ada.full_name = "Someone else"
        ada.save()
        record(ROLE_GIVEN, ada)
        raise Refused("no", "No.")
    ada.refresh_from_db()
    assert ada.full_name == "Ada"
    assert (told(north), LedgerHead.objects.get(institution=north).hash) == before


def test_a_change_inside_a_change_joins_it(north):
    ada = person(north)
    with change_many(north, by=console(north)) as record:
        record(PERSON_ADDED, ada)
        with change(ada, by=console(north)) as inner:
            inner(ROLE_GIVEN, ada)
        record(ROLE_ENDED, ada)
        assert told(north)[-1] == "person.added"
    assert told(north)[-3:] == ["person.added", "role.given", "role.ended"]


def test_an_inner_change_that_is_refused_takes_only_its_own_entries_back(north):
    ada = person(north)
    with change_many(north, by=console(north)) as record:
        record(ROLE_GIVEN, ada)
        with pytest.raises(Refused), change(ada, by=console(north)) as inner:
            services.add_person(north, full_name="Lost", by=console(north))
            inner(ROLE_ENDED, ada)
            raise Refused("no", "No.")
    assert told(north)[-1] == "role.given"
    with within(north):
        assert not Person.objects.filter(full_name="Lost").exists()


def test_an_outer_rollback_takes_the_chain_back_too(north):
    ada = person(north)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with change(ada, by=console(north)) as record:
            record(ROLE_GIVEN, ada)
        raise ZeroDivisionError
    assert told(north)[-1] == "person.added"
    with change(ada, by=console(north)) as record:
        record(ROLE_ENDED, ada)
    assert verify_chain(north).intact


def test_a_row_of_another_institution_is_not_found(north, south):
    ada = person(north)
    with pytest.raises(NotFound) as stranger, change(ada, by=console(south)):
        pass
    with within(north):
        Person.objects.filter(pk=ada.pk).delete()
    with pytest.raises(NotFound) as gone, change(ada, by=console(north)):
        pass
    assert str(stranger.value) == str(gone.value) == "There is no person here."


def test_the_row_is_read_again_under_the_lock(north):
    ada = person(north)
    with within(north):
        Person.objects.filter(pk=ada.pk).update(full_name="Ada L.")
    with change(ada, by=console(north)):
        assert ada.full_name == "Ada L."


def test_reading_again_keeps_the_neighbours_that_were_fetched(north, django_assert_num_queries):
    unit = services.add_org_unit(root(north), name="Science", kind="faculty", by=console(north))
    with within(north):
        unit = OrgUnit.objects.select_related("parent").get(pk=unit.pk)
    with change(unit, by=console(north)), django_assert_num_queries(0):
        assert unit.parent.name == "University of North"


def test_inside_a_change_the_institution_is_said(north, south):
    ada = person(north)
    with change(ada, by=console(north)):
        assert current() == north
        with pytest.raises(CrossedInstitutions), change(person(north), by=console(north)) as record:
            record(PERSON_ADDED, root(south))
    assert current() is None


def test_what_runs_on_commit_finds_no_institution_and_no_open_change(
    north, django_capture_on_commit_callbacks
):
    found = []
    with (
        django_capture_on_commit_callbacks(execute=True),
        change(person(north), by=console(north)),
    ):
        transaction.on_commit(lambda: found.append(current()))
    assert found == [None]


def test_a_denied_service_changes_nothing(north):
    nobody = services.Actor.of(person(north))
    before = told(north)
    with pytest.raises(Denied) as denied:
        services.add_org_unit(root(north), name="Mine", kind="school", by=nobody)
    assert str(denied.value) == (
        "You may not do this here: keep people, org units, roles and API clients. "
        "It comes with the role administrator."
    )
    assert told(north) == before
    with within(north):
        assert OrgUnit.objects.count() == 1
