"""Compiled shapes say what the full processor says, to the letter, or nothing."""

from __future__ import annotations

import copy
import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cairn.vc import jsonld
from cairn.vc.contexts import CREDENTIALS_V2, OPEN_BADGES_V3
from cairn.vc.datamodel import LOOKED_UP
from cairn.vc.document import dump
from cairn.vc.errors import DataLoss
from cairn.vc.secured import Unsecured
from cairn.vc.shapes import SHAPES, Shapes
from cairn.vc.shapes.frame import Frame, whole
from cairn.vc.shapes.lines import Sorted
from cairn.vc.shapes.structure import take_apart
from tests.support import corpus
from tests.support.shaped import compared, conforms, credential, full, taught, variants

Json = dict[str, Any]


def badge(**more: Any) -> Json:
    made: Json = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Data literacy",
        "issuer": {"id": "did:web:harbour.example", "type": ["Profile"], "name": "Harbour"},
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {
            "id": "did:web:ada.example",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://harbour.example/a/1",
                "type": ["Achievement"],
                "name": "Data literacy",
                "description": "Reads data.",
                "criteria": {"narrative": "A test."},
                "tag": ["one", "two"],
                "alignment": [
                    {"type": ["Alignment"], "targetName": "A", "targetUrl": "https://s.example/1"},
                    {"type": ["Alignment"], "targetName": "B", "targetUrl": "https://s.example/2"},
                ],
            },
        },
    }
    return made | more


def with_text(document: Json, path: str, text: Any) -> Json:
    """The document with something else at a place."""
    other = copy.deepcopy(document)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    holder: Any = other
    for step in steps:
        holder = holder[step]
    holder[last] = text
    return other


@pytest.fixture
def shapes() -> Shapes:
    """A cache that knows the shape of the badge."""
    made = Shapes()
    taught(made, badge())
    return made


NAME = "credentialSubject/achievement/name"
SUBJECT = "credentialSubject/id"
RESULTS = "credentialSubject/achievement/resultDescription"


# The same, to the letter.


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_a_shape_says_what_the_full_processor_says(seed: int) -> None:
    chance = random.Random(seed)
    document = credential(chance)
    shapes = Shapes()
    taught(shapes, document)
    for other in itertools.islice(variants(document, chance), 24):
        compared(shapes, other)


@given(document=corpus.badges(), seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None)
def test_so_it_does_for_languages_numbers_lists_and_endorsements(document: Json, seed: int) -> None:
    assume(full(document) is not None)
    shapes = Shapes()
    taught(shapes, document)
    for other in itertools.islice(variants(document, random.Random(seed)), 12):
        compared(shapes, other)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "@type",
            "@none",
            "_:b0",
            "_:c14n0",
            "id",
            "urn:x",
            "true",
            "1",
            "en",
            "mark",
            "mark1.",
        ),
        *('a "quoted" text', "back\\slash", "line\nbreak", "\t\r\b\f", "\x01\x7f", "<urn:x>"),
        *("\U0001d11e", "\uffff", "\u2028", "e\u0301", "VerifiableCredential", " .\n<a> <b> <c>"),
    ],
)
def test_a_text_is_carried_over_whatever_it_looks_like(shapes: Shapes, text: str) -> None:
    assert compared(shapes, with_text(badge(), NAME, text))


@pytest.mark.parametrize("order", [("\U0001d11e", "\uffff"), ("b", "a"), ("a", "a b"), ("a", 'a"')])
def test_lines_are_sorted_by_what_stands_in_them(shapes: Shapes, order: tuple[str, str]) -> None:
    """Code points, not UTF-16: an astral letter comes after U+FFFF."""
    tags = with_text(badge(), "credentialSubject/achievement/tag", list(order))
    assert compared(shapes, tags)
    assert compared(shapes, with_text(tags, "credentialSubject/achievement/tag", [*order][::-1]))


