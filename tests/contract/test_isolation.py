"""An institution sees its own rows; whatever it asks for of another's does not exist."""

import pytest
from django.apps import apps

from cairn.kernel import services
from cairn.kernel.actor import Actor
from cairn.kernel.change import change
from cairn.kernel.errors import NotFound
from cairn.kernel.models import LedgerEntry
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import within
from tests.support.isolation import crossings, leaks, owned_models, public_ids, selectors
from tests.support.kernel import console, institution, person, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(db):
    """An institution with a row in (nearly) every table."""
    from tests.support.campus import Campus

    campus = Campus()
    campus.offering().enrol("ada").mark(units=3, each=71).issue()
    return campus.institution


@pytest.fixture
def stranger(db):
    """Somebody of another institution who may do everything there."""
    south = institution("south")
    somebody = person(south)
    for role in Role:
        services.give_role(somebody, role=role, at=root(south), by=console(south))
    return Actor.of(somebody)


def test_no_selector_shows_a_row_of_another_institution(full, stranger):
    tried = dict(selectors())
    assert len(tried) > 20
    found = {
        name: given for name, select in tried.items() if (given := leaks(select, stranger, full))
    }
    assert found == {}


def test_every_selector_was_tried_with_something(full):
    """The test above proves nothing about a selector that wants what is not there."""
    filled = {model.__name__ for model, ids in public_ids(full).items() if ids}
    assert {
        "Proposal",
        "Version",
        "Review",
        "Offering",
        "Enrolment",
        "Award",
        "Credential",
    } <= filled


def test_no_row_is_found_or_changed_from_another_institution(full, stranger):
    with within(full):
        rows = [row for model in owned_models() for row in model.objects.all()[:3]]
        before = LedgerEntry.objects.count()
    assert len({type(row) for row in rows}) > 15
    for row in rows:
        assert not type(row).objects.for_actor(stranger).filter(pk=row.pk).exists()
        with pytest.raises(NotFound), change(row, by=stranger):
            pass
    with within(full):
        assert LedgerEntry.objects.count() == before


def test_no_row_leads_into_another_institution(full, stranger):
    assert crossings() == []


def test_every_room_was_looked_at():
    cairn = [app for app in apps.get_app_configs() if app.name.startswith("cairn.")]
    ours = {app.label for app in cairn if any(app.get_models())}  # doors have no rows
    assert {model._meta.app_label for model in owned_models()} == ours
