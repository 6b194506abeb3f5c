"""Erasing what was signed about a person."""

from __future__ import annotations

from cairn.issuing.models import Credential, NameCorrection, SignedDocument
from cairn.kernel.actor import Actor
from cairn.kernel.change import change_many
from cairn.kernel.models import Person


def forget(person: Person, *, by: Actor) -> None:
    """Delete the signed documents of a person and blank the reasons; ``kernel.personal`` decides.

    Status goes on being published: whoever holds a copy can still ask whether it counts.
    """
    with change_many(by.institution, by=by):
        rows = Credential.objects.filter(award__enrolment__person=person)
        SignedDocument.objects.filter(credential__in=rows).delete()
        rows.update(reason="")
        NameCorrection.objects.filter(person=person).delete()