def test_unnamed_things_change_places_with_what_is_said_of_them(shapes: Shapes) -> None:
    """The labels of blank nodes go by their hashes, which go by the values."""
    place = "credentialSubject/achievement/alignment/0/targetName"
    labels = set()
    for number in range(20):
        other = with_text(badge(), place, f"A{number}")
        assert compared(shapes, other)
        known = shapes.find(other)
        canonical = None if known is None else known.canonical()
        assert canonical is not None
        labels.add(tuple(canonical.labels.values()))
    assert len(labels) > 1


def test_unnamed_things_that_look_alike_are_told_apart_as_ever(shapes: Shapes) -> None:
    place = "credentialSubject/achievement/alignment/1"
    twin = badge()["credentialSubject"]["achievement"]["alignment"][0]
    assert compared(shapes, with_text(badge(), place, twin))
    described = [
        {
            "id": f"urn:r:{n}",
            "type": ["ResultDescription"],
            "name": f"{n}",
            "allowedValue": list("ab"),
        }
        for n in range(3)
    ]
    lists = with_text(badge(), "credentialSubject/achievement/resultDescription", described)
    taught(shapes, lists)
    assert all(compared(shapes, with_text(lists, NAME, f"n{number}")) for number in range(12))
    assert compared(shapes, with_text(lists, f"{RESULTS}/0/allowedValue/0", "c"))
    assert compared(shapes, with_text(lists, f"{RESULTS}/1/allowedValue", ["b", "b"]))


# Whatever depends on more than the texts in the slots is left to the full processor.


def left_to_the_processor(shapes: Shapes, document: Json) -> bool:
    known = shapes.find(document)
    return known is None or known.canonical() is None


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            with_text(badge(), "credentialSubject/achievement/tag", ["same", "same"]),
            id="a statement made twice",
        ),
        pytest.param(
            with_text(badge(), SUBJECT, "https://harbour.example/a/1"),
            id="two things with one name",
        ),
        pytest.param(with_text(badge(), SUBJECT, "urn:uuid:1"), id="the name of the document"),
        pytest.param(with_text(badge(), SUBJECT, "did:web:adä.example"), id="letters elsewhere"),
    ],
)
def test_what_may_merge_is_left_to_the_full_processor(shapes: Shapes, document: Json) -> None:
    assert left_to_the_processor(shapes, document)
    assert full(document) is not None


@pytest.mark.parametrize(
    "name", ["", "ada", "../ada", "_:ada", "@id", "id", "schema:ada", "did:web:a b", "https://<x>"]
)
def test_a_name_that_is_no_plain_address_is_left_to_the_full_processor(
    shapes: Shapes, name: str
) -> None:
    assert left_to_the_processor(shapes, with_text(badge(), SUBJECT, name))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("credentialSubject/achievement/creditsAvailable", 5),
        ("credentialSubject/achievement/tag", ["one", "two", "three"]),
        ("credentialSubject/achievement/tag", "one"),
        ("credentialSubject/achievement/tag", ["one", None]),
        ("credentialSubject/achievement/tag", ["one", {"@value": "two", "@language": "en"}]),
        ("credentialSubject/achievement/type", ["Achievement", "Other"]),
        ("credentialSubject/achievement/type", ["Alignment"]),
        ("credentialSubject/achievement/name", {"@value": "x"}),
        ("credentialSubject/achievement/unheard", "x"),
        ("@context", [CREDENTIALS_V2]),
        ("@context", [CREDENTIALS_V2, OPEN_BADGES_V3, CREDENTIALS_V2]),
    ],
)
def test_another_structure_is_another_shape(shapes: Shapes, path: str, value: Any) -> None:
    assert shapes.find(with_text(badge(), path, value)) is None


