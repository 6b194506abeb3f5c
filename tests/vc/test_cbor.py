"""CBOR: one spelling for each value, and nothing that is not needed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import cbor

# RFC 8949, Appendix A: the examples of the kinds that are read.
EXAMPLES = [
    (0, "00"),
    (23, "17"),
    (24, "1818"),
    (100, "1864"),
    (1000, "1903e8"),
    (1000000, "1a000f4240"),
    (18446744073709551615, "1bffffffffffffffff"),
    (-18446744073709551616, "3bffffffffffffffff"),
    (-1, "20"),
    (-100, "3863"),
    (False, "f4"),
    (True, "f5"),
    (None, "f6"),
    (b"", "40"),
    (bytes.fromhex("01020304"), "4401020304"),
    ("", "60"),
    ("ü", "62c3bc"),
    ("水", "63e6b0b4"),
    ("\U00010151", "64f0908591"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
    (cbor.Tagged(1, 1363896240), "c11a514b67b0"),
    (
        cbor.Tagged(32, "http://www.example.com"),
        "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
    ),
]


@pytest.mark.parametrize(("value", "written"), EXAMPLES)
def test_the_examples_of_the_standard(value: object, written: str) -> None:
    assert cbor.encode(value).hex() == written
    assert cbor.decode(bytes.fromhex(written)) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0000",  # something follows
        "1817",  # 23 in two bytes
        "190018",
        "18",  # cut off
        "5f42010243030405ff",  # open lengths
        "9fff",
        "7fff",
        "bfff",
        "ff",
        "f93c00",  # floats
        "fa47c35000",
        "f7",  # undefined
        "f818",
        "f814",  # false, in two bytes
        "a2010101",  # cut off
        "a201010102",  # a label twice
        "a1f401",  # labels that are neither
        "a18001",
        "a1410101",
        "62c328",  # not UTF-8
        "9affffffff",  # announces what was not sent
        "5affffffff",
        "c1",
        "818181818181818181",  # too deep
        "c1c1c1c1c1c1c1c1c100",
        "1c",
    ],
)
def test_everything_else_is_refused(written: str) -> None:
    with pytest.raises(cbor.NotCbor):
        cbor.decode(bytes.fromhex(written))


@pytest.mark.parametrize("value", [1.5, {1, 2}, 1 << 64, -(1 << 64) - 1])
def test_what_cannot_be_written_is_said(value: object) -> None:
    with pytest.raises(TypeError, match="CBOR as it is written here has no"):
        cbor.encode(value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 64), (1 << 64) - 1) | st.binary() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-9, 99) | st.text(max_size=3), inner, max_size=4)
        | st.builds(cbor.Tagged, st.integers(0, 999), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=100)
@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    assert cbor.decode(cbor.encode(value), max_depth=20) == value


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_every_value_has_one_spelling(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except cbor.NotCbor:
        return
    assert cbor.encode(value) == data
