"""The inbox of a reviewer, and the page on which a version is read, remarked upon and decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.design import selectors as design
from cairn.design.content import read
from cairn.design.differences import changes
from cairn.design.models import Version
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, Refused
from cairn.kernel.permissions import no
from cairn.quality import policies, selectors, services
from cairn.quality.models import Review
from cairn.quality.states import ReviewState
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.review import reading
from cairn.web.review.forms import CommentForm, DecideForm
from cairn.web.search import Hit, finder
from cairn.web.studio.desk import order

VIEWS: Final = ("changes", "text", "talk")
#: More open reviews than one person reads; the oldest come first.
MOST: Final = 100


@signed_in
def inbox(request: PageRequest) -> HttpResponse:
    actor = request.actor
    waiting = list(selectors.to_decide(actor)[:MOST])
    authors = design.authors_of(actor, [one.version.proposal for one in waiting])
    today = clock.now()
    rows = [
        {
            "review": one,
            "title": one.version.content.get("title") or one.version.achievement.title,
            "days": (today - one.opened_at).days,
            "by": one.opened_by.full_name if one.opened_by else "",
            "own": actor.person_id in authors.get(one.version.proposal_id, ())
            or actor.person_id == one.opened_by_id,
        }
        for one in waiting
    ]
    return page(
        request,
        "review/inbox.html",
        rows=[row for row in rows if not row["own"]],
        own=[row for row in rows if row["own"]],
        decided=selectors.decided_by(actor),
    )


@signed_in
def review(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.review_for(request.actor, public_id)
    return _show(request, found)


def _show(
    request: PageRequest,
    found: Review,
    *,
    form: DecideForm | None = None,
    remark: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, version = request.actor, found.version
    content = version.text
    versions = [
        one
        for one in design.versions(actor).filter(achievement=version.achievement)
        if one.number < version.number
    ]
    before = _before(request, found, versions)
    comments = selectors.comments(actor, version.proposal)
    numbers = (order(before.text) if before else {}) | order(content)
    told = changes(before.content, version.content) if before else ()
    kept = design.dismissals(actor, [version.proposal])
    points = design.points(content, design.policy_of(actor.institution), kept)
    view = request.GET.get("view") or request.POST.get("view") or ""
    if view not in VIEWS:
        view = "changes" if before else "text"
    shown = (
        reading.changed(told, content, comments, numbers)
        if view == "changes"
        else reading.parts(content, comments, numbers)
    )
    decisions = list(selectors.decisions(actor, found))
    return page(
        request,
        "review/review.html",
        status=status,
        review=found,
        version=version,
        content=content,
        view=view,
        before=before,
        versions=versions,
        shown=[part for part in shown if part.remarks] if view == "talk" else shown,
        count=len({one.place for one in told}),
        open_remarks=sum(one.resolved_at is None for one in comments),
        checks=reading.checks(points),
        decisions=decisions,
        verdict=_may_decide(actor, found),
        may_comment=found.state in (ReviewState.OPEN, ReviewState.RETURNED)
        and policies.may_comment(actor, selectors.review_facts(found)).allowed,
        days=(clock.now() - found.opened_at).days,
        form=form or DecideForm(),
        remark=remark,
    )


def _before(request: PageRequest, found: Review, versions: list[Version]) -> Version | None:
    """The version to compare with: the one that was asked for, else the one read last."""
    asked = request.GET.get("with", "")
    chosen = next((one for one in versions if str(one.number) == asked), None)
    return chosen or selectors.last_read(request.actor, found)


def _may_decide(actor: Actor, found: Review) -> Any:
    if found.state != ReviewState.OPEN:
        return no(
            {
                ReviewState.DECIDED: _("This version is decided."),
                ReviewState.RETURNED: _("This version went back to its authors."),
                ReviewState.WITHDRAWN: _("The authors gave it up."),
            }[ReviewState(found.state)]
        )
    return policies.may_decide(actor, selectors.review_facts(found))


@signed_in
def decide(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.review_for(request.actor, public_id)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("review:review", args=[public_id]))
    form = DecideForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        until = said["until"] if said["outcome"] == "approve" else None
        try:
            services.decide(
                found,
                outcome=said["outcome"],
                reason=said["reason"],
                until=until,
                by=request.actor,
            )
        except (Refused, Denied) as exc:
            code = getattr(exc, "code", "")
            form.refuse(
                exc,
                {"approval.ended": "until", "decision.reason": "reason"}.get(code),
            )
        else:
            return HttpResponseRedirect(reverse("review:decided", args=[public_id]))
    return _show(request, found, form=form, status=422)


@signed_in
def decided(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.review_for(request.actor, public_id)
    made = selectors.decisions(request.actor, found).last()
    if made is None:
        return HttpResponseRedirect(reverse("review:review", args=[public_id]))
    left = selectors.to_decide(request.actor).count()
    return page(
        request,
        "review/decided.html",
        review=found,
        version=found.version,
        title=found.version.content.get("title", ""),
        decision=made,
        left=left,
    )


@signed_in
def comment(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.review_for(request.actor, public_id)
    url = reverse("review:review", args=[public_id])
    if request.method != "POST":
        return HttpResponseRedirect(url)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            made = services.comment(found, **form.cleaned_data, by=request.actor)
        except Refused as exc:
            form.refuse(exc, "words")
        else:
            messages.success(request, _("Your remark stands beside the text."))
            view = request.POST.get("view", "")
            asked = f"?view={view}" if view in VIEWS else ""
            return HttpResponseRedirect(f"{url}{asked}#remark-{made.public_id}")
    return _show(request, found, remark=form, status=422)


@signed_in
def settle(request: PageRequest, public_id: str, remark: str) -> HttpResponse:
    found = selectors.review_for(request.actor, public_id)
    row = selectors.comment_for(request.actor, remark)
    view = request.POST.get("view", "")
    if request.method == "POST":
        services.resolve(row, by=request.actor)
        messages.success(request, _("Settled."))
    asked = f"?view={view}" if view in VIEWS else ""
    return HttpResponseRedirect(reverse("review:review", args=[found.public_id]) + asked)


@finder
def find(actor: Actor, asked: str) -> Iterable[Hit]:
    found = selectors.to_decide(actor).filter(
        Q(version__achievement__title__icontains=asked) | Q(public_id=asked)
    )
    for one in found[:6]:
        title = read(one.version.content).title or one.version.achievement.title
        yield Hit(title, _("Review"), reverse("review:review", args=[one.public_id]))
