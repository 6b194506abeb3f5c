"""A corrected mark walks the same stairs at once: mark, result, award."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.assessment import policies, selectors
from cairn.assessment.models import Award, Mark, Result
from cairn.assessment.services.awards import Settled, settle, settled
from cairn.assessment.services.marks import Score, record_mark
from cairn.assessment.services.results import must_release, release
from cairn.delivery.models import Enrolment, Offering
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change


@dataclass(frozen=True, slots=True)
class Correction:
    """What a corrected mark led to. ``result`` is the one that counts now, if any was released."""

    mark: Mark
    result: Result | None
    awards: Settled


def correct_mark(enrolment: Enrolment, *, task: str, score: Score, by: Actor) -> Correction:
    """Give a newer mark, and let follow what was there before: a result, and what it carries.

    Needs the permission for each step that is taken; without one of them nothing changes.
    """
    offering = enrolment.offering
    with change(offering, by=by) as record:
        mark = record_mark(enrolment, task=task, score=score, by=by)
        awards = Settled()
        if selectors.newest_result(enrolment) is not None:
            must_release(offering, by)
            release({enrolment.pk: enrolment.public_id}, offering.version.text, record)
            awards = _settle(offering, enrolment, by=by, record=record)
        return Correction(mark, selectors.newest_result(enrolment), awards)


def _settle(offering: Offering, enrolment: Enrolment, *, by: Actor, record: Record) -> Settled:
    """Only where awards have been conferred before: the first time is a decision of its own."""
    if not Award.objects.of_offering(offering).exists():
        return Settled()
    count = settle(
        offering,
        [(enrolment.pk, enrolment.public_id, enrolment.state)],
        on=clock.today(by.institution),
        by=by,
        record=record,
    )
    if count["confer"]:
        by.must(policies.may_confer, selectors.case_facts(by, offering))
    return settled(count)
