"""A class list is read as its author meant it, or every fault is named with its row and cure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn import sheet
from cairn.sheet import (
    MAX_BYTES,
    MAX_CELL,
    Problem,
    Row,
    Sheet,
    SheetError,
    neutralise,
    read_sheet,
    restore,
)

REQUIRED = ("id", "name", "email")
OPTIONAL = ("issued_on", "evidence")


def read(text: str | bytes, *, key: str | None = "id") -> Sheet:
    raw = text.encode() if isinstance(text, str) else text
    return read_sheet(raw, required=REQUIRED, optional=OPTIONAL, key=key)


def names(text: str | bytes) -> list[tuple[int, str]]:
    return [(row.number, row.values["name"]) for row in read(text).rows]


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(SheetError) as caught:
        read(text)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


def problem(text: str | bytes) -> str:
    (only,) = problems(text)
    return only


HEADER = "id,name,email\n"


# --- what is read ------------------------------------------------------------------------------


def test_a_row_has_every_column_that_was_asked_for() -> None:
    found = read("id,name,email,issued_on\n007,Ada,ada@example.edu,2026-11-03\n")
    values = {
        "id": "007",
        "name": "Ada",
        "email": "ada@example.edu",
        "issued_on": "2026-11-03",
        "evidence": "",
    }
    assert found == Sheet((Row(2, values),), "UTF-8", ",", ())


def test_a_sheet_without_rows_is_a_sheet() -> None:
    assert read(HEADER).rows == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_every_line_end_is_known(end: str) -> None:
    assert names(end.join(["id,name,email", "1,Ada,", "2,Bo,", ""])) == [(2, "Ada"), (3, "Bo")]


def test_the_last_line_may_lack_its_end() -> None:
    assert names(HEADER + "1,Ada,") == [(2, "Ada")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    found = read(delimiter.join(["id", "name", "email"]) + f"\n1{delimiter}Ada{delimiter}\n")
    assert (found.delimiter, found.rows[0].values["name"]) == (delimiter, "Ada")


def test_the_titles_decide_on_the_delimiter_not_the_number_of_signs() -> None:
    found = read('id;name;email\n1;"Lovelace, Ada, Countess, of, many, commas";\n')
    assert found.delimiter == ";"


def test_a_line_that_names_the_delimiter_is_no_row() -> None:
    assert names("sep=;\r\nid;name;email\r\n1;Ada;\r\n") == [(2, "Ada")]


def test_cells_and_titles_are_trimmed() -> None:
    assert names(" id , name,email \n1,\u00a0 Ada Lovelace\t ,\n") == [(2, "Ada Lovelace")]


def test_a_space_before_a_quotation_mark_does_not_matter() -> None:
    assert names(HEADER + '1, "Lovelace, Ada",\n') == [(2, "Lovelace, Ada")]


def test_titles_are_matched_without_regard_to_capitals_spaces_and_hyphens() -> None:
    found = read("ID,Name,E-Mail,Issued On\n1,Ada,a@b.example,2026-11-03\n")
    assert found.rows[0].values["email"] == "a@b.example"
    assert found.rows[0].values["issued_on"] == "2026-11-03"


def test_columns_may_stand_in_any_order() -> None:
    assert names("email,id,name\n,1,Ada\n") == [(2, "Ada")]


def test_empty_rows_and_columns_are_passed_over_but_counted() -> None:
    text = "\n,,\nid,name,email,,\n\n1,Ada,,,\n,,,,\n\n2,Bo\n,,\n"
    assert names(text) == [(5, "Ada"), (8, "Bo")]


def test_a_line_break_inside_quotes_does_not_begin_a_row() -> None:
    text = 'id,name,email,evidence\r\n1,Ada,,"one\r\ntwo\n\nthree"\r\n2,Bo,,\r\n'
    found = read(text)
    assert [row.number for row in found.rows] == [2, 3]
    assert found.rows[0].values["evidence"] == "one\r\ntwo\n\nthree"


def test_ids_stay_text() -> None:
    ids = ["007", "1e5", "1.0", "TRUE", "12345678901234567890", "3-4"]
    found = read(HEADER + "".join(f"{each},Ada,\n" for each in ids))
    assert [row.values["id"] for row in found.rows] == ids


def test_without_a_key_rows_may_be_alike() -> None:
    assert len(read(HEADER + "1,Ada,\n1,Ada,\n,Bo,\n", key=None).rows) == 3


# --- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_unicode_is_recognised(codec: str, encoding: str) -> None:
    found = read((HEADER + "1,Zoë Šćepanović 李,\n").encode(codec))
    assert found.rows[0].values["name"] == "Zoë Šćepanović 李"
    assert (found.encoding, found.notes) == (encoding, ())


@pytest.mark.parametrize(
    ("codec", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_utf_16_with_its_mark_is_recognised_in_both_orders(codec: str, mark: bytes) -> None:
    assert names(mark + (HEADER + "1,李,\n").encode(codec)) == [(2, "李")]


def test_windows_1252_is_read_with_a_note() -> None:
    found = read((HEADER + "1,Zoë O\u2019Neill,\n2,François Müller,\n").encode("cp1252"))
    assert [row.values["name"] for row in found.rows] == ["Zoë O\u2019Neill", "François Müller"]
    assert found.encoding == "Windows-1252"
    assert found.notes == (
        "This file is Windows-1252, not UTF-8; check that names with accents look right.",
    )


def test_utf_8_with_one_foreign_row_is_not_taken_for_another_encoding() -> None:
    raw = (HEADER + "1,Zoë,\n2,François,\n3,").encode() + "Müller,\n".encode("cp1252")
    assert problem(raw) == (
        "The text on line 4 is not UTF-8 as the rest is. Look whether a name there reads wrongly "
        'and type it again. In the spreadsheet program choose "Save as", then "CSV UTF-8".'
    )


def test_bytes_that_no_encoding_explains_are_refused() -> None:
    assert problem(HEADER.encode() + b"1,\x81\x8d,\n").startswith(
        "The text on line 2 is not Windows-1252 as the rest is."
    )


def test_half_a_utf_16_character_is_refused() -> None:
    assert "not UTF-16" in problem((HEADER + "1,Ada,").encode("utf-16") + b"\x41")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1252"])
def test_nul_is_refused(codec: str) -> None:
    assert problem((HEADER + "1,Ad\0ä,\n").encode(codec)).startswith(
        "Line 2 holds a NUL character, which no text does."
    )


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "This is an old Excel workbook, or one with a password."),
        (b"%PDF-1.7", "This is a PDF, not CSV."),
        (HEADER.encode("utf-32"), "This file is UTF-32, which is not read."),
    ],
)
def test_another_kind_of_file_is_named(raw: bytes, what: str) -> None:
    assert problem(raw) == (
        f'{what} In the spreadsheet program choose "Save as", then "CSV UTF-8".'
    )


# --- titles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b",,,\r\n , ,\r\n"])
def test_an_empty_file_is_told_what_it_needs(raw: bytes) -> None:
    assert problem(raw) == "The file is empty. Write a first row: id, name, email."


def test_missing_columns_are_named() -> None:
    assert problems("id\n1\n") == [
        "Row 1, name: This column is missing. The first row needs id, name, email.",
        "Row 1, email: This column is missing. The first row needs id, name, email.",
    ]


def test_an_unknown_column_is_named_with_the_one_it_may_be() -> None:
    assert problem("id,name,email,isued on\n") == (
        "Row 1: The column isued on (D) is not known. Rename it to issued_on, or delete it."
    )
    assert problem("id,name,email,Faculty\n") == (
        "Row 1: The column Faculty (D) is not known. Rename it to issued_on or evidence, "
        "or delete it."
    )
    assert problem("id,name,email,issued_on,evidence,x\n1,Ada,,,,7\n") == (
        "Row 1: The column x (F) is not known. Delete it."
    )


def test_a_column_that_is_there_twice_is_named_with_both_places() -> None:
    assert problem("id,name,email,E-mail\n1,Ada,,\n") == (
        "Row 1, email: Columns C and D both have this title. Delete one."
    )


def test_a_column_without_a_title_may_be_empty_only() -> None:
    assert problem("id,name,,email\n1,Ada,,\n2,Bo,x,\n") == (
        "Row 3: Column C has a value here, but no title. Give the column a title, or empty it."
    )


def test_columns_beyond_z_have_the_letters_of_a_spreadsheet() -> None:
    titles = ["id", "name", "email", *[""] * 23, "x"]
    assert "The column x (AA) is not known." in problem(",".join(titles))


# --- rows --------------------------------------------------------------------------------------


def test_a_row_with_more_cells_than_titles_is_named() -> None:
    assert problem(HEADER + "1,Ada,\n2,Lovelace, Ada,a@b.example,\n") == (
        "Row 3: It has 4 cells, and there are 3 columns. "
        "Put a cell that holds a comma in quotation marks."
    )


def test_an_open_quotation_mark_does_not_swallow_the_rows_after_it() -> None:
    text = HEADER + '1,Ada,\n2,"Bo,\n3,Cy,\n4,Di,\n'
    assert problem(text) == (
        "Row 3: A quotation mark in it is not closed, or text follows the closing one. "
        "Write a quotation mark inside a cell twice, and one at each end of the cell."
    )


def test_an_open_quotation_mark_before_a_long_rest_is_named_too() -> None:
    assert problem(HEADER + '1,"Ada,\n' + "2,Bo,\n" * 50_000).startswith(
        "Row 2: This row is far too long. Perhaps a quotation mark in it is not closed"
    )


def test_text_after_a_closing_quotation_mark_is_named() -> None:
    assert problem(HEADER + '1,"Ada" Lovelace,\n').startswith("Row 2: A quotation mark")


def test_a_quotation_mark_inside_a_name_is_a_letter_like_others() -> None:
    assert names(HEADER + '1,Ada "Countess" Lovelace,\n') == [(2, 'Ada "Countess" Lovelace')]


def test_a_key_that_is_there_twice_is_named_with_both_rows() -> None:
    assert problems(HEADER + "a,Ada,\nb,Bo,\na ,Cy,\na,Di,\n") == [
        "Row 4, id: a is on row 2 already. Delete one of the two rows, or correct one.",
        "Row 5, id: a is on row 2 already. Delete one of the two rows, or correct one.",
    ]


def test_an_empty_key_is_named() -> None:
    assert problem(HEADER + ",Ada,\n") == "Row 2, id: It is empty. Every row needs its own."


@pytest.mark.parametrize("shortened", ["1.23457E+11", "2E+15", "1,5e+12"])
def test_a_key_that_a_spreadsheet_rounded_is_named(shortened: str) -> None:
    assert problem(HEADER + f'"{shortened}",Ada,\n') == (
        f"Row 2, id: {shortened} is a long number that a spreadsheet program has rounded. "
        "Format the column as text and paste the ids again."
    )


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#NAME?", "#DIV/0!"])
def test_an_error_of_the_spreadsheet_is_no_value(value: str) -> None:
    assert problem(HEADER + f"1,{value},\n") == (
        f"Row 2, name: {value} is an error that the spreadsheet program reported. "
        "Correct the cell there, then save the file again."
    )


def test_all_problems_are_told_in_the_order_of_the_rows() -> None:
    text = "id,name,email,email\n1,=A1,\n1,Bo,#N/A\n"
    assert [(each.split(":")[0]) for each in problems(text)] == [
        "Row 1, email",
        "Row 2, name",
        "Row 3, email",
        "Row 3, id",
    ]


def test_a_hundred_problems_are_enough() -> None:
    found = problems(HEADER + ",Ada,\n" * 1000)
    assert len(found) == 101
    assert found[99:] == [
        "Row 101, id: It is empty. Every row needs its own.",
        "There may be more than these 100. Mend them first.",
    ]


def test_a_problem_reads_as_a_sentence_with_its_place() -> None:
    cure = "Write it as 2026-02-28."
    message = "31/02/2026 is not a date."
    assert str(Problem(17, "issued_on", message, cure)) == f"Row 17, issued_on: {message} {cure}"
    assert str(Problem(17, None, message, cure)) == f"Row 17: {message} {cure}"
    assert str(Problem(None, "issued_on", message, cure)) == f"Column issued_on: {message} {cure}"
    assert str(Problem(None, None, message, cure)) == f"{message} {cure}"


# --- formulas ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        '=HYPERLINK("http://evil.example";"Ada")',
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "-Ada",
        "\uff1d1+1",
        "'=1+1",
        "'@SUM(A1)",
        "\t=1+1",
        " =1+1",
        "'\t=1+1",
    ],
)
@pytest.mark.parametrize("column", ["id", "name", "email", "evidence"])
def test_a_cell_that_a_spreadsheet_would_run_is_refused(formula: str, column: str) -> None:
    out = io.StringIO()
    cells = {"id": "1", "name": "Ada", "email": "", "evidence": "", column: formula}
    csv.writer(out).writerows([cells.keys(), cells.values()])
    assert problem(out.getvalue()).endswith(
        " as a formula does. Delete that sign: a spreadsheet would run the cell."
    )
    assert problem(out.getvalue()).startswith(f"Row 2, {column}: ")


def test_a_refused_formula_is_shown_shortened_and_harmless_to_a_terminal() -> None:
    assert problem(HEADER + "1,=\x1b[31m" + "x" * 100 + ",\n").startswith(
        "Row 2, name: =\ufffd[31m" + "x" * 34 + "\u2026 begins with = as a formula does."
    )


@pytest.mark.parametrize(
    "value", ["+61 2 5550 1234", "+44(0)20-7946-0958", "-5.5", "+3", "-", "-12,5 %"]
)
def test_numbers_and_telephone_numbers_may_have_a_sign(value: str) -> None:
    assert names(HEADER + f'1,"{value}",\n') == [(2, value)]


@pytest.mark.parametrize("name", ["'t Hooft", "O'Neill", "d'Arc", "Anne-Marie", "a@b", "3=4", "'"])
def test_names_with_an_apostrophe_or_a_sign_inside_are_names(name: str) -> None:
    assert names(HEADER + f"1,{name},\n") == [(2, name)]


def test_a_mark_that_a_spreadsheet_set_before_a_number_is_taken_off() -> None:
    assert names(HEADER + "1,'+61 2 5550 1234,\n") == [(2, "+61 2 5550 1234")]


@pytest.mark.parametrize(
    ("cell", "exported"),
    [
        ("Ada", "Ada"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+61", "'+61"),
        ("-5", "'-5"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1", "'\uff1d1"),
        ("'t Hooft", "'t Hooft"),
        ("'=1", "''=1"),
        ("a=1", "a=1"),
    ],
)
def test_an_export_marks_what_a_spreadsheet_would_run(cell: str, exported: str) -> None:
    assert neutralise(cell) == exported
    assert restore(exported) == cell


@given(st.text(alphabet="'=+-@\t\r\n\uff1d a1", max_size=8))
def test_the_mark_of_an_export_can_always_be_taken_off(cell: str) -> None:
    assert restore(neutralise(cell)) == cell
    assert not neutralise(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


# --- bounds ------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert problem(b"x" * (MAX_BYTES + 1)) == "The file is larger than 50 MB. Split it."


def test_a_cell_that_is_too_long_is_named() -> None:
    assert names(HEADER + f"1,{'x' * MAX_CELL},\n") == [(2, "x" * MAX_CELL)]
    assert problem(HEADER + f"1,{'x' * (MAX_CELL + 1)},\n") == (
        "Row 2, name: It has 32,768 characters, and 32,767 fit in a cell. Shorten it."
    )


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet.reading, "MAX_FILLED_ROWS", 2)
    assert len(read(HEADER + "1,Ada,\n\n2,Bo,\n").rows) == 2
    assert problem(HEADER + "1,Ada,\n2,Bo,\n3,Cy,\n") == (
        "Row 4: There are more than 2 rows. Split the file."
    )


def test_too_many_empty_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet.reading, "MAX_ROWS", 4)
    assert len(read(HEADER + "\n\n1,Ada,\n").rows) == 1
    assert problem(HEADER + "\n\n\n1,Ada,\n") == (
        "Row 5: There are more than 4 rows. Split the file."
    )


def test_too_many_columns_are_refused() -> None:
    assert problem(HEADER + "1,Ada," + "," * 300 + "x\n") == (
        "Row 2: It has more than 256 columns. Delete some."
    )


@pytest.mark.parametrize("line", ["," * 2_000_000, "x" * 2_000_000, '"' * 2_000_001])
def test_a_line_that_never_ends_is_not_taken_apart(line: str) -> None:
    assert problem(HEADER + line).startswith("Row 2: This row is far too long.")
    assert problem(line).startswith("Row 1: This row is far too long.")


# --- properties --------------------------------------------------------------------------------

CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=20
).map(str.strip).filter(lambda text: not text.startswith(tuple("=+-@#'\uff1d\uff20\uff0b\uff0d")))  # fmt: skip
TABLE = st.lists(
    st.tuples(CELL, CELL, CELL).filter(any),
    max_size=8,
)


def written(rows: Sequence[Sequence[str]], **options: object) -> str:
    out = io.StringIO()
    csv.writer(out, **options).writerows([REQUIRED, *rows])  # type: ignore[arg-type]
    return out.getvalue()


@given(
    rows=TABLE,
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_csv_writer_wrote_is_read_back_the_same(
    rows: list[tuple[str, ...]], delimiter: str, end: str, codec: str
) -> None:
    text = written(rows, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    found = read(text.encode(codec), key=None)
    assert [tuple(row.values[name] for name in REQUIRED) for row in found.rows] == rows
    assert [row.number for row in found.rows] == list(range(2, len(rows) + 2))
    assert found.delimiter == delimiter


@given(rows=TABLE)
def test_the_writers_own_choice_of_quotes_is_read_back_the_same(
    rows: list[tuple[str, ...]],
) -> None:
    found = read(written(rows), key=None)
    assert [tuple(row.values[name] for name in REQUIRED) for row in found.rows] == rows


@given(st.binary(max_size=200))
def test_any_bytes_give_a_sheet_or_sentences(raw: bytes) -> None:
    for text in (raw, HEADER.encode() + raw):
        with suppress(SheetError):
            read(text)
