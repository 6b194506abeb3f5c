"""PNG: only one chunk is added, and a broken file is named by its fault."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc.baking import BadImage, Baked, bake, unbake
from cairn.vc.baking.png import MAX_CHUNKS
from tests.support.pictures import END, HEADER, PIXELS, SIGNATURE, chunk, international, png

HOSTILE = Path(__file__).parents[1] / "vectors" / "hostile-pictures"
CREDENTIAL = '{"name":"Ada"}'
OB3 = b"openbadgecredential"
OB2 = b"openbadges"


def _refused(image: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        unbake(image)
    return caught.value.code


def test_the_chunk_stands_right_after_the_header_uncompressed() -> None:
    assert bake(png(), CREDENTIAL) == (
        SIGNATURE + HEADER + international(OB3, CREDENTIAL.encode()) + PIXELS + END
    )


@given(st.lists(st.tuples(st.sampled_from([b"tEXt", b"eXIf", b"acTL", b"fdAT"]), st.binary())))
def test_every_other_byte_stays(extra: list[tuple[bytes, bytes]]) -> None:
    chunks = [chunk(kind, b"Comment\0" + data) for kind, data in extra]
    picture = png(*chunks)
    added = international(OB3, CREDENTIAL.encode())
    cut = len(SIGNATURE) + len(HEADER)
    assert bake(picture, CREDENTIAL) == picture[:cut] + added + picture[cut:]


@pytest.mark.parametrize(
    "old",
    [
        international(OB3, b'{"name":"Bob"}'),
        international(OB2, b'{"type":"Assertion"}'),
        international(OB2, zlib.compress(b"{}"), compressed=True),
        chunk(b"tEXt", OB2 + b"\0https://example.org/1"),
        chunk(b"zTXt", OB2 + b"\0\0" + zlib.compress(b"{}")),
        international(OB3, b"{}") + chunk(b"tIME", bytes(7)) + international(OB2, b"{}"),
    ],
    ids=["ob3", "ob2", "ob2-compressed", "ob2-text", "ob2-ztxt", "both"],
)
def test_a_credential_of_either_version_is_replaced(old: bytes) -> None:
    kept = chunk(b"tIME", bytes(7)) if b"tIME" in old else b""
    assert bake(png(old), CREDENTIAL) == bake(png(kept), CREDENTIAL)


def test_open_badges_3_is_read_before_open_badges_2() -> None:
    picture = png(international(OB2, b'{"v":2}'), international(OB3, b'{"v":3}'))
    assert unbake(picture) == Baked('{"v":3}', "ob3", "json")


@pytest.mark.parametrize(
    ("old", "text", "form"),
    [
        (international(OB2, '{"name":"Zoë"}'.encode()), '{"name":"Zoë"}', "json"),
        (international(OB2, zlib.compress(b'{"a":1}'), compressed=True), '{"a":1}', "json"),
        (chunk(b"tEXt", OB2 + b"\0https://example.org/1"), "https://example.org/1", "url"),
        (chunk(b"tEXt", OB2 + b"\0" + b'{"name":"Zo\xeb"}'), '{"name":"Zoë"}', "json"),
        (international(OB2, b"aa.bb.cc"), "aa.bb.cc", "jws"),
    ],
    ids=["itxt", "compressed", "text-url", "text-latin-1", "jws"],
)
def test_open_badges_2_is_read_in_all_its_forms(old: bytes, text: str, form: str) -> None:
    assert unbake(png(old)) == Baked(text, "ob2", form)


def test_an_animated_png_is_fine() -> None:
    control = chunk(b"acTL", struct.pack(">II", 1, 0))
    assert unbake(bake(png(control), CREDENTIAL)).text == CREDENTIAL


def test_a_file_with_two_credentials_is_refused_for_reading_and_baking() -> None:
    picture = (HOSTILE / "two-credentials.png").read_bytes()
    assert _refused(picture) == "image.two_credentials"
    with pytest.raises(BadImage, match="two credentials"):
        bake(picture, CREDENTIAL)


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (SIGNATURE[:4], "image.png_signature"),
        (png().replace(b"\r\n", b"\n", 1), "image.png_signature"),
        (SIGNATURE, "image.png_no_header"),
        (SIGNATURE + PIXELS + END, "image.png_no_header"),
        (SIGNATURE + chunk(b"IHDR", b"short") + END, "image.png_no_header"),
        (png()[: -len(END)], "image.png_no_end"),
        (png()[:-1], "image.png_truncated"),
        (png()[:-12] + b"\0\0", "image.png_truncated"),
        (SIGNATURE + HEADER + b"\x7f\xff\xff\xffIDAT" + bytes(9), "image.png_truncated"),
        (SIGNATURE + HEADER + b"\xff\xff\xff\xffIDAT" + bytes(9), "image.png_length"),
        (SIGNATURE + HEADER + b"\0\0\0\0ID\0T" + bytes(9), "image.png_chunk"),
        (SIGNATURE + HEADER + chunk(b"tEXt") * MAX_CHUNKS + END, "image.png_chunk"),
        (png()[:-1] + b"\0", "image.png_checksum"),
        (png() + b"x", "image.png_after_end"),
        (png() + chunk(b"tEXt", b"a\0b"), "image.png_after_end"),
    ],
    ids=[
        "signature-cut",
        "line-ends-converted",
        "nothing-but-signature",
        "no-header",
        "short-header",
        "no-end",
        "end-cut",
        "cut-in-a-length",
        "length-past-the-file",
        "length-over-the-limit",
        "name-not-letters",
        "too-many-chunks",
        "wrong-checksum",
        "bytes-after-end",
        "chunk-after-end",
    ],
)
def test_a_broken_file_is_named_by_its_fault(image: bytes, code: str) -> None:
    assert _refused(image) == code
    with pytest.raises(BadImage) as caught:
        bake(image, CREDENTIAL)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("badge", "message"),
    [
        (international(OB3, zlib.compress(b"{}"), compressed=True), "compressed, which"),
        (chunk(b"tEXt", OB3 + b"\0{}"), "stands in a tEXt chunk"),
        (chunk(b"zTXt", OB2 + b"\0\0{}"), "stands in a zTXt chunk"),
        (international(OB3, b'{"a":"\xff"}'), "not UTF-8"),
        (chunk(b"iTXt", OB3), "lacks its fields"),
        (chunk(b"iTXt", OB3 + b"\0\0\0{}"), "lacks its fields"),
        (chunk(b"iTXt", OB3 + b"\0\x02\0\0\0{}"), "lacks its fields"),
        (international(OB2, b"not zlib", compressed=True), "cannot be unpacked"),
        (international(OB2, zlib.compress(b"{}")[:-3], compressed=True), "breaks off"),
        (international(OB2, zlib.compress(bytes(2**22)), compressed=True), "unpacks to more"),
    ],
    ids=[
        "ob3-compressed",
        "ob3-in-text",
        "ob2-in-ztxt",
        "not-utf-8",
        "no-fields",
        "one-field-missing",
        "unknown-compression",
        "not-zlib",
        "cut-zlib",
        "zlib-bomb",
    ],
)
def test_a_credential_chunk_of_the_wrong_form_is_refused(badge: bytes, message: str) -> None:
    with pytest.raises(BadImage, match=message) as caught:
        unbake(png(badge))
    assert caught.value.code == "image.png_text"


@pytest.mark.parametrize("text", [b"", b"[]", b"https://example.org/1", b"hello"])
def test_something_else_in_the_credential_chunk_is_refused(text: bytes) -> None:
    assert _refused(png(international(OB3, text))) == "image.payload"


@given(st.binary(max_size=200))
def test_bytes_after_the_signature_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(BadImage):
        unbake(SIGNATURE + data)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_never_gives_another_credential(place: int, change: int) -> None:
    baked = bytearray(bake(png(), CREDENTIAL))
    baked[place % len(baked)] ^= change
    try:
        text = unbake(bytes(baked)).text
    except BadImage:
        return
    assert text == CREDENTIAL
