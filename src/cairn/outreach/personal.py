"""What outreach keeps about people, and how it is erased."""

from __future__ import annotations

from typing import Final

from cairn.kernel.actor import Actor
from cairn.kernel.models import Person
from cairn.outreach.models import Face, Sharing

FIELDS: Final = {
    Sharing: {"visibility": "Who may see a credential. The row is deleted."},
    Face: {
        "about": "Not personal: about an organisation.",
        "contact": "Not personal: the address of an office.",
    },
}


def erase(person: Person, *, by: Actor) -> None:
    """Forget what the holder chose: nothing is left that could be seen."""
    rows = Sharing.objects.filter(credential__award__enrolment__person=person)
    rows.filter(institution=by.institution).delete()
