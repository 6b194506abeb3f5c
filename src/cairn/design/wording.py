"""Outcomes begin with a verb that can be observed; these cannot, and here is what may be meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: What an author writes, and what an assessor could see instead. Longer phrases come first.
VAGUE: Final[Mapping[str, tuple[str, ...]]] = {
    "demonstrate an understanding of": ("explain", "apply"),
    "demonstrate understanding of": ("explain", "apply"),
    "develop an understanding of": ("explain", "compare"),
    "gain an understanding of": ("explain", "compare"),
    "have an understanding of": ("explain", "compare"),
    "have knowledge of": ("state", "describe"),
    "become familiar with": ("identify", "use"),
    "be familiar with": ("identify", "use"),
    "become aware of": ("identify", "describe"),
    "be aware of": ("identify", "describe"),
    "be exposed to": ("try out", "report on"),
    "think about": ("analyse", "question"),
    "understand": ("explain", "apply"),
    "comprehend": ("explain", "summarise"),
    "appreciate": ("justify", "weigh"),
    "recognise the importance of": ("justify", "argue for"),
    "recognize the importance of": ("justify", "argue for"),
    "internalise": ("apply", "justify"),
    "internalize": ("apply", "justify"),
    "value": ("justify", "defend"),
    "know": ("state", "describe"),
    "learn": ("use", "describe"),
    "grasp": ("explain", "apply"),
    "study": ("analyse", "compare"),
    "believe": ("argue for", "defend"),
    "enjoy": ("choose", "take part in"),
    "feel": ("describe", "respond to"),
}
# “Students will be able to understand …” is judged by what follows.
_OPENING: Final = re.compile(
    r"(?:(?:on|upon|after) (?:successful )?completion[^,]{0,80}, *)?"
    r"(?:(?:the |a )?(?:learner|student|participant|graduate)s? +)?"
    r"(?:(?:will|should|can|must|is|are) +)?(?:(?:be )?able to +)?",
    re.IGNORECASE,
)
_PHRASES: Final = sorted(VAGUE, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Better:
    """A vague verb, and verbs that can be observed."""

    vague: str
    instead: tuple[str, ...]


def better_verbs(outcome: str) -> Better | None:
    """Return what to write instead of a verb that nobody can observe, or None if it is fine."""
    plain = " ".join(outcome.split())
    opening = _OPENING.match(plain)
    starts = {plain.lower(), plain[opening.end() if opening else 0 :].lower()}
    for phrase in _PHRASES:
        if any(re.match(rf"(?:to )?{re.escape(phrase)}\b", start) for start in starts):
            return Better(phrase, VAGUE[phrase])
    return None
