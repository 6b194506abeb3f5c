"""The picture that other sites show beside a link: a badge, a title, and where to verify it.

Its letters are those of our own fonts, so it looks the same on every machine; words that they
cannot write are left out rather than shown as boxes.
"""

from __future__ import annotations

import io
import json
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib.resources import as_file, files
from typing import Final, Literal

import resvg_py
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageFont

from cairn.stones import Box, contour_map

WIDTH: Final = 1200
HEIGHT: Final = 630
#: Raised when the same facts are drawn in another way, so that kept pictures are fetched anew.
DRAWING: Final = 1
_KEPT: Final = 64

Face = Literal["voice", "work", "strong"]
#: File, family and weight.
_FACES: Final[dict[Face, tuple[str, str, int]]] = {
    "voice": ("Brygada1918-Medium.ttf", "Brygada 1918", 500),
    "work": ("AtkinsonHyperlegibleNext-Regular.ttf", "Atkinson Hyperlegible Next", 400),
    "strong": ("AtkinsonHyperlegibleNext-Bold.ttf", "Atkinson Hyperlegible Next", 700),
}
# The tokens of the pages, by day.
_PAPER: Final = "#f8f7f3"
_LINE: Final = "#dbd9d0"
_INK: Final = "#1c2220"
_INK_2: Final = "#4a524e"
_LICHEN: Final = "#c9d44c"

_BADGE: Final = Box(276, 315, 400, 400)
_LEFT: Final = 544
_ROOM: Final = WIDTH - 72 - _LEFT
#: What is measured and what is drawn differ by a hair.
_TRUST: Final = 0.985
#: Where the words may begin, and where the line at the foot stands.
_TOP: Final = 56
_FOOT: Final = 512
_LONGEST: Final = 240
#: What has no place in a line that is only shown.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Without these a word is still the same word.
_ORNAMENT: Final = frozenset({"So", "Sk", "Mn", "Me"})
_ABSENT: Final = "\uffff"


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """What the picture shows.

    ``badge`` is a drawing of ours (:func:`cairn.issuing.badges.badge_svg`); ``seed`` is the public
    id that the contours follow; ``holder`` is empty where the page does not name them; ``language``
    is that of the few words of the picture itself.
    """

    title: str
    issuer: str
    host: str
    badge: str
    seed: str
    holder: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class _Words:
    """The lines of the picture, in its language."""

    title: str
    issuer: str
    holder: str
    verify: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one size."""

    face: Face
    size: int
    lines: list[str]

    @property
    def leading(self) -> float:
        return 1.08 if self.face == "voice" else 1.25

    @property
    def high(self) -> float:
        return self.size * self.leading * len(self.lines)


def preview_name(facts: PreviewFacts) -> str:
    """A name for the file that changes whenever the picture does: 16 hex digits."""
    told = [DRAWING, asdict(facts), asdict(_words(facts))]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=_KEPT)
def preview_png(facts: PreviewFacts) -> bytes:
    """The picture, 1200 by 630; the same facts give the same bytes."""
    with as_file(files("cairn.issuing") / "certificate" / "fonts") as folder:
        drawn = bytes(
            resvg_py.svg_to_bytes(
                svg_string=_svg(facts),
                width=WIDTH,
                height=HEIGHT,
                skip_system_fonts=True,
                font_files=[str(folder / name) for name, _family, _weight in _FACES.values()],
            )
        )
    return min(drawn, _packed(drawn), key=len)


def _packed(drawn: bytes) -> bytes:
    """The same picture with a palette: few colours, so nothing is seen of it."""
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    file = io.BytesIO()
    picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        file, "PNG", optimize=True
    )
    return file.getvalue()


# --- words ---------------------------------------------------------------------------------------


def _words(facts: PreviewFacts) -> _Words:
    with override(facts.language):
        host = _shown(facts.host, "strong")
        return _Words(
            title=_shown(facts.title, "voice") or _("Micro-credential"),
            issuer=_shown(facts.issuer, "strong"),
            holder=_whole(facts.holder, "work"),
            verify=_("Verify at %(host)s") % {"host": host} if host else "",
        )


def _clean(text: str) -> str:
    """One line without what cannot be seen or turns the reading around."""
    line = unicodedata.normalize("NFC", text[: _LONGEST * 4])
    seen = (" " if unicodedata.category(letter) in _UNSEEN else letter for letter in line)
    return " ".join("".join(seen).split())[:_LONGEST]


def _shown(text: str, face: Face) -> str:
    """The words of a text that the font can write."""
    kept = []
    for word in _clean(text).split():
        plain = "".join(
            letter
            for letter in word
            if _writes(face, letter) or unicodedata.category(letter) not in _ORNAMENT
        )
        if plain and all(_writes(face, letter) for letter in plain):
            kept.append(plain)
    return " ".join(kept)


def _whole(name: str, face: Face) -> str:
    """A person's name as it is, or nothing: half a name is another name."""
    line = _clean(name)
    return line if all(_writes(face, letter) for letter in line) else ""


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    raw = (files("cairn.issuing") / "certificate" / "fonts" / _FACES[face][0]).read_bytes()
    return ImageFont.truetype(io.BytesIO(raw), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _writes(face: Face, letter: str) -> bool:
    """Has the font this letter? One that it lacks is drawn as its mark for what is absent."""
    font = _font(face, 40)
    return letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask(_ABSENT))


