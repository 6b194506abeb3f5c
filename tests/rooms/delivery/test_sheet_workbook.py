"""Workbooks: what people send, what spreadsheet programs do to ids, and what hostile files hold."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from cairn.sheet import Matched, SheetError, Table, guess, read_sheet, read_table, workbook
from cairn.sheet.writing import as_csv, as_xlsx, report

HEADER = ("id", "name", "score")


def book(*rows, sheets=("One",), hidden=(), **options):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, **options}) as target:
        for name in sheets:
            sheet = target.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            if name == next(each for each in sheets if each not in hidden):
                if hidden:
                    sheet.activate()
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if isinstance(cell, date):
                            sheet.write_datetime(
                                number,
                                column,
                                cell,
                                target.add_format({"num_format": "yyyy-mm-dd"}),
                            )
                        else:
                            sheet.write(number, column, cell)
    return made.getvalue()


def read(raw):
    sheet = read_sheet(raw, required=("id",), optional=("name", "score"), key="id")
    return [tuple(row.values.values()) for row in sheet.rows]


def problem(raw):
    with pytest.raises(SheetError) as caught:
        read_sheet(raw, required=("id",), optional=("name", "score"), key="id")
    return [str(one) for one in caught.value.problems]


def zipped(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return made.getvalue()


def with_part(raw, name, content):
    """The same workbook with one part replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            if info.filename != name:
                target.writestr(info.filename, source.read(info.filename))
        target.writestr(name, content)
    return made.getvalue()


def test_ids_stay_text_and_numbers_gain_nothing():
    rows = [HEADER, ("0012", "Ada", 67.5), (12345, "Grace", 70)]
    assert read(book(*rows[:2])) == [("0012", "Ada", "67.5")]
    assert read(book(HEADER, (12345, "Grace", 70.0), (1e14, "Mary", 0.1 + 0.2))) == [
        ("12345", "Grace", "70"),
        ("100000000000000", "Mary", "0.3"),
    ]


def test_a_number_beside_ids_with_zeros_has_lost_its_own():
    assert problem(book(HEADER, ("0012345", "Ada", 1), (54321, "Grace", 2))) == [
        "Row 3, id: 54321 is a number here, and others have zeros in front. "
        "If it should read 0054321, format the column as text."
    ]


def test_long_numbers_and_dates_are_said_to_be_no_text():
    said = problem(book(HEADER, (4556737586899855, "Ada", date(2026, 2, 1))))
    assert said[0].startswith("Row 2, id: 45567375868998")
    assert said[0].endswith("Format the column as text and paste the ids again.")
    assert said[1] == (
        "Row 2, score: The spreadsheet program made a date or time of this cell: 2026-02-01. "
        "Format the column as text, and type the cell again."
    )


def test_rows_are_numbered_as_the_program_shows_them():
    sheet = read_sheet(
        book(("id",), (), ("1",), (), ("2",)), required=("id",), optional=(), key="id"
    )
    assert [row.number for row in sheet.rows] == [3, 5]
    assert sheet.encoding == "xlsx"


def test_the_first_sheet_that_is_shown_is_read():
    raw = book(("id",), ("1",), sheets=("Notes", "Marks", "Old"), hidden=("Notes",))
    sheet = read_sheet(raw, required=("id",), optional=(), key="id")
    assert [row.values["id"] for row in sheet.rows] == ["1"]
    assert sheet.notes == ("This workbook has 2 sheets; the first, “Marks”, is read.",)


def test_a_formula_gives_its_value_and_a_text_that_looks_like_one_is_refused():
    raw = book(("id", "name"), ("1", "=1+1"), strings_to_formulas=False)
    assert problem(raw) == [
        "Row 2, name: =1+1 begins with = as a formula does. "
        "Delete that sign: a spreadsheet would run the cell."
    ]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (zipped(a="b"), "This is a zipped file, and no workbook."),
        (with_part(book(("id",)), "xl/vbaProject.bin", b"x"), "This workbook holds macros"),
        (zipped(mimetype="application/vnd.oasis"), "This is an OpenDocument file (ods)."),
        (zipped(**{"xl__workbook.bin": "x"}), "This is a binary workbook (xlsb)."),
        (b"PK\x03\x04" + b"\0" * 100, "This workbook cannot be unpacked."),
        (book(("id",))[:-40], "This workbook cannot be unpacked."),
    ],
)
def test_other_formats_are_named_with_the_cure(raw, what):
    (said,) = problem(raw)
    assert said.startswith(what)
    assert "Save as" in said


def test_a_bomb_is_refused_before_it_is_read(monkeypatch):
    bomb = with_part(book(("id",)), "xl/worksheets/sheet1.xml", b" " * 120_000_000)
    assert len(bomb) < 200_000
    assert problem(bomb) == [
        "Unpacked, this workbook is larger than 100 MB. "
        "Copy the rows alone into a new workbook, or split it."
    ]


