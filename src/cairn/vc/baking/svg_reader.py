"""Find a credential and its byte range in an SVG, trusting nothing in the file.

A namespace-aware parse with every bound set: no entity is declared or expanded, no document type
is fetched, depth and number of elements are limited. The parser only reports; it changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from cairn.vc.baking.errors import (
    SvgDoctype,
    SvgEncoding,
    SvgMalformed,
    SvgPlace,
    SvgTooComplex,
    TwoCredentials,
)
from cairn.vc.baking.payload import Kind

SVG = "http://www.w3.org/2000/svg"
OB3 = "https://purl.imsglobal.org/ob/v3p0"
OB2 = "http://openbadges.org"
MAX_DEPTH = 256
MAX_ELEMENTS = 200_000

_BADGES: dict[tuple[str, str], Kind] = {(OB3, "credential"): "ob3", (OB2, "assertion"): "ob2"}
_TAG = re.compile(rb"""<(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_UNKNOWN_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
_XML_SPACE = " \t\r\n"


@dataclass(slots=True)
class Badge:
    """One credential element: its byte range, its attribute, and the pieces of its text."""

    kind: Kind
    start: int
    end: int
    verify: str
    pieces: list[tuple[bool, str]] = field(default_factory=list)  # (inside CDATA, text)

    @property
    def text(self) -> str:
        """The body without the layout around it; inside CDATA every character counts."""
        pieces = self.pieces
        first = next((i for i, piece in enumerate(pieces) if _counts(piece)), len(pieces))
        last = next((i for i in range(len(pieces), first, -1) if _counts(pieces[i - 1])), first)
        text = "".join(text for _, text in pieces[first:last])
        return text if any(inside for inside, _ in pieces) else text.strip(_XML_SPACE)


@dataclass(slots=True)
class Drawing:
    """Where the svg start tag stands, what it declares, and the credentials in the drawing."""

    tag_start: int = 0
    tag_end: int = 0
    namespace: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    badges: dict[Kind, Badge] = field(default_factory=dict)


class Watch(Protocol):
    """Somebody who looks at the drawing while it is read, and may raise."""

    def start(self, namespace: str, name: str, attributes: dict[str, str], line: int) -> None: ...
    def text(self, data: str) -> None: ...
    def end(self, name: str, line: int) -> None: ...
    def instruction(self, target: str, line: int) -> None: ...


def read(image: bytes, *, policy: Watch | None = None) -> Drawing:
    """Parse ``image`` safely, or raise a :class:`BadImage` that says what is wrong."""
    try:
        image.decode()
    except UnicodeDecodeError as exc:
        raise _not_utf8(f"byte {exc.start} is not UTF-8") from exc
    reader = _Reader(image, policy)
    try:
        reader.parse()
    except expat.ExpatError as exc:
        raise SvgMalformed(
            f"This is not well-formed SVG: {expat.ErrorString(exc.code)} at line {exc.lineno}. "
            "Export the picture again."
        ) from exc
    return reader.drawing


def _counts(piece: tuple[bool, str]) -> bool:
    inside, text = piece
    return inside or bool(text.strip(_XML_SPACE))


def _not_utf8(what: str) -> SvgEncoding:
    return SvgEncoding(f"This SVG is not UTF-8: {what}. Save the picture as UTF-8 and try again.")


class _Reader:
    def __init__(self, image: bytes, policy: Watch | None) -> None:
        self.drawing = Drawing()
        self._image = image
        self._policy = policy
        self._badge: Badge | None = None
        self._in_cdata = False
        self._depth = 0
        self._elements = 0
        # The encoding is fixed here, so that offsets are offsets into ``image``.
        self._parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._xml_declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartCdataSectionHandler = self._cdata_starts
        parser.EndCdataSectionHandler = self._cdata_ends
        parser.CharacterDataHandler = self._text
        if policy is not None:
            parser.ProcessingInstructionHandler = self._instruction

    def parse(self) -> None:
        self._parser.Parse(self._image, True)

    def _xml_declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            raise _not_utf8(f"its first line says {encoding}")

    def _doctype(
        self, _name: str, system: str | None, public: str | None, internal_subset: int
    ) -> None:
        """Let only the document types of SVG itself pass; they are not fetched either way."""
        known = (system or public) is None or (
            (public or "").startswith("-//W3C//DTD SVG ")
            and re.match(r"https?://www\.w3\.org/", system or "") is not None
        )
        if internal_subset or not known:
            self._entity()

    def _entity(self, *_: object) -> None:
        raise SvgDoctype(
            "This SVG defines a document type or entities of its own, which can hide what it "
            "contains. Save it as plain SVG without them."
        )

    def _namespace(self, prefix: str | None, namespace: str | None) -> None:
        if self._elements == 0:
            self.drawing.prefixes[prefix or ""] = namespace or ""

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _, name = qualified.rpartition(" ")
        self._elements += 1
        self._depth += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise SvgTooComplex(
                f"This SVG nests deeper than {MAX_DEPTH} elements or has more than {MAX_ELEMENTS}. "
                "Simplify the drawing."
            )
        if self._depth == 1:
            self._root(namespace, name)
        kind = _BADGES.get((namespace, name))
        if self._badge is not None or (kind and self._depth != 2):
            raise SvgPlace(
                "The credential must stand directly inside the svg element and hold no other "
                f"element (line {self._parser.CurrentLineNumber}). Ask the issuer to bake it again."
            )
        if kind:
            self._badge_starts(kind, attributes)
        elif self._policy is not None:
            self._policy.start(namespace, name, attributes, self._parser.CurrentLineNumber)

    def _root(self, namespace: str, name: str) -> None:
        if name != "svg" or namespace not in (SVG, ""):
            raise SvgMalformed(f"This is {name}, not SVG. Choose a picture in PNG or SVG.")
        self.drawing.namespace = namespace
        self.drawing.tag_start = self._parser.CurrentByteIndex
        self.drawing.tag_end = self._tag_end(self.drawing.tag_start)

    def _badge_starts(self, kind: Kind, attributes: dict[str, str]) -> None:
        if kind in self.drawing.badges:
            raise TwoCredentials(
                "This SVG carries two credentials, and only one is allowed. "
                "Start from the picture as it was before baking."
            )
        start = self._parser.CurrentByteIndex
        end = self._tag_end(start)
        if _UNKNOWN_ENTITY.search(self._image, start, end):
            self._entity()  # in an attribute the parser skips an undeclared entity silently
        self._badge = Badge(kind, start, end, attributes.get("verify", "").strip(_XML_SPACE))

    def _end(self, qualified: str) -> None:
        if self._badge is not None:
            if self._image[self._badge.end - 2 : self._badge.end] != b"/>":
                self._badge.end = self._tag_end(self._parser.CurrentByteIndex)
            self.drawing.badges[self._badge.kind] = self._badge
            self._badge = None
        elif self._policy is not None:
            self._policy.end(qualified.rpartition(" ")[2], self._parser.CurrentLineNumber)
        self._depth -= 1

    def _text(self, data: str) -> None:
        if self._badge is not None:
            self._badge.pieces.append((self._in_cdata, data))
        elif self._policy is not None:
            self._policy.text(data)

    def _cdata_starts(self) -> None:
        self._in_cdata = True
        if self._badge is not None:
            self._badge.pieces.append((True, ""))  # an empty section still marks an edge

    def _cdata_ends(self) -> None:
        self._in_cdata = False

    def _instruction(self, target: str, _data: str) -> None:
        if self._policy is not None:
            self._policy.instruction(target, self._parser.CurrentLineNumber)

    def _tag_end(self, start: int) -> int:
        match = _TAG.match(self._image, start)
        if match is None:  # the parser has accepted this tag, so its end is there
            raise SvgMalformed(f"The tag at byte {start} has no end. Export the picture again.")
        return match.end()
