"""Issuing to a whole class: compose, sign, check, keep; then the index.

Nothing stays in memory from one credential to the next but its line in the index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cairn.cli import register
from cairn.cli.console import Stop
from cairn.cli.documents import own_documents
from cairn.cli.files import flush_folder, locked, read_bounded, write_if_changed, write_whole
from cairn.cli.lists import MAX_BYTES as MAX_LIST
from cairn.cli.lists import PURPOSE, SCRATCH, Lists, ListWriter, Slot
from cairn.cli.plan import Entry, Plan, Terms, must_agree, must_not_change, must_not_collide
from cairn.cli.roster import Learner
from cairn.vc import statuslist
from cairn.vc.document import MAX_BYTES, JsonObject, dump, parse
from cairn.vc.errors import Unreadable
from cairn.vc.model import IdentityObject, compose_credential
from cairn.vc.report import State, Verdict
from cairn.vc.sign import sign
from cairn.vc.verify import inspect

if TYPE_CHECKING:
    from cairn.cli.definition import Definition
    from cairn.vc.documents import Documents
    from cairn.vc.keyfile import KeyFile
    from cairn.vc.keys import Signer

PLAN: Final = "plan.json"


@dataclass(frozen=True, slots=True)
class Picture:
    """The badge image that each credential is baked into."""

    content: bytes
    suffix: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. ``others`` are in the folder and not in this roster."""

    written: int
    kept: int
    others: int
    lists: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One run of ``cairn issue``. ``now`` is the moment of signing for whoever is new."""

    definition: Definition
    key: KeyFile
    signer: Signer
    suite: str | None
    out: Path
    status_dir: Path
    status_base: str | None
    picture: Picture | None
    now: datetime

    @property
    def terms(self) -> Terms:
        return Terms(
            issuer=self.key.id,
            verification_method=self.key.verification_method,
            definition=_digest_of(self.definition),
            status_base=self.status_base,
            image=self.picture.digest if self.picture else None,
        )

    @property
    def _work(self) -> Path:
        return self.out / SCRATCH

    def rehearse(self, learner: Learner) -> None:
        """Make one credential in memory, to find what is wrong before anything is written."""
        plan, shelf = Plan(self.terms), {}
        if self.status_base:
            lists = Lists(self.status_dir, self.status_base, self.key.verification_method)
            plan.add([learner], [Slot(lists.url(1), 0)], issued=self.now)
            shelf[lists.url(1)] = self._writer.fresh(lists.url(1), at=self.now)
        else:
            plan.add([learner], [], issued=self.now)
        documents = own_documents(self.key, shelf)
        self._baked(self._signed(learner, plan.entries[learner.id], documents))

    def run(self, learners: list[Learner], *, step: Callable[[], None]) -> Outcome:
        """Issue to everyone who has none yet. ``step`` is called after each learner."""
        busy = f"Another cairn issue is at work in {self.out}. Wait until it ends, then try again."
        with locked(self._work, busy=busy):
            sweep(self._work)
            recorded = {line.id: line for line in register.read(self.out / register.NAME)}
            plan = self._settled(learners, recorded)
            lists = self._promised(plan, learners)
            by_id = {learner.id: learner for learner in learners}
            shelf = {url: read_bounded(path, limit=MAX_LIST) for url, path in lists.items()}
            run = _Run(self, plan, by_id, recorded, own_documents(self.key, shelf))
            lines = list(run.lines(step))
            flush_folder(self.out)
            write_if_changed(self.out / register.NAME, register.dump(lines), scratch=self._work)
            return Outcome(
                written=run.written,
                kept=run.kept,
                others=len(plan.entries) - len(learners),
                lists=tuple((path, url) for url, path in lists.items()),
            )

    def _settled(self, learners: list[Learner], recorded: dict[str, register.Line]) -> Plan:
        """Return the folder's plan, after making sure that this run carries it on."""
        plan = Plan.load(self._work / PLAN)
        if plan is None:
            return Plan(self.terms)
        if plan.terms.image is None or self.picture is None:
            image = plan.terms.image or self.terms.image
            plan.terms = replace(plan.terms, image=image)
            must_agree(plan, replace(self.terms, image=image), self.out)
        else:
            must_agree(plan, self.terms, self.out)
        issued = {
            entry.id
            for entry in plan.entries.values()
            if entry.id in recorded or self.file(entry).exists()
        }
        for learner in must_not_change(learners, plan, issued=issued):
            plan.mend(learner)
        must_not_collide(learners, plan)
        return plan

    def _promised(self, plan: Plan, learners: list[Learner]) -> dict[str, Path]:
        """Give everyone a place and an id, on disk before anything is signed; sign new lists.

        Returns the lists of this folder by address.
        """
        missing = plan.missing(learners)
        if self.status_base is None:
            plan.add(missing, [], issued=self.now)
            plan.save(self._work / PLAN)
            return {}
        scratch = self.status_dir / SCRATCH
        busy = f"Another cairn is at work in {self.status_dir}. Wait until it ends, then try again."
        with locked(scratch, busy=busy):
            sweep(scratch)
            owner = self.key.verification_method
            lists = Lists.open(self.status_dir, base=self.status_base, owner=owner)
            lists.must_hold(_lists_of(plan), at=self.now)
            plan.add(missing, lists.reserve(len(missing)), issued=self.now)
            plan.save(self._work / PLAN)
            lists.sign_new(self._writer, at=self.now)
            return lists.standing(_lists_of(plan))

    @property
    def _writer(self) -> ListWriter:
        return ListWriter(self.key, self.signer)

    def file(self, entry: Entry) -> Path:
        """Return where a credential stands."""
        return self.out / f"{entry.stem}.json"

    def keep(self, learner: Learner, entry: Entry, documents: Documents) -> bytes:
        """Sign, check and write one credential; return its bytes."""
        signed = self._signed(learner, entry, documents)
        write_whole(self.file(entry), signed, scratch=self._work, flush=False)
        return signed

    def keep_picture(self, entry: Entry, credential: bytes) -> bool:
        """Write the baked picture unless it is there."""
        if self.picture is None:
            return False
        path = self.out / f"{entry.stem}{self.picture.suffix}"
        if path.exists():
            return False
        write_whole(path, self._baked(credential), scratch=self._work, flush=False)
        return True

    def _baked(self, credential: bytes) -> bytes:
        if self.picture is None:
            return b""
        from cairn.vc.baking import bake

        return bake(self.picture.content, credential.decode())

    def _signed(self, learner: Learner, entry: Entry, documents: Documents) -> bytes:
        signed = sign(
            self._composed(learner, entry),
            signer=self.signer,
            verification_method=self.key.verification_method,
            created=entry.issued,
            cryptosuite=self.suite,
        )
        report = inspect(signed, documents=documents, at=self.now)
        # One that is issued late, after its own end, is what was asked for.
        if report.verdict not in (Verdict.GENUINE, Verdict.EXPIRED):
            faults = [c for c in report if c.state in (State.FAILED, State.UNKNOWN)]
            reasons = " ".join(check.message for check in faults)
            raise Stop(
                f"Row {learner.row}, id {learner.id}: the credential would not verify, so it was "
                f"not written. {report.sentence} {reasons}"
            )
        return signed

    def _composed(self, learner: Learner, entry: Entry) -> JsonObject:
        status = None
        if entry.slot is not None:
            place = entry.slot
            status = statuslist.entry(list_url=place.url, index=place.index, purpose=PURPOSE)
        return compose_credential(
            id=entry.credential,
            issuer=self.definition.issuer_profile(self.key.id),
            achievement=self.definition.achievement,
            name=self.definition.name,
            valid_from=learner.valid_from(entry.issued),
            valid_until=learner.valid_until(entry.issued, self.definition),
            identifiers=_identifiers(learner, entry.salt),
            results=[learner.result] if learner.result else [],
            evidence=learner.evidence,
            status=status,
        )