@pytest.mark.parametrize("one", [1, 1.0, True, "1"])
def test_one_is_not_one_point_nought_nor_true(one: Any) -> None:
    shapes = Shapes()
    place = "credentialSubject/achievement/creditsAvailable"
    for value in (1, 1.0, True, "1"):
        taught(shapes, with_text(badge(), place, value))
    assert compared(shapes, with_text(badge(), place, one))
    assert take_apart(with_text(badge(), place, one))[0] not in [
        take_apart(with_text(badge(), place, other))[0]
        for other in (1, 1.0, True, "1")
        if type(other) is not type(one)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": "b", "c": "d"}, {"c": "d", "a": "b"}),
        ({"a": ["b", "c"]}, {"a": ["b"], "c": "d"}),
        ({"a": {"b": "c"}}, {"a": ["b", "c"]}),
        ({"a": None}, {"a": "None"}),
        ({"a": 0.0}, {"a": -0.0}),
        ({"a": []}, {"a": {}}),
    ],
)
def test_the_key_of_a_structure_belongs_to_it_alone(one: Json, other: Json) -> None:
    assert take_apart(one)[0] != take_apart(other)[0]
    assert whole(one) != whole(other)


def test_what_no_json_reader_makes_has_no_shape(shapes: Shapes) -> None:
    class Text(str):
        __slots__ = ()

    assert shapes.find(with_text(badge(), NAME, ("a", "tuple"))) is None
    assert shapes.find(with_text(badge(), NAME, Text("x"))) is None


def test_half_a_character_is_left_to_the_full_processor(shapes: Shapes) -> None:
    assert left_to_the_processor(shapes, with_text(badge(), NAME, "\ud800"))
    shapes.learn(with_text(badge(), NAME, "\ud800"), [])


@pytest.mark.parametrize("place", [NAME, SUBJECT])
def test_a_frame_is_closed_all_around(place: str) -> None:
    document = badge()
    _, texts = take_apart(document)
    at = texts.index("Data literacy")
    frame = Frame(document, texts, [at])
    written = whole(document)
    assert written is not None
    assert frame.texts(written) == ["Data literacy"]
    assert frame.texts(written + b"0") is None
    assert frame.texts(written[:-1]) is None
    other = whole(with_text(document, SUBJECT, "did:web:eve.example"))
    assert other is not None
    assert frame.texts(other) is None


# What has been learned.


def test_a_shape_is_compiled_for_the_second_document_of_it() -> None:
    shapes = Shapes()
    quads = jsonld.to_rdf(badge(), fixed=LOOKED_UP)
    shapes.learn(badge(), quads)
    assert shapes.find(badge()) is None
    shapes.learn(badge(), quads)
    assert shapes.find(badge()) is not None


def test_what_all_credentials_of_an_achievement_share_is_given_for_good(shapes: Shapes) -> None:
    for number in range(20):
        assert compared(
            shapes, with_text(badge(id=f"urn:uuid:{number}"), SUBJECT, f"urn:s:{number}")
        )
    before = shapes.size
    # From here on the values of two slots are all there is to know.
    assert compared(shapes, with_text(badge(id="urn:uuid:x"), SUBJECT, "urn:s:x"))
    assert shapes.size == before
    assert compared(shapes, with_text(badge(id="urn:uuid:y"), NAME, "Another badge"))
    assert compared(shapes, badge(name="Another name"))


def test_two_profiles_with_one_name_are_filled_once_the_name_is_given() -> None:
    """The issuer is the creator in most badges: the same statements, twice."""
    creator = {"id": "did:web:harbour.example", "type": ["Profile"], "name": "Harbour"}
    shapes = Shapes()
    document = with_text(badge(), "credentialSubject/achievement/creator", creator)
    taught(shapes, document)
    filled = [compared(shapes, document | {"id": f"urn:uuid:{number}"}) for number in range(20)]
    assert not filled[0]
    assert all(filled[10:])


def test_the_cache_is_bounded_in_bytes() -> None:
    shapes = Shapes(max_bytes=500_000)
    documents = [
        badge(evidence=[{"type": ["Evidence"], "name": f"{n}"} for n in range(number)])
        for number in range(1, 13)
    ]
    for document in documents:
        taught(shapes, document)
        assert 0 < shapes.size <= 500_000
    assert shapes.find(documents[-1]) is not None
    assert shapes.find(documents[0]) is None


