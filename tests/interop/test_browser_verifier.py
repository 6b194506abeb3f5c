"""The verifier of the browser answers what the library answers: verdict, and the state of every check."""

from __future__ import annotations

import base64
import copy
import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cairn.cli.verify import _Verifier
from cairn.vc import multibase, statuslist
from cairn.vc.baking import unbake
from cairn.vc.datamodel import is_presentation
from cairn.vc.did import key as did_key
from cairn.vc.did import web
from cairn.vc.document import parse, pointer
from cairn.vc.documents import Shelf
from cairn.vc.errors import CredentialError
from cairn.vc.jose.envelope import opened
from cairn.vc.keys import SoftwareSigner
from cairn.vc.ob2.reading import badge_in
from cairn.vc.openbadges import is_learner_record
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.interop.conftest import Issued
from tests.interop.test_interop_js import changed, holder_of, leaves, members
from tests.support import corpus, disclosing, nquads
from tests.support.university import DID, LIST_URL, NOW, YESTERDAY, University, badge
from tests.vc import test_letters as letters

pytestmark = pytest.mark.interop

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "src/cairn/web/static/cairn/verifier/verifier.js"
VECTORS = ROOT / "tests/vectors"
Json = dict[str, Any]
CRED = "https://www.w3.org/2018/credentials#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"


