import json
import stat

import pytest

from cairn.vc import keyfile
from cairn.vc.did import web
from cairn.vc.keyfile import Kek, Passphrase, Scrypt


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_web_key_says_where_to_publish_its_document(desk):
    result = desk("keygen", "--did", "web:example.edu:badges", "--out", desk / "k.json")
    assert result.exit_code == 0
    assert "did:web:example.edu:badges\n" in result.stdout
    assert "https://example.edu/badges/did.json" in result.stdout
    file = keyfile.read((desk / "k.json").read_bytes())
    document = json.loads((desk / "k.did.json").read_bytes())
    assert document == web.did_document("did:web:example.edu:badges", [file.public])


def test_the_key_file_is_for_its_owner_only(desk):
    path = desk.key()
    assert mode(path) == 0o600
    assert mode(desk / "config/cairn/kek") == 0o600
    assert mode(desk / "config/cairn") == 0o700


def test_the_first_key_makes_a_key_encryption_key_and_the_second_uses_it(desk):
    first = desk("keygen", "--out", desk / "1.json")
    kek = (desk / "config/cairn/kek").read_bytes()
    second = desk("keygen", "--out", desk / "2.json")
    assert "made just now" in " ".join(first.stdout.split())
    assert "made just now" not in second.stdout
    assert (desk / "config/cairn/kek").read_bytes() == kek
    raw = (desk / "2.json").read_bytes()
    keyfile.unlock(raw, secret=Kek.from_text(kek.decode()))


def test_nothing_is_overwritten(desk):
    path = desk.key()
    before = path.read_bytes()
    result = desk("keygen", "--out", path)
    assert result.exit_code == 1
    assert "exists already and is not overwritten" in result.stderr
    assert path.read_bytes() == before


def test_a_document_that_is_in_the_way_stops_the_key(desk):
    (desk / "k.did.json").write_text("mine")
    assert desk("keygen", "--out", desk / "k.json").exit_code == 1
    assert not (desk / "k.json").exists()
    assert (desk / "k.did.json").read_text() == "mine"


def test_a_passphrase_is_asked_for_twice(desk):
    result = desk(
        "keygen", "--passphrase", "--out", desk / "k.json", stdin=b"open sesame\nopen sesame\n"
    )
    assert result.exit_code == 0
    raw = (desk / "k.json").read_bytes()
    assert isinstance(keyfile.read(raw).protection, Scrypt)
    keyfile.unlock(raw, secret=Passphrase("open sesame"))
    assert not (desk / "config").exists()


def test_a_passphrase_may_come_from_the_environment(desk):
    env = {"CAIRN_KEY_PASSPHRASE": "open sesame"}
    assert desk("keygen", "--out", desk / "k.json", env=env).exit_code == 0
    keyfile.unlock((desk / "k.json").read_bytes(), secret=Passphrase("open sesame"))


@pytest.mark.parametrize("name", ["CAIRN_KEK", "CAIRN_KEK_FILE"])
def test_a_key_encryption_key_may_come_from_elsewhere(desk, name):
    kek = Kek.generate()
    (desk / "secret").write_text(kek.to_text())
    value = kek.to_text() if name == "CAIRN_KEK" else str(desk / "secret")
    assert desk("keygen", "--out", desk / "k.json", env={name: value}).exit_code == 0
    keyfile.unlock((desk / "k.json").read_bytes(), secret=kek)
    assert not (desk / "config").exists()


@pytest.mark.parametrize(
    ("did", "code"), [("web:exa mple", 2), ("web:10.0.0.1", 2), ("ion:x", 2), ("", 2)]
)
def test_a_did_that_cannot_be_is_refused(desk, did, code):
    result = desk("keygen", "--did", did, "--out", desk / "k.json")
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == 1
    assert list(desk.folder.iterdir()) == []


def test_no_secret_is_printed(desk):
    result = desk("keygen", "--out", desk / "k.json")
    kek = (desk / "config/cairn/kek").read_text().strip()
    assert kek not in result.output
