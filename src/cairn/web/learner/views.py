"""Home, what is being learned, and the holder's view of a credential."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.kernel.models import Person
from cairn.outreach import selectors as outreach
from cairn.outreach import services
from cairn.outreach.models import Visibility
from cairn.web.learner import reading
from cairn.web.learner.forms import SharingForm
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.public import downloads, linkedin
from cairn.web.public.credential import read

#: For so long a change of who sees a credential can be taken back with one press.
UNDO_FOR: Final = timedelta(minutes=10)
_UNDO: Final = "learner-undo"


@require_safe
@signed_in
def home(request: PageRequest) -> HttpResponse:
    person = Person.objects.for_actor(request.actor).get(public_id=request.actor.id)
    return page(
        request,
        "learner/home.html",
        home=reading.home(request.actor),
        person=person,
        greeting=person.given_name or person.full_name,
    )


@require_safe
@signed_in
def course(request: PageRequest, public_id: str) -> HttpResponse:
    found = reading.course(request.actor, public_id)
    earned = [
        one for one in reading.held(request.actor) if one.row.award.enrolment_id == found.row.pk
    ]
    return page(
        request, "learner/course.html", course=found, credential=earned[0] if earned else None
    )


@require_safe
@signed_in
def credentials(request: PageRequest) -> HttpResponse:
    return page(request, "learner/credentials.html", held=reading.held(request.actor))


@require_safe
@signed_in
def credential(request: PageRequest, public_id: str) -> HttpResponse:
    return _credential(request, reading.one(request.actor, public_id), SharingForm())


@require_POST
@signed_in
def share(request: PageRequest, public_id: str) -> HttpResponse:
    """Choose who sees a credential, or take the choice back."""
    found = reading.one(request.actor, public_id)
    form = SharingForm(request.POST)
    if not form.is_valid():
        return _credential(request, found, form, status=422)
    wanted = Visibility(form.cleaned_data["visibility"])
    services.share(found.row, visibility=wanted, by=request.actor)
    if "undo" in request.POST:
        request.session.pop(_UNDO, None)
        messages.success(request, _("Taken back. Everything is as it was before."))
    elif wanted is found.visibility:
        messages.success(request, _("Noted. Nothing changes for others."))
    else:
        request.session[_UNDO] = {
            "credential": found.id,
            "before": found.visibility.value,
            "until": (clock.now() + UNDO_FOR).isoformat(),
        }
    return redirect("learner:credential", found.id)


def _credential(
    request: PageRequest, found: reading.Held, form: SharingForm, *, status: int = 200
) -> HttpResponse:
    shown = outreach.shown(found.id)
    issuer = found.row.key.issuer
    url = issuer.addresses.credential(found.id)
    offer = None
    if shown is None:
        raise NotFound("credential")
    if shown.raw is not None and found.state == "issued":
        face = outreach.face_of(request.institution)
        offer = linkedin.offer(shown, read(shown.raw), url, face)
    return page(
        request,
        "learner/credential.html",
        status=status,
        found=found,
        form=form,
        url=url,
        url_words=url.partition("://")[2],
        linkedin=offer,
        downloads=downloads.offered(found.id) if shown.raw is not None else [],
        undo=_undo(request, found),
        newer=reading.replacement_of(found, request.actor),
        choices=_choices(found),
    )


def _undo(request: PageRequest, found: reading.Held) -> dict[str, Any] | None:
    kept: dict[str, str] | None = request.session.get(_UNDO)
    if kept is None or kept["credential"] != found.id or kept["before"] == found.visibility.value:
        return None
    until: datetime | None = parse_datetime(kept["until"])
    return {**kept, "until": until} if until is not None and clock.now() < until else None


def _choices(found: reading.Held) -> list[dict[str, Any]]:
    """The three choices, each with what others will see."""
    texts = (
        (
            Visibility.LINK,
            "link",
            _("Whoever has the link"),
            _(
                "People to whom you give the link see your name, what you achieved and whether it is "
                "genuine. Search engines are told to leave it out."
            ),
        ),
        (
            Visibility.PUBLIC,
            "people",
            _("Everyone"),
            _("The same page, and search engines may list it under your name."),
        ),
        (
            Visibility.PRIVATE,
            "lock",
            _("Only you"),
            _(
                "Others who open the link read that it is kept private: no name, no title. Files that "
                "you sent to somebody still show what they say."
            ),
        ),
    )
    return [
        {
            "value": one.value,
            "icon": icon,
            "label": label,
            "words": words,
            "chosen": one is found.visibility,
        }
        for one, icon, label, words in texts
    ]
