"""Baking whatever the picture: type by content, what may be carried, and the round trip."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc.baking import MAX_IMAGE, BadImage, Baked, bake, picture_type, unbake
from cairn.vc.document import MAX_BYTES
from tests.support.pictures import png, svg

VECTORS = Path(__file__).parents[1] / "vectors"
OB30 = VECTORS / "1edtech-ob30"
CREDENTIAL = '{"type":["VerifiableCredential"],"name":"Ada"}'
JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl"

# Every character JSON may hold raw inside a string, and what trips XML and PNG.
_scary = st.sampled_from(["]]>", "<![CDATA[", "]]", "<!ENTITY x 'y'>", "&amp;", "\U0001f600", "%"])
_strings = st.lists(st.text() | _scary, max_size=6).map("".join)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _strings,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_strings, inner, max_size=3),
    max_leaves=8,
)
_spaces = st.text(" \t\r\n", max_size=3)
_texts = st.builds(
    lambda value, before, after, indent, ascii_only: (
        before + json.dumps(value, ensure_ascii=ascii_only, indent=indent) + after
    ),
    st.dictionaries(_strings, _json, max_size=4),
    _spaces,
    _spaces,
    st.sampled_from([None, 1, "\r\n"]),
    st.booleans(),
)


def _representable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _fit_for_xml(text: str) -> bool:
    return "\ufffe" not in text and "\uffff" not in text


@given(text=_texts.filter(_representable))
def test_a_png_gives_back_the_same_text(text: str) -> None:
    baked = bake(png(), text)
    assert unbake(baked) == Baked(text, "ob3", "json")
    assert bake(baked, text) == baked


@given(text=_texts.filter(_representable).filter(_fit_for_xml))
def test_an_svg_gives_back_the_same_text(text: str) -> None:
    baked = bake(svg(), text)
    assert unbake(baked) == Baked(text, "ob3", "json")
    assert bake(baked, text) == baked


@given(first=_texts.filter(_representable).filter(_fit_for_xml))
def test_baking_again_replaces_the_first_credential(first: str) -> None:
    for picture in (png(), svg()):
        assert bake(bake(picture, first), CREDENTIAL) == bake(picture, CREDENTIAL)


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
def test_a_compact_jws_is_carried_without_the_space_around_it(picture: bytes) -> None:
    assert unbake(bake(picture, f"{JWS}\n")) == Baked(JWS, "ob3", "jws")
    assert bake(picture, f"{JWS}\n") == bake(picture, JWS)


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
@pytest.mark.parametrize(
    "text",
    ["", "[]", '"text"', "https://example.org/credential", "a.b", '{"a":"\0"}', '{"a":"\ud800"}'],
    ids=["empty", "array", "string", "url", "two-parts", "nul", "surrogate"],
)
def test_only_a_json_object_or_a_jws_is_baked(picture: bytes, text: str) -> None:
    with pytest.raises(BadImage) as caught:
        bake(picture, text)
    assert caught.value.code == "image.payload"


def test_a_credential_over_the_limit_is_not_baked() -> None:
    with pytest.raises(BadImage, match="longer than 2048 KiB") as caught:
        bake(png(), '{"a":"' + "x" * MAX_BYTES + '"}')
    assert caught.value.code == "image.payload"


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"RIFF\0\0\0\0WEBP", "WebP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "SVGZ"),
        (b"", "neither PNG nor SVG"),
        (b"{}", "neither PNG nor SVG"),
    ],
)
def test_other_files_are_named_with_the_cure(start: bytes, name: str) -> None:
    with pytest.raises(BadImage, match=name) as caught:
        picture_type(start)
    assert caught.value.code == "image.unknown_type"
    assert "save the picture" in caught.value.message


def test_a_picture_over_the_limit_is_not_read() -> None:
    with pytest.raises(BadImage) as caught:
        unbake(bytes(MAX_IMAGE + 1))
    assert caught.value.code == "image.too_large"


@pytest.mark.parametrize(
    ("name", "form", "length"),
    [
        ("simple-json.png", "json", 1365),
        ("simple-json.svg", "json", 1558),
        ("simple-jwt.png", "jws", 2263),
        ("simple-jwt.svg", "jws", 2263),
        ("simple-jwt_v1.png", "jws", 2549),
        ("simple-jwt_v1.svg", "jws", 2549),
    ],
)
def test_the_published_open_badges_3_pictures_are_read(name: str, form: str, length: int) -> None:
    found = unbake((OB30 / name).read_bytes())
    assert (found.kind, found.form, len(found.text)) == ("ob3", form, length)
    if form == "json":
        assert json.loads(found.text)["id"] == "http://example.com/credentials/3527"


def test_the_published_png_and_svg_carry_the_same_jws() -> None:
    assert (
        unbake((OB30 / "simple-jwt_v1.png").read_bytes()).text
        == unbake((OB30 / "simple-jwt_v1.svg").read_bytes()).text
    )


@pytest.mark.parametrize("name", sorted(path.name for path in OB30.glob("simple*.[ps][nv]g")))
def test_baking_into_a_published_picture_replaces_its_credential(name: str) -> None:
    baked = bake((OB30 / name).read_bytes(), CREDENTIAL)
    assert unbake(baked).text == CREDENTIAL
    assert baked.count(b"openbadgecredential" if name.endswith("png") else b"<openbadges:") == 1


def test_the_published_open_badges_2_picture_is_read_and_replaced() -> None:
    picture = (VECTORS / "1edtech-ob20/simple-badge.png").read_bytes()
    found = unbake(picture)
    assert (found.kind, found.form) == ("ob2", "json")
    assert json.loads(found.text)["type"] == "Assertion"
    assert unbake(bake(picture, CREDENTIAL)) == Baked(CREDENTIAL, "ob3", "json")


@pytest.mark.parametrize("name", ["beths-robot-badge.png", "robotics-badge.png"])
def test_a_picture_without_a_credential_says_so(name: str) -> None:
    with pytest.raises(BadImage, match="carries no credential") as caught:
        unbake((VECTORS / "1edtech-ob20/assets" / name).read_bytes())
    assert caught.value.code == "image.no_credential"
