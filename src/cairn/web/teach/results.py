"""Results and awards: what they will be, who misses what, and the buttons that make it so."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.assessment import preview, services
from cairn.assessment import progress as measuring
from cairn.assessment.rules import Outcome, Step
from cairn.delivery import selectors
from cairn.kernel.errors import Denied, Refused
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.teach.chart import chart
from cairn.web.teach.cohort import person_rows
from cairn.web.teach.forms import words_of
from cairn.web.teach.paging import cut
from cairn.web.teach.reading import cohort

ORDER: Final = ("-total", "pk")
#: As many names as a person reads before confirming; the rest is counted.
NAMED: Final = 200


@signed_in
def results(request: PageRequest, offering: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    seen = cohort(request.actor, row)
    judged = measuring.staged(selectors.class_of(request.actor, row).taking_part(), [row])
    judged = judged.filter(outcome__isnull=False)
    totals = list(judged.order_by().values_list("total", "outcome"))
    some = cut(judged, ORDER, after=words_of(request, "after"), before=words_of(request, "before"))
    rule = seen.content.award_rule
    assert rule is not None  # it was approved
    assert rule.pass_mark is not None
    passed = sum(1 for _total, outcome in totals if outcome == Outcome.PASSED)
    return page(
        request,
        "teach/results.html",
        cohort=seen,
        rows=person_rows(seen, some.rows),
        slice=some,
        chart=chart([total for total, _outcome in totals], passed, rule.pass_mark),
        tab="results",
    )


@signed_in
def release(request: PageRequest, offering: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    refusal = ""
    if request.method == "POST":
        try:
            done = services.release_results(row, by=request.actor)
        except (Refused, Denied) as exc:
            refusal = str(exc)
        else:
            words = ngettext(
                "%(n)s result is released.", "%(n)s results are released.", done.released
            )
            messages.success(request, words % {"n": done.released})
            return redirect("teach:results", row.public_id)
    seen = cohort(request.actor, row)
    found = preview.release(row)
    told = [each for each in found if not each.waits]
    passed = sum(1 for each in told if each.judgement.earned)
    rule = seen.content.award_rule
    assert rule is not None  # it was approved
    assert rule.pass_mark is not None
    below = [each for each in told if not each.judgement.earned]
    waiting = [each for each in found if each.waits]
    return page(
        request,
        "teach/release.html",
        cohort=seen,
        told=told,
        passed=passed,
        new=sum(1 for each in found if each.is_new),
        changed=[each for each in found if each.is_changed],
        ready=sum(1 for each in found if each.is_new or each.is_changed),
        left_out=len(waiting),
        gaps=sum(1 for each in told if each.has_gaps and (each.is_new or each.is_changed)),
        below=below[:NAMED],
        more_below=max(0, len(below) - NAMED),
        waiting=waiting[:NAMED],
        more_waiting=max(0, len(waiting) - NAMED),
        chart=chart([each.judgement.total for each in told], passed, rule.pass_mark),
        refusal=refusal,
        status=409 if refusal else 200,
    )


@signed_in
def confer(request: PageRequest, offering: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    refusal = ""
    if request.method == "POST":
        try:
            done = services.confer_awards(row, by=request.actor)
        except (Refused, Denied) as exc:
            refusal = str(exc)
        else:
            messages.success(request, _conferred(done))
            return redirect("teach:cohort", row.public_id)
    groups: dict[str, list[Any]] = {step.value: [] for step in Step}
    for each in preview.confer(row):
        groups[each.decision.step.value].append(each)
    return page(
        request,
        "teach/confer.html",
        cohort=cohort(request.actor, row),
        groups=groups,
        earn=groups[Step.CONFER][:NAMED],
        more_earn=max(0, len(groups[Step.CONFER]) - NAMED),
        lose=groups[Step.WITHDRAW],
        rest=groups[Step.NOTHING][:NAMED],
        more_rest=max(0, len(groups[Step.NOTHING]) - NAMED),
        refusal=refusal,
        status=409 if refusal else 200,
    )


def _conferred(done: services.Settled) -> str:
    words = ngettext(
        "%(n)s award is conferred; its credential is being signed.",
        "%(n)s awards are conferred; their credentials are being signed.",
        done.conferred,
    )
    said = [words % {"n": done.conferred}]
    if done.withdrawn:
        lost = ngettext("%(n)s award is withdrawn.", "%(n)s awards are withdrawn.", done.withdrawn)
        said.append(lost % {"n": done.withdrawn})
    elif not done.conferred:
        said = [_("Nothing new was earned; all awards stay as they are.")]
    return " ".join(said)
