"""Sheets that leave the house: reports on a file and templates, as workbook and as CSV.

Workbooks are written cell by cell as text, so ids keep their zeros and nothing is calculated; CSV
has the same protection by :func:`cairn.sheet.neutralise`.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cairn.sheet.problems import Problem
from cairn.sheet.reading import Table, neutralise

ADDED: Final = ("Row", "Result", "What to fix")
_WIDEST: Final = 60


def report(
    table: Table, results: Mapping[int, str], problems: Iterable[Problem]
) -> list[list[str]]:
    """The rows of a file as they came, with what became of each and what to fix."""
    faults: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        if problem.row is not None:
            column = f"{problem.column}: " if problem.column else ""
            faults[problem.row].append(f"{column}{problem.message} {problem.cure}")
    kept = [at for at, title in enumerate(table.titles) if title not in ADDED]
    lines = [[*(table.titles[at] for at in kept), *ADDED]]
    for number, cells in table.rows:
        own = [cells[at] if at < len(cells) else "" for at in kept]
        told = "problem" if number in faults else results.get(number, "")
        lines.append([*own, str(number), told, " ".join(faults.get(number, ()))])
    return lines


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """With the mark by which spreadsheet programs know UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for line in lines:
        writer.writerow([neutralise(cell) for cell in line])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(
    lines: Sequence[Sequence[str]], *, name: str, dictionary: Sequence[tuple[str, str]] = ()
) -> bytes:
    """A workbook; ``dictionary`` is a second sheet that says what each column means."""
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        plain = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        _fill(book.add_worksheet(name), lines, head, plain)
        if dictionary:
            _fill(
                book.add_worksheet("What the columns mean"),
                [("Column", "What to write"), *dictionary],
                head,
                wrapped,
            )
    return made.getvalue()


def _fill(sheet: Any, lines: Sequence[Sequence[str]], head: Any, body: Any) -> None:
    widths: dict[int, int] = defaultdict(lambda: 8)
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if cell or not row:
                # An apostrophe in front keeps a formula text when the sheet is saved as CSV.
                sheet.write_string(row, column, neutralise(cell), body if row else head)
            widths[column] = max(widths[column], min(len(cell) + 2, _WIDEST))
    for column, width in widths.items():
        sheet.set_column(column, column, width, body)
    sheet.freeze_panes(1, 0)
