import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from cairn.design import rules
from cairn.design.content import Content, read
from cairn.design.differences import MOST_WORDS, changes, words
from cairn.design.sections import SECTIONS, Progress, lasting, section_of, standings
from tests.support import contents


def progress(data):
    found = rules.problems(read(data))
    return {one.section: one.progress for one in standings(data, found)}


def test_every_member_of_a_text_lies_in_one_section():
    members = [member for section in SECTIONS.values() for member in section]
    assert sorted(members) == sorted(field.name for field in dataclasses.fields(Content))


def test_a_complete_text_is_done_everywhere():
    assert set(progress(contents.content()).values()) == {Progress.DONE}


def test_an_empty_text_cannot_be_assessed_yet():
    told = progress({"title": "Nets"})
    assert told["basics"] is Progress.IN_PROGRESS
    assert told["assessment"] is told["matrix"] is Progress.BLOCKED
    assert {told[name] for name in ("outcomes", "hours", "level", "award", "criteria")} == {
        Progress.NOT_STARTED
    }


def test_a_mistake_needs_attention_and_a_gap_does_not():
    told = progress(contents.content(hours=41))
    assert told["hours"] is Progress.ATTENTION
    assert told["level"] is Progress.DONE
    assert progress(contents.content(mode=None))["basics"] is Progress.IN_PROGRESS


def test_an_outcome_that_nothing_shows_is_mended_in_the_matrix():
    data = contents.content()
    data["tasks"][0]["outcomes"] = ["o1"]
    (problem,) = rules.problems(read(data))
    assert (problem.code, section_of(problem)) == ("outcome.not_assessed", "matrix")
    assert lasting(problem.pointer, read(data)) == "/outcomes/o2"


def test_places_without_a_part_last_as_they_are():
    content = read(contents.content())
    for place in ("", "/title", "/tasks", "/outcomes/7/text", "/workload/1/title"):
        assert lasting(place, content) == place
    assert lasting("/tasks/1/title", content) == "/tasks/t2/title"


texts = st.lists(st.sampled_from(["a", "b", "c", "word", "\n"]), max_size=30).map(" ".join)


@given(texts, texts)
def test_the_pieces_make_both_texts(before, after):
    pieces = words(before, after)
    assert "".join(p.text for p in pieces if p.kind != "ins") == before
    assert "".join(p.text for p in pieces if p.kind != "del") == after


def test_a_text_too_long_to_compare_is_shown_whole():
    long = "word " * (MOST_WORDS + 1)
    assert [(p.kind, p.text) for p in words(long, "new")] == [("del", long), ("ins", "new")]


def test_the_same_text_has_no_changes():
    assert changes(contents.content(), contents.content()) == ()


def test_changes_follow_the_part_and_tell_the_order():
    before, after = contents.content(), contents.content()
    after["outcomes"] = after["outcomes"][::-1]
    after["outcomes"][1]["text"] = "Find the weak points."
    after["tasks"][0]["weight"] = 45
    after["mode"] = "On campus"
    del after["hours"]
    told = {one.place: (one.section, one.before, one.after) for one in changes(before, after)}
    assert told == {
        "/outcomes/o1/text": (
            "outcomes",
            "Find weak points in a small network.",
            "Find the weak points.",
        ),
        "/tasks/t1/weight": ("assessment", "40", "45"),
        "/mode": ("basics", "Online", "On campus"),
        "/hours": ("hours", "40", ""),
        "/outcomes/order": ("outcomes", "o1, o2", "o2, o1"),
    }
