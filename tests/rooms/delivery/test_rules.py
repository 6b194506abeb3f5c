"""What a class list changes, on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.delivery.rules import (
    Change,
    Directory,
    Known,
    Learner,
    Step,
    plan_roster,
    read_learners,
    same_name,
)
from cairn.delivery.states import EnrolmentState
from cairn.sheet import Row

ADA = Known(1, "Ada Lovelace", "s1", frozenset({"ada@uni.example"}), "SEC-1", 11, EnrolmentState.ENROLLED)  # fmt: skip
ADA_ELSEWHERE = Known(1, "Ada Lovelace", "s1", frozenset({"ada@uni.example"}), "SEC-0")
NOBODY = Directory({}, {}, {})
HERE = Directory({"s1": ADA}, {}, {"ada@uni.example": ADA})
ELSEWHERE = Directory({}, {"s1": [ADA_ELSEWHERE]}, {"ada@uni.example": ADA_ELSEWHERE})


def row(number=2, id="s1", name="Ada Lovelace", email="", state=""):
    return Row(number, {"id": id, "name": name, "email": email, "state": state})


def faults(*rows):
    return [str(problem) for problem in read_learners(rows)[1]]


def planned(learner, known=NOBODY):
    lines, problems = plan_roster([learner], known)
    return lines[0] if lines else str(problems[0])


def test_a_row_is_read_with_its_text_composed_and_its_spaces_folded():
    learners, problems = read_learners([row(name=" Zoe\u0308  Ng ", email="Zoe@Uni.Example")])
    assert problems == ()
    assert learners == (Learner(2, "s1", "Zoë Ng", "zoe@uni.example"),)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ({"name": "A\0da"}, "Row 2, name: Character 2 cannot be kept or printed. Delete it."),
        (
            {"name": "Ada\u202egnp"},
            "Row 2, name: Character 4 changes the order in which text is shown. "
            "Delete it; the text reads well without.",
        ),
        (
            {"name": "x" * 1_000_000},
            "Row 2, name: This has 1,000,000 characters; at most 400 fit. Shorten it.",
        ),
        ({"name": ""}, "Row 2, name: It is empty. Write the name as it shall be printed."),
        ({"id": ""}, "Row 2, id: It is empty. Every row needs its own."),
        (
            {"email": "ada at uni"},
            "Row 2, email: ada at uni is not an e-mail address. "
            "Write one such as ada@example.edu, or leave it blank.",
        ),
        ({"email": "a@b\0.example"}, "Row 2, email: Character 4 cannot be kept or printed. Delete it."),
        (
            {"state": "completed"},
            "Row 2, state: This state is not known. "
            "Write enrolled or withdrawn, or leave it blank.",
        ),
    ],
)  # fmt: skip
def test_hostile_and_empty_cells_are_refused_with_the_cure(cell, message):
    assert faults(row(**cell)) == [message]


def test_an_id_or_an_address_that_stands_twice_is_refused():
    assert faults(row(2, email="a@b.example"), row(3, email="A@b.example")) == [
        "Row 3, id: s1 is on row 2 already. Delete one of the two rows, or correct one.",
        "Row 3, email: a@b.example is on row 2 already. "
        "Delete one of the two rows, or correct one.",
    ]


def test_an_empty_list_is_refused():
    assert faults() == ["The list has no learners. Add one row for each."]


def test_somebody_unknown_is_new():
    learner = Learner(2, "s9", "Grace Hopper")
    assert planned(learner).step is Step.NEW
    assert planned(learner).known is None


def test_the_same_row_again_is_the_same():
    assert planned(Learner(2, "s1", "Ada Lovelace", "ada@uni.example"), HERE).step is Step.SAME
    assert planned(Learner(2, "s1", "Ada Lovelace"), HERE).step is Step.SAME


def test_what_differs_is_told_from_what_to_what():
    learner = Learner(2, "s1", "Ada King", "king@uni.example", EnrolmentState.WITHDRAWN)
    line = planned(learner, HERE)
    assert line.step is Step.CHANGED
    assert line.changes == (
        Change("name", "Ada Lovelace", "Ada King"),
        Change("email", "", "king@uni.example"),
        Change("state", "enrolled", "withdrawn"),
    )


def test_a_known_id_with_the_same_name_is_the_same_person_and_says_so():
    line = planned(Learner(2, "s1", "ADA lovelace"), ELSEWHERE)
    assert (line.step, line.known.person) == (Step.NEW, 1)
    assert line.recognised == "Ada Lovelace (id s1, known from SEC-0)"


def test_a_known_id_with_the_same_address_is_the_same_person_under_a_new_name():
    line = planned(Learner(2, "s1", "Ada King", "ada@uni.example"), ELSEWHERE)
    assert (line.step, line.known.person) == (Step.NEW, 1)
    assert line.changes == (Change("name", "Ada Lovelace", "Ada King"),)


def test_a_known_id_alone_is_not_enough():
    assert planned(Learner(2, "s1", "Bob"), ELSEWHERE) == (
        "Row 2, id: The id s1 belongs to Ada Lovelace in SEC-0. If it is the same person, "
        "write that name; if not, give this learner another id."
    )


def test_an_address_alone_is_never_enough():
    assert planned(Learner(2, "s9", "Bob", "ada@uni.example"), ELSEWHERE) == (
        "Row 2, email: ada@uni.example is the address of Ada Lovelace. If it is the same "
        "person, write that name and id; if not, another address or none."
    )


def test_an_address_with_the_name_is_enough_even_with_another_id():
    line = planned(Learner(2, "s9", "Ada Lovelace", "ada@uni.example"), ELSEWHERE)
    assert (line.step, line.known.person) == (Step.NEW, 1)
    assert line.recognised == "Ada Lovelace (name and address, known from SEC-0)"


def test_one_person_is_not_enrolled_under_two_ids():
    known = Directory({"s1": ADA}, {}, {"ada@uni.example": ADA})
    assert planned(Learner(2, "s9", "Ada Lovelace", "ada@uni.example"), known) == (
        "Row 2, id: Ada Lovelace is in this offering as s1. Use that id, or delete this row."
    )


def test_one_list_does_not_enrol_one_person_twice():
    other = Known(1, "Ada Lovelace", "n7", frozenset(), "NET-1")
    known = Directory({}, {"s1": [ADA_ELSEWHERE], "n7": [other]}, {})
    rows = [Learner(2, "s1", "Ada Lovelace"), Learner(3, "n7", "Ada Lovelace")]
    lines, problems = plan_roster(rows, known)
    assert [line.learner.row for line in lines] == [2]
    assert str(problems[0]).startswith("Row 3, id: Ada Lovelace is in this offering as s1.")


def test_two_people_with_one_id_and_one_name_are_not_guessed_between():
    twins = [ADA_ELSEWHERE, Known(2, "Ada Lovelace", "s1", frozenset(), "NET-1")]
    message = planned(Learner(2, "s1", "Ada Lovelace"), Directory({}, {"s1": twins}, {}))
    assert "belongs to Ada Lovelace in SEC-0, Ada Lovelace in NET-1" in message


def test_who_has_completed_does_not_withdraw_by_a_list():
    done = Known(1, "Ada", "s1", frozenset(), "SEC-1", 11, EnrolmentState.COMPLETED)
    known = Directory({"s1": done}, {}, {})
    assert planned(Learner(2, "s1", "Ada", "", EnrolmentState.WITHDRAWN), known) == (
        "Row 2, state: Ada has completed this offering, and cannot withdraw any more. "
        "Leave the state blank."
    )
    again = planned(Learner(2, "s1", "Ada", "", EnrolmentState.ENROLLED), known)
    assert again.step is Step.SAME


def test_an_erased_person_is_recognised_by_no_name():
    assert not same_name("", "")


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)
cells = st.fixed_dictionaries(
    {"id": names, "name": names, "email": names, "state": st.sampled_from(["", "Enrolled", "gone"])}
)


@given(st.lists(cells, max_size=8))
def test_every_row_becomes_a_learner_or_a_problem_that_names_it(values):
    rows = [Row(number, cell) for number, cell in enumerate(values, 2)]
    learners, problems = read_learners(rows)
    accounted = {learner.row for learner in learners} | {problem.row for problem in problems}
    assert accounted - {None} == {row.number for row in rows}
    assert all(problem.cure for problem in problems)
    assert len({learner.key for learner in learners}) == len(learners)


@given(st.lists(st.tuples(names.filter(str.strip), names.filter(str.strip)), max_size=8))
def test_what_a_list_made_is_the_same_when_it_comes_again(pairs):
    rows = [
        Row(n, {"id": i, "name": a, "email": "", "state": ""}) for n, (i, a) in enumerate(pairs)
    ]
    learners, _ = read_learners(rows)
    here = {
        one.key: Known(n, one.name, one.key, frozenset(), "SEC-1", n, EnrolmentState.ENROLLED)
        for n, one in enumerate(learners)
    }
    lines, problems = plan_roster(learners, Directory(here, {}, {}))
    assert {line.step for line in lines} <= {Step.SAME}
    assert problems == ()