class Browser:
    """The committed bundle in one Node process."""

    def __init__(self, node: str) -> None:
        self._process = subprocess.Popen(
            [node, str(ROOT / "web-src/verifier/answer.mjs"), BUNDLE.as_uri()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def inspect(
        self,
        raw: bytes,
        documents: Mapping[str, bytes] | None = None,
        at: datetime = NOW,
        **options: Any,
    ) -> Json:
        answer = self.ask(
            given=base64.b64encode(raw).decode(),
            base64=True,
            documents={url: text.decode() for url, text in (documents or {}).items()},
            at=at.isoformat(),
            **options,
        )
        assert "error" not in answer, answer["error"]
        return answer

    def ask(self, **question: Any) -> Json:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: Json = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("Node 18 is needed. Run: make interop")
    running = Browser(node)
    yield running
    running.close()


@pytest.fixture
def university() -> University:
    university = University()
    university.publish_list(7)
    return university


def summary(report: Json) -> Json:
    """What has to be the same on both sides."""
    checks = {check.get("id") or check["name"]: check for check in report["checks"]}
    return {
        "verdict": report["verdict"],
        "checks": {name: (check["state"], check["code"]) for name, check in checks.items()},
    }


def library(raw: bytes, documents: Mapping[str, bytes], at: datetime) -> Json:
    report = inspect(raw, documents=Shelf(documents), at=at)
    checks = [
        {name: getattr(check, name) for name in ("id", "state", "message", "pointer", "code")}
        for check in report
    ]
    return {"verdict": report.verdict.value, "sentence": report.sentence, "checks": checks}


def agreed(
    browser: Browser, raw: bytes, documents: Mapping[str, bytes] | None = None, at: datetime = NOW
) -> Json:
    """What both say, and that they say the same."""
    ours, theirs = library(raw, documents or {}, at), browser.inspect(raw, documents, at)
    assert summary(theirs) == summary(ours)
    assert theirs["sentence"] == ours["sentence"]
    if ours["verdict"] != "unreadable":
        # Which of several faults of the schema is named first may differ.
        said, says = (
            [
                (check[words], check["pointer"])
                for check in report["checks"]
                if check["code"] != "schema.broken"
            ]
            for report, words in ((ours, "message"), (theirs, "says"))
        )
        assert says == said
    return theirs


def files() -> list[Path]:
    folders = [
        "1edtech-ob30",
        "vc-di-eddsa",
        "hostile",
        "hostile-pictures",
        "hostile-status-lists",
        "ob30-spec",
        "ob30-impl-guide",
        "w3c-vcdm2-examples",
        "1edtech-ob20",
        "1edtech-clr20",
        "upgrade",
        "vc-jose-cose",
    ]
    kinds = {".json", ".png", ".svg", ".jwt", ".1ob", ".txt"}
    found = [path for folder in folders for path in (VECTORS / folder).rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix in kinds)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(VECTORS).as_posix())
def test_every_published_and_hostile_file(browser: Browser, path: Path) -> None:
    shelf = {
        address(json.loads(document.read_bytes())["id"]): document.read_bytes()
        for document in VECTORS.rglob("did*.json")
    }
    for at in (NOW, NOW - timedelta(days=900), NOW + timedelta(days=9000)):
        found = _Verifier(Shelf(shelf), None, at).found(str(path)).as_json()
        report = browser.inspect(path.read_bytes(), shelf, at)
        if for_the_server(path):
            # The browser knows neither RSA nor what JOSE, version 2 and records ask, and says so.
            assert summary(report) == BY_THE_SERVER
            continue
        if b'"ecdsa-sd-2023"' in path.read_bytes():
            assert_left_to_the_server(report)
            continue
        assert summary(report) == summary(found)
        assert report["took"] < 3000


def assert_left_to_the_server(report: Json) -> None:
    said = summary(report)
    assert said["verdict"] == "cannot_check"
    assert said["checks"]["proof"] == ("unknown", "proof.server")
    assert said["checks"]["issuer"][0] == "skipped"


def test_a_part_of_a_credential_is_left_to_the_server(browser: Browser) -> None:
    base = disclosing.issued(disclosing.nodes())
    for document in (base, disclosing.shown(base)):
        assert_left_to_the_server(browser.inspect(json.dumps(document).encode()))


BY_THE_SERVER = {
    "verdict": "cannot_check",
    "checks": {"format": ("unknown", "format.server")},
}


def for_the_server(path: Path) -> bool:
    raw = path.read_bytes()
    try:
        if path.suffix in (".png", ".svg"):
            raw = unbake(raw).text.encode()
        if badge_in(raw, Shelf()) is not None or opened(raw) is not None:
            return True
        document = parse(raw)
    except CredentialError:
        return False
    return is_presentation(document) or is_learner_record(document)


@pytest.mark.parametrize(
    "raw",
    [
        b"eyJ.eyJ.x",
        b"eyJ.eyJ.x~",
        b"eyJ.eyJ.x~abc~def\n",
        bytes.fromhex("d28440a04040"),
        b'{"type":["EnvelopedVerifiableCredential"],"id":"data:application/vc+jwt,eyJ.eyJ.x"}',
    ],
)
def test_what_is_in_an_envelope_is_left_to_the_server(browser: Browser, raw: bytes) -> None:
    assert summary(browser.inspect(raw)) == BY_THE_SERVER


def test_a_digest_of_a_vocabulary_is_left_to_the_server(
    browser: Browser, university: University
) -> None:
    one = {"id": "https://www.w3.org/ns/credentials/v2", "digestSRI": "sha384-AAAA"}
    signed = json.loads(university.issue())
    raw = json.dumps(signed | {"relatedResource": one}).encode()
    assert summary(browser.inspect(raw)) == BY_THE_SERVER
    raw = json.dumps(signed | {"relatedResource": one | {"id": "https://x.example/1"}}).encode()
    assert browser.inspect(raw, university.published)["verdict"] == "altered"


def address(identifier: str) -> str:
    return web.url_for(identifier) if identifier.startswith("did:web:") else identifier


def test_what_cairn_issued_is_genuine_and_every_changed_letter_is_seen(
    browser: Browser, issued: Issued
) -> None:
    documents = published(issued)
    at = datetime.now(UTC) + timedelta(minutes=1)
    for path in [*issued.badges.glob("*.json"), *issued.badges.glob("*.png")]:
        report = browser.inspect(path.read_bytes(), documents, at)
        assert (report["verdict"], path.name) == ("genuine", path.name)
        assert report["facts"]["holder"]
    original = issued.credentials()[0]
    verdicts = set()
    for place in leaves(original):
        tampered = copy.deepcopy(original)
        holder = holder_of(tampered, place)
        holder[place[-1]] = changed(holder[place[-1]])
        verdict = agreed(browser, json.dumps(tampered).encode(), documents, at)["verdict"]
        assert verdict not in ("genuine", "expired"), pointer(*place)
        verdicts.add(verdict)
    assert "altered" in verdicts


def test_no_byte_of_an_issued_credential_can_be_changed(browser: Browser, issued: Issued) -> None:
    documents = published(issued)
    at = datetime.now(UTC) + timedelta(minutes=1)
    raw = min(issued.badges.glob("*.json")).read_bytes()
    meaning = parse(raw)
    for place in range(0, len(raw), 7):
        other = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        report = browser.inspect(other, documents, at)
        assert summary(report) == summary(library(other, documents, at))
        if report["verdict"] == "genuine":
            assert parse(other) == meaning  # a blank became another blank


def published(issued: Issued) -> dict[str, bytes]:
    return {
        address(url): json.dumps(document).encode() for url, document in issued.documents().items()
    }


def test_an_svg_from_cairn_is_read(browser: Browser, issued_as_svg: Issued) -> None:
    documents = published(issued_as_svg)
    at = datetime.now(UTC) + timedelta(minutes=1)
    pictures = sorted(issued_as_svg.badges.glob("*.svg"))
    assert len(pictures) == 4
    for path in pictures:
        assert browser.inspect(path.read_bytes(), documents, at)["verdict"] == "genuine"


def test_revoked(browser: Browser, revoked: Issued) -> None:
    documents = published(revoked)
    at = datetime.now(UTC) + timedelta(minutes=1)
    verdicts = [
        agreed(browser, path.read_bytes(), documents, at)["verdict"]
        for path in sorted(revoked.badges.glob("*.json"))
    ]
    assert sorted(verdicts) == ["genuine", "genuine", "genuine", "revoked"]


def test_dates_and_lists(browser: Browser, university: University) -> None:
    shelf = university.published
    assert agreed(browser, university.issue_listed(8), shelf)["verdict"] == "genuine"
    assert agreed(browser, university.issue_listed(7), shelf)["verdict"] == "revoked"
    gone = {web.url_for(DID): shelf[web.url_for(DID)]}
    assert agreed(browser, university.issue_listed(8), gone)["verdict"] == "cannot_check"
    assert agreed(browser, university.issue_listed(8), {})["verdict"] == "cannot_check"
    for until, verdict in (
        ("2026-11-02T00:00:00Z", "expired"),
        ("2027-11-02T00:00:00+14:00", "genuine"),
    ):
        raw = university.issue(validUntil=until)
        assert agreed(browser, raw, shelf)["verdict"] == verdict
    later = university.issue(validFrom="2026-12-24T00:00:00Z")
    assert agreed(browser, later, shelf)["verdict"] == "not_yet_valid"
    university.publish_list(7, purpose="suspension")
    suspended = university.issue_listed(7, purpose="suspension")
    assert agreed(browser, suspended, shelf)["verdict"] == "suspended"
    assert agreed(browser, university.issue_listed(8), shelf)["verdict"] == "cannot_check"
    university.publish_list(7, purpose="refresh")
    assert agreed(browser, university.issue_listed(7, purpose="refresh"), shelf)["verdict"] == (
        "cannot_check"
    )


def test_a_list_past_its_date_says_nothing(browser: Browser, university: University) -> None:
    university.publish_list(valid_until=NOW - timedelta(seconds=1))
    raw = university.issue_listed(7)
    report = agreed(browser, raw, university.published)
    assert report["verdict"] == "cannot_check"
    assert report["status"] == {
        "since": "2026-11-22T12:00:00.000Z",
        "until": "2026-11-23T11:59:59.000Z",
        "fresh": False,
    }
    before = agreed(browser, raw, university.published, NOW - timedelta(minutes=1))
    assert (before["verdict"], before["status"]["fresh"]) == ("genuine", True)


CHANGES: dict[str, Any] = {
    "no proof": lambda d: d.pop("proof", None),
    "another id": lambda d: d.update(id="urn:uuid:other"),
    "another issuer's id": lambda d: d.update(issuer={"id": "did:web:other.example"}),
    "list from another issuer": lambda d: d.update(issuer="did:web:other.example"),
    "short": lambda d: d["credentialSubject"].update(encodedList="uH4sIAAAAAAAA_2NgAAAAAP__"),
    "no type": lambda d: d.update(type=["VerifiableCredential"]),
    "no purpose": lambda d: d["credentialSubject"].pop("statusPurpose"),
}


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("after", [False, True], ids=["signed", "unsigned"])
def test_lists_that_were_tampered_with(
    browser: Browser, university: University, change: str, after: bool
) -> None:
    if after:
        listed = json.loads(university.published[LIST_URL])
        CHANGES[change](listed)
        university.published[LIST_URL] = json.dumps(listed).encode()
    else:
        university.publish_list(
            change=lambda made: (made.pop("proof", None), CHANGES[change](made))
        )
    report = agreed(browser, university.issue_listed(8), university.published)
    harmless = not after and change == "no proof"
    assert (report["verdict"] == "genuine") is harmless


ENTRIES: list[Any] = [
    *({"statusListIndex": index} for index in ("131072", "-1", "07", 7, 8, "1e1", None, [], "٧")),
    *({"statusPurpose": purpose} for purpose in ("", 7, "suspension", ["revocation"])),
    *({"statusListCredential": url} for url in ("here", 7, LIST_URL + "0", "urn:x y")),
    *({"type": kind} for kind in ("Other", ["BitstringStatusListEntry", "Other"])),
    {"id": LIST_URL},
    {"id": 7},
    {"statusSize": 2},
    {"statusSize": 1},
]


@pytest.mark.parametrize("change", ENTRIES, ids=str)
def test_odd_status_entries(browser: Browser, university: University, change: Json) -> None:
    entry = statuslist.entry(list_url=LIST_URL, index=8) | change
    document = json.loads(university.issue_listed(8)) | {"credentialStatus": entry}
    agreed(browser, json.dumps(document).encode(), university.published)
    try:
        raw = university.issue(credentialStatus=entry)
    except CredentialError:
        return
    agreed(browser, raw, university.published)


OWN: Json = {
    "x": {"@id": CRED + "credentialStatus", "@type": "@id"},
    "y": {"@id": CRED + "validUntil", "@type": DATE_TIME},
}
#: The tricks of tests/vc/test_deception.py and more, on one signed credential that is revoked and over.
TRICKS: dict[str, Callable[[Json], object]] = {
    "as signed": lambda d: None,
    "spelled out": lambda d: (
        d.update({CRED + "validUntil": {"@value": d["validUntil"], "@type": DATE_TIME}})
        or d.pop("validUntil")
    ),
    "keyword": lambda d: d.update({"@id": d.pop("id")}),
    "keyword type": lambda d: d.update({"@type": d.pop("type")}),
    "own words": lambda d: (
        d["@context"].append(OWN),
        d.update(x=d.pop("credentialStatus"), y=d.pop("validUntil")),
    ),
    "inner own words": lambda d: d["credentialSubject"].update({"@context": OWN}),
    "null context": lambda d: d["credentialSubject"].update({"@context": None}),
    "own words in the proof": lambda d: d["proof"].update({"@context": OWN}),
    "undefined": lambda d: d.update(remark="extra"),
    "undefined inside": lambda d: d["issuer"].update(remark="extra"),
    "proto": lambda d: d.update({"__proto__": {"validUntil": "x"}}),
    "constructor": lambda d: d["issuer"].update({"constructor": "x"}),
    "undefined type": lambda d: d["type"].append("constructor"),
    "undefined-terms": lambda d: d["@context"].append(
        "https://www.w3.org/ns/credentials/undefined-terms/v2"
    ),
    "examples": lambda d: d["@context"].append("https://www.w3.org/ns/credentials/examples/v2"),
    "unknown context": lambda d: d["@context"].append("https://x.example/v1"),
    "purpose": lambda d: d["proof"].update(proofPurpose="authentication"),
    "proof runs out": lambda d: d["proof"].update(expires="2026-11-01T00:00:00Z"),
    "chain": lambda d: d["proof"].update(previousProof="urn:uuid:1"),
    "created": lambda d: d["proof"].update(created="2020-01-01T00:00:00Z"),
    "bad created": lambda d: d["proof"].update(created="yesterday"),
    "no key": lambda d: d["proof"].pop("verificationMethod"),
    "other key": lambda d: d["proof"].update(verificationMethod=DID + "#key-2"),
    "http key": lambda d: d["proof"].update(verificationMethod="http://x.example/#a"),
    "no value": lambda d: d["proof"].pop("proofValue"),
    "base64url": lambda d: d["proof"].update(proofValue="u" + "A" * 86),
    "not base58": lambda d: d["proof"].update(proofValue="z0OIl"),
    "suite": lambda d: d["proof"].update(cryptosuite="eddsa-jcs-2022"),
    "type of proof": lambda d: d["proof"].update(type="Ed25519Signature2020"),
    "no proof": lambda d: d.pop("proof"),
    "two proofs": lambda d: d.update(proof=[d["proof"], d["proof"]]),
    "many proofs": lambda d: d.update(proof=[d["proof"]] * 17),
    "proof text": lambda d: d.update(proof="zzz"),
    "issuer text": lambda d: d.update(issuer=DID),
    "other issuer": lambda d: d["issuer"].update(id="did:web:other.example"),
    "issuer address": lambda d: d["issuer"].update(id="https://harbour.example/i"),
    "no issuer": lambda d: d.pop("issuer"),
    "no status": lambda d: d.pop("credentialStatus"),
    "no end": lambda d: d.pop("validUntil"),
    "odd end": lambda d: d.update(validUntil="soon"),
    "other schema": lambda d: d.update(
        credentialSchema={"id": "https://x.example/s", "type": "1EdTechJsonSchemaValidator2019"}
    ),
    "nine lists": lambda d: d.update(credentialStatus=[d["credentialStatus"]] * 9),
    "two lists": lambda d: d.update(credentialStatus=[d["credentialStatus"]] * 2),
    "endorsement text": lambda d: d.update(endorsement=["a.b.c"]),
    "endorsement jwt": lambda d: d.update(endorsementJwt=["a.b.c"]),
    "endorsement empty": lambda d: d.update(endorsement=[{}]),
    "many endorsements": lambda d: d.update(endorsement=[{}] * 33),
    "graph": lambda d: d.update({"@graph": []}),
    "included": lambda d: d.update({"@included": []}),
    "language": lambda d: d.update(name={"@value": "x", "@language": "en-AU"}),
    "direction": lambda d: d.update(name={"@value": "x", "@direction": "rtl"}),
    "blank node": lambda d: d.update(id="_:b1"),
    "relative": lambda d: d.update(id="here"),
}


def test_tricks(browser: Browser, university: University) -> None:
    entry = statuslist.entry(list_url=LIST_URL, index=7)
    signed = json.loads(university.issue(credentialStatus=entry, validUntil="2026-11-02T00:00:00Z"))
    for name, change in TRICKS.items():
        document = copy.deepcopy(signed)
        change(document)
        report = agreed(browser, json.dumps(document).encode(), university.published)
        assert (name, report["verdict"]) != (name, "genuine")
    assert len(TRICKS) > 50


def test_documents_that_two_readers_would_read_differently(
    browser: Browser, university: University
) -> None:
    raw = university.issue()
    text = raw.decode()
    for other in (
        text.replace('"name":', '"name":"x","name":', 1),
        text.replace("{", '{"mass":9007199254740993,', 1),
        text.replace("{", '{"mass":1e400,', 1),
        text.replace("{", '{"mass":NaN,', 1),
        text.replace("{", '{"mass":01,', 1),
        text.replace("{", '{"\\ud800":1,', 1),
        text.replace("{", '{"a":"\\u0000",', 1),
        text.replace("{", '{"a":"\t",', 1),
        text.replace("{", '{"a":"\\x",', 1),
        text + "x",
        text + text,
        text[:-1],
        "",
        "[]",
        '"a"',
        "[" * 65 + "]" * 65,
        "[" * 100000,
        '{"a":' * 64 + "1" + "}" * 64,
        '{"a":' * 65 + "1" + "}" * 65,
        "\ufeff" + text,
        " " * 2_200_000 + text,
        '{"a":1,}',
        "{'a':1}",
    ):
        ours = library(other.encode(), university.published, NOW)
        theirs = browser.inspect(other.encode(), university.published)
        if [check["name"] for check in theirs["checks"]] == ["document"]:
            assert (theirs["verdict"], ours["verdict"]) == ("unreadable", "unreadable")
        else:
            assert summary(theirs) == summary(ours)
    assert browser.inspect(raw + b"\xff", {})["verdict"] == "unreadable"


def test_unknown_words_under_a_signature_of_letters(browser: Browser) -> None:
    for suite, kind in (("eddsa-jcs-2022", "Ed25519"), ("ecdsa-jcs-2019", "P-256")):
        document = letters.signed(suite, kind, remark="extra")
        raw = json.dumps(document).encode()
        assert agreed(browser, raw)["verdict"] == "not_conformant"
        altered = raw.replace(b'"extra"', b'"other"')
        assert agreed(browser, altered)["verdict"] == "altered"


def test_revocation_lists_of_1edtech(browser: Browser, university: University) -> None:
    url, name = "https://harbour.example/revoked", badge()["id"]
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    raw = university.issue(
        **{
            "@context": [*badge()["@context"], extensions],
            "credentialStatus": {"id": url, "type": "1EdTechRevocationList"},
        }
    )
    for listed in (
        {"revokedCredential": [{"id": name, "revocationReason": "Mixed up"}]},
        {"revokedCredentials": [name]},
        {"revokedCredential": [{"id": name, "revoked": False}], "issuer": {"id": DID}},
        {"revokedCredential": [], "issuer": "did:web:other.example"},
        {"revokedCredential": [7]},
        {"revokedCredential": [{"id": name, "revoked": None}]},
        {},
        [],
    ):
        agreed(browser, raw, university.published | {url: json.dumps(listed).encode()})


def test_a_status_of_more_than_one_bit_is_left_to_the_server(
    browser: Browser, university: University
) -> None:
    entry = statuslist.entry(list_url=LIST_URL, index=7, messages=("a", "b", "c", "d"))
    report = browser.inspect(university.issue(credentialStatus=entry), university.published)
    assert summary(report)["checks"]["status"] == ("unknown", "status.server")


def test_who_signed(browser: Browser) -> None:
    key = SoftwareSigner.generate()
    did = did_key.did_from(key.public)
    document = badge()
    document["issuer"]["id"] = did
    method = did_key.verification_method(did)
    raw = sign(document, signer=key, verification_method=method, created=YESTERDAY)
    assert agreed(browser, raw)["verdict"] == "genuine"
    named = badge()
    raw = sign(named, signer=key, verification_method=method, created=YESTERDAY)
    assert agreed(browser, raw)["verdict"] == "issuer_unconfirmed"
    other = University()
    assert agreed(browser, raw, other.published)["verdict"] == "wrong_issuer"
    for place in ("https://harbour.example/issuer", "https://harbour.example/other"):
        document["issuer"]["id"] = "https://harbour.example/issuer"
        raw = sign(
            document,
            signer=key,
            verification_method=f"{place}#{key.public.multibase}",
            created=YESTERDAY,
        )
        agreed(browser, raw)
    for change in (
        lambda d: d["verificationMethod"][0].update(revoked="2026-01-01T00:00:00Z"),
        lambda d: d["verificationMethod"][0].update(expires="2027-01-01T00:00:00Z"),
        lambda d: d["verificationMethod"][0].update(expires="soon"),
        lambda d: d.update(assertionMethod=[]),
        lambda d: d.update(assertionMethod=d["verificationMethod"], verificationMethod=[]),
        lambda d: d.update(id="did:web:other.example"),
        lambda d: d["verificationMethod"][0].update(publicKeyMultibase="z6Mkmm"),
        lambda d: d["verificationMethod"][0].update(controller="did:web:other.example"),
        lambda d: d["verificationMethod"][0].update(publicKeyJwk={}),
    ):
        university = University(publish=False)
        university.publish_keys(change)
        agreed(browser, university.issue(), university.published)
    university = University(publish=False)
    raw, shelf = university.issue(), {web.url_for(DID): b"<html>"}
    assert summary(browser.inspect(raw, shelf)) == summary(library(raw, shelf, NOW))


KEYS = [
    {"publicKeyMultibase": "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP"},
    {"publicKeyMultibase": multibase.base58btc(b"\x80\x24\4" + bytes(32))},
    {"publicKeyMultibase": multibase.base58btc(b"\x80\x24\2" + b"\xff" * 32)},
    {"publicKeyMultibase": multibase.base58btc(b"\x80\x24" + bytes(32))},
    {"publicKeyMultibase": multibase.base58btc(b"\x81\x24\3" + bytes(48))},
    {"publicKeyMultibase": multibase.base58btc(b"\x81\x24\2" + bytes(47) + b"\1")},
    {"publicKeyMultibase": multibase.base58btc(b"\x87\x26" + bytes(48))},
    {"publicKeyMultibase": "u7QHe"},
    {"publicKeyJwk": SoftwareSigner.from_secret("P-384", b"\1" * 48).public.jwk},
    {"publicKeyJwk": SoftwareSigner.generate("P-256").public.jwk | {"crv": "P-384"}},
    {"publicKeyJwk": SoftwareSigner.generate("P-256").public.jwk | {"y": "A" * 43}},
    {"publicKeyJwk": SoftwareSigner.generate("P-256").public.jwk | {"y": None}},
    {"publicKeyJwk": {"kty": "EC", "crv": "constructor", "x": "", "y": ""}},
]


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_keys_of_another_kind_than_the_suite_asks_for(browser: Browser, key: Json) -> None:
    university = University(publish=False)

    def publish(document: Json) -> None:
        document["verificationMethod"][0].pop("publicKeyMultibase")
        document["verificationMethod"][0].update(key)

    university.publish_keys(publish)
    proof = agreed(browser, university.issue(), university.published)["checks"][4]
    assert (proof["name"], proof["state"]) == ("proof", "failed")
    assert proof["code"] in {"key.malformed", "key.wrong_kind"}


def test_endorsements(browser: Browser, university: University) -> None:
    port = University(did="did:web:port.example")
    praise = {
        "@context": badge()["@context"],
        "id": "urn:uuid:7c8f5c8e-44c6-4b0e-a3cb-5d1f0c1c9a10",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": port.did, "type": ["Profile"], "name": "Port Authority"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://harbour.example/achievements/security",
            "type": ["EndorsementSubject"],
            "endorsementComment": "These are the skills we hire for.",
        },
    }
    shelf = university.published | port.published
    good = json.loads(port.sign(praise))
    assert agreed(browser, university.issue(endorsement=[good]), shelf)["verdict"] == "genuine"
    assert agreed(browser, university.issue(endorsement=[good] * 3), shelf)["verdict"] == "genuine"
    other = copy.deepcopy(praise)
    other["credentialSubject"]["id"] = "https://elsewhere.example/medicine"
    for bad in (json.loads(port.sign(other)), {**good, "name": "Praise"}, praise):
        report = agreed(browser, university.issue(endorsement=[good, bad]), shelf)
        assert report["verdict"] != "genuine"
    agreed(browser, university.issue(endorsement=[good]), university.published)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=corpus.badges())
