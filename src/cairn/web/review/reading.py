"""A version laid out for reading: parts in order, what changed in them, what was said beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.design.content import Content
from cairn.design.differences import Change
from cairn.design.sections import SECTIONS
from cairn.design.selectors import Point
from cairn.quality.models import Comment
from cairn.web.studio import words
from cairn.web.studio.desk import place_called
from cairn.web.templatetags.cairn import plain


@dataclass
class Part:
    """A part of the text that can be remarked upon."""

    place: str
    called: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, Change]] = field(default_factory=list)
    remarks: list[Comment] = field(default_factory=list)

    @property
    def element(self) -> str:
        return self.place.replace("/", "-")

    @property
    def open_remarks(self) -> list[Comment]:
        return [one for one in self.remarks if one.resolved_at is None]


#: Each check in words, and the codes of the rules behind it.
CHECKS: Final[Sequence[tuple[str | Promise, tuple[str, ...]]]] = (
    (gettext_lazy("Every outcome is assessed"), ("outcome.not_assessed",)),
    (gettext_lazy("Every task shows an outcome"), ("task.aimless",)),
    (gettext_lazy("Outcomes can be observed"), ("outcome.not_measurable",)),
    (gettext_lazy("The shares make 100 %"), ("tasks.weights",)),
    (gettext_lazy("At least one secure task"), ("tasks.not_secure",)),
    (gettext_lazy("Hours are said, and add up"), ("hours.",)),
    (gettext_lazy("The level is said, with its reason"), ("level.",)),
    (gettext_lazy("Credit rests on a dated rule"), ("credit.",)),
    (gettext_lazy("The mark that is enough is said"), ("award_rule.",)),
    (gettext_lazy("The facts of the public page are said"), ("fact.",)),
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check with what it found."""

    called: str
    points: tuple[Point, ...]

    @property
    def tone(self) -> str:
        return "warn" if self.points else "good"


def checks(points: Iterable[Point]) -> list[Check]:
    """Every check, those that found something with what they found; what fits none comes last."""
    left = list(points)
    found = []
    for called, codes in CHECKS:
        mine = [one for one in left if one.problem.code.startswith(codes)]
        left = [one for one in left if one not in mine]
        found.append(Check(str(called), tuple(mine)))
    if left:
        found.append(Check(_("Other points"), tuple(left)))
    return found


def parts(content: Content, comments: Iterable[Comment], numbers: Mapping[str, int]) -> list[Part]:
    """The whole text in reading order, with what was said beside each part."""
    found = [part for part in _laid_out(content) if part.lines]
    _add_remarks(found, comments, numbers)
    return found


def changed(
    told: Iterable[Change],
    content: Content,
    comments: Iterable[Comment],
    numbers: Mapping[str, int],
) -> list[Part]:
    """Only the parts that differ, with what was said beside them."""
    found: dict[str, Part] = {}
    keys = {one.key for one in content.outcomes} | {one.key for one in content.tasks}
    for one in told:
        place = _place(one, keys)
        part = found.setdefault(place, Part(place, place_called(place, numbers)))
        part.changes.append((words.called(one.place, numbers), one))
    for part in found.values():
        part.remarks = [one for one in comments if one.place == part.place]
    return list(found.values())


def _place(change: Change, keys: set[str]) -> str:
    steps = change.place.strip("/").split("/")
    if steps[0] in ("outcomes", "tasks") and len(steps) > 1 and steps[1] in keys:
        return f"{'assessment' if steps[0] == 'tasks' else 'outcomes'}/{steps[1]}"
    return change.section


def _add_remarks(
    found: list[Part], comments: Iterable[Comment], numbers: Mapping[str, int]
) -> None:
    places = {part.place: part for part in found}
    for one in comments:
        if one.place not in places:
            places[one.place] = Part(one.place, place_called(one.place, numbers))
            found.append(places[one.place])
        places[one.place].remarks.append(one)


def _laid_out(content: Content) -> list[Part]:
    found = [Part("basics", _("Basics"), _facts(content, SECTIONS["basics"]))]
    for number, outcome in enumerate(content.outcomes, 1):
        name = _("Outcome {n}").format(n=number)
        found.append(Part(f"outcomes/{outcome.key}", name, [("", outcome.text)]))
    order = {one.key: number for number, one in enumerate(content.outcomes, 1)}
    for number, task in enumerate(content.tasks, 1):
        shows = ", ".join(str(order[key]) for key in task.outcomes if key in order)
        secure = {True: _("Yes"), False: _("No"), None: _("Not said")}[task.secure]
        lines = [
            ("", task.title),
            (_("Share of the mark"), f"{plain(task.weight)} %" if task.weight is not None else "-"),
            (_("Secure"), secure),
            (_("Shows outcomes"), shows or "-"),
        ]
        if task.pass_mark is not None:
            lines.append((_("Pass mark of its own"), plain(task.pass_mark)))
        name = _("Task {n}").format(n=number)
        found.append(Part(f"assessment/{task.key}", name, lines))
    found.append(Part("assessment", _("Assessment"), _facts(content, SECTIONS["assessment"])))
    hours = _facts(content, ("hours", "hours_note"))
    hours += [(one.title, plain(one.hours)) for one in content.workload]
    found.append(Part("hours", _("Hours"), hours))
    found.append(Part("level", str(words.SECTIONS["level"]), _level(content)))
    rule = content.award_rule
    if rule is not None:
        missing = _("counts as zero") if rule.missing == "zero" else _("makes the result wait")
        lines = [(_("Mark that is enough"), plain(rule.pass_mark) or "-")]
        lines.append((_("A task without a mark"), missing))
        found.append(Part("award", str(words.SECTIONS["award"]), lines))
    criteria = [("", content.criteria.narrative), ("", content.criteria.url or "")]
    found.append(Part("criteria", _("Criteria"), [line for line in criteria if line[1]]))
    aligned = [(one.name, f"{one.framework or ''} {one.url}".strip()) for one in content.alignments]
    found.append(Part("alignments", _("Alignments"), aligned))
    if content.image is not None:
        shown = [
            (_("What it shows"), content.image.caption),
            (_("Address"), content.image.url[:200]),
        ]
        found.append(Part("picture", _("Picture"), shown))
    return found


def _facts(content: Content, members: Iterable[str]) -> list[tuple[str, str]]:
    lines = []
    for name in members:
        value = getattr(content, name)
        if value in (None, "", ()) or name in ("tasks", "outcomes", "national_qualification"):
            continue
        told = ", ".join(value) if isinstance(value, tuple) else plain(value)
        lines.append((str(words.MEMBERS[name]), told))
    return lines


def _level(content: Content) -> list[tuple[str, str]]:
    lines = _facts(content, ("level", "level_comparison", "recognition", "stacking"))
    if content.credit is not None:
        lines.append((str(words.MEMBERS["credit/points"]), plain(content.credit.points)))
        lines.append((str(words.MEMBERS["credit/rule"]), content.credit.rule or "-"))
    return lines
