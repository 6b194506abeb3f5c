"""ACHIEVEMENT.yaml: what a person writes about a micro-credential, read into Open Badges 3.0."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from cairn.cli.shape import (
    Choice,
    Day,
    Flag,
    Many,
    Node,
    NotYaml,
    Number,
    Pattern,
    Problem,
    Record,
    Scalar,
    Text,
    Url,
    field_names,
    line_of,
    read_yaml,
)
from cairn.vc.model import (
    ACHIEVEMENT_TYPES,
    RESULT_TYPES,
    TARGET_TYPES,
    Achievement,
    Address,
    Alignment,
    Criteria,
    Facts,
    Image,
    Profile,
    Result,
    ResultDescription,
    Task,
    criteria_narrative,
)

_TITLE: Final = Text(limit=300)
_LINE: Final = Text(limit=1_000)
_IMAGE: Final = Record(
    {"url": Url(("https", "http", "data")), "caption": _LINE},
    required={"url": "Write where the picture is."},
    short="url",
)
_TASK: Final = Record(
    {"name": _LINE, "weight": Number(0, 100), "secure": Flag(), "pass_mark": _TITLE},
    required={"name": "Say what the learner does."},
    short="name",
)
_SHAPE: Final = Record(
    {
        "id": Url(schemes=()),
        "name": _TITLE,
        "description": Text(),
        "criteria": Record({"narrative": Text(), "url": Url()}, short="narrative"),
        "issuer": Record(
            {
                "name": _TITLE,
                "url": Url(),
                "email": Pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address", "a@b.edu"),
                "phone": _TITLE,
                "country": Pattern(r"[A-Z]{2}", "a country code of two letters", "AU"),
                "description": Text(),
                "image": _IMAGE,
            },
            required={"name": "Write the name of the awarding body."},
            short="name",
            hints={"id": "Leave it out: the key that signs says who the issuer is."},
        ),
        "outcomes": Many(_LINE),
        "assessment": Record(
            {
                "type": _LINE,
                "tasks": Many(_TASK),
                "supervision": _LINE,
                "identity_check": _LINE,
            },
            short="type",
        ),
        "hours": Number(1, 100_000),
        "level": _TITLE,
        "mode": _TITLE,
        "quality_assurance": _LINE,
        "prerequisites": _LINE,
        "language": Pattern(
            r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", "a language tag", "en or en-AU"
        ),
        "credit": Record({"points": Number(0, 100_000), "rule": _LINE}, short="points"),
        "stacking": _LINE,
        "recognition": _LINE,
        "cost": _LINE,
        "valid_for": Pattern(
            r"[1-9]\d{0,3} days?|[1-9]\d{0,2} (week|month|year)s?",
            "a length of time",
            "3 years or 18 months",
        ),
        "review_date": Day(),
        "result": Record(
            {
                "name": _TITLE,
                "scale": Choice(RESULT_TYPES),
                "pass_mark": _TITLE,
                "min": _TITLE,
                "max": _TITLE,
                "values": Many(_TITLE),
            },
            short="scale",
        ),
        "image": _IMAGE,
        "alignments": Many(
            Record(
                {
                    "name": _LINE,
                    "url": Url(),
                    "type": Choice(TARGET_TYPES),
                    "framework": _LINE,
                    "code": _TITLE,
                    "description": Text(),
                },
                required={
                    "name": "Write the name of the skill or competency.",
                    "url": "Write the address of the skill or competency.",
                },
            )
        ),
        "tags": Many(_TITLE),
        "achievement_type": Choice(ACHIEVEMENT_TYPES),
        "national_qualification": Flag(),
        "version": _TITLE,
        "code": _TITLE,
        "field_of_study": _TITLE,
        "specialization": _TITLE,
    },
    required={
        "id": "Write an address of yours that stays the same, such as "
        "https://example.edu/achievements/intro.",
        "name": "Write the title as it should stand on the credential.",
        "description": "Write one or two sentences on what this is.",
        "criteria": "Write what a learner must do to earn it.",
        "issuer": "Write issuer: and, below it, name: with the name of the awarding body.",
    },
    hints={
        "title": "Use name.",
        "expires": "Use valid_for, such as 3 years.",
        "skills": "Use alignments.",
        "learning_outcomes": "Use outcomes.",
    },
)

#: Every field of the file, as the reference page lists them.
FIELDS: Final = tuple(field_names(_SHAPE))


class DefinitionError(Exception):
    """An ACHIEVEMENT.yaml that cannot be used, with every reason found."""

    code = "definition.problems"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as people say it: a number of days, weeks, months or years."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Self:
        count, unit = text.split()
        return cls(int(count), unit.removesuffix("s"))

    def after(self, start: datetime) -> datetime:
        """Add this to a moment; 31 January and one month is the last day of February."""
        if self.unit in ("day", "week"):
            return start + timedelta(days=self.count * (7 if self.unit == "week" else 1))
        months = start.month - 1 + self.count * (12 if self.unit == "year" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        day = min(start.day, calendar.monthrange(year, month)[1])
        return start.replace(year=year, month=month, day=day)


@dataclass(frozen=True, slots=True)
class Definition:
    """One micro-credential, ready to be awarded. ``result`` is the scale of the final result."""

    achievement: Achievement
    name: str
    issuer: Mapping[str, Any]
    valid_for: Period | None
    result: ResultDescription | None

    def issuer_profile(self, did: str) -> Profile:
        """Return the issuer as it stands in a credential; ``did`` is the id of the key."""
        return _issuer(self.issuer, did)

    def result_for(self, value: str) -> Result:
        """Return a learner's result, or raise ``ValueError`` with a sentence and its cure."""
        if self.result is None:
            return Result.build(value=value, status="Completed")
        _check_value(value, self.result)
        return Result.build(result_description=self.result.id, value=value, status="Completed")


