"""The way of a draft: submit it, follow it, look back, withdraw it, begin a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.design import selectors, services
from cairn.design.content import read
from cairn.design.differences import Change, changes
from cairn.design.models import Version
from cairn.design.wording import better_verbs
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.models import Person
from cairn.quality import selectors as quality
from cairn.quality import services as reviews
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.studio import words
from cairn.web.studio.desk import Desk, order
from cairn.web.studio.forms import KeepForm, RemarkForm


@signed_in
def submit(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    refused = ""
    if request.method == "POST":
        if request.POST.get("revision") != str(found.revision):
            refused = _("The draft was saved since you looked. Read it again, then submit.")
        else:
            try:
                review = reviews.submit(found, by=request.actor)
            except (Refused, Denied) as exc:
                refused = str(exc).split("\n", 1)[0]
            else:
                url = reverse("studio:submitted", args=[public_id])
                return HttpResponseRedirect(f"{url}?review={review.public_id}")
    return page(
        request,
        "studio/submit.html",
        status=409 if refused else 200,
        crumb=True,
        **desk.as_context,
        deciders=[one.full_name for one in quality.deciders(found)],
        refused=refused,
    )


@signed_in
def submitted(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    if desk.review is None:
        return HttpResponseRedirect(reverse("studio:proposal", args=[public_id]))
    return page(
        request,
        "studio/submitted.html",
        crumb=True,
        **desk.as_context,
        deciders=[one.full_name for one in quality.deciders(found)],
    )


@signed_in
def preview(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.proposal_for(request.actor, public_id)
    return page(request, "studio/preview.html", crumb=True, **Desk.of(request, found).as_context)


@signed_in
def withdraw(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    if request.method == "POST":
        services.withdraw(found, by=request.actor)
        messages.success(request, _("Withdrawn. Its text stays here to be read."))
        return HttpResponseRedirect(reverse("studio:proposal", args=[public_id]))
    return page(request, "studio/withdraw.html", crumb=True, **desk.as_context)


@signed_in
def revise(request: PageRequest, public_id: str) -> HttpResponse:
    """Begin a new version of an approved micro-credential."""
    found = selectors.proposal_for(request.actor, public_id)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("studio:proposal", args=[public_id]))
    try:
        new = services.revise(found.achievement, by=request.actor)
    except Refused as exc:
        messages.error(request, str(exc))
        live = selectors.proposals(request.actor).live().filter(achievement=found.achievement)
        there = live.first() or found
        return HttpResponseRedirect(reverse("studio:proposal", args=[there.public_id]))
    messages.success(request, _("A new version begins from the approved text, which stays valid."))
    return HttpResponseRedirect(reverse("studio:proposal", args=[new.public_id]))


@signed_in
def history(request: PageRequest, public_id: str) -> HttpResponse:
    """What was saved and decided, and what differs between two versions."""
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    versions = list(selectors.versions(request.actor).filter(achievement=found.achievement))
    texts: dict[str, dict[str, Any]] = {str(one.number): one.content for one in versions}
    texts["draft"] = found.content
    old, new = _chosen(request, versions, found.content)
    told = changes(texts[old], texts[new]) if old in texts and new in texts else ()
    numbers = order(read(texts.get(old, {}))) | order(read(texts.get(new, {})))
    return page(
        request,
        "studio/history.html",
        crumb=True,
        **desk.as_context,
        versions=versions,
        old=old,
        new=new,
        changes=named(told, numbers),
        saves=_saves(request, desk),
    )


def _chosen(request: PageRequest, versions: list[Version], now: dict[str, Any]) -> tuple[str, str]:
    """What to compare; unasked, the text now with the newest version that says something else."""
    other = next((one for one in versions if one.content != now), versions[0] if versions else None)
    old = request.GET.get("old") or (str(other.number) if other else "")
    return old, request.GET.get("new") or "draft"


def named(told: tuple[Change, ...], numbers: dict[str, int]) -> list[dict[str, Any]]:
    """Changes with the names of their parts."""
    return [
        {
            "called": words.called(one.place, numbers),
            "change": one,
            "section": one.section,
            "label": words.SECTIONS[one.section],
        }
        for one in told
    ]


def _saves(request: PageRequest, desk: Desk) -> list[dict[str, Any]]:
    """What happened, newest first; saves of one person in a row are told as one."""
    entries = selectors.history(request.actor, [desk.proposal])
    people = {
        one.public_id: one.full_name
        for one in Person.objects.for_actor(request.actor).filter(
            public_id__in={entry.actor for entry in entries}
        )
    }
    told: list[dict[str, Any]] = []
    for entry in entries:
        last = told[-1] if told else None
        if last and (last["fact"], last["actor"]) == ("proposal.drafted", entry.actor):
            soon = (entry.at - last["at"]).total_seconds() < 3600
            if soon and entry.fact == "proposal.drafted":
                last["at"], last["count"] = entry.at, last["count"] + 1
                continue
        told.append(
            {
                "fact": entry.fact,
                "actor": entry.actor,
                "who": people.get(entry.actor) or _("Somebody"),
                "at": entry.at,
                "count": 1,
                "what": _happened(entry.fact),
            }
        )
    return told[::-1][:100]


def _happened(fact: str) -> str:
    return {
        "proposal.made": _("put the idea on the table"),
        "proposal.drafted": _("saved the draft"),
        "proposal.submitted": _("submitted it for review"),
        "proposal.reopened": _("returned it"),
        "proposal.approved": _("approved it"),
        "proposal.withdrawn": _("withdrew it"),
        "warning.dismissed": _("kept a warning, with a reason"),
        "warning.heeded": _("took a reason back"),
    }.get(fact, fact)


@signed_in
def keep(request: PageRequest, public_id: str) -> HttpResponse:
    """Keep something that a rule warns about, and say why."""
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    asked = request.POST if request.method == "POST" else request.GET
    code, place = asked.get("code", ""), asked.get("place", "")
    point = next((p for p in desk.points if (p.problem.code, p.place) == (code, place)), None)
    if point is None:
        messages.info(request, _("This point is settled already."))
        return HttpResponseRedirect(reverse("studio:proposal", args=[public_id]))
    form = KeepForm(request.POST or None, initial={"code": code, "place": place})
    if request.method == "POST" and form.is_valid():
        try:
            services.dismiss(
                found, code=code, place=place, reason=form.cleaned_data["reason"], by=request.actor
            )
        except (Refused, Denied) as exc:
            form.refuse(exc, "reason")
        else:
            messages.success(request, _("Kept. Reviewers see your reason."))
            return HttpResponseRedirect(words.where(public_id, point.problem))
    status = 422 if form.is_bound and form.errors else 200
    return page(
        request,
        "studio/keep.html",
        status=status,
        crumb=True,
        **desk.as_context,
        form=form,
        point=point,
        place=words.called(place, desk.order) if place else "",
        back=words.where(public_id, point.problem),
    )


@signed_in
def heed(request: PageRequest, public_id: str, dismissal: str) -> HttpResponse:
    """Take a reason back, so that the warning stands again."""
    found = selectors.proposal_for(request.actor, public_id)
    if request.method == "POST":
        row = selectors.dismissals(request.actor, [found]).find(dismissal)
        services.heed(row, by=request.actor)
        messages.success(request, _("The warning stands again."))
    return HttpResponseRedirect(reverse("studio:proposal", args=[public_id]))


@signed_in
def reword(request: PageRequest, public_id: str) -> HttpResponse:
    """Begin an outcome with a verb that can be seen, as the warning suggests."""
    found = selectors.proposal_for(request.actor, public_id)
    url = reverse("studio:section", args=[public_id, "outcomes"])
    if request.method != "POST":
        return HttpResponseRedirect(url)
    desk = Desk.of(request, found, "outcomes")
    verb, _colon, place = request.POST.get("change", "").partition(":")
    one = next((s for s in desk.said if verb in s.instead and s.point.place == place), None)
    if one is None:
        raise NotFound("warning")
    index = int(one.point.problem.pointer.split("/")[2])
    text = {**found.content, "outcomes": [dict(row) for row in found.content["outcomes"]]}
    text["outcomes"][index]["text"] = begun_with(text["outcomes"][index]["text"], verb)
    services.save_draft(found, content=text, seen=found.revision, by=request.actor)
    messages.success(request, _("Changed. Read it once more: the rest may want another word too."))
    return HttpResponseRedirect(f"{url}#row-outcomes-{index}")


def begun_with(outcome: str, verb: str) -> str:
    """The outcome with another verb in place of the vague one."""
    better = better_verbs(outcome)
    if better is None:
        return outcome
    at = outcome.lower().find(better.vague)
    if at < 0:
        return outcome
    word = verb[:1].upper() + verb[1:] if outcome[at : at + 1].isupper() else verb
    return outcome[:at] + word + outcome[at + len(better.vague) :]


@signed_in
def remark(request: PageRequest, public_id: str) -> HttpResponse:
    """Answer a remark beside the text."""
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    back = _back(public_id, request.POST.get("place", ""))
    if request.method != "POST" or desk.review is None:
        return HttpResponseRedirect(back)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return HttpResponseRedirect(back)
    try:
        reviews.comment(desk.review, **form.cleaned_data, by=request.actor)
    except Refused as exc:
        messages.error(request, str(exc))
    else:
        messages.success(request, _("Your answer stands beside the remark."))
    return HttpResponseRedirect(back)


@signed_in
def settle(request: PageRequest, public_id: str, comment: str) -> HttpResponse:
    """Say that a remark is settled."""
    selectors.proposal_for(request.actor, public_id)
    row = quality.comment_for(request.actor, comment)
    if request.method == "POST":
        reviews.resolve(row, by=request.actor)
        messages.success(request, _("Settled."))
    return HttpResponseRedirect(_back(public_id, row.place))


def _back(public_id: str, place: str) -> str:
    name = place.partition("/")[0]
    if name == "matrix":
        return reverse("studio:matrix", args=[public_id]) + "#remarks"
    if name in words.SECTIONS:
        return reverse("studio:section", args=[public_id, name]) + "#remarks"
    return reverse("studio:proposal", args=[public_id])
