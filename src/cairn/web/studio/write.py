"""The workspace: an overview, and each section as a plain form that saves as one writes."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.design import selectors, services
from cairn.design.errors import ContentUnreadable, DraftChanged
from cairn.design.models import Proposal
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.models import Person
from cairn.web.page import TARGET, PageRequest, page, signed_in
from cairn.web.studio import words, writing
from cairn.web.studio.desk import Desk
from cairn.web.studio.writing import Writing

UNDO: Final = "studio_undo"


@signed_in
def proposal(request: PageRequest, public_id: str) -> HttpResponse:
    """The overview: what is done, what is next, who has it."""
    found = selectors.proposal_for(request.actor, public_id)
    desk = Desk.of(request, found)
    return page(request, "studio/overview.html", **desk.as_context)


@signed_in
def section(request: PageRequest, public_id: str, name: str) -> HttpResponse:
    if name not in words.SECTIONS or name == "matrix":
        raise NotFound("section")
    found = selectors.proposal_for(request.actor, public_id)
    if request.method == "POST":
        return _save(request, found, name)
    return _show(request, found, writing.shown(name, found.content))


def _show(
    request: PageRequest, found: Proposal, written: Writing, *, status: int = 200, **more: Any
) -> HttpResponse:
    desk = Desk.of(request, found, written.name)
    return page(
        request,
        "studio/section.html",
        status=status,
        **desk.as_context,
        writing=written,
        section=written.name,
        about=words.ABOUT[written.name],
        label=words.SECTIONS[written.name],
        mark=writing.mark(written.name, found.content),
        rows_with_points=_rows(desk, written),
        total=_total(found.content, written.name),
        undo=_undo(request, found),
        errors=written.errors,
        **more,
    )


def _save(request: PageRequest, found: Proposal, name: str) -> HttpResponse:
    auto = request.headers.get(TARGET) == "saved"
    written = writing.sent(name, request.POST, found.content)
    if not written.is_valid():
        return _not_saved(request, found, written, auto=auto)
    other = _changed_by(request, found, name)
    if other:
        return _conflict(request, found, written, other, auto=auto)
    action = request.POST.get("action", "")
    before = found.content
    text = written.write(before)
    anchor = writing.act(text, name, action)
    if action in ("save", "next"):
        text = writing.without_blanks(text, name)
    try:
        services.save_draft(found, content=text, seen=found.revision, by=request.actor)
    except ContentUnreadable as exc:
        written.refuse(exc.problems)
        return _not_saved(request, found, written, auto=auto)
    except DraftChanged:
        return _conflict(request, found, written, _("Somebody else"), auto=auto)
    except (Refused, Denied) as exc:
        written.problems.append(str(exc))
        return _not_saved(request, found, written, auto=auto)
    if auto:
        return _saved(request, found, writing.shown(name, found.content))
    if action.startswith("remove"):
        _offer_undo(request, found, name, before)
    return _onward(request, found, name, action, anchor)


def _onward(
    request: PageRequest, found: Proposal, name: str, action: str, anchor: str
) -> HttpResponse:
    here = reverse("studio:section", args=[found.public_id, name])
    if action == "next":
        here = Desk(request.actor, found, name).following
    elif action == "save":
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(f"{here}#{anchor}" if anchor else here)


def _not_saved(
    request: PageRequest, found: Proposal, written: Writing, *, auto: bool
) -> HttpResponse:
    found.refresh_from_db(fields=["content", "revision", "state"])
    if auto:
        told = next((e for form in written.all for es in form.errors.values() for e in es), "")
        told = str(told or (written.problems[0] if written.problems else ""))
        return page(request, "studio/_saved.html", trouble=told or _("Not saved yet."))
    return _show(request, found, written, status=422)


def _saved(request: PageRequest, found: Proposal, written: Writing) -> HttpResponse:
    """The answer to a save in the background: when, and what the rules say now."""
    desk = Desk.of(request, found, written.name)
    return page(
        request,
        "studio/_saved.html",
        **desk.as_context,
        swap=True,
        at=date_format(timezone.localtime(), "H:i"),
        mark=writing.mark(written.name, found.content),
        rows_with_points=_rows(desk, written),
        total=_total(found.content, written.name),
        section=written.name,
    )


def _conflict(
    request: PageRequest, found: Proposal, written: Writing, who: str, *, auto: bool
) -> HttpResponse:
    found.refresh_from_db(fields=["content", "revision", "state"])
    told = _("{who} saved this section since you opened it.").format(who=who)
    if auto:
        return page(
            request,
            "studio/_saved.html",
            trouble=f"{told} {_('Press Save to see both; nothing of yours is lost.')}",
        )
    kept = [
        (key, value)
        for key, values in request.POST.lists()
        for value in values
        if key not in ("csrfmiddlewaretoken", "mark", "revision", "action")
    ]
    return _show(
        request,
        found,
        writing.shown(written.name, found.content),
        status=409,
        conflict=told,
        yours=writing.as_text(written),
        kept=kept,
    )


def _changed_by(request: PageRequest, found: Proposal, name: str) -> str:
    """Who else changed this section since the reader opened it, or nothing."""
    seen = request.POST.get("mark", "")
    if not seen or seen == writing.mark(name, found.content):
        return ""
    told = request.POST.get("revision", "")
    since = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
    entry = selectors.saved_by_others(request.actor, found, since=since)
    if entry is None:
        return ""  # it was the reader, in another window or a moment ago
    person = Person.objects.for_actor(request.actor).filter(public_id=entry.actor).first()
    return person.full_name if person and person.full_name else _("Somebody else")


def _rows(desk: Desk, written: Writing) -> list[dict[str, Any]]:
    """Each row's form with the points about it."""
    found = []
    for index, form in enumerate(written.rows):
        start = f"/{written.member}/{index}"
        found.append(
            {
                "form": form,
                "index": index,
                "number": index + 1,
                "first": index == 0,
                "last": index == len(written.rows) - 1,
                "says": [
                    one
                    for one in desk.said
                    if one.point.problem.pointer == start
                    or one.point.problem.pointer.startswith(f"{start}/")
                ],
            }
        )
    return found


