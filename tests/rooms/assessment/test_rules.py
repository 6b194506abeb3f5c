"""When marks are enough, on plain values."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.assessment.rules import AwardCase, Outcome, Step, decide_award, judge, written
from cairn.design.content import AwardRule, Content, Task

REPORT = Task("t1", "Report", Decimal(40))
LIVE = Task("t2", "Live task", Decimal(60))
CONTENT = Content(tasks=(REPORT, LIVE), award_rule=AwardRule(pass_mark=Decimal(50)))
WAITS = replace(CONTENT, award_rule=AwardRule(pass_mark=Decimal(50), missing="wait"))


def d(text):
    return Decimal(str(text))


def outcome(content=CONTENT, **marks):
    return judge({key: None if mark is None else d(mark) for key, mark in marks.items()}, content).outcome  # fmt: skip


def test_the_weighted_mark_decides():
    assert outcome(t1=50, t2=50) is Outcome.PASSED
    assert outcome(t1=100, t2="16.67") is Outcome.PASSED
    assert outcome(t1=100, t2="16.66") is Outcome.NOT_PASSED


def test_a_mark_that_is_missing_counts_zero_where_the_rule_says_so():
    assert judge({"t2": d(90)}, CONTENT).total == 54
    assert outcome(t2=90) is Outcome.PASSED
    assert outcome(t2=90, t1=None) is Outcome.PASSED
    assert outcome(t1=90) is Outcome.NOT_PASSED


def test_where_the_rule_waits_a_missing_mark_is_no_zero():
    assert outcome(WAITS, t2=90) is Outcome.WAITING
    assert judge({"t2": d(90)}, WAITS).waits_for == ("t1",)
    assert outcome(WAITS, t1=0, t2=90) is Outcome.PASSED
    assert outcome(WAITS, t1=0, t2=10) is Outcome.NOT_PASSED


def test_practice_without_weight_keeps_nobody_waiting():
    content = replace(WAITS, tasks=(REPORT, LIVE, Task("t3", "Practice", Decimal(0))))
    assert outcome(content, t1=50, t2=50) is Outcome.PASSED
    hurdle = replace(content, tasks=(REPORT, LIVE, Task("t3", "Safety", None, pass_mark=d(80))))
    assert outcome(hurdle, t1=50, t2=50) is Outcome.WAITING
    assert outcome(hurdle, t1=50, t2=50, t3="79.99") is Outcome.NOT_PASSED
    assert outcome(hurdle, t1=50, t2=50, t3=80) is Outcome.PASSED


def test_a_task_with_a_mark_of_its_own_must_be_passed_too():
    content = replace(CONTENT, tasks=(REPORT, replace(LIVE, pass_mark=d(50))))
    assert outcome(content, t1=100, t2=49) is Outcome.NOT_PASSED
    assert outcome(content, t1=100) is Outcome.NOT_PASSED
    assert outcome(content, t1=35, t2=60) is Outcome.PASSED


def test_a_task_that_the_version_does_not_have_counts_nothing():
    assert judge({"t9": d(100), "t1": d(50), "t2": d(50)}, CONTENT).total == 50


def test_a_judgement_explains_itself():
    content = replace(CONTENT, tasks=(REPORT, replace(LIVE, pass_mark=d(50))))
    assert judge({"t1": d("67.5"), "t2": d(30)}, content).explain() == (
        "Report: 67.5 of 100, weight 40, adds 27.",
        "Live task: 30 of 100, weight 60, adds 18. It needs 50.",
        "Weighted mark: 45; 50 is enough.",
        "The mark in Live task is below what that task needs.",
    )
    assert judge({"t1": d(50)}, WAITS).explain() == (
        "Report: 50 of 100, weight 40, adds 20.",
        "Live task: no mark, weight 60, adds 0.",
        "Weighted mark: 20; 50 is enough.",
        "The result waits for: Live task.",
    )


def test_the_detail_tells_a_missing_mark_from_zero():
    assert judge({"t1": d(0)}, CONTENT).detail() == {
        "pass": "50",
        "tasks": [
            {"key": "t1", "score": "0", "weight": "40"},
            {"key": "t2", "score": None, "weight": "60"},
        ],
    }


def test_a_mark_is_cut_and_never_rounded_up():
    assert written(Fraction(39999, 1000)) == "39.99"
    assert written(Fraction(40)) == "40"
    thirds = Content(
        tasks=(Task("a", "", d(1)), Task("b", "", d(1)), Task("c", "", d(1))),
        award_rule=AwardRule(pass_mark=d("66.67")),
    )
    judgement = judge({"a": d(100), "b": d(100)}, thirds)
    assert judgement.total == Fraction(200, 3)
    assert judgement.stored == d("66.666666")
    assert judgement.outcome is Outcome.NOT_PASSED


def test_content_without_a_rule_is_a_bug():
    with pytest.raises(ValueError, match="no award rule"):
        judge({}, replace(CONTENT, award_rule=None))


scores = st.decimals(0, 100, places=2)
maybe = st.none() | scores


@st.composite
def cases(draw):
    """A content whose weights make 100, and marks for it."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=5)))
    edges = [0, *cuts, 10_000]
    weights = [Decimal(b - a) / 100 for a, b in pairwise(edges)]
    rule = AwardRule(pass_mark=draw(scores), missing=draw(st.sampled_from(["zero", "wait"])))
    tasks = tuple(
        Task(f"t{n}", f"Task {n}", weight, pass_mark=draw(st.none() | scores))
        for n, weight in enumerate(weights)
    )
    marks = draw(st.dictionaries(st.sampled_from([task.key for task in tasks]), maybe))
    return Content(tasks=tasks, award_rule=rule), marks


