"""Name corrections: what holders ask for, and the registrar's answer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cairn.issuing import policies, selectors, services, waiting
from cairn.issuing.states import STANDING
from cairn.kernel.errors import Refused
from cairn.web.forms import Form
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.registry.queue import for_registrars

MOST = 100


class CorrectForm(Form):
    wanted = forms.CharField(
        label=_lazy("The name as it will be printed"),
        max_length=400,
        error_messages={"cure": _lazy("Write the name as it should be printed.")},
    )


class RefuseForm(Form):
    reason = forms.CharField(
        label=_lazy("Why it stays as it is"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"cure": _lazy("Say why, in a sentence: the holder reads it.")},
    )


@signed_in
def listing(request: PageRequest) -> HttpResponse:
    """Those that wait first."""
    for_registrars(request)
    rows = list(waiting.corrections(request.actor)[:MOST])
    return page(
        request,
        "registry/names.html",
        here="names",
        waiting=[one for one in rows if one.state == "asked"],
        decided=[one for one in rows if one.state != "asked"],
    )


@signed_in
def decide(request: PageRequest, public_id: str) -> HttpResponse:
    """One wish: correct the name, or refuse and say why."""
    for_registrars(request)
    row = waiting.correction_for(request.actor, public_id)
    refusing = request.POST.get("answer") == "refuse"
    posted = request.method == "POST"
    correct = CorrectForm(
        request.POST if posted and not refusing else None, initial={"wanted": row.wanted}
    )
    refuse = RefuseForm(request.POST if posted and refusing else None)
    form: Form = refuse if refusing else correct
    if posted and form.is_valid():
        try:
            made = services.decide_name_correction(
                row, accept=not refusing, **form.cleaned_data, by=request.actor
            )
        except Refused as exc:
            form.refuse(exc)
        else:
            told = _("The name stays, and the holder is told why.")
            if not refusing:
                told = ngettext(
                    "The name is corrected and %(count)s credential was replaced.",
                    "The name is corrected and %(count)s credentials were replaced.",
                    len(made),
                ) % {"count": len(made)}
            messages.success(request, told)
            return redirect("registry:name", public_id)
    held = selectors.credentials(request.actor).filter(
        award__enrolment__person=row.person, state__in=STANDING
    )
    return page(
        request,
        "registry/name.html",
        status=409 if posted else 200,
        here="names",
        correction=row,
        correct=correct,
        refuse=refuse,
        form=form,
        refusing=refusing,
        standing=list(held.select_related("award__enrolment__offering__version__achievement")),
        may=policies.may_correct_names(request.actor),
    )
