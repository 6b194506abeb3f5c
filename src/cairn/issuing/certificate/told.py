"""What a certificate says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A credential as its certificate tells it. ``raw`` is the credential as it was signed.

    ``facts`` are pairs of name and value, ``tasks`` and ``how`` are lines; all are in the language
    ``language`` (BCP 47). ``national`` says that it is a national qualification.
    """

    raw: bytes
    address: str
    reference: str
    holder: str
    institution: str
    achievement: str
    description: str
    badge: str
    badge_caption: str
    issued_on: date
    valid_until: date | None = None
    summary: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    national: bool = False
    language: str = "en"
