"""One thing that stands in the way of a micro-credential, or that its author should look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a proposal from review; a warning is shown to author and reviewer."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Where it is (JSON pointer, RFC 6901), what it is, and how to mend it."""

    pointer: str
    code: str
    message: str
    cure: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.pointer or 'The content'}: {self.message} {self.cure}"

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.ERROR
