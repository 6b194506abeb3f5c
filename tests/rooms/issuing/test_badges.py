import io
import re
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image

from cairn.design.content import Content
from cairn.design.selectors import AchievementView
from cairn.issuing.badges import SIZES, badge_caption, badge_png, badge_svg, level_number
from cairn.issuing.qr import qr_svg
from cairn.vc.baking import bake, unbake

TEXT = '{"id": "urn:example:1"}'


def view(slug="data-quality", achievement="ach_01", **content):
    told = {"title": "Data quality", "level": "AQF level 7", "hours": Decimal(40)} | content
    return AchievementView(
        achievement=achievement,
        slug=slug,
        version="ver_01",
        number=1,
        digest="",
        approved_on=date(2026, 3, 4),
        approved_until=None,
        content=Content(**told),
    )


@pytest.mark.parametrize(
    ("level", "number"),
    [
        ("AQF level 7", 7),
        ("7", 7),
        ("EQF 6 / AQF 7", 6),
        ("Framework of 2019, level 8", 8),
        ("NQF 2012-15 level 10", 10),
        ("Bachelor", None),
        ("Framework of 2019", None),
        ("not levelled", None),
        ("Not levelled", None),
        (None, None),
    ],
)
def test_the_number_of_a_level_is_read(level, number):
    assert level_number(view(level=level)) == number


def test_the_caption_says_what_is_seen():
    told = badge_caption(view(field_of_study="Nursing"))
    assert told == (
        "Badge: three stacked stones, the middle one rust red with two veins, for level 7"
    )
    assert f"<title>{told}</title>" in badge_svg(view(field_of_study="Nursing"))
    assert badge_caption(view(level="9")).startswith("Badge: four stacked stones, the highest one")
    assert badge_caption(view(level="4")).endswith("with one vein, for level 4")
    assert badge_caption(view(level="not levelled")).endswith("with no veins")


def test_one_field_of_study_has_one_colour():
    def colour(one):
        return badge_caption(one).split(" one ")[1].split(" with ")[0]

    told = {colour(view(slug=f"s{n}", field_of_study="Nursing")) for n in range(9)}
    assert told == {"rust red"}
    assert len({colour(view(slug=f"s{n}")) for n in range(40)}) == 6


def test_a_badge_changes_with_what_it_says_and_with_nothing_else():
    first = badge_svg(view())
    assert badge_svg(view()) == first
    assert badge_svg(view(title="Another title", description="Other words")) == first
    assert badge_svg(view(achievement="ach_02")) != first
    assert badge_svg(view(level="9")) != first
    assert badge_svg(view(hours=Decimal(120))) != first
    assert badge_svg(view(field_of_study="Chemistry")) != first


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_is_square_transparent_and_small(size):
    raw = badge_png(view(), size)
    picture = Image.open(io.BytesIO(raw))
    assert (picture.size, picture.mode) == ((size, size), "RGBA")
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    low, high = picture.getchannel("A").getextrema()
    assert (low, high) == (0, 255)
    assert len(raw) < 60_000


def test_other_sizes_are_not_drawn():
    with pytest.raises(ValueError, match="1200, 600, 400, 96 pixels a side, not 50000"):
        badge_png(view(), 50_000)


@pytest.mark.parametrize("draw", [lambda one: badge_svg(one).encode(), badge_png])
def test_a_badge_carries_a_credential(draw):
    assert unbake(bake(draw(view()), TEXT)).text == TEXT


def test_hostile_words_do_no_harm():
    hostile = view(slug='"><script>', level='level 7 <script>"', field_of_study="\0&<")
    assert unbake(bake(badge_svg(hostile).encode(), TEXT)).text == TEXT
    assert "<script" not in badge_svg(hostile)


def test_a_qr_code_has_its_title_and_its_quiet_zone():
    url = "https://badges.harbour.example/c/crd_0123456789abcdefghjkmnpqrs?a=1&b=<2>"
    drawn = qr_svg(url)
    modules = int(re.search(r'viewBox="0 0 (\d+) \1"', drawn)[1])
    assert (modules - 8 - 17) % 4 == 0
    assert "<title>QR code: https" in drawn
    assert "&amp;b=&lt;2&gt;</title>" in drawn
    assert "style" not in drawn
    # The first finder pattern stands four modules in: nothing is dark before it.
    assert re.search(r'stroke="#000" d="M4 4\.5h7m', drawn)
    assert drawn != qr_svg(url + "x")