def read_definition(raw: bytes) -> Definition:
    """Read ACHIEVEMENT.yaml, or raise :class:`DefinitionError` with every problem at once."""
    try:
        node = read_yaml(raw)
    except NotYaml as exc:
        raise DefinitionError((exc.problem,)) from exc
    problems: list[Problem] = []
    if isinstance(node, Scalar) and node.empty:
        cure = "Start from one of the example files."
        raise DefinitionError((Problem(None, "", "There is nothing in it.", cure),))
    values = _SHAPE.read(node, "", problems)
    if values is not None and not problems:
        problems += _contradictions(node, values)
    if values is None or problems:
        raise DefinitionError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return _definition(values)


def _contradictions(node: Node, values: Mapping[str, Any]) -> list[Problem]:
    """Find what only shows when fields are read together."""
    found = []
    weights = [task.get("weight") for task in values.get("assessment", {}).get("tasks", ())]
    if any(weight is not None for weight in weights):
        total = sum(weight or 0 for weight in weights)
        if None in weights or total != 100:
            message = f"The weights add up to {total:g}."
            cure = "Give every task a weight, so that they add up to 100."
            found.append(
                Problem(line_of(node, "assessment", "tasks"), "assessment.tasks", message, cure)
            )
    result = values.get("result", {})
    allowed, required = result.get("values", ()), result.get("pass_mark")
    if allowed and required is not None and required not in allowed:
        message = f"The pass mark {required} is not among the values."
        cure = f"Use one of {', '.join(allowed)}."
        found.append(
            Problem(line_of(node, "result", "pass_mark"), "result.pass_mark", message, cure)
        )
    if not values["criteria"]:
        cure = "Write a narrative, a url, or both."
        found.append(
            Problem(line_of(node, "criteria"), "criteria", "There is nothing in it.", cure)
        )
    return found


def _definition(values: Mapping[str, Any]) -> Definition:
    result = _result_description(values)
    return Definition(
        achievement=_achievement(values, result),
        name=values["name"],
        issuer=values["issuer"],
        valid_for=Period.parse(values["valid_for"]) if "valid_for" in values else None,
        result=result,
    )


def _achievement(values: Mapping[str, Any], result: ResultDescription | None) -> Achievement:
    tasks = _task_descriptions(values)
    kind = values.get("achievement_type", "MicroCredential")
    criteria = values["criteria"]
    return Achievement.build(
        id=values["id"],
        name=values["name"],
        description=values["description"],
        criteria=Criteria.build(
            id=criteria.get("url"),
            narrative=criteria_narrative(criteria.get("narrative", ""), _facts(values, kind))
            or None,
        ),
        achievement_type=kind,
        alignments=[_alignment(item) for item in values.get("alignments", ())],
        credits_available=values.get("credit", {}).get("points"),
        field_of_study=values.get("field_of_study"),
        human_code=values.get("code"),
        image=_image(values.get("image")),
        in_language=values.get("language"),
        result_descriptions=[*tasks, *([result] if result else [])],
        specialization=values.get("specialization"),
        tags=values.get("tags", ()),
        version=values.get("version"),
    )


