"""What a stranger's browser loads on a first visit: under 100 KB for a credential, as it is packed."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from cairn.web.statics import without_remarks
from tests.doors.web.test_public import CHROME

pytestmark = pytest.mark.django_db

#: What the words around each answer weigh: its status line and headers, as Chromium counts them.
HEADERS = 650
FACE = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL)


@pytest.fixture
def gathered(tmp_path, settings):
    """Static files as `cairn serve` gathers them: named by their contents, and packed."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    return Campus()


class Visit:
    """Everything that a browser with nothing in its cache asks for, and how much comes."""

    def __init__(self, folder: Path, path: str, language: str = "en") -> None:
        self.folder = folder
        self.parts: dict[str, int] = {}
        headers = {"accept": CHROME, "accept-encoding": "gzip, br", "accept-language": language}
        answer = Client(SERVER_NAME="127.0.0.1").get(path, headers=headers)
        assert answer["Content-Encoding"] == "gzip"
        self.parts[path] = len(answer.content) + HEADERS
        self.html = gzip.decompress(answer.content).decode()
        for address in re.findall(r'(?:href|src)="/static/([^"]+)"', self.html):
            self.load(address)

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    def load(self, name: str) -> None:
        if name in self.parts:
            return
        file = self.folder / name
        packed = [file.with_name(file.name + kind) for kind in ("", ".gz", ".br")]
        self.parts[name] = min(one.stat().st_size for one in packed if one.exists()) + HEADERS
        text = file.read_text("utf-8") if file.suffix in {".css", ".js"} else ""
        if file.suffix == ".css":
            for face in FACE.findall(text):
                # What stands outside the latin range, and slanted, comes only where it is used.
                if "unicode-range" not in face and "italic" not in face:
                    self.follow(file, re.findall(r"url\(\"?([^\")]+)", face))
        if file.suffix == ".js":
            self.follow(file, re.findall(r'(?:from|import)\s*"(\.[^"]+)"', text))

    def follow(self, file: Path, names: list[str]) -> None:
        for name in names:
            self.load((file.parent / name).resolve().relative_to(self.folder.resolve()).as_posix())


def told(visit: Visit) -> str:
    lines = (f"{size:7} {name}" for name, size in sorted(visit.parts.items(), key=lambda i: -i[1]))
    return "\n".join([f"{visit.total:7} in all", *lines])


def test_styles_lose_remarks_and_nothing_else():
    given = "/* one */\n@layer a {\nnav :is(ul, ol) {\n  width: calc(1px + 2 * var(--x)) /* two\n three */\n}\n}\n"
    left = "@layer a {\nnav :is(ul, ol) {\nwidth: calc(1px + 2 * var(--x))\n}\n}"
    assert without_remarks(given) == left


def test_no_style_of_ours_has_a_text_that_looks_like_a_remark():
    folder = Path(str(files("cairn.web"))) / "static/cairn/css"
    for path in folder.glob("*.css"):
        text = path.read_text("utf-8")
        assert not re.search(r"""["'(][^"'()\n]*/\*|\*/[^"'()\n]*["']\s*[;})]""", text), path.name


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_credential_weighs_less_than_100_kb(campus, gathered, language):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    visit = Visit(gathered, ada.page, language)
    assert visit.total < 100_000, told(visit)
