"""Status lists on disk: which places are given away, the lists themselves, and signing them again.

A folder of lists may serve many batches. Its ledger, ``.cairn/lists.json``, remembers which places
were handed out; it is written before the places are used, so that a place may be lost when a run is
killed and is never given to two credentials.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cairn.cli.console import Stop
from cairn.cli.files import read_bounded, write_whole
from cairn.vc import statuslist
from cairn.vc.document import dump, parse
from cairn.vc.sign import sign
from cairn.vc.statuslist import Bitstring
from cairn.vc.timestamps import read_timestamp, write_timestamp

if TYPE_CHECKING:
    from cairn.vc.keyfile import KeyFile
    from cairn.vc.keys import Signer

PURPOSE: Final = "revocation"
VALIDITY: Final = timedelta(days=365)
"""How long a signed list counts: an old copy must not hide a revocation for ever."""
TTL: Final = 300_000
"""Milliseconds for which readers may keep a list."""
MAX_BYTES: Final = 4 * 1024 * 1024
SCRATCH: Final = ".cairn"

_LEDGER: Final = "lists.json"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One place on the list that is published at an address."""

    url: str
    index: int


@dataclass(frozen=True, slots=True)
class ListWriter:
    """Signs lists as their owner."""

    key: KeyFile
    signer: Signer

    def fresh(self, url: str, *, at: datetime) -> bytes:
        """Return a signed list on which nothing is revoked."""
        document = statuslist.credential(
            url=url,
            issuer=self.key.id,
            bits=Bitstring(),
            valid_from=at,
            valid_until=at + VALIDITY,
            purpose=PURPOSE,
            ttl=TTL,
        )
        return self._signed(document, at)

    def again(self, document: dict[str, Any], bits: Bitstring, *, at: datetime) -> bytes:
        """Return a list with these bits and everything else as it was, good for another year."""
        changed = {name: value for name, value in document.items() if name != "proof"}
        changed["validUntil"] = write_timestamp(at + VALIDITY)
        subject = dict(changed["credentialSubject"])
        changed["credentialSubject"] = subject | {"encodedList": bits.encode()}
        return self._signed(changed, at)

    def _signed(self, document: dict[str, Any], at: datetime) -> bytes:
        method = self.key.verification_method
        return sign(document, signer=self.signer, verification_method=method, created=at)


