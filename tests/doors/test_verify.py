import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cairn.fetch import Fetched, FetchStatus
from cairn.vc.baking import unbake
from cairn.vc.did import key as did_key
from cairn.vc.keys import SoftwareSigner
from cairn.vc.sign import Options, sign
from tests.support.desk import learner
from tests.support.pictures import png, svg
from tests.support.university import NOW, badge

VECTORS = Path(__file__).parents[1] / "vectors"
CLASS = [learner(1), learner(2), learner(3, expires_on="2026-06-30")]


@pytest.fixture
def issued(desk):
    assert desk.issue(CLASS).exit_code == 0
    return desk


def states(report):
    return {check["id"]: check["state"] for check in report["checks"]}


def test_a_genuine_credential_exits_with_0(issued):
    result = issued("verify", issued.badges / "s1.json", *issued.documents)
    assert result.exit_code == 0
    assert "✓ Genuine and current: Example University (example.edu) made this" in result.stdout
    assert "✓ passed   proof" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_one_changed_word_exits_with_1(issued):
    path = issued.badges / "s1.json"
    path.write_bytes(path.read_bytes().replace(b"Learner 1", b"Learner 9"))
    result = issued("verify", path, *issued.documents)
    assert result.exit_code == 1
    assert "✗ Altered: do not rely on this." in result.stdout
    assert "✗ failed   proof" in result.stdout
    assert "proof.altered" in result.stdout


def test_what_cannot_be_had_exits_with_3_and_says_how_to_supply_it(issued):
    result = issued("verify", issued.badges / "s1.json", "--offline")
    assert result.exit_code == 3
    assert "? unknown  proof" in result.stdout
    plain = "".join(result.stdout.split())
    assert "--documenthttps://example.edu/.well-known/did.json=FILE" in plain


def test_an_expired_credential_was_genuine_before(issued):
    path = issued.badges / "s3.json"
    assert issued.report(path)["verdict"] == "expired"
    assert issued("verify", path, *issued.documents).exit_code == 1
    # The list at hand was signed after that day, so it cannot tell about it.
    assert states(issued.report(path, "--at", "2026-06-30"))["dates"] == "passed"
    assert states(issued.report(path, "--at", "2026-07-01"))["dates"] == "failed"
    assert states(issued.report(path, "--at", "2026-06-30T23:59:59Z"))["dates"] == "passed"


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01", "2026-01-01T00:00:00"])
def test_a_time_that_is_none_is_misuse(issued, at):
    result = issued("verify", issued.badges / "s1.json", "--at", at)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--at: {at} is not a date or a time.")


def test_json_has_the_documented_form(issued):
    result = issued("verify", issued.badges / "s1.json", "--json", *issued.documents)
    report = json.loads(result.stdout)
    assert list(report) == ["verdict", "sentence", "checks"]
    assert report["verdict"] == "genuine"
    assert [list(check) for check in report["checks"]] == [
        ["id", "state", "message", "pointer", "code"]
    ] * len(report["checks"])
    assert {check["state"] for check in report["checks"]} <= {
        "passed",
        "failed",
        "unknown",
        "skipped",
    }
    assert result.stdout.isascii()


def test_the_standard_input_is_read(issued):
    raw = (issued.badges / "s1.json").read_bytes()
    result = issued("verify", "-", *issued.documents, stdin=raw)
    assert result.exit_code == 0


@pytest.mark.parametrize("picture", [png(), svg()])
def test_a_picture_is_unbaked_whatever_its_name(issued, picture):
    (issued / "badge").write_bytes(picture)
    baked = issued / "baked.dat"
    issued("bake", issued / "badge", issued.badges / "s1.json", "--out", baked)
    assert issued.report(baked)["verdict"] == "genuine"


def test_a_picture_without_a_credential_fails(issued):
    (issued / "badge.png").write_bytes(png())
    result = issued("verify", issued / "badge.png", "--json", "--offline")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"]) == (1, "unreadable")
    assert report["checks"][0]["code"].startswith("image.")


def test_a_token_is_read(desk):
    samples = VECTORS / "1edtech-ob30"
    for name in ("simple-jwt.png", "simple-jwt_v1.svg"):
        result = desk("verify", samples / name, "--json", "--offline")
        found = (result.exit_code, json.loads(result.stdout)["verdict"])
        assert found == (3, "issuer_unconfirmed")
    result = desk("verify", samples / "velocity.jwt", "--json", "--offline")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (1, "not_conformant")


OB20 = VECTORS / "1edtech-ob20"


def supplied(*names):
    """The options that put shipped documents at the addresses at which a badge looks for them."""
    for name, scheme in names:
        yield from ("--document", f"{scheme}://example.org/{name}={OB20 / 'assets' / name}")


