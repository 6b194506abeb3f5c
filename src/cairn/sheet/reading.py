"""Reads a class list or a sheet of marks from CSV, as spreadsheet programs really write it.

Encoding and delimiter are found out, ids stay text, cells are trimmed, and every fault is named
with its row and its cure. Nothing is passed over in silence: a column that nobody asked for is a
fault too, because it may be a wanted one under another name.

A row number is the one that a spreadsheet program shows: an empty line is a row, and a line break
inside quotation marks does not begin another.

A cell that begins with ``=`` or ``@`` is refused, and so is one that begins with ``+`` or ``-``
unless the rest is a number or a telephone number: whoever opens a later export would run it as a
formula. The apostrophe by which spreadsheets mark such a cell as text is taken off before the cell
is judged, so what :func:`neutralise` wrote is read as what it was; a name such as 't Hooft keeps
its own.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from cairn.sheet import workbook
from cairn.sheet.problems import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_FILLED_ROWS,
    MAX_LINE,
    MAX_PROBLEMS,
    MAX_ROWS,
    Problem,
    SheetError,
    letter,
    unusable,
)

_DELIMITERS: Final = (",", ";", "\t")
_SAVE_AS: Final = 'In the spreadsheet program choose "Save as", then "CSV UTF-8".'
#: With the full-width forms, which some editions of spreadsheet programs take for the same.
_SIGNS: Final = "\\-=@+\uff1d\uff20\uff0b\uff0d"
_FORMULA: Final = re.compile(rf"[{_SIGNS}]")
#: Apostrophes before it count too, so that marking a cell can always be undone.
_STARTS_FORMULA: Final = re.compile(rf"'*[\t\r\n{_SIGNS}]")
#: What may follow a plus or minus: no letter, and nothing by which a formula could call out.
_NUMBER: Final = re.compile(r"[+-][0-9 .,()/%\u00a0-]*")
_ERROR_VALUE: Final = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")
_SEPARATOR_LINE: Final = re.compile(r"sep=([,;\t])(?:\r\n|\r|\n)", re.IGNORECASE)
_FOREIGN: Final = (
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook, or one with a password."),
    (b"%PDF", "This is a PDF, not CSV."),
    (b"\xff\xfe\x00\x00", "This file is UTF-32, which is not read."),
    (b"\x00\x00\xfe\xff", "This file is UTF-32, which is not read."),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row. ``values`` has every column that was asked for, empty where it is absent."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read. ``notes`` are sentences that a person should see although nothing is wrong."""

    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells with their titles, before anybody says what they mean.

    ``rows`` are the filled ones below the titles, with their numbers; cells are trimmed.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str = "UTF-8"
    delimiter: str = ""
    notes: tuple[str, ...] = ()
    top: int = 1
    faults: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
        """A table of our own making."""
        return cls(tuple(titles), tuple((n, tuple(row)) for n, row in enumerate(rows, 2)))


@dataclass(frozen=True, slots=True)
class Matched:
    """A table and what a person said of it: which column is what, what a cell should read, which
    rows to leave out. Two columns of one name are joined from left to right."""

    table: Table
    columns: Mapping[int, str]
    edits: Mapping[tuple[int, int], str]
    without: frozenset[int] = frozenset()


def read_table(raw: bytes, *, wanted: Iterable[str] = ()) -> Table:
    """Read every cell of a file, CSV or workbook. ``wanted`` titles help to find the delimiter.

    Raises :class:`SheetError` where the file as a whole cannot be read.
    """
    problems = _Problems()
    cells, encoding, delimiter, notes, faults = _cells(
        raw, {_plain(name): name for name in wanted}, problems
    )
    number, titles = next(cells, (None, []))
    if number is None:
        problems.stop(
            None, "The file is empty.", "Write a first row with a title over each column."
        )
    rows = tuple((at, tuple(row)) for at, row in cells)
    return Table(tuple(titles), rows, encoding, delimiter, notes, number, faults)


