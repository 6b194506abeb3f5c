"""Bitstring Status List v1.0 clause by clause: an issuer that adds a status, and a verifier that reads it."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from cairn.vc import multibase
from cairn.vc.statuslist import Bitstring
from cairn.vcapi.server import Server
from tests.support.vcapi import Api, Json, Party, clause, credential, stamp

LISTED = "status-list"


@pytest.fixture
def issued(api: Api) -> Json:
    return api.issue(credential(id=f"urn:uuid:{id(api):032x}"), LISTED)


class Publisher(Party):
    """Publishes lists of its own, right or wrong, where the profile's verifier finds documents."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.shelf: dict[str, bytes] = {}
        lists = server.profile.lists
        monkeypatch.setattr(lists, "url", lambda purpose: f"https://lists.example/{purpose}")
        monkeypatch.setattr(lists, "published", lambda purpose, at: self.shelf[purpose])

    def publish(self, bits: Bitstring | str, **changes: Any) -> None:
        encoded = bits if isinstance(bits, str) else bits.encode()
        subject = {"id": "urn:x:list", "type": "BitstringStatusList", "statusPurpose": "revocation"}
        document = credential(
            id="https://lists.example/revocation",
            type=["VerifiableCredential", "BitstringStatusListCredential"],
            issuer=self.did,
            validFrom=stamp(days=-1),
            credentialSubject=subject | {"encodedList": encoded} | changes.pop("subject", {}),
        )
        given = {name: value for name, value in (document | changes).items() if value is not None}
        self.shelf["revocation"] = json.dumps(self.prove(given)).encode()

    def listed(self, **changes: Any) -> Json:
        entry = {
            "id": "https://lists.example/revocation#5",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "5",
            "statusListCredential": "https://lists.example/revocation",
        }
        return self.issue(credentialStatus=entry | changes)


