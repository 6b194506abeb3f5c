"""My micro-credentials, and three plain questions that make a first draft of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.design import content as texts
from cairn.design import selectors, services
from cairn.design.content import read
from cairn.design.errors import SlugNotFit, SlugTaken
from cairn.design.models import Proposal
from cairn.design.shape import Faulty
from cairn.design.states import ProposalState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.models import Delegation, Membership, OrgUnit
from cairn.kernel.permissions import roles_with
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.search import Hit, finder
from cairn.web.studio import words
from cairn.web.studio.desk import last_moves, whereabouts
from cairn.web.studio.forms import StartForm

EACH_PAGE: Final = 50
#: The chips above the list, and the states behind them.
CHIPS: Final = (
    ("", gettext_lazy("All"), ()),
    ("writing", gettext_lazy("Being written"), (ProposalState.IDEA, ProposalState.DRAFT)),
    ("review", gettext_lazy("In review"), (ProposalState.IN_REVIEW,)),
    ("approved", gettext_lazy("Approved"), (ProposalState.APPROVED,)),
    ("withdrawn", gettext_lazy("Withdrawn"), (ProposalState.WITHDRAWN,)),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    proposal: Proposal
    title: str
    tone: str
    icon: str
    state: str
    whereabouts: str
    stop: int
    look: int
    live: bool


@signed_in
def home(request: PageRequest) -> HttpResponse:
    actor = request.actor
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100]
    chosen = request.GET.get("state", "")
    states = next((states for name, _label, states in CHIPS if name == chosen), ())
    found = selectors.proposals(actor)
    if asked:
        found = found.filter(
            Q(achievement__title__icontains=asked)
            | Q(achievement__slug__icontains=asked)
            | Q(content__title__icontains=asked)
        )
    if states:
        found = found.filter(state__in=states)
    shown = Paginator(found, EACH_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "studio/home.html",
        partial="studio/_list.html",
        rows=_rows(actor, list(shown)),
        shown=shown,
        asked=asked,
        chips=[
            {"name": name, "label": label, "here": name == (chosen if states else "")}
            for name, label, _states in CHIPS
        ],
        chosen=chosen if states else "",
        may_start=bool(_units(actor)),
    )


def _rows(actor: Actor, proposals: list[Proposal]) -> list[Row]:
    moves = last_moves(actor, proposals)
    policy = selectors.policy_of(actor.institution)
    kept: dict[int, list[Any]] = {}
    for one in selectors.dismissals(actor, proposals):
        kept.setdefault(one.proposal_id, []).append(one)
    rows = []
    for proposal in proposals:
        content = read(proposal.content)
        live = proposal.state in (ProposalState.IDEA, ProposalState.DRAFT)
        points = selectors.points(content, policy, kept.get(proposal.pk, ())) if live else ()
        stop = sum(point.problem.blocks for point in points)
        tone, icon, state = words.STATES[ProposalState(proposal.state)]
        rows.append(
            Row(
                proposal,
                content.title or proposal.achievement.title,
                tone,
                icon,
                str(state),
                whereabouts(proposal, moves.get(proposal.public_id)),
                stop,
                sum(point.open for point in points) - stop,
                live,
            )
        )
    return rows


@signed_in
def start(request: PageRequest) -> HttpResponse:
    units = _units(request.actor)
    choices = [(unit.public_id, unit.name) for unit in units]
    if not units:
        verdict = request.actor.holds("design.write")
        return page(request, "studio/start.html", form=None, why_not=verdict.reason, status=403)
    form = StartForm(request.POST or None, units=choices)
    if request.method == "POST" and form.is_valid():
        unit = next(one for one in units if one.public_id == form.cleaned_data["org_unit"])
        proposal = _begin(form, unit, by=request.actor)
        if proposal is not None:
            messages.success(request, _("Your first draft is here. Go on wherever you like."))
            return HttpResponseRedirect(reverse("studio:proposal", args=[proposal.public_id]))
    return page(request, "studio/start.html", form=form)


def _begin(form: StartForm, unit: OrgUnit, *, by: Actor) -> Proposal | None:
    said = form.cleaned_data
    text = _first_text(said)
    try:
        texts.read(text)
    except Faulty as exc:
        for problem in exc.problems:
            name = problem.pointer.strip("/").split("/")[0]
            form.refuse(f"{problem.message} {problem.cure}", "task" if name == "tasks" else name)
        return None
    try:
        proposal = _propose(unit, said["title"], said["slug"], by=by)
    except (SlugTaken, SlugNotFit) as exc:
        form.refuse(exc, "slug")
        return None
    return services.save_draft(proposal, content=text, seen=0, by=by)


def _first_text(said: dict[str, Any]) -> dict[str, Any]:
    lines = [
        " ".join(line.split(" ")).strip(" -\u2013\u2022*\t")
        for line in said["outcomes"].splitlines()
    ]
    outcomes = [
        {"key": f"o{number}", "text": line}
        for number, line in enumerate((line for line in lines if line), 1)
    ]
    text: dict[str, Any] = {
        "title": said["title"],
        "outcomes": outcomes,
        "prerequisites": said["prerequisites"] or None,
        "hours": said["hours"],
        "language": "en",
    }
    if said["task"]:
        keys = [one["key"] for one in outcomes]
        text["tasks"] = [{"key": "t1", "title": said["task"], "weight": 100, "outcomes": keys}]
    return {name: value for name, value in text.items() if value is not None}


def _propose(unit: OrgUnit, title: str, slug: str, *, by: Actor) -> Proposal:
    """Propose under the short name that was asked for, or the first free one for the title."""
    if slug:
        return services.propose(unit, slug=slug, title=title, by=by)
    stem = slugify(title)[:56].strip("-_").replace("_", "-") or "micro-credential"
    for number in range(1, 30):
        try:
            name = stem if number == 1 else f"{stem}-{number}"
            return services.propose(unit, slug=name, title=title, by=by)
        except SlugTaken:
            continue
    raise SlugTaken(slug=stem)


def _units(actor: Actor) -> list[OrgUnit]:
    """The units where this actor may propose, own rights and lent ones."""
    if actor.person_id is None:
        return []
    day = clock.today(actor.institution)
    own = (
        Membership.objects.for_actor(actor)
        .on(day)
        .filter(person_id=actor.person_id, role__in=roles_with("design.write"))
    )
    lent = (
        Delegation.objects.for_actor(actor)
        .on(day)
        .filter(receiver_id=actor.person_id, permission="design.write")
    )
    paths = {
        *own.values_list("org_unit__path", flat=True),
        *lent.values_list("org_unit__path", flat=True),
    }
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(path__startswith=path)
    return list(OrgUnit.objects.for_actor(actor).filter(within).order_by("path", "name"))


@finder
def find(actor: Actor, asked: str) -> Iterable[Hit]:
    found = selectors.proposals(actor).filter(
        Q(achievement__title__icontains=asked) | Q(achievement__slug__icontains=asked)
    )
    for proposal in found[:6]:
        url = reverse("studio:proposal", args=[proposal.public_id])
        yield Hit(proposal.achievement.title, _("Micro-credential"), url)
