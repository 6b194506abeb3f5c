"""Strict JSON: what one reader sees under a signature, every reader sees."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc.document import MAX_BYTES, MAX_DEPTH, MAX_NUMBER, dump, parse, pointer
from cairn.vc.errors import Unreadable

REFUSED = {
    "a name that stands twice": ('{"a": 1, "b": {"c": 1, "c": 2}}', "/b/c"),
    "a name that stands twice in two spellings": ('{"a": 1, "\\u0061": 2}', "/a"),
    "a name that stands three times": ('{"a": 1, "a": 2, "a": 3}', "/a"),
    "a name that stands twice in a list": ('{"a": [1, {"b": 1, "b": 1}]}', "/a/1/b"),
    "a name with a slash that stands twice": ('{"a/b": 1, "a/b": 2}', "/a~1b"),
    "the outer of two faults": ('{"a": {"b": 1, "b": 2}, "a": 3}', "/a"),
    "a lone high surrogate": ('{"a": ["\\ud800"]}', "/a/0"),
    "a lone low surrogate": ('{"a": "\\udfff x"}', "/a"),
    "surrogates the wrong way round": ('{"a": "\\udf00\\ud83d"}', "/a"),
    "a lone surrogate in a name": ('{"a": {"\\ud800": 1}}', "/a"),
    "a NUL": ('{"a": {"b": "x\\u0000y"}}', "/a/b"),
    "an integer beyond 2^53": (f'{{"a": {MAX_NUMBER + 1}}}', "/a"),
    "a negative integer beyond 2^53": (f'{{"a": [{-MAX_NUMBER - 1}]}}', "/a/0"),
    "an integer of a million digits": ('{"a": ' + "1" * 1_000_000 + "}", "/a"),
    "a number written as 1e400": ('{"a": {"b": 1e400}}', "/a/b"),
    "a number written as 1e16": ('{"a": 1e16}', "/a"),
}


@pytest.mark.parametrize(("text", "place"), REFUSED.values(), ids=REFUSED)
def test_what_two_readers_would_read_differently_is_refused_with_its_place(text, place):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    assert (caught.value.code, caught.value.pointer) == ("document.unreadable", place)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        '{"a": 1,}',
        "{'a': 1}",
        '{"a": 01}',
        '{"a": .5}',
        '{"a": +1}',
        '{"a": "\t"}',
        '{"a": "\0"}',
        '{"a": 1} {"b": 2}',
        '{"a": "\\x41"}',
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        '/* note */ {"a": 1}',
    ],
)
def test_what_is_not_json_is_refused(text):
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize("text", ["[]", '"x"', "1", "null", "true"])
def test_a_credential_is_an_object(text):
    with pytest.raises(Unreadable, match="object") as caught:
        parse(text)
    assert caught.value.pointer == ""


@pytest.mark.parametrize(
    "raw",
    [b'{"a": "\xff"}', b'{"a": "\xc0\xaf"}', b'{"a": "\xed\xa0\x80"}', '{"a": 1}'.encode("utf-16")],
)
def test_text_that_is_not_utf8_is_refused(raw):
    with pytest.raises(Unreadable, match="UTF-8"):
        parse(raw)


def test_a_byte_order_mark_is_tolerated():
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_size_is_refused_before_anything_is_read():
    with pytest.raises(Unreadable, match="2,097,152"):
        parse(b"{" + b" " * MAX_BYTES + b"}")
    assert parse(b"{" + b" " * (MAX_BYTES - 2) + b"}") == {}
    with pytest.raises(Unreadable, match="at most 3"):
        parse(b"{  }", max_bytes=3)


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ('{"a":[', "]}")])
def test_depth_is_bounded_before_a_recursive_reader_meets_it(opening, closing):
    levels = MAX_DEPTH // len(closing)
    assert parse(opening * levels + "1" + closing * levels)
    for more in (1, 10_000, 300_000):
        with pytest.raises(Unreadable, match="64 levels"):
            parse(opening * (levels + more))


def test_brackets_inside_text_are_not_depth():
    text = '"' + '[{\\"' * 200 + '\\\\"'
    assert parse('{"a": ' + text + "}") == {"a": '[{"' * 200 + "\\"}


@pytest.mark.parametrize("number", [MAX_NUMBER, -MAX_NUMBER, 0, 1.5, -0.0, 1e-7, 5e-324, 1e15])
def test_numbers_that_every_reader_agrees_on_are_kept(number):
    value = parse(json.dumps({"a": number}))["a"]
    assert (value, math.copysign(1, value)) == (number, math.copysign(1, number))


def test_characters_outside_the_basic_plane_are_kept():
    assert parse('{"a": "\\ud834\\udd1e 𝄞"}') == {"a": "𝄞 𝄞"}


def test_dump_is_compact_and_keeps_order_and_letters():
    assert dump({"b": "é", "a": [1, None]}) == '{"b":"é","a":[1,null]}'.encode()
    with pytest.raises(ValueError, match="JSON compliant"):
        dump({"a": math.nan})


@pytest.mark.parametrize(
    ("parts", "written"), [((), ""), (("a", 0, "b/c~d"), "/a/0/b~1c~0d"), (("",), "/")]
)
def test_a_pointer_is_written_as_rfc_6901_says(parts, written):
    assert pointer(*parts) == written


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_NUMBER, MAX_NUMBER)
    | st.floats(-1e15, 1e15, allow_nan=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXT, VALUES, max_size=5), st.booleans())
def test_what_is_allowed_comes_back_as_it_was(value, escaped):
    assert parse(dump(value)) == value
    assert parse(json.dumps(value, ensure_ascii=escaped)) == value


@given(st.binary(max_size=200))
def test_bytes_are_read_or_refused_and_nothing_else(raw):
    try:
        value = parse(raw)
    except Unreadable as exc:
        assert exc.message.endswith(".")  # noqa: PT017
    else:
        assert isinstance(value, dict)
