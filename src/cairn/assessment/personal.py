"""What assessment keeps about people, and how it is erased."""

from __future__ import annotations

from typing import Final

from cairn.assessment.models import Award, Mark, Result
from cairn.kernel.actor import Actor
from cairn.kernel.models import Person

_ERASED: Final = "erased"

FIELDS: Final = {
    Mark: {
        "task": "The key of a task; the score beside it is how the learner did. The row is deleted.",
    },
    Result: {
        "detail": "The marks that were judged, to explain the result. The row is deleted.",
    },
    Award: {"reason": "Why it was withdrawn, which may tell a story. Replaced by one word."},
}


def erase(person: Person, *, by: Actor) -> None:
    """Marks and results go. The award stays, because the proof of issue hangs on it."""
    awards = Award.objects.for_actor(by).filter(enrolment__person=person)
    awards.exclude(withdrawn_on=None).update(reason=_ERASED)
    awards.update(result=None, result_at_withdrawal=None)
    for model in (Mark, Result):
        model.objects.for_actor(by).filter(enrolment__person=person).delete()
