"""cairn verify: is it genuine, whose is it, and how is that known?"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cairn.cli.console import Misuse, about_files, console, counted, indented, plainly, safe, say

if TYPE_CHECKING:
    from rich.text import Text

    from cairn.fetch import Fetcher
    from cairn.vc.documents import Documents
    from cairn.vc.proofs import Expected
    from cairn.vc.report import Check, Report

PASSED, FAILED, UNKNOWN = 0, 1, 3

#: Sign and style of each state; the word stands beside it, so neither is the only sign.
_STATES: Final = {
    "passed": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "unknown": ("?", "yellow"),
    "skipped": ("-", "dim"),
}


#: Columns of the table for the name of a person, and between what it shows.
_HOLDER_ROOM, _GAPS = 28, 6

_SIGNS: Final = {
    PASSED: ("✓", "bold green"),
    FAILED: ("✗", "bold red"),
    UNKNOWN: ("?", "bold yellow"),
}


@plainly
def verify(  # noqa: PLR0913, PLR0917 - one parameter for each option
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|DIR|URL|-",
            help="A credential, a picture or a folder. Several files print one table.",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, for programs.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing; what is missing stays unknown.")
    ] = False,
    document: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL=FILE",
            help="Use FILE for what stands at URL (https: or did:web:). A FILE alone is used for the "
            "address it names itself. Repeat as needed.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Ask about another moment: 2026-02-28 (the end of that day in UTC) or "
            "2026-02-28T09:30:00Z.",
        ),
    ] = None,
    challenge: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The question that a presentation has to answer (its challenge)."
        ),
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="For whom it has to be made, such as employer.example. Repeat as needed.",
        ),
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option(
            metavar="WHO", help="An e-mail address or an identifier: was it awarded to this person?"
        ),
    ] = None,
    allow_loopback: Annotated[
        bool, typer.Option("--allow-loopback", help="Also fetch from this machine (for testing).")
    ] = False,
) -> None:
    """Check a credential and say what was found, check by check.

    \b
    Examples:
      cairn verify badge.json
      cairn verify badge.png --at 2026-02-28
      cairn verify badges --offline --document issuer.did.json
      cairn verify - --json < badge.json
      cairn verify badge.json --recipient ada@example.edu
      cairn verify presentation.json --challenge 7f3a --domain employer.example

    Open Badges 3.0 and 2.0, learner records (CLR 2.0) and presentations are read. Each check ends as passed, failed, unknown (nobody could look) or skipped. The exit code is 0 when
    none failed and none is unknown, 1 when one failed, 3 when none failed and one is unknown, 2 when
    the command was not understood. A folder, or more than one file, prints a table and exits with its
    worst.

    What happens next: a failed check says what is wrong. For an unknown one, supply the missing
    document with --document, or try again with a network.
    """
    from cairn.cli.documents import documents_for
    from cairn.fetch import Fetcher

    moment = _moment(at)
    fetcher = None if offline else Fetcher(allow_loopback=allow_loopback)
    documents = documents_for(document or (), fetcher)
    asked = _Asked(challenge, tuple(domain or ()), recipient)
    verifier = _Verifier(documents, fetcher, moment, asked)
    if len(what) > 1 or Path(what[0]).is_dir():
        raise typer.Exit(_several(verifier, what, as_json=as_json))
    found = verifier.found(what[0])
    if as_json:
        say(json.dumps(found.as_json(), indent=2))  # ASCII: no terminal obeys what a stranger wrote
    else:
        _card(found)
    raise typer.Exit(found.code)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the one who verifies asks besides."""

    challenge: str | None = None
    domain: tuple[str, ...] = ()
    recipient: str | None = None

    def expected(self) -> Expected:
        from cairn.vc.proofs import Expected

        return Expected(
            domain=self.domain or None, challenge=self.challenge, recipient=self.recipient
        )


