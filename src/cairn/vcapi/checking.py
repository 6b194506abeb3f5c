"""A report of the library as the answer of a verifier: 200 if it holds, 400 and why if it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cairn.vc.document import JsonObject
from cairn.vc.report import Check, Report, State
from cairn.vcapi.problems import Problem, refused

#: Whose the key is, beyond what a proof shows, is for a verifier's policy; a suite asks for the proof.
_POLICY: Final = frozenset({"issuer", "holder"})


def answer(report: Report, *, of: str = "issuer") -> tuple[int, JsonObject]:
    """Return the status of HTTP and the body that say what was found.

    ``of`` is the check that a document of the wanted kind has: a credential has an ``issuer``, a
    presentation a ``holder``.
    """
    found = {
        "checks": [check.id for check in report if check.state is State.PASSED],
        "warnings": [
            _problem(check).details()
            for check in report
            if check.state is State.UNKNOWN and check.id in _POLICY
        ],
    }
    problems = [_problem(check) for check in _objections(report, of)]
    if not problems:
        return 200, {"verified": True, **found, "errors": []}
    errors = [problem.message for problem in problems]
    return 400, refused(400, *problems, verified=False, **found, errors=errors)


def _problem(check: Check) -> Problem:
    return Problem(check.code, check.message, check.pointer)


def _objections(report: Report, of: str) -> Iterator[Check]:
    if report.failed != {"json"} and not any(check.id == of for check in report):
        what = "presentation" if of == "holder" else "credential"
        yield Check("data_model", State.FAILED, f"This is no {what}.", "/type", "data_model.broken")
    for check in report:
        if check.state is State.FAILED or (check.state is State.UNKNOWN and _counts(check, report)):
            yield check
    if report.failed | report.unknown <= _POLICY and "proof" not in report.passed:
        yield Check("proof", State.FAILED, "Nothing here was signed.", "/proof", "proof.missing")
    for inside in report.inside:
        yield from _objections(inside, "issuer")


def _counts(check: Check, report: Report) -> bool:
    if check.id in _POLICY:
        return False
    # What is said of the credentials together stands in the report on each of them.
    return check.id != "credentials" or not report.inside
