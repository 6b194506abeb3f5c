"""DIDs: which document stands behind one, and what cannot be one."""

from __future__ import annotations

import json
import re
import string
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc import did
from cairn.vc.did import key, web
from cairn.vc.documents import Shelf
from cairn.vc.errors import BadKey, Unavailable
from cairn.vc.keys import PublicKey, SoftwareSigner

# The example key of the did:key specification.
MULTIBASE = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
PUBLIC = PublicKey.from_multibase(MULTIBASE)
OTHER = SoftwareSigner.from_seed(b"\1" * 32).public
NOTHING = Shelf()

seeds = st.binary(min_size=32, max_size=32)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
hosts = st.builds(
    ".".join, st.lists(labels, min_size=1, max_size=4).map(lambda names: [*names, "edu"])
)
segments = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=10).filter(
    lambda text: text not in {".", ".."}
)
ports = st.none() | st.integers(1, 65535)


def published(
    document: dict[str, Any], url: str = "https://example.edu/.well-known/did.json"
) -> Shelf:
    return Shelf({url: json.dumps(document).encode()})


def test_a_did_key_resolves_to_its_own_key_without_looking_anywhere() -> None:
    name = f"did:key:{MULTIBASE}"
    method = f"{name}#{MULTIBASE}"
    assert did.resolve(name, NOTHING) == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": name,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": name,
                "publicKeyMultibase": MULTIBASE,
            }
        ],
        "authentication": [method],
        "assertionMethod": [method],
    }
    assert key.verification_method(name) == method


@given(seeds)
def test_a_did_key_gives_back_the_key_it_was_made_from(seed: bytes) -> None:
    public = SoftwareSigner.from_seed(seed).public
    name = key.did_from(public)
    assert key.public_key(name) == public
    assert did.resolve(name, NOTHING)["assertionMethod"] == [key.verification_method(name)]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU216", "not a key of a known kind"),
        ("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "an X25519 key"),
        ("did:key:1.1:" + MULTIBASE, "not written as did:key: and one Multikey"),
        (f"did:key:{MULTIBASE}:{MULTIBASE}", "not written as did:key: and one Multikey"),
        ("did:key:" + MULTIBASE.lower(), "does not belong to base58btc"),
        ("did:key:" + MULTIBASE[:-1], "of a known kind"),
        ("did:key:u7QHe", "starts with z. "),
    ],
)
def test_a_did_key_of_another_kind_is_refused_with_the_reason(name: str, says: str) -> None:
    with pytest.raises(BadKey, match=says):
        did.resolve(name, NOTHING)


def test_the_key_of_another_method_is_not_asked_of_did_key() -> None:
    with pytest.raises(BadKey, match="not written as did:key"):
        key.public_key("did:web:example.edu")
    with pytest.raises(BadKey, match="is not a did:web"):
        web.url_for(f"did:key:{MULTIBASE}")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        # The examples of the did:web specification.
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        (
            "did:web:example.com%3A3000:user:alice",
            "https://example.com:3000/user/alice/did.json",
        ),
        # Ours.
        ("did:web:example.com%3a3000", "https://example.com:3000/.well-known/did.json"),
        ("did:web:Example.EDU:Faculty", "https://example.edu/Faculty/did.json"),
        ("did:web:localhost%3A8000", "https://localhost:8000/.well-known/did.json"),
        ("did:web:xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"),
        ("did:web:example.edu:caf%C3%A9", "https://example.edu/caf%C3%A9/did.json"),
        ("did:web:example.edu:...", "https://example.edu/.../did.json"),
    ],
)
def test_a_did_web_names_one_address(name: str, url: str) -> None:
    assert web.url_for(name) == url


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("did:web:example.edu::a", "the path segment '' could lead elsewhere"),
        ("did:web:example.edu:.", "could lead elsewhere"),
        ("did:web:example.edu:..", "could lead elsewhere"),
        ("did:web:example.edu:a:..:b", "could lead elsewhere"),
        ("did:web:example.edu:%2e%2E", "could lead elsewhere"),
        ("did:web:example.edu:%252e%252e", "could lead elsewhere"),
        ("did:web:example.edu:a%2Fb", "could lead elsewhere"),
        ("did:web:example.edu:a%5Cb", "could lead elsewhere"),
        ("did:web:example.edu:a%00", "could lead elsewhere"),
        ("did:web:example.edu:a%0D%0A", "could lead elsewhere"),
        ("did:web:example.edu:%FF", "could lead elsewhere"),
        ("did:web:user%40example.edu", "is not a host name"),
        ("did:web:example.edu%2Fa", "is not a host name"),
        ("did:web:example.edu%23", "is not a host name"),
        ("did:web:example%2Eedu", "is not a host name"),
        ("did:web:b%C3%BCcher.example", "in its xn-- form"),
        ("did:web:example.edu%3A", "is not a host name"),
        ("did:web:example.edu%3A0", "is not a host name"),
        ("did:web:example.edu%3A080", "is not a host name"),
        ("did:web:example.edu%3A1%3A2", "is not a host name"),
        ("did:web:example.edu%3A65536", "Ports go up to 65535"),
        ("did:web:example.edu.", "Check its dots and hyphens"),
        ("did:web:.edu", "Check its dots and hyphens"),
        ("did:web:a..edu", "Check its dots and hyphens"),
        ("did:web:-a.edu", "Check its dots and hyphens"),
        ("did:web:a-.edu", "Check its dots and hyphens"),
        ("did:web:" + "a" * 64 + ".edu", "Check its dots and hyphens"),
        ("did:web:" + "a." * 127 + "edu", "Check its dots and hyphens"),
        ("did:web:127.0.0.1", "is an IP address"),
        ("did:web:127.1", "is an IP address"),
        ("did:web:2130706433", "is an IP address"),
        ("did:web:0x7f000001", "is an IP address"),
        ("did:web:0X7F.1.0x", "is an IP address"),
        ("did:web:%5B%3A%3A1%5D", "is not a host name"),
    ],
)
def test_a_did_web_that_could_lead_elsewhere_is_refused(name: str, says: str) -> None:
    with pytest.raises(BadKey, match=says):
        web.url_for(name)


