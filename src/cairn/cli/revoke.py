"""cairn revoke: set places of a status list, and sign the list again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cairn.cli.console import Stop, complain, naming, plainly, safe, say

if TYPE_CHECKING:
    from cairn.cli.register import Line
    from cairn.vc.document import JsonObject
    from cairn.vc.keyfile import KeyFile
    from cairn.vc.statuslist import Bitstring

_INDEX: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


@plainly
def revoke(
    list_file: Annotated[
        Path,
        typer.Argument(metavar="LIST.json", help="The status list."),
    ],
    key: Annotated[Path, typer.Option(metavar="KEY", help="The key that signed the list.")],
    index: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INDEX...",
            help="Places on the list, as index.csv shows them; or ids of learners that are no numbers.",
        ),
    ] = None,
    learner: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID", help="Id of a learner in index.csv. Repeat as needed."),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back a revocation that was a mistake.")
    ] = False,
) -> None:
    """Revoke credentials: set their places on a status list and sign it again.

    \b
    Examples:
      cairn revoke badges/status/1f0c2a9b-1.json 4711 --key issuer.key.json
      cairn revoke badges/status/1f0c2a9b-1.json --id s1024 --key issuer.key.json
      cairn revoke badges/status/1f0c2a9b-1.json --key issuer.key.json

    The last one revokes nobody: it signs the list again for another year. A list counts for a year
    after it was signed, so that an old copy cannot hide a revocation.

    What happens next: publish the list again at the same address. Until then nobody sees the change,
    and readers may keep their copy for a few minutes more.
    """
    from cairn.cli.files import locked, write_whole
    from cairn.cli.lists import SCRATCH, ListWriter
    from cairn.cli.secrets import open_key

    key_file, signer = open_key(key)
    scratch = list_file.parent / SCRATCH
    busy = f"Another cairn is at work in {list_file.parent}. Wait until it ends, then try again."
    now = datetime.now(UTC).replace(microsecond=0)
    _checked(list_file, key_file, now)  # before anything is made beside a file that is no list
    with locked(scratch, busy=busy):
        document, bits = _checked(list_file, key_file, now)
        chosen = _chosen(list_file, str(document["id"]), index or [], learner or [])
        changed = [place for place in chosen if bits.get(place) is undo]
        if changed or not chosen:
            bits.set_many(changed, not undo)
            signed = ListWriter(key_file, signer).again(document, bits, at=now)
            write_whole(list_file, signed, scratch=scratch)
    _report(document, chosen, changed, undo=undo)
    _doubt(list_file, str(document["id"]), changed, undo=undo)


def _checked(path: Path, key: KeyFile, now: datetime) -> tuple[JsonObject, Bitstring]:
    """Return a list that this key signed and nobody changed since, or stop."""
    from cairn.cli.documents import own_documents
    from cairn.cli.files import read_bounded
    from cairn.cli.lists import MAX_BYTES, PURPOSE
    from cairn.vc.document import parse
    from cairn.vc.report import Verdict
    from cairn.vc.statuslist import read_list
    from cairn.vc.verify import inspect

    raw = read_bounded(path, limit=MAX_BYTES)
    with naming(path):
        document = parse(raw, max_bytes=MAX_BYTES)
        if "BitstringStatusListCredential" not in document.get("type", ()):
            raise Stop(f"{path} is no status list. Name one from the folder status.")
        bits = read_list(document, purpose=PURPOSE)
    proof = document.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    if document.get("issuer") != key.id or method != key.verification_method:
        raise Stop(
            f"{path} was not signed by this key, so it was left as it is. Name the key file of "
            f"{document.get('issuer')}."
        )
    report = inspect(raw, documents=own_documents(key, {}), at=now)
    # A list that ran out is what a renewal is for.
    if report.verdict not in (Verdict.GENUINE, Verdict.EXPIRED):
        raise Stop(f"{path} was left as it is. {report.sentence}")
    return document, bits


def _chosen(path: Path, url: str, places: list[str], learners: list[str]) -> dict[int, str]:
    """Return the places asked for, each with whose it is as far as the index tells."""
    register_path, lines = _register(path)
    by_id = {line.id: line for line in lines}
    names = {int(line.status_index): line for line in lines if line.status_list == url}
    chosen: dict[int, str] = {}
    for text in places:
        if not _INDEX.fullmatch(text):
            learners = [*learners, text]
            continue
        if int(text) not in names and text in by_id:
            raise Stop(
                f"Place {text} is nobody's, and {text} is the id of a learner. Write --id {text} if "
                "that is who you mean."
            )
        chosen[int(text)] = _whose(names.get(int(text)))
    for name in learners:
        line = by_id.get(name)
        if line is None:
            raise Stop(f"There is no learner {name} in {register_path}. Check the id.")
        if line.status_list != url:
            where = line.status_list or "no list: it cannot be revoked"
            raise Stop(f"The credential of {name} is not on this list. It is on {where}.")
        chosen[int(line.status_index)] = _whose(line)
    return chosen


def _register(path: Path) -> tuple[Path, list[Line]]:
    """Read the index.csv beside the list or beside its folder."""
    from cairn.cli import register

    folder = path.resolve().parent
    for place in (folder / register.NAME, folder.parent / register.NAME):
        if place.exists():
            return _as_typed(place), register.read(place)
    return _as_typed(folder / register.NAME), []


def _as_typed(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _doubt(path: Path, url: str, changed: list[int], *, undo: bool) -> None:
    """Say which places were never given away: the number may be a slip of the finger."""
    from cairn.cli.lists import given_away

    given = given_away(path.parent, url)
    if given is None or undo:
        return
    for place in changed:
        if not given.get(place):
            complain(
                f"Note: place {place} was never given to anybody. If you meant another, see "
                "status_index in index.csv; --undo takes this one back."
            )


def _whose(line: Line | None) -> str:
    return "" if line is None else f"{line.id}, {line.name}"


def _report(
    document: JsonObject, chosen: dict[int, str], changed: list[int], *, undo: bool
) -> None:
    done, already = ("Reinstated", "stands already") if undo else ("Revoked", "is revoked already")
    for place, whose in chosen.items():
        who = f" ({safe(whose)})" if whose else ""
        say(f"{done} place {place}{who}." if place in changed else f"Place {place}{who} {already}.")
    if chosen and not changed:
        say("Nothing was changed.")
        return
    if not chosen:
        say("Signed the list again for another year; nobody was revoked.")
    if undo:
        say("A revocation is meant to be final. Whoever saw it may have acted on it: tell them.")
    say()
    say(f"Next: publish the list at {safe(document['id'])}")
