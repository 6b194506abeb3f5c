"""What delivery keeps about people, and how it is erased."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q

from cairn.delivery.models import ColumnMatch, Enrolment, ImportDraft, Offering
from cairn.kernel.actor import Actor
from cairn.kernel.models import Person

FIELDS: Final = {
    Offering: {
        "code": "Not personal: the short name of a run.",
        "title": "Not personal: the name of a run.",
    },
    Enrolment: {
        "source_key": "The student number, to recognise the learner in lists. "
        "Replaced by the id of the row.",
    },
    ImportDraft: {
        "file_name": "To recognise the upload. The row is deleted.",
        "raw": "An uploaded sheet, with names and marks, for a day. The row is deleted.",
        "columns": "Not personal: which column is what. The row is deleted.",
        "edits": "Corrections of cells of the sheet. The row is deleted.",
        "without": "Not personal: numbers of rows left out. The row is deleted.",
        "outcome": "What the import did, to undo it. The row is deleted.",
    },
    ColumnMatch: {
        "titles": "Not personal: a digest of column titles.",
        "columns": "Not personal: which column is what.",
    },
}


def erase(person: Person, *, by: Actor) -> None:
    """The rows stay, because awards hang on them; they lead to a person without a name.
    Uploaded sheets go."""
    here = Enrolment.objects.for_actor(by).filter(person=person).values("offering")
    drafts = ImportDraft.objects.for_actor(by)
    # Somebody else's upload for the same offering may name this person too.
    drafts.filter(Q(owner=person) | Q(offering__in=here)).delete()
    Enrolment.objects.for_actor(by).filter(person=person).update(source_key=F("public_id"))