@dataclass(slots=True)
class _Run:
    """The signing itself, one learner after the other."""

    batch: Batch
    plan: Plan
    learners: dict[str, Learner]
    recorded: dict[str, register.Line]
    documents: Documents
    written: int = 0
    kept: int = 0

    def lines(self, step: Callable[[], None]) -> Iterator[register.Line]:
        """Yield a line of the index for each credential that exists, making those that do not."""
        for entry in self.plan.entries.values():
            learner = self.learners.get(entry.id)
            raw = self._credential(entry, learner)
            if raw is not None:
                yield self._line(entry, raw)
            if learner is not None:
                step()

    def _credential(self, entry: Entry, learner: Learner | None) -> bytes | None:
        path = self.batch.file(entry)
        if path.exists():
            raw = read_bounded(path, limit=MAX_BYTES)
            self._must_be_ours(entry, raw, path)
            new_picture = self.batch.keep_picture(entry, raw)
            self.written += new_picture and learner is not None
            self.kept += not new_picture and learner is not None
            return raw
        if learner is None:
            return None
        raw = self.batch.keep(learner, entry, self.documents)
        self.batch.keep_picture(entry, raw)
        self.written += 1
        return raw

    def _must_be_ours(self, entry: Entry, raw: bytes, path: Path) -> None:
        """Make sure that a file is the one that was issued: all of it, where the index knows it."""
        line = self.recorded.get(entry.id)
        try:
            ours = parse(raw).get("id") == entry.credential
        except Unreadable:
            ours = False
        if not ours or (line is not None and line.sha256 != _sha256(raw)):
            raise Stop(
                f"{path} is not the credential that was issued to {entry.id}. Move it away, then run "
                "the same command again to have the issued one back."
            )

    def _line(self, entry: Entry, raw: bytes) -> register.Line:
        return register.Line(
            id=entry.id,
            name=entry.name,
            credential=entry.credential,
            file=self.batch.file(entry).name,
            status_list=entry.slot.url if entry.slot else "",
            status_index=str(entry.slot.index) if entry.slot else "",
            sha256=_sha256(raw),
        )


def sweep(scratch: Path) -> None:
    """Remove what a killed run left half written."""
    for half in scratch.glob(".*.part"):
        half.unlink()


def _lists_of(plan: Plan) -> set[str]:
    return {entry.slot.url for entry in plan.entries.values() if entry.slot}


def _identifiers(learner: Learner, salt: str) -> list[IdentityObject]:
    """Name the holder in the open, and let whoever knows their address (or id) recognise it."""
    name = IdentityObject.plain(learner.name, kind="name")
    if learner.email:
        return [name, IdentityObject.hashed_email(learner.email, salt=salt)]
    digest = hashlib.sha256((learner.id + salt).encode()).hexdigest()
    student = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "identifier",
        "salt": salt,
    }
    return [name, IdentityObject(student)]


def _digest_of(definition: Definition) -> str:
    """Tell one definition from another by what it says, not by how its file is laid out."""
    period = definition.valid_for
    said = [
        definition.achievement.raw,
        definition.name,
        dict(definition.issuer),
        f"{period.count} {period.unit}" if period else None,
    ]
    return _sha256(dump(said))


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
