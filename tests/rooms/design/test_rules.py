from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.design.content import Content, Outcome, Task, read
from cairn.design.problem import Severity
from cairn.design.rules import Policy, approval_stands, blocking, problems
from cairn.design.wording import VAGUE, better_verbs
from tests.rooms.design.test_content import complete
from tests.support import contents

READY = read(contents.content())
DEFAULT = Policy()
STRICT = Policy(secure_task_required=True, hours_required=True)


def found(policy=DEFAULT, **changes):
    """What the rules say of the complete content with some members changed."""
    told = problems(read(contents.content(**changes)), policy)
    return [(problem.pointer, problem.code, problem.severity.value) for problem in told]


def outcomes(*texts):
    return [{"key": f"o{n}", "text": text} for n, text in enumerate(texts, start=1)]


def tasks(*weights, secure=True, shows=("o1", "o2")):
    return [
        {"key": f"t{n}", "title": "Task", "weight": w, "secure": secure, "outcomes": list(shows)}
        for n, w in enumerate(weights, start=1)
    ]


def test_a_complete_content_has_no_problem():
    assert problems(READY, STRICT) == ()


def test_an_empty_content_is_told_everything_it_lacks():
    told = problems(Content())
    assert [problem.code for problem in blocking(told)] == [
        "title.missing",
        "description.missing",
        "criteria.missing",
        "outcomes.missing",
        "tasks.missing",
        "award_rule.missing",
        "hours.missing",
        "level.missing",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hours": 0.5, "workload": None}, ("/hours", "hours.too_few", "error")),
        ({"hours": None}, ("/hours", "hours.missing", "error")),
        ({"hours": 41}, ("/workload", "hours.sum", "error")),
        ({"level": None}, ("/level", "level.missing", "error")),
        ({"level_comparison": None}, ("/level_comparison", "level.not_compared", "error")),
        ({"tasks": tasks(40, 50)}, ("/tasks", "tasks.weights", "error")),
        ({"tasks": tasks(40, 61)}, ("/tasks", "tasks.weights", "error")),
        ({"tasks": tasks(100, shows=["o1"])}, ("/outcomes/1", "outcome.not_assessed", "error")),
        ({"tasks": tasks(100, secure=False)}, ("/tasks", "tasks.not_secure", "warning")),
        (
            {"tasks": tasks(100, shows=["o1", "o2", "o9"])},
            ("/tasks/0/outcomes/2", "task.unknown_outcome", "error"),
        ),
        ({"award_rule": None}, ("/award_rule", "award_rule.missing", "error")),
        ({"award_rule": {"pass": 0}}, ("/award_rule/pass", "award_rule.zero", "warning")),
        ({"criteria": {"url": "page"}}, ("/criteria/url", "criteria.url", "error")),
        ({"image": {"url": "javascript:x", "caption": "X"}}, ("/image/url", "image.url", "error")),
        (
            {"image": {"url": "https://a.example/x.png"}},
            ("/image/caption", "image.caption", "error"),
        ),
        ({"language": "English"}, ("/language", "language.tag", "error")),
        ({"valid_for": "a while"}, ("/valid_for", "valid_for.period", "error")),
        ({"credit": {"points": 6}}, ("/credit/rule", "credit.no_rule", "error")),
        ({"mode": None}, ("/mode", "fact.missing", "warning")),
        (
            {"alignments": [{"name": "Skill", "url": "skill"}]},
            ("/alignments/0/url", "alignment.url", "error"),
        ),
        (
            {"alignments": [{"url": "https://a.example/1"}]},
            ("/alignments/0/name", "alignment.name", "error"),
        ),
        (
            {"alignments": [{"name": "A", "url": "https://a.example/1", "type": "Skill"}]},
            ("/alignments/0/type", "alignment.type", "error"),
        ),
        (
            {"outcomes": outcomes("Understand networks.", "Explain them.")},
            ("/outcomes/0/text", "outcome.not_measurable", "warning"),
        ),
        (
            {"outcomes": [*outcomes("Find.", "Mend."), {"key": "o2", "text": "Explain."}]},
            ("/outcomes/1/key", "key.not_unique", "error"),
        ),
    ],
)
def test_each_rule_tells_its_place_and_weight(changes, expected):
    assert expected in found(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"tasks": tasks(33.33, 33.33, 33.34)},
        {"tasks": tasks(100, None)},
        {"level": "not levelled", "level_comparison": None},
        {"level": "Not levelled", "level_comparison": None},
        {"hours": 1, "workload": None},
        {"language": "de", "outcomes": outcomes("Value nennen", "Know-how zeigen")},
        {"valid_for": "18 months"},
        {"credit": {"points": 6, "rule": "Rule of 1 February 2026"}},
        {"image": {"url": "data:image/png;base64,AA==", "caption": "X"}},
    ],
)
def test_what_is_in_order_is_left_alone(changes):
    assert found(**changes) == []