def test_random_badges(browser: Browser, university: University, document: Json) -> None:
    document = document | {"@context": document["@context"][:2]}
    for name in corpus.EXTENSION:
        document.pop(name, None)
    document["issuer"]["id"] = DID
    document["validFrom"] = "2026-11-01T00:00:00Z"
    try:
        raw = university.sign(document)
    except CredentialError:
        raw = json.dumps(document).encode()
    agreed(browser, raw, university.published)


def mutated(document: Json, dice: random.Random) -> Json:
    """One careless or spiteful change somewhere in a document."""
    document = copy.deepcopy(document)
    path = dice.choice([*members(document)])
    holder, key = holder_of(document, path), path[-1]
    odd = [None, "", "x", "_:b0", "https://x.example/", 7, 1.5, -0.0, True, [], {}, [[]], [None]]
    words = ["@id", "@type", "@value", "@list", "@set", "@context", "id", "type", "name", "a:b", ""]
    match dice.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = dice.choice(odd)
        case 2:
            holder[dice.choice(words)] = holder.pop(key)
        case 3:
            holder[dice.choice(words)] = dice.choice(odd)
        case 4:
            holder[key] = [holder[key], *([dice.choice(odd)] * dice.randrange(2))]
        case _:
            holder[key] = {dice.choice(words): holder[key]}
    return document


