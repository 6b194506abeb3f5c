"""Reads a workbook (xlsx) within bounds, as text: ids keep their zeros, and no number gains a ``.0``.

A workbook is a zip of XML, so a small file can unpack to a huge one, and one cell in the last corner
makes a reader keep room for all cells before it. Both are looked at first: every part is unpacked
up to a limit and packed anew, and the cells are counted, before the reader sees them.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from cairn.sheet.problems import MAX_COLUMNS, MAX_FILLED_ROWS, Problem, SheetError, letter, unusable

MAX_UNPACKED: Final = 100_000_000
MAX_PARTS: Final = 500
#: What a reader keeps room for: rows times columns.
MAX_ROOM: Final = 5_000_000
_CHUNK: Final = 1 << 20
_SAVE: Final = 'In the spreadsheet program choose "Save as", then "Excel workbook (xlsx)".'
_WANTED: Final = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook\.xml|sharedStrings\.xml|styles\.xml|"
    r"_rels/workbook\.xml\.rels|worksheets/[^/]+\.xml))",
    re.IGNORECASE,
)
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_REF: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: From here a number that was typed has lost its last digits.
_EXACT: Final = 10**15


def is_zip(raw: bytes) -> bool:
    return raw.startswith(b"PK\x03\x04")


def read_workbook(raw: bytes) -> tuple[list[list[str]], list[Problem], tuple[str, ...]]:
    """Return the rows of the first sheet that is shown, as text, what is wrong with single cells,
    and what a person should know. Raises :class:`SheetError`."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum
    except ImportError:
        cure = 'In the spreadsheet program choose "Save as", then "CSV UTF-8".'
        raise unusable("This is a workbook, and workbooks are not read here.", cure) from None
    packed = _repack(raw)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(packed))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible
        ]
        if not shown:
            raise unusable("This workbook shows no sheet.", "Show the sheet with the rows.")
        rows = book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as exc:
        raise unusable("This workbook cannot be read.", f"It may be damaged. {_SAVE}") from exc
    notes = []
    if len(shown) > 1:
        name = "".join(each if each.isprintable() else "\ufffd" for each in shown[0])[:40]
        notes.append(f"This workbook has {len(shown)} sheets; the first, “{name}”, is read.")
    problems: list[Problem] = []
    texts = [_texts(cells, number, problems) for number, cells in enumerate(rows, 1)]
    _flag_lost_zeros(rows, texts, problems)
    return texts, problems, tuple(notes)


# --- the zip -------------------------------------------------------------------------------------


