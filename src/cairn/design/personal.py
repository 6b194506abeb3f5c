"""What design keeps about people: who wrote, by key. Erasing a person empties the row it leads to."""

from __future__ import annotations

from typing import Final

from cairn.design.models import Dismissal, Proposal, Version
from cairn.kernel.actor import Actor
from cairn.kernel.models import Person

_TEXT: Final = "Not personal: the institution's text about a micro-credential."

FIELDS: Final = {
    Proposal: {"content": _TEXT},
    Version: {
        "content": _TEXT,
        "digest": "Not personal: the digest of that text.",
    },
    Dismissal: {
        "code": "Not personal: the code of a rule.",
        "place": "Not personal: a place in that text.",
        "told": "Not personal: what the rule said about it.",
        "reason": "Why the institution's text keeps what a rule warns about. Kept: it is about the "
        "text, and its writer is a key only.",
    },
}


def erase(person: Person, *, by: Actor) -> None:
    """Nothing to do: authors are kept as keys, so that no author ever decides about their own."""