@pytest.fixture
def publisher(server: Server, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    return Publisher(server, monkeypatch)


@clause(
    "BSL §2.1",
    "An entry has its type, a purpose, an index as text and the URL of a list; its id is another.",
)
def test_the_entry_that_an_issuer_adds(api: Api, issued: Json) -> None:
    entry = issued["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry"
    assert entry["statusPurpose"] == "revocation"
    assert str(int(entry["statusListIndex"])) == entry["statusListIndex"]
    assert entry["statusListCredential"] == f"{api.base}/status-lists/revocation"
    assert entry["id"] != entry["statusListCredential"]
    assert entry.keys() == {
        "id",
        "type",
        "statusPurpose",
        "statusListIndex",
        "statusListCredential",
    }


@clause(
    "BSL §2.2", "The URL of a list leads to a credential of the type BitstringStatusListCredential."
)
def test_the_list_that_an_issuer_publishes(api: Api, issued: Json) -> None:
    url = issued["credentialStatus"]["statusListCredential"]
    status, published = api.get(url)
    assert (status, api.media_type) == (200, "application/json")
    assert published["id"] == url
    assert published["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    subject = published["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject.keys() == {"id", "type", "statusPurpose", "encodedList"}
    assert published["issuer"] == issued["issuer"]
    assert api.accepts(published)


@clause("BSL §2.2, §3.3, §3.4", "encodedList is multibase base64url of gzip of at least 16 KB.")
def test_the_encoded_list(api: Api, issued: Json) -> None:
    _, published = api.get(issued["credentialStatus"]["statusListCredential"])
    encoded = published["credentialSubject"]["encodedList"]
    assert encoded.startswith("u")
    assert "=" not in encoded
    packed = multibase.decode(encoded)
    assert packed[:2] == b"\x1f\x8b"
    assert len(zlib.decompress(packed, 31)) == 16 * 1024


@clause("BSL §5.2", "Places are given at random.")
def test_places_are_given_at_random(api: Api) -> None:
    given = [
        int(api.issue(credential(), LISTED)["credentialStatus"]["statusListIndex"])
        for _ in range(8)
    ]
    assert len(set(given)) == 8
    assert max(given) - min(given) > 8


@clause(
    "BSL §3.2",
    "A credential in good standing verifies; after its bit is set it does not, and cleared it does.",
)
def test_revoked_and_restored(api: Api, issued: Json) -> None:
    assert api.accepts(issued)
    url, index = (
        issued["credentialStatus"][name] for name in ("statusListCredential", "statusListIndex")
    )
    change = {
        "credentialId": issued["id"],
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    }
    for value in (True, False):
        assert api.post("/credentials/status", {**change, "status": value})[0] == 200
        assert api.post(f"{url}/publish", {})[0] == 204
        _, published = api.get(url)
        bits = Bitstring.decode(published["credentialSubject"]["encodedList"])
        assert (bits.get(int(index)), api.accepts(issued)) == (value, not value)


@clause("BSL §2.1", "Each purpose has its own list.")
def test_a_suspended_credential(api: Api) -> None:
    name = "urn:uuid:suspended"
    issued = api.issue(credential(id=name), LISTED, statusPurpose="suspension")
    assert issued["credentialStatus"]["statusListCredential"].endswith("/suspension")
    assert api.accepts(issued)
    change: Json = {"credentialId": name, "credentialStatus": {"statusPurpose": "suspension"}}
    assert api.post("/issuers/status-list/credentials/status", change)[0] == 200
    assert not api.accepts(issued)
    api.refuses(credential(), LISTED, statusPurpose="message")


@clause("VC-API", "A change of status names a credential of the list, a purpose and a value.")
def test_a_change_of_status_that_cannot_be_made(api: Api) -> None:
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    assert (
        api.post("/credentials/status", {"credentialId": "urn:x", "credentialStatus": entry})[0]
        == 404
    )
    for bad in (
        {"credentialStatus": entry},
        {"credentialId": "urn:x"},
        {"credentialId": "urn:x", "credentialStatus": {**entry, "statusPurpose": "other"}},
        {"credentialId": "urn:x", "credentialStatus": entry, "status": "true"},
    ):
        assert api.post("/credentials/status", bad)[0] == 400
    assert api.get("/status-lists/other")[0] == 400


@clause(
    "BSL §3.5", "A malformed entry is a MALFORMED_VALUE_ERROR, for an issuer and for a verifier."
)
def test_malformed_entries(api: Api, publisher: Publisher) -> None:
    publisher.publish(Bitstring())
    assert api.accepts(publisher.listed())
    malformed: tuple[Json, ...] = (
        {"statusListIndex": True},
        {"statusListIndex": "-1"},
        {"statusListIndex": "five"},
        {"statusListIndex": ""},
        {"statusListCredential": "not-a-url"},
        {"statusPurpose": 5},
        {"statusSize": 0},
        {"statusSize": 2},
        {"id": "https://lists.example/revocation"},
    )
    for wrong in malformed:
        entry = publisher.listed()["credentialStatus"] | wrong
        assert api.refuses(credential(credentialStatus=entry)) == "MALFORMED_VALUE_ERROR"
    for wrong in malformed[1:4]:
        assert api.why(publisher.listed(**wrong)) == "MALFORMED_VALUE_ERROR"
    bad = credential(statusEntry={"type": "BitstringStatusListEntry", "statusListIndex": True})
    api.refuses(bad, LISTED)


@clause("BSL §3.2", "A place outside the list is a RANGE_ERROR.")
def test_a_place_outside_the_list(api: Api, publisher: Publisher) -> None:
    publisher.publish(Bitstring())
    assert api.accepts(publisher.listed(statusListIndex="131071"))
    _, answer = api.verify(publisher.listed(statusListIndex="131072"))
    assert answer["type"] == "https://www.w3.org/ns/credentials/status-list#RANGE_ERROR"


@clause("BSL §3.2", "A list that is too short is a STATUS_LIST_LENGTH_ERROR.")
def test_a_list_that_is_too_short(api: Api, publisher: Publisher) -> None:
    publisher.publish(Bitstring(131_064))
    assert api.why(publisher.listed()) == "STATUS_LIST_LENGTH_ERROR"


@clause("BSL §3.2, §3.3", "A list that cannot be expanded is a MALFORMED_VALUE_ERROR.")
def test_a_list_that_cannot_be_expanded(api: Api, publisher: Publisher) -> None:
    good = Bitstring().encode()
    for wrong in (good[1:], good[:40], "u", "uAAAA", good + "AAAA", "z" + good[1:]):
        publisher.publish(wrong)
        assert (wrong[:9], api.why(publisher.listed())) == (wrong[:9], "MALFORMED_VALUE_ERROR")


@clause("BSL §3.2", "A list that cannot be had is a STATUS_RETRIEVAL_ERROR.")
def test_a_list_that_cannot_be_had(api: Api, publisher: Publisher) -> None:
    elsewhere = "https://nowhere.example/list"
    gone = publisher.listed(statusListCredential=elsewhere, id=f"{elsewhere}#5")
    _, answer = api.verify(gone)
    assert answer["type"] == "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR"


@clause(
    "BSL §3.2",
    "A list about another purpose, of another issuer or altered is a STATUS_VERIFICATION_ERROR.",
)
def test_a_list_that_is_not_the_right_one(api: Api, publisher: Publisher) -> None:
    wanted = "STATUS_VERIFICATION_ERROR"
    publisher.publish(Bitstring(), subject={"statusPurpose": "suspension"})
    assert api.why(publisher.listed()) == wanted
    publisher.publish(Bitstring(), issuer="did:example:other")
    assert api.why(publisher.listed()) == wanted
    publisher.publish(Bitstring())
    publisher.shelf["revocation"] = publisher.shelf["revocation"].replace(
        b"urn:x:list", b"urn:y:list"
    )
    assert api.why(publisher.listed()) == wanted
    publisher.publish(Bitstring(), subject={"statusPurpose": ["suspension", "revocation"]})
    assert api.accepts(publisher.listed())


@clause("BSL §2.2", "A list holds for its own time and no longer.")
def test_a_list_out_of_its_time(api: Api, publisher: Publisher) -> None:
    publisher.publish(Bitstring(), validUntil=stamp(hours=-1))
    assert not api.accepts(publisher.listed())
    publisher.publish(Bitstring(), validFrom=stamp(hours=1))
    assert not api.accepts(publisher.listed())


@clause("BSL §2.2", "A list of another type is no list.")
def test_a_list_of_another_type(api: Api, publisher: Publisher) -> None:
    publisher.publish(Bitstring(), type=["VerifiableCredential"])
    assert api.why(publisher.listed()) == "MALFORMED_VALUE_ERROR"


@clause("BSL §3.2", "The leftmost bit is that of the first place.")
def test_a_bit_that_is_set(api: Api, publisher: Publisher) -> None:
    bits = Bitstring()
    bits.set(0, value=True)
    publisher.publish(bits)
    assert not api.accepts(publisher.listed(statusListIndex="0"))
    assert api.accepts(publisher.listed(statusListIndex="1"))
