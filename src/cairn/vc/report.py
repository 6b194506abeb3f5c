"""What an inspection found: one verdict, one sentence, every check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn


class State(StrEnum):
    """How one check ended. ``unknown`` is not a weak ``passed``: nobody could look."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """What all the checks together say."""

    GENUINE = "genuine"
    HOSTED = "hosted"
    ISSUER_UNCONFIRMED = "issuer_unconfirmed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    ALTERED = "altered"
    UNSIGNED_PARTS = "unsigned_parts"
    WRONG_ISSUER = "wrong_issuer"
    OTHER_RECIPIENT = "other_recipient"
    NOT_CONFORMANT = "not_conformant"
    CANNOT_CHECK = "cannot_check"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    ``message`` is a sentence for a recruiter, ``pointer`` a JSON pointer into the document for an
    engineer, ``code`` the stable name of the fault (the specification's own, where it has one).
    """

    id: str
    state: State
    message: str
    pointer: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Every check of one document. It refuses to be used as a boolean: read ``verdict``.

    ``inside`` holds the reports on the credentials that a presentation or a learner record carries, in
    their order; ``newer`` the one on the copy that the issuer's service gave out.
    """

    verdict: Verdict
    sentence: str
    checks: tuple[Check, ...]
    inside: tuple[Report, ...] = ()
    newer: Report | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "A report is not true or false: unknown differs from failed. Read .verdict."
        )

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks)

    def _ids(self, state: State) -> frozenset[str]:
        return frozenset(check.id for check in self.checks if check.state is state)

    @property
    def passed(self) -> frozenset[str]:
        return self._ids(State.PASSED)

    @property
    def failed(self) -> frozenset[str]:
        return self._ids(State.FAILED)

    @property
    def unknown(self) -> frozenset[str]:
        return self._ids(State.UNKNOWN)
