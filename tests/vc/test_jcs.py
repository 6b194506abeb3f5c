"""JSON Canonicalization Scheme: the examples of RFC 8785, and that order and spelling mean nothing."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc.document import parse
from cairn.vc.jcs import canonicalize


def test_the_example_of_section_3_2_2():
    text = """{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }"""
    assert canonicalize(json.loads(text)) == (
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_the_example_of_section_3_2_3_orders_names_by_utf16():
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonicalize(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


# RFC 8785 §B: IEEE 754 bits and what they are written as.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_a_number_is_written_as_ecmascript_writes_it(bits, written):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonicalize(number) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ("\0\x0b\x1f", '"\\u0000\\u000b\\u001f"'),
        ('"\\/', '"\\"\\\\/"'),
        ("\x7f\x80\u2028é𝄞", '"\x7f\x80\u2028é𝄞"'),
    ],
)
def test_a_text_is_escaped_no_more_than_needed(text, written):
    assert canonicalize(text) == written


def test_empty_containers_and_nested_names():
    assert canonicalize({"b": {"d": {}, "c": []}, "a": None}) == '{"a":null,"b":{"c":[],"d":{}}}'


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_the_canonical_form_says_the_same_and_is_its_own_canonical_form(value):
    written = canonicalize(value)
    assert parse(written) == value
    assert canonicalize(parse(written)) == written


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_order_and_spelling_of_the_input_mean_nothing(value):
    other = json.dumps(dict(reversed(value.items())), indent=1, ensure_ascii=True)
    assert canonicalize(parse(other)) == canonicalize(value)
