"""Planning, opening and closing offerings."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from cairn.delivery import facts, policies
from cairn.delivery.errors import CodeTaken, NotApproved, OfferingUnfit
from cairn.delivery.models import Kind, Offering
from cairn.delivery.states import OFFERING, OfferingState
from cairn.design.models import Version
from cairn.design.rules import approval_stands
from cairn.design.shape import Faulty, text
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import change
from cairn.kernel.text import line


def plan_offering(
    version: Version,
    *,
    code: str,
    starts_on: date,
    ends_on: date,
    title: str = "",
    kind: Kind | str = Kind.RUN,
    by: Actor,
) -> Offering:
    """Plan a run of an approved version. ``title`` is the micro-credential's, unless given."""
    with change(version, by=by) as record:
        by.must(policies.may_plan, version.achievement.org_unit_id)
        _must_be_approved(version, by)
        if ends_on < starts_on:
            raise OfferingUnfit(why=f"The last day ({ends_on}) is before the first ({starts_on}).")
        offering = Offering(
            institution=by.institution,
            version=version,
            code=_fit(code, 63, "code"),
            title=_fit(title or version.achievement.title, 300, "title"),
            kind=Kind(kind),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        try:
            with transaction.atomic():
                offering.save()
        except IntegrityError as exc:
            raise CodeTaken(code=offering.code) from exc
        record(
            facts.OFFERING_PLANNED,
            offering,
            version=version,
            kind=offering.kind,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return offering


def open_offering(offering: Offering, *, by: Actor) -> Offering:
    """Let an offering begin. Open already, it stays as it is."""
    with change(offering, by=by) as record:
        by.must(policies.may_plan, offering.org_unit_id)
        if offering.state != OfferingState.OPEN:
            OFFERING.move(offering, OfferingState.OPEN)
            _must_be_approved(offering.version, by)
            offering.save(update_fields=["state"])
            record(facts.OFFERING_OPENED, offering)
    return offering


def close_offering(offering: Offering, *, by: Actor) -> Offering:
    """Take no more learners; marks, results and awards go on. Closed already, it stays so."""
    with change(offering, by=by) as record:
        by.must(policies.may_plan, offering.org_unit_id)
        if offering.state != OfferingState.CLOSED:
            OFFERING.move(offering, OfferingState.CLOSED)
            offering.save(update_fields=["state"])
            record(facts.OFFERING_CLOSED, offering)
    return offering


def _must_be_approved(version: Version, by: Actor) -> None:
    today = clock.today(by.institution)
    if not approval_stands(version.approved_on, version.approved_until, on=today):
        raise NotApproved


def _fit(value: str, limit: int, what: str) -> str:
    try:
        fit = line(text(limit)(value) or "")
    except Faulty as exc:
        raise OfferingUnfit(
            why=f"The {what}: {exc.problems[0].message} {exc.problems[0].cure}"
        ) from exc
    if not fit:
        raise OfferingUnfit(why=f"An offering needs a {what}. Write one.")
    return fit
