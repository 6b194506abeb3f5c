"""Is there a newer copy? (Open Badges 3.0, Verification, step 3; vccr v1p0)

The issuer's service is asked once, after the proof held, and what it answers is checked like any other
credential, but for its own service: a circle of services ends where it began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from cairn.vc.checks import many, passed, skipped
from cairn.vc.datamodel import issuer_id
from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents
from cairn.vc.errors import Unavailable
from cairn.vc.report import Check, Report, State, Verdict

SERVICE: Final = "1EdTechCredentialRefresh"
_NOT_HAD: Final = "Its issuer offers newer copies of it and could not be asked for one."

Look = Callable[[bytes], tuple[Report, JsonObject | None]]
"""Inspects what came back, without asking for a newer copy in its turn."""

#: With these nobody knows enough of the issuer to ask what it offers.
_PAST_ASKING: Final = frozenset(
    {Verdict.ALTERED, Verdict.UNSIGNED_PARTS, Verdict.WRONG_ISSUER, Verdict.UNREADABLE}
)


def refreshed(
    report: Report, document: Mapping[str, Any], documents: Documents, look: Look
) -> Report:
    """Return the report with what became of asking for a newer copy, where the credential offers one."""
    address = _service(document)
    if address is None or "proof" not in report.passed or report.verdict in _PAST_ASKING:
        return report
    try:
        raw = documents.load(address)
    except Unavailable as exc:
        message = f"{_NOT_HAD} {exc.message}"
        return replace(report, checks=(*report.checks, skipped("refresh", message)))
    newer, found = look(raw)
    check = _check(newer, found, document)
    checks = (*report.checks, check)
    if check.state is not State.FAILED or report.verdict is not Verdict.GENUINE:
        verdict = report.verdict
        if check.state is State.UNKNOWN and verdict is Verdict.GENUINE:
            return replace(
                report,
                verdict=Verdict.CANNOT_CHECK,
                sentence="Cannot be checked now: its newest copy could not be confirmed.",
                checks=checks,
                newer=newer,
            )
        return replace(report, checks=checks, newer=newer)
    sentence = f"Its newest copy does not stand. {newer.sentence}"
    return replace(report, verdict=newer.verdict, sentence=sentence, checks=checks, newer=newer)


def _service(document: Mapping[str, Any]) -> str | None:
    for item in many(document.get("refreshService")):
        types = many(item.get("type")) if isinstance(item, Mapping) else []
        if SERVICE in types and isinstance(item.get("id"), str):
            address: str = item["id"]
            return address
    return None


def _check(newer: Report, found: JsonObject | None, document: Mapping[str, Any]) -> Check:
    place = "/refreshService"
    if found is None:
        message = "What its issuer's service answers is no credential, so nothing newer is known."
        return Check("refresh", State.SKIPPED, message, place, "refresh.unreadable")
    if (found.get("id"), issuer_id(found)) != (document.get("id"), issuer_id(document)):
        message = "What its issuer's service answers is another credential than this one."
        return Check("refresh", State.UNKNOWN, message, place, "refresh.other")
    for state in (State.FAILED, State.UNKNOWN):
        for check in newer:
            if check.state is state:
                fault = "does not hold" if state is State.FAILED else "could not be confirmed"
                message = f"Its issuer's newest copy {fault}: {check.message}"
                return Check("refresh", state, message, place, check.code)
    if found == document:
        return passed("refresh", "It is its issuer's newest copy.")
    return passed("refresh", "Its issuer has a newer copy, which holds. Use that one.")
