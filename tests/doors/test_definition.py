import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.cli.definition import FIELDS, DefinitionError, Period, read_definition
from cairn.vc.datamodel import datamodel_problems
from cairn.vc.model import IdentityObject, compose_credential
from cairn.vc.schema import problems

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

MINIMAL = """\
id: https://example.edu/a
name: Teamwork
description: Works with others.
criteria: Do it together.
issuer:
  name: Example University
"""


def read(text):
    return read_definition(text.encode())


def refusal(raw):
    """The problems of a file, or none where it is read."""
    try:
        read_definition(raw)
    except DefinitionError as error:
        return error.problems
    return ()


def told(text):
    with pytest.raises(DefinitionError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_smallest_file_is_enough():
    definition = read(MINIMAL)
    assert definition.name == "Teamwork"
    assert definition.achievement.raw == {
        "id": "https://example.edu/a",
        "type": ["Achievement"],
        "name": "Teamwork",
        "description": "Works with others.",
        "criteria": {
            "narrative": "Do it together.\n\nThis micro-credential is not a national qualification."
        },
        "achievementType": "MicroCredential",
    }
    assert definition.issuer_profile("did:web:example.edu").raw == {
        "id": "did:web:example.edu",
        "type": ["Profile"],
        "name": "Example University",
    }
    assert (definition.valid_for, definition.result) == (None, None)


@pytest.mark.parametrize("name", ["achievement-minimal.yaml", "achievement.yaml"])
def test_examples_make_credentials_that_conform(name):
    definition = read_definition((EXAMPLES / name).read_bytes())
    document = compose_credential(
        id="urn:uuid:1",
        issuer=definition.issuer_profile("did:web:example.edu"),
        achievement=definition.achievement,
        name=definition.name,
        valid_from=START,
        identifiers=[IdentityObject.plain("Mara Lindqvist", kind="name")],
        results=[definition.result_for("82")],
    )
    assert problems(document) == []
    assert datamodel_problems(document) == []


def test_the_minimal_example_has_only_what_is_required():
    assert (
        len(
            re.findall(
                r"^\w+:", (EXAMPLES / "achievement-minimal.yaml").read_text("utf-8"), re.MULTILINE
            )
        )
        == 5
    )


def test_the_full_example_shows_every_fact():
    definition = read_definition((EXAMPLES / "achievement.yaml").read_bytes())
    achievement = definition.achievement
    assert definition.valid_for == Period(3, "year")
    assert (achievement.credits_available, achievement.in_language) == (6, "en-AU")
    assert [item.target_type for item in achievement.alignments] == [
        "CFItem",
        "ext:GraduateAttribute",
    ]
    assert [scale.id.rpartition("#")[2] for scale in achievement.result_descriptions] == [
        "task-1",
        "task-2",
        "result",
    ]
    assert achievement.criteria is not None
    for fact in (
        "1. Triage security alerts",
        "- Task: Live response exercise, three hours (weight 60 %, secure, pass mark 50)",
        "- Hours of learning: 60",
        "- Level: AQF level 8",
        "- Quality assurance: Approved by the academic board",
        "- Credit points: 6",
        "- Review date: 2028-02-01",
        "This micro-credential is not a national qualification.",
    ):
        assert fact in achievement.criteria.narrative
    profile = definition.issuer_profile("did:key:z6Mk")
    assert profile.address is not None
    assert profile.address.country_code == "AU"


def test_the_roster_example_has_a_result_that_the_full_example_accepts():
    definition = read_definition((EXAMPLES / "achievement.yaml").read_bytes())
    with (EXAMPLES / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "name", "email", "issued_on", "expires_on", "result", "evidence"]
    assert [definition.result_for(row["result"]).value for row in rows] == ["82", "67", "91", "74"]


def test_every_problem_is_told_at_once_with_line_and_cure():
    assert told(
        "id: intro\n"
        "nmae: Teamwork\n"
        "description:\n"
        "criteria: Do it.\n"
        "issuer:\n"
        "  name: Example University\n"
        "  id: did:web:example.edu\n"
        "hours: 0\n"
        "hours: 5\n"
        "language: English\n"
        "valid_for: three years\n"
        "assessment:\n"
        "  tasks:\n"
        "    - name: Report\n"
        "      secure: maybe\n"
        "alignments:\n"
        "  - name: Skill\n"
        "    type: CFitem\n"
        "review_date: 31/02/2027\n"
    ) == [
        "Line 1, id: “intro” is not a web address. Write the whole address, such as "
        "https://example.edu/achievements/intro.",
        "Line 1, name: This is missing. Write the title as it should stand on the credential.",
        "Line 2, nmae: This is not a field. Did you mean name?",
        "Line 3, description: This is empty. Fill it in.",
        "Line 7, issuer.id: This is not a field. Leave it out: the key that signs says who the "
        "issuer is.",
        "Line 8, hours: “0” does not fit here. Write a number from 1 to 100000, such as 40.",
        "Line 9, hours: This stands twice; first on line 8. Keep one of them.",
        "Line 10, language: “English” is not a language tag. Write it as en or en-AU.",
        "Line 11, valid_for: “three years” is not a length of time. Write it as 3 years or 18 "
        "months.",
        "Line 15, assessment.tasks.1.secure: “maybe” is neither yes nor no. Write yes or no.",
        "Line 17, alignments.1.url: This is missing. Write the address of the skill or competency.",
        "Line 18, alignments.1.type: “CFitem” is not in the list. Did you mean CFItem?",
        "Line 19, review_date: “31/02/2027” is not a date. Write it as 2026-02-28.",
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "assessment: {tasks: [{name: A, weight: 50}, {name: B, weight: 40}]}",
            "Line 7, assessment.tasks: The weights add up to 90. Give every task a weight, so that "
            "they add up to 100.",
        ),
        (
            "assessment:\n  tasks: [{name: A, weight: 100}, B]",
            "Line 8, assessment.tasks: The weights add up to 100. Give every task a weight, so "
            "that they add up to 100.",
        ),
        (
            "result:\n  values: [Pass, Merit]\n  pass_mark: C",
            "Line 9, result.pass_mark: The pass mark C is not among the values. Use one of Pass, "
            "Merit.",
        ),
        ("tags: {a: b}", "Line 7, tags.1: One value is expected here, not a group of names. Write it on one line."),
        ("mode: [a, b]", "Line 7, mode: One value is expected here, not a list. Write it on one line."),
        ("image: not-a-link", "Line 7, image.url: “not-a-link” is not a web address. Write the whole address, such as https://example.edu/achievements/intro."),
        ("credit: six", "Line 7, credit.points: “six” does not fit here. Write a number from 0 to 100000, such as 40."),
        ("result: Marks", "Line 7, result.scale: “Marks” is not in the list. Use GradePointAverage, LetterGrade, Percent, PerformanceLevel, PredictedScore, RawScore, Result, RubricCriterion, RubricCriterionLevel, RubricScore, ScaledScore, Status, or a name of your own that starts with ext:."),
        ("title: X", "Line 7, title: This is not a field. Use name."),
        ("version: " + "x" * 301, "Line 7, version: This has 301 characters; at most 300 fit. Shorten it."),
        ("tags: [" + "a, " * 101 + "]", "Line 7, tags: This list has 101 entries; at most 100 are read. Shorten it."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_cure(lines, expected):
    assert told(MINIMAL + lines) == [expected]


def test_criteria_must_say_something():
    assert told(MINIMAL.replace("criteria: Do it together.", "criteria: {}")) == [
        "Line 4, criteria: There is nothing in it. Write a narrative, a url, or both."
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "The file: There is nothing in it. Start from one of the example files."),
        (b"# notes\n", "The file: There is nothing in it. Start from one of the example files."),
        (b"name: a: b\n", 'Line 1: A colon stands inside the text. Put text with a colon in "quotes".'),
        (b"name: &x Team\n", "Line 1: Anchors (&) and aliases (*) are not read. Write the text out, or put it in quotes."),
        (b"id: a\nname: *x\n", "Line 2: Anchors (&) and aliases (*) are not read. Write the text out, or put it in quotes."),
        (b"name: !!python/object:os.system x\n", "Line 1: Tags (!) are not read. Put the text in quotes."),
        (b"name: a\n---\nname: b\n", "Line 2: A second document starts here. Keep one per file."),
        (b"id: a\n\tname: b\n", "Line 2: A tab is used to indent. Indent with spaces."),
        (b"name: `a`\n", 'Line 1: The text starts with a character that means something. Put it in "quotes".'),
        (b"issuer:\n  name: 1\n url: 2\n", "Line 3: The indent does not match the lines above. Line it up with its neighbours."),
        (b"[" * 1000, "Line 1: This is nested too deep. Look for a stray bracket or indent."),
        (b"id: a\nname: \xe9t\xe9\n", "Line 2: This is not UTF-8 text. Save the file as UTF-8."),
        (b"id: a\nname: \x00\n", "Line 2: A character here cannot stand in a text file. Delete it."),
        (b"? [a]\n: b\n", "Line 1: A name must be plain text. Look for a stray bracket."),
        (b"- name\n", "Line 1: Names with values are expected here. Write id, name, description, criteria and issuer, each on its own line, with a colon after it."),
        (b"a" * 65_537, "The file: The file has more than 64 KB. Shorten it."),
    ],
)  # fmt: skip
def test_what_is_not_the_small_yaml_is_refused_with_a_cure(raw, expected):
    with pytest.raises(DefinitionError) as caught:
        read_definition(raw)
    assert str(caught.value) == expected


