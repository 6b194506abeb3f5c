"""Enrolling one person, and what may become of an enrolment."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from cairn.delivery import facts, policies
from cairn.delivery.errors import EnrolledAlready, KeyTaken, KeyUnfit, OfferingClosed
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.states import ENROLMENT, EnrolmentState, OfferingState
from cairn.design.shape import Faulty, text
from cairn.kernel.actor import Actor
from cairn.kernel.change import change
from cairn.kernel.facts import Fact
from cairn.kernel.models import Person
from cairn.kernel.text import line


def enrol(offering: Offering, *, person: Person, source_key: str, by: Actor) -> Enrolment:
    """Enrol one person under the id that class lists know them by; twice is once."""
    key = _fit(source_key)
    with change(offering, by=by) as record, change(person, by=by):
        by.must(policies.may_enrol, offering.org_unit_id)
        there = Enrolment.objects.filter(offering=offering, person=person).first()
        if there is not None:
            if there.source_key != key:
                raise EnrolledAlready(key=there.source_key)
            return reinstate(there, by=by)
        if offering.state == OfferingState.CLOSED:
            raise OfferingClosed
        enrolment = Enrolment(offering=offering, person=person, source_key=key)
        try:
            with transaction.atomic():
                enrolment.save()
        except IntegrityError as exc:
            raise KeyTaken(key=key) from exc
        record(facts.ENROLMENT_ADDED, enrolment, offering=offering, person=person)
    return enrolment


def withdraw(enrolment: Enrolment, *, by: Actor) -> Enrolment:
    """Let a learner leave. Who has left already stays so; who has completed cannot leave."""
    return _move(enrolment, EnrolmentState.WITHDRAWN, facts.ENROLMENT_WITHDRAWN, by=by)


def reinstate(enrolment: Enrolment, *, by: Actor) -> Enrolment:
    """Let a learner who had left take part again, while the offering is not closed."""
    if enrolment.state == EnrolmentState.COMPLETED:
        return enrolment
    return _move(enrolment, EnrolmentState.ENROLLED, facts.ENROLMENT_REINSTATED, by=by)


def complete(enrolment: Enrolment, *, by: Actor) -> Enrolment:
    """Say that a learner reached the end, with an award or without."""
    return _move(enrolment, EnrolmentState.COMPLETED, facts.ENROLMENT_COMPLETED, by=by)


def _move(enrolment: Enrolment, to: EnrolmentState, fact: Fact, *, by: Actor) -> Enrolment:
    with change(enrolment, by=by) as record:
        by.must(policies.may_enrol, enrolment.offering.org_unit_id)
        if enrolment.state != to:
            ENROLMENT.move(enrolment, to)
            if to is EnrolmentState.ENROLLED and enrolment.offering.state == OfferingState.CLOSED:
                raise OfferingClosed
            enrolment.save(update_fields=["state"])
            record(fact, enrolment, offering=enrolment.offering)
    return enrolment


def _fit(source_key: str) -> str:
    try:
        key = line(text(100)(source_key) or "")
    except Faulty as exc:
        raise KeyUnfit(why=f"The id: {exc.problems[0].message} {exc.problems[0].cure}") from exc
    if not key:
        raise KeyUnfit(why="A learner needs an id. Write the student number.")
    return key
