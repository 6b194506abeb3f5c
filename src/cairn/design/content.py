"""What a micro-credential says about itself, as frozen values with one JSON form and one digest.

The words are those of the achievement file (docs/reference/achievement-file.md). A draft may have
gaps; :mod:`cairn.design.rules` says which of them matter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, Final, TypeVar

from cairn.design.shape import Field, Shape, choice, day, flag, key, many, number, record, text
from cairn.vc import jcs
from cairn.vc.document import JsonObject

NOT_LEVELLED: Final = "not levelled"
_TITLE: Final = text(300)
_LINE: Final = text(1_000)
_PROSE: Final = text(10_000, lines=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody who holds the credential can do."""

    key: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is assessed. ``weight`` is in per cent; ``outcomes`` are keys.

    ``secure`` says that it is known who did the work; ``pass_mark`` must be reached in this task
    whatever the others say.
    """

    key: str = ""
    title: str = ""
    weight: Decimal | None = None
    secure: bool | None = None
    outcomes: tuple[str, ...] = ()
    pass_mark: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Workload:
    """A part of the hours: taught, supervised, on one's own."""

    title: str = ""
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """How it is earned, in Markdown, and the page that says the same."""

    narrative: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit points, and the dated rule that grants them."""

    points: Decimal | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: where it is, and what it shows in words."""

    url: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A skill or competency of a framework that others know."""

    name: str = ""
    url: str = ""
    type: str | None = None
    framework: str | None = None
    code: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class AwardRule:
    """When marks are enough: the weighted mark over the tasks reaches ``pass_mark``.

    ``missing`` says what a task without a mark does: it counts zero, or the result waits for it.
    """

    kind: str = "weighted_mark"
    pass_mark: Decimal | None = None
    missing: str = "zero"
    tasks: str = "all"


@dataclass(frozen=True, slots=True)
class Content:
    """A micro-credential as it is proposed, reviewed and later signed into credentials.

    ``hours`` are hours of learning; ``hours_note`` says how they were counted, or why they are not
    known. ``level`` is a level of a named framework or "not levelled"; ``level_comparison`` says
    against what it was compared.
    """

    title: str = ""
    description: str = ""
    criteria: Criteria = Criteria()
    outcomes: tuple[Outcome, ...] = ()
    tasks: tuple[Task, ...] = ()
    award_rule: AwardRule | None = None
    assessment: str | None = None
    supervision: str | None = None
    identity_check: str | None = None
    hours: Decimal | None = None
    hours_note: str | None = None
    workload: tuple[Workload, ...] = ()
    level: str | None = None
    level_comparison: str | None = None
    mode: str | None = None
    language: str | None = None
    quality_assurance: str | None = None
    prerequisites: str | None = None
    credit: Credit | None = None
    stacking: str | None = None
    recognition: str | None = None
    cost: str | None = None
    valid_for: str | None = None
    review_date: date | None = None
    image: Image | None = None
    alignments: tuple[Alignment, ...] = ()
    tags: tuple[str, ...] = ()
    code: str | None = None
    field_of_study: str | None = None
    specialization: str | None = None
    national_qualification: bool = False

    @property
    def levelled(self) -> bool:
        return self.level is not None and self.level.casefold() != NOT_LEVELLED

    @property
    def parts(self) -> tuple[Outcome | Task, ...]:
        """Everything that has a key."""
        return (*self.outcomes, *self.tasks)

    def task(self, key: str) -> Task | None:
        return next((task for task in self.tasks if task.key == key), None)


_CRITERIA: Final = record(Criteria, narrative=_PROSE, url=_LINE)
_OUTCOME: Final = record(Outcome, key=key, text=_LINE)
_TASK: Final = record(
    Task, key=key, title=_LINE, weight=number(0, 100), secure=flag, outcomes=many(key),
    pass_mark=number(0, 100),
)  # fmt: skip
_AWARD_RULE: Final = record(
    AwardRule,
    kind=choice("weighted_mark"),
    missing=choice("zero", "wait"),
    tasks=choice("all"),
    **{"pass": Field(number(0, 100), "pass_mark")},
)
_CONTENT: Final[Shape] = record(
    Content,
    title=_TITLE,
    description=_PROSE,
    criteria=_CRITERIA,
    outcomes=many(_OUTCOME),
    tasks=many(_TASK),
    award_rule=_AWARD_RULE,
    assessment=_LINE,
    supervision=_LINE,
    identity_check=_LINE,
    hours=number(0, 100_000),
    hours_note=_LINE,
    workload=many(record(Workload, title=_TITLE, hours=number(0, 100_000))),
    level=_TITLE,
    level_comparison=_LINE,
    mode=_TITLE,
    language=_TITLE,
    quality_assurance=_LINE,
    prerequisites=_LINE,
    credit=record(Credit, points=number(0, 100_000), rule=_LINE),
    stacking=_LINE,
    recognition=_LINE,
    cost=_LINE,
    valid_for=_TITLE,
    review_date=day,
    image=record(Image, url=text(100_000), caption=_LINE),
    alignments=many(
        record(
            Alignment,
            name=_LINE,
            url=_LINE,
            type=_TITLE,
            framework=_LINE,
            code=_TITLE,
            description=_PROSE,
        )
    ),
    tags=many(_TITLE),
    code=_TITLE,
    field_of_study=_TITLE,
    specialization=_TITLE,
    national_qualification=flag,
)
_JSON_NAMES: Final[Mapping[tuple[type, str], str]] = {(AwardRule, "pass_mark"): "pass"}

Part = TypeVar("Part", Outcome, Task)


def read(data: Mapping[str, Any]) -> Content:
    """Read the JSON form, or raise :class:`cairn.design.shape.Faulty` with every reason."""
    content: Content = _CONTENT(data)
    return content


def write(content: Content) -> JsonObject:
    """Write the JSON form; what is absent is left out, so a new field changes no old digest."""
    written: JsonObject = _json(content)
    return written


def digest(data: JsonObject) -> str:
    """Return the SHA-256, in hex, of the canonical JSON (RFC 8785) of a content."""
    return hashlib.sha256(jcs.canonicalize(data).encode()).hexdigest()


def with_keys(content: Content, *, taken: Iterable[str] = ()) -> Content:
    """Give every outcome and task without a key the next free one, ``o4`` or ``t2``.

    ``taken`` are keys of earlier texts: a key that once meant something else is not used again.
    """
    used = {*taken, *(part.key for part in content.parts)}
    return replace(
        content,
        outcomes=_keyed(content.outcomes, "o", used),
        tasks=_keyed(content.tasks, "t", used),
    )


def keys(content: Content) -> frozenset[str]:
    """Every key of a content."""
    return frozenset(part.key for part in content.parts if part.key)


def _keyed(parts: tuple[Part, ...], letter: str, used: set[str]) -> tuple[Part, ...]:
    # A number is free only past every number in use: o2 may be gone, but was once somebody's.
    numbers = [
        int(name[1:]) for name in used if re.fullmatch(rf"{letter}\d{{1,6}}", name, re.ASCII)
    ]
    free = count(max(numbers, default=0) + 1)
    return tuple(part if part.key else replace(part, key=f"{letter}{next(free)}") for part in parts)


def _json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        members = {
            _JSON_NAMES.get((type(value), part.name), part.name): _json(getattr(value, part.name))
            for part in fields(value)
        }
        return {name: item for name, item in members.items() if item not in (None, "", [], {})}
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value