@dataclass(frozen=True, slots=True)
class _Verifier:
    documents: Documents
    fetcher: Fetcher | None
    at: datetime
    asked: _Asked = _Asked()

    def found(self, name: str) -> _Found:
        """Inspect whatever stands under a name; what cannot be inspected is a report too."""
        from cairn.cli.sources import NoCredential, TooLarge, credential_in, read_source
        from cairn.fetch import FetchError
        from cairn.vc.baking import BadImage
        from cairn.vc.verify import inspect

        try:
            source = credential_in(read_source(name, fetcher=self.fetcher))
        except (BadImage, NoCredential, TooLarge) as exc:
            return _Found(name, _unreadable(exc))
        except FetchError as exc:
            return _Found(name, _unknown("document", exc.reason, exc.code))
        except OSError as exc:
            return _Found(name, _unknown("document", about_files(exc), "document.unavailable"))
        if source.form == "ob1":
            return _Found(name, _unknown("format", _OPEN_BADGES_1, "format.not_read"))
        report = inspect(
            source.content,
            documents=self.documents,
            at=self.at,
            expected=self.asked.expected(),
            refresh=self.fetcher is not None,
        )
        return _Found(name, report, source.content)


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    report: Report
    content: bytes = b""

    @property
    def code(self) -> int:
        """The exit code that this document alone would give."""
        return FAILED if self.report.failed else UNKNOWN if self.report.unknown else PASSED

    @property
    def holder(self) -> str:
        """Whose it says it is, as far as it can be read."""
        from cairn.vc.documents import Shelf
        from cairn.vc.errors import CredentialError
        from cairn.vc.model import Credential
        from cairn.vc.shown import shown

        try:
            subject = Credential(shown(self.content, Shelf())).subject
        except CredentialError:
            return ""
        return (subject.name or "") if subject else ""

    @property
    def reason(self) -> str:
        """What a person must know first: the first check that failed, or else is unknown."""
        for wanted in ("failed", "unknown"):
            for check in self.report:
                if check.state.value == wanted:
                    return check.message
        return ""

    def as_json(self) -> dict[str, Any]:
        """Return the documented form of a report (docs/reference/verify-json.md)."""
        return _as_json(self.report)


def _as_json(report: Report) -> dict[str, Any]:
    members = ("id", "state", "message", "pointer", "code")
    found: dict[str, Any] = {
        "verdict": report.verdict.value,
        "sentence": report.sentence,
        "checks": [{name: getattr(check, name) for name in members} for check in report],
    }
    if report.inside:
        found["inside"] = [_as_json(inner) for inner in report.inside]
    if report.newer is not None:
        found["newer"] = _as_json(report.newer)
    return found


_OPEN_BADGES_1: Final = (
    "This is an Open Badge of version 1, which is not read. Ask its issuer for a credential of version "
    "3."
)


def _unreadable(exc: Exception) -> Report:
    from cairn.vc.report import Check, Report, State, Verdict

    code = getattr(exc, "code", "document.unreadable")
    check = Check("document", State.FAILED, str(exc), None, code)
    sentence = "Cannot be read: there is no credential here that could be checked."
    return Report(Verdict.UNREADABLE, sentence, (check,))


def _unknown(check: str, message: str, code: str) -> Report:
    from cairn.vc.report import Check, Report, State, Verdict

    sentence = "Cannot be checked: nothing can be said about it either way."
    return Report(
        Verdict.CANNOT_CHECK, sentence, (Check(check, State.UNKNOWN, message, None, code),)
    )


