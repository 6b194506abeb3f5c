"""The profile itself: what it lists, how it answers, and whom it does not answer at all."""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
import urllib.request
from threading import Thread
from typing import Any

import pytest

from cairn.vc.document import MAX_BYTES
from cairn.vcapi import server as module
from cairn.vcapi.certificate import context
from cairn.vcapi.profile import Profile
from cairn.vcapi.server import HOST, Server
from tests.support.vcapi import EDDSA, V2, Api, Party, clause, credential, presentation, running


def configuration(api: Api) -> Any:
    status, body = api.ask("GET", "/localConfig.cjs")
    assert status == 200
    match = re.search(r"module\.exports = (.*);\n\Z", body.decode(), re.DOTALL)
    assert match is not None
    return json.loads(match[1])


@clause("VC-API", "There is an issuer for each cryptosuite and kind of key, and each is a did:key.")
def test_the_list_of_issuers(api: Api) -> None:
    status, listing = api.get("/")
    assert status == 200
    assert [(one["cryptosuite"], one["keyType"]) for one in listing["issuers"]] == [
        ("eddsa-rdfc-2022", "Ed25519"),
        ("eddsa-jcs-2022", "Ed25519"),
        ("ecdsa-rdfc-2019", "P-256"),
        ("ecdsa-rdfc-2019", "P-384"),
        ("ecdsa-jcs-2019", "P-256"),
        ("ecdsa-jcs-2019", "P-384"),
        ("ecdsa-sd-2023", "P-256"),
        ("eddsa-rdfc-2022", "Ed25519"),
        ("vc+jwt", "P-256"),
    ]
    assert len({one["id"] for one in listing["issuers"]}) == 9
    for one in listing["issuers"]:
        status, _ = api.post(one["endpoint"], {"credential": credential(issuer=one["id"])})
        assert (one["name"], status) == (one["name"], 201)


@clause("VC-API", "A suite's localConfig.cjs names an endpoint for each of the suites' tags.")
def test_the_configuration_of_a_suite(api: Api) -> None:
    (mine,) = configuration(api)["implementations"]
    for tag in (
        "eddsa-rdfc-2022",
        "eddsa-jcs-2022",
        "ecdsa-rdfc-2019",
        "ecdsa-jcs-2019",
        "ecdsa-sd-2023",
        "vc2.0",
        "BitstringStatusList",
        "EnvelopingProof",
    ):
        issuer = next(one for one in mine["issuers"] if tag in one["tags"])
        (verifier,) = [one for one in mine["verifiers"] if tag in one["tags"]]
        embedded = tag not in ("BitstringStatusList", "EnvelopingProof")
        assert issuer["supports"]["vc"] == (["1.1", "2.0"] if embedded else ["2.0"])
        status, issued = api.post(
            issuer["endpoint"],
            {"credential": credential(issuer=issuer["id"]), "options": issuer["options"]},
        )
        assert status == 201
        if tag != "ecdsa-sd-2023":
            body = {"verifiableCredential": issued, "options": verifier["options"]}
            assert api.post(verifier["endpoint"], body)[0] == 200
    by_tag = {tuple(one["tags"]): one for one in mine["issuers"]}
    assert by_tag["ecdsa-rdfc-2019", "P-384"]["supportedEcdsaKeyTypes"] == ["P-384"]
    (both,) = [one for one in mine["verifiers"] if "ecdsa-jcs-2019" in one["tags"]]
    assert both["supportedEcdsaKeyTypes"] == ["P-256", "P-384"]
    assert [one["tags"] for one in mine["vpVerifiers"]] == [["vc2.0"]]
    assert "vcHolder" in mine["vcHolders"][0]["tags"]


@clause("VC-API", "Issuing answers 201 with the bare credential, verifying 200; a refusal is 400.")
def test_the_answers_of_http(api: Api) -> None:
    status, issued = api.try_issue(credential())
    assert (status, "verifiableCredential" in issued) == (201, False)
    assert api.media_type == "application/json"
    assert api.verify(issued)[0] == 200
    assert api.verify(issued | {"id": "urn:x:1"})[0] == 400
    status, _ = api.post(
        "/credentials/issue", {"credential": credential(issuer=api.issuers[EDDSA])}
    )
    assert status == 201