def _total(content: dict[str, Any], name: str) -> dict[str, Any] | None:
    """What the rows add up to, where they should add up to something."""
    if name == "assessment":
        parts = [task.get("weight") or 0 for task in content.get("tasks", [])]
        whole: float = 100
    elif name == "hours":
        parts = [part.get("hours") or 0 for part in content.get("workload", [])]
        whole = content.get("hours") or 0
    else:
        return None
    total = round(sum(parts), 2)
    fits = total == whole or (name == "hours" and not parts)
    left = round(whole - total, 2)
    return {
        "sum": f"{total:g}",
        "whole": f"{whole:g}",
        "fits": fits,
        "left": f"{left:g}",
        "over": f"{-left:g}" if left < 0 else "",
    }


def _offer_undo(request: PageRequest, found: Proposal, name: str, before: dict[str, Any]) -> None:
    members = ("outcomes", "tasks") if name == "outcomes" else (writing.ROWS[name][0],)
    request.session[UNDO] = {
        "proposal": found.public_id,
        "revision": found.revision,
        "section": name,
        "parts": {member: before.get(member, []) for member in members},
    }


def _undo(request: PageRequest, found: Proposal) -> bool:
    kept = request.session.get(UNDO)
    return bool(kept and kept["proposal"] == found.public_id and kept["revision"] == found.revision)


@signed_in
def undo(request: PageRequest, public_id: str) -> HttpResponse:
    """Put back what was removed last, unless something was saved since."""
    found = selectors.proposal_for(request.actor, public_id)
    kept = request.session.get(UNDO)
    url = reverse("studio:proposal", args=[public_id])
    if request.method == "POST" and kept and _undo(request, found):
        url = reverse("studio:section", args=[public_id, kept["section"]])
        text = found.content | kept["parts"]
        services.save_draft(found, content=text, seen=kept["revision"], by=request.actor)
        del request.session[UNDO]
        messages.success(request, _("It is back."))
    elif request.method == "POST":
        messages.warning(request, _("Something was saved since, so there is nothing to undo."))
    return HttpResponseRedirect(url)
