"""What people do by mistake, and the line that helps them on."""

import json
import os
import subprocess
import sys

import pytest

from cairn.cli.files import write_new, write_whole
from tests.support.desk import learner
from tests.support.pictures import png, svg

OTHER_FILES = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\n",
    "a JPEG picture, which can carry no credential": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "a GIF picture, which can carry no credential": b"GIF89a",
    "a WebP picture, which can carry no credential": b"RIFF\x24\0\0\0WEBPVP8 ",
    "a workbook or another zipped file": b"PK\x03\x04\x14\0",
    "a web page": b"<!DOCTYPE html>\n<html></html>",
    "an empty file": b" \n",
}


@pytest.fixture
def issued(desk):
    assert desk.issue([learner(1), learner(2)]).exit_code == 0
    return desk


@pytest.mark.parametrize("kind", OTHER_FILES)
def test_a_file_of_another_kind_is_called_what_it_is(desk, kind):
    desk.key()
    (desk / "file").write_bytes(OTHER_FILES[kind])
    report = desk.report(desk / "file")
    assert report["verdict"] == "unreadable"
    assert report["checks"][0]["message"].startswith(f"This is {kind}. Ask for the credential")
    shown = desk("show", desk / "file")
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"{desk / 'file'}: This is {kind}.")


def test_a_key_file_is_nowhere_taken_for_a_credential(desk):
    key = desk.key()
    (desk / "badge.svg").write_bytes(svg())
    message = desk.report(key)["checks"][0]["message"]
    assert message == "This is a file with a signing key. Give it to nobody."
    result = desk("bake", desk / "badge.svg", key, "--out", desk / "x.svg")
    assert result.exit_code == 1
    assert "is a file with a signing key, not a signed credential." in result.stderr
    assert not (desk / "x.svg").exists()


def test_the_did_document_beside_the_key_is_told_from_it(desk):
    document = desk.key().with_name("issuer.key.did.json")
    result = desk.issue([learner(1)], "--key", document)
    assert result.exit_code == 1
    assert result.stderr == (
        f"{document} is a DID document, which publishes a key, not a key file. "
        "Name the file that cairn keygen wrote.\n"
    )


def test_an_open_badges_2_assertion_that_lacks_its_parts_is_told_which(desk):
    desk.key()
    assertion = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}
    (desk / "old.json").write_text(json.dumps(assertion))
    report = desk.report(desk / "old.json")
    assert report["verdict"] == "not_conformant"
    broken = [check["code"] for check in report["checks"] if check["state"] == "failed"]
    assert broken == ["data_model.broken", "ob2.link"]


def test_several_files_make_one_table(issued):
    names = [issued.badges / "s1.json", issued.badges / "s2.json"]
    result = issued("verify", *names, *issued.documents)
    assert result.exit_code == 0
    assert result.stdout.count("✓ genuine") == 2
    assert result.stdout.endswith("\n2 documents: 2 passed, 0 failed, 0 unknown.\n")


def test_several_files_are_told_apart_by_the_names_they_were_given(issued):
    here, there = issued.badges / "s1.json", issued / "s1.json"
    there.write_bytes(here.read_bytes())
    result = issued("verify", here, there, "--json", *issued.documents)
    files = [row["file"] for row in json.loads(result.stdout)["documents"]]
    assert files == [str(here), str(there)]


def test_a_long_file_name_leaves_room_for_the_verdict(issued):
    (issued.badges / f"{'long-' * 30}.json").write_bytes((issued.badges / "s1.json").read_bytes())
    result = issued("verify", issued.badges, *issued.documents)
    assert result.stdout.count("✓ genuine") == 3
    table, _ = result.stdout.split("\n\n")
    assert max(map(len, table.splitlines())) <= 80


def test_swapped_files_are_noticed_by_their_names(issued):
    key, out = issued.key(), issued / "other"
    result = issued(
        "issue", issued / "roster.csv", issued / "achievement.yaml", "--key", key, "--out", out
    )
    assert result.exit_code == 2
    assert result.stderr.startswith("The achievement comes first, then the class list:")
    (issued / "badge.png").write_bytes(png())
    result = issued(
        "bake", issued.badges / "s1.json", issued / "badge.png", "--out", issued / "x.png"
    )
    assert result.exit_code == 2
    assert "The picture comes first, then the credential:" in result.stderr


