from hypothesis import given
from hypothesis import strategies as st

from cairn.outreach import rules
from cairn.outreach.rules import Piece

TITLE = "Data quality for health services"


def test_words_are_folded_and_each_counts_once():
    assert rules.words("  Data DATA, quality! ") == ("data", "quality")


def test_every_word_must_be_found_and_the_title_counts_most():
    others = ["Profile a clinical data set"]
    assert rules.score(("data",), title=TITLE, others=others) == 3
    assert rules.score(("data", "clinical"), title=TITLE, others=others) == 4
    assert rules.score(("data", "flood"), title=TITLE, others=others) == 0


def test_the_words_that_match_are_marked():
    assert rules.marked("Clean data sets", ("data", "set")) == [
        Piece("Clean "),
        Piece("data", hit=True),
        Piece(" "),
        Piece("sets", hit=True),
    ]


def test_more_than_one_finds_one():
    assert rules.marked("A dataset", ("datasets",))[-1] == Piece("dataset", hit=True)


@given(st.text(), st.text())
def test_marking_loses_no_letter(text, query):
    pieces = rules.marked(text, rules.words(query))
    assert "".join(piece.text for piece in pieces) == text


@given(st.text(max_size=200))
def test_a_contact_never_leads_to_a_script(text):
    if rules.is_contact(text):
        assert "<" not in text
        assert "\n" not in text
        assert "@" in text or text.startswith("https://")