def read_sheet(
    source: bytes | Table | Matched,
    *,
    required: Sequence[str],
    optional: Sequence[str],
    key: str | None,
) -> Sheet:
    """Read a table whose first filled row names the columns.

    Titles are matched without regard to capitals, spaces, hyphens and underscores. The ``key`` must
    be filled in and different in every row. Raises :class:`SheetError` with up to 100 problems.
    """
    wanted = {_plain(name): name for name in (*required, *optional)}
    problems = _Problems()
    names = tuple(wanted.values())
    if isinstance(source, Matched):
        return _read_matched(source, required, names, key, problems)
    if isinstance(source, Table):
        records = iter([(source.top, list(source.titles)), *_listed(source)])
        encoding, delimiter, notes, faults = (
            source.encoding,
            source.delimiter,
            source.notes,
            source.faults,
        )
    else:
        records, encoding, delimiter, notes, faults = _cells(source, wanted, problems)
    columns = _header(records, wanted, required, problems)
    rows = tuple(_rows(records, columns, names, key, problems))
    problems.take(_of_columns(faults, columns))
    problems.raise_any()
    return Sheet(rows, encoding, delimiter, notes)


def _cells(
    raw: bytes, wanted: Mapping[str, str], problems: _Problems
) -> tuple[Iterator[tuple[int, list[str]]], str, str, tuple[str, ...], tuple[Problem, ...]]:
    if len(raw) > MAX_BYTES:
        raise unusable(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", "Split it.")
    if workbook.is_zip(raw):
        texts, faults, told = workbook.read_workbook(raw)
        return workbook.records(texts), "xlsx", "", told, tuple(faults)
    text, encoding, notes = _decode(raw)
    delimiter, text = _delimiter(text, wanted)
    return _records(text, delimiter, problems), encoding, delimiter, notes, ()


def _listed(table: Table) -> list[tuple[int, list[str]]]:
    return [(number, list(cells)) for number, cells in table.rows]


def _read_matched(
    source: Matched,
    required: Sequence[str],
    names: Sequence[str],
    key: str | None,
    problems: _Problems,
) -> Sheet:
    table = source.table
    # Columns beyond the titles are looked at too, so that a lone value there is not lost.
    columns: list[str | None] = [
        source.columns.get(position) or ("" if title else None)
        for position, title in enumerate(table.titles)
    ]
    for name in (name for name in required if name not in columns):
        cure = "Say which column it is, or add it to the file."
        problems.add(None, name, "No column is chosen for it.", cure)
    problems.raise_any()
    records = (
        (number, _edited(cells, number, source.edits))
        for number, cells in _listed(table)
        if number not in source.without
    )
    rows = tuple(_rows(records, columns, names, key, problems))
    edited = {(row, f"column {letter(position)}") for row, position in source.edits}
    standing = [
        fault
        for fault in table.faults
        if (fault.row, fault.column) not in edited and fault.row not in source.without
    ]
    problems.take(_of_columns(standing, columns))
    problems.raise_any()
    return Sheet(rows, table.encoding, table.delimiter, table.notes)


def _edited(cells: list[str], number: int, edits: Mapping[tuple[int, int], str]) -> list[str]:
    mine = {position: text for (row, position), text in edits.items() if row == number}
    for position, text in mine.items():
        cells.extend([""] * (position + 1 - len(cells)))
        cells[position] = text.strip()
    return cells


def _of_columns(faults: Iterable[Problem], columns: Sequence[str | None]) -> Iterator[Problem]:
    """The faults of cells in columns that are read, under the names of these."""
    names = {f"column {letter(at)}": name for at, name in enumerate(columns) if name}
    for fault in faults:
        if name := names.get(fault.column or ""):
            yield Problem(fault.row, name, fault.message, fault.cure)


def neutralise(cell: str) -> str:
    """Return the cell for an export, marked as text where a spreadsheet would calculate it."""
    return f"'{cell}" if _STARTS_FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Undo :func:`neutralise`."""
    return cell[1:] if cell.startswith("'") and _STARTS_FORMULA.match(cell) else cell


class _Problems:
    """Collects problems, and gives up when there are too many to read."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, row: int | None, column: str | None, message: str, cure: str) -> None:
        self._found.append(Problem(row, column, message, cure))
        if len(self._found) == MAX_PROBLEMS:
            self.stop(None, f"There may be more than these {MAX_PROBLEMS}.", "Mend them first.")

    def take(self, found: Iterable[Problem]) -> None:
        for one in found:
            self.add(one.row, one.column, one.message, one.cure)

    def stop(self, row: int | None, message: str, cure: str) -> NoReturn:
        """Add a problem after which the rest cannot be read, and raise."""
        self._found.append(Problem(row, None, message, cure))
        raise SheetError(self._found)

    def raise_any(self) -> None:
        if self._found:
            raise SheetError(self._found)


# --- from bytes to text ------------------------------------------------------------------------


def _decode(raw: bytes) -> tuple[str, str, tuple[str, ...]]:
    for start, what in _FOREIGN:
        if raw.startswith(start):
            raise unusable(what, _SAVE_AS)
    codec, encoding = _encoding(raw)
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as exc:
        raise unusable(
            f"The text on line {_line_of(raw, exc.start)} is not {encoding} as the rest is.",
            f"Look whether a name there reads wrongly and type it again. {_SAVE_AS}",
        ) from exc
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise unusable(f"Line {line} holds a NUL character, which no text does.", _SAVE_AS)
    doubtful = (f"This file is {encoding}, not UTF-8; check that names with accents look right.",)
    return text, encoding, doubtful if encoding == "Windows-1252" else ()


def _encoding(raw: bytes) -> tuple[str, str]:
    """Return Python's name and people's name of the encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", "UTF-16"
    # Without a mark, UTF-16 shows by its zeros: Latin letters have one in every second byte.
    start = raw[:1024]
    high, low = start[::2].count(0), start[1::2].count(0)
    if max(high, low) > len(start) // 4 and min(high, low) == 0:
        return ("utf-16-be", "UTF-16") if high else ("utf-16-le", "UTF-16")
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = raw.decode("utf-8-sig", "replace")
        broken = guess.count("\ufffd")
        whole = sum(1 for character in guess if character > "\x7f") - broken
        # In Windows-1252, letters with accents hardly ever fall into the pattern of UTF-8.
        return ("utf-8-sig", "UTF-8") if whole > broken else ("cp1252", "Windows-1252")
    return "utf-8-sig", "UTF-8"


def _line_of(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


# --- from text to records ----------------------------------------------------------------------


def _delimiter(text: str, wanted: Mapping[str, str]) -> tuple[str, str]:
    """Return what stands between the cells, and the text without a line that says so."""
    if said := _SEPARATOR_LINE.match(text):
        return said[1], text[said.end() :]

    def fit(delimiter: str) -> tuple[int, int]:
        reader = _reader(text, delimiter, strict=False)
        try:
            titles = next((cells for cells in reader if "".join(cells).strip(" ,;\t")), [])
        except csv.Error:
            return 0, 0
        return len({_plain(title) for title in titles} & wanted.keys()), len(titles)

    return max(_DELIMITERS, key=fit), text


def _reader(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    lines = _lines(text)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=strict)


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > MAX_LINE:  # before it becomes as many cells as it has commas
            raise csv.Error("line larger than limit")
        yield line


def _records(text: str, delimiter: str, problems: _Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled rows with their numbers; cells are trimmed, empty ones at the end cut."""
    # Strict, because a quotation mark that is never closed would swallow all rows after it.
    reader = _reader(text, delimiter, strict=True)
    number = filled = 0
    while True:
        number += 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as exc:
            # An unclosed cell runs to the end of the file, or until it outgrows the limit.
            long = "This row is far too long. Perhaps a" if "larger" in str(exc) else "A"
            problems.stop(
                number,
                f"{long} quotation mark in it is not closed, or text follows the closing one.",
                "Write a quotation mark inside a cell twice, and one at each end of the cell.",
            )
        while cells and not cells[-1]:
            cells.pop()
        filled += bool(cells)
        if filled > MAX_FILLED_ROWS + 1 or number > MAX_ROWS:
            limit = MAX_ROWS if number > MAX_ROWS else MAX_FILLED_ROWS
            problems.stop(number, f"There are more than {limit:,} rows.", "Split the file.")
        if len(cells) > MAX_COLUMNS:
            problems.stop(number, f"It has more than {MAX_COLUMNS} columns.", "Delete some.")
        if cells:
            yield number, cells


# --- the header --------------------------------------------------------------------------------


def _header(
    records: Iterator[tuple[int, list[str]]],
    wanted: Mapping[str, str],
    required: Sequence[str],
    problems: _Problems,
) -> list[str | None]:
    """Return for each column its wanted name, None without a title, "" where it is a fault."""
    number, titles = next(records, (None, []))
    if number is None:
        problems.stop(None, "The file is empty.", f"Write a first row: {', '.join(required)}.")
    columns = [wanted.get(_plain(title), "") if title else None for title in titles]
    absent = [name for name in wanted.values() if name not in columns]
    for position, name in enumerate(columns):
        if name and (first := columns.index(name)) != position:
            where = f"{letter(first)} and {letter(position)}"
            problems.add(number, name, f"Columns {where} both have this title.", "Delete one.")
            columns[position] = ""
        elif name == "":
            title = titles[position]
            message = f"The column {_short(title)} ({letter(position)}) is not known."
            problems.add(number, None, message, _rename(title, absent))
    for name in (name for name in required if name not in columns):
        has = ", ".join(required)
        problems.add(number, name, "This column is missing.", f"The first row needs {has}.")
    return columns


def _rename(title: str, absent: Sequence[str]) -> str:
    close = difflib.get_close_matches(_plain(title), map(_plain, absent), n=1, cutoff=0.7)
    names = [name for name in absent if _plain(name) in close] or absent
    return f"Rename it to {' or '.join(names)}, or delete it." if names else "Delete it."


def _plain(title: str) -> str:
    """Return what counts in a title: E-Mail and email are one, Issued on and issued_on too."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\s_\-\ufeff]+", "", plain)


# --- the rows ----------------------------------------------------------------------------------


def _rows(
    records: Iterator[tuple[int, list[str]]],
    columns: Sequence[str | None],
    wanted: Sequence[str],
    key: str | None,
    problems: _Problems,
) -> Iterator[Row]:
    seen: dict[str, int] = {}
    twice = {name for name in columns if name and columns.count(name) > 1}
    for number, cells in records:
        values = dict.fromkeys(wanted, "")
        for position, cell in enumerate(cells[: len(columns)]):
            name = columns[position]
            if name:
                value = _cell(cell, number, name, problems)
                joined = name in twice and values[name]
                values[name] = f"{values[name]} {value}".strip() if joined else value
            elif name is None and cell:
                where = f"Column {letter(position)} has a value here, but no title."
                problems.add(number, None, where, "Give the column a title, or empty it.")
        if len(cells) > len(columns):
            message = f"It has {len(cells)} cells, and there are {len(columns)} columns."
            problems.add(number, None, message, "Put a cell that holds a comma in quotation marks.")
        if key and key in columns:
            _check_key(values[key], number, key, seen, problems)
        yield Row(number, values)


def _cell(cell: str, row: int, column: str, problems: _Problems) -> str:
    value = restore(cell).strip()
    if len(value) > MAX_CELL:
        message = f"It has {len(value):,} characters, and {MAX_CELL:,} fit in a cell."
        problems.add(row, column, message, "Shorten it.")
    elif _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        message = f"{_short(value)} begins with {value[0]} as a formula does."
        problems.add(row, column, message, "Delete that sign: a spreadsheet would run the cell.")
    elif _ERROR_VALUE.fullmatch(value):
        message = f"{value} is an error that the spreadsheet program reported."
        problems.add(row, column, message, "Correct the cell there, then save the file again.")
    return value


def _check_key(
    value: str, row: int, column: str, seen: dict[str, int], problems: _Problems
) -> None:
    if not value:
        problems.add(row, column, "It is empty.", "Every row needs its own.")
    elif _SHORTENED.fullmatch(value.upper()):
        message = f"{value} is a long number that a spreadsheet program has rounded."
        problems.add(row, column, message, "Format the column as text and paste the ids again.")
    elif seen.setdefault(value, row) != row:
        message = f"{_short(value)} is on row {seen[value]} already."
        problems.add(row, column, message, "Delete one of the two rows, or correct one.")


def _short(value: str) -> str:
    """Return a value as it may stand in a sentence on a terminal."""
    shown = "".join(each if each.isprintable() else "\ufffd" for each in value[:41])
    return f"{shown[:40]}\u2026" if len(value) > 40 else shown