SIGNED = [
    *supplied(("robotics-badge.json", "https"), ("organization.json", "https")),
    *supplied(("key1.json", "http")),
]


def test_a_signed_badge_of_version_2_is_checked(desk):
    result = desk("verify", OB20 / "simple.jwt", "--json", "--offline", *SIGNED)
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (0, "genuine")
    result = desk("verify", OB20 / "simple.jwt", "--json", "--offline")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (3, "cannot_check")


def test_a_hosted_badge_in_a_picture_is_as_good_as_its_site(desk):
    picture = OB20 / "simple-badge.png"
    (desk / "at-home.json").write_text(unbake(picture.read_bytes()).text)
    home = f"https://example.org/beths-robotics-badge.json={desk / 'at-home.json'}"
    result = desk("verify", picture, "--json", "--offline", *SIGNED, "--document", home)
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (0, "hosted")
    assert "no signature" in desk("verify", picture, "--offline", *SIGNED).stdout
    shown = desk("show", picture)
    assert (shown.exit_code, "31 December 2016" in shown.stdout) == (0, True)


def test_what_its_site_has_taken_away_for_good_is_revoked(desk, monkeypatch):
    class Site:
        """The shipped documents, and an assertion that is gone."""

        def __init__(self, **_):
            pass

        def get(self, url):
            name = url.rpartition("/")[2]
            if name == "beths-robotics-badge.json":
                raise FetchStatus("example.org answered 410 (Gone) instead of the document.", 410)
            return Fetched(url, (OB20 / "assets" / name).read_bytes(), "application/json")

    monkeypatch.setattr("cairn.fetch.Fetcher", Site)
    result = desk("verify", OB20 / "basic-assertion.json", "--json")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (1, "revoked")


OB30 = VECTORS / "1edtech-ob30"
OFFICIAL = [
    (case["file"], case["outcome"])
    for case in json.loads((OB30 / "expected.json").read_text())["cases"]
]


@pytest.mark.parametrize(("name", "outcome"), OFFICIAL)
def test_the_official_verdicts_by_exit_code(desk, name, outcome):
    options = []
    if name.startswith("bit-string-list/"):
        url = json.loads((OB30 / name).read_bytes())["credentialStatus"]["statusListCredential"]
        options = ["--document", f"{url}={OB30 / 'bit-string-list' / 'testlist'}"]
    # Of this one the list is not shipped: docs/reference/official-samples.md.
    failing = outcome == "invalid" and name != "credential-status-revoked.json"
    result = desk("verify", OB30 / name, "--offline", "--json", *options)
    assert result.exit_code == (1 if failing else 3)


def test_a_badge_is_somebodys(desk):
    for who, expected in (
        ("nobody@Example.org", (0, "genuine")),
        ("ada@example.org", (1, "other_recipient")),
    ):
        about = ["--recipient", who]
        result = desk("verify", OB20 / "simple.jwt", "--json", "--offline", *SIGNED, *about)
        assert (result.exit_code, json.loads(result.stdout)["verdict"]) == expected


def test_a_badge_of_version_1_is_not_read(desk):
    (desk / "one.json").write_text('{"@context": "https://w3id.org/openbadges/v1"}')
    found = json.loads(desk("verify", desk / "one.json", "--json", "--offline").stdout)
    assert [check["code"] for check in found["checks"]] == ["format.not_read"]


def test_a_presentation_is_asked_what_it_answers(desk):
    key = SoftwareSigner.from_seed(b"\1" * 32)
    did = did_key.did_from(key.public)
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did,
        "verifiableCredential": [json.loads(signed_by(key, did))],
    }
    raw = sign(
        document,
        signer=key,
        verification_method=did_key.verification_method(did),
        created=NOW,
        options=Options(purpose="authentication", challenge="7f3a", domain="employer.example"),
    )
    (desk / "vp.json").write_bytes(raw)
    asked = ["--challenge", "7f3a", "--domain", "employer.example", "--at", "2026-11-24"]
    result = desk("verify", desk / "vp.json", "--offline", "--json", *asked)
    found = json.loads(result.stdout)
    assert (result.exit_code, found["verdict"]) == (0, "genuine")
    assert [inner["verdict"] for inner in found["inside"]] == ["genuine"]
    assert "✓ 1. Genuine" in desk("verify", desk / "vp.json", "--offline", *asked).stdout
    asked[1] = "other"
    assert desk("verify", desk / "vp.json", "--offline", *asked).exit_code == 1


