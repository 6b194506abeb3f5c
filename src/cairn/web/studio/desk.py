"""All that a page about one proposal shows around its content, gathered once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.design import facts, policies, selectors
from cairn.design.content import Content, read
from cairn.design.models import Proposal
from cairn.design.sections import Progress, Standing, section_of, standings
from cairn.design.selectors import Point
from cairn.design.states import WRITABLE, ProposalState
from cairn.design.wording import better_verbs
from cairn.kernel.actor import Actor
from cairn.kernel.models import LedgerEntry
from cairn.kernel.permissions import Verdict, no
from cairn.quality import selectors as quality
from cairn.quality.models import Comment, Decision, Review
from cairn.web.studio import words

#: What moves a proposal from one desk to another.
MOVES = (
    facts.PROPOSAL_MADE.name,
    facts.PROPOSAL_SUBMITTED.name,
    facts.PROPOSAL_REOPENED.name,
    facts.PROPOSAL_APPROVED.name,
    facts.PROPOSAL_WITHDRAWN.name,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A point as the page says it: what, why, how to mend it, and where."""

    point: Point
    url: str
    where: str
    section: str
    instead: tuple[str, ...] = ()
    cure: str = ""

    @property
    def tone(self) -> str:
        return "bad" if self.point.problem.blocks else "warn"


@dataclass(frozen=True, slots=True)
class Tab:
    """A section in the working order."""

    standing: Standing
    label: str
    about: str
    url: str
    tone: str
    icon: str
    words: str
    first: str = ""
    first_url: str = ""
    optional: bool = False
    remarks: int = 0
    here: bool = False


