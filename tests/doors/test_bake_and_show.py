import pytest

from cairn.vc.baking import bake
from tests.support.desk import learner, snapshot
from tests.support.pictures import png, svg


@pytest.fixture
def issued(desk):
    row = learner(1, name="Ada [bold]Lovelace[/bold]", evidence="https://work.example/1")
    assert desk.issue([row]).exit_code == 0
    return desk


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
def test_what_is_baked_comes_out_byte_for_byte(issued, picture):
    credential = issued.badges / "s1.json"
    (issued / "plain").write_bytes(picture)
    assert issued("bake", issued / "plain", credential, "--out", issued / "baked").exit_code == 0
    assert (issued / "baked").read_bytes() == bake(picture, credential.read_text())
    assert issued("unbake", issued / "baked", "--out", issued / "again.json").exit_code == 0
    assert (issued / "again.json").read_bytes() == credential.read_bytes()
    assert issued("unbake", issued / "baked").stdout_bytes == credential.read_bytes()


def test_nothing_is_written_when_the_picture_cannot_carry_it(issued):
    (issued / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    before = snapshot(issued.folder)
    result = issued("bake", issued / "photo.jpg", issued.badges / "s1.json", "--out", issued / "x")
    assert result.exit_code == 1
    assert "JPEG" in result.stderr
    assert snapshot(issued.folder) == before


def test_a_picture_without_a_credential_is_one_plain_line(desk):
    (desk / "plain.png").write_bytes(png())
    result = desk("unbake", desk / "plain.png")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def test_show_is_a_card_that_claims_no_verdict(issued):
    result = issued("show", issued.badges / "s1.json")
    assert result.exit_code == 0
    page = result.stdout
    for words in (
        "Knots for sailors",
        "Holder      Ada [bold]Lovelace[/bold]",
        "Issuer      Example University",
        "did:web:example.edu",
        "Valid from  2 January 2026",
        "Result      82 (Completed)",
        "Evidence    https://work.example/1",
        "Ties the eight knots that a sailor needs.",
        "Tie each knot in the dark, in one minute.",
        "Not checked. Ask: cairn verify",
    ):
        assert words in page
    assert "Genuine" not in page
    assert max(map(len, page.splitlines())) <= 80


def test_show_reads_pictures_and_several_files(issued):
    (issued / "plain").write_bytes(svg())
    issued("bake", issued / "plain", issued.badges / "s1.json", "--out", issued / "baked")
    result = issued("show", issued.badges / "s1.json", issued / "baked")
    assert result.stdout.count("Knots for sailors") == 2


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"issuer": 7, "credentialSubject": [[]]}', b"{}"])
def test_show_survives_what_is_no_credential(desk, raw):
    (desk / "x.json").write_bytes(raw)
    result = desk("show", desk / "x.json")
    assert result.exit_code == (0 if raw[:1] == b"{" else 1)
    assert "Traceback" not in result.output
