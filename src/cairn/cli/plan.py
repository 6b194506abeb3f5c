"""What a folder of credentials has promised: written before the first signature, kept for ever.

Everything that chance or the clock decides is decided here once. A run that is killed is carried on
from its plan, and comes to the same bytes as a run that was not.
"""

from __future__ import annotations

import base64
import json
import os
import uuid
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cairn.cli.console import Stop, counted
from cairn.cli.files import write_if_changed
from cairn.cli.lists import Slot
from cairn.cli.roster import Learner
from cairn.vc.document import dump
from cairn.vc.timestamps import read_timestamp, write_timestamp

_VERSION: Final = 1
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Terms:
    """What all credentials of a folder share; none of it changes once one is issued."""

    issuer: str
    verification_method: str
    definition: str
    status_base: str | None
    image: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one credential needs besides the definition and its row."""

    id: str
    stem: str
    name: str
    row: str
    credential: str
    issued: datetime
    salt: str
    slot: Slot | None


@dataclass(slots=True)
class Plan:
    """The entries of a folder, in the order in which they were first asked for."""

    terms: Terms
    entries: dict[str, Entry] = field(default_factory=dict)

    def missing(self, learners: list[Learner]) -> list[Learner]:
        """Return who has no entry yet."""
        return [learner for learner in learners if learner.id not in self.entries]

    def add(self, learners: list[Learner], slots: list[Slot], *, issued: datetime) -> None:
        """Promise a credential to each; with no slots, one that cannot be revoked."""
        places: list[Slot | None] = [*slots] or [None] * len(learners)
        for learner, slot in zip(learners, places, strict=True):
            self.entries[learner.id] = Entry(
                id=learner.id,
                stem=learner.stem,
                name=learner.name,
                row=learner.digest,
                credential=uuid.uuid4().urn,
                issued=issued,
                salt=base64.urlsafe_b64encode(os.urandom(_SALT_BYTES)).decode().rstrip("="),
                slot=slot,
            )

    def mend(self, learner: Learner) -> None:
        """Take over a row that was corrected before its credential was signed."""
        before = self.entries[learner.id]
        self.entries[learner.id] = replace(before, name=learner.name, row=learner.digest)

    def dump(self) -> bytes:
        entries = [
            asdict(entry) | {"issued": write_timestamp(entry.issued)}
            for entry in self.entries.values()
        ]
        return dump({"version": _VERSION, "terms": asdict(self.terms), "entries": entries})

    def save(self, path: Path) -> None:
        """Write the plan, unless it says the same already."""
        write_if_changed(path, self.dump())

    @classmethod
    def load(cls, path: Path) -> Plan | None:
        """Read the plan of a folder, or return None where there is none."""
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        if found.get("version") != _VERSION:
            raise Stop(f"{path} was written by another version of Cairn. Use a new folder.")
        entries = (_entry(item) for item in found["entries"])
        return cls(Terms(**found["terms"]), {entry.id: entry for entry in entries})


def must_agree(plan: Plan, terms: Terms, folder: Path) -> None:
    """Stop when this run asks for something else than the folder was begun with."""
    said = {
        "issuer": "it was begun under another issuer",
        "verification_method": "it was begun with another key",
        "definition": "the achievement was another one then, or has been edited since",
        "status_base": "its status lists are published elsewhere",
        "image": "it was begun with another picture",
    }
    for name, reason in said.items():
        before, now = getattr(plan.terms, name), getattr(terms, name)
        if before != now:
            raise Stop(
                f"{folder} cannot take these credentials: {reason}. Use the same files and options "
                "as before, or a new folder with --out."
            )


def must_not_change(learners: list[Learner], plan: Plan, *, issued: set[str]) -> list[Learner]:
    """Return whose row was mended before anything was signed; stop when it was after."""
    mended: list[Learner] = []
    late: list[Learner] = []
    for learner in learners:
        entry = plan.entries.get(learner.id)
        if entry is None or entry.row == learner.digest:
            continue
        (late if learner.id in issued else mended).append(learner)
    if late:
        lines = [
            f"Row {learner.row}, id {learner.id}: this row changed after its credential was issued. "
            "Put it back as it was; or revoke the credential and give the row a new id."
            for learner in late
        ]
        raise Stop("\n".join([*lines, f"Nothing was written ({counted(len(late), 'problem')})."]))
    return mended


def must_not_collide(learners: list[Learner], plan: Plan) -> None:
    """Stop when a new id would share a file with one that is not in this roster."""
    taken = {entry.stem.lower(): entry.id for entry in plan.entries.values()}
    for learner in learners:
        other = taken.get(learner.stem.lower(), learner.id)
        if other != learner.id:
            raise Stop(
                f"Row {learner.row}, id {learner.id}: this would name the same file as {other}, who "
                "was issued a credential here before. Change the id."
            )


def _entry(item: dict[str, object]) -> Entry:
    slot = item.pop("slot")
    issued = read_timestamp(str(item.pop("issued")))
    place = Slot(**slot) if isinstance(slot, dict) else None
    return Entry(**item, issued=issued, slot=place)  # type: ignore[arg-type]
