"""What the record of a credential shows: its verdict now, the chain behind it, and its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cairn.assessment.models import Mark, Result
from cairn.issuing import selectors
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.models import Credential, IssuerProfile
from cairn.kernel import clock
from cairn.kernel.models import LedgerEntry, Mail, Person
from cairn.vc.report import Verdict
from cairn.vc.verify import inspect

_FACTS: Final[dict[str, tuple[str | Promise, str]]] = {
    "mark.recorded": (_lazy("A mark was given"), ""),
    "mark.missing": (_lazy("It was stated that a task has no mark"), ""),
    "result.released": (_lazy("The result was released"), ""),
    "award.conferred": (_lazy("The award was conferred"), ""),
    "award.withdrawn": (_lazy("The award was withdrawn"), "bad"),
    "credential.issued": (_lazy("The credential was signed"), "good"),
    "credential.suspended": (_lazy("It was suspended"), "warn"),
    "credential.reinstated": (_lazy("It was reinstated"), "good"),
    "credential.revoked": (_lazy("It was revoked"), "bad"),
    "credential.replaced": (_lazy("Another credential took its place"), "info"),
    "credential.resent": (_lazy("The mail was asked for again"), ""),
}
_TONES: Final = {
    Verdict.GENUINE: "good",
    Verdict.EXPIRED: "warn",
    Verdict.SUSPENDED: "warn",
    Verdict.CANNOT_CHECK: "warn",
    Verdict.NOT_YET_VALID: "warn",
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: when, what, who."""

    at: datetime
    words: str
    tone: str
    who: str
    key: int


@dataclass(frozen=True, slots=True)
class TaskMark:
    title: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Record:
    """One credential with everything that a registrar asks about it."""

    sentence: str
    tone: str
    marks: tuple[TaskMark, ...]
    result: Result | None
    successor: Credential | None
    mails: tuple[Mail, ...]
    history: tuple[Step, ...]
    address: str
    has_document: bool


def read_record(credential: Credential) -> Record:
    """Gather a record; the number of queries does not depend on how long its history is."""
    award = credential.award
    newest: dict[str, Mark] = {}
    marks = list(Mark.objects.filter(enrolment=award.enrolment).order_by("number"))
    for mark in marks:
        newest[mark.task] = mark
    tasks = award.enrolment.offering.version.text.tasks
    results = list(Result.objects.filter(enrolment=award.enrolment).order_by("-number"))
    subjects = [credential.public_id, award.public_id]
    subjects += [one.public_id for one in (*marks, *results)]
    sentence, tone, present = _verdict(credential)
    return Record(
        sentence=sentence,
        tone=tone,
        marks=tuple(
            TaskMark(task.title or task.key, newest[task.key].score)
            for task in tasks
            if task.key in newest
        ),
        result=results[0] if results else None,
        successor=Credential.objects.filter(replaces=credential).first(),
        mails=tuple(Mail.objects.about(credential.public_id).defer("html", "context")),
        history=_history(subjects),
        address=selectors.address_stated(award.enrolment.person_id),
        has_document=present,
    )


def _verdict(credential: Credential) -> tuple[str, str, bool]:
    """What a stranger finds who checks it at this moment."""
    published = selectors.published_credential(credential.public_id)
    if published is None or published.raw is None:
        return _("The document was erased. Its id, hash and status stay."), "info", False
    issuer = IssuerProfile.objects.select_related("institution").get()
    report = inspect(published.raw, documents=OwnDocuments(issuer), at=clock.now())
    words = {
        Verdict.GENUINE: _("Genuine and current"),
        Verdict.EXPIRED: _("Genuine, expired"),
        Verdict.REVOKED: _("Revoked"),
        Verdict.CANNOT_CHECK: _("Cannot be checked now"),
    }
    sentence = words.get(report.verdict, report.sentence)
    if report.verdict is Verdict.REVOKED and credential.state == "replaced":
        sentence = _("Genuine, replaced by a newer one")
        return sentence, "info", True
    if report.verdict is Verdict.REVOKED and credential.state == "suspended":
        return _("Suspended"), "warn", True
    return sentence, _TONES.get(report.verdict, "bad"), True


def _history(subjects: list[str]) -> tuple[Step, ...]:
    entries = list(LedgerEntry.objects.about(*subjects))
    people = {
        person.public_id: person.full_name
        for person in Person.objects.filter(public_id__in={entry.actor for entry in entries})
    }
    return tuple(_told(entries, people))


def _together(entry: LedgerEntry) -> tuple[object, ...]:
    if entry.fact.startswith("mark."):
        return entry.fact, entry.actor, entry.at.date()
    return (entry.number,)


def _told(entries: list[LedgerEntry], people: dict[str, str]) -> Iterator[Step]:
    """One step for what the same person did in the same breath: five marks are one line."""
    for _key, group in groupby(entries, key=_together):
        same = list(group)
        last = same[-1]
        words, tone = _FACTS.get(last.fact, (last.fact, ""))
        if last.fact == "mark.recorded" and len(same) > 1:
            words = _("%(count)s marks were given") % {"count": len(same)}
        who = people.get(last.actor, "") or _("by itself")
        yield Step(last.at, str(words), tone, who, last.number)
