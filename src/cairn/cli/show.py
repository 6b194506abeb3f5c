"""cairn show: a credential as a reader would see it. No verdict is claimed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cairn.cli.console import Stop, indented, naming, plainly, safe, say

_HEADING: Final = re.compile(r"#+ *(?P<title>.+)|\*\*(?P<bold>[^*]+)\*\*")
_ITEM: Final = re.compile(r"(?P<mark>[-*]|[0-9]{1,3}\.) +")

if TYPE_CHECKING:
    from cairn.vc.model import Achievement, Credential, Subject


@plainly
def show(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Credentials or baked pictures.")
    ],
) -> None:
    """Show what a credential says: holder, title, issuer, dates, criteria, alignments.

    \b
    Example:
      cairn show s1024.json

    Nothing is checked: anybody can write anything into a file.

    What happens next: ask cairn verify whether it is genuine.
    """
    for name in files:
        _card(_credential(name), name)


def _credential(name: str) -> Credential:
    from cairn.cli.sources import NoCredential, credential_in, read_source
    from cairn.vc.documents import Shelf
    from cairn.vc.model import Credential
    from cairn.vc.shown import shown

    with naming(name):
        try:
            source = credential_in(read_source(name))
        except NoCredential as exc:
            raise Stop(f"{name}: {exc}") from exc
    with naming(name):
        # Of a badge of version 2 only what it says itself: nothing is fetched for showing.
        return Credential(shown(source.content, Shelf()))


def _card(credential: Credential, name: str) -> None:
    from rich.table import Table
    from rich.text import Text

    achievement, subject = credential.achievement, credential.subject
    title = credential.name or (achievement and achievement.name) or "A credential without a title"
    say()
    indented(Text(safe(title), style="bold"), 2)
    indented(Text(safe(name), style="dim"), 2)
    say()
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    for label, value in _facts(credential, subject, achievement):
        facts.add_row(label, Text(safe(value)))
    indented(facts, 2)
    for heading, lines in _sections(achievement):
        say()
        indented(Text(heading, style="bold"), 2)
        for line in lines:
            _line(line)
    say()
    indented(Text(f"Not checked. Ask: cairn verify {safe(name)}", style="yellow"), 2)
    say()


def _line(markdown: str) -> None:
    """Print a line of Markdown: headings strong, and items with their text under their text."""
    from rich.table import Table
    from rich.text import Text

    heading = _HEADING.fullmatch(markdown)
    mark, text = ("", heading["bold"] or heading["title"]) if heading else _item(markdown)
    if heading:
        say()
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    shown = Text(safe(text.replace("**", "")), style="bold" if heading else "")
    if mark:
        row.add_row(mark, shown)
    indented(row if mark else shown, 4)


def _item(markdown: str) -> tuple[str, str]:
    found = _ITEM.match(markdown)
    return (found["mark"], markdown[found.end() :]) if found else ("", markdown)


def _facts(
    credential: Credential, subject: Subject | None, achievement: Achievement | None
) -> Iterator[tuple[str, str]]:
    holder = (subject.name or subject.id) if subject else None
    yield "Holder", holder or "not named in the open"
    issuer = credential.issuer
    yield "Issuer", (issuer and (issuer.name or issuer.id)) or "not named"
    if issuer and issuer.name and issuer.id:
        yield "", issuer.id
    yield "Valid from", _day(credential.valid_from)
    if credential.valid_until:
        yield "Valid until", _day(credential.valid_until)
    for result in subject.results if subject else ():
        status = f"({result.status})" if result.value and result.status else result.status
        yield "Result", " ".join(part for part in (result.value, status) if part)
    if achievement and achievement.achievement_type:
        yield "Kind", achievement.achievement_type
    for evidence in credential.evidence:
        yield "Evidence", evidence.id or evidence.name or evidence.narrative or "described"
    if credential.id:
        yield "Id", credential.id


def _sections(achievement: Achievement | None) -> Iterator[tuple[str, list[str]]]:
    if achievement is None:
        return
    if achievement.description:
        yield "About", _lines(achievement.description)
    criteria = achievement.criteria
    if criteria is not None and (criteria.narrative or criteria.id):
        yield (
            "Criteria",
            [*_lines(criteria.narrative or ""), *([criteria.id] if criteria.id else [])],
        )
    if achievement.alignments:
        yield (
            "Aligned with",
            [
                f"{item.target_name or 'not named'} ({item.target_framework or item.target_url or ''})"
                for item in achievement.alignments
            ],
        )


def _lines(markdown: str) -> list[str]:
    return [line.strip() for line in markdown.splitlines() if line.strip()]


def _day(moment: datetime | None) -> str:
    return "not given" if moment is None else f"{moment.day} {moment:%B %Y}"
