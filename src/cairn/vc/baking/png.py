"""PNG baking by splicing chunks; pixels are never decoded (Open Badges 3.0, PNG)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cairn.vc.baking.errors import (
    NoCredential,
    PngAfterEnd,
    PngChecksum,
    PngChunk,
    PngDamaged,
    PngLength,
    PngNoEnd,
    PngNoHeader,
    PngText,
    PngTruncated,
    TwoCredentials,
)
from cairn.vc.baking.payload import Baked, Kind, found
from cairn.vc.document import MAX_BYTES

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 65_536

_OVERHEAD = 12  # length, type and checksum: four bytes each
_MAX_LENGTH = 2**31 - 1  # PNG §5.3
_TEXT_TYPES = (b"iTXt", b"tEXt", b"zTXt")
_KEYWORDS: dict[bytes, Kind] = {b"openbadgecredential": "ob3", b"openbadges": "ob2"}
_AGAIN = "Ask for the original file, or save the picture again as PNG."


@dataclass(frozen=True, slots=True)
class _Chunk:
    type: bytes
    data: bytes
    start: int
    end: int


def bake(image: bytes, text: bytes) -> bytes:
    """Return ``image`` with ``text`` (UTF-8) in one iTXt chunk right after IHDR."""
    chunks = _walk(image)
    header_end = chunks[0].end
    pieces = [image[:header_end], _credential_chunk(text)]
    kept_from = header_end
    for chunk in _badges(chunks).values():
        pieces.append(image[kept_from : chunk.start])
        kept_from = chunk.end
    pieces.append(image[kept_from:])
    return b"".join(pieces)


def unbake(image: bytes) -> Baked:
    """Return the text of the credential chunk, Open Badges 3 first."""
    badges = _badges(_walk(image))
    if not badges:
        raise NoCredential(
            "This PNG carries no credential. Programs and phones that edit or share pictures "
            "often strip it: ask for the original file or the link."
        )
    kind: Kind = "ob3" if "ob3" in badges else "ob2"
    return found(_text(badges[kind], kind), kind)


def _walk(image: bytes) -> list[_Chunk]:
    """Read every chunk once, checked and bounded, from IHDR to IEND."""
    if not image.startswith(SIGNATURE):
        raise PngDamaged(
            "The first bytes of this PNG were changed on its way, as happens when a file is sent "
            "as text. Send it again as a binary file."
        )
    chunks = list(_chunks(image))
    if not chunks or chunks[0].type != b"IHDR" or len(chunks[0].data) != 13:
        raise PngNoHeader(f"This PNG does not begin with its header (IHDR). {_AGAIN}")
    if chunks[-1].type != b"IEND":
        raise PngNoEnd(f"This PNG has no end mark (IEND): a part is missing. {_AGAIN}")
    return chunks


def _chunks(image: bytes) -> Iterator[_Chunk]:
    position = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        if position == len(image):
            return
        chunk = _chunk(image, position)
        position = chunk.end
        yield chunk
        if chunk.type == b"IEND":
            if position != len(image):
                raise PngAfterEnd(f"There are bytes after the end mark of this PNG. {_AGAIN}")
            return
    raise PngChunk(f"This PNG has more than {MAX_CHUNKS} chunks. {_AGAIN}")


def _chunk(image: bytes, start: int) -> _Chunk:
    if len(image) - start < _OVERHEAD:
        raise PngTruncated(f"This PNG breaks off at byte {len(image)}. {_AGAIN}")
    length, kind = struct.unpack_from(">I4s", image, start)
    if not kind.isalpha():
        raise PngChunk(f"At byte {start + 4} this PNG has no chunk name. {_AGAIN}")
    if length > _MAX_LENGTH:
        raise PngLength(f"At byte {start} a chunk claims {length} bytes, over the limit. {_AGAIN}")
    end = start + _OVERHEAD + length
    if end > len(image):
        raise PngTruncated(
            f"At byte {start} a chunk claims {length} bytes, but the file is shorter. {_AGAIN}"
        )
    data = image[start + 8 : end - 4]
    if zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(image[end - 4 : end]):
        raise PngChecksum(f"The chunk at byte {start} does not match its checksum. {_AGAIN}")
    return _Chunk(kind, data, start, end)


def _badges(chunks: list[_Chunk]) -> dict[Kind, _Chunk]:
    """Return the chunks that carry a credential, in file order; at most one for each version."""
    badges: dict[Kind, _Chunk] = {}
    for chunk in chunks:
        kind = _KEYWORDS.get(chunk.data.partition(b"\0")[0]) if chunk.type in _TEXT_TYPES else None
        if kind is None:
            continue
        if kind in badges:
            raise TwoCredentials(
                "This PNG carries two credentials, and only one is allowed. "
                "Start from the picture as it was before baking."
            )
        badges[kind] = chunk
    return badges


def _credential_chunk(text: bytes) -> bytes:
    # Keyword, NUL, not compressed, method 0, no language tag, no translated keyword (PNG §11.3.3.4)
    body = b"iTXt" + b"openbadgecredential" + bytes(5) + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _text(chunk: _Chunk, kind: Kind) -> str:
    rest = chunk.data.partition(b"\0")[2]
    try:
        if chunk.type == b"iTXt":
            return _international_text(rest, kind).decode()
        if chunk.type == b"tEXt" and kind == "ob2":
            return rest.decode("latin-1")
    except UnicodeDecodeError as exc:
        raise PngText(
            f"The credential in this PNG is not UTF-8 text (byte {exc.start} of it). "
            "Ask the issuer for the badge again."
        ) from exc
    raise PngText(
        f"The credential stands in a {chunk.type.decode()} chunk; it must be iTXt. "
        "Ask the issuer to bake it again."
    )


def _international_text(rest: bytes, kind: Kind) -> bytes:
    _language, mark, text = rest[2:].partition(b"\0")
    _translated, second_mark, text = text.partition(b"\0")
    if rest[:1] not in (b"\0", b"\1") or not mark or not second_mark:
        raise PngText(
            "The iTXt chunk of the credential lacks its fields. Ask the issuer to bake it again."
        )
    if rest[0] == 0:
        return text
    if kind == "ob3":
        raise PngText(
            "The credential in this PNG is compressed, which Open Badges 3.0 forbids. "
            "Ask the issuer to bake it again."
        )
    return _inflate(text)


def _inflate(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as exc:
        raise PngText(
            "The compressed credential cannot be unpacked. Ask the issuer for the badge again."
        ) from exc
    if len(text) > MAX_BYTES:
        raise PngText(
            f"The compressed credential unpacks to more than {MAX_BYTES // 1024} KiB, "
            "so it was not read. Ask the issuer for the badge again."
        )
    if not unpacker.eof:
        raise PngText("The compressed credential breaks off. Ask the issuer for the badge again.")
    return text
