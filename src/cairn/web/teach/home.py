"""All cohorts that the reader works on: how far each is, and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cairn.assessment import progress as measuring
from cairn.assessment.progress import Progress
from cairn.delivery import policies, selectors, services
from cairn.delivery.models import Offering
from cairn.delivery.states import OfferingState
from cairn.design import selectors as design
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Refused
from cairn.kernel.machine import BadMove
from cairn.kernel.permissions import Verdict, no
from cairn.kernel.reach import reach
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.teach.forms import PlanForm, words_of
from cairn.web.teach.paging import cut
from cairn.web.teach.reading import ANYTHING, STATE_TONES, Next, next_step, rights, state_word

ORDER: Final = ("-starts_on", "code", "pk")
SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class Card:
    """One cohort in the list."""

    offering: Offering
    progress: Progress
    next: Next
    state: str
    tone: str

    @property
    def width(self) -> int:
        """How far marking is, for a bar 100 wide."""
        return round(100 * self.progress.marked / (self.progress.enrolled or 1))


@signed_in
def home(request: PageRequest) -> HttpResponse:
    words = words_of(request, "q")
    chosen = request.GET.get("state", "")
    rows = selectors.taught(request.actor)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(code__icontains=words))
    if chosen in list(OfferingState):
        rows = rows.filter(state=chosen)
    some = cut(
        rows,
        ORDER,
        after=words_of(request, "after"),
        before=words_of(request, "before"),
        size=SHOWN,
    )
    known = measuring.progress(some.rows)
    return page(
        request,
        "teach/home.html",
        cards=[card(each, known[each.pk]) for each in some.rows],
        slice=some,
        words=words,
        chosen=chosen,
        states=[(state.value, state_word(state)) for state in OfferingState],
        plan=may_plan_somewhere(request.actor),
    )


def card(offering: Offering, found: Progress) -> Card:
    step = next_step(offering, found, ANYTHING)
    return Card(offering, found, step, state_word(offering.state), STATE_TONES[offering.state])


def offerable(actor: Actor) -> Any:
    """The approved versions that this actor may plan an offering of."""
    return (
        design.versions(actor)
        .approved(on=clock.today(actor.institution))
        .filter(reach(actor, "delivery.plan", unit="achievement__org_unit"))
    )


def may_plan_somewhere(actor: Actor) -> Verdict:
    verdict = actor.holds("delivery.plan")
    if verdict or offerable(actor).exists():
        return Verdict(allowed=True)
    return no(verdict.reason)


@signed_in
def plan(request: PageRequest) -> HttpResponse:
    choices = [
        (each.public_id, f"{each.achievement.title}, {_('version')} {each.number}")
        for each in offerable(request.actor)[:500]
    ]
    form = PlanForm(request.POST or None, versions=choices)
    if form.is_valid():
        data = form.cleaned_data
        version = design.version_for(request.actor, data.pop("version"))
        try:
            made = services.plan_offering(version, **data, by=request.actor)
        except Refused as exc:
            form.refuse(exc, "code" if exc.code == "offering.code_taken" else None)
        else:
            messages.success(request, _("%(title)s is planned.") % {"title": made.title})
            return redirect("teach:cohort", made.public_id)
    verdict = may_plan_somewhere(request.actor)
    return page(request, "teach/plan.html", form=form, choices=choices, may=verdict)


@signed_in
def open_(request: PageRequest, offering: str) -> HttpResponse:
    return _move(request, offering, "open")


@signed_in
def close(request: PageRequest, offering: str) -> HttpResponse:
    return _move(request, offering, "close")


def _move(request: PageRequest, public_id: str, verb: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, public_id)
    may = policies.may_plan(request.actor, row.org_unit_id)
    refusal = ""
    if request.method == "POST":
        act = services.open_offering if verb == "open" else services.close_offering
        try:
            act(row, by=request.actor)
        except (Refused, BadMove) as exc:
            refusal = str(exc)
        else:
            said = (
                _("%(title)s is open. Marks can be entered.")
                if verb == "open"
                else _("%(title)s is closed and takes no more learners.")
            )
            messages.success(request, said % {"title": row.title})
            return redirect("teach:cohort", row.public_id)
    found = measuring.progress_of(row)
    return page(
        request,
        "teach/move.html",
        offering=row,
        verb=verb,
        may=may,
        refusal=refusal,
        progress=found,
        rights=rights(request.actor, row),
        status=409 if refusal else 200,
    )
