"""The VC-API profile on a free port, a client for it, and a stranger who signs what he likes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from threading import Thread
from typing import Any, TypeVar

from cairn.vc.cryptosuites import suites
from cairn.vc.did import key as did_key
from cairn.vc.jsonld import unsafe_own_words
from cairn.vc.keys import Algorithm, SoftwareSigner
from cairn.vc.secured import Unsecured
from cairn.vcapi.server import HOST, Server

Json = dict[str, Any]
Test = TypeVar("Test", bound=Callable[..., None])

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
EDDSA = "eddsa-rdfc-2022-ed25519"


def clause(reference: str, text: str) -> Callable[[Test], Test]:
    """Name what a test asks for; docs/reference/conformance.md lists these (tools/reference.py)."""
    assert reference, text
    return lambda test: test


def stamp(**away: float) -> str:
    """A moment from now, as a dateTimeStamp."""
    return (datetime.now(UTC) + timedelta(**away)).strftime("%Y-%m-%dT%H:%M:%SZ")


def credential(*contexts: object, **changes: Any) -> Json:
    """The least that is a credential, without its issuer; a change to None takes a member away."""
    document: Json = {
        "@context": [V2, *contexts],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }
    document |= copy.deepcopy(changes)
    return {name: value for name, value in document.items() if value is not None}


def presentation(*contexts: object, **changes: Any) -> Json:
    """The least that is a presentation."""
    document: Json = {"@context": [V2, *contexts], "type": ["VerifiablePresentation"]}
    return {name: value for name, value in (document | changes).items() if value is not None}


class Party:
    """Somebody with a key who makes proofs of any kind, right or wrong."""

    def __init__(self, algorithm: Algorithm = "Ed25519", seed: int = 7) -> None:
        self.signer = SoftwareSigner.from_secret(algorithm, bytes([seed]) * _SECRET[algorithm])
        self.did = did_key.did_from(self.signer.public)
        self.method = did_key.verification_method(self.did)

    def prove(self, document: Json, suite: str = "eddsa-rdfc-2022", **changes: Any) -> Json:
        """Add a proof; ``changes`` to its members are signed like the rest, None takes one away."""
        members: Json = {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": stamp(minutes=-5),
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
        }
        proof = {name: value for name, value in (members | changes).items() if value is not None}
        with unsafe_own_words():
            value = suites.get(suite).create(
                Unsecured(document),
                proof | {"type": "DataIntegrityProof", "cryptosuite": suite},
                self.signer,
            )
        return {**document, "proof": {**proof, "proofValue": value}}

    def present(self, document: Json, **changes: Any) -> Json:
        return self.prove(document, **({"proofPurpose": "authentication"} | changes))

    def issue(self, *contexts: object, **changes: Any) -> Json:
        return self.prove(credential(*contexts, **({"issuer": self.did} | changes)))


_SECRET: dict[str, int] = {"Ed25519": 32, "P-256": 32, "P-384": 48}


class Api:
    """A client of one profile, over one connection."""

    def __init__(self, server: Server) -> None:
        self.base = server.profile.base
        self.issuers = {name: one.id for name, one in server.profile.issuers.items()}
        self._connection = HTTPConnection(HOST, server.server_address[1], timeout=20)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Ask anything; the path may be a whole address of the profile."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path.removeprefix(self.base), body, named)
        response = self._connection.getresponse()
        self.media_type = response.headers.get("Content-Type", "")
        return response.status, response.read()

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        status, body = self.ask("GET", path, **headers)
        return status, json.loads(body)

    def post(self, path: str, body: Json) -> tuple[int, Any]:
        status, raw = self.ask(
            "POST", path, json.dumps(body).encode(), Content_Type="application/json"
        )
        return status, json.loads(raw) if raw else None

    def try_issue(self, document: Json, issuer: str = EDDSA, **options: Any) -> tuple[int, Any]:
        given = {"issuer": self.issuers[issuer]} | document
        body = {"credential": given, "options": options}
        return self.post(f"/issuers/{issuer}/credentials/issue", body)

    def issue(self, document: Json, issuer: str = EDDSA, **options: Any) -> Json:
        """Return the secured credential; anything but 201 is a failure."""
        status, answer = self.try_issue(document, issuer, **options)
        assert (status, answer.get("detail")) == (201, None)
        secured: Json = answer
        return secured

    def refuses(self, document: Json, issuer: str = EDDSA, **options: Any) -> str:
        """Return the type of problem for which the issuer refuses; nothing is signed."""
        status, answer = self.try_issue(document, issuer, **options)
        assert (status, "proof" in answer) == (400, False)
        assert answer["problemDetails"][0]["type"] == answer["type"]
        return str(answer["type"]).rpartition("#")[2]

    def verify(self, document: Any, **options: Any) -> tuple[int, Any]:
        return self.post(
            "/credentials/verify", {"verifiableCredential": document, "options": options}
        )

    def verify_presentation(self, document: Any, **options: Any) -> tuple[int, Any]:
        return self.post(
            "/presentations/verify", {"verifiablePresentation": document, "options": options}
        )

    def accepts(self, document: Any, **options: Any) -> bool:
        """Tell whether a credential is verified; the answer has to say the same in all its parts."""
        return self._agreed(*self.verify(document, **options))

    def accepts_presentation(self, document: Any, **options: Any) -> bool:
        return self._agreed(*self.verify_presentation(document, **options))

    def _agreed(self, status: int, answer: Json) -> bool:
        if status == 200:
            assert (answer["verified"], answer["errors"]) == (True, [])
            return True
        assert (status, answer.get("verified", False)) == (400, False)
        assert answer["errors"]
        assert answer["problemDetails"]
        return False

    def why(self, document: Any, **options: Any) -> str:
        """Return the type of problem for which a credential is not verified."""
        status, answer = self.verify(document, **options)
        assert status == 400
        return str(answer["type"]).rpartition("#")[2]

    def close(self) -> None:
        self._connection.close()


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    """Run a profile on a free port."""
    with Server(0, **options) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