@given(hosts, ports, st.lists(segments, max_size=4))
def test_host_port_and_path_arrive_in_the_address_unchanged(
    host: str, port: int | None, path: list[str]
) -> None:
    name = ":".join([f"did:web:{host}" + (f"%3A{port}" if port else ""), *path])
    url = urlsplit(web.url_for(name))
    assert (url.scheme, url.hostname, url.port) == ("https", host, port)
    assert url.path.split("/") == ["", *(path or [".well-known"]), "did.json"]
    assert (url.username, url.password, url.query, url.fragment) == (None, None, "", "")


@given(st.text(string.ascii_letters + string.digits + ".-_:%/@#?[]\\ ", max_size=30))
def test_whatever_is_accepted_stays_on_its_host_and_below_its_path(identifier: str) -> None:
    try:
        url = web.url_for(f"did:web:{identifier}")
    except BadKey:
        return
    parts = urlsplit(url)
    assert parts.hostname == re.split("[:%]", identifier, maxsplit=1)[0].lower()
    assert unquote(parts.path).count("/") == parts.path.count("/")
    assert {".", "..", ""}.isdisjoint(unquote(parts.path).split("/")[1:])


def test_the_document_to_publish_resolves_to_its_keys() -> None:
    name = "did:web:example.edu"
    document = web.did_document(name, [PUBLIC, OTHER, PUBLIC])
    assert document == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": name,
        "verificationMethod": [
            {
                "id": f"{name}#{public.multibase}",
                "type": "Multikey",
                "controller": name,
                "publicKeyMultibase": public.multibase,
            }
            for public in (PUBLIC, OTHER)
        ],
        "assertionMethod": [f"{name}#{public.multibase}" for public in (PUBLIC, OTHER)],
    }
    assert web.verification_method(name, OTHER) == document["assertionMethod"][1]
    assert did.resolve(name, published(document)) == document


def test_a_document_is_not_made_without_a_key_or_for_no_place() -> None:
    with pytest.raises(BadKey, match="needs at least one key"):
        web.did_document("did:web:example.edu", [])
    with pytest.raises(BadKey, match="is an IP address"):
        web.did_document("did:web:10.0.0.1", [PUBLIC])


@pytest.mark.parametrize(
    "found", ["did:web:Example.edu", "did:web:example.edu#", "", None, ["did:web:example.edu"]]
)
def test_a_document_about_somebody_else_is_refused(found: object) -> None:
    document = {**web.did_document("did:web:example.edu", [PUBLIC]), "id": found}
    with pytest.raises(BadKey, match="letter for letter") as caught:
        did.resolve("did:web:example.edu", published(document))
    assert caught.value.pointer == "/id"


def test_a_document_without_an_id_is_refused() -> None:
    with pytest.raises(BadKey, match="is about None"):
        did.resolve("did:web:example.edu", published({}))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"id":"did:web:example.edu","id":"did:web:example.edu"}',
        b"\xff",
        b'{"id":"did:web:example.edu","a":"' + b"a" * 262144 + b'"}',
        b'{"a":' * 10000,
    ],
    ids=["empty", "html", "array", "twice", "binary", "large", "deep"],
)
def test_a_document_that_is_not_strict_json_is_the_issuers_fault(raw: bytes) -> None:
    shelf = Shelf({"https://example.edu/.well-known/did.json": raw})
    with pytest.raises(BadKey, match=r"The DID document at https://example\.edu/.* cannot be read"):
        did.resolve("did:web:example.edu", shelf)


def test_a_document_that_cannot_be_had_is_not_a_wrong_one() -> None:
    with pytest.raises(Unavailable, match=r"https://example\.edu/\.well-known/did\.json"):
        did.resolve("did:web:example.edu", NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "did",
        "did:",
        "did:web",
        "did:web:",
        "did:web:a:",
        "did::a",
        "DID:web:a.edu",
        "did:Web:a",
        "did:web:a b",
        "did:web:a#key",
        "did:web:a/b",
        "did:web:a?b",
        "did:web:%4",
        "did:web:%zz",
        "did:web:é.edu",
        "did:web:a\n",
        "did:web:\u0661",
        "https://example.edu",
        "did:web:" + "a" * 2048,
    ],
)
def test_what_is_not_a_did_is_refused_before_a_method_sees_it(text: str) -> None:
    with pytest.raises(BadKey, match="is not a DID"):
        did.resolve(text, NOTHING)


def test_an_unknown_method_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadKey, match=r"did:ethr is not supported\. Supported: .*did:key, did:web"):
        did.resolve("did:ethr:0xb9c5714089478a327f09197987f16f9e5d936e8a", NOTHING)
    assert {"key", "web"} <= set(did.methods.names())