def signed_by(key, did):
    document = badge()
    document["issuer"]["id"] = did
    method = did_key.verification_method(did)
    return sign(document, signer=key, verification_method=method, created=NOW)


def test_more_than_anyone_needs_is_not_read(desk):
    with (desk / "huge.json").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    result = desk("verify", desk / "huge.json", "--json", "--offline")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (1, "unreadable")


@pytest.mark.parametrize("raw", [b"", b"{}", b"[" * 10_000, b'{"a":1,"a":2}', b"\xff\xfe", b"null"])
def test_what_is_no_credential_fails_without_a_traceback(desk, raw):
    (desk / "x.json").write_bytes(raw)
    result = desk("verify", desk / "x.json", "--offline")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_name_that_is_nothing_is_misuse(desk):
    result = desk("verify", desk / "none.json")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_prints_a_table_and_exits_with_its_worst(issued):
    result = issued("verify", issued.badges, *issued.documents)
    assert result.exit_code == 1
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "s1.json Learner 1 ✓ genuine" in lines
    assert "s3.json Learner 3 ✗ expired" in lines
    assert lines[-1].endswith("badges: 2 passed, 1 failed, 0 unknown.")
    offline = issued("verify", issued.badges, "--offline")
    assert offline.exit_code == 1
    (issued.badges / "s3.json").unlink()
    assert issued("verify", issued.badges, "--offline").exit_code == 3
    assert issued("verify", issued.badges, *issued.documents).exit_code == 0


def test_a_folder_as_json_lists_documents_and_totals(issued):
    result = issued("verify", issued.badges, "--json", *issued.documents)
    found = json.loads(result.stdout)
    assert [row["file"] for row in found["documents"]] == ["s1.json", "s2.json", "s3.json"]
    assert [row["verdict"] for row in found["documents"]] == ["genuine", "genuine", "expired"]
    assert found["totals"] == {"documents": 3, "passed": 2, "failed": 1, "unknown": 0}


def test_a_folder_without_credentials_is_misuse(desk):
    (desk / "empty").mkdir()
    assert desk("verify", desk / "empty").exit_code == 2


@pytest.mark.parametrize(
    "address", ["https://example.edu/.well-known/did.json", "did:web:example.edu", None]
)
def test_a_document_may_be_supplied_by_address_by_did_or_by_itself(issued, address):
    path = issued / "issuer.key.did.json"
    supplied = f"{address}={path}" if address else str(path)
    options = ["--offline", "--document", supplied, "--document", issued.lists[0]]
    assert issued("verify", issued.badges / "s1.json", *options).exit_code == 0


def test_an_address_may_hold_an_equals_sign(desk):
    path = desk / "a=b.json"
    path.write_text("{}")
    (desk / "x.json").write_text("{}")
    document = f"https://example.edu/?q=1&r=2={path}"
    assert desk("verify", desk / "x.json", "--offline", "--document", document).exit_code == 1


@pytest.mark.parametrize("document", ["https://example.edu/x=none.json", "none.json", "="])
def test_a_document_that_is_not_there_is_misuse(desk, document):
    (desk / "x.json").write_text("{}")
    result = desk("verify", desk / "x.json", "--offline", "--document", document)
    assert result.exit_code == 2
    assert result.stderr.startswith("--document: ")


def test_an_address_is_fetched_and_loopback_only_when_asked(issued):
    raw = (issued.badges / "s1.json").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/s1.json"
        supplied = [option for option in issued.documents if option != "--offline"]
        refused = issued("verify", url, *supplied)
        read = issued("verify", url, "--allow-loopback", *supplied)
        server.shutdown()
    assert (refused.exit_code, "fetch.refused" in refused.stdout) == (3, True)
    assert (read.exit_code, "✓ Genuine" in read.stdout) == (0, True)


def test_an_address_is_misuse_offline(desk):
    assert desk("verify", "https://example.edu/badge.json", "--offline").exit_code == 2


@pytest.mark.parametrize("command", ["verify", "show"])
def test_a_hostile_document_cannot_steer_the_terminal(desk, command):
    hostile = "\x1b]0;owned\x07[red]\u202etxet[/red]\nGenuine"
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", hostile],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": hostile,
        "issuer": {"id": hostile, "type": ["Profile"], "name": hostile},
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": hostile,
            "achievement": {"name": hostile, "criteria": {"narrative": hostile}},
        },
        hostile: hostile,
    }
    (desk / "x.json").write_text(json.dumps(document))
    options = ["--offline"] if command == "verify" else []
    result = desk(command, desk / "x.json", *options)
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    assert "[red]" in result.output
    for line in desk("verify", desk.folder, "--offline").output.splitlines():
        assert not line.lstrip().startswith("Genuine")
