from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.issuing import rules
from cairn.issuing.rules import Address
from cairn.vc.did import web

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("origin", "did"),
    [
        ("https://badges.example.edu", "did:web:badges.example.edu"),
        ("https://badges.example.edu:443", "did:web:badges.example.edu"),
        ("https://badges.example.edu:8443", "did:web:badges.example.edu%3A8443"),
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("http://127.0.0.1:8000", "did:web:localhost%3A8000"),
        ("http://[::1]:8000", "did:web:localhost%3A8000"),
    ],
)
def test_the_did_names_the_host_of_the_site(origin, did):
    assert rules.did_for(origin) == did
    assert web.url_for(did).endswith("/.well-known/did.json")


@pytest.mark.parametrize("origin", ["http://192.0.2.7:8000", "https://[2001:db8::1]"])
def test_a_number_is_no_name(origin):
    with pytest.raises(rules.NoName):
        rules.did_for(origin)


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("30 days", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2 weeks", datetime(2024, 2, 14, tzinfo=UTC)),
        ("1 month", datetime(2024, 2, 29, tzinfo=UTC)),
        ("1 year", datetime(2025, 1, 31, tzinfo=UTC)),
        ("11 months", datetime(2024, 12, 31, tzinfo=UTC)),
        (None, None),
        ("for ever", None),
    ],
)
def test_a_credential_runs_out_as_people_count(period, end):
    assert rules.ends(period, datetime(2024, 1, 31, tzinfo=UTC)) == end


@given(st.timedeltas(min_value=timedelta(days=-60), max_value=timedelta(days=60)))
def test_a_list_is_renewed_before_it_runs_out_and_after_the_clock_was_put_back(away):
    at = AT + away
    fresh = AT <= at <= AT + rules.VALIDITY - rules.RENEW_BEFORE
    assert rules.must_renew(AT, AT + rules.VALIDITY, at=at) is not fresh


def test_the_address_that_is_stated_is_the_learners_own_where_they_showed_it():
    office = Address("a1@example.edu", personal=False, verified=False)
    own = Address("ada@example.org", personal=True, verified=True)
    claimed = Address("not.ada@example.org", personal=True, verified=False)
    assert rules.address_to_state([claimed, office, own]) == own.address
    assert rules.address_to_state([claimed, office]) == office.address
    assert rules.address_to_state([claimed]) is None
    assert rules.address_to_state([]) is None
