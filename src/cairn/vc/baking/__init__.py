"""Put a credential into a picture and take it out again (Open Badges 3.0, Document Formats).

The picture's own bytes are never decoded, re-encoded or re-serialised: baking splices, so every
byte outside the credential stays as the designer saved it.
"""

from __future__ import annotations

from typing import Literal

from cairn.vc.baking import payload, png, svg
from cairn.vc.baking.errors import BadImage, ImageTooLarge, UnknownImage
from cairn.vc.baking.payload import Baked

__all__ = ["MAX_IMAGE", "BadImage", "Baked", "bake", "picture_type", "unbake"]

MAX_IMAGE = 16 * 1024 * 1024

_OTHERS = {
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a WebP picture",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file (perhaps SVGZ)",
}


def bake(image: bytes, credential: str) -> bytes:
    """Return the picture with the credential inside, replacing one that was there.

    ``credential`` is the JSON of a credential with an embedded proof, or a compact JWS; it is
    carried character for character. Baking the same text twice gives the same bytes. Raises
    :class:`BadImage`.
    """
    raw = payload.encode(credential)
    return png.bake(image, raw) if picture_type(image) == "png" else svg.bake(image, raw)


def unbake(image: bytes) -> Baked:
    """Return what a picture carries, an Open Badges 3 credential before an Open Badges 2 one.

    Nothing is verified and nothing in the picture is run. Raises :class:`BadImage`.
    """
    return png.unbake(image) if picture_type(image) == "png" else svg.unbake(image)


def picture_type(image: bytes) -> Literal["png", "svg"]:
    """Tell a picture's type by its first bytes, never by its name."""
    if len(image) > MAX_IMAGE:
        raise ImageTooLarge(
            f"The picture is larger than {MAX_IMAGE // 1024**2} MiB. Save it smaller, then try again."
        )
    if image.startswith(png.SIGNATURE[:4]):
        return "png"
    if svg.looks_like_xml(image):
        return "svg"
    name = next((name for magic, name in _OTHERS.items() if image.startswith(magic)), None)
    raise UnknownImage(
        f"This is {name or 'neither PNG nor SVG'}. "
        "A credential can be baked into PNG and SVG only: save the picture as one of them."
    )
