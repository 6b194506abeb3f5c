"""Why a picture cannot carry, or does not carry, a credential: one class for each cure.

Codes begin with ``image.`` and are stable; the message names the picture's fault and the way out.
"""

from __future__ import annotations

from cairn.vc.errors import CredentialError


class BadImage(CredentialError):
    """A picture cannot carry, or does not carry, a credential."""

    code = "image.unusable"


class UnknownImage(BadImage):
    """The bytes are neither PNG nor SVG."""

    code = "image.unknown_type"


class ImageTooLarge(BadImage):
    """The picture is larger than Cairn reads."""

    code = "image.too_large"


class NoCredential(BadImage):
    """The picture is sound and carries nothing."""

    code = "image.no_credential"


class TwoCredentials(BadImage):
    """The picture carries more than one credential of the same version."""

    code = "image.two_credentials"


class BadPayload(BadImage):
    """What is, or should be, carried is neither a JSON object nor a compact JWS."""

    code = "image.payload"


class PngDamaged(BadImage):
    """The PNG signature was changed on its way."""

    code = "image.png_signature"


class PngTruncated(BadImage):
    """The file ends in the middle of a chunk."""

    code = "image.png_truncated"


class PngLength(BadImage):
    """A chunk claims a length that PNG does not allow."""

    code = "image.png_length"


class PngChunk(BadImage):
    """A chunk's name is not one PNG allows, or there are too many chunks."""

    code = "image.png_chunk"


class PngChecksum(BadImage):
    """A chunk's bytes do not match its checksum."""

    code = "image.png_checksum"


class PngNoHeader(BadImage):
    """The first chunk is not an IHDR of thirteen bytes."""

    code = "image.png_no_header"


class PngNoEnd(BadImage):
    """The file ends without an IEND chunk."""

    code = "image.png_no_end"


class PngAfterEnd(BadImage):
    """Bytes follow the IEND chunk."""

    code = "image.png_after_end"


class PngText(BadImage):
    """The chunk that should hold the credential is not of the form its version demands."""

    code = "image.png_text"


class SvgEncoding(BadImage):
    """The SVG is not UTF-8, or says that it is not."""

    code = "image.svg_encoding"


class SvgMalformed(BadImage):
    """The SVG is not well-formed XML, or its root is not an svg element."""

    code = "image.svg_malformed"


class SvgDoctype(BadImage):
    """The SVG declares entities, or a document type other than those of SVG."""

    code = "image.svg_doctype"


class SvgTooComplex(BadImage):
    """The SVG nests too deep or has too many elements."""

    code = "image.svg_too_complex"


class SvgPlace(BadImage):
    """The credential does not stand directly inside the svg element, or holds other elements."""

    code = "image.svg_place"


class SvgActive(BadImage):
    """The SVG can run something: a script, an event handler, embedded HTML."""

    code = "image.svg_active"


class SvgExternal(BadImage):
    """The SVG refers to something outside itself."""

    code = "image.svg_external"
