"""A desk at which the commands are used: a folder of its own, and no secrets of this machine."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cairn.cli.main import app

ACHIEVEMENT = """\
id: https://learn.example.edu/achievements/knots
name: Knots for sailors
description: Ties the eight knots that a sailor needs.
criteria: Tie each knot in the dark, in one minute.
issuer:
  name: Example University
  url: https://www.example.edu
result:
  scale: Percent
  pass_mark: 50
"""
COLUMNS = ("id", "name", "email", "issued_on", "expires_on", "result", "evidence")


@dataclass(frozen=True)
class Desk:
    """One folder in which somebody works with ``cairn``."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
        return kept | {"XDG_CONFIG_HOME": str(self.folder / "config"), "COLUMNS": "80"}

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def __call__(
        self, *arguments: object, stdin: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> Any:
        """Run a command in this process, the working folder untouched."""
        runner = CliRunner(env={**self.env, **(env or {})})
        result = runner.invoke(app, [str(argument) for argument in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        """Run a command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "cairn.cli.main", *map(str, arguments)],
            env=self.env | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def key(self, name: str = "issuer.key.json", did: str = "web:example.edu") -> Path:
        """Make a key and return its file; its DID document stands beside it."""
        path = self / name
        if not path.exists():
            assert self("keygen", "--did", did, "--out", path).exit_code == 0
        return path

    def achievement(self, text: str = ACHIEVEMENT) -> Path:
        path = self / "achievement.yaml"
        path.write_text(text, "utf-8")
        return path

    def roster(
        self,
        rows: Iterable[Mapping[str, str]],
        *,
        encoding: str = "utf-8",
        columns: Iterable[str] = COLUMNS,
    ) -> Path:
        path = self / "roster.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(columns), restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def issue(self, rows: Iterable[Mapping[str, str]], *options: object, **roster: Any) -> Any:
        """Issue to these learners into the folder ``badges``."""
        files = (self.achievement(), self.roster(rows, **roster))
        return self("issue", *files, "--key", self.key(), "--out", self / "badges", *options)

    @property
    def badges(self) -> Path:
        return self / "badges"

    @property
    def lists(self) -> list[Path]:
        return sorted((self.badges / "status").glob("*.json"))

    @property
    def documents(self) -> list[str]:
        """What makes ``cairn verify`` independent of the web."""
        supplied = [self / "issuer.key.did.json", *self.lists]
        return ["--offline", *(f"--document={path}" for path in supplied)]

    def report(self, path: object, *options: object) -> dict[str, Any]:
        """Verify something and return the report."""
        result = self("verify", path, "--json", *self.documents, *options)
        return dict(json.loads(result.stdout))

    def index(self) -> list[dict[str, str]]:
        with (self.badges / "index.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def credential(self, stem: str) -> dict[str, Any]:
        return dict(json.loads((self.badges / f"{stem}.json").read_bytes()))


def learner(number: int, **values: str) -> dict[str, str]:
    """A row that is in order."""
    row = {"id": f"s{number}", "name": f"Learner {number}", "email": f"l{number}@example.org"}
    return row | {"issued_on": "2026-01-02", "result": "82"} | values


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Everything in a folder: content and time of the last change, by name."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
