"""A newer copy: asked for once, checked in its turn, and never in a circle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cairn.vc import statuslist
from cairn.vc.documents import Shelf
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.verify import inspect
from tests.support.university import LIST_URL, NOW, University, badge

SERVICE = "https://harbour.example/refresh/1"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
OFFERS: dict[str, Any] = {
    "@context": [*badge()["@context"], EXTENSIONS],
    "refreshService": {"id": SERVICE, "type": "1EdTechCredentialRefresh"},
}


class Asked(Shelf):
    """A shelf that remembers what it was asked for."""

    def __init__(self, documents: dict[str, bytes]) -> None:
        super().__init__(documents)
        self.addresses: list[str] = []

    def load(self, url: str) -> bytes:
        self.addresses.append(url)
        return super().load(url)


@pytest.fixture
def university() -> University:
    made = University()
    made.publish_list(7)
    return made


def look(
    university: University, raw: bytes, *, refresh: bool = True
) -> tuple[Report, Check, Asked]:
    shelf = Asked(university.published)
    report = inspect(raw, documents=shelf, at=NOW, refresh=refresh)
    check = next((one for one in report if one.id == "refresh"), Check("none", State.SKIPPED, ""))
    return report, check, shelf


def test_the_newest_copy_is_itself(university: University) -> None:
    raw = university.published[SERVICE] = university.issue(**OFFERS)
    report, check, shelf = look(university, raw)
    assert (report.verdict, check.state) == (Verdict.GENUINE, State.PASSED)
    assert check.message == "It is its issuer's newest copy."
    assert shelf.addresses.count(SERVICE) == 1
    assert report.newer is not None


def test_a_newer_copy_that_holds_is_named(university: University) -> None:
    university.published[SERVICE] = university.issue(**OFFERS, name="Foundations, second edition")
    old = university.issue(**OFFERS, validUntil="2026-11-02T00:00:00Z")
    report, check, _ = look(university, old)
    assert (report.verdict, check.state) == (Verdict.EXPIRED, State.PASSED)
    assert check.message == "Its issuer has a newer copy, which holds. Use that one."


def test_a_newer_copy_that_does_not_stand_counts(university: University) -> None:
    entry = statuslist.entry(list_url=LIST_URL, index=7)
    university.published[SERVICE] = university.issue(**OFFERS, credentialStatus=entry)
    report, check, _ = look(university, university.issue(**OFFERS))
    assert (report.verdict, check.state, check.code) == (
        Verdict.REVOKED,
        State.FAILED,
        "status.revoked",
    )
    assert report.sentence.startswith("Its newest copy does not stand. Revoked")


def test_copies_that_name_each_other_end(university: University) -> None:
    other = "https://harbour.example/refresh/2"
    service = {"id": other, "type": "1EdTechCredentialRefresh"}
    university.published[SERVICE] = university.issue(**OFFERS | {"refreshService": service})
    university.published[other] = raw = university.issue(**OFFERS)
    report, _, shelf = look(university, raw)
    assert report.verdict is Verdict.GENUINE
    assert (shelf.addresses.count(SERVICE), shelf.addresses.count(other)) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "state", "code", "verdict"),
    [
        (None, State.SKIPPED, None, Verdict.GENUINE),
        (b"<html>", State.SKIPPED, "refresh.unreadable", Verdict.GENUINE),
        ({"id": "urn:uuid:other"}, State.UNKNOWN, "refresh.other", Verdict.CANNOT_CHECK),
    ],
)
def test_what_is_no_copy_says_nothing(
    university: University, answer: Any, state: State, code: str | None, verdict: Verdict
) -> None:
    if isinstance(answer, dict):
        answer = university.issue(**OFFERS, **answer)
    if answer is not None:
        university.published[SERVICE] = answer
    report, check, _ = look(university, university.issue(**OFFERS))
    assert (check.state, check.code, report.verdict) == (state, code, verdict)


def test_a_copy_of_somebody_else_is_no_copy(university: University) -> None:
    other = University(did="did:web:other.example")
    university.published |= other.published
    document = badge(**OFFERS)
    document["issuer"]["id"] = other.did
    university.published[SERVICE] = other.sign(document)
    _, check, _ = look(university, university.issue(**OFFERS))
    assert (check.state, check.code) == (State.UNKNOWN, "refresh.other")


def test_nobody_is_asked_for_a_forgery_or_without_leave(university: University) -> None:
    raw = university.published[SERVICE] = university.issue(**OFFERS)
    assert SERVICE not in look(university, raw, refresh=False)[2].addresses
    forged = {**json.loads(raw), "name": "Medicine"}
    report, _, shelf = look(university, json.dumps(forged).encode())
    assert (report.verdict, SERVICE in shelf.addresses) == (Verdict.ALTERED, False)
    foreign = university.issue(
        **OFFERS | {"refreshService": {"id": SERVICE, "type": "1EdTechRevocationList"}}
    )
    assert SERVICE not in look(university, foreign)[2].addresses