@clause("VC-API", "An issuer keeps what it is given, to the letter.")
def test_nothing_is_mended(api: Api) -> None:
    given = credential(
        id="urn:uuid:1",
        issuer={"id": "did:example:other", "name": "Other"},
        validFrom="2030-01-01T00:00:00+10:00",
        name="ä",
    )
    issued = api.issue(given)
    assert {name: issued[name] for name in given} == given
    assert issued.keys() - given.keys() == {"proof"}


@clause("VC-API", "A presentation is signed for a domain and a challenge, and verifies with both.")
def test_a_presentation_that_is_proved_here(api: Api) -> None:
    held = presentation(holder=api.issuers[EDDSA], verifiableCredential=[api.issue(credential())])
    asked = {"challenge": "q1", "domain": "here.example"}
    status, signed = api.post("/presentations/prove", {"presentation": held, "options": asked})
    assert (status, signed["proof"]["proofPurpose"]) == (201, "authentication")
    assert api.accepts_presentation(signed, **asked)
    assert not api.accepts_presentation(signed, **asked | {"challenge": "q2"})
    assert not api.accepts(signed)
    for name in ("ecdsa-sd-2023-p-256", "enveloping-p-256", "nobody"):
        assert api.post(f"/issuers/{name}/presentations/prove", {"presentation": held})[0] == 400
    bad = {"presentation": held | {"type": ["Own"]}}
    assert api.post("/presentations/prove", bad)[0] == 400


@clause(
    "DID Resolution §4", "A did:key resolves to its document; other DIDs to the error that fits."
)
def test_the_resolver(api: Api) -> None:
    did = api.issuers[EDDSA]
    status, found = api.get(f"/1.0/identifiers/{did}")
    assert (status, found["didDocument"]["id"]) == (200, did)
    assert api.get(f"/1.0/identifiers/{did.replace(':', '%3A')}")[1] == found
    status, document = api.get(f"/1.0/identifiers/{did}", Accept="application/did+ld+json")
    assert (status, document) == (200, found["didDocument"])
    for name, status, error in (
        ("did:key:zNotAKey0", 400, "invalidDid"),
        ("did:key:", 400, "invalidDid"),
        ("nonsense", 400, "invalidDid"),
        ("did:example:1", 501, "methodNotSupported"),
        ("did:web:nowhere.example", 404, "notFound"),
    ):
        got, answer = api.get(f"/1.0/identifiers/{name}")
        assert (name, got, answer["didResolutionMetadata"]["error"]) == (name, status, error)
        assert answer["didDocument"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"credential":1}',
        b'{"credential":[]}',
        b'{"options":{}}',
        b"\xff",
        b'{"credential":{},"credential":{}}',
        b'{"credential":{"type":"x"},"options":[]}',
        b"[" * 9999,
    ],
)
@clause("VC-API", "A request that is none is refused, and never an error of the server.")
def test_requests_that_are_none(api: Api, body: bytes) -> None:
    for path in (
        "/credentials/issue",
        "/credentials/verify",
        "/presentations/verify",
        "/credentials/derive",
        "/presentations/prove",
        "/credentials/status",
    ):
        status, answer = api.ask("POST", path, body, Content_Type="application/json")
        assert (path, status) == (path, 400)
        assert json.loads(answer)["detail"]


@clause("VC-API", "What is not there is 404, and what is asked in another way 405.")
def test_other_paths_and_methods(api: Api) -> None:
    assert api.get("/nothing")[0] == 404
    assert api.post("/nothing", {})[0] == 404
    assert api.get("/credentials/issue")[0] == 405
    assert api.post("/", {})[0] == 405
    assert api.post("/issuers/nobody/credentials/issue", {"credential": credential()})[0] == 400
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert api.ask(method, "/credentials/issue")[0] == 501


