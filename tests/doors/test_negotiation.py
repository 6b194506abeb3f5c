import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.api.negotiation import choose

OFFERS = ("application/vc+ld+json", "application/vc", "application/json", "image/png")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/vc+ld+json"),
        ("*/*", "application/vc+ld+json"),
        ("application/json", "application/json"),
        ("image/png", "image/png"),
        ("IMAGE/PNG", "image/png"),
        ("image/*", "image/png"),
        ("application/*;q=0.5, image/png;q=0.4", "application/vc+ld+json"),
        ("application/*;q=0.3, image/png;q=0.4", "image/png"),
        ("application/json;q=0.9, */*;q=0.1", "application/json"),
        # The more exact wish counts, also when it says no (RFC 9110 §12.5.1).
        ("*/*, application/vc+ld+json;q=0", "application/vc"),
        ("application/vc;profile=x;q=0.2, image/png;q=0.1", "application/vc"),
        ("text/html", None),
        ("image/png;q=0", None),
        ("nonsense, image/png", "image/png"),
        (";;,,", None),
    ],
)
def test_the_wish_that_is_meant_most_exactly_counts(accept, chosen):
    assert choose(accept, OFFERS) == chosen


@given(st.text(max_size=300))
def test_any_header_gets_an_answer(accept):
    assert choose(accept, OFFERS) in (*OFFERS, None)
