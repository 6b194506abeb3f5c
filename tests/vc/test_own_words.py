"""Documents that define their own words, and the one place where they are believed."""

from __future__ import annotations

import json
from threading import Thread

import pytest

from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.jsonld import OwnWords, own_words, to_rdf, unsafe_own_words
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Verdict
from cairn.vc.secured import Unsecured
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.support.university import NOW, YESTERDAY, Json

SIGNER = SoftwareSigner.from_seed(bytes(range(32)))
DID = did_key.did_from(SIGNER.public)
BASE = "https://www.w3.org/ns/credentials/v2"


def knot(*extra: object) -> Json:
    return {
        "@context": [BASE, *extra],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "urn:example:ada", "knot": "bowline"},
    }


OWN = {"knot": "https://example.org/knot"}


def signed(document: Json) -> bytes:
    method = did_key.verification_method(DID)
    return sign(document, signer=SIGNER, verification_method=method, created=YESTERDAY)


def test_own_words_are_not_believed_unless_somebody_asks_for_it() -> None:
    with pytest.raises(OwnWords):
        signed(knot(OWN))
    with unsafe_own_words():
        raw = signed(knot(OWN))
        assert inspect(raw, documents=Shelf(), at=NOW).verdict is Verdict.GENUINE
    assert inspect(raw, documents=Shelf(), at=NOW).verdict is Verdict.CANNOT_CHECK


def test_believing_ends_with_the_block_and_does_not_reach_other_threads() -> None:
    seen: list[object] = []
    with unsafe_own_words():
        assert own_words(knot(OWN)) is None
        other = Thread(target=lambda: seen.append(own_words(knot(OWN))))
        other.start()
        other.join()
    assert seen == ["/@context/1"]
    with pytest.raises(ZeroDivisionError), unsafe_own_words():
        _ = 1 / 0
    assert own_words(knot(OWN)) == "/@context/1"


def test_a_word_that_the_base_protects_keeps_its_meaning_even_so() -> None:
    with unsafe_own_words(), pytest.raises(Exception, match="protected"):
        signed(knot(OWN, {"VerifiableCredential": "https://example.org/nothing"}))


def test_a_context_document_written_in_place_means_what_is_in_it() -> None:
    plain, wrapped = knot(OWN), knot({"@context": OWN})
    assert to_rdf(wrapped) == to_rdf(plain)
    with unsafe_own_words():
        lines = Unsecured(wrapped).canonical.lines
    assert '<urn:example:ada> <https://example.org/knot> "bowline" .\n' in lines


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"expires": "2026-11-24T00:00:00"}, Verdict.ALTERED),
        ({"created": "2026-11-22T12:00:00"}, Verdict.ALTERED),
        ({"expires": "2026-11-23T11:59:59"}, Verdict.NOT_CONFORMANT),
    ],
)
def test_a_time_without_an_offset_is_read_as_utc(change: Json, verdict: Verdict) -> None:
    """VC-DI §2.1: the signature is what fails first, unless the time has run out."""
    document = json.loads(
        signed(knot(OWN) | {"credentialSubject": {"id": "urn:example:ada"}} | {"@context": [BASE]})
    )
    document["proof"] |= change
    assert inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW).verdict is verdict