def _repack(raw: bytes) -> bytes:
    """Unpack what a sheet consists of, up to the limits, and pack it anew without the rest."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as source:
            infos = source.infolist()
            _check_kind({info.filename.lower() for info in infos}, len(infos))
            made, left = io.BytesIO(), MAX_UNPACKED
            with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as target:
                done = set()
                for info in infos:
                    if not _WANTED.fullmatch(info.filename) or info.filename in done:
                        continue
                    done.add(info.filename)
                    part = _unpack(source, info, left)
                    left -= len(part)
                    if _SHEET.fullmatch(info.filename):
                        _measure(part)
                    else:
                        _refuse_doctype(part)
                    target.writestr(zipfile.ZipInfo(info.filename), part)
            return made.getvalue()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        raise unusable("This workbook cannot be unpacked.", f"It may be damaged. {_SAVE}") from exc


def _check_kind(names: set[str], count: int) -> None:
    if count > MAX_PARTS:
        raise unusable("This file has far more parts than a workbook.", _SAVE)
    if "xl/vbaproject.bin" in names:
        raise unusable("This workbook holds macros, which are never run here.", _SAVE)
    if "xl/workbook.bin" in names:
        raise unusable("This is a binary workbook (xlsb).", _SAVE)
    if "mimetype" in names:
        raise unusable("This is an OpenDocument file (ods).", _SAVE)
    if "xl/workbook.xml" not in names:
        raise unusable("This is a zipped file, and no workbook.", _SAVE)


def _unpack(source: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    parts, size = [], 0
    with source.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > left:
                limit = f"{MAX_UNPACKED // 1_000_000} MB"
                raise unusable(
                    f"Unpacked, this workbook is larger than {limit}.",
                    "Copy the rows alone into a new workbook, or split it.",
                )
            parts.append(chunk)
    return b"".join(parts)


def _refuse_doctype(part: bytes) -> None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise unusable("This workbook is not written as spreadsheet programs write it.", _SAVE)


def _measure(part: bytes) -> None:
    """Count rows and columns as the reader will, and refuse what would need too much room."""
    counter = _Counter()
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.StartDoctypeDeclHandler = counter.doctype
    try:
        parser.Parse(part, True)
    except expat.ExpatError as exc:
        raise unusable("A sheet of this workbook cannot be read.", _SAVE) from exc
    if counter.columns > MAX_COLUMNS:
        column = letter(counter.columns - 1)
        raise unusable(
            f"The sheet reaches to column {column}, and {MAX_COLUMNS} columns are read.",
            "Delete the columns to the right of the last one with a title.",
        )
    if counter.rows > MAX_FILLED_ROWS + 1 or counter.rows * counter.columns > MAX_ROOM:
        raise unusable(
            f"The sheet reaches to row {counter.rows:,}, and {MAX_FILLED_ROWS:,} rows are read.",
            "Delete the empty rows below the last one, or split it.",
        )


class _Counter:
    """The furthest row and column that a sheet names or reaches."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            told = attributes.get("r", "").strip()
            self._row = (
                int(told)
                if told.isascii() and told.isdigit() and len(told) < 9
                else (self._row + 1)
            )
            self._column = 0
            self.rows = max(self.rows, self._row)
        elif kind == "c":
            ref = _REF.fullmatch(attributes.get("r", "").strip().upper().replace("$", ""))
            if ref:
                self._column = _position(ref[1])
                self.rows = max(self.rows, int(ref[2]))
            else:
                self._column += 1
            self.columns = max(self.columns, self._column)

    def doctype(self, *_: Any) -> None:
        raise unusable("This workbook is not written as spreadsheet programs write it.", _SAVE)


def _position(letters: str) -> int:
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - ord("A") + 1
    return number


# --- the cells -----------------------------------------------------------------------------------


def _texts(cells: list[Any], row: int, problems: list[Problem]) -> list[str]:
    found = []
    for position, cell in enumerate(cells):
        text = _text(cell)
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
        if isinstance(cell, (dt.date, dt.time, dt.timedelta)) and row > 1:
            message = f"The spreadsheet program made a date or time of this cell: {text}."
            cure = "Format the column as text, and type the cell again."
            problems.append(Problem(row, f"column {letter(position)}", message, cure))
        if isinstance(cell, float) and abs(cell) >= _EXACT:
            message = f"{text} is a long number that the spreadsheet program has rounded."
            cure = "Format the column as text and paste the ids again."
            problems.append(Problem(row, f"column {letter(position)}", message, cure))
        found.append(text)
    return found


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # 15 digits are what a cell holds; more would show the fraction as the computer keeps it.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**21 else f"{cell:.15g}"
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)


def _flag_lost_zeros(
    rows: list[list[Any]], texts: list[list[str]], problems: list[Problem]
) -> None:
    """Where some ids of a column begin with zeros, a shorter number beside them has lost its own."""
    width = max(map(len, rows), default=0)
    for position in range(width):
        lengths = {
            len(cells[position])
            for cells in rows[1:]
            if position < len(cells)
            and isinstance(cells[position], str)
            and cells[position].isdigit()
            and cells[position].startswith("0")
        }
        if len(lengths) != 1:
            continue
        (length,) = lengths
        for number, (cells, told) in enumerate(zip(rows[1:], texts[1:], strict=True), 2):
            if position < len(cells) and isinstance(cells[position], float):
                text = told[position]
                if text.isdigit() and len(text) < length:
                    message = f"{text} is a number here, and others have zeros in front."
                    cure = f"If it should read {text.zfill(length)}, format the column as text."
                    column = f"column {letter(position)}"
                    problems.append(Problem(number, column, message, cure))


def records(texts: list[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The filled rows with their numbers; cells are trimmed, empty ones at the end cut."""
    for number, cells in enumerate(texts, 1):
        trimmed = [cell.strip() for cell in cells]
        while trimmed and not trimmed[-1]:
            trimmed.pop()
        if trimmed:
            yield number, trimmed


__all__ = ["SheetError", "is_zip", "read_workbook", "records"]
