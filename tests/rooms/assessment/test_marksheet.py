"""What a sheet of marks says, on plain values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.assessment import marksheet
from cairn.assessment.marksheet import Entry, Standing, Step, Unread, plan, read, read_score
from cairn.sheet import Row

TASKS = ("t1", "t2")


def rows(*cells):
    blank = dict.fromkeys(("id", *marksheet.columns(TASKS)), "")
    return [Row(number, blank | cell) for number, cell in enumerate(cells, 2)]


def long(*cells):
    return rows(*({"id": key, "task": task, "score": score} for key, task, score in cells))


def faults(found):
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("0", 0), ("100", 100), ("67", 67), ("67.5", "67.5"), ("67,5", "67.5"), ("67,50", "67.5"),
        ("100,00", 100), (" 7 ", 7), ("absent", None), ("ABSENT", None), ("07", 7),
    ],
)  # fmt: skip
def test_a_score_is_read_with_a_point_or_a_comma(text, score):
    assert read_score(text) == (None if score is None else Decimal(score))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("101", "101 is not between 0 and 100."),
        ("100.01", "100.01 is not between 0 and 100."),
        ("-1", "-1 is not between 0 and 100."),
        ("67.555", "67.555 has more than two decimal places."),
        ("1e2", "1e2 is not a mark."),
        ("NaN", "NaN is not a mark."),
        ("٤٢", "٤٢ is not a mark."),
        ("67 %", "67 % is not a mark."),
        ("passed", "passed is not a mark."),
        ("9" * 1_000_000, "9" * 40 + "… is not a mark."),
    ],
)
def test_what_is_no_score_is_told_with_a_cure(text, message):
    found = read_score(text)
    assert isinstance(found, Unread)
    assert found.message == message
    assert found.cure.startswith("Write ")


@given(st.text(max_size=20))
def test_any_text_is_a_score_or_is_told_why_not(text):
    found = read_score(text)
    assert isinstance(found, Unread) or found is None or 0 <= found <= 100


@given(st.decimals(0, 100, places=2))
def test_every_score_with_two_places_is_read_as_it_is(score):
    assert read_score(str(score)) == score
    assert read_score(str(score).replace(".", ",")) == score


def test_a_long_sheet_has_one_mark_in_a_row():
    found = read(long(("s1", "t1", "70"), ("s1", "t2", "absent"), ("s2", "t1", "")), TASKS)
    assert found.entries == (Entry(2, "s1", "t1", Decimal(70)), Entry(3, "s1", "t2", None))
    assert (found.blank, found.problems) == (1, ())


def test_a_wide_sheet_has_one_task_in_a_column():
    found = read(rows({"id": "s1", "t1": "70", "t2": "absent"}, {"id": "s2", "t2": "8,5"}), TASKS)
    assert found.entries == (
        Entry(2, "s1", "t1", Decimal(70)),
        Entry(2, "s1", "t2", None),
        Entry(3, "s2", "t2", Decimal("8.5")),
    )
    assert (found.blank, found.problems) == (1, ())


def test_every_fault_has_its_row():
    cells = long(
        ("s1", "t1", "101"), ("", "t1", "5"), ("s1", "t9", "5"), ("s1", "", "5"), ("s1", "t1", "70")
    )
    assert faults(read(cells, TASKS)) == [
        "Row 2, score: 101 is not between 0 and 100. "
        "Write a number from 0 to 100, such as 67.5, or absent.",
        "Row 3, id: It is empty. Write the id of the learner.",
        "Row 4, task: There is no task t9. The tasks are t1, t2.",
        "Row 5, task: It names no task. The tasks are t1, t2.",
        "Row 6, id: s1 has a mark in t1 on row 2 already. Delete one of the two rows.",
    ]


def test_a_score_without_a_column_for_tasks_names_no_task():
    assert faults(read(rows({"id": "s1", "score": "70"}), TASKS)) == [
        "Row 2, task: It names no task. The tasks are t1, t2."
    ]


def test_a_learner_who_stands_twice_is_told():
    found = read(rows({"id": "s1", "t1": "70"}, {"id": "s1", "t1": "70"}), TASKS)
    assert len(found.problems) == 2  # once for each task
    assert found.problems[0].row == 3


def test_an_empty_sheet_is_told():
    assert faults(read([], TASKS)) == ["The sheet has no marks. Add one row for each."]


def test_entries_are_compared_with_the_marks_that_stand():
    entries = [
        Entry(2, "s1", "t1", Decimal(70)),
        Entry(3, "s1", "t2", Decimal("8.50")),
        Entry(4, "s2", "t1", None),
        Entry(5, "s2", "t2", Decimal(0)),
        Entry(6, "s9", "t1", Decimal(1)),
    ]
    standing = {
        1: {"t1": Standing(1, Decimal(60)), "t2": Standing(2, Decimal("8.5"))},
        2: {"t2": Standing(1, None)},
    }
    lines, problems = plan(entries, {"s1": 1, "s2": 2}, standing)
    assert [(line.step, line.enrolment, line.number, line.before) for line in lines] == [
        (Step.CHANGED, 1, 2, Decimal(60)),
        (Step.SAME, 1, 3, Decimal("8.5")),
        (Step.NEW, 2, 1, None),
        (Step.CHANGED, 2, 2, None),
    ]
    assert [str(problem) for problem in problems] == [
        "Row 6, id: Nobody with the id s9 is enrolled here. "
        "Correct the id, or import the roster first."
    ]