def test_one_change_anywhere_is_judged_alike(browser: Browser, university: University) -> None:
    entry = statuslist.entry(list_url=LIST_URL, index=8)
    plain = university.issue(credentialStatus=entry)
    full = (VECTORS / "1edtech-ob30/complete.json").read_bytes()
    dice = random.Random(23)
    verdicts = set()
    for raw in (plain, full):
        for _ in range(120):
            other = json.dumps(mutated(json.loads(raw), dice)).encode()
            verdicts.add(agreed(browser, other, university.published)["verdict"])
    assert {"altered", "unsigned_parts", "not_conformant", "genuine"} <= verdicts


def rdf_canon() -> list[Json]:
    manifest = json.loads((VECTORS / "rdf-canon/manifest.jsonld").read_text("utf-8"))
    return [
        entry
        for entry in manifest["entries"]
        if entry["type"] != "rdfc:RDFC10MapTest" and "hashAlgorithm" not in entry
    ]


@pytest.mark.parametrize("entry", rdf_canon(), ids=lambda entry: str(entry["id"])[1:])
def test_canonical_form_is_the_published_one(browser: Browser, entry: Json) -> None:
    folder = VECTORS / "rdf-canon"
    quads = nquads.read((folder / entry["action"]).read_text("utf-8"))
    answer = browser.ask(quads=quads)
    if "result" in entry:
        assert answer["nquads"] == (folder / entry["result"]).read_text("utf-8")
    else:
        assert answer["code"] == "document.over_budget"


