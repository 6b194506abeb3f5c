"""Cairn and the JavaScript libraries of Digital Bazaar read each other, and agree byte for byte."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cairn.vc import multibase
from cairn.vc.did import key as did_key
from cairn.vc.document import parse, pointer
from cairn.vc.documents import Shelf
from cairn.vc.errors import CredentialError
from cairn.vc.jsonld import to_rdf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.rdfc import canonicalize
from cairn.vc.report import Verdict
from cairn.vc.sign import sign
from cairn.vc.statuslist import Bitstring
from cairn.vc.verify import inspect
from tests.interop.conftest import Issued
from tests.support import corpus, university
from tests.support.javascript import JavaScript, Unanswered
from tests.support.university import NOW, YESTERDAY, University

pytestmark = pytest.mark.interop

SEED = bytes(range(32))
SECRET_PREFIX = b"\x80\x26"  # multicodec ed25519-priv
Path = tuple[str | int, ...]


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a document that holds a text, a number or a truth value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, (dict, list)):
            yield from leaves(item, (*path, key))
        else:
            yield (*path, key)


def members(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every member of every object."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(value, dict):
            yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from members(item, (*path, key))


def holder_of(document: Any, path: Path) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def changed(value: Any) -> Any:
    """The least change: another last letter, one more, the other truth."""
    if isinstance(value, str):
        return value[:-1] + ("b" if value.endswith("a") else "a")
    return not value if isinstance(value, bool) else value + 1


# What Cairn issues.


def test_everything_that_cairn_issued_verifies_with_its_status(js: JavaScript, issued: Issued):
    credentials = issued.credentials()
    assert len(credentials) == 4
    assert all("credentialStatus" in credential for credential in credentials)
    answers = [js.verify(one, issued.documents(), now=now()) for one in credentials]
    assert answers == [(True, "")] * 4


def test_no_text_of_an_issued_credential_can_be_changed(js: JavaScript, issued: Issued):
    original, documents = issued.credentials()[0], issued.documents()
    places = list(leaves(original))
    assert len(places) > 40
    accepted = []
    for place in places:
        tampered = copy.deepcopy(original)
        holder = holder_of(tampered, place)
        holder[place[-1]] = changed(holder[place[-1]])
        verified, error = js.verify(tampered, documents, now=now())
        if verified or not error:
            accepted.append(pointer(*place))
    assert accepted == []


def test_no_member_of_an_issued_credential_can_be_taken_out(js: JavaScript, issued: Issued):
    original, documents = issued.credentials()[0], issued.documents()
    accepted = []
    for place in members(original):
        tampered = copy.deepcopy(original)
        del holder_of(tampered, place)[place[-1]]
        if js.verify(tampered, documents, now=now())[0]:
            accepted.append(pointer(*place))
    # The URL of the DID document decides the key; the rest of these is not needed to check a proof.
    assert accepted == []


@pytest.mark.parametrize("where", ["/", "/credentialSubject", "/credentialSubject/achievement"])
def test_nothing_can_be_added_to_an_issued_credential(js: JavaScript, issued: Issued, where: str):
    original, documents = issued.credentials()[0], issued.documents()
    for name, value in (("description", "Also this."), ("unheardOf", "x"), ("@index", "x")):
        tampered = copy.deepcopy(original)
        target = holder_of(tampered, (*where.split("/")[1:], "")) if where != "/" else tampered
        target[name] = f"{target.get(name, '')}{value}"
        ours = inspect(json.dumps(tampered).encode(), documents=shelf(documents), at=NOW)
        assert ours.failed & {"terms", "proof"}, (where, name)
        if name != "@index":  # jsonld.js drops an index without a word, so to it nothing changed
            assert not js.verify(tampered, documents, now=now())[0], (where, name)


def test_another_key_is_refused(js: JavaScript, issued: Issued):
    documents = issued.documents()
    stranger = University(did="did:web:learn.example.edu")
    documents["did:web:learn.example.edu"] = json.loads(
        stranger.published["https://learn.example.edu/.well-known/did.json"]
    )
    assert not js.verify(issued.credentials()[0], documents, now=now())[0]


def test_a_revoked_credential_is_refused_and_the_others_are_not(js: JavaScript, revoked: Issued):
    taken, *others = revoked.credentials()
    documents = revoked.documents()
    assert js.verify(taken, documents, now=now()) == (
        False,
        "Error: The bit for revocation is set.",
    )
    assert [js.verify(one, documents, now=now())[0] for one in others] == [True] * 3


def test_a_did_key_issuer_verifies_without_any_document(js: JavaScript):
    signer = SoftwareSigner.from_seed(SEED)
    did = did_key.did_from(signer.public)
    document = university.badge(issuer=did)
    raw = sign(
        document,
        signer=signer,
        verification_method=did_key.verification_method(did),
        created=YESTERDAY,
    )
    assert js.verify(json.loads(raw)) == (True, "")


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(name=corpus.texts(corpus.JAVASCRIPT_TEXT))
def test_any_text_survives_the_way(js: JavaScript, name: str):
    issuer = University()
    raw = issuer.sign(university.badge(name=name or "x", description=name or "x"))
    assert js.verify(json.loads(raw), published(issuer)) == (True, "")


# What the others issue.


def shelf(documents: dict[str, Any]) -> Shelf:
    """The issuer's documents where Cairn looks for them."""
    addressed = {
        "https://learn.example.edu/.well-known/did.json"
        if url.startswith("did:")
        else url: document
        for url, document in documents.items()
    }
    return Shelf({url: json.dumps(document).encode() for url, document in addressed.items()})


def published(issuer: University) -> dict[str, Any]:
    """The university's documents where JavaScript looks for them."""
    documents = [json.loads(raw) for raw in issuer.published.values()]
    return {document["id"]: document for document in documents}


