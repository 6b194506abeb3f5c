"""What follows in assessment when something happened in delivery."""

from __future__ import annotations

from cairn.assessment import services
from cairn.delivery import facts
from cairn.kernel.actor import Actor
from cairn.kernel.events import on
from cairn.kernel.models import LedgerEntry


@on(facts.ENROLMENT_WITHDRAWN)
def withdraw_awards_of_those_who_left(entries: list[LedgerEntry]) -> None:
    """An award rests on an enrolment; who was never part of it has not earned it."""
    institution = entries[0].institution
    by = Actor.system("follow-enrolments", institution=institution)
    services.withdraw_awards_of_withdrawn([entry.subject for entry in entries], by=by)
