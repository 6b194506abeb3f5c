"""One section of a text as forms: shown, read back, changed, and saved without losing anybody's work."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cairn.design.problem import Problem
from cairn.design.sections import SECTIONS
from cairn.web.studio import forms
from cairn.web.studio.forms import PartForm

MOST_ROWS: Final = 100
#: The form around a section, and the form of each of its rows.
HEADS: Final[Mapping[str, type[PartForm]]] = {
    "basics": forms.BasicsForm,
    "assessment": forms.AssessmentForm,
    "hours": forms.HoursForm,
    "level": forms.LevelForm,
    "award": forms.AwardForm,
    "criteria": forms.CriteriaForm,
    "picture": forms.PictureForm,
}
ROWS: Final[Mapping[str, tuple[str, type[PartForm]]]] = {
    "outcomes": ("outcomes", forms.OutcomeForm),
    "assessment": ("tasks", forms.TaskForm),
    "hours": ("workload", forms.WorkloadForm),
    "alignments": ("alignments", forms.AlignmentForm),
}


@dataclass
class Writing:
    """The forms of one section, bound to what was sent or to the text as it stands."""

    name: str
    head: PartForm | None
    rows: list[PartForm] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def member(self) -> str:
        return ROWS[self.name][0] if self.name in ROWS else ""

    @property
    def all(self) -> list[PartForm]:
        return [*([self.head] if self.head else []), *self.rows]

    def is_valid(self) -> bool:
        # Every form is asked: the reader sees all that is wrong at once.
        faults = [form for form in self.all if not form.is_valid()]
        return not faults

    @property
    def faulty(self) -> bool:
        return bool(self.problems) or any(form.is_bound and form.errors for form in self.all)

    @property
    def errors(self) -> list[dict[str, str]]:
        """What is wrong, with the ids of the fields, for the summary."""
        found = [{"words": told, "target": ""} for told in self.problems]
        for form in self.all:
            for name, told in form.errors.items() if form.is_bound else ():
                target = "" if name == "__all__" else str(form[name].id_for_label)
                found += [{"words": str(one), "target": target} for one in told]
        return found

    def write(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The text with this section as it was sent."""
        text = copy.deepcopy(dict(data))
        if self.head is not None:
            self.head.write(text)
        if self.member:
            before = text.get(self.member, [])
            text[self.member] = [_row(form, before) for form in self.rows]
        return text

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say at its field what the text cannot keep."""
        for problem in problems:
            told = f"{problem.message} {problem.cure}"
            form, name = self._at(problem.pointer)
            if form is None:
                self.problems.append(told)
            else:
                form.refuse(told, name)

    def _at(self, pointer: str) -> tuple[PartForm | None, str]:
        steps = tuple(pointer.strip("/").split("/"))
        if steps[0] == self.member and len(steps) > 2 and steps[1].isdigit():
            index = int(steps[1])
            return (self.rows[index] if index < len(self.rows) else None), steps[2]
        if self.head is not None:
            for name in self.head.fields:
                if self.head.path(name) == steps:
                    return self.head, name
        return None, ""


def shown(name: str, data: Mapping[str, Any]) -> Writing:
    """The section as it stands."""
    head = HEADS[name](initial=HEADS[name].read(dict(data))) if name in HEADS else None
    writing = Writing(name, head)
    if name in ROWS:
        member, kind = ROWS[name]
        for index, row in enumerate(data.get(member, [])):
            options = {"prefix": f"{member}-{index}", "initial": kind.read(row)}
            writing.rows.append(kind(**options, **_more(kind, data)))
    return writing


def sent(name: str, post: QueryDict, data: Mapping[str, Any]) -> Writing:
    """The section as somebody sent it."""
    head = HEADS[name](post, initial=HEADS[name].read(dict(data))) if name in HEADS else None
    writing = Writing(name, head)
    if name in ROWS:
        member, kind = ROWS[name]
        for index in range(_count(post.get("rows", ""))):
            writing.rows.append(kind(post, prefix=f"{member}-{index}", **_more(kind, data)))
    return writing


def _more(kind: type[PartForm], data: Mapping[str, Any]) -> dict[str, Any]:
    if kind is not forms.TaskForm:
        return {}
    labels = [
        (one.get("key", ""), f"{number}. {Truncator(one.get('text') or _('(empty)')).chars(90)}")
        for number, one in enumerate(data.get("outcomes", []), 1)
    ]
    return {"outcomes": labels}


def _row(form: PartForm, before: list[dict[str, Any]]) -> dict[str, Any]:
    """A row as it was sent; what its form does not show stays as it was."""
    key = form.cleaned_data.get("key")
    kept = next((one for one in before if key and one.get("key") == key), {})
    row = copy.deepcopy(kept)
    form.write(row)
    return row


def _count(told: str) -> int:
    return min(int(told), MOST_ROWS) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def act(text: dict[str, Any], name: str, action: str) -> str:
    """Add, remove or move a row; return the anchor to go on from, or nothing if nothing was done.

    What an outcome leaves behind in the tasks goes with it.
    """
    if name not in ROWS:
        return ""
    member = ROWS[name][0]
    rows: list[dict[str, Any]] = text.setdefault(member, [])
    if action == "add":
        if len(rows) < MOST_ROWS:
            rows.append({})
        return f"row-{member}-{len(rows) - 1}"
    verb, _dash, number = action.partition("-")
    index = _count(number) if number else -1
    if not 0 <= index < len(rows):
        return ""
    if verb == "remove":
        gone = rows.pop(index)
        if member == "outcomes":
            for task in text.get("tasks", []):
                task["outcomes"] = [k for k in task.get("outcomes", []) if k != gone.get("key")]
        return "rows"
    to = index + {"up": -1, "down": 1}.get(verb, 0)
    if to != index and 0 <= to < len(rows):
        rows[index], rows[to] = rows[to], rows[index]
        return f"row-{member}-{to}"
    return ""


def without_blanks(text: dict[str, Any], name: str) -> dict[str, Any]:
    """Leave out rows in which nothing was written."""
    if name in ROWS:
        member = ROWS[name][0]
        text[member] = [row for row in text.get(member, []) if set(row) - {"key"}]
    return text


def mark(name: str, data: Mapping[str, Any]) -> str:
    """A short digest of one section, by which a page knows what its reader had before their eyes."""
    part = {member: data.get(member) for member in SECTIONS[name]}
    told = json.dumps(part, sort_keys=True, default=str).encode()
    return hashlib.sha256(told).hexdigest()[:16]


def as_text(writing: Writing) -> str:
    """What somebody wrote, as plain text that they can copy."""
    told = []
    for form in writing.all:
        for bound in form:
            value = bound.value()
            if bound.name != "key" and value not in (None, "", []):
                said = ", ".join(value) if isinstance(value, list) else value
                told.append(f"{bound.label}: {said}")
    return "\n".join(told)[:20_000]
