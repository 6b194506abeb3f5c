import io
from dataclasses import replace

import pytest
from PIL import Image

from cairn.issuing.preview import PreviewFacts, preview_name, preview_png
from cairn.stones import Pebble, badge

FACTS = PreviewFacts(
    title="Data quality",
    issuer="Harbour University",
    host="harbour.example",
    badge=badge(Pebble("ach_01", "fern", 2, 40.0), "Badge"),
    seed="ach_01",
    holder="Noor Haddad",
)
LONG = "Planning, running and documenting trustworthy assessments of professional competence " * 9


def drawn(**changes):
    raw = preview_png(replace(FACTS, **changes))
    picture = Image.open(io.BytesIO(raw))
    picture.load()
    return raw, picture


def words(**changes):
    """Where something stands to the right of the badge: left, upper, right, lower."""
    right = drawn(**changes)[1].convert("RGB").crop((540, 0, 1200, 500))
    return right.convert("L").point(lambda grey: 255 if grey < 128 else 0).getbbox()


@pytest.mark.parametrize("title", ["Data quality", LONG])
def test_it_has_the_size_that_other_sites_ask_for(title):
    raw, picture = drawn(title=title)
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(raw) < 120_000
    assert picture.convert("RGB").getpixel((1199, 0)) == (0xF8, 0xF7, 0xF3)


def test_the_same_facts_give_the_same_picture():
    raw, _picture = drawn()
    preview_png.cache_clear()
    assert drawn()[0] == raw


def test_the_badge_and_the_name_are_seen():
    picture = drawn()[1].convert("RGB")
    assert picture.getpixel((170, 315)) == (0x4C, 0x81, 0x63)
    assert words(title="", issuer="", holder="Noor Haddad") != words(title="", issuer="", holder="")


def test_words_end_before_the_edge():
    for text in (LONG, "W" * 10_000, "i" * 10_000):
        left, upper, right, lower = words(title=text, issuer=text, holder=text)
        assert left >= 2
        assert upper >= 40
        assert right <= 1128 - 540
        assert lower <= 500


def test_the_name_changes_with_what_is_shown():
    changes = [
        {"title": "Data quality 2"},
        {"issuer": "Another University"},
        {"holder": ""},
        {"host": "other.example"},
        {"badge": badge(Pebble("ach_02"), "Badge")},
        {"seed": "ach_02"},
        {"language": "de"},
    ]
    names = {preview_name(replace(FACTS, **change)) for change in changes} | {preview_name(FACTS)}
    assert len(names) == 8
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in names)
    assert preview_name(replace(FACTS)) == preview_name(FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "\ud800",
        "</text></svg><svg onload=alert(1)>&amp;]]>",
        "\u202eright to left\u202c",
        "\u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
        "\U0001f600 \u2764\ufe0f \U0001f468\u200d\U0001f469",
        "w" * 10_000,
        "a\u0301" * 10_000,
        "%(host)s {host} %s",
    ],
)
def test_hostile_words_are_only_words(text):
    _raw, picture = drawn(title=text, issuer=text, holder=text, host=text, seed=text)
    assert picture.size == (1200, 630)
    assert len(preview_name(replace(FACTS, title=text))) == 16


def test_half_a_name_is_not_shown():
    alone = words(title="", issuer="", holder="")
    assert words(title="", issuer="", holder="Noor \u05e9\u05dc\u05d5\u05dd") == alone
