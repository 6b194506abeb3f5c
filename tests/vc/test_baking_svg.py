"""SVG: bytes are inserted, never re-serialised; a drawing that runs or fetches is not baked."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc.baking import BadImage, Baked, bake, unbake
from cairn.vc.baking.svg_reader import MAX_DEPTH, MAX_ELEMENTS
from tests.support.pictures import svg

HOSTILE = Path(__file__).parents[1] / "vectors" / "hostile-pictures"
CREDENTIAL = '{"name":"Ada"}'
JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl"
OB3 = "https://purl.imsglobal.org/ob/v3p0"
OB2 = "http://openbadges.org"
XMLNS = f' xmlns:openbadges="{OB3}"'
XMLNS2 = f' xmlns:openbadges="{OB2}"'
ELEMENT = f"<openbadges:credential><![CDATA[{CREDENTIAL}]]></openbadges:credential>"
DOCTYPE = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
)


def _refused(image: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        unbake(image)
    return caught.value.code


def _not_baked(image: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        bake(image, CREDENTIAL)
    return caught.value.code


def test_json_stands_in_cdata_right_after_the_start_tag() -> None:
    assert bake(svg(), CREDENTIAL) == svg(ELEMENT + '<circle r="9"/>', attributes=XMLNS)


def test_a_jws_stands_in_the_verify_attribute() -> None:
    element = f'<openbadges:credential verify="{JWS}"></openbadges:credential>'
    assert bake(svg(), JWS) == svg(element + '<circle r="9"/>', attributes=XMLNS)


_attributes = st.sampled_from(
    ["", ' viewBox="0 0 9 9"', " class='a > b'", ' id="x"\n\t', ' desc="xmlns:openbadges=&quot;"']
)
_prologs = st.sampled_from(
    [
        "",
        "\ufeff",
        '<?xml version="1.0"?>\n',
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\r\n',
        '\ufeff<?xml version="1.0" encoding="utf-8"?>',
        DOCTYPE,
        "<!DOCTYPE svg>",
        "<!-- <svg> Zoë --><?editor keep?>",
    ]
)
_insides = st.sampled_from(
    [
        "<g><path d='M0 0'/></g>",
        "<title>Zoë &amp; \U0001f600</title><desc><![CDATA[<svg>]]></desc>",
        "\r\n<circle r='9'/>\t<!-- </svg> -->",
        '<style>.a{fill:url("#g");src:url(data:font/woff2;base64,AA)}</style>',
        '<image href="data:image/png;base64,AA"/><use href="#x"/>',
    ]
)


@given(attributes=_attributes, prolog=_prologs, inside=_insides)
def test_every_other_byte_stays(attributes: str, prolog: str, inside: str) -> None:
    picture = svg(inside, attributes=attributes, prolog=prolog)
    baked = bake(picture, CREDENTIAL)
    assert baked == svg(ELEMENT + inside, attributes=attributes + XMLNS, prolog=prolog)
    assert baked.replace(ELEMENT.encode(), b"").replace(XMLNS.encode(), b"") == picture


@given(st.lists(st.sampled_from(["]]>", "]", ">", "\\r", "é", "\U0001f600", "<![CDATA["])))
def test_another_xml_reader_gets_the_same_json(parts: list[str]) -> None:
    text = '{"name":\r\n"' + "".join(parts).replace("\\r", "\\\\r") + '"}\r'
    root = ET.fromstring(bake(svg(), text))
    assert root[0].tag == f"{{{OB3}}}credential"
    assert root[0].text == text


def test_a_character_that_xml_cannot_carry_is_refused_with_the_cure() -> None:
    with pytest.raises(BadImage, match=r"U\+FFFE.* PNG instead") as caught:
        bake(svg(), '{"name":"\ufffe"}')
    assert caught.value.code == "image.payload"


@pytest.mark.parametrize(
    "old",
    [
        svg(f'<circle r="9"/>{ELEMENT}', attributes=XMLNS),
        svg('<openbadges:credential verify="aa.bb.cc"/><circle r="9"/>', attributes=XMLNS),
        svg(
            '<openbadges:assertion verify="https://example.org/1"/><circle r="9"/>',
            attributes=XMLNS2,
        ),
        svg(
            f'<openbadges:assertion  verify="a.b.c">{{}}</openbadges:assertion ><circle r="9"/>'
            f"<b:credential xmlns:b='{OB3}'>{{}}</b:credential>",
            attributes=f" xmlns:openbadges='{OB2}'",
        ),
    ],
    ids=["last", "empty-element", "ob2", "both"],
)
def test_a_credential_of_either_version_is_replaced(old: bytes) -> None:
    assert bake(old, CREDENTIAL) == bake(svg(), CREDENTIAL)


def test_a_prefix_used_for_something_else_is_declared_again_on_the_element() -> None:
    foreign = ' xmlns:openbadges="urn:other"'
    baked = bake(svg("<openbadges:x/>", attributes=foreign), CREDENTIAL)
    assert unbake(baked).text == CREDENTIAL
    assert ELEMENT.replace(">", f"{XMLNS}>", 1).encode() + b"<openbadges:x/>" in baked
    assert bake(baked, CREDENTIAL) == baked


@pytest.mark.parametrize(
    ("inside", "attributes", "text"),
    [
        (f"<ob:credential>{CREDENTIAL}</ob:credential>", f' xmlns:ob="{OB3}"', CREDENTIAL),
        (f'<credential xmlns="{OB3}">\n {CREDENTIAL} \n</credential>', "", CREDENTIAL),
        ("<ob:credential>{&quot;a&quot;:1}</ob:credential>", f' xmlns:ob="{OB3}"', '{"a":1}'),
        (
            '<ob:credential>\n <![CDATA[ {"a":]]>\n<!-- b --><![CDATA[1} ]]>\n</ob:credential>',
            f" xmlns:ob='{OB3}'",
            ' {"a":\n1} ',
        ),
    ],
    ids=["prefix", "default-namespace", "escaped", "layout-around-cdata"],
)
def test_a_credential_is_found_by_its_namespace(inside: str, attributes: str, text: str) -> None:
    assert unbake(svg(inside, attributes=attributes)) == Baked(text, "ob3", "json")


@pytest.mark.parametrize(
    ("element", "text", "form"),
    [
        ('<o:assertion verify="https://example.org/1"/>', "https://example.org/1", "url"),
        ('<o:assertion verify="https://example.org/1">{"a":1}</o:assertion>', '{"a":1}', "json"),
        ('<o:assertion verify="aa.bb.cc">{"a":1}</o:assertion>', "aa.bb.cc", "jws"),
    ],
)
def test_open_badges_2_is_read(element: str, text: str, form: str) -> None:
    assert unbake(svg(element, attributes=f' xmlns:o="{OB2}"')) == Baked(text, "ob2", form)


def test_open_badges_3_is_read_before_open_badges_2() -> None:
    both = f'<o:assertion xmlns:o="{OB2}">{{"v":2}}</o:assertion>{ELEMENT}'
    assert unbake(svg(both, attributes=XMLNS)).text == CREDENTIAL


def test_an_address_is_no_open_badges_3_credential() -> None:
    element = '<openbadges:credential verify="https://example.org/1"/>'
    assert _refused(svg(element, attributes=XMLNS)) == "image.payload"


def test_two_credentials_are_refused_for_reading_and_baking() -> None:
    picture = svg(ELEMENT + ELEMENT, attributes=XMLNS)
    assert _refused(picture) == "image.two_credentials"
    assert _not_baked(picture) == "image.two_credentials"


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (svg(f"<g>{ELEMENT}</g>", attributes=XMLNS), "image.svg_place"),
        (svg(ELEMENT.replace("<![", "<b/><!["), attributes=XMLNS), "image.svg_place"),
        (b"<html></html>", "image.svg_malformed"),
        (b'<svg xmlns="urn:other"/>', "image.svg_malformed"),
        (svg()[:-8], "image.svg_malformed"),
        (svg() + b"<svg/>", "image.svg_malformed"),
        (svg("<g a='1' a='2'/>"), "image.svg_malformed"),
        (svg("<x:g/>"), "image.svg_malformed"),
        (svg("<title>&nbsp;</title>"), "image.svg_malformed"),
        (b"<svg>\0</svg>", "image.svg_malformed"),
        (svg("<title>Zoë</title>").decode().encode("latin-1"), "image.svg_encoding"),
        (svg(prolog='<?xml version="1.0" encoding="ISO-8859-1"?>'), "image.svg_encoding"),
        (svg().decode().encode("utf-16"), "image.svg_encoding"),
        (svg("<g>" * 10_000 + "</g>" * 10_000), "image.svg_too_complex"),
        (svg("<g/>" * MAX_ELEMENTS), "image.svg_too_complex"),
        (svg(prolog='<!DOCTYPE svg [<!ENTITY a "b">]>'), "image.svg_doctype"),
        (svg(prolog='<!DOCTYPE svg [<!ATTLIST svg onload CDATA "x">]>'), "image.svg_doctype"),
        (svg(prolog='<!DOCTYPE svg SYSTEM "file:///etc/passwd">'), "image.svg_doctype"),
        (svg(prolog='<!DOCTYPE svg SYSTEM "https://example.org/a.dtd">'), "image.svg_doctype"),
        (svg("<title>&nbsp;</title>", prolog=DOCTYPE), "image.svg_doctype"),
        (
            svg(
                '<o:credential verify="aa.b&x;b.cc"/>',
                attributes=f' xmlns:o="{OB3}"',
                prolog=DOCTYPE,
            ),
            "image.svg_doctype",
        ),
    ],
    ids=[
        "nested-credential",
        "element-in-credential",
        "html",
        "other-namespace",
        "cut",
        "two-roots",
        "attribute-twice",
        "unknown-prefix",
        "unknown-entity",
        "nul",
        "latin-1",
        "says-latin-1",
        "utf-16",
        "deep",
        "many-elements",
        "entity",
        "default-attribute",
        "dtd-file",
        "dtd-address",
        "undeclared-entity",
        "undeclared-entity-in-verify",
    ],
)
def test_a_broken_or_tricky_file_is_neither_read_nor_baked(image: bytes, code: str) -> None:
    assert _refused(image) == code
    assert _not_baked(image) == code


def test_nesting_up_to_the_limit_is_fine() -> None:
    deep = MAX_DEPTH - 1
    assert unbake(bake(svg("<g>" * deep + "</g>" * deep), CREDENTIAL)).text == CREDENTIAL


@pytest.mark.parametrize("name", ["external-entity.svg", "entity-bomb.svg"])
def test_a_file_with_entities_is_refused_before_any_is_used(name: str) -> None:
    image = (HOSTILE / name).read_bytes()
    assert _refused(image) == "image.svg_doctype"
    assert _not_baked(image) == "image.svg_doctype"


def test_a_file_with_a_script_is_read_but_not_baked() -> None:
    image = (HOSTILE / "script.svg").read_bytes()
    assert unbake(image) == Baked(CREDENTIAL, "ob3", "json")
    assert _not_baked(image) == "image.svg_active"


@pytest.mark.parametrize(
    "inside",
    [
        "<SCRIPT/>",
        "<foreignObject/>",
        '<p xmlns="http://www.w3.org/1999/xhtml"/>',
        '<g onclick="x()"/>',
        '<g ONLOAD="x()"/>',
        '<a href="javascript:x()"/>',
        '<a xmlns:l="http://www.w3.org/1999/xlink" l:href=" java&#10;script:x()"/>',
        '<set attributeName="xlink:href" to="#b"/>',
        '<animate attributeName="onclick" to="x()"/>',
        "<style>a{width:expression(1)}</style>",
    ],
)
def test_a_drawing_that_can_run_something_is_not_baked(inside: str) -> None:
    assert _not_baked(svg(inside)) == "image.svg_active"


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="https://example.org/a.png"/>',
        '<image href="//example.org/a.png"/>',
        '<image href="a.png"/>',
        '<image href="data:image/svg+xml,x"/>',
        '<use href="other.svg#a"/>',
        '<a href="https://example.org/"/>',
        '<g fill="url(https://example.org/a)"/>',
        "<g fill=\"URL( 'a.svg#b' )\"/>",
        '<g fill="u\\72l(https://example.org/a)"/>',
        '<g style="background:url(//example.org/a)"/>',
        '<g cursor="image-set(&apos;a.png&apos; 1x)"/>',
        '<style>@import "https://example.org/a.css";</style>',
        "<style><![CDATA[a{fill:url(]]>//example.org/a)}</style>",
        "<style>@imp\\6frt 'a'</style>",
        '<style>@import "a.css";<style></style></style>',
        '<g xml:base="https://example.org/"/>',
        '<?xml-stylesheet href="a.css"?>',
    ],
)
def test_a_drawing_that_reaches_outside_itself_is_not_baked(inside: str) -> None:
    assert _not_baked(svg(inside)) == "image.svg_external"


@pytest.mark.parametrize(
    "inside",
    [
        '<g aria-label="Good behavior: image(s), url(s) @import \\o/ (yes)"/>',
        '<rdf:li xmlns:rdf="urn:r" rdf:resource="https://creativecommons.org/"/>',
        '<i:g xmlns:i="urn:i" i:export-filename="C:\\a (1).png"/>',
        '<g transform="translate(1 2)" fill="url(#a)" style="mask:url(\'#b\')"/>',
        '<animate attributeName="fill" to="url(#b)"/>',
        "<?xpacket begin='x'?>",
        '<a href=""/>',
    ],
)
def test_what_only_looks_dangerous_is_baked(inside: str) -> None:
    assert unbake(bake(svg(inside), CREDENTIAL)).text == CREDENTIAL


def test_a_refusal_names_the_line_and_the_cure() -> None:
    with pytest.raises(BadImage) as caught:
        bake(svg('\n\n<image href="https://example.org/a.png"/>'), CREDENTIAL)
    assert caught.value.message == (
        "This SVG reaches outside itself: href to https://example.org/a.png (line 3). "
        "Embed the picture or font it needs, or remove the reference."
    )


@pytest.mark.parametrize(
    ("image", "cure"),
    [(b"<svg><g/></svg>", "Add xmlns="), (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "empty")],
)
def test_a_drawing_that_would_show_nothing_is_not_baked(image: bytes, cure: str) -> None:
    with pytest.raises(BadImage, match=cure) as caught:
        bake(image, CREDENTIAL)
    assert caught.value.code == "image.svg_malformed"


@given(st.binary(max_size=80))
def test_bytes_after_a_start_tag_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(BadImage):
        unbake(b'<svg xmlns="http://www.w3.org/2000/svg">' + data)
