"""The tutorial and the how-to pages, run as they stand.

A block marked ``sh`` is run, from the top of the page to the bottom, in a folder that holds
``examples/``. A block marked ``text`` right after it is what it prints; ``…`` stands for anything. A
block marked ``console`` is for the reader alone: it needs a network, or makes the environment.
"""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import cairn

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "tutorial/first-credential.md",
    "how-to/bake-a-badge.md",
    "how-to/issue-to-a-class-list.md",
    "how-to/publish-a-did-document.md",
    "how-to/revoke-a-credential.md",
    "how-to/verify-a-folder.md",
)
BLOCK = re.compile(r"^( *)```(sh|text)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def steps(page: str) -> Iterator[tuple[str, str | None]]:
    """Yield each command block with what the page says it prints."""
    blocks = [
        (kind, textwrap.dedent(body))
        for _, kind, body in BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))
    ]
    for number, (kind, body) in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
        if kind == "sh":
            yield body, following[1] if following[0] == "text" else None


def pattern(printed: str) -> str:
    return ".*".join(re.escape(part) for part in plain(printed).split("…"))


def plain(text: str) -> str:
    """The words, without the spaces that fill a line and the places where a terminal breaks it."""
    return " ".join(text.split())


@pytest.fixture
def shell(tmp_path):
    tools, home, folder = (tmp_path / name for name in ("bin", "home", "work"))
    for made in (tools, home, folder):
        made.mkdir()
    command = tools / "cairn"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cairn.cli.main "$@"\n', "utf-8")
    command.chmod(0o755)
    (folder / "examples").symlink_to(ROOT / "examples")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    environment = outside | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(cairn.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }

    def run(commands: str) -> str:
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", commands],
            cwd=folder,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        return done.stdout

    return run


@pytest.mark.parametrize("page", PAGES)
def test_the_page_does_what_it_says(page, shell):
    for commands, printed in steps(page):
        output = plain(shell(commands))
        if printed is not None:
            assert re.fullmatch(pattern(printed), output), f"{commands}\nprints:\n{output}"


def test_every_page_has_something_to_run():
    assert [page for page in PAGES if not list(steps(page))] == []
