"""What delivery keeps about people, and how it is erased."""

from __future__ import annotations

from typing import Final

from django.db.models import F

from cairn.delivery.models import Enrolment, Offering
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
}


def erase(person: Person, *, by: Actor) -> None:
    """The rows stay, because awards hang on them; they lead to a person without a name."""
    Enrolment.objects.for_actor(by).filter(person=person).update(source_key=F("public_id"))