@dataclass
class Desk:
    """A proposal with its text, its points, its remarks, and what its reader may do."""

    actor: Actor
    proposal: Proposal
    here: str = ""
    review: Review | None = None
    decisions: list[Decision] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    moves: list[LedgerEntry] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest, proposal: Proposal, here: str = "") -> Desk:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        reviews = quality.reviews_of(actor, [proposal])
        return cls(
            actor,
            proposal,
            here,
            review=reviews[0] if reviews else None,
            decisions=quality.decisions_on(actor, reviews) if reviews else [],
            comments=quality.comments(actor, proposal) if reviews else [],
            moves=selectors.history(actor, [proposal], facts=MOVES),
        )

    @cached_property
    def content(self) -> Content:
        return read(self.proposal.content)

    @cached_property
    def order(self) -> dict[str, int]:
        return order(self.content)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        kept = selectors.dismissals(self.actor, [self.proposal])
        return selectors.points(self.content, selectors.policy_of(self.actor.institution), kept)

    @property
    def open_points(self) -> list[Point]:
        return [point for point in self.points if point.open]

    @property
    def blocking(self) -> list[Point]:
        return [point for point in self.points if point.problem.blocks]

    @cached_property
    def said(self) -> list[Said]:
        """The open points, those of this page first, those that block before the others."""
        found = [self._said(point) for point in self.open_points]
        return sorted(found, key=lambda one: (one.section != self.here, one.tone != "bad"))

    @cached_property
    def kept(self) -> list[Said]:
        return [self._said(point) for point in self.points if not point.open]

    def _said(self, point: Point) -> Said:
        return said(self.proposal.public_id, point, self.content, self.order)

    @property
    def said_here(self) -> list[Said]:
        return [one for one in self.said if not self.here or one.section == self.here]

    @property
    def said_elsewhere(self) -> list[Said]:
        return [one for one in self.said if self.here and one.section != self.here]

    @property
    def verdict(self) -> str:
        """What all points come to, in one sentence."""
        stop = len(self.blocking)
        look = len(self.open_points) - stop
        if not stop and not look:
            return _("Nothing stands in the way of a review.")
        told = []
        if stop:
            told.append(
                ngettext(
                    "One thing stands in the way of a review.",
                    "%(n)s things stand in the way of a review.",
                    stop,
                )
                % {"n": stop}
            )
        if look:
            told.append(
                ngettext("One is worth a look.", "%(n)s are worth a look.", look) % {"n": look}
            )
        return " ".join(told)

    @cached_property
    def tabs(self) -> list[Tab]:
        remarks = self.remarks_by_section
        return [
            self._tab(one, len(remarks.get(one.section, ())))
            for one in standings(self.proposal.content, (p.problem for p in self.open_points))
        ]

    def _tab(self, standing: Standing, remarks: int) -> Tab:
        name = standing.section
        tone, icon, told = words.PROGRESS[standing.progress]
        return Tab(
            standing=standing,
            label=str(words.SECTIONS[name]),
            about=str(words.ABOUT[name]),
            url=self._address(name),
            tone=tone,
            icon=icon,
            words=str(told),
            first=str(words.SECTIONS[standing.first]) if standing.first else "",
            first_url=self._address(standing.first) if standing.first else "",
            optional=name in ("alignments", "picture"),
            remarks=remarks,
            here=name == self.here,
        )

    def _address(self, name: str) -> str:
        if name == "matrix":
            return reverse("studio:matrix", args=[self.proposal.public_id])
        return reverse("studio:section", args=[self.proposal.public_id, name])

    @property
    def done(self) -> int:
        return sum(one.standing.progress is Progress.DONE for one in self._needed)

    @property
    def wanted(self) -> int:
        """How many sections there are beside those that may stay empty."""
        return len(self._needed)

    @property
    def _needed(self) -> list[Tab]:
        return [one for one in self.tabs if not one.optional]

    @property
    def next_tab(self) -> Tab | None:
        """The first section that wants something, from here on."""
        wanting = [
            one
            for one in self.tabs
            if one.standing.progress not in (Progress.DONE, Progress.BLOCKED)
            and (not one.optional or one.standing.points)
        ]
        return wanting[0] if wanting else None

    @property
    def unsettled(self) -> Tab | None:
        """The first section with a remark that is still open, once the text came back."""
        if self.returned is None:
            return None
        return next((one for one in self.tabs if one.remarks), None)

    @property
    def following(self) -> str:
        """The address of the section after this one; after the last, the overview."""
        names = [*words.SECTIONS]
        at = names.index(self.here) + 1 if self.here in names else len(names)
        if at < len(names):
            return self._address(names[at])
        return reverse("studio:proposal", args=[self.proposal.public_id])

    @cached_property
    def may_write(self) -> Verdict:
        verdict = policies.may_write(self.actor, selectors.proposal_facts(self.proposal))
        if verdict and self.proposal.state not in WRITABLE:
            return no(_stands(self.proposal.state))
        return verdict

    @cached_property
    def may_submit(self) -> Verdict:
        facts_ = selectors.proposal_facts(self.proposal)
        verdict = policies.may_submit(self.actor, facts_)
        if not verdict:
            return verdict
        if self.proposal.state not in WRITABLE:
            return no(_stands(self.proposal.state))
        if self.blocking:
            count = len(self.blocking)
            return no(
                ngettext(
                    "One thing stands in the way. Mend it, then submit.",
                    "%(n)s things stand in the way. Mend them, then submit.",
                    count,
                )
                % {"n": count}
            )
        return verdict

    @property
    def submittable(self) -> bool:
        return self.proposal.state in WRITABLE

    @property
    def state(self) -> dict[str, str]:
        tone, icon, told = words.STATES[ProposalState(self.proposal.state)]
        return {"tone": tone, "icon": icon, "words": str(told)}

    @property
    def whereabouts(self) -> str:
        return whereabouts(self.proposal, self.moves[-1] if self.moves else None, self.returned)

    @property
    def returned(self) -> Decision | None:
        """The decision by which the draft came back, while it is being mended."""
        last = self.decisions[0] if self.decisions else None
        if last is None or self.proposal.state != ProposalState.DRAFT:
            return None
        return last if last.outcome == "return" else None

    @cached_property
    def remarks_by_section(self) -> dict[str, list[Comment]]:
        """The remarks that are not settled yet, by section."""
        found: dict[str, list[Comment]] = {}
        for one in self.comments:
            if one.resolved_at is None:
                found.setdefault(one.place.partition("/")[0], []).append(one)
        return found

    @property
    def remarks_here(self) -> list[dict[str, Any]]:
        """The remarks on this section, grouped by the part they are about."""
        return grouped(
            (one for one in self.comments if one.place.partition("/")[0] == self.here), self.order
        )

    @property
    def open_remarks(self) -> int:
        return sum(map(len, self.remarks_by_section.values()))

    @property
    def as_context(self) -> dict[str, Any]:
        return {"desk": self, "proposal": self.proposal, "content": self.content}