def test_text_stays_as_it_was_written():
    achievement = read(
        MINIMAL.replace("Teamwork", "No")
        + "version: 1.10\ncode: 2026-02-28\ntags: [yes, 0x1F, ~x]\n"
    ).achievement
    assert achievement.name == "No"
    assert (achievement.version, achievement.human_code) == ("1.10", "2026-02-28")
    assert achievement.tags == ("yes", "0x1F", "~x")


def test_an_empty_field_counts_as_left_out():
    assert read(MINIMAL + "hours:\ntags: ~\nimage: null\n") == read(MINIMAL)


def test_a_byte_order_mark_and_windows_lines_do_no_harm():
    raw = b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()
    assert read_definition(raw) == read(MINIMAL)


def test_a_degree_is_not_called_a_micro_credential():
    achievement = read(MINIMAL + "achievement_type: Degree\n").achievement
    assert achievement.criteria is not None
    assert achievement.criteria.narrative == "Do it together."


def test_parts_of_an_achievement_have_addresses_of_their_own():
    with_fragment = MINIMAL.replace("example.edu/a", "example.edu/list#a") + "result: Percent\n"
    assert read(with_fragment).achievement.result_descriptions[0].id == (
        "https://example.edu/list#a.result"
    )


@pytest.mark.parametrize(
    ("scale", "value"),
    [
        ("", "anything"),
        ("result: {scale: Percent, pass_mark: 65}\n", "65"),
        ("result: {scale: Percent, pass_mark: 65}\n", "99.5"),
        ("result: {scale: LetterGrade, values: [D, C, B, A], pass_mark: C}\n", "C"),
        ("result: {scale: LetterGrade, values: [Pass, Merit]}\n", "Merit"),
        ("result: {name: Outcome}\n", "Satisfactory"),
    ],
)
def test_a_result_on_the_scale_is_taken(scale, value):
    definition = read(MINIMAL + scale)
    result = definition.result_for(value)
    assert (result.value, result.status) == (value, "Completed")
    assert result.result_description == (definition.result and definition.result.id)