def their_key(did: str, method: str) -> dict[str, str]:
    signer = SoftwareSigner.from_seed(SEED)
    return {
        "id": method,
        "controller": did,
        "publicKeyMultibase": signer.public.multibase,
        "secretKeyMultibase": multibase.base58btc(SECRET_PREFIX + SEED),
    }


@pytest.fixture(scope="module")
def theirs(js: JavaScript) -> Any:
    """A badge that @digitalbazaar/vc issued as did:key."""
    did = did_key.did_from(SoftwareSigner.from_seed(SEED).public)
    document = parse((corpus.ROOT / "bench/sample.json").read_bytes()) | {
        "issuer": {"id": did, "type": "Profile"}
    }
    del document["credentialStatus"]
    key = their_key(did, did_key.verification_method(did))
    return js.issue(document, key=key, created="2026-11-22T12:00:00Z")


def test_what_they_issued_is_genuine_to_cairn(theirs: Any):
    report = inspect(json.dumps(theirs).encode(), documents=Shelf(), at=NOW)
    assert (report.verdict, report.failed, report.unknown) == (Verdict.GENUINE, set(), set())
    assert {"proof", "issuer", "terms", "schema"} <= report.passed


def test_what_they_issued_and_somebody_changed_is_altered_to_cairn(theirs: Any):
    survived = []
    for place in leaves(theirs):
        tampered = copy.deepcopy(theirs)
        holder = holder_of(tampered, place)
        holder[place[-1]] = changed(holder[place[-1]])
        report = inspect(json.dumps(tampered).encode(), documents=Shelf(), at=NOW)
        if report.verdict is Verdict.GENUINE:
            survived.append(pointer(*place))
    assert survived == []


def test_signed_by_either_it_is_the_same_signature(js: JavaScript, theirs: Any):
    document = {name: value for name, value in theirs.items() if name != "proof"}
    raw = sign(
        document,
        signer=SoftwareSigner.from_seed(SEED),
        verification_method=theirs["proof"]["verificationMethod"],
        created=YESTERDAY,
    )
    assert json.loads(raw)["proof"] == theirs["proof"]


@pytest.mark.parametrize("ones", [[], [0], [7, 8, 131_071], list(range(0, 131_072, 97))])
def test_a_status_list_reads_the_same_on_both_sides(js: JavaScript, ones: list[int]):
    encoded = js.ask("list", length=131_072, ones=ones)["encodedList"]
    assert list(Bitstring.decode(encoded).ones()) == ones


# Canonical form.


PUBLISHED = corpus.published()


def readable(document: Any) -> bool:
    try:
        to_rdf(document)
    except CredentialError:
        return False
    return True


READABLE = [name for name, document in PUBLISHED.items() if readable(document)]
#: A language on an object says nothing in RDF; jsonld.js drops it, see the known faults below.
REFUSED = [
    name
    for name, document in PUBLISHED.items()
    if name not in READABLE and "@language" not in document
]


def ours(document: Any) -> str:
    return canonicalize(to_rdf(document)).text


@pytest.mark.parametrize("name", READABLE)
def test_published_document_has_their_canonical_form(js: JavaScript, name: str):
    assert ours(PUBLISHED[name]) == js.canonize(PUBLISHED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_cairn_refuses_their_safe_mode_refuses(js: JavaScript, name: str):
    with pytest.raises(Unanswered):
        js.canonize(PUBLISHED[name])


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(document=corpus.badges(corpus.JAVASCRIPT_TEXT))
def test_random_document_has_their_canonical_form(js: JavaScript, document: Any):
    assert ours(document) == js.canonize(document)


# Known faults of the others. Each test fails on the day its fault is mended.


def plain(**members: Any) -> Any:
    return {"@context": {"f": "urn:f", "g": "urn:g"}, "@id": "urn:x", **members}


def test_rdf_canonize_sorts_by_utf16_where_rdfc_wants_code_points(js: JavaScript):
    document = plain(f=["\uffff", "\U00010000"])
    lines = ['<urn:x> <urn:f> "\uffff" .\n', '<urn:x> <urn:f> "\U00010000" .\n']
    assert ours(document) == "".join(lines)
    assert js.canonize(document) == "".join(reversed(lines))


def test_jsonld_js_takes_a_number_with_an_exponent_for_an_integer(js: JavaScript):
    assert '"1.0E-7"' in ours(plain(f=1e-7))
    assert '"0"' in js.canonize(plain(f=1e-7))


def test_jsonld_js_rounds_a_last_five_up_and_python_to_even(js: JavaScript):
    """JSON-LD 1.1 API §8.6 leaves the choice, so such a number is not signed."""
    assert '"5.629499534213122E14"' in ours(plain(f=562949953421312.25))
    assert '"5.629499534213123E14"' in js.canonize(plain(f=562949953421312.25))


def test_jsonld_js_writes_an_empty_list_twice_where_a_dataset_is_a_set(js: JavaScript):
    """PyLD does the same; RDF 1.1 Concepts §4: a graph is a set of triples."""
    line = "<urn:x> <urn:f> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .\n"
    document = plain(f=[{"@list": []}, {"@list": []}])
    assert (ours(document), js.canonize(document)) == (line, line * 2)


def test_jsonld_js_drops_an_index_and_a_stray_keyword_without_a_word(js: JavaScript):
    for stray in ({"@index": "x"}, {"@language": "en"}, {"@vocab": "urn:v"}, {"@none": "x"}):
        assert js.canonize(plain(f="y", **stray)) == '<urn:x> <urn:f> "y" .\n'
        with pytest.raises(CredentialError):
            ours(plain(f="y", **stray))