def test_a_page_in_a_browser_is_not_answered(api: Api) -> None:
    """DNS rebinding names another host; a form sends no JSON; a script of another site says where it is from."""
    body = json.dumps({"credential": credential(issuer=api.issuers[EDDSA])}).encode()
    assert api.ask("POST", "/credentials/issue", body, Content_Type="application/json")[0] == 201
    for status, headers in (
        (421, {"Content_Type": "application/json", "Host": "attacker.example"}),
        (421, {"Content_Type": "application/json", "Host": "attacker.example:80"}),
        (403, {"Content_Type": "application/json", "Origin": "https://attacker.example"}),
        (415, {"Content_Type": "text/plain"}),
        (415, {"Content_Type": "application/x-www-form-urlencoded"}),
        (415, {}),
    ):
        assert (headers, api.ask("POST", "/credentials/issue", body, **headers)[0]) == (
            headers,
            status,
        )
    assert api.ask("GET", "/", Host="attacker.example")[0] == 421


def raw(server: Server, request: bytes) -> bytes:
    """Send bytes as they are, and return the first line of the answer."""
    with socket.create_connection(server.server_address[:2], timeout=5) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as answer:
            return answer.readline()


def test_a_body_has_a_length_and_it_is_not_too_long(server: Server) -> None:
    head = b"POST /credentials/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    for lines, status in (
        (b"", b"411"),
        (b"Content-Length: -1\r\n", b"411"),
        (b"Content-Length: 1e3\r\n", b"411"),
        (b"Transfer-Encoding: chunked\r\n", b"411"),
        (b"Content-Length: %d\r\n" % (MAX_BYTES + 1), b"413"),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n", b"413"),
    ):
        assert raw(server, head + lines + b"\r\n").split()[1] == status


def test_a_body_that_does_not_arrive_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BODY_TIME", 0.2)
    begun = time.monotonic()
    head = b"POST /credentials/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    assert raw(server, head + b"Content-Length: 100\r\n\r\n{").split()[1] == b"408"
    assert time.monotonic() - begun < 4


def test_it_listens_on_the_loopback_address_alone(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert HOST == "127.0.0.1"
    with pytest.raises(OSError, match="in use"):
        Server(server.server_address[1])


def test_over_tls_with_a_certificate_of_its_own() -> None:
    with running(tls=context()) as server:
        base = server.profile.base
        assert base.startswith("https://127.0.0.1:")
        # Somebody who connects and says nothing holds up nobody.
        with socket.create_connection(server.server_address[:2]):
            certificate = ssl.get_server_certificate(server.server_address[:2], timeout=5)
            trusting = ssl.create_default_context(cadata=certificate)
            with urllib.request.urlopen(f"{base}/", context=trusting, timeout=5) as answer:
                assert json.load(answer)["issuers"][0]["endpoint"].startswith(base)
        with pytest.raises(OSError, match="certificate verify failed"):
            urllib.request.urlopen(f"{base}/", timeout=5)


def test_many_at_once(server: Server) -> None:
    """Own words are believed for each request by itself, and lists are changed by one at a time."""
    seen: list[object] = []

    def work(number: int) -> None:
        api = Api(server)
        own = credential({"own": "https://example.org/#own"}, id=f"urn:x:{number}")
        issued = api.issue(own, "status-list")
        seen.append((issued["credentialStatus"]["statusListIndex"], api.accepts(issued)))
        api.close()

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({index for index, _ in seen}) == 8
    assert {verified for _, verified in seen} == {True}


def test_keys_are_made_anew_for_each_profile() -> None:
    first, second = Profile("https://127.0.0.1:1"), Profile("https://127.0.0.1:1")
    assert not {one.id for one in first.issuers.values()} & {
        one.id for one in second.issuers.values()
    }


def test_a_credential_of_somebody_else_is_verified_with_a_warning(api: Api) -> None:
    stranger = Party()
    status, answer = api.verify(stranger.issue(issuer="https://university.example/issuers/1"))
    assert (status, [one["code"] for one in answer["warnings"]]) == (200, ["issuer.unreachable"])
    assert not api.accepts(stranger.issue(issuer=Party(seed=9).did))
    assert not api.accepts(stranger.issue() | {"@context": [V2]} | {"issuer": Party(seed=9).did})
