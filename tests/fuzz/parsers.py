"""What reads bytes of strangers, each with a few to begin with: for guided fuzzing and its corpus."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cairn.vc import baking, document, keyfile, multibase, statuslist
from cairn.vc.errors import CredentialError
from cairn.vc.jose import cose, disclosures, openbadges, w3c
from cairn.vc.jose.envelope import opened
from cairn.vc.keys import SoftwareSigner
from tests.support import corpus
from tests.support.university import LIST_URL, University, badge

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = Path(__file__).with_name("corpus")
KEY: Final = "did:web:harbour.example#key-1"


@dataclass(frozen=True, slots=True)
class Parser:
    """A reader of bytes; it may answer, or refuse with a :class:`CredentialError`, and nothing else."""

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]

    def turn(self, raw: bytes) -> None:
        with suppress(CredentialError):
            self.read(raw)


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda raw: read(raw.decode("latin-1"))


@cache
def _university() -> University:
    made = University()
    made.publish_list(3, 5)
    return made


@cache
def _signer() -> SoftwareSigner:
    return SoftwareSigner.generate("P-256")


def _documents() -> list[bytes]:
    samples = [json.dumps(value).encode() for value in corpus.published().values()]
    return [_university().issue(), *samples]


def _tokens() -> list[bytes]:
    return [
        openbadges.issue(badge(), signer=_signer(), key_id=KEY).encode(),
        w3c.issue(badge(), signer=_signer(), key_id=KEY).encode(),
    ]


def _disclosable() -> list[bytes]:
    pointers = ["/name", "/credentialSubject/achievement/tag/0"]
    text = w3c.issue_disclosable(
        badge(), signer=_signer(), key_id=KEY, pointers=pointers, random=bytes
    )
    return [text.encode()]


def _pictures(kind: str) -> list[bytes]:
    raw = (ROOT / f"examples/badge.{kind}").read_bytes()
    return [raw, baking.bake(raw, _university().issue().decode())]


def _lists() -> list[bytes]:
    published = json.loads(_university().published[LIST_URL])
    return [published["credentialSubject"]["encodedList"].encode()]


def _keys() -> list[bytes]:
    return [path.read_bytes() for path in sorted((corpus.VECTORS / "keyfile").glob("*.json"))]


PARSERS: Final[Mapping[str, Parser]] = {
    "json": Parser(document.parse, _documents),
    "token": Parser(opened, _tokens),
    "sd-jwt": Parser(_text(disclosures.read), _disclosable),
    "cose": Parser(cose.read, lambda: [cose.issue(badge(), signer=_signer(), key_id=KEY)]),
    "png": Parser(baking.unbake, lambda: _pictures("png")),
    "svg": Parser(baking.unbake, lambda: _pictures("svg")),
    "bitstring": Parser(_text(statuslist.Bitstring.decode), _lists),
    "multibase": Parser(
        _text(multibase.decode), lambda: [_signer().public.multibase.encode(), b"uAQI"]
    ),
    "keyfile": Parser(keyfile.read, _keys),
}


def kept(name: str) -> Iterator[tuple[str, bytes]]:
    """The inputs of the corpus that is kept for a parser, by their names."""
    path = KEPT / f"{name}.zip"
    if path.exists():
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                yield entry, archive.read(entry)


def keep(name: str, inputs: list[bytes]) -> None:
    """Keep these as the corpus; the same inputs give the same file."""
    KEPT.mkdir(exist_ok=True)
    named = sorted({hashlib.sha256(raw).hexdigest()[:16]: raw for raw in inputs}.items())
    with zipfile.ZipFile(KEPT / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, raw in named:
            archive.writestr(
                zipfile.ZipInfo(entry, (2026, 1, 1, 0, 0, 0)), raw, zipfile.ZIP_DEFLATED
            )
