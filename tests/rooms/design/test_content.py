import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.design import content
from cairn.design.content import (
    Alignment,
    AwardRule,
    Content,
    Credit,
    Criteria,
    Image,
    Outcome,
    Task,
    Workload,
)
from cairn.design.shape import Faulty
from tests.support import contents

letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp", "Cf"])
lines = st.text(letters, min_size=1, max_size=20).map(str.strip).filter(bool)
prose = st.lists(lines, min_size=1, max_size=3).map("\n\n".join)
keys = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
numbers = st.decimals(0, 100, places=2)


def maybe(strategy):
    return st.none() | strategy


def few(strategy):
    return st.lists(strategy, max_size=3).map(tuple)


complete = st.builds(
    Content,
    title=lines,
    description=prose,
    criteria=st.builds(Criteria, narrative=prose, url=maybe(lines)),
    outcomes=few(st.builds(Outcome, key=keys, text=lines)),
    tasks=few(
        st.builds(
            Task,
            key=keys,
            title=lines,
            weight=maybe(numbers),
            secure=maybe(st.booleans()),
            outcomes=few(keys),
            pass_mark=maybe(numbers),
        )
    ),
    award_rule=maybe(
        st.builds(AwardRule, pass_mark=maybe(numbers), missing=st.sampled_from(["zero", "wait"]))
    ),
    assessment=maybe(lines),
    hours=maybe(numbers),
    hours_note=maybe(lines),
    workload=few(st.builds(Workload, title=lines, hours=maybe(numbers))),
    level=maybe(lines),
    credit=maybe(st.builds(Credit, points=numbers, rule=maybe(lines))),
    review_date=maybe(st.dates()),
    image=maybe(st.builds(Image, url=lines, caption=lines)),
    alignments=few(st.builds(Alignment, name=lines, url=lines, type=maybe(lines))),
    tags=few(lines),
    national_qualification=st.booleans(),
)


def faults(data):
    with pytest.raises(Faulty) as caught:
        content.read(data)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


@given(complete)
def test_what_is_written_is_read_again_through_json_text(made):
    assert content.read(json.loads(json.dumps(content.write(made)))) == made


@given(complete)
def test_the_digest_does_not_depend_on_the_order_of_names(made):
    data = content.write(made)
    turned = json.loads(json.dumps(dict(reversed(data.items()))))
    assert content.digest(turned) == content.digest(data)


@given(complete, lines)
def test_another_text_has_another_digest(made, title):
    other = replace(made, title=made.title + title)
    assert content.digest(content.write(other)) != content.digest(content.write(made))


def test_the_digest_of_a_known_content_never_changes():
    data = content.write(content.read(contents.content()))
    assert data == contents.content()
    assert content.digest(data) == (
        "4b72183c9743437ee25f858b6acc80a7761d6aae2049ba0e90f4454c8e724831"
    )


def test_a_draft_may_be_empty():
    assert content.read({}) == Content()
    assert content.read({"title": " ", "hours": None, "outcomes": [{}]}) == Content(
        outcomes=(Outcome(),)
    )


def test_numbers_are_kept_exactly():
    tasks = content.read({"tasks": [{"weight": w} for w in (33.33, 33.33, 33.34)]}).tasks
    assert sum(task.weight for task in tasks) == Decimal(100)
    assert content.write(Content(hours=Decimal("12.50")))["hours"] == 12.5
    assert content.write(Content(hours=Decimal(12)))["hours"] == 12


