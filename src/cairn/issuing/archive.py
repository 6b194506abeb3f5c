"""Signed documents, small at rest: compressed against a text that they all share.

Credentials of one achievement differ in a few hundred bytes of several thousand. The shared text is
a credential of nobody (:meth:`cairn.issuing.compose.Composer.sample`), so that erasing a person
leaves nothing of them in it. Bytes come back exactly, or not at all.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

import zstandard

LEVEL: Final = 3
#: No credential is larger: the reader of :mod:`cairn.vc.document` takes no more.
MAX_BYTES: Final = 2 * 1024 * 1024


class Damaged(Exception):
    """What the archive holds is not what was signed."""


def digest(raw: bytes) -> str:
    """The SHA-256 of a document, in hex."""
    return hashlib.sha256(raw).hexdigest()


class Archive:
    """Packs and unpacks documents against one shared text."""

    __slots__ = ("_packer", "_shared", "_unpacker")

    def __init__(self, shared: bytes) -> None:
        self._shared = zstandard.ZstdCompressionDict(
            shared, dict_type=zstandard.DICT_TYPE_RAWCONTENT
        )
        self._packer: zstandard.ZstdCompressor | None = None
        self._unpacker: zstandard.ZstdDecompressor | None = None

    def pack(self, raw: bytes) -> bytes:
        if len(raw) > MAX_BYTES:
            raise ValueError(f"A document has at most {MAX_BYTES} bytes.")
        if self._packer is None:
            self._shared.precompute_compress(level=LEVEL)
            self._packer = zstandard.ZstdCompressor(
                dict_data=self._shared, write_content_size=True, write_dict_id=False
            )
        return self._packer.compress(raw)

    def unpack(self, packed: bytes, *, sha256: str) -> bytes:
        """The document with this digest, or :class:`Damaged`."""
        if self._unpacker is None:
            self._unpacker = zstandard.ZstdDecompressor(dict_data=self._shared)
        try:
            if zstandard.frame_content_size(packed) not in range(MAX_BYTES + 1):
                raise Damaged("The archive holds no document of a known size.")
            raw = self._unpacker.decompress(packed)
        except zstandard.ZstdError as exc:
            raise Damaged("The archive cannot be read. Restore it from a backup.") from exc
        if not hmac.compare_digest(digest(raw), sha256):
            raise Damaged("The archive holds another document. Restore it from a backup.")
        return raw
