"""One person in a cohort: marks with their history, corrections with their consequences, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cairn.assessment import marksheet, preview
from cairn.assessment import progress as measuring
from cairn.assessment import selectors as assessment
from cairn.assessment import services as assessing
from cairn.assessment.models import Award, Mark
from cairn.assessment.preview import Consequence
from cairn.delivery import selectors, services
from cairn.delivery.models import Enrolment, Offering
from cairn.design.content import Task
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.models import EmailAddress
from cairn.sheet import Table
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.teach.cohort import result_words
from cairn.web.teach.forms import CorrectForm, EnrolForm, ReasonForm
from cairn.web.teach.reading import Rights, rights


@dataclass(frozen=True, slots=True)
class TaskHistory:
    """One task of one person: the marks ever given, the newest first."""

    task: Task
    marks: tuple[Any, ...]

    @property
    def newest(self) -> Any:
        return self.marks[0] if self.marks else None


def _find(request: PageRequest, offering: str, enrolment: str) -> tuple[Offering, Enrolment]:
    row = selectors.taught_for(request.actor, offering)
    found: Any = selectors.class_of(request.actor, row)
    person = measuring.staged(found, [row]).find(enrolment)
    person.offering = row
    return row, person


@signed_in
def person(request: PageRequest, offering: str, enrolment: str) -> HttpResponse:
    row, one = _find(request, offering, enrolment)
    return _page(request, row, one)


def _page(
    request: PageRequest, row: Offering, one: Any, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    marks: dict[str, list[Any]] = {}
    for mark in Mark.objects.filter(enrolment=one).select_related("given_by").order_by("-number"):
        marks.setdefault(mark.task, []).append(mark)
    content = row.version.text
    word, tone = result_words(one)
    return page(
        request,
        "teach/person.html",
        offering=row,
        enrolment=one,
        tasks=[TaskHistory(task, tuple(marks.get(task.key, ()))) for task in content.tasks],
        explained=assessment.judgement(one).explain(),
        result=assessment.newest_result(one),
        word=word,
        tone=tone,
        awards=list(Award.objects.filter(enrolment=one).order_by("-pk")),
        addresses=list(EmailAddress.objects.filter(person=one.person_id).order_by("pk")),
        rights=rights(request.actor, row),
        refusal=refusal,
        status=status,
    )


@signed_in
def withdraw(request: PageRequest, offering: str, enrolment: str) -> HttpResponse:
    row, one = _find(request, offering, enrolment)
    may = rights(request.actor, row)
    refusal = ""
    if request.method == "POST":
        try:
            services.withdraw(one, by=request.actor)
        except (Refused, Denied) as exc:
            refusal = str(exc)
        else:
            said = _("%(name)s is withdrawn. Reinstate them on this page if that was a slip.")
            messages.success(request, said % {"name": one.person.full_name})
            return redirect("teach:person", row.public_id, one.public_id)
    return page(
        request,
        "teach/withdraw.html",
        offering=row,
        enrolment=one,
        may=may.enrol,
        refusal=refusal,
        status=409 if refusal else 200,
    )


@signed_in
def reinstate(request: PageRequest, offering: str, enrolment: str) -> HttpResponse:
    row, one = _find(request, offering, enrolment)
    if request.method != "POST":
        return redirect("teach:person", row.public_id, one.public_id)
    try:
        services.reinstate(one, by=request.actor)
    except (Refused, Denied) as exc:
        return _page(request, row, one, refusal=str(exc), status=409)
    messages.success(request, _("%(name)s takes part again.") % {"name": one.person.full_name})
    return redirect("teach:person", row.public_id, one.public_id)


@signed_in
def take_back(request: PageRequest, offering: str, enrolment: str) -> HttpResponse:
    """Withdraw the award that stands, for a reason."""
    row, one = _find(request, offering, enrolment)
    award = assessment.standing_award(one)
    if award is None:
        return redirect("teach:person", row.public_id, one.public_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            assessing.withdraw_award(award, reason=form.cleaned_data["reason"], by=request.actor)
        except (Refused, Denied) as exc:
            form.refuse(exc, "reason")
        else:
            messages.success(request, _("The award is withdrawn; its credential is revoked."))
            return redirect("teach:person", row.public_id, one.public_id)
    may = rights(request.actor, row).withdraw
    return page(
        request,
        "teach/take_back.html",
        offering=row,
        enrolment=one,
        award=award,
        form=form,
        may=may,
    )


@signed_in
def correct(request: PageRequest, offering: str, enrolment: str, task: str) -> HttpResponse:
    """First what would follow, then the button that makes it so."""
    row, one = _find(request, offering, enrolment)
    asked = row.version.text.task(task)
    if asked is None:
        raise NotFound("task")
    given = request.POST if request.method == "POST" else request.GET or None
    form = CorrectForm(given)
    consequence: Consequence | None = None
    allowed = rights(request.actor, row)
    if form.is_valid():
        score = marksheet.read_score(form.cleaned_data["score"])
        if isinstance(score, marksheet.Unread):
            form.refuse(f"{score.message} {score.cure}", "score")
        elif request.method == "POST" and _seen(request, one, asked):
            try:
                assessing.correct_mark(one, task=asked.key, score=score, by=request.actor)
            except (Refused, Denied) as exc:
                form.refuse(exc)
            else:
                messages.success(
                    request, _("The mark for %(task)s is corrected.") % {"task": asked.title}
                )
                return redirect("teach:person", row.public_id, one.public_id)
        elif request.method == "POST":
            form.refuse(
                _("Somebody recorded another mark meanwhile. Look again before you confirm.")
            )
        if not form.errors or request.method == "POST":
            clean: Any = None if isinstance(score, marksheet.Unread) else score
            consequence = preview.correction(one, task=asked.key, score=clean)
    standing = assessment.newest_marks([one.pk]).get(one.pk, {}).get(asked.key)
    return page(
        request,
        "teach/correct.html",
        offering=row,
        enrolment=one,
        task=asked,
        standing=standing,
        form=form,
        consequence=consequence,
        missing=_missing(allowed, consequence),
        may=allowed.mark,
    )


def _seen(request: PageRequest, one: Enrolment, task: Task) -> bool:
    """Is the mark that stands still the one that the reader was shown?"""
    standing = assessment.newest_marks([one.pk]).get(one.pk, {}).get(task.key)
    return request.POST.get("was") == str(standing.number if standing else 0)


def _missing(allowed: Rights, consequence: Consequence | None) -> str:
    """Why this reader may not take a step that the correction takes."""
    if not allowed.mark:
        return allowed.mark.reason
    for step in consequence.steps() if consequence else ():
        verdict = getattr(allowed, step)
        if not verdict:
            return str(verdict.reason)
    return ""


@signed_in
def enrol(request: PageRequest, offering: str) -> HttpResponse:
    """One person by name, address and id: a class list of one row."""
    row = selectors.taught_for(request.actor, offering)
    form = EnrolForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        table = Table.of(
            ("id", "name", "email"), [(data["source_key"], data["name"], data["email"])]
        )
        try:
            report = services.import_roster(row, table, by=request.actor)
        except (Refused, Denied) as exc:
            form.refuse(exc)
        else:
            fields = {"id": "source_key"}
            for problem in report.problems:
                column = problem.column or ""
                form.refuse(f"{problem.message} {problem.cure}", fields.get(column, column))
            if report.written:
                _said(request, report)
                return redirect("teach:cohort", row.public_id)
    return page(
        request, "teach/enrol.html", offering=row, form=form, may=rights(request.actor, row).enrol
    )


def _said(request: PageRequest, report: services.ImportReport) -> None:
    line = report.lines[0]
    name = line.learner.name
    if report.new:
        known = line.recognised
        said = (
            _("%(name)s is enrolled, recognised as %(known)s.")
            if known
            else _("%(name)s is enrolled.")
        )
        messages.success(request, said % {"name": name, "known": known})
    elif report.changed:
        messages.success(request, _("What is kept of %(name)s has changed.") % {"name": name})
    else:
        messages.info(request, _("%(name)s was enrolled already.") % {"name": name})
