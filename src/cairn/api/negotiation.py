"""Which form of a thing a client wants: the rule of RFC 9110 §12.5.1, on plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: A longer header is nobody's honest wish.
MOST_CHARACTERS: Final = 2_000
_RANGE: Final = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)\s*", re.ASCII)
_WEIGHT: Final = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """One media range and how much it is wanted, from 0 to 1."""

    kind: str
    part: str
    weight: float

    def fits(self, offer: str) -> int:
        """How exactly an offer is meant: 0 not at all, 1 by ``*/*``, 2 by ``image/*``, 3 by name."""
        kind, _, part = offer.partition("/")
        if (self.kind, self.part) == (kind, part):
            return 3
        if self.part != "*":
            return 0
        return 2 if self.kind == kind else int(self.kind == "*")


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that is wanted most, the earlier of two that are wanted alike; None for none.

    Without a wish the first offer is taken. What cannot be read is no wish.
    """
    if not accept.strip():
        return offers[0]
    wishes = list(_wishes(accept[:MOST_CHARACTERS]))
    weights = [_weight(offer, wishes) for offer in offers]
    most = max(weights)
    return offers[weights.index(most)] if most > 0 else None


def _weight(offer: str, wishes: Sequence[Wish]) -> float:
    """What the most exact wish says about an offer."""
    fitting = [(wish.fits(offer), wish.weight) for wish in wishes]
    exact, weight = max(fitting, default=(0, 0.0))
    return weight if exact else 0.0


def _wishes(accept: str) -> Iterator[Wish]:
    for item in accept.split(","):
        media, *parameters = item.split(";")
        match = _RANGE.fullmatch(media)
        if match is None:
            continue
        weights = [found for one in parameters if (found := _WEIGHT.fullmatch(one.strip()))]
        weight = float(weights[0][1]) if weights else 1.0
        yield Wish(match[1].lower(), match[2].lower(), weight)
