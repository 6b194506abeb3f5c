"""Small pictures, built chunk by chunk so that a test can break exactly one thing."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """Return one PNG chunk with a right length and checksum."""
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\x7f"))
END = chunk(b"IEND")


def png(*extra: bytes) -> bytes:
    """Return a picture of one grey pixel with ``extra`` chunks before the pixel."""
    return SIGNATURE + HEADER + b"".join(extra) + PIXELS + END


def international(keyword: bytes, text: bytes, *, compressed: bool = False) -> bytes:
    """Return an iTXt chunk."""
    return chunk(b"iTXt", keyword + b"\0" + bytes([compressed]) + b"\0\0\0" + text)


def svg(inside: str = '<circle r="9"/>', *, attributes: str = "", prolog: str = "") -> bytes:
    """Return a drawing around ``inside``."""
    start = f'<svg xmlns="http://www.w3.org/2000/svg"{attributes}>'
    return f"{prolog}{start}{inside}</svg>\n".encode()