def test_a_policy_turns_the_lack_of_a_secure_task_into_an_error():
    unsecured = tasks(100, secure=False)
    assert found(tasks=unsecured) == [("/tasks", "tasks.not_secure", "warning")]
    assert found(STRICT, tasks=unsecured) == [("/tasks", "tasks.not_secure", "error")]


def test_a_secure_task_without_weight_secures_nothing():
    parts = [*tasks(100, secure=False), *tasks(None)]
    parts[1]["key"] = "t2"
    assert found(STRICT, tasks=parts) == [("/tasks", "tasks.not_secure", "error")]


def test_hours_that_cannot_be_known_need_a_reason_and_a_policy_that_allows_it():
    reason = {"hours": None, "workload": None, "hours_note": "Not published with the data."}
    assert found(**reason) == [("/hours", "hours.unknown", "warning")]
    assert found(STRICT, **reason) == [("/hours", "hours.missing", "error")]


@pytest.mark.parametrize("verb", VAGUE)
def test_a_vague_verb_is_found_however_the_sentence_opens(verb):
    for opening in ("", "To ", "Learners will ", "On completion, students should be able to "):
        better = better_verbs(f"{opening}{verb} the ways of networks.".capitalize())
        assert better is not None, opening
        assert better.instead == VAGUE[better.vague]


@pytest.mark.parametrize(
    "fine",
    [
        "Explain what a firewall knows.",
        "Evaluate a network.",
        "Values: list those of the profession.",
        "Knowledge: summarise it.",
        "Learners explain risk to managers.",
        "Use what was learned.",
    ],
)
def test_a_verb_that_can_be_observed_is_left_alone(fine):
    assert better_verbs(fine) is None


def test_suggestions_are_not_vague_themselves():
    assert [word for words in VAGUE.values() for word in words if better_verbs(word)] == []


@given(complete)
def test_the_rules_answer_for_every_content_and_say_it_twice_alike(made):
    told = problems(made)
    assert told == problems(made)
    assert all(problem.message and problem.cure and problem.code for problem in told)


@given(complete)
def test_a_stricter_policy_never_lets_more_through(made):
    assert len(blocking(problems(made))) <= len(blocking(problems(made, STRICT)))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_weights_stand_in_the_way_exactly_when_they_do_not_make_100(weights):
    made = replace(
        READY, tasks=tuple(Task(f"t{n}", "Task", Decimal(w)) for n, w in enumerate(weights))
    )
    told = {problem.code for problem in problems(made)}
    assert ("tasks.weights" in told) == (sum(weights) != 100)


@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_an_outcome_is_assessed_when_a_task_with_weight_shows_it(weighted, formative):
    made = replace(
        READY,
        outcomes=tuple(Outcome(f"o{n}", "Explain.") for n in range(6)),
        tasks=(
            Task("t1", "Exam", Decimal(100), True, tuple(f"o{n}" for n in sorted(weighted))),
            Task("t2", "Trial", None, True, tuple(f"o{n}" for n in sorted(formative))),
        ),
    )
    told = [p.pointer for p in problems(made) if p.code == "outcome.not_assessed"]
    assert told == [f"/outcomes/{n}" for n in range(6) if n not in weighted]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 999), st.integers(-5, 1_005))
def test_an_approval_holds_from_its_first_to_its_last_day(start, days, asked):
    until = start + timedelta(days=days)
    on = start + timedelta(days=asked)
    assert approval_stands(start, until, on=on) == (0 <= asked <= days)
    assert approval_stands(start, None, on=on) == (asked >= 0)
    assert not approval_stands(None, until, on=on)


def test_severities_have_the_words_that_doors_show():
    assert [severity.value for severity in Severity] == ["error", "warning"]