def _wide(text: str, face: Face, size: int) -> float:
    return _font(face, size).getlength(text)


def _fits(text: str, face: Face, size: int) -> bool:
    return _wide(text, face, size) <= _ROOM * _TRUST


def _wrapped(text: str, face: Face, size: int) -> list[str]:
    """The text in lines that fit; a word that is wider than a line is broken where it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if _fits(longer, face, size):
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while (cut := _most(line, face, size)) < len(line):
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def _most(text: str, face: Face, size: int, after: str = "") -> int:
    """How many letters fit, with what stands after them; at least one."""
    counts = range(1, len(text) + 1)
    return max(1, bisect(counts, False, key=lambda n: not _fits(text[:n] + after, face, size)))


def _lines(text: str, face: Face, sizes: Sequence[int], most: int) -> _Block:
    """At most so many lines, at the largest size that holds them with no word broken.

    Where none does they stand at the smallest, and an ellipsis says that there is more.
    """
    for size in sizes:
        lines = _wrapped(text, face, size)
        if len(lines) <= most and all(_fits(word, face, size) for word in text.split()):
            return _Block(face, size, lines)
    size = sizes[-1]
    lines = _wrapped(text, face, size)
    if len(lines) > most:
        last = " ".join(lines[most - 1 : most + 1])
        lines = [*lines[: most - 1], _cut(last, _most(last, face, size, "…"))]
    return _Block(face, size, lines)


def _cut(text: str, count: int) -> str:
    """The text up to the last word that fits, or within it where it stands alone."""
    head = text[:count]
    if " " in head and not text[count:].startswith(" "):
        head = head.rpartition(" ")[0]
    return head.rstrip(" ,;:-") + "…"


# --- drawing -------------------------------------------------------------------------------------


def _svg(facts: PreviewFacts) -> str:
    words = _words(facts)
    blocks = [
        (_lines(words.issuer, "strong", (30, 26), 2), _INK_2, 0),
        (_lines(words.title, "voice", (76, 68, 60, 52, 46), 3), _INK, 14),
        (_lines(words.holder, "work", (34, 28), 2), _INK, 24),
    ]
    shown = [block for block in blocks if block[0].lines]
    # They stand in the middle of the room above the line at the foot.
    y = (_TOP + _FOOT - sum(block.high + before for block, _colour, before in shown)) / 2
    said = []
    for block, colour, before in shown:
        said.append(_text(block, colour, y + before))
        y += before + block.high
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>'
        f"{_ground(facts.seed)}{_badge(facts.badge)}{''.join(said)}{_foot(words.verify)}</svg>"
    )


def _ground(seed: str) -> str:
    """Contours around the badge that end before the words begin."""
    drawn = contour_map(seed, WIDTH, HEIGHT, box=_BADGE, rings=9, step=0.17, css=False)
    lines = drawn.replace("<svg ", f'<svg width="{WIDTH}" height="{HEIGHT}" stroke-width="1.6" ', 1)
    return (
        '<linearGradient id="ends" x1="0" x2="1" y1="0" y2="0">'
        '<stop offset="0" stop-color="#fff"/><stop offset="0.72" stop-color="#fff"/>'
        '<stop offset="1" stop-color="#000"/></linearGradient>'
        f'<mask id="left" maskUnits="userSpaceOnUse" x="0" y="0" width="{WIDTH}"'
        f' height="{HEIGHT}"><rect width="{_LEFT - 16}" height="{HEIGHT}" fill="url(#ends)"/></mask>'
        f'<g mask="url(#left)">{lines}</g>'
    )


def _badge(drawing: str) -> str:
    x, y = _BADGE.cx - _BADGE.w / 2, _BADGE.cy - _BADGE.h / 2
    frame = f'x="{x:g}" y="{y:g}" width="{_BADGE.w:g}" height="{_BADGE.h:g}"'
    return drawing.replace("<svg ", f"<svg {frame} ", 1)


def _foot(verify: str) -> str:
    if not verify:
        return ""
    line = f'<rect x="{_LEFT}" y="{_FOOT}" width="{_ROOM}" height="2" fill="{_LINE}"/>'
    mark = f'<rect x="{_LEFT}" y="{_FOOT - 2}" width="72" height="6" rx="3" fill="{_LICHEN}"/>'
    return line + mark + _text(_lines(verify, "strong", (28, 24, 20), 2), _INK, _FOOT + 20)


def _text(block: _Block, colour: str, top: float) -> str:
    """Lines of text, the first of which begins at this height."""
    _file, family, weight = _FACES[block.face]
    lines = "".join(
        f'<text x="{_LEFT}" y="{top + block.size * (0.94 + block.leading * number):.1f}">'
        f"{escape(line)}</text>"
        for number, line in enumerate(block.lines)
    )
    return (
        f'<g font-family="&apos;{family}&apos;" font-weight="{weight}"'
        f' font-size="{block.size}" fill="{colour}">{lines}</g>'
    )
