"""The page about the Python API, run as it stands, and what the page leaves out."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest

from cairn.vc import api
from cairn.vc.api import Achievement, Criteria, Holder, Issuer, Shelf, StatusList, inspect
from cairn.vc.errors import Unsignable
from tests.support.university import NOW

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/python-api.md"
AWARD = Achievement.build(
    id="https://harbour.example/achievements/forensics",
    name="Digital forensics",
    description="Secures and reads the traces of an incident.",
    criteria=Criteria.build(narrative="Two supervised cases, each passed."),
)


def test_every_example_of_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failures, tried = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert failures == 0
    assert tried > 30


def test_the_page_names_every_name() -> None:
    table = PAGE.read_text("utf-8").partition("## What each name is")[2]
    assert set(api.__all__) <= set(re.findall(r"`(\w+)`", table))


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
@pytest.mark.parametrize("did", ["key", "did:web:harbour.example:badges"])
def test_an_issuer_of_each_kind_is_confirmed_by_what_it_publishes(
    did: str, kind: api.Algorithm
) -> None:
    issuer = Issuer.new(did, name="Harbour University", kind=kind)
    badge = issuer.issue(AWARD, to="Ada", at=NOW)
    assert inspect(badge, documents=Shelf(issuer.published()), at=NOW).verdict == "genuine"


def test_what_was_taken_back_can_be_given_again() -> None:
    issuer = Issuer.new("did:web:harbour.example", name="Harbour University")
    standing = StatusList(issuer, "https://harbour.example/status/1")
    badge = issuer.issue(AWARD, to="Ada", at=NOW, status=standing.entry(7))

    def verdict() -> str:
        web = Shelf(issuer.published() | standing.published(at=NOW))
        return inspect(badge, documents=web, at=NOW).verdict

    standing.revoke(7, 8)
    assert verdict() == "revoked"
    standing.reinstate(7)
    assert verdict() == "genuine"


def test_an_address_stands_in_no_badge_in_the_open() -> None:
    issuer = Issuer.new("key", name="Harbour University")
    badge = issuer.issue(AWARD, to="Ada", email="ada@example.org", at=NOW)
    assert b"ada@example.org" not in badge
    report = inspect(
        badge, documents=Shelf(), at=NOW, expected=api.Expected(recipient="ada@example.org")
    )
    assert "recipient" in report.passed


def test_a_presentation_answers_one_question() -> None:
    issuer, ada = Issuer.new("key", name="Harbour University"), Holder.new()
    badge = issuer.issue(AWARD, to="Ada", subject=ada.did, at=NOW)
    shown = ada.present(badge, challenge="7f3a", domain="employer.example", at=NOW)
    asked = api.Expected(challenge="other", domain="employer.example")
    with pytest.raises(api.NotVerified):
        api.verify_presentation(shown, documents=Shelf(), at=NOW, expected=asked)


def test_a_word_that_no_vocabulary_knows_is_refused_with_its_place() -> None:
    issuer = Issuer.new("key", name="Harbour University")
    document = json.loads(issuer.issue(AWARD, to="Ada", at=NOW))
    del document["proof"]
    document["credentialSubject"]["achievement"]["mascot"] = "gull"
    with pytest.raises(Unsignable) as caught:
        issuer.sign(document, at=NOW)
    assert caught.value.pointer == "/credentialSubject/achievement/mascot"


def test_no_place_is_given_out_twice() -> None:
    standing = StatusList(Issuer.new("key", name="Harbour"), "https://harbour.example/status/1")
    standing.revoke(3)
    drawn = {standing.draw() for _ in range(50)}
    assert len(drawn) == 50
    assert 3 not in drawn
    assert set(standing.given.ones()) == drawn
