"""What was measured, and the scale it is read on."""

# A builder takes every property of its class by name, and "id" is the standard's own word.
# ruff: noqa: A002, PLR0913
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from cairn.vc.model.parts import Alignment
from cairn.vc.model.view import Term, View, compact, kind_of, several, text, texts

#: Open Badges 3.0, ResultType: closed, but for names that start with ``ext:``.
RESULT_TYPES: Final = (
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricCriterion",
    "RubricCriterionLevel",
    "RubricScore",
    "ScaledScore",
    "Status",
)
#: Open Badges 3.0, ResultStatusType: closed.
RESULT_STATUSES: Final = (
    "Completed",
    "Enrolled",
    "Failed",
    "InProgress",
    "OnHold",
    "Provisional",
    "Withdrew",
)


@dataclass(frozen=True, slots=True)
class RubricCriterionLevel(View):
    """One level of one criterion of a rubric."""

    id = Term("id", text)
    name = Term("name", text)
    level = Term("level", text)
    points = Term("points", text)
    description = Term("description", text)
    alignments = Term("alignment", several(Alignment))

    @classmethod
    def build(
        cls,
        *,
        id: str,
        name: str,
        level: str | None = None,
        points: str | None = None,
        description: str | None = None,
        alignments: Sequence[Alignment] = (),
    ) -> Self:
        return cls(
            compact(
                id=id,
                type=["RubricCriterionLevel"],
                alignment=alignments,
                description=description,
                level=level,
                name=name,
                points=points,
            )
        )


@dataclass(frozen=True, slots=True)
class ResultDescription(View):
    """A scale: what kind of value a result has, and which value is enough."""

    id = Term("id", text)
    name = Term("name", text)
    result_type = Term("resultType", text)
    required_value = Term("requiredValue", text)
    required_level = Term("requiredLevel", text)
    value_min = Term("valueMin", text)
    value_max = Term("valueMax", text)
    allowed_values = Term("allowedValue", texts)
    levels = Term("rubricCriterionLevel", several(RubricCriterionLevel))
    alignments = Term("alignment", several(Alignment))

    @classmethod
    def build(
        cls,
        *,
        id: str,
        name: str,
        result_type: str,
        required_value: str | None = None,
        required_level: str | None = None,
        value_min: str | None = None,
        value_max: str | None = None,
        allowed_values: Sequence[str] = (),
        levels: Sequence[RubricCriterionLevel] = (),
        alignments: Sequence[Alignment] = (),
    ) -> Self:
        """``allowed_values`` stand in order, lowest first."""
        kind_of(result_type, RESULT_TYPES, "result type")
        return cls(
            compact(
                id=id,
                type=["ResultDescription"],
                alignment=alignments,
                allowedValue=allowed_values,
                name=name,
                requiredLevel=required_level,
                requiredValue=required_value,
                resultType=result_type,
                rubricCriterionLevel=levels,
                valueMax=value_max,
                valueMin=value_min,
            )
        )


@dataclass(frozen=True, slots=True)
class Result(View):
    """What one learner achieved on one scale."""

    result_description = Term("resultDescription", text)
    value = Term("value", text)
    status = Term("status", text)
    achieved_level = Term("achievedLevel", text)
    alignments = Term("alignment", several(Alignment))

    @classmethod
    def build(
        cls,
        *,
        result_description: str | None = None,
        value: str | None = None,
        status: str | None = None,
        achieved_level: str | None = None,
        alignments: Sequence[Alignment] = (),
    ) -> Self:
        """``result_description`` is the id of the scale in the achievement."""
        if status is not None and status not in RESULT_STATUSES:
            raise ValueError(f"{status} is not a result status. Use {', '.join(RESULT_STATUSES)}.")
        return cls(
            compact(
                type=["Result"],
                achievedLevel=achieved_level,
                alignment=alignments,
                resultDescription=result_description,
                status=status,
                value=value,
            )
        )
