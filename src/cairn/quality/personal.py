"""What quality keeps about people: who opened and decided, by key, and what a reviewer wrote."""

from __future__ import annotations

from typing import Final

from cairn.kernel.actor import Actor
from cairn.kernel.models import Person
from cairn.quality.models import Comment, Decision

FIELDS: Final = {
    Decision: {
        "reason": "The institution's record of why it approved or returned a text. Kept: it is "
        "about the text, no learner is known at this point, and its writer is a key only.",
    },
    Comment: {
        "place": "Not personal: a place in the text under review.",
        "words": "What reviewers and authors said about the text. Kept with the decision: it is "
        "about the text, and its writer is a key only.",
    },
}


def erase(person: Person, *, by: Actor) -> None:
    """Nothing to do: reviewers are kept as keys, so that a decision stays one person's."""
