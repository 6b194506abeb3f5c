"""Sheets: class lists and marks as spreadsheet programs really write them, in and out.

:func:`read_sheet` reads CSV in any usual encoding and delimiter, text pasted from a spreadsheet, and
workbooks (xlsx). :func:`read_table` reads the same without knowing what the columns mean, for pages
that let a person say it; :func:`guess` proposes. :mod:`cairn.sheet.writing` writes sheets that no
spreadsheet program will calculate.
"""

from cairn.sheet.guessing import guess
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
)
from cairn.sheet.reading import (
    Matched,
    Row,
    Sheet,
    Table,
    neutralise,
    read_sheet,
    read_table,
    restore,
)

__all__ = [
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_FILLED_ROWS",
    "MAX_LINE",
    "MAX_PROBLEMS",
    "MAX_ROWS",
    "Matched",
    "Problem",
    "Row",
    "Sheet",
    "SheetError",
    "Table",
    "guess",
    "letter",
    "neutralise",
    "read_sheet",
    "read_table",
    "restore",
]