def test_a_name_cannot_put_words_into_the_verdict(browser: Browser, university: University) -> None:
    document = badge()
    document["issuer"]["name"] = "X: Genuine: {issuer}"
    raw = university.sign(document)
    report = agreed(browser, raw, university.published)
    assert report["rest"] == (
        "X: Genuine: {issuer} (harbour.example) made this statement and stands by it."
    )
    report = agreed(browser, raw.replace(b"Two supervised", b"Ten supervised"), {})
    assert report["rest"] == "Something that is needed could not be had."


def test_words_and_dates_in_another_language(browser: Browser, university: University) -> None:
    words = {
        "Expired: {issuer} made this statement for a time that is over.": "Abgelaufen: {issuer}.",
        "It expired on {date}.": "Sie galt bis zum {date}.",
    }
    raw = university.issue(validUntil="2026-11-02T00:00:00Z")
    report = browser.inspect(raw, university.published, words=words, lang="de")
    assert report["sentence"] == "Abgelaufen: Harbour University (harbour.example)."
    assert report["rest"] == "Harbour University (harbour.example)."
    dates = next(check for check in report["checks"] if check["name"] == "dates")
    assert dates["says"] == "Sie galt bis zum 2. November 2026."
    words = dict.fromkeys(words, "vorbei, {issuer}")
    report = browser.inspect(raw, university.published, words=words, lang="de")
    assert report["rest"] == "Vorbei, Harbour University (harbour.example)"


def test_every_sentence_is_listed_for_translators() -> None:
    sentences = json.loads((BUNDLE.parent / "sentences.json").read_text("utf-8"))
    assert len(sentences) == len(set(sentences)) > 200
    scripts = (BUNDLE, BUNDLE.with_name("pictures.js"))
    built = "".join(script.read_text("utf-8") for script in scripts)
    assert "Suspended: {issuer} has set this statement aside for now." in sentences
    assert [one for one in sentences if one.partition('"')[0] not in built] == []
