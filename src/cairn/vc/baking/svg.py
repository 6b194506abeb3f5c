"""SVG baking by inserting bytes; the drawing is never re-serialised (Open Badges 3.0, SVG)."""

from __future__ import annotations

import re

from cairn.vc.baking.errors import BadPayload, NoCredential, SvgMalformed
from cairn.vc.baking.payload import Baked, Form, Kind, form_of, found
from cairn.vc.baking.svg_policy import Policy
from cairn.vc.baking.svg_reader import OB2, OB3, SVG, Badge, Drawing, read

__all__ = ["bake", "looks_like_xml", "unbake"]

_PREFIX = "openbadges"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+<")
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 with a byte order mark: refused by name, later
_ATTRIBUTE = re.compile(rb"""\s([^\s=/>]++)\s*+=\s*+("[^"]*+"|'[^']*+')""")
# XML §2.2; the control characters it also leaves out are no JSON either.
_NOT_XML = re.compile("[\ufffe\uffff]")


def looks_like_xml(image: bytes) -> bool:
    """Tell markup from other files by its first bytes."""
    return image.startswith(_WIDE) or _MARKUP.match(image) is not None


def bake(image: bytes, text: bytes) -> bytes:
    """Return ``image`` with ``text`` (UTF-8) in one element right after the svg start tag.

    Refuses drawings that can run or fetch something: a badge that travels does neither.
    """
    drawing = read(image, policy=Policy())
    if drawing.namespace != SVG:
        raise SvgMalformed(
            f'The svg element does not say that it is SVG. Add xmlns="{SVG}" to it and try again.'
        )
    if image[drawing.tag_end - 2 : drawing.tag_end] == b"/>":
        raise SvgMalformed("The svg element is empty, so there is no picture. Choose another file.")
    edits = [(badge.start, badge.end, b"") for badge in drawing.badges.values()]
    declared = drawing.prefixes.get(_PREFIX)
    edits += _declaration(image, drawing, declared)
    local = b"" if declared in (None, OB2, OB3) else _xmlns(OB3)
    edits.append((drawing.tag_end, drawing.tag_end, _element(text.decode(), local)))
    return _splice(image, edits)


def unbake(image: bytes) -> Baked:
    """Return the text of the credential element, Open Badges 3 first."""
    badges = read(image).badges
    if not badges:
        raise NoCredential(
            "This SVG carries no credential. Programs that edit or optimise pictures often strip "
            "it: ask for the original file or the link."
        )
    kind: Kind = "ob3" if "ob3" in badges else "ob2"
    return found(_carried(badges[kind]), kind)


def _carried(badge: Badge) -> str:
    """Choose what stands for the credential: a signature, else the body, else an address."""
    form: Form | None = form_of(badge.verify)
    return badge.verify if form == "jws" or not badge.text.strip() else badge.text


def _declaration(
    image: bytes, drawing: Drawing, declared: str | None
) -> list[tuple[int, int, bytes]]:
    """Return the edit that lets the svg element itself declare the prefix, as the standard asks."""
    if declared is None:
        end = drawing.tag_end - 1
        return [(end, end, _xmlns(OB3))]
    if declared != OB2:
        return []
    tag = image[drawing.tag_start : drawing.tag_end]
    return [
        (
            drawing.tag_start + match.start(2),
            drawing.tag_start + match.end(2),
            b'"%b"' % OB3.encode(),
        )
        for match in _ATTRIBUTE.finditer(tag)
        if match[1] == b"xmlns:" + _PREFIX.encode()
    ]


def _xmlns(namespace: str) -> bytes:
    return f' xmlns:{_PREFIX}="{namespace}"'.encode()


def _element(text: str, declaration: bytes) -> bytes:
    if form_of(text) == "jws":
        attribute, body = f' verify="{text}"', ""
    else:
        attribute, body = "", _cdata(text)
    name = f"{_PREFIX}:credential"
    return f"<{name}{declaration.decode()}{attribute}>{body}</{name}>".encode()


def _cdata(text: str) -> str:
    """Wrap JSON so that every XML reader gets the same characters back."""
    unfit = _NOT_XML.search(text)
    if unfit:
        raise BadPayload(
            f"The credential holds the character U+{ord(unfit[0]):04X}, which SVG cannot carry. "
            "Bake it into a PNG instead."
        )
    # XML §2.7: a section ends at the first "]]>"; §2.11: a bare CR would be read as a line feed.
    text = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<![CDATA[{text}]]>"


def _splice(image: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (image[position:start], new)
        position = end
    return b"".join([*pieces, image[position:]])
