"""An archive is checked whole before anything is changed, and holds no more memory for more rows."""

import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cairn.kernel import archive, bulk
from cairn.kernel.archive import NewerArchive, NotAnArchive, NotEmpty
from cairn.kernel.models import Institution, Job

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def data_dir(tmp_path):
    folder = tmp_path / "data"
    (folder / "files").mkdir(parents=True)
    (folder / "files/crest.svg").write_text("<svg/>")
    return folder


@pytest.fixture
def path(tmp_path, data_dir):
    Institution.objects.create(name="Ada's", slug="ada", country="NL", created_at=NOON)
    path = tmp_path / "site.cairn"
    archive.write(path, data_dir=data_dir)
    return path


def parts(path):
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewrite(path, changed):
    with zipfile.ZipFile(path, "w") as opened:
        for name, raw in changed.items():
            opened.writestr(name, raw)


def altered_row(path):
    changed = parts(path)
    name = next(name for name in changed if "kernel.institution" in name)
    rewrite(path, changed | {name: changed[name].replace(b"Ada", b"Bob")})


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-200])


def bit_flipped(path):
    raw = bytearray(path.read_bytes())
    raw[200] ^= 1
    path.write_bytes(raw)


def part_missing(path):
    changed = parts(path)
    changed.pop(next(name for name in changed if "kernel.institution" in name))
    rewrite(path, changed)


def part_added(path):
    rewrite(path, parts(path) | {"files/../../escape": b"x"})


def no_manifest(path):
    changed = parts(path)
    del changed["manifest.json"]
    rewrite(path, changed)


def no_json(path):
    rewrite(path, parts(path) | {"manifest.json": b"{"})


def a_list(path):
    rewrite(path, parts(path) | {"manifest.json": b"[]"})


def other_format(path):
    manifest = json.loads(parts(path)["manifest.json"]) | {"format": "cairn-archive-9"}
    rewrite(path, parts(path) | {"manifest.json": json.dumps(manifest)})


def a_letter(path):
    path.write_text("Dear aunt")


HARMS = [
    altered_row,
    cut_short,
    bit_flipped,
    part_missing,
    part_added,
    no_manifest,
    no_json,
    a_list,
    other_format,
    a_letter,
]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_an_archive_that_was_harmed_is_refused_and_nothing_changes(path, data_dir, harm):
    harm(path)
    (data_dir / "files/crest.svg").write_text("mine")
    with pytest.raises(NotAnArchive):
        archive.read(path, data_dir=data_dir, force=True)
    assert [row.slug for row in Institution.objects.all()] == ["ada"]
    assert (data_dir / "files/crest.svg").read_text() == "mine"


def test_an_archive_of_a_newer_version_is_refused(path, data_dir):
    manifest = json.loads(parts(path)["manifest.json"])
    manifest["migrations"]["kernel"] = ["9999_from_the_future"]
    rewrite(path, parts(path) | {"manifest.json": json.dumps(manifest)})
    with pytest.raises(NewerArchive):
        archive.read(path, data_dir=data_dir, force=True)


def test_a_site_that_has_rows_is_not_written_over(path, data_dir):
    with pytest.raises(NotEmpty):
        archive.read(path, data_dir=data_dir)


def test_an_archive_says_what_it_holds(path):
    contents = archive.inspect(path)
    assert (contents.rows, contents.files) == (1, 1)


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path, data_dir, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")
        yield

    monkeypatch.setattr(archive, "_pieces", full)
    with pytest.raises(OSError, match="No space"):
        archive.write(tmp_path / "site.cairn", data_dir=data_dir)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_link_out_of_the_data_directory_is_not_followed(tmp_path, data_dir):
    (data_dir / "files/passwd").symlink_to("/etc/passwd")
    path = tmp_path / "site.cairn"
    archive.write(path, data_dir=data_dir)
    assert archive.inspect(path).files == 1


def test_a_backup_holds_no_more_in_memory_for_more_rows(tmp_path, data_dir):
    def more(first, last):
        bulk.insert(
            Job,
            (
                Job(kind="x", key=f"{number}", state="done", created_at=NOON, error="e" * 400)
                for number in range(first, last)
            ),
        )

    def peak(path: Path) -> int:
        tracemalloc.start()
        archive.write(path, data_dir=data_dir)
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    more(0, 5_000)  # more than a batch
    few = peak(tmp_path / "few.cairn")
    more(5_000, 15_000)
    assert peak(tmp_path / "many.cairn") < few * 1.25
