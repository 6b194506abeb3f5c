import ast
import json
import re
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SRC, modules, name, run, tracked, tree

MOST_LINES = 600
# Assembled here so that this file does not contain what it looks for.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted"),
        ("registry", "npmjs"),
        ("yarnpkg", "com"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/-])/(?:work|home|root|tmp/lab|Users)/")


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw[:8192]:
            found.append((path, raw.decode("utf-8", "replace")))
    return found


def test_no_file_has_grown_into_two():
    long = {
        name(path): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_every_module_says_what_it_is_for():
    silent = [
        name(path) for path in modules() if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_no_file_names_a_package_registry():
    offenders = [name(path) for path, text in texts() if any(host in text for host in REGISTRIES)]
    assert offenders == []


def test_no_file_names_a_place_on_one_machine():
    offenders = [
        f"{name(path)}: {found.group()}"
        for path, text in texts()
        if "vectors" not in path.parts and (found := MACHINE_PATHS.search(text))
    ]
    assert offenders == []


def test_every_requirements_file_is_current_and_pinned():
    done = run(sys.executable, "tools/lock.py", "--check")
    assert done.returncode == 0, done.stdout
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        blocks = re.split(r"\n(?=[A-Za-z0-9])", path.read_text("utf-8"))[1:]
        assert [
            block for block in blocks if "==" not in block or "--hash=sha256:" not in block
        ] == []


def test_bundled_documents_equal_their_pins():
    done = run(sys.executable, "tools/vendor.py", "--check")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", ["contexts", "schemas"])
def test_every_bundled_document_is_credited(folder):
    manifest = json.loads((SRC / "cairn/vc" / folder / "MANIFEST.json").read_text("utf-8"))
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert [entry["file"] for entry in manifest["files"] if entry["file"] not in notice] == []
    urls = [url for entry in manifest["files"] for url in entry["urls"]]
    assert len(urls) == len(set(urls))


def test_every_folder_of_vectors_names_its_origin():
    vectors = ROOT / "tests/vectors"
    silent = [
        name(folder)
        for folder in sorted(vectors.iterdir())
        if folder.is_dir() and not (folder / "SOURCE.md").exists()
    ]
    assert silent == []
