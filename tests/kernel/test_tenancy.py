"""Whose rows: forgetting to say so raises, and nothing crosses."""

import pytest

from cairn.kernel import bulk, services
from cairn.kernel.errors import NotFound
from cairn.kernel.models import EmailAddress, Membership, Person
from cairn.kernel.tenancy import CrossedInstitutions, UnscopedRead, current, within
from tests.support.isolation import crossings, owned_models
from tests.support.kernel import console, holder, person, root

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model._meta.label)
def test_a_read_that_says_nothing_of_whose_rows_raises(model):
    for read in (model.objects.all, model.objects.count, model.objects.first, model.objects.none):
        with pytest.raises(UnscopedRead, match=model._meta.label):
            read()


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model._meta.label)
def test_rows_are_those_of_the_institution(north, south, model):
    for actor in (console(north), console(south)):
        with within(actor.institution):
            inside = str(model.objects.all().query)
        assert str(model.objects.for_actor(actor).query) == inside
        assert f'"institution_id" = {actor.institution.pk}' in inside


def test_find_answers_alike_for_foreign_and_for_absent_rows(north, south):
    ada = person(north)
    assert Person.objects.for_actor(console(north)).find(ada.public_id) == ada
    answers = []
    for public_id in (ada.public_id, "per_00000000000000000000000000", "", "x"):
        with pytest.raises(NotFound) as missing:
            Person.objects.for_actor(console(south)).find(public_id)
        answers.append(str(missing.value))
        with within(south), pytest.raises(NotFound):
            Person.objects.find(public_id)
    assert {*answers} == {"There is no person here."}


def test_an_actor_of_another_institution_sees_nothing_even_inside(north, south):
    person(north)
    with within(north):
        assert Person.objects.for_actor(console(south)).count() == 0


def test_one_does_not_step_from_one_institution_into_another(north, south):
    with within(north), within(north):
        with pytest.raises(CrossedInstitutions), within(south):
            pass
        assert current() == north
    assert current() is None


def test_a_row_takes_the_institution_it_is_written_in(north, south):
    with within(north):
        row = Person.objects.create(full_name="Ada")
        assert row.institution == north
        with pytest.raises(CrossedInstitutions):
            Person.objects.create(full_name="Eve", institution=south)
        with pytest.raises(CrossedInstitutions):
            Person.objects.bulk_create([Person(full_name="Eve", institution=south)])
        with pytest.raises(CrossedInstitutions):
            bulk.insert(Person, [Person(full_name="Eve", institution=south)])
        with pytest.raises(CrossedInstitutions):
            Person.objects.update(institution=south)
    with within(south), pytest.raises(CrossedInstitutions):
        row.save()
    with within(south), pytest.raises(CrossedInstitutions):
        row.delete()
    with pytest.raises(UnscopedRead):
        Person(full_name="Eve").save()


def test_a_row_never_leads_to_one_of_another_institution(north, south):
    ada = person(south)
    with within(north):
        with pytest.raises(CrossedInstitutions, match=r"kernel\.EmailAddress\.person"):
            EmailAddress.objects.create(person=ada, address="a@b.example", kind="personal")
        with pytest.raises(CrossedInstitutions):
            bulk.insert(EmailAddress, [EmailAddress(person=ada, address="a@b.example")])
    with pytest.raises(CrossedInstitutions):
        services.give_role(ada, role="author", at=root(north), by=console(south))


def test_rows_that_cross_behind_our_back_are_found_by_the_helper(north, south):
    holder(north, services.Role.AUTHOR)
    assert crossings() == []
    Membership.objects.unscoped().update(org_unit_id=root(south).pk)
    assert crossings() == ["kernel.Membership.org_unit: 1"]
