"""What the studio calls things, and where on its pages a problem is mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.design.problem import Problem
from cairn.design.sections import section_of
from cairn.design.states import ProposalState

SECTIONS: Final[Mapping[str, str | Promise]] = {
    "basics": _("Basics"),
    "outcomes": _("Outcomes"),
    "assessment": _("Assessment"),
    "matrix": _("Matrix"),
    "hours": _("Hours"),
    "level": _("Level and credit"),
    "award": _("Award rule"),
    "criteria": _("Criteria"),
    "alignments": _("Alignments"),
    "picture": _("Picture"),
}
#: What a section is for, in one line.
ABOUT: Final[Mapping[str, str | Promise]] = {
    "basics": _("What it is called, what it is, and whom it is for."),
    "outcomes": _("What somebody who holds it can do."),
    "assessment": _("The tasks by which you see that they can."),
    "matrix": _("Which task shows which outcome."),
    "hours": _("How long it takes, and what the time goes into."),
    "level": _("How demanding it is, and what it counts towards."),
    "award": _("Which mark is enough."),
    "criteria": _("What a learner must do to earn it, in a few sentences."),
    "alignments": _("Skills that others know by name."),
    "picture": _("A badge of your own. Without one, we draw it."),
}
PROGRESS: Final[Mapping[str, tuple[str, str, str | Promise]]] = {
    # progress: tone, icon, words
    "not_started": ("", "ring", _("Not started")),
    "in_progress": ("info", "half", _("In progress")),
    "attention": ("warn", "warn", _("Needs attention")),
    "done": ("good", "check", _("Done")),
    "blocked": ("", "lock", _("Cannot start yet")),
}
STATES: Final[Mapping[str, tuple[str, str, str | Promise]]] = {
    ProposalState.IDEA: ("", "edit", _("Idea")),
    ProposalState.DRAFT: ("", "edit", _("Draft")),
    ProposalState.IN_REVIEW: ("info", "clock", _("In review")),
    ProposalState.APPROVED: ("good", "check", _("Approved")),
    ProposalState.WITHDRAWN: ("", "pause", _("Withdrawn")),
}
#: What the members of a text are called where a change is told.
MEMBERS: Final[Mapping[str, str | Promise]] = {
    "title": _("Title"),
    "description": _("Description"),
    "criteria/narrative": _("Criteria"),
    "criteria/url": _("Page of the criteria"),
    "assessment": _("Type of assessment"),
    "supervision": _("Supervision"),
    "identity_check": _("Identity check"),
    "hours": _("Hours"),
    "hours_note": _("How the hours were counted"),
    "level": _("Level"),
    "level_comparison": _("How the level was found"),
    "mode": _("Mode"),
    "language": _("Language"),
    "quality_assurance": _("Quality assurance"),
    "prerequisites": _("For whom"),
    "credit/points": _("Credit points"),
    "credit/rule": _("Rule for the credit"),
    "stacking": _("What it builds towards"),
    "recognition": _("Who recognises it"),
    "cost": _("Cost"),
    "valid_for": _("Valid for"),
    "review_date": _("Next review"),
    "image/url": _("Picture"),
    "image/caption": _("What the picture shows"),
    "tags": _("Tags"),
    "code": _("Code"),
    "field_of_study": _("Field of study"),
    "specialization": _("Specialisation"),
    "national_qualification": _("National qualification"),
    "award_rule/pass": _("Pass mark"),
    "award_rule/missing": _("A task without a mark"),
    "award_rule/kind": _("Kind of rule"),
    "award_rule/tasks": _("Tasks that count"),
}
_ROWS: Final[Mapping[str, str | Promise]] = {
    "outcomes": _("Outcome"),
    "tasks": _("Task"),
    "workload": _("Part of the hours"),
    "alignments": _("Alignment"),
}
_LISTS: Final[Mapping[str, str | Promise]] = {
    "outcomes": _("Outcomes"),
    "tasks": _("Tasks"),
    "workload": _("Parts of the hours"),
    "alignments": _("Alignments"),
}
_PARTS: Final[Mapping[str, str | Promise]] = {
    "title": _("title"),
    "weight": _("share of the mark"),
    "secure": _("secure"),
    "outcomes": _("outcomes it shows"),
    "pass_mark": _("pass mark of its own"),
    "hours": _("hours"),
    "name": _("name"),
    "url": _("address"),
}
_FIELDS: Final = {
    "/criteria": "id_narrative",
    "/criteria/url": "id_criteria_url",
    "/award_rule": "id_pass_mark",
    "/award_rule/pass": "id_pass_mark",
    "/credit/rule": "id_credit_rule",
    "/image/url": "id_image_url",
    "/image/caption": "id_image_caption",
}


def called(place: str, order: Mapping[str, int]) -> str:
    """A lasting place in words: “Outcome 3”, “Task 1, share of the mark”.

    ``order`` gives the number of each key in the text.
    """
    words = place.strip("/").split("/")
    if words[0] not in _ROWS:
        return str(MEMBERS.get("/".join(words), words[0].replace("_", " ").capitalize()))
    if len(words) == 1:
        return str(_LISTS[words[0]])
    if words[1] == "order":
        return str(_("Order of the {what}")).format(what=str(_LISTS[words[0]]).lower())
    number = order.get(words[1]) or (int(words[1]) + 1 if words[1].isdigit() else words[1])
    name = f"{_ROWS[words[0]]} {number}"
    return name if len(words) == 2 or words[2] == "text" else f"{name}, {_part(words[2])}"


def _part(word: str) -> str:
    return str(_PARTS.get(word, word.replace("_", " ")))


def anchor(problem: Problem) -> str:
    """The id of the element where a problem is mended."""
    if section_of(problem) == "matrix":
        words = problem.pointer.strip("/").split("/")
        return f"row-{words[1]}" if words[0] == "outcomes" and len(words) > 1 else "matrix"
    if problem.pointer in _FIELDS:
        return _FIELDS[problem.pointer]
    words = problem.pointer.strip("/").split("/")
    if words[0] in _ROWS:
        return f"id_{'-'.join(words)}" if len(words) > 2 else "rows"
    return f"id_{words[0]}"


def where(proposal_id: str, problem: Problem) -> str:
    """The address where a problem is mended, down to the field."""
    section = section_of(problem)
    if section == "matrix":
        base = reverse("studio:matrix", args=[proposal_id])
    else:
        base = reverse("studio:section", args=[proposal_id, section])
    return f"{base}#{anchor(problem)}"