def _moment(text: str | None) -> datetime:
    from cairn.vc.timestamps import read_timestamp

    if text is None:
        return datetime.now(UTC)
    try:
        if len(text) == len("2026-02-28"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
        return read_timestamp(text)
    except ValueError as exc:
        raise Misuse(
            f"--at: {text} is not a date or a time. Write 2026-02-28, or 2026-02-28T09:30:00Z."
        ) from exc


def _card(found: _Found) -> None:
    from rich.table import Table
    from rich.text import Text

    sign, style = _SIGNS[found.code]
    say()
    indented(Text(f"{sign} {safe(found.report.sentence)}", style=style), 2)
    name = "the standard input" if found.name == "-" else found.name
    indented(Text(safe(name), style="dim"), 4)
    say()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in found.report:
        sign, style = _STATES[check.state.value]
        table.add_row(
            Text(f"{sign} {check.state.value}", style=style), Text(check.id), _explained(check)
        )
    indented(table, 2)
    for number, inner in enumerate(found.report.inside, 1):
        say()
        code = FAILED if inner.failed else UNKNOWN if inner.unknown else PASSED
        sign, style = _SIGNS[code]
        indented(Text(f"{sign} {number}. {safe(inner.sentence)}", style=style), 4)
    say()


def _explained(check: Check) -> Text:
    from rich.text import Text

    text = Text(safe(check.message), style="dim" if check.state.value == "skipped" else "")
    place = " ".join(part for part in (check.pointer, check.code) if part)
    if place and check.state.value in ("failed", "unknown"):
        text.append(f"\n{safe(place)}", style="dim")
    return text


def _several(verifier: _Verifier, names: list[str], *, as_json: bool) -> int:
    folder = Path(names[0]) if len(names) == 1 else None
    names = names if folder is None else _credentials_in(folder)
    found = (verifier.found(name) for name in _shown(names, quiet=as_json))
    # For people the last part of a name is enough while it tells the files apart.
    short = folder is not None or (
        not as_json and len({Path(name).name for name in names}) == len(names)
    )
    where = "" if folder is None else f" in {safe(folder)}"
    worst = _print_json(found, short) if as_json else _print_table(found, short, where)
    return FAILED if worst[FAILED] else UNKNOWN if worst[UNKNOWN] else PASSED


def _credentials_in(folder: Path) -> list[str]:
    from cairn.cli.sources import SUFFIXES

    paths = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
    if not paths:
        raise Misuse(f"{folder} holds no file that could be a credential: {', '.join(SUFFIXES)}.")
    return [str(path) for path in paths]


def _shown(paths: list[str], *, quiet: bool) -> Iterator[str]:
    if quiet or not sys.stderr.isatty():
        yield from paths
        return
    from rich.progress import track

    yield from track(paths, "Checking", console=console(stderr=True), transient=True)


def _print_json(documents: Iterable[_Found], short: bool) -> Counter[int]:
    """Print one document after the other, so that a large folder needs little memory."""
    worst: Counter[int] = Counter()
    say('{"documents": [')
    for found in documents:
        row = {"file": _label(found, short), **found.as_json()}
        say(("," if worst else "") + json.dumps(row, indent=2))
        worst[found.code] += 1
    totals = {
        "documents": worst.total(),
        "passed": worst[PASSED],
        "failed": worst[FAILED],
        "unknown": worst[UNKNOWN],
    }
    say(f'], "totals": {json.dumps(totals)}}}')
    return worst


def _label(found: _Found, short: bool) -> str:
    return Path(found.name).name if short else found.name


def _print_table(documents: Iterable[_Found], short: bool, where: str) -> Counter[int]:
    from rich.table import Table
    from rich.text import Text

    worst: Counter[int] = Counter()
    reasons: dict[str, list[str]] = {}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("File", no_wrap=True, overflow="ellipsis")
    table.add_column("Holder", no_wrap=True, overflow="ellipsis")
    table.add_column("Verdict", no_wrap=True)
    room = 0
    for found in documents:
        name, (sign, style) = _label(found, short), _SIGNS[found.code]
        verdict = Text(f"{sign} {found.report.verdict.value.replace('_', ' ')}", style=style)
        table.add_row(Text(safe(name)), Text(safe(found.holder)), verdict)
        room = max(room, len(verdict))
        worst[found.code] += 1
        if found.reason:
            reasons.setdefault(found.reason, []).append(name)
    # A long file name is cut short, then a long name of a person, and never the answer.
    left = console().width - room - _GAPS
    file_room = max(left - _HOLDER_ROOM, left // 2)
    table.columns[0].max_width, table.columns[1].max_width = file_room, max(left - file_room, 1)
    console().print(table)
    for reason, names in reasons.items():
        say()
        others = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        indented(Text(f"{safe(names[0])}{others}", style="bold"), 0)
        indented(Text(safe(reason)), 2)
    say()
    counts = f"{worst[PASSED]:,} passed, {worst[FAILED]:,} failed, {worst[UNKNOWN]:,} unknown"
    say(f"{counted(worst.total(), 'document')}{where}: {counts}.")
    return worst
