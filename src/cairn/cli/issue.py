"""cairn issue: from a definition and a class list to signed credentials."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cairn.cli.console import Misuse, Stop, complain, console, counted, naming, plainly, safe, say

if TYPE_CHECKING:
    from cairn.cli.batch import Batch, Outcome, Picture
    from cairn.vc.keyfile import KeyFile


class Suite(StrEnum):
    """The suites that sign a whole credential."""

    EDDSA_RDFC = "eddsa-rdfc-2022"
    EDDSA_JCS = "eddsa-jcs-2022"
    ECDSA_RDFC = "ecdsa-rdfc-2019"
    ECDSA_JCS = "ecdsa-jcs-2019"


@plainly
def issue(
    achievement: Annotated[
        Path, typer.Argument(metavar="ACHIEVEMENT.yaml", help="What is awarded.")
    ],
    roster: Annotated[
        Path,
        typer.Argument(
            metavar="ROSTER.csv",
            help="Who earned it: id,name,email and, if you like, "
            "issued_on,expires_on,result,evidence.",
        ),
    ],
    key: Annotated[Path, typer.Option(metavar="KEY", help="Key file from cairn keygen.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the credentials.")],
    bake: Annotated[
        Path | None,
        typer.Option(metavar="IMAGE", help="Also write each badge into this PNG or SVG."),
    ] = None,
    suite: Annotated[
        Suite | None,
        typer.Option(
            help="How each credential is signed. The default follows the kind of key: eddsa-rdfc-2022 "
            "for Ed25519, ecdsa-rdfc-2019 for P-256 and P-384."
        ),
    ] = None,
    status_base: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where the status lists will be published. For did:web the default is "
            "https://HOST/status.",
        ),
    ] = None,
    status_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the status lists; several batches may share one. Default: OUT/status.",
        ),
    ] = None,
) -> None:
    """Sign one Open Badges 3.0 credential for each learner of a class list.

    \b
    Example:
      cairn issue achievement.yaml roster.csv --key issuer.key.json --out badges

    Everything is read and checked first. If one row has a fault, every fault is listed with its row
    and its cure, and nothing is written. Each credential is verified before it is kept.

    Run it again and nothing changes; add rows and only those are issued; if it was interrupted, it
    goes on where it stopped. A row that changed after it was issued is refused.

    \b
    What you get in DIR:
      ID.json       a signed credential for each learner
      ID.svg/.png   the same inside the picture, with --bake
      index.csv     who has which credential, and its place on the status list
      status/       the status lists: publish them, then revoke with cairn revoke

    What happens next: publish the DID document and the status lists, send each learner their file,
    and check the folder with cairn verify DIR.
    """
    from cairn.cli.batch import Batch
    from cairn.cli.definition import read_definition
    from cairn.cli.roster import MAX_BYTES, read_roster
    from cairn.cli.secrets import open_key
    from cairn.cli.shape import MAX_BYTES as MAX_DEFINITION

    now = datetime.now(UTC).replace(microsecond=0)
    _in_order(achievement, roster, out)
    text = _text(achievement, "a description of an achievement", limit=MAX_DEFINITION + 1)
    with naming(achievement):
        definition = read_definition(text)
    table = _text(roster, "a class list", limit=MAX_BYTES)
    with naming(roster):
        learners, notes = read_roster(table, definition, now=now)
    picture = _picture(bake)
    key_file, signer = open_key(key)
    batch = Batch(
        definition=definition,
        key=key_file,
        signer=signer,
        suite=_fitting(suite, signer.public.algorithm),
        out=out,
        status_dir=status_dir or out / "status",
        status_base=_base(status_base, key_file),
        picture=picture,
        now=now,
    )
    batch.rehearse(learners[0])
    for note in notes:
        complain(f"Note: {note}")
    started = time.monotonic()
    with _progress(len(learners)) as step:
        outcome = batch.run(learners, step=step)
    _report(batch, outcome, time.monotonic() - started, key)


def _fitting(suite: Suite | None, kind: str) -> str | None:
    """Stop where a suite was chosen that the key cannot sign with."""
    if suite is None:
        return None
    takes = "eddsa" if kind == "Ed25519" else "ecdsa"
    if not suite.value.startswith(takes):
        fitting = " or ".join(one for one in Suite if one.startswith(takes))
        raise Misuse(
            f"--suite: {suite.value} needs another key; this {kind} key signs with {fitting}."
        )
    return suite.value


def _in_order(achievement: Path, roster: Path, out: Path) -> None:
    """Stop where two names were swapped, before anything is said about their insides."""
    if achievement.suffix.lower() == ".csv" or roster.suffix.lower() in (".yaml", ".yml"):
        raise Misuse(
            "The achievement comes first, then the class list: "
            "cairn issue ACHIEVEMENT.yaml ROSTER.csv --key KEY --out DIR"
        )
    if out.exists() and not out.is_dir():
        raise Misuse(f"--out: {out} is a file, and a folder is needed.")


def _text(path: Path, wanted: str, *, limit: int) -> bytes:
    """Read a file that people wrote, unless it is a picture, a key or a page."""
    from cairn.cli.files import read_bounded
    from cairn.cli.kinds import EMPTY, PDF, ZIPPED, foreign
    from cairn.cli.sources import is_picture

    raw = read_bounded(path, limit=limit)
    kind = foreign(raw) or ("a picture" if is_picture(raw) else EMPTY)
    # Of the rest, the reader of the file knows the better cure.
    if kind not in (EMPTY, PDF, ZIPPED):
        raise Stop(f"{path} is {kind}, not {wanted}. Name another file.")
    return raw


def _picture(path: Path | None) -> Picture | None:
    from cairn.cli.batch import Picture
    from cairn.cli.files import read_bounded
    from cairn.vc.baking import MAX_IMAGE, picture_type

    if path is None:
        return None
    content = read_bounded(path, limit=MAX_IMAGE)
    with naming(path):
        return Picture(content, f".{picture_type(content)}")


def _base(asked: str | None, key: KeyFile) -> str | None:
    """Choose where status lists will stand; None where nobody knows a place."""
    from urllib.parse import urlsplit

    from cairn.vc.did import web

    if asked is None:
        if not key.id.startswith("did:web:"):
            return None
        return (
            web.url_for(key.id).removesuffix("/did.json").removesuffix("/.well-known") + "/status"
        )
    parts = urlsplit(asked)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise Misuse(
            "--status-base: write an https address without ? and #, such as "
            "https://example.edu/status."
        )
    return asked.rstrip("/")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, and nothing anywhere else."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("Signing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("Signing", total=total)
        yield lambda: progress.advance(task)


def _report(batch: Batch, outcome: Outcome, seconds: float, key: Path) -> None:
    where = safe(batch.out)
    if outcome.written:
        rate = f"{outcome.written / max(seconds, 0.001):,.0f} a second"
        say(
            f"Issued {counted(outcome.written, 'credential')} into {where} in {seconds:.1f} s ({rate})."
        )
        if outcome.kept:
            say(f"  {outcome.kept:,} were there already and stay as they are.")
    else:
        say(f"Nothing to do: all {counted(outcome.kept, 'credential')} are in {where} already.")
    if outcome.others:
        say(f"  {counted(outcome.others, 'learner')} of earlier runs stay as they are.")
    say(f"  Index: {safe(batch.out / 'index.csv')}")
    for path, url in outcome.lists:
        say(f"  Status list: {safe(path)}")
        say(f"    to be published at {safe(url)}")
    if not outcome.lists:
        say("  No status list: these credentials cannot be revoked. A did:key has no web")
        say("  address; give one with --status-base if you want to be able to.")
    if outcome.written:
        _next(batch, outcome, key)


def _next(batch: Batch, outcome: Outcome, key: Path) -> None:
    """Say how to check the folder before anything is published."""
    did_document = key.with_name(f"{key.stem}.did.json")
    supplied = [did_document] if batch.key.id.startswith("did:web:") else []
    supplied += [path for path, _ in outcome.lists]
    say()
    if not supplied:
        say(f"Next: cairn verify {safe(batch.out)}")
        return
    say("Next, before you publish anything:")
    words = [f"cairn verify {safe(batch.out)}"]
    words += ["--offline"]
    words += [f"--document {safe(path)}" for path in supplied]
    say("  " + " \\\n    ".join(words))
