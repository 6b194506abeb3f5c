"""Org units, and the institution as it names and shows itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.issuing.models import IssuerProfile
from cairn.kernel import clock, services
from cairn.kernel.errors import Denied, Refused
from cairn.kernel.models import Membership, OrgUnit
from cairn.outreach import selectors as outreach
from cairn.outreach import services as faces
from cairn.outreach.rules import MOST_ABOUT, MOST_LOGO_BYTES
from cairn.web.console.forms import FaceForm, InstitutionForm, LogoForm, UnitForm
from cairn.web.console.frame import administrators, show
from cairn.web.page import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def units(request: PageRequest) -> HttpResponse:
    """The tree, with the number of people who hold a role at each place, and a form for a new one."""
    rows = sorted(OrgUnit.objects.for_actor(request.actor), key=lambda unit: unit.line)
    form = UnitForm(request.POST or None, units=rows)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.add_org_unit(
                data["unit"], name=data["name"], kind=data["kind"], by=request.actor
            )
        except (Refused, Denied) as exc:
            form.refuse(exc)
        else:
            messages.success(request, _("%(name)s joined the tree.") % {"name": made.name})
            return HttpResponseRedirect(reverse("console:units"))
    held = Membership.objects.on(clock.today(request.institution)).values("org_unit_id")
    counts = dict(
        held.annotate(number=Count("person_id", distinct=True)).values_list("org_unit_id", "number")
    )
    listed = [
        {"unit": unit, "depth": len(unit.line) - 1, "people": counts.get(unit.pk, 0)}
        for unit in rows
    ]
    return show(request, "units.html", "units", rows=listed, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def institution(request: PageRequest) -> HttpResponse:
    """Three small forms, each with a button of its own: name, public face, logo."""
    here, by = request.institution, request.actor
    face = outreach.face_of(here)
    sent = request.POST.get("part", "") if request.method == "POST" else ""
    name = InstitutionForm(
        request.POST if sent == "name" else None,
        initial={"name": here.name, "country": here.country, "time_zone": here.time_zone},
    )
    public = FaceForm(
        request.POST if sent == "face" else None,
        initial={
            "about": face.about,
            "contact": face.contact,
            "linkedin_id": face.linkedin_id,
        },
    )
    files = request.FILES if sent == "logo" else None
    logo = LogoForm(request.POST if sent == "logo" else None, files)
    form: Any = {"name": name, "face": public, "logo": logo}.get(sent)
    if sent == "no-logo":
        faces.change_logo(here, image=b"", by=by)
        return _kept(request, _("There is no logo any more."))
    if form is not None and form.is_valid():
        try:
            if form is name:
                services.change_institution(here, **name.cleaned_data, by=by)
            elif form is public:
                faces.change_face(here, **public.cleaned_data, by=by)
            else:
                image = logo.cleaned_data["image"].read(MOST_LOGO_BYTES + 1)
                faces.change_logo(here, image=image, by=by)
        except Refused as exc:
            here.refresh_from_db()
            form.refuse(exc, _field(exc))
        else:
            return _kept(request, _("Kept. Pages say so from now on; signed credentials stay."))
    return show(
        request,
        "institution.html",
        "institution",
        name_form=name,
        face_form=public,
        logo_form=logo,
        form=form,
        face=face,
        issuer=IssuerProfile.objects.for_actor(by).filter(~Q(did="")).first(),
        most_about=MOST_ABOUT,
        most_logo=MOST_LOGO_BYTES // 1024,
    )


def _field(exc: Refused) -> str | None:
    """The field that a refusal is about, by the last word of its code."""
    said = exc.code
    for part, field in (("about", "about"), ("contact", "contact"), ("linkedin", "linkedin_id")):
        if part in said:
            return field
    return "image" if "logo" in said else None


def _kept(request: PageRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("console:institution"))
