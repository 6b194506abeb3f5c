import re
import sys
from pathlib import Path

import pytest

from tests.architecture.source import DOCS, ROOT, modules, pages, run
from tools.reference import error_classes, names, subcommands

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
KINDS = ("tutorial", "how-to", "reference", "explanation", "decisions")


def settings() -> set[str]:
    """Every CAIRN_ name that the source mentions."""
    return {
        found
        for path in modules()
        for found in re.findall(r"\bCAIRN_[A-Z][A-Z0-9_]*\b", path.read_text("utf-8"))
    }


def test_docs_name_every_error_code():
    page = (DOCS / "reference/errors.md").read_text("utf-8")
    codes = [vars(kind)["code"] for kind in error_classes()]
    assert len(codes) > 20
    assert [code for code in codes if f"| `{code}` |" not in page] == []


def test_every_error_code_belongs_to_one_error():
    codes = [vars(kind)["code"] for kind in error_classes()]
    assert sorted(codes) == sorted(set(codes))


def test_docs_name_every_command_and_option():
    page = (DOCS / "reference/commands.md").read_text("utf-8")
    missing = []
    for name, command in subcommands():
        start = page.find(f"## `cairn {name}`\n")
        section = page[start : page.find("\n## ", start)] if start >= 0 else ""
        words = [word for parameter in command.params for word in names(parameter)]
        missing += [f"{name} {word}" for word in ["", *words] if not section or word not in section]
    assert missing == []


def test_the_reference_tables_agree_with_the_code():
    done = run(sys.executable, "tools/reference.py", "--check")
    assert done.returncode == 0, done.stdout


def test_docs_name_every_setting():
    page = (DOCS / "reference/settings.md").read_text("utf-8")
    assert sorted(setting for setting in settings() if f"`{setting}`" not in page) == []


def test_every_page_is_reached_from_the_index():
    reached, queue = set(), [DOCS / "README.md"]
    while queue:
        page = queue.pop()
        if page in reached:
            continue
        reached.add(page)
        for target in LINK.findall(page.read_text("utf-8")):
            path = (page.parent / target).resolve()
            if path.suffix == ".md" and path.is_relative_to(DOCS) and path.exists():
                queue.append(path)
    assert sorted(str(page.relative_to(DOCS)) for page in pages() if page not in reached) == []


@pytest.mark.parametrize("page", [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))], ids=str)
def test_no_link_leads_nowhere(page: Path):
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_kind_of_page_has_its_folder():
    assert [kind for kind in KINDS if not list((DOCS / kind).glob("*.md"))] == []


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(path.name[:4] for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_each_picture_of_the_documents_is_taken_by_the_tool_and_shown_once_or_more():
    listed = re.findall(r'\bPicture\(\s*"([\w-]+)"', (ROOT / "tools/pictures.py").read_text())
    listed += re.findall(r'"(story-[\w-]+)"', (ROOT / "tools/story.py").read_text())
    kept = {path.name for path in (DOCS / "pictures").glob("*")}
    strange = [
        name
        for name in kept
        if re.sub(r"-(1280|375)-(light|dark)\.png$", "", name) not in set(listed)
    ]
    assert strange == []
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    shown = {
        Path(found).name
        for page in pages
        for found in re.findall(r"[\w/.-]*pictures/[\w.-]+\.png", page.read_text("utf-8"))
    }
    assert sorted(shown - kept) == []
