"""The parts of a micro-credential as its authors work through them, and how far each has come.

A problem is about a place (a JSON pointer); a place lies in a section. Places that last name an
outcome or a task by its key, so that they still mean the same part when parts change places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cairn.design.content import Content
from cairn.design.problem import Problem
from cairn.vc.document import JsonObject

#: Sections in working order, and the members of the content that each holds.
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "basics": (
        "title",
        "description",
        "prerequisites",
        "mode",
        "language",
        "quality_assurance",
        "cost",
        "valid_for",
        "field_of_study",
        "specialization",
        "code",
        "tags",
        "review_date",
        "national_qualification",
    ),
    "outcomes": ("outcomes",),
    "assessment": ("tasks", "assessment", "supervision", "identity_check"),
    "matrix": (),
    "hours": ("hours", "hours_note", "workload"),
    "level": ("level", "level_comparison", "credit", "recognition", "stacking"),
    "award": ("award_rule",),
    "criteria": ("criteria",),
    "alignments": ("alignments",),
    "picture": ("image",),
}
#: Sections that a good micro-credential may leave empty.
OPTIONAL: Final = frozenset({"alignments", "picture"})
#: What the table of outcomes and tasks is about, though it lies in one of the two.
_ON_MATRIX: Final = frozenset({"outcome.not_assessed", "task.aimless", "task.unknown_outcome"})
# A gap is not a mistake: whoever has not come that far is not told to hurry.
_GAPS: Final = (".missing", ".empty", ".untitled")


class Progress(StrEnum):
    """How far a section has come."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ATTENTION = "attention"
    DONE = "done"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Standing:
    """A section: how far it has come, how many points it has, and what must come first."""

    section: str
    progress: Progress
    points: int = 0
    first: str = ""


def section_of(problem: Problem) -> str:
    """The section where a problem is mended."""
    return "matrix" if problem.code in _ON_MATRIX else section_at(problem.pointer)


def section_at(place: str) -> str:
    """The section in which a place lies; what lies nowhere lies in the basics."""
    member = place.lstrip("/").partition("/")[0]
    return next((name for name, members in SECTIONS.items() if member in members), "basics")


def lasting(place: str, content: Content) -> str:
    """The place with the keys of outcomes and tasks instead of their numbers."""
    words = place.split("/")
    if len(words) < 3 or words[1] not in ("outcomes", "tasks") or not words[2].isdigit():
        return place
    parts: tuple[Any, ...] = getattr(content, words[1])
    index = int(words[2])
    if index >= len(parts):
        return place
    return "/".join([*words[:2], parts[index].key, *words[3:]])


def standings(data: JsonObject, open_points: Iterable[Problem]) -> tuple[Standing, ...]:
    """Say of every section how far it has come. ``open_points`` leave out what was dismissed."""
    points: dict[str, list[Problem]] = {name: [] for name in SECTIONS}
    for problem in open_points:
        points[section_of(problem)].append(problem)
    return tuple(_standing(name, data, points[name]) for name in SECTIONS)


def _standing(name: str, data: JsonObject, points: list[Problem]) -> Standing:
    count = len(points)
    if name in ("assessment", "matrix") and not data.get("outcomes"):
        return Standing(name, Progress.BLOCKED, count, "outcomes")
    if name == "matrix":
        if not data.get("tasks"):
            return Standing(name, Progress.BLOCKED, count, "assessment")
        return Standing(name, Progress.ATTENTION if points else Progress.DONE, count)
    if not any(data.get(member) for member in SECTIONS[name]):
        return Standing(name, Progress.NOT_STARTED, count)
    if any(not problem.code.endswith(_GAPS) for problem in points):
        return Standing(name, Progress.ATTENTION, count)
    return Standing(name, Progress.IN_PROGRESS if points else Progress.DONE, count)
