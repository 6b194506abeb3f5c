"""Typesets a certificate: PDF/A-3a and PDF/UA-1, tagged, with its own fonts and nothing fetched."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, date, datetime, time
from importlib.resources import as_file, files
from typing import Any, Final, Literal

import typst
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.issuing.certificate.told import CertificateFacts
from cairn.issuing.qr import qr_svg
from cairn.stones import Box, contour_map

Paper = Literal["a4", "us-letter"]

_LONG_WORD: Final = re.compile(r"\S{30}(?=\S)")
_LONGEST: Final = 400
_LONGEST_HOLDER: Final = 200
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)
#: Joiners that some scripts need to be spelled right; other format characters only deceive.
_JOINERS: Final = "\u200c\u200d"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NO_GLYPH: Final = "could not be displayed"
_PLACEHOLDER: Final = "?"


class NotTypeset(RuntimeError):
    """A certificate could not be typeset; its reason is for the log."""


def certificate_pdf(facts: CertificateFacts, *, paper: Paper = "a4") -> bytes:
    """The certificate as a PDF file. The same facts give the same file."""
    told = _told(facts, paper)
    day = datetime.combine(facts.issued_on, time(), UTC)
    try:
        return _typeset(told, day)
    except typst.TypstError as exc:
        if _NO_GLYPH not in str(exc):
            raise NotTypeset(str(exc)) from exc
    try:
        # Our fonts have no such letter; perhaps this machine has one.
        return _typeset(told, day, system_fonts=True)
    except typst.TypstError as exc:
        if _NO_GLYPH not in str(exc):
            raise NotTypeset(str(exc)) from exc
    notes = [*told["notes"], _("Some letters cannot be printed here. The attached file has them.")]
    return _typeset(_printable({**told, "notes": notes}), day)


def _typeset(told: dict[str, Any], day: datetime, *, system_fonts: bool = False) -> bytes:
    with as_file(files("cairn.issuing.certificate")) as folder:
        done: bytes = typst.compile(
            folder / "certificate.typ",
            root=folder,
            font_paths=[folder / "fonts"],
            ignore_system_fonts=not system_fonts,
            format="pdf",
            sys_inputs={"told": json.dumps(told)},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=int(day.timestamp()),
        )
    return done


def _told(facts: CertificateFacts, paper: Paper) -> dict[str, Any]:
    """Everything the page says, in the order in which the template asks for it."""
    holder = _line(facts.holder, _LONGEST_HOLDER) or _("The holder of this credential")
    achievement = _line(facts.achievement)
    institution = _line(facts.institution, _LONGEST_HOLDER)
    address = facts.address.partition("://")[2] or facts.address
    words = {"institution": institution, "address": address}
    return {
        "paper": paper,
        "language": _language(facts.language),
        "title": f"{achievement}: {holder}",
        "summary": _("Certificate of a micro-credential. The signed credential is attached."),
        "institution": institution,
        "holder": holder,
        "achievement": achievement,
        "description": _line(facts.description),
        "badge": facts.badge,
        "badge_alt": _line(facts.badge_caption),
        "contours": _contours(facts.reference, paper),
        "qr": qr_svg(facts.address),
        "address": facts.address,
        "short_address": address,
        "credential": facts.raw.decode(),
        "running": f"{_line(holder, 80)}, {facts.reference}",
        "about": [_dates(facts), *(_line(line) for line in facts.summary)],
        "outcomes": [_line(one, 1_000) for one in facts.outcomes],
        "tasks": [_line(one, 1_000) for one in facts.tasks],
        "how": [_line(one, 1_000) for one in facts.how],
        "facts": [[_line(name), _line(value, 1_000)] for name, value in facts.facts],
        "notes": _notes(facts),
        "words": {
            "statement": _("Statement of a micro-credential"),
            "certifies": _("%(institution)s certifies that") % words,
            "has_shown": _("has shown, under assessment, what is asked for in"),
            "check_at": _("Check this at"),
            "qr": _("QR code that opens %(address)s") % words,
            "shown": _("Shown under assessment"),
            "how": _("How it was assessed"),
            "facts": _("The facts"),
            "fact": _("Fact"),
            "value": _("What is stated"),
            "attached": _("The signed credential. It is the proof; this page is not."),
        },
    }


def _dates(facts: CertificateFacts) -> str:
    issued = _date(facts.issued_on)
    if facts.valid_until is None:
        return _("%(issued)s. Does not expire.") % {"issued": issued}
    return _("%(issued)s. Valid until %(until)s.") % {
        "issued": issued,
        "until": _date(facts.valid_until),
    }


def _date(day: date) -> str:
    return date_format(day, "j F Y")


def _notes(facts: CertificateFacts) -> list[str]:
    notes = [
        _(
            "This document is not the proof. The proof is the signed credential, which is attached"
            " to its electronic form and stands at the address on page one. Only there can it be"
            " seen whether it still counts."
        )
    ]
    if not facts.national:
        notes.append(_("This micro-credential is not a national qualification."))
    return notes


def _contours(seed: str, paper: Paper) -> str:
    width, height = {"a4": (297, 210), "us-letter": (279.4, 215.9)}[paper]
    landmark = Box(width * 0.8, height * 0.47, 60, 45)
    drawn = contour_map(seed, width, height, box=landmark, rings=22, step=0.28, css=False)
    return drawn.replace("<svg ", '<svg stroke-width="0.2" ', 1)


def _line(text: str, longest: int = _LONGEST) -> str:
    """One line of text without what cannot be seen, cut at a word where it is too long."""
    seen = "".join(
        letter if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN else " "
        for letter in unicodedata.normalize("NFC", text)
    )
    line = " ".join(seen.split())
    if len(line) > longest:
        cut = line[:longest]
        line = (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut) + "…"
    # A word that is wider than the page may be broken anywhere.
    return _LONG_WORD.sub("\\g<0>\u200b", line)


def _language(tag: str) -> str:
    found = _LANGUAGE.fullmatch(tag)
    return found[1].lower() if found else "en"


def _printable(told: Any) -> Any:
    """The same with a mark in place of each letter that our fonts cannot print."""
    if isinstance(told, dict):
        return {
            name: value
            if name in {"credential", "badge", "qr", "contours", "address"}
            else _printable(value)
            for name, value in told.items()
        }
    if isinstance(told, list):
        return [_printable(one) for one in told]
    return "".join(
        letter if ord(letter) < 0x250 or letter in "\u200b\u2013\u2026" else _PLACEHOLDER
        for letter in told
    )
