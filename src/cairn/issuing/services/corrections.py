"""Names that were written wrongly: a holder asks, a registrar decides, credentials are replaced."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from cairn.issuing import facts, policies
from cairn.issuing.errors import (
    CorrectionDecided,
    CorrectionOpen,
    NameMissing,
    PersonErased,
    ReasonMissing,
)
from cairn.issuing.models import Credential, NameCorrection
from cairn.issuing.services.credentials import replace_for
from cairn.issuing.states import CORRECTION, CorrectionState
from cairn.kernel import clock, text
from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.change import change
from cairn.kernel.models import Person
from cairn.kernel.services import NewPerson

MOST_CHARACTERS = 2_000


def ask_name_correction(
    person: Person, *, wanted: str, note: str = "", by: Actor
) -> NameCorrection:
    """Ask the registrar to be named otherwise; one wish at a time."""
    with change(person, by=by) as record:
        by.must(policies.may_ask_name_correction, person.pk)
        name = text.line(wanted)[:400]
        if not name or name == person.full_name:
            raise NameMissing
        row = NameCorrection(
            person=person,
            wanted=name,
            note=note.replace("\0", "").strip()[:MOST_CHARACTERS],
            asked_at=clock.now(),
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as exc:
            raise CorrectionOpen from exc
        record(facts.NAME_CORRECTION_ASKED, row, person=person)
    return row


def decide_name_correction(
    correction: NameCorrection, *, accept: bool, wanted: str = "", reason: str = "", by: Actor
) -> list[Credential]:
    """Correct the name and replace every credential that stands, or refuse and say why.

    ``wanted`` is the name as the record has it, where that differs from what was asked for. Returns
    the new credentials.
    """
    with change(correction, by=by) as record:
        by.must(policies.may_correct_names)
        if correction.state != CorrectionState.ASKED:
            raise CorrectionDecided
        correction.decided_at = clock.now()
        correction.decided_by_id = by.person_id
        if not accept:
            if not reason.strip():
                raise ReasonMissing
            correction.reason = reason.replace("\0", "").strip()[:MOST_CHARACTERS]
            CORRECTION.move(correction, CorrectionState.REFUSED)
            correction.save()
            record(facts.NAME_CORRECTION_REFUSED, correction, person=correction.person)
            return []
        correction.wanted = text.line(wanted)[:400] or correction.wanted
        CORRECTION.move(correction, CorrectionState.DONE)
        correction.save()
        made = _correct(correction, by=by)
        record(facts.NAME_CORRECTION_DONE, correction, person=correction.person, credentials=made)
    return made


def _correct(correction: NameCorrection, *, by: Actor) -> list[Credential]:
    person = correction.person
    if person.erased_on is not None:
        raise PersonErased
    kernel.correct_people(by.institution, [(person, NewPerson(full_name=correction.wanted))], by=by)
    standing = Credential.objects.filter(award__enrolment__person=person).standing()
    return [
        replace_for(one, correction, reason="The name was corrected.", by=by)
        for one in standing.select_related("status_list").order_by("pk")
    ]
