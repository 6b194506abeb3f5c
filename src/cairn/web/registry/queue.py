"""The issue queue: what is ready and what is held, a look before, progress, and the way back."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cairn.design.selectors import achievement_view
from cairn.issuing import policies, rules, selectors, services, waiting
from cairn.issuing.badges import badge_caption, badge_svg
from cairn.kernel import clock
from cairn.kernel.errors import Denied, Refused
from cairn.web.page import PageRequest, page, signed_in

MOST_CHARACTERS: Final = 100
SHOWN: Final = 50


def words_of(request: PageRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MOST_CHARACTERS]


def for_registrars(request: PageRequest) -> None:
    """The registry is for those who issue or revoke somewhere; to others it says who may."""
    from cairn.kernel.permissions import roles_with
    from cairn.web.nav import staff_roles

    if not staff_roles(request) & (roles_with("issuing.issue") | roles_with("issuing.revoke")):
        raise Denied(_("The registry is for registrars. Ask an administrator for that role."))


@signed_in
def queue(request: PageRequest) -> HttpResponse:
    for_registrars(request)
    actor, words = request.actor, words_of(request)
    found = waiting.queue(actor, words=words)
    return page(
        request,
        "registry/queue.html",
        partial="registry/_offerings.html",
        here="queue",
        words=words,
        hold=settings.CAIRN.mail_hold_minutes,
        found=found,
        ready=sum(one.ready for one in found),
        held=sum(one.held for one in found),
        recent=waiting.recent(actor),
        obstacle=waiting.obstacle(actor),
        automatic=selectors.issues_by_itself(),
        may_change=policies.may_issue(actor),
        names=waiting.corrections(actor).filter(waits=0).count(),
    )


@signed_in
@require_POST
def policy(request: PageRequest) -> HttpResponse:
    automatic = request.POST.get("automatic") == "yes"
    services.change_policy(request.institution, automatic=automatic, by=request.actor)
    if automatic:
        messages.success(request, _("Credentials follow each award by themselves from now on."))
    else:
        messages.success(
            request, _("From now on a registrar issues. New awards wait in this queue.")
        )
    return redirect("registry:queue")


@signed_in
def preview(request: PageRequest, offering: str) -> HttpResponse:
    """The credential as it will read, for whom, and what is held; POST issues."""
    for_registrars(request)
    run = waiting.offering_to_issue(request.actor, offering)
    refused = ""
    if request.method == "POST":
        try:
            job = services.issue_offering(run, by=request.actor)
        except Refused as exc:
            refused = str(exc)
        else:
            started = services.issuance_of_job(job.public_id)
            return redirect("registry:issuance", started.public_id if started else "")
    found = waiting.cases(request.actor, run)
    ready = [one for one in found if not one.held]
    view = achievement_view(run.version)
    return page(
        request,
        "registry/preview.html",
        status=409 if refused else 200,
        here="queue",
        offering=run,
        content=run.version.text,
        ends=rules.ends(run.version.text.valid_for, clock.now()),
        caption=badge_caption(view),
        ready=ready[:SHOWN],
        ready_count=len(ready),
        held=[one for one in found if one.held][:SHOWN],
        held_count=len(found) - len(ready),
        hold=settings.CAIRN.mail_hold_minutes,
        mailed=sum(one.has_address for one in ready),
        sample=ready[0] if ready else None,
        issuer=selectors.issuers(request.actor).first(),
        obstacle=waiting.obstacle(request.actor),
        may=policies.may_issue(request.actor, run.org_unit_id),
        refused=refused,
    )


@signed_in
def badge(request: PageRequest, offering: str) -> HttpResponse:
    """The badge that goes with the credential, drawn from what it says."""
    for_registrars(request)
    run = waiting.offering_to_issue(request.actor, offering)
    return HttpResponse(badge_svg(achievement_view(run.version)), content_type="image/svg+xml")


@signed_in
def issuance(request: PageRequest, public_id: str) -> HttpResponse:
    """How far the signing is; then until when it can be undone."""
    for_registrars(request)
    row = waiting.issuance_for(request.actor, public_id)
    return _progress(request, row)


def _progress(request: PageRequest, row: Any, *, refused: str = "") -> HttpResponse:
    found = waiting.progress(request.actor, row)
    total = found.job.total if found.job else None
    return page(
        request,
        "registry/issuance.html",
        partial="registry/_progress.html",
        status=409 if refused else 200,
        here="queue",
        progress=found,
        done=found.job.done if found.job else found.credentials,
        total=total,
        refused=refused,
    )


@signed_in
def undo(request: PageRequest, public_id: str) -> HttpResponse:
    """GET says what undoing does; POST does it."""
    for_registrars(request)
    row = waiting.issuance_for(request.actor, public_id)
    if request.method != "POST":
        found = waiting.progress(request.actor, row)
        return page(request, "registry/undo.html", here="queue", progress=found)
    try:
        count = services.undo(row, by=request.actor)
    except Refused as exc:
        return _progress(request, row, refused=str(exc))
    told = ngettext(
        "%(count)s credential was taken back, and no mail left.",
        "%(count)s credentials were taken back, and no mail left.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect("registry:issuance", public_id)


@signed_in
@require_POST
def send(request: PageRequest, public_id: str) -> HttpResponse:
    row = waiting.issuance_for(request.actor, public_id)
    try:
        services.send_now(row, by=request.actor)
    except Refused as exc:
        return _progress(request, row, refused=str(exc))
    messages.success(request, _("The mail is on its way."))
    return redirect(reverse("registry:issuance", args=[public_id]))