def test_a_shape_that_is_too_large_is_not_kept() -> None:
    shapes = Shapes(max_bytes=10)
    taught(shapes, badge())
    assert shapes.find(badge()) is None
    assert shapes.size == 0


def test_threads_share_the_shapes() -> None:
    shapes = Shapes()
    kinds = [badge(), badge(description="x"), badge(validUntil="2031-01-01T00:00:00Z")]

    def run(seed: int) -> int:
        chance = random.Random(seed)
        return sum(
            compared(shapes, with_text(chance.choice(kinds), NAME, f"n{number % 7}"))
            for number in range(40)
        )

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) > 100


# Conformance.


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("validFrom", "2026-13-01T00:00:00Z"),
        ("validFrom", "yesterday"),
        ("validFrom", "2032-01-01T00:00:00Z"),
        ("validUntil", "2020-01-01T00:00:00Z"),
        ("credentialSubject/achievement/alignment/0/targetType", "Skill"),
        ("credentialSubject/achievement/achievementType", "Nonsense"),
        ("credentialSubject/id", ""),
        ("id", ""),
    ],
)
def test_a_shape_does_not_vouch_for_what_its_rules_look_at(path: str, text: str) -> None:
    document = badge(validUntil="2031-01-01T00:00:00Z")
    document["credentialSubject"]["achievement"]["achievementType"] = "Course"
    document["credentialSubject"]["achievement"]["alignment"][0]["targetType"] = "CFItem"
    shapes = Shapes()
    taught(shapes, document)
    known = shapes.find(document)
    assert known is not None
    assert known.conforms()
    other = with_text(document, path, text)
    assert not conforms(other)
    found = shapes.find(other)
    assert found is None or not found.conforms()


def test_a_shape_of_something_wrong_vouches_for_nothing() -> None:
    wrong = badge()
    del wrong["credentialSubject"]["achievement"]["criteria"]
    shapes = Shapes()
    taught(shapes, wrong)
    known = shapes.find(wrong)
    assert known is not None
    assert known.canonical() == full(wrong)
    assert not known.conforms()


# In the library.


def test_documents_of_a_known_shape_are_refused_like_any_other() -> None:
    SHAPES.clear()
    for number in range(3):
        assert Unsecured(badge(id=f"urn:uuid:{number}")).canonical.text
    with pytest.raises(DataLoss):
        _ = Unsecured(with_text(badge(), SUBJECT, "ada")).canonical
    own = with_text(badge(), "credentialSubject/@context", {"ada": "urn:ada"})
    for _ in range(3):
        with pytest.raises(jsonld.OwnWords):
            _ = Unsecured(own).canonical
    signed = badge() | {"proof": {"@context": {"x": "urn:x"}}}
    with pytest.raises(jsonld.OwnWords):
        _ = Unsecured(signed).canonical


def test_a_known_shape_is_written_as_json_like_any_other(shapes: Shapes) -> None:
    document = with_text(badge(), NAME, 'é "quoted" \U0001d11e \x7f\u2028\n')
    known = shapes.find(document)
    assert known is not None
    assert known.json() == dump(document).decode()
    assert json.loads(known.json()) == document


def test_lines_that_values_can_turn_round_are_sorted_each_time() -> None:
    lines = Sorted.of([("a ", 0, "."), ("a ", 1, "."), ("b",), ("a x", 0, "")])
    assert lines.text(["2", "1"], apart=True) == "a 1.a 2.a x2b"
    assert lines.text(["z", "y"], apart=True) == "a xza y.a z.b"
    assert lines.text(["1", "1"], apart=True) is None
    assert lines.text(["1", "1"], apart=False) == "a 1.a 1.a x1b"
    assert lines.given({0: "2", 1: "1"}).text([], apart=True) == "a 1.a 2.a x2b"