@dataclass(slots=True)
class Lists:
    """The status lists of one folder. Hold its lock while you use it."""

    folder: Path
    base: str
    owner: str
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    taken: list[Bitstring] = field(default_factory=list)
    signed: int = 0

    @classmethod
    def open(cls, folder: Path, *, base: str, owner: str) -> Lists:
        """Read the ledger of a folder, or start one for lists published under ``base``.

        ``owner`` is the verification method that signs them.
        """
        path = folder / SCRATCH / _LEDGER
        if not path.exists():
            return cls(folder, base, owner)
        ledger = json.loads(path.read_bytes())
        if ledger.get("version") != _VERSION or ledger["base"] != base:
            raise Stop(
                f"{folder} holds status lists that are published under {ledger['base']}, not under "
                f"{base}. Name another folder with --status-dir, or that address with --status-base."
            )
        if ledger["owner"] != owner:
            raise Stop(
                f"{folder} holds status lists that {ledger['owner']} signs, and this key is another "
                "one. Name another folder with --status-dir."
            )
        taken = [Bitstring.decode(text) for text in ledger["taken"]]
        return cls(folder, base, owner, ledger["tag"], taken, ledger["signed"])

    def url(self, number: int) -> str:
        """Return where a list is to be published."""
        return f"{self.base}/{self._name(number)}"

    def path(self, number: int) -> Path:
        """Return where a list stands on disk."""
        return self.folder / self._name(number)

    def _name(self, number: int) -> str:
        # The tag keeps lists of different folders apart when all are published in one place.
        return f"{self.tag}-{number}.json"

    def reserve(self, count: int) -> list[Slot]:
        """Give away ``count`` places, drawn at random, and remember it on disk first."""
        slots: list[Slot] = []
        while len(slots) < count:
            if not self.taken or not _free(self._used(len(self.taken))):
                self.taken.append(Bitstring())
            slots += self._draw(len(self.taken), count - len(slots))
        if slots:
            self._save()
        return slots

    def must_hold(self, urls: Iterable[str], *, at: datetime) -> None:
        """Stop unless these lists are here and current, or are still to be signed.

        One that was signed and is gone is not made again: it would forget who was revoked.
        """
        numbers = {self.url(number): number for number in range(1, len(self.taken) + 1)}
        for url in sorted(urls):
            number = numbers.get(url, 0)
            if number > self.signed:
                continue
            if number == 0 or not self.path(number).exists():
                raise Stop(
                    f"{self.folder} does not hold the status list {url}, on which credentials were "
                    "issued. Put it back as it was: a new list would forget who was revoked."
                )
            _must_be_current(self.path(number), at)

    def sign_new(self, writer: ListWriter, *, at: datetime) -> None:
        """Sign the lists that were never signed."""
        for number in range(self.signed + 1, len(self.taken) + 1):
            # A run that was killed here has signed it, and somebody may have revoked on it since.
            if not self.path(number).exists():
                fresh = writer.fresh(self.url(number), at=at)
                write_whole(self.path(number), fresh, scratch=self.folder / SCRATCH)
        if self.signed != len(self.taken):
            self.signed = len(self.taken)
            self._save()

    def standing(self, urls: Iterable[str]) -> dict[str, Path]:
        """Return where the lists of these addresses stand."""
        numbers = range(1, len(self.taken) + 1)
        wanted = frozenset(urls)
        return {self.url(n): self.path(n) for n in numbers if self.url(n) in wanted}

    def _draw(self, number: int, count: int) -> list[Slot]:
        used, given = self._used(number), self.taken[number - 1]
        drawn = used.draw(
            min(count, _free(used)), taken=used, randbelow=random.SystemRandom().randrange
        )
        given.set_many(drawn, True)
        return [Slot(self.url(number), index) for index in drawn]

    def _used(self, number: int) -> Bitstring:
        """Return what is given away or, whoever did it, revoked: nobody is born revoked."""
        used = Bitstring()
        used.set_many(self.taken[number - 1].ones(), True)
        if self.path(number).exists():
            document = parse(read_bounded(self.path(number), limit=MAX_BYTES))
            used.set_many(statuslist.read_list(document, purpose=PURPOSE).ones(), True)
        return used

    def _save(self) -> None:
        ledger = {
            "version": _VERSION,
            "base": self.base,
            "owner": self.owner,
            "tag": self.tag,
            "signed": self.signed,
            "taken": [bits.encode() for bits in self.taken],
        }
        scratch = self.folder / SCRATCH
        scratch.mkdir(parents=True, exist_ok=True)
        write_whole(scratch / _LEDGER, dump(ledger), scratch=scratch)


def given_away(folder: Path, url: str) -> Bitstring | None:
    """Return which places of a list were given away, or None where its ledger is not at hand."""
    path = folder / SCRATCH / _LEDGER
    if not path.exists():
        return None
    ledger = json.loads(path.read_bytes())
    for number, text in enumerate(ledger["taken"], start=1):
        if url == f"{ledger['base']}/{ledger['tag']}-{number}.json":
            return Bitstring.decode(text)
    return None


def _free(used: Bitstring) -> int:
    return len(used) - used.count()


def _must_be_current(path: Path, at: datetime) -> None:
    until = parse(read_bounded(path, limit=MAX_BYTES)).get("validUntil")
    if isinstance(until, str) and read_timestamp(until) < at:
        raise Stop(f"{path} ran out on {until}. Renew it with: cairn revoke {path} --key KEY")