@given(cases())
def test_the_total_is_exact_and_between_0_and_100(case):
    content, marks = case
    judgement = judge(marks, content)
    exact = sum(
        (
            Fraction(marks.get(task.key) or 0) * Fraction(task.weight) / 100
            for task in content.tasks
        ),
        Fraction(0),
    )
    assert judgement.total == exact
    assert 0 <= judgement.total <= 100
    # Marks and weights have two places each, so six are enough and nothing is cut.
    assert Fraction(judgement.stored) == exact
    assert sum((line.counted for line in judgement.lines), Fraction(0)) == exact


@given(cases())
def test_passed_means_enough_in_all_and_in_every_task_and_nothing_missing_that_counts(case):
    content, marks = case
    rule, judgement = content.award_rule, judge(marks, content)
    absent = [
        task
        for task in content.tasks
        if marks.get(task.key) is None and (task.weight or task.pass_mark is not None)
    ]
    if rule.missing == "wait" and absent:
        assert judgement.outcome is Outcome.WAITING
        return
    enough = judgement.total >= Fraction(rule.pass_mark) and all(
        (marks.get(task.key) or 0) >= (task.pass_mark or 0) for task in content.tasks
    )
    assert judgement.earned is enough


@given(cases(), st.data())
def test_a_higher_mark_never_takes_a_pass_away(case, data):
    content, marks = case
    before = judge(marks, content)
    task = data.draw(st.sampled_from(content.tasks)).key
    better = {**marks, task: data.draw(st.decimals(marks.get(task) or 0, 100, places=2))}
    after = judge(better, content)
    assert after.total >= before.total
    assert not before.earned or after.earned


@given(cases(), st.randoms())
def test_the_order_of_tasks_and_marks_does_not_matter(case, random):
    content, marks = case
    tasks, items = list(content.tasks), list(marks.items())
    random.shuffle(tasks)
    random.shuffle(items)
    shuffled = judge(dict(items), replace(content, tasks=tuple(tasks)))
    assert (shuffled.total, shuffled.outcome) == (
        judge(marks, content).total,
        judge(marks, content).outcome,
    )


@given(cases())
def test_the_explanation_names_every_task_and_every_obstacle(case):
    content, marks = case
    judgement = judge(marks, content)
    told = "\n".join(judgement.explain())
    assert all(task.title in told for task in content.tasks)
    assert (len(judgement.explain()) == len(content.tasks) + 1) == (
        not judgement.waits_for and not any(line.too_low for line in judgement.lines)
    )


# --- from result to award ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "step"),
    [
        (AwardCase(True), Step.NOTHING),
        (AwardCase(True, result=1, passed=False), Step.NOTHING),
        (AwardCase(True, result=1, passed=True), Step.CONFER),
        (AwardCase(True, result=1, passed=True, standing=True), Step.KEEP),
        (AwardCase(True, result=2, passed=False, standing=True), Step.WITHDRAW),
        (AwardCase(True, result=1, passed=True, withdrawn_at=1), Step.NOTHING),
        (AwardCase(True, result=2, passed=True, withdrawn_at=1), Step.CONFER),
        (AwardCase(True, result=2, passed=False, withdrawn_at=1), Step.NOTHING),
        (AwardCase(False, result=1, passed=True), Step.NOTHING),
        (AwardCase(False, result=1, passed=True, standing=True), Step.WITHDRAW),
    ],
)  # fmt: skip
def test_what_becomes_of_an_award(case, step):
    assert decide_award(case).step is step
    assert decide_award(case).reason.endswith(".")


@given(
    st.builds(
        AwardCase,
        taking_part=st.booleans(),
        result=st.none() | st.integers(1, 3),
        passed=st.booleans(),
        standing=st.booleans(),
        withdrawn_at=st.none() | st.integers(1, 3),
    )
)
def test_doing_what_was_decided_leaves_nothing_to_do(case):
    step = decide_award(case).step
    after = {
        Step.CONFER: replace(case, standing=True),
        Step.WITHDRAW: replace(case, standing=False, withdrawn_at=case.result),
    }.get(step, case)
    assert decide_award(after).step in {Step.KEEP, Step.NOTHING}
    assert (decide_award(after).step is Step.KEEP) == after.standing
    if after.standing:
        assert case.taking_part
        assert case.passed
