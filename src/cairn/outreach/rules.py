"""What a logo and a contact must be, and where words stand in a text. On plain values."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cairn.vc.baking import picture_type, png, svg_reader
from cairn.vc.baking.errors import BadImage
from cairn.vc.baking.svg_policy import Policy

MOST_LOGO_BYTES: Final = 256 * 1024
MOST_LOGO_PIXELS: Final = 4_000
MOST_ABOUT: Final = 2_000
_EMAIL: Final = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]+\.[^\s@<>\"]{2,}", re.ASCII)
_WORD: Final = re.compile(r"\w+")
#: More words than anybody searches for are a paste.
MOST_WORDS: Final = 8


class UnfitLogo(ValueError):
    """The reason, for the person who chose the picture."""


def logo_kind(image: bytes) -> str:
    """``png`` or ``svg`` for a picture that may stand on a page; raises :class:`UnfitLogo`."""
    if len(image) > MOST_LOGO_BYTES:
        raise UnfitLogo("It has more than 256 KiB. Save it smaller.")
    try:
        kind = picture_type(image)
        if kind == "svg":
            svg_reader.read(image, policy=Policy())
            return kind
        # Walks every chunk with its checksum; a logo that carries a credential is none.
        png.bake(image, b"{}")
    except BadImage as exc:
        raise UnfitLogo(str(exc)) from exc
    width, height = struct.unpack(">II", image[16:24])
    if not (0 < width <= MOST_LOGO_PIXELS and 0 < height <= MOST_LOGO_PIXELS):
        raise UnfitLogo(f"It is larger than {MOST_LOGO_PIXELS} pixels. Save it smaller.")
    return kind


def is_contact(text: str) -> bool:
    """An e-mail address or an https address, and nothing that a browser would run."""
    if _EMAIL.fullmatch(text):
        return True
    return bool(re.fullmatch(r"https://[^\s\"'<>\\]{3,280}", text))


def words(query: str) -> tuple[str, ...]:
    """The words somebody searches for, folded, each once."""
    found = (word.casefold() for word in _WORD.findall(query))
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; ``hit`` says that it is what was searched for."""

    text: str
    hit: bool = False


def marked(text: str, wanted: Sequence[str]) -> list[Piece]:
    """The text in pieces, with the words that begin like the wanted ones set apart."""
    pieces, start = [], 0
    for match in _WORD.finditer(text):
        if not _begins(match[0].casefold(), wanted):
            continue
        if match.start() > start:
            pieces.append(Piece(text[start : match.start()]))
        pieces.append(Piece(match[0], hit=True))
        start = match.end()
    if start < len(text):
        pieces.append(Piece(text[start:]))
    return pieces


def score(query: Sequence[str], *, title: str, others: Sequence[str]) -> int:
    """How well a micro-credential answers: 0 unless every word is somewhere in it."""
    in_title = _folded(title)
    rest = [word for text in others for word in _folded(text)]
    total = 0
    for word in query:
        if any(_alike(one, word) for one in in_title):
            total += 3
        elif any(_alike(one, word) for one in rest):
            total += 1
        else:
            return 0
    return total


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _begins(word: str, wanted: Sequence[str]) -> bool:
    return any(_alike(word, one) for one in wanted)


def _alike(word: str, wanted: str) -> bool:
    """“analys” finds “analysis”; “data” finds “dataset”; “datasets” finds “dataset”."""
    if word.startswith(wanted):
        return True
    stem = wanted[:-1] if len(wanted) > 4 and wanted.endswith("s") else wanted
    return len(stem) > 3 and word.startswith(stem)
