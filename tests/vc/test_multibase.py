"""Multibase: one spelling for each value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc import multibase
from cairn.vc.errors import BadKey

# draft-msporny-base58-03 §5, and the edge cases of leading zero bytes.
BASE58 = [
    (b"", "z"),
    (b"\0", "z1"),
    (b"\0\0\0", "z111"),
    (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
    (
        b"The quick brown fox jumps over the lazy dog.",
        "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
    ),
    (bytes.fromhex("0000287fb4cd"), "z11233QC4"),
]


@pytest.mark.parametrize(("data", "text"), BASE58)
def test_published_base58_values(data: bytes, text: str) -> None:
    assert multibase.base58btc(data) == text
    assert multibase.decode(text) == data


def test_base64url_has_no_padding_and_two_own_characters() -> None:
    assert multibase.base64url(b"\xfb\xff\xfe\x01") == "u-__-AQ"
    assert multibase.decode("u-__-AQ") == b"\xfb\xff\xfe\x01"


@given(st.binary(max_size=200))
def test_bytes_survive_both_encodings(data: bytes) -> None:
    assert multibase.decode(multibase.base58btc(data)) == data
    assert multibase.decode(multibase.base64url(data)) == data
    assert multibase.decode64(multibase.encode64(data)) == data


@given(st.sampled_from("zu"), st.text(alphabet="1zZ9aAbB0OIl-_+/= \n\u00e9", max_size=12))
def test_a_text_that_is_read_is_the_one_that_would_be_written(prefix: str, rest: str) -> None:
    write = multibase.base58btc if prefix == "z" else multibase.base64url
    try:
        data = multibase.decode(prefix + rest)
    except BadKey:
        return
    assert write(data) == prefix + rest


@pytest.mark.parametrize("text", ["z0", "zO", "zI", "zl", "z 2", "z2\n", "z2=", "z\u0661"])
def test_foreign_characters_in_base58_are_refused_with_their_place(text: str) -> None:
    with pytest.raises(BadKey, match=r"^Character [23] does not belong to base58btc"):
        multibase.decode(text)


@pytest.mark.parametrize(
    "text", ["uAA==", "uA", "uAB", "u+w", "u/w", "uA A", "u\u00e9\u00e9", "uAAAAA"]
)
def test_base64url_with_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(BadKey, match="base64url without padding"):
        multibase.decode(text)


@pytest.mark.parametrize("text", ["", "6Mk", "mAAAA", "f00", "Z2"])
def test_other_encodings_are_refused(text: str) -> None:
    with pytest.raises(BadKey, match="does not say how it is encoded"):
        multibase.decode(text)


def test_long_base58_is_refused_before_any_work() -> None:
    assert multibase.decode("z" + "1" * multibase.MAX_BASE58) == bytes(multibase.MAX_BASE58)
    with pytest.raises(BadKey, match="at most 1024 are read"):
        multibase.decode("z" + "2" * 2_000_000)


def test_an_error_never_repeats_the_text() -> None:
    secret = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjx0"
    with pytest.raises(BadKey) as caught:
        multibase.decode(secret)
    assert secret[2:8] not in str(caught.value)