@pytest.mark.parametrize(
    ("scale", "value", "expected"),
    [
        (
            "result: {name: Mark, scale: Percent, pass_mark: 65}\n",
            "64.9",
            "64.9 is below the pass mark 65 of “Mark”. Correct the result, or take the learner off the list.",
        ),
        ("result: {name: Mark, scale: Percent}\n", "101", "101 is not a value of “Mark”. Write a number from 0 to 100."),
        ("result: {name: Mark, scale: Percent}\n", "high", "high is not a value of “Mark”. Write a number from 0 to 100."),
        (
            "result: {name: Grade, scale: LetterGrade, values: [D, C, B, A], pass_mark: C}\n",
            "D",
            "D is below the pass mark C of “Grade”. Correct the result, or take the learner off the list.",
        ),
        (
            "result: {name: Grade, scale: LetterGrade, values: [Pass, Merit]}\n",
            "pass",
            "pass is not a value of “Grade”. Use Pass, Merit.",
        ),
    ],
)  # fmt: skip
def test_a_result_off_the_scale_is_refused_with_its_cure(scale, value, expected):
    with pytest.raises(ValueError, match=re.escape(expected)):
        read(MINIMAL + scale).result_for(value)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("3 years", (2026, 11, 2), (2029, 11, 2)),
        ("1 year", (2028, 2, 29), (2029, 2, 28)),
        ("18 months", (2026, 8, 31), (2028, 2, 29)),
        ("999 years", (2026, 11, 2), (3025, 11, 2)),
        ("1 month", (2026, 12, 31), (2027, 1, 31)),
        ("2 weeks", (2026, 12, 25), (2027, 1, 8)),
        ("90 days", (2026, 11, 2), (2027, 1, 31)),
    ],
)
def test_a_length_of_time_is_added_as_people_count(text, start, end):
    assert Period.parse(text).after(datetime(*start, tzinfo=UTC)) == datetime(*end, tzinfo=UTC)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text("abc:-[]{}&*!|>'\"#%@` \n\t", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(raw):
    assert all(problem.cure for problem in refusal(raw))


def test_the_reference_names_every_field():
    page = (ROOT / "docs/reference/achievement-file.md").read_text("utf-8")
    assert [name for name in FIELDS if f"`{name}`" not in page] == []
    named = set(re.findall(r"^\| `([a-z_.]+)`", page, re.MULTILINE))
    assert sorted(named - set(FIELDS)) == []