def order(content: Content) -> dict[str, int]:
    """The number of every outcome and task in the text, by key."""
    found = {one.key: number for number, one in enumerate(content.outcomes, 1) if one.key}
    return found | {one.key: number for number, one in enumerate(content.tasks, 1) if one.key}


def said(proposal: str, point: Point, content: Content, numbers: Mapping[str, int]) -> Said:
    """A point in the words of the page."""
    problem = point.problem
    instead: tuple[str, ...] = ()
    if problem.code == "outcome.not_measurable":
        index = int(problem.pointer.split("/")[2])
        better = better_verbs(content.outcomes[index].text)
        instead = better.instead if better else ()
    return Said(
        point,
        words.where(proposal, problem),
        words.called(point.place, numbers) if problem.pointer else "",
        section_of(problem),
        instead,
        _cure(point, content) or problem.cure,
    )


def _cure(point: Point, content: Content) -> str:
    """A cure that knows which tasks an outcome has, and that no mark hangs on them."""
    if point.problem.code != "outcome.not_assessed":
        return ""
    key = point.place.rpartition("/")[2]
    weightless = [task.title for task in content.tasks if key in task.outcomes and task.title]
    if not weightless:
        return _("Press a cell in its row to say which task shows it, or remove the outcome.")
    return _("“{task}” has no share of the mark. Give it one, or choose another task.").format(
        task=weightless[0]
    )


def grouped(comments: Iterable[Comment], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Remarks by the part of the text they are about."""
    found: dict[str, list[Comment]] = {}
    for one in comments:
        found.setdefault(one.place, []).append(one)
    return [
        {"place": place, "called": place_called(place, numbers), "remarks": remarks}
        for place, remarks in found.items()
    ]


def place_called(place: str, numbers: Mapping[str, int]) -> str:
    """The part that a remark is about: “Outcome 2”, “Hours”."""
    section, _slash, key = place.partition("/")
    if not key:
        return str(words.SECTIONS.get(section, section))
    member = "tasks" if section == "assessment" else section
    return words.called(f"/{member}/{key}", numbers)


def _stands(state: str) -> str:
    return {
        ProposalState.IN_REVIEW: _("It is in review, so its text stands until somebody decides."),
        ProposalState.APPROVED: _("It is approved, so its text stands. Begin a new version."),
    }.get(ProposalState(state), _("It was withdrawn, so its text stands as it was."))


def day(moment: datetime) -> str:
    return str(date_format(timezone.localtime(moment), "j F Y"))


def whereabouts(
    proposal: Proposal, move: LedgerEntry | None, returned: Decision | None = None
) -> str:
    """Who has it, since when, and what happens next."""
    since = day(move.at if move else proposal.created_at)
    state = ProposalState(proposal.state)
    if state is ProposalState.IN_REVIEW:
        return _("With the reviewers since %(day)s. Next: they approve it, or return it.") % {
            "day": since
        }
    if state is ProposalState.APPROVED:
        return _("Approved on %(day)s. Next: offer it, or begin a new version.") % {"day": since}
    if state is ProposalState.WITHDRAWN:
        return _("Withdrawn on %(day)s.") % {"day": since}
    if returned is not None or (move and move.fact == facts.PROPOSAL_REOPENED.name):
        return _("Returned on %(day)s. Next: mend it, then submit again.") % {"day": since}
    return _("With its authors since %(day)s. Next: submit it for review.") % {"day": since}


def last_moves(actor: Actor, proposals: Sequence[Proposal]) -> dict[str, LedgerEntry]:
    """The last move of each proposal, by public id."""
    return {one.subject: one for one in selectors.history(actor, proposals, facts=MOVES)}
