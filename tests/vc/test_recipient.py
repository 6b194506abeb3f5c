"""Is it about the person it is shown for? Compared in the open or by hash, and never guessed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc.documents import Shelf
from cairn.vc.model import IdentityObject
from cairn.vc.recipient import matches
from cairn.vc.report import State, Verdict
from cairn.vc.verify import Expected, NotVerified, inspect, verify
from tests.support.university import NOW, University, badge

ADA = "ada@example.org"


def hashed(text: str, *, salt: str = "s4", name: str = "sha256") -> dict[str, Any]:
    digest = hashlib.new(name, (text + salt).encode()).hexdigest()
    return {"hashed": True, "identityHash": f"{name}${digest}", "salt": salt}


def matched(identity: dict[str, Any], claimed: str) -> bool | None:
    return matches(identity, claimed, member="identityHash")


@pytest.mark.parametrize("name", ["sha256", "md5"])
def test_a_hash_tells_one_address_from_others(name: str) -> None:
    identity = hashed(ADA, name=name)
    assert matched(identity, ADA) is True
    assert matched(identity, " Ada@Example.ORG ") is True
    assert matched(identity, "ada@example.com") is False
    assert matched({**identity, "salt": "other"}, ADA) is False


def test_an_identity_in_the_open_is_compared_as_it_stands() -> None:
    assert matched({"hashed": False, "identityHash": "s1024"}, "s1024") is True
    assert matched({"hashed": False, "identityHash": "s1024"}, "s1025") is False


@pytest.mark.parametrize(
    "identity",
    [
        {},
        {"hashed": True},
        {"hashed": True, "identityHash": ADA},
        {"hashed": True, "identityHash": "sha256$"},
        {"hashed": True, "identityHash": "sha1$00"},
        {"hashed": True, "identityHash": 7},
        {"hashed": True, "identityHash": "sha256$00", "salt": 7},
    ],
)
def test_what_cannot_be_compared_is_neither(identity: dict[str, Any]) -> None:
    assert matched(identity, ADA) is None


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=10))
@settings(max_examples=50)
def test_only_the_same_text_matches(one: str, other: str, salt: str) -> None:
    identity = hashed(one, salt=salt)
    assert matched(identity, other) in (
        one == other,
        one in (other.strip(), other.strip().lower()) or _same(one, other),
    )


def _same(one: str, other: str) -> bool:
    local, at, host = other.strip().rpartition("@")
    return one == f"{local}{at}{host.lower()}"


def _badge(**subject: Any) -> dict[str, Any]:
    document = badge()
    document["credentialSubject"].update(subject)
    return document


def test_a_credential_is_somebodys() -> None:
    university, shelf = University(), {}
    shelf = university.published
    raw = university.sign(_badge(identifier=[IdentityObject.hashed_email(ADA, salt="s4").raw]))
    asked = Expected(recipient=ADA)
    assert verify(raw, documents=Shelf(shelf), at=NOW, expected=asked).report.passed >= {
        "recipient"
    }
    by_id = Expected(recipient="did:example:ada")
    assert inspect(raw, documents=Shelf(shelf), at=NOW, expected=by_id).verdict is Verdict.GENUINE
    other = inspect(
        raw, documents=Shelf(shelf), at=NOW, expected=Expected(recipient="bo@example.org")
    )
    assert (other.verdict, other.failed) == (Verdict.OTHER_RECIPIENT, {"recipient"})
    with pytest.raises(NotVerified, match="not awarded to the person"):
        verify(raw, documents=Shelf(shelf), at=NOW, expected=Expected(recipient="bo@example.org"))
    assert "recipient" not in {check.id for check in inspect(raw, documents=Shelf(shelf), at=NOW)}


def test_one_that_does_not_say_cannot_be_told() -> None:
    university = University()
    document = _badge(
        identifier=[
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "x",
                "identityType": "emailAddress",
            }
        ]
    )
    del document["credentialSubject"]["id"]
    report = inspect(
        university.sign(document),
        documents=Shelf(university.published),
        at=NOW,
        expected=Expected(recipient=ADA),
    )
    check = next(one for one in report if one.id == "recipient")
    assert (report.verdict, check.state, check.code) == (
        Verdict.CANNOT_CHECK,
        State.UNKNOWN,
        "recipient.unknown",
    )