def _facts(values: Mapping[str, Any], kind: str) -> Facts:
    assessment, credit = values.get("assessment", {}), values.get("credit", {})
    same = (
        "outcomes", "hours", "level", "mode", "quality_assurance", "prerequisites", "stacking",
        "recognition", "language", "cost", "valid_for", "review_date",
    )  # fmt: skip
    return Facts(
        assessment=assessment.get("type"),
        tasks=tuple(Task(**task) for task in assessment.get("tasks", ())),
        supervision=assessment.get("supervision"),
        identity_check=assessment.get("identity_check"),
        credit=credit.get("points"),
        credit_rule=credit.get("rule"),
        # Only a micro-credential is taken for a qualification; a degree says itself what it is.
        national_qualification=values.get("national_qualification", kind != "MicroCredential"),
        **{name: values[name] for name in same if name in values},
    )


def _task_descriptions(values: Mapping[str, Any]) -> list[ResultDescription]:
    """Describe each task as a scale of its own, so that a result can point to it."""
    return [
        ResultDescription.build(
            id=_part_id(values, f"task-{number}"),
            name=task["name"],
            result_type="Result",
            required_value=task.get("pass_mark"),
        )
        for number, task in enumerate(values.get("assessment", {}).get("tasks", ()), start=1)
    ]


def _result_description(values: Mapping[str, Any]) -> ResultDescription | None:
    result = values.get("result")
    if result is None:
        return None
    scale = result.get("scale", "Result")
    bounds = ("0", "100") if scale == "Percent" else (None, None)
    return ResultDescription.build(
        id=_part_id(values, "result"),
        name=result.get("name", "Final result"),
        result_type=scale,
        required_value=result.get("pass_mark"),
        value_min=result.get("min", bounds[0]),
        value_max=result.get("max", bounds[1]),
        allowed_values=result.get("values", ()),
    )


def _part_id(values: Mapping[str, Any], part: str) -> str:
    """Name a part of the achievement; an address has room for one fragment only."""
    address: str = values["id"]
    return f"{address}{'.' if '#' in address else '#'}{part}"


def _alignment(item: Mapping[str, Any]) -> Alignment:
    return Alignment.build(
        target_name=item["name"],
        target_url=item["url"],
        target_type=item.get("type"),
        target_framework=item.get("framework"),
        target_code=item.get("code"),
        target_description=item.get("description"),
    )


def _image(item: Mapping[str, Any] | None) -> Image | None:
    return None if item is None else Image.build(id=item["url"], caption=item.get("caption"))


def _issuer(issuer: Mapping[str, Any], did: str) -> Profile:
    country = issuer.get("country")
    return Profile.build(
        id=did,
        name=issuer["name"],
        url=issuer.get("url"),
        email=issuer.get("email"),
        phone=issuer.get("phone"),
        description=issuer.get("description"),
        image=_image(issuer.get("image")),
        address=Address.build(country_code=country) if country else None,
    )


def _check_value(value: str, scale: ResultDescription) -> None:
    allowed = scale.allowed_values
    if allowed and value not in allowed:
        raise ValueError(f"{value} is not a value of “{scale.name}”. Use {', '.join(allowed)}.")
    if allowed and scale.required_value in allowed:
        below = allowed.index(value) < allowed.index(scale.required_value)
    else:
        _check_bounds(value, scale)
        below = _number(value) < _number(scale.required_value, default=float("-inf"))
    if below:
        raise ValueError(
            f"{value} is below the pass mark {scale.required_value} of “{scale.name}”. Correct the "
            "result, or take the learner off the list."
        )


def _check_bounds(value: str, scale: ResultDescription) -> None:
    low = _number(scale.value_min, default=float("-inf"))
    high = _number(scale.value_max, default=float("inf"))
    numeric = scale.value_min is not None or scale.value_max is not None
    if numeric and not low <= _number(value, default=float("nan")) <= high:
        raise ValueError(
            f"{value} is not a value of “{scale.name}”. Write a number from {scale.value_min} to "
            f"{scale.value_max}."
        )


def _number(text: str | None, *, default: float = float("inf")) -> float:
    """Read a number; text that is none is ``default`` (and so never below a pass mark)."""
    plain = text is not None and re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text, re.ASCII)
    return float(text) if text is not None and plain else default