def test_a_lone_cell_in_the_last_corner_is_refused():
    raw = book(("id",), ("1",))
    far = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert problem(with_part(raw, "xl/worksheets/sheet1.xml", far))[0].startswith(
        "The sheet reaches to column XFD, and 256 columns are read."
    )
    assert problem(with_part(raw, "xl/worksheets/sheet1.xml", far.replace("XFD", "B")))[
        0
    ].startswith("The sheet reaches to row 1,048,576, and 100,000 rows are read.")


def test_entities_are_never_expanded():
    evil = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        "<worksheet><sheetData>&b;</sheetData></worksheet>"
    )
    said = problem(with_part(book(("id",)), "xl/worksheets/sheet1.xml", evil))
    assert said[0].startswith("This workbook is not written as spreadsheet programs write it.")


def test_without_the_reader_a_workbook_is_refused_with_the_cure(monkeypatch):
    import builtins

    real = builtins.__import__

    def missing(name, *args, **options):
        if name == "python_calamine":
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(SheetError, match="workbooks are not read here"):
        workbook.read_workbook(b"PK\x03\x04")


# --- what a person said of the columns ------------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        (("Student Number", "Full name", "E-Mail"), {0: "id", 1: "name", 2: "email"}),
        (("First name", "Last name", "ID"), {0: "name", 1: "name", 2: "id"}),
        (("Matrikelnr.", "Vorname", "Nachname"), {0: "id", 1: "name", 2: "name"}),
        (("Foo", "Row", "Result", "What to fix"), {}),
        (("id", "student id"), {0: "id"}),
    ],
)
def test_titles_of_other_systems_are_guessed(titles, found):
    assert guess(titles, ("id", "name", "email", "state")) == found


def test_tasks_are_guessed_by_title_and_by_key():
    titles = ("ID", "Report", "Live task (t2)", "Grade")
    assert guess(titles, ("id", "t1", "t2"), titled={"Report": "t1", "Live task": "t2"}) == {
        0: "id",
        1: "t1",
        2: "t2",
    }


def test_tasks_are_guessed_by_a_word_that_only_one_title_has():
    titled = {"Case study with a client": "t1", "Oral defence": "t2", "Oral summary": "t3"}
    wanted = ("id", "t1", "t2", "t3", "task", "score")
    found = guess(("Student", "Case", "Oral", "Oral defence"), wanted, titled=titled)
    assert found == {0: "id", 1: "t1", 3: "t2"}


def test_student_is_the_name_where_another_column_is_the_id():
    assert guess(("Student", "Student ID"), ("id", "name")) == {0: "name", 1: "id"}
    assert guess(("Student", "Name"), ("id", "name")) == {0: "id", 1: "name"}


def test_columns_are_read_as_they_were_matched_joined_edited_and_left_out():
    table = read_table(b"nr;first;last;x\n1;Ada;Lovelace;?\n2;Grace;Hopper;\n3;;;\n")
    assert (table.titles, table.delimiter) == (("nr", "first", "last", "x"), ";")
    source = Matched(table, {0: "id", 1: "name", 2: "name"}, {(3, 2): "Murray"}, frozenset({4}))
    sheet = read_sheet(source, required=("id", "name"), optional=(), key="id")
    assert [tuple(row.values.values()) for row in sheet.rows] == [
        ("1", "Ada Lovelace"),
        ("2", "Grace Murray"),
    ]
    assert source.table.rows[1] == (3, ("2", "Grace", "Hopper"))


def test_a_needed_column_that_nobody_chose_is_named():
    source = Matched(read_table(b"a,b\n1,2\n"), {0: "id"}, {})
    with pytest.raises(SheetError, match="No column is chosen for it"):
        read_sheet(source, required=("id", "name"), optional=(), key="id")


# --- what leaves the house ------------------------------------------------------------------------


def test_a_report_is_the_same_file_with_what_to_fix():
    table = Table.of(("id", "=cmd"), [("01", "=1+1"), ("02", "b")])
    with pytest.raises(SheetError) as caught:
        read_sheet(table, required=("id",), optional=("=cmd",), key="id")
    lines = report(table, {3: "new"}, caught.value.problems)
    assert lines[0] == ["id", "=cmd", "Row", "Result", "What to fix"]
    assert lines[1][:4] == ["01", "=1+1", "2", "problem"]
    assert lines[2] == ["02", "b", "3", "new", ""]
    text = as_csv(lines).decode("utf-8-sig").splitlines()
    assert text[0] == "id,'=cmd,Row,Result,What to fix"
    assert text[1].startswith("01,'=1+1,2,problem,")
    again = read_table(as_xlsx(lines, name="Checked", dictionary=[("id", "what it is")]))
    assert again.rows[0][1][:2] == ("01", "'=1+1")
    assert report(again, {}, [])[0] == ["id", "'=cmd", "Row", "Result", "What to fix"]


def test_a_workbook_of_ours_calculates_nothing():
    raw = as_xlsx([["a"], ["=1+1"], ["0012"]], name="x")
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert [cells for _row, cells in read_table(raw).rows] == [("'=1+1",), ("0012",)]
