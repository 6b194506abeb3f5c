"""Open Badges 2.0: hosted and signed, the official samples, and what an impostor would try."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import rsa
from cairn.vc.baking import unbake
from cairn.vc.document import dump
from cairn.vc.documents import Gone, Shelf
from cairn.vc.jose import compact
from cairn.vc.keys import SoftwareSigner
from cairn.vc.multibase import encode64
from cairn.vc.ob2.view import as_credential
from cairn.vc.report import Report, State, Verdict
from cairn.vc.shown import shown
from cairn.vc.verify import Expected, NotVerified, inspect, verify
from tests.support.university import NOW

SAMPLES = Path(__file__).parent.parent / "vectors" / "1edtech-ob20"
Json = dict[str, Any]
CONTEXT = "https://w3id.org/openbadges/v2"
HOME = "https://harbour.example"
BADGE, ISSUER, KEY, REVOKED = (f"{HOME}/{name}" for name in ("badge", "issuer", "key", "revoked"))
ASSERTION = f"{HOME}/assertions/1"


def _pem(byte: bytes = b"\5") -> tuple[SoftwareSigner, str]:
    signer = SoftwareSigner.from_secret("P-256", byte * 32)
    public = derive_private_key(int.from_bytes(byte * 32), SECP256R1()).public_key()
    text = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return signer, text.decode()


SIGNER, PEM = _pem()


def documents(**changes: Any) -> dict[str, Json]:
    found: dict[str, Json] = {
        BADGE: {
            "@context": CONTEXT,
            "id": BADGE,
            "type": "BadgeClass",
            "name": "Security",
            "description": "Finds weak points.",
            "image": f"{HOME}/badge.png",
            "criteria": f"{HOME}/criteria",
            "issuer": ISSUER,
        },
        ISSUER: {
            "@context": CONTEXT,
            "id": ISSUER,
            "type": "Issuer",
            "name": "Harbour University",
            "url": HOME,
            "email": "badges@harbour.example",
            "publicKey": KEY,
            "revocationList": REVOKED,
        },
        KEY: {
            "@context": CONTEXT,
            "id": KEY,
            "type": "CryptographicKey",
            "owner": ISSUER,
            "publicKeyPem": PEM,
        },
        REVOKED: {
            "@context": CONTEXT,
            "id": REVOKED,
            "type": "RevocationList",
            "revokedAssertions": ["urn:uuid:other", {"id": f"{HOME}/assertions/7"}],
        },
    }
    return found | changes


def assertion(way: str = "HostedBadge", **changes: Any) -> Json:
    digest = hashlib.sha256(b"ada@example.orgs4").hexdigest()
    document: Json = {
        "@context": CONTEXT,
        "id": ASSERTION,
        "type": "Assertion",
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": "s4",
            "identity": f"sha256${digest}",
        },
        "badge": BADGE,
        "verification": {"type": way},
        "issuedOn": "2026-11-01T09:00:00Z",
    }
    return {name: item for name, item in (document | changes).items() if item is not None}


def shelf(found: dict[str, Json]) -> Shelf:
    return Shelf({url: json.dumps(document).encode() for url, document in found.items()})


def hosted(
    document: Json | None = None, at_home: Json | None = None, found: dict[str, Json] | None = None
) -> Report:
    document = assertion() if document is None else document
    found = documents() if found is None else found
    found = {**found, ASSERTION: document if at_home is None else at_home}
    return inspect(json.dumps(document).encode(), documents=shelf(found), at=NOW)


def token(document: Json, signer: SoftwareSigner = SIGNER) -> bytes:
    return compact.write({}, dump(document), signer).encode()


def signed(
    document: Json | None = None,
    found: dict[str, Json] | None = None,
    signer: SoftwareSigner = SIGNER,
) -> Report:
    document = assertion("SignedBadge") if document is None else document
    return inspect(
        token(document, signer),
        documents=shelf(documents() if found is None else found),
        at=NOW,
    )


def check(report: Report, name: str) -> tuple[State, str | None]:
    found = next(one for one in report if one.id == name)
    return found.state, found.code


def changed(url: str, change: Callable[[Json], object]) -> dict[str, Json]:
    found = copy.deepcopy(documents())
    change(found[url])
    return found


def test_a_hosted_badge_is_as_good_as_its_site_and_says_so() -> None:
    report = hosted()
    assert report.verdict is Verdict.HOSTED
    assert report.sentence == (
        "Confirmed by its web site: it is published there today, in the name of Harbour University. It "
        "carries no signature, so it is only as good as that site."
    )
    assert [one.id for one in report] == [
        "json",
        "data_model",
        "badge",
        "hosted",
        "issuer",
        "status",
        "dates",
    ]
    assert report.failed | report.unknown == frozenset()
    raw = json.dumps(assertion()).encode()
    with pytest.raises(NotVerified, match="no signature"):
        verify(raw, documents=shelf({**documents(), ASSERTION: assertion()}), at=NOW)


def test_what_stands_at_its_address_is_what_counts() -> None:
    report = hosted(assertion(evidence="https://harbour.example/more"), assertion())
    assert (report.verdict, check(report, "hosted")) == (
        Verdict.ALTERED,
        (State.FAILED, "hosted.differs"),
    )
    assert report.sentence.endswith("It is not what its issuer publishes.")
    one = hosted(assertion(number=1), assertion(number=True))
    assert one.verdict is Verdict.ALTERED


def test_a_site_that_cannot_be_asked_leaves_it_open() -> None:
    raw = json.dumps(assertion()).encode()
    report = inspect(raw, documents=shelf(documents()), at=NOW)
    assert (report.verdict, report.failed) == (Verdict.CANNOT_CHECK, frozenset())
    assert "could not be asked" in report.sentence
    nothing = inspect(raw, documents=Shelf(), at=NOW)
    assert (nothing.verdict, "badge" in nothing.unknown) == (Verdict.CANNOT_CHECK, True)


def test_a_withdrawn_badge_is_gone_or_says_so() -> None:
    report = hosted(at_home={"id": ASSERTION, "revoked": True})
    assert (report.verdict, report.failed) == (Verdict.REVOKED, {"status"})
    assert report.sentence == (
        "Revoked: harbour.example has withdrawn what it published for Harbour University."
    )

    class Away(Shelf):
        def load(self, url: str) -> bytes:
            if url == ASSERTION:
                raise Gone("It is gone.")
            return super().load(url)

    away = Away({url: json.dumps(one).encode() for url, one in documents().items()})
    report = inspect(json.dumps(assertion()).encode(), documents=away, at=NOW)
    assert report.verdict is Verdict.REVOKED


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        (None, Verdict.HOSTED),
        ({"startsWith": f"{HOME}/assertions/"}, Verdict.HOSTED),
        ({"startsWith": ["https://other.example/", HOME]}, Verdict.HOSTED),
        ({"allowedOrigins": "harbour.example"}, Verdict.HOSTED),
        ({"startsWith": f"{HOME}/badges/"}, Verdict.WRONG_ISSUER),
        ({"startsWith": "https://harbour"}, Verdict.WRONG_ISSUER),
        ({"allowedOrigins": ["other.example"]}, Verdict.WRONG_ISSUER),
        ({"startsWith": HOME, "allowedOrigins": ["other.example"]}, Verdict.WRONG_ISSUER),
    ],
)
def test_the_issuer_says_where_its_badges_stand(rules: Any, verdict: Verdict) -> None:
    found = changed(ISSUER, lambda d: d.update(verification=rules) if rules else None)
    assert hosted(found=found).verdict is verdict


def test_a_badge_on_another_site_is_not_the_issuers() -> None:
    elsewhere = "https://diploma-mill.example/1"
    document = assertion(id=elsewhere)
    raw = json.dumps(document).encode()
    report = inspect(raw, documents=shelf({**documents(), elsewhere: document}), at=NOW)
    assert (report.verdict, check(report, "issuer")) == (
        Verdict.WRONG_ISSUER,
        (State.FAILED, "issuer.other"),
    )


def test_a_badge_that_brings_its_own_issuer_along_is_asked_for_at_home() -> None:
    forged = {**documents()[BADGE], "name": "Medicine"}
    report = hosted(assertion(badge=forged))
    assert report.verdict is Verdict.HOSTED
    view = as_credential(assertion(badge=forged), shelf(documents()))
    assert view["name"] == "Security"
    nowhere = {**documents()[BADGE], "id": "urn:uuid:1"}
    report = hosted(assertion(badge=nowhere))
    assert (report.verdict, check(report, "badge")[0]) == (Verdict.CANNOT_CHECK, State.UNKNOWN)
    found = changed(BADGE, lambda d: d.update(id=f"{HOME}/other"))
    found[f"{HOME}/other"] = {**documents()[BADGE], "id": f"{HOME}/third"}
    assert check(hosted(found=found), "badge") == (State.FAILED, "ob2.link")


@pytest.mark.parametrize(
    ("url", "change", "name"),
    [
        (BADGE, lambda d: d.pop("criteria"), "badge"),
        (BADGE, lambda d: d.update(type="Badge"), "badge"),
        (ISSUER, lambda d: d.update(type="Person"), "issuer"),
        (ISSUER, lambda d: d.pop("name"), "issuer"),
    ],
)
def test_what_it_links_to_has_to_be_what_it_is_said_to_be(url: str, change: Any, name: str) -> None:
    report = hosted(found=changed(url, change))
    assert (report.verdict, check(report, name)) == (
        Verdict.NOT_CONFORMANT,
        (State.FAILED, "ob2.shape"),
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipient": None}, "data_model.broken"),
        ({"recipient": {"type": "email", "identity": "x"}}, "data_model.broken"),
        ({"issuedOn": "yesterday"}, "data_model.broken"),
        ({"issuedOn": None}, "data_model.broken"),
        ({"expires": "2026-10-01T00:00:00Z"}, "data_model.broken"),
        ({"badge": None}, "data_model.broken"),
        ({"type": ["Assertion", "Nonsense"]}, "data_model.broken"),
        ({"verification": {"type": "signed"}}, "ob2.way"),
        ({"verification": "hosted"}, "data_model.broken"),
        ({"@context": [CONTEXT, {"badge": "https://elsewhere.example/#b"}]}, "data_model.broken"),
    ],
)
def test_an_assertion_has_its_parts(changes: Json, code: str) -> None:
    report = hosted(assertion(**changes))
    assert (report.verdict, check(report, "data_model")) == (
        Verdict.NOT_CONFORMANT,
        (State.FAILED, code),
    )


def test_a_badge_has_its_time() -> None:
    assert hosted(assertion(expires="2026-11-02T00:00:00Z")).sentence == (
        "Expired: harbour.example published this for Harbour University, for a time that is over."
    )
    assert hosted(assertion(issuedOn="2027-01-01T00:00:00Z")).verdict is Verdict.NOT_YET_VALID


def test_a_signed_badge_is_genuine() -> None:
    report = signed()
    assert report.verdict is Verdict.GENUINE
    assert report.passed == {"json", "data_model", "badge", "proof", "issuer", "status", "dates"}
    for creator in (KEY, {"id": KEY}):
        named = assertion("signed", verification={"type": "signed", "creator": creator})
        assert signed(named).verdict is Verdict.GENUINE
    inside = changed(ISSUER, lambda d: d.update(publicKey=documents()[KEY]))
    inside.pop(KEY)
    assert signed(found=inside).verdict is Verdict.GENUINE


def test_a_signed_badge_can_be_an_rsa_one() -> None:
    private = generate_private_key(65537, 2048)
    numbers = private.private_numbers()
    secret = rsa.secret_from_numbers(numbers.p, numbers.q, numbers.d)
    assert secret is not None
    text = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    found = changed(KEY, lambda d: d.update(publicKeyPem=text.decode()))
    signer = SoftwareSigner.from_secret("RSA", secret)
    assert signed(found=found, signer=signer).verdict is Verdict.GENUINE


def test_a_withdrawn_signed_badge_is_on_the_list() -> None:
    for listed in (ASSERTION, {"id": ASSERTION}, {"uid": ASSERTION}):
        found = changed(REVOKED, lambda d, one=listed: d.update(revokedAssertions=[one]))  # type: ignore[misc]
        assert signed(found=found).verdict is Verdict.REVOKED
    found = documents()
    found.pop(REVOKED)
    report = signed(found=found)
    assert (report.verdict, check(report, "status")[0]) == (Verdict.CANNOT_CHECK, State.UNKNOWN)
    found = changed(REVOKED, lambda d: d.update(revokedAssertions={}))
    assert check(signed(found=found), "status") == (State.FAILED, "MALFORMED_VALUE_ERROR")
    report = signed(found=changed(ISSUER, lambda d: d.pop("revocationList")))
    assert (report.verdict, check(report, "status")[0]) == (Verdict.GENUINE, State.SKIPPED)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (changed(KEY, lambda d: d.update(owner="https://other.example/")), Verdict.WRONG_ISSUER),
        (changed(KEY, lambda d: d.pop("owner")), Verdict.WRONG_ISSUER),
        (changed(ISSUER, lambda d: d.pop("publicKey")), Verdict.NOT_CONFORMANT),
        (changed(ISSUER, lambda d: d.update(publicKey=f"{HOME}/second")), Verdict.CANNOT_CHECK),
        (changed(KEY, lambda d: d.update(publicKeyPem="-----BEGIN")), Verdict.NOT_CONFORMANT),
        (changed(KEY, lambda d: d.pop("publicKeyPem")), Verdict.NOT_CONFORMANT),
    ],
)
def test_the_key_has_to_be_the_issuers(found: dict[str, Json], verdict: Verdict) -> None:
    assert signed(found=found).verdict is verdict


def test_a_key_that_the_issuer_does_not_name_is_not_its_own() -> None:
    other = SoftwareSigner.from_secret("P-256", b"\6" * 32)
    assert signed(signer=other).verdict is Verdict.ALTERED
    mine = f"{HOME}/mine"
    found = {**documents(), mine: {**documents()[KEY], "id": mine}}
    named = assertion("signed", verification={"type": "signed", "creator": mine})
    assert signed(named, found).verdict is Verdict.WRONG_ISSUER


def test_any_of_the_issuers_keys_may_have_signed() -> None:
    first, gone = f"{HOME}/first", f"{HOME}/gone"
    found = changed(ISSUER, lambda d: d.update(publicKey=[gone, first, KEY]))
    other = SoftwareSigner.from_secret("P-256", b"\6" * 32)
    found[first] = {**documents()[KEY], "id": first, "publicKeyPem": _pem(b"\6")[1]}
    assert signed(found=found).verdict is Verdict.GENUINE
    assert signed(found=found, signer=other).verdict is Verdict.GENUINE
    third = SoftwareSigner.from_secret("P-256", b"\7" * 32)
    assert signed(found=found, signer=third).verdict is Verdict.ALTERED


def test_a_signature_without_one_and_a_host_with_one_do_not_pass() -> None:
    report = signed(assertion("HostedBadge"))
    assert check(report, "data_model") == (State.FAILED, "ob2.way")
    header = {"alg": "none"}
    parts = (encode64(json.dumps(header).encode()), encode64(dump(assertion("signed"))))
    report = inspect(".".join((*parts, "AA")).encode(), documents=shelf(documents()), at=NOW)
    assert check(report, "proof")[0] is State.FAILED
    assert "nobody signed it" in next(one.message for one in report if one.id == "proof")


def test_it_is_somebodys() -> None:
    for who, verdict in (
        ("ada@example.org", Verdict.GENUINE),
        ("bo@example.org", Verdict.OTHER_RECIPIENT),
    ):
        report = inspect(
            token(assertion("signed")),
            documents=shelf(documents()),
            at=NOW,
            expected=Expected(recipient=who),
        )
        assert report.verdict is verdict


@pytest.mark.parametrize("asked", [Expected(challenge="7f3a"), Expected(domain="employer.example")])
def test_it_answers_no_question(asked: Expected) -> None:
    report = inspect(
        token(assertion("signed")), documents=shelf(documents()), at=NOW, expected=asked
    )
    assert (report.verdict, report.failed) == (Verdict.NOT_CONFORMANT, {"holder"})


def test_an_address_in_a_picture_is_followed() -> None:
    found = shelf({**documents(), ASSERTION: assertion()})
    report = inspect(f" {ASSERTION}\n".encode(), documents=found, at=NOW)
    assert report.verdict is Verdict.HOSTED
    assert inspect(ASSERTION.encode(), documents=Shelf(), at=NOW).verdict is Verdict.CANNOT_CHECK


def test_it_is_shown_in_the_words_of_version_3() -> None:
    document = assertion(
        recipient={"type": "email", "hashed": False, "identity": "ada@example.org"}
    )
    view = shown(json.dumps(document).encode(), shelf(documents()))
    assert (view["name"], view["issuer"]["name"]) == ("Security", "Harbour University")
    assert view["credentialSubject"]["identifier"][0]["identityHash"] == "ada@example.org"
    assert view.keys().isdisjoint({"proof", "@context"})


@given(
    st.dictionaries(
        st.sampled_from([*assertion(), "expires", "uid"]),
        st.recursive(
            st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.text(max_size=4), inner, max_size=2)
            ),
            max_leaves=4,
        ),
        max_size=4,
    ),
    st.sampled_from([None, BADGE, ISSUER, KEY, REVOKED]),
)
@settings(max_examples=120)
def test_nothing_in_it_makes_a_check_fall_over(changes: Json, url: str | None) -> None:
    document = assertion("signed" if url else "hosted")
    found = documents()
    if url is None:
        document |= changes
        document["@context"] = CONTEXT
    else:
        found[url] = {**found[url], **changes}
    for report in (hosted(document, found=found), signed(document, found)):
        assert report.checks
    if changes:
        assert isinstance(as_credential(document, shelf(found)), dict)


# --- the official samples -------------------------------------------------------------------------

SERVED = {
    f"{place}{path.name}": path.read_bytes()
    for path in (SAMPLES / "assets").glob("*.json")
    for place in ("https://www.example.org/", "https://example.org/", "http://example.org/")
}

#: What the official validator's OB20Tests say, and what comes out here.
VALID = {
    "basic-assertion.json": Verdict.HOSTED,
    "simple-badge.png": Verdict.HOSTED,
    "simple.jwt": Verdict.GENUINE,
    "simple-not-revoked.jwt": Verdict.GENUINE,
    "basic-assertion-no-public-key.json": Verdict.HOSTED,
    "basic-assertion-with-language.json": Verdict.HOSTED,
    "assertion-with-data-image.json": Verdict.HOSTED,
    "assertion-with-endorsements.json": Verdict.HOSTED,
    "assertion-with-extension-node-basic.json": Verdict.HOSTED,
    "assertion-with-multiple-extensions.json": Verdict.HOSTED,
    # The issuer's profile names as its own an address that is not among the shipped files.
    "basic-assertion-with-allowed-origins.json": Verdict.CANNOT_CHECK,
    "basic-assertion-with-allowed-origins-valid-starts-with.json": Verdict.CANNOT_CHECK,
    "basic-assertion-with-allowed-origins-valid-multiple-starts-with.json": Verdict.CANNOT_CHECK,
    # Warnings there.
    "warning-with-redirection.json": Verdict.HOSTED,
    "warning-issuer-non-http.json": Verdict.ISSUER_UNCONFIRMED,
    # A badge class or an issuer on its own is in order, and awards nothing to anybody.
    "badge-class-with-language.json": Verdict.CANNOT_CHECK,
    "issuer-compact-iri-validation.json": Verdict.CANNOT_CHECK,
    "rdf-validation/valid-badge-class.json": Verdict.CANNOT_CHECK,
    "rdf-validation/valid-badge-class-empty-criteria-type.json": Verdict.CANNOT_CHECK,
    "rdf-validation/valid-issuer-extension.json": Verdict.CANNOT_CHECK,
}
INVALID = (
    "basic-assertion-invalid-context.json",
    "basic-assertion-invalid-type.json",
    "simple-revoked.jwt",
    "basic-assertion-expired.json",
    "basic-assertion-expired-before-issued.json",
    "basic-assertion-in-future.json",
    "basic-assertion-with-allowed-origins-invalid-starts-with.json",
    "basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json",
    "rdf-validation/badge-class-invalid-issuer-type.json",
    "rdf-validation/invalid-class.json",
    "rdf-validation/invalid-empty-type.json",
    "rdf-validation/invalid-one-invalid-class.json",
)
#: Listed with reasons in docs/reference/official-samples.md.
OTHERWISE = {
    "rdf-validation/valid-cool-class.json": Verdict.NOT_CONFORMANT,
    "rdf-validation/valid-alignment-object.json": Verdict.NOT_CONFORMANT,
    "assertion-with-extension-node-invalid.json": Verdict.HOSTED,
    "redirected-validation-subject.json": Verdict.UNREADABLE,
}


def sample(name: str) -> Report:
    raw = (SAMPLES / name).read_bytes()
    if name.endswith(".png"):
        raw = unbake(raw).text.encode()
    served = dict(SERVED)
    if raw.startswith(b"{") and name != "redirected-validation-subject.json":
        served.setdefault(json.loads(raw)["id"], raw)
    return inspect(raw, documents=Shelf(served), at=NOW)


@pytest.mark.parametrize(("name", "verdict"), VALID.items())
def test_official_samples_that_are_valid_do_not_fail(name: str, verdict: Verdict) -> None:
    report = sample(name)
    assert (report.verdict, report.failed) == (verdict, frozenset())


@pytest.mark.parametrize("name", INVALID)
def test_official_samples_that_are_invalid_fail(name: str) -> None:
    assert sample(name).failed != frozenset()


@pytest.mark.parametrize(("name", "verdict"), OTHERWISE.items())
def test_samples_that_we_answer_otherwise(name: str, verdict: Verdict) -> None:
    assert sample(name).verdict is verdict


def test_every_sample_has_its_line() -> None:
    kinds = (".json", ".jwt", ".png")
    names = {
        path.relative_to(SAMPLES).as_posix()
        for path in SAMPLES.rglob("*")
        if path.suffix in kinds and path.parent.name != "assets"
    }
    assert names == {*VALID, *INVALID, *OTHERWISE}
