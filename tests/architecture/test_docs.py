import ast
import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest
import typer.main

import cairn
from tests.architecture.source import DOCS, ROOT, modules, pages, tree

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
KINDS = ("tutorial", "how-to", "reference", "explanation", "decisions")


def error_classes() -> list[type[Exception]]:
    """Every exception class of Cairn that carries a code."""
    for module in pkgutil.walk_packages(cairn.__path__, "cairn."):
        importlib.import_module(module.name)
    found, queue = [], [Exception]
    while queue:
        for child in queue.pop().__subclasses__():
            queue.append(child)
            if child.__module__.startswith("cairn.") and isinstance(
                getattr(child, "code", None), str
            ):
                found.append(child)
    return found


def written_codes() -> set[str]:
    """Codes given where an error is raised: FetchError(code="fetch.timeout", ...)."""
    found = set()
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.keyword) and node.arg == "code":
                value = node.value
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found.add(value.value)
    return found


def commands() -> list[tuple[str, click.Command]]:
    # Imported here: only the tests of the command line should fail where it cannot be imported.
    app = importlib.import_module("cairn.cli.main").app
    root = typer.main.get_command(app)
    assert isinstance(root, click.Group)
    return sorted(root.commands.items())


def settings() -> set[str]:
    """Every CAIRN_ name that the source mentions."""
    return {
        found
        for path in modules()
        for found in re.findall(r"\bCAIRN_[A-Z][A-Z0-9_]*\b", path.read_text("utf-8"))
    }


def test_docs_name_every_error_code():
    page = (DOCS / "reference/errors.md").read_text("utf-8")
    codes = {str(vars(kind).get("code", "")) for kind in error_classes()} - {""} | written_codes()
    assert len(codes) > 5
    assert sorted(code for code in codes if f"`{code}`" not in page) == []


def test_docs_name_no_error_code_that_is_gone():
    page = (DOCS / "reference/errors.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))
    source = "\n".join(path.read_text("utf-8") for path in modules())
    assert sorted(code for code in named if f'"{code}"' not in source) == []


def test_docs_name_every_command_and_option():
    page = (DOCS / "reference/commands.md").read_text("utf-8")
    missing = []
    for name, command in commands():
        section = re.search(
            rf"^## `cairn {name}`\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE
        )
        if section is None:
            missing.append(name)
            continue
        for parameter in command.params:
            word = (
                parameter.opts[0]
                if isinstance(parameter, click.Option)
                else parameter.make_metavar(click.Context(command)).strip("[].")
            )
            if word not in section.group(1):
                missing.append(f"{name} {word}")
    assert missing == []


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