@pytest.mark.parametrize(
    ("data", "pointer", "code"),
    [
        ({"title": "a\0b"}, "/title", "content.control_character"),
        ({"description": "a\x1b[31mb"}, "/description", "content.control_character"),
        ({"title": "a\ud800"}, "/title", "content.control_character"),
        ({"title": "safe\u202egnp.exe"}, "/title", "content.reordering_character"),
        ({"title": "\u2066a\u2069"}, "/title", "content.reordering_character"),
        ({"title": "a\nb"}, "/title", "content.line_break"),
        ({"title": "a\u2028b"}, "/title", "content.line_break"),
        ({"title": "a" * 1_000_000}, "/title", "content.too_long"),
        ({"description": "a" * 1_000_000}, "/description", "content.too_long"),
        ({"title": 7}, "/title", "content.type"),
        ({"title": ["a"]}, "/title", "content.type"),
        ({"outcomes": "o1"}, "/outcomes", "content.type"),
        ({"outcomes": [{}] * 101}, "/outcomes", "content.too_many"),
        ({"outcomes": ["o1"]}, "/outcomes/0", "content.type"),
        ({"outcomes": [{"key": "O 1"}]}, "/outcomes/0/key", "content.key"),
        ({"tasks": [{"weight": 101}]}, "/tasks/0/weight", "content.number"),
        ({"tasks": [{"weight": -1}]}, "/tasks/0/weight", "content.number"),
        ({"tasks": [{"weight": "40"}]}, "/tasks/0/weight", "content.number"),
        ({"tasks": [{"weight": True}]}, "/tasks/0/weight", "content.number"),
        ({"tasks": [{"weight": 0.001}]}, "/tasks/0/weight", "content.number"),
        ({"hours": float("nan")}, "/hours", "content.number"),
        ({"hours": float("inf")}, "/hours", "content.number"),
        ({"hours": 1e308}, "/hours", "content.number"),
        ({"hours": 10**400}, "/hours", "content.number"),
        ({"tasks": [{"secure": "yes"}]}, "/tasks/0/secure", "content.type"),
        ({"review_date": "2026-02-30"}, "/review_date", "content.date"),
        ({"review_date": "20260228"}, "/review_date", "content.date"),
        ({"award_rule": {"kind": "best_of"}}, "/award_rule/kind", "content.choice"),
        ({"name": "Use title"}, "/name", "content.field"),
        ({"a/b": 1}, "/a~1b", "content.field"),
        ({"\u202e\0": 1}, "/\\u202e\\x00", "content.field"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(data, pointer, code):
    assert faults(data) == [(pointer, code)]


def test_every_fault_is_told_at_once():
    data = {"title": "\0", "tasks": [{"weight": 101}, {"title": 3}], "hours": "many"}
    assert faults(data) == [
        ("/title", "content.control_character"),
        ("/tasks/0/weight", "content.number"),
        ("/tasks/1/title", "content.type"),
        ("/hours", "content.number"),
    ]


def test_a_thousand_unknown_names_are_told_in_ten():
    assert len(faults({f"x{number}" * 1_000: 1 for number in range(1_000)})) == 10


def test_parts_without_a_key_get_one_that_never_meant_anything_else():
    made = Content(
        outcomes=(Outcome("o2", "Kept."), Outcome(text="New."), Outcome(text="Newer.")),
        tasks=(Task(title="First"),),
    )
    keyed = content.with_keys(made, taken={"o7", "report"})
    assert [outcome.key for outcome in keyed.outcomes] == ["o2", "o8", "o9"]
    assert [task.key for task in keyed.tasks] == ["t1"]
    assert content.with_keys(keyed) == keyed


@given(complete, st.sets(keys))
def test_keys_are_given_once_and_kept_for_ever(made, taken):
    bare = replace(made, outcomes=(*made.outcomes, Outcome(text="New."), Outcome(text="Newer.")))
    keyed = content.with_keys(bare, taken=taken)
    given_keys = [outcome.key for outcome in keyed.outcomes[len(made.outcomes) :]]
    assert len(set(given_keys)) == 2
    assert not set(given_keys) & (taken | content.keys(made))
    assert keyed.outcomes[: len(made.outcomes)] == made.outcomes
    assert content.read(content.write(keyed)) == keyed


def test_dates_are_written_in_iso_order():
    assert content.write(Content(review_date=date(2028, 2, 1)))["review_date"] == "2028-02-01"
