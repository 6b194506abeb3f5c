"""The migration operation that keeps versions as they were written, taken back and made again."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations.state import ProjectState

from cairn.design.frozen import Frozen
from cairn.design.models import Version

OPERATION = Frozen("Version", once="approved_on", fills=["approved_until"])

pytestmark = pytest.mark.django_db(transaction=True)


def forge(version, title):
    """What somebody at the database's own prompt would do."""
    with transaction.atomic():
        Version.objects.unscoped().filter(pk=version.pk).update(content={"title": title})


def operate(operate):
    state = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        operate("design", editor, state, state)


def test_the_trigger_can_be_taken_back_and_made_again(campus):
    version = campus.submitted().version
    with pytest.raises(DatabaseError):
        forge(version, "Forged")
    operate(OPERATION.database_backwards)
    forge(version, "Forged")
    operate(OPERATION.database_forwards)
    with pytest.raises(DatabaseError):
        forge(version, "Again")
    version.refresh_from_db()
    assert version.content == {"title": "Forged"}


def test_the_operation_says_what_it_does():
    assert OPERATION.describe() == "Let Version stand as it was written"
