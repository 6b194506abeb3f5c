import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.stones import (
    FIELDS,
    Box,
    Pebble,
    badge,
    band,
    breadth,
    cairn,
    contour_map,
    field_for,
    heap,
    layout,
    logo,
    outline,
    single,
    stone,
)

GOLDEN = Path(__file__).with_name("stones.golden.svg")
FERN = Pebble("ach_01", "fern", 2, 40)
BOX = Box(100, 50, 160, 80)
STATES = [
    Pebble("crd_1", "slate", 1, 20),
    Pebble("crd_2", "rust", 4, 120),
    Pebble("crd_3", "ochre", 2, kind="part"),
    Pebble("crd_4", kind="next"),
    Pebble("crd_5", kind="out"),
]
ANYTHING = st.text() | st.sampled_from(["<script>", "\0", "\ud800", "]]>&\"'", "\u202e"])


def drawings(seed="ach_01", title="A title"):
    pebble = Pebble(seed, "fern", 2, 40)
    return {
        "badge": badge(pebble, title),
        "badge css": badge(pebble, title, css=True),
        "single": single(pebble, title),
        "cairn": cairn([pebble, *STATES[1:]], title),
        "cairn of a file": cairn([pebble, *STATES[1:]], title, css=False),
        "logo": logo(title),
    }


def ids(svg):
    return re.findall(r' id="([^"]*)"', svg)


def test_a_drawing_is_the_same_for_ever():
    """When this fails, badges that people hold would look different: see decision 0006."""
    told = [
        badge(FERN, "Badge"),
        badge(Pebble("ach_02", "rust", 4, 200), "Badge", count=4, lit=3),
        cairn(STATES, "Cairn", css=False),
        single(FERN, css=False),
        contour_map("ach_01", 400, 300, box=BOX, rings=3, step=0.3, css=False),
        logo(),
    ]
    assert "\n".join(told) + "\n" == GOLDEN.read_text("utf-8")


def test_each_id_has_its_own_outline():
    drawn = {outline(f"crd_{number}", BOX) for number in range(2000)}
    assert len(drawn) == 2000


@pytest.mark.parametrize(
    ("level", "veins"),
    [(None, 0), (1, 1), (5, 1), (6, 2), (7, 2), (8, 3), (9, 4), (10, 4)],
)
def test_a_level_is_told_by_veins(level, veins):
    assert band(level) == veins
    drawn = stone(Pebble("crd_1", "fern", band(level)), BOX)
    paths = re.findall(r'stroke="#fff"[^>]* d="([^"]*)"', drawn)
    assert sum(path.count("M") for path in paths) == veins


def test_more_hours_make_a_wider_stone():
    widths = [breadth(hours) for hours in (0, 10, 25, 60, 150, 4000)]
    assert widths == sorted(widths)
    assert (widths[0], widths[-1]) == (0.84, pytest.approx(1.12))
    assert breadth(None) == 1.0


def test_a_field_of_study_has_one_colour_however_it_is_typed():
    assert field_for(" Health  data\n") == field_for("health data")
    assert {field_for(f"field {number}") for number in range(100)} == FIELDS.keys() - {"basalt"}
    assert field_for(" ") == "basalt"


def test_every_colour_is_seen_on_white_and_on_black():
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in [*FIELDS.values(), *re.findall(r"#[0-9a-f]{6}", badge(FERN, ""))]:
        assert 1.05 / (light(colour) + 0.05) >= 3, colour
        assert (light(colour) + 0.05) / 0.05 >= 3, colour


@given(seed=ANYTHING, title=ANYTHING.filter(lambda text: text != ""))
def test_hostile_words_stay_words(seed, title):
    for name, svg in drawings(seed, title).items():
        root = ET.fromstring(svg.encode())
        said = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", title)
        assert (root[0].text or "").split() == said.split(), name
        assert {child.tag.rpartition("}")[2] for child in root.iter()} <= {
            "svg", "title", "g", "path", "clipPath", "rect",
        }, name  # fmt: skip


def test_nothing_is_styled_scripted_or_fetched():
    for name, svg in drawings().items():
        assert not re.search(r"style=|<script|href=|\bon\w+=|url\((?!#)", svg), name
        assert svg.count("http") == svg.count('xmlns="http://www.w3.org/2000/svg"') == 1


def test_a_drawing_for_a_page_names_classes_and_one_for_a_file_colours():
    page, file = badge(FERN, "x", css=True), badge(FERN, "x")
    assert 'class="st st-fern"' in page
    assert not re.search(r"#[0-9a-f]{6}", page)
    assert 'fill="#4c8163"' in file
    assert "class=" not in file
    assert 'class="st-next"' in cairn(STATES)
    assert 'class="st-out"' in cairn(STATES)


def test_ids_differ_wherever_drawings_do():
    # What once met: seed "a1" with stone 1, and seed "a" with stone 11.
    pages = [badge(Pebble(seed, "fern", 2), "x", key=key) for seed in ("a", "a1") for key in "ab"]
    pages += [cairn(STATES, key="one"), cairn(STATES, key="two")]
    found = [one for page in pages for one in ids(page)]
    assert len(found) == len(set(found)) == 10
    assert all(re.fullmatch("s[0-9a-f]{16}", one) for one in found)
    for page in pages:
        assert set(re.findall(r"url\(#([^)]*)\)", page)) == set(ids(page))


def test_a_drawing_without_a_title_is_decoration():
    assert 'aria-hidden="true"' in single(FERN)
    assert "<title>" not in cairn([])
    assert 'role="img"><title>Two &amp; more</title>' in single(FERN, "Two & more")


@given(seed=st.text(), count=st.integers(1, 5), lit=st.integers(-1, 4))
def test_stones_stand_on_each_other_inside_the_square(seed, count, lit):
    boxes = layout(seed, count, 100, lit=lit)
    assert len(boxes) == count
    for lower, upper in itertools.pairwise(boxes):
        assert upper.cy + upper.h / 2 < lower.cy - lower.h / 2
    for box in boxes:
        assert 0 < box.cx - box.w / 2 < box.cx + box.w / 2 < 100
        assert box.cy - box.h / 2 > 0


@pytest.mark.parametrize("count", [0, 1, 5, 6, 13, 28, 500])
def test_a_heap_holds_many_and_stays_inside(count):
    boxes = heap("seed", count, 100)
    assert len(boxes) == min(count, 28)
    assert all(box.cx - box.w / 2 > 0 and box.cx + box.w / 2 < 100 for box in boxes)
    assert all(box.cy - box.h / 2 > 0 and box.cy + box.h / 2 < 100 for box in boxes)


@given(seed=st.text(), hours=st.floats(0, 1000), place=st.sampled_from([(3, 0), (3, 1), (4, 3)]))
def test_a_badge_never_leaves_its_square(seed, hours, place):
    count, lit = place
    drawn = badge(Pebble(seed, "fern", 2, hours), "x", count=count, lit=lit)
    outlines = re.sub(r"<clipPath.*?</clipPath>", "", drawn)
    for data in re.findall(r'd="(M[^"]*Z)"', outlines):
        assert all(0 < float(value) < 600 for value in re.findall(r"[\d.-]+", data))


def test_a_stone_that_is_not_there_cannot_be_lit():
    with pytest.raises(ValueError, match="Stone 3 is not among 3"):
        badge(FERN, "x", lit=3)
    with pytest.raises(ValueError, match="one to 5 stones, not 6"):
        layout("x", 6, 100)
