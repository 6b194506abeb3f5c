"""Making the checks of a report, and choosing the one that counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cairn.vc import wording
from cairn.vc.errors import CredentialError
from cairn.vc.report import Check, State


def passed(name: str, message: str | None = None) -> Check:
    """Say that a check passed, in its usual words unless others are given."""
    return Check(name, State.PASSED, wording.PASSED[name] if message is None else message)


def failed(name: str, message: str, place: str | None, code: str) -> Check:
    """Say what failed, and where."""
    return Check(name, State.FAILED, message, place, code)


def unknown(name: str, error: CredentialError, place: str | None) -> Check:
    """Say what could not be had."""
    return Check(name, State.UNKNOWN, error.message, place, error.code)


def skipped(name: str, message: str) -> Check:
    """Say why there was nothing to look at."""
    return Check(name, State.SKIPPED, message)


def worst(checks: Iterable[Check]) -> Check | None:
    """Return the first check that failed, else the first that is unknown, else None."""
    found = list(checks)
    for state in (State.FAILED, State.UNKNOWN):
        for check in found:
            if check.state is state:
                return check
    return None


def many(value: Any) -> list[Any]:
    """Return one value or many as a list; nothing is none."""
    return value if isinstance(value, list) else [] if value is None else [value]
