"""The spread of results as a picture: ten columns, the pass mark, one sentence, one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.assessment.preview import spread

WIDTH: Final = 480
HEIGHT: Final = 120
STEP: Final = 46
LEFT: Final = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One ten of the scale, with where it is drawn."""

    label: str
    count: int
    x: int
    y: float
    height: float
    low: bool

    @property
    def middle(self) -> int:
        return self.x + 19

    @property
    def above(self) -> float:
        return self.y - 5


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws."""

    caption: str
    columns: tuple[Column, ...]
    line: float
    pass_mark: Decimal


def chart(totals: Sequence[Any], passed: int, pass_mark: Decimal) -> Chart | None:
    """Draw the totals of those who were judged; None where there is nobody."""
    if not totals:
        return None
    counts = spread(totals)
    highest = max(counts)
    columns = []
    for ten, count in enumerate(counts):
        height = round(92 * count / highest, 1) if count else 0
        label = f"{ten * 10}\u2013{ten * 10 + 9 if ten < 9 else 100}"
        columns.append(
            Column(
                label,
                count,
                LEFT + ten * STEP,
                HEIGHT - height,
                height,
                (ten + 1) * 10 <= pass_mark,
            )
        )
    line = LEFT - 4 + float(Fraction(pass_mark)) / 10 * STEP
    return Chart(_caption(totals, passed), tuple(columns), round(line, 1), pass_mark)


def _caption(totals: Sequence[Any], passed: int) -> str:
    number = len(totals)
    ordered = sorted(totals)
    half = (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
    if number == 1:
        return _("One person passes.") if passed else _("One person does not pass.")
    first = ngettext(
        "%(passed)s of %(all)s passes; half of them have %(half)s or more.",
        "%(passed)s of %(all)s pass; half of them have %(half)s or more.",
        passed,
    )
    return first % {"passed": passed, "all": number, "half": int(half)}