def test_a_picture_is_no_class_list(desk):
    (desk / "roster.png").write_bytes(png())
    result = desk(
        "issue", desk.achievement(), desk / "roster.png", "--key", desk.key(), "--out", desk.badges
    )
    assert result.exit_code == 1
    assert result.stderr.endswith("roster.png is a picture, not a class list. Name another file.\n")


def test_a_file_where_the_folder_should_be_is_named(desk):
    (desk / "badges").write_text("mine")
    result = desk.issue([learner(1)])
    assert result.exit_code == 2
    assert result.stderr.endswith("badges is a file, and a folder is needed.\n")


def test_a_wrong_passphrase_names_the_key_file(desk):
    env = {"CAIRN_KEY_PASSPHRASE": "open sesame"}
    assert desk("keygen", "--out", desk / "issuer.key.json", env=env).exit_code == 0
    env = {"CAIRN_KEY_PASSPHRASE": "open barley"}
    (desk / "list.json").write_text("{}")
    result = desk("revoke", desk / "list.json", "--key", desk / "issuer.key.json", env=env)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{desk / 'issuer.key.json'}: The passphrase does not open")


def test_a_passphrase_that_nobody_can_type_is_asked_for_in_words(desk):
    done = subprocess.run(
        [sys.executable, "-m", "cairn.cli.main", "keygen", "--passphrase", "--out", desk / "k"],
        env=desk.env | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith(
        "There is no terminal to ask for it. Set CAIRN_KEY_PASSPHRASE, without --passphrase.\n"
    )
    assert "Warning" not in done.stderr


def test_a_place_that_was_nobodys_is_remarked_upon(issued):
    given = {line["status_index"] for line in issued.index()}
    place = next(str(number) for number in range(9) if str(number) not in given)
    result = issued("revoke", issued.lists[0], place, "--key", issued.key())
    assert result.exit_code == 0
    assert f"Note: place {place} was never given to anybody." in result.stderr
    for line in issued.index():
        done = issued("revoke", issued.lists[0], line["status_index"], "--key", issued.key())
        assert done.stderr == ""


def test_unbaking_over_the_picture_is_refused(issued):
    baked = issued / "s1.svg"
    (issued / "badge.svg").write_bytes(svg())
    issued("bake", issued / "badge.svg", issued.badges / "s1.json", "--out", baked)
    before = baked.read_bytes()
    result = issued("unbake", baked, "--out", baked)
    assert result.exit_code == 2
    assert baked.read_bytes() == before


def test_a_picture_is_not_given_the_name_of_another_kind(issued):
    (issued / "badge.svg").write_bytes(svg())
    result = issued(
        "bake", issued / "badge.svg", issued.badges / "s1.json", "--out", issued / "x.png"
    )
    assert result.exit_code == 2
    assert result.stderr.endswith("Name it x.svg.\n")


def test_a_sign_that_the_terminal_lacks_is_spelled_out(issued):
    done = subprocess.run(
        [sys.executable, "-m", "cairn.cli.main", "verify", issued.badges, *issued.documents],
        env=issued.env | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"\\u2713 genuine" in done.stdout


@pytest.mark.parametrize("write", [write_whole, write_new])
def test_a_full_disk_names_the_file_that_was_asked_for(tmp_path, monkeypatch, write):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    with pytest.raises(OSError, match=r"badge\.json") as caught:
        write(tmp_path / "badge.json", b"x")
    assert caught.value.filename == str(tmp_path / "badge.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_whole, write_new])
def test_a_folder_that_is_not_there_is_named(tmp_path, write):
    with pytest.raises(FileNotFoundError) as caught:
        write(tmp_path / "none" / "badge.json", b"x")
    assert caught.value.filename == str(tmp_path / "none")
