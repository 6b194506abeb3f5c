"""Verdicts and checks as pages show them: a tone, an icon and words for each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cairn.vc.report import Report, State, Verdict
from cairn.web.public import server_texts


@dataclass(frozen=True, slots=True)
class Seal:
    """How a verdict looks: never a colour alone."""

    name: str
    tone: str
    icon: str
    words: str | Promise


SEALS: Final = {
    seal.name: seal
    for seal in (
        Seal(Verdict.GENUINE, "good", "check", _("Genuine and current")),
        Seal(Verdict.HOSTED, "good", "check", _("Confirmed by its web site")),
        Seal(Verdict.ISSUER_UNCONFIRMED, "warn", "warn", _("Unaltered, issuer not confirmed")),
        Seal(Verdict.EXPIRED, "warn", "clock", _("Genuine, expired")),
        Seal(Verdict.NOT_YET_VALID, "warn", "clock", _("Not valid yet")),
        Seal(Verdict.REVOKED, "bad", "cross", _("Revoked")),
        Seal(Verdict.SUSPENDED, "bad", "pause", _("Suspended")),
        Seal(Verdict.ALTERED, "bad", "stop", _("Altered, do not rely on this")),
        Seal(Verdict.UNSIGNED_PARTS, "bad", "stop", _("Not covered by its signature")),
        Seal(Verdict.WRONG_ISSUER, "bad", "stop", _("Not from the issuer it names")),
        Seal(Verdict.OTHER_RECIPIENT, "bad", "stop", _("Awarded to somebody else")),
        Seal(Verdict.NOT_CONFORMANT, "warn", "warn", _("Not in order")),
        Seal(Verdict.CANNOT_CHECK, "info", "help", _("Cannot check now")),
        Seal(Verdict.UNREADABLE, "info", "help", _("Not a credential that can be opened")),
    )
}
_MARKS: Final = {
    State.PASSED: ("good", "check", _("Passed")),
    State.FAILED: ("bad", "cross", _("Failed")),
    State.UNKNOWN: ("warn", "help", _("Could not be told")),
    State.SKIPPED: ("", "ring", _("Not needed")),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How one check ended, as a line of the list."""

    state: str
    tone: str
    icon: str
    words: str | Promise
    name: str = ""
    says: str = ""
    id: str = ""


def names() -> dict[str, str]:
    """What pages call each check, in the language in force."""
    return {
        "json": gettext("Can be read"),
        "data_model": gettext("Put together as the standard asks"),
        "schema": gettext("Open Badges rules"),
        "terms": gettext("Everything is signed"),
        "proof": gettext("Nothing altered"),
        "issuer": gettext("Issuer"),
        "status": gettext("Not withdrawn"),
        "dates": gettext("Dates"),
        "endorsements": gettext("Endorsements"),
        "badge": gettext("What it was awarded for"),
        "hosted": gettext("Published by its site"),
        "holder": gettext("Who presents it"),
        "credentials": gettext("The credentials in it"),
        "recipient": gettext("Awarded to"),
        "refresh": gettext("Newest copy"),
        "document": gettext("The file"),
        "format": gettext("The form of its signature"),
    }


def marks() -> list[Mark]:
    """One empty line for each way in which a check can end: what scripts copy."""
    return [Mark(state, *look) for state, look in _MARKS.items()]


def lines(report: Report) -> list[Mark]:
    """Every check of a report, in the verifier's order; the style sheet sets the reader's."""
    called = names()
    return [
        Mark(
            check.state,
            *_MARKS[check.state],
            called.get(check.id, check.id),
            say(check.message),
            check.id,
        )
        for check in report.checks
    ]


def say(sentence: str) -> str:
    """A sentence of the verifier in the language in force; English where it is not translated."""
    if (get_language() or "en").startswith("en"):
        return sentence
    for pattern, template in _templates():
        match = pattern.fullmatch(sentence)
        if match:
            return _filled(gettext(template), match)
    return sentence


def rest(sentence: str) -> str:
    """The same without the verdict's own words, for a page whose heading has said them."""
    for pattern, template in _templates():
        match = pattern.fullmatch(sentence)
        if match:
            said = gettext(template)
            after = said.partition(": ")[2] or said
            return _filled(after[:1].upper() + after[1:], match)
    return say(sentence)


def words() -> dict[str, str]:
    """The sentences that are translated, for the verifier in the browser."""
    said = {
        template: gettext(template)
        for _pattern, template in _templates()
        if template not in server_texts.SENTENCES
    }
    return {template: words for template, words in said.items() if words != template}


#: What can come true while a page stays open: the list runs out, the issuer takes something back,
#: a date passes, a key is withdrawn.
LATER: Final = frozenset(
    {
        "Genuine and current: {issuer} made this statement and stands by it.",
        "Expired: {issuer} made this statement for a time that is over.",
        "Revoked: {issuer} has withdrawn this statement.",
        "Suspended: {issuer} has set this statement aside for now.",
        "Cannot be checked now: something that is needed could not be had.",
        (
            "Not in order: parts of this document break the standard, as listed. "
            "Ask whoever issued it."
        ),
        "The issuer has not revoked it.",
        "The issuer has revoked this credential.",
        "The issuer has suspended this credential.",
        "The issuer's status list could not be had. {reason}",
        "The issuer's status list cannot be read. {reason}",
        (
            "The status list at hand is past its date, so nobody can tell whether the credential still "
            "stands."
        ),
        "No document was supplied for {url}.",
        "It expired on {date}.",
        "It is valid until {date}.",
        "It has no end date.",
        "The key was withdrawn on {date}.",
        "The key was out of use on {date}.",
        "Not looked at, because the signature was not confirmed.",
    }
)


def expected(report: Report) -> dict[str, str]:
    """The sentences that the browser is likely to say where the server says `report`."""
    known = words()
    said = [report.sentence, *(check.message for check in report.checks)]
    near = {
        template
        for pattern, template in _templates()
        if template in known and (template in LATER or any(pattern.fullmatch(one) for one in said))
    }
    return {template: told for template, told in known.items() if template in near}


def _filled(template: str, match: re.Match[str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda hole: match.groupdict().get(hole[1], hole[0]), template)


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each sentence of the verifier, as a pattern that finds what was filled in."""
    place = files("cairn.web") / "static" / "cairn" / "verifier" / "sentences.json"
    shared = json.loads(place.read_text("utf-8")) if place.is_file() else []
    return tuple((_pattern(one), one) for one in (*shared, *server_texts.SENTENCES))


def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for part in re.split(r"(\{\w+\})", template):
        if not re.fullmatch(r"\{\w+\}", part):
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part[1:-1]})")
        else:
            seen.add(part)
            parts.append(f"(?P<{part[1:-1]}>.+?)")
    return re.compile("".join(parts), re.DOTALL)
